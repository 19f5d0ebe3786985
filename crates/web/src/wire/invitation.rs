//! Invitations, for those who manage them and for the person invited.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use vestibule_domain::{
    AssignableRole, Directory, Email, Event, InvitationState, Name, Sender, Timestamp,
};
use vestibule_storage::{InvitationLink, InvitationRow, InvitedBy, MailState};

use super::user::MembershipBody;
use super::words::{AssignableRoleWord, InvitationStateWord, MailStateWord};
use crate::invitee::Accepted;

/// One invitation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invitation)]
pub(crate) struct InvitationBody<'a> {
    /// Its id; a resend keeps it.
    pub(crate) id: Uuid,
    /// The user it created; they may be gone.
    pub(crate) user_id: Uuid,
    /// The email that was invited; `null` once the person was erased from the record.
    pub(crate) email: Option<&'a str>,
    /// The role it gives, or gave at its end.
    #[schema(value_type = AssignableRoleWord)]
    pub(crate) role: AssignableRole,
    /// How it reads now.
    #[schema(value_type = InvitationStateWord)]
    pub(crate) state: InvitationState,
    /// When it can no longer be accepted.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: Timestamp,
    /// Who it counts as sent by; `null` for the operator.
    pub(crate) invited_by: Option<InvitedByBody<'a>>,
    /// The memberships of the user as they are now.
    pub(crate) memberships: Vec<MembershipBody<'a>>,
    /// How its latest mail fares: `queued`, `sent` or `failed`.
    #[schema(value_type = MailStateWord)]
    pub(crate) mail: &'static str,
    /// When it was first sent.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Timestamp,
}

/// Who an invitation counts as sent by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InvitedBy)]
pub(crate) struct InvitedByBody<'a> {
    /// Which user; they may be gone.
    pub(crate) user_id: Uuid,
    /// What they are called; `null` once they are gone.
    pub(crate) name: Option<&'a str>,
}

/// What the holder of an invitation's link is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenInvitation)]
pub(crate) struct OpenInvitationBody<'a> {
    /// Whose organization it is.
    pub(crate) organization_name: &'a str,
    /// Who invited; `null` for the operator.
    pub(crate) invited_by: Option<&'a str>,
    /// The email that was invited.
    pub(crate) email: &'a str,
    /// When it can no longer be accepted.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: Timestamp,
    /// Whether this email has an account, whose password accepting it takes.
    pub(crate) account_exists: bool,
}

/// What an acceptance made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Acceptance)]
pub(crate) struct AcceptanceBody {
    /// The account that signs in from now on.
    pub(crate) account_id: Uuid,
    /// The organization it leads to.
    pub(crate) organization_id: Uuid,
    /// Its user there.
    pub(crate) user_id: Uuid,
}

impl<'a> InvitationBody<'a> {
    /// The invitation that an event sent, as it reads in the moment of sending; without a query,
    /// from what was loaded for the decision.
    pub(crate) fn just_sent(event: &'a Event, directory: &'a Directory) -> Option<Self> {
        let Event::UserInvited {
            user,
            email,
            role,
            memberships,
            invitation,
            ..
        } = event
        else {
            return None;
        };
        let mut rooms = Vec::with_capacity(memberships.len());
        for (entity, role) in memberships {
            rooms.push(MembershipBody {
                entity_id: entity.uuid(),
                entity_name: directory.entity(*entity)?.name.as_str(),
                role: *role,
            });
        }
        rooms.sort_by_cached_key(|room| {
            let key = vestibule_domain::NameKey::of(room.entity_name);
            (key, room.entity_id)
        });
        let invited_by = match invitation.sender {
            Sender::Operator => None,
            Sender::User(sender) => Some(InvitedByBody {
                user_id: sender.uuid(),
                name: directory.user(sender)?.name.as_ref().map(Name::as_str),
            }),
        };
        Some(Self {
            id: invitation.id.uuid(),
            user_id: user.uuid(),
            email: Some(email.as_str()),
            role: *role,
            state: InvitationState::Pending,
            expires_at: invitation.expires_at,
            invited_by,
            memberships: rooms,
            mail: MailState::Queued.as_str(),
            created_at: invitation.created_at,
        })
    }
}

impl From<Accepted> for AcceptanceBody {
    fn from(accepted: Accepted) -> Self {
        Self {
            account_id: accepted.account.uuid(),
            organization_id: accepted.organization.uuid(),
            user_id: accepted.user.uuid(),
        }
    }
}

impl<'a> From<&'a InvitationRow> for InvitationBody<'a> {
    fn from(row: &'a InvitationRow) -> Self {
        Self {
            id: row.id.uuid(),
            user_id: row.user.uuid(),
            email: row.email.as_ref().map(Email::as_str),
            role: row.role,
            state: row.state,
            expires_at: row.expires_at,
            invited_by: row.invited_by.as_ref().map(Into::into),
            memberships: row.memberships.iter().map(Into::into).collect(),
            mail: row.mail.as_str(),
            created_at: row.created_at,
        }
    }
}

impl<'a> From<&'a InvitedBy> for InvitedByBody<'a> {
    fn from(sender: &'a InvitedBy) -> Self {
        Self {
            user_id: sender.user.uuid(),
            name: sender.name.as_ref().map(Name::as_str),
        }
    }
}

impl<'a> From<&'a InvitationLink> for OpenInvitationBody<'a> {
    fn from(link: &'a InvitationLink) -> Self {
        Self {
            organization_name: link.organization_name.as_str(),
            invited_by: link.invited_by.as_ref().map(Name::as_str),
            email: link.email.as_str(),
            expires_at: link.expires_at,
            account_exists: link.account.is_some(),
        }
    }
}
