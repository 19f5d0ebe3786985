//! How many people a list has, where that stands somewhere or an index alone tells (R-LST-3).

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use vestibule_domain::{AssignableRole, OrganizationRole, Scope, Status};

use super::people::{Outside, People, count_capped, members_of};
use super::starts::{BY_MEMBER_ROLE_AND_NAME, Start};
use super::{Conn, dialect};
use crate::Fault;
use crate::overview::Overview;
use crate::sql_types::Word;
use crate::statement::Statement;

/// How many there are on all pages; none where the people themselves have to be looked at.
pub(super) fn known(
    conn: &mut Conn,
    people: &People<'_>,
    overview: &Overview,
) -> Result<Option<i64>, Fault> {
    let is_plain = *people.scope == Scope::Everything
        && people.outside == Outside::Nothing
        && people.search.is_none();
    if !is_plain {
        return Ok(None);
    }
    if !people.names_memberships() {
        return by_status_and_role(conn, people, overview).map(Some);
    }
    if !people.roles.is_empty() {
        return Ok(None);
    }
    let mut entities = people.entities.iter();
    match (entities.next(), entities.next()) {
        (None, _) => {
            let holders = Start::Holders(people.entity_roles.clone(), people.statuses.clone());
            count_capped(conn, &holders, people, i64::MAX - 1).map(Some)
        }
        (Some(_), None) if !people.statuses.is_empty() => Ok(None),
        (Some(_), None) if people.entity_roles.is_empty() => {
            members_of(conn, people.organization, people.entities).map(Some)
        }
        (Some(entity), None) => {
            let mut statement = Statement::<BigInt>::new(format!(
                "select count(*) from memberships m{} where m.organization_id = ",
                dialect::indexed_by(BY_MEMBER_ROLE_AND_NAME)
            ));
            statement
                .id(people.organization)
                .text(" and m.entity_id = ")
                .id(*entity)
                .and_one_of(
                    "m.role",
                    people.entity_roles.iter().map(|role| role.as_str()),
                );
            Ok(Some(statement.get_result(conn)?))
        }
        (Some(_), Some(_)) => Ok(None),
    }
}

/// From what the organization keeps, in which the Primary Admin counts by their stored role.
fn by_status_and_role(
    conn: &mut Conn,
    people: &People<'_>,
    overview: &Overview,
) -> Result<i64, Fault> {
    if people.roles.is_empty() {
        return Ok(overview.users_with(people.statuses, people.roles));
    }
    let mut statement =
        Statement::<Word>::new("select u.role from users u where u.organization_id = ");
    statement
        .id(people.organization)
        .text(" and u.id = ")
        .id(overview.organization.primary_admin);
    let stored: AssignableRole = statement.get_result(conn)?;
    // The Primary Admin is Active (R-ORG-1).
    let is_asked_for = people.statuses.is_empty() || people.statuses.contains(&Status::Active);
    let primary_admin = i64::from(is_asked_for);
    let with = |role: OrganizationRole| overview.users_with(people.statuses, &[role].into());
    let of_role = |role: &OrganizationRole| match (role, stored) {
        (OrganizationRole::PrimaryAdmin, _) => primary_admin,
        (OrganizationRole::Admin, AssignableRole::Admin)
        | (OrganizationRole::User, AssignableRole::User) => with(*role) - primary_admin,
        (OrganizationRole::Admin | OrganizationRole::User, _) => with(*role),
    };
    Ok(people.roles.iter().map(of_role).sum())
}
