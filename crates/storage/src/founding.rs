//! How an organization comes to be, with its Primary Admin and, if need be, their account.

use std::fmt;
use std::sync::Arc;

use vestibule_domain::{AccountId, Directory, Event, Founding};

use crate::job::{Answer, NewAccount, Origin};
use crate::store::writing;
use crate::{Fault, IdempotencyClaim, KeptAnswer, Store};

/// A new organization to be.
pub struct Foundation {
    /// The organization and its first user.
    pub founding: Founding,
    /// Who asks for it.
    pub founder: Founder,
    /// From where it was asked.
    pub origin: Origin,
    /// The account of the Primary Admin, where it comes to be with the organization; its id is
    /// the one in `founding`.
    pub new_account: Option<NewAccount>,
    /// The idempotency key that was begun for it.
    pub idempotency: Option<IdempotencyClaim>,
    /// Makes the answer to keep, inside the transaction.
    pub answer: Option<Answer>,
}

/// Who founds an organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Founder {
    /// The operator, as often as they like.
    Operator,
    /// Whoever has the one-time link of an empty database: the first organization and no other.
    FirstVisitor,
}

/// What became of a foundation.
#[derive(Clone, Debug)]
pub enum Founded {
    /// The organization is there.
    Done {
        /// The event that it came to be by.
        event: Box<Event>,
        /// The whole organization.
        directory: Arc<Directory>,
        /// The answer that was made, and kept if a claim was given.
        answer: Option<KeptAnswer>,
    },
    /// The email has an account already, which is not the one that was named.
    AccountExists(AccountId),
    /// The account that was named is gone.
    AccountGone,
    /// There is an organization already, and only the first was to be made.
    NotTheFirst,
}

impl Store {
    /// Makes an organization, with its Primary Admin, in one transaction.
    ///
    /// Rule: R-ORG-1. It is event 1 of the organization's record.
    ///
    /// # Errors
    /// A fault of the database.
    pub async fn found_organization(&self, foundation: Foundation) -> Result<Founded, Fault> {
        let foundation = Arc::new(foundation);
        writing!(self, conn => queries::founding::found(conn, &foundation))
    }
}

impl fmt::Debug for Foundation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Foundation")
            .field("founding", &self.founding)
            .field("founder", &self.founder)
            .field("origin", &self.origin)
            .field("new_account", &self.new_account)
            .field("idempotency", &self.idempotency)
            .finish_non_exhaustive()
    }
}
