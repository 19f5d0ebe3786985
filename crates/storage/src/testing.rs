//! What the tests of this crate share, beside the databases of `test_database`.

use diesel::query_dsl::methods::ExecuteDsl;
use vestibule_domain::{AccountId, Timestamp};

use crate::statement::Statement;
use crate::store::writing;
pub(crate) use crate::test_database::TestDatabase as Database;
use crate::{Fault, Store};

/// The moment at which tests happen.
pub(crate) const NOW_MICROS: i64 = 1_764_000_000_000_000;

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
