//! Housekeeping: what has run out is deleted now and then, because nothing else would.

use vestibule_domain::Timestamp;

use crate::store::writing;
use crate::{Fault, Store};

impl Store {
    /// Deletes sessions and password resets that have ended, with the mails of the latter, and
    /// answers that were kept for a day. Once an hour is often enough: nothing depends on it.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn tidy(&self, at: Timestamp) -> Result<(), Fault> {
        writing!(self, conn => {
            queries::sessions::purge(conn, at)?;
            queries::password_resets::purge(conn, at)?;
            queries::idempotency::purge(conn, at)
        })
    }
}
