//! Secrets that are shown once: session tokens and API keys, and what is stored of them.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use vestibule_domain::SecretDigest;

use crate::problem::Problem;

const PREFIX: &str = "vst_";
const RANDOM_BYTES: usize = 32;
const CHECK_BYTES: usize = 4;

/// What a secret opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretKind {
    /// A session.
    Session,
    /// An API key.
    ApiKey,
}

/// A random secret: `vst_`, a letter for its kind, and 36 bytes in base64url, the last four of
/// which tell a mistyped secret from a wrong one without a look into the database.
pub(crate) struct Secret {
    text: String,
}

impl Secret {
    /// Makes a new one.
    ///
    /// # Errors
    /// `unavailable` when the system gives no randomness.
    pub(crate) fn random(kind: SecretKind) -> Result<Self, Problem> {
        let mut random = [0; RANDOM_BYTES];
        getrandom::fill(&mut random).map_err(|error| {
            tracing::error!(%error, "failed to get random bytes from the system");
            Problem::unavailable("the system gives no randomness just now")
        })?;
        let mut bytes = random.to_vec();
        bytes.extend(check(kind, &random));
        Ok(Self {
            text: format!("{PREFIX}{}{}", kind.letter(), URL_SAFE_NO_PAD.encode(bytes)),
        })
    }

    /// The text that its owner gets.
    pub(crate) fn reveal(&self) -> &str {
        &self.text
    }

    /// What is stored of it.
    pub(crate) fn digest(&self) -> SecretDigest {
        digest(&self.text)
    }
}

/// The kind and digest of a text, if it has the form of a secret.
pub(crate) fn read(text: &str) -> Option<(SecretKind, SecretDigest)> {
    let rest = text.strip_prefix(PREFIX)?;
    let kind = match rest.get(..1)? {
        "s" => SecretKind::Session,
        "k" => SecretKind::ApiKey,
        _ => return None,
    };
    let bytes = URL_SAFE_NO_PAD.decode(rest.get(1..)?).ok()?;
    let (random, found) = bytes.split_at_checked(RANDOM_BYTES)?;
    (found == check(kind, random)).then(|| (kind, digest(text)))
}

fn digest(text: &str) -> SecretDigest {
    SecretDigest(Sha256::digest(text).into())
}

fn check(kind: SecretKind, random: &[u8]) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(b"vestibule secret ");
    hash.update(kind.letter());
    hash.update(random);
    hash.finalize().iter().copied().take(CHECK_BYTES).collect()
}

impl SecretKind {
    const fn letter(self) -> &'static str {
        match self {
            Self::Session => "s",
            Self::ApiKey => "k",
        }
    }
}

impl fmt::Debug for Secret {
    /// Shows nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R-SES-2, R-KEY-1.
    #[test]
    fn a_secret_reads_back_as_its_kind_and_with_one_character_changed_not_at_all() {
        for kind in [SecretKind::Session, SecretKind::ApiKey] {
            let secret = Secret::random(kind).unwrap();
            let text = secret.reveal();
            assert_eq!(read(text), Some((kind, secret.digest())));
            for place in 0..text.len() {
                let mut changed = text.to_owned();
                let other = if &text[place..=place] == "A" {
                    "B"
                } else {
                    "A"
                };
                changed.replace_range(place..=place, other);
                assert_eq!(read(&changed), None, "{place}");
            }
        }
    }

    /// R-SES-2.
    #[test]
    fn a_secret_does_not_show_itself_in_a_log() {
        let secret = Secret::random(SecretKind::Session).unwrap();
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }
}
