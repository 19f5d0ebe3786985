//! Accounts: login identities, their passwords, and the organizations they lead to.
//!
//! Renaming and deleting an account change organizations, so they go the one write path.

use std::fmt;

use vestibule_domain::{
    AccountId, Email, EmailKey, Name, OrganizationId, OrganizationRole, Status, Timestamp, UserId,
};

use crate::store::{reading, writing};
use crate::{Fault, SessionId, Store};

/// One account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its email, the same in all its organizations.
    pub email: Email,
    /// What its owner is called.
    pub name: Name,
    /// Its password, hashed.
    pub password_hash: PasswordHash,
    /// When it came to be.
    pub created_at: Timestamp,
}

/// A password as Argon2id left it, in PHC form; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// One organization that an account leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountOrganization {
    /// Which.
    pub id: OrganizationId,
    /// What it is called.
    pub name: Name,
    /// The account's user there.
    pub user: UserId,
    /// What they are there.
    pub role: OrganizationRole,
    /// Their status there.
    pub status: Status,
}

/// A new password for an account.
#[derive(Clone, Debug)]
pub struct NewPassword {
    /// Whose.
    pub account: AccountId,
    /// The hash that the present password was proved against; where the account has another by
    /// now, nothing changes.
    pub proved: PasswordHash,
    /// The new password, hashed.
    pub password_hash: PasswordHash,
    /// The one session that goes on.
    pub kept: Option<SessionId>,
    /// Now.
    pub at: Timestamp,
}

/// What became of setting a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordChange {
    /// It is the new one, and every other session has ended.
    Done,
    /// The account has another password than the one that was proved, or is gone.
    Outdated,
}

impl PasswordHash {
    /// Wraps a hash in PHC form.
    #[must_use]
    pub fn new(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC form, for checking a password against it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    /// Shows nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

impl Store {
    /// The account that has this email.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn account_by_email(&self, email: EmailKey) -> Result<Option<Account>, Fault> {
        reading!(self, conn => queries::accounts::by_email(conn, &email))
    }

    /// The account with this id.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn account(&self, account: AccountId) -> Result<Option<Account>, Fault> {
        reading!(self, conn => queries::accounts::one(conn, account))
    }

    /// The organizations that an account leads to, by their name.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn organizations_of(
        &self,
        account: AccountId,
    ) -> Result<Vec<AccountOrganization>, Fault> {
        reading!(self, conn => queries::accounts::organizations(conn, account))
    }

    /// Gives an account a new password and ends every session of it but the one named.
    ///
    /// Rule: R-SES-2. Resets that were asked for end too.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn change_password(&self, new: NewPassword) -> Result<PasswordChange, Fault> {
        writing!(self, conn => queries::accounts::change_password(conn, &new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R-SES-1.
    #[test]
    fn a_password_hash_does_not_show_itself() {
        let hash = PasswordHash::new("$argon2id$v=19$secret".to_owned());
        assert_eq!(format!("{hash:?}"), "PasswordHash(..)");
    }
}
