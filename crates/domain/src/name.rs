//! Names of organizations, people, entities and API keys, all formed alike (R-ENT-7).

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::text;

const CHARACTERS_MAX: usize = 100;

/// A name: 1 to 100 characters, trimmed, in NFC, without control characters.
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
pub enum InvalidName {
    /// Nothing is left once white space is trimmed.
    #[error("a name has at least one character that is not white space")]
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
        if name.is_empty() {
            return Err(InvalidName::Empty);
        }
        if name.chars().any(text::is_control) {
            return Err(InvalidName::ControlCharacter);
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
