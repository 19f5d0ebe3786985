//! The history of invitations, one of them, and what stands behind a link.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use vestibule_domain::{
    AccountId, AssignableRole, Email, InvitationEnd, InvitationId, InvitationLifetime,
    InvitationState, Name, Organization, OrganizationId, Scope, Status, Timestamp, UserId,
    UserManagement,
};

use super::{Conn, dialect, holdings, overviews};
use crate::overview::Overview;
use crate::page::{Position, paged};
use crate::reads::{mail_state, pending_state, rights_that_send};
use crate::sql_types::{Id, Moment, Word};
use crate::statement::Statement;
use crate::{Fault, InvitationLink, InvitationRow, InvitationsPage, InvitedBy, Page, Total};

#[derive(Debug, Queryable)]
struct Row {
    id: InvitationId,
    user: UserId,
    email: Option<Email>,
    role: AssignableRole,
    sender: Option<UserId>,
    expires_at: Timestamp,
    created_at: Timestamp,
    end: Option<InvitationEnd>,
    ended_at: Option<Timestamp>,
    sender_name: Option<Name>,
    sender_role: Option<AssignableRole>,
    sender_status: Option<Status>,
    mail_state: Option<String>,
    mail_error: Option<String>,
}

type Columns = (
    Id,
    Id,
    Nullable<Word>,
    Word,
    Nullable<Id>,
    Moment,
    Moment,
    Nullable<Word>,
    Nullable<Moment>,
    Nullable<Word>,
    Nullable<Word>,
    Nullable<Word>,
    Nullable<Text>,
    Nullable<Text>,
);

const COLUMNS: &str = "i.id, i.user_id, i.email, i.role, i.sender_user_id, i.expires_at, \
     i.created_at, i.end_state, i.ended_at, s.name, s.role, s.status, o.state, o.error";

const SENDER_AND_MAIL: &str = " left join users s \
     on s.organization_id = i.organization_id and s.id = i.sender_user_id \
     left join outbox o on o.subject_id = i.id and o.generation = i.generation";

#[derive(Debug, Queryable)]
struct Link {
    organization: OrganizationId,
    organization_name: Name,
    primary_admin: UserId,
    user_management: UserManagement,
    organization_created_at: Timestamp,
    user: UserId,
    generation: i32,
    email: Option<Email>,
    expires_at: Timestamp,
    end: Option<InvitationEnd>,
    sender: Option<UserId>,
    sender_name: Option<Name>,
    sender_role: Option<AssignableRole>,
    sender_status: Option<Status>,
    user_name: Option<Name>,
    account: Option<AccountId>,
}

type LinkColumns = (
    Id,
    Word,
    Id,
    Word,
    Moment,
    Id,
    Integer,
    Nullable<Word>,
    Moment,
    Nullable<Word>,
    Nullable<Id>,
    Nullable<Word>,
    Nullable<Word>,
    Nullable<Word>,
    Nullable<Word>,
    Nullable<Id>,
);

/// One page of an organization's invitations, latest first.
pub(crate) fn page(conn: &mut Conn, page: &InvitationsPage) -> Result<Page<InvitationRow>, Fault> {
    let Some(overview) = overviews::one(conn, page.organization)? else {
        return Ok(Page::empty(page.total));
    };
    let rows_max = i64::from(page.limit.rows()) + 1;
    let mut statement = Statement::<Columns>::new(format!("select {COLUMNS} from "));
    let kinds = Kind::asked(page);
    match kinds.as_slice() {
        [kind] => {
            kind.push_from(&mut statement);
            statement.text(SENDER_AND_MAIL);
            kind.push_where(&mut statement, page, &overview);
            statement.text(" order by i.id desc");
        }
        kinds => {
            statement.text("(select page.id from (");
            for (index, kind) in kinds.iter().enumerate() {
                statement
                    .text(if index == 0 { "" } else { " union all " })
                    .text("select * from (select i.id as id from ");
                kind.push_from(&mut statement);
                kind.push_sender(&mut statement);
                kind.push_where(&mut statement, page, &overview);
                statement
                    .text(" order by i.id desc")
                    .limit(rows_max)
                    .text(") as kind");
            }
            statement
                .text(") as page order by page.id desc")
                .limit(rows_max)
                .text(format!(
                    ") as page {} invitations i on i.organization_id = ",
                    dialect::JOIN_IN_ORDER
                ))
                .id(page.organization)
                .text(" and i.id = page.id")
                .text(SENDER_AND_MAIL)
                .text(" order by i.id desc");
        }
    }
    statement.limit(rows_max);
    let rows: Vec<Row> = statement.load(conn)?;
    let total = match page.total {
        Total::Skipped => None,
        Total::Counted => Some(total(conn, page, &kinds, &overview)?),
    };
    let (rows, next) = paged(rows, page.limit, &page.context(), |row| Position {
        key: None,
        id: row.id.uuid(),
    });
    let items = shown(conn, rows, &overview, page.at)?;
    Ok(Page { items, next, total })
}

/// One invitation of an organization.
pub(crate) fn one(
    conn: &mut Conn,
    organization: OrganizationId,
    invitation: InvitationId,
    at: Timestamp,
) -> Result<Option<InvitationRow>, Fault> {
    let Some(overview) = overviews::one(conn, organization)? else {
        return Ok(None);
    };
    let mut statement = Statement::<Columns>::new(format!(
        "select {COLUMNS} from invitations i{SENDER_AND_MAIL} where i.organization_id = "
    ));
    statement
        .id(organization)
        .text(" and i.id = ")
        .id(invitation);
    let rows: Vec<Row> = statement.load(conn)?;
    let shown = shown(conn, rows, &overview, at)?;
    Ok(shown.into_iter().next())
}

/// What stands behind an invitation's link, found by the invitation alone.
pub(crate) fn link(
    conn: &mut Conn,
    invitation: InvitationId,
    at: Timestamp,
) -> Result<Option<InvitationLink>, Fault> {
    let mut statement = Statement::<LinkColumns>::new(
        "select g.id, g.name, g.primary_admin_user_id, g.user_management, g.created_at, \
         i.user_id, i.generation, i.email, i.expires_at, i.end_state, i.sender_user_id, \
         s.name, s.role, s.status, u.name, a.id \
         from invitations i join organizations g on g.id = i.organization_id \
         left join users s on s.organization_id = i.organization_id and s.id = i.sender_user_id \
         left join users u on u.organization_id = i.organization_id and u.id = i.user_id \
         left join accounts a on a.email_key = u.email_key where i.id = ",
    );
    statement.id(invitation);
    let row: Option<Link> = statement.get_result(conn).optional()?;
    let Some(row) = row else { return Ok(None) };
    // Of an erased person nobody asks for the link any more.
    let Some(email) = row.email else {
        return Ok(None);
    };
    let organization = Organization {
        id: row.organization,
        name: row.organization_name,
        primary_admin: row.primary_admin,
        user_management: row.user_management,
        invitation_lifetime: InvitationLifetime::default(),
        created_at: row.organization_created_at,
    };
    let state = match row.end {
        Some(end) => end.into(),
        None => pending_state(
            &organization,
            row.sender,
            row.sender_role.zip(row.sender_status),
            row.expires_at,
            at,
        ),
    };
    Ok(Some(InvitationLink {
        organization: organization.id,
        organization_name: organization.name,
        invitation,
        user: row.user,
        generation: u32::try_from(row.generation)
            .map_err(|_| Fault::corrupt("a stored generation is negative"))?,
        email,
        name: row.user_name,
        state,
        expires_at: row.expires_at,
        invited_by: row.sender_name,
        account: row.account,
    }))
}

/// Invitations that one index leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// All of them.
    All,
    /// Those that ended in this way.
    Ended(InvitationEnd),
    /// Those that are pending and read like that.
    Pending(Reads),
}

/// How pending invitations read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reads {
    pending: Asked,
    expired: Asked,
    suspended: Asked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Yes,
    No,
}

impl Kind {
    fn asked(page: &InvitationsPage) -> Vec<Self> {
        if page.states.is_empty() {
            return vec![Self::All];
        }
        let asked = |state| {
            if page.states.contains(&state) {
                Asked::Yes
            } else {
                Asked::No
            }
        };
        let reads = Reads {
            pending: asked(InvitationState::Pending),
            expired: asked(InvitationState::Expired),
            suspended: asked(InvitationState::Suspended),
        };
        let mut kinds: Vec<Self> = InvitationEnd::ALL
            .iter()
            .filter(|end| page.states.contains(&InvitationState::from(**end)))
            .map(|end| Self::Ended(*end))
            .collect();
        if [reads.pending, reads.expired, reads.suspended].contains(&Asked::Yes) {
            kinds.push(Self::Pending(reads));
        }
        kinds
    }

    fn push_from<ST>(self, statement: &mut Statement<ST>) {
        statement.text("invitations i");
        if self != Self::All {
            statement.text(dialect::indexed_by("invitations_end_state_index"));
        }
    }

    fn push_sender<ST>(self, statement: &mut Statement<ST>) {
        if matches!(self, Self::Pending(_)) {
            statement.text(
                " left join users s on s.organization_id = i.organization_id and s.id = i.sender_user_id",
            );
        }
    }

    fn push_where<ST>(
        self,
        statement: &mut Statement<ST>,
        page: &InvitationsPage,
        overview: &Overview,
    ) {
        statement
            .text(" where i.organization_id = ")
            .id(page.organization);
        match self {
            Self::All => {}
            Self::Ended(end) => {
                statement.text(format!(" and i.end_state = '{end}'"));
            }
            Self::Pending(reads) => {
                statement.text(" and i.end_state is null");
                reads.push(statement, page.at, &overview.organization);
            }
        }
        if let Some(after) = &page.position {
            statement.text(" and i.id < ").id(after.id);
        }
    }
}

impl Reads {
    /// ` and` a pending invitation `i` of sender `s` reads as one of what is asked.
    fn push<ST>(self, statement: &mut Statement<ST>, at: Timestamp, organization: &Organization) {
        statement.text(" and (");
        match self.expired {
            Asked::Yes => statement.text("i.expires_at <= ").moment(at),
            Asked::No => statement.text("1 = 0"),
        };
        match (self.pending, self.suspended) {
            (Asked::No, Asked::No) => {}
            (Asked::Yes, Asked::Yes) => {
                statement.text(" or i.expires_at > ").moment(at);
            }
            (Asked::Yes, Asked::No) => {
                statement
                    .text(" or (i.expires_at > ")
                    .moment(at)
                    .text(" and ");
                push_sender_holds(statement, organization);
                statement.text(")");
            }
            (Asked::No, Asked::Yes) => {
                statement
                    .text(" or (i.expires_at > ")
                    .moment(at)
                    .text(" and not ");
                push_sender_holds(statement, organization);
                statement.text(")");
            }
        }
        statement.text(")");
    }
}

/// That the sender `s` of an invitation `i` could still send it: which roles and statuses can is
/// asked of the rules, one by one (R-INV-9).
fn push_sender_holds<ST>(statement: &mut Statement<ST>, organization: &Organization) {
    statement.text("(i.sender_user_id is null");
    for (role, status) in rights_that_send(organization) {
        statement.text(format!(
            " or (s.id is not null and s.status = '{status}' and "
        ));
        super::conditions::push_role(statement, "s", role, organization.primary_admin);
        statement.text(")");
    }
    statement.text(")");
}

fn total(
    conn: &mut Conn,
    page: &InvitationsPage,
    kinds: &[Kind],
    overview: &Overview,
) -> Result<u64, Fault> {
    let mut total = 0;
    for kind in kinds {
        total += match kind {
            Kind::All => {
                overview.invitations_with(None)
                    + InvitationEnd::ALL
                        .iter()
                        .map(|end| overview.invitations_with(Some(*end)))
                        .sum::<i64>()
            }
            Kind::Ended(end) => overview.invitations_with(Some(*end)),
            Kind::Pending(_) => {
                let unpositioned = InvitationsPage {
                    position: None,
                    ..page.clone()
                };
                let mut statement = Statement::<BigInt>::new("select count(*) from ");
                kind.push_from(&mut statement);
                kind.push_sender(&mut statement);
                kind.push_where(&mut statement, &unpositioned, overview);
                statement.get_result(conn)?
            }
        };
    }
    Ok(u64::try_from(total).unwrap_or(0))
}

fn shown(
    conn: &mut Conn,
    rows: Vec<Row>,
    overview: &Overview,
    at: Timestamp,
) -> Result<Vec<InvitationRow>, Fault> {
    let users: Vec<UserId> = rows.iter().map(|row| row.user).collect();
    let held = holdings::of(conn, overview, &users, &Scope::Everything)?;
    let organization = &overview.organization;
    rows.into_iter()
        .map(|row| {
            let state = match row.end {
                Some(end) => end.into(),
                None => pending_state(
                    organization,
                    row.sender,
                    row.sender_role.zip(row.sender_status),
                    row.expires_at,
                    at,
                ),
            };
            Ok(InvitationRow {
                id: row.id,
                user: row.user,
                email: row.email,
                role: row.role,
                state,
                expires_at: row.expires_at,
                invited_by: row.sender.map(|user| InvitedBy {
                    user,
                    name: row.sender_name,
                }),
                memberships: held.get(&row.user).cloned().unwrap_or_default(),
                mail: mail_state(row.mail_state.as_deref())?,
                mail_error: row.mail_error,
                created_at: row.created_at,
                ended_at: row.ended_at,
            })
        })
        .collect()
}
