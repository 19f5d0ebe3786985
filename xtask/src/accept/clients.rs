//! The programs of docs/clients, each with its generated client, as a user would make and run it.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::server::{Database, OPERATOR_KEY, Server};
use super::tools::needed;
use super::{DOCUMENT, cannot, fresh};
use crate::failure::Failure;
use crate::{process, steps};

/// What the Rust program has its types from, as docs/clients/rust.md names it.
const RUST_GENERATOR: &str = "openapi-to-rust@0.23.0";

/// What openapi-python-client says of the document, and why the document stays as it is.
const PYTHON_WARNINGS: [(&str, &str); 1] = [(
    "WARNING parsing POST /v1/organizations/{org}/invitations/batch",
    "the generator knows no text/csv bodies, and takes the JSON form of the same operation",
)];

/// A program that uses the API through a generated client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Client {
    /// What `--only` and the table call it.
    pub(super) name: &'static str,
    folder: &'static str,
    /// Generates and compiles in that folder; gives what runs the program.
    make: fn(&Path) -> Result<Command, Failure>,
}

/// All of them.
pub(super) const CLIENTS: [Client; 4] = [
    Client {
        name: "openapi-typescript",
        folder: "openapi-typescript",
        make: of_node,
    },
    Client {
        name: "hey-api",
        folder: "hey-api",
        make: of_node,
    },
    Client {
        name: "openapi-python-client",
        folder: "openapi-python-client",
        make: of_python,
    },
    Client {
        name: "openapi-to-rust",
        folder: "rust",
        make: of_rust,
    },
];

impl Client {
    /// Makes it from nothing but what is committed, and has it play against every server.
    ///
    /// # Errors
    /// When it cannot be generated, does not compile, or its program fails.
    pub(super) fn play(&self, servers: &[(Database, Server)]) -> Result<(), Failure> {
        let folder = self.copied()?;
        let mut program = (self.make)(&folder)?;
        for (database, server) in servers {
            println!("against {}:", database.name());
            process::run(
                program
                    .env("VESTIBULE_URL", server.url())
                    .env("VESTIBULE_OPERATOR_KEY", OPERATOR_KEY),
            )?;
        }
        Ok(())
    }

    /// A folder of its own with what the repository has, the document where it is looked for.
    fn copied(&self) -> Result<std::path::PathBuf, Failure> {
        let top = steps::top();
        let scratch = top.join("target/accept");
        let folder = fresh(&scratch.join("clients").join(self.folder))?;
        let document = scratch.join("openapi.json");
        fs::copy(top.join(DOCUMENT), &document).map_err(|error| cannot(&document, &error))?;
        let source = top.join("docs/clients").join(self.folder);
        let listed = said(
            Command::new("git")
                .args(["ls-files", "--cached", "--others", "--exclude-standard"])
                .current_dir(&source),
        )?;
        for file in listed.lines() {
            let to = folder.join(file);
            if let Some(above) = to.parent() {
                fs::create_dir_all(above).map_err(|error| cannot(above, &error))?;
            }
            fs::copy(source.join(file), &to).map_err(|error| cannot(&to, &error))?;
        }
        Ok(folder)
    }
}

/// By the scripts of its package.json.
fn of_node(folder: &Path) -> Result<Command, Failure> {
    needed(&["npm"])?;
    let npm = |words: &[&str]| {
        let mut command = Command::new("npm");
        command.args(words).current_dir(folder);
        command
    };
    let install = ["install", "--no-fund", "--no-audit", "--loglevel=error"];
    process::run(&mut npm(&install))?;
    process::run(&mut npm(&["run", "--silent", "generate"]))?;
    process::run(&mut npm(&["run", "--silent", "check"]))?;
    Ok(npm(&["--silent", "start"]))
}

fn of_python(folder: &Path) -> Result<Command, Failure> {
    needed(&["python3"])?;
    let programs = folder.join(".venv/bin");
    let venv = |program: &str, words: &[&str]| {
        let mut command = Command::new(programs.join(program));
        command.args(words).current_dir(folder);
        command
    };
    process::run(
        Command::new("python3")
            .args(["-m", "venv", ".venv"])
            .current_dir(folder),
    )?;
    let install = ["install", "--quiet", "--requirement", "requirements.txt"];
    process::run(&mut venv("pip", &install))?;
    let mut generate = venv(
        "openapi-python-client",
        &["generate", "--path", "../../openapi.json"],
    );
    generate
        .args(["--config", "config.yaml", "--meta", "none"])
        .args(["--output-path", "vestibule", "--overwrite"])
        .env("PATH", with_path(&programs)?);
    let output = said(&mut generate)?;
    let unknown = unknown_warnings(&output);
    if !unknown.is_empty() {
        return Err(Failure::new(unknown.join("\n")));
    }
    for (warning, why) in PYTHON_WARNINGS {
        println!("known: {warning}: {why}");
    }
    process::run(&mut venv("mypy", &["--strict", "story.py"]))?;
    Ok(venv("python", &["story.py"]))
}

/// What the generator complains of beside what is known.
fn unknown_warnings(output: &str) -> Vec<&str> {
    let complaints = output
        .lines()
        .filter(|line| line.starts_with("WARNING") || line.starts_with("ERROR"));
    complaints
        .filter(|line| {
            let is_known = |(known, _): &(&str, &str)| line.starts_with(known);
            !PYTHON_WARNINGS.iter().any(is_known)
        })
        .collect()
}

/// What is compiled is kept for the next run; the sources are not.
fn of_rust(folder: &Path) -> Result<Command, Failure> {
    let kept = steps::top().join("target/accept/rust");
    let cargo = |words: &[&str]| {
        let mut command = steps::cargo(words);
        command.current_dir(folder).env("CARGO_TARGET_DIR", &kept);
        command
    };
    process::run(
        cargo(&["install", "--quiet", "--locked", "--debug", "--root"])
            .arg(&kept)
            .arg(RUST_GENERATOR),
    )?;
    process::run(
        Command::new(kept.join("bin/openapi-to-rust"))
            .args(["generate", "--types-only", "--output-dir", "src/vestibule"])
            .arg("../../openapi.json")
            .current_dir(folder),
    )?;
    process::run(cargo(&["build", "--quiet"]).env("RUSTFLAGS", "--deny=warnings"))?;
    let mut program = cargo(&["run", "--quiet"]);
    program.env("RUSTFLAGS", "--deny=warnings");
    Ok(program)
}

/// PATH with that folder before everything else.
fn with_path(folder: &Path) -> Result<std::ffi::OsString, Failure> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_path_buf()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).map_err(|error| Failure::new(format!("cannot use PATH: {error}")))
}

/// What a command writes, on both of its outputs.
fn said(command: &mut Command) -> Result<String, Failure> {
    let shown = process::shown(command);
    let output = command
        .output()
        .map_err(|error| Failure::new(format!("cannot run `{shown}`: {error}")))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let said = text(&output.stdout) + &text(&output.stderr);
    if output.status.success() {
        Ok(said)
    } else {
        Err(Failure::new(format!(
            "`{shown}`: {}\n{said}",
            output.status
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_warning_is_a_finding_and_a_known_one_is_not() {
        let known = format!("Generating vestibule\n{} within x.\n", PYTHON_WARNINGS[0].0);
        assert_eq!(unknown_warnings(&known), Vec::<&str>::new());
        let new =
            format!("{known}WARNING parsing GET /metrics within operations.\nError of no line");
        assert_eq!(
            unknown_warnings(&new),
            ["WARNING parsing GET /metrics within operations."]
        );
    }

    #[test]
    fn the_page_names_the_generator_that_is_run() {
        let page = include_str!("../../../docs/clients/rust.md");
        assert!(page.contains(RUST_GENERATOR));
    }
}
