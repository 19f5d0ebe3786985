//! Faults: what goes wrong with the database, as opposed to what the rules refuse.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use diesel::result::{ConnectionError, DatabaseErrorKind};

/// Something went wrong with the database; nothing of the request has changed.
#[derive(Debug)]
pub struct Fault {
    kind: FaultKind,
    what: Cow<'static, str>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// What sort of fault it is, for whoever has to answer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The database is busy, unreachable, read-only or full; it may pass.
    Unavailable,
    /// A constraint of the database refused what the decision had allowed.
    Conflict,
    /// What is stored cannot be read as what it should be.
    Corrupt,
    /// What a job was made for is not so any more: its precondition does not hold.
    Outdated,
    /// A setting is wrong, or another server holds the database.
    Config,
    /// Anything else; a defect of ours.
    Internal,
}

impl Fault {
    pub(crate) fn new(kind: FaultKind, what: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            what: what.into(),
            source: None,
        }
    }

    pub(crate) fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    pub(crate) fn unavailable(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(FaultKind::Unavailable, what)
    }

    pub(crate) fn corrupt(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(FaultKind::Corrupt, what)
    }

    pub(crate) fn config(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(FaultKind::Config, what)
    }

    pub(crate) fn internal(what: impl Into<Cow<'static, str>>) -> Self {
        Self::new(FaultKind::Internal, what)
    }

    /// The fault for everyone whom it struck: the first gets it with its source, the others in
    /// its words.
    pub(crate) fn for_many(self) -> impl FnMut() -> Self {
        let (kind, what) = (self.kind, self.what.clone());
        let mut first = Some(self);
        move || {
            first
                .take()
                .unwrap_or_else(|| Self::new(kind, what.clone()))
        }
    }

    /// A migration that failed, for the reason that its text tells.
    pub(crate) fn of_migration(error: Box<dyn Error + Send + Sync>) -> Self {
        let (kind, what) = by_message(&error.to_string());
        match kind {
            FaultKind::Unavailable => Self::new(kind, what),
            _ => Self::internal("the schema of the database cannot be brought up to date"),
        }
        .because(error)
    }

    /// What sort of fault it is.
    #[must_use]
    pub const fn kind(&self) -> FaultKind {
        self.kind
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}

impl From<diesel::result::Error> for Fault {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::Error as Diesel;

        let (kind, what) = match &error {
            Diesel::DatabaseError(kind, information) => database(kind, information.message()),
            Diesel::NotFound => (FaultKind::Corrupt, "a row that must be there is not"),
            Diesel::DeserializationError(_) => {
                (FaultKind::Corrupt, "a stored value cannot be read")
            }
            Diesel::BrokenTransactionManager => (
                FaultKind::Unavailable,
                "the connection to the database is broken",
            ),
            _ => (FaultKind::Internal, "the database was asked wrongly"),
        };
        Self::new(kind, what).because(error)
    }
}

impl From<ConnectionError> for Fault {
    fn from(error: ConnectionError) -> Self {
        Self::unavailable("the database cannot be reached").because(error)
    }
}

fn database(kind: &DatabaseErrorKind, message: &str) -> (FaultKind, &'static str) {
    match kind {
        DatabaseErrorKind::UniqueViolation
        | DatabaseErrorKind::ForeignKeyViolation
        | DatabaseErrorKind::NotNullViolation
        | DatabaseErrorKind::CheckViolation
        | DatabaseErrorKind::RestrictViolation
        | DatabaseErrorKind::ExclusionViolation => (
            FaultKind::Conflict,
            "a constraint of the database refuses the change",
        ),
        DatabaseErrorKind::SerializationFailure => (FaultKind::Unavailable, "the database is busy"),
        DatabaseErrorKind::ReadOnlyTransaction => {
            (FaultKind::Unavailable, "the database is read-only")
        }
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => (
            FaultKind::Unavailable,
            "the connection to the database is broken",
        ),
        _ => by_message(message),
    }
}

/// Neither driver hands its error codes on for these, so the texts have to tell.
fn by_message(message: &str) -> (FaultKind, &'static str) {
    const TEXTS: &[(&str, &str)] = &[
        ("database is locked", "the database is busy"),
        ("database table is locked", "the database is busy"),
        ("disk is full", "the disk of the database is full"),
        ("No space left", "the disk of the database is full"),
        ("could not extend file", "the disk of the database is full"),
        ("readonly database", "the database is read-only"),
        ("read-only transaction", "the database is read-only"),
        ("disk I/O error", "the disk of the database does not answer"),
        (
            "no transaction is active",
            "the database took the change back by itself",
        ),
        (
            "unable to open database",
            "the file of the database cannot be opened",
        ),
        ("deadlock detected", "the database is busy"),
        ("lock timeout", "the database is busy"),
        ("statement timeout", "the database is busy"),
        ("too many connections", "the database is busy"),
        ("too many clients", "the database is busy"),
        ("terminating connection", "the database is shutting down"),
        (
            "the database system is",
            "the database is starting or shutting down",
        ),
        (
            "server closed the connection",
            "the connection to the database is broken",
        ),
        (
            "connection to server",
            "the connection to the database is broken",
        ),
        (
            "no connection to the server",
            "the connection to the database is broken",
        ),
    ];
    TEXTS
        .iter()
        .find(|(text, _)| message.contains(text))
        .map_or(
            (FaultKind::Internal, "the database reports an error"),
            |(_, what)| (FaultKind::Unavailable, *what),
        )
}
