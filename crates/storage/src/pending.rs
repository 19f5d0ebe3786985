//! Jobs that wait to be written, and how they go together: in portions, so that a long one lets
//! others in between.

use std::sync::Arc;

use tokio::sync::oneshot;
use vestibule_domain::{Command, Directory, OrganizationId};

use crate::job::{Job, Outcome, Submission};
use crate::{Done, Fault, FaultKind, KeptAnswer};

/// How many submissions are written in one transaction at most.
pub(crate) const SUBMISSIONS_MAX: usize = 1024;

/// A job on its way, with what became of the portions that are written.
pub(crate) struct PendingJob {
    job: Job,
    outcomes: Vec<Outcome>,
    answer: oneshot::Sender<Result<Done, Fault>>,
}

/// What became of one portion.
#[derive(Debug)]
pub(crate) enum Portion {
    /// It was decided, and what was decided is written.
    Written {
        /// What became of each submission, in their order.
        outcomes: Vec<Outcome>,
        /// The part that was loaded, after the batch.
        directory: Option<Arc<Directory>>,
        /// The answer that was made with the last portion.
        answer: Option<KeptAnswer>,
    },
    /// What the job was made for had changed, so that nothing of it was decided; and nothing was
    /// written, so that the transaction goes on for the others in it.
    Outdated,
}

impl PendingJob {
    /// A job that nobody has begun, and the way to its answer.
    pub(crate) fn new(job: Job) -> (Self, oneshot::Receiver<Result<Done, Fault>>) {
        let (answer, answered) = oneshot::channel();
        let pending = Self {
            job,
            outcomes: Vec::new(),
            answer,
        };
        (pending, answered)
    }

    pub(crate) const fn job(&self) -> &Job {
        &self.job
    }

    pub(crate) const fn organization(&self) -> OrganizationId {
        self.job.organization
    }

    /// The submissions that are written next.
    pub(crate) fn portion(&self) -> &[Submission] {
        let rest = self
            .job
            .submissions
            .get(self.outcomes.len()..)
            .unwrap_or_default();
        rest.get(..SUBMISSIONS_MAX).unwrap_or(rest)
    }

    /// Whether the next portion is the last.
    pub(crate) fn is_last_portion(&self) -> bool {
        self.outcomes.len().saturating_add(self.portion().len()) >= self.job.submissions.len()
    }

    /// Whether it can be decided in one go with others of its organization.
    ///
    /// All of those answer from the part as it is after the last one, so none may change or end
    /// what another's answer shows: jobs that only add go together. An answer that is made inside
    /// the transaction must see its own job's events and nobody's after them.
    pub(crate) fn goes_with_others(&self) -> bool {
        let stands_alone = self.job.answer.is_some()
            || self.job.idempotency.is_some()
            || self.job.precondition.is_some();
        !stands_alone
            && self
                .portion()
                .iter()
                .all(|one| only_adds(&one.request.command))
    }

    /// Whether its decision holds rows of accounts until its transaction ends.
    #[cfg(feature = "postgres")]
    pub(crate) fn holds_accounts(&self) -> bool {
        self.portion()
            .iter()
            .any(|one| matches!(one.request.command, Command::AcceptInvitation { .. }))
    }

    /// Whether nothing of it was written yet.
    pub(crate) fn is_untouched(&self) -> bool {
        self.outcomes.is_empty()
    }

    /// The outcomes of all portions, the given one included.
    pub(crate) fn outcomes_with(&self, portion: &[Outcome]) -> Vec<Outcome> {
        [self.outcomes.as_slice(), portion].concat()
    }

    /// Takes in what became of a portion: answers after the last one, otherwise waits again.
    pub(crate) fn advance(mut self, portion: Portion) -> Option<Self> {
        let Portion::Written {
            outcomes,
            directory,
            answer,
        } = portion
        else {
            self.fail(Fault::new(
                FaultKind::Outdated,
                "what the job was made for has changed since",
            ));
            return None;
        };
        let is_last = self.is_last_portion();
        self.outcomes.extend(outcomes);
        if !is_last {
            return Some(self);
        }
        // Whoever asked may have gone; then nobody waits for the answer.
        let _ = self.answer.send(Ok(Done {
            outcomes: self.outcomes,
            directory,
            answer,
        }));
        None
    }

    /// Answers that it was not written, or not to its end.
    pub(crate) fn fail(self, fault: Fault) {
        let _ = self.answer.send(Err(fault));
    }
}

/// Whether all that a command can do is to make something new.
const fn only_adds(command: &Command) -> bool {
    matches!(
        command,
        Command::InviteUser { .. } | Command::CreateEntity { .. } | Command::CreateApiKey { .. }
    )
}
