//! The organization itself: its name, its Primary Admin and its settings.

use thiserror::Error;

use crate::{
    AssignableRole, Name, OrganizationId, OrganizationRole, SenderRight, Status, Timestamp, UserId,
    UserManagement,
};

/// One organization, the tenant.
///
/// Invariant: `primary_admin` is an Active user of it (R-ORG-1).
///
/// ```
/// use vestibule_domain::{OrganizationRole, SenderRight, Settings, Status, UserManagement};
/// # let world = vestibule_domain::test_support::World::numbered(1);
/// # let mut acme = world.directory.organization().clone();
///
/// // Only the Primary Admin manages organization-level users, unless the setting says otherwise.
/// assert!(!acme.lets_manage_users(OrganizationRole::Admin));
/// acme.user_management = UserManagement::Admins;
/// assert!(acme.lets_manage_users(OrganizationRole::Admin));
/// // What an Admin sent stays usable as long as they are Active (R-INV-9).
/// assert_eq!(acme.sender_right(OrganizationRole::Admin, Status::Active), SenderRight::Holds);
/// assert_eq!(acme.sender_right(OrganizationRole::Admin, Status::Deactivated), SenderRight::Lost);
/// let Settings { user_management, .. } = acme.settings();
/// assert_eq!(user_management, UserManagement::Admins);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name; not unique.
    pub name: Name,
    /// The one user who owns it.
    pub primary_admin: UserId,
    /// Who manages organization-level users (R-ORG-2).
    pub user_management: UserManagement,
    /// How long an invitation can be accepted (R-INV-3).
    pub invitation_lifetime: InvitationLifetime,
    /// When it came to be.
    pub created_at: Timestamp,
}

/// The part of an organization that `UpdateOrganization` changes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Settings {
    /// The organization's name.
    pub name: Name,
    /// Who manages organization-level users (R-ORG-2).
    pub user_management: UserManagement,
    /// How long an invitation can be accepted (R-INV-3).
    pub invitation_lifetime: InvitationLifetime,
}

/// How long an invitation can be accepted: 1 hour to 30 days, in whole seconds; 7 days by default.
///
/// Rule: R-INV-3.
///
/// ```
/// use vestibule_domain::InvitationLifetime;
///
/// assert_eq!(InvitationLifetime::default().seconds(), 7 * 24 * 3600);
/// assert_eq!(InvitationLifetime::from_seconds(3599), Err(vestibule_domain::InvalidLifetime));
/// let longest = InvitationLifetime::from_seconds(InvitationLifetime::SECONDS_MAX)?;
/// assert!(InvitationLifetime::from_seconds(InvitationLifetime::SECONDS_MIN)? < longest);
/// # Ok::<(), vestibule_domain::InvalidLifetime>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "u32", into = "u32")
)]
pub struct InvitationLifetime(u32);

/// Says that a lifetime is shorter than 1 hour or longer than 30 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an invitation lives 3600 to 2592000 seconds (1 hour to 30 days)")]
pub struct InvalidLifetime;

impl Organization {
    /// Its settings, as they can be changed.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            name: self.name.clone(),
            user_management: self.user_management,
            invitation_lifetime: self.invitation_lifetime,
        }
    }

    /// What a user with that stored role is in this organization.
    ///
    /// Rule: R-ORG-1.
    #[must_use]
    pub fn role_of(&self, user: UserId, stored: AssignableRole) -> OrganizationRole {
        if user == self.primary_admin {
            OrganizationRole::PrimaryAdmin
        } else {
            stored.into()
        }
    }

    /// Whether an Active user with that role manages organization-level users.
    ///
    /// Rule: R-ORG-2.
    #[must_use]
    pub fn lets_manage_users(&self, role: OrganizationRole) -> bool {
        match role {
            OrganizationRole::PrimaryAdmin => true,
            OrganizationRole::Admin => self.user_management == UserManagement::Admins,
            OrganizationRole::User => false,
        }
    }

    /// Whether a user with that role and status could send the invitations that count as theirs.
    ///
    /// Rule: R-INV-9.
    #[must_use]
    pub fn sender_right(&self, role: OrganizationRole, status: Status) -> SenderRight {
        if status == Status::Active && self.lets_manage_users(role) {
            SenderRight::Holds
        } else {
            SenderRight::Lost
        }
    }
}

impl InvitationLifetime {
    /// The shortest lifetime, in seconds.
    pub const SECONDS_MIN: u32 = 3600;
    /// The longest lifetime, in seconds.
    pub const SECONDS_MAX: u32 = 30 * 24 * 3600;

    /// A lifetime of that many seconds.
    ///
    /// # Errors
    /// `InvalidLifetime` under 1 hour or over 30 days.
    pub const fn from_seconds(seconds: u32) -> Result<Self, InvalidLifetime> {
        if seconds < Self::SECONDS_MIN || seconds > Self::SECONDS_MAX {
            return Err(InvalidLifetime);
        }
        Ok(Self(seconds))
    }

    /// The lifetime in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl Default for InvitationLifetime {
    fn default() -> Self {
        Self(7 * 24 * 3600)
    }
}

impl TryFrom<u32> for InvitationLifetime {
    type Error = InvalidLifetime;

    fn try_from(seconds: u32) -> Result<Self, InvalidLifetime> {
        Self::from_seconds(seconds)
    }
}

impl From<InvitationLifetime> for u32 {
    fn from(lifetime: InvitationLifetime) -> Self {
        lifetime.0
    }
}
