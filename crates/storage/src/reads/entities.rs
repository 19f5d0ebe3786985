//! The list of entities, and one entity.

use std::collections::BTreeSet;

use vestibule_domain::{Entity, EntityId, EntityStatus, OrganizationId, Scope};

use crate::page::Position;
use crate::store::reading;
use crate::{Fault, InvalidCursor, Page, PageLimit, Search, Store, Total};

/// One page of an organization's entities, by name.
#[derive(Clone, Debug)]
pub struct EntitiesPage {
    /// Whose entities.
    pub organization: OrganizationId,
    /// What of them whoever asks may see.
    pub scope: Scope,
    /// With one of these statuses; empty: whatever status.
    pub statuses: BTreeSet<EntityStatus>,
    /// What their name must contain.
    pub search: Option<Search>,
    /// How many at most.
    pub limit: PageLimit,
    /// Whether all of them are counted too.
    pub total: Total,
    pub(crate) position: Option<Position>,
}

impl EntitiesPage {
    /// The first page of all entities.
    #[must_use]
    pub fn new(organization: OrganizationId, scope: Scope) -> Self {
        Self {
            organization,
            scope,
            statuses: BTreeSet::new(),
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
        format!("entities {}", self.organization).into_bytes()
    }
}

impl Store {
    /// One page of an organization's entities, by name.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn entities_page(&self, page: EntitiesPage) -> Result<Page<Entity>, Fault> {
        reading!(self, conn => queries::entities::page(conn, &page))
    }

    /// One entity; none when there is none that the scope shows.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn entity(
        &self,
        organization: OrganizationId,
        entity: EntityId,
        scope: Scope,
    ) -> Result<Option<Entity>, Fault> {
        reading!(self, conn => queries::entities::one(conn, organization, entity, &scope))
    }
}
