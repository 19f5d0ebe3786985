//! The closed sets of roles, at the front door, in the rooms, and of API keys.

use crate::word::words;

words! {
    /// What a user is in the organization.
    ///
    /// Rule: R-ORG-1. A reading: stored is [`AssignableRole`], and *who* is Primary Admin stands
    /// with the organization, so that there is exactly one by construction.
    OrganizationRole {
        /// Owns the organization.
        PrimaryAdmin = "primary_admin",
        /// Manages entities and their members.
        Admin = "admin",
        /// Sees the entities they are a member of.
        User = "user",
    }

    /// The organization roles that can be given; being Primary Admin moves only by transfer (R-ORG-5).
    AssignableRole {
        /// Manages entities and their members.
        Admin = "admin",
        /// Sees the entities they are a member of.
        User = "user",
    }

    /// What a member is in an entity, exactly one for each membership (R-ENT-2).
    EntityRole {
        /// Everything in the entity, its members included.
        Admin = "admin",
        /// As Admin, without integrations and settings, and without touching Admins.
        Manager = "manager",
        /// Approves what is assigned to them.
        Approver = "approver",
        /// Uploads and edits.
        Clerk = "clerk",
        /// Looks at everything.
        Auditor = "auditor",
    }

    /// What an API key may do, never more than its maker may (R-KEY-1, R-KEY-2).
    KeyRole {
        /// Reads what an Admin sees, and checks permissions.
        Auditor = "auditor",
        /// Does what an Admin may do, organization-level users aside.
        Admin = "admin",
        /// That, and manages organization-level users.
        UserManager = "user_manager",
    }

    /// Who manages organization-level users: the organization's setting (R-ORG-2).
    UserManagement {
        /// The Primary Admin alone.
        PrimaryAdmin = "primary_admin",
        /// Admins as well.
        Admins = "admins",
    }
}

impl From<AssignableRole> for OrganizationRole {
    fn from(role: AssignableRole) -> Self {
        match role {
            AssignableRole::Admin => Self::Admin,
            AssignableRole::User => Self::User,
        }
    }
}
