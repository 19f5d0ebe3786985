//! Renaming and deleting an account, which reach all of its organizations.

use vestibule_domain::{Name, Timestamp};
use vestibule_storage::{AccountChange, AccountRequest};

use crate::app::App;
use crate::authentication::SignedInAccount;
use crate::fault::OrProblem;
use crate::problem::{Places, Problem};

impl App {
    /// Renames an account, and each of its users.
    ///
    /// # Errors
    /// `precondition_failed`, or the fault of the database.
    pub async fn rename_account(&self, request: AccountRequest, name: Name) -> Result<(), Problem> {
        let at = request.at;
        let changed = self.store.rename_account(request, name).await;
        settled(&changed.or_problem()?, at)
    }

    /// Deletes an account, and removes each of its users.
    ///
    /// Rule: R-REM-7.
    ///
    /// # Errors
    /// `precondition_failed`, `primary_admin_must_transfer`, or the fault of the database.
    pub async fn delete_account(
        &self,
        request: AccountRequest,
        signed_in: &SignedInAccount,
    ) -> Result<(), Problem> {
        let at = request.at;
        let changed = self
            .store
            .delete_account(request, signed_in.session.created_at)
            .await;
        settled(&changed.or_problem()?, at)
    }
}

fn settled(changed: &AccountChange, at: Timestamp) -> Result<(), Problem> {
    match changed {
        AccountChange::Done => Ok(()),
        AccountChange::Outdated => Err(Problem::precondition_failed()),
        AccountChange::NoSuchAccount => Err(Problem::not_signed_in()),
        AccountChange::Refused { rejection, .. } => {
            Err(Problem::of_rejection(rejection, &Places::none(), at))
        }
    }
}
