//! What is handed to the one write path, and what comes back.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use vestibule_domain::{
    AccountId, Directory, Email, Event, Name, OrganizationId, Rejection, Request,
};

use crate::{Fault, IdempotencyClaim, KeptAnswer, PasswordHash};

/// Requests to one organization, to be decided in their order and written together.
///
/// A job of more than some hundred submissions is written in several transactions, so that others
/// get in between; each submission stands for itself.
pub struct Job {
    /// Which organization.
    pub organization: OrganizationId,
    /// The requests.
    pub submissions: Vec<Submission>,
    /// What must be so for it to be carried out at all, asked under the organization's lock.
    pub precondition: Option<Precondition>,
    /// The idempotency key that was begun for it; ended in the transaction of the change.
    pub idempotency: Option<IdempotencyClaim>,
    /// Makes the answer to keep, inside the transaction and after its events.
    pub answer: Option<Answer>,
}

/// Says whether what a job was made for is still so, before anything of it is decided. Where it
/// is not, the job comes to a fault of the kind `Outdated`.
pub type Precondition = Box<dyn Fn(&mut Written<'_>) -> Result<bool, Fault> + Send + Sync>;

/// Makes the answer that is kept for an idempotency key. It can be called more than once, of
/// which the last call counts, because a transaction can be tried again.
pub type Answer = Box<dyn Fn(&mut Written<'_>) -> Result<Option<KeptAnswer>, Fault> + Send + Sync>;

/// One request, and what is known of it beside.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The request.
    pub request: Request,
    /// From where it came, for the record.
    pub origin: Origin,
    /// The account that comes to be with an acceptance by `Login::New`. Where the email got an
    /// account in the meantime, the acceptance is decided as `Login::Existing` with that one. By
    /// an account that is there, the user is called what the account is called.
    pub new_account: Option<NewAccount>,
}

/// From where a request came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The peer's address, where there is one.
    pub address: Option<IpAddr>,
    /// The id of the request, as logs and answers name it.
    pub request_id: String,
}

/// An account that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// Its id.
    pub id: AccountId,
    /// Its email.
    pub email: Email,
    /// Its owner's name.
    pub name: Name,
    /// Its password, hashed.
    pub password_hash: PasswordHash,
}

/// What became of one submission: the event it made, none where it was so already, or why it is
/// refused.
pub type Outcome = Result<Option<Event>, Rejection>;

/// What became of a job.
#[derive(Clone, Debug)]
pub struct Done {
    /// What became of each submission, in their order.
    pub outcomes: Vec<Outcome>,
    /// The part of the organization that was loaded, after the job: what it touched with what
    /// stands beside it, such as senders and entities. Jobs written together share it. None where
    /// there is no such organization: then every outcome is `NotFound`.
    pub directory: Option<Arc<Directory>>,
    /// The answer that was made, and kept if a claim was given.
    pub answer: Option<KeptAnswer>,
}

/// A job inside its transaction: what an answer is made from after its events, and a precondition
/// is judged by before them.
#[derive(Debug)]
pub struct Written<'a> {
    /// What became of each submission, in their order.
    pub outcomes: &'a [Outcome],
    /// The part of the organization that was loaded, after the job.
    pub directory: &'a Directory,
    pub(crate) connection: WrittenConnection<'a>,
}

/// The connection of the transaction, for the typed queries of single things.
pub(crate) enum WrittenConnection<'a> {
    Sqlite(&'a mut crate::sqlite::Conn),
    #[cfg(feature = "postgres")]
    Postgres(&'a mut crate::postgres::Conn),
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("organization", &self.organization)
            .field("submissions", &self.submissions)
            .field("idempotency", &self.idempotency)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for WrittenConnection<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite(_) => "Sqlite",
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => "Postgres",
        })
    }
}
