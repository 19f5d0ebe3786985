//! What happened: one event for each accepted command, with everything it takes and depends on.

mod stored;

use std::collections::BTreeMap;

use crate::{
    AccountId, ApiKey, AssignableRole, Email, Entity, EntityId, EntityRole, Invitation, Login,
    Name, Organization, RemovalPlan, SentInvitations, Settings, Timestamp, User, UserId,
};

pub use stored::StoredEvent;

/// One change of an organization.
///
/// Rule: R-AUD-1. A cascade is one event that carries what it takes away. Replaying the events
/// of an organization, in their order, rebuilds its state; a [`StoredEvent`] is how to keep one.
///
/// Exhaustive on purpose: a storage that does not know of an event could lose what it takes away.
///
/// ```
/// use uuid::Uuid;
/// use vestibule_domain::{AssignableRole, Event, Profile, Removal, RemovalPlan, SentInvitations, Timestamp, UserId};
///
/// let user = UserId::new(Uuid::from_u128(1));
/// let plan = RemovalPlan {
///     user,
///     memberships: Vec::new(),
///     api_keys: Vec::new(),
///     invitation: None,
///     sent_invitations: SentInvitations::default(),
///     entities_left_without_admin: Vec::new(),
/// };
/// let left = Event::UserRemoved { plan, removal: Removal::Left, at: Timestamp::EPOCH };
/// assert_eq!(left.action(), "user.left");
/// assert_eq!(left.new_account(), None);
///
/// let before = Profile { role: AssignableRole::User, name: None };
/// let after = Profile { role: AssignableRole::Admin, ..before.clone() };
/// assert_eq!(Event::UserUpdated { user, before, after }.action(), "user.updated");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Event {
    /// The organization came to be, with its Primary Admin.
    OrganizationCreated {
        /// As it was then.
        organization: Organization,
        /// Its first user.
        primary_admin: User,
    },
    /// Its name or settings changed.
    OrganizationUpdated {
        /// What they were.
        before: Settings,
        /// What they are.
        after: Settings,
    },
    /// It has another owner; the former one is an Admin now (R-ORG-5).
    OwnershipTransferred {
        /// The former Primary Admin.
        from: UserId,
        /// The new one.
        to: UserId,
        /// The stored role the new one had.
        to_role: AssignableRole,
        /// Pending invitations that count as sent by the new one from now on.
        sent_invitations: SentInvitations,
    },
    /// Someone was invited (R-INV-1).
    UserInvited {
        /// The user that came to be.
        user: UserId,
        /// Their email.
        email: Email,
        /// Their organization role.
        role: AssignableRole,
        /// Their name, where it is known.
        name: Option<Name>,
        /// Their memberships to start with.
        memberships: BTreeMap<EntityId, EntityRole>,
        /// Their invitation.
        invitation: Invitation,
    },
    /// An invitation was sent anew (R-INV-4).
    InvitationResent {
        /// The Invited user.
        user: UserId,
        /// The invitation as it was.
        before: Invitation,
        /// As it is.
        after: Invitation,
    },
    /// An invitation was accepted (R-INV-6).
    InvitationAccepted {
        /// The user, Active from now on.
        user: UserId,
        /// The invitation that ended.
        invitation: Invitation,
        /// What they were called.
        name_before: Option<Name>,
        /// What they are called.
        name: Name,
        /// The account they are linked to, and whether it came to be with this.
        login: Login,
        /// When they joined.
        at: Timestamp,
    },
    /// A user left before joining: their invitation was revoked or declined (R-INV-5).
    InvitationEnded {
        /// The user who is gone.
        user: UserId,
        /// The invitation that ended.
        invitation: Invitation,
        /// Who ended it.
        ending: Ending,
        /// Staged memberships that went with it.
        memberships: BTreeMap<EntityId, EntityRole>,
        /// When it ended.
        at: Timestamp,
    },
    /// A user's role or name changed.
    UserUpdated {
        /// Whose.
        user: UserId,
        /// What they were.
        before: Profile,
        /// What they are.
        after: Profile,
    },
    /// A user lost access and kept everything else (R-DEA-1).
    UserDeactivated {
        /// Who.
        user: UserId,
    },
    /// A user got back what was there (R-DEA-2).
    UserReactivated {
        /// Who.
        user: UserId,
    },
    /// A user was removed from the organization and from ALL its entities (R-REM-1).
    UserRemoved {
        /// All that went with them.
        plan: RemovalPlan,
        /// Why.
        removal: Removal,
        /// When.
        at: Timestamp,
    },
    /// An entity came to be.
    EntityCreated {
        /// Which.
        entity: EntityId,
        /// Its name.
        name: Name,
    },
    /// An entity has another name.
    EntityRenamed {
        /// Which.
        entity: EntityId,
        /// What it was called.
        before: Name,
        /// What it is called.
        after: Name,
    },
    /// An entity was closed.
    EntityArchived {
        /// Which.
        entity: EntityId,
    },
    /// An entity was opened again.
    EntityUnarchived {
        /// Which.
        entity: EntityId,
    },
    /// An entity is gone, and its memberships with it.
    EntityDeleted {
        /// As it last was; its `member_count` memberships went with it.
        entity: Entity,
    },
    /// A user was added to an entity, or has another role there.
    MembershipSet {
        /// Where.
        entity: EntityId,
        /// Who.
        user: UserId,
        /// As what before, if at all.
        before: Option<EntityRole>,
        /// As what now.
        after: EntityRole,
    },
    /// A user was taken out of one entity.
    MembershipRemoved {
        /// Where.
        entity: EntityId,
        /// Who.
        user: UserId,
        /// As what they were there.
        role: EntityRole,
    },
    /// An API key was made.
    ApiKeyCreated {
        /// The key.
        key: ApiKey,
    },
    /// An API key was ended.
    ApiKeyEnded {
        /// The key.
        key: ApiKey,
    },
    /// A removed person was erased from the record (R-AUD-3).
    PersonErased {
        /// The user they were.
        user: UserId,
    },
}

/// The part of a user that `UpdateUser` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Profile {
    /// Their stored organization role.
    pub role: AssignableRole,
    /// Their name.
    pub name: Option<Name>,
}

/// Who ended a pending invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Ending {
    /// Someone who manages users.
    Revoked,
    /// The invitee.
    Declined,
}

/// Why a user was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Removal {
    /// Someone who manages users removed them.
    Removed,
    /// They left by themself (R-REM-4).
    Left,
    /// They deleted their account (R-REM-7).
    AccountDeleted,
}

impl Event {
    /// What happened in one stable word pair, as the record names it: `user.removed`.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::OrganizationCreated { .. } => "organization.created",
            Self::OrganizationUpdated { .. } => "organization.updated",
            Self::OwnershipTransferred { .. } => "organization.ownership_transferred",
            Self::UserInvited { .. } => "user.invited",
            Self::InvitationResent { .. } => "invitation.resent",
            Self::InvitationAccepted { .. } => "invitation.accepted",
            Self::InvitationEnded {
                ending: Ending::Revoked,
                ..
            } => "invitation.revoked",
            Self::InvitationEnded {
                ending: Ending::Declined,
                ..
            } => "invitation.declined",
            Self::UserUpdated { .. } => "user.updated",
            Self::UserDeactivated { .. } => "user.deactivated",
            Self::UserReactivated { .. } => "user.reactivated",
            Self::UserRemoved {
                removal: Removal::Removed,
                ..
            } => "user.removed",
            Self::UserRemoved {
                removal: Removal::Left,
                ..
            } => "user.left",
            Self::UserRemoved {
                removal: Removal::AccountDeleted,
                ..
            } => "user.account_deleted",
            Self::EntityCreated { .. } => "entity.created",
            Self::EntityRenamed { .. } => "entity.renamed",
            Self::EntityArchived { .. } => "entity.archived",
            Self::EntityUnarchived { .. } => "entity.unarchived",
            Self::EntityDeleted { .. } => "entity.deleted",
            Self::MembershipSet { before: None, .. } => "membership.added",
            Self::MembershipSet {
                before: Some(_), ..
            } => "membership.updated",
            Self::MembershipRemoved { .. } => "membership.removed",
            Self::ApiKeyCreated { .. } => "api_key.created",
            Self::ApiKeyEnded { .. } => "api_key.ended",
            Self::PersonErased { .. } => "person.erased",
        }
    }

    /// The account that comes to be with this event, if one does.
    #[must_use]
    pub const fn new_account(&self) -> Option<AccountId> {
        if let Self::InvitationAccepted {
            login: Login::New(account),
            ..
        } = self
        {
            Some(*account)
        } else {
            None
        }
    }
}
