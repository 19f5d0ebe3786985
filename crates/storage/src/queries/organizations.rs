//! All organizations, and whether there is any; one organization's row stands in `overviews`.

use diesel::prelude::*;
use uuid::Uuid;
use vestibule_domain::{Email, Name, OrganizationId};

use super::Conn;
use crate::column::id;
use crate::schema::{organizations, users};
use crate::{Fault, OrganizationSummary, Revision};

/// How many organizations are read at once.
const PAGE_ROWS: i64 = 500;

#[derive(Debug, Queryable)]
struct Row {
    id: OrganizationId,
    name: Name,
    email: Email,
    primary_admin_name: Option<Name>,
}

/// The organizations after that one, by id.
pub(crate) fn after(
    conn: &mut Conn,
    seen: Option<OrganizationId>,
) -> Result<Vec<OrganizationSummary>, Fault> {
    let seen = seen.map_or(Uuid::nil(), OrganizationId::uuid);
    let rows: Vec<Row> = organizations::table
        .inner_join(
            users::table.on(users::organization_id
                .eq(organizations::id)
                .and(users::id.eq(organizations::primary_admin_user_id))),
        )
        .filter(organizations::id.gt(id(seen)))
        .order(organizations::id)
        .limit(PAGE_ROWS)
        .select((
            organizations::id,
            organizations::name,
            users::email,
            users::name,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| OrganizationSummary {
            id: row.id,
            name: row.name,
            primary_admin_email: row.email,
            primary_admin_name: row.primary_admin_name,
        })
        .collect())
}

/// At which revision an organization is.
pub(crate) fn revision(
    conn: &mut Conn,
    organization: OrganizationId,
) -> Result<Option<Revision>, Fault> {
    let hash: Option<Vec<u8>> = organizations::table
        .filter(organizations::id.eq(id(organization)))
        .select(organizations::audit_hash)
        .get_result(conn)
        .optional()?;
    hash.map(|hash| Revision::of(&hash)).transpose()
}

/// Whether no organization is there yet.
pub(crate) fn none_is_there(conn: &mut Conn) -> Result<bool, Fault> {
    let version: Option<i64> = organizations::table
        .select(organizations::version)
        .first(conn)
        .optional()?;
    Ok(version.is_none())
}
