//! Where a page of people starts: the plan behind the lists of users, members and candidates.
//!
//! Every condition is always stated, so whichever way a plan goes it finds the same rows; the plan
//! only says through which index they are met, so that a page costs what a page costs (R-LST-3).

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use vestibule_domain::{
    EntityId, EntityRole, OrganizationId, OrganizationRole, Scope, Status, UserId,
};

use super::{Conn, dialect};
use crate::overview::Overview;
use crate::page::Position;
use crate::statement::Statement;
use crate::{Direction, Fault, PageLimit, Search, UsersSort};

/// Up to this many rows are gathered and sorted; beyond it an index is walked in order.
const GATHERED_MAX: i64 = if cfg!(test) { 12 } else { 2000 };
/// Up to this many indexes are walked side by side.
const BRANCHES_MAX: usize = 8;

/// 0001-01-01T00:00:00Z, before all that is stored.
const MICROS_MIN: i64 = -62_135_596_800_000_000;

/// Which people of an organization, in which order, from where on.
#[derive(Clone, Debug)]
pub(crate) struct People<'a> {
    pub(crate) organization: OrganizationId,
    pub(crate) scope: &'a Scope,
    pub(crate) statuses: &'a BTreeSet<Status>,
    pub(crate) roles: &'a BTreeSet<OrganizationRole>,
    pub(crate) entities: &'a BTreeSet<EntityId>,
    pub(crate) entity_roles: &'a BTreeSet<EntityRole>,
    pub(crate) outside: Outside,
    pub(crate) search: Option<&'a Search>,
    pub(crate) sort: UsersSort,
    pub(crate) direction: Direction,
    pub(crate) limit: PageLimit,
    pub(crate) position: Option<&'a Position>,
}

/// What people must be no member of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    /// Nothing in particular.
    Nothing,
    /// Any entity that the scope shows.
    EveryEntity,
    /// This one.
    Entity(EntityId),
}

/// How the rows of a page are met: through one index or several.
#[derive(Debug)]
pub(crate) struct Plan {
    branches: Vec<Branch>,
    /// How the same people are met when they are counted.
    counted: Start,
}

/// Rows of one kind, met in one way.
#[derive(Clone, Debug)]
struct Branch {
    start: Start,
    key: Key,
    status: Option<Status>,
    role: Option<OrganizationRole>,
    after: Option<Position>,
    /// Whether the start meets them in the order of the page already.
    ordered: Met,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    InOrder,
    Anyhow,
}

/// Where the rows come from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Start {
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
    /// Where the index of trigrams finds what is searched.
    Trigrams(String),
    /// Whose name or email begins with what is searched.
    Beginning(String),
}

/// By what a branch is ordered, before the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Name,
    Email,
    Status,
    JoinedAt,
    /// Nothing: the id alone.
    Id,
}

const BY_NAME: &str = "users_sort_key_index";
const BY_EMAIL: &str = "users_organization_id_email_key_key";
const BY_STATUS: &str = "users_status_index";
const BY_STATUS_AND_NAME: &str = "users_status_sort_key_index";
const BY_ROLE_AND_NAME: &str = "users_role_sort_key_index";
const BY_JOINED_AT: &str = "users_joined_at_index";
const WITHOUT_ENTITY_BY_NAME: &str = "users_without_entity_index";

/// Finds out how to meet those people.
pub(crate) fn plan(
    conn: &mut Conn,
    people: &People<'_>,
    overview: &Overview,
) -> Result<Plan, Fault> {
    if let Some(start) = searched(conn, people, overview)? {
        return Ok(people.gathered(start));
    }
    if people.names_memberships() {
        return through_entities(conn, people);
    }
    if let Scope::Sight(sight) = people.scope {
        return within_sight(conn, people, &sight.people_of, sight.user);
    }
    if people.outside == Outside::EveryEntity {
        return without_entity(conn, people);
    }
    Ok(through_users(people, overview))
}

/// Where a search starts when it finds few; none when the list is to be walked.
fn searched(
    conn: &mut Conn,
    people: &People<'_>,
    overview: &Overview,
) -> Result<Option<Start>, Fault> {
    let Some(search) = people.search else {
        return Ok(None);
    };
    // The index of trigrams knows no organizations: a small one does not pay for the large ones.
    if overview.users() <= GATHERED_MAX {
        return Ok(None);
    }
    let start = if search.is_anywhere() {
        if !dialect::has_trigrams(conn)? {
            return Ok(None);
        }
        Start::Trigrams(search.as_str().to_owned())
    } else {
        Start::Beginning(search.as_str().to_owned())
    };
    let mut statement = Statement::<BigInt>::new("select count(*) from (select 1 as one from ");
    start.push_rows(&mut statement, people.organization, GATHERED_MAX + 1);
    statement.text(") as found");
    let found: i64 = statement.get_result(conn)?;
    Ok((found <= GATHERED_MAX).then_some(start))
}

/// People who are members of entities that are named, or have a role that is named.
fn through_entities(conn: &mut Conn, people: &People<'_>) -> Result<Plan, Fault> {
    let Some(entities) = people.named_entities() else {
        // A role in whichever entity: nothing leads there but the list itself.
        return Ok(people.walked());
    };
    let roles: Vec<Option<EntityRole>> = if people.entity_roles.is_empty() {
        vec![None]
    } else {
        people.entity_roles.iter().copied().map(Some).collect()
    };
    let counted = Start::People(entities.clone(), None);
    if people.sort == UsersSort::Name && entities.len() * roles.len() <= BRANCHES_MAX {
        let branches = entities.iter().flat_map(|entity| {
            roles
                .iter()
                .map(|role| people.branch(Start::Members(*entity, *role), Key::Name, Met::InOrder))
        });
        return Ok(Plan {
            branches: branches.collect(),
            counted,
        });
    }
    if members_of(conn, people.organization, &entities)? <= GATHERED_MAX {
        return Ok(people.gathered(counted));
    }
    Ok(Plan {
        branches: people.walked().branches,
        counted,
    })
}

/// The people whom a plain user sees.
fn within_sight(
    conn: &mut Conn,
    people: &People<'_>,
    people_of: &BTreeSet<EntityId>,
    user: UserId,
) -> Result<Plan, Fault> {
    let counted = Start::People(people_of.clone(), Some(user));
    if people.sort == UsersSort::Name && people_of.len() < BRANCHES_MAX {
        let oneself = people.branch(Start::One(user), Key::Name, Met::InOrder);
        let branches = people_of
            .iter()
            .map(|entity| people.branch(Start::Members(*entity, None), Key::Name, Met::InOrder))
            .chain([oneself]);
        return Ok(Plan {
            branches: branches.collect(),
            counted,
        });
    }
    if members_of(conn, people.organization, people_of)? <= GATHERED_MAX {
        return Ok(people.gathered(counted));
    }
    Ok(Plan {
        branches: people.walked().branches,
        counted,
    })
}

/// People without any entity.
fn without_entity(conn: &mut Conn, people: &People<'_>) -> Result<Plan, Fault> {
    let start = Start::Index(WITHOUT_ENTITY_BY_NAME);
    if people.sort == UsersSort::Name {
        return Ok(Plan {
            branches: vec![people.branch(start.clone(), Key::Name, Met::InOrder)],
            counted: start,
        });
    }
    let mut statement = Statement::<BigInt>::new(format!(
        "select count(*) from (select 1 as one from users u where {} and u.organization_id = ",
        dialect::WITHOUT_ENTITY
    ));
    statement
        .id(people.organization)
        .text(" limit ")
        .count(GATHERED_MAX + 1)
        .text(") as found");
    let found: i64 = statement.get_result(conn)?;
    if found <= GATHERED_MAX {
        return Ok(people.gathered(start));
    }
    Ok(Plan {
        branches: people.walked().branches,
        counted: start,
    })
}

/// People by what they are in the organization alone.
fn through_users(people: &People<'_>, overview: &Overview) -> Plan {
    let by_status = overview.users_with(people.statuses, &BTreeSet::new());
    let by_role = overview.users_with(&BTreeSet::new(), people.roles);
    let branches = match people.sort {
        UsersSort::Name if !people.statuses.is_empty() && by_status <= by_role => people
            .statuses
            .iter()
            .map(|status| Branch {
                status: Some(*status),
                ..people.branch(Start::Index(BY_STATUS_AND_NAME), Key::Name, Met::InOrder)
            })
            .collect(),
        UsersSort::Name if !people.roles.is_empty() => people
            .roles
            .iter()
            .map(|role| Branch {
                role: Some(*role),
                ..people.branch(
                    match role {
                        OrganizationRole::PrimaryAdmin => {
                            Start::One(overview.organization.primary_admin)
                        }
                        OrganizationRole::Admin | OrganizationRole::User => {
                            Start::Index(BY_ROLE_AND_NAME)
                        }
                    },
                    Key::Name,
                    Met::InOrder,
                )
            })
            .collect(),
        UsersSort::Name => people.walked().branches,
        UsersSort::Email | UsersSort::Status | UsersSort::JoinedAt
            if people.filters_users()
                && overview.users_with(people.statuses, people.roles) <= GATHERED_MAX =>
        {
            people.gathered(Start::Users).branches
        }
        UsersSort::Email | UsersSort::Status | UsersSort::JoinedAt => people.walked().branches,
    };
    Plan {
        branches,
        counted: Start::Users,
    }
}

/// How many memberships those entities have.
fn members_of(
    conn: &mut Conn,
    organization: OrganizationId,
    entities: &BTreeSet<EntityId>,
) -> Result<i64, Fault> {
    let mut statement = Statement::<Nullable<BigInt>>::new(
        "select sum(member_count) from entities where organization_id = ",
    );
    statement.id(organization).text(" and id ");
    dialect::push_among(&mut statement, entities.iter().copied());
    let sum: Option<i64> = statement.get_result(conn)?;
    Ok(sum.unwrap_or(0))
}

impl People<'_> {
    fn filters_users(&self) -> bool {
        !self.statuses.is_empty() || !self.roles.is_empty()
    }

    fn names_memberships(&self) -> bool {
        !self.entities.is_empty() || !self.entity_roles.is_empty()
    }

    /// The entities that memberships must lie in, as far as the scope shows them; none for all.
    fn named_entities(&self) -> Option<BTreeSet<EntityId>> {
        match self.scope {
            Scope::Everything if self.entities.is_empty() => None,
            Scope::Everything => Some(self.entities.clone()),
            Scope::Sight(sight) if self.entities.is_empty() => Some(sight.entities.clone()),
            Scope::Sight(sight) => Some(
                self.entities
                    .intersection(&sight.entities)
                    .copied()
                    .collect(),
            ),
        }
    }

    fn key(&self) -> Key {
        match self.sort {
            UsersSort::Name => Key::Name,
            UsersSort::Email => Key::Email,
            UsersSort::Status => Key::Status,
            UsersSort::JoinedAt => Key::JoinedAt,
        }
    }

    fn branch(&self, start: Start, key: Key, ordered: Met) -> Branch {
        Branch {
            start,
            key,
            status: None,
            role: None,
            after: self.position.cloned(),
            ordered,
        }
    }

    /// Rows that are few: found first, sorted afterwards.
    fn gathered(&self, start: Start) -> Plan {
        let branches = match self.sort {
            UsersSort::JoinedAt => self.joined_and_not(|_| start.clone(), Met::Anyhow),
            UsersSort::Name | UsersSort::Email | UsersSort::Status => {
                vec![self.branch(start.clone(), self.key(), Met::Anyhow)]
            }
        };
        Plan {
            branches,
            counted: start,
        }
    }

    /// The index of the sort, walked from the position on.
    fn walked(&self) -> Plan {
        let branches = match self.sort {
            UsersSort::Name => vec![self.branch(Start::Index(BY_NAME), Key::Name, Met::InOrder)],
            UsersSort::Email => {
                vec![self.branch(Start::Index(BY_EMAIL), Key::Email, Met::InOrder)]
            }
            UsersSort::Status if self.statuses.is_empty() => {
                vec![self.branch(Start::Index(BY_STATUS), Key::Status, Met::InOrder)]
            }
            UsersSort::Status => self.by_statuses(),
            UsersSort::JoinedAt => self.joined_and_not(Start::Index, Met::InOrder),
        };
        Plan {
            branches,
            counted: Start::Users,
        }
    }

    /// One walk for each status that is asked for, each by id alone.
    fn by_statuses(&self) -> Vec<Branch> {
        let mut branches = Vec::new();
        for status in self.statuses {
            let mut branch = self.branch(Start::Index(BY_STATUS), Key::Id, Met::InOrder);
            branch.status = Some(*status);
            let reached = self.position.and_then(|at| at.key.as_deref());
            match reached.map(|reached| self.direction.compare(status.as_str(), reached)) {
                Some(std::cmp::Ordering::Less) => continue,
                Some(std::cmp::Ordering::Equal) => {}
                Some(std::cmp::Ordering::Greater) | None => branch.after = None,
            }
            branches.push(branch);
        }
        branches
    }

    /// Who has joined, by when; and after them, in both directions, who has not, by id.
    fn joined_and_not(&self, start: impl Fn(&'static str) -> Start, ordered: Met) -> Vec<Branch> {
        let mut branches = Vec::new();
        let wants = |status| self.statuses.is_empty() || self.statuses.contains(&status);
        let reached_others = self.position.is_some_and(|at| at.key.is_none());
        if !reached_others && (wants(Status::Active) || wants(Status::Deactivated)) {
            branches.push(self.branch(start(BY_JOINED_AT), Key::JoinedAt, ordered));
        }
        if wants(Status::Invited) {
            let mut others = self.branch(start(BY_STATUS), Key::Id, ordered);
            others.status = Some(Status::Invited);
            if !reached_others {
                others.after = None;
            }
            branches.push(others);
        }
        branches
    }
}

impl Plan {
    /// Goes on after the columns of a `select` with all that finds the page's rows, in their order.
    ///
    /// `joins` adds what the columns need beside the user `u`.
    pub(crate) fn push<ST>(
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
                statement.text(" from (select page.id from (");
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
                    .text(outer_order("page.key", "page.id", people))
                    .text(" limit ")
                    .count(rows)
                    .text(") as page ")
                    .text(dialect::JOIN_IN_ORDER)
                    .text(" users u on u.organization_id = ")
                    .id(people.organization)
                    .text(" and u.id = page.id");
                joins(statement);
                statement.text(" order by ").text(outer_order(
                    people.key().column(),
                    "u.id",
                    people,
                ));
            }
        }
        statement.text(" limit ").count(rows);
    }

    /// How many people there are on all pages.
    pub(crate) fn total(
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

impl People<'_> {
    /// The total that the organization keeps, where nothing but statuses is asked for.
    fn known_total(&self, overview: &Overview) -> Option<u64> {
        let plain = *self.scope == Scope::Everything
            && self.roles.is_empty()
            && !self.names_memberships()
            && self.outside == Outside::Nothing
            && self.search.is_none();
        plain.then(|| u64::try_from(overview.users_with(self.statuses, self.roles)).unwrap_or(0))
    }
}

/// The order of rows that come from several branches: who has no key comes last.
fn outer_order(key: &str, id: &str, people: &People<'_>) -> String {
    let way = people.direction.sql();
    match people.sort {
        UsersSort::JoinedAt => format!("{key} is null, {key}{way}, {id}{way}"),
        UsersSort::Name | UsersSort::Email | UsersSort::Status => format!("{key}{way}, {id}{way}"),
    }
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
        statement.text(format!(
            "select * from (select u.id as id, {} as key from ",
            people.key().column()
        ));
        self.start.push_from(statement, people.organization);
        self.push_where(statement, people, overview);
        statement
            .text(self.order(people.direction))
            .text(" limit ")
            .count(rows)
            .text(") as branch");
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
            Start::Members(..) => "m.user_id",
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
        statement.text(format!(" and ({key}, {id}) {beyond} ("));
        let text = after.key.as_deref().unwrap_or_default();
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
    fn push_from<ST>(&self, statement: &mut Statement<ST>, organization: OrganizationId) {
        match self {
            Self::Index(index) => {
                statement.text(format!("users u{}", dialect::indexed_by(index)));
            }
            Self::Users | Self::One(_) => {
                statement.text("users u");
            }
            Self::Members(_, role) => {
                let index = match role {
                    Some(_) => "memberships_entity_id_role_user_sort_key_index",
                    None => "memberships_entity_id_user_sort_key_index",
                };
                statement.text(format!(
                    "memberships m{} {} users u on u.organization_id = m.organization_id and u.id = m.user_id",
                    dialect::indexed_by(index),
                    dialect::JOIN_IN_ORDER,
                ));
            }
            Self::People(..) | Self::Trigrams(_) | Self::Beginning(_) => {
                statement.text("(select id from ");
                self.push_rows(statement, organization, i64::MAX);
                statement.text(format!(
                    ") as found {} users u on u.id = found.id",
                    dialect::JOIN_IN_ORDER
                ));
            }
        }
    }

    /// Rows with the ids of users, at most so many; what begins after `from`.
    fn push_rows<ST>(
        &self,
        statement: &mut Statement<ST>,
        organization: OrganizationId,
        rows_max: i64,
    ) {
        match self {
            Self::People(entities, user) => {
                statement
                    .text("(select user_id as id from memberships where organization_id = ")
                    .id(organization)
                    .text(" and entity_id ");
                dialect::push_among(statement, entities.iter().copied());
                if let Some(user) = user {
                    statement
                        .text(" union select id from users where organization_id = ")
                        .id(organization)
                        .text(" and id = ")
                        .id(*user);
                } else {
                    statement.text(" group by user_id");
                }
                statement.text(") as people");
            }
            Self::Trigrams(needle) => dialect::push_trigrams(statement, needle, rows_max),
            Self::Beginning(beginning) => {
                statement.text("(");
                for (index, column) in ["sort_key", "email_key"].into_iter().enumerate() {
                    if index > 0 {
                        statement.text(" union ");
                    }
                    statement
                        .text("select * from (select id from users u where u.organization_id = ")
                        .id(organization)
                        .text(" and ");
                    push_begins(statement, &format!("u.{column}"), beginning);
                    statement.text(" limit ").count(rows_max).text(") as begun");
                }
                statement.text(") as beginnings");
            }
            Self::Index(_) | Self::Users | Self::One(_) | Self::Members(..) => {
                statement.text("users");
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
            Self::Index(WITHOUT_ENTITY_BY_NAME) => {
                statement.text(" and ").text(dialect::WITHOUT_ENTITY);
            }
            Self::Index(_)
            | Self::Users
            | Self::People(..)
            | Self::Trigrams(_)
            | Self::Beginning(_) => {}
        }
    }
}

impl Key {
    const fn column(self) -> &'static str {
        match self {
            Self::Name => "u.sort_key",
            Self::Email => "u.email_key",
            Self::Status => "u.status",
            Self::JoinedAt => "u.joined_at",
            Self::Id => "u.id",
        }
    }
}

/// All that is asked of a user `u`, each part once, whichever way the row was met.
fn push_conditions<ST>(statement: &mut Statement<ST>, people: &People<'_>, overview: &Overview) {
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
pub(crate) fn push_scope<ST>(statement: &mut Statement<ST>, scope: &Scope) {
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
pub(crate) fn push_role<ST>(
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
    statement
        .and_one_of("x.role", roles.iter().map(|role| role.as_str()))
        .text(")");
}

fn push_search<ST>(statement: &mut Statement<ST>, search: &Search) {
    let needle = search.as_str();
    statement.text(" and (");
    if search.is_anywhere() {
        dialect::push_contains(statement, "u.sort_key", needle);
        statement.text(" or ");
        dialect::push_contains(statement, "u.email_key", needle);
    } else {
        push_begins(statement, "u.sort_key", needle);
        statement.text(" or ");
        push_begins(statement, "u.email_key", needle);
    }
    statement.text(")");
}

/// That a column begins with a text: a range, which an index answers.
pub(crate) fn push_begins<ST>(statement: &mut Statement<ST>, column: &str, beginning: &str) {
    statement.text(format!("({column} >= ")).word(beginning);
    if let Some(end) = first_beyond(beginning) {
        statement.text(format!(" and {column} < ")).word(end);
    }
    statement.text(")");
}

/// The first text, bytewise, after all that begin with this one; none when there is no such text.
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
