//! Decisions about entities: made, renamed, archived, deleted.

use super::{Asked, Standing};
use crate::{Entity, EntityId, Event, Name, Rejection, Stop, Wanted};

impl<'a> Asked<'a> {
    /// R-ORG-3, R-ENT-7.
    pub(super) fn create_entity(self, id: EntityId, name: &Name) -> Result<Option<Event>, Stop> {
        let standing = self.standing(Wanted::new().entity(id).name(name.key()))?;
        if !standing.administers() {
            return Err(Rejection::NotAllowed.into());
        }
        if self.directory.entity_by_name(&name.key()).is_some() {
            return Err(Rejection::EntityNameTaken.into());
        }
        if self.directory.entity(id).is_some() {
            return Err(Rejection::IdInUse.into());
        }
        Ok(Some(Event::EntityCreated {
            entity: id,
            name: name.clone(),
        }))
    }

    /// R-ENT-7; an archived entity can be renamed too.
    pub(super) fn rename_entity(self, id: EntityId, name: &Name) -> Result<Option<Event>, Stop> {
        let standing = self.standing(Wanted::new().entity(id).name(name.key()))?;
        let entity = self.administered(&standing, id)?;
        let namesake = self.directory.entity_by_name(&name.key());
        if namesake.is_some_and(|other| other.id != id) {
            return Err(Rejection::EntityNameTaken.into());
        }
        Ok((entity.name != *name).then(|| Event::EntityRenamed {
            entity: id,
            before: entity.name.clone(),
            after: name.clone(),
        }))
    }

    /// R-ENT-6.
    pub(super) fn archive_entity(self, id: EntityId) -> Result<Option<Event>, Stop> {
        let standing = self.standing(Wanted::new().entity(id))?;
        if self.administered(&standing, id)?.is_archived() {
            return Err(Rejection::EntityArchived(id).into());
        }
        Ok(Some(Event::EntityArchived { entity: id }))
    }

    /// R-ENT-6.
    pub(super) fn unarchive_entity(self, id: EntityId) -> Result<Option<Event>, Stop> {
        let standing = self.standing(Wanted::new().entity(id))?;
        if !self.administered(&standing, id)?.is_archived() {
            return Err(Rejection::EntityNotArchived(id).into());
        }
        Ok(Some(Event::EntityUnarchived { entity: id }))
    }

    /// R-ENT-6: only when archived; takes its memberships and nothing else.
    pub(super) fn delete_entity(self, id: EntityId) -> Result<Option<Event>, Stop> {
        let standing = self.standing(Wanted::new().entity(id))?;
        let entity = self.administered(&standing, id)?;
        if !entity.is_archived() {
            return Err(Rejection::EntityNotArchived(id).into());
        }
        Ok(Some(Event::EntityDeleted {
            entity: entity.clone(),
        }))
    }

    /// The entity, seen and administered by the actor.
    fn administered(self, standing: &Standing<'a>, id: EntityId) -> Result<&'a Entity, Stop> {
        let sees = standing.sees_entity(id)?;
        let entity = self.directory.entity(id).filter(|_| sees);
        let entity = entity.ok_or(Rejection::EntityNotFound(id))?;
        if !standing.administers() {
            return Err(Rejection::NotAllowed.into());
        }
        Ok(entity)
    }
}
