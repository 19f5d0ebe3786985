//! Answers to permission checks.

use serde::Serialize;
use utoipa::ToSchema;
use vestibule_domain::{Decision, Denial};

use super::words::{DecisionWord, DenialWord};

/// The decisions, in the order of the checks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckResults)]
pub(crate) struct CheckResultsBody {
    /// One for each check.
    pub(crate) results: Vec<CheckResultBody>,
}

/// The answer to one check.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CheckResult)]
pub(crate) struct CheckResultBody {
    /// `allow`, `allow_if_assigned` (the caller checks the assignment) or `deny`.
    #[schema(value_type = DecisionWord)]
    pub(crate) decision: &'static str,
    /// Why it is denied: the first reason that holds.
    #[schema(value_type = Option<DenialWord>)]
    pub(crate) reason: Option<&'static str>,
}

impl From<Decision> for CheckResultBody {
    fn from(decision: Decision) -> Self {
        Self {
            decision: decision.as_str(),
            reason: decision.denial().map(Denial::as_str),
        }
    }
}
