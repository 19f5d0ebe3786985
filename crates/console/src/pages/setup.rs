//! The first run: the one-time link where the first organization comes to be.

use askama::Template;

use crate::view::{Form, Frame};

/// The page behind the one-time link.
#[derive(Debug, Template)]
#[template(path = "setup.html")]
pub(crate) struct SetupPage {
    pub(crate) frame: Frame,
    pub(crate) form: Form,
}
