//! One organization: what is known of it, what is decided over it, what changed in it.
//!
//! Decisions are in `decide`, the effects of events in `apply`, what must always hold in
//! `violations`, what is known in `looking`; here is what they stand on.

mod apply;
mod looking;
mod table;
mod violations;

use std::collections::BTreeSet;
use std::sync::Arc;

use thiserror::Error;

use crate::{
    ApiKey, ApiKeyId, Email, EmailKey, Entity, EntityId, Event, Found, InvitationId,
    InvitationLifetime, InvitationRecord, Joined, Membership, Name, NameKey, Organization,
    OrganizationId, Policy, Rejection, SentInvitations, Timestamp, User, UserId, UserManagement,
    UserState, Wanted,
};
use table::Table;

pub use table::Change;
pub use violations::Violation;

/// One organization, whole or in part.
///
/// It is three things at once: the reference model (the whole organization in memory), the
/// decision ([`Directory::decide`]), and the slice that storage loads. One made with
/// [`Directory::whole`] answers "absent" for what it does not hold; one made with
/// [`Directory::part`] stops with [`Stop::Missing`]: it never takes *not loaded* for *not there*.
///
/// ```
/// use vestibule_domain::{Directory, Found, OrganizationRole, Wanted};
/// # let world = vestibule_domain::test_support::World::numbered(1);
/// # let organization = world.directory.organization().clone();
/// # let rows: Vec<_> = world.directory.users().cloned().collect();
/// # let olive = organization.primary_admin;
///
/// let whole = Directory::whole(organization.clone(), Found { users: rows.clone(), ..Found::default() });
/// assert_eq!(whole.role_of(olive), Some(OrganizationRole::PrimaryAdmin));
/// assert!(whole.violations().is_empty());
///
/// // A part learns what was asked for, and then knows it, or knows that it is not there.
/// let mut part = Directory::part(organization);
/// assert!(part.check(olive, "invoice:view", nowhere()).is_err());
/// part.learn(&Wanted::new().user(olive), Found { users: rows, ..Found::default() });
/// assert_eq!(part.role_of(olive), whole.role_of(olive));
/// # fn nowhere() -> vestibule_domain::EntityId { vestibule_domain::EntityId::new(uuid::Uuid::nil()) }
/// ```
#[derive(Clone, Debug)]
pub struct Directory {
    organization: Organization,
    /// What the organization was before each change, oldest first.
    replaced: Vec<Organization>,
    extent: Extent,
    policy: Arc<Policy>,
    users: Table<UserId, User>,
    emails: Table<EmailKey, UserId>,
    entities: Table<EntityId, Entity>,
    names: Table<NameKey, EntityId>,
    memberships: Table<(UserId, EntityId), Membership>,
    /// Users whose memberships are all known.
    held: BTreeSet<UserId>,
    api_keys: Table<(UserId, ApiKeyId), ApiKey>,
    /// Users whose API keys are all known.
    keyed: BTreeSet<UserId>,
    invitations: Table<InvitationId, InvitationRecord>,
}

/// Whether what is not held is absent, or only not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    Whole,
    Part,
}

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Stop {
    /// It is refused, by a rule.
    #[error(transparent)]
    Rejected(Rejection),
    /// It depends on records that are not loaded; never of a whole.
    #[error("the answer depends on records that are not loaded")]
    Missing(Box<Wanted>),
}

/// The net changes of a directory since it was made or settled, as rows to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The organization, if it changed.
    pub organization: Option<Organization>,
    /// Users.
    pub users: Vec<Change<User>>,
    /// Entities.
    pub entities: Vec<Change<Entity>>,
    /// Memberships.
    pub memberships: Vec<Change<Membership>>,
    /// API keys.
    pub api_keys: Vec<Change<ApiKey>>,
    /// The history of invitations; it is never deleted from.
    pub invitations: Vec<Change<InvitationRecord>>,
}

/// What a new organization is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Founding {
    /// Its id.
    pub organization: OrganizationId,
    /// Its name.
    pub name: Name,
    /// The id of its first user, the Primary Admin.
    pub primary_admin: UserId,
    /// Their email.
    pub email: Email,
    /// Their name.
    pub primary_admin_name: Name,
    /// Their account.
    pub account: crate::AccountId,
    /// When.
    pub at: Timestamp,
}

/// A place in the history of a directory, to come back to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    replaced: usize,
    users: usize,
    emails: usize,
    entities: usize,
    names: usize,
    memberships: usize,
    api_keys: usize,
    invitations: usize,
}

impl Directory {
    /// The whole organization: what is not in `all` is not there.
    #[must_use]
    pub fn whole(organization: Organization, all: Found) -> Self {
        let mut directory = Self::empty(organization, Extent::Whole);
        directory.take_in(all);
        directory
    }

    /// Nothing of the organization yet but itself; see [`Directory::learn`].
    #[must_use]
    pub fn part(organization: Organization) -> Self {
        Self::empty(organization, Extent::Part)
    }

    /// A new organization with its Primary Admin, as a whole, and the event that it came to be.
    ///
    /// Rule: R-ORG-1.
    #[must_use]
    pub fn found(founding: Founding) -> (Self, Event) {
        let organization = Organization {
            id: founding.organization,
            name: founding.name,
            primary_admin: founding.primary_admin,
            user_management: UserManagement::PrimaryAdmin,
            invitation_lifetime: InvitationLifetime::default(),
            created_at: founding.at,
        };
        let primary_admin = User {
            id: founding.primary_admin,
            email: founding.email,
            name: Some(founding.primary_admin_name),
            role: crate::AssignableRole::Admin,
            state: UserState::Active(Joined {
                account: founding.account,
                at: founding.at,
            }),
            sent_invitations: SentInvitations::default(),
        };
        let mut directory = Self::whole(organization.clone(), Found::default());
        let event = Event::OrganizationCreated {
            organization,
            primary_admin,
        };
        directory.apply(&event);
        (directory, event)
    }

    /// The same under another policy than the default one.
    #[must_use]
    pub fn under(mut self, policy: Arc<Policy>) -> Self {
        self.policy = policy;
        self
    }

    /// Takes in what a loader found; what was asked for and not found is absent from now on.
    pub fn learn(&mut self, asked: &Wanted, found: Found) {
        self.take_in(found);
        for id in &asked.users {
            self.users.learn(*id, None);
        }
        for key in &asked.emails {
            self.emails.learn(key.clone(), None);
        }
        for id in &asked.entities {
            self.entities.learn(*id, None);
        }
        for key in &asked.names {
            self.names.learn(key.clone(), None);
        }
        for pair in &asked.memberships {
            self.memberships.learn(*pair, None);
        }
        self.held.extend(&asked.holdings);
        self.keyed.extend(&asked.api_keys);
    }

    /// The net changes since this directory was made or settled.
    ///
    /// ```
    /// use vestibule_domain::{Changes, Command, EntityId};
    /// # let mut world = vestibule_domain::test_support::World::numbered(1);
    /// # let entity = EntityId::new(world.fresh_id());
    /// # let name = vestibule_domain::test_support::name("Bakery");
    /// # let create = world.request(world.owner(), Command::CreateEntity { entity, name });
    /// # let mut acme = world.directory;
    /// # acme.settle();
    ///
    /// acme.perform(&create)?;
    /// assert_eq!(acme.changes().entities.len(), 1);
    /// // Once they are written, the next changes begin.
    /// acme.settle();
    /// assert_eq!(acme.changes(), Changes::default());
    /// # Ok::<(), vestibule_domain::Stop>(())
    /// ```
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes {
            organization: self
                .replaced
                .first()
                .filter(|before| **before != self.organization)
                .map(|_| self.organization.clone()),
            users: self.users.changes(),
            entities: self.entities.changes(),
            memberships: self.memberships.changes(),
            api_keys: self.api_keys.changes(),
            invitations: self.invitations.changes(),
        }
    }

    /// Makes what is the new beginning: what changed so far is written.
    pub fn settle(&mut self) {
        self.replaced.clear();
        self.users.settle();
        self.emails.settle();
        self.entities.settle();
        self.names.settle();
        self.memberships.settle();
        self.api_keys.settle();
        self.invitations.settle();
    }

    /// Stops with everything of `wanted` that is not known.
    pub(crate) fn need(&self, wanted: Wanted) -> Result<(), Stop> {
        if self.extent == Extent::Whole {
            return Ok(());
        }
        let mut missing = wanted;
        missing.users.retain(|id| self.users.look(id).is_none());
        missing.emails.retain(|key| self.emails.look(key).is_none());
        missing
            .entities
            .retain(|id| self.entities.look(id).is_none());
        missing.names.retain(|key| self.names.look(key).is_none());
        missing
            .memberships
            .retain(|pair| self.memberships.look(pair).is_none() && !self.knows_holdings(pair.0));
        missing.holdings.retain(|id| !self.knows_holdings(*id));
        missing
            .api_keys
            .retain(|id| !self.keyed.contains(id) && !self.is_absent(*id));
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Stop::Missing(Box::new(missing)))
        }
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark {
            replaced: self.replaced.len(),
            users: self.users.mark(),
            emails: self.emails.mark(),
            entities: self.entities.mark(),
            names: self.names.mark(),
            memberships: self.memberships.mark(),
            api_keys: self.api_keys.mark(),
            invitations: self.invitations.mark(),
        }
    }

    /// Takes back every change made since the mark; what was learnt stays known.
    pub(crate) fn rewind(&mut self, mark: Mark) {
        while self.replaced.len() > mark.replaced {
            if let Some(before) = self.replaced.pop() {
                self.organization = before;
            }
        }
        self.users.rewind(mark.users);
        self.emails.rewind(mark.emails);
        self.entities.rewind(mark.entities);
        self.names.rewind(mark.names);
        self.memberships.rewind(mark.memberships);
        self.api_keys.rewind(mark.api_keys);
        self.invitations.rewind(mark.invitations);
    }

    fn empty(organization: Organization, extent: Extent) -> Self {
        Self {
            organization,
            replaced: Vec::new(),
            extent,
            policy: Policy::shared_default(),
            users: Table::default(),
            emails: Table::default(),
            entities: Table::default(),
            names: Table::default(),
            memberships: Table::default(),
            held: BTreeSet::new(),
            api_keys: Table::default(),
            keyed: BTreeSet::new(),
            invitations: Table::default(),
        }
    }

    fn take_in(&mut self, found: Found) {
        for user in found.users {
            // A row that is known already keeps its place: the first answer stands, and its
            // email with it.
            if self.users.look(&user.id).is_none() {
                self.emails.learn(user.email.key().clone(), Some(user.id));
                self.learn_invitation(&user);
                self.users.learn(user.id, Some(user));
            }
        }
        for entity in found.entities {
            if self.entities.look(&entity.id).is_none() {
                self.names.learn(entity.name.key(), Some(entity.id));
                self.entities.learn(entity.id, Some(entity));
            }
        }
        for membership in found.memberships {
            self.memberships
                .learn((membership.user, membership.entity), Some(membership));
        }
        for key in found.api_keys {
            self.api_keys.learn((key.maker, key.id), Some(key));
        }
    }

    fn learn_invitation(&mut self, user: &User) {
        if let Some(invitation) = user.invitation() {
            let record = InvitationRecord::pending(user, invitation);
            self.invitations.learn(invitation.id, Some(record));
        }
    }

    fn knows_holdings(&self, user: UserId) -> bool {
        self.held.contains(&user) || self.is_absent(user)
    }

    /// Whether the user is known not to be there; then nothing of theirs is.
    fn is_absent(&self, user: UserId) -> bool {
        matches!(self.users.look(&user), Some(None))
    }
}

impl From<Rejection> for Stop {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}
