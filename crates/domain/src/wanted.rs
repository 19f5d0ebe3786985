//! What a decision asks for, and what a loader brings.

use std::collections::BTreeSet;

use crate::{ApiKey, EmailKey, Entity, EntityId, Membership, NameKey, User, UserId};

/// Records a decision needs and does not have; each kind of key is one query.
///
/// A key is one record or the holdings of one user, never "all members of": what a decision needs
/// about many is a number on a record.
///
/// ```
/// use uuid::Uuid;
/// use vestibule_domain::{EntityId, UserId, Wanted};
///
/// let (ann, bakery) = (UserId::new(Uuid::from_u128(1)), EntityId::new(Uuid::from_u128(2)));
/// let mut wanted = Wanted::new().user(ann).entity(bakery).membership(ann, bakery);
/// wanted.merge(Wanted::new().user(ann).holdings(ann).api_keys_of(ann));
/// assert_eq!((wanted.users.len(), wanted.holdings.len()), (1, 1));
/// assert!(!wanted.is_empty());
/// let by_text = Wanted::new()
///     .email("ann@example.com".parse::<vestibule_domain::Email>()?.key())
///     .name("Bakery".parse::<vestibule_domain::Name>()?.key());
/// assert_eq!((by_text.emails.len(), by_text.names.len()), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Users by id.
    pub users: BTreeSet<UserId>,
    /// Users by email.
    pub emails: BTreeSet<EmailKey>,
    /// Entities by id.
    pub entities: BTreeSet<EntityId>,
    /// Entities by name.
    pub names: BTreeSet<NameKey>,
    /// Single memberships.
    pub memberships: BTreeSet<(UserId, EntityId)>,
    /// All memberships of a user.
    pub holdings: BTreeSet<UserId>,
    /// All API keys that a user made.
    pub api_keys: BTreeSet<UserId>,
}

/// What a loader found. Generous is better: a user with the sender of their invitation, a
/// membership with its entity, so that a decision asks once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Users, whichever way they were asked for.
    pub users: Vec<User>,
    /// Entities, whichever way they were asked for.
    pub entities: Vec<Entity>,
    /// Memberships, single ones and holdings.
    pub memberships: Vec<Membership>,
    /// API keys.
    pub api_keys: Vec<ApiKey>,
}

impl Wanted {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// And this user.
    #[must_use]
    pub fn user(mut self, id: UserId) -> Self {
        self.users.insert(id);
        self
    }

    /// And whoever has this email.
    #[must_use]
    pub fn email(mut self, key: &EmailKey) -> Self {
        self.emails.insert(key.clone());
        self
    }

    /// And this entity.
    #[must_use]
    pub fn entity(mut self, id: EntityId) -> Self {
        self.entities.insert(id);
        self
    }

    /// And the entity with this name.
    #[must_use]
    pub fn name(mut self, key: NameKey) -> Self {
        self.names.insert(key);
        self
    }

    /// And this user's membership in this entity.
    #[must_use]
    pub fn membership(mut self, user: UserId, entity: EntityId) -> Self {
        self.memberships.insert((user, entity));
        self
    }

    /// And all memberships of this user.
    #[must_use]
    pub fn holdings(mut self, user: UserId) -> Self {
        self.holdings.insert(user);
        self
    }

    /// And all API keys that this user made.
    #[must_use]
    pub fn api_keys_of(mut self, maker: UserId) -> Self {
        self.api_keys.insert(maker);
        self
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.users.is_empty()
            && self.emails.is_empty()
            && self.entities.is_empty()
            && self.names.is_empty()
            && self.memberships.is_empty()
            && self.holdings.is_empty()
            && self.api_keys.is_empty()
    }

    /// Adds all that another asks for.
    pub fn merge(&mut self, other: Self) {
        self.users.extend(other.users);
        self.emails.extend(other.emails);
        self.entities.extend(other.entities);
        self.names.extend(other.names);
        self.memberships.extend(other.memberships);
        self.holdings.extend(other.holdings);
        self.api_keys.extend(other.api_keys);
    }
}
