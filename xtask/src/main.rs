//! What contributors run: `cargo xtask test`, `cargo xtask lint` and their like.
//!
//! Each subcommand is one module with a `command` that describes it and a `run` that does it.
//! The walls that hold the architecture are tests of this crate and stand in `walls`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks to people on its outputs"
)]

mod accept;
mod bench;
mod cluster;
mod explore;
mod failure;
mod faults;
mod lint;
mod mutants;
mod packages;
mod postgres;
mod process;
mod prop;
mod report;
mod steps;
mod tally;
mod test;
#[cfg(test)]
mod walls;

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::failure::Failure;

fn main() -> ExitCode {
    let matches = command_line().get_matches();
    match run(&matches) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn command_line() -> Command {
    Command::new("cargo xtask")
        .bin_name("cargo xtask")
        .about("What contributors to Vestibule run")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(test::command())
        .subcommand(lint::command())
        .subcommand(bench::command())
        .subcommand(prop::command())
        .subcommand(explore::command())
        .subcommand(mutants::command())
        .subcommand(faults::command())
        .subcommand(accept::command())
        .subcommand(postgres::command())
}

fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    process::watch_signals()?;
    match matches.subcommand() {
        Some(("test", chosen)) => test::run(chosen),
        Some(("lint", chosen)) => Ok(lint::run(chosen)),
        Some(("bench", chosen)) => bench::run(chosen),
        Some(("prop", chosen)) => prop::run(chosen),
        Some(("explore", chosen)) => explore::run(chosen),
        Some(("faults", chosen)) => faults::run(chosen),
        Some(("mutants", chosen)) => mutants::run(chosen),
        Some(("accept", chosen)) => accept::run(chosen),
        Some(("postgres", chosen)) => postgres::run(chosen),
        _ => Err(Failure::new("no such subcommand")),
    }
}

#[cfg(test)]
mod tests {
    /// clap checks the whole command line for contradictions.
    #[test]
    fn the_command_line_is_consistent() {
        super::command_line().debug_assert();
    }
}
