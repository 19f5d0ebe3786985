//! Jobs that wait, by organization: each organization has one writer at a time in this server,
//! which takes all that waits for it, because connections that contend for one row do half of
//! what one alone does.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use vestibule_domain::OrganizationId;

use crate::Fault;
use crate::pending::{PendingJob, SUBMISSIONS_MAX};

/// How many jobs may wait for one organization before more are refused as unavailable.
const WAITING_MAX: usize = 4096;

/// What waits, of organizations that have a writer.
#[derive(Default)]
pub(super) struct Queues {
    waiting: Mutex<HashMap<OrganizationId, VecDeque<PendingJob>>>,
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
            Some(queue) if queue.len() >= WAITING_MAX => {
                drop(waiting);
                job.fail(Fault::unavailable(
                    "too many changes wait for this organization",
                ));
                return Joined::ThereIsAWriter;
            }
            Some(_) => Joined::ThereIsAWriter,
            None => Joined::NeedsAWriter,
        };
        waiting.entry(organization).or_default().push_back(job);
        joined
    }

    /// What the organization's writer decides next in one go; empty when nothing waits, and then
    /// the writer has ended.
    pub(super) fn next(&self, organization: OrganizationId) -> Vec<PendingJob> {
        let mut waiting = self.lock();
        let Some(queue) = waiting.get_mut(&organization) else {
            return Vec::new();
        };
        let mut group: Vec<PendingJob> = Vec::new();
        let mut submissions = 0_usize;
        while submissions < SUBMISSIONS_MAX
            && let Some(next) = queue.front()
        {
            let stands_alone = !next.goes_with_others();
            if stands_alone && !group.is_empty() {
                break;
            }
            submissions = submissions.saturating_add(next.portion().len().max(1));
            group.extend(queue.pop_front());
            if stands_alone {
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
        self.lock().remove(&organization).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<OrganizationId, VecDeque<PendingJob>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
