//! Databases for the tests of this crate: a SQLite file each, and a database each on the
//! PostgreSQL server that `VESTIBULE_TEST_POSTGRES_URL` names, where it names one.

use diesel::query_dsl::methods::ExecuteDsl;
use vestibule_domain::{AccountId, Timestamp};

use crate::statement::Statement;
use crate::store::writing;
use crate::{Fault, OpenOptions, Store};

/// The moment at which tests happen.
pub(crate) const NOW_MICROS: i64 = 1_764_000_000_000_000;

/// An empty database that is gone when this is dropped.
pub(crate) struct Database {
    pub(crate) store: Store,
    url: String,
    _place: Place,
}

enum Place {
    Directory(#[expect(dead_code, reason = "it is only dropped")] tempfile::TempDir),
    #[cfg(feature = "postgres")]
    Server {
        url: String,
        name: String,
    },
}

impl Database {
    /// A file of its own.
    pub(crate) fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/vestibule.db", directory.path().display());
        Self {
            store: Store::open(&url, OpenOptions::server()).unwrap(),
            url,
            _place: Place::Directory(directory),
        }
    }

    /// A database of its own on the server for tests; none where there is no server.
    #[cfg(feature = "postgres")]
    pub(crate) fn postgres() -> Option<Self> {
        let server = std::env::var("VESTIBULE_TEST_POSTGRES_URL").ok()?;
        let name = format!("storage_{}", uuid::Uuid::now_v7().simple());
        on_server(&server, &format!("create database {name}"));
        let (base, parameters) = server.split_once('?').unwrap_or((&server, ""));
        let at = base.rfind('/').unwrap();
        let url = format!("{}/{name}?{parameters}", &base[..at]);
        Some(Self {
            store: Store::open(&url, OpenOptions::server()).unwrap(),
            url,
            _place: Place::Server { url: server, name },
        })
    }

    /// Another store on the same database, as a command beside the server opens it.
    pub(crate) fn beside(&self) -> Store {
        Store::open(&self.url, OpenOptions::command()).unwrap()
    }
}

#[cfg(feature = "postgres")]
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

/// The moment at which tests happen.
pub(crate) fn now() -> Timestamp {
    Timestamp::from_micros(NOW_MICROS).unwrap()
}

/// So many seconds after that moment.
pub(crate) fn later(seconds: u32) -> Timestamp {
    now().plus_seconds(seconds)
}

/// An account of its own for every test that needs one.
pub(crate) fn account_statement(account: AccountId, email: &str, name: &str) -> Statement<()> {
    let mut row = Statement::new("insert into accounts values (");
    row.id(account)
        .text(", ")
        .word(email)
        .text(", ")
        .word(email)
        .text(", ")
        .word(name)
        .text(", 'old hash', ")
        .micros(NOW_MICROS)
        .text(", ")
        .micros(NOW_MICROS)
        .text(")");
    row
}

/// Runs statements in one transaction.
pub(crate) async fn run(store: &Store, statements: Vec<Statement<()>>) {
    let written: Result<(), Fault> = async {
        writing!(store, conn => {
            for statement in &statements {
                ExecuteDsl::execute(statement, conn)?;
            }
            Ok(())
        })
    }
    .await;
    written.unwrap();
}

/// Makes a test on each database of every function that it lists.
macro_rules! on_both_databases {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test]
                async fn $case() {
                    super::$case(&$crate::testing::Database::sqlite().store).await;
                }
            )+
        }

        #[cfg(feature = "postgres")]
        mod postgres {
            $(
                #[tokio::test]
                async fn $case() {
                    if let Some(database) = $crate::testing::Database::postgres() {
                        super::$case(&database.store).await;
                    }
                }
            )+
        }
    };
}

pub(crate) use on_both_databases;
