//! Every state that the smallest organization can come to, by every command of every actor.
//!
//! Two people, one entity and one API key, while the clock stands still. Ids stay the same when
//! somebody comes back, so that the states are finitely many; how often an invitation was resent
//! is left out of what tells states apart.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use uuid::Uuid;
use vestibule_domain::test_support::{Generous, World, email, name};
use vestibule_domain::{
    AccountId, Actor, ApiKeyId, Command, Directory, EntityId, EntityStatus, Event, InvitationId,
    Login, Membership, Request, SecretDigest, Sender, Status, Stop, Timestamp, UserId,
    UserManagement, decide_all,
};

use crate::house::{As, Key, Role};

const ROLES: [As; 3] = [As::Admin, As::Manager, As::Clerk];

struct Smallest {
    people: [UserId; 2],
    invitations: [InvitationId; 2],
    accounts: [AccountId; 2],
    entity: EntityId,
    key: ApiKeyId,
    at: Timestamp,
}

impl Smallest {
    fn actors(&self, state: &Directory) -> Vec<Actor> {
        let mut actors = vec![Actor::Operator, Actor::Invitee];
        actors.extend(self.people.map(|id| Actor::User {
            id,
            signed_in: self.at,
        }));
        let keys = state.api_keys().map(|key| Actor::Key {
            id: key.id,
            maker: key.maker,
        });
        actors.extend(keys);
        actors
    }

    fn commands(&self, state: &Directory) -> Vec<Command> {
        let entity = self.entity;
        let setting = |setting| Command::UpdateOrganization {
            name: None,
            user_management: Some(setting),
            invitation_lifetime: None,
        };
        let mut commands: Vec<_> = UserManagement::ALL.iter().copied().map(setting).collect();
        commands.extend([
            Command::CreateEntity {
                entity,
                name: name("Bakery"),
            },
            Command::ArchiveEntity { entity },
            Command::UnarchiveEntity { entity },
            Command::DeleteEntity { entity },
        ]);
        for person in 0..self.people.len() {
            commands.extend(self.commands_about(person, state));
        }
        if state.api_keys().next().is_none() {
            commands.extend(
                [Key::Auditor, Key::UserManager].map(|role| Command::CreateApiKey {
                    key: self.key,
                    name: name("Payroll"),
                    role,
                    expires_at: None,
                    digest: SecretDigest([0; 32]),
                }),
            );
        }
        commands
    }

    fn commands_about(&self, person: usize, state: &Directory) -> Vec<Command> {
        let (user, invitation) = (self.people[person], self.invitations[person]);
        let (entity, pending) = (self.entity, state.user(user).and_then(|it| it.invitation()));
        let generation = pending.map_or(1, |pending| pending.generation);
        let mut commands = vec![
            Command::TransferOwnership { to: user },
            Command::ResendInvitation { user, invitation },
            Command::RevokeInvitation { user, invitation },
            Command::DeclineInvitation {
                user,
                invitation,
                generation,
            },
            Command::AcceptInvitation {
                user,
                invitation,
                generation,
                name: name("Somebody"),
                login: Login::Existing(self.accounts[person]),
            },
            Command::DeactivateUser { user },
            Command::ReactivateUser { user },
            Command::RemoveUser {
                user,
                fingerprint: None,
            },
            Command::RemoveOwnUser { user },
            Command::RemoveMembership { entity, user },
            Command::EndApiKey {
                key: self.key,
                maker: user,
            },
        ];
        for role in ROLES {
            commands.push(Command::SetMembership { entity, user, role });
        }
        for role in Role::ALL {
            commands.push(Command::UpdateUser {
                user,
                role: Some(*role),
                name: None,
            });
            for held in [None, Some(As::Admin)] {
                commands.push(Command::InviteUser {
                    user,
                    invitation,
                    email: email(&format!("person{person}@example.com")),
                    role: *role,
                    name: None,
                    memberships: held.map(|held| (entity, held)).into_iter().collect(),
                });
            }
        }
        commands
    }
}

/// What tells states apart: the owner and the setting, the users, the entity, the memberships, the key.
type State = (
    (UserId, UserManagement),
    Vec<(UserId, Role, Status, Option<Sender>)>,
    Option<EntityStatus>,
    Vec<Membership>,
    Option<(UserId, Key)>,
);

fn state_of(directory: &Directory) -> State {
    let organization = directory.organization();
    let users = directory.users().map(|user| {
        let sender = user.invitation().map(|invitation| invitation.sender);
        (user.id, user.role, user.status(), sender)
    });
    (
        (organization.primary_admin, organization.user_management),
        users.collect(),
        directory.entities().map(|entity| entity.status).next(),
        directory.memberships().collect(),
        directory.api_keys().map(|key| (key.maker, key.role)).next(),
    )
}

/// R-ORG-1, R-REM-1, R-ENT-1, R-ENT-2, R-ENT-8, R-AUD-1, R-INV-9: what always holds, holds.
#[test]
fn no_state_that_can_be_reached_breaks_what_must_always_hold() {
    let world = World::numbered(1);
    let id = |number: u128| Uuid::from_u128(0x0290_0000_0000_7000_8000_0000_0000_0000 + number);
    let smallest = Smallest {
        people: [world.founding.primary_admin, UserId::new(id(1))],
        invitations: [2_u128, 3].map(|number| InvitationId::new(id(number))),
        accounts: [world.founding.account, AccountId::new(id(4))],
        entity: EntityId::new(id(5)),
        key: ApiKeyId::new(id(6)),
        at: world.at,
    };
    let mut beginning = world.directory;
    beginning.settle();
    let mut seen = BTreeSet::from([state_of(&beginning)]);
    let mut waiting = VecDeque::from([beginning]);
    let mut accepted = BTreeMap::<&str, usize>::new();
    while let Some(state) = waiting.pop_front() {
        for command in smallest.commands(&state) {
            for actor in smallest.actors(&state) {
                let request = Request {
                    actor,
                    command: command.clone(),
                    at: smallest.at,
                };
                let event = match state.decide(&request) {
                    Ok(Some(event)) => event,
                    Ok(None) | Err(Stop::Rejected(_)) => continue,
                    Err(Stop::Missing(wanted)) => panic!("a whole misses {wanted:?}"),
                };
                *accepted.entry(event.action()).or_default() += 1;
                let mut next = state.clone();
                next.apply(&event);
                next.settle();
                if seen.insert(state_of(&next)) {
                    assert_eq!(next.violations(), [], "after {request:?}");
                    decides_alike_over_a_part(&state, &request, &event);
                    waiting.push_back(next);
                }
            }
        }
    }
    assert!(seen.len() > 1000, "only {} states", seen.len());

    assert_eq!(
        accepted.len(),
        22,
        "every kind of event but those of names: {accepted:?}"
    );
}

fn decides_alike_over_a_part(state: &Directory, request: &Request, event: &Event) {
    let mut part = Directory::part(state.organization().clone());
    let mut loader = Generous::over(state);
    let outcomes = decide_all(&mut part, &mut loader, std::slice::from_ref(request)).unwrap();
    assert_eq!(outcomes, [Ok(Some(event.clone()))]);
    assert!(loader.rounds <= 2);
}
