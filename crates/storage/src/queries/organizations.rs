//! All organizations, and whether there is any; one organization's row stands in `overviews`.

use diesel::prelude::*;
use diesel::sql_types::Binary;
use uuid::Uuid;
use vestibule_domain::{Email, Name, OrganizationId};

use super::{Conn, dialect};
use crate::column::id;
use crate::schema::{organizations, users};
use crate::sql_types::Id;
use crate::statement::Statement;
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

/// At which revision each of these organizations is.
pub(crate) fn revisions(
    conn: &mut Conn,
    asked: &[OrganizationId],
) -> Result<Vec<Option<Revision>>, Fault> {
    let mut found = vec![None; asked.len()];
    for (asked, found) in dialect::asked_together(asked, &mut found) {
        let mut statement = Statement::<(Id, Binary)>::new(
            "select o.id, o.audit_hash from organizations o where o.id ",
        );
        match asked {
            [one] => {
                statement.text("= ").id(*one);
            }
            several => dialect::push_among(&mut statement, several.iter().copied()),
        }
        let rows: Vec<(OrganizationId, Vec<u8>)> = statement.load(conn)?;
        for (organization, hash) in rows {
            let revision = Revision::of(&hash)?;
            for (asked, found) in asked.iter().zip(&mut *found) {
                if *asked == organization {
                    *found = Some(revision);
                }
            }
        }
    }
    Ok(found)
}

/// Whether no organization is there yet.
pub(crate) fn none_is_there(conn: &mut Conn) -> Result<bool, Fault> {
    let version: Option<i64> = organizations::table
        .select(organizations::version)
        .first(conn)
        .optional()?;
    Ok(version.is_none())
}
