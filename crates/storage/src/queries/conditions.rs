//! What is asked of a user `u`, as conditions that every statement about people states in full.

use std::collections::BTreeSet;

use vestibule_domain::{EntityId, EntityRole, OrganizationRole, Scope, UserId};

use super::dialect;
use super::people::{Outside, People};
use crate::Search;
use crate::overview::Overview;
use crate::statement::Statement;

/// All that is asked of a user `u`, each part once, whichever way the row was met.
pub(super) fn push_conditions<ST>(
    statement: &mut Statement<ST>,
    people: &People<'_>,
    overview: &Overview,
) {
    if people.are_picked_rarely() {
        statement.once();
    }
    statement.and_one_of(
        "u.status",
        people.statuses.iter().map(|status| status.as_str()),
    );
    push_roles(statement, people.roles, overview.organization.primary_admin);
    if people.names_memberships() {
        statement.text(" and ");
        push_membership(statement, people);
    }
    match people.outside {
        Outside::Nothing => {}
        Outside::Entity(entity) => {
            statement
                .text(" and not exists (select 1 from memberships x where x.organization_id = u.organization_id and x.user_id = u.id and x.entity_id = ")
                .id(entity)
                .text(dialect::FOR_EACH_ROW)
                .text(")");
        }
        Outside::EveryEntity => match people.scope {
            Scope::Everything => {
                statement.text(" and ").text(dialect::WITHOUT_ENTITY);
            }
            Scope::Sight(sight) => {
                statement.text(" and not ");
                push_member_of(statement, Some(&sight.entities), &BTreeSet::new());
            }
        },
    }
    push_scope(statement, people.scope);
    if let Some(search) = people.search {
        push_search(statement, search);
    }
}

/// ` and` whoever looks sees the user `u` (R-ORG-3).
pub(super) fn push_scope<ST>(statement: &mut Statement<ST>, scope: &Scope) {
    if let Scope::Sight(sight) = scope {
        statement.text(" and (u.id = ").id(sight.user).text(" or ");
        push_member_of(statement, Some(&sight.people_of), &BTreeSet::new());
        statement.text(")");
    }
}

fn push_roles<ST>(
    statement: &mut Statement<ST>,
    roles: &BTreeSet<OrganizationRole>,
    primary_admin: UserId,
) {
    for (index, role) in roles.iter().enumerate() {
        statement.text(if index == 0 { " and (" } else { " or " });
        push_role(statement, "u", *role, primary_admin);
    }
    if !roles.is_empty() {
        statement.text(")");
    }
}

/// The condition that a user has this role, with who is Primary Admin as the organization says.
pub(super) fn push_role<ST>(
    statement: &mut Statement<ST>,
    user: &str,
    role: OrganizationRole,
    primary_admin: UserId,
) {
    match role {
        OrganizationRole::PrimaryAdmin => {
            statement.text(format!("{user}.id = ")).id(primary_admin);
        }
        OrganizationRole::Admin | OrganizationRole::User => {
            statement
                .text(format!("({user}.role = '{role}' and {user}.id <> "))
                .id(primary_admin)
                .text(")");
        }
    }
}

fn push_membership<ST>(statement: &mut Statement<ST>, people: &People<'_>) {
    push_member_of(
        statement,
        people.named_entities().as_ref(),
        people.entity_roles,
    );
}

fn push_member_of<ST>(
    statement: &mut Statement<ST>,
    entities: Option<&BTreeSet<EntityId>>,
    roles: &BTreeSet<EntityRole>,
) {
    statement.text(
        "exists (select 1 from memberships x where x.organization_id = u.organization_id and x.user_id = u.id",
    );
    if let Some(entities) = entities {
        statement.text(" and x.entity_id ");
        dialect::push_among(statement, entities.iter().copied());
    }
    if !roles.is_empty() {
        // As a truth it is no key: with the role, an index of entities would seem as good as the key of
        // the user, and all members of a large entity be met for each row.
        statement
            .text(" and (1 = 1")
            .and_one_of("x.role", roles.iter().map(|role| role.as_str()))
            .text(") is true");
    }
    statement.text(dialect::FOR_EACH_ROW).text(")");
}

fn push_search<ST>(statement: &mut Statement<ST>, search: &Search) {
    let needle = search.as_str();
    statement.text(" and (");
    if search.is_anywhere() {
        dialect::push_contains(statement, "u.sort_key", needle);
        statement.text(" or ");
        dialect::push_contains(statement, "u.email_sort_key", needle);
        if search.is_ascii_domain() {
            statement.text(" or ");
            dialect::push_contains(statement, "u.email_key", needle);
        }
    } else {
        let range = Range::beginning(needle);
        push_range(statement, "u.sort_key", &range);
        statement.text(" or ");
        push_range(statement, "u.email_sort_key", &range);
    }
    statement.text(")");
}

/// Texts, bytewise, from one on to before another; everything where neither is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) from: Option<String>,
    pub(super) before: Option<String>,
}

impl Range {
    /// All texts that begin with this one.
    pub(super) fn beginning(text: &str) -> Self {
        Self {
            from: Some(text.to_owned()),
            before: first_beyond(text),
        }
    }
}

/// That a column lies in a range, which an index answers.
pub(super) fn push_range<ST>(statement: &mut Statement<ST>, column: &str, range: &Range) {
    statement.text("(1 = 1");
    if let Some(from) = &range.from {
        statement.text(format!(" and {column} >= ")).word(from);
    }
    if let Some(before) = &range.before {
        statement.text(format!(" and {column} < ")).word(before);
    }
    statement.text(")");
}

/// The first text after all that begin with this one; none when there is no such text.
fn first_beyond(beginning: &str) -> Option<String> {
    let mut text = beginning.to_owned();
    while let Some(last) = text.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            text.push(next);
            return Some(text);
        }
    }
    None
}
