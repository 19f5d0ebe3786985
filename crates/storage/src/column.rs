//! How values of ours are bound to and read from columns: [`id`], [`moment`] and [`word`] bind,
//! and everything of domain that stands in a column reads itself.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, Queryable};
use diesel::expression::AsExpression;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sqlite::{Sqlite, SqliteValue};
use uuid::Uuid;
use vestibule_domain::{
    AccountId, ApiKeyId, AssignableRole, Email, EntityId, EntityRole, EntityStatus, InvitationEnd,
    InvitationId, KeyRole, Name, OrganizationId, Status, Timestamp, UserId, UserManagement,
};

use crate::ids::{PasswordResetId, SessionId};
use crate::sql_types::{Id, Ids, Moment, Word, Words};

/// An id on its way into a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression)]
#[diesel(sql_type = Id)]
pub(crate) struct IdValue(pub(crate) Uuid);

/// A moment on its way into a statement, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, AsExpression)]
#[diesel(sql_type = Moment)]
pub(crate) struct MomentValue(pub(crate) i64);

/// A text of ours on its way into a statement.
#[derive(Clone, Debug, PartialEq, Eq, AsExpression)]
#[diesel(sql_type = Word)]
pub(crate) struct WordValue<'a>(pub(crate) std::borrow::Cow<'a, str>);

/// Ids on their way into a statement, as one value.
#[derive(Clone, Debug, PartialEq, Eq, AsExpression)]
#[diesel(sql_type = Ids)]
pub(crate) struct IdsValue(pub(crate) Vec<Uuid>);

/// Texts on their way into a statement, as one value.
#[derive(Clone, Debug, PartialEq, Eq, AsExpression)]
#[diesel(sql_type = Words)]
pub(crate) struct WordsValue(pub(crate) Vec<String>);

/// Binds ids as one value.
pub(crate) fn ids(values: impl IntoIterator<Item = impl Into<Uuid>>) -> IdsValue {
    IdsValue(values.into_iter().map(Into::into).collect())
}

/// Binds texts as one value.
pub(crate) fn words(values: impl IntoIterator<Item = impl Into<String>>) -> WordsValue {
    WordsValue(values.into_iter().map(Into::into).collect())
}

/// Binds an id.
pub(crate) fn id(value: impl Into<Uuid>) -> IdValue {
    IdValue(value.into())
}

/// Binds a moment.
pub(crate) fn moment(value: Timestamp) -> MomentValue {
    MomentValue(value.micros())
}

/// Binds a word, a name or an email.
pub(crate) fn word<'a>(value: impl Into<std::borrow::Cow<'a, str>>) -> WordValue<'a> {
    WordValue(value.into())
}

impl ToSql<Id, Sqlite> for IdValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_bytes().as_slice());
        Ok(IsNull::No)
    }
}

impl ToSql<Moment, Sqlite> for MomentValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0);
        Ok(IsNull::No)
    }
}

impl ToSql<Word, Sqlite> for WordValue<'_> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.as_ref());
        Ok(IsNull::No)
    }
}

impl ToSql<Ids, Sqlite> for IdsValue {
    /// SQLITE: `json_each` reads it, and `unhex` makes bytes of each.
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let mut json = String::with_capacity(self.0.len().saturating_mul(35).saturating_add(2));
        json.push('[');
        for (index, id) in self.0.iter().enumerate() {
            if index > 0 {
                json.push(',');
            }
            json.push('"');
            json.push_str(id.simple().encode_lower(&mut Uuid::encode_buffer()));
            json.push('"');
        }
        json.push(']');
        out.set_value(json);
        Ok(IsNull::No)
    }
}

impl ToSql<Words, Sqlite> for WordsValue {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

macro_rules! read_ids {
    ($($name:ident),+ $(,)?) => {$(
        impl FromSql<Id, Sqlite> for $name {
            fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                Ok(Self::from(Uuid::from_slice(value.read_blob())?))
            }
        }

        #[cfg(feature = "postgres")]
        impl FromSql<Id, diesel::pg::Pg> for $name {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> deserialize::Result<Self> {
                Ok(Self::from(Uuid::from_slice(value.as_bytes())?))
            }
        }

        read_as!($name, Id);
    )+};
}

macro_rules! read_words {
    ($($name:ident: $read:expr),+ $(,)?) => {$(
        impl FromSql<Word, Sqlite> for $name {
            fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
                $read(value.read_text())
            }
        }

        #[cfg(feature = "postgres")]
        impl FromSql<Word, diesel::pg::Pg> for $name {
            fn from_sql(value: diesel::pg::PgValue<'_>) -> deserialize::Result<Self> {
                $read(std::str::from_utf8(value.as_bytes())?)
            }
        }

        read_as!($name, Word);
    )+};
}

macro_rules! read_as {
    ($name:ident, $sql_type:ident) => {
        impl<DB: Backend> Queryable<$sql_type, DB> for $name
        where
            $name: FromSql<$sql_type, DB>,
        {
            type Row = Self;

            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    };
}

fn parsed<T>(text: &str) -> deserialize::Result<T>
where
    T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    Ok(text.parse()?)
}

read_ids!(
    AccountId,
    ApiKeyId,
    EntityId,
    InvitationId,
    OrganizationId,
    PasswordResetId,
    SessionId,
    UserId,
    Uuid,
);

read_words!(
    AssignableRole: parsed,
    Email: parsed,
    EntityRole: parsed,
    EntityStatus: parsed,
    InvitationEnd: parsed,
    KeyRole: parsed,
    Name: parsed,
    Status: parsed,
    UserManagement: parsed,
);

impl FromSql<Moment, Sqlite> for Timestamp {
    fn from_sql(mut value: SqliteValue<'_, '_, '_>) -> deserialize::Result<Self> {
        Ok(Self::from_micros(value.read_long())?)
    }
}

impl<DB: Backend> Queryable<Moment, DB> for Timestamp
where
    Timestamp: FromSql<Moment, DB>,
{
    type Row = Self;

    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}
