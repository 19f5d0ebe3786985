//! One's own account: name, password, sessions, and its end (R-REM-7).

use askama::Template;

use crate::view::{Form, Frame, Moment};

/// The account's page.
#[derive(Debug, Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage {
    pub(crate) frame: Frame,
    pub(crate) email: String,
    pub(crate) name_form: Form,
    pub(crate) password_form: Form,
    pub(crate) sessions: Vec<SessionRow>,
    /// Organizations to be handed over before the account can be deleted.
    pub(crate) owned: Vec<String>,
}

/// One sign-in.
#[derive(Debug, Clone)]
pub(crate) struct SessionRow {
    pub(crate) id: String,
    pub(crate) created: Moment,
    pub(crate) used: Moment,
    pub(crate) expires: Moment,
    pub(crate) current: bool,
}
