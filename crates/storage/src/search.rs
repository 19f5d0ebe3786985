//! What a search looks for: typed characters that mean themselves, compared without case.

use vestibule_domain::NameKey;

const ANYWHERE_CHARACTERS_MIN: usize = 3;
/// What IDNA begins the ASCII form of a label with.
const ASCII_DOMAIN_MARK: &str = "xn--";

/// A search in names and emails.
///
/// Rule: R-LST-2. Three characters or more are found anywhere, one or two at the beginning of the
/// whole name or email, as they were typed. No character is a wildcard. The ASCII form of an
/// international domain (`xn--mnchen-3ya.example`) finds the emails that were typed in the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search(NameKey);

impl Search {
    /// A search for what was typed; none when that is only white space.
    #[must_use]
    pub fn new(typed: &str) -> Option<Self> {
        let folded = NameKey::of(typed);
        (!folded.as_str().is_empty()).then_some(Self(folded))
    }

    /// What is looked for, folded.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it is found anywhere, not only at the beginning.
    #[must_use]
    pub fn is_anywhere(&self) -> bool {
        self.as_str()
            .chars()
            .nth(ANYWHERE_CHARACTERS_MIN - 1)
            .is_some()
    }

    /// Whether it is written in the ASCII form of an international domain, so that emails are
    /// looked at in that form too.
    pub(crate) fn is_ascii_domain(&self) -> bool {
        self.as_str().contains(ASCII_DOMAIN_MARK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R-LST-2.
    #[test]
    fn a_search_is_folded_and_one_of_white_space_is_none() {
        assert_eq!(Search::new("  "), None);
        assert_eq!(Search::new(" WEISS ").unwrap().as_str(), "weiss");
    }

    /// R-LST-2.
    #[test]
    fn three_characters_are_found_anywhere_and_fewer_are_not() {
        assert!(!Search::new("äö").unwrap().is_anywhere());
        assert!(Search::new("äöü").unwrap().is_anywhere());
    }
}
