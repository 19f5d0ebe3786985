//! `cargo xtask accept`: other people's suites and clients against our server, on both databases.
//!
//! What each of them is asked stands here; how they are installed in `tools`, the server that they
//! meet in `server`. All is installed by name into target/accept and never into the tree.

mod clients;
mod pages;
mod schemathesis;
mod server;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches};

use crate::failure::Failure;
use crate::report::Report;
use crate::{process, steps};
use clients::{CLIENTS, Client};
use server::{Database, Server};
use tools::Tools;

/// What is generated from, and read by the linters: a test holds it equal to the served document.
const DOCUMENT: &str = "docs/openapi.json";

const LINTERS: [&str; 3] = ["redocly", "spectral", "openapi-spec-validator"];
const PAGES: &str = "axe-core";
const SCHEMATHESIS: [(&str, Database); 2] = [
    ("schemathesis-sqlite", Database::Sqlite),
    ("schemathesis-postgres", Database::Postgres),
];

/// Describes the subcommand.
pub(crate) fn command() -> clap::Command {
    let suites = LINTERS.into_iter().chain(CLIENTS.map(|client| client.name));
    let suites = suites
        .chain([PAGES])
        .chain(SCHEMATHESIS.map(|(name, _)| name));
    clap::Command::new("accept")
        .about("Has other people's suites and clients judge the API, on both databases")
        .long_about(
            "Has other people's suites and clients judge the product, on SQLite and on PostgreSQL:\n\n\
             \x20 redocly, spectral,        the OpenAPI document, as strictly as they come\n\
             \x20 openapi-spec-validator\n\
             \x20 openapi-typescript,       a client each, made from docs/clients and the document;\n\
             \x20 hey-api,                  it must compile under the strictest settings, and its\n\
             \x20 openapi-python-client,    program invites, accepts, lists, plans and removes\n\
             \x20 openapi-to-rust\n\
             \x20 axe-core                  every page that the browser tests come to, by day and night\n\
             \x20 schemathesis-sqlite,      a running server: all checks, as the Primary Admin, an Admin,\n\
             \x20 schemathesis-postgres     a User, each kind of API key, the operator, nobody, somebody\n\
             \x20                           of another organization, a guest who ends sessions and\n\
             \x20                           accounts, and in stories along the links of the document\n\n\
             What is needed: `python3` with its venv, `npm` and Node.js 20, `git`, and what\n\
             `cargo xtask test` needs. Everything else is installed by pip, npm and cargo into\n\
             target/accept, where what each suite said stays as well. Half an hour on two cores, a few\n\
             minutes more the first time; --only and --examples shorten it.\n\n\
             The table at the end has one row a suite; the exit code is 1 if there is a finding. What\n\
             a suite cannot know is listed with its reason: by operation for schemathesis, in\n\
             xtask/accept/schemathesis.toml; for a generator, in xtask/src/accept/clients.rs.",
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
    let linters = LINTERS.iter().filter(|name| is_chosen(name)).count();
    let clients: Vec<Client> = CLIENTS
        .into_iter()
        .filter(|one| is_chosen(one.name))
        .collect();
    let databases = SCHEMATHESIS.into_iter().filter(|(name, _)| is_chosen(name));
    let databases: Vec<_> = databases.collect();
    let suites = linters + usize::from(is_chosen(PAGES)) + databases.len();
    let preparations = usize::from(suites > 0) + usize::from(!clients.is_empty());

    let mut report = Report::of(preparations + suites + clients.len());
    let folder = steps::top().join("target/accept");
    let tools = (suites > 0)
        .then(|| {
            report.step("suites", "what judges us is installed", || {
                Tools::ready(&folder)
            })
        })
        .flatten();
    if let Some(tools) = &tools {
        judge_document(&mut report, tools, &folder, is_chosen)?;
    }
    if !clients.is_empty() {
        play_clients(&mut report, &clients, &folder);
    }
    if let Some(tools) = &tools {
        if is_chosen(PAGES) {
            report.step(
                PAGES,
                "every page of the console, by day and by night",
                || pages::judge(tools),
            );
        }
        let examples = matches.get_one::<u32>("examples").copied().unwrap_or(50);
        for (name, database) in databases {
            judge_server(&mut report, name, database, tools, &folder, examples);
        }
    }
    Ok(report.finish())
}

fn judge_document(
    report: &mut Report,
    tools: &Tools,
    folder: &Path,
    is_chosen: impl Fn(&str) -> bool,
) -> Result<(), Failure> {
    let [redocly, spectral, validator] = LINTERS;
    for (name, does, judge) in [
        (
            redocly,
            "the document, as strictly as it comes",
            tools.redocly(folder)?,
        ),
        (
            spectral,
            "the document, by the rules for OpenAPI",
            tools.spectral(folder)?,
        ),
        (
            validator,
            "the document, against the standard",
            tools.validator(),
        ),
    ] {
        if is_chosen(name) {
            report.step(name, does, || lint(judge));
        }
    }
    Ok(())
}

fn lint(mut judge: Command) -> Result<(), Failure> {
    process::run(judge.arg(DOCUMENT).current_dir(steps::top()))
}

/// One server a database, and every client against both.
fn play_clients(report: &mut Report, clients: &[Client], folder: &Path) {
    let servers = report.step("servers", "one on each database, for the clients", || {
        let data = fresh(&folder.join("clients-data"))?;
        Database::ALL
            .into_iter()
            .map(|database| Ok((database, Server::start(database, &data)?)))
            .collect::<Result<Vec<_>, Failure>>()
    });
    let Some(servers) = servers else {
        return;
    };
    for client in clients {
        report.step(client.name, "generated, compiled, and run on both", || {
            client.play(&servers)
        });
    }
}

/// Schemathesis on one database; its findings are the failure.
fn judge_server(
    report: &mut Report,
    name: &'static str,
    database: Database,
    tools: &Tools,
    folder: &Path,
    examples: u32,
) {
    let mut told = String::new();
    report.step(name, "a running server, by every kind of actor", || {
        let folder = fresh(&folder.join(name))?;
        let server = Server::start(database, &folder)?;
        let verdict = schemathesis::judge(name, tools, &server, &folder, examples)?;
        told = verdict.told;
        if verdict.findings == 0 {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{} findings; what was said is in {}",
            verdict.findings,
            folder.display()
        )))
    });
    report.note(told);
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
