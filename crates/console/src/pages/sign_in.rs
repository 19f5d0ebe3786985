//! Signing in, and proving once more who one is before something grave.

use askama::Template;

use crate::view::{Form, Frame};

/// The page to sign in.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage {
    pub(crate) frame: Frame,
    pub(crate) form: Form,
    /// Where to go afterwards, a path of the console.
    pub(crate) next: Option<String>,
    /// The organization whose invitation waits.
    pub(crate) invitation: Option<String>,
}

/// The page that asks for the password once more (R-SES-4).
#[derive(Debug, Template)]
#[template(path = "confirm_password.html")]
pub(crate) struct ConfirmPasswordPage {
    pub(crate) frame: Frame,
    pub(crate) form: Form,
    /// What is about to be done, as a sentence.
    pub(crate) reason: String,
    pub(crate) next: String,
    pub(crate) back: String,
}
