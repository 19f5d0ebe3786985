//! Rows as the write path reads them, and what of domain they make.

use diesel::prelude::*;
use vestibule_domain::{
    AccountId, ApiKey, ApiKeyId, AssignableRole, Email, Entity, EntityId, EntityRole, EntityStatus,
    Invitation, InvitationId, InvitationLifetime, Joined, KeyRole, Membership, Name, Organization,
    OrganizationId, SecretDigest, Sender, SentInvitations, Status, Timestamp, User, UserId,
    UserManagement, UserState,
};

use crate::Fault;
use crate::schema::{api_keys, entities, invitations, memberships, organizations, users};

/// An organization's whole row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = organizations)]
pub(crate) struct StoredOrganization {
    pub(crate) id: OrganizationId,
    pub(crate) name: Name,
    pub(crate) primary_admin_user_id: UserId,
    pub(crate) user_management: UserManagement,
    pub(crate) invitation_lifetime_seconds: i32,
    pub(crate) created_at: Timestamp,
    pub(crate) version: i64,
    pub(crate) audit_seq: i64,
    pub(crate) audit_hash: Vec<u8>,
    #[diesel(embed)]
    pub(crate) counts: Counts,
}

/// How many there are of what lists show, as the write path keeps them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organizations)]
pub(crate) struct Counts {
    pub(crate) invited_admins: i32,
    pub(crate) invited_users: i32,
    pub(crate) active_admins: i32,
    pub(crate) active_users: i32,
    pub(crate) deactivated_admins: i32,
    pub(crate) deactivated_users: i32,
    pub(crate) active_entities: i32,
    pub(crate) archived_entities: i32,
    pub(crate) pending_invitations: i32,
    pub(crate) accepted_invitations: i32,
    pub(crate) declined_invitations: i32,
    pub(crate) revoked_invitations: i32,
}

/// A user's row, without what only lists need.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
pub(crate) struct StoredUser {
    id: UserId,
    email: Email,
    name: Option<Name>,
    role: AssignableRole,
    status: Status,
    account_id: Option<AccountId>,
    joined_at: Option<Timestamp>,
    sent_count: i32,
    sent_digest: Vec<u8>,
}

/// A pending invitation's row.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = invitations)]
pub(crate) struct StoredInvitation {
    id: InvitationId,
    sender_user_id: Option<UserId>,
    generation: i32,
    expires_at: Timestamp,
    created_at: Timestamp,
    resent_at: String,
}

/// An entity's row.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = entities)]
pub(crate) struct StoredEntity {
    id: EntityId,
    name: Name,
    status: EntityStatus,
    member_count: i32,
    active_admins: i32,
}

/// A membership's row, without what only lists need.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = memberships)]
pub(crate) struct StoredMembership {
    user_id: UserId,
    entity_id: EntityId,
    role: EntityRole,
}

/// An API key's row, without when it was used.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = api_keys)]
pub(crate) struct StoredApiKey {
    id: ApiKeyId,
    maker_user_id: UserId,
    name: Name,
    role: KeyRole,
    digest: Vec<u8>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
}

impl StoredOrganization {
    /// The organization that it is the row of.
    pub(crate) fn organization(&self) -> Result<Organization, Fault> {
        Ok(Organization {
            id: self.id,
            name: self.name.clone(),
            primary_admin: self.primary_admin_user_id,
            user_management: self.user_management,
            invitation_lifetime: InvitationLifetime::from_seconds(unsigned(
                self.invitation_lifetime_seconds,
            )?)
            .map_err(|error| {
                Fault::corrupt("an organization's invitation lifetime cannot be").because(error)
            })?,
            created_at: self.created_at,
        })
    }
}

impl StoredUser {
    /// The user that it is the row of, with the row of their pending invitation.
    pub(crate) fn with(self, invitation: Option<StoredInvitation>) -> Result<User, Fault> {
        let joined = self
            .account_id
            .zip(self.joined_at)
            .map(|(account, at)| Joined { account, at });
        let state = match (self.status, invitation, joined) {
            (Status::Invited, Some(invitation), None) => {
                UserState::Invited(invitation.invitation()?)
            }
            (Status::Active, None, Some(joined)) => UserState::Active(joined),
            (Status::Deactivated, None, Some(joined)) => UserState::Deactivated(joined),
            _ => {
                return Err(Fault::corrupt(format!(
                    "the row of user `{}` does not fit its status",
                    self.id
                )));
            }
        };
        Ok(User {
            id: self.id,
            email: self.email,
            name: self.name,
            role: self.role,
            state,
            sent_invitations: SentInvitations {
                count: unsigned(self.sent_count)?,
                digest: array(&self.sent_digest)?,
            },
        })
    }
}

impl StoredInvitation {
    /// The invitation that it is the row of.
    pub(crate) fn invitation(self) -> Result<Invitation, Fault> {
        Ok(Invitation {
            id: self.id,
            sender: self.sender_user_id.map_or(Sender::Operator, Sender::User),
            generation: unsigned(self.generation)?,
            expires_at: self.expires_at,
            created_at: self.created_at,
            resent_at: serde_json::from_str(&self.resent_at).map_err(|error| {
                Fault::corrupt("the times of an invitation cannot be read").because(error)
            })?,
        })
    }

    /// Who sent it, if not the operator.
    pub(crate) const fn sender(&self) -> Option<UserId> {
        self.sender_user_id
    }
}

impl TryFrom<StoredEntity> for Entity {
    type Error = Fault;

    fn try_from(row: StoredEntity) -> Result<Self, Fault> {
        Ok(Self {
            id: row.id,
            name: row.name,
            status: row.status,
            member_count: unsigned(row.member_count)?,
            active_admins: unsigned(row.active_admins)?,
        })
    }
}

impl From<StoredMembership> for Membership {
    fn from(row: StoredMembership) -> Self {
        Self {
            user: row.user_id,
            entity: row.entity_id,
            role: row.role,
        }
    }
}

impl TryFrom<StoredApiKey> for ApiKey {
    type Error = Fault;

    fn try_from(row: StoredApiKey) -> Result<Self, Fault> {
        Ok(Self {
            id: row.id,
            maker: row.maker_user_id,
            name: row.name,
            role: row.role,
            created_at: row.created_at,
            expires_at: row.expires_at,
            digest: SecretDigest(array(&row.digest)?),
        })
    }
}

/// A stored number that counts something.
pub(crate) fn unsigned(stored: i32) -> Result<u32, Fault> {
    u32::try_from(stored)
        .map_err(|error| Fault::corrupt("a stored count is negative").because(error))
}

/// Stored bytes of a fixed number.
pub(crate) fn array<const N: usize>(stored: &[u8]) -> Result<[u8; N], Fault> {
    stored
        .try_into()
        .map_err(|_| Fault::corrupt(format!("a stored digest has not {N} bytes")))
}
