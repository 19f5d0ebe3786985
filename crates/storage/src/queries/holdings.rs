//! The memberships of the people on a page.

use std::collections::HashMap;

use diesel::prelude::*;
use vestibule_domain::{EntityId, EntityRole, Name, OrganizationId, Scope, UserId};

use super::{Conn, dialect};
use crate::sql_types::{Id, Word};
use crate::statement::Statement;
use crate::{Fault, MembershipRow};

#[derive(Debug, Queryable)]
struct Row {
    user: UserId,
    entity: EntityId,
    role: EntityRole,
    entity_name: Name,
    entity_name_key: String,
}

type Columns = (Id, Id, Word, Word, diesel::sql_types::Text);

/// The memberships of these users that the scope shows, by the entity's name, in one statement.
pub(crate) fn of(
    conn: &mut Conn,
    organization: OrganizationId,
    users: &[UserId],
    scope: &Scope,
) -> Result<HashMap<UserId, Vec<MembershipRow>>, Fault> {
    let mut held: HashMap<UserId, Vec<MembershipRow>> = HashMap::new();
    if users.is_empty() {
        return Ok(held);
    }
    let mut statement = Statement::<Columns>::new(format!(
        "select m.user_id, m.entity_id, m.role, e.name, e.name_key from memberships m {} entities e \
         on e.organization_id = m.organization_id and e.id = m.entity_id where m.organization_id = ",
        dialect::JOIN_IN_ORDER
    ));
    statement.id(organization).text(" and m.user_id ");
    dialect::push_among(&mut statement, users.iter().copied());
    let mut rows: Vec<Row> = statement.load(conn)?;
    rows.retain(|row| match scope {
        Scope::Everything => true,
        Scope::Sight(sight) => sight.entities.contains(&row.entity),
    });
    rows.sort_unstable_by(|one, other| {
        (&one.entity_name_key, one.entity).cmp(&(&other.entity_name_key, other.entity))
    });
    for row in rows {
        held.entry(row.user).or_default().push(MembershipRow {
            entity: row.entity,
            entity_name: row.entity_name,
            role: row.role,
        });
    }
    Ok(held)
}
