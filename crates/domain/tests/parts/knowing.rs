//! Parts that know anything at all: each question is answered as by the whole, or asked back.

use proptest::prelude::*;
use vestibule_domain::test_support::{Stingy, World, draft, story};
use vestibule_domain::{Directory, Found, Load, Reading, Stop, Wanted};

use super::{nothing_of, world_after};

/// What a part knows of the organization: a record is known where the dice say so, and some
/// records that are not there are known not to be there.
fn known(world: &World, dice: u64) -> Wanted {
    let mut throws = Throws(dice | 1);
    let mut wanted = Wanted::new();
    let whole = &world.directory;
    let strangers = world.gone.iter().copied();
    for id in whole.users().map(|user| user.id).chain(strangers) {
        wanted = if throws.next() {
            wanted.user(id)
        } else {
            wanted
        };
        wanted = if throws.next() {
            wanted.holdings(id)
        } else {
            wanted
        };
        wanted = if throws.next() {
            wanted.api_keys_of(id)
        } else {
            wanted
        };
        for entity in whole.entities() {
            if throws.next() {
                wanted = wanted.membership(id, entity.id);
            }
        }
    }
    for user in whole.users() {
        wanted = if throws.next() {
            wanted.email(user.email.key())
        } else {
            wanted
        };
    }
    for entity in whole.entities() {
        wanted = if throws.next() {
            wanted.entity(entity.id)
        } else {
            wanted
        };
        wanted = if throws.next() {
            wanted.name(entity.name.key())
        } else {
            wanted
        };
    }
    for id in &world.demolished {
        wanted = if throws.next() {
            wanted.entity(*id)
        } else {
            wanted
        };
    }
    wanted
}

/// Dice that fall the same way again for the same number (xorshift).
struct Throws(u64);

impl Throws {
    fn next(&mut self) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.is_multiple_of(2)
    }
}

/// A part of the world that knows what the dice say.
fn part_of(world: &World, dice: u64) -> Directory {
    let wanted = known(world, dice);
    let Ok(found) = Stingy::over(&world.directory).load(&wanted);
    let mut part = nothing_of(&world.directory);
    part.learn(&wanted, found);
    part
}

/// Asks until there is an answer; each time for something that was not known.
fn asked_until_answered<T>(
    whole: &Directory,
    mut part: Directory,
    question: impl Fn(&Directory) -> Result<T, Stop>,
) -> Result<T, Stop> {
    for _ in 0..8 {
        match question(&part) {
            Err(Stop::Missing(wanted)) => {
                assert!(!wanted.is_empty(), "it asks for nothing");
                let Ok(found) = Stingy::over(whole).load(&wanted);
                part.learn(&wanted, found);
            }
            answer => return answer,
        }
    }
    panic!("it asks and asks");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Deciding over any part gives `Missing`, or exactly the whole's answer.
    #[test]
    fn any_part_asks_or_decides_as_the_whole_does(
        story in story(50),
        last in proptest::collection::vec(draft(), 1..20),
        dice in any::<u64>(),
    ) {
        let mut world = world_after(&story);
        let part = part_of(&world, dice);
        for draft in last {
            let request = world.next_request(draft);
            let expected = world.directory.decide(&request);
            match part.decide(&request) {
                Err(Stop::Missing(wanted)) => {
                    prop_assert!(!wanted.is_empty());
                    let answer = asked_until_answered(&world.directory, part.clone(), |part| part.decide(&request));
                    prop_assert_eq!(&answer, &expected, "after asking, {:?}", request);
                }
                answer => prop_assert_eq!(&answer, &expected, "{:?}", request),
            }
        }
    }

    /// R-ORG-3, R-REM-2: so it is with looking, with removal plans, and with checks.
    #[test]
    fn any_part_asks_or_shows_what_the_whole_does(
        story in story(50),
        pick in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
        dice in any::<u64>(),
    ) {
        let world = world_after(&story);
        let (whole, part) = (&world.directory, part_of(&world, dice));
        let users: Vec<_> = whole.users().map(|user| user.id).collect();
        let (viewer, other) = (users[pick.index(users.len())], users[other.index(users.len())]);
        let actor = world.signed_in(viewer);
        let mut readings = vec![
            Reading::Organization,
            Reading::Users,
            Reading::User(other),
            Reading::Invitations,
            Reading::Entities,
            Reading::Checks([viewer].into()),
            Reading::Checks([other].into()),
            Reading::AuditEvents,
            Reading::ApiKeys,
        ];
        for entity in whole.entities() {
            readings.extend([
                Reading::Entity(entity.id),
                Reading::Members(entity.id),
                Reading::Candidates(entity.id),
            ]);
            let expected = whole.check(other, "invoice:view", entity.id);
            let answer = asked_until_answered(whole, part.clone(), |part| part.check(other, "invoice:view", entity.id));
            prop_assert_eq!(answer, expected);
        }
        for reading in readings {
            let expected = whole.may_read(&actor, &reading, world.at);
            match part.may_read(&actor, &reading, world.at) {
                Err(Stop::Missing(_)) => {
                    let answer = asked_until_answered(whole, part.clone(), |part| part.may_read(&actor, &reading, world.at));
                    prop_assert_eq!(answer, expected, "after asking, {:?}", reading);
                }
                answer => prop_assert_eq!(answer, expected, "{:?}", reading),
            }
        }
        let plan = |directory: &Directory| directory.removal_plan(&actor, other, world.at);
        prop_assert_eq!(asked_until_answered(whole, part, plan), plan(whole));
    }
}

/// Of two answers to one question the first stands: what was known is not unlearnt.
#[test]
fn what_is_known_stands_whatever_is_said_later() {
    let world = World::numbered(1);
    let mut part = nothing_of(&world.directory);
    let owner = world.directory.organization().primary_admin;
    let wanted = Wanted::new().user(owner);
    part.learn(&wanted, Found::default());
    let Ok(found) = Stingy::over(&world.directory).load(&wanted);
    part.learn(&wanted, found);
    assert!(part.user(owner).is_none());
}
