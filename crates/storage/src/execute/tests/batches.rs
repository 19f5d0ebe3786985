//! Batches: thousands at once, names that swap, and one who is to blame among many.

use std::collections::BTreeMap;

use vestibule_domain::test_support::{email, name};
use vestibule_domain::{
    AccountId, Actor, AssignableRole, Command, EntityId, EntityRole, InvitationId, Login, Request,
    UserId,
};

use super::stage::{Stage, on_each_database};
use crate::{FaultKind, Job, NewAccount, PasswordHash};

/// R-INV-8: everything of a long list is there, in the order of the list.
#[test]
fn thousands_are_invited_in_one_job() {
    const PEOPLE: usize = 2500;
    on_each_database(|store| async move {
        let mut stage = Stage::set(&store, 7).await;
        let entity = EntityId::new(stage.world.fresh_id());
        let mut requests = vec![stage.world.request(
            stage.world.owner(),
            Command::CreateEntity {
                entity,
                name: name("Acme One"),
            },
        )];
        for number in 0..PEOPLE {
            let command = Command::InviteUser {
                user: UserId::new(stage.world.fresh_id()),
                invitation: InvitationId::new(stage.world.fresh_id()),
                email: email(&format!("person{number}@example.com")),
                role: AssignableRole::User,
                name: Some(name(&format!("Person {number}"))),
                memberships: BTreeMap::from([(entity, EntityRole::Clerk)]),
            };
            requests.push(stage.world.request(stage.world.owner(), command));
        }
        stage.play_requests(&requests).await;
        stage.compare().await;

        // Sent again, nobody is invited twice.
        let again: Vec<_> = requests.iter().map(|one| stage.submission(one)).collect();
        let done = stage.execute(again).await;
        assert_eq!(done.outcomes.len(), PEOPLE + 1);
        assert!(done.outcomes.iter().all(Result::is_err));
    });
}

/// R-ENT-7.
#[test]
fn entities_swap_their_names_in_one_batch() {
    on_each_database(|store| async move {
        let mut stage = Stage::set(&store, 7).await;
        let entities = [(); 3].map(|()| EntityId::new(stage.world.fresh_id()));
        let ask = |stage: &Stage, command| stage.world.request(stage.world.owner(), command);
        let make: Vec<Request> = entities
            .iter()
            .zip(["One", "Two", "Three"])
            .map(|(entity, called)| {
                ask(
                    &stage,
                    Command::CreateEntity {
                        entity: *entity,
                        name: name(called),
                    },
                )
            })
            .collect();
        stage.play_requests(&make).await;
        let [one, two, three] = entities;
        let turn: Vec<Request> = [
            (one, "Parked"),
            (two, "One"),
            (three, "Two"),
            (one, "Three"),
        ]
        .into_iter()
        .map(|(entity, called)| {
            ask(
                &stage,
                Command::RenameEntity {
                    entity,
                    name: name(called),
                },
            )
        })
        .collect();
        stage.play_requests(&turn).await;
        stage.compare().await;
    });
}

/// A job that the database cannot take fails alone; those that wait beside it are written.
#[test]
fn no_job_pays_for_another() {
    on_each_database(|store| async move {
        let mut stage = Stage::set(&store, 7).await;
        let (user, invitation) = (
            UserId::new(stage.world.fresh_id()),
            InvitationId::new(stage.world.fresh_id()),
        );
        let invite = stage.world.request(
            stage.world.owner(),
            Command::InviteUser {
                user,
                invitation,
                email: email("ann@example.com"),
                role: AssignableRole::User,
                name: None,
                memberships: BTreeMap::new(),
            },
        );
        stage.play_requests(&[invite]).await;
        // An account for another email than was invited is a defect of whoever hands it in.
        let account = AccountId::new(stage.world.fresh_id());
        let mut wrong = stage.submission(&Request {
            actor: Actor::Invitee,
            command: Command::AcceptInvitation {
                user,
                invitation,
                generation: 1,
                name: name("Ann"),
                login: Login::New(account),
            },
            at: stage.world.at,
        });
        wrong.new_account = Some(NewAccount {
            id: account,
            email: email("eve@example.com"),
            name: name("Eve"),
            password_hash: PasswordHash::new("hash".to_owned()),
        });
        let rights: Vec<Request> = (0..5)
            .map(|number| {
                let entity = EntityId::new(stage.world.fresh_id());
                let name = name(&format!("Acme {number}"));
                stage
                    .world
                    .request(stage.world.owner(), Command::CreateEntity { entity, name })
            })
            .collect();
        let job = |submissions| Job {
            organization: stage.world.founding.organization,
            submissions,
            precondition: None,
            idempotency: None,
            answer: None,
        };
        let one = |number: usize| vec![stage.submission(&rights[number])];
        let (a, b, c, d, e, wrong) = tokio::join!(
            store.execute(job(one(0))),
            store.execute(job(one(1))),
            store.execute(job(one(2))),
            store.execute(job(one(3))),
            store.execute(job(one(4))),
            store.execute(job(vec![wrong])),
        );
        assert_eq!(wrong.unwrap_err().kind(), FaultKind::Internal);
        for done in [a, b, c, d, e] {
            assert!(matches!(done.unwrap().outcomes[..], [Ok(Some(_))]));
        }
        let organization = stage.world.founding.organization;
        let verdict = store
            .verify_audit(organization, None)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((verdict.is_ok(), verdict.events), (true, 7));
    });
}
