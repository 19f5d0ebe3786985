//! `cargo xtask bench`: builds the released binary and measures it beside its floors.

use std::process::{Command, ExitCode};

use clap::{Arg, ArgAction, ArgMatches};

use crate::cluster::Cluster;
use crate::failure::Failure;
use crate::{packages, process, steps};

/// How the benchmarks learn where PostgreSQL is, and which process.
const URL_VARIABLE: &str = "VESTIBULE_BENCH_POSTGRES_URL";
const PROCESS_VARIABLE: &str = "VESTIBULE_BENCH_POSTGRES_PROCESS";

/// Describes the subcommand.
pub(crate) fn command() -> clap::Command {
    let flag = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    clap::Command::new("bench")
        .about("Measures Vestibule beside the least work that any program must do")
        .long_about(
            "Measures Vestibule beside the least work that any program must do for the same thing,\n\
             in turns in one run, with a released binary that it builds first and databases of its own.\n\n\
             Every row of what was asked for goes into docs/benchmarks.md in the place of what was\n\
             measured of it before; all others stay. `growth` draws a picture beside. The ratios count;\n\
             the figures belong to the machine, so let nothing else run there.\n\n\
             The first run loads databases of up to a million people, which takes some minutes. They\n\
             are kept under target/bench for later runs, until a migration changes.",
        )
        .arg(
            Arg::new("name")
                .num_args(0..)
                .help("Which benchmarks to run [default: all of them]"),
        )
        .arg(
            Arg::new("database")
                .long("database")
                .value_name("DATABASE")
                .default_value("both")
                .value_parser(["sqlite", "postgres", "both"])
                .help("On which database to measure"),
        )
        .arg(flag("quick", "Measure only roughly, in minutes, and leave the page alone"))
        .arg(flag("check", "Exit with 1 when any figure falls short of its target"))
        .arg(flag("list", "Name the benchmarks and measure nothing"))
}

/// Builds, then measures.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let database = matches
        .get_one::<String>("database")
        .map_or("both", String::as_str);
    let lists = matches.get_flag("list");
    let with_postgres = database != "sqlite" && !lists;
    if with_postgres {
        packages::ensure(&[packages::SERVER, packages::CLIENT_LIBRARY])?;
    }
    // Built together, so that what both need is compiled once.
    let mut build = steps::cargo(&["build", "--release"]);
    build.args(["--package", "vestibule", "--package", "vestibule-bench"]);
    if with_postgres {
        build.args(["--features", "vestibule/postgres,vestibule-bench/postgres"]);
    }
    process::run(&mut build)?;

    let mut bench = Command::new(steps::top().join("target/release/vestibule-bench"));
    bench
        .current_dir(steps::top())
        .args(["--database", database]);
    for name in ["quick", "check", "list"] {
        if matches.get_flag(name) {
            bench.arg(format!("--{name}"));
        }
    }
    bench.args(matches.get_many::<String>("name").into_iter().flatten());
    let cluster = if with_postgres {
        Some(Cluster::start_kept(
            &steps::top().join("target/bench/cluster"),
        )?)
    } else {
        None
    };
    if let Some(cluster) = &cluster {
        bench
            .env(URL_VARIABLE, cluster.url())
            .env(PROCESS_VARIABLE, cluster.process().to_string());
    }
    let status = process::run_in_front(&mut bench)?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}
