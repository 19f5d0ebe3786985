//! SQLite: one writer thread that commits what waits together, and a few reader threads.

use std::fs::File;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use diesel_migrations::MigrationHarness;

use crate::migrations::SQLITE;
use crate::together::{KeyQuestions, RevisionQuestions, SessionQuestions, Together};
use crate::transaction::Transactions;
use crate::workers::{LONG_WAITING_MAX, WAITING_MAX, Workers};
use crate::{Done, Fault, Holder, Job, OpenOptions};

pub(crate) mod batch;
pub(crate) mod dialect;
mod location;
#[path = "queries.rs"]
pub(crate) mod queries;
mod writer;

/// A connection to this database.
pub(crate) type Conn = SqliteConnection;

/// What every connection is set to. The writer of another process is waited for, at most 5 s.
const SETTINGS: &str = "
    pragma busy_timeout = 5000;
    pragma foreign_keys = on;
    pragma temp_store = memory;
    pragma trusted_schema = off;
";
/// What the writer's connection is set to beside: durable with every commit.
const WRITER_SETTINGS: &str = "
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma cache_size = -16000;
    pragma journal_size_limit = 67108864;
";
const READER_SETTINGS: &str = "
    pragma query_only = on;
    pragma cache_size = -4000;
";

/// A SQLite database that is open.
pub(crate) struct SqliteStore {
    pub(crate) readers: Workers<Reader>,
    /// Who the requests are by that show a session's token.
    pub(crate) sessions: SessionQuestions<Reader>,
    /// Who the requests are by that show a key.
    pub(crate) keys: KeyQuestions<Reader>,
    /// At which revision organizations are.
    pub(crate) revisions: RevisionQuestions<Reader>,
    walker: Workers<Reader>,
    writer: writer::Writer,
    /// Held for as long as the store is there: it tells a second server that there is a first.
    _lock: Option<File>,
}

/// A reader thread's connection, opened when it is first needed.
pub(crate) struct Reader {
    path: PathBuf,
    conn: Option<Conn>,
}

impl SqliteStore {
    /// Opens the file, makes it where there is none, and migrates it.
    pub(crate) fn open(url: &str, options: OpenOptions) -> Result<std::sync::Arc<Self>, Fault> {
        let path = location::path_of(url)?;
        let lock = match options.holder {
            Holder::Server => Some(location::lock(&path)?),
            Holder::Command => None,
        };
        location::make(&path)?;
        let mut conn = writer_connection(&path)?;
        migrate(&mut conn)?;
        if lock.is_some() {
            must_be_writable(&mut conn)?;
        }
        let reader = || Reader {
            path: path.clone(),
            conn: None,
        };
        let readers = (0..options.readers.max(1)).map(|_| reader());
        Ok(std::sync::Arc::new(Self {
            readers: Workers::start("vestibule-read", readers, WAITING_MAX)?,
            sessions: Together::new(|reader, asked| {
                reader.with(|conn| queries::sessions::by_digests(conn, asked))
            }),
            keys: Together::new(|reader, asked| {
                reader.with(|conn| queries::api_key_rows::by_digests(conn, asked))
            }),
            revisions: Together::new(|reader, asked| {
                reader.with(|conn| queries::organizations::revisions(conn, asked))
            }),
            walker: Workers::start("vestibule-walk", [reader()], LONG_WAITING_MAX)?,
            writer: writer::Writer::start(conn, path, options.policy)?,
            _lock: lock,
        }))
    }

    /// Runs a read on a reader thread.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        function: impl FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.readers.run(move |reader| reader.with(function)).await
    }

    /// Runs a long read on the thread for those.
    pub(crate) async fn walk<T: Send + 'static>(
        &self,
        function: impl FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.walker.run(move |reader| reader.with(function)).await
    }

    /// Runs a job on the writer thread.
    pub(crate) async fn execute(&self, job: Job) -> Result<Done, Fault> {
        self.writer.execute(job).await
    }

    /// Runs a change of what belongs to no organization on the writer thread.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        function: impl FnMut(&mut Conn) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.writer.write(function).await
    }
}

impl Reader {
    /// Runs a function on the connection; one that a function left by a panic is not used again.
    fn with<T>(
        &mut self,
        function: impl FnOnce(&mut Conn) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => reader_connection(&self.path)?,
        };
        let returned = function(&mut conn);
        self.conn = Some(conn);
        returned
    }
}

/// A connection that reads.
fn reader_connection(path: &Path) -> Result<Conn, Fault> {
    let mut conn = establish(path)?;
    conn.batch_execute(SETTINGS)?;
    conn.batch_execute(READER_SETTINGS)?;
    Ok(conn)
}

/// A connection that writes.
fn writer_connection(path: &Path) -> Result<Conn, Fault> {
    let mut conn = establish(path)?;
    conn.batch_execute(SETTINGS)?;
    conn.batch_execute(WRITER_SETTINGS)?;
    Ok(conn)
}

fn establish(path: &Path) -> Result<Conn, Fault> {
    let path = path
        .to_str()
        .ok_or_else(|| Fault::config("the path of the database is not UTF-8"))?;
    Conn::establish(path).map_err(|error| {
        Fault::unavailable(format!("the database `{path}` cannot be opened")).because(error)
    })
}

/// Fails on a file that cannot be written, which a server would learn at its first change only.
fn must_be_writable(conn: &mut Conn) -> Result<(), Fault> {
    // SQLITE: on such a file BEGIN IMMEDIATE begins a transaction that reads, and says nothing.
    conn.batch_execute("delete from sessions where false")?;
    Ok(())
}

/// Runs what is new among the migrations, all in one transaction.
fn migrate(conn: &mut Conn) -> Result<(), Fault> {
    // RACE: another server or command may migrate at the same time; whoever comes second waits
    // for the lock, and then finds nothing to do.
    conn.in_transaction(|conn| {
        conn.run_pending_migrations(SQLITE)
            .map_err(Fault::of_migration)?;
        Ok(())
    })
}
