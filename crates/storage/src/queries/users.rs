//! Users as lists show them: where a page starts, what it holds, and one user alone.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use vestibule_domain::{
    AccountId, AssignableRole, Email, InvitationId, Name, OrganizationId, Scope, Status, Timestamp,
    UserId,
};

use super::people::{self, Outside, People};
use super::{Conn, conditions, holdings, overviews};
use crate::overview::Overview;
use crate::page::{Position, paged};
use crate::reads::{mail_state, pending_state};
use crate::sql_types::{Id, Moment, Word};
use crate::statement::Statement;
use crate::{Fault, Holding, Page, PendingInvitation, Total, UserRow, UsersPage, UsersSort};

/// One user, with what pages and states are made from.
#[derive(Debug, Queryable)]
struct Row {
    id: UserId,
    email: Email,
    name: Option<Name>,
    role: AssignableRole,
    status: Status,
    account: Option<AccountId>,
    joined_at: Option<Timestamp>,
    /// What the page is sorted by, where that is a text that stands in no other column.
    key: Option<String>,
    invitation: Option<InvitationId>,
    expires_at: Option<Timestamp>,
    sender: Option<UserId>,
    sender_role: Option<AssignableRole>,
    sender_status: Option<Status>,
    mail_state: Option<String>,
    mail_error: Option<String>,
}

type Columns = (
    Id,
    Word,
    Nullable<Word>,
    Word,
    Word,
    Nullable<Id>,
    Nullable<Moment>,
    Nullable<Text>,
    Nullable<Id>,
    Nullable<Moment>,
    Nullable<Id>,
    Nullable<Word>,
    Nullable<Word>,
    Nullable<Text>,
    Nullable<Text>,
);

/// The columns of a page that is sorted by `key`.
fn columns(key: &str) -> String {
    format!(
        "u.id, u.email, u.name, u.role, u.status, u.account_id, u.joined_at, {key}, i.id, i.expires_at, \
         i.sender_user_id, s.role, s.status, o.state, o.error"
    )
}

/// Where the other columns say by what a page is sorted.
const NO_KEY: &str = "null";

/// What belongs to the invitation of who has not joined; nothing for the others.
const INVITATION: &str = " left join invitations i \
     on i.organization_id = u.organization_id and i.id = u.invitation_id \
     left join users s on s.organization_id = i.organization_id and s.id = i.sender_user_id \
     left join outbox o on o.subject_id = i.id and o.generation = i.generation";

/// One page of an organization's users, in a number of statements that its rows do not change.
pub(crate) fn page(conn: &mut Conn, page: &UsersPage) -> Result<Page<UserRow>, Fault> {
    match overviews::one(conn, page.organization)? {
        Some(overview) => page_of(conn, &overview, page),
        None => Ok(Page::empty(page.total)),
    }
}

/// One page of the users of an organization that was read before.
pub(crate) fn page_of(
    conn: &mut Conn,
    overview: &Overview,
    page: &UsersPage,
) -> Result<Page<UserRow>, Fault> {
    let people = people_of(page);
    let plan = people::plan(conn, &people, overview)?;
    let key = match page.sort {
        UsersSort::Name | UsersSort::Email => people.key().column(),
        UsersSort::Status | UsersSort::JoinedAt => NO_KEY,
    };
    let mut statement = Statement::<Columns>::new(format!("select {}", columns(key)));
    plan.push(
        &mut statement,
        |statement| {
            statement.text(INVITATION);
        },
        &people,
        overview,
    );
    let rows: Vec<Row> = statement.load(conn)?;
    let total = match page.total {
        Total::Skipped => None,
        Total::Counted => Some(plan.total(conn, &people, overview)?),
    };
    let (rows, next) = paged(rows, page.limit, &page.context(), |row| {
        position(row, page.sort)
    });
    let items = shown(conn, rows, overview, &page.scope, page.at)?;
    Ok(Page { items, next, total })
}

/// One user that the scope shows.
pub(crate) fn one(
    conn: &mut Conn,
    organization: OrganizationId,
    user: UserId,
    scope: &Scope,
    at: Timestamp,
) -> Result<Option<UserRow>, Fault> {
    let Some(overview) = overviews::one(conn, organization)? else {
        return Ok(None);
    };
    let mut statement = Statement::<Columns>::new(format!(
        "select {} from users u{INVITATION}",
        columns(NO_KEY)
    ));
    statement
        .text(" where u.organization_id = ")
        .id(organization)
        .text(" and u.id = ")
        .id(user);
    conditions::push_scope(&mut statement, scope);
    let rows: Vec<Row> = statement.load(conn)?;
    let shown = shown(conn, rows, &overview, scope, at)?;
    Ok(shown.into_iter().next())
}

fn people_of(page: &UsersPage) -> People<'_> {
    People {
        organization: page.organization,
        scope: &page.scope,
        statuses: &page.filter.statuses,
        roles: &page.filter.roles,
        entities: &page.filter.entities,
        entity_roles: &page.filter.entity_roles,
        outside: match page.filter.holding {
            Holding::Whatever => Outside::Nothing,
            Holding::WithoutEntity => Outside::EveryEntity,
        },
        search: page.search.as_ref(),
        sort: page.sort,
        direction: page.direction,
        limit: page.limit,
        position: page.position.as_ref(),
        total: page.total,
    }
}

fn position(row: &Row, sort: UsersSort) -> Position {
    let key = match sort {
        UsersSort::Name | UsersSort::Email => row.key.clone(),
        UsersSort::Status => Some(row.status.as_str().to_owned()),
        UsersSort::JoinedAt => row.joined_at.map(|at| at.micros().to_string()),
    };
    Position {
        key,
        id: row.id.uuid(),
    }
}

fn shown(
    conn: &mut Conn,
    rows: Vec<Row>,
    overview: &Overview,
    scope: &Scope,
    at: Timestamp,
) -> Result<Vec<UserRow>, Fault> {
    let ids: Vec<UserId> = rows.iter().map(|row| row.id).collect();
    let mut held = holdings::of(conn, overview, &ids, scope)?;
    let organization = &overview.organization;
    rows.into_iter()
        .map(|row| {
            let invitation = match (row.invitation, row.expires_at) {
                (Some(id), Some(expires_at)) => Some(PendingInvitation {
                    id,
                    state: pending_state(
                        organization,
                        row.sender,
                        row.sender_role.zip(row.sender_status),
                        expires_at,
                        at,
                    ),
                    expires_at,
                    mail: mail_state(row.mail_state.as_deref())?,
                    mail_error: row.mail_error,
                }),
                _ => None,
            };
            Ok(UserRow {
                id: row.id,
                email: row.email,
                name: row.name,
                role: organization.role_of(row.id, row.role),
                status: row.status,
                joined_at: row.joined_at,
                account: row.account,
                invitation,
                memberships: held.remove(&row.id).unwrap_or_default(),
            })
        })
        .collect()
}
