//! `cargo xtask explore`: every state of a small organization, as large as one has time for.

use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};

use crate::failure::Failure;
use crate::{process, steps};

/// What the test reads the number of people from.
const PEOPLE_VARIABLE: &str = "VESTIBULE_EXPLORE_PEOPLE";

/// Describes the subcommand.
pub(crate) fn command() -> Command {
    Command::new("explore")
        .about("Visits every state that a small organization can reach")
        .long_about(
            "Visits every state that an organization of 3 people and 2 entities can reach, under\n\
             every command by every actor, and stops at the first one that breaks a rule. States\n\
             are told apart by what matters; docs/PROPERTIES.md says how, and how many there are.\n\n\
             Says every few seconds how far it is: a state is some 20 bytes, and a core tries some\n\
             thousand states a second. `cargo xtask test` does the same with 2 people.",
        )
        .arg(
            Arg::new("people")
                .long("people")
                .value_name("N")
                .help("How many people there can be")
                .default_value("3")
                .value_parser(PossibleValuesParser::new(["1", "2", "3"])),
        )
}

/// Explores, and prints the number of states at the end.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let people = matches
        .get_one::<String>("people")
        .ok_or_else(|| Failure::new("no number of people"))?;
    process::run(
        steps::cargo(&[
            "test",
            "--package",
            "vestibule-domain",
            "--test",
            "small_worlds",
            "every_reachable_state_of_a_small_organization_is_sound",
            "--",
            "--nocapture",
        ])
        .env(PEOPLE_VARIABLE, people),
    )?;
    Ok(ExitCode::SUCCESS)
}
