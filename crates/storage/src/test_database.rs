//! Databases for tests, of this crate and of those above it: a SQLite file each, and a database
//! each on the PostgreSQL server that `VESTIBULE_TEST_POSTGRES_URL` names, where it names one.

use crate::{OpenOptions, Store};

/// An empty database that is gone when this is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    /// The database.
    pub store: Store,
    url: String,
    #[expect(dead_code, reason = "it is only dropped")]
    place: Place,
}

#[derive(Debug)]
enum Place {
    Directory(#[expect(dead_code, reason = "it is only dropped")] tempfile::TempDir),
    #[cfg(feature = "postgres")]
    Server {
        url: String,
        name: String,
    },
}

impl TestDatabase {
    /// A file of its own.
    #[expect(
        clippy::unwrap_used,
        reason = "a test without its database stops there"
    )]
    #[must_use]
    pub fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/vestibule.db", directory.path().display());
        Self {
            store: Store::open(&url, OpenOptions::server()).unwrap(),
            url,
            place: Place::Directory(directory),
        }
    }

    /// A database of its own on the server for tests; none where there is no server, or the tests
    /// are built without PostgreSQL.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        #[cfg(feature = "postgres")]
        return std::env::var("VESTIBULE_TEST_POSTGRES_URL")
            .ok()
            .map(Self::on);
        #[cfg(not(feature = "postgres"))]
        None
    }

    /// Another store on the same database, as a command beside the server opens it.
    #[expect(
        clippy::unwrap_used,
        reason = "a test without its database stops there"
    )]
    #[must_use]
    pub fn beside(&self) -> Store {
        Store::open(&self.url, OpenOptions::command()).unwrap()
    }

    #[cfg(feature = "postgres")]
    #[expect(
        clippy::unwrap_used,
        reason = "a test without its database stops there"
    )]
    fn on(server: String) -> Self {
        let name = format!("vestibule_{}", uuid::Uuid::now_v7().simple());
        on_server(&server, &format!("create database {name}"));
        let (base, parameters) = server.split_once('?').unwrap_or((&server, ""));
        let (before, _) = base.rsplit_once('/').unwrap();
        let url = format!("{before}/{name}?{parameters}");
        Self {
            store: Store::open(&url, OpenOptions::server()).unwrap(),
            url,
            place: Place::Server { url: server, name },
        }
    }
}

#[cfg(feature = "postgres")]
#[expect(
    clippy::unwrap_used,
    reason = "a test without its database stops there"
)]
fn on_server(url: &str, statement: &str) {
    use diesel::Connection;
    use diesel::connection::SimpleConnection;

    diesel::PgConnection::establish(url)
        .unwrap()
        .batch_execute(statement)
        .unwrap();
}

impl Drop for Place {
    fn drop(&mut self) {
        match self {
            Self::Directory(_) => {}
            #[cfg(feature = "postgres")]
            Self::Server { url, name } => {
                on_server(url, &format!("drop database {name} with (force)"));
            }
        }
    }
}
