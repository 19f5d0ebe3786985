//! Requests that meet: whatever order they are decided in, some order explains every answer.
//!
//! On each database they come from two stores at once, as from two servers; a SQLite file is held
//! by one server, so there the second is a command beside it.

use std::collections::BTreeMap;

use vestibule_domain::test_support::{World, email, name};
use vestibule_domain::{
    Actor, AssignableRole, Command, EntityId, EntityRole, Event, InvitationId, Login, Rejection,
    Request, UserId,
};

use super::stage::{Stage, on_each_pair};
use crate::{Job, Outcome, Store};

const ROUNDS: u64 = 12;

/// Plays the same race again and again, each time in an organization of its own.
fn race(
    set: impl Fn(&mut World) -> Vec<Request> + Copy,
    clash: impl Fn(&mut World) -> [Request; 2] + Copy,
    explain: impl Fn(&World, &[Outcome; 2]) + Copy,
) {
    on_each_pair(|one, other| async move {
        for round in 0..ROUNDS {
            let mut stage = Stage::set(&one, round).await;
            let requests = set(&mut stage.world);
            stage.play_requests(&requests).await;
            let [first, second] = clash(&mut stage.world);
            let (first, second) = tokio::join!(
                answer(&one, &stage, &first),
                answer(&other, &stage, &second)
            );
            let outcomes = [first, second];
            explain(&stage.world, &outcomes);
            let organization = stage.world.founding.organization;
            let whole = one.whole(organization).await.unwrap().unwrap();
            assert_eq!(whole.violations(), Vec::new());
            let verdict = one.verify_audit(organization, None).await.unwrap().unwrap();
            assert!(verdict.is_ok());
        }
    });
}

async fn answer(store: &Store, stage: &Stage, request: &Request) -> Outcome {
    let done = store
        .execute(Job {
            organization: stage.world.founding.organization,
            submissions: vec![stage.submission(request)],
            precondition: None,
            idempotency: None,
            answer: None,
        })
        .await
        .unwrap();
    done.outcomes.into_iter().next().unwrap()
}

fn accepted(outcomes: &[Outcome; 2]) -> usize {
    outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Ok(Some(_))))
        .count()
}

fn refused(outcomes: &[Outcome; 2]) -> &Rejection {
    outcomes
        .iter()
        .find_map(|outcome| outcome.as_ref().err())
        .unwrap()
}

fn invite(world: &mut World, address: &str) -> Request {
    let command = Command::InviteUser {
        user: UserId::new(world.fresh_id()),
        invitation: InvitationId::new(world.fresh_id()),
        email: email(address),
        role: AssignableRole::User,
        name: None,
        memberships: BTreeMap::new(),
    };
    world.request(world.owner(), command)
}

fn accept(world: &mut World, invited: &Request) -> Request {
    let Command::InviteUser {
        user,
        invitation,
        email,
        ..
    } = &invited.command
    else {
        panic!("an invitation");
    };
    let command = Command::AcceptInvitation {
        user: *user,
        invitation: *invitation,
        generation: 1,
        name: name("Ann Other"),
        login: world.login(email),
    };
    world.request(Actor::Invitee, command)
}

fn user_of(world: &World, address: &str) -> UserId {
    world
        .directory
        .user_by_email(email(address).key())
        .unwrap()
        .id
}

fn entity(world: &mut World) -> Request {
    let command = Command::CreateEntity {
        entity: EntityId::new(world.fresh_id()),
        name: name("Acme One"),
    };
    world.request(world.owner(), command)
}

/// Two people who have joined, and one entity.
fn crew(world: &mut World) -> Vec<Request> {
    let (ann, bob) = (
        invite(world, "ann@example.com"),
        invite(world, "bob@example.com"),
    );
    let entity = entity(world);
    let (one, other) = (accept(world, &ann), accept(world, &bob));
    vec![ann, bob, entity, one, other]
}

/// R-INV-6, lesson 1.
#[test]
fn of_two_acceptances_at_once_one_wins() {
    race(
        |world| vec![invite(world, "ann@example.com")],
        |world| {
            let user = user_of(world, "ann@example.com");
            let invitation = world.directory.user(user).unwrap().invitation().unwrap().id;
            [(); 2].map(|()| {
                let login = Login::New(vestibule_domain::AccountId::new(world.fresh_id()));
                let command = Command::AcceptInvitation {
                    user,
                    invitation,
                    generation: 1,
                    name: name("Ann Other"),
                    login,
                };
                world.request(Actor::Invitee, command)
            })
        },
        |_, outcomes| {
            assert_eq!(accepted(outcomes), 1);
            assert_eq!(*refused(outcomes), Rejection::InvitationNotUsable);
        },
    );
}

/// R-INV-2, lesson 8.
#[test]
fn of_two_invitations_of_one_email_at_once_one_is_sent() {
    race(
        |_| Vec::new(),
        |world| {
            [
                invite(world, "ann@example.com"),
                invite(world, "ANN@Example.COM"),
            ]
        },
        |_, outcomes| {
            assert_eq!(accepted(outcomes), 1);
            assert!(matches!(
                refused(outcomes),
                Rejection::EmailAlreadyInOrganization(_)
            ));
        },
    );
}

/// R-ORG-1, lesson 15.
#[test]
fn one_of_two_transfers_wins() {
    race(
        crew,
        |world| {
            ["ann@example.com", "bob@example.com"].map(|address| {
                let to = user_of(world, address);
                world.request(world.owner(), Command::TransferOwnership { to })
            })
        },
        |_, outcomes| {
            assert_eq!(accepted(outcomes), 1);
            assert_eq!(*refused(outcomes), Rejection::NotAllowed);
        },
    );
}

/// R-ORG-5, R-REM-3.
#[test]
fn who_is_made_owner_and_removed_at_once_is_one_of_both() {
    race(
        crew,
        |world| {
            let to = user_of(world, "ann@example.com");
            [
                world.request(world.owner(), Command::TransferOwnership { to }),
                world.request(
                    world.owner(),
                    Command::RemoveUser {
                        user: to,
                        fingerprint: None,
                    },
                ),
            ]
        },
        |_, outcomes| assert_eq!(accepted(outcomes), 1, "{outcomes:?}"),
    );
}

/// R-REM-1: no membership outlives its user, whichever came first.
#[test]
fn who_is_removed_while_being_added_to_an_entity_has_no_membership() {
    race(
        crew,
        |world| {
            let user = user_of(world, "ann@example.com");
            let entity = world.directory.entities().next().unwrap().id;
            [
                world.request(
                    world.owner(),
                    Command::SetMembership {
                        entity,
                        user,
                        role: EntityRole::Clerk,
                    },
                ),
                world.request(
                    world.owner(),
                    Command::RemoveUser {
                        user,
                        fingerprint: None,
                    },
                ),
            ]
        },
        |world, [added, removed]| {
            let Ok(Some(Event::UserRemoved { plan, .. })) = removed else {
                panic!("removed: {removed:?}");
            };
            match added {
                Ok(Some(_)) => assert_eq!(plan.memberships.len(), 1),
                Err(rejection) => {
                    let user = user_of(world, "ann@example.com");
                    assert_eq!(*rejection, Rejection::UserNotInOrganization(user));
                    assert_eq!(plan.memberships, Vec::new());
                }
                Ok(None) => panic!("nothing was so already"),
            }
        },
    );
}

/// R-ENT-2: the second of two roles at once is a change of the first, not another membership.
#[test]
fn two_memberships_of_one_pair_at_once_are_one() {
    race(
        crew,
        |world| {
            let user = user_of(world, "ann@example.com");
            let entity = world.directory.entities().next().unwrap().id;
            [EntityRole::Clerk, EntityRole::Auditor].map(|role| {
                world.request(world.owner(), Command::SetMembership { entity, user, role })
            })
        },
        |_, outcomes| {
            assert_eq!(accepted(outcomes), 2);
            let fresh = outcomes.iter().filter(|outcome| {
                matches!(outcome, Ok(Some(Event::MembershipSet { before: None, .. })))
            });
            assert_eq!(fresh.count(), 1);
        },
    );
}

/// R-ENT-7.
#[test]
fn of_two_entities_of_one_name_at_once_one_is_made() {
    race(
        |_| Vec::new(),
        |world| [entity(world), entity(world)],
        |_, outcomes| {
            assert_eq!(accepted(outcomes), 1);
            assert_eq!(*refused(outcomes), Rejection::EntityNameTaken);
        },
    );
}
