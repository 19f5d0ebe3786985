//! A forgotten password: asking for the link, and choosing a new one.

use askama::Template;

use crate::view::{Form, Frame};

/// The page that asks for the email.
#[derive(Debug, Template)]
#[template(path = "forgot_password.html")]
pub(crate) struct ForgotPasswordPage {
    pub(crate) frame: Frame,
    pub(crate) form: Form,
}

/// The page behind the link.
#[derive(Debug, Template)]
#[template(path = "reset_password.html")]
pub(crate) struct ResetPasswordPage {
    pub(crate) frame: Frame,
    pub(crate) form: Form,
}
