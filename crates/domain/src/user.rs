//! A user: one person in one organization, in a state that cannot disagree with itself.

use sha2::{Digest, Sha256};

use crate::word::words;
use crate::{AccountId, AssignableRole, Email, Invitation, InvitationId, Name, Timestamp, UserId};

/// One person in one organization.
///
/// ```
/// use vestibule_domain::{Joined, Status, User, UserState};
/// # let world = vestibule_domain::test_support::World::numbered(1);
/// # let acme = world.directory;
///
/// let olive: &User = acme.user(acme.organization().primary_admin).expect("she founded it");
/// assert!(olive.is_active() && olive.invitation().is_none());
/// let Some(Joined { account, .. }) = olive.joined() else {
///     panic!("who is Active has joined");
/// };
///
/// // What belongs to a state stands in it: who is Deactivated keeps the account.
/// let gone = User { state: UserState::Deactivated(*olive.joined().expect("as above")), ..olive.clone() };
/// assert_eq!(gone.status(), Status::Deactivated);
/// assert_eq!(gone.joined().map(|joined| joined.account), Some(*account));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their email, unique in the organization by its key (R-INV-2).
    pub email: Email,
    /// Their name; nobody need name an invited person.
    pub name: Option<Name>,
    /// Their stored organization role; see [`crate::Organization::role_of`].
    pub role: AssignableRole,
    /// What they are: invited, active or deactivated, with what belongs to that.
    pub state: UserState,
    /// The pending invitations that count as sent by them.
    pub sent_invitations: SentInvitations,
}

/// What a user is, with what belongs to being that.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum UserState {
    /// Has an invitation that was not accepted yet.
    Invited(Invitation),
    /// Accepted, and may work.
    Active(Joined),
    /// Keeps everything and may do nothing (R-DEA-1).
    Deactivated(Joined),
}

/// What acceptance left: which account, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Joined {
    /// The account the user is linked to.
    pub account: AccountId,
    /// When the invitation was accepted.
    pub at: Timestamp,
}

words! {
    /// The status of a user, as the list shows it.
    Status {
        /// May work.
        Active = "active",
        /// Has not accepted yet.
        Invited = "invited",
        /// May do nothing until reactivated.
        Deactivated = "deactivated",
    }
}

/// How many pending invitations count as sent by a user, and a digest of which.
///
/// The digest knows no order: it is the exclusive or of one hash for each invitation, so that
/// it moves with single invitations and joins on a transfer of ownership (R-ORG-5, R-REM-2).
///
/// ```
/// use uuid::Uuid;
/// use vestibule_domain::{InvitationId, SentInvitations};
///
/// let [one, other] = [1, 2].map(|number| InvitationId::new(Uuid::from_u128(number)));
/// let none = SentInvitations::default();
/// assert_eq!(none.with(one).with(other), none.with(other).with(one));
/// assert_eq!(none.with(one).joined_with(none.with(other)), none.with(one).with(other));
/// assert_eq!(none.with(one).without(one), none);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SentInvitations {
    /// How many.
    pub count: u32,
    /// Which, as an order-free digest; as 32 hexadecimal digits in text.
    #[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
    pub digest: [u8; 16],
}

impl User {
    /// Their status.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.state {
            UserState::Invited(_) => Status::Invited,
            UserState::Active(_) => Status::Active,
            UserState::Deactivated(_) => Status::Deactivated,
        }
    }

    /// Whether they are Active.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self.state, UserState::Active(_))
    }

    /// Their invitation while it is pending.
    #[must_use]
    pub const fn invitation(&self) -> Option<&Invitation> {
        match &self.state {
            UserState::Invited(invitation) => Some(invitation),
            UserState::Active(_) | UserState::Deactivated(_) => None,
        }
    }

    /// What acceptance left, once there was one.
    #[must_use]
    pub const fn joined(&self) -> Option<&Joined> {
        match &self.state {
            UserState::Active(joined) | UserState::Deactivated(joined) => Some(joined),
            UserState::Invited(_) => None,
        }
    }
}

impl SentInvitations {
    /// With one invitation more.
    #[must_use]
    pub fn with(self, invitation: InvitationId) -> Self {
        Self {
            count: self.count.saturating_add(1),
            digest: mixed(self.digest, digest_of(invitation)),
        }
    }

    /// With one invitation less.
    #[must_use]
    pub fn without(self, invitation: InvitationId) -> Self {
        Self {
            count: self.count.saturating_sub(1),
            digest: mixed(self.digest, digest_of(invitation)),
        }
    }

    /// Both together, as when ownership is handed over.
    #[must_use]
    pub fn joined_with(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            digest: mixed(self.digest, other.digest),
        }
    }
}

fn digest_of(invitation: InvitationId) -> [u8; 16] {
    let hash = Sha256::digest(invitation.uuid().as_bytes());
    std::array::from_fn(|index| hash.get(index).copied().unwrap_or_default())
}

fn mixed(one: [u8; 16], other: [u8; 16]) -> [u8; 16] {
    (u128::from_be_bytes(one) ^ u128::from_be_bytes(other)).to_be_bytes()
}
