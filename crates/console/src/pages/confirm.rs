//! A short question before something that cannot simply be taken back.

use askama::Template;

use crate::view::Frame;

/// What will happen, with a button that does it and a way out.
#[derive(Debug, Template)]
#[template(path = "confirm.html")]
pub(crate) struct ConfirmPage {
    pub(crate) frame: Frame,
    pub(crate) title: String,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) button: &'static str,
    pub(crate) back: String,
    pub(crate) back_label: String,
    /// Why it was not done, after the button was pressed.
    pub(crate) refusal: Option<String>,
}
