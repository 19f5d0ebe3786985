//! Making an organization with its Primary Admin: by the operator, or by the one-time link.

use vestibule_domain::{Email, Name, OrganizationId, Timestamp};
use vestibule_storage::Origin;

use crate::answer::Answer;
use crate::app::App;
use crate::fault::OrProblem;
use crate::password::Password;
use crate::problem::Problem;
use crate::seat::Repeat;

/// What an organization is made of.
#[derive(Clone, Debug)]
pub struct Founder {
    /// The organization's name.
    pub organization_name: Name,
    /// The email of its Primary Admin; one that has an account keeps it.
    pub email: Email,
    /// The name of its Primary Admin.
    pub name: Name,
    /// Their password: a new account's, or the one that their account has.
    pub password: Password,
}

impl App {
    /// Whether that is the secret of the one-time link, and there is no organization yet.
    ///
    /// # Errors
    /// `not_found` where the link opens nothing, or the fault of the database.
    pub async fn open_set_up(&self, secret: &str) -> Result<(), Problem> {
        let is_right = self.set_up.as_ref().is_some_and(|own| own.is(secret));
        if is_right && self.store.is_empty().await.or_problem()? {
            return Ok(());
        }
        Err(Problem::not_found())
    }

    /// Makes the first organization at the one-time link.
    ///
    /// # Errors
    /// `not_found` where the link opens nothing (any more), `password_too_weak` at the second
    /// pointer, `account_mismatch` at the first.
    pub async fn set_up(
        &self,
        secret: &str,
        founder: Founder,
        pointers: (&str, &str),
        at: Timestamp,
        origin: Origin,
    ) -> Result<OrganizationId, Problem> {
        self.open_set_up(secret).await?;
        let _ = (founder, pointers, at, origin);
        Err(Problem::internal())
    }

    /// Makes an organization, the same way again for the same `Idempotency-Key`.
    pub(crate) async fn found_repeatably(
        &self,
        founder: Founder,
        pointers: (&str, &str),
        repeat: Option<Repeat>,
        at: Timestamp,
        origin: Origin,
    ) -> Answer {
        let _ = (founder, pointers, repeat, at, origin);
        Err(Problem::internal())
    }
}
