//! `cargo xtask mutants`: changes domain in every small way and sees whether a test notices.
//!
//! Every mutant is shown to the tests of rules first, which compile soonest, and to those of laws
//! only if it survived them. Here is how the work is cut into shards that can be resumed, and what
//! their outcomes come to; how domain is compiled for it stands in `.cargo/mutants.toml`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::failure::Failure;
use crate::{process, steps};

/// The page that gives a reason for each survivor.
const PAGE: &str = "docs/PROPERTIES.md";

/// What is changed, but for the generators of stories and the loaders over them: they are the
/// instrument, not what it measures.
const SOURCES: &str = "crates/domain/src";
const INSTRUMENT: &str = "test_support";

/// The tests that are shown a mutant, one set after the other until one of them catches it.
const TESTS: [&[&str]; 2] = [
    &["--test=rules"],
    &[
        "--lib",
        "--test=laws",
        "--test=parts",
        "--test=permission_matrix",
        "--test=two_servers",
    ],
];

/// Where cargo-mutants writes, and where it moves what was written before.
const OUTPUTS: [&str; 2] = ["mutants.out.old", "mutants.out"];

/// Where a shard keeps the mutants that did not compile. Once its next run began, cargo-mutants
/// counts them among those caught.
const UNVIABLE: &str = "unviable.txt";

/// One shard of the work: the first of four is 0 of 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shard {
    number: usize,
    of: usize,
}

/// What became of the mutants of some shards, each named without its line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    caught: usize,
    /// Those that did not compile.
    unviable: usize,
    /// Those that made a test run for ever, which is noticed as well.
    timed_out: usize,
    survived: BTreeSet<String>,
}

/// Describes the subcommand.
pub(crate) fn command() -> Command {
    Command::new("mutants")
        .about("Changes domain in every small way and sees whether a test notices")
        .long_about(
            "Changes domain in every small way, one after the other (a comparison turned, a function\n\
             that returns at once, a condition dropped), and sees whether a test notices. Needs\n\
             cargo-mutants: `cargo install --locked cargo-mutants`.\n\n\
             The work is cut into shards, by files, of well under an hour each on two cores. One that\n\
             ended is not done again, and one that was interrupted goes on with the mutants that\n\
             nobody has caught yet; what was found stays in target/mutants until `--again`.\n\n\
             Ends with the survivors. Each is to be killed by a better test, or listed with its reason\n\
             in docs/PROPERTIES.md; the exit code is 1 if one is in neither.",
        )
        .arg(
            Arg::new("shard")
                .long("shard")
                .value_name("K/N")
                .help("Does this part alone, from 0/N to N-1/N [default: all of 4, in turn]")
                .value_parser(shard),
        )
        .arg(
            Arg::new("again")
                .long("again")
                .help("Forgets what earlier runs found")
                .action(ArgAction::SetTrue),
        )
}

/// Does what is left to do, and tells what survived.
pub(crate) fn run(matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let folder = steps::top().join("target/mutants/found");
    if matches.get_flag("again") && folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| trouble(&folder, &error))?;
    }
    let shards = match matches.get_one::<Shard>("shard") {
        Some(shard) => vec![*shard],
        None => (0..4).map(|number| Shard { number, of: 4 }).collect(),
    };
    for shard in &shards {
        do_shard(&folder, *shard)?;
        if process::interrupted() {
            return Err(Failure::new("interrupted; the same command goes on"));
        }
    }
    let mut tally = Tally::default();
    for shard in &shards {
        tally.add(&shard.folder(&folder))?;
    }
    let page = fs::read_to_string(steps::top().join(PAGE))
        .map_err(|error| trouble(Path::new(PAGE), &error))?;
    Ok(tally.told(&reasons(&page)))
}

impl Shard {
    fn files(self) -> Result<Vec<String>, Failure> {
        let mine = sources()?.into_iter().skip(self.number).step_by(self.of);
        Ok(mine.map(|(_, name)| name).collect())
    }

    fn folder(self, folder: &Path) -> PathBuf {
        folder.join(format!("{}-of-{}", self.number, self.of))
    }
}

impl Tally {
    /// Adds what is kept in the folder of a shard.
    fn add(&mut self, folder: &Path) -> Result<(), Failure> {
        let output = folder.join("mutants.out");
        let unviable = lines(&folder.join(UNVIABLE))?;
        let mut caught = lines(&output.join("caught.txt"))?;
        caught.extend(lines(&output.join("previously_caught.txt"))?);
        self.caught += caught.difference(&unviable).count();
        self.unviable += unviable.len();
        self.timed_out += lines(&output.join("timeout.txt"))?.len();
        let missed = lines(&output.join("missed.txt"))?;
        self.survived
            .extend(missed.iter().map(|line| unplaced(line)));
        Ok(())
    }

    /// Prints the outcome; a survivor needs its reason.
    fn told(&self, reasons: &BTreeSet<String>) -> ExitCode {
        println!(
            "\n{} mutants caught, {} timed out, {} did not compile, {} survived",
            self.caught,
            self.timed_out,
            self.unviable,
            self.survived.len()
        );
        let mut code = ExitCode::SUCCESS;
        for mutant in &self.survived {
            if reasons.contains(mutant) {
                println!("  with a reason: {mutant}");
            } else {
                println!("  WITHOUT A REASON: {mutant}");
                code = ExitCode::FAILURE;
            }
        }
        code
    }
}

/// Runs cargo-mutants over one shard, as far as that was not done before.
fn do_shard(folder: &Path, shard: Shard) -> Result<(), Failure> {
    let folder = shard.folder(folder);
    fs::create_dir_all(&folder).map_err(|error| trouble(&folder, &error))?;
    let files = shard.files()?;
    for (number, tests) in TESTS.iter().enumerate() {
        let finished = folder.join(format!("finished-{number}"));
        let what = format!("shard {}/{}, {}", shard.number, shard.of, tests.join(" "));
        if finished.exists() {
            println!("{what}: done before");
            keep_unviable(&folder)?;
            continue;
        }
        println!("{what}");
        // Of a run that was ended by force, too.
        keep_unviable(&folder)?;
        show_to(tests, &files, &folder)?;
        keep_unviable(&folder)?;
        if process::interrupted() {
            return Ok(());
        }
        fs::write(&finished, "").map_err(|error| trouble(&finished, &error))?;
    }
    Ok(())
}

/// Adds the mutants that did not compile in the last two runs to those kept for the shard.
fn keep_unviable(folder: &Path) -> Result<(), Failure> {
    let kept = folder.join(UNVIABLE);
    let mut all = lines(&kept)?;
    for output in OUTPUTS {
        all.extend(lines(&folder.join(output).join("unviable.txt"))?);
    }
    let text: String = all.iter().map(|line| format!("{line}\n")).collect();
    fs::write(&kept, text).map_err(|error| trouble(&kept, &error))
}

/// The lines of a list, each once; a list that was not begun is empty.
fn lines(list: &Path) -> Result<BTreeSet<String>, Failure> {
    match fs::read_to_string(list) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(error) => Err(trouble(list, &error)),
    }
}

/// Shows the mutants of those files to those tests, all that nobody has caught yet.
fn show_to(tests: &[&str], files: &[String], folder: &Path) -> Result<(), Failure> {
    let mut command = steps::cargo(&["mutants", "--package", "vestibule-domain"]);
    command.args(["--jobs", "1", "--iterate", "--no-shuffle"]);
    // The tests take seconds; on a machine that is busy with other things they take longer.
    command.args(["--minimum-test-timeout", "60", "--output"]);
    command.arg(folder);
    for file in files {
        command.args(["--file", file]);
    }
    command
        .arg("--")
        .args(tests)
        // What was compiled for one mutant serves the next one, and the next shard.
        .env(
            "CARGO_TARGET_DIR",
            steps::top().join("target/mutants/build"),
        )
        // The same few stories for every mutant, on every machine.
        .env("PROPTEST_CASES", "64")
        .env("PROPTEST_RNG_SEED", "1");
    let status = process::run_in_front(&mut command)?;
    match status.code() {
        // Everything was caught, something survived, something ran for ever.
        Some(0 | 2 | 3) => Ok(()),
        _ if process::interrupted() => Ok(()),
        _ => Err(Failure::new(format!(
            "`{}`: {status}; is cargo-mutants there? (`cargo install --locked cargo-mutants`)",
            process::shown(&command)
        ))),
    }
}

/// Every file of domain, longest first, so that dealing them out makes shards of like length.
fn sources() -> Result<Vec<(usize, String)>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![steps::top().join(SOURCES)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| trouble(&folder, &error))? {
            let path = entry.map_err(|error| trouble(&folder, &error))?.path();
            let name = path
                .strip_prefix(steps::top())
                .unwrap_or(&path)
                .display()
                .to_string();
            if name.contains(INSTRUMENT) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).map_err(|error| trouble(&path, &error))?;
                found.push((text.len(), name));
            }
        }
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    Ok(found)
}

fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/');
    let parsed = parts.and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    match parsed {
        Some((number, of)) if number < of => Ok(Shard { number, of }),
        _ => Err("a shard is K/N, with K from 0 to N-1".to_owned()),
    }
}

/// The name of a mutant without line and column, which move with every edit.
fn unplaced(line: &str) -> String {
    let mut parts = line.splitn(4, ':');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(path), Some(_), Some(_), Some(change)) => format!("{path}:{change}"),
        _ => line.to_owned(),
    }
}

/// The mutants that the page lists with a reason: `- <name in backticks>: why`.
fn reasons(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter_map(|line| line.strip_prefix("- `crates/domain/"))
        .filter_map(|rest| rest.split_once("`: "))
        .map(|(name, _)| format!("crates/domain/{name}"))
        .collect()
}

fn trouble(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mutant_is_named_without_its_line() {
        assert_eq!(
            unplaced("crates/domain/src/a.rs:12:5: replace A::b -> bool with true"),
            "crates/domain/src/a.rs: replace A::b -> bool with true"
        );
    }

    /// Writes the lists of one run of cargo-mutants, which moves those of the run before aside.
    fn run_wrote(folder: &Path, lists: &[(&str, &str)]) {
        let (old, new) = (folder.join(OUTPUTS[0]), folder.join(OUTPUTS[1]));
        if new.exists() {
            let _ = fs::remove_dir_all(&old);
            fs::rename(&new, &old).unwrap();
        }
        fs::create_dir_all(&new).unwrap();
        for (name, names) in lists {
            let text: String = names
                .chars()
                .map(|change| format!("crates/domain/src/a.rs:1:2: replace {change}\n"))
                .collect();
            fs::write(new.join(name), text).unwrap();
        }
        keep_unviable(folder).unwrap();
    }

    #[test]
    fn what_did_not_compile_is_not_counted_as_caught_by_later_runs() {
        let name = format!("vestibule-mutants-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir(&folder).unwrap();
        run_wrote(
            &folder,
            &[
                ("caught.txt", "ab"),
                ("unviable.txt", "c"),
                ("missed.txt", "defg"),
            ],
        );
        // The second set, interrupted and gone on with.
        run_wrote(
            &folder,
            &[("previously_caught.txt", "abc"), ("caught.txt", "d")],
        );
        run_wrote(
            &folder,
            &[
                ("previously_caught.txt", "abcd"),
                ("caught.txt", "e"),
                ("timeout.txt", "f"),
                ("missed.txt", "g"),
            ],
        );
        let mut tally = Tally::default();
        tally.add(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        let expected = Tally {
            caught: 4,
            unviable: 1,
            timed_out: 1,
            survived: BTreeSet::from(["crates/domain/src/a.rs: replace g".to_owned()]),
        };
        assert_eq!(tally, expected);
    }

    #[test]
    fn reasons_are_read_from_the_page() {
        let page =
            "text\n- `crates/domain/src/a.rs: replace b with ()`: nobody can tell\n- `other`: no\n";
        let expected = "crates/domain/src/a.rs: replace b with ()".to_owned();
        assert_eq!(reasons(page), BTreeSet::from([expected]));
    }

    #[test]
    fn a_shard_is_one_of_so_many() {
        assert_eq!(shard("1/4"), Ok(Shard { number: 1, of: 4 }));
        assert!(shard("4/4").is_err());
        assert!(shard("one").is_err());
    }
}
