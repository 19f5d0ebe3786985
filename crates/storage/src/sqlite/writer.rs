//! The one writer: a thread that takes whatever waits, from any organization, and commits it
//! together, so that one wait for the disk serves all of it.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use tokio::sync::oneshot;
use vestibule_domain::Policy;

use super::{Conn, queries::jobs};
use crate::company::Company;
use crate::crowd::{self, Crowd};
use crate::pending::{PendingJob, SUBMISSIONS_MAX};
use crate::transaction::Transactions;
use crate::{Done, Fault, FaultKind, Job};

/// How many changes may wait before more are refused as unavailable.
const WAITING_MAX: usize = 4096;

/// A job of up to so many submissions shares a transaction with others.
const SHORT_SUBMISSIONS_MAX: usize = 64;

/// The way to the writer's thread.
pub(crate) struct Writer {
    queue: SyncSender<Waiting>,
}

/// Something that waits to be written.
enum Waiting {
    Job(Box<PendingJob>),
    Single(Box<dyn Change>),
}

/// A change of what belongs to no organization. It can run more than once: a transaction that
/// fails for one of its changes is taken back, and each then runs alone.
trait Change: Send {
    /// Writes it, and remembers the answer.
    fn write(&mut self, conn: &mut Conn) -> Result<(), Fault>;

    /// Gives the answer, once it is durable.
    fn answer(self: Box<Self>);

    /// Says that it was not written.
    fn fail(self: Box<Self>, fault: Fault);
}

impl Writer {
    /// Starts the thread; it ends when the store is dropped and nothing waits.
    pub(crate) fn start(
        conn: Conn,
        path: PathBuf,
        policy: Option<Arc<Policy>>,
    ) -> Result<Self, Fault> {
        let (queue, waiting) = sync_channel(WAITING_MAX);
        std::thread::Builder::new()
            .name("vestibule-write".to_owned())
            .spawn(move || {
                Thread {
                    path,
                    policy,
                    conn: Some(conn),
                    waiting,
                    backlog: VecDeque::new(),
                    crowd: Crowd::default(),
                }
                .run();
            })
            .map_err(|error| Fault::unavailable("no thread can be started").because(error))?;
        Ok(Self { queue })
    }

    /// Runs a job with whatever else waits, and answers once it is durable.
    pub(crate) async fn execute(&self, job: Job) -> Result<Done, Fault> {
        let (pending, answered) = PendingJob::new(job);
        self.submit(Waiting::Job(Box::new(pending)))?;
        answered
            .await
            .map_err(|_| Fault::internal("the database's writer failed"))?
    }

    /// Runs a change with whatever else waits, and answers once it is durable.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        function: impl FnMut(&mut Conn) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let (answer, answered) = oneshot::channel();
        self.submit(Waiting::Single(Box::new(Single {
            function,
            written: None,
            answer,
        })))?;
        answered
            .await
            .map_err(|_| Fault::internal("the database's writer failed"))?
    }

    fn submit(&self, waiting: Waiting) -> Result<(), Fault> {
        self.queue.try_send(waiting).map_err(|error| match error {
            TrySendError::Full(_) => Fault::unavailable("too many changes wait for the database"),
            TrySendError::Disconnected(_) => Fault::internal("the database's writer has ended"),
        })
    }
}

/// What the thread owns.
struct Thread {
    path: PathBuf,
    policy: Option<Arc<Policy>>,
    /// None after a fault that may have broken it; opened again at the next change.
    conn: Option<Conn>,
    waiting: Receiver<Waiting>,
    /// What was taken from the queue and not written yet: what is left of long jobs behind what
    /// came while they were written.
    backlog: VecDeque<Waiting>,
    crowd: Crowd,
}

/// What one transaction decides in one go.
enum Unit {
    Jobs(Company),
    Single(Box<dyn Change>),
}

/// Why a transaction failed, and at which of its units, if at one.
struct Failure {
    blamed: Option<usize>,
    fault: Fault,
}

impl Waiting {
    fn is_long(&self) -> bool {
        match self {
            Self::Job(job) => job.portion().len() > SHORT_SUBMISSIONS_MAX,
            Self::Single(_) => false,
        }
    }
}

impl Unit {
    /// How many wait for it.
    fn len(&self) -> usize {
        match self {
            Self::Jobs(company) => company.jobs().len(),
            Self::Single(_) => 1,
        }
    }

    fn write(&mut self, conn: &mut Conn, policy: Option<&Arc<Policy>>) -> Result<(), Fault> {
        match self {
            Self::Single(change) => change.write(conn),
            Self::Jobs(company) => jobs::run_together(conn, policy, company),
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self {
            blamed: None,
            fault,
        }
    }
}

impl Thread {
    fn run(mut self) {
        while self.take_what_waits() {
            let units = self.next_group();
            self.write_together(units);
        }
    }

    /// Waits until there is something to write; false when there never will be.
    fn take_what_waits(&mut self) -> bool {
        if self.backlog.is_empty() {
            match self.waiting.recv() {
                Ok(first) => self.backlog.push_back(first),
                Err(_) => return false,
            }
        }
        self.backlog
            .extend(self.waiting.try_iter().take(WAITING_MAX));
        self.await_those_just_answered();
        true
    }

    /// Waits a moment for those who were just answered, where that brings them back.
    fn await_those_just_answered(&mut self) {
        let Some(awaited) = self.crowd.awaited() else {
            return;
        };
        let came = crowd::wait_for(awaited, || {
            self.backlog
                .extend(self.waiting.try_iter().take(WAITING_MAX));
            self.backlog.len()
        });
        self.crowd.came(came);
    }

    /// As much as one transaction takes, jobs of one organization put together. A long portion
    /// goes alone: whoever came before it does not wait for it to be written.
    fn next_group(&mut self) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        let mut submissions = 0_usize;
        while submissions < SUBMISSIONS_MAX
            && let Some(next) = self
                .backlog
                .pop_front_if(|next| submissions == 0 || !next.is_long())
        {
            match next {
                Waiting::Single(change) => {
                    submissions = submissions.saturating_add(1);
                    units.push(Unit::Single(change));
                }
                Waiting::Job(job) => {
                    submissions = submissions.saturating_add(job.portion().len().max(1));
                    match company_of(&job, &mut units) {
                        Some(company) => company.push(*job),
                        None => units.push(Unit::Jobs(Company::of(*job))),
                    }
                }
            }
        }
        units
    }

    /// Writes units in one transaction. A unit that cannot be written leaves it, and no other
    /// pays for that: each round takes one unit out or one apart, so it ends.
    fn write_together(&mut self, mut units: Vec<Unit>) {
        while !units.is_empty() {
            match self.transact(&mut units) {
                Ok(()) => {
                    // What came meanwhile stands before what is left of long jobs.
                    self.backlog.extend(self.waiting.try_iter());
                    let answered = units.iter().map(Unit::len).sum();
                    self.crowd.answered(answered, self.backlog.len());
                    units.drain(..).for_each(|unit| self.answer(unit));
                }
                Err(Failure {
                    blamed: None,
                    fault,
                }) => {
                    return fail_all(units, fault);
                }
                Err(Failure {
                    blamed: Some(index),
                    fault,
                }) => {
                    let rest = units.split_off(index.saturating_add(1));
                    match units.pop() {
                        Some(Unit::Jobs(company)) if company.jobs().len() > 1 => {
                            units.extend(company.apart().map(Unit::Jobs));
                        }
                        blamed => fail_all(blamed.into_iter().collect(), fault),
                    }
                    units.extend(rest);
                }
            }
        }
    }

    fn transact(&mut self, units: &mut [Unit]) -> Result<(), Failure> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => super::writer_connection(&self.path)?,
        };
        let policy = self.policy.as_ref();
        let mut blamed = None;
        // A panic is one unit's defect and must not end the one writer there is; its connection
        // is not used again.
        let written = catch_unwind(AssertUnwindSafe(|| {
            conn.in_transaction(|conn| {
                for (index, unit) in units.iter_mut().enumerate() {
                    blamed = Some(index);
                    unit.write(conn, policy)?;
                }
                blamed = None;
                Ok(())
            })
        }))
        .unwrap_or_else(|_| Err(Fault::internal("a change failed by a defect of ours")));
        let is_sound = !written.as_ref().is_err_and(|fault| {
            // SQLITE: a full disk can end the transaction behind Diesel's back.
            matches!(fault.kind(), FaultKind::Unavailable | FaultKind::Internal)
        });
        self.conn = is_sound.then_some(conn);
        written.map_err(|fault| Failure { blamed, fault })
    }

    fn answer(&mut self, unit: Unit) {
        match unit {
            Unit::Single(change) => change.answer(),
            Unit::Jobs(company) => {
                let rest = company.answer();
                self.backlog
                    .extend(rest.into_iter().map(|job| Waiting::Job(Box::new(job))));
            }
        }
    }
}

/// The jobs that a job can be decided with: those of its organization that stand last.
fn company_of<'a>(job: &PendingJob, units: &'a mut [Unit]) -> Option<&'a mut Company> {
    units
        .iter_mut()
        .rev()
        .find_map(|unit| match unit {
            Unit::Jobs(company) => {
                (company.organization() == job.organization()).then_some(company)
            }
            Unit::Single(_) => None,
        })
        .filter(|company| company.takes(job))
}

/// Tells everybody of a fault: the first with its source, the others in its words.
fn fail_all(units: Vec<Unit>, fault: Fault) {
    let mut faults = fault.for_many();
    for unit in units {
        match unit {
            Unit::Single(change) => change.fail(faults()),
            Unit::Jobs(company) => company.fail(&mut faults),
        }
    }
}

/// A change as a function, with what it returned.
struct Single<F, T> {
    function: F,
    written: Option<T>,
    answer: oneshot::Sender<Result<T, Fault>>,
}

impl<F, T> Change for Single<F, T>
where
    F: FnMut(&mut Conn) -> Result<T, Fault> + Send,
    T: Send,
{
    fn write(&mut self, conn: &mut Conn) -> Result<(), Fault> {
        self.written = Some((self.function)(conn)?);
        Ok(())
    }

    fn answer(self: Box<Self>) {
        if let Some(written) = self.written {
            // Whoever asked may have gone; then nobody waits for the answer.
            let _ = self.answer.send(Ok(written));
        }
    }

    fn fail(self: Box<Self>, fault: Fault) {
        let _ = self.answer.send(Err(fault));
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

#[cfg(test)]
mod tests {
    use vestibule_domain::test_support::{World, name};
    use vestibule_domain::{Command, EntityId};

    use super::*;
    use crate::{OpenOptions, Origin, Submission};

    /// A job of so many requests.
    fn job(world: &mut World, requests: usize) -> Waiting {
        let submissions = (0..requests)
            .map(|number| {
                let command = Command::CreateEntity {
                    entity: EntityId::new(world.fresh_id()),
                    name: name(&format!("Entity {number}")),
                };
                Submission {
                    request: world.request(world.owner(), command),
                    origin: Origin::default(),
                    new_account: None,
                }
            })
            .collect();
        let (pending, _) = PendingJob::new(Job {
            organization: world.founding.organization,
            submissions,
            precondition: None,
            idempotency: None,
            answer: None,
        });
        Waiting::Job(Box::new(pending))
    }

    /// How many submissions each unit writes next.
    fn lengths<'a>(jobs: impl IntoIterator<Item = &'a PendingJob>) -> Vec<usize> {
        jobs.into_iter().map(|job| job.portion().len()).collect()
    }

    fn of_units(units: &[Unit]) -> Vec<usize> {
        lengths(units.iter().flat_map(|unit| match unit {
            Unit::Jobs(company) => company.jobs(),
            Unit::Single(_) => &[],
        }))
    }

    /// R-INV-8: an import holds nobody up for longer than one portion of it takes.
    #[test]
    fn who_comes_while_an_import_is_written_goes_before_the_rest_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vestibule.db");
        let url = format!("sqlite://{}", path.display());
        drop(super::super::SqliteStore::open(&url, OpenOptions::command()).unwrap());
        let (comes, waiting) = sync_channel(8);
        let mut world = World::numbered(7);
        let mut thread = Thread {
            conn: Some(super::super::writer_connection(&path).unwrap()),
            path,
            policy: None,
            waiting,
            backlog: VecDeque::from([job(&mut world, 1), job(&mut world, SUBMISSIONS_MAX + 200)]),
            crowd: Crowd::default(),
        };
        assert_eq!(
            of_units(&thread.next_group()),
            [1],
            "it waits for no import"
        );
        let portion = thread.next_group();
        assert_eq!(of_units(&portion), [SUBMISSIONS_MAX]);
        for _ in 0..2 {
            assert!(comes.send(job(&mut world, 1)).is_ok());
        }
        thread.write_together(portion);
        assert_eq!(of_units(&thread.next_group()), [1, 1]);
        assert_eq!(of_units(&thread.next_group()), [200]);
    }
}
