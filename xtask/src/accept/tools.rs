//! The suites, installed by name in versions that are known to work.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cannot;
use crate::failure::Failure;
use crate::process;

const FROM_PYPI: [&str; 2] = ["schemathesis==4.32.5", "openapi-spec-validator==0.9.0"];
const FROM_NPM: [&str; 3] = [
    "@redocly/cli@2.77.0",
    "@stoplight/spectral-cli@6.16.3",
    "axe-core@4.14.1",
];

/// Redocly's strictest set. What it asks beyond the standard is a licence's address, which no file
/// of the project has, and that no server is on the machine itself, where this one is.
const REDOCLY: &str = "extends:\n  - recommended-strict\nrules:\n  \
                       info-license-strict: off\n  no-server-example.com: off\n";
const SPECTRAL: &str = "extends: [\"spectral:oas\"]\n";

/// Where the suites are.
#[derive(Debug)]
pub(super) struct Tools {
    python: PathBuf,
    node: PathBuf,
}

impl Tools {
    /// Installs what is not there yet.
    ///
    /// # Errors
    /// When `python3` or `npm` is missing, or something cannot be installed.
    pub(super) fn ready(folder: &Path) -> Result<Self, Failure> {
        let tools = Self {
            python: folder.join("python"),
            node: folder.join("node"),
        };
        needed(&["python3", "npm"])?;
        fs::create_dir_all(&tools.node).map_err(|error| cannot(&tools.node, &error))?;
        once(&tools.python, &FROM_PYPI, |tools_folder| {
            process::run(
                Command::new("python3")
                    .args(["-m", "venv"])
                    .arg(tools_folder),
            )?;
            process::run(
                Command::new(tools_folder.join("bin/pip"))
                    .args(["install", "--quiet"])
                    .args(FROM_PYPI),
            )
        })?;
        once(&tools.node, &FROM_NPM, |tools_folder| {
            process::run(
                Command::new("npm")
                    .args(["install", "--no-fund", "--no-audit", "--loglevel=error"])
                    .arg("--prefix")
                    .arg(tools_folder)
                    .args(FROM_NPM),
            )
        })?;
        Ok(tools)
    }

    /// Python, for the scene.
    pub(super) fn python(&self) -> Command {
        Command::new(self.python.join("bin/python"))
    }

    /// Schemathesis.
    pub(super) fn schemathesis(&self) -> Command {
        let mut command = Command::new(self.python.join("bin/schemathesis"));
        command
            .current_dir(&self.python)
            .env("PYTHONIOENCODING", "utf-8");
        command
    }

    /// The validator of the standard.
    pub(super) fn validator(&self) -> Command {
        Command::new(self.python.join("bin/openapi-spec-validator"))
    }

    /// Redocly, as strict as it comes.
    ///
    /// # Errors
    /// When its settings cannot be written.
    pub(super) fn redocly(&self, folder: &Path) -> Result<Command, Failure> {
        let config = written(folder, "redocly.yaml", REDOCLY)?;
        let mut command = self.of_node("redocly");
        command
            .env("REDOCLY_TELEMETRY", "off")
            .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
            .args(["lint", "--config"])
            .arg(config);
        Ok(command)
    }

    /// Spectral, with its rules for OpenAPI.
    ///
    /// # Errors
    /// When its settings cannot be written.
    pub(super) fn spectral(&self, folder: &Path) -> Result<Command, Failure> {
        let ruleset = written(folder, "spectral.yaml", SPECTRAL)?;
        let mut command = self.of_node("spectral");
        command
            .args(["lint", "--fail-severity", "hint", "--ruleset"])
            .arg(ruleset);
        Ok(command)
    }

    /// The file of axe-core that a page loads.
    pub(super) fn axe(&self) -> PathBuf {
        self.node.join("node_modules/axe-core/axe.min.js")
    }

    fn of_node(&self, name: &str) -> Command {
        Command::new(self.node.join("node_modules/.bin").join(name))
    }
}

/// Sees to it that these programs are there: package managers, which we do not install.
///
/// # Errors
/// When one is not; the text names it.
pub(super) fn needed(programs: &[&str]) -> Result<(), Failure> {
    for program in programs {
        if process::on_path(program).is_none() {
            return Err(Failure::new(format!("`{program}` is not installed")));
        }
    }
    Ok(())
}

/// Installs unless the same was installed before.
fn once(
    folder: &Path,
    what: &[&str],
    install: impl FnOnce(&Path) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mark = folder.join("installed");
    let what = what.join("\n");
    if fs::read_to_string(&mark).is_ok_and(|installed| installed == what) {
        return Ok(());
    }
    install(folder)?;
    fs::write(&mark, what).map_err(|error| cannot(&mark, &error))
}

fn written(folder: &Path, name: &str, text: &str) -> Result<PathBuf, Failure> {
    let path = folder.join(name);
    fs::write(&path, text).map_err(|error| cannot(&path, &error))?;
    Ok(path)
}
