//! `cargo xtask faults`: breaks the product on purpose, in one place at a time, and sees that the
//! suites find it.
//!
//! The faults stand in `faults/table.rs`. They are planted in a working tree of their own, so that
//! nothing of them is ever in the tree that one works in.

mod table;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode, Output};
use std::time::{Duration, Instant};

use clap::{Arg, ArgMatches};

use crate::cluster::{self, Cluster};
use crate::failure::Failure;
use crate::{packages, process, steps};
use table::{FAULTS, Fault, Suite};

/// How long a suite may run until it has found a fault; one that runs for ever has not found it.
const SUITE_MAX: Duration = Duration::from_secs(60);

/// Describes the subcommand.
pub(crate) fn command() -> clap::Command {
    clap::Command::new("faults")
        .about("Breaks the product on purpose and sees that the suites find it")
        .long_about(
            "Plants one fault after the other in a working tree of its own (target/faults/tree, at the\n\
             last commit), in what a decision asks for, in a loader, in decisions and effects, in what\n\
             each database writes and in what the API makes of a request. Compiles, runs the suite that\n\
             is to find it, and prints what found it after how many stories and seconds.\n\n\
             A suite has a minute to find its fault; the exit code is 1 if one did not.\n\
             Compiling takes longer: some minutes for each fault of the API.",
        )
        .arg(
            Arg::new("name")
                .num_args(0..)
                .help("Which faults, by their names [default: all of them]"),
        )
}

/// Plants each fault in turn and prints a table.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let names: Vec<&String> = matches.get_many("name").into_iter().flatten().collect();
    let chosen = || {
        FAULTS
            .iter()
            .filter(|fault| names.is_empty() || names.iter().any(|name| *name == fault.name))
    };
    let tree = steps::top().join("target/faults/tree");
    make_tree(&tree)?;
    let cluster = if chosen().any(|fault| fault.suite == Suite::PostgreSql) {
        packages::ensure(&[packages::SERVER, packages::CLIENT_LIBRARY])?;
        Some(Cluster::start()?)
    } else {
        None
    };
    let url = cluster.as_ref().map(Cluster::url);
    let mut lines = Vec::new();
    let mut code = ExitCode::SUCCESS;
    for fault in chosen() {
        println!("{}: {}", fault.layer, fault.name);
        let found = seek(&tree, fault, url.as_deref())?;
        println!("  {}", found.told());
        if !found.is_found {
            code = ExitCode::FAILURE;
        }
        lines.push(format!(
            "{:18} {:44} {}",
            fault.layer,
            fault.name,
            found.told()
        ));
        if process::interrupted() {
            return Err(Failure::new("interrupted"));
        }
    }
    println!("\n{}", lines.join("\n"));
    Ok(code)
}

/// What became of one fault.
#[derive(Debug, PartialEq)]
struct Found {
    is_found: bool,
    seconds: f64,
    /// The tests that failed.
    by: Vec<String>,
    /// How many stories were played until then, where stories were played.
    stories: Option<u64>,
}

impl Found {
    fn told(&self) -> String {
        if !self.is_found {
            return format!("NOT FOUND in {:.0} s", self.seconds);
        }
        let stories = match self.stories {
            Some(1) => "in the first story".to_owned(),
            Some(stories) => format!("in story {stories}"),
            None => "by enumeration".to_owned(),
        };
        format!(
            "{:.1} s, {stories}, by {}",
            self.seconds,
            self.by.join(", ")
        )
    }

    /// Reads what a test program printed.
    fn read(is_found: bool, seconds: f64, text: &str) -> Self {
        let failed = text.lines().filter_map(|line| {
            let (name, outcome) = line.strip_prefix("test ")?.split_once(" ... ")?;
            (outcome == "FAILED").then(|| name.to_owned())
        });
        let number_after = |mark: &str| {
            let (_, rest) = text.split_once(mark)?;
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<u64>().ok()
        };
        // Conformance names the seed of the story, which begins at 1; proptest what went well before.
        let stories = number_after("PROPTEST_RNG_SEED=")
            .or_else(|| number_after("successes: ").map(|before| before + 1));
        Self {
            is_found,
            seconds,
            by: failed.collect(),
            stories,
        }
    }
}

/// A working tree at the last commit, made once and set right again before each run.
fn make_tree(tree: &Path) -> Result<(), Failure> {
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.args(words).current_dir(steps::top());
        command
    };
    if tree.join(".git").exists() {
        let mut command = git(&["-C"]);
        command
            .arg(tree)
            .args(["checkout", "--quiet", "--force", "--detach"]);
        return process::run(command.arg(head()?));
    }
    process::run(&mut git(&["worktree", "prune"]))?;
    process::run(git(&["worktree", "add", "--quiet", "--force", "--detach"]).arg(tree))
}

fn head() -> Result<String, Failure> {
    let output = Command::new("git")
        .args(["rev-parse", "HEAD"])
        .current_dir(steps::top())
        .output()
        .map_err(|error| Failure::new(format!("git: {error}")))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Plants a fault, has its suite look for it, and takes it out again.
fn seek(tree: &Path, fault: &Fault, postgres: Option<&str>) -> Result<Found, Failure> {
    let path = tree.join(fault.file);
    let trouble = |error| Failure::new(format!("{}: {error}", fault.file));
    let sound = fs::read_to_string(&path).map_err(trouble)?;
    if sound.matches(fault.was).count() != 1 {
        return Err(Failure::new(format!(
            "{}: the fault has no place any more",
            fault.name
        )));
    }
    fs::write(&path, sound.replacen(fault.was, fault.is, 1)).map_err(trouble)?;
    let found = look(tree, fault.suite, postgres);
    fs::write(&path, sound).map_err(trouble)?;
    found
}

fn look(tree: &Path, suite: Suite, postgres: Option<&str>) -> Result<Found, Failure> {
    let command = |last: &[&str]| {
        let mut command = steps::cargo(&["test", "--quiet"]);
        command
            .args(suite.words())
            .args(last)
            .current_dir(tree)
            .env("CARGO_TARGET_DIR", steps::top().join("target/faults/build"))
            .env("PROPTEST_CASES", "3000")
            .env("PROPTEST_RNG_SEED", "1")
            .env("RUST_BACKTRACE", "0");
        if let Some(url) = postgres {
            command.env(cluster::URL_VARIABLE, url);
        }
        command
    };
    let compiled = output(&mut command(&["--no-run"]))?;
    if !compiled.status.success() {
        return Err(Failure::new(String::from_utf8_lossy(&compiled.stderr)));
    }
    let begun = Instant::now();
    let ran = process::output_within(&mut command(&["--", "--format=pretty"]), SUITE_MAX)?;
    let seconds = begun.elapsed().as_secs_f64();
    Ok(match ran {
        Some(ran) => {
            let text = String::from_utf8_lossy(&ran.stdout);
            Found::read(!ran.status.success(), seconds, &text)
        }
        None => Found::read(false, seconds, ""),
    })
}

fn output(command: &mut Command) -> Result<Output, Failure> {
    let shown = process::shown(command);
    command
        .output()
        .map_err(|error| Failure::new(format!("{shown}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fault that has lost its place would be found by nobody, and missed by nobody.
    #[test]
    fn every_fault_has_its_place() {
        for fault in FAULTS {
            let text = fs::read_to_string(steps::top().join(fault.file)).unwrap();
            let places = text.matches(fault.was).count();
            assert_eq!(
                places, 1,
                "`{}` has {places} places in {}",
                fault.name, fault.file
            );
            assert_ne!(fault.was, fault.is);
        }
    }

    #[test]
    fn the_story_that_found_it_is_read_from_what_was_printed() {
        let text = "test a::b ... FAILED\ntest c ... ok\nagain: PROPTEST_RNG_SEED=7 cargo test\n";
        let found = Found::read(true, 1.0, text);
        assert_eq!(
            (found.by, found.stories),
            (vec!["a::b".to_owned()], Some(7))
        );
        let found = Found::read(true, 1.0, "test d ... FAILED\n\tsuccesses: 3\n");
        assert_eq!(found.stories, Some(4));
    }
}
