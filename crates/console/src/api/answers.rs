//! What the API answers, as far as pages show it.

use serde::Deserialize;
use vestibule_domain::{
    EntityId, EntityRole, EntityStatus, InvitationId, InvitationState, OrganizationId,
    OrganizationRole, Status, Timestamp, UserId, UserManagement,
};

/// A page of any list.
#[derive(Debug, Deserialize)]
pub(crate) struct List<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next_cursor: Option<String>,
}

/// The account that is signed in.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Account {
    pub(crate) email: String,
    pub(crate) name: String,
    pub(crate) organizations: Vec<AccountOrganization>,
}

/// An organization of the account, and what it is there.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct AccountOrganization {
    pub(crate) id: OrganizationId,
    pub(crate) name: String,
    pub(crate) user_id: UserId,
    pub(crate) role: OrganizationRole,
    pub(crate) status: Status,
}

/// An organization's settings.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Organization {
    pub(crate) name: String,
    pub(crate) primary_admin_user_id: UserId,
    pub(crate) user_management: UserManagement,
    pub(crate) invitation_ttl_seconds: u32,
    pub(crate) created_at: Timestamp,
}

/// A user as the list shows them.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) name: Option<String>,
    pub(crate) role: OrganizationRole,
    pub(crate) status: Status,
    pub(crate) joined_at: Option<Timestamp>,
    pub(crate) invitation: Option<PendingInvitation>,
    pub(crate) memberships: Vec<Membership>,
}

/// The invitation of a user who has not accepted yet.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct PendingInvitation {
    pub(crate) id: InvitationId,
    pub(crate) state: InvitationState,
    pub(crate) expires_at: Timestamp,
    pub(crate) mail: MailState,
    pub(crate) mail_error: Option<String>,
}

/// How the mail of an invitation fares (R-INV-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MailState {
    Queued,
    Sent,
    Failed,
}

/// An entity someone is in, and as what.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Membership {
    pub(crate) entity_id: EntityId,
    pub(crate) entity_name: String,
    pub(crate) role: EntityRole,
}

/// An invitation with who sent it.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Invitation {
    pub(crate) user_id: UserId,
    pub(crate) invited_by: Option<InvitedBy>,
}

/// Who sent an invitation.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct InvitedBy {
    pub(crate) name: Option<String>,
}

/// What a removal takes (R-REM-2).
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RemovalPlan {
    pub(crate) memberships: Vec<Membership>,
    pub(crate) api_keys: Vec<Named>,
    pub(crate) sent_invitations: u64,
    pub(crate) entities_left_without_admin: Vec<EntityName>,
    pub(crate) fingerprint: String,
}

/// Something with a name.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
}

/// An entity by name.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct EntityName {
    pub(crate) entity_id: EntityId,
    pub(crate) entity_name: String,
}

/// An entity.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Entity {
    pub(crate) id: EntityId,
    pub(crate) name: String,
    pub(crate) status: EntityStatus,
    pub(crate) member_count: u64,
    pub(crate) without_admin: bool,
}

/// A member of an entity.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Member {
    pub(crate) user_id: UserId,
    pub(crate) email: String,
    pub(crate) name: Option<String>,
    pub(crate) status: Status,
    pub(crate) role: EntityRole,
}

/// Someone who could be added to an entity.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Candidate {
    pub(crate) user_id: UserId,
    pub(crate) email: String,
    pub(crate) name: Option<String>,
    pub(crate) status: Status,
}

/// What stands behind the link of an invitation.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct InvitationOffer {
    pub(crate) organization_name: String,
    pub(crate) invited_by: Option<String>,
    pub(crate) email: String,
    pub(crate) expires_at: Timestamp,
    pub(crate) account_exists: bool,
}

/// One sign-in of the account.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) created_at: Timestamp,
    pub(crate) last_used_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) current: bool,
}
