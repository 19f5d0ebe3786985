//! Requests that are sent again: the answer is kept in the transaction of the change, or not at all.

use vestibule_domain::{OrganizationId, Request};

use super::stage::{Stage, on_each_database};
use crate::{Begun, Done, IdempotencyClaim, IdempotencyRequest, Job, KeptAnswer};

fn asked(stage: &Stage) -> IdempotencyRequest {
    IdempotencyRequest {
        organization: Some(stage.world.founding.organization),
        actor: "user".to_owned(),
        key: "key".to_owned(),
        digest: [7; 32],
        at: stage.world.at,
    }
}

async fn execute(stage: &Stage, claim: IdempotencyClaim, request: &Request) -> Done {
    stage
        .store
        .execute(Job {
            organization: stage.world.founding.organization,
            submissions: vec![stage.submission(request)],
            precondition: None,
            idempotency: Some(claim),
            answer: Some(Box::new(|written| {
                let entities = written.directory.entities().count();
                Ok(Some(KeptAnswer {
                    status: 201,
                    headers: vec![("etag".to_owned(), "\"1\"".to_owned())],
                    body: Some(format!("{entities} entities")),
                }))
            })),
        })
        .await
        .unwrap()
}

#[test]
fn an_accepted_request_gets_its_answer_again_and_is_done_once() {
    on_each_database(|store| async move {
        let mut stage = Stage::set(&store, 7).await;
        let request = stage.entity("Acme One");
        let Begun::Fresh(claim) = store.begin_idempotent(asked(&stage)).await.unwrap() else {
            panic!("fresh");
        };
        assert!(matches!(
            store.begin_idempotent(asked(&stage)).await.unwrap(),
            Begun::InUse
        ));
        let done = execute(&stage, claim, &request).await;
        let Begun::Replay(again) = store.begin_idempotent(asked(&stage)).await.unwrap() else {
            panic!("kept");
        };
        assert_eq!(Some(again), done.answer);
    });
}

#[test]
fn a_refused_request_leaves_its_key_fresh() {
    on_each_database(|store| async move {
        let mut stage = Stage::set(&store, 7).await;
        let taken = stage.entity("Acme One");
        stage.play_requests(std::slice::from_ref(&taken)).await;
        let refused = stage.entity("acme ONE");
        let Begun::Fresh(claim) = store.begin_idempotent(asked(&stage)).await.unwrap() else {
            panic!("fresh");
        };
        let done = execute(&stage, claim, &refused).await;
        assert!(done.outcomes[0].is_err());
        assert!(matches!(
            store.begin_idempotent(asked(&stage)).await.unwrap(),
            Begun::Fresh(_)
        ));
    });
}

/// R-ANS-2.
#[test]
fn an_organization_that_is_not_there_refuses_everything() {
    on_each_database(|store| async move {
        let mut stage = Stage::set(&store, 7).await;
        let request = stage.entity("Acme One");
        let organization = OrganizationId::new(stage.world.fresh_id());
        let done = store
            .execute(Job {
                organization,
                submissions: vec![stage.submission(&request)],
                idempotency: None,
                precondition: None,
                answer: None,
            })
            .await
            .unwrap();
        assert_eq!(done.outcomes, [Err(vestibule_domain::Rejection::NotFound)]);
        assert!(store.whole(organization).await.unwrap().is_none());
    });
}
