//! Organization Settings, tab General.

use askama::Template;

use crate::view::{Choice, Form, Frame, Moment};

/// The name, the rules of the house, and who owns it.
#[derive(Debug, Template)]
#[template(path = "general.html")]
pub(crate) struct GeneralPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) created: Moment,
    pub(crate) primary_admin: String,
    pub(crate) name_form: Form,
    pub(crate) rules_form: Form,
    /// What only the Primary Admin may set.
    pub(crate) owner: Option<OwnerSettings>,
}

/// What the Primary Admin chooses from.
#[derive(Debug, Clone)]
pub(crate) struct OwnerSettings {
    pub(crate) user_management: Vec<Choice>,
    pub(crate) units: Vec<Choice>,
}
