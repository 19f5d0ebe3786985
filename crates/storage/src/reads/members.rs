//! The people of one entity, and the people who could be added to it.

use std::collections::BTreeSet;

use vestibule_domain::{Email, EntityId, EntityRole, Name, OrganizationId, Status, UserId};

use super::UsersSort;
use super::users::order_context;
use crate::page::Position;
use crate::store::reading;
use crate::{Direction, Fault, InvalidCursor, Page, PageLimit, Search, Store, Total};

/// One page of an entity's members.
///
/// Who may see them is asked before (`Reading::Members`); whoever may sees all of them.
#[derive(Clone, Debug)]
pub struct MembersPage {
    /// Whose entity.
    pub organization: OrganizationId,
    /// Whose members.
    pub entity: EntityId,
    /// Which of them.
    pub filter: MembersFilter,
    /// What their name or email must contain.
    pub search: Option<Search>,
    /// By what they are sorted.
    pub sort: UsersSort,
    /// Which way.
    pub direction: Direction,
    /// How many at most.
    pub limit: PageLimit,
    /// Whether all of them are counted too.
    pub total: Total,
    pub(crate) position: Option<Position>,
}

/// Which members are listed; an empty set filters nothing, several values mean any of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MembersFilter {
    /// With one of these statuses.
    pub statuses: BTreeSet<Status>,
    /// With one of these roles in the entity.
    pub roles: BTreeSet<EntityRole>,
}

/// One member of an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// Who.
    pub user: UserId,
    /// Their email.
    pub email: Email,
    /// Their name.
    pub name: Option<Name>,
    /// Their status in the organization.
    pub status: Status,
    /// What they are in the entity.
    pub role: EntityRole,
}

/// One page of the users who could be added to an entity, by name.
///
/// Rule: R-ENT-3: id, name, email, status, and no more of them than that.
#[derive(Clone, Debug)]
pub struct CandidatesPage {
    /// Whose users.
    pub organization: OrganizationId,
    /// The entity that they are not members of.
    pub entity: EntityId,
    /// What their name or email must contain.
    pub search: Option<Search>,
    /// How many at most.
    pub limit: PageLimit,
    /// Whether all of them are counted too.
    pub total: Total,
    pub(crate) position: Option<Position>,
}

/// One user who could be added to an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateRow {
    /// Who.
    pub user: UserId,
    /// Their email.
    pub email: Email,
    /// Their name.
    pub name: Option<Name>,
    /// Their status in the organization.
    pub status: Status,
}

impl MembersPage {
    /// The first page of all members, by name.
    #[must_use]
    pub fn new(organization: OrganizationId, entity: EntityId) -> Self {
        Self {
            organization,
            entity,
            filter: MembersFilter::default(),
            search: None,
            sort: UsersSort::default(),
            direction: Direction::default(),
            limit: PageLimit::default(),
            total: Total::default(),
            position: None,
        }
    }

    /// The page that a cursor of this list, in this order, leads to.
    ///
    /// # Errors
    /// `InvalidCursor` when it is garbage or belongs to another list or order: set those before.
    pub fn after(mut self, cursor: &str) -> Result<Self, InvalidCursor> {
        self.position = Some(Position::read(&self.context(), cursor)?);
        Ok(self)
    }

    pub(crate) fn context(&self) -> Vec<u8> {
        let list = format!("members {}", self.entity);
        order_context(&list, self.organization, self.sort, self.direction)
    }
}

impl CandidatesPage {
    /// The first page of all candidates.
    #[must_use]
    pub fn new(organization: OrganizationId, entity: EntityId) -> Self {
        Self {
            organization,
            entity,
            search: None,
            limit: PageLimit::default(),
            total: Total::default(),
            position: None,
        }
    }

    /// The page that a cursor of this list leads to.
    ///
    /// # Errors
    /// `InvalidCursor` when it is garbage or belongs to another list.
    pub fn after(mut self, cursor: &str) -> Result<Self, InvalidCursor> {
        self.position = Some(Position::read(&self.context(), cursor)?);
        Ok(self)
    }

    pub(crate) fn context(&self) -> Vec<u8> {
        format!("candidates {} {}", self.organization, self.entity).into_bytes()
    }
}

impl Store {
    /// One page of an entity's members.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn members_page(&self, page: MembersPage) -> Result<Page<MemberRow>, Fault> {
        reading!(self, conn => queries::members::page(conn, &page))
    }

    /// One member of an entity; none when the user is not in it.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn member(
        &self,
        organization: OrganizationId,
        entity: EntityId,
        user: UserId,
    ) -> Result<Option<MemberRow>, Fault> {
        reading!(self, conn => queries::members::one(conn, organization, entity, user))
    }

    /// One page of the users who could be added to an entity.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn candidates_page(&self, page: CandidatesPage) -> Result<Page<CandidateRow>, Fault> {
        reading!(self, conn => queries::members::candidates(conn, &page))
    }
}
