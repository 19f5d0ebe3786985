//! A PostgreSQL server for the length of one command: on a Unix socket, in a temporary folder.
//!
//! It listens on no network, belongs to whoever runs it and is gone afterwards, folder and all;
//! the data of one that is measured on stays for the next run, and is as durable as the disk.
//! A system-wide PostgreSQL is neither used nor touched.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Signal, geteuid, kill_process};

use crate::failure::Failure;
use crate::packages;
use crate::process;

/// The variable by which tests learn where the server is.
pub(crate) const URL_VARIABLE: &str = "VESTIBULE_TEST_POSTGRES_URL";

const DATABASE: &str = "vestibule_test";
const SUPERUSER: &str = "vestibule";
/// Who runs the server when root asks for one, as it refuses to run as root.
const SYSTEM_USER: &str = "postgres";
const START_SECONDS_MAX: u64 = 60;
const STOP_SECONDS_MAX: u64 = 30;
const POLL: Duration = Duration::from_millis(50);
const FOLDER_NAMES_MAX: u32 = 100;

const SETTINGS: [&str; 4] = [
    "listen_addresses=",
    "max_connections=300",
    "max_wal_size=4GB",
    "timezone=UTC",
];
/// Settings of a server whose data may be lost: nothing waits for the disk.
const FLEETING: [&str; 2] = ["fsync=off", "full_page_writes=off"];
/// Settings of a server that is measured: durable, with memory for a million people.
const DURABLE: [&str; 4] = [
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "shared_buffers=1GB",
];

/// A running server; dropping it stops the server and removes its folder.
#[derive(Debug)]
pub(crate) struct Cluster {
    server: Child,
    folder: Folder,
}

impl Cluster {
    /// Makes a cluster, starts it and waits until it answers.
    ///
    /// # Errors
    /// When PostgreSQL is not there, cannot make its files or does not start; the text ends
    /// with what the server wrote.
    pub(crate) fn start() -> Result<Self, Failure> {
        let folder = Folder::make()?;
        let data = folder.path.join("data");
        Self::start_on(folder, &data, &FLEETING)
    }

    /// Starts a durable one whose data stays in that folder, made where it is not there yet.
    ///
    /// # Errors
    /// As for [`Cluster::start`].
    pub(crate) fn start_kept(data: &Path) -> Result<Self, Failure> {
        let folder = Folder::make()?;
        if let Some(above) = data.parent() {
            fs::create_dir_all(above).map_err(|error| {
                Failure::new(format!("cannot use {}: {error}", above.display()))
            })?;
        }
        if !data.exists() {
            fs::DirBuilder::new()
                .mode(0o700)
                .create(data)
                .map_err(|error| Failure::new(format!("cannot use {}: {error}", data.display())))?;
            give_to_server(data)?;
        }
        Self::start_on(folder, data, &DURABLE)
    }

    fn start_on(folder: Folder, data: &Path, settings: &[&str]) -> Result<Self, Failure> {
        let programs = packages::server_programs()
            .ok_or_else(|| Failure::new("no PostgreSQL server is installed"))?;
        let is_new = !data.join("PG_VERSION").exists();
        if is_new {
            Self::init(&programs, &folder, data)?;
        }
        let log = fs::File::create(folder.log()).map_err(|error| folder.cannot(&error))?;
        let errors = log.try_clone().map_err(|error| folder.cannot(&error))?;
        let mut command = as_server(&programs.join("postgres"), &folder.path);
        command.arg("-D").arg(data);
        command.arg("-k").arg(&folder.path);
        for setting in SETTINGS.iter().chain(settings) {
            command.arg("-c").arg(setting);
        }
        // A group of its own: Ctrl-C must end the tests first and the server after them.
        command
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .process_group(0);
        let server = command.spawn().map_err(|error| {
            Failure::new(format!(
                "cannot run `{}`: {error}",
                process::shown(&command)
            ))
        })?;
        let mut cluster = Self { server, folder };
        cluster.wait_until_it_answers(&programs)?;
        if is_new {
            cluster.make_database(&programs)?;
        }
        Ok(cluster)
    }

    fn init(programs: &Path, folder: &Folder, data: &Path) -> Result<(), Failure> {
        process::run(
            as_server(&programs.join("initdb"), &folder.path)
                .arg(format!("--pgdata={}", data.display()))
                .arg(format!("--username={SUPERUSER}"))
                .args(["--auth=trust", "--encoding=UTF8", "--locale=C"])
                // Strings that are not told otherwise sort as people sort them, which shows a
                // forgotten `collate "C"` where it matters.
                .args(["--locale-provider=icu", "--icu-locale=en-US"])
                .args(["--no-sync", "--no-instructions"])
                .stdout(Stdio::null()),
        )
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.server.id()
    }

    /// Where the server is, as storage and libpq read it.
    pub(crate) fn url(&self) -> String {
        format!(
            "postgres:///{DATABASE}?host={}&user={SUPERUSER}",
            self.folder.path.display()
        )
    }

    fn wait_until_it_answers(&mut self, programs: &Path) -> Result<(), Failure> {
        let deadline = Instant::now() + Duration::from_secs(START_SECONDS_MAX);
        while Instant::now() < deadline {
            if process::interrupted() {
                return Err(Failure::new("interrupted"));
            }
            let ended = self.server.try_wait().ok().flatten();
            if let Some(status) = ended {
                return Err(self.did_not_start(&format!("ended with {status}")));
            }
            let answers = Command::new(programs.join("pg_isready"))
                .arg("--quiet")
                .arg("--host")
                .arg(&self.folder.path)
                .stdin(Stdio::null())
                .status()
                .is_ok_and(|status| status.success());
            if answers {
                return Ok(());
            }
            sleep(POLL);
        }
        Err(self.did_not_start("did not answer in time"))
    }

    fn make_database(&self, programs: &Path) -> Result<(), Failure> {
        process::run(
            Command::new(programs.join("createdb"))
                .arg("--host")
                .arg(&self.folder.path)
                .args(["--username", SUPERUSER, DATABASE]),
        )
    }

    fn did_not_start(&self, how: &str) -> Failure {
        let log = fs::read_to_string(self.folder.log()).unwrap_or_default();
        Failure::new(format!("PostgreSQL {how}; it wrote:\n{log}"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: connections are ended, nothing is waited for.
        if let Some(server) = process::pid_of(&self.server) {
            let _ = kill_process(server, Signal::INT);
        }
        let deadline = Instant::now() + Duration::from_secs(STOP_SECONDS_MAX);
        while matches!(self.server.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                drop(self.server.kill());
                drop(self.server.wait());
                break;
            }
            sleep(POLL);
        }
    }
}

/// The temporary folder with data, socket and log; dropping it removes it.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn make() -> Result<Self, Failure> {
        let folder = Self::claim(&std::env::temp_dir())?;
        give_to_server(&folder.path)?;
        Ok(folder)
    }

    /// Takes a name that nobody has, and never a folder that is there: in containers every run has
    /// the same process id, and one that was killed leaves its folder behind.
    fn claim(parent: &Path) -> Result<Self, Failure> {
        let mut last = None;
        for number in 0..FOLDER_NAMES_MAX {
            // The name is short because a socket's path may have about 100 bytes.
            let path = parent.join(format!("vestibule-pg-{}-{number}", std::process::id()));
            match fs::DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => last = Some(error),
                Err(error) => {
                    last = Some(error);
                    break;
                }
            }
        }
        let reason = last.map_or_else(String::new, |error| format!(": {error}"));
        Err(Failure::new(format!(
            "cannot make a folder in {}{reason}",
            parent.display()
        )))
    }

    fn log(&self) -> PathBuf {
        self.path.join("server.log")
    }

    fn cannot(&self, error: &std::io::Error) -> Failure {
        Failure::new(format!("cannot use {}: {error}", self.path.display()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            eprintln!("xtask: cannot remove {}: {error}", self.path.display());
        }
    }
}

/// Gives a folder to whoever runs the server.
fn give_to_server(path: &Path) -> Result<(), Failure> {
    if geteuid().is_root() {
        let owner = number_of(SYSTEM_USER, "--user")?;
        let group = number_of(SYSTEM_USER, "--group")?;
        chown(path, Some(owner), Some(group))
            .map_err(|error| Failure::new(format!("cannot use {}: {error}", path.display())))?;
    }
    Ok(())
}

/// One of PostgreSQL's programs, run as a user that it accepts.
fn as_server(program: &Path, folder: &Path) -> Command {
    let mut command = match process::on_path("setpriv") {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            if geteuid().is_root() {
                command
                    .arg(format!("--reuid={SYSTEM_USER}"))
                    .arg(format!("--regid={SYSTEM_USER}"))
                    .arg("--init-groups");
            }
            // The kernel stops the server even where we are killed outright.
            command.arg("--pdeathsig=INT").arg("--").arg(program);
            command
        }
        None => Command::new(program),
    };
    // The server's user may not be able to read the folder that we were called from.
    command.current_dir(folder);
    command
}

/// The number of a system user or of its group.
fn number_of(user: &str, which: &str) -> Result<u32, Failure> {
    let output = Command::new("id")
        .args([which, user])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::new(format!("cannot run `id`: {error}")))?;
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .map_err(|_| {
            Failure::new(format!(
                "there is no system user `{user}` to run PostgreSQL as"
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that is there already belongs to somebody else: it is neither taken nor removed.
    #[test]
    fn a_folder_that_is_there_is_left_alone() {
        let parent = std::env::temp_dir().join(format!("vestibule-claim-{}", std::process::id()));
        fs::create_dir(&parent).unwrap();
        let first = Folder::claim(&parent).unwrap();
        let second = Folder::claim(&parent).unwrap();
        assert_ne!(first.path, second.path);
        let kept = first.path.clone();
        drop(second);
        assert!(kept.is_dir());
        drop(first);
        assert!(!kept.exists());
        assert!(Folder::claim(&parent.join("missing")).is_err());
        fs::remove_dir(&parent).unwrap();
    }
}
