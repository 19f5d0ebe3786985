//! Where a page of people starts: the plan behind the lists of users, members and candidates.
//!
//! Every condition is always stated, so whichever way a plan goes it finds the same rows; the plan
//! only says through which index they are met, so that a page costs what a page costs (R-LST-3).

use std::cmp::Ordering;
use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use vestibule_domain::{
    EntityId, EntityRole, OrganizationId, OrganizationRole, Scope, Status, UserId,
};

use super::branches::{
    BY_EMAIL, BY_JOINED_AT, BY_NAME, BY_ROLE_AND_NAME, BY_STATUS, BY_STATUS_AND_NAME, Branch, Key,
    Met, Plan, Start, named_or_all,
};
use super::{Conn, dialect};
use crate::overview::Overview;
use crate::page::Position;
use crate::statement::Statement;
use crate::{Direction, Fault, PageLimit, Search, UsersSort};

/// Up to this many rows are gathered and sorted; beyond it an index is walked in order.
const GATHERED_MAX: i64 = if cfg!(test) { 12 } else { 6000 };
/// Up to this many rows are looked at that the index of a search finds; beyond it the list is walked, in
/// which one of a hundred is one of them then even in an organization of a million.
const SEARCHED_MAX: i64 = if cfg!(test) { 12 } else { 16_000 };
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
        let start = Start::Trigrams(search.clone());
        let few = count_capped(conn, &start, people, SEARCHED_MAX)? <= SEARCHED_MAX;
        return Ok(few.then(|| people.gathered(&[start])));
    }
    let names = Start::NameBegins(search.as_str().to_owned());
    let emails = Start::EmailBegins(search.as_str().to_owned());
    let few_names = count_capped(conn, &names, people, GATHERED_MAX)? <= GATHERED_MAX;
    let few_emails = count_capped(conn, &emails, people, GATHERED_MAX)? <= GATHERED_MAX;
    // Where one of them is many and the order of the page, its range is walked and not the list
    // before it; where the other is many, the list is met by it often enough.
    Ok(match (few_names, few_emails, people.sort) {
        (true, true, _) => Some(people.gathered(&[names, emails])),
        (false, true, UsersSort::Name) => Some(people.ranged(names, emails)),
        (true, false, UsersSort::Email) => Some(people.ranged(emails, names)),
        (false | true, true | false, _) => None,
    })
}

/// How many rows a start leads to; one more than are worth it stands for all beyond.
fn count_capped(
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

/// People who are members of entities that are named, or have a role that is named.
fn through_entities(conn: &mut Conn, people: &People<'_>) -> Result<Plan, Fault> {
    let Some(entities) = people.named_entities() else {
        let start = Start::Holders(people.entity_roles.clone(), people.statuses.clone());
        if count_capped(conn, &start, people, GATHERED_MAX)? <= GATHERED_MAX {
            return Ok(people.gathered(&[start]));
        }
        return Ok(Plan {
            branches: people.walked_by_role(),
            counted: start,
        });
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
        return Ok(people.gathered(&[counted]));
    }
    Ok(Plan {
        branches: people.walked_by_role(),
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
        return Ok(people.gathered(&[counted]));
    }
    Ok(Plan {
        branches: people.walked().branches,
        counted,
    })
}

/// People without any entity.
fn without_entity(conn: &mut Conn, people: &People<'_>) -> Result<Plan, Fault> {
    let start = Start::WithoutEntity(people.statuses.clone());
    if people.sort == UsersSort::Name {
        let statuses = named_or_all(people.statuses);
        let branches = statuses.into_iter().map(|status| {
            let start = Start::WithoutEntity(BTreeSet::from([status]));
            people.branch(start, Key::Name, Met::InOrder)
        });
        return Ok(Plan {
            branches: branches.collect(),
            counted: start,
        });
    }
    if count_capped(conn, &start, people, GATHERED_MAX)? <= GATHERED_MAX {
        return Ok(people.gathered(&[start]));
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
    fn gathered(&self, starts: &[Start]) -> Plan {
        let branches = starts.iter().flat_map(|start| match self.sort {
            UsersSort::JoinedAt => self.joined_and_not(|_| start.clone(), Met::Anyhow),
            UsersSort::Name | UsersSort::Email | UsersSort::Status => {
                vec![self.branch(start.clone(), self.key(), Met::Anyhow)]
            }
        });
        Plan {
            branches: branches.collect(),
            counted: match starts {
                [start] => start.clone(),
                _ => Start::Users,
            },
        }
    }

    /// A range that has the order of the page, with what few lie elsewhere.
    fn ranged(&self, range: Start, elsewhere: Start) -> Plan {
        Plan {
            branches: vec![
                self.branch(range, self.key(), Met::InOrder),
                self.branch(elsewhere, self.key(), Met::Anyhow),
            ],
            counted: Start::Users,
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

    /// As [`Self::walked`], but by status through who has a role that is asked for, of which all may
    /// stand at one end of that order.
    fn walked_by_role(&self) -> Vec<Branch> {
        if self.sort != UsersSort::Status || self.entity_roles.is_empty() {
            return self.walked().branches;
        }
        self.by_id_in_each(&named_or_all(self.statuses), |status| {
            let roles = self.entity_roles.iter();
            roles.map(|role| Start::Role(*role, status)).collect()
        })
    }

    /// One walk for each status that is asked for, each by id alone.
    fn by_statuses(&self) -> Vec<Branch> {
        self.by_id_in_each(self.statuses, |_| vec![Start::Index(BY_STATUS)])
    }

    /// Walks by id in each of these statuses that the position has not left behind.
    fn by_id_in_each(
        &self,
        statuses: &BTreeSet<Status>,
        starts: impl Fn(Status) -> Vec<Start>,
    ) -> Vec<Branch> {
        let mut branches = Vec::new();
        for status in statuses {
            let reached = self.position.and_then(|at| at.key.as_deref());
            let order = reached.map(|reached| self.direction.compare(status.as_str(), reached));
            if order == Some(Ordering::Less) {
                continue;
            }
            for start in starts(*status) {
                let mut branch = self.branch(start, Key::Id, Met::InOrder);
                branch.status = Some(*status);
                if order != Some(Ordering::Equal) {
                    branch.after = None;
                }
                branches.push(branch);
            }
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

impl People<'_> {
    /// The total that the organization keeps, where nothing but statuses is asked for.
    pub(super) fn known_total(&self, overview: &Overview) -> Option<u64> {
        let plain = *self.scope == Scope::Everything
            && self.roles.is_empty()
            && !self.names_memberships()
            && self.outside == Outside::Nothing
            && self.search.is_none();
        plain.then(|| u64::try_from(overview.users_with(self.statuses, self.roles)).unwrap_or(0))
    }
}
