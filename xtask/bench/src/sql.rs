//! Bare SQL on a database: statements in text whose values are bound, prepared once for each text.

use diesel::connection::SimpleConnection;
use diesel::deserialize::{self, FromSql};
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, SqlType, Text};
use diesel::sqlite::{Sqlite, SqliteValue};

use crate::database::{Database, Kind};
use crate::failure::Failure;

/// A connection with no more settings than the least.
pub(crate) enum Session {
    Sqlite(SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(PgConnection),
}

/// One statement, whose rows have the types `ST`: text and values in turns.
#[derive(Debug)]
pub(crate) struct Bare<ST> {
    parts: Vec<Part>,
    row: std::marker::PhantomData<fn() -> ST>,
}

#[derive(Debug)]
enum Part {
    Text(&'static str),
    Id(IdValue),
    Word(String),
    Number(i64),
}

/// An id as each database keeps it.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[cfg_attr(
    feature = "postgres",
    diesel(postgres_type(oid = 2950, array_oid = 2951))
)]
#[diesel(sqlite_type(name = "Binary"))]
pub(crate) struct Id;

/// A moment as each database keeps it.
#[derive(Clone, Copy, Debug, Default, QueryId, SqlType)]
#[cfg_attr(
    feature = "postgres",
    diesel(postgres_type(oid = 1184, array_oid = 1185))
)]
#[diesel(sqlite_type(name = "Long"))]
pub(crate) struct Moment;

/// The bytes of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, deserialize::FromSqlRow)]
#[diesel(sql_type = Id)]
pub(crate) struct IdValue(pub(crate) uuid::Uuid);

/// Microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression, deserialize::FromSqlRow)]
#[diesel(sql_type = Moment)]
pub(crate) struct MomentValue(pub(crate) i64);

impl ToSql<Id, Sqlite> for IdValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl FromSql<Id, Sqlite> for IdValue {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(uuid::Uuid::from_slice(value.read_blob())?))
    }
}

impl ToSql<Moment, Sqlite> for MomentValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0);
        Ok(IsNull::No)
    }
}

impl FromSql<Moment, Sqlite> for MomentValue {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self(value.read_long()))
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use std::io::Write as _;

    use diesel::pg::{Pg, PgValue};

    use super::{FromSql, Id, IdValue, IsNull, Moment, MomentValue, Output, ToSql};
    use super::{deserialize, serialize};

    /// 2000-01-01, from which PostgreSQL counts.
    const EPOCH: i64 = 946_684_800_000_000;

    impl ToSql<Id, Pg> for IdValue {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            out.write_all(self.0.as_bytes())?;
            Ok(IsNull::No)
        }
    }

    impl FromSql<Id, Pg> for IdValue {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            Ok(Self(uuid::Uuid::from_slice(value.as_bytes())?))
        }
    }

    impl ToSql<Moment, Pg> for MomentValue {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
            out.write_all(&self.0.saturating_sub(EPOCH).to_be_bytes())?;
            Ok(IsNull::No)
        }
    }

    impl FromSql<Moment, Pg> for MomentValue {
        fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
            let micros = i64::from_be_bytes(value.as_bytes().try_into()?);
            Ok(Self(micros.saturating_add(EPOCH)))
        }
    }
}

impl Session {
    /// As durable as the server's, for floors.
    pub(crate) fn durable(database: &Database) -> Result<Self, Failure> {
        Self::open(
            database,
            "pragma journal_mode = wal; pragma synchronous = full;",
            "",
        )
    }

    /// For loading: nothing waits for the disk, and references are known to hold.
    pub(crate) fn bulk(database: &Database) -> Result<Self, Failure> {
        // A planner without statistics would go through all memberships for each entity that is counted.
        Self::open(
            database,
            "pragma journal_mode = wal; pragma synchronous = off; pragma foreign_keys = off; \
             pragma cache_size = -1500000; pragma temp_store = memory;",
            "set session_replication_role = replica; set synchronous_commit = off; \
             set maintenance_work_mem = '512MB'; set work_mem = '256MB'; \
             set enable_nestloop = off;",
        )
    }

    fn open(
        database: &Database,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Result<Self, Failure> {
        match database.kind {
            Kind::Sqlite => {
                let mut connection =
                    SqliteConnection::establish(&database.file().to_string_lossy())?;
                connection.batch_execute(sqlite)?;
                Ok(Self::Sqlite(connection))
            }
            #[cfg(feature = "postgres")]
            Kind::Postgres => {
                let mut connection = PgConnection::establish(&database.url)?;
                connection
                    .batch_execute(&format!("set client_min_messages = warning; {postgres}"))?;
                Ok(Self::Postgres(connection))
            }
            #[cfg(not(feature = "postgres"))]
            Kind::Postgres => Err(Failure::new(format!(
                "the benchmarks were built without PostgreSQL {postgres}"
            ))),
        }
    }

    /// Which database it is of.
    pub(crate) const fn kind(&self) -> Kind {
        match self {
            Self::Sqlite(_) => Kind::Sqlite,
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Kind::Postgres,
        }
    }

    /// Runs a statement that changes rows.
    pub(crate) fn execute(&mut self, statement: Bare<()>) -> Result<(), Failure> {
        match self {
            Self::Sqlite(connection) => statement.execute(connection)?,
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => statement.execute(connection)?,
        };
        Ok(())
    }

    /// Runs changes as one transaction.
    pub(crate) fn transaction(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.execute(Bare::new("begin"))?;
        match run(self) {
            Ok(()) => self.execute(Bare::new("commit")),
            Err(failure) => {
                let _ = self.execute(Bare::new("rollback"));
                Err(failure)
            }
        }
    }

    /// Runs text as it is.
    pub(crate) fn run(&mut self, text: &str) -> Result<(), Failure> {
        match self {
            Self::Sqlite(connection) => connection.batch_execute(text)?,
            #[cfg(feature = "postgres")]
            Self::Postgres(connection) => connection.batch_execute(text)?,
        }
        Ok(())
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Session({})", self.kind())
    }
}

impl<ST> Bare<ST> {
    pub(crate) fn new(text: &'static str) -> Self {
        Self {
            parts: vec![Part::Text(text)],
            row: std::marker::PhantomData,
        }
    }

    pub(crate) fn text(mut self, text: &'static str) -> Self {
        self.parts.push(Part::Text(text));
        self
    }

    pub(crate) fn id(mut self, id: uuid::Uuid) -> Self {
        self.parts.push(Part::Id(IdValue(id)));
        self
    }

    pub(crate) fn word(mut self, word: String) -> Self {
        self.parts.push(Part::Word(word));
        self
    }

    pub(crate) fn number(mut self, number: i64) -> Self {
        self.parts.push(Part::Number(number));
        self
    }
}

impl<ST> QueryFragment<Sqlite> for Bare<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_sql(text),
                Part::Id(id) => out.push_bind_param::<Id, _>(id)?,
                Part::Word(word) => out.push_bind_param::<Text, _>(word)?,
                Part::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
            }
        }
        Ok(())
    }
}

#[cfg(feature = "postgres")]
impl<ST> QueryFragment<diesel::pg::Pg> for Bare<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_sql(text),
                Part::Id(id) => out.push_bind_param::<Id, _>(id)?,
                Part::Word(word) => out.push_bind_param::<Text, _>(word)?,
                Part::Number(number) => out.push_bind_param::<BigInt, _>(number)?,
            }
        }
        Ok(())
    }
}

impl<ST> Query for Bare<ST> {
    type SqlType = ST;
}

impl<ST> QueryId for Bare<ST> {
    type QueryId = ();

    // Known by its text, so that it is prepared once.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST, C> RunQueryDsl<C> for Bare<ST> {}
