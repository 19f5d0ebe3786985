//! What an answer can read inside the transaction of its job.

use vestibule_domain::{InvitationId, Scope, Timestamp, UserId};

use crate::job::WrittenConnection;
use crate::{Fault, InvitationRow, UserRow, Written};

impl Written<'_> {
    /// One user, as one who sees everything sees them after the job.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn user(&mut self, user: UserId, at: Timestamp) -> Result<Option<UserRow>, Fault> {
        let organization = self.directory.organization().id;
        let scope = Scope::Everything;
        match &mut self.connection {
            WrittenConnection::Sqlite(conn) => {
                crate::sqlite::queries::users::one(conn, organization, user, &scope, at)
            }
            #[cfg(feature = "postgres")]
            WrittenConnection::Postgres(conn) => {
                crate::postgres::queries::users::one(conn, organization, user, &scope, at)
            }
        }
    }

    /// One invitation, as it is after the job.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn invitation(
        &mut self,
        invitation: InvitationId,
        at: Timestamp,
    ) -> Result<Option<InvitationRow>, Fault> {
        let organization = self.directory.organization().id;
        match &mut self.connection {
            WrittenConnection::Sqlite(conn) => {
                crate::sqlite::queries::invitation_rows::one(conn, organization, invitation, at)
            }
            #[cfg(feature = "postgres")]
            WrittenConnection::Postgres(conn) => {
                crate::postgres::queries::invitation_rows::one(conn, organization, invitation, at)
            }
        }
    }
}
