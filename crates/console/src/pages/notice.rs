//! Pages that only say something: refusals, errors, and that a mail is on its way.

use askama::Template;

use crate::view::Frame;

/// A title, some sentences, and one way on.
#[derive(Debug, Template)]
#[template(path = "notice.html")]
pub(crate) struct NoticePage {
    pub(crate) frame: Frame,
    /// The status of an error page.
    pub(crate) code: Option<u16>,
    pub(crate) title: String,
    pub(crate) paragraphs: Vec<String>,
    pub(crate) action: Option<Action>,
}

/// The way on.
#[derive(Debug, Clone)]
pub(crate) struct Action {
    pub(crate) href: String,
    pub(crate) label: &'static str,
}
