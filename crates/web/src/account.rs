//! Renaming and deleting an account, which reach all of its organizations.

use vestibule_domain::{Name, Timestamp};
use vestibule_storage::Origin;

use crate::app::App;
use crate::authentication::SignedInAccount;
use crate::problem::Problem;

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
        let _ = (signed_in, name, at, origin);
        Err(Problem::internal())
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
        let _ = (signed_in, at, origin);
        Err(Problem::internal())
    }
}
