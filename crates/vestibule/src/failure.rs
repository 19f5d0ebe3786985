//! How a command ends when it cannot do what it was asked: one sentence, and an exit code.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use vestibule_storage::Fault;

/// Why a command ended early.
#[derive(Debug)]
pub(crate) struct Failure {
    kind: Kind,
    what: String,
}

/// What sort of failure it is; scripts tell them apart by the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The rules refuse it, or a record does not verify.
    Refused,
    /// A wrong command line or setting.
    Usage,
    /// The database cannot be used.
    Database,
    /// The address cannot be listened on.
    Address,
    /// Something else of this machine, such as a file that cannot be written.
    System,
}

/// The exit codes with what they mean, as `--help` shows them.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done; a server that was told to stop has drained and stopped
  1  refused: a rule says no, or a record does not verify
  2  a wrong command line or setting
  3  the database cannot be used: unreachable, read-only, full, or held by another server
  4  the address cannot be listened on
  5  something else of this machine, such as a file that cannot be written";

impl Failure {
    pub(crate) fn new(kind: Kind, what: impl Into<String>) -> Self {
        Self {
            kind,
            what: what.into(),
        }
    }

    pub(crate) fn refused(what: impl Into<String>) -> Self {
        Self::new(Kind::Refused, what)
    }

    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(Kind::Usage, what)
    }

    /// A failure with its reason behind a colon, unless the reason says the same.
    pub(crate) fn because(kind: Kind, what: impl fmt::Display, reason: &dyn Error) -> Self {
        Self::new(kind, format!("{what}: {}", chain(reason)))
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self.kind {
            Kind::Refused => 1,
            Kind::Usage => 2,
            Kind::Database => 3,
            Kind::Address => 4,
            Kind::System => 5,
        })
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::new(Kind::Database, chain(&fault))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

/// An error with all its sources, on one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(reason) = source {
        let said = reason.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        source = reason.source();
    }
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("; ")
}
