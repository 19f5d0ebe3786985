//! Sessions: how they begin, how long they last, and what ends them.

use uuid::Uuid;
use vestibule_domain::{AccountId, SecretDigest};

use super::{Ended, NewSession, SessionLifetime, SessionRow, SessionsPage};
use crate::reads::tests::world::World;
use crate::testing::{account_statement, later, now, on_both_databases, run};
use crate::{NewPassword, PageLimit, PasswordChange, PasswordHash, SessionId, Store, Total};

on_both_databases![
    a_session_is_found_by_its_digest_with_the_user_it_stands_for,
    a_session_ends_when_it_is_idle_and_at_its_absolute_end,
    a_use_is_noted_at_most_once_a_minute,
    a_new_password_ends_every_other_session,
    a_sign_in_that_proved_an_old_password_opens_nothing,
    one_session_or_all_others_can_be_ended_but_only_ones_own,
    the_sessions_of_an_account_are_paged_latest_first,
];

const DAY: u32 = 24 * 3600;

fn account(number: u128) -> AccountId {
    AccountId::new(Uuid::from_u128(number))
}

fn digest(number: u8) -> SecretDigest {
    SecretDigest([number; 32])
}

fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(text.to_owned())
}

async fn make_account(store: &Store, number: u128) {
    let email = format!("a{number}@x.example");
    run(
        store,
        vec![account_statement(account(number), &email, "Ann")],
    )
    .await;
}

fn sign_in(owner: u128, number: u8, after_seconds: u32) -> NewSession {
    NewSession {
        id: SessionId::new(Uuid::from_u128(u128::from(number))),
        account: account(owner),
        digest: digest(number),
        proved: hash("old hash"),
        at: later(after_seconds),
        lifetime: SessionLifetime::default(),
    }
}

async fn open(store: &Store, owner: u128, number: u8, after_seconds: u32) -> SessionRow {
    let new = sign_in(owner, number, after_seconds);
    store.create_session(new).await.unwrap().unwrap()
}

async fn is_alive(store: &Store, number: u8, after_seconds: u32) -> bool {
    store
        .session_by_digest(
            digest(number),
            None,
            SessionLifetime::default(),
            later(after_seconds),
        )
        .await
        .unwrap()
        .is_some()
}

/// R-SES-2.
async fn a_session_is_found_by_its_digest_with_the_user_it_stands_for(store: &Store) {
    let world = World::random(101, 10, 1);
    world.write(store).await;
    let person = world
        .people
        .iter()
        .find(|person| person.account.is_some())
        .unwrap();
    let new = NewSession {
        account: person.account.unwrap(),
        ..sign_in(0, 1, 0)
    };
    let opened = store.create_session(new).await.unwrap().unwrap();
    let lifetime = SessionLifetime::default();
    for (organization, user) in [
        (Some(world.organization), Some(person.id)),
        (Some(Uuid::from_u128(1).into()), None),
        (None, None),
    ] {
        let found = store
            .session_by_digest(digest(1), organization, lifetime, now())
            .await
            .unwrap()
            .unwrap();
        assert_eq!((found.user, found.account), (user, person.account.unwrap()));
        assert_eq!(found.session, opened);
    }
    let unknown = store.session_by_digest(digest(2), None, lifetime, now());
    assert_eq!(unknown.await.unwrap(), None);
}

/// R-SES-2.
async fn a_session_ends_when_it_is_idle_and_at_its_absolute_end(store: &Store) {
    make_account(store, 1).await;
    let opened = open(store, 1, 1, 0).await;
    assert_eq!(opened.expires_at, later(7 * DAY));
    assert!(is_alive(store, 1, 7 * DAY - 1).await);
    // Nothing but the look above has used it, and its note may still be on its way.
    let short = SessionLifetime {
        idle_seconds: 60,
        absolute_seconds: 90,
    };
    let new = NewSession {
        lifetime: short,
        ..sign_in(1, 2, 0)
    };
    store.create_session(new).await.unwrap().unwrap();
    let look = |seconds| store.session_by_digest(digest(2), None, short, later(seconds));
    assert!(look(59).await.unwrap().is_some());
    assert!(look(60).await.unwrap().is_none());
    let new = NewSession {
        lifetime: SessionLifetime {
            idle_seconds: 1000,
            absolute_seconds: 90,
        },
        ..sign_in(1, 3, 0)
    };
    let row = store.create_session(new).await.unwrap().unwrap();
    assert_eq!(row.expires_at, later(90));
}

/// R-SES-2.
async fn a_use_is_noted_at_most_once_a_minute(store: &Store) {
    make_account(store, 1).await;
    open(store, 1, 1, 0).await;
    let lifetime = SessionLifetime::default();
    let look = |seconds| store.session_by_digest(digest(1), None, lifetime, later(seconds));
    look(59).await.unwrap().unwrap();
    let mut looks = 0;
    // The note is taken behind the look, so the looks go on until one sees it.
    while look(61).await.unwrap().unwrap().session.last_used_at != later(61) {
        looks += 1;
        assert!(looks < 100_000, "the use was never noted");
        tokio::task::yield_now().await;
    }
    let found = look(100).await.unwrap().unwrap();
    assert_eq!(found.session.last_used_at, later(61));
    assert_eq!(found.session.expires_at, later(61 + 7 * DAY));
    assert_eq!(found.session.created_at, now());
}

/// R-SES-2.
async fn a_new_password_ends_every_other_session(store: &Store) {
    make_account(store, 1).await;
    make_account(store, 2).await;
    for number in [1, 2, 3] {
        open(store, 1, number, 0).await;
    }
    open(store, 2, 4, 0).await;
    let new = NewPassword {
        account: account(1),
        proved: hash("old hash"),
        password_hash: hash("new hash"),
        kept: Some(SessionId::new(Uuid::from_u128(2))),
        at: later(1),
    };
    let outdated = NewPassword {
        proved: hash("another hash"),
        ..new.clone()
    };
    let refused = store.change_password(outdated).await.unwrap();
    assert_eq!(refused, PasswordChange::Outdated);
    assert!(is_alive(store, 1, 1).await);

    let changed = store.change_password(new).await.unwrap();
    assert_eq!(changed, PasswordChange::Done);
    for (number, alive) in [(1, false), (2, true), (3, false), (4, true)] {
        assert_eq!(is_alive(store, number, 1).await, alive, "{number}");
    }
    let found = store.account(account(1)).await.unwrap().unwrap();
    assert_eq!(found.password_hash, hash("new hash"));
}

/// R-SES-2: between the proof and the session the password may have changed.
async fn a_sign_in_that_proved_an_old_password_opens_nothing(store: &Store) {
    make_account(store, 1).await;
    let outdated = NewSession {
        proved: hash("older hash"),
        ..sign_in(1, 1, 0)
    };
    assert_eq!(store.create_session(outdated).await.unwrap(), None);
    let nobody = sign_in(9, 1, 0);
    assert_eq!(store.create_session(nobody).await.unwrap(), None);
    assert!(!is_alive(store, 1, 0).await);
}

/// R-SES-2, R-ANS-2.
async fn one_session_or_all_others_can_be_ended_but_only_ones_own(store: &Store) {
    make_account(store, 1).await;
    make_account(store, 2).await;
    for number in [1, 2, 3] {
        open(store, 1, number, 0).await;
    }
    open(store, 2, 4, 0).await;
    let id = |number| SessionId::new(Uuid::from_u128(number));
    let end = |owner, number| store.end_session(account(owner), id(number));
    assert_eq!(end(2, 1).await.unwrap(), Ended::NotThere);
    assert_eq!(end(1, 1).await.unwrap(), Ended::Now);
    assert_eq!(end(1, 1).await.unwrap(), Ended::NotThere);
    store.end_other_sessions(account(1), id(2)).await.unwrap();
    for (number, alive) in [(1, false), (2, true), (3, false), (4, true)] {
        assert_eq!(is_alive(store, number, 0).await, alive, "{number}");
    }
}

/// R-SES-2, lesson 21.
async fn the_sessions_of_an_account_are_paged_latest_first(store: &Store) {
    make_account(store, 1).await;
    for number in 1..=7 {
        open(store, 1, number, u32::from(number / 2)).await;
    }
    let first = SessionsPage {
        limit: PageLimit::new(3).unwrap(),
        total: Total::Counted,
        ..SessionsPage::new(account(1), SessionLifetime::default(), later(10))
    };
    let (mut page, mut found) = (first.clone(), Vec::new());
    loop {
        let rows = store.sessions_page(page).await.unwrap();
        assert_eq!(rows.total, Some(7));
        found.extend(rows.items.iter().map(|row| row.id.uuid().as_u128()));
        let Some(next) = rows.next else { break };
        page = first.clone().after(next.as_str()).unwrap();
    }
    assert_eq!(found, [7, 6, 5, 4, 3, 2, 1]);
    let idle = SessionsPage {
        at: later(8 * DAY),
        ..first
    };
    assert_eq!(store.sessions_page(idle).await.unwrap().items, []);
}

/// R-SES-2: who signs in while the password changes comes before the change, which then ends the
/// session, or after it, when the old password opens nothing.
#[cfg(feature = "postgres")]
#[tokio::test]
async fn no_session_for_an_old_password_outlives_a_change_that_was_under_way() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use diesel::RunQueryDsl;
    use diesel::sql_types::Bool;

    use crate::Fault;
    use crate::statement::Statement;
    use crate::store::Backend;

    /// So often a waiting transaction is looked for before it is said not to wait.
    const LOOKS_MAX: u32 = 100_000;

    let Some(database) = crate::testing::Database::postgres() else {
        return;
    };
    let store = &database.store;
    make_account(store, 1).await;
    let Backend::Postgres(postgres) = &store.backend else {
        panic!("another database was opened")
    };
    let new = NewPassword {
        account: account(1),
        proved: hash("old hash"),
        password_hash: hash("new hash"),
        kept: None,
        at: later(1),
    };
    let (changed, began) = tokio::sync::oneshot::channel();
    let (answered, mut changed) = (Arc::new(AtomicBool::new(false)), Some(changed));
    let is_answered = Arc::clone(&answered);
    let change = postgres.write(move |conn| -> Result<(), Fault> {
        crate::postgres::queries::accounts::change_password(conn, &new)?;
        if let Some(changed) = changed.take() {
            changed.send(()).unwrap();
        }
        // Commits once the sign-in waits for this, or has not waited.
        for _ in 0..LOOKS_MAX {
            let waits: bool = Statement::<Bool>::new(
                "select exists (select 1 from pg_locks where not granted \
                 and transactionid = pg_current_xact_id()::xid)",
            )
            .get_result(conn)?;
            if waits || is_answered.load(Ordering::SeqCst) {
                return Ok(());
            }
        }
        panic!("the sign-in neither waited nor ended")
    });
    let sign_in = async {
        began.await.unwrap();
        let opened = store.create_session(sign_in(1, 1, 2)).await.unwrap();
        answered.store(true, Ordering::SeqCst);
        opened
    };
    let (change, opened) = tokio::join!(change, sign_in);
    change.unwrap();
    assert_eq!(opened, None);
    assert!(!is_alive(store, 1, 2).await);
}
