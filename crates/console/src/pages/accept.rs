//! The page behind the link of an invitation. Opening it consumes nothing (R-INV-6).

use askama::Template;

use crate::view::{Form, Frame, Moment};

/// The invitation as its invitee sees it.
#[derive(Debug, Template)]
#[template(path = "accept.html")]
pub(crate) struct AcceptPage {
    pub(crate) frame: Frame,
    pub(crate) form: Form,
    pub(crate) organization: String,
    pub(crate) inviter: Option<String>,
    pub(crate) email: String,
    pub(crate) expires: Moment,
    pub(crate) way: Way,
    /// The path of the invitation, token included.
    pub(crate) action: String,
}

/// How this visitor can accept.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    /// By choosing a name and a password.
    NewAccount,
    /// By the password of the account that the email has.
    Password,
    /// By the button alone: the account is signed in.
    SignedIn,
    /// Not as they are: another account is signed in.
    OtherAccount {
        /// The email of that account.
        email: String,
    },
}

impl Way {
    fn is_other_account(&self) -> bool {
        matches!(self, Self::OtherAccount { .. })
    }
}
