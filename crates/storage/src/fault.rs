//! Faults of storage: what a database could not do, as opposed to what the rules refuse.

use std::error::Error;
use std::fmt;

/// Says that storage could not do what it was asked, for no reason that lies in the rules.
#[derive(Debug)]
pub struct Fault {
    kind: FaultKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What kind of fault it is, as far as a caller can act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Busy, unreachable, read-only or full; trying again later may help.
    Unavailable,
    /// What is stored cannot be read as what it should be.
    Corrupt,
    /// This part is not built yet.
    NotBuilt,
}

impl Fault {
    pub(crate) const fn not_built() -> Self {
        Self {
            kind: FaultKind::NotBuilt,
            source: None,
        }
    }

    /// What kind of fault it is.
    #[must_use]
    pub const fn kind(&self) -> FaultKind {
        self.kind
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            FaultKind::Unavailable => "the database is not available",
            FaultKind::Corrupt => "the database holds something that cannot be read",
            FaultKind::NotBuilt => "this part of storage is not built yet",
        })
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn Error + 'static))
    }
}
