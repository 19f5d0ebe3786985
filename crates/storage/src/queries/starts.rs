//! Where the rows of a page of people come from: an index, other rows, or what was found before.

use std::collections::BTreeSet;

use vestibule_domain::{EntityId, EntityRole, OrganizationId, Status, UserId};

use super::conditions::{Range, push_range};
use super::dialect;
use crate::statement::Statement;

pub(super) const BY_NAME: &str = "users_sort_key_index";
pub(super) const BY_EMAIL: &str = "users_email_sort_key_index";
pub(super) const BY_STATUS: &str = "users_status_index";
pub(super) const BY_STATUS_AND_NAME: &str = "users_status_sort_key_index";
pub(super) const BY_ROLE_AND_NAME: &str = "users_role_sort_key_index";
pub(super) const BY_JOINED_AT: &str = "users_joined_at_index";
const WITHOUT_ENTITY: &str = "users_without_entity_index";
const BY_MEMBER_NAME: &str = "memberships_entity_id_user_sort_key_index";
pub(super) const BY_MEMBER_ROLE_AND_NAME: &str = "memberships_entity_id_role_user_sort_key_index";
const BY_MEMBER_ROLE: &str = "memberships_role_user_status_index";

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
    /// What the index of trigrams found.
    Found(Vec<dialect::Hit>),
    /// Whose name, or email where there is none, lies in a range.
    Names(Range),
    /// Whose email lies in a range.
    Emails(Range),
}

impl Start {
    /// `select 1` for each of the first rows, at most so many.
    pub(super) fn push_first<ST>(
        &self,
        statement: &mut Statement<ST>,
        organization: OrganizationId,
        rows_max: i64,
    ) {
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

    /// What stands after `from`: the user `u`, through what leads to them.
    pub(super) fn push_from<ST>(
        &self,
        statement: &mut Statement<ST>,
        organization: OrganizationId,
    ) {
        match self {
            Self::Index(index) => {
                statement.text(format!("users u{}", dialect::indexed_by(index)));
            }
            Self::Names(_) => {
                statement.text(format!("users u{}", dialect::indexed_by(BY_NAME)));
            }
            Self::Emails(_) => {
                statement.text(format!("users u{}", dialect::indexed_by(BY_EMAIL)));
            }
            Self::Users | Self::One(_) => {
                statement.text("users u");
            }
            Self::Members(..) | Self::Role(..) => {
                let index = match self {
                    Self::Members(_, None) => BY_MEMBER_NAME,
                    Self::Members(..) => BY_MEMBER_ROLE_AND_NAME,
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
            Self::Found(hits) => dialect::push_found(statement, hits),
        }
    }

    /// ` and` what it asks of the rows that it leads to.
    pub(super) fn push_where<ST>(
        &self,
        statement: &mut Statement<ST>,
        organization: OrganizationId,
    ) {
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
            Self::Names(range) => {
                statement.text(" and ");
                push_range(statement, "u.sort_key", range);
            }
            Self::Emails(range) => {
                statement.text(" and ");
                push_range(statement, "u.email_sort_key", range);
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
            | Self::Found(_) => {}
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
