//! What the tests need beside Rust and a C compiler: found where it is, else installed by apt-get.
//!
//! Nothing is installed that is there already, in whatever way it came, and nothing is
//! ever removed or upgraded.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::process;

/// The PostgreSQL server that the tests run against.
pub(crate) const SERVER: Package = Package {
    name: "postgresql",
    is_there: || server_programs().is_some(),
};

/// The library that the PostgreSQL feature links.
pub(crate) const CLIENT_LIBRARY: Package = Package {
    name: "libpq-dev",
    is_there: client_library_is_there,
};

/// The browser that opens the console.
pub(crate) const BROWSER: Package = Package {
    name: "chromium",
    is_there: || browser().is_some(),
};

/// What drives that browser.
pub(crate) const BROWSER_DRIVER: Package = Package {
    name: "chromium-driver",
    is_there: || browser_driver().is_some(),
};

/// The real SMTP server that receives the mails.
pub(crate) const MAIL_SERVER: Package = Package {
    name: "python3-aiosmtpd",
    is_there: mail_server_is_there,
};

/// Set beforehand, this browser is used.
pub(crate) const BROWSER_VARIABLE: &str = "VESTIBULE_TEST_CHROMIUM";

/// Set beforehand, this driver is used.
pub(crate) const BROWSER_DRIVER_VARIABLE: &str = "VESTIBULE_TEST_CHROMEDRIVER";

/// Set beforehand, this Python is the one that has aiosmtpd.
pub(crate) const PYTHON_VARIABLE: &str = "VESTIBULE_TEST_PYTHON";

/// What a cluster is made, started and asked with.
const SERVER_PROGRAMS: [&str; 4] = ["initdb", "postgres", "pg_isready", "createdb"];
const VERSIONED_SERVERS: &str = "/usr/lib/postgresql";
const LIBRARY_FOLDERS: [&str; 3] = ["/usr/lib", "/usr/lib64", "/usr/local/lib"];

/// One of Debian's packages, and how to see whether what it brings is there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Package {
    name: &'static str,
    is_there: fn() -> bool,
}

/// Sees to it that everything is there, by apt-get where something is missing.
///
/// # Errors
/// When something is missing and cannot be installed; the text names the packages.
pub(crate) fn ensure(packages: &[Package]) -> Result<(), Failure> {
    let missing = missing(packages);
    if missing.is_empty() {
        return Ok(());
    }
    println!("missing, to be installed: {}", missing.join(" "));
    let installer = Installer::of_this_machine().ok_or_else(|| {
        Failure::new(format!(
            "these Debian packages, or their like on this system, are needed and cannot be \
             installed from here (no apt-get, or neither root nor sudo): {}",
            missing.join(" ")
        ))
    })?;
    if let Err(failure) = installer.run(&["update"], &[]) {
        // Some list of some other source may be out of reach, and what is wanted be there.
        println!("going on without fresh lists: {failure}");
    }
    installer
        .run(&["install", "--yes", "--no-install-recommends"], &missing)
        .map_err(|failure| {
            Failure::new(format!(
                "{failure}; install these by hand and run again: {}",
                missing.join(" ")
            ))
        })?;

    let still = self::missing(packages);
    if still.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "apt-get installed them, and yet they are not where they are looked for: {}",
            still.join(" ")
        )))
    }
}

/// Tells a command that runs tests where the browser, its driver and Python are.
pub(crate) fn tell(command: &mut Command) {
    command.env(PYTHON_VARIABLE, python());
    if let Some(browser) = browser() {
        command.env(BROWSER_VARIABLE, browser);
    }
    if let Some(driver) = browser_driver() {
        command.env(BROWSER_DRIVER_VARIABLE, driver);
    }
}

/// The folder that holds the server's programs: that of PATH, else the newest of Debian's.
pub(crate) fn server_programs() -> Option<PathBuf> {
    let holds_server = |folder: &PathBuf| {
        SERVER_PROGRAMS
            .iter()
            .all(|program| process::is_program(&folder.join(program)))
    };
    let from_path =
        process::on_path("initdb").and_then(|found| Some(found.parent()?.to_path_buf()));
    if let Some(folder) = from_path.filter(holds_server) {
        return Some(folder);
    }
    std::fs::read_dir(VERSIONED_SERVERS)
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| holds_server(folder))
        .max()
        .map(|(_, folder)| folder)
}

/// The browser's program.
pub(crate) fn browser() -> Option<PathBuf> {
    from_variable(BROWSER_VARIABLE)
        .or_else(|| process::on_path("chromium"))
        .or_else(|| process::on_path("google-chrome"))
}

/// The program that drives the browser.
pub(crate) fn browser_driver() -> Option<PathBuf> {
    from_variable(BROWSER_DRIVER_VARIABLE).or_else(|| process::on_path("chromedriver"))
}

/// The Python that is asked for aiosmtpd.
///
/// The system's own and not that of PATH: version managers put another one there, which
/// does not see Debian's packages.
pub(crate) fn python() -> PathBuf {
    from_variable(PYTHON_VARIABLE).unwrap_or_else(|| PathBuf::from("/usr/bin/python3"))
}

fn missing(packages: &[Package]) -> Vec<&'static str> {
    packages
        .iter()
        .filter(|package| !(package.is_there)())
        .map(|package| package.name)
        .collect()
}

fn from_variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// Whether the linker would find libpq.
///
/// `pg_config` alone proves nothing: Debian's postgresql-common brings one without the library.
fn client_library_is_there() -> bool {
    let in_folder =
        |folder: PathBuf| folder.join("libpq.so").exists() || folder.join("libpq.dylib").exists();
    LIBRARY_FOLDERS.iter().map(PathBuf::from).any(|folder| {
        // Debian keeps libraries one folder deeper, by machine: x86_64-linux-gnu and the like.
        let deeper = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        in_folder(folder) || deeper.map(|entry| entry.path()).any(in_folder)
    }) || succeeds(Command::new("pkg-config").args(["--exists", "libpq"]))
}

fn mail_server_is_there() -> bool {
    succeeds(Command::new(python()).args(["-c", "import aiosmtpd"]))
}

fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// How apt-get is called on this machine.
#[derive(Debug)]
enum Installer {
    Root(PathBuf),
    Sudo { sudo: PathBuf, apt_get: PathBuf },
}

impl Installer {
    fn of_this_machine() -> Option<Self> {
        let apt_get = process::on_path("apt-get")?;
        if rustix::process::geteuid().is_root() {
            return Some(Self::Root(apt_get));
        }
        let sudo = process::on_path("sudo")?;
        Some(Self::Sudo { sudo, apt_get })
    }

    fn run(&self, words: &[&str], packages: &[&str]) -> Result<(), Failure> {
        let mut command = match self {
            Self::Root(apt_get) => {
                let mut command = Command::new("env");
                command.arg("DEBIAN_FRONTEND=noninteractive").arg(apt_get);
                command
            }
            Self::Sudo { sudo, apt_get } => {
                let mut command = Command::new(sudo);
                command
                    .args(["env", "DEBIAN_FRONTEND=noninteractive"])
                    .arg(apt_get);
                command
            }
        };
        // Another apt-get may be at work, as often on a machine that has just started.
        command
            .args(["--quiet", "--option", "DPkg::Lock::Timeout=300"])
            .args(["--option", "Acquire::Retries=3"])
            .args(words)
            .args(packages);
        println!("{}", process::shown(&command));
        let status = process::run_in_front(&mut command)?;
        if status.success() {
            Ok(())
        } else {
            Err(Failure::new(format!(
                "`{}`: {status}",
                process::shown(&command)
            )))
        }
    }
}
