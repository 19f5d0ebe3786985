//! How the rows of a page of people are met: through one index or several, each in its order.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use vestibule_domain::{EntityId, EntityRole, OrganizationId, OrganizationRole, Status, UserId};

use super::conditions::{push_begins, push_conditions, push_role};
use super::people::People;
use super::{Conn, dialect};
use crate::overview::Overview;
use crate::page::Position;
use crate::statement::Statement;
use crate::{Direction, Fault, Search, UsersSort};

/// 0001-01-01T00:00:00Z, before all that is stored.
const MICROS_MIN: i64 = -62_135_596_800_000_000;

/// How the rows of a page are met: through one index or several.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) branches: Vec<Branch>,
    /// How the same people are met when they are counted.
    pub(super) counted: Start,
}

/// Rows of one kind, met in one way.
#[derive(Clone, Debug)]
pub(super) struct Branch {
    pub(super) start: Start,
    pub(super) key: Key,
    pub(super) status: Option<Status>,
    pub(super) role: Option<OrganizationRole>,
    pub(super) after: Option<Position>,
    /// Whether the start meets them in the order of the page already.
    pub(super) ordered: Met,
}

/// Whether rows come in the order of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
    InOrder,
    Anyhow,
}

/// Where the rows come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// This index over users.
    Index(&'static str),
    /// Whatever index the database finds.
    Users,
    /// One user.
    One(UserId),
    /// The members of one entity by name, of one role or of all.
    Members(EntityId, Option<EntityRole>),
    /// The members of these entities, with this user.
    People(BTreeSet<EntityId>, Option<UserId>),
    /// Who has one of these roles in whichever entity, and one of these statuses if any is named.
    Holders(BTreeSet<EntityRole>, BTreeSet<Status>),
    /// Who has that role in whichever entity and that status, by id.
    Role(EntityRole, Status),
    /// Who is a member of no entity and has one of these statuses if any is named.
    WithoutEntity(BTreeSet<Status>),
    /// Where the index of trigrams finds what is searched.
    Trigrams(Search),
    /// Whose name, or email where there is none, begins with what is searched.
    NameBegins(String),
    /// Whose email begins with what is searched.
    EmailBegins(String),
}

/// By what a branch is ordered, before the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Name,
    Email,
    Status,
    JoinedAt,
    /// Nothing: the id alone.
    Id,
}

pub(super) const BY_NAME: &str = "users_sort_key_index";
pub(super) const BY_EMAIL: &str = "users_email_sort_key_index";
pub(super) const BY_STATUS: &str = "users_status_index";
pub(super) const BY_STATUS_AND_NAME: &str = "users_status_sort_key_index";
pub(super) const BY_ROLE_AND_NAME: &str = "users_role_sort_key_index";
pub(super) const BY_JOINED_AT: &str = "users_joined_at_index";
const WITHOUT_ENTITY: &str = "users_without_entity_index";
const BY_MEMBER_NAME: &str = "memberships_entity_id_user_sort_key_index";
const BY_MEMBER_ROLE: &str = "memberships_role_user_status_index";

impl Plan {
    /// Goes on after the columns of a `select` with all that finds the page's rows, in their order.
    ///
    /// `joins` adds what the columns need beside the user `u`.
    pub(super) fn push<ST>(
        &self,
        statement: &mut Statement<ST>,
        joins: impl Fn(&mut Statement<ST>),
        people: &People<'_>,
        overview: &Overview,
    ) {
        let rows = i64::from(people.limit.rows()) + 1;
        match self.branches.as_slice() {
            [branch] if branch.ordered == Met::InOrder => {
                statement.text(" from ");
                branch.start.push_from(statement, people.organization);
                joins(statement);
                branch.push_where(statement, people, overview);
                statement.text(branch.order(people.direction));
            }
            branches => {
                statement.text(" from (select page.id, page.key from (");
                if branches.is_empty() {
                    statement.text("select u.id as id, u.sort_key as key from users u where 1 = 0");
                }
                for (index, branch) in branches.iter().enumerate() {
                    if index > 0 {
                        statement.text(" union ");
                    }
                    branch.push_keys(statement, people, overview, rows);
                }
                statement
                    .text(") as page order by ")
                    .text(outer_order(people))
                    .limit(rows)
                    .text(") as page ")
                    .text(dialect::JOIN_IN_ORDER)
                    .text(" users u on u.organization_id = ")
                    .id(people.organization)
                    .text(" and u.id = page.id");
                joins(statement);
                // They come in this order already; said again, it holds whatever a join does.
                statement.text(" order by ").text(outer_order(people));
            }
        }
        statement.limit(rows);
    }

    /// How many people there are on all pages.
    pub(super) fn total(
        &self,
        conn: &mut Conn,
        people: &People<'_>,
        overview: &Overview,
    ) -> Result<u64, Fault> {
        if let Some(known) = people.known_total(overview) {
            return Ok(known);
        }
        let mut statement = Statement::<BigInt>::new("select count(*) from ");
        self.counted.push_from(&mut statement, people.organization);
        let counted = Branch {
            start: self.counted.clone(),
            key: Key::Id,
            status: None,
            role: None,
            after: None,
            ordered: Met::Anyhow,
        };
        counted.push_where(&mut statement, people, overview);
        let total: i64 = statement.get_result(conn)?;
        Ok(u64::try_from(total).unwrap_or(0))
    }
}

/// The order of rows that come from several branches: who has no key comes last.
fn outer_order(people: &People<'_>) -> String {
    let way = people.direction.sql();
    let absent = match people.sort {
        UsersSort::JoinedAt => " nulls last",
        UsersSort::Name | UsersSort::Email | UsersSort::Status => "",
    };
    format!("page.key{way}{absent}, page.id{way}")
}

impl Branch {
    /// `select id, key` of the first rows of this branch.
    fn push_keys<ST>(
        &self,
        statement: &mut Statement<ST>,
        people: &People<'_>,
        overview: &Overview,
        rows: i64,
    ) {
        let columns = format!("select u.id as id, {} as key from ", people.key().column());
        statement.text("select * from (");
        match self.ordered {
            Met::InOrder => {
                statement.text(columns);
                self.start.push_from(statement, people.organization);
                self.push_where(statement, people, overview);
                statement.text(self.order(people.direction));
            }
            Met::Anyhow => {
                statement.text("select * from (").text(columns);
                self.start.push_from(statement, people.organization);
                self.push_where(statement, people, overview);
                let way = people.direction.sql();
                statement.text(dialect::FOUND_FIRST).text(format!(
                    ") as gathered order by gathered.key{way}, gathered.id{way}"
                ));
            }
        }
        statement.limit(rows).text(") as branch");
    }

    fn order(&self, direction: Direction) -> String {
        let way = direction.sql();
        let id = self.id_column();
        match self.key_column() {
            Some(key) => format!(" order by {key}{way}, {id}{way}"),
            None => format!(" order by {id}{way}"),
        }
    }

    // SQLITE: an index gives its order only to its own columns, so the name of a member is taken
    // from the membership where that is where the rows come from.
    fn key_column(&self) -> Option<&'static str> {
        match (self.key, &self.start) {
            (Key::Name, Start::Members(..)) => Some("m.user_sort_key"),
            (Key::Id, _) => None,
            (key, _) => Some(key.column()),
        }
    }

    fn id_column(&self) -> &'static str {
        match &self.start {
            Start::Members(..) | Start::Role(..) => "m.user_id",
            _ => "u.id",
        }
    }

    fn push_where<ST>(
        &self,
        statement: &mut Statement<ST>,
        people: &People<'_>,
        overview: &Overview,
    ) {
        statement
            .text(" where u.organization_id = ")
            .id(people.organization);
        self.start.push_where(statement, people.organization);
        statement.and_one_of("u.status", self.status.map(Status::as_str));
        if let Some(role) = self.role {
            statement.text(" and ");
            push_role(statement, "u", role, overview.organization.primary_admin);
        }
        if self.key == Key::JoinedAt {
            // A bound, so that the index is entered after those without a value.
            statement.text(" and u.joined_at >= ").micros(MICROS_MIN);
        }
        self.push_after(statement, people.direction);
        push_conditions(statement, people, overview);
    }

    fn push_after<ST>(&self, statement: &mut Statement<ST>, direction: Direction) {
        let Some(after) = &self.after else { return };
        let beyond = match direction {
            Direction::Ascending => ">",
            Direction::Descending => "<",
        };
        let id = self.id_column();
        let Some(key) = self.key_column() else {
            statement.text(format!(" and {id} {beyond} ")).id(after.id);
            return;
        };
        let text = after.key.as_deref().unwrap_or_default();
        statement.text(format!(" and ({key}, {id}) {beyond} ("));
        if self.key == Key::JoinedAt {
            // A position by time of joining holds microseconds; its check stands for that.
            statement.micros(text.parse().unwrap_or(MICROS_MIN));
        } else {
            statement.word(text);
        }
        statement.text(", ").id(after.id).text(")");
    }
}

impl Start {
    /// `select 1` for each of the first rows, at most so many.
    pub(super) fn push_first<ST>(
        &self,
        statement: &mut Statement<ST>,
        organization: OrganizationId,
        rows_max: i64,
    ) {
        if let Self::Trigrams(search) = self {
            statement.text("select 1 as one from ");
            dialect::push_trigrams(statement, search, rows_max);
            return;
        }
        if let Self::Holders(roles, statuses) = self {
            statement.text("select 1 as one from ");
            push_holders(statement, organization, roles, statuses, rows_max);
            return;
        }
        statement.text("select 1 as one from ");
        self.push_from(statement, organization);
        statement
            .text(" where u.organization_id = ")
            .id(organization);
        self.push_where(statement, organization);
        statement.limit(rows_max);
    }

    fn push_from<ST>(&self, statement: &mut Statement<ST>, organization: OrganizationId) {
        match self {
            Self::Index(index) => {
                statement.text(format!("users u{}", dialect::indexed_by(index)));
            }
            Self::NameBegins(_) => {
                statement.text(format!("users u{}", dialect::indexed_by(BY_NAME)));
            }
            Self::EmailBegins(_) => {
                statement.text(format!("users u{}", dialect::indexed_by(BY_EMAIL)));
            }
            Self::Users | Self::One(_) => {
                statement.text("users u");
            }
            Self::Members(..) | Self::Role(..) => {
                let index = match self {
                    Self::Members(_, None) => BY_MEMBER_NAME,
                    Self::Members(..) => "memberships_entity_id_role_user_sort_key_index",
                    _ => BY_MEMBER_ROLE,
                };
                statement.text(format!(
                    "memberships m{} {} users u \
                     on u.organization_id = m.organization_id and u.id = m.user_id",
                    dialect::indexed_by(index),
                    dialect::JOIN_IN_ORDER,
                ));
            }
            Self::People(entities, user) => {
                statement.text("(");
                push_people(statement, organization, entities, *user);
                statement.text(format!(
                    ") as found {} users u on u.id = found.id",
                    dialect::JOIN_IN_ORDER
                ));
            }
            Self::WithoutEntity(_) => {
                statement.text(format!("users u{}", dialect::indexed_by(WITHOUT_ENTITY)));
            }
            Self::Holders(roles, statuses) => {
                push_holders(statement, organization, roles, statuses, i64::MAX);
                statement.text(format!(
                    " {} users u on u.id = holders.id",
                    dialect::JOIN_IN_ORDER
                ));
            }
            Self::Trigrams(search) => {
                dialect::push_trigrams(statement, search, i64::MAX);
                statement.text(format!(
                    " {} users u on u.id = trigrams.id",
                    dialect::JOIN_IN_ORDER
                ));
            }
        }
    }

    fn push_where<ST>(&self, statement: &mut Statement<ST>, organization: OrganizationId) {
        match self {
            Self::One(user) => {
                statement.text(" and u.id = ").id(*user);
            }
            Self::Members(entity, role) => {
                statement
                    .text(" and m.organization_id = ")
                    .id(organization)
                    .text(" and m.entity_id = ")
                    .id(*entity)
                    .and_one_of("m.role", role.map(EntityRole::as_str));
            }
            Self::NameBegins(beginning) => {
                statement.text(" and ");
                push_begins(statement, "u.sort_key", beginning);
            }
            Self::EmailBegins(beginning) => {
                statement.text(" and ");
                push_begins(statement, "u.email_sort_key", beginning);
            }
            Self::WithoutEntity(statuses) => {
                statement
                    .text(" and ")
                    .text(dialect::WITHOUT_ENTITY)
                    .and_one_of("u.status", statuses.iter().map(|status| status.as_str()));
            }
            Self::Role(role, status) => {
                statement
                    .text(" and m.organization_id = ")
                    .id(organization)
                    .and_one_of("m.role", [role.as_str()])
                    .and_one_of("m.user_status", [status.as_str()])
                    // Whoever has the role in several entities is met in the first of them.
                    .text(
                        " and not exists (select 1 from memberships y \
                         where y.organization_id = m.organization_id and y.user_id = m.user_id \
                         and y.entity_id < m.entity_id and (y.role = m.role) is true",
                    )
                    .text(dialect::FOR_EACH_ROW)
                    .text(")");
            }
            Self::Index(_)
            | Self::Users
            | Self::People(..)
            | Self::Holders(..)
            | Self::Trigrams(_) => {}
        }
    }
}

/// The ids of who has one of some roles anywhere, each once and at most so many of each role and status.
fn push_holders<ST>(
    statement: &mut Statement<ST>,
    organization: OrganizationId,
    roles: &BTreeSet<EntityRole>,
    statuses: &BTreeSet<Status>,
    rows_max: i64,
) {
    let statuses = named_or_all(statuses);
    let kinds = roles
        .iter()
        .flat_map(|role| statuses.iter().map(move |status| (role, status)));
    statement.text("(");
    for (index, (role, status)) in kinds.enumerate() {
        // The order lets whoever is met twice stand side by side, so that few rows are met for few.
        statement
            .text(if index == 0 { "" } else { " union " })
            .text(format!(
                "select * from (select distinct m.user_id as id from memberships m{} \
                 where m.organization_id = ",
                dialect::indexed_by(BY_MEMBER_ROLE),
            ))
            .id(organization)
            .and_one_of("m.role", [role.as_str()])
            .and_one_of("m.user_status", [status.as_str()])
            .text(" order by m.user_id")
            .limit(rows_max)
            .text(") as holder");
    }
    statement.text(") as holders");
}

/// The statuses that are named, or every one where none is.
pub(super) fn named_or_all(statuses: &BTreeSet<Status>) -> BTreeSet<Status> {
    if statuses.is_empty() {
        BTreeSet::from([Status::Active, Status::Invited, Status::Deactivated])
    } else {
        statuses.clone()
    }
}

/// The ids of the members of some entities, each once, with one user more if one is given.
fn push_people<ST>(
    statement: &mut Statement<ST>,
    organization: OrganizationId,
    entities: &BTreeSet<EntityId>,
    user: Option<UserId>,
) {
    // SQLITE: the index is named, or the key of users would be walked, which has their order for the
    // grouping and holds the whole organization.
    statement
        .text(format!(
            "select user_id as id from memberships{} where organization_id = ",
            dialect::indexed_by(BY_MEMBER_NAME)
        ))
        .id(organization)
        .text(" and entity_id ");
    dialect::push_among(statement, entities.iter().copied());
    match user {
        Some(user) => statement
            .text(" union select id from users where organization_id = ")
            .id(organization)
            .text(" and id = ")
            .id(user),
        None => statement.text(" group by user_id"),
    };
}

impl Key {
    pub(super) const fn column(self) -> &'static str {
        match self {
            Self::Name => "u.sort_key",
            Self::Email => "u.email_sort_key",
            Self::Status => "u.status",
            Self::JoinedAt => "u.joined_at",
            Self::Id => "u.id",
        }
    }
}
