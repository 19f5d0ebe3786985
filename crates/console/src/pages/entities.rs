//! Organization Settings, tab Entities; for a User, the entities they are in.

use askama::Template;

use crate::view::{Form, Frame, Pager, Pill, initials_of};

/// The list of entities, with the form to create one.
#[derive(Debug, Template)]
#[template(path = "entities.html")]
pub(crate) struct EntitiesPage {
    pub(crate) frame: Frame,
    pub(crate) organization: String,
    pub(crate) summary: String,
    pub(crate) creatable: bool,
    /// For a User without any entity (R-INV-6).
    pub(crate) whom_to_ask: String,
    pub(crate) form: Form,
    pub(crate) rows: Vec<EntityRow>,
    pub(crate) pager: Pager,
}

/// One entity.
#[derive(Debug, Clone)]
pub(crate) struct EntityRow {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) members: u64,
    pub(crate) state: Pill,
    pub(crate) archived: bool,
    pub(crate) without_admin: bool,
}

impl EntityRow {
    fn initials(&self) -> String {
        initials_of(&self.name)
    }
}
