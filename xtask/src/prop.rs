//! `cargo xtask prop`: random stories against the model, for as long as one likes.

use std::process::{Command, ExitCode};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches};

use crate::cluster::{self, Cluster};
use crate::failure::Failure;
use crate::packages;
use crate::report::Report;
use crate::{process, steps};

/// What is played against the model: its name, what it is, and the test that plays it.
const AGAINST: [(&str, &str, &[&str]); 4] = [
    (
        "sqlite",
        "storage on SQLite",
        &[
            "--package",
            "vestibule-storage",
            "--lib",
            "sqlite_agrees_with_the_model",
        ],
    ),
    (
        "postgres",
        "storage on PostgreSQL",
        &[
            "--package",
            "vestibule-storage",
            "--features",
            "postgres",
            "--lib",
            "postgresql_agrees_with_the_model",
        ],
    ),
    (
        "http",
        "the API of the real binary, on a real port",
        &[
            "--package",
            "vestibule",
            "--test",
            "agreement",
            "the_api_agrees_with_the_model",
        ],
    ),
    (
        "http-postgres",
        "the same on PostgreSQL",
        &[
            "--package",
            "vestibule",
            "--features",
            "postgres",
            "--test",
            "agreement",
            "the_api_on_postgresql_agrees_with_the_model",
        ],
    ),
];

/// Describes the subcommand.
pub(crate) fn command() -> clap::Command {
    let names = AGAINST.map(|(name, _, _)| name);
    clap::Command::new("prop")
        .about("Plays random stories against the model, as many as one likes")
        .long_about(
            "Plays random stories in memory and against SQLite, PostgreSQL and the API of the real\n\
             binary, and compares every answer and the state at the end; single requests and batches\n\
             mixed, refusals included. Says how far it is. The first story that differs is made as\n\
             short as it gets, and told so that it can be pasted into a test.\n\n\
             The same seed plays the same stories; the second story of a seed is the first of the next\n\
             one. `cargo xtask test` plays a few of them, and all that ever differed.\n\n\
             sqlite         some 150 stories a second, the database in memory where there is /dev/shm\n\
             postgres       some 10 a second, beside a throwaway server\n\
             http           some 2 a second: passwords are hashed as they are in earnest\n\
             http-postgres  the same beside a throwaway server",
        )
        .arg(number("cases", "N", "How many stories", "1000"))
        .arg(number("seed", "S", "The seed of the first one", "1"))
        .arg(
            Arg::new("against")
                .long("against")
                .value_name("WHAT")
                .help("What is played against the model, one or more with commas between")
                .default_value("sqlite,postgres,http,http-postgres")
                .value_delimiter(',')
                .action(ArgAction::Set)
                .value_parser(PossibleValuesParser::new(names)),
        )
}

/// Plays against each in turn.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let chosen: Vec<&String> = matches.get_many("against").into_iter().flatten().collect();
    let chosen: Vec<_> = AGAINST
        .into_iter()
        .filter(|(name, _, _)| chosen.iter().any(|chosen| chosen == name))
        .collect();
    let cases = matches.get_one::<u32>("cases").copied().unwrap_or(1000);
    let seed = matches.get_one::<u32>("seed").copied().unwrap_or(1);
    let mut report = Report::of(chosen.len());
    for (name, does, test) in chosen {
        report.step(name, does, || play(name, test, cases, seed));
        report.note(format!("{cases} stories from seed {seed}"));
    }
    Ok(report.finish())
}

fn play(name: &str, test: &[&str], cases: u32, seed: u32) -> Result<(), Failure> {
    let mut command = steps::cargo(&["test"]);
    command
        .args(test)
        .args(["--", "--nocapture"])
        .env("PROPTEST_CASES", cases.to_string())
        .env("PROPTEST_RNG_SEED", seed.to_string());
    if name.ends_with("postgres") {
        return beside_postgres(&mut command);
    }
    if let Some(memory) = in_memory() {
        // What a crash leaves behind is not what is asked here, so that nothing need reach a disk.
        command.env("TMPDIR", memory);
    }
    process::run(&mut command)
}

fn beside_postgres(command: &mut Command) -> Result<(), Failure> {
    packages::ensure(&[packages::SERVER, packages::CLIENT_LIBRARY])?;
    let cluster = Cluster::start()?;
    process::run(command.env(cluster::URL_VARIABLE, cluster.url()))
}

/// A folder that is kept in memory, where the machine has one.
fn in_memory() -> Option<&'static str> {
    const FOLDER: &str = "/dev/shm";
    std::path::Path::new(FOLDER).is_dir().then_some(FOLDER)
}

fn number(
    name: &'static str,
    value: &'static str,
    help: &'static str,
    default: &'static str,
) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .help(help)
        .default_value(default)
        .value_parser(clap::value_parser!(u32))
}
