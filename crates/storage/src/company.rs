//! Jobs of one organization that are decided in one go, and what became of each.

use vestibule_domain::OrganizationId;

use crate::Fault;
use crate::pending::{PendingJob, Portion};

/// Jobs that are decided in one go: one of any kind, or several of which none is answered about
/// what another changes.
pub(crate) struct Company {
    organization: OrganizationId,
    openness: Openness,
    jobs: Vec<PendingJob>,
    portions: Vec<Portion>,
}

/// Whether another job can join.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Openness {
    Open,
    Closed,
}

impl Company {
    /// A job with nobody beside it yet.
    pub(crate) fn of(job: PendingJob) -> Self {
        Self {
            organization: job.organization(),
            openness: if job.goes_with_others() {
                Openness::Open
            } else {
                Openness::Closed
            },
            jobs: vec![job],
            portions: Vec::new(),
        }
    }

    /// Whose jobs they are.
    pub(crate) const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// Whether that job can be decided with these.
    pub(crate) fn takes(&self, job: &PendingJob) -> bool {
        self.openness == Openness::Open
            && self.organization == job.organization()
            && job.goes_with_others()
    }

    /// Takes a job in, behind the others.
    pub(crate) fn push(&mut self, job: PendingJob) {
        self.jobs.push(job);
    }

    /// The jobs, in the order in which they are decided.
    pub(crate) fn jobs(&self) -> &[PendingJob] {
        &self.jobs
    }

    /// Notes what became of the next portion of each job.
    pub(crate) fn note(&mut self, portions: Vec<Portion>) {
        self.portions = portions;
    }

    /// Answers, once it is durable; returns the jobs with more to write.
    pub(crate) fn answer(self) -> Vec<PendingJob> {
        self.jobs
            .into_iter()
            .zip(self.portions)
            .filter_map(|(job, portion)| job.advance(portion))
            .collect()
    }

    /// The same jobs, each decided by itself.
    pub(crate) fn apart(self) -> impl Iterator<Item = Self> {
        self.jobs.into_iter().map(|job| Self {
            openness: Openness::Closed,
            ..Self::of(job)
        })
    }

    /// Answers that nothing was written.
    pub(crate) fn fail(self, mut fault: impl FnMut() -> Fault) {
        self.jobs.into_iter().for_each(|job| job.fail(fault()));
    }
}
