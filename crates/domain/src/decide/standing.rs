//! What an actor may do at this moment, derived anew for every request.

use crate::{
    Actor, Directory, EntityId, EntityRole, KeyRole, OrganizationRole, Rejection, Sender, Stop,
    Timestamp, UserId, Wanted,
};

/// A sign-in older than this is not fresh (R-SES-4).
const FRESH_SECONDS: u32 = 15 * 60;

/// An actor who may work in the organization, with what bounds them.
#[derive(Clone, Copy)]
pub(crate) struct Standing<'a> {
    directory: &'a Directory,
    power: Power,
}

/// Whose rights count.
#[derive(Clone, Copy)]
enum Power {
    Operator,
    User {
        id: UserId,
        role: OrganizationRole,
    },
    /// What the key's role lets *and* its maker may do (R-KEY-2).
    Key {
        role: KeyRole,
        maker: UserId,
        maker_role: OrganizationRole,
    },
}

/// How far an actor manages the members of an entity (R-ENT-3).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberPower {
    Everyone,
    AllButAdmins,
    Nobody,
}

impl Directory {
    /// What the actor may do here; everything in `named` is known afterwards.
    pub(crate) fn standing(
        &self,
        actor: &Actor,
        at: Timestamp,
        named: Wanted,
    ) -> Result<Standing<'_>, Stop> {
        self.need(match actor {
            Actor::User { id, .. } => named.user(*id),
            Actor::Key { maker, .. } => named.user(*maker).api_keys_of(*maker),
            Actor::Invitee | Actor::Operator => named,
        })?;
        let power = match actor {
            Actor::Operator => Power::Operator,
            Actor::Invitee => return Err(Rejection::NotAllowed.into()),
            Actor::User { id, .. } => Power::User {
                id: *id,
                role: self.active_role(*id).ok_or(Rejection::NotFound)?,
            },
            Actor::Key { id, maker } => Power::Key {
                role: self
                    .api_key(*maker, *id)
                    .filter(|key| !key.is_expired_at(at))
                    .ok_or(Rejection::NotSignedIn)?
                    .role,
                maker: *maker,
                maker_role: self.active_role(*maker).ok_or(Rejection::NotSignedIn)?,
            },
        };
        Ok(Standing {
            directory: self,
            power,
        })
    }

    fn active_role(&self, id: UserId) -> Option<OrganizationRole> {
        self.user(id)
            .filter(|user| user.is_active())
            .map(|user| self.organization().role_of(id, user.role))
    }
}

impl Actor {
    /// Refuses an old sign-in; keys and the operator are not asked for a fresh one (R-SES-4, R-KEY-3).
    pub(super) fn must_be_fresh(&self, at: Timestamp) -> Result<(), Rejection> {
        match self {
            Self::User { signed_in, .. } if at > signed_in.plus_seconds(FRESH_SECONDS) => {
                Err(Rejection::RecentSignInRequired)
            }
            Self::User { .. } | Self::Key { .. } | Self::Invitee | Self::Operator => Ok(()),
        }
    }
}

impl Standing<'_> {
    /// The person behind the actor: the user, or the maker of the key.
    pub(crate) const fn person(&self) -> Option<UserId> {
        match self.power {
            Power::Operator => None,
            Power::User { id, .. } => Some(id),
            Power::Key { maker, .. } => Some(maker),
        }
    }

    /// The user, where it is a user and no key of theirs.
    pub(crate) const fn user(&self) -> Option<UserId> {
        match self.power {
            Power::User { id, .. } => Some(id),
            Power::Operator | Power::Key { .. } => None,
        }
    }

    pub(crate) const fn is_key(&self) -> bool {
        matches!(self.power, Power::Key { .. })
    }

    /// Who counts as sender of what the actor invites (R-INV-9).
    pub(crate) fn sender(&self) -> Sender {
        self.person().map_or(Sender::Operator, Sender::User)
    }

    /// Whether the actor owns the organization or stands in for who does (R-ORG-5, R-KEY-3).
    pub(crate) fn owns(&self) -> bool {
        match self.power {
            Power::Operator => true,
            Power::User { role, .. } => role == OrganizationRole::PrimaryAdmin,
            Power::Key { .. } => false,
        }
    }

    /// Whether the actor sees everything in the organization (R-ORG-3, R-KEY-1).
    pub(crate) fn sees_everything(&self) -> bool {
        match self.power {
            Power::Operator => true,
            Power::User { role, .. }
            | Power::Key {
                maker_role: role, ..
            } => role != OrganizationRole::User,
        }
    }

    /// Whether the actor manages entities and the members of every entity (R-ORG-3).
    pub(crate) fn administers(&self) -> bool {
        self.sees_everything() && self.changes()
    }

    /// Whether the actor manages organization-level users (R-ORG-2, R-KEY-1).
    pub(crate) fn manages_users(&self) -> bool {
        match self.power {
            Power::Operator => true,
            Power::User { role, .. } => self.directory.organization().lets_manage_users(role),
            Power::Key {
                role, maker_role, ..
            } => {
                role == KeyRole::UserManager
                    && self.directory.organization().lets_manage_users(maker_role)
            }
        }
    }

    /// Whether the actor may touch the Primary Admin at all, if only to be told to transfer first.
    pub(crate) fn may_touch_primary_admin(&self) -> bool {
        match self.power {
            Power::Operator => true,
            Power::User { role, .. }
            | Power::Key {
                maker_role: role, ..
            } => role == OrganizationRole::PrimaryAdmin,
        }
    }

    /// How far the actor manages the members of that entity (R-ENT-3); both are known.
    pub(crate) fn member_power(&self, entity: EntityId) -> MemberPower {
        if self.administers() {
            return MemberPower::Everyone;
        }
        match self.open_role(entity).filter(|_| self.changes()) {
            Some(EntityRole::Admin) => MemberPower::Everyone,
            Some(EntityRole::Manager) => MemberPower::AllButAdmins,
            Some(EntityRole::Approver | EntityRole::Clerk | EntityRole::Auditor) | None => {
                MemberPower::Nobody
            }
        }
    }

    /// The person's role in that entity, if the entity is not archived; both are known.
    pub(crate) fn open_role(&self, entity: EntityId) -> Option<EntityRole> {
        let open = self
            .directory
            .entity(entity)
            .is_some_and(|entity| !entity.is_archived());
        self.person()
            .filter(|_| open)
            .and_then(|person| self.directory.membership(person, entity))
    }

    /// Whether the actor sees the entity: all do who see everything, and its members while it is open.
    pub(crate) fn sees_entity(&self, entity: EntityId) -> Result<bool, Stop> {
        let mut wanted = Wanted::new().entity(entity);
        if self.sees_everything() {
            self.directory.need(wanted)?;
            return Ok(self.directory.entity(entity).is_some());
        }
        if let Some(person) = self.person() {
            wanted = wanted.membership(person, entity);
        }
        self.directory.need(wanted)?;
        Ok(self.open_role(entity).is_some())
    }

    /// Whether the actor sees the user (R-ORG-3): themself, and whom an entity they share shows.
    pub(crate) fn sees_user(&self, user: UserId) -> Result<bool, Stop> {
        self.directory.need(Wanted::new().user(user))?;
        if self.directory.user(user).is_none() {
            return Ok(false);
        }
        let Some(person) = self.person().filter(|_| !self.sees_everything()) else {
            return Ok(true);
        };
        if person == user {
            return Ok(true);
        }
        self.directory
            .need(Wanted::new().holdings(person).holdings(user))?;
        self.need_rooms_of(person)?;
        Ok(self
            .directory
            .memberships_of(user)
            .any(|(entity, _)| self.sees_members(entity)))
    }

    /// Whether the person's role in that entity shows them its members.
    pub(crate) fn sees_members(&self, entity: EntityId) -> bool {
        self.open_role(entity)
            .is_some_and(|role| self.directory.policy().sees_members(role))
    }

    /// Stops until every entity that the person is a member of is known.
    pub(crate) fn need_rooms_of(&self, person: UserId) -> Result<(), Stop> {
        let rooms = self
            .directory
            .memberships_of(person)
            .fold(Wanted::new(), |wanted, (entity, _)| wanted.entity(entity));
        self.directory.need(rooms)
    }

    /// Whether the actor's kind may change anything: an auditor key only reads.
    fn changes(&self) -> bool {
        match self.power {
            Power::Key { role, .. } => role != KeyRole::Auditor,
            Power::Operator | Power::User { .. } => true,
        }
    }
}
