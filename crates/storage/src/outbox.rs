//! The outbox: mails that were promised in the transaction that caused them, and how they fare.
//!
//! What a mail says is rendered elsewhere from what stands here, at any time: no token is kept.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;
use vestibule_domain::{
    AccountId, Email, InvalidId, InvitationId, Name, OrganizationId, Timestamp,
};

use crate::page::Position;
use crate::store::{reading, writing};
use crate::{Fault, InvalidCursor, MailState, Page, PageLimit, PasswordResetId, Store};

/// Names a mail, at every attempt to deliver it, by what it is about.
///
/// In text `<id>-<generation>`, as its `Message-ID` needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MailId {
    pub(crate) subject: Uuid,
    pub(crate) generation: u32,
}

/// One mail: to whom, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxMail {
    /// Its id, the same at every attempt.
    pub id: MailId,
    /// To whom.
    pub to: Email,
    /// Why, with what its text needs.
    pub reason: MailReason,
    /// When it was caused.
    pub created_at: Timestamp,
}

/// Why a mail is sent, with everything its text needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailReason {
    /// Someone was invited, or invited anew (R-INV-3).
    Invitation {
        /// Into which organization.
        organization: OrganizationId,
        /// What it is called.
        organization_name: Name,
        /// Who invited, by name; none for the operator.
        invited_by: Option<Name>,
        /// The invited person's name, where it is known.
        name: Option<Name>,
        /// Which invitation.
        invitation: InvitationId,
        /// Which of its links.
        generation: u32,
        /// When the link can no longer be used.
        expires_at: Timestamp,
    },
    /// A new password was asked for.
    PasswordReset {
        /// For which account.
        account: AccountId,
        /// What its owner is called.
        name: Name,
        /// Which reset.
        reset: PasswordResetId,
        /// When the link can no longer be used.
        expires_at: Timestamp,
    },
}

/// A mail that one worker holds for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedMail {
    /// The mail.
    pub mail: OutboxMail,
    /// Which attempt this is, from 1; who reports another attempt than the latest is not heard.
    pub attempt: u32,
}

/// Takes mails that are due, for a while.
#[derive(Clone, Copy, Debug)]
pub struct ClaimMails {
    /// How many at most.
    pub mails_max: u16,
    /// Now.
    pub at: Timestamp,
    /// Until when nobody else takes them.
    pub leased_until: Timestamp,
}

/// How an attempt to deliver a mail went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The mail server, or the local mailbox, has it.
    Delivered,
    /// It is tried again.
    RetryAt {
        /// Not before this moment.
        next_attempt_at: Timestamp,
        /// What went wrong.
        error: String,
    },
    /// It is given up.
    Failed {
        /// What went wrong.
        error: String,
    },
}

/// One page of the local mailbox, newest first.
#[derive(Clone, Debug, Default)]
pub struct MailboxPage {
    /// How many at most.
    pub limit: PageLimit,
    pub(crate) position: Option<Position>,
}

/// One mail in the local mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxRow {
    /// The mail.
    pub mail: OutboxMail,
    /// How it fares.
    pub state: MailState,
    /// Why it failed, if it did.
    pub error: Option<String>,
}

impl fmt::Display for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.subject, self.generation)
    }
}

impl FromStr for MailId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let (subject, generation) = text.rsplit_once('-').ok_or(InvalidId)?;
        if subject.len() != 36 {
            return Err(InvalidId);
        }
        Ok(Self {
            subject: Uuid::try_parse(subject).map_err(|_| InvalidId)?,
            generation: generation.parse().map_err(|_| InvalidId)?,
        })
    }
}

impl MailboxPage {
    /// The page that a cursor of this list leads to.
    ///
    /// # Errors
    /// `InvalidCursor` when it is garbage or belongs to another list.
    pub fn after(mut self, cursor: &str) -> Result<Self, InvalidCursor> {
        self.position = Some(Position::read(Self::CONTEXT, cursor)?);
        Ok(self)
    }

    pub(crate) const CONTEXT: &[u8] = b"mailbox";
}

impl Store {
    /// Takes mails that are due; those whose reason has ended are dropped on the way.
    ///
    /// Rule: lesson 40. Two workers never hold the same mail at once.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn claim_mails(&self, claim: ClaimMails) -> Result<Vec<ClaimedMail>, Fault> {
        writing!(self, conn => queries::outbox_rows::claim(conn, &claim))
    }

    /// Gives up what a server that was killed had claimed, where no other server can hold it: a
    /// SQLite database has one server, and that is starting. On PostgreSQL leases end by themselves.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn release_mails(&self, at: Timestamp) -> Result<(), Fault> {
        writing!(self, conn => queries::outbox_rows::release(conn, at))
    }

    /// Takes note of how an attempt went; an attempt that is not the latest changes nothing.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn report_mail(
        &self,
        claimed: &ClaimedMail,
        delivery: Delivery,
        at: Timestamp,
    ) -> Result<(), Fault> {
        let (mail, attempt) = (claimed.mail.id, claimed.attempt);
        writing!(self, conn => queries::outbox_rows::report(conn, mail, attempt, &delivery, at))
    }

    /// Whether a mail's reason still stands: its link could be used at that moment.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn mail_is_wanted(&self, mail: MailId, at: Timestamp) -> Result<bool, Fault> {
        reading!(self, conn => queries::outbox_rows::is_wanted(conn, mail, at))
    }

    /// One page of all mails that were sent or wait, newest first.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn mailbox_page(&self, page: MailboxPage) -> Result<Page<MailboxRow>, Fault> {
        reading!(self, conn => queries::outbox_rows::page(conn, &page))
    }

    /// One mail, to be shown again.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn mailbox_mail(&self, mail: MailId) -> Result<Option<MailboxRow>, Fault> {
        reading!(self, conn => queries::outbox_rows::one(conn, mail))
    }
}

#[cfg(test)]
mod tests;
