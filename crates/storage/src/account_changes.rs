//! Changes of an account that reach into all of its organizations: they go the one write path in
//! each, in one transaction.

use vestibule_domain::{AccountId, Name, OrganizationId, Rejection, Timestamp};

use crate::job::Origin;
use crate::store::writing;
use crate::{Fault, Store};

/// What became of a change of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountChange {
    /// It is so, in every organization.
    Done,
    /// There is no such account.
    NoSuchAccount,
    /// An organization refused it; nothing has changed anywhere.
    Refused {
        /// Which one.
        organization: OrganizationId,
        /// Why.
        rejection: Rejection,
    },
}

impl Store {
    /// Gives an account another name, and its user in every organization with it.
    ///
    /// Rule: R-AUD-1: one event in each organization.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn rename_account(
        &self,
        account: AccountId,
        name: Name,
        at: Timestamp,
        origin: Origin,
    ) -> Result<AccountChange, Fault> {
        let policy = self.policy.clone();
        writing!(self, conn => {
            queries::account_changes::rename(conn, policy.as_ref(), account, &name, at, &origin)
        })
    }

    /// Deletes an account, and its user in every organization with everything they have there.
    ///
    /// Rules: R-REM-7: refused while it is Primary Admin anywhere; R-SES-4: `signed_in` is when the
    /// account's password was last proved.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn delete_account(
        &self,
        account: AccountId,
        signed_in: Timestamp,
        at: Timestamp,
        origin: Origin,
    ) -> Result<AccountChange, Fault> {
        let policy = self.policy.clone();
        writing!(self, conn => {
            let moments = queries::account_changes::Moments { signed_in, at };
            queries::account_changes::delete(conn, policy.as_ref(), account, moments, &origin)
        })
    }
}
