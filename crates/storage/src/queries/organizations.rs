//! The organization's own row.

use diesel::prelude::*;

use super::Conn;
use crate::Fault;
use crate::schema::organizations;

/// Whether no organization is there yet.
pub(crate) fn none_is_there(conn: &mut Conn) -> Result<bool, Fault> {
    let version: Option<i64> = organizations::table
        .select(organizations::version)
        .first(conn)
        .optional()?;
    Ok(version.is_none())
}
