//! `cargo xtask accept`: other people's suites against our server, on both databases.
//!
//! What each of them is asked stands here; how they are installed in `tools`, the server they judge
//! in `server`. The suites are installed by name into target/accept and never into the tree.

mod server;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches};

use crate::cluster::Cluster;
use crate::failure::Failure;
use crate::report::Report;
use crate::{packages, process, steps};
use server::Server;
use tools::Tools;

/// The key by which the scene is set.
const OPERATOR_KEY: &str = "operator-of-the-acceptance-run-0123456789";
/// What is generated from, and read by the linters: a test holds it equal to the served document.
const DOCUMENT: &str = "docs/openapi.json";

const LINTERS: [&str; 3] = ["redocly", "spectral", "openapi-spec-validator"];
const SCHEMATHESIS: [&str; 2] = ["schemathesis-sqlite", "schemathesis-postgres"];

/// Would end the session that the suite goes by; the tests of the API ask them instead.
const ENDING_ITSELF: [&str; 3] = ["sign_out", "delete_me", "change_password"];

/// Describes the subcommand.
pub(crate) fn command() -> clap::Command {
    let suites: Vec<&str> = LINTERS.into_iter().chain(SCHEMATHESIS).collect();
    clap::Command::new("accept")
        .about("Has other people's suites judge the API, on both databases")
        .long_about(
            "Has other people's suites judge the API: the OpenAPI document by redocly, spectral and\n\
             openapi-spec-validator, and a running server by schemathesis with all its checks, on\n\
             SQLite and on PostgreSQL, as the Primary Admin, an Admin, a User, each kind of API key,\n\
             the operator, nobody, and somebody of another organization.\n\n\
             The suites are installed by pip and npm into target/accept. They need `python3` with\n\
             its venv, and `npm`. What each said stays there as well; the table at the end has one\n\
             row a suite, and the exit code is 1 if there is a finding. What a suite cannot know is\n\
             listed by operation, with its reason, in xtask/accept/schemathesis.toml.",
        )
        .arg(
            Arg::new("only")
                .long("only")
                .value_name("SUITE")
                .help("Runs this suite alone; repeat it for several")
                .action(ArgAction::Append)
                .value_parser(PossibleValuesParser::new(suites)),
        )
        .arg(
            Arg::new("examples")
                .long("examples")
                .value_name("N")
                .help("How many requests schemathesis makes up for each operation")
                .default_value("50")
                .value_parser(clap::value_parser!(u32)),
        )
}

/// Runs the chosen suites.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let is_chosen = |name: &str| steps::is_chosen(matches, name);
    let chosen = LINTERS
        .iter()
        .chain(&SCHEMATHESIS)
        .filter(|name| is_chosen(name));
    let mut report = Report::of(1 + chosen.count());
    let folder = steps::top().join("target/accept");
    let tools = report.step("suites", "what judges us is installed", || {
        Tools::ready(&folder)
    });
    let Some(tools) = tools else {
        return Ok(report.finish());
    };
    for (name, does, judge) in [
        (
            LINTERS[0],
            "the document, as strictly as it comes",
            tools.redocly(&folder)?,
        ),
        (
            LINTERS[1],
            "the document, by the rules for OpenAPI",
            tools.spectral(&folder)?,
        ),
        (
            LINTERS[2],
            "the document, against the standard",
            tools.validator(),
        ),
    ] {
        if is_chosen(name) {
            report.step(name, does, || lint(judge));
        }
    }
    let examples = matches.get_one::<u32>("examples").copied().unwrap_or(50);
    if is_chosen(SCHEMATHESIS[0]) {
        judge_server(&mut report, SCHEMATHESIS[0], &tools, examples, |folder| {
            Ok((format!("sqlite://{}/vestibule.db", folder.display()), None))
        });
    }
    if is_chosen(SCHEMATHESIS[1]) {
        judge_server(&mut report, SCHEMATHESIS[1], &tools, examples, |_| {
            packages::ensure(&[packages::SERVER, packages::CLIENT_LIBRARY])?;
            let cluster = Cluster::start()?;
            Ok((cluster.url(), Some(cluster)))
        });
    }
    Ok(report.finish())
}

fn lint(mut judge: Command) -> Result<(), Failure> {
    process::run(judge.arg(DOCUMENT).current_dir(steps::top()))
}

/// One run of schemathesis as every actor; its findings are the failure.
fn judge_server(
    report: &mut Report,
    name: &'static str,
    tools: &Tools,
    examples: u32,
    database: impl FnOnce(&Path) -> Result<(String, Option<Cluster>), Failure>,
) {
    let mut told = Vec::new();
    report.step(name, "a running server, by every kind of actor", || {
        let folder = fresh(&steps::top().join("target/accept").join(name))?;
        let (url, _cluster) = database(&folder)?;
        let server = Server::start(&url, OPERATOR_KEY)?;
        let mut findings = 0;
        for run in runs(tools, &server, &folder)? {
            let found = run.findings(tools, &server, examples)?;
            println!("{name} as {}: {found} findings", run.name);
            told.push(format!("{} {found}", run.name));
            findings += found;
        }
        if findings == 0 {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{findings} findings; what was said is in {}",
            folder.display()
        )))
    });
    report.note(told.join(", "));
}

/// Schemathesis as one actor.
struct Run {
    name: String,
    config: PathBuf,
    token: Option<String>,
    phases: &'static str,
}

/// Sets the scene: one run for each actor, and one that follows links from answer to answer.
fn runs(tools: &Tools, server: &Server, folder: &Path) -> Result<Vec<Run>, Failure> {
    let base = steps::top().join("xtask/accept");
    let said = tools
        .python()
        .arg(base.join("scene.py"))
        .args([server.url(), OPERATOR_KEY])
        .arg(base.join("schemathesis.toml"))
        .arg(folder)
        .output()
        .map_err(|error| Failure::new(format!("cannot set the scene: {error}")))?;
    if !said.status.success() {
        let why = String::from_utf8_lossy(&said.stderr).into_owned();
        return Err(Failure::new(format!("the scene could not be set: {why}")));
    }
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let mut runs: Vec<Run> = said
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(actor, token)| Run {
            name: actor.to_owned(),
            config: folder.join(format!("{actor}.toml")),
            token: (token != "-").then(|| token.to_owned()),
            phases: "examples,coverage,fuzzing",
        })
        .collect();
    let owner = runs.first().and_then(|run| run.token.clone());
    runs.push(Run {
        name: "stateful".to_owned(),
        config: folder.join("stateful.toml"),
        token: owner,
        phases: "stateful",
    });
    Ok(runs)
}

impl Run {
    /// How many findings there are; what schemathesis said is kept beside its settings.
    fn findings(&self, tools: &Tools, server: &Server, examples: u32) -> Result<usize, Failure> {
        let said = self.config.with_extension("out");
        let file = fs::File::create(&said).map_err(|error| cannot(&said, &error))?;
        let errors = file.try_clone().map_err(|error| cannot(&said, &error))?;
        let mut command = tools.schemathesis();
        command
            .arg("--config-file")
            .arg(&self.config)
            .args(["run", &format!("{}/openapi.json", server.url())])
            .args(["--phases", self.phases, "--no-color"])
            .args(["--max-examples", &examples.to_string()]);
        for operation in ENDING_ITSELF {
            command.args(["--exclude-operation-id", operation]);
        }
        if let Some(token) = &self.token {
            command.args(["--header", &format!("Authorization: Bearer {token}")]);
        }
        let outcome = process::run(command.stdout(file).stderr(errors));
        let text = fs::read_to_string(&said).map_err(|error| cannot(&said, &error))?;
        match (outcome, findings_in(&text)) {
            (Ok(()), found) => Ok(found),
            // Its command line holds a credential, which is not for a terminal that may be kept.
            (Err(_), 0) => Err(Failure::new(format!(
                "schemathesis as {} did not get to its end; see {}",
                self.name,
                said.display()
            ))),
            (Err(_), found) => Ok(found),
        }
    }
}

/// The findings that the summary counts, kind by kind.
fn findings_in(said: &str) -> usize {
    said.lines()
        .skip_while(|line| *line != "Failures:" && *line != "Errors:")
        .filter_map(|line| line.trim().strip_prefix('❌')?.rsplit_once(": "))
        .filter_map(|(_, count)| count.trim().parse::<usize>().ok())
        .sum()
}

/// The folder, with nothing in it.
fn fresh(folder: &Path) -> Result<PathBuf, Failure> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| cannot(folder, &error))?;
    }
    fs::create_dir_all(folder).map_err(|error| cannot(folder, &error))?;
    Ok(folder.to_path_buf())
}

fn cannot(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot use {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_counted_kind_by_kind() {
        let said = "Test Phases:\n  ❌ Stateful\n\nFailures:\n  ❌ ST202 Valid rejected: 1\n  \
                    ❌ ST101 Server error: 12\n\nTest cases:\n";
        assert_eq!(findings_in(said), 13);
        assert_eq!(findings_in("Test Phases:\n  ✅ Fuzzing\n"), 0);
    }
}
