//! Why a request is refused: data with one stable code and one sentence, and no I/O behind it.

use thiserror::Error;

use crate::{EntityId, Status, Timestamp, UserId};

/// Why a request is refused. Nothing has changed.
///
/// Rule: R-ANS-1. Exhaustive on purpose: who maps rejections to answers should be told by the
/// compiler of every new one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Rejection {
    /// For the actor the organization, or this thing in it, does not exist (R-ANS-2).
    #[error("there is nothing here that you can see")]
    NotFound,
    /// The key has ended or expired, or its maker may not work here any more.
    #[error("this API key is not valid any more")]
    NotSignedIn,
    /// The actor sees it and may not do this.
    #[error("you are not allowed to do this")]
    NotAllowed,
    /// The actor's sign-in is older than 15 minutes (R-SES-4).
    #[error("sign in again first: this needs a sign-in not older than 15 minutes")]
    RecentSignInRequired,
    /// The actor may not give this role.
    #[error("you may not give this role")]
    RoleNotAssignable,
    /// No such user that the actor can see.
    #[error("this user is not in the organization")]
    UserNotInOrganization(UserId),
    /// No such entity that the actor can see.
    #[error("there is no such entity")]
    EntityNotFound(EntityId),
    /// The user is not a member of the entity.
    #[error("this user is not a member of the entity")]
    NotAMember,
    /// No such API key that the actor can see.
    #[error("there is no such API key")]
    ApiKeyNotFound,
    /// The link is wrong, old, suspended or used; which, a stranger does not learn (R-INV-7).
    #[error("this invitation cannot be used; ask for a new one")]
    InvitationNotUsable,
    /// The email is there already (R-INV-2).
    #[error("this email is in the organization already, with status {0}")]
    EmailAlreadyInOrganization(Status),
    /// The Primary Admin hands over first (R-REM-3).
    #[error("the Primary Admin must transfer ownership first")]
    PrimaryAdminMustTransfer,
    /// Needs an Active user.
    #[error("this user is {0}, not active")]
    UserNotActive(Status),
    /// Needs a Deactivated user.
    #[error("this user is {0}, not deactivated")]
    UserNotDeactivated(Status),
    /// The invitation was accepted, declined or revoked.
    #[error("this invitation is not pending any more")]
    InvitationNotPending,
    /// The entity is archived (R-ENT-6).
    #[error("this entity is archived")]
    EntityArchived(EntityId),
    /// The entity is not archived (R-ENT-6).
    #[error("this entity is not archived; archive it first")]
    EntityNotArchived(EntityId),
    /// Another entity has this name, but for case (R-ENT-7).
    #[error("another entity has this name")]
    EntityNameTaken,
    /// Only a removed person can be erased (R-AUD-3).
    #[error("this user is still in the organization; remove them first")]
    UserStillInOrganization,
    /// The removal plan is no longer the one that was seen (R-REM-2).
    #[error("what the removal would take has changed; look at the plan again")]
    RemovalPlanChanged,
    /// Five times within an hour is the most (R-INV-4).
    #[error("this invitation was resent 5 times within an hour; try again after {retry_at}")]
    ResendLimitReached {
        /// From when on it can be resent.
        retry_at: Timestamp,
    },
    /// An expiry lies in the past.
    #[error("the expiry must lie in the future")]
    ExpiryNotInFuture,
    /// The id of what the command would make belongs to something already.
    #[error("the id is in use; make a fresh one")]
    IdInUse,
}

impl Rejection {
    /// The stable code, as clients see it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound | Self::NotAMember | Self::ApiKeyNotFound => "not_found",
            Self::NotSignedIn => "not_signed_in",
            Self::NotAllowed => "not_allowed",
            Self::RecentSignInRequired => "recent_sign_in_required",
            Self::RoleNotAssignable => "role_not_assignable",
            Self::UserNotInOrganization(_) => "user_not_in_organization",
            Self::EntityNotFound(_) => "entity_not_found",
            Self::InvitationNotUsable => "invitation_not_usable",
            Self::EmailAlreadyInOrganization(_) => "email_already_in_organization",
            Self::PrimaryAdminMustTransfer => "primary_admin_must_transfer",
            Self::UserNotActive(_) => "user_not_active",
            Self::UserNotDeactivated(_) => "user_not_deactivated",
            Self::InvitationNotPending => "invitation_not_pending",
            Self::EntityArchived(_) => "entity_archived",
            Self::EntityNotArchived(_) => "entity_not_archived",
            Self::EntityNameTaken => "entity_name_taken",
            Self::UserStillInOrganization => "user_still_in_organization",
            Self::RemovalPlanChanged => "removal_plan_changed",
            Self::ResendLimitReached { .. } => "resend_limit_reached",
            Self::ExpiryNotInFuture => "expiry_not_in_future",
            Self::IdInUse => "id_in_use",
        }
    }
}
