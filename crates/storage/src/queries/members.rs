//! The people of one entity, and the people who could be added to it.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use vestibule_domain::{
    Email, EntityId, EntityRole, Name, OrganizationId, Scope, Status, Timestamp, UserId,
};

use super::people::{self, Outside, People};
use super::{Conn, dialect, overviews};
use crate::page::{Position, paged};
use crate::sql_types::{Id, Moment, Word};
use crate::statement::Statement;
use crate::{
    CandidateRow, CandidatesPage, Direction, Fault, MemberRow, MembersPage, Page, Total, UsersSort,
};

#[derive(Debug, Queryable)]
struct Row {
    user: UserId,
    email: Email,
    name: Option<Name>,
    status: Status,
    joined_at: Option<Timestamp>,
    sort_key: String,
    email_sort_key: String,
    role: EntityRole,
}

type Columns = (
    Id,
    Word,
    Nullable<Word>,
    Word,
    Nullable<Moment>,
    Text,
    Text,
    Word,
);

const COLUMNS: &str =
    "u.id, u.email, u.name, u.status, u.joined_at, u.sort_key, u.email_sort_key, held.role";

#[derive(Debug, Queryable)]
struct Candidate {
    user: UserId,
    email: Email,
    name: Option<Name>,
    status: Status,
    sort_key: String,
}

type CandidateColumns = (Id, Word, Nullable<Word>, Word, Text);

/// One page of an entity's members.
pub(crate) fn page(conn: &mut Conn, page: &MembersPage) -> Result<Page<MemberRow>, Fault> {
    let Some(overview) = overviews::one(conn, page.organization)? else {
        return Ok(Page::empty(page.total));
    };
    let people = People {
        organization: page.organization,
        scope: &Scope::Everything,
        statuses: &page.filter.statuses,
        roles: &BTreeSet::new(),
        entities: &BTreeSet::from([page.entity]),
        entity_roles: &page.filter.roles,
        outside: Outside::Nothing,
        search: page.search.as_ref(),
        sort: page.sort,
        direction: page.direction,
        limit: page.limit,
        position: page.position.as_ref(),
        total: page.total,
    };
    let plan = people::plan(conn, &people, &overview)?;
    let mut statement = Statement::<Columns>::new(format!("select {COLUMNS}"));
    plan.push(
        &mut statement,
        |statement| push_role(statement, page.entity),
        &people,
        &overview,
    );
    let rows: Vec<Row> = statement.load(conn)?;
    let total = match page.total {
        Total::Skipped => None,
        Total::Counted => Some(plan.total(conn, &people, &overview)?),
    };
    let (rows, next) = paged(rows, page.limit, &page.context(), |row| {
        position(row, page.sort)
    });
    let items = rows.into_iter().map(member).collect();
    Ok(Page { items, next, total })
}

/// One member of an entity.
pub(crate) fn one(
    conn: &mut Conn,
    organization: OrganizationId,
    entity: EntityId,
    user: UserId,
) -> Result<Option<MemberRow>, Fault> {
    let mut statement = Statement::<Columns>::new(format!("select {COLUMNS} from users u"));
    push_role(&mut statement, entity);
    statement
        .text(" where u.organization_id = ")
        .id(organization)
        .text(" and u.id = ")
        .id(user);
    let row: Option<Row> = statement.get_result(conn).optional()?;
    Ok(row.map(member))
}

/// One page of the users who are no members of an entity, by name.
pub(crate) fn candidates(
    conn: &mut Conn,
    page: &CandidatesPage,
) -> Result<Page<CandidateRow>, Fault> {
    let Some(overview) = overviews::one(conn, page.organization)? else {
        return Ok(Page::empty(page.total));
    };
    let people = People {
        organization: page.organization,
        scope: &Scope::Everything,
        statuses: &BTreeSet::new(),
        roles: &BTreeSet::new(),
        entities: &BTreeSet::new(),
        entity_roles: &BTreeSet::new(),
        outside: Outside::Entity(page.entity),
        search: page.search.as_ref(),
        sort: UsersSort::Name,
        direction: Direction::Ascending,
        limit: page.limit,
        position: page.position.as_ref(),
        total: page.total,
    };
    let plan = people::plan(conn, &people, &overview)?;
    let mut statement =
        Statement::<CandidateColumns>::new("select u.id, u.email, u.name, u.status, u.sort_key");
    plan.push(&mut statement, |_| {}, &people, &overview);
    let rows: Vec<Candidate> = statement.load(conn)?;
    let total = match page.total {
        Total::Skipped => None,
        Total::Counted => Some(plan.total(conn, &people, &overview)?),
    };
    let (rows, next) = paged(rows, page.limit, &page.context(), |row| Position {
        key: Some(row.sort_key.clone()),
        id: row.user.uuid(),
    });
    let items = rows
        .into_iter()
        .map(|row| CandidateRow {
            user: row.user,
            email: row.email,
            name: row.name,
            status: row.status,
        })
        .collect();
    Ok(Page { items, next, total })
}

/// Joins the role that a user `u` has in the entity.
fn push_role<ST>(statement: &mut Statement<ST>, entity: EntityId) {
    statement
        .text(format!(
            " {} memberships held on held.organization_id = u.organization_id \
             and held.user_id = u.id and held.entity_id{}",
            dialect::JOIN_IN_ORDER,
            dialect::NOT_LOOKED_UP,
        ))
        .id(entity);
}

fn position(row: &Row, sort: UsersSort) -> Position {
    let key = match sort {
        UsersSort::Name => Some(row.sort_key.clone()),
        UsersSort::Email => Some(row.email_sort_key.clone()),
        UsersSort::Status => Some(row.status.as_str().to_owned()),
        UsersSort::JoinedAt => row.joined_at.map(|at| at.micros().to_string()),
    };
    Position {
        key,
        id: row.user.uuid(),
    }
}

fn member(row: Row) -> MemberRow {
    MemberRow {
        user: row.user,
        email: row.email,
        name: row.name,
        status: row.status,
        role: row.role,
    }
}
