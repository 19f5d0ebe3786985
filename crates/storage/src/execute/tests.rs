//! The write path against the model in memory, and what it leaves in the tables.

mod accounts;
mod batches;
mod companies;
mod races;
mod record;
mod repetition;
mod revisions;
mod stage;
mod statements;
mod troubles;

use vestibule_domain::test_support::{Conformance, Divergence, Played, Progress};

use crate::ConformingStore;
use crate::testing::Database;

/// Plays stories on a new database, which all of them share, and compares every answer, and the
/// state at the end of each.
fn agrees(database: &Database, test: &str) -> Result<Played, Box<Divergence>> {
    Conformance::new()
        .cases_unless_told(48)
        .command(&format!("cargo test -p vestibule-storage {test}"))
        .progress(said)
        .check(|| ConformingStore::over(database.store.clone()))
}

/// Says now and then how far a long run is.
fn said(progress: Progress) {
    if progress.done.is_multiple_of(500) {
        eprintln!("{} of {} stories", progress.done, progress.cases);
    }
}

/// A database answers as the model does, in single requests and in batches.
#[test]
fn sqlite_agrees_with_the_model() {
    let test = "sqlite_agrees_with_the_model";
    let played = agrees(&Database::sqlite(), test);
    played.unwrap_or_else(|divergence| panic!("{divergence}"));
}

/// As SQLite does.
#[test]
#[cfg(feature = "postgres")]
fn postgresql_agrees_with_the_model() {
    let test = "--features postgres postgresql_agrees_with_the_model";
    if let Some(database) = Database::postgres() {
        let played = agrees(&database, test);
        played.unwrap_or_else(|divergence| panic!("{divergence}"));
    }
}

/// Stories that once told a database from the model.
#[test]
fn stories_that_once_differed_agree() {
    const STORIES: [&str; 3] = [
        "olive erases nobody",
        // An entity that is made anew in the batch that deletes it.
        r#"olive creates entity mer called "Mer"
olive archives entity mer
olive deletes entity mer
& olive creates entity mer called "Mer"
& olive invites hal (hal@x) as user into mer as manager
"#,
        r#"olive creates entity mer called "Mer"
olive invites hal (hal@x) as user into mer as manager
olive archives entity mer
olive deletes entity mer
& olive creates entity mer called "Mer"
& olive puts hal into mer as manager
"#,
    ];
    for story in STORIES {
        let replay = |database: &Database| {
            let store = || ConformingStore::over(database.store.clone());
            let replayed = Conformance::new().replay(store, story);
            replayed.unwrap_or_else(|divergence| panic!("{divergence}"));
        };
        replay(&Database::sqlite());
        #[cfg(feature = "postgres")]
        if let Some(database) = Database::postgres() {
            replay(&database);
        }
    }
}
