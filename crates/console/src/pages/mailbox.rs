//! The local mailbox: mails of a house without a mail server, on loopback only.

use askama::Template;

use crate::view::{Frame, Moment, Pager};

/// The mails, newest first.
#[derive(Debug, Template)]
#[template(path = "mailbox.html")]
pub(crate) struct MailboxPage {
    pub(crate) frame: Frame,
    pub(crate) rows: Vec<MailRow>,
    pub(crate) pager: Pager,
}

/// One mail in the list.
#[derive(Debug, Clone)]
pub(crate) struct MailRow {
    pub(crate) id: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) at: Moment,
}

/// One mail: its text with its link, its HTML behind a sandbox.
#[derive(Debug, Template)]
#[template(path = "mail.html")]
pub(crate) struct MailPage {
    pub(crate) frame: Frame,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) at: Moment,
    pub(crate) text: Vec<Piece>,
    /// The address of the HTML part.
    pub(crate) html: Option<String>,
}

/// A stretch of the text, a link where it is one of ours.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
}
