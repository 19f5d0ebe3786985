//! The SQL types of the schema that each database writes in its own natural way.

use diesel::query_builder::QueryId;
use diesel::sql_types::SqlType;

/// An id: `uuid` on PostgreSQL, 16 bytes on SQLite.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(sqlite_type(name = "Binary"))]
#[cfg_attr(
    feature = "postgres",
    diesel(postgres_type(oid = 2950, array_oid = 2951))
)]
pub struct Id;

/// A moment: `timestamptz` on PostgreSQL, integer microseconds since 1970 on SQLite.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(sqlite_type(name = "Long"))]
#[cfg_attr(
    feature = "postgres",
    diesel(postgres_type(oid = 1184, array_oid = 1185))
)]
pub struct Moment;

/// A text that reads as a type of ours: a word of a closed set, a name, an email; `text` on both.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(sqlite_type(name = "Text"))]
#[cfg_attr(
    feature = "postgres",
    diesel(postgres_type(oid = 25, array_oid = 1009))
)]
pub struct Word;

/// Ids as one value: `uuid[]` on PostgreSQL, a JSON list of hexadecimal texts on SQLite.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(sqlite_type(name = "Text"))]
#[cfg_attr(feature = "postgres", diesel(postgres_type(oid = 2951, array_oid = 0)))]
pub struct Ids;

/// Texts as one value: `text[]` on PostgreSQL, a JSON list on SQLite.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[diesel(sqlite_type(name = "Text"))]
#[cfg_attr(feature = "postgres", diesel(postgres_type(oid = 1009, array_oid = 0)))]
pub struct Words;
