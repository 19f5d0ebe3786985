//! Idempotency keys: one request is done once, and its answer is given again for a day.

use uuid::Uuid;

use super::{Begun, IdempotencyClaim, IdempotencyRequest, KeptAnswer};
use crate::store::writing;
use crate::testing::{later, on_both_databases};
use crate::{Fault, FaultKind, Store};

on_both_databases![
    the_same_request_again_gets_the_same_answer_for_a_day,
    another_request_with_the_key_is_told_so,
    a_request_that_runs_is_in_use_until_it_ends_or_its_server_is_gone,
    a_claim_that_was_taken_over_cannot_be_completed,
    a_released_key_is_fresh_at_once,
    keys_of_others_are_other_keys,
    of_many_at_once_one_is_fresh,
];

fn request(after_seconds: u32) -> IdempotencyRequest {
    IdempotencyRequest {
        organization: Some(Uuid::from_u128(1).into()),
        actor: "user:1".to_owned(),
        key: "k".to_owned(),
        digest: [1; 32],
        at: later(after_seconds),
    }
}

fn answer() -> KeptAnswer {
    KeptAnswer {
        status: 201,
        headers: vec![("etag".to_owned(), "\"1\"".to_owned())],
        body: Some("{\"ü\": 1}".to_owned()),
    }
}

async fn fresh(store: &Store, request: IdempotencyRequest) -> IdempotencyClaim {
    match store.begin_idempotent(request).await.unwrap() {
        Begun::Fresh(claim) => claim,
        other => panic!("{other:?}"),
    }
}

async fn complete(store: &Store, claim: IdempotencyClaim, answer: KeptAnswer) -> Result<(), Fault> {
    writing!(store, conn => queries::idempotency::complete(conn, &claim, &answer))
}

async fn begun(store: &Store, request: IdempotencyRequest) -> Begun {
    store.begin_idempotent(request).await.unwrap()
}

async fn the_same_request_again_gets_the_same_answer_for_a_day(store: &Store) {
    let claim = fresh(store, request(0)).await;
    complete(store, claim, answer()).await.unwrap();
    for after in [1, 24 * 3600 - 1] {
        let Begun::Replay(kept) = begun(store, request(after)).await else {
            panic!("it was answered")
        };
        assert_eq!(kept, answer());
    }
    fresh(store, request(24 * 3600)).await;
}

async fn another_request_with_the_key_is_told_so(store: &Store) {
    let other = || IdempotencyRequest {
        digest: [2; 32],
        ..request(1)
    };
    let claim = fresh(store, request(0)).await;
    assert!(matches!(begun(store, other()).await, Begun::Reused));
    complete(store, claim, answer()).await.unwrap();
    assert!(matches!(begun(store, other()).await, Begun::Reused));
}

async fn a_request_that_runs_is_in_use_until_it_ends_or_its_server_is_gone(store: &Store) {
    fresh(store, request(0)).await;
    assert!(matches!(begun(store, request(1)).await, Begun::InUse));
    assert!(matches!(begun(store, request(119)).await, Begun::InUse));
    fresh(store, request(120)).await;
    assert!(matches!(begun(store, request(121)).await, Begun::InUse));
}

async fn a_claim_that_was_taken_over_cannot_be_completed(store: &Store) {
    let slow = fresh(store, request(0)).await;
    let quick = fresh(store, request(120)).await;
    let fault = complete(store, slow, answer()).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Unavailable);
    complete(store, quick, answer()).await.unwrap();
}

async fn a_released_key_is_fresh_at_once(store: &Store) {
    let claim = fresh(store, request(0)).await;
    store.release_idempotent(claim).await.unwrap();
    let claim = fresh(store, request(0)).await;
    complete(store, claim, answer()).await.unwrap();
}

async fn keys_of_others_are_other_keys(store: &Store) {
    fresh(store, request(0)).await;
    for other in [
        IdempotencyRequest {
            actor: "user:2".to_owned(),
            ..request(0)
        },
        IdempotencyRequest {
            key: "K".to_owned(),
            ..request(0)
        },
        IdempotencyRequest {
            organization: None,
            ..request(0)
        },
    ] {
        fresh(store, other).await;
    }
}

async fn of_many_at_once_one_is_fresh(store: &Store) {
    let (one, two, three, four) = tokio::join!(
        begun(store, request(0)),
        begun(store, request(0)),
        begun(store, request(0)),
        begun(store, request(0)),
    );
    let all = [one, two, three, four];
    let fresh = all.iter().filter(|one| matches!(one, Begun::Fresh(_)));
    assert_eq!(fresh.count(), 1, "{all:?}");
    let waiting = all.iter().filter(|one| matches!(one, Begun::InUse));
    assert_eq!(waiting.count(), 3, "{all:?}");
}
