//! How a database is opened.

use std::sync::Arc;

use vestibule_domain::Policy;

/// How a [`crate::Store`] is opened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OpenOptions {
    /// Who opens it.
    pub holder: Holder,
    /// How many reads run at once; each has a connection of its own.
    pub readers: u16,
    /// How many organizations write at once; on SQLite it is always one writer.
    pub writers: u16,
    /// The policy that decisions go by, where it is not the one of the rules.
    pub policy: Option<Arc<Policy>>,
}

/// Who opens a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A server, of which a SQLite file has one at most: a second is refused.
    Server,
    /// A command that runs beside a server, or without one, and ends soon.
    Command,
}

impl OpenOptions {
    /// As a server opens it.
    #[must_use]
    pub fn server() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            holder: Holder::Server,
            readers: u16::try_from(cores.clamp(2, 8)).unwrap_or(8),
            writers: u16::try_from(cores.clamp(2, 8)).unwrap_or(8),
            policy: None,
        }
    }

    /// As a command on the host opens it.
    #[must_use]
    pub const fn command() -> Self {
        Self {
            holder: Holder::Command,
            readers: 1,
            writers: 1,
            policy: None,
        }
    }
}
