//! Names of organizations, people, entities and API keys, all formed alike (R-ENT-7).

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::text;

const CHARACTERS_MAX: usize = 100;

/// A name: 1 to 100 characters, trimmed, in NFC, without control characters, one of them to be seen.
///
/// Rule: R-ENT-7. The form is the typed one; [`Name::key`] is what is compared and sorted by.
///
/// ```
/// use vestibule_domain::Name;
///
/// let name: Name = "  Weiß & Söhne ".parse()?;
/// assert_eq!(name.as_str(), "Weiß & Söhne");
/// assert_eq!(name.key(), "WEISS & SÖHNE".parse::<Name>()?.key());
/// # Ok::<(), vestibule_domain::InvalidName>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub struct Name(String);

/// What a name is compared and sorted by: NFC of its full Unicode case folding, bytewise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey(String);

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidName {
    /// Nothing in it can be seen.
    #[error("a name has at least one character that can be seen")]
    Empty,
    /// More than 100 characters after NFC.
    #[error("a name has at most 100 characters")]
    TooLong,
    /// A control character stands inside.
    #[error("a name has no control characters")]
    ControlCharacter,
}

impl Name {
    /// Reads a name: trims it and brings it to NFC.
    ///
    /// # Errors
    /// `InvalidName` with what is wrong.
    pub fn new(typed: &str) -> Result<Self, InvalidName> {
        let name = text::nfc(typed.trim());
        if text::has_control(&name) {
            return Err(InvalidName::ControlCharacter);
        }
        // In a list, such a name would be a gap that nobody can point at.
        if name.chars().all(text::is_blank) {
            return Err(InvalidName::Empty);
        }
        if name.chars().count() > CHARACTERS_MAX {
            return Err(InvalidName::TooLong);
        }
        Ok(Self(name))
    }

    /// The name as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What this name is compared and sorted by.
    #[must_use]
    pub fn key(&self) -> NameKey {
        NameKey(text::fold(&self.0))
    }
}

impl NameKey {
    /// The folding of any text, as a search or a lookup by name needs it.
    #[must_use]
    pub fn of(typed: &str) -> Self {
        Self(text::fold(typed.trim()))
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Name {
    type Err = InvalidName;

    fn from_str(typed: &str) -> Result<Self, InvalidName> {
        Self::new(typed)
    }
}

impl TryFrom<String> for Name {
    type Error = InvalidName;

    fn try_from(typed: String) -> Result<Self, InvalidName> {
        Self::new(&typed)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R-ENT-7.
    #[test]
    fn a_name_is_trimmed_and_composed() {
        assert_eq!(
            Name::new(" Cafe\u{301} \u{3000}").unwrap().as_str(),
            "Caf\u{e9}"
        );
    }

    /// R-ENT-7.
    #[test]
    fn a_name_has_1_to_100_characters_none_of_them_control() {
        assert_eq!(Name::new(" \t "), Err(InvalidName::Empty));
        assert_eq!(Name::new("a\u{0}b"), Err(InvalidName::ControlCharacter));
        assert_eq!(Name::new("a\nb"), Err(InvalidName::ControlCharacter));
        assert!(Name::new(&"ü".repeat(100)).is_ok());
        assert_eq!(Name::new(&"ü".repeat(101)), Err(InvalidName::TooLong));
    }

    /// R-ENT-7.
    #[test]
    fn a_name_has_something_to_see() {
        let unseen = [
            "\u{200b}",
            "\u{ad}",
            "\u{2060}\u{feff}",
            "\u{3164}",
            "\u{115f}\u{1160}",
            "\u{ffa0}",
            "\u{34f}",
            "\u{2800}",
            "\u{fe0f}",
            "\u{e0001}",
            "\u{180e}",
            "\u{17b4}",
            "\u{200f} \u{200b}",
        ];
        for name in unseen {
            assert_eq!(Name::new(name), Err(InvalidName::Empty), "{name:?}");
            assert!(Name::new(&format!("{name}a")).is_ok(), "{name:?}");
        }
        for name in ["\u{301}", "👨\u{200d}👩", "می\u{200c}خواهم", "-"] {
            assert!(Name::new(name).is_ok(), "{name:?}");
        }
    }

    /// R-ENT-7, R-LST-2.
    #[test]
    fn names_are_compared_without_case_in_every_script() {
        for (one, other) in [
            ("STRASSE", "straße"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
            ("Éa", "e\u{301}A"),
        ] {
            assert_eq!(
                Name::new(one).unwrap().key(),
                Name::new(other).unwrap().key()
            );
        }
    }

    /// R-LST-2.
    #[test]
    fn folding_twice_is_folding_once() {
        for character in ('\u{0}'..=char::MAX).filter(|c| !c.is_ascii()) {
            let once = text::fold(&character.to_string());
            assert_eq!(text::fold(&once), once, "{character:?}");
        }
    }
}
