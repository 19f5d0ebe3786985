//! The API agrees with the model: random stories over HTTP, on the real binary and a real port.
//!
//! The conformance suite of domain tells the story and compares. What it sees of a server is what
//! a client sees: ids that the server made, codes of refusals, and lists.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails where it stands, and a long one says how far it is"
)]

mod asking;
mod ids;
#[cfg(feature = "postgres")]
#[path = "../shared/postgres.rs"]
mod postgres;
mod server;
mod shown;
mod window;

use vestibule_domain::test_support::Conformance;

use server::Server;
use window::Window;

/// How to run this test alone.
const COMMAND: &str = "cargo test -p vestibule --test agreement the_api_agrees";
#[cfg(feature = "postgres")]
const COMMAND_ON_POSTGRES: &str = "cargo xtask postgres cargo test -p vestibule --features postgres \
     --test agreement the_api_on_postgresql";

/// Every answer, and everything that can be read in the end (R-ANS-1, R-ANS-2, R-INV-8).
#[test]
fn the_api_agrees_with_the_model() {
    agrees(&Server::start(), COMMAND);
}

#[cfg(feature = "postgres")]
#[test]
fn the_api_on_postgresql_agrees_with_the_model() {
    let database = postgres::Database::make("agreement");
    agrees(&Server::on_postgres(&database), COMMAND_ON_POSTGRES);
}

fn agrees(server: &Server, command: &str) {
    let played = Conformance::new()
        .at_one_moment()
        .cases_unless_told(12)
        .command(command)
        .progress(server::said)
        .check(|| Window::on(server));
    played.unwrap_or_else(|divergence| panic!("{divergence}"));
}

/// Stories that once told the API from the model.
#[test]
fn stories_that_once_differed_agree() {
    const STORIES: [&str; 1] = [r#"olive creates entity alpha called "Alpha"
olive archives entity alpha
olive invites gus (gus@x) as user into alpha as manager into nobody as admin
"#];
    let server = Server::start();
    for story in STORIES {
        let replayed = Conformance::new()
            .at_one_moment()
            .replay(|| Window::on(&server), story);
        replayed.unwrap_or_else(|divergence| panic!("{divergence}"));
    }
}
