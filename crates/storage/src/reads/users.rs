//! The list of users, and one user as the list shows them (R-LST).

use std::collections::BTreeSet;

use vestibule_domain::{
    AccountId, Actor, Directory, Email, EntityId, EntityRole, InvitationId, InvitationState, Name,
    OrganizationId, OrganizationRole, Reading, Rejection, Scope, Status, Timestamp, UserId,
};

use super::{Lasting, MailState};
use crate::execute::ask;
use crate::page::Position;
use crate::store::reading;
use crate::transaction::Transactions;
use crate::{Direction, Fault, InvalidCursor, Page, PageLimit, Search, Seen, Store, Total};

/// One page of an organization's users.
///
/// Rule: R-LST-2. A row whose sort key and match stay as they are appears exactly once on the
/// pages, whatever others write meanwhile.
#[derive(Clone, Debug)]
pub struct UsersPage {
    /// Whose users.
    pub organization: OrganizationId,
    /// What of them whoever asks may see.
    pub scope: Scope,
    /// The moment at which invitations are read as pending, expired or suspended.
    pub at: Timestamp,
    /// Which of them.
    pub filter: UsersFilter,
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

/// Which users are listed; an empty set filters nothing, several values mean any of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsersFilter {
    /// With one of these statuses.
    pub statuses: BTreeSet<Status>,
    /// With one of these organization roles.
    pub roles: BTreeSet<OrganizationRole>,
    /// Members of one of these entities.
    pub entities: BTreeSet<EntityId>,
    /// With one of these roles, in one of `entities` where some are named.
    pub entity_roles: BTreeSet<EntityRole>,
    /// Members, or members of nothing, where that is asked.
    pub holding: Holding,
}

/// Whether users are listed by having any entity at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Holding {
    /// Whether they have or not.
    #[default]
    Whatever,
    /// Only those without any entity (R-INV-11).
    WithoutEntity,
}

/// By what users and members are sorted; ties by id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UsersSort {
    /// By name without case; who has none, by email.
    #[default]
    Name,
    /// By email without case.
    Email,
    /// By the word of their status.
    Status,
    /// By when they joined; who has not, last in both directions.
    JoinedAt,
}

/// One user, as a list shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    /// Their id.
    pub id: UserId,
    /// Their email.
    pub email: Email,
    /// Their name.
    pub name: Option<Name>,
    /// What they are in the organization.
    pub role: OrganizationRole,
    /// Their status.
    pub status: Status,
    /// When they joined.
    pub joined_at: Option<Timestamp>,
    /// The account they are linked to.
    pub account: Option<AccountId>,
    /// Their invitation while it is pending, expired or suspended.
    pub invitation: Option<PendingInvitation>,
    /// Their memberships that whoever asks may see, by the entity's name.
    pub memberships: Vec<MembershipRow>,
}

/// The invitation of a user who has not joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingInvitation {
    /// Its id.
    pub id: InvitationId,
    /// How it reads at the moment of the query: pending, expired or suspended.
    pub state: InvitationState,
    /// When it can no longer be accepted.
    pub expires_at: Timestamp,
    /// How its mail fares (R-INV-10).
    pub mail: MailState,
    /// Why the mail failed, if it did.
    pub mail_error: Option<String>,
}

/// One membership of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MembershipRow {
    /// Where.
    pub entity: EntityId,
    /// What the entity is called.
    pub entity_name: Name,
    /// As what.
    pub role: EntityRole,
}

impl UsersPage {
    /// The first page of all users, by name.
    #[must_use]
    pub fn new(organization: OrganizationId, scope: Scope, at: Timestamp) -> Self {
        Self {
            organization,
            scope,
            at,
            filter: UsersFilter::default(),
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
        order_context("users", self.organization, self.sort, self.direction)
    }
}

/// What ties a cursor to its list and order.
pub(super) fn order_context(
    list: &str,
    organization: OrganizationId,
    sort: UsersSort,
    direction: Direction,
) -> Vec<u8> {
    format!("{list} {organization} {sort:?} {direction:?}").into_bytes()
}

impl Store {
    /// One page of an organization's users as an actor sees them: the page's scope is what the
    /// rules say it is, and everything is read from one state of the database.
    ///
    /// A rejection says that they may not look at it; where there is no such organization it is
    /// `NotFound`.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn users_page_for(
        &self,
        actor: Actor,
        page: UsersPage,
    ) -> Result<Result<Seen<Page<UserRow>>, Rejection>, Fault> {
        let policy = self.policy.clone();
        reading!(self, conn => conn.in_snapshot(|conn| {
            let Some(overview) = queries::overviews::one(conn, page.organization)? else {
                return Ok(Err(Rejection::NotFound));
            };
            let mut loader = queries::load::Loader { conn, organization: page.organization };
            let may_read = |directory: &Directory| {
                directory.may_read(&actor, &Reading::Users, page.at)
            };
            let scope = match ask(overview.organization.clone(), policy, &mut loader, &may_read)? {
                Ok(scope) => scope,
                Err(rejection) => return Ok(Err(rejection)),
            };
            let page = UsersPage { scope, ..page };
            let what = queries::users::page_of(conn, &overview, &page)?;
            Ok(Ok(Seen {
                revision: overview.revision,
                lasting: Lasting::of_users(&what.items, page.at),
                what,
            }))
        }))
    }

    /// One page of an organization's users.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn users_page(&self, page: UsersPage) -> Result<Page<UserRow>, Fault> {
        reading!(self, conn => queries::users::page(conn, &page))
    }

    /// One user as the list shows them; none when there is none that the scope shows.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn user(
        &self,
        organization: OrganizationId,
        user: UserId,
        scope: Scope,
        at: Timestamp,
    ) -> Result<Option<UserRow>, Fault> {
        reading!(self, conn => queries::users::one(conn, organization, user, &scope, at))
    }
}
