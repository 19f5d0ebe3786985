//! Loaders over a whole organization: one as generous as the contract wants, one as stingy as it lets.

use std::convert::Infallible;

use crate::{Directory, Found, Load, Membership, Sender, User, Wanted};

/// Brings with each record what decisions need beside it.
#[derive(Debug)]
pub struct Generous<'a> {
    whole: &'a Directory,
    /// How often it was asked.
    pub rounds: usize,
}

/// Brings exactly what was asked for.
#[derive(Debug)]
pub struct Stingy<'a> {
    whole: &'a Directory,
    /// How often it was asked.
    pub rounds: usize,
}

impl<'a> Generous<'a> {
    /// A loader over that organization.
    #[must_use]
    pub const fn over(whole: &'a Directory) -> Self {
        Self { whole, rounds: 0 }
    }
}

impl<'a> Stingy<'a> {
    /// A loader over that organization.
    #[must_use]
    pub const fn over(whole: &'a Directory) -> Self {
        Self { whole, rounds: 0 }
    }
}

impl Load for Generous<'_> {
    type Error = Infallible;

    fn load(&mut self, wanted: &Wanted) -> Result<Found, Infallible> {
        self.rounds += 1;
        let mut found = exactly(self.whole, wanted);
        let senders: Vec<User> = found
            .users
            .iter()
            .filter_map(User::invitation)
            .filter_map(|invitation| match invitation.sender {
                Sender::User(sender) => self.whole.user(sender).cloned(),
                Sender::Operator => None,
            })
            .collect();
        found.users.extend(senders);
        let rooms = found
            .memberships
            .iter()
            .filter_map(|membership| self.whole.entity(membership.entity).cloned());
        found.entities.extend(rooms.collect::<Vec<_>>());
        Ok(found)
    }
}

impl Load for Stingy<'_> {
    type Error = Infallible;

    fn load(&mut self, wanted: &Wanted) -> Result<Found, Infallible> {
        self.rounds += 1;
        Ok(exactly(self.whole, wanted))
    }
}

fn exactly(whole: &Directory, wanted: &Wanted) -> Found {
    let by_id = wanted.users.iter().filter_map(|id| whole.user(*id));
    let by_email = wanted
        .emails
        .iter()
        .filter_map(|key| whole.user_by_email(key));
    let rooms = wanted.entities.iter().filter_map(|id| whole.entity(*id));
    let by_name = wanted
        .names
        .iter()
        .filter_map(|key| whole.entity_by_name(key));
    let single = wanted.memberships.iter().filter_map(|(user, entity)| {
        whole.membership(*user, *entity).map(|role| Membership {
            user: *user,
            entity: *entity,
            role,
        })
    });
    let held = wanted.holdings.iter().flat_map(|user| {
        whole
            .memberships_of(*user)
            .map(|(entity, role)| Membership {
                user: *user,
                entity,
                role,
            })
    });
    let keys = wanted
        .api_keys
        .iter()
        .flat_map(|maker| whole.api_keys_of(*maker));
    Found {
        users: by_id.chain(by_email).cloned().collect(),
        entities: rooms.chain(by_name).cloned().collect(),
        memberships: single.chain(held).collect(),
        api_keys: keys.cloned().collect(),
    }
}
