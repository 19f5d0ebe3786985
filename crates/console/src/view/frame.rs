//! What stands around every page: who is signed in, where they are, and what just happened.

use super::people::initials_of;

/// The surroundings of a page.
#[derive(Debug, Default, Clone)]
pub(crate) struct Frame {
    pub(crate) account: Option<SignedIn>,
    pub(crate) hall: Option<Hall>,
    pub(crate) flash: Option<Flash>,
    /// Whether mails land in the local mailbox and this visitor may see it.
    pub(crate) mailbox: bool,
}

/// The account whose session this is.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) name: String,
    pub(crate) email: String,
}

/// The organization one is in, with the way to its pages and to the others.
#[derive(Debug, Clone)]
pub(crate) struct Hall {
    pub(crate) name: String,
    /// What its pages are called together: `Organization Settings` for who may change something.
    pub(crate) section: &'static str,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) doors: Vec<Door>,
}

/// A page among others of its kind.
#[derive(Debug, Clone)]
pub(crate) struct Tab {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// An organization that the account can enter.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) role: &'static str,
    pub(crate) current: bool,
    /// Not so for who is deactivated there.
    pub(crate) open: bool,
}

/// What just happened, said once after a redirect.
#[derive(Debug, Clone)]
pub(crate) struct Flash {
    pub(crate) tone: Tone,
    pub(crate) text: String,
}

/// How something is meant; the stylesheet gives each a colour and a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Waiting,
    Quiet,
    Warning,
    Bad,
}

impl SignedIn {
    /// One or two letters for the disc.
    pub(crate) fn initials(&self) -> String {
        initials_of(&self.name)
    }
}

impl Door {
    /// The letters in the arch.
    pub(crate) fn initials(&self) -> String {
        initials_of(&self.name)
    }
}

impl Tone {
    /// The word that the stylesheet knows it by.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Waiting => "waiting",
            Self::Quiet => "quiet",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}
