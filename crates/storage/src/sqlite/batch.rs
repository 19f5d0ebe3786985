//! Many rows at once, as SQLite likes it: some dozens in one statement, prepared once for each number
//! of rows that a statement can have.
//!
//! Every statement that can fail half way has its own way back, and for a user the index of search
//! writes a piece of itself into the database at the beginning of each: one statement a row had it
//! write and merge as many pieces as rows.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, Bool, Integer};
use diesel::sqlite::Sqlite;

use super::Conn;
use crate::Fault;
use crate::cells::{Cell, Columns, Kind, Row};
use crate::sql_types::{Id, Moment, Word};

/// How many rows a statement can have, the most first: few numbers, so that few texts are kept
/// prepared, and 64 rows of the widest table stay far below the 32,766 values that SQLite binds.
const ROWS: [usize; 4] = [64, 16, 4, 1];

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
    let all = columns.all();
    let numbered = || (1..).zip(all.clone());
    let rest = numbered().skip(columns.key.len());
    let set: Vec<_> = rest
        .map(|(number, (name, _))| format!("{name} = v.column{number}"))
        .collect();
    let condition: Vec<_> = numbered()
        .take(columns.key.len())
        // The plus keeps the planner from walking the table and looking each row up in the list.
        .map(|(number, (name, _))| format!("t.{name} = +v.column{number}"))
        .collect();
    let before = format!(
        "update {} as t set {} from (values ",
        columns.table,
        set.join(", ")
    );
    let after = format!(") as v where {}", condition.join(" and "));
    execute(conn, rows, columns.all().count(), &before, &after).map(|_| ())
}

/// Deletes the rows with these keys.
pub(crate) fn delete(conn: &mut Conn, columns: &Columns, rows: &[Row<'_>]) -> Result<(), Fault> {
    let key = names(columns.key.iter().copied());
    let before = format!("delete from {} where ({key}) in (values ", columns.table);
    execute(conn, rows, columns.key.len(), &before, ")").map(|_| ())
}

fn insert_and(
    conn: &mut Conn,
    columns: &Columns,
    rows: &[Row<'_>],
    end: &str,
) -> Result<usize, Fault> {
    let before = format!(
        "insert into {} ({}) values ",
        columns.table,
        names(columns.all())
    );
    execute(conn, rows, columns.all().count(), &before, end)
}

/// Runs one statement over the first so many cells of all rows, some rows at a time.
fn execute(
    conn: &mut Conn,
    mut rows: &[Row<'_>],
    cells: usize,
    before: &str,
    after: &str,
) -> Result<usize, Fault> {
    let mut changed = 0_usize;
    for most in ROWS {
        while let Some((some, others)) = rows.split_at_checked(most) {
            let statement = Statement {
                before,
                rows: some,
                cells,
                after,
            };
            changed = changed.saturating_add(statement.execute(conn)?);
            rows = others;
        }
    }
    Ok(changed)
}

fn names(columns: impl Iterator<Item = (&'static str, Kind)>) -> String {
    let names: Vec<_> = columns.map(|(name, _)| name).collect();
    names.join(", ")
}

/// One statement with the values of some rows, prepared once for its text.
struct Statement<'a> {
    before: &'a str,
    rows: &'a [Row<'a>],
    /// How many cells of each row are bound.
    cells: usize,
    after: &'a str,
}

impl QueryFragment<Sqlite> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(self.before);
        for (index, row) in self.rows.iter().enumerate() {
            out.push_sql(if index > 0 { ", (" } else { "(" });
            for (index, cell) in row.iter().take(self.cells).enumerate() {
                if index > 0 {
                    out.push_sql(", ");
                }
                match cell {
                    Cell::Id(_) => out.push_bind_param::<Id, _>(cell)?,
                    Cell::Moment(_) => out.push_bind_param::<Moment, _>(cell)?,
                    Cell::Text(_) => out.push_bind_param::<Word, _>(cell)?,
                    Cell::Bytes(_) => out.push_bind_param::<Binary, _>(cell)?,
                    Cell::Long(_) => out.push_bind_param::<BigInt, _>(cell)?,
                    Cell::Truth(_) => out.push_bind_param::<Bool, _>(cell)?,
                    Cell::Integer(_) | Cell::Null => out.push_bind_param::<Integer, _>(cell)?,
                }
            }
            out.push_sql(")");
        }
        out.push_sql(self.after);
        Ok(())
    }
}

impl QueryId for Statement<'_> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl RunQueryDsl<Conn> for Statement<'_> {}

/// Every kind of column is written alike; which one it is stands in the cell.
macro_rules! written_as {
    ($($sql_type:ident),+) => {$(
        impl ToSql<$sql_type, Sqlite> for Cell<'_> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                match self {
                    Cell::Id(value) => out.set_value(value.as_bytes().as_slice()),
                    Cell::Moment(value) => out.set_value(value.micros()),
                    Cell::Text(value) => out.set_value(value.as_ref()),
                    Cell::Bytes(value) => out.set_value(value.as_ref()),
                    Cell::Integer(value) => out.set_value(*value),
                    Cell::Long(value) => out.set_value(*value),
                    Cell::Truth(value) => out.set_value(i32::from(*value)),
                    Cell::Null => return Ok(IsNull::Yes),
                }
                Ok(IsNull::No)
            }
        }
    )+};
}

written_as!(Id, Moment, Word, Binary, Integer, BigInt, Bool);
