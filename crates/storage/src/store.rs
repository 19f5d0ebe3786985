//! The store: one database behind one type, picked by the scheme of its URL.

use std::fmt;
use std::sync::Arc;

use vestibule_domain::Policy;

use crate::sqlite::SqliteStore;
use crate::{Fault, OpenOptions};

#[cfg(feature = "postgres")]
use crate::postgres::PostgresStore;

/// One database with everything in it. Cloning it is cheap; all clones are the same store.
///
/// No caller's thread ever waits for the database: functions are async, and what blocks runs on
/// threads of the store's own.
#[derive(Clone)]
pub struct Store {
    pub(crate) backend: Backend,
    /// The policy that questions go by, where it is not the one of the rules.
    pub(crate) policy: Option<Arc<Policy>>,
}

/// Which database it is.
#[derive(Clone)]
pub(crate) enum Backend {
    Sqlite(Arc<SqliteStore>),
    #[cfg(feature = "postgres")]
    Postgres(Arc<PostgresStore>),
}

/// Runs a read on either database: `reading!(store, conn => queries::thing::read(conn, &asked))`.
///
/// The expression stands twice, once over each database's own `queries`; it moves what it names
/// to a thread of the store, and its value is a `Result<_, Fault>`.
macro_rules! reading {
    ($store:expr, $conn:ident => $body:expr) => {
        $crate::store::on_either!(read, $store, $conn => $body)
    };
}

/// Runs a read that walks all there is of something: as [`reading!`], but on a thread that is
/// there for such reads alone, one after the other, so that lists go on beside it.
macro_rules! walking {
    ($store:expr, $conn:ident => $body:expr) => {
        $crate::store::on_either!(walk, $store, $conn => $body)
    };
}

/// Runs a change of what belongs to no organization, in a transaction: as [`reading!`], but the
/// expression can run more than once, so it must not move what it names.
macro_rules! writing {
    ($store:expr, $conn:ident => $body:expr) => {
        $crate::store::on_either!(write, $store, $conn => $body)
    };
}

/// Asks a question that is answered together with all that wait, on either database:
/// `asking!(store, sessions, question)`.
macro_rules! asking {
    ($store:expr, $questions:ident, $question:expr) => {
        match &$store.backend {
            $crate::store::Backend::Sqlite(store) => {
                store.$questions.ask($question, &store.readers).await
            }
            #[cfg(feature = "postgres")]
            $crate::store::Backend::Postgres(store) => {
                store.$questions.ask($question, &store.readers).await
            }
        }
    };
}

/// Runs an expression by that method of whichever database it is.
macro_rules! on_either {
    ($method:ident, $store:expr, $conn:ident => $body:expr) => {
        match &$store.backend {
            $crate::store::Backend::Sqlite(store) => {
                #[allow(unused_imports, reason = "not every body names a query")]
                use $crate::sqlite::queries;
                store
                    .$method(move |$conn: &mut $crate::sqlite::Conn| $body)
                    .await
            }
            #[cfg(feature = "postgres")]
            $crate::store::Backend::Postgres(store) => {
                #[allow(unused_imports, reason = "not every body names a query")]
                use $crate::postgres::queries;
                store
                    .$method(move |$conn: &mut $crate::postgres::Conn| $body)
                    .await
            }
        }
    };
}

pub(crate) use {asking, on_either, reading, walking, writing};

impl Store {
    /// Opens the database that the URL names, and brings its schema up to date.
    ///
    /// `sqlite://vestibule.db` is a file, made where there is none; `postgres://...` needs a build
    /// with PostgreSQL. Servers that start together wait for one another.
    ///
    /// This blocks; call it before the async runtime starts to serve.
    ///
    /// # Errors
    /// `Config` for a URL that names no database we know, or a SQLite file that another server
    /// holds; `Unavailable` where the database cannot be reached or written.
    pub fn open(url: &str, options: OpenOptions) -> Result<Self, Fault> {
        let policy = options.policy.clone();
        let scheme = url.split(':').next().unwrap_or_default();
        let backend = match scheme {
            "sqlite" => Backend::Sqlite(SqliteStore::open(url, options)?),
            #[cfg(feature = "postgres")]
            "postgres" | "postgresql" => Backend::Postgres(PostgresStore::open(url, options)?),
            #[cfg(not(feature = "postgres"))]
            "postgres" | "postgresql" => {
                return Err(Fault::config(
                    "this binary was built without PostgreSQL; build it with `--features postgres`",
                ));
            }
            _ => {
                return Err(Fault::config(format!(
                    "`{scheme}` is no database we know; use `sqlite://file.db` or `postgres://...`"
                )));
            }
        };
        Ok(Self { backend, policy })
    }
}

impl Store {
    /// The policy that decisions go by, where it is not the one of the rules.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.policy.as_deref()
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.backend {
            Backend::Sqlite(_) => "Store(sqlite)",
            #[cfg(feature = "postgres")]
            Backend::Postgres(_) => "Store(postgres)",
        })
    }
}
