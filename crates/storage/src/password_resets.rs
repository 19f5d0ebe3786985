//! Password resets: asked for by email, used once, gone in an hour.

use vestibule_domain::{AccountId, Email, EmailKey, Name, Timestamp};

use crate::store::{reading, writing};
use crate::{Fault, PasswordHash, PasswordResetId, Store};

/// How long a password reset can be used, in seconds.
pub const PASSWORD_RESET_LIFETIME_SECONDS: u32 = 3600;

/// A password reset to be, for whoever has that email.
#[derive(Clone, Debug)]
pub struct NewPasswordReset {
    /// Its id, which its link is made from.
    pub id: PasswordResetId,
    /// The email that was typed.
    pub email: EmailKey,
    /// The moment of asking.
    pub at: Timestamp,
}

/// A password reset that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordReset {
    /// The account that gets a new password.
    pub account: AccountId,
    /// The account's email.
    pub email: Email,
    /// What the account's owner is called.
    pub name: Name,
    /// When it can no longer be used.
    pub expires_at: Timestamp,
}

impl Store {
    /// Takes note that a password reset was asked for, and queues its mail.
    ///
    /// Rule: R-INV-7. For an email that no account has, the same is written and no mail is sent.
    /// A newer reset takes the place of an older one.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn create_password_reset(&self, new: NewPasswordReset) -> Result<(), Fault> {
        writing!(self, conn => queries::password_resets::create(conn, &new))
    }

    /// A password reset while it can be used; looking uses nothing up.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn password_reset(
        &self,
        reset: PasswordResetId,
        at: Timestamp,
    ) -> Result<Option<PasswordReset>, Fault> {
        reading!(self, conn => queries::password_resets::usable(conn, reset, at))
    }

    /// Uses a password reset: the account gets the new password and all its sessions end.
    ///
    /// Returns the account; none when the reset was used, replaced or has expired.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn use_password_reset(
        &self,
        reset: PasswordResetId,
        new: PasswordHash,
        at: Timestamp,
    ) -> Result<Option<AccountId>, Fault> {
        writing!(self, conn => queries::password_resets::redeem(conn, reset, &new, at))
    }
}

#[cfg(test)]
mod tests;
