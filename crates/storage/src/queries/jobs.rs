//! The one write path inside its transaction: lock, decide over a part, write set-based.

use std::sync::Arc;

use vestibule_domain::{Directory, Policy, Rejection};

use super::decided::{Decided, Terms};
use super::{Conn, dialect, idempotency};
use crate::company::Company;
use crate::job::{Job, Outcome, Submission, Written};
use crate::pending::{PendingJob, Portion};
use crate::transaction::Transactions;
use crate::{Fault, FaultKind, KeptAnswer};

/// How often a batch is decided anew because an account came to be in the meantime.
const ATTEMPTS_MAX: usize = 4;

/// What became of a batch.
#[derive(Debug)]
struct Batch {
    /// What became of each submission, in their order.
    outcomes: Vec<Outcome>,
    /// The part that was loaded, after the batch; none where there is no such organization.
    directory: Option<Arc<Directory>>,
}

/// Decides submissions to one organization and writes what they change. The caller opens the
/// transaction, and commits it before anybody hears of it.
fn run(conn: &mut Conn, terms: &Terms, submissions: &[&Submission]) -> Result<Batch, Fault> {
    let makes_accounts = submissions.iter().any(|one| one.new_account.is_some());
    if !makes_accounts {
        return attempt(conn, terms, submissions);
    }
    // RACE: on PostgreSQL another organization can make the account of the same email between
    // our look and our insert. The insert then waits for that transaction, and all is decided
    // anew with the account that is there.
    for _ in 1..ATTEMPTS_MAX {
        match conn.in_transaction(|conn| attempt(conn, terms, submissions)) {
            Err(fault) if fault.kind() == FaultKind::Conflict => {}
            decided => return decided,
        }
    }
    attempt(conn, terms, submissions)
}

/// Writes the next portion of a job on its own, and its answer with the last.
pub(crate) fn run_alone(
    conn: &mut Conn,
    policy: Option<&Arc<Policy>>,
    job: &PendingJob,
) -> Result<Portion, Fault> {
    if !holds(conn, job)? {
        return Ok(Portion::Outdated);
    }
    let submissions: Vec<&Submission> = job.portion().iter().collect();
    let batch = run(conn, &Terms::of(job, policy), &submissions)?;
    let answer = if job.is_last_portion() {
        let outcomes = job.outcomes_with(&batch.outcomes);
        answer(conn, job.job(), &outcomes, batch.directory.as_deref())?
    } else {
        None
    };
    Ok(Portion::Written {
        outcomes: batch.outcomes,
        directory: batch.directory,
        answer,
    })
}

/// Writes the next portions of jobs to one organization in one go. Of several none makes its answer
/// inside the transaction.
pub(crate) fn run_together(
    conn: &mut Conn,
    policy: Option<&Arc<Policy>>,
    company: &mut Company,
) -> Result<(), Fault> {
    let portions = match company.jobs() {
        [] => Vec::new(),
        [job] => vec![run_alone(conn, policy, job)?],
        [first, ..] => run_in_one_go(conn, &Terms::of(first, policy), company.jobs())?,
    };
    company.note(portions);
    Ok(())
}

fn run_in_one_go(
    conn: &mut Conn,
    terms: &Terms,
    jobs: &[PendingJob],
) -> Result<Vec<Portion>, Fault> {
    let submissions: Vec<&Submission> = jobs.iter().flat_map(PendingJob::portion).collect();
    let batch = run(conn, terms, &submissions)?;
    let mut outcomes = batch.outcomes.into_iter();
    Ok(jobs
        .iter()
        .map(|job| Portion::Written {
            outcomes: outcomes.by_ref().take(job.portion().len()).collect(),
            directory: batch.directory.clone(),
            answer: None,
        })
        .collect())
}

impl Terms {
    fn of(job: &PendingJob, policy: Option<&Arc<Policy>>) -> Self {
        Self {
            organization: job.organization(),
            policy: policy.cloned(),
        }
    }
}

/// Whether the precondition of a job holds, under the lock that its decision will have; where there
/// is no such organization, the decision says so.
fn holds(conn: &mut Conn, job: &PendingJob) -> Result<bool, Fault> {
    let Some(precondition) = job
        .job()
        .precondition
        .as_ref()
        .filter(|_| job.is_untouched())
    else {
        return Ok(true);
    };
    let Some(stored) = dialect::lock(conn, job.organization())? else {
        return Ok(true);
    };
    precondition(&mut Written {
        outcomes: &[],
        directory: &Directory::part(stored.organization()?),
        connection: dialect::written(conn),
    })
}

/// Makes the answer of a job, and keeps it for its idempotency key.
fn answer(
    conn: &mut Conn,
    job: &Job,
    outcomes: &[Outcome],
    directory: Option<&Directory>,
) -> Result<Option<KeptAnswer>, Fault> {
    let made = match (&job.answer, directory) {
        (Some(answer), Some(directory)) => answer(&mut Written {
            outcomes,
            directory,
            connection: dialect::written(conn),
        })?,
        _ => None,
    };
    if let Some(claim) = &job.idempotency {
        // Only accepted outcomes are kept.
        let accepted = outcomes.iter().any(Result::is_ok);
        match made.as_ref().filter(|_| accepted) {
            Some(answer) => idempotency::complete(conn, claim, answer)?,
            None => idempotency::release(conn, claim)?,
        }
    }
    Ok(made)
}

fn attempt(conn: &mut Conn, terms: &Terms, submissions: &[&Submission]) -> Result<Batch, Fault> {
    let Some(decided) = Decided::of(conn, terms, submissions)? else {
        return Ok(Batch {
            outcomes: submissions
                .iter()
                .map(|_| Err(Rejection::NotFound))
                .collect(),
            directory: None,
        });
    };
    decided.write(conn, submissions)?;
    Ok(Batch {
        outcomes: decided.outcomes,
        directory: Some(Arc::new(decided.part)),
    })
}
