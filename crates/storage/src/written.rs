//! What an answer or a precondition can read inside the transaction of its job, as one who sees
//! everything sees it.

use vestibule_domain::{ApiKeyId, Entity, EntityId, InvitationId, Scope, Timestamp, UserId};

use crate::job::WrittenConnection;
use crate::{ApiKeyRow, Fault, InvitationRow, MemberRow, UserRow, Written};

/// Runs a query of either database on the connection of the transaction.
macro_rules! within {
    ($written:expr, $conn:ident => $query:expr) => {
        match &mut $written.connection {
            WrittenConnection::Sqlite($conn) => {
                use crate::sqlite::queries;
                $query
            }
            #[cfg(feature = "postgres")]
            WrittenConnection::Postgres($conn) => {
                use crate::postgres::queries;
                $query
            }
        }
    };
}

impl Written<'_> {
    /// One user.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn user(&mut self, user: UserId, at: Timestamp) -> Result<Option<UserRow>, Fault> {
        let organization = self.directory.organization().id;
        let scope = Scope::Everything;
        within!(self, conn => queries::users::one(conn, organization, user, &scope, at))
    }

    /// One invitation.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn invitation(
        &mut self,
        invitation: InvitationId,
        at: Timestamp,
    ) -> Result<Option<InvitationRow>, Fault> {
        let organization = self.directory.organization().id;
        within!(self, conn => queries::invitation_rows::one(conn, organization, invitation, at))
    }

    /// One entity.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn entity(&mut self, entity: EntityId) -> Result<Option<Entity>, Fault> {
        let organization = self.directory.organization().id;
        let scope = Scope::Everything;
        within!(self, conn => queries::entities::one(conn, organization, entity, &scope))
    }

    /// One member of an entity.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn member(&mut self, entity: EntityId, user: UserId) -> Result<Option<MemberRow>, Fault> {
        let organization = self.directory.organization().id;
        within!(self, conn => queries::members::one(conn, organization, entity, user))
    }

    /// One API key.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn api_key(&mut self, key: ApiKeyId) -> Result<Option<ApiKeyRow>, Fault> {
        let organization = self.directory.organization().id;
        within!(self, conn => queries::api_key_rows::one(conn, organization, key))
    }
}
