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
mod asked;
mod bare_page;
mod chart;
mod client;
mod database;
mod failure;
mod figures;
mod flood;
mod floor;
mod growth;
mod hashing;
mod import;
mod invitations;
mod list_page;
mod loaded;
mod machine;
mod pace;
mod processor;
mod removal;
mod report;
mod server;
mod sql;
mod start;

use std::process::ExitCode;
use std::time::Instant;

use asked::Asked;
use database::Kind;
use failure::Failure;
use pace::Pace;
use report::Row;

/// One benchmark: its name, what it measures, on which databases, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bench {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    on: On,
    run: fn(Kind, Pace) -> Result<Vec<Row>, Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum On {
    /// It needs no database, or is the same on each.
    One,
    Both,
}

/// Every benchmark, in the order of targets and page.
pub(crate) const BENCHES: [Bench; 8] = [
    bench(
        "access",
        "permission checks in process",
        On::One,
        access::run,
    ),
    bench(
        "list",
        "a page of the users list, and the same unchanged",
        On::Both,
        list_page::run,
    ),
    bench(
        "growth",
        "every list from a thousand to a million users, with a picture",
        On::Both,
        growth::run,
    ),
    bench(
        "invitations",
        "invitations a second, over HTTP and by the store alone",
        On::Both,
        invitations::run,
    ),
    bench(
        "removal",
        "removal of a user with 1,000 memberships",
        On::Both,
        removal::run,
    ),
    bench(
        "import",
        "100,000 rows of CSV, others meanwhile, the record afterwards",
        On::Both,
        import::run,
    ),
    bench(
        "hashing",
        "pages under a flood of sign-ins",
        On::One,
        hashing::run,
    ),
    bench(
        "start",
        "cold start, idle memory, size of the binary",
        On::Both,
        start::run,
    ),
];

const fn bench(
    name: &'static str,
    what: &'static str,
    on: On,
    run: fn(Kind, Pace) -> Result<Vec<Row>, Failure>,
) -> Bench {
    Bench {
        name,
        what,
        on,
        run,
    }
}

/// As in the program that is measured, so that a floor has what ours has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let asked = Asked::of_command_line();
    if asked.lists {
        for bench in BENCHES {
            println!("{:<12} {}", bench.name, bench.what);
        }
        return ExitCode::SUCCESS;
    }
    match measure(&asked) {
        Ok(short) if asked.checks && short > 0 => {
            eprintln!("bench: {short} short of the target");
            ExitCode::FAILURE
        }
        Ok(_) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Measures what was asked for, and tells how many figures fall short.
fn measure(asked: &Asked) -> Result<usize, Failure> {
    let begun = Instant::now();
    let commit = machine::commit();
    let machine = machine::describe(&commit)?;
    println!("{machine}");
    let mut rows = Vec::new();
    for bench in &asked.benches {
        for kind in &asked.databases {
            if bench.on == On::One && Some(kind) != asked.databases.first() {
                continue;
            }
            println!("\n{}: {}, {}", bench.name, bench.what, kind.title());
            let from = Instant::now();
            for row in (bench.run)(*kind, asked.pace)? {
                println!("  {row}\n    {}", row.note);
                rows.push(row);
            }
            println!("  took {:.0} s", from.elapsed().as_secs_f64());
        }
    }
    if asked.pace == Pace::Thorough {
        let path = report::write(&machine, &commit, &rows)?;
        println!("\nwritten to {}", path.display());
    }
    let short = rows.iter().filter(|row| !row.is_met()).count();
    println!(
        "{} met, {short} short, {:.0} s",
        rows.len() - short,
        begun.elapsed().as_secs_f64()
    );
    Ok(short)
}
