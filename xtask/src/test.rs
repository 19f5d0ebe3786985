//! `cargo xtask test`: everything, on both databases, from whatever the machine has.

use std::io::IsTerminal;
use std::process::{Command, ExitCode};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use clap::{ArgMatches, Command as Subcommand};

use crate::cluster::{self, Cluster};
use crate::failure::Failure;
use crate::packages;
use crate::process;
use crate::report::Report;
use crate::steps::{self, LINTS};
use crate::tally::Tally;

const TESTS: &str = "tests";

/// Describes the subcommand.
pub(crate) fn command() -> Subcommand {
    let mut names = steps::names(&LINTS);
    names.push(TESTS);
    Subcommand::new("test")
        .about("Runs everything, on SQLite and on PostgreSQL")
        .long_about(
            "Runs everything, on SQLite and on PostgreSQL: first all that `lint` judges, then\n\
             every test of the workspace: unit, integration, browser and documentation tests.\n\n\
             What the tests need beside Rust and a C compiler is looked for and, where it is\n\
             missing, installed by apt-get (through sudo when not root): postgresql, libpq-dev,\n\
             chromium, chromium-driver, python3-aiosmtpd. Nothing else is touched: PostgreSQL\n\
             runs on a Unix socket in a temporary folder and is gone afterwards.\n\n\
             A step that fails hides none that follow. Ends with a table; the exit code is 1 if\n\
             any step failed. From nothing it takes about a quarter of an hour on two cores.\n\n\
             What the tests find in their environment:\n\
             \x20 VESTIBULE_TEST_POSTGRES_URL  the throwaway server; set it to use another, empty one\n\
             \x20 VESTIBULE_TEST_CHROMIUM      the browser; set it to use another\n\
             \x20 VESTIBULE_TEST_CHROMEDRIVER  what drives it; set it to use another\n\
             \x20 VESTIBULE_TEST_PYTHON        a Python with aiosmtpd; set it to use another",
        )
        .arg(steps::only_argument(&names))
}

/// Runs the chosen steps.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let lints = steps::chosen(matches, &LINTS);
    let with_tests = steps::is_chosen(matches, TESTS);
    // The tests bring two steps that make ready for them.
    let mut report = Report::of(lints.len() + if with_tests { 3 } else { 0 });
    if with_tests {
        install_packages(&mut report);
    }
    for step in lints {
        report.step(step.name, step.does, step.run);
    }
    if with_tests {
        run_tests(&mut report);
    }
    Ok(report.finish())
}

/// Comes first, so that whoever must install something by hand learns it at once.
fn install_packages(report: &mut Report) {
    report.step("packages", "what the tests need is installed", || {
        packages::ensure(&[
            packages::SERVER,
            packages::CLIENT_LIBRARY,
            packages::BROWSER,
            packages::BROWSER_DRIVER,
            packages::MAIL_SERVER,
        ])
    });
}

/// Runs the tests even where something that they need is missing: what they say is worth
/// having, and the run has failed already.
fn run_tests(report: &mut Report) {
    let tally = Arc::new(Mutex::new(Tally::default()));
    let database = report.step("postgresql", "a throwaway server answers", Database::open);
    report.step(
        TESTS,
        "unit, integration, browser and documentation tests",
        || {
            let tally = Arc::clone(&tally);
            process::run_and_read(&mut tests(database.as_ref()), move |line| {
                counted(&tally).read(line);
            })
        },
    );
    report.note(counted(&tally).to_string());
}

fn counted(tally: &Mutex<Tally>) -> MutexGuard<'_, Tally> {
    tally.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tests(database: Option<&Database>) -> Command {
    let mut command = steps::cargo(&[
        "test",
        "--workspace",
        // Its tests are the step `walls`.
        "--exclude",
        "xtask",
        "--features",
        "vestibule/postgres",
        "--no-fail-fast",
    ]);
    if std::io::stdout().is_terminal() {
        // The output passes through us, which the test programs would take for a file.
        command.args(["--", "--color=always"]);
    }
    if let Some(database) = database {
        command.env(cluster::URL_VARIABLE, database.url());
    }
    packages::tell(&mut command);
    command
}

/// The PostgreSQL that the tests use.
#[derive(Debug)]
enum Database {
    Ours(Cluster),
    Given(String),
}

impl Database {
    fn open() -> Result<Self, Failure> {
        match std::env::var(cluster::URL_VARIABLE) {
            Ok(url) if !url.is_empty() => Ok(Self::Given(url)),
            _ => Cluster::start().map(Self::Ours),
        }
    }

    fn url(&self) -> String {
        match self {
            Self::Ours(cluster) => cluster.url(),
            Self::Given(url) => url.clone(),
        }
    }
}
