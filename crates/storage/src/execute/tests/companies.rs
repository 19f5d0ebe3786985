//! Jobs that wait at once: what they share, and that none of them pays for another.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use vestibule_domain::test_support::name;
use vestibule_domain::{Command, EntityId};

use super::stage::{Stage, on_each_database};
use crate::{Done, Fault, FaultKind, Job, Precondition, Store, Submission};

/// Executes jobs of which all but the first wait while the first is being written.
async fn execute_at_once(store: &Store, jobs: Vec<Job>) -> Vec<Result<Done, Fault>> {
    let (go, wait) = channel::<()>();
    let wait = Mutex::new(wait);
    let mut jobs = jobs;
    jobs[0].answer = Some(Box::new(move |_| {
        // The other end is dropped once every job has been handed in.
        let _ = wait.lock().unwrap().recv();
        Ok(None)
    }));
    let hand_in = |job| {
        let store = store.clone();
        tokio::spawn(async move { store.execute(job).await })
    };
    let tasks: Vec<_> = jobs.into_iter().map(hand_in).collect();
    tokio::spawn(async move { drop(go) });
    let mut done = Vec::new();
    for task in tasks {
        done.push(task.await.unwrap());
    }
    done
}

fn job(stage: &Stage, submission: Submission, precondition: Option<Precondition>) -> Job {
    Job {
        organization: stage.world.founding.organization,
        submissions: vec![submission],
        precondition,
        idempotency: None,
        answer: None,
    }
}

/// R-ANS-1: whose precondition fails is told so, and no transaction is taken back for it: of many
/// that wait together, each is judged once.
#[test]
fn an_outdated_job_is_judged_once_and_holds_up_nobody() {
    on_each_database(|store| async move {
        let mut stage = Stage::set(&store, 7).await;
        let judged = Arc::new(AtomicUsize::new(0));
        let mut jobs = Vec::new();
        for number in 0..41 {
            let request = stage.entity(&format!("Acme {number}"));
            let judged = Arc::clone(&judged);
            let precondition = (number > 0).then(|| -> Precondition {
                Box::new(move |_| {
                    judged.fetch_add(1, Ordering::Relaxed);
                    Ok(number % 2 == 0)
                })
            });
            jobs.push(job(&stage, stage.submission(&request), precondition));
        }
        let done = execute_at_once(&store, jobs).await;
        assert_eq!(judged.load(Ordering::Relaxed), 40);
        for (number, done) in done.into_iter().enumerate() {
            match done {
                Ok(done) => assert!(number % 2 == 0 && done.outcomes[0].is_ok()),
                Err(fault) => {
                    assert_eq!((number % 2, fault.kind()), (1, FaultKind::Outdated));
                }
            }
        }
        let organization = stage.world.founding.organization;
        let verdict = store.verify_audit(organization, None).await.unwrap();
        let verdict = verdict.unwrap();
        assert_eq!((verdict.is_ok(), verdict.events), (true, 1 + 21));
    });
}

/// Changes that are decided one by one are committed together all the same.
#[test]
fn changes_that_wait_for_one_organization_share_a_commit() {
    on_each_database(|store| async move {
        let mut stage = Stage::set(&store, 7).await;
        let entities = [(); 30].map(|()| EntityId::new(stage.world.fresh_id()));
        let ask = |stage: &Stage, command| stage.world.request(stage.world.owner(), command);
        let make = |(entity, number): (&EntityId, usize)| Command::CreateEntity {
            entity: *entity,
            name: name(&format!("Acme {number}")),
        };
        let made: Vec<_> = entities.iter().zip(0..).map(make).collect();
        let made: Vec<_> = made
            .into_iter()
            .map(|command| ask(&stage, command))
            .collect();
        stage.play_requests(&made).await;
        let mut jobs = Vec::new();
        for (entity, number) in entities.iter().zip(0..) {
            let rename = Command::RenameEntity {
                entity: *entity,
                name: name(&format!("Newly {number}")),
            };
            let request = ask(&stage, rename);
            stage.world.play(&request).unwrap();
            jobs.push(job(&stage, stage.submission(&request), None));
        }
        for done in execute_at_once(&store, jobs).await {
            assert!(matches!(done.unwrap().outcomes[..], [Ok(Some(_))]));
        }
        let organization = stage.world.founding.organization;
        let stored = store.whole(organization).await.unwrap().unwrap();
        for entity in entities {
            assert_eq!(stored.entity(entity), stage.world.directory.entity(entity));
        }
        #[cfg(feature = "postgres")]
        if format!("{store:?}").contains("postgres") {
            use super::stage::count;

            let commits = "select count(distinct xmin::text) from audit_events \
                where action = 'entity.renamed'";
            assert!(count(&store, commits).await <= 2);
        }
    });
}
