//! Names as they stand in mails: text that no mail client makes a link of (R-INV-3).

use std::fmt;

use vestibule_domain::Name;

/// Zero width space: nobody sees it, and every client's link finder stops at it.
const BREAK: char = '\u{200b}';

/// A name that is text and nothing else, whatever mail client shows it.
///
/// Rule: R-INV-3. A break that cannot be seen stands behind each character that makes an address
/// of what is around it, and characters that reverse the direction of text are left out, so that
/// a name cannot dress up as the text beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unlinked(String);

impl Unlinked {
    /// Breaks up a name.
    pub(crate) fn new(name: &Name) -> Self {
        let mut broken = String::with_capacity(name.as_str().len());
        let mut characters = name.as_str().chars().filter(|c| !turns_text(*c)).peekable();
        while let Some(character) = characters.next() {
            broken.push(character);
            let inside = characters.peek().is_some_and(|next| !next.is_whitespace());
            if inside && joins_an_address(character) {
                broken.push(BREAK);
            }
        }
        Self(broken)
    }
}

impl fmt::Display for Unlinked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the character holds a web or mail address together, in any of its Unicode forms: those
/// that UTS 46 and NFKC map to `.`, `@`, `:` and `/`.
const fn joins_an_address(character: char) -> bool {
    matches!(
        character,
        '.' | '\u{2024}' | '\u{3002}' | '\u{fe52}' | '\u{ff0e}' | '\u{ff61}' // full stops
            | '@' | '\u{fe6b}' | '\u{ff20}' // at signs
            | ':' | '\u{fe13}' | '\u{fe55}' | '\u{ff1a}' // colons
            | '/' | '\u{2044}' | '\u{2215}' | '\u{ff0f}' | '\\' // slashes
    )
}

/// Whether the character changes the direction of the text after it.
const fn turns_text(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unlinked(name: &str) -> String {
        Unlinked::new(&Name::new(name).unwrap()).to_string()
    }

    /// R-INV-3.
    #[test]
    fn a_name_like_others_stays_as_it_is() {
        for name in [
            "Northwind Books",
            "Weiß & Söhne Inc.",
            "Dr. Ann Lee, Ph. D.",
            "Q4 / 2026",
        ] {
            assert_eq!(unlinked(name), name);
        }
    }

    /// R-INV-3, lesson 30: no link finder sees an address in it.
    #[test]
    fn a_name_like_an_address_is_no_link() {
        for name in [
            "evil.example.com",
            "http://evil.com/login",
            "https://localhost:8080",
            "www.evil.com",
            "Click evil.com now!",
            "ann@evil.com",
            "mailto:ann@evil.com",
            "ftp://evil.com",
            "1.2.3.4",
            "[safe](https://evil.com)",
            "evil\u{3002}com",
            "evil\u{ff0e}com",
            "\u{202e}moc.live//:ptth",
        ] {
            let shown = unlinked(name);
            let mut finder = linkify::LinkFinder::new();
            finder.url_must_have_scheme(false);
            let links: Vec<_> = finder.links(&shown).map(|link| link.as_str()).collect();
            assert!(links.is_empty(), "{name}: {links:?}");
            assert!(
                !shown.chars().any(turns_text),
                "{name} may not turn the text around it"
            );
        }
    }

    /// R-INV-3.
    #[test]
    fn a_broken_up_name_reads_as_before() {
        let name = "A.B. Books (books.example)";
        assert_eq!(unlinked(name).replace(BREAK, ""), name);
        assert_ne!(unlinked(name), name);
    }
}
