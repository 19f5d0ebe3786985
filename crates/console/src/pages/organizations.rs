//! Choosing among the organizations of an account.

use askama::Template;

use crate::view::{Door, Frame};

/// Every organization that the account is linked to.
#[derive(Debug, Template)]
#[template(path = "organizations.html")]
pub(crate) struct OrganizationsPage {
    pub(crate) frame: Frame,
    pub(crate) email: String,
    pub(crate) doors: Vec<Door>,
}
