//! What can stand in the bodies of requests.
//!
//! Each type says its field names once for reading ([`Body::SHAPE`]) and once for the OpenAPI
//! document; a test holds the two together.

use std::collections::BTreeSet;

use utoipa::ToSchema;
use vestibule_domain::{
    AssignableRole, Email, EntityId, EntityRole, InvitationLifetime, KeyRole, Name, Timestamp,
    UserId, UserManagement,
};

use super::batch::InvitationRow;
use super::texts::{EmailText, NameText, NewPasswordText, PasswordText, PermissionText};
use super::words::{AssignableRoleWord, EntityRoleWord, KeyRoleWord, UserManagementWord};
use crate::body::{Body, Fields, Shape, Unfit};
use crate::password::Password;
use crate::problem::Code;

/// The most rows of a batch of invitations (R-INV-8).
pub(crate) const BATCH_ROWS_MAX: usize = 10_000;
/// The most checks of one request.
const CHECKS_MAX: usize = 1000;
/// The most memberships that one invitation starts with.
const MEMBERSHIPS_MAX: usize = 1000;

/// Proves an account, to sign in.
#[derive(Debug, ToSchema)]
pub(crate) struct Credentials {
    /// The account's email.
    #[schema(value_type = EmailText)]
    pub(crate) email: Email,
    /// Its password.
    #[schema(value_type = PasswordText)]
    pub(crate) password: Password,
}

/// Gives a name.
#[derive(Debug, ToSchema)]
#[schema(as = NewName)]
pub(crate) struct Naming {
    /// 1 to 100 characters.
    #[schema(value_type = NameText)]
    pub(crate) name: Name,
}

/// Creates an entity.
#[derive(Debug, ToSchema)]
pub(crate) struct CreateEntity {
    /// 1 to 100 characters, unique in the organization without case.
    #[schema(value_type = NameText)]
    pub(crate) name: Name,
}

/// Changes the password.
#[derive(Debug, ToSchema)]
pub(crate) struct ChangePassword {
    /// The present one.
    #[schema(value_type = PasswordText)]
    pub(crate) current_password: Password,
    /// The new one, 12 to 128 characters.
    #[schema(value_type = NewPasswordText)]
    pub(crate) new_password: Password,
}

/// Asks for a password reset.
#[derive(Debug, ToSchema)]
#[schema(as = AskForPasswordReset)]
pub(crate) struct AskForReset {
    /// The account's email.
    #[schema(value_type = EmailText)]
    pub(crate) email: Email,
}

/// Uses a password reset.
#[derive(Debug, ToSchema)]
#[schema(as = UsePasswordReset)]
pub(crate) struct UseReset {
    /// The new password, 12 to 128 characters.
    #[schema(value_type = NewPasswordText)]
    pub(crate) password: Password,
}

/// Makes an organization.
#[derive(Debug, ToSchema)]
#[schema(as = CreateOrganization)]
pub(crate) struct FoundOrganization {
    /// Its name, 1 to 100 characters.
    #[schema(value_type = NameText)]
    pub(crate) name: Name,
    /// Its first user.
    pub(crate) primary_admin: FirstUser,
}

/// The Primary Admin of an organization that is made.
#[derive(Debug, ToSchema)]
#[schema(as = NewPrimaryAdmin)]
pub(crate) struct FirstUser {
    /// Their email; one that has an account keeps it.
    #[schema(value_type = EmailText)]
    pub(crate) email: Email,
    /// Their name, 1 to 100 characters.
    #[schema(value_type = NameText)]
    pub(crate) name: Name,
    /// Their password: a new account's, or the one of the account that the email has.
    #[schema(value_type = NewPasswordText)]
    pub(crate) password: Password,
}

/// Changes an organization; what is left out stays.
#[derive(Debug, ToSchema)]
pub(crate) struct UpdateOrganization {
    /// A new name, 1 to 100 characters.
    #[schema(value_type = NameText, nullable = false, required = false)]
    pub(crate) name: Option<Name>,
    /// Who manages organization-level users from now on; the Primary Admin's to change.
    #[schema(value_type = UserManagementWord, nullable = false, required = false)]
    pub(crate) user_management: Option<UserManagement>,
    /// How long invitations sent from now on can be accepted; the Primary Admin's to change.
    #[schema(value_type = u32, minimum = 3600, maximum = 2_592_000, nullable = false, required = false)]
    pub(crate) invitation_ttl_seconds: Option<InvitationLifetime>,
}

/// Names a user.
#[derive(Debug, ToSchema)]
#[schema(as = UserReference)]
pub(crate) struct NamedUser {
    /// Which.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) user_id: UserId,
}

/// Changes a user; what is left out stays.
#[derive(Debug, ToSchema)]
pub(crate) struct UpdateUser {
    /// A new organization role.
    #[schema(value_type = AssignableRoleWord, nullable = false, required = false)]
    pub(crate) role: Option<AssignableRole>,
    /// A new name, of a user without an account.
    #[schema(value_type = NameText, nullable = false, required = false)]
    pub(crate) name: Option<Name>,
}

/// Invites one person.
#[derive(Debug, ToSchema)]
#[schema(as = InviteUser)]
pub(crate) struct Invite {
    /// Their email.
    #[schema(value_type = EmailText)]
    pub(crate) email: Email,
    /// The organization role they will have.
    #[schema(value_type = AssignableRoleWord)]
    pub(crate) role: AssignableRole,
    /// What they are called, where it is known.
    #[schema(value_type = Option<NameText>, required = false)]
    pub(crate) name: Option<Name>,
    /// Memberships to start with, each in another entity.
    #[schema(value_type = Option<Vec<StartingMembership>>, required = false, max_items = 1000)]
    pub(crate) memberships: Vec<StartingMembership>,
}

/// One membership to start with.
#[derive(Debug, ToSchema)]
pub(crate) struct StartingMembership {
    /// Where.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) entity_id: EntityId,
    /// As what.
    #[schema(value_type = EntityRoleWord)]
    pub(crate) role: EntityRole,
}

/// Invites many people; each row stands for itself.
#[derive(Debug, ToSchema)]
#[schema(as = InviteManyUsers)]
pub(crate) struct InviteMany {
    /// Up to 10,000 of them.
    #[schema(value_type = Vec<InvitationRow>, max_items = 10_000)]
    pub(crate) invitations: Vec<Result<Invite, crate::problem::Problem>>,
}

/// Accepts an invitation.
///
/// Where the email has no account both are needed; where it has one, its password, or nothing
/// with a session of it.
#[derive(Debug, ToSchema)]
#[schema(as = AcceptInvitation)]
pub(crate) struct Accept {
    /// One's name, 1 to 100 characters.
    #[schema(value_type = Option<NameText>, required = false)]
    pub(crate) name: Option<Name>,
    /// The password.
    #[schema(value_type = Option<PasswordText>, required = false)]
    pub(crate) password: Option<Password>,
}

/// Gives a role in an entity.
#[derive(Debug, ToSchema)]
#[schema(as = SetMember)]
pub(crate) struct SetMembership {
    /// As what.
    #[schema(value_type = EntityRoleWord)]
    pub(crate) role: EntityRole,
}

/// Asks what people may do.
#[derive(Debug, ToSchema)]
#[schema(as = CheckPermissions)]
pub(crate) struct Checks {
    /// 1 to 1,000 of them.
    #[schema(value_type = Vec<Check>, min_items = 1, max_items = 1000)]
    pub(crate) checks: Vec<Check>,
}

/// Asks whether one person may do one thing in one entity.
#[derive(Debug, ToSchema)]
#[schema(as = PermissionCheck)]
pub(crate) struct Check {
    /// Who.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) user_id: UserId,
    /// What.
    #[schema(value_type = PermissionText)]
    pub(crate) permission: String,
    /// Where.
    #[schema(value_type = uuid::Uuid)]
    pub(crate) entity_id: EntityId,
}

/// Makes an API key.
#[derive(Debug, ToSchema)]
pub(crate) struct CreateApiKey {
    /// What it is called, 1 to 100 characters.
    #[schema(value_type = NameText)]
    pub(crate) name: Name,
    /// What it may do at most.
    #[schema(value_type = KeyRoleWord)]
    pub(crate) role: KeyRole,
    /// From when on it is refused.
    #[schema(value_type = Option<String>, format = DateTime, required = false)]
    pub(crate) expires_at: Option<Timestamp>,
}

const LEAF: Shape = Shape::Leaf;

impl Body for Credentials {
    const SHAPE: Shape = Shape::Object(&[("email", LEAF), ("password", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let email = fields.required("email");
        let password = fields.required("password");
        Some(Self {
            email: email?,
            password: password?,
        })
    }
}

impl Body for Naming {
    const SHAPE: Shape = Shape::Object(&[("name", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let name = fields.required("name")?;
        Some(Self { name })
    }
}

impl Body for CreateEntity {
    const SHAPE: Shape = Shape::Object(&[("name", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let name = fields.required("name")?;
        Some(Self { name })
    }
}

impl Body for ChangePassword {
    const SHAPE: Shape = Shape::Object(&[("current_password", LEAF), ("new_password", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let current_password = fields.required("current_password");
        let new_password = fields.required("new_password");
        Some(Self {
            current_password: current_password?,
            new_password: new_password?,
        })
    }
}

impl Body for AskForReset {
    const SHAPE: Shape = Shape::Object(&[("email", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let email = fields.required("email")?;
        Some(Self { email })
    }
}

impl Body for UseReset {
    const SHAPE: Shape = Shape::Object(&[("password", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let password = fields.required("password")?;
        Some(Self { password })
    }
}

impl Body for FoundOrganization {
    const SHAPE: Shape = Shape::Object(&[("name", LEAF), ("primary_admin", FirstUser::SHAPE)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let name = fields.required("name");
        let primary_admin = fields.object("primary_admin");
        Some(Self {
            name: name?,
            primary_admin: primary_admin?,
        })
    }
}

impl Body for FirstUser {
    const SHAPE: Shape = Shape::Object(&[("email", LEAF), ("name", LEAF), ("password", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let email = fields.required("email");
        let name = fields.required("name");
        let password = fields.required("password");
        Some(Self {
            email: email?,
            name: name?,
            password: password?,
        })
    }
}

impl Body for UpdateOrganization {
    const SHAPE: Shape = Shape::Object(&[
        ("name", LEAF),
        ("user_management", LEAF),
        ("invitation_ttl_seconds", LEAF),
    ]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let name = fields.change("name");
        let user_management = fields.change("user_management");
        let invitation_ttl_seconds = fields.change("invitation_ttl_seconds");
        Some(Self {
            name: name?,
            user_management: user_management?,
            invitation_ttl_seconds: invitation_ttl_seconds?,
        })
    }
}

impl Body for NamedUser {
    const SHAPE: Shape = Shape::Object(&[("user_id", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let user_id = fields.required("user_id")?;
        Some(Self { user_id })
    }
}

impl Body for UpdateUser {
    const SHAPE: Shape = Shape::Object(&[("role", LEAF), ("name", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let role = fields.change("role");
        let name = fields.change("name");
        Some(Self {
            role: role?,
            name: name?,
        })
    }
}

impl Body for Invite {
    const SHAPE: Shape = Shape::Object(&[
        ("email", Shape::Text),
        ("role", Shape::Text),
        ("name", Shape::OrNull(&Shape::Text)),
        (
            "memberships",
            Shape::OrNull(&Shape::List(&StartingMembership::SHAPE)),
        ),
    ]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let email = fields.required("email");
        let role = fields.required("role");
        let name = fields.optional("name");
        let memberships: Option<Vec<StartingMembership>> =
            fields.list_or_empty("memberships", MEMBERSHIPS_MAX);
        let mut entities = BTreeSet::new();
        for (index, membership) in memberships.iter().flatten().enumerate() {
            if !entities.insert(membership.entity_id) {
                let unfit = Unfit {
                    code: Code::EntityNamedTwice,
                    detail: "stands twice: one has one role in an entity".to_owned(),
                };
                return fields.blame_item("memberships", index, "entity_id", &unfit);
            }
        }
        Some(Self {
            email: email?,
            role: role?,
            name: name?,
            memberships: memberships?,
        })
    }
}

impl Body for StartingMembership {
    const SHAPE: Shape = Shape::Object(&[("entity_id", Shape::Text), ("role", Shape::Text)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let entity_id = fields.required("entity_id");
        let role = fields.required("role");
        Some(Self {
            entity_id: entity_id?,
            role: role?,
        })
    }
}

impl Body for InviteMany {
    const SHAPE: Shape = Shape::Object(&[("invitations", Shape::List(&Invite::SHAPE))]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let invitations = fields.outcomes("invitations", 0..=BATCH_ROWS_MAX)?;
        Some(Self { invitations })
    }
}

impl Body for Accept {
    const SHAPE: Shape = Shape::Object(&[("name", LEAF), ("password", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let name = fields.optional("name");
        let password = fields.optional("password");
        Some(Self {
            name: name?,
            password: password?,
        })
    }
}

impl Body for SetMembership {
    const SHAPE: Shape = Shape::Object(&[("role", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let role = fields.required("role")?;
        Some(Self { role })
    }
}

impl Body for Checks {
    const SHAPE: Shape = Shape::Object(&[("checks", Shape::List(&Check::SHAPE))]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let checks = fields.list("checks", 1..=CHECKS_MAX)?;
        Some(Self { checks })
    }
}

impl Body for Check {
    const SHAPE: Shape =
        Shape::Object(&[("user_id", LEAF), ("permission", LEAF), ("entity_id", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let user_id = fields.required("user_id");
        let permission = fields.required("permission");
        let entity_id = fields.required("entity_id");
        Some(Self {
            user_id: user_id?,
            permission: permission?,
            entity_id: entity_id?,
        })
    }
}

impl Body for CreateApiKey {
    const SHAPE: Shape = Shape::Object(&[("name", LEAF), ("role", LEAF), ("expires_at", LEAF)]);

    fn take(fields: &Fields<'_>) -> Option<Self> {
        let name = fields.required("name");
        let role = fields.required("role");
        let expires_at = fields.optional("expires_at");
        Some(Self {
            name: name?,
            role: role?,
            expires_at: expires_at?,
        })
    }
}
