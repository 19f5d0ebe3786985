//! What the figures belong to: the machine, its disk, the commit.

use std::fs::File;
use std::io::Write;
use std::process::Command;

use crate::failure::Failure;
use crate::figures::{Figures, timed};

/// One paragraph about where, on what and by which command is measured.
pub(crate) fn describe(commit: &str) -> Result<String, Failure> {
    let cores = std::thread::available_parallelism()?;
    let synced = fdatasync()?;
    let memory = memory_gibibytes()?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let command = ["cargo xtask bench"]
        .into_iter()
        .chain(arguments.iter().map(String::as_str))
        .collect::<Vec<_>>()
        .join(" ");
    Ok(format!(
        "Latest run: commit `{commit}`, {}, {cores} cores, {memory:.0} GiB, one fdatasync of the disk: {synced}. \
         Command: `{command}`. Clients, server and database share the cores.",
        processor()?
    ))
}

/// The commit that is measured, with a mark where something is changed beside it.
pub(crate) fn commit() -> String {
    let git = |arguments: &[&str]| {
        Command::new("git")
            .args(arguments)
            .output()
            .ok()
            .filter(|output| output.status.success())
            .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let head = git(&["rev-parse", "--short=7", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    let changed = git(&[
        "status",
        "--porcelain",
        "--",
        "crates",
        "migrations",
        "xtask",
        "Cargo.lock",
    ]);
    match changed {
        Some(files) if !files.is_empty() => format!("{head}+"),
        _ => head,
    }
}

fn processor() -> Result<String, Failure> {
    let text = std::fs::read_to_string("/proc/cpuinfo")?;
    Ok(text
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or_else(
            || "an unnamed processor".to_owned(),
            |(_, name)| name.to_owned(),
        ))
}

fn memory_gibibytes() -> Result<f64, Failure> {
    let text = std::fs::read_to_string("/proc/meminfo")?;
    Ok(text
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))
        .and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok())
        .map_or(f64::NAN, |kibibytes| kibibytes / 1_048_576.0))
}

/// How long the disk takes to make a small write durable.
fn fdatasync() -> Result<Figures, Failure> {
    std::fs::create_dir_all("target/bench")?;
    let folder = tempfile::tempdir_in("target/bench")?;
    let mut file = File::create(folder.path().join("synced"))?;
    let mut measured = Vec::new();
    for _ in 0..200 {
        file.write_all(&[7; 4096])?;
        let (synced, took) = timed(|| file.sync_data());
        synced?;
        measured.push(took.as_secs_f64() * 1e3);
    }
    Ok(Figures::new(measured, "ms"))
}
