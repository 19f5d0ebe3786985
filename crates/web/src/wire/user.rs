//! A user of an organization.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use vestibule_domain::{EntityRole, InvitationState, Name, OrganizationRole, Status, Timestamp};
use vestibule_storage::{MembershipRow, PendingInvitation, UserRow};

use super::words::{
    EntityRoleWord, MailStateWord, OpenStateWord, OrganizationRoleWord, StatusWord,
};

/// One user, with every entity they are a member of.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserBody<'a> {
    /// Their id.
    pub(crate) id: Uuid,
    /// Their email, as it was typed.
    pub(crate) email: &'a str,
    /// Their name.
    pub(crate) name: Option<&'a str>,
    /// What they are in the organization.
    #[schema(value_type = OrganizationRoleWord)]
    pub(crate) role: OrganizationRole,
    /// Their status.
    #[schema(value_type = StatusWord)]
    pub(crate) status: Status,
    /// When they accepted.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) joined_at: Option<Timestamp>,
    /// Their invitation, until they accept.
    pub(crate) invitation: Option<PendingInvitationBody<'a>>,
    /// Their memberships that the asker sees, by the entity's name.
    pub(crate) memberships: Vec<MembershipBody<'a>>,
}

/// The invitation of a user who has not accepted yet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PendingInvitation)]
pub(crate) struct PendingInvitationBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// Whether it can be accepted: `pending`, `expired` or `suspended`.
    #[schema(value_type = OpenStateWord)]
    pub(crate) state: InvitationState,
    /// When it can no longer be accepted.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: Timestamp,
    /// How its mail fares: `queued`, `sent` or `failed`.
    #[schema(value_type = MailStateWord)]
    pub(crate) mail: &'static str,
    /// Why the mail failed.
    pub(crate) mail_error: Option<&'a str>,
}

/// One membership of a user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Membership)]
pub(crate) struct MembershipBody<'a> {
    /// Where.
    pub(crate) entity_id: Uuid,
    /// What the entity is called.
    pub(crate) entity_name: &'a str,
    /// As what.
    #[schema(value_type = EntityRoleWord)]
    pub(crate) role: EntityRole,
}

impl<'a> From<&'a UserRow> for UserBody<'a> {
    fn from(row: &'a UserRow) -> Self {
        Self {
            id: row.id.uuid(),
            email: row.email.as_str(),
            name: row.name.as_ref().map(Name::as_str),
            role: row.role,
            status: row.status,
            joined_at: row.joined_at,
            invitation: row.invitation.as_ref().map(Into::into),
            memberships: row.memberships.iter().map(Into::into).collect(),
        }
    }
}

impl<'a> From<&'a PendingInvitation> for PendingInvitationBody<'a> {
    fn from(invitation: &'a PendingInvitation) -> Self {
        Self {
            id: invitation.id.uuid(),
            state: invitation.state,
            expires_at: invitation.expires_at,
            mail: invitation.mail.as_str(),
            mail_error: invitation.mail_error.as_deref(),
        }
    }
}

impl<'a> From<&'a MembershipRow> for MembershipBody<'a> {
    fn from(row: &'a MembershipRow) -> Self {
        Self {
            entity_id: row.entity.uuid(),
            entity_name: row.entity_name.as_str(),
            role: row.role,
        }
    }
}
