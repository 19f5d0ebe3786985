//! Loaders that bring little, much, or the same twice, and one that contradicts itself.

use std::convert::Infallible;

use proptest::prelude::*;
use vestibule_domain::test_support::{Generous, Stingy, story};
use vestibule_domain::{
    AssignableRole, Directory, EntityStatus, Found, Load, Outcomes, Request, Wanted, decide_all,
};

use super::{nothing_of, world_after};

/// Everything that an organization is made of.
fn all_of(whole: &Directory) -> Found {
    Found {
        users: whole.users().cloned().collect(),
        entities: whole.entities().cloned().collect(),
        memberships: whole.memberships().collect(),
        api_keys: whole.api_keys().cloned().collect(),
    }
}

/// Brings the whole organization, whatever was asked for.
struct Lavish<'a>(&'a Directory);

impl Load for Lavish<'_> {
    type Error = Infallible;

    fn load(&mut self, _: &Wanted) -> Result<Found, Infallible> {
        Ok(all_of(self.0))
    }
}

/// Brings every record twice, the second time from the end.
struct Stammering<'a>(&'a Directory);

impl Load for Stammering<'_> {
    type Error = Infallible;

    fn load(&mut self, wanted: &Wanted) -> Result<Found, Infallible> {
        let mut found = Generous::over(self.0).load(wanted)?;
        found.users.extend(found.users.clone().into_iter().rev());
        found
            .entities
            .extend(found.entities.clone().into_iter().rev());
        found
            .memberships
            .extend(found.memberships.clone().into_iter().rev());
        found
            .api_keys
            .extend(found.api_keys.clone().into_iter().rev());
        Ok(found)
    }
}

/// Brings what was asked for, and everything once more as it is not: other roles and other
/// statuses, as if somebody had written between two reads. What came first stands.
struct Contradicting<'a> {
    whole: &'a Directory,
    told: Found,
}

impl Load for Contradicting<'_> {
    type Error = Infallible;

    fn load(&mut self, wanted: &Wanted) -> Result<Found, Infallible> {
        let mut found = Stingy::over(self.whole).load(wanted)?;
        let told = std::mem::replace(&mut self.told, found.clone());
        found.users.extend(told.users.into_iter().map(|mut user| {
            user.role = match user.role {
                AssignableRole::Admin => AssignableRole::User,
                AssignableRole::User => AssignableRole::Admin,
            };
            user.name = None;
            user
        }));
        found
            .entities
            .extend(told.entities.into_iter().map(|mut entity| {
                entity.status = EntityStatus::Archived;
                entity.member_count += 1;
                entity
            }));
        Ok(found)
    }
}

/// Brings rooms with memberships, but no senders with users: half of what is generous.
struct Halfhearted<'a>(&'a Directory);

impl Load for Halfhearted<'_> {
    type Error = Infallible;

    fn load(&mut self, wanted: &Wanted) -> Result<Found, Infallible> {
        let mut found = Stingy::over(self.0).load(wanted)?;
        let rooms = found.memberships.iter();
        let rooms = rooms.filter_map(|held| self.0.entity(held.entity).cloned());
        found.entities.extend(rooms.collect::<Vec<_>>());
        Ok(found)
    }
}

fn decided(
    whole: &Directory,
    mut loader: impl Load<Error = Infallible>,
    batch: &[Request],
) -> Outcomes {
    let Ok(outcomes) = decide_all(&mut nothing_of(whole), &mut loader, batch);
    outcomes
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A batch is decided as by the whole, one by one, whatever manners the loader has.
    #[test]
    fn a_batch_is_decided_the_same_whatever_manners_the_loader_has(begin in story(40), batch in story(30)) {
        let mut world = world_after(&begin);
        let whole = world.directory.clone();
        let mut requests = Vec::new();
        let mut expected = Vec::new();
        for draft in batch {
            let request = world.next_request(draft);
            expected.push(world.play(&request));
            requests.push(request);
        }
        prop_assert_eq!(&decided(&whole, Generous::over(&whole), &requests), &expected, "generous");
        prop_assert_eq!(&decided(&whole, Stingy::over(&whole), &requests), &expected, "exact");
        prop_assert_eq!(&decided(&whole, Halfhearted(&whole), &requests), &expected, "halfhearted");
        prop_assert_eq!(&decided(&whole, Lavish(&whole), &requests), &expected, "lavish");
        prop_assert_eq!(&decided(&whole, Stammering(&whole), &requests), &expected, "stammering");
        let contradicting = Contradicting { whole: &whole, told: Found::default() };
        prop_assert_eq!(&decided(&whole, contradicting, &requests), &expected, "contradicting");
    }
}
