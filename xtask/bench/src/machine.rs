//! What the figures belong to: the machine, its disk, the commit.

use std::fs::File;
use std::io::Write;
use std::process::Command;

use crate::failure::Failure;
use crate::figures::{Figures, timed};

/// One paragraph about where and on what is measured.
pub(crate) fn describe() -> Result<String, Failure> {
    let cores = std::thread::available_parallelism()?;
    let commit = Command::new("git")
        .args(["rev-parse", "--short", "HEAD"])
        .output()
        .ok()
        .filter(|output| output.status.success())
        .map_or_else(
            || "an unknown commit".to_owned(),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        );
    let synced = fdatasync()?;
    Ok(format!(
        "Commit `{commit}`, {cores} cores, one fdatasync of the disk: {synced}. Command: `cargo xtask bench`."
    ))
}

/// How long the disk takes to make a small write durable.
fn fdatasync() -> Result<Figures, Failure> {
    let folder = tempfile::tempdir()?;
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
