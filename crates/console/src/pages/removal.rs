//! Removing a user from the organization, or leaving it: the plan first (R-REM-2).

use askama::Template;

use crate::view::{Frame, Person, initials_of};

/// The removal plan, to be confirmed.
#[derive(Debug, Template)]
#[template(path = "removal.html")]
pub(crate) struct RemovalPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) person: Person,
    pub(crate) title: String,
    pub(crate) lead: String,
    pub(crate) button: String,
    /// Whether an older plan was confirmed, which is no longer so.
    pub(crate) changed: bool,
    pub(crate) plan: PlanView,
}

/// Everything that would be lost.
#[derive(Debug, Clone)]
pub(crate) struct PlanView {
    pub(crate) rooms: Vec<LostRoom>,
    pub(crate) api_keys: Vec<String>,
    /// How many invitations they sent would be suspended, as a sentence.
    pub(crate) invitations: String,
    pub(crate) own_invitation: bool,
    pub(crate) without_admin: Vec<String>,
    pub(crate) fingerprint: String,
}

/// A role that would be lost.
#[derive(Debug, Clone)]
pub(crate) struct LostRoom {
    pub(crate) entity: String,
    pub(crate) role: &'static str,
    pub(crate) last_admin: bool,
}

impl LostRoom {
    fn initials(&self) -> String {
        initials_of(&self.entity)
    }
}
