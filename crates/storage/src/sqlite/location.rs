//! Where a SQLite database lies, and the lock that says that a server holds it.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::Fault;

/// The path in a URL like `sqlite://vestibule.db` or `sqlite:///var/lib/vestibule.db`.
pub(crate) fn path_of(url: &str) -> Result<PathBuf, Fault> {
    let path = url
        .strip_prefix("sqlite://")
        .filter(|path| !path.is_empty() && !path.contains(['?', '#', '\0']))
        .ok_or_else(|| {
            Fault::config(format!(
                "`{url}` names no file; write `sqlite://vestibule.db` or `sqlite:///full/path.db`"
            ))
        })?;
    Ok(PathBuf::from(path))
}

/// Makes the file where there is none, for its owner alone: what is in it is personal.
///
/// SQLite gives the files that it makes beside it the same rights.
pub(crate) fn make(database: &Path) -> Result<(), Fault> {
    match private().create_new(true).open(database) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Fault::unavailable(format!(
            "the database `{}` cannot be made",
            database.display()
        ))
        .because(error)),
    }
}

/// How files are opened that others have no business with.
fn private() -> OpenOptions {
    let mut options = File::options();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;

        options.mode(0o600);
    }
    options
}

/// Takes the lock of a server on that database, for as long as the file is kept open.
///
/// The lock is the operating system's, so it ends with the process whatever happens to it.
pub(crate) fn lock(database: &Path) -> Result<File, Fault> {
    let mut name = OsString::from(database);
    name.push(".lock");
    let path = PathBuf::from(name);
    let file = private()
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|error| {
            Fault::unavailable(format!(
                "`{}` cannot be written: the directory of the database must be writable",
                path.display()
            ))
            .because(error)
        })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Fault::config(format!(
            "another server is running on `{}`; a SQLite database has one server, end that one first",
            database.display()
        ))),
        Err(TryLockError::Error(error)) => {
            Err(Fault::unavailable(format!("`{}` cannot be locked", path.display())).because(error))
        }
    }
}
