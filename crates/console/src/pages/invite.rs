//! *Invite User*, and adding someone to entities afterwards (R-INV-11).

use askama::Template;

use crate::view::{Choice, Form, Frame, Person, initials_of};

/// The form of an invitation.
#[derive(Debug, Template)]
#[template(path = "invite.html")]
pub(crate) struct InvitePage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    /// How long the link lives, `7 days`.
    pub(crate) lifetime: String,
    pub(crate) form: Form,
    pub(crate) roles: Vec<Choice>,
    pub(crate) entities: Vec<OpenRoom>,
    pub(crate) more_entities: bool,
}

/// Several entities at once for one person.
#[derive(Debug, Template)]
#[template(path = "user_entities.html")]
pub(crate) struct UserEntitiesPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) lead: String,
    pub(crate) person: Person,
    pub(crate) form: Form,
    pub(crate) entities: Vec<OpenRoom>,
    pub(crate) more_entities: bool,
}

/// An entity that someone could be added to, with the roles to choose from.
#[derive(Debug, Clone)]
pub(crate) struct OpenRoom {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The first is *No access*.
    pub(crate) roles: Vec<Choice>,
}

impl OpenRoom {
    fn initials(&self) -> String {
        initials_of(&self.name)
    }
}
