//! Closed enums that are words: the same word in JSON, SQL and on the command line.

use thiserror::Error;

/// Says that a text is none of the words of a closed set.
///
/// ```
/// use vestibule_domain::{EntityRole, UnknownWord};
///
/// let UnknownWord { allowed } = "boss".parse::<EntityRole>().unwrap_err();
/// assert_eq!(allowed, "`admin`, `manager`, `approver`, `clerk`, `auditor`");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("one of {allowed}")]
pub struct UnknownWord {
    /// The words there are, in backticks, separated by commas.
    pub allowed: &'static str,
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $name {
            $(
                $(#[$variant_doc])*
                #[cfg_attr(feature = "serde", serde(rename = $word))]
                $variant,
            )+
        }

        impl $name {
            /// Every one there is, in the order of the rules.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for it in JSON, SQL and on the command line.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::word::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(crate::word::UnknownWord {
                        allowed: crate::word::listed!($($word),+),
                    }),
                }
            }
        }
    )+};
}

macro_rules! listed {
    ($first:literal $(, $rest:literal)*) => {
        concat!("`", $first, "`" $(, ", `", $rest, "`")*)
    };
}

pub(crate) use {listed, words};
