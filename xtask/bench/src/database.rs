//! Databases to measure on: new ones that go again, and loaded ones that are kept for the next run.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::failure::Failure;

/// Where `cargo xtask bench` says that its PostgreSQL is.
const POSTGRES_VARIABLE: &str = "VESTIBULE_BENCH_POSTGRES_URL";
/// Where databases stand, below the top folder; they are as durable as the disk that holds it.
const FOLDER: &str = "target/bench";

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

/// One database, with a folder beside it for the files of a server.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) kind: Kind,
    pub(crate) url: String,
    folder: PathBuf,
    lasting: Lasting,
}

#[derive(Debug, PartialEq, Eq)]
enum Lasting {
    Kept,
    Gone,
}

impl Kind {
    /// Those that can be measured on here, of those that were asked for.
    pub(crate) fn is_there(self) -> bool {
        match self {
            Self::Sqlite => true,
            Self::Postgres => cfg!(feature = "postgres") && postgres_url().is_some(),
        }
    }
}

impl Database {
    /// A new database that goes with this.
    pub(crate) fn new(kind: Kind) -> Result<Self, Failure> {
        let name = format!("bench_{}", Uuid::now_v7().simple());
        Self::named(kind, &name, Lasting::Gone)
    }

    /// The database of that name, and whether it was made only now.
    ///
    /// The name has to change with whatever is loaded into it.
    pub(crate) fn kept(kind: Kind, name: &str) -> Result<(Self, Made), Failure> {
        let digest = schema_digest(kind)?;
        let name = format!("kept_{name}_{digest}");
        let marker = Path::new(FOLDER)
            .join(kind.to_string())
            .join(&name)
            .join("loaded");
        let made = if marker.exists() && exists(kind, &name)? {
            Made::Before
        } else {
            remove(kind, &name)?;
            Made::Now
        };
        Ok((Self::named(kind, &name, Lasting::Kept)?, made))
    }

    /// Says that all is loaded: the next run finds it as it is.
    pub(crate) fn keep(&self) -> Result<(), Failure> {
        fs::write(self.folder.join("loaded"), "")?;
        Ok(())
    }

    /// Beside which the server's files stand.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file that SQLite keeps it in.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("vestibule.db")
    }

    fn named(kind: Kind, name: &str, lasting: Lasting) -> Result<Self, Failure> {
        let folder = std::env::current_dir()?
            .join(FOLDER)
            .join(kind.to_string())
            .join(name);
        fs::create_dir_all(&folder)?;
        let url = match kind {
            Kind::Sqlite => format!("sqlite://{}", folder.join("vestibule.db").display()),
            Kind::Postgres => {
                if !exists(kind, name)? {
                    postgres::make(name)?;
                }
                postgres::url_of(name)?
            }
        };
        Ok(Self {
            kind,
            url,
            folder,
            lasting,
        })
    }
}

/// Whether a kept database was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Made {
    Now,
    Before,
}

impl Drop for Database {
    fn drop(&mut self) {
        if self.lasting == Lasting::Gone {
            let name = self
                .folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy();
            if let Err(failure) = remove(self.kind, &name) {
                eprintln!("bench: a database is left behind: {failure}");
            }
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

impl Kind {
    /// As people write it.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

fn exists(kind: Kind, name: &str) -> Result<bool, Failure> {
    match kind {
        Kind::Sqlite => Ok(Path::new(FOLDER)
            .join(kind.to_string())
            .join(name)
            .join("vestibule.db")
            .exists()),
        Kind::Postgres => postgres::exists(name),
    }
}

fn remove(kind: Kind, name: &str) -> Result<(), Failure> {
    if kind == Kind::Postgres && postgres::exists(name)? {
        postgres::drop(name)?;
    }
    let folder = Path::new(FOLDER).join(kind.to_string()).join(name);
    match fs::remove_dir_all(&folder) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A digest of the migrations and of what loads: another schema is another database.
fn schema_digest(kind: Kind) -> Result<String, Failure> {
    let mut hash = Sha256::new();
    hash.update(include_str!("loaded.rs"));
    let mut folders: Vec<PathBuf> = fs::read_dir(Path::new("migrations").join(kind.to_string()))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    folders.sort();
    for folder in folders {
        hash.update(fs::read(folder.join("up.sql"))?);
    }
    let digest = hash.finalize();
    Ok(digest
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

fn postgres_url() -> Option<String> {
    std::env::var(POSTGRES_VARIABLE).ok()
}

#[cfg(feature = "postgres")]
mod postgres {
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    use diesel::sql_types::{Bool, Text};

    use super::postgres_url;
    use crate::failure::Failure;

    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        found: bool,
    }

    /// The URL of the database of that name.
    pub(super) fn url_of(name: &str) -> Result<String, Failure> {
        let url = postgres_url().ok_or_else(|| Failure::new("PostgreSQL was not started"))?;
        let (_, rest) = url
            .split_once('?')
            .ok_or_else(|| Failure::new("the URL of PostgreSQL names no socket"))?;
        Ok(format!("postgres:///{name}?{rest}"))
    }

    pub(super) fn exists(name: &str) -> Result<bool, Failure> {
        let found: Found = diesel::sql_query(
            "select exists (select 1 from pg_database where datname = $1) as found",
        )
        .bind::<Text, _>(name)
        .get_result(&mut admin()?)?;
        Ok(found.found)
    }

    pub(super) fn make(name: &str) -> Result<(), Failure> {
        admin()?.batch_execute(&format!("create database {name}"))?;
        Ok(())
    }

    pub(super) fn drop(name: &str) -> Result<(), Failure> {
        admin()?.batch_execute(&format!("drop database {name} with (force)"))?;
        Ok(())
    }

    fn admin() -> Result<PgConnection, Failure> {
        let url = postgres_url().ok_or_else(|| Failure::new("PostgreSQL was not started"))?;
        Ok(PgConnection::establish(&url)?)
    }
}

#[cfg(not(feature = "postgres"))]
mod postgres {
    use crate::failure::Failure;

    fn absent<T>() -> Result<T, Failure> {
        Err(Failure::new("the benchmarks were built without PostgreSQL"))
    }

    pub(super) fn url_of(_: &str) -> Result<String, Failure> {
        absent()
    }

    pub(super) fn exists(_: &str) -> Result<bool, Failure> {
        absent()
    }

    pub(super) fn make(_: &str) -> Result<(), Failure> {
        absent()
    }

    pub(super) fn drop(_: &str) -> Result<(), Failure> {
        absent()
    }
}
