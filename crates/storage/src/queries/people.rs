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

use super::branches::{Branch, Key, Met, Plan};
use super::conditions::Range;
use super::starts::{
    BY_JOINED_AT, BY_ROLE_AND_NAME, BY_STATUS, BY_STATUS_AND_NAME, Start, named_or_all,
};
use super::{Conn, dialect};
use crate::overview::Overview;
use crate::page::Position;
use crate::statement::Statement;
use crate::{Direction, Fault, PageLimit, Search, Total, UsersSort};

/// Up to this many rows are gathered and sorted; beyond it an index is walked in order.
const GATHERED_MAX: i64 = if cfg!(test) { 12 } else { 6000 };
/// So many rows of a list are looked at first: where a page is among them, nothing else is found out.
const LOOKED_AT: i64 = if cfg!(test) { 6 } else { 2000 };
/// Up to this many rows are gathered where few of those were of the page; beyond it the list is walked all the
/// same, in which one of sixty is one of them then even in an organization of a million.
const FOUND_MAX: i64 = if cfg!(test) { 16 } else { 16_000 };
/// Up to this many indexes are walked side by side.
const BRANCHES_MAX: usize = 8;

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
    /// Whether all of them are counted too.
    pub(crate) total: Total,
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

/// Finds out how to meet those people.
pub(crate) fn plan(
    conn: &mut Conn,
    people: &People<'_>,
    overview: &Overview,
) -> Result<Plan, Fault> {
    if let Some(plan) = searched(conn, people, overview)? {
        return Ok(plan);
    }
    if people.names_memberships() {
        return through_entities(conn, people, overview);
    }
    if let Scope::Sight(sight) = people.scope {
        return within_sight(conn, people, overview, &sight.people_of, sight.user);
    }
    if people.outside == Outside::EveryEntity {
        return without_entity(conn, people, overview);
    }
    Ok(through_users(people, overview))
}

/// How a search is met when an index leads to few; none when the list is to be walked.
fn searched(
    conn: &mut Conn,
    people: &People<'_>,
    overview: &Overview,
) -> Result<Option<Plan>, Fault> {
    let Some(search) = people.search else {
        return Ok(None);
    };
    // The index of trigrams knows no organizations: a small one does not pay for the large ones.
    if overview.users() <= GATHERED_MAX {
        return Ok(None);
    }
    if search.is_anywhere() {
        if !dialect::has_trigrams(conn)? {
            return Ok(None);
        }
        if people.total == Total::Skipped && is_met_soon(conn, people, overview)? {
            return Ok(Some(people.walked()));
        }
        let found = dialect::hits(conn, search, FOUND_MAX + 1)?;
        let few = i64::try_from(found.len()).is_ok_and(|found| found <= FOUND_MAX);
        return Ok(few.then(|| people.gathered(&[Start::Found(found)])));
    }
    let range = Range::beginning(search.as_str());
    let (names, emails) = (Start::Names(range.clone()), Start::Emails(range.clone()));
    let few_names = count_capped(conn, &names, people, GATHERED_MAX)? <= GATHERED_MAX;
    let few_emails = count_capped(conn, &emails, people, GATHERED_MAX)? <= GATHERED_MAX;
    // Where one of them is many and the order of the page, its range is walked and not the list
    // before it; where the other is many, the list is met by it often enough.
    Ok(match (few_names, few_emails, people.sort) {
        (true, true, _) => Some(people.gathered(&[names, emails])),
        (false, true, UsersSort::Name) => Some(people.ranged(range, Start::Names, emails)),
        (true, false, UsersSort::Email) => Some(people.ranged(range, Start::Emails, names)),
        (false | true, true | false, _) => None,
    })
}

/// How many rows a start leads to; one more than are worth it stands for all beyond.
pub(super) fn count_capped(
    conn: &mut Conn,
    start: &Start,
    people: &People<'_>,
    worth: i64,
) -> Result<i64, Fault> {
    let mut statement = Statement::<BigInt>::new("select count(*) from (");
    start.push_first(&mut statement, people.organization, worth + 1);
    statement.text(") as found");
    Ok(statement.get_result(conn)?)
}

/// Whether a whole page, or the end of the list, is among its first rows, so that it is walked.
fn is_met_soon(conn: &mut Conn, people: &People<'_>, overview: &Overview) -> Result<bool, Fault> {
    let mut met = 0_i64;
    for branch in people.walked().branches {
        let (more, goes_on) = branch.met_soon(conn, people, overview, LOOKED_AT)?;
        met = met.saturating_add(more);
        if met >= people.rows() || goes_on {
            return Ok(met >= people.rows());
        }
    }
    // The list ends among its first rows.
    Ok(true)
}

/// Whether rows of whom there are so many, one more than are worth it for all beyond, are gathered
/// rather than the list be walked.
fn are_gathered(
    conn: &mut Conn,
    people: &People<'_>,
    overview: &Overview,
    rows: i64,
) -> Result<bool, Fault> {
    Ok(rows <= GATHERED_MAX || (rows <= FOUND_MAX && !is_met_soon(conn, people, overview)?))
}

/// People who are members of entities that are named, or have a role that is named.
fn through_entities(
    conn: &mut Conn,
    people: &People<'_>,
    overview: &Overview,
) -> Result<Plan, Fault> {
    let holders = |statuses| Start::Holders(people.entity_roles.clone(), statuses);
    let by_role = |status| {
        let roles = people.entity_roles.iter();
        roles.map(|role| Start::Role(*role, status)).collect()
    };
    let Some(entities) = people.named_entities() else {
        return through_few(conn, people, overview, holders, by_role);
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
    let members = members_of(conn, people.organization, &entities)?;
    if are_gathered(conn, people, overview, members)? {
        return Ok(people.gathered(&[counted]));
    }
    let branches = if people.entity_roles.is_empty() {
        people.walked().branches
    } else {
        through_few(conn, people, overview, holders, by_role)?.branches
    };
    Ok(Plan { branches, counted })
}

/// The people whom a plain user sees.
fn within_sight(
    conn: &mut Conn,
    people: &People<'_>,
    overview: &Overview,
    people_of: &BTreeSet<EntityId>,
    user: UserId,
) -> Result<Plan, Fault> {
    let counted = Start::People(people_of.clone(), Some(user));
    if people.sort == UsersSort::Name && people_of.len() < BRANCHES_MAX {
        let oneself = people.branch(Start::One(user), Key::Name, Met::Anyhow);
        let branches = people_of
            .iter()
            .map(|entity| people.branch(Start::Members(*entity, None), Key::Name, Met::InOrder))
            .chain([oneself]);
        return Ok(Plan {
            branches: branches.collect(),
            counted,
        });
    }
    let members = members_of(conn, people.organization, people_of)?;
    if are_gathered(conn, people, overview, members)? {
        return Ok(people.gathered(&[counted]));
    }
    Ok(Plan {
        branches: people.walked().branches,
        counted,
    })
}

/// People without any entity.
fn without_entity(
    conn: &mut Conn,
    people: &People<'_>,
    overview: &Overview,
) -> Result<Plan, Fault> {
    if people.sort == UsersSort::Name {
        let statuses = named_or_all(people.statuses);
        let branches = statuses.into_iter().map(|status| {
            let start = Start::WithoutEntity(BTreeSet::from([status]));
            people.branch(start, Key::Name, Met::InOrder)
        });
        return Ok(Plan {
            branches: branches.collect(),
            counted: Start::WithoutEntity(people.statuses.clone()),
        });
    }
    through_few(conn, people, overview, Start::WithoutEntity, |_| {
        vec![Start::Index(BY_STATUS)]
    })
}

/// People of whom an index says who they are by status, through it where they are few.
///
/// By status, and where they have not joined, each status is met for itself: all of them may be of one,
/// and walking the others would meet nobody. `walks` are the ways through one status by id.
fn through_few(
    conn: &mut Conn,
    people: &People<'_>,
    overview: &Overview,
    start: impl Fn(BTreeSet<Status>) -> Start,
    walks: impl Fn(Status) -> Vec<Start>,
) -> Result<Plan, Fault> {
    let counted = start(people.statuses.clone());
    let all = count_capped(conn, &counted, people, FOUND_MAX)?;
    if are_gathered(conn, people, overview, all)? {
        return Ok(people.gathered(&[counted]));
    }
    let mut branches = Vec::new();
    let by_id = match people.sort {
        UsersSort::Name | UsersSort::Email => {
            branches = people.walked().branches;
            Vec::new()
        }
        UsersSort::Status => people.reached(&named_or_all(people.statuses)),
        UsersSort::JoinedAt => {
            branches.extend(people.joined(Start::Index(BY_JOINED_AT), Met::InOrder));
            people.not_joined().into_iter().collect()
        }
    };
    for (status, after) in by_id {
        let few = start(BTreeSet::from([status]));
        let ways = if count_capped(conn, &few, people, GATHERED_MAX)? <= GATHERED_MAX {
            vec![(few, Met::Anyhow)]
        } else {
            let walks = walks(status).into_iter();
            walks.map(|walk| (walk, Met::InOrder)).collect()
        };
        branches.extend(
            ways.into_iter()
                .map(|(start, met)| people.in_status(start, status, after, met)),
        );
    }
    Ok(Plan { branches, counted })
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
            .map(|role| {
                let (start, met) = match role {
                    OrganizationRole::PrimaryAdmin => {
                        // POSTGRES: in order, it would be met by the index of names, and not by its key.
                        (Start::One(overview.organization.primary_admin), Met::Anyhow)
                    }
                    OrganizationRole::Admin | OrganizationRole::User => {
                        (Start::Index(BY_ROLE_AND_NAME), Met::InOrder)
                    }
                };
                Branch {
                    role: Some(*role),
                    ..people.branch(start, Key::Name, met)
                }
            })
            .collect(),
        UsersSort::Name => people.walked().branches,
        UsersSort::Email | UsersSort::Status | UsersSort::JoinedAt
            if people.filters_users()
                && overview.users_with(people.statuses, people.roles) <= GATHERED_MAX =>
        {
            people.gathered(&[Start::Users]).branches
        }
        UsersSort::Email | UsersSort::Status | UsersSort::JoinedAt => people.walked().branches,
    };
    Plan {
        branches,
        counted: Start::Users,
    }
}

/// How many memberships those entities have.
pub(super) fn members_of(
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
    /// How many rows are read for a page: one more than it has, which says whether there is another.
    pub(super) fn rows(&self) -> i64 {
        i64::from(self.limit.rows()) + 1
    }

    fn filters_users(&self) -> bool {
        !self.statuses.is_empty() || !self.roles.is_empty()
    }

    /// Whether several values of several filters are asked for: of such a combination there are
    /// thousands, each with a text of its own, and a list is seldom asked for twice by it.
    pub(super) fn are_picked_rarely(&self) -> bool {
        let filters = [
            self.statuses.len(),
            self.roles.len(),
            self.entity_roles.len(),
        ];
        filters.into_iter().filter(|values| *values > 1).count() > 1
    }

    pub(super) fn names_memberships(&self) -> bool {
        !self.entities.is_empty() || !self.entity_roles.is_empty()
    }

    /// The entities that memberships must lie in, as far as the scope shows them; none for all.
    pub(super) fn named_entities(&self) -> Option<BTreeSet<EntityId>> {
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

    pub(super) fn key(&self) -> Key {
        match self.sort {
            UsersSort::Name => Key::Name,
            UsersSort::Email => Key::Email,
            UsersSort::Status => Key::Status,
            UsersSort::JoinedAt => Key::JoinedAt,
        }
    }
}
