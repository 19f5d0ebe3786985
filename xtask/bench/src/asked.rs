//! What the command line asks for.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command};

use crate::database::Kind;
use crate::pace::Pace;
use crate::{BENCHES, Bench};

/// What to measure, on what, and how.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) benches: Vec<Bench>,
    pub(crate) databases: Vec<Kind>,
    pub(crate) pace: Pace,
    /// Whether a figure that falls short fails the run.
    pub(crate) checks: bool,
    /// Whether benchmarks are named only.
    pub(crate) lists: bool,
}

impl Asked {
    /// What this process was asked for; ends it with a message where that cannot be understood.
    pub(crate) fn of_command_line() -> Self {
        let matches = command().get_matches();
        let names: Vec<&String> = matches.get_many("name").into_iter().flatten().collect();
        let wanted = matches.get_one::<String>("database").map(String::as_str);
        let databases = match wanted {
            Some("sqlite") => vec![Kind::Sqlite],
            Some("postgres") => vec![Kind::Postgres],
            _ => vec![Kind::Sqlite, Kind::Postgres],
        };
        Self {
            benches: BENCHES
                .into_iter()
                .filter(|bench| names.is_empty() || names.iter().any(|name| *name == bench.name))
                .collect(),
            databases: databases
                .into_iter()
                .filter(|kind| kind.is_there())
                .collect(),
            pace: if matches.get_flag("quick") {
                Pace::Quick
            } else {
                Pace::Thorough
            },
            checks: matches.get_flag("check"),
            lists: matches.get_flag("list"),
        }
    }
}

fn command() -> Command {
    let flag = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    Command::new("cargo xtask bench")
        .arg(
            Arg::new("name")
                .num_args(0..)
                .value_parser(PossibleValuesParser::new(BENCHES.map(|bench| bench.name))),
        )
        .arg(
            Arg::new("database")
                .long("database")
                .default_value("both")
                .value_parser(PossibleValuesParser::new(["sqlite", "postgres", "both"])),
        )
        .arg(flag("quick"))
        .arg(flag("check"))
        .arg(flag("list"))
}

#[cfg(test)]
mod tests {
    /// clap checks the whole command line for contradictions.
    #[test]
    fn the_command_line_is_consistent() {
        super::command().debug_assert();
    }
}
