//! The removal plan: what a removal takes, shown before and carried out after as one value.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::hexadecimal;
use crate::{ApiKeyId, EntityId, EntityRole, InvitationId, Name, SentInvitations, UserId};

/// Everything that removing a user takes away, and what it does to others.
///
/// Rule: R-REM-2. The plan shown before and the event written after are the same value; its
/// fingerprint is a digest of it and of nothing else, so no reading of the clock is in it.
///
/// ```
/// use uuid::Uuid;
/// use vestibule_domain::{
///     ApiKeyId, EntityId, EntityRole, Fingerprint, InvalidFingerprint, LostApiKey, LostMembership,
///     RemovalPlan, SentInvitations, UserId,
/// };
///
/// let mut plan = RemovalPlan {
///     user: UserId::new(Uuid::from_u128(1)),
///     memberships: vec![LostMembership {
///         entity: EntityId::new(Uuid::from_u128(2)),
///         entity_name: "Bakery".parse()?,
///         role: EntityRole::Clerk,
///     }],
///     api_keys: Vec::new(),
///     invitation: None,
///     sent_invitations: SentInvitations::default(),
///     entities_left_without_admin: Vec::new(),
/// };
/// let seen: Fingerprint = plan.fingerprint().to_string().parse()?;
/// assert_eq!(seen, plan.fingerprint());
///
/// // Whatever is lost besides makes it another plan.
/// plan.api_keys.push(LostApiKey { id: ApiKeyId::new(Uuid::from_u128(3)), name: "Payroll".parse()? });
/// assert_ne!(seen, plan.fingerprint());
/// assert_eq!("seen".parse::<Fingerprint>(), Err(InvalidFingerprint));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RemovalPlan {
    /// Who would be removed.
    pub user: UserId,
    /// Every membership that would be lost, archived entities included, by entity id.
    pub memberships: Vec<LostMembership>,
    /// Every API key that would end, by id.
    pub api_keys: Vec<LostApiKey>,
    /// The pending invitation that would end, of an Invited user.
    pub invitation: Option<InvitationId>,
    /// The pending invitations they had sent, which would be suspended.
    pub sent_invitations: SentInvitations,
    /// Entities that would be left without an Admin, by id.
    pub entities_left_without_admin: Vec<EntityId>,
}

/// One membership that a removal takes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LostMembership {
    /// Where.
    pub entity: EntityId,
    /// What the entity is called.
    pub entity_name: Name,
    /// As what.
    pub role: EntityRole,
}

/// One API key that a removal ends.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LostApiKey {
    /// Which.
    pub id: ApiKeyId,
    /// What it is called.
    pub name: Name,
}

/// A digest of a removal plan, as 64 hexadecimal digits in text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub struct Fingerprint([u8; 32]);

/// Says that a text is no fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a fingerprint is 64 lower-case hexadecimal digits")]
pub struct InvalidFingerprint;

impl RemovalPlan {
    /// The digest of the plan: another plan has another.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        // Every part is led by its length, so that no two plans feed the same bytes.
        let mut hash = Sha256::new();
        hash.update(b"vestibule removal plan 1\n");
        hash.update(self.user.uuid().as_bytes());
        count(&mut hash, self.memberships.len());
        for lost in &self.memberships {
            hash.update(lost.entity.uuid().as_bytes());
            text(&mut hash, lost.entity_name.as_str());
            text(&mut hash, lost.role.as_str());
        }
        count(&mut hash, self.api_keys.len());
        for lost in &self.api_keys {
            hash.update(lost.id.uuid().as_bytes());
            text(&mut hash, lost.name.as_str());
        }
        count(&mut hash, usize::from(self.invitation.is_some()));
        if let Some(invitation) = self.invitation {
            hash.update(invitation.uuid().as_bytes());
        }
        hash.update(self.sent_invitations.count.to_be_bytes());
        hash.update(self.sent_invitations.digest);
        count(&mut hash, self.entities_left_without_admin.len());
        for entity in &self.entities_left_without_admin {
            hash.update(entity.uuid().as_bytes());
        }
        Fingerprint(hash.finalize().into())
    }
}

fn count(hash: &mut Sha256, items: usize) {
    hash.update(u64::try_from(items).unwrap_or(u64::MAX).to_be_bytes());
}

fn text(hash: &mut Sha256, part: &str) {
    count(hash, part.len());
    hash.update(part);
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hexadecimal::write(&self.0, f)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = InvalidFingerprint;

    fn from_str(text: &str) -> Result<Self, InvalidFingerprint> {
        hexadecimal::read(text).map(Self).ok_or(InvalidFingerprint)
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = InvalidFingerprint;

    fn try_from(text: String) -> Result<Self, InvalidFingerprint> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}
