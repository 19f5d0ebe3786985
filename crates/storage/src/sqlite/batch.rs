//! Many rows at once, as SQLite likes it: one prepared statement in a loop.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, Bool, Integer};
use diesel::sqlite::Sqlite;

use super::Conn;
use crate::Fault;
use crate::cells::{Cell, Columns, Row};
use crate::sql_types::{Id, Moment, Word};

/// Inserts rows.
pub(crate) fn insert(conn: &mut Conn, columns: &Columns, rows: &[Row<'_>]) -> Result<(), Fault> {
    let pieces = insertion(columns, ")");
    for row in rows {
        Statement::new(&pieces, row.iter()).execute(conn)?;
    }
    Ok(())
}

/// Inserts the rows that meet nothing unique, and says how many did.
pub(crate) fn insert_new(
    conn: &mut Conn,
    columns: &Columns,
    rows: &[Row<'_>],
) -> Result<usize, Fault> {
    let pieces = insertion(columns, ") on conflict do nothing");
    rows.iter().try_fold(0_usize, |inserted, row| {
        let more = Statement::new(&pieces, row.iter()).execute(conn)?;
        Ok(inserted.saturating_add(more))
    })
}

/// Sets what is not the key, in the rows with these keys.
pub(crate) fn update(conn: &mut Conn, columns: &Columns, rows: &[Row<'_>]) -> Result<(), Fault> {
    let mut pieces = Vec::new();
    let mut piece = format!("update {} set ", columns.table);
    for (index, (name, _)) in columns.rest.iter().enumerate() {
        let comma = if index > 0 { ", " } else { "" };
        pieces.push(format!("{piece}{comma}{name} = "));
        piece = String::new();
    }
    push_condition(&mut pieces, String::new(), columns);
    for row in rows {
        let (key, rest) = row.split_at(columns.key.len().min(row.len()));
        Statement::new(&pieces, rest.iter().chain(key)).execute(conn)?;
    }
    Ok(())
}

/// Deletes the rows with these keys.
pub(crate) fn delete(conn: &mut Conn, columns: &Columns, rows: &[Row<'_>]) -> Result<(), Fault> {
    let mut pieces = Vec::new();
    push_condition(
        &mut pieces,
        format!("delete from {}", columns.table),
        columns,
    );
    for row in rows {
        Statement::new(&pieces, row.iter().take(columns.key.len())).execute(conn)?;
    }
    Ok(())
}

/// The text before, between and after the values of an insertion.
fn insertion(columns: &Columns, end: &str) -> Vec<String> {
    let names: Vec<_> = columns.all().map(|(name, _)| name).collect();
    let start = format!(
        "insert into {} ({}) values (",
        columns.table,
        names.join(", ")
    );
    let between = std::iter::repeat_n(", ".to_owned(), names.len().saturating_sub(1));
    std::iter::once(start)
        .chain(between)
        .chain([end.to_owned()])
        .collect()
}

fn push_condition(pieces: &mut Vec<String>, mut before: String, columns: &Columns) {
    for (index, (name, _)) in columns.key.iter().enumerate() {
        let joint = if index > 0 { " and " } else { " where " };
        pieces.push(format!("{before}{joint}{name} = "));
        before.clear();
    }
}

/// One statement with its values, prepared once for its text.
struct Statement<'a> {
    /// What stands before each value, and after the last.
    pieces: &'a [String],
    cells: Vec<&'a Cell<'a>>,
}

impl<'a> Statement<'a> {
    fn new(pieces: &'a [String], cells: impl Iterator<Item = &'a Cell<'a>>) -> Self {
        Self {
            pieces,
            cells: cells.collect(),
        }
    }
}

impl QueryFragment<Sqlite> for Statement<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let mut cells = self.cells.iter().copied();
        for piece in self.pieces {
            out.push_sql(piece);
            match cells.next() {
                Some(cell @ Cell::Id(_)) => out.push_bind_param::<Id, _>(cell)?,
                Some(cell @ Cell::Moment(_)) => out.push_bind_param::<Moment, _>(cell)?,
                Some(cell @ Cell::Text(_)) => out.push_bind_param::<Word, _>(cell)?,
                Some(cell @ Cell::Bytes(_)) => out.push_bind_param::<Binary, _>(cell)?,
                Some(cell @ Cell::Long(_)) => out.push_bind_param::<BigInt, _>(cell)?,
                Some(cell @ Cell::Truth(_)) => out.push_bind_param::<Bool, _>(cell)?,
                Some(cell @ (Cell::Integer(_) | Cell::Null)) => {
                    out.push_bind_param::<Integer, _>(cell)?;
                }
                None => {}
            }
        }
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
