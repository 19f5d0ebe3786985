//! PostgreSQL: pooled connections, and one writer an organization in each server.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use diesel_migrations::MigrationHarness;
use vestibule_domain::{OrganizationId, Policy};

use crate::company::Company;
use crate::migrations::POSTGRES;
use crate::pending::PendingJob;
use crate::together::{KeyQuestions, RevisionQuestions, SessionQuestions, Together};
use crate::transaction::Transactions;
use crate::workers::{LONG_WAITING_MAX, WAITING_MAX, Workers};
use crate::{Done, Fault, FaultKind, Job, OpenOptions};
use pool::{Pool, READING, WRITING};
use queues::{Joined, Queues};

pub(crate) mod batch;
mod column;
pub(crate) mod dialect;
mod pool;
#[expect(
    clippy::duplicate_mod,
    reason = "the queries are written once and compiled for each database"
)]
#[path = "queries.rs"]
pub(crate) mod queries;
mod queues;

/// A connection to this database.
pub(crate) type Conn = PgConnection;

/// The advisory lock under which a server migrates: "vestibul" in ASCII.
const MIGRATION_LOCK: i64 = 0x7665_7374_6962_756c;
/// A PostgreSQL database that is open.
pub(crate) struct PostgresStore {
    pub(crate) readers: Workers<Pool>,
    /// Who the requests are by that show a session's token.
    pub(crate) sessions: SessionQuestions<Pool>,
    /// Who the requests are by that show a key.
    pub(crate) keys: KeyQuestions<Pool>,
    /// At which revision organizations are.
    pub(crate) revisions: RevisionQuestions<Pool>,
    walker: Workers<Pool>,
    writers: Arc<Workers<Pool>>,
    queues: Arc<Queues>,
    policy: Option<Arc<Policy>>,
}

impl PostgresStore {
    /// Connects and migrates.
    pub(crate) fn open(url: &str, options: OpenOptions) -> Result<Arc<Self>, Fault> {
        let mut conn = Conn::establish(url)?;
        migrate(&mut conn)?;
        drop(conn);
        let (readers, writers) = (options.readers.max(1), options.writers.max(1));
        let reading = Pool::new(url, 1 + u32::from(readers), READING);
        let writing = Pool::new(url, u32::from(writers), WRITING);
        let ways = |pool: &Pool, count: u16| vec![pool.clone(); usize::from(count)];
        Ok(Arc::new(Self {
            readers: Workers::start("vestibule-read", ways(&reading, readers), WAITING_MAX)?,
            sessions: Together::new(|pool, asked| {
                pool.with(|conn| queries::sessions::by_digests(conn, asked))
            }),
            keys: Together::new(|pool, asked| {
                pool.with(|conn| queries::api_key_rows::by_digests(conn, asked))
            }),
            revisions: Together::new(|pool, asked| {
                pool.with(|conn| queries::organizations::revisions(conn, asked))
            }),
            walker: Workers::start("vestibule-walk", ways(&reading, 1), LONG_WAITING_MAX)?,
            writers: Arc::new(Workers::start(
                "vestibule-write",
                ways(&writing, writers),
                WAITING_MAX,
            )?),
            queues: Arc::default(),
            policy: options.policy,
        }))
    }

    /// Runs a read on a reader thread.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        function: impl FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.readers.run(move |pool| pool.with(function)).await
    }

    /// Runs a long read on the thread for those.
    pub(crate) async fn walk<T: Send + 'static>(
        &self,
        function: impl FnOnce(&mut Conn) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.walker.run(move |pool| pool.with(function)).await
    }

    /// Runs a job with whatever else waits for its organization.
    pub(crate) async fn execute(&self, job: Job) -> Result<Done, Fault> {
        let organization = job.organization;
        let (pending, answered) = PendingJob::new(job);
        if self.queues.join(pending) == Joined::NeedsAWriter {
            let policy = self.policy.clone();
            bring_writer(&self.writers, &self.queues, policy, organization);
        }
        answered
            .await
            .map_err(|_| Fault::internal("the database's writer failed"))?
    }

    /// Runs a change of what belongs to no organization, in a transaction of its own.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        mut function: impl FnMut(&mut Conn) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        self.writers
            .run(move |pool| pool.with(|conn| conn.in_transaction(|conn| function(conn))))
            .await
    }
}

/// Brings a writer to an organization: it takes one group, and comes back for the next behind the
/// writers of other organizations.
fn bring_writer(
    writers: &Arc<Workers<Pool>>,
    queues: &Arc<Queues>,
    policy: Option<Arc<Policy>>,
    organization: OrganizationId,
) {
    let (again, others) = (Arc::downgrade(writers), Arc::clone(queues));
    let submitted = writers.submit(move |pool| {
        let group = others.next(organization);
        if group.is_empty() {
            return;
        }
        let answers = |answered| others.answers(organization, answered);
        for rest in write_together(pool, policy.as_ref(), group, &answers) {
            // The organization has a writer, this one, so that nobody else is brought.
            let _ = others.join(rest);
        }
        others.await_those_just_answered(organization);
        match again.upgrade() {
            Some(writers) => bring_writer(&writers, &others, policy, organization),
            None => fail_all(
                others.abandon(organization),
                Fault::unavailable("the server is ending"),
            ),
        }
    });
    if let Err(fault) = submitted {
        fail_all(queues.abandon(organization), fault);
    }
}

/// Writes jobs of one organization in one transaction, and returns those with more to write; says
/// how many it answers before it does.
fn write_together(
    pool: &Pool,
    policy: Option<&Arc<Policy>>,
    mut group: Vec<Company>,
    answers: &dyn Fn(usize),
) -> Vec<PendingJob> {
    // A panic is one job's defect, and must not leave its organization without a writer.
    let written = catch_unwind(AssertUnwindSafe(|| {
        pool.with(|conn| {
            conn.in_transaction(|conn| {
                group
                    .iter_mut()
                    .try_for_each(|company| queries::jobs::run_together(conn, policy, company))
            })
        })
    }))
    .unwrap_or_else(|_| Err(Fault::internal("a change failed by a defect of ours")));
    match written {
        Ok(()) => {
            answers(jobs_in(&group));
            group.into_iter().flat_map(Company::answer).collect()
        }
        // One of them is to blame, and no other may pay for it.
        Err(fault) if jobs_in(&group) > 1 && fault.kind() != FaultKind::Unavailable => group
            .into_iter()
            .flat_map(Company::apart)
            .flat_map(|company| write_together(pool, policy, vec![company], answers))
            .collect(),
        Err(fault) => {
            let mut faults = fault.for_many();
            group
                .into_iter()
                .for_each(|company| company.fail(&mut faults));
            Vec::new()
        }
    }
}

/// How many jobs there are.
fn jobs_in(group: &[Company]) -> usize {
    group.iter().map(|company| company.jobs().len()).sum()
}

/// Tells everybody of a fault.
fn fail_all(jobs: impl IntoIterator<Item = PendingJob>, fault: Fault) {
    let mut faults = fault.for_many();
    jobs.into_iter().for_each(|job| job.fail(faults()));
}

/// Runs what is new among the migrations.
fn migrate(conn: &mut Conn) -> Result<(), Fault> {
    conn.batch_execute("set client_min_messages = warning")?;
    // RACE: servers that start together wait here for one another; whoever comes second finds
    // nothing to do. The lock ends with the connection, whatever happens.
    conn.batch_execute(&format!("select pg_advisory_lock({MIGRATION_LOCK})"))?;
    conn.run_pending_migrations(POSTGRES)
        .map_err(Fault::of_migration)?;
    conn.batch_execute(&format!("select pg_advisory_unlock({MIGRATION_LOCK})"))?;
    Ok(())
}
