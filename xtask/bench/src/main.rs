//! Measures Vestibule beside the least work that any program must do, in one run.
//!
//! Each benchmark measures a floor and ours in turns, several rounds, and reports minimum, median
//! and maximum with their ratio and the target. A figure that falls short is written as it is.

#![forbid(unsafe_code)]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks to people on its outputs"
)]

mod access;
mod client;
mod failure;
mod figures;
mod floor;
mod invitations;
mod list_page;
mod machine;
mod removal;
mod report;
mod server;
mod start;

use std::process::ExitCode;

use failure::Failure;
use report::Row;

/// What a benchmark is: its name, what it measures, and how.
type Bench = (
    &'static str,
    &'static str,
    fn() -> Result<Vec<Row>, Failure>,
);

const BENCHES: [Bench; 5] = [
    ("access", "permission checks in process", access::run),
    ("list", "pages of the users list, SQLite", list_page::run),
    (
        "invitations",
        "invitations a second with 64 clients, SQLite",
        invitations::run,
    ),
    (
        "removal",
        "removal of a user with 1,000 memberships, SQLite",
        removal::run,
    ),
    (
        "start",
        "cold start, idle memory, size of the binary",
        start::run,
    ),
];

fn main() -> ExitCode {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    if let Some(unknown) = chosen
        .iter()
        .find(|name| !BENCHES.iter().any(|(known, ..)| known == name))
    {
        eprintln!("there is no benchmark `{unknown}`; there are:");
        for (name, what, _) in BENCHES {
            eprintln!("  {name:<12} {what}");
        }
        return ExitCode::from(2);
    }
    match measure(&chosen) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn measure(chosen: &[String]) -> Result<(), Failure> {
    let machine = machine::describe()?;
    println!("{machine}");
    let mut rows = Vec::new();
    for (name, what, run) in BENCHES {
        if !chosen.is_empty() && !chosen.iter().any(|other| other == name) {
            continue;
        }
        println!("\n{name}: {what}");
        for row in run()? {
            println!("  {row}");
            rows.push(row);
        }
    }
    if chosen.is_empty() {
        let path = report::write(&machine, &rows)?;
        println!("\nwritten to {}", path.display());
    }
    Ok(())
}
