//! What stands between Invited and Active: the invitation, its sender and how it reads.

use crate::word::words;
use crate::{AssignableRole, Email, InvitationId, Timestamp, User, UserId};

/// A pending invitation; it belongs to the Invited user it created.
///
/// ```
/// use vestibule_domain::{
///     Ending, Event, Invitation, InvitationEnd, InvitationRecord, InvitationState, SenderRight,
/// };
/// # use vestibule_domain::test_support::{World, story_of};
/// # let mut world = World::numbered(1);
/// # for step in story_of("olive invites ann (ann@x) as user").expect("a story") {
/// #     let request = world.request_of(&step);
/// #     world.play(&request).expect("the owner may");
/// # }
/// # let acme = world.directory.clone();
/// # let at = world.at;
/// # let ann = acme.user(world.user_called("ann")).expect("she is invited");
///
/// let invitation: &Invitation = ann.invitation().expect("she has not answered yet");
/// let right = acme.sender_right(invitation)?;
/// assert_eq!(right, SenderRight::Holds);
/// assert_eq!(invitation.state_at(at, right), InvitationState::Pending);
/// assert_eq!(invitation.state_at(invitation.expires_at, right), InvitationState::Expired);
/// assert_eq!(SenderRight::Lost.state_at(invitation.expires_at, at), InvitationState::Suspended);
///
/// // In the history it stays when it has ended.
/// let record = InvitationRecord::pending(ann, invitation);
/// let ended = InvitationRecord { ended: Some((InvitationEnd::Declined, at)), ..record };
/// assert_eq!(ended.user, ann.id);
/// let declined = Event::InvitationEnded {
///     user: ann.id,
///     invitation: invitation.clone(),
///     ending: Ending::Declined,
///     memberships: Default::default(),
///     at,
/// };
/// assert_eq!(declined.action(), "invitation.declined");
/// # Ok::<(), vestibule_domain::Stop>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Invitation {
    /// Its id; a resend keeps it.
    pub id: InvitationId,
    /// Whose right it stands on (R-INV-9).
    pub sender: Sender,
    /// Which link is alive: a resend adds one, and every older link is dead (R-INV-3).
    pub generation: u32,
    /// From this moment on it cannot be accepted.
    pub expires_at: Timestamp,
    /// When it was first sent.
    pub created_at: Timestamp,
    /// When it was resent within the last hour before the latest resend, at most five (R-INV-4).
    pub resent_at: Vec<Timestamp>,
}

/// Whose right an invitation stands on.
///
/// A sender who is gone stays named here: they must not read as the operator (R-INV-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Sender {
    /// A user, or the API key that this user made.
    User(UserId),
    /// The operator, whose invitations stay usable.
    Operator,
}

/// One invitation in the history of invitations, with how it ended if it did.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct InvitationRecord {
    /// The invitation as it last was.
    pub invitation: Invitation,
    /// The user it created; they may be gone.
    pub user: UserId,
    /// The email that was invited.
    pub email: Email,
    /// The role it gives, or gave at its end.
    pub role: AssignableRole,
    /// How and when it ended; none while it is pending.
    pub ended: Option<(InvitationEnd, Timestamp)>,
}

words! {
    /// How an invitation ended.
    InvitationEnd {
        /// The user became Active.
        Accepted = "accepted",
        /// The invitee said no.
        Declined = "declined",
        /// Someone who manages users took it back, or removed the user.
        Revoked = "revoked",
    }

    /// How an invitation reads at a moment.
    ///
    /// Rule: R-INV-9 and the words of rules.md: a pending one reads as expired past its expiry,
    /// otherwise as suspended while its sender may not send.
    InvitationState {
        /// Can be accepted.
        Pending = "pending",
        /// Its expiry has passed; can be resent.
        Expired = "expired",
        /// Its sender could not send it any more; can be resent.
        Suspended = "suspended",
        /// The user became Active.
        Accepted = "accepted",
        /// The invitee said no.
        Declined = "declined",
        /// It was taken back.
        Revoked = "revoked",
    }
}

impl Invitation {
    /// How a pending invitation reads at that moment, given whether its sender may still send it.
    #[must_use]
    pub fn state_at(&self, at: Timestamp, right: SenderRight) -> InvitationState {
        right.state_at(self.expires_at, at)
    }
}

/// Whether the sender of an invitation could still give its user's present role (R-INV-9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SenderRight {
    /// They could.
    Holds,
    /// They are gone, deactivated, or may not any more.
    Lost,
}

impl InvitationRecord {
    /// The record of a user's invitation while it is pending.
    #[must_use]
    pub fn pending(user: &User, invitation: &Invitation) -> Self {
        Self {
            invitation: invitation.clone(),
            user: user.id,
            email: user.email.clone(),
            role: user.role,
            ended: None,
        }
    }
}

impl SenderRight {
    /// How a pending invitation with that expiry reads at that moment.
    #[must_use]
    pub fn state_at(self, expires_at: Timestamp, at: Timestamp) -> InvitationState {
        if at >= expires_at {
            return InvitationState::Expired;
        }
        match self {
            Self::Holds => InvitationState::Pending,
            Self::Lost => InvitationState::Suspended,
        }
    }
}

impl From<InvitationEnd> for InvitationState {
    fn from(end: InvitationEnd) -> Self {
        match end {
            InvitationEnd::Accepted => Self::Accepted,
            InvitationEnd::Declined => Self::Declined,
            InvitationEnd::Revoked => Self::Revoked,
        }
    }
}
