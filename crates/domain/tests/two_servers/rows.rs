//! The database: rows by key, written from the net changes of a part and from cascades.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use vestibule_domain::test_support::Stingy;
use vestibule_domain::{
    Change, Changes, Directory, EntityId, Event, Found, InvitationId, InvitationRecord, Load,
    Membership, Organization, Sender, User, UserId, UserState, Wanted,
};

/// Everything that is committed.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) organization: Organization,
    pub(crate) users: BTreeMap<UserId, User>,
    entities: BTreeMap<EntityId, vestibule_domain::Entity>,
    memberships: BTreeMap<(UserId, EntityId), Membership>,
    pub(crate) invitations: BTreeMap<InvitationId, InvitationRecord>,
    pub(crate) mails: Vec<Mail>,
    /// Users who were there once: no rows, but what the rules ask about.
    pub(crate) gone: BTreeSet<UserId>,
}

/// One mail with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mail {
    pub(crate) generation: u32,
    pub(crate) state: MailState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum MailState {
    Queued,
    Claimed,
    Sent,
    Dropped,
}

impl Rows {
    /// The rows of a whole organization, all mails sent.
    pub(crate) fn of(directory: &Directory) -> Self {
        let pending = directory.users().filter_map(|user| {
            let invitation = user.invitation()?;
            Some((invitation.id, InvitationRecord::pending(user, invitation)))
        });
        Self {
            organization: directory.organization().clone(),
            users: directory
                .users()
                .map(|user| (user.id, user.clone()))
                .collect(),
            entities: directory
                .entities()
                .map(|entity| (entity.id, entity.clone()))
                .collect(),
            memberships: directory
                .memberships()
                .map(|held| ((held.user, held.entity), held))
                .collect(),
            invitations: pending.collect(),
            mails: vec![Mail {
                generation: 1,
                state: MailState::Sent,
            }],
            gone: BTreeSet::new(),
        }
    }

    /// The organization as the rows tell it.
    pub(crate) fn whole(&self) -> Directory {
        Directory::whole(
            self.organization.clone(),
            Found {
                users: self.users.values().cloned().collect(),
                entities: self.entities.values().cloned().collect(),
                memberships: self.memberships.values().copied().collect(),
                api_keys: Vec::new(),
            },
        )
    }

    /// Writes a decision: the cascade over all that a part does not know, then the net rows, and
    /// the mail of a new link.
    pub(crate) fn write(&mut self, event: &Event, changes: &Changes) {
        if let Event::OwnershipTransferred { from, to, .. } = event {
            self.hand_over(*from, *to);
        }
        if let Some(organization) = &changes.organization {
            self.organization = organization.clone();
        }
        for change in &changes.users {
            if let Change::Delete(user) = change {
                self.gone.insert(user.id);
            }
            keep(&mut self.users, change, |user| user.id);
        }
        for change in &changes.entities {
            keep(&mut self.entities, change, |entity| entity.id);
        }
        for change in &changes.memberships {
            keep(&mut self.memberships, change, |held| {
                (held.user, held.entity)
            });
        }
        for change in &changes.invitations {
            keep(&mut self.invitations, change, |record| record.invitation.id);
        }
        if let Event::InvitationResent { after, .. } = event {
            self.mails.push(Mail {
                generation: after.generation,
                state: MailState::Queued,
            });
        }
    }

    /// Whether the link of a mail can be used.
    pub(crate) fn stands(&self, bob: UserId, mail: Mail) -> bool {
        let invited = self.users.get(&bob);
        let invitation = invited.and_then(User::invitation);
        invitation.is_some_and(|invitation| {
            let right = self.whole().sender_right(invitation).unwrap();
            invitation.generation == mail.generation
                && right == vestibule_domain::SenderRight::Holds
        })
    }

    fn hand_over(&mut self, from: UserId, to: UserId) {
        let pending = self
            .users
            .values_mut()
            .filter_map(|user| match &mut user.state {
                UserState::Invited(invitation) => Some(invitation),
                UserState::Active(_) | UserState::Deactivated(_) => None,
            });
        let told = self
            .invitations
            .values_mut()
            .map(|record| &mut record.invitation);
        for invitation in pending.chain(told) {
            if invitation.sender == Sender::User(from) {
                invitation.sender = Sender::User(to);
            }
        }
    }
}

/// Reads exactly what is wanted.
impl Load for Rows {
    type Error = Infallible;

    fn load(&mut self, wanted: &Wanted) -> Result<Found, Infallible> {
        Stingy::over(&self.whole()).load(wanted)
    }
}

/// One row, inserted, replaced or deleted by its key, whatever is there.
fn keep<K: Ord, V: Clone>(rows: &mut BTreeMap<K, V>, change: &Change<V>, key: impl Fn(&V) -> K) {
    match change {
        Change::Insert(row) | Change::Update { after: row, .. } => {
            rows.insert(key(row), row.clone());
        }
        Change::Delete(row) => {
            rows.remove(&key(row));
        }
    }
}
