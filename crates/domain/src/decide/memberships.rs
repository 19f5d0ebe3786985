//! Decisions about who is a member of an entity, and as what.

use super::standing::MemberPower;
use super::{Asked, Standing};
use crate::{Entity, EntityId, EntityRole, Event, Rejection, Stop, UserId, Wanted};

impl<'a> Asked<'a> {
    /// R-ENT-1 to R-ENT-3, R-ENT-6.
    pub(super) fn set_membership(
        self,
        id: EntityId,
        user: UserId,
        role: EntityRole,
    ) -> Result<Option<Event>, Stop> {
        let (entity, power) = self.managed_entity(id, user)?;
        let before = self.managed_member(power, id, user)?;
        if role == EntityRole::Admin && power == MemberPower::AllButAdmins {
            return Err(Rejection::RoleNotAssignable.into());
        }
        if before == Some(role) {
            return Ok(None);
        }
        if entity.is_archived() {
            return Err(Rejection::EntityArchived(id).into());
        }
        Ok(Some(Event::MembershipSet {
            entity: id,
            user,
            before,
            after: role,
        }))
    }

    /// R-ENT-5, R-ENT-6: taking members out works in archived entities too.
    pub(super) fn remove_membership(
        self,
        id: EntityId,
        user: UserId,
    ) -> Result<Option<Event>, Stop> {
        let (_, power) = self.managed_entity(id, user)?;
        let role = self.managed_member(power, id, user)?;
        Ok(Some(Event::MembershipRemoved {
            entity: id,
            user,
            role: role.ok_or(Rejection::NotAMember)?,
        }))
    }

    /// The entity, seen by the actor, and how far they manage its members.
    fn managed_entity(self, id: EntityId, user: UserId) -> Result<(&'a Entity, MemberPower), Stop> {
        let named = Wanted::new().entity(id).user(user).membership(user, id);
        let standing = self.standing(match self.actor.person() {
            Some(person) => named.membership(person, id),
            None => named,
        })?;
        let entity = self.seen_entity(&standing, id)?;
        match standing.member_power(id) {
            MemberPower::Nobody => Err(Rejection::NotAllowed.into()),
            power => Ok((entity, power)),
        }
    }

    fn seen_entity(self, standing: &Standing<'a>, id: EntityId) -> Result<&'a Entity, Stop> {
        let sees = standing.sees_entity(id)?;
        let entity = self.directory.entity(id).filter(|_| sees);
        entity.ok_or_else(|| Rejection::EntityNotFound(id).into())
    }

    /// The present role of a user of the organization, whom that power reaches (R-ENT-3).
    fn managed_member(
        self,
        power: MemberPower,
        id: EntityId,
        user: UserId,
    ) -> Result<Option<EntityRole>, Rejection> {
        if self.directory.user(user).is_none() {
            return Err(Rejection::UserNotInOrganization(user));
        }
        match (power, self.directory.membership(user, id)) {
            (MemberPower::AllButAdmins, Some(EntityRole::Admin)) => Err(Rejection::NotAllowed),
            (_, role) => Ok(role),
        }
    }
}
