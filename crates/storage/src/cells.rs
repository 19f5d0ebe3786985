//! Rows on their way into tables: which columns, and what is in each cell. How many rows at once
//! reach a table is each database's own way and stands with it.

use std::borrow::Cow;

use uuid::Uuid;
use vestibule_domain::Timestamp;

/// Columns of a table that are written together.
#[derive(Debug)]
pub(crate) struct Columns {
    /// The table.
    pub(crate) table: &'static str,
    /// The columns that say which row; they lead every row.
    pub(crate) key: &'static [(&'static str, Kind)],
    /// The other columns, in the order in which rows hold them.
    pub(crate) rest: &'static [(&'static str, Kind)],
}

/// What kind of value a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Id,
    Moment,
    Text,
    Bytes,
    Integer,
    Long,
    Truth,
}

/// One value of a row.
#[derive(Clone, Debug)]
pub(crate) enum Cell<'a> {
    Id(Uuid),
    Moment(Timestamp),
    Text(Cow<'a, str>),
    Bytes(Cow<'a, [u8]>),
    Integer(i32),
    Long(i64),
    Truth(bool),
    Null,
}

/// One row: the key's cells, then the rest's.
pub(crate) type Row<'a> = Vec<Cell<'a>>;

impl Columns {
    /// All columns, those of the key first.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'static str, Kind)> + Clone + use<> {
        self.key.iter().chain(self.rest).copied()
    }
}

impl<'a> Cell<'a> {
    pub(crate) fn id(id: impl Into<Uuid>) -> Self {
        Self::Id(id.into())
    }

    pub(crate) fn id_or_null(id: Option<impl Into<Uuid>>) -> Self {
        id.map_or(Self::Null, Self::id)
    }

    pub(crate) fn moment_or_null(moment: Option<Timestamp>) -> Self {
        moment.map_or(Self::Null, Self::Moment)
    }

    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn text_or_null(text: Option<impl Into<Cow<'a, str>>>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    pub(crate) fn bytes(bytes: impl Into<Cow<'a, [u8]>>) -> Self {
        Self::Bytes(bytes.into())
    }

    /// A count; more than a column can hold does not happen, and would show as the most it can.
    pub(crate) fn count(count: u32) -> Self {
        Self::Integer(i32::try_from(count).unwrap_or(i32::MAX))
    }
}
