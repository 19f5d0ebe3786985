//! The one error type of xtask: a sentence for the person at the terminal.

use std::fmt;

/// Why a step or a command could not be done, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    message: String,
}

impl Failure {
    /// Makes a failure from a lower-case fragment, as after "failed: ".
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
