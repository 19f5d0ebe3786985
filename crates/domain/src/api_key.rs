//! API keys: what they are and whose; making and checking secrets belongs to the edge.

use std::fmt;

use crate::{ApiKeyId, KeyRole, Name, Timestamp, UserId};

/// One API key. Its secret is known to whoever was shown it, and to nobody else.
///
/// Rule: R-KEY-1.
///
/// ```
/// use uuid::Uuid;
/// use vestibule_domain::{ApiKey, ApiKeyId, KeyRole, SecretDigest, Timestamp, UserId};
///
/// let made = Timestamp::EPOCH;
/// let key = ApiKey {
///     id: ApiKeyId::new(Uuid::from_u128(1)),
///     maker: UserId::new(Uuid::from_u128(2)),
///     name: "Payroll".parse()?,
///     role: KeyRole::Auditor,
///     created_at: made,
///     expires_at: Some(made.plus_seconds(3600)),
///     digest: SecretDigest([0; 32]),
/// };
/// assert!(!key.is_expired_at(made));
/// assert!(key.is_expired_at(made.plus_seconds(3600)));
/// # Ok::<(), vestibule_domain::InvalidName>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// The user who made it, and whose rights bound it.
    pub maker: UserId,
    /// What it is called; not unique.
    pub name: Name,
    /// What it may do at most.
    pub role: KeyRole,
    /// When it was made.
    pub created_at: Timestamp,
    /// From this moment on it is refused.
    pub expires_at: Option<Timestamp>,
    /// The SHA-256 digest of its secret.
    pub digest: SecretDigest,
}

/// The SHA-256 digest of a random secret; as 64 hexadecimal digits in text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(transparent)
)]
pub struct SecretDigest(
    /// Its bytes.
    #[cfg_attr(feature = "serde", serde(with = "crate::hexadecimal"))]
    pub [u8; 32],
);

impl ApiKey {
    /// Whether its expiry has passed.
    #[must_use]
    pub fn is_expired_at(&self, at: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| at >= end)
    }
}

impl fmt::Debug for SecretDigest {
    /// Shows nothing of it: what finds a key does not belong in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretDigest(..)")
    }
}
