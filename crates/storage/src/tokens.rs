//! Tokens of links in mails: made from an id and the server's key, so that none is ever stored.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;
use vestibule_domain::InvitationId;

use crate::PasswordResetId;

const CODE_BYTES: usize = 32;
const TOKEN_CHARACTERS_MAX: usize = 128;

/// The server's secret key: 32 bytes that every server of one database shares.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

/// Makes and reads the tokens of invitation links.
///
/// Rule: R-INV-3. A token is the invitation's id and generation with a code over both; a resend
/// makes a new generation and leaves every older token without use.
///
/// ```
/// use vestibule_storage::{InvitationTokens, SecretKey};
///
/// let tokens = InvitationTokens::new(&SecretKey::new([7; 32]));
/// let invitation = "0198c7a0-0000-7000-8000-000000000001".parse().expect("an id");
/// let token = tokens.token(invitation, 1);
/// assert_eq!(tokens.read(&token), Some((invitation, 1)));
/// assert_eq!(tokens.read("anything else"), None);
/// ```
#[derive(Clone)]
pub struct InvitationTokens(SecretKey);

/// Makes and reads the tokens of password reset links.
#[derive(Clone)]
pub struct ResetTokens(SecretKey);

impl SecretKey {
    /// Wraps 32 secret bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A digest of something that may hold a password: without the key nobody can try guesses.
    #[must_use]
    pub fn digest(&self, purpose: &[u8], body: &[u8]) -> [u8; 32] {
        self.code(purpose, body)
            .map(|code| code.finalize().into_bytes().into())
            .unwrap_or_default()
    }

    fn code(&self, purpose: &[u8], body: &[u8]) -> Option<Hmac<Sha256>> {
        let mut code = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        code.update(purpose);
        code.update(body);
        Some(code)
    }

    fn token(&self, purpose: &[u8], body: &[u8]) -> String {
        let mut bytes = body.to_vec();
        if let Some(code) = self.code(purpose, body) {
            bytes.extend_from_slice(&code.finalize().into_bytes());
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The body of a token, once its code is right; compared in constant time.
    fn read(&self, purpose: &[u8], token: &str) -> Option<Vec<u8>> {
        if token.len() > TOKEN_CHARACTERS_MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (body, code) = bytes.split_at_checked(bytes.len().checked_sub(CODE_BYTES)?)?;
        self.code(purpose, body)?.verify_slice(code).ok()?;
        Some(body.to_vec())
    }
}

impl InvitationTokens {
    const PURPOSE: &[u8] = b"invitation";

    /// Makes tokens with that key.
    #[must_use]
    pub fn new(key: &SecretKey) -> Self {
        Self(key.clone())
    }

    /// The token of one generation of an invitation, safe in a URL.
    #[must_use]
    pub fn token(&self, invitation: InvitationId, generation: u32) -> String {
        let mut body = invitation.uuid().as_bytes().to_vec();
        body.extend_from_slice(&generation.to_be_bytes());
        self.0.token(Self::PURPOSE, &body)
    }

    /// What a token names; none when it was not made with this key.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<(InvitationId, u32)> {
        let body = self.0.read(Self::PURPOSE, token)?;
        let (id, generation) = body.split_at_checked(16)?;
        let id = Uuid::from_slice(id).ok()?;
        let generation = u32::from_be_bytes(generation.try_into().ok()?);
        Some((InvitationId::new(id), generation))
    }
}

impl ResetTokens {
    const PURPOSE: &[u8] = b"password reset";

    /// Makes tokens with that key.
    #[must_use]
    pub fn new(key: &SecretKey) -> Self {
        Self(key.clone())
    }

    /// The token of a password reset, safe in a URL.
    #[must_use]
    pub fn token(&self, reset: PasswordResetId) -> String {
        self.0.token(Self::PURPOSE, reset.uuid().as_bytes())
    }

    /// The reset that a token names; none when it was not made with this key.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<PasswordResetId> {
        let body = self.0.read(Self::PURPOSE, token)?;
        Uuid::from_slice(&body).ok().map(PasswordResetId::new)
    }
}

macro_rules! secret_debug {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            /// Shows nothing of the key.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}

secret_debug!(SecretKey, InvitationTokens, ResetTokens);

#[cfg(test)]
mod tests {
    use super::*;

    fn invitation() -> InvitationId {
        InvitationId::new(Uuid::from_u128(42))
    }

    /// R-INV-3, lesson 9.
    #[test]
    fn each_generation_of_an_invitation_has_a_token_of_its_own() {
        let tokens = InvitationTokens::new(&SecretKey::new([1; 32]));
        assert_ne!(tokens.token(invitation(), 1), tokens.token(invitation(), 2));
        assert_eq!(
            tokens.read(&tokens.token(invitation(), 2)),
            Some((invitation(), 2))
        );
    }

    /// R-INV-3.
    #[test]
    fn a_token_of_another_key_or_purpose_or_with_one_bit_changed_is_none() {
        let key = SecretKey::new([1; 32]);
        let tokens = InvitationTokens::new(&key);
        let token = tokens.token(invitation(), 1);
        let other = InvitationTokens::new(&SecretKey::new([2; 32]));
        assert_eq!(other.read(&token), None);

        let reset = ResetTokens::new(&key).token(PasswordResetId::new(Uuid::from_u128(42)));
        assert_eq!(tokens.read(&reset), None);
        assert_eq!(ResetTokens::new(&key).read(&token), None);

        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(tokens.read(&URL_SAFE_NO_PAD.encode(changed)), None);
        }
    }

    /// R-INV-3.
    #[test]
    fn a_token_needs_no_escaping_in_a_url() {
        let tokens = InvitationTokens::new(&SecretKey::new([255; 32]));
        for generation in 0..100 {
            let token = tokens.token(invitation(), generation);
            assert!(
                token
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            );
        }
    }
}
