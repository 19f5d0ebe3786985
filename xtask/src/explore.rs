//! `cargo xtask explore`: every state of a small organization, as large as one has time for.

use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};

use crate::failure::Failure;
use crate::{process, steps};

/// The explorations, quickest first: the test program and the test, and what is asked of it.
const EXPLORATIONS: [(&str, &str); 2] = [
    ("two_servers", "no_interleaving"),
    (
        "small_worlds",
        "every_reachable_state_of_a_small_organization_is_sound",
    ),
];

/// How many people the organization has.
const PEOPLE_VARIABLE: &str = "VESTIBULE_EXPLORE_PEOPLE";
/// How many things are asked of two servers at once.
const ASKS_VARIABLE: &str = "VESTIBULE_EXPLORE_ASKS";

/// Describes the subcommand.
pub(crate) fn command() -> Command {
    Command::new("explore")
        .about("Visits every state that a small organization can reach")
        .long_about(
            "Visits every state that two servers on one database come to when three things are asked\n\
             of them, in every order of their steps; then every state that an organization of 3\n\
             people and 2 entities can reach, under every command by every actor. Stops at the\n\
             first state that breaks a rule. docs/PROPERTIES.md says how states are told apart, and\n\
             how many there are.\n\n\
             Says how far it is; a core tries some three thousand organizations a second.\n\
             `cargo xtask test` does the same with two things and 2 people.",
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
    for (program, test) in EXPLORATIONS {
        let words = [
            "test",
            "--package",
            "vestibule-domain",
            "--test",
            program,
            test,
            "--",
            "--nocapture",
        ];
        process::run(
            steps::cargo(&words)
                .env(PEOPLE_VARIABLE, people)
                .env(ASKS_VARIABLE, "3"),
        )?;
    }
    Ok(ExitCode::SUCCESS)
}
