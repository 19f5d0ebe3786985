//! Jobs that wait, by organization: each organization has one writer at a time in this server,
//! which takes all that waits for it, because connections that contend for one row do half of
//! what one alone does.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use vestibule_domain::OrganizationId;

use crate::Fault;
use crate::company::Company;
use crate::crowd::{self, Crowd};
use crate::pending::{PendingJob, SUBMISSIONS_MAX};

/// How many jobs may wait for one organization before more are refused as unavailable.
const WAITING_MAX: usize = 4096;
/// How many times one transaction decides: each takes some statements, and all wait for the last.
const COMPANIES_MAX: usize = 64;

/// What waits, of organizations that have a writer.
#[derive(Default)]
pub(super) struct Queues {
    waiting: Mutex<HashMap<OrganizationId, Queue>>,
}

/// What waits for one organization's writer.
#[derive(Default)]
struct Queue {
    jobs: VecDeque<PendingJob>,
    crowd: Crowd,
}

/// Whether a job found a writer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joined {
    /// One that is at work takes it.
    ThereIsAWriter,
    /// None is at work: who put it there sees to it that one comes.
    NeedsAWriter,
}

impl Queues {
    /// Puts a job behind the others of its organization.
    pub(super) fn join(&self, job: PendingJob) -> Joined {
        let mut waiting = self.lock();
        let organization = job.organization();
        let joined = match waiting.get(&organization) {
            Some(queue) if queue.jobs.len() >= WAITING_MAX => {
                drop(waiting);
                job.fail(Fault::unavailable(
                    "too many changes wait for this organization",
                ));
                return Joined::ThereIsAWriter;
            }
            Some(_) => Joined::ThereIsAWriter,
            None => Joined::NeedsAWriter,
        };
        let queue = waiting.entry(organization).or_default();
        queue.jobs.push_back(job);
        joined
    }

    /// What the organization's writer commits next; empty when nothing waits, and then the writer
    /// has ended.
    pub(super) fn next(&self, organization: OrganizationId) -> Vec<Company> {
        let mut waiting = self.lock();
        let Some(queue) = waiting.get_mut(&organization) else {
            return Vec::new();
        };
        let mut group: Vec<Company> = Vec::new();
        let mut submissions = 0_usize;
        while submissions < SUBMISSIONS_MAX
            && group.len() < COMPANIES_MAX
            && let Some(next) = queue.jobs.pop_front()
        {
            submissions = submissions.saturating_add(next.portion().len().max(1));
            // RACE: a transaction that held one account and waited for another could meet one that
            // holds them the other way round; so whoever holds accounts is the last in it.
            let is_last = next.holds_accounts();
            match group.last_mut().filter(|company| company.takes(&next)) {
                Some(company) => company.push(next),
                None => group.push(Company::of(next)),
            }
            if is_last {
                break;
            }
        }
        if group.is_empty() {
            waiting.remove(&organization);
        }
        group
    }

    /// Takes everything that waits, when no writer can come.
    pub(super) fn abandon(&self, organization: OrganizationId) -> VecDeque<PendingJob> {
        let queue = self.lock().remove(&organization);
        queue.map(|queue| queue.jobs).unwrap_or_default()
    }

    /// Remembers how many are answered now.
    pub(super) fn answers(&self, organization: OrganizationId, answered: usize) {
        if let Some(queue) = self.lock().get_mut(&organization) {
            queue.crowd.answered(answered, queue.jobs.len());
        }
    }

    /// Waits a moment for those who were just answered, where that brings them back.
    pub(super) fn await_those_just_answered(&self, organization: OrganizationId) {
        let awaited = self
            .lock()
            .get_mut(&organization)
            .and_then(|queue| queue.crowd.awaited());
        let Some(awaited) = awaited else { return };
        let came = crowd::wait_for(awaited, || {
            let waiting = self.lock();
            waiting
                .get(&organization)
                .map_or(0, |queue| queue.jobs.len())
        });
        if let Some(queue) = self.lock().get_mut(&organization) {
            queue.crowd.came(came);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OrganizationId, Queue>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
