//! An entity.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use vestibule_domain::{Entity, EntityStatus};

use super::words::EntityStatusWord;

/// One entity: a company inside the organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entity)]
pub(crate) struct EntityBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its name.
    pub(crate) name: &'a str,
    /// Whether people can work in it.
    #[schema(value_type = EntityStatusWord)]
    pub(crate) status: EntityStatus,
    /// How many memberships it has, of users of any status.
    pub(crate) member_count: u32,
    /// Whether no active user is Admin in it, while it is not archived.
    pub(crate) without_admin: bool,
}

impl<'a> From<&'a Entity> for EntityBody<'a> {
    fn from(entity: &'a Entity) -> Self {
        Self {
            id: entity.id.uuid(),
            name: entity.name.as_str(),
            status: entity.status,
            member_count: entity.member_count,
            without_admin: entity.is_without_admin(),
        }
    }
}
