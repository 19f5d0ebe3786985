//! How values of ours are bound to and read from PostgreSQL's columns.

use std::io::Write;

use diesel::deserialize::{self, FromSql};
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Array, Text};
use vestibule_domain::Timestamp;

use crate::column::{IdValue, IdsValue, MomentValue, WordValue, WordsValue};
use crate::sql_types::{Id, Ids, Moment, Word, Words};

/// 2000-01-01T00:00:00Z, from which PostgreSQL counts its microseconds.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

impl ToSql<Id, Pg> for IdValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<Moment, Pg> for MomentValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = self
            .0
            .checked_sub(EPOCH_MICROS)
            .ok_or("a moment lies outside what can be stored")?;
        out.write_all(&micros.to_be_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<Word, Pg> for WordValue<'_> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.as_bytes())?;
        Ok(IsNull::No)
    }
}

impl ToSql<Ids, Pg> for IdsValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let ids: Vec<IdValue> = self.0.iter().copied().map(IdValue).collect();
        ToSql::<Array<Id>, Pg>::to_sql(&ids, &mut out.reborrow())
    }
}

impl ToSql<Words, Pg> for WordsValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Array<Text>, Pg>::to_sql(&self.0, out)
    }
}

impl FromSql<Moment, Pg> for Timestamp {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = i64::from_be_bytes(value.as_bytes().try_into()?)
            .checked_add(EPOCH_MICROS)
            .ok_or("a stored moment lies outside the years 1 to 9999")?;
        Ok(Self::from_micros(micros)?)
    }
}
