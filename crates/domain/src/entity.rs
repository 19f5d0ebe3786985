//! Entities, the rooms, and the memberships that let people in.

use crate::word::words;
use crate::{EntityId, EntityRole, Name, UserId};

/// One entity: a company inside the organization.
///
/// ```
/// use uuid::Uuid;
/// use vestibule_domain::{Entity, EntityId, EntityStatus};
///
/// let mut bakery = Entity {
///     id: EntityId::new(Uuid::from_u128(1)),
///     name: "Bakery".parse()?,
///     status: EntityStatus::Active,
///     member_count: 3,
///     active_admins: 0,
/// };
/// assert!(bakery.is_without_admin());
/// bakery.status = EntityStatus::Archived;
/// assert!(bakery.is_archived() && !bakery.is_without_admin());
/// # Ok::<(), vestibule_domain::InvalidName>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Entity {
    /// Its id.
    pub id: EntityId,
    /// Its name, unique in the organization without case (R-ENT-7).
    pub name: Name,
    /// Whether people can work in it.
    pub status: EntityStatus,
    /// How many memberships it has, of users of any status.
    pub member_count: u32,
    /// How many Active users have the role Admin in it.
    pub active_admins: u32,
}

words! {
    /// Whether people can work in an entity (R-ENT-6).
    EntityStatus {
        /// They can.
        Active = "active",
        /// Nobody has access; what was there comes back with unarchiving.
        Archived = "archived",
    }
}

/// That a user belongs to an entity, with one role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Membership {
    /// Who.
    pub user: UserId,
    /// Where.
    pub entity: EntityId,
    /// As what.
    pub role: EntityRole,
}

impl Entity {
    /// Whether it is archived.
    #[must_use]
    pub fn is_archived(&self) -> bool {
        self.status == EntityStatus::Archived
    }

    /// Whether it is *without an Admin*: not archived, and no Active user is Admin there.
    ///
    /// Rule: R-ENT-8. It warns and never refuses.
    #[must_use]
    pub fn is_without_admin(&self) -> bool {
        !self.is_archived() && self.active_admins == 0
    }
}
