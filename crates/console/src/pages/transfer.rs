//! Handing over ownership (R-ORG-5).

use askama::Template;

use crate::view::{Form, Frame, Person};

/// Who could become Primary Admin.
#[derive(Debug, Template)]
#[template(path = "transfer.html")]
pub(crate) struct TransferPage {
    pub(crate) frame: Frame,
    pub(crate) base: String,
    pub(crate) organization: String,
    pub(crate) query: String,
    pub(crate) people: Vec<Person>,
    pub(crate) form: Form,
}
