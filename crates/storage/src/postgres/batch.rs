//! Many rows at once, as PostgreSQL likes it: one statement over columns bound as arrays.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Array, BigInt, Binary, Bool, Integer, Nullable, Text};

use super::Conn;
use crate::Fault;
use crate::cells::{Cell, Columns, Kind, Row};
use crate::column::{IdValue, MomentValue};
use crate::sql_types::{Id, Moment};

/// Inserts rows.
pub(crate) fn insert(conn: &mut Conn, columns: &Columns, rows: &[Row<'_>]) -> Result<(), Fault> {
    insert_and(conn, columns, rows, "").map(|_| ())
}

/// Inserts the rows that meet nothing unique, and says how many did.
pub(crate) fn insert_new(
    conn: &mut Conn,
    columns: &Columns,
    rows: &[Row<'_>],
) -> Result<usize, Fault> {
    insert_and(conn, columns, rows, " on conflict do nothing")
}

/// Sets what is not the key, in the rows with these keys.
pub(crate) fn update(conn: &mut Conn, columns: &Columns, rows: &[Row<'_>]) -> Result<(), Fault> {
    if rows.is_empty() {
        return Ok(());
    }
    let set: Vec<_> = columns
        .rest
        .iter()
        .map(|(name, _)| format!("{name} = v.{name}"))
        .collect();
    let statement = Statement {
        before: format!(
            "update {} as t set {} from unnest(",
            columns.table,
            set.join(", ")
        ),
        arrays: arrays(columns.all(), rows),
        after: format!(") as v({}) {}", names(columns.all()), found(columns)),
    };
    statement.execute(conn)?;
    Ok(())
}

/// Deletes the rows with these keys.
pub(crate) fn delete(conn: &mut Conn, columns: &Columns, rows: &[Row<'_>]) -> Result<(), Fault> {
    if rows.is_empty() {
        return Ok(());
    }
    let key = || columns.key.iter().copied();
    let statement = Statement {
        before: format!("delete from {} as t using unnest(", columns.table),
        arrays: arrays(key(), rows),
        after: format!(") as v({}) {}", names(key()), found(columns)),
    };
    statement.execute(conn)?;
    Ok(())
}

fn insert_and(
    conn: &mut Conn,
    columns: &Columns,
    rows: &[Row<'_>],
    end: &str,
) -> Result<usize, Fault> {
    if rows.is_empty() {
        return Ok(0);
    }
    let statement = Statement {
        before: format!(
            "insert into {} ({}) select * from unnest(",
            columns.table,
            names(columns.all())
        ),
        arrays: arrays(columns.all(), rows),
        after: format!("){end}"),
    };
    Ok(statement.execute(conn)?)
}

fn names(columns: impl Iterator<Item = (&'static str, Kind)>) -> String {
    let names: Vec<_> = columns.map(|(name, _)| name).collect();
    names.join(", ")
}

/// Which rows `t` have the keys of `v`.
///
/// They are found by the one index that gives the order of the key behind its first column, and
/// changed where they were found: without statistics, all indexes that begin with an organization cost
/// the planner the same, and by another one each key would read all of the organization. Nobody
/// moves a row in between, as whoever writes holds the organization.
fn found(columns: &Columns) -> String {
    let equal = |(name, _): &(&str, Kind)| format!("t.{name} = v.{name}");
    let [first, rest @ ..] = columns.key else {
        return String::new();
    };
    if rest.is_empty() {
        return format!("where {}", equal(first));
    }
    let ranges: Vec<_> = rest
        .iter()
        .map(|(name, _)| format!("t.{name} between v.{name} and v.{name}"))
        .collect();
    let order: Vec<_> = rest.iter().map(|(name, _)| format!("t.{name}")).collect();
    format!(
        "cross join lateral (select t.ctid from {} as t where {} and {} order by {}) as found \
         where t.ctid = found.ctid",
        columns.table,
        equal(first),
        ranges.join(" and "),
        order.join(", ")
    )
}

/// The rows by column.
fn arrays<'a>(
    columns: impl Iterator<Item = (&'static str, Kind)>,
    rows: &'a [Row<'a>],
) -> Vec<ArrayOf<'a>> {
    columns
        .enumerate()
        .map(|(index, (_, kind))| ArrayOf {
            kind,
            cells: rows.iter().filter_map(|row| row.get(index)).collect(),
        })
        .collect()
}

/// One statement over arrays.
struct Statement<'a> {
    before: String,
    arrays: Vec<ArrayOf<'a>>,
    after: String,
}

/// One column of all rows.
#[derive(Debug)]
struct ArrayOf<'a> {
    kind: Kind,
    cells: Vec<&'a Cell<'a>>,
}

impl QueryFragment<Pg> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(&self.before);
        for (index, array) in self.arrays.iter().enumerate() {
            if index > 0 {
                out.push_sql(", ");
            }
            let kind = match array.kind {
                Kind::Id => {
                    out.push_bind_param::<Array<Nullable<Id>>, _>(array)?;
                    "::uuid[]"
                }
                Kind::Moment => {
                    out.push_bind_param::<Array<Nullable<Moment>>, _>(array)?;
                    "::timestamptz[]"
                }
                Kind::Text => {
                    out.push_bind_param::<Array<Nullable<Text>>, _>(array)?;
                    "::text[]"
                }
                Kind::Bytes => {
                    out.push_bind_param::<Array<Nullable<Binary>>, _>(array)?;
                    "::bytea[]"
                }
                Kind::Integer => {
                    out.push_bind_param::<Array<Nullable<Integer>>, _>(array)?;
                    "::integer[]"
                }
                Kind::Long => {
                    out.push_bind_param::<Array<Nullable<BigInt>>, _>(array)?;
                    "::bigint[]"
                }
                Kind::Truth => {
                    out.push_bind_param::<Array<Nullable<Bool>>, _>(array)?;
                    "::boolean[]"
                }
            };
            out.push_sql(kind);
        }
        out.push_sql(&self.after);
        Ok(())
    }
}

impl QueryId for Statement<'_> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<Conn> for Statement<'_> {}

/// An array of each kind is its cells, each as its own type writes itself.
macro_rules! array_of {
    ($($sql_type:ident: $variant:ident => $write:expr),+ $(,)?) => {$(
        impl ToSql<Array<Nullable<$sql_type>>, Pg> for ArrayOf<'_> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                let values: Vec<_> = self
                    .cells
                    .iter()
                    .map(|cell| match cell {
                        Cell::$variant(value) => Some($write(value)),
                        _ => None,
                    })
                    .collect();
                ToSql::<Array<Nullable<$sql_type>>, Pg>::to_sql(&values, &mut out.reborrow())
            }
        }
    )+};
}

array_of!(
    Id: Id => |value: &uuid::Uuid| IdValue(*value),
    Moment: Moment => |value: &vestibule_domain::Timestamp| MomentValue(value.micros()),
    Text: Text => |value: &std::borrow::Cow<'_, str>| value.to_string(),
    Binary: Bytes => |value: &std::borrow::Cow<'_, [u8]>| value.to_vec(),
    Integer: Integer => |value: &i32| *value,
    BigInt: Long => |value: &i64| *value,
    Bool: Truth => |value: &bool| *value,
);
