//! The ids of everything that has one; making new ids belongs to the edge, not here.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use uuid::Uuid;

/// Says that a text is no id: not a UUID in its hyphenated form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an id is a UUID in lower-case hyphenated form")]
pub struct InvalidId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        ///
        /// A UUID (version 7 where Vestibule makes it, so that ids sort by time of making).
        ///
        /// ```
        #[doc = concat!("use vestibule_domain::", stringify!($name), ";")]
        ///
        #[doc = concat!("let id: ", stringify!($name), " = \"0198c7a0-0000-7000-8000-000000000001\".parse()?;")]
        /// assert_eq!(id.to_string(), "0198c7a0-0000-7000-8000-000000000001");
        /// # Ok::<(), vestibule_domain::InvalidId>(())
        /// ```
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize), serde(transparent))]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID made elsewhere.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID inside.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            /// Reads the 36-character hyphenated form, in either case, and no other form of a UUID.
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                if text.len() != 36 {
                    return Err(InvalidId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            /// In text as `FromStr` reads it; in binary formats the 16 bytes.
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                use serde::de::Error;

                if !deserializer.is_human_readable() {
                    return Uuid::deserialize(deserializer).map(Self);
                }
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

ids! {
    /// Names an organization, the tenant.
    OrganizationId,
    /// Names a user: one person in one organization.
    UserId,
    /// Names an entity: one company inside an organization.
    EntityId,
    /// Names an invitation; a resend keeps it.
    InvitationId,
    /// Names an API key, not its secret.
    ApiKeyId,
    /// Names an account: a login identity, in any number of organizations.
    AccountId,
}
