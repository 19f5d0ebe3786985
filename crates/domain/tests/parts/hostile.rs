//! Batches made to be asked about for long: each request depends on what the one before it does.

use std::collections::BTreeMap;

use proptest::prelude::*;
use vestibule_domain::test_support::{Generous, World, email, name, story};
use vestibule_domain::{
    AssignableRole, Command, EntityId, EntityRole, InvitationId, Login, Request, UserId,
    UserManagement, decide_all,
};

use super::{nothing_of, world_after};

/// How often that batch asks a generous loader; its answers are those of the whole, one by one.
fn rounds_of(world: &World, batch: &[Request]) -> usize {
    let whole = &world.directory;
    let mut loader = Generous::over(whole);
    let Ok(outcomes) = decide_all(&mut nothing_of(whole), &mut loader, batch);
    let mut model = world.clone();
    for (request, outcome) in batch.iter().zip(outcomes) {
        assert_eq!(outcome, model.play(request), "{request:?}");
    }
    loader.rounds
}

/// An organization with so many Active users, each an entity's Manager, and an entity for each.
fn peopled(number: usize) -> (World, Vec<UserId>, Vec<EntityId>) {
    let mut world = World::numbered(1);
    let (mut people, mut rooms) = (Vec::new(), Vec::new());
    for place in 0..number {
        let entity = EntityId::new(world.fresh_id());
        let called = name(&format!("Room {place}"));
        let create = Command::CreateEntity {
            entity,
            name: called,
        };
        world.play(&world.request(world.owner(), create)).unwrap();
        let (user, invitation) = (
            UserId::new(world.fresh_id()),
            InvitationId::new(world.fresh_id()),
        );
        let typed = email(&format!("person{place}@example.com"));
        let invite = Command::InviteUser {
            user,
            invitation,
            email: typed.clone(),
            role: AssignableRole::User,
            name: None,
            memberships: BTreeMap::from([(entity, EntityRole::Manager)]),
        };
        world.play(&world.request(world.owner(), invite)).unwrap();
        let login = world.login(&typed);
        let accept = acceptance(user, invitation, login);
        world
            .play(&world.request(vestibule_domain::Actor::Invitee, accept))
            .unwrap();
        people.push(user);
        rooms.push(entity);
    }
    (world, people, rooms)
}

fn acceptance(user: UserId, invitation: InvitationId, login: Login) -> Command {
    Command::AcceptInvitation {
        user,
        invitation,
        generation: 1,
        name: name("Somebody"),
        login,
    }
}

fn role(user: UserId, role: AssignableRole) -> Command {
    Command::UpdateUser {
        user,
        role: Some(role),
        name: None,
    }
}

/// Ownership goes from hand to hand, and each owner asks before it comes and after it is gone.
#[test]
fn a_chain_of_transfers_asks_twice_at_most() {
    let (world, people, _) = peopled(12);
    let mut batch = Vec::new();
    let mut owner = world.owner();
    for pair in people.windows(2) {
        let (next, other) = (world.signed_in(pair[0]), pair[1]);
        batch.push(world.request(next, role(other, AssignableRole::Admin)));
        batch.push(world.request(owner, Command::TransferOwnership { to: pair[0] }));
        batch.push(world.request(next, role(other, AssignableRole::Admin)));
        batch.push(world.request(
            owner,
            Command::RemoveUser {
                user: other,
                fingerprint: None,
            },
        ));
        owner = next;
    }
    assert!(rounds_of(&world, &batch) <= 2);
}

/// Each is made an Admin by the one before, makes the next one, loses the role, and looks around
/// as one who sees little.
#[test]
fn admins_who_make_and_unmake_each_other_ask_twice_at_most() {
    let (mut world, people, rooms) = peopled(12);
    let settings = Command::UpdateOrganization {
        name: None,
        user_management: Some(UserManagement::Admins),
        invitation_lifetime: None,
    };
    world.play(&world.request(world.owner(), settings)).unwrap();
    let mut batch = vec![world.request(world.owner(), role(people[0], AssignableRole::Admin))];
    for (place, pair) in people.windows(2).enumerate() {
        let (one, next) = (world.signed_in(pair[0]), world.signed_in(pair[1]));
        batch.push(world.request(next, role(pair[0], AssignableRole::User)));
        batch.push(world.request(one, role(pair[1], AssignableRole::Admin)));
        batch.push(world.request(next, role(pair[0], AssignableRole::User)));
        batch.push(world.request(
            one,
            Command::RemoveUser {
                user: pair[1],
                fingerprint: None,
            },
        ));
        let into = Command::SetMembership {
            entity: rooms[place],
            user: pair[1],
            role: EntityRole::Clerk,
        };
        batch.push(world.request(one, into));
        batch.push(world.request(one, Command::DeactivateUser { user: pair[1] }));
    }
    assert!(rounds_of(&world, &batch) <= 2);
}

/// Invited, accepted, added, seen and removed, and invited again, in one batch.
#[test]
fn lives_within_one_batch_ask_twice_at_most() {
    let (mut world, people, rooms) = peopled(4);
    let mut batch = Vec::new();
    for turn in 0..6 {
        let (user, invitation) = (
            UserId::new(world.fresh_id()),
            InvitationId::new(world.fresh_id()),
        );
        let typed = email("again@example.com");
        let login = world.login(&typed);
        let newcomer = world.signed_in(user);
        let by_whom = world.signed_in(people[turn % people.len()]);
        batch.extend([
            world.request(
                world.owner(),
                Command::InviteUser {
                    user,
                    invitation,
                    email: typed,
                    role: AssignableRole::User,
                    name: None,
                    memberships: rooms
                        .iter()
                        .map(|room| (*room, EntityRole::Admin))
                        .collect(),
                },
            ),
            world.request(newcomer, Command::DeactivateUser { user: people[0] }),
            world.request(
                vestibule_domain::Actor::Invitee,
                acceptance(user, invitation, login),
            ),
            world.request(newcomer, Command::DeactivateUser { user: people[0] }),
            world.request(
                newcomer,
                Command::SetMembership {
                    entity: rooms[0],
                    user: people[1],
                    role: EntityRole::Admin,
                },
            ),
            world.request(
                by_whom,
                Command::RemoveUser {
                    user,
                    fingerprint: None,
                },
            ),
            world.request(world.owner(), Command::ArchiveEntity { entity: rooms[0] }),
            world.request(newcomer, Command::DeactivateUser { user: people[1] }),
            world.request(world.owner(), Command::UnarchiveEntity { entity: rooms[0] }),
            world.request(
                newcomer,
                Command::RemoveUser {
                    user,
                    fingerprint: None,
                },
            ),
        ]);
    }
    assert!(rounds_of(&world, &batch) <= 2);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Requests out of their order, so that half of them meet a state that they were not made for.
    #[test]
    fn a_batch_out_of_order_asks_twice_at_most(begin in story(40), batch in story(60), order in any::<u64>()) {
        let world = world_after(&begin);
        let mut making = world.clone();
        let mut requests = Vec::new();
        for draft in batch {
            let request = making.next_request(draft);
            let _ = making.play(&request);
            requests.push(request);
        }
        let mut turn = usize::try_from(order % 1009).unwrap();
        for place in (1..requests.len()).rev() {
            turn = turn.wrapping_mul(1103515245).wrapping_add(12345);
            requests.swap(place, (turn >> 8) % (place + 1));
        }
        prop_assert!(rounds_of(&world, &requests) <= 2);
    }
}
