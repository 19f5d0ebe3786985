//! Idempotency keys: the same request again gets the same answer again, for 24 hours.

use vestibule_domain::{OrganizationId, Timestamp};

use crate::store::writing;
use crate::{Fault, Store};

/// How long an answer is kept, in seconds.
pub const IDEMPOTENCY_LIFETIME_SECONDS: u32 = 24 * 3600;

/// How long a claim holds whose request neither ends nor fails, because its server is gone.
pub(crate) const CLAIM_SECONDS: u32 = 120;

/// One request as its idempotency key names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct IdempotencyRequest {
    /// In which organization; none for the making of one.
    pub organization: Option<OrganizationId>,
    /// Who asks, in a form that tells every actor from every other.
    pub actor: String,
    /// The key that the client chose.
    pub key: String,
    /// A digest of what is asked: method, path and body.
    pub digest: [u8; 32],
    /// The moment of the request.
    pub at: Timestamp,
}

/// The right to answer a request with that key; completed by `execute` in its transaction.
#[derive(Clone, Debug)]
pub struct IdempotencyClaim {
    pub(crate) request: IdempotencyRequest,
    /// Until when it holds; what it is told from a later claim by.
    pub(crate) claimed_until: Timestamp,
}

/// What is known of a request with an idempotency key.
#[derive(Debug)]
pub enum Begun {
    /// Nothing: it is to be done.
    Fresh(IdempotencyClaim),
    /// It was done, and this was the answer.
    Replay(KeptAnswer),
    /// It is being done.
    InUse,
    /// The key belongs to another request (`idempotency_key_reused`).
    Reused,
}

/// An answer that is kept to be given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Headers that belong to the answer itself, as `ETag` and `Location`.
    pub headers: Vec<(String, String)>,
    /// The body; none where it held a secret that is shown once (`secret_already_shown`).
    pub body: Option<String>,
}

/// What the database knows of a request.
#[derive(Debug)]
pub(crate) enum Beginning {
    Claimed(Timestamp),
    Answered(KeptAnswer),
    InUse,
    Reused,
}

impl Store {
    /// Begins a request that carries an idempotency key.
    ///
    /// On PostgreSQL a request that runs on another server is in use here too.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn begin_idempotent(&self, request: IdempotencyRequest) -> Result<Begun, Fault> {
        let asked = request.clone();
        let beginning = writing!(self, conn => queries::idempotency::begin(conn, &asked))?;
        Ok(match beginning {
            Beginning::Claimed(claimed_until) => Begun::Fresh(IdempotencyClaim {
                request,
                claimed_until,
            }),
            Beginning::Answered(answer) => Begun::Replay(answer),
            Beginning::InUse => Begun::InUse,
            Beginning::Reused => Begun::Reused,
        })
    }

    /// Gives a claim back whose request came to nothing, so that it can be tried again at once.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn release_idempotent(&self, claim: IdempotencyClaim) -> Result<(), Fault> {
        writing!(self, conn => queries::idempotency::release(conn, &claim))
    }
}

#[cfg(test)]
mod tests;
