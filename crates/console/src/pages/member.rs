//! One person in one entity: changing the role there, or taking them out of it alone.

use askama::Template;

use crate::view::{Choice, Form, Frame, Person};

/// The role of one person in one entity.
#[derive(Debug, Template)]
#[template(path = "member.html")]
pub(crate) struct MemberPage {
    pub(crate) frame: Frame,
    pub(crate) organization: String,
    pub(crate) entity: String,
    pub(crate) person: Person,
    pub(crate) form: Form,
    /// Which page leads here and is gone back to: `user` or `entity`.
    pub(crate) from: &'static str,
    pub(crate) back: String,
    pub(crate) back_label: String,
    /// Absent while the entity is archived (R-ENT-6).
    pub(crate) roles: Option<Vec<Choice>>,
    pub(crate) remove: String,
}
