//! The local mailbox, where the console has one: which mails there are, and how they read.

use std::{fmt, sync::Arc};

use vestibule_storage::{OutboxMail, Store};

/// A mail as it reads.
#[derive(Clone, Debug)]
pub struct WrittenMail {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

type Write = dyn Fn(&OutboxMail) -> Option<WrittenMail> + Send + Sync;

/// The mails of a house without a mail server, shown on loopback.
///
/// The console knows where they lie; how they read is delivery's, which it does not know.
#[derive(Clone)]
pub struct LocalMailbox {
    pub(crate) store: Store,
    write: Arc<Write>,
}

impl LocalMailbox {
    /// The mailbox of that store, its mails written by that function.
    ///
    /// To be made only when the listen address and the public URL are loopback; that the visitor
    /// is too, is checked at each request.
    pub fn new(
        store: Store,
        write: impl Fn(&OutboxMail) -> Option<WrittenMail> + Send + Sync + 'static,
    ) -> Self {
        Self {
            store,
            write: Arc::new(write),
        }
    }

    /// The mail as it reads, unless it cannot be written.
    pub(crate) fn written(&self, mail: &OutboxMail) -> Option<WrittenMail> {
        (self.write)(mail)
    }
}

impl fmt::Debug for LocalMailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalMailbox").finish_non_exhaustive()
    }
}
