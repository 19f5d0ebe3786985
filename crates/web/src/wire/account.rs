//! Accounts, their organizations and sessions.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use vestibule_domain::{OrganizationRole, Status, Timestamp};
use vestibule_storage::{AccountOrganization, SessionId, SessionRow};

use super::words::{OrganizationRoleWord, StatusWord};

/// An account that is signed in, with the organizations it leads to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
pub(crate) struct MeBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its email.
    pub(crate) email: &'a str,
    /// What its owner is called.
    pub(crate) name: &'a str,
    /// The organizations it leads to, by name.
    pub(crate) organizations: Vec<AccountOrganizationBody<'a>>,
}

/// What a sign-in gives.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignIn)]
pub(crate) struct SignInBody<'a> {
    /// The session token, for `Authorization: Bearer`.
    pub(crate) token: &'a str,
    /// When the session ends if it is not used before.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: Timestamp,
    /// Whose session it is.
    pub(crate) account: AccountBody<'a>,
    /// The organizations it leads to, by name.
    pub(crate) organizations: Vec<AccountOrganizationBody<'a>>,
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub(crate) struct AccountBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its email.
    pub(crate) email: &'a str,
    /// What its owner is called.
    pub(crate) name: &'a str,
}

/// One organization that an account leads to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AccountOrganization)]
pub(crate) struct AccountOrganizationBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its name.
    pub(crate) name: &'a str,
    /// The account's user there.
    pub(crate) user_id: Uuid,
    /// What they are there.
    #[schema(value_type = OrganizationRoleWord)]
    pub(crate) role: OrganizationRole,
    /// Their status there.
    #[schema(value_type = StatusWord)]
    pub(crate) status: Status,
}

/// One session of the account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(crate) struct SessionBody {
    /// Its id.
    pub(crate) id: Uuid,
    /// When the sign-in was.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Timestamp,
    /// When it was last used, to a minute.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) last_used_at: Timestamp,
    /// When it ends if it is not used before.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) expires_at: Timestamp,
    /// Whether it is the one that asks.
    pub(crate) current: bool,
}

impl SessionBody {
    /// The session as it is listed by the one with that id.
    pub(crate) fn seen_from(row: &SessionRow, current: SessionId) -> Self {
        Self {
            id: row.id.uuid(),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            current: row.id == current,
        }
    }
}

impl<'a> From<&'a AccountOrganization> for AccountOrganizationBody<'a> {
    fn from(organization: &'a AccountOrganization) -> Self {
        Self {
            id: organization.id.uuid(),
            name: organization.name.as_str(),
            user_id: organization.user.uuid(),
            role: organization.role,
            status: organization.status,
        }
    }
}
