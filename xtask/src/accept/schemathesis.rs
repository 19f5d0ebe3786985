//! Schemathesis against a running server, as every kind of actor.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::cannot;
use super::server::{OPERATOR_KEY, Server};
use super::tools::Tools;
use crate::failure::Failure;
use crate::{process, steps};

/// Schemathesis as one actor.
#[derive(Debug)]
struct Run {
    name: String,
    phases: String,
    config: PathBuf,
}

/// What one run came to.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    findings: usize,
    /// Of the links from answer to answer: those that were followed, and all.
    links: Option<(usize, usize)>,
}

/// What all runs came to.
#[derive(Debug)]
pub(super) struct Verdict {
    /// How many findings there are.
    pub(super) findings: usize,
    /// Who found how many, in a line.
    pub(super) told: String,
}

/// Has every actor try everything, with that many examples for each operation.
///
/// # Errors
/// When the scene cannot be set, or a run does not get to its end.
pub(super) fn judge(
    name: &str,
    tools: &Tools,
    server: &Server,
    folder: &Path,
    examples: u32,
) -> Result<Verdict, Failure> {
    let runs = scene(tools, server, folder)?;
    let (mut findings, mut told) = (0, Vec::new());
    for (number, run) in runs.iter().enumerate() {
        println!("{name}: {} of {}, as {}", number + 1, runs.len(), run.name);
        let begun = Instant::now();
        let outcome = run.outcome(tools, server, examples)?;
        let seconds = begun.elapsed().as_secs();
        let words = outcome.words();
        println!("    {words}, in {seconds} seconds");
        told.push(format!("{} {words}", run.name));
        findings += outcome.findings;
    }
    Ok(Verdict {
        findings,
        told: told.join(", "),
    })
}

fn scripts() -> PathBuf {
    steps::top().join("xtask/accept")
}

/// Sets the scene; it says which runs there are.
fn scene(tools: &Tools, server: &Server, folder: &Path) -> Result<Vec<Run>, Failure> {
    let said = tools
        .python()
        .arg(scripts().join("scene.py"))
        .args([server.url(), OPERATOR_KEY])
        .arg(scripts().join("schemathesis.toml"))
        .arg(folder)
        .output()
        .map_err(|error| Failure::new(format!("cannot set the scene: {error}")))?;
    if !said.status.success() {
        let why = String::from_utf8_lossy(&said.stderr).into_owned();
        return Err(Failure::new(format!("the scene could not be set: {why}")));
    }
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let runs = said.lines().filter_map(|line| line.split_once(' '));
    Ok(runs
        .map(|(name, phases)| Run {
            name: name.to_owned(),
            phases: phases.to_owned(),
            config: folder.join(format!("{name}.toml")),
        })
        .collect())
}

impl Run {
    /// What schemathesis finds; what it says is kept beside its settings.
    fn outcome(&self, tools: &Tools, server: &Server, examples: u32) -> Result<Outcome, Failure> {
        let said = self.config.with_extension("out");
        let file = fs::File::create(&said).map_err(|error| cannot(&said, &error))?;
        let errors = file.try_clone().map_err(|error| cannot(&said, &error))?;
        let mut command = tools.schemathesis();
        command
            .arg("--config-file")
            .arg(&self.config)
            .args(["run", &format!("{}/openapi.json", server.url())])
            .args(["--phases", &self.phases, "--no-color"])
            .args(["--max-examples", &examples.to_string()]);
        self.become_somebody(&mut command, server)?;
        let ended = process::run(command.stdout(file).stderr(errors));
        let text = fs::read_to_string(&said).map_err(|error| cannot(&said, &error))?;
        let outcome = Outcome::of(&text);
        match (ended, outcome.findings) {
            (Err(failure), 0) => Err(Failure::new(format!(
                "schemathesis as {} did not get to its end: {failure}; see {}",
                self.name,
                said.display()
            ))),
            _ => Ok(outcome),
        }
    }

    /// Whose session can end is signed in by a script: the settings name them in their first line.
    fn become_somebody(&self, command: &mut Command, server: &Server) -> Result<(), Failure> {
        let settings =
            fs::read_to_string(&self.config).map_err(|error| cannot(&self.config, &error))?;
        let first = settings.lines().next().unwrap_or_default();
        if let Some(who) = first.strip_prefix("# as: ") {
            command
                .env("SCHEMATHESIS_HOOKS", "person")
                .env("PYTHONPATH", scripts())
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .env("ACCEPT_SERVER", server.url())
                .env("ACCEPT_OPERATOR", OPERATOR_KEY)
                .env("ACCEPT_WHO", who);
        }
        Ok(())
    }
}

impl Outcome {
    /// The findings that the summary counts, kind by kind, and the links that it has followed.
    fn of(said: &str) -> Self {
        let findings = said
            .lines()
            .skip_while(|line| *line != "Failures:" && *line != "Errors:")
            .filter_map(|line| line.trim().strip_prefix('❌')?.rsplit_once(": "))
            .filter_map(|(_, count)| count.trim().parse::<usize>().ok())
            .sum();
        let links = said.lines().find_map(|line| {
            let counts = line.trim().strip_prefix("API Links:")?;
            let (covered, rest) = counts.split_once(" covered / ")?;
            let (_, total) = rest.rsplit_once(" selected / ")?;
            let total = total.split_whitespace().next()?;
            Some((covered.trim().parse().ok()?, total.parse().ok()?))
        });
        Self { findings, links }
    }

    fn words(&self) -> String {
        match self.links {
            Some((covered, all)) => format!("{} ({covered} of {all} links)", self.findings),
            None => self.findings.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_counted_kind_by_kind() {
        let said = "Test Phases:\n  ❌ Stateful\n\nFailures:\n  ❌ ST202 Valid rejected: 1\n  \
                    ❌ ST101 Server error: 12\n\nTest cases:\n";
        let outcome = Outcome::of(said);
        assert_eq!((outcome.findings, outcome.links), (13, None));
        assert_eq!(Outcome::of("Test Phases:\n  ✅ Fuzzing\n").findings, 0);
    }

    #[test]
    fn links_are_counted_where_they_were_followed() {
        let said = "     Scenarios:    57\n     API Links:    27 covered / 35 selected / 36 total (0 inferred)\n";
        let outcome = Outcome::of(said);
        assert_eq!(outcome.links, Some((27, 36)));
        assert_eq!(outcome.words(), "0 (27 of 36 links)");
    }
}
