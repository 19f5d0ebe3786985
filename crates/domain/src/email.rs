//! Email addresses: the form that was typed, and the form that is unique (R-INV-2).

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::{NameKey, text};

const BYTES_MAX: usize = 254;

/// An email address: the form that was typed, beside the folded form that is compared.
///
/// Rule: R-INV-2. Trimmed, at most 254 bytes, no white space, control or format characters inside;
/// the part before the `@` is a dot-atom (RFC 5322, with the letters of RFC 6532), the part after it
/// a domain that IDNA (UTS 46) accepts. Two emails are the same when their keys are.
///
/// ```
/// use vestibule_domain::Email;
///
/// let typed: Email = " Ann+Books@BÜCHER.example ".parse()?;
/// assert_eq!(typed.as_str(), "Ann+Books@BÜCHER.example");
/// assert_eq!(typed.key(), "ann+books@xn--bcher-kva.example".parse::<Email>()?.key());
/// # Ok::<(), vestibule_domain::InvalidEmail>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "String", into = "String")
)]
pub struct Email {
    typed: String,
    key: EmailKey,
}

/// What an email is compared by: case folded, NFC, its domain in ASCII (IDNA).
///
/// People do not read it; lists are sorted and searched by [`Email::sort_key`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailKey(String);

/// Says that a text is no email address we could send to.
///
/// Rule: R-INV-2; code `invalid_email`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum InvalidEmail {
    /// More than 254 bytes.
    #[error("an email has at most 254 bytes")]
    TooLong,
    /// White space, a control or a format character inside.
    #[error("an email has no white space, control or invisible characters inside")]
    InvisibleCharacter,
    /// Not one name, an `@` and one domain.
    #[error("an email is a name, an `@` and a domain, like `ann@example.com`")]
    Form,
}

impl Email {
    /// Reads an email, trimming white space around it.
    ///
    /// # Errors
    /// `InvalidEmail` with what is wrong.
    pub fn new(typed: &str) -> Result<Self, InvalidEmail> {
        let typed = text::nfc(typed.trim());
        if typed.len() > BYTES_MAX {
            return Err(InvalidEmail::TooLong);
        }
        if text::has_invisible(&typed) {
            return Err(InvalidEmail::InvisibleCharacter);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(InvalidEmail::Form)?;
        if !is_dot_atom(local) {
            return Err(InvalidEmail::Form);
        }
        // Lists read thousands of emails, nearly all of which need no tables of Unicode.
        let key = if typed.is_ascii() && is_plain_domain(domain) {
            typed.to_ascii_lowercase()
        } else {
            format!("{}@{}", text::fold(local), ascii_domain(domain)?)
        };
        Ok(Self {
            key: EmailKey(key),
            typed,
        })
    }

    /// The email as it was typed, and as it is shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// What this email is compared by.
    #[must_use]
    pub const fn key(&self) -> &EmailKey {
        &self.key
    }

    /// What lists of emails are sorted and searched by: the typed form, folded as names are.
    ///
    /// Rule: R-LST-2. It tells no two emails apart, which is what [`Email::key`] is for: two that
    /// are different can have the same.
    ///
    /// ```
    /// use vestibule_domain::{Email, NameKey};
    ///
    /// let email: Email = "Ann@MÜNCHEN.example".parse()?;
    /// assert_eq!(email.sort_key().as_str(), "ann@münchen.example");
    /// assert_eq!(email.sort_key(), NameKey::of("ann@münchen.EXAMPLE"));
    /// assert_eq!(email.key().as_str(), "ann@xn--mnchen-3ya.example");
    /// # Ok::<(), vestibule_domain::InvalidEmail>(())
    /// ```
    #[must_use]
    pub fn sort_key(&self) -> NameKey {
        NameKey::of(&self.typed)
    }
}

impl EmailKey {
    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The domain as UTS 46 writes it in ASCII, by its strict rules.
fn ascii_domain(domain: &str) -> Result<String, InvalidEmail> {
    if is_plain_domain(domain) {
        return Ok(domain.to_ascii_lowercase());
    }
    // Which refuses an empty domain, an empty label and a dot at the end as well.
    idna::domain_to_ascii_strict(domain).map_err(|_| InvalidEmail::Form)
}

/// Whether UTS 46 has nothing to do for this domain but to fold its case.
fn is_plain_domain(domain: &str) -> bool {
    const DOMAIN_MAX: usize = 253;
    const LABEL_MAX: usize = 63;
    domain.len() <= DOMAIN_MAX
        && domain.split('.').all(|label| {
            let bytes = label.as_bytes();
            let has_hyphens_only_inside =
                bytes.first() != Some(&b'-') && bytes.last() != Some(&b'-');
            // Two hyphens in the third and fourth place mark what IDNA has written, `xn--`.
            (1..=LABEL_MAX).contains(&bytes.len())
                && has_hyphens_only_inside
                && bytes.get(2..4) != Some(b"--")
                && bytes
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
        })
}

/// RFC 5322 `dot-atom`, with everything beyond ASCII allowed as RFC 6532 does.
fn is_dot_atom(local: &str) -> bool {
    const SPECIAL: &str = "!#$%&'*+-/=?^_`{|}~";
    local.split('.').all(|atom| {
        !atom.is_empty()
            && atom
                .chars()
                .all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || SPECIAL.contains(c))
    })
}

impl FromStr for Email {
    type Err = InvalidEmail;

    fn from_str(typed: &str) -> Result<Self, InvalidEmail> {
        Self::new(typed)
    }
}

impl TryFrom<String> for Email {
    type Error = InvalidEmail;

    fn try_from(typed: String) -> Result<Self, InvalidEmail> {
        Self::new(&typed)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.typed
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.typed, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(typed: &str) -> String {
        Email::new(typed).unwrap().key().as_str().to_owned()
    }

    /// R-INV-2, lesson 8.
    #[test]
    fn emails_that_differ_in_case_or_encoding_are_the_same() {
        assert_eq!(key("Ann@X.com"), key("ann@x.COM"));
        assert_eq!(key("JOSE\u{301}@x.com"), key("jos\u{e9}@x.com"));
        assert_eq!(key("a@m\u{fc}nchen.de"), key("A@xn--mnchen-3ya.de"));
        assert_ne!(key("ann@x.com"), key("ann@y.com"));
    }

    /// R-LST-2: a list is in the order of what it shows, and what was typed finds it.
    #[test]
    fn emails_are_sorted_by_what_was_typed_without_case() {
        let sort_key = |typed| Email::new(typed).unwrap().sort_key().as_str().to_owned();
        assert_eq!(sort_key("\u{dc}@M\u{dc}NCHEN.de"), "\u{fc}@m\u{fc}nchen.de");
        assert_eq!(sort_key("a@XN--mnchen-3ya.de"), "a@xn--mnchen-3ya.de");
        assert_eq!(sort_key("A@STRASSE.de"), sort_key("a@stra\u{df}e.de"));
        assert_ne!(key("A@STRASSE.de"), key("a@stra\u{df}e.de"));
        let mut sorted = [
            "z@abc.de",
            "a@\u{431}.de",
            "a@\u{e4}.de",
            "B@x.de",
            "a@z.de",
        ];
        sorted.sort_by_key(|typed| sort_key(typed));
        let expected = [
            "a@z.de",
            "a@\u{e4}.de",
            "a@\u{431}.de",
            "B@x.de",
            "z@abc.de",
        ];
        assert_eq!(sorted, expected);
    }

    proptest::proptest! {
        /// R-INV-2: what is read without tables of Unicode is what UTS 46 makes of it.
        #[test]
        fn a_plain_domain_is_read_as_uts_46_reads_it(
            domain in "([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\\.){0,3}[a-zA-Z0-9-]{1,8}"
        ) {
            if is_plain_domain(&domain) {
                proptest::prop_assert_eq!(
                    ascii_domain(&domain).ok(),
                    idna::domain_to_ascii_strict(&domain).ok()
                );
            }
        }
    }

    /// R-INV-2: it is the common domains that need no tables, and no others are taken for them.
    #[test]
    fn a_domain_is_plain_when_uts_46_only_folds_its_case() {
        let label = "d".repeat(63);
        let longest = format!("{label}.{label}.{label}.{}", "d".repeat(61));
        assert_eq!(longest.len(), 253);
        for domain in ["x", "X.com", "3com.DE", "a-b.c", &longest] {
            assert!(is_plain_domain(domain), "{domain}");
            let folded = idna::domain_to_ascii_strict(domain);
            assert_eq!(folded.ok(), ascii_domain(domain).ok(), "{domain}");
        }
        let (long_label, too_long) = ("d".repeat(64), format!("{longest}d"));
        for domain in [
            "",
            ".",
            "x.",
            ".x",
            "a..x",
            "-a.x",
            "a-.x",
            "-",
            "x.-a",
            "x.a-",
            "ab--c.x",
            "xn--bcher-kva.x",
            "a_b.x",
            "b\u{fc}cher.x",
            &long_label,
            &too_long,
        ] {
            assert!(!is_plain_domain(domain), "{domain}");
        }
        for domain in [
            "-a.x",
            "a-.x",
            "a_b.x",
            "",
            "x.",
            "a..x",
            &long_label,
            &too_long,
        ] {
            assert_eq!(ascii_domain(domain), Err(InvalidEmail::Form), "{domain}");
        }
    }

    /// R-INV-2, lesson 29.
    #[test]
    fn a_plus_stays_a_plus() {
        assert_eq!(Email::new("a+b@x.com").unwrap().as_str(), "a+b@x.com");
        assert_ne!(key("a+b@x.com"), key("a b@x.com".replace(' ', "").as_str()));
    }

    /// R-INV-2.
    #[test]
    fn what_cannot_be_sent_to_is_refused() {
        for typed in [
            "",
            "ann",
            "@x.com",
            "ann@",
            "ann@@x.com",
            "a..b@x.com",
            ".a@x.com",
            "a.@x.com",
            "ann@x..com",
            "ann@x.com.",
            "ann@.",
            "ann@b\u{fc}cher.de.",
            "ann@b\u{fc}cher.de\u{3002}",
            "ann@b\u{fc}cher..de",
            "ann@\u{3002}",
            "a(b@x.com",
            "ann@-x.com",
            "\"ann\"@x.com",
            "ann@[127.0.0.1]",
            "a,b@x.com",
            "ann@x_y.com",
        ] {
            assert_eq!(Email::new(typed), Err(InvalidEmail::Form), "{typed}");
        }
        for typed in [
            "a b@x.com",
            "a\u{200b}b@x.com",
            "a\u{a0}b@x.com",
            "a\tb@x.com",
            "a\u{202e}b@x.com",
            "a@x\u{ad}.com",
        ] {
            assert_eq!(
                Email::new(typed),
                Err(InvalidEmail::InvisibleCharacter),
                "{typed:?}"
            );
        }
    }

    /// R-INV-2.
    #[test]
    fn an_email_has_at_most_254_bytes_and_white_space_around_it_is_trimmed() {
        let domain = format!(
            "{}.{}.{}.com",
            "d".repeat(60),
            "d".repeat(60),
            "d".repeat(60)
        );
        let fits = format!("{}@{domain}", "a".repeat(254 - 1 - domain.len()));
        assert_eq!(
            Email::new(&format!("  {fits}\u{3000}")).unwrap().as_str(),
            fits
        );
        assert_eq!(Email::new(&format!("a{fits}")), Err(InvalidEmail::TooLong));
    }
}
