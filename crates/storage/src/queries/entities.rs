//! Entities as lists show them, and one entity alone.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text};
use vestibule_domain::{Entity, EntityId, EntityStatus, Name, OrganizationId, Scope};

use super::{Conn, dialect, overviews};
use crate::page::{Position, paged};
use crate::sql_types::{Id, Word};
use crate::statement::Statement;
use crate::{EntitiesPage, Fault, Page, Total};

#[derive(Debug, Queryable)]
struct Row {
    id: EntityId,
    name: Name,
    name_key: String,
    status: EntityStatus,
    member_count: i32,
    active_admins: i32,
}

type Columns = (Id, Word, Text, Word, Integer, Integer);

const SELECT: &str = "select e.id, e.name, e.name_key, e.status, e.member_count, e.active_admins \
     from entities e where e.organization_id = ";

/// One page of an organization's entities, by name.
pub(crate) fn page(conn: &mut Conn, page: &EntitiesPage) -> Result<Page<Entity>, Fault> {
    let mut statement = Statement::<Columns>::new(SELECT);
    statement.id(page.organization);
    push_conditions(&mut statement, page);
    if let Some(after) = &page.position {
        statement
            .text(" and e.name_key > ")
            .word(after.key.as_deref().unwrap_or_default());
    }
    statement
        .text(" order by e.name_key")
        .limit(i64::from(page.limit.rows()) + 1);
    let rows: Vec<Row> = statement.load(conn)?;
    let total = match page.total {
        Total::Skipped => None,
        Total::Counted => Some(total(conn, page)?),
    };
    // A name is there once, so no tie needs an id; the cursor carries it all the same.
    let (rows, next) = paged(rows, page.limit, &page.context(), |row| Position {
        key: Some(row.name_key.clone()),
        id: row.id.uuid(),
    });
    let items = rows.into_iter().map(entity).collect::<Result<_, _>>()?;
    Ok(Page { items, next, total })
}

/// One entity that the scope shows.
pub(crate) fn one(
    conn: &mut Conn,
    organization: OrganizationId,
    id: EntityId,
    scope: &Scope,
) -> Result<Option<Entity>, Fault> {
    match scope {
        Scope::Sight(sight) if !sight.entities.contains(&id) => return Ok(None),
        Scope::Sight(_) | Scope::Everything => {}
    }
    let mut statement = Statement::<Columns>::new(SELECT);
    statement.id(organization).text(" and e.id = ").id(id);
    let row: Option<Row> = statement.get_result(conn).optional()?;
    row.map(entity).transpose()
}

fn total(conn: &mut Conn, page: &EntitiesPage) -> Result<u64, Fault> {
    let total = if page.search.is_none() && page.scope == Scope::Everything {
        overviews::one(conn, page.organization)?
            .map_or(0, |overview| overview.entities_with(&page.statuses))
    } else {
        let mut statement =
            Statement::<BigInt>::new("select count(*) from entities e where e.organization_id = ");
        statement.id(page.organization);
        push_conditions(&mut statement, page);
        statement.get_result(conn)?
    };
    Ok(u64::try_from(total).unwrap_or(0))
}

fn push_conditions<ST>(statement: &mut Statement<ST>, page: &EntitiesPage) {
    statement.and_one_of(
        "e.status",
        page.statuses.iter().map(|status| status.as_str()),
    );
    if let Scope::Sight(sight) = &page.scope {
        statement.text(" and e.id ");
        dialect::push_among(statement, sight.entities.iter().copied());
    }
    let Some(search) = &page.search else { return };
    if search.is_anywhere() {
        statement.text(" and ");
        dialect::push_contains(statement, "e.name_key", search.as_str());
    } else {
        statement.text(" and ");
        super::conditions::push_range(
            statement,
            "e.name_key",
            &super::conditions::Range::beginning(search.as_str()),
        );
    }
}

fn entity(row: Row) -> Result<Entity, Fault> {
    let count = |number: i32| {
        u32::try_from(number).map_err(|_| Fault::corrupt("a stored number of members is negative"))
    };
    Ok(Entity {
        id: row.id,
        name: row.name,
        status: row.status,
        member_count: count(row.member_count)?,
        active_admins: count(row.active_admins)?,
    })
}
