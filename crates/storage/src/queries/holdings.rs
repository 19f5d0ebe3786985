//! The memberships of the people on a page.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;
use diesel::sql_types::Text;
use vestibule_domain::{EntityId, EntityRole, Name, OrganizationId, Scope, UserId};

use super::{Conn, dialect};
use crate::overview::Overview;
use crate::sql_types::{Id, Word};
use crate::statement::Statement;
use crate::{Fault, MembershipRow};

/// Up to this many entities of an organization are read beside the memberships of a page, each once;
/// of more, hardly two people on a page share one, and each is met with its membership.
const APART_MAX: i64 = if cfg!(test) { 4 } else { 100 };

/// A membership and whose it is.
type Held = (UserId, MembershipRow);

/// The memberships of these users that the scope shows, by the entity's name, in one statement or two.
pub(crate) fn of(
    conn: &mut Conn,
    overview: &Overview,
    users: &[UserId],
    scope: &Scope,
) -> Result<HashMap<UserId, Vec<MembershipRow>>, Fault> {
    let mut held: HashMap<UserId, Vec<MembershipRow>> = HashMap::new();
    if users.is_empty() {
        return Ok(held);
    }
    let organization = overview.organization.id;
    let rows = if overview.entities_with(&BTreeSet::new()) <= APART_MAX {
        apart(conn, organization, users)?
    } else {
        joined(conn, organization, users)?
    };
    for (user, membership) in rows {
        let is_shown = match scope {
            Scope::Everything => true,
            Scope::Sight(sight) => sight.entities.contains(&membership.entity),
        };
        if is_shown {
            held.entry(user).or_default().push(membership);
        }
    }
    Ok(held)
}

/// Each membership with its entity.
fn joined(
    conn: &mut Conn,
    organization: OrganizationId,
    users: &[UserId],
) -> Result<Vec<Held>, Fault> {
    let mut statement = Statement::<(Id, Id, Word, Word, Text)>::new(format!(
        "select m.user_id, m.entity_id, m.role, e.name, e.name_key from memberships m {} entities e \
         on e.organization_id = m.organization_id and e.id = m.entity_id where m.organization_id = ",
        dialect::JOIN_IN_ORDER
    ));
    statement.id(organization).text(" and m.user_id ");
    dialect::push_among(&mut statement, users.iter().copied());
    let mut rows: Vec<(UserId, EntityId, EntityRole, Name, String)> = statement.load(conn)?;
    rows.sort_unstable_by(|(_, one, .., one_key), (_, other, .., other_key)| {
        (one_key, one).cmp(&(other_key, other))
    });
    Ok(rows
        .into_iter()
        .map(|(user, entity, role, entity_name, _)| {
            let membership = MembershipRow {
                entity,
                entity_name,
                role,
            };
            (user, membership)
        })
        .collect())
}

/// The memberships first and then the entities: one that goes between the two took them with it.
fn apart(
    conn: &mut Conn,
    organization: OrganizationId,
    users: &[UserId],
) -> Result<Vec<Held>, Fault> {
    let mut statement = Statement::<(Id, Id, Word)>::new(
        "select user_id, entity_id, role from memberships where organization_id = ",
    );
    statement.id(organization).text(" and user_id ");
    dialect::push_among(&mut statement, users.iter().copied());
    let memberships: Vec<(UserId, EntityId, EntityRole)> = statement.load(conn)?;
    let mut statement = Statement::<(Id, Word, Text)>::new(
        "select id, name, name_key from entities where organization_id = ",
    );
    statement.id(organization);
    let mut entities: Vec<(EntityId, Name, String)> = statement.load(conn)?;
    entities.sort_unstable_by(|(one, _, one_key), (other, _, other_key)| {
        (one_key, one).cmp(&(other_key, other))
    });
    let places: HashMap<EntityId, usize> = entities
        .iter()
        .enumerate()
        .map(|(place, (id, ..))| (*id, place))
        .collect();
    let mut placed: Vec<_> = memberships
        .into_iter()
        .filter_map(|(user, entity, role)| Some((*places.get(&entity)?, user, role)))
        .collect();
    placed.sort_unstable_by_key(|(place, ..)| *place);
    Ok(placed
        .into_iter()
        .filter_map(|(place, user, role)| {
            let (entity, name, _) = entities.get(place)?;
            let membership = MembershipRow {
                entity: *entity,
                entity_name: name.clone(),
                role,
            };
            Some((user, membership))
        })
        .collect())
}
