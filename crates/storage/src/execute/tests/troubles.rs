//! Troubles that pass: a defect in one answer, connections that were cut, a file that is full.

use super::stage::{Stage, on_each_database};
use crate::{FaultKind, Job};

/// A job whose answer panics fails, and the store goes on.
#[test]
fn a_defect_in_one_answer_leaves_the_writer_at_work() {
    on_each_database(|store| async move {
        let mut stage = Stage::set(&store, 7).await;
        let request = stage.entity("Acme One");
        let failed = store
            .execute(Job {
                organization: stage.world.founding.organization,
                submissions: vec![stage.submission(&request)],
                idempotency: None,
                precondition: None,
                answer: Some(Box::new(|_| panic!("a defect of the test"))),
            })
            .await;
        assert_eq!(failed.unwrap_err().kind(), FaultKind::Internal);
        // Nothing of it was written, so that it can be asked again.
        stage.play_requests(&[request]).await;
        stage.compare().await;
    });
}

/// A server that was restarted cuts every connection; each failure is told as one that passes,
/// and there is no more of them than there were connections.
#[cfg(feature = "postgres")]
#[tokio::test]
async fn cut_connections_are_replaced() {
    use super::stage::tamper;
    use crate::testing::Database;

    const CUT: &str = "select pg_terminate_backend(pid) from pg_stat_activity \
        where datname = current_database() and pid <> pg_backend_pid()";

    let Some(database) = Database::postgres() else {
        return;
    };
    let mut stage = Stage::set(&database.store, 7).await;
    let beside = database.beside();
    tamper(&beside, CUT).await;
    let request = stage.entity("Acme One");
    let submission = stage.submission(&request);
    let mut failures = 0;
    let done = loop {
        let done = database
            .store
            .execute(Job {
                organization: stage.world.founding.organization,
                submissions: vec![submission.clone()],
                idempotency: None,
                precondition: None,
                answer: None,
            })
            .await;
        match done {
            Ok(done) => break done,
            Err(fault) => {
                assert_eq!(fault.kind(), FaultKind::Unavailable, "{fault:?}");
                failures += 1;
                assert!(failures <= 1, "one failure tells of all the others");
            }
        }
    };
    assert!(done.outcomes[0].is_ok());
}

/// A full disk refuses the change as unavailable; once there is room it goes on by itself.
#[tokio::test]
async fn a_full_file_is_unavailable_until_there_is_room() {
    use super::stage::tamper;
    use crate::testing::Database;

    let database = Database::sqlite();
    let mut stage = Stage::set(&database.store, 7).await;
    tamper(&database.store, "pragma max_page_count = 1").await;
    let mut written = 0;
    let fault = loop {
        let request = stage.entity(&format!("Acme {written}"));
        let submission = stage.submission(&request);
        let job = Job {
            organization: stage.world.founding.organization,
            submissions: vec![submission],
            idempotency: None,
            precondition: None,
            answer: None,
        };
        match database.store.execute(job).await {
            Ok(_) => written += 1,
            Err(fault) => break fault,
        }
        assert!(written < 1000, "the file never became full");
    };
    assert_eq!(fault.kind(), FaultKind::Unavailable, "{fault:?}");
    // The limit went with the connection that met it.
    let request = stage.entity("Acme at last");
    let done = stage.execute(vec![stage.submission(&request)]).await;
    assert!(done.outcomes[0].is_ok());
    let organization = stage.world.founding.organization;
    let verdict = database
        .store
        .verify_audit(organization, None)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((verdict.is_ok(), verdict.events), (true, written + 2));
}
