//! Changes of an account that reach into all of its organizations: they go the one write path in
//! each, in one transaction.

use std::fmt;

use vestibule_domain::{AccountId, Name, OrganizationId, Rejection, Timestamp};

use crate::accounts::{Account, AccountOrganization};
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
    /// What the change was asked for is not so any more; nothing has changed.
    Outdated,
    /// An organization refused it; nothing has changed anywhere.
    Refused {
        /// Which one.
        organization: OrganizationId,
        /// Why.
        rejection: Rejection,
    },
}

/// Says whether an account, with the organizations it leads to, is still what a change of it was
/// asked for. It is judged under the locks of the change, before anything is written.
pub type AccountPrecondition = Box<dyn Fn(&Account, &[AccountOrganization]) -> bool + Send + Sync>;

/// What asks for a change of an account.
pub struct AccountRequest {
    /// Whose account.
    pub account: AccountId,
    /// What must be so for it to be carried out at all.
    pub precondition: Option<AccountPrecondition>,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub origin: Origin,
}

impl fmt::Debug for AccountRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountRequest")
            .field("account", &self.account)
            .field("at", &self.at)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
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
        request: AccountRequest,
        name: Name,
    ) -> Result<AccountChange, Fault> {
        let policy = self.policy.clone();
        writing!(self, conn => {
            queries::account_changes::rename(conn, policy.as_ref(), &request, &name)
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
        request: AccountRequest,
        signed_in: Timestamp,
    ) -> Result<AccountChange, Fault> {
        let policy = self.policy.clone();
        writing!(self, conn => {
            queries::account_changes::delete(conn, policy.as_ref(), &request, signed_in)
        })
    }
}
