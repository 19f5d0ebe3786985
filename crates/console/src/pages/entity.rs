//! One entity: its Users tab, its settings, and adding someone of the organization.

use askama::Template;

use crate::view::{Choice, Column, Form, Frame, Pager, Person, Pill, Tab, initials_of};

/// What stands at the head of an entity's pages.
#[derive(Debug, Clone)]
pub(crate) struct EntityHead {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) members: u64,
    pub(crate) state: Pill,
    pub(crate) archived: bool,
    pub(crate) without_admin: bool,
    pub(crate) tabs: Vec<Tab>,
    /// The address of *Add User*, for who may manage members.
    pub(crate) add: Option<String>,
}

/// The Users tab.
#[derive(Debug, Template)]
#[template(path = "entity.html")]
pub(crate) struct EntityPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) entity: EntityHead,
    pub(crate) query: String,
    pub(crate) roles: Vec<Choice>,
    pub(crate) statuses: Vec<Choice>,
    pub(crate) narrowed: bool,
    pub(crate) manages: bool,
    /// Name, email and status, in this order.
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<MemberRow>,
    pub(crate) pager: Pager,
}

/// One member.
#[derive(Debug, Clone)]
pub(crate) struct MemberRow {
    /// Their page, where who looks may see it.
    pub(crate) href: Option<String>,
    pub(crate) person: Person,
    pub(crate) status: Pill,
    pub(crate) role: &'static str,
    pub(crate) change: Option<String>,
}

/// Adding someone of the organization.
#[derive(Debug, Template)]
#[template(path = "entity_add.html")]
pub(crate) struct EntityAddPage {
    pub(crate) frame: Frame,
    pub(crate) organization: String,
    pub(crate) entity: EntityHead,
    pub(crate) invite: Option<String>,
    pub(crate) query: String,
    pub(crate) form: Form,
    pub(crate) people: Vec<Candidate>,
    pub(crate) more_people: bool,
    pub(crate) roles: Vec<Choice>,
}

/// Someone who could be added.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) person: Person,
    pub(crate) status: Pill,
}

/// The name and the end of an entity.
#[derive(Debug, Template)]
#[template(path = "entity_settings.html")]
pub(crate) struct EntitySettingsPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) entity: EntityHead,
    pub(crate) form: Form,
}

impl EntityHead {
    fn initials(&self) -> String {
        initials_of(&self.name)
    }
}
