//! The pages of the console, judged by axe-core.

use super::tools::Tools;
use crate::cluster::{self, Cluster};
use crate::failure::Failure;
use crate::{packages, process, steps};

/// Runs the browser tests, with axe-core on each page that they come to, by day and by night.
///
/// # Errors
/// When a page breaks a rule, or what the tests need is missing.
pub(super) fn judge(tools: &Tools) -> Result<(), Failure> {
    packages::ensure(&[
        packages::SERVER,
        packages::CLIENT_LIBRARY,
        packages::BROWSER,
        packages::BROWSER_DRIVER,
        packages::MAIL_SERVER,
    ])?;
    let cluster = Cluster::start()?;
    let mut tests = steps::cargo(&["test", "--package", "vestibule", "--features", "postgres"]);
    tests
        .args(["--test", "browser"])
        .env(cluster::URL_VARIABLE, cluster.url())
        .env("VESTIBULE_TEST_AXE", tools.axe());
    packages::tell(&mut tests);
    process::run(&mut tests)
}
