//! What can be asked of an organization, and by whom.

use std::collections::BTreeMap;

use crate::{
    AccountId, ApiKeyId, AssignableRole, Email, EntityId, EntityRole, Fingerprint, InvitationId,
    InvitationLifetime, KeyRole, Name, SecretDigest, Timestamp, UserId, UserManagement,
};

/// Who asks.
///
/// ```
/// use vestibule_domain::{Actor, ApiKeyId, UserId};
/// use uuid::Uuid;
///
/// let ann = UserId::new(Uuid::from_u128(1));
/// let key = Actor::Key { id: ApiKeyId::new(Uuid::from_u128(2)), maker: ann };
/// // A key does only what its maker could do (R-KEY-2).
/// assert_eq!(key.person(), Some(ann));
/// assert_eq!(Actor::Invitee.person(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Actor {
    /// A user of the organization, by their account's session.
    User {
        /// Which user.
        id: UserId,
        /// When they last proved their password (R-SES-4).
        signed_in: Timestamp,
    },
    /// An API key.
    Key {
        /// Which key.
        id: ApiKeyId,
        /// Who made it: their rights bound it (R-KEY-2).
        maker: UserId,
    },
    /// Whoever holds the link of an invitation; may accept or decline it and nothing else.
    Invitee,
    /// The command line on the host, or the operator key.
    Operator,
}

impl Actor {
    /// The person behind the actor: the user, or the maker of the key.
    #[must_use]
    pub const fn person(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            Self::Key { maker, .. } => Some(*maker),
            Self::Invitee | Self::Operator => None,
        }
    }
}

/// One command, with who asks and when. The same requests always give the same events.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Request {
    /// Who asks.
    pub actor: Actor,
    /// What they ask for.
    pub command: Command,
    /// The moment of the request, read at the edge.
    pub at: Timestamp,
}

/// Which account an accepted invitation is linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Login {
    /// The account that has the invited email, its password or session proved at the edge.
    Existing(AccountId),
    /// An account that is made with the acceptance.
    New(AccountId),
}

/// Everything that can be asked of an organization.
///
/// Ids of what a command makes are fresh: the edge makes them.
///
/// Exhaustive on purpose, as events and rejections are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Command {
    /// Changes the organization's name or settings; what is `None` stays (R-ORG-2, R-ORG-3).
    UpdateOrganization {
        /// A new name.
        name: Option<Name>,
        /// Who manages organization-level users from now on.
        user_management: Option<UserManagement>,
        /// How long invitations sent from now on can be accepted.
        invitation_lifetime: Option<InvitationLifetime>,
    },
    /// Hands the organization to another Active user (R-ORG-5).
    TransferOwnership {
        /// Who becomes Primary Admin.
        to: UserId,
    },
    /// Creates an Invited user with an invitation and, if wanted, memberships (R-INV-1).
    InviteUser {
        /// The id of the user to be.
        user: UserId,
        /// The id of the invitation to be.
        invitation: InvitationId,
        /// Who is invited.
        email: Email,
        /// The organization role they will have.
        role: AssignableRole,
        /// What they are called, where it is known.
        name: Option<Name>,
        /// Memberships to start with.
        memberships: BTreeMap<EntityId, EntityRole>,
    },
    /// Sends an invitation anew: new link, new expiry, the resender as sender (R-INV-4).
    ResendInvitation {
        /// The Invited user.
        user: UserId,
        /// Their invitation.
        invitation: InvitationId,
    },
    /// Ends a pending invitation and the Invited user with it (R-INV-5).
    RevokeInvitation {
        /// The Invited user.
        user: UserId,
        /// Their invitation.
        invitation: InvitationId,
    },
    /// Makes an Invited user Active (R-INV-6).
    AcceptInvitation {
        /// The Invited user.
        user: UserId,
        /// Their invitation.
        invitation: InvitationId,
        /// The generation of the link that was used.
        generation: u32,
        /// Their name.
        name: Name,
        /// The account to link.
        login: Login,
    },
    /// Ends a pending invitation by the invitee's own wish (R-INV-5).
    DeclineInvitation {
        /// The Invited user.
        user: UserId,
        /// Their invitation.
        invitation: InvitationId,
        /// The generation of the link that was used.
        generation: u32,
    },
    /// Changes a user's role, or the name of one without an account; what is `None` stays.
    UpdateUser {
        /// Whose.
        user: UserId,
        /// A new organization role.
        role: Option<AssignableRole>,
        /// A new name.
        name: Option<Name>,
    },
    /// Carries an account's new name to its user here; asked by that user, Deactivated or not.
    RenameOwnUser {
        /// The account's user in this organization.
        user: UserId,
        /// The new name.
        name: Name,
    },
    /// Takes an Active user's access away and keeps everything else (R-DEA-1).
    DeactivateUser {
        /// Whom.
        user: UserId,
    },
    /// Gives a Deactivated user back what was there (R-DEA-2).
    ReactivateUser {
        /// Whom.
        user: UserId,
    },
    /// Removes a user from the organization and from ALL its entities; by oneself: leaves (R-REM-1, R-REM-4).
    RemoveUser {
        /// Whom.
        user: UserId,
        /// The removal plan that was seen; refused when it is no longer that (R-REM-2).
        fingerprint: Option<Fingerprint>,
    },
    /// Removes a user because their account is deleted; asked by that user, Deactivated or not (R-REM-7).
    RemoveOwnUser {
        /// The account's user in this organization.
        user: UserId,
    },
    /// Makes an entity (R-ORG-3).
    CreateEntity {
        /// The id of the entity to be.
        entity: EntityId,
        /// Its name.
        name: Name,
    },
    /// Gives an entity another name (R-ENT-7).
    RenameEntity {
        /// Which.
        entity: EntityId,
        /// Its new name.
        name: Name,
    },
    /// Closes an entity without losing anything (R-ENT-6).
    ArchiveEntity {
        /// Which.
        entity: EntityId,
    },
    /// Opens an archived entity again (R-ENT-6).
    UnarchiveEntity {
        /// Which.
        entity: EntityId,
    },
    /// Deletes an archived entity with its memberships (R-ENT-6).
    DeleteEntity {
        /// Which.
        entity: EntityId,
    },
    /// Adds a user to an entity, or gives them another role there (R-ENT-2, R-ENT-3).
    SetMembership {
        /// Where.
        entity: EntityId,
        /// Whom.
        user: UserId,
        /// As what.
        role: EntityRole,
    },
    /// Takes a user out of one entity and nothing else (R-ENT-5).
    RemoveMembership {
        /// Where.
        entity: EntityId,
        /// Whom.
        user: UserId,
    },
    /// Makes an API key for the actor (R-KEY-1).
    CreateApiKey {
        /// The id of the key to be.
        key: ApiKeyId,
        /// What it is called.
        name: Name,
        /// What it may do at most.
        role: KeyRole,
        /// When it ends by itself.
        expires_at: Option<Timestamp>,
        /// The digest of its secret.
        digest: SecretDigest,
    },
    /// Ends an API key (R-KEY-3).
    EndApiKey {
        /// Which.
        key: ApiKeyId,
        /// Who made it.
        maker: UserId,
    },
    /// Erases a removed person's email, name and addresses from the record (R-AUD-3).
    ErasePerson {
        /// The user they were; that there was one is for the record's keeper to say.
        user: UserId,
    },
}
