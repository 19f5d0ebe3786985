//! `cargo xtask postgres`: one command beside a throwaway PostgreSQL.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use clap::{Arg, ArgAction, ArgMatches};

use crate::cluster::{self, Cluster};
use crate::failure::Failure;
use crate::packages;
use crate::process;

/// Describes the subcommand.
pub(crate) fn command() -> clap::Command {
    clap::Command::new("postgres")
        .about("Runs a command beside a throwaway PostgreSQL")
        .long_about(
            "Runs a command beside a throwaway PostgreSQL, and stops the server when it ends.\n\n\
             The server listens on a Unix socket in a temporary folder. The command finds it in\n\
             VESTIBULE_TEST_POSTGRES_URL, as the tests do. Its exit code is handed on.\n\n\
             One test against PostgreSQL:\n\
             \x20 cargo xtask postgres cargo test -p vestibule-storage --features postgres NAME\n\n\
             The server itself, on PostgreSQL:\n\
             \x20 cargo xtask postgres sh -c 'cargo run --features postgres -- serve \\\n\
             \x20   --demo --database-url \"$VESTIBULE_TEST_POSTGRES_URL\"'",
        )
        .arg(
            Arg::new("command")
                .value_name("COMMAND")
                .help("The program and its arguments")
                .required(true)
                .action(ArgAction::Append)
                .value_parser(clap::value_parser!(OsString))
                .trailing_var_arg(true)
                .allow_hyphen_values(true),
        )
}

/// Runs the command and hands its exit code on.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let mut words = matches
        .get_many::<OsString>("command")
        .into_iter()
        .flatten();
    let program = words
        .next()
        .ok_or_else(|| Failure::new("no command is named"))?;
    packages::ensure(&[packages::SERVER, packages::CLIENT_LIBRARY])?;
    let cluster = Cluster::start()?;
    let status = process::run_in_front(
        Command::new(program)
            .args(words)
            .env(cluster::URL_VARIABLE, cluster.url()),
    )?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}
