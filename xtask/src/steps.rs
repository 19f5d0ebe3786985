//! The steps that `test` and `lint` are made of, each one cargo command or a few.
//!
//! Clippy, the documentation and the tests use the same features and profile, so that the
//! dependencies are compiled once for checking and once for running, and no more.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches};

use crate::failure::Failure;
use crate::process;

/// A step that needs nothing but cargo.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// What `--only` and the summary call it.
    pub(crate) name: &'static str,
    /// What it does, in a few words.
    pub(crate) does: &'static str,
    /// Does it.
    pub(crate) run: fn() -> Result<(), Failure>,
}

/// The steps that judge the code without running it, in the order of how soon they answer.
pub(crate) const LINTS: [Step; 6] = [
    Step {
        name: "format",
        does: "rustfmt finds nothing to change",
        run: format,
    },
    Step {
        name: "walls",
        does: "edges, purity, migrations, rules and files are as agreed",
        run: walls,
    },
    Step {
        name: "clippy",
        does: "no warning in any target, with PostgreSQL built in",
        run: clippy,
    },
    Step {
        name: "smallest",
        does: "no warning in the default build (SQLite only) and in domain without features",
        run: smallest,
    },
    Step {
        name: "documentation",
        does: "rustdoc finds no broken link",
        run: documentation,
    },
    Step {
        name: "packaging",
        does: "every crate that is given out can be packaged",
        run: packaging,
    },
];

/// The top folder of the repository.
pub(crate) fn top() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_path_buf()
}

/// A cargo command in the top folder, with the cargo that runs us.
pub(crate) fn cargo(words: &[&str]) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(words).current_dir(top());
    command
}

/// The names of steps, in their order.
pub(crate) fn names(steps: &[Step]) -> Vec<&'static str> {
    steps.iter().map(|step| step.name).collect()
}

/// The argument `--only STEP`, which may be repeated.
pub(crate) fn only_argument(names: &[&'static str]) -> Arg {
    Arg::new("only")
        .long("only")
        .value_name("STEP")
        .help("Runs this step alone; repeat it for several")
        .action(ArgAction::Append)
        .value_parser(PossibleValuesParser::new(names))
}

/// Whether a step of that name is to run.
pub(crate) fn is_chosen(matches: &ArgMatches, name: &str) -> bool {
    match matches.get_many::<String>("only") {
        Some(mut wanted) => wanted.any(|wanted| wanted == name),
        None => true,
    }
}

/// The steps that are to run, in their order.
pub(crate) fn chosen<'a>(matches: &ArgMatches, steps: &'a [Step]) -> Vec<&'a Step> {
    steps
        .iter()
        .filter(|step| is_chosen(matches, step.name))
        .collect()
}

fn format() -> Result<(), Failure> {
    process::run(&mut cargo(&["fmt", "--all", "--check"]))
}

fn walls() -> Result<(), Failure> {
    process::run(&mut cargo(&["test", "--package", "xtask"]))
}

fn clippy() -> Result<(), Failure> {
    process::run(&mut cargo(&[
        "clippy",
        "--workspace",
        "--all-targets",
        "--features",
        "vestibule/postgres",
        "--",
        "--deny=warnings",
    ]))
}

fn smallest() -> Result<(), Failure> {
    process::run(&mut cargo(&[
        "clippy",
        "--package",
        "vestibule",
        "--",
        "--deny=warnings",
    ]))?;
    process::run(&mut cargo(&[
        "clippy",
        "--package",
        "vestibule-domain",
        "--no-default-features",
        "--",
        "--deny=warnings",
    ]))
}

fn documentation() -> Result<(), Failure> {
    process::run(
        cargo(&[
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
            "--features",
            "vestibule/postgres",
        ])
        .env("RUSTDOCFLAGS", "--deny=warnings"),
    )
}

/// Without building what was packaged: that takes as long as a release does. `docs/releasing.md`
/// has the whole of it.
fn packaging() -> Result<(), Failure> {
    process::run(&mut cargo(&[
        "package",
        "--workspace",
        "--exclude",
        "xtask",
        "--exclude",
        "vestibule-bench",
        "--no-verify",
        "--allow-dirty",
        "--offline",
        "--quiet",
    ]))
}
