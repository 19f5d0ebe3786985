//! Transactions: the only file that opens them, for both databases.

use diesel::connection::TransactionManager;
use diesel::{Connection, SqliteConnection};

use crate::Fault;

/// Opens transactions on a connection.
pub(crate) trait Transactions: Sized {
    /// Runs a function in a transaction that may write, or in a savepoint of the one that is
    /// open; a fault takes back all that it did.
    fn in_transaction<T>(
        &mut self,
        function: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault>;

    /// Runs reads that all see one state of the database.
    fn in_snapshot<T>(
        &mut self,
        function: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault>;
}

impl Transactions for SqliteConnection {
    fn in_transaction<T>(
        &mut self,
        function: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let depth = <Self as Connection>::TransactionManager::transaction_manager_status_mut(self)
            .transaction_depth()?;
        if depth.is_some() {
            self.transaction(function)
        } else {
            // SQLITE: a transaction that begins with a read and then writes fails at once when
            // another wrote in between; one that begins as a write waits.
            self.immediate_transaction(function)
        }
    }

    fn in_snapshot<T>(
        &mut self,
        function: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.transaction(function)
    }
}

#[cfg(feature = "postgres")]
impl Transactions for diesel::PgConnection {
    fn in_transaction<T>(
        &mut self,
        function: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        // POSTGRES: read committed, so that what is read after a lock is what the lock's former
        // holder left.
        self.transaction(function)
    }

    fn in_snapshot<T>(
        &mut self,
        function: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.build_transaction()
            .read_only()
            .repeatable_read()
            .run(function)
    }
}
