//! `cargo xtask lint`: everything that judges the code without running it.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::report::Report;
use crate::steps::{self, LINTS};

/// Describes the subcommand.
pub(crate) fn command() -> Command {
    Command::new("lint")
        .about("Judges the code without running it: format, walls, clippy, documentation")
        .long_about(
            "Judges the code without running it, and needs nothing but Rust and a C compiler.\n\n\
             format         rustfmt finds nothing to change\n\
             walls          the tests of xtask: who may depend on whom, what domain may use, how\n\
             \x20              migrations are written, which rule has which test, what a file looks like\n\
             clippy         no warning in any target, with PostgreSQL built in\n\
             smallest       no warning in the default build, and in domain without its features\n\
             documentation  rustdoc finds no broken link\n\
             packaging      every crate that is given out can be packaged\n\n\
             Ends with a table; the exit code is 1 if any step failed.",
        )
        .arg(steps::only_argument(&steps::names(&LINTS)))
}

/// Runs the chosen steps.
pub(crate) fn run(matches: &ArgMatches) -> ExitCode {
    let chosen = steps::chosen(matches, &LINTS);
    let mut report = Report::of(chosen.len());
    for step in chosen {
        report.step(step.name, step.does, step.run);
    }
    report.finish()
}
