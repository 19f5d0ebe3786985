//! Renaming and deleting an account, which reach all of its organizations.

use vestibule_domain::{Name, Timestamp};
use vestibule_storage::{AccountChange, Origin};

use crate::app::App;
use crate::authentication::SignedInAccount;
use crate::fault::OrProblem;
use crate::problem::{Places, Problem};

impl App {
    /// Renames an account, and each of its users.
    ///
    /// # Errors
    /// The fault of the database.
    pub async fn rename_account(
        &self,
        signed_in: &SignedInAccount,
        name: Name,
        at: Timestamp,
        origin: Origin,
    ) -> Result<(), Problem> {
        let account = signed_in.account;
        let changed = self.store.rename_account(account, name, at, origin).await;
        settled(&changed.or_problem()?, at)
    }

    /// Deletes an account, and removes each of its users.
    ///
    /// Rule: R-REM-7.
    ///
    /// # Errors
    /// `primary_admin_must_transfer`, or the fault of the database.
    pub async fn delete_account(
        &self,
        signed_in: &SignedInAccount,
        at: Timestamp,
        origin: Origin,
    ) -> Result<(), Problem> {
        let changed = self
            .store
            .delete_account(signed_in.account, signed_in.session.created_at, at, origin)
            .await;
        settled(&changed.or_problem()?, at)
    }
}

fn settled(changed: &AccountChange, at: Timestamp) -> Result<(), Problem> {
    match changed {
        AccountChange::Done => Ok(()),
        AccountChange::NoSuchAccount => Err(Problem::not_signed_in()),
        AccountChange::Refused { rejection, .. } => {
            Err(Problem::of_rejection(rejection, &Places::none(), at))
        }
    }
}
