//! The server's secret key beside a SQLite database: read, or made at the first start.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use vestibule_storage::SecretKey;

use crate::failure::{Failure, Kind};
use crate::settings::key_of;

/// The key in the file beside that database; made there when there is none.
///
/// # Errors
/// When the file cannot be read or written, is open to others, or holds no key.
pub(crate) fn beside(database: &Path) -> Result<SecretKey, Failure> {
    let path = file_beside(database);
    match fs::read_to_string(&path) {
        Ok(text) => {
            check_private(&path)?;
            key_of(&text).map_err(|what| {
                Failure::usage(format!("the key file `{}`: {what}", path.display()))
            })
        }
        Err(error) if error.kind() == ErrorKind::NotFound => make(&path),
        Err(error) => Err(Failure::because(
            Kind::System,
            format!("the key file `{}` cannot be read", path.display()),
            &error,
        )),
    }
}

/// Where the key of that database lies: `vestibule.db.key` beside `vestibule.db`.
pub(crate) fn file_beside(database: &Path) -> PathBuf {
    let mut name = OsString::from(database);
    name.push(".key");
    PathBuf::from(name)
}

fn make(path: &Path) -> Result<SecretKey, Failure> {
    let failed = |error: &dyn std::error::Error| {
        let what = format!("the key file `{}` cannot be made", path.display());
        Failure::because(Kind::System, what, error)
    };
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| failed(&error))?;
    let mut file = private_file(path).map_err(|error| failed(&error))?;
    writeln!(file, "{}", STANDARD.encode(bytes)).map_err(|error| failed(&error))?;
    // Links in mails that were sent depend on it: it must be there after a power cut too.
    file.sync_all().map_err(|error| failed(&error))?;
    Ok(SecretKey::new(bytes))
}

#[cfg(unix)]
fn private_file(path: &Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> std::io::Result<fs::File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn check_private(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;

    let open_to_others =
        fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
    if open_to_others {
        return Err(Failure::usage(format!(
            "the key file `{0}` can be read by others: `chmod 600 {0}`",
            path.display()
        )));
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_private(_: &Path) -> Result<(), Failure> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("house.db");
        beside(&database).unwrap();
        let written = fs::read_to_string(file_beside(&database)).unwrap();
        beside(&database).unwrap();
        assert_eq!(fs::read_to_string(file_beside(&database)).unwrap(), written);
        assert!(key_of(&written).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("house.db");
        beside(&database).unwrap();
        let path = file_beside(&database);
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let said = beside(&database).unwrap_err().to_string();
        assert!(said.contains("chmod 600"), "{said}");
    }

    #[test]
    fn a_key_file_without_a_key_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("house.db");
        let path = file_beside(&database);
        private_file(&path).unwrap().write_all(b"nonsense").unwrap();
        assert!(
            beside(&database)
                .unwrap_err()
                .to_string()
                .contains("32 bytes")
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), "nonsense");
    }
}
