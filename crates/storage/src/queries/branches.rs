//! How the rows of a page of people are met: through one index or several, each in its order.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};
use vestibule_domain::{OrganizationRole, Status};

use super::conditions::{push_conditions, push_role};
use super::people::People;
use super::starts::Start;
use super::{Conn, dialect, totals};
use crate::overview::Overview;
use crate::page::Position;
use crate::statement::Statement;
use crate::{Direction, Fault, UsersSort};

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
        let rows = people.rows();
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
        if let Some(known) = totals::known(conn, people, overview)? {
            return Ok(u64::try_from(known).unwrap_or(0));
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

    /// How many of the first rows that it walks are of the page, and whether there are more rows behind
    /// those; `looked_at` rows are met at most, fewer where a page of them is of the page.
    pub(super) fn met_soon(
        &self,
        conn: &mut Conn,
        people: &People<'_>,
        overview: &Overview,
        looked_at: i64,
    ) -> Result<(i64, bool), Fault> {
        let mut statement =
            Statement::<(BigInt, Bool)>::new("select count(*), exists (select 1 from ");
        self.start.push_from(&mut statement, people.organization);
        self.push_place(&mut statement, people, overview);
        statement
            .text(self.order(people.direction))
            .text(format!(
                " limit 1 offset {looked_at}) from (select 1 as one from (select u.organization_id, u.id, \
                 u.sort_key, u.email_sort_key, u.email_key, u.status, u.role, u.without_entity from "
            ));
        self.start.push_from(&mut statement, people.organization);
        self.push_place(&mut statement, people, overview);
        statement
            .text(self.order(people.direction))
            .limit(looked_at)
            .text(") as u where 1 = 1");
        push_conditions(&mut statement, people, overview);
        statement.limit(people.rows()).text(") as met");
        Ok(statement.get_result(conn)?)
    }

    fn push_where<ST>(
        &self,
        statement: &mut Statement<ST>,
        people: &People<'_>,
        overview: &Overview,
    ) {
        self.push_place(statement, people, overview);
        push_conditions(statement, people, overview);
    }

    /// Where its rows lie, whatever else is asked of them.
    fn push_place<ST>(
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
