//! The pool: connections that are prepared when they are made, and looked at anew once one of
//! them was found broken.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::r2d2::R2D2Connection;
use diesel::{Connection, PgConnection};
use r2d2::ManageConnection;

use crate::{Fault, FaultKind};

/// How long a thread waits for a connection before the database counts as unreachable.
const CONNECT_SECONDS_MAX: u64 = 5;
/// What every connection is set to: no statement of ours takes as long, and no lock may. What is
/// compiled or run in parallel pays off in seconds, and nothing of ours takes any.
const SETTINGS: &str = "
    set jit = off;
    set max_parallel_workers_per_gather = 0;
    set statement_timeout = '60s';
    set lock_timeout = '20s';
    set idle_in_transaction_session_timeout = '60s';
    set timezone = 'UTC';
    set client_min_messages = warning;
";
/// The planner takes the way by an index, whatever it believes of how many rows there are: rows come in
/// the order of an index instead of being sorted, and tables are entered by one.
const BY_INDEX: &str = "
    set enable_seqscan = off;
    set enable_sort = off;
    set enable_hashjoin = off;
    set enable_mergejoin = off;
    set enable_material = off;
";
/// A connection that reads. A list says by its shape through which index it is met, so that tables are
/// joined as they stand and a plan is made once.
pub(super) const READING: &[&str] = &[
    SETTINGS,
    BY_INDEX,
    "
    set join_collapse_limit = 1;
    set from_collapse_limit = 1;
    set plan_cache_mode = force_generic_plan;
    ",
];
/// A connection that writes. A change reads and writes by keys alone, also where statistics are old, as
/// while an import runs.
pub(super) const WRITING: &[&str] = &[SETTINGS, BY_INDEX];

/// A thread's way to a connection, which it gives back after each task.
#[derive(Clone, Debug)]
pub(crate) struct Pool(r2d2::Pool<Manager>);

impl Pool {
    /// A pool of that many connections, made as they are needed, with these settings.
    pub(super) fn new(url: &str, connections_max: u32, settings: &'static [&'static str]) -> Self {
        Self(
            r2d2::Pool::builder()
                .max_size(connections_max)
                .min_idle(Some(0))
                .connection_timeout(Duration::from_secs(CONNECT_SECONDS_MAX))
                .error_handler(Box::new(r2d2::NopErrorHandler))
                .build_unchecked(Manager {
                    url: url.to_owned(),
                    settings,
                    trouble: Arc::default(),
                }),
        )
    }

    /// Runs a function on a connection; one that proves broken is not used again, and all others
    /// are looked at before they are.
    pub(super) fn with<T>(
        &self,
        function: impl FnOnce(&mut PgConnection) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let mut pooled = self
            .0
            .get()
            .map_err(|error| Fault::unavailable("the database cannot be reached").because(error))?;
        let returned = function(&mut pooled.conn);
        if returned
            .as_ref()
            .is_err_and(|fault| fault.kind() == FaultKind::Unavailable)
        {
            pooled.is_suspect = true;
        }
        returned
    }
}

/// Makes connections, and knows how often there was trouble with one.
#[derive(Debug)]
struct Manager {
    url: String,
    settings: &'static [&'static str],
    trouble: Arc<AtomicU64>,
}

/// A connection, with the trouble that there had been when it was last known to work.
struct Pooled {
    conn: PgConnection,
    trouble: u64,
    is_suspect: bool,
}

impl ManageConnection for Manager {
    type Connection = Pooled;
    type Error = diesel::r2d2::Error;

    fn connect(&self) -> Result<Pooled, diesel::r2d2::Error> {
        let trouble = self.trouble.load(Ordering::Acquire);
        let mut conn =
            PgConnection::establish(&self.url).map_err(diesel::r2d2::Error::ConnectionError)?;
        for settings in self.settings {
            conn.batch_execute(settings)
                .map_err(diesel::r2d2::Error::QueryError)?;
        }
        Ok(Pooled {
            conn,
            trouble,
            is_suspect: false,
        })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), diesel::r2d2::Error> {
        let trouble = self.trouble.load(Ordering::Acquire);
        if pooled.trouble != trouble {
            pooled
                .conn
                .ping()
                .map_err(diesel::r2d2::Error::QueryError)?;
            pooled.trouble = trouble;
        }
        Ok(())
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        let is_broken = pooled.is_suspect || std::thread::panicking() || pooled.conn.is_broken();
        if is_broken {
            self.trouble.fetch_add(1, Ordering::AcqRel);
        }
        is_broken
    }
}

impl fmt::Debug for Pooled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pooled")
    }
}
