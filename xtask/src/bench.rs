//! `cargo xtask bench`: builds the released binary and measures it beside its floors.

use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command};

use crate::failure::Failure;
use crate::{process, steps};

/// Describes the subcommand.
pub(crate) fn command() -> Command {
    Command::new("bench")
        .about("Measures Vestibule beside the least work that any program must do")
        .long_about(
            "Measures Vestibule beside the least work that any program must do for the same thing,\n\
             in turns in one run, with a released binary that it builds first and databases of its own.\n\n\
             access       permission checks in process, beside a bare hash lookup\n\
             list         pages of the users list, beside bare SQL and JSON\n\
             invitations  invitations a second with 64 clients, beside bare SQL with a commit each\n\
             removal      removal of a user with 1,000 memberships, beside bare SQL\n\
             start        cold start, memory when idle, size of the binary\n\n\
             Without a name it runs them all and writes docs/benchmarks.md. The ratios count; the\n\
             figures belong to the machine.",
        )
        .arg(
            Arg::new("name")
                .num_args(0..)
                .help("Which benchmarks to run [default: all of them]"),
        )
}

/// Builds, then measures.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    for package in ["vestibule", "vestibule-bench"] {
        process::run(&mut steps::cargo(&[
            "build",
            "--release",
            "--package",
            package,
        ]))?;
    }
    let names = matches.get_many::<String>("name").into_iter().flatten();
    let run = [
        "run",
        "--quiet",
        "--release",
        "--package",
        "vestibule-bench",
        "--",
    ];
    process::run(steps::cargo(&run).args(names))?;
    Ok(ExitCode::SUCCESS)
}
