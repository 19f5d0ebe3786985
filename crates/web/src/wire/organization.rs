//! An organization.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use vestibule_domain::{Organization, Timestamp, UserManagement};

use super::words::UserManagementWord;

/// One organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organization)]
pub(crate) struct OrganizationBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its name.
    pub(crate) name: &'a str,
    /// The user who owns it.
    pub(crate) primary_admin_user_id: Uuid,
    /// Who manages organization-level users.
    #[schema(value_type = UserManagementWord)]
    pub(crate) user_management: UserManagement,
    /// How long an invitation can be accepted.
    #[schema(minimum = 3600, maximum = 2_592_000)]
    pub(crate) invitation_ttl_seconds: u32,
    /// When it came to be.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Timestamp,
}

impl<'a> From<&'a Organization> for OrganizationBody<'a> {
    fn from(organization: &'a Organization) -> Self {
        Self {
            id: organization.id.uuid(),
            name: organization.name.as_str(),
            primary_admin_user_id: organization.primary_admin.uuid(),
            user_management: organization.user_management,
            invitation_ttl_seconds: organization.invitation_lifetime.seconds(),
            created_at: organization.created_at,
        }
    }
}
