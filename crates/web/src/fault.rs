//! What goes wrong below: storage's faults as problems, told to clients without their cause.

use std::error::Error;

use vestibule_storage::{Fault, FaultKind};

use crate::problem::Problem;

/// Turns what storage answers into what a client can be told.
pub trait OrProblem<T> {
    /// The value, or the problem that the fault is to a client.
    ///
    /// # Errors
    /// `unavailable` where trying again helps, `internal_error` otherwise; the cause is logged.
    fn or_problem(self) -> Result<T, Problem>;
}

impl<T> OrProblem<T> for Result<T, Fault> {
    fn or_problem(self) -> Result<T, Problem> {
        self.map_err(|fault| Problem::from(&fault))
    }
}

impl From<&Fault> for Problem {
    fn from(fault: &Fault) -> Self {
        let mut causes = String::new();
        let mut cause = fault.source();
        while let Some(inner) = cause {
            causes.push_str(": ");
            causes.push_str(&inner.to_string());
            cause = inner.source();
        }
        match fault.kind() {
            FaultKind::Unavailable => {
                tracing::warn!("{fault}{causes}");
                Self::unavailable("the database cannot answer just now; try again soon")
            }
            FaultKind::Outdated => Self::precondition_failed(),
            kind => {
                tracing::error!(?kind, "{fault}{causes}");
                Self::internal()
            }
        }
    }
}
