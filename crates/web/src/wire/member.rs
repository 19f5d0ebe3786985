//! Members of an entity, and who could become one.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use vestibule_domain::{EntityRole, Name, Status, User};
use vestibule_storage::{CandidateRow, MemberRow};

use super::words::{EntityRoleWord, StatusWord};

/// One member of an entity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub(crate) struct MemberBody<'a> {
    /// Who.
    pub(crate) user_id: Uuid,
    /// Their email.
    pub(crate) email: &'a str,
    /// Their name.
    pub(crate) name: Option<&'a str>,
    /// Their status in the organization.
    #[schema(value_type = StatusWord)]
    pub(crate) status: Status,
    /// What they are in the entity.
    #[schema(value_type = EntityRoleWord)]
    pub(crate) role: EntityRole,
}

/// One user who could be added to an entity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Candidate)]
pub(crate) struct CandidateBody<'a> {
    /// Who.
    pub(crate) user_id: Uuid,
    /// Their email.
    pub(crate) email: &'a str,
    /// Their name.
    pub(crate) name: Option<&'a str>,
    /// Their status in the organization.
    #[schema(value_type = StatusWord)]
    pub(crate) status: Status,
}

impl<'a> MemberBody<'a> {
    /// A user as a member with that role.
    pub(crate) fn of(user: &'a User, role: EntityRole) -> Self {
        Self {
            user_id: user.id.uuid(),
            email: user.email.as_str(),
            name: user.name.as_ref().map(Name::as_str),
            status: user.status(),
            role,
        }
    }
}

impl<'a> From<&'a MemberRow> for MemberBody<'a> {
    fn from(row: &'a MemberRow) -> Self {
        Self {
            user_id: row.user.uuid(),
            email: row.email.as_str(),
            name: row.name.as_ref().map(Name::as_str),
            status: row.status,
            role: row.role,
        }
    }
}

impl<'a> From<&'a CandidateRow> for CandidateBody<'a> {
    fn from(row: &'a CandidateRow) -> Self {
        Self {
            user_id: row.user.uuid(),
            email: row.email.as_str(),
            name: row.name.as_ref().map(Name::as_str),
            status: row.status,
        }
    }
}
