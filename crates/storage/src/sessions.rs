//! Sessions: the sign-ins of accounts, found by the digest of their token.

use vestibule_domain::{AccountId, Email, Name, OrganizationId, SecretDigest, Timestamp, UserId};

use crate::page::Position;
use crate::store::{asking, reading, writing};
use crate::{
    Fault, InvalidCursor, Page, PageLimit, PasswordHash, Revision, SessionId, Store, Total,
};

/// How long sessions last (R-SES-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLifetime {
    /// A session ends this many seconds after its last use.
    pub idle_seconds: u32,
    /// A session ends this many seconds after the sign-in, used or not.
    pub absolute_seconds: u32,
}

/// A session to be.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// Whose sign-in.
    pub account: AccountId,
    /// The digest of its token.
    pub digest: SecretDigest,
    /// The hash that the password was proved against; where the account has another by now, no
    /// session comes to be.
    pub proved: PasswordHash,
    /// The moment of the sign-in.
    pub at: Timestamp,
    /// How long sessions last.
    pub lifetime: SessionLifetime,
}

/// One session, as its owner sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: SessionId,
    /// The moment of the sign-in, which proved the password.
    pub created_at: Timestamp,
    /// When it was last used, to a minute.
    pub last_used_at: Timestamp,
    /// When it ends if it is not used again before.
    pub expires_at: Timestamp,
}

/// Who a request is by, as its session says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The session.
    pub session: SessionRow,
    /// Whose it is.
    pub account: AccountId,
    /// The account's email.
    pub email: Email,
    /// What the account's owner is called.
    pub name: Name,
    /// The account's user in the organization that was named, if one was and they have one there.
    pub user: Option<UserId>,
    /// The revision of the organization that was named, if one was and there is one.
    pub revision: Option<Revision>,
}

/// What is asked of a token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionQuestion {
    pub(crate) digest: SecretDigest,
    pub(crate) organization: Option<OrganizationId>,
    pub(crate) lifetime: SessionLifetime,
}

/// One page of an account's sessions, latest sign-in first.
#[derive(Clone, Debug)]
pub struct SessionsPage {
    /// Whose sessions.
    pub account: AccountId,
    /// The moment at which they are alive.
    pub at: Timestamp,
    /// How long sessions last.
    pub lifetime: SessionLifetime,
    /// How many at most.
    pub limit: PageLimit,
    /// Whether all of them are counted too.
    pub total: Total,
    pub(crate) position: Option<Position>,
}

/// Whether something was there to be ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was, and is gone.
    Now,
    /// There was no such thing.
    NotThere,
}

impl Default for SessionLifetime {
    /// 7 days idle, 30 days in all.
    fn default() -> Self {
        const DAY_SECONDS: u32 = 24 * 3600;
        Self {
            idle_seconds: 7 * DAY_SECONDS,
            absolute_seconds: 30 * DAY_SECONDS,
        }
    }
}

impl SessionLifetime {
    /// Who was not used since that many microseconds after 1970 has ended by then.
    pub(crate) fn unused_since_micros(self, at: Timestamp) -> i64 {
        let idle_micros = i64::from(self.idle_seconds).saturating_mul(1_000_000);
        at.micros().saturating_sub(idle_micros)
    }
}

impl SessionsPage {
    /// The first page.
    #[must_use]
    pub fn new(account: AccountId, lifetime: SessionLifetime, at: Timestamp) -> Self {
        Self {
            account,
            at,
            lifetime,
            limit: PageLimit::default(),
            total: Total::default(),
            position: None,
        }
    }

    /// The page that a cursor of this list leads to.
    ///
    /// # Errors
    /// `InvalidCursor` when it is garbage or belongs to another list.
    pub fn after(mut self, cursor: &str) -> Result<Self, InvalidCursor> {
        self.position = Some(Position::read(&self.context(), cursor)?);
        Ok(self)
    }

    pub(crate) fn context(&self) -> Vec<u8> {
        format!("sessions {}", self.account).into_bytes()
    }
}

impl Store {
    /// Opens a session; none when the account is gone or has another password than was proved.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn create_session(&self, new: NewSession) -> Result<Option<SessionRow>, Fault> {
        writing!(self, conn => queries::sessions::create(conn, &new))
    }

    /// Who a request with this token is by, noting at most once a minute that it was used.
    ///
    /// With an organization named, the account's user there and its revision come along in the same query,
    /// which answers for every request that waits then.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn session_by_digest(
        &self,
        digest: SecretDigest,
        organization: Option<OrganizationId>,
        lifetime: SessionLifetime,
        at: Timestamp,
    ) -> Result<Option<SignedIn>, Fault> {
        let question = SessionQuestion {
            digest,
            organization,
            lifetime,
        };
        let found = asking!(self, sessions, question)?;
        let Some(found) = found.filter(|found| at < found.session.expires_at) else {
            return Ok(None);
        };
        if is_worth_noting(found.session.last_used_at, at) {
            let (store, session) = (self.clone(), found.session.id);
            noting(
                async move { writing!(store, conn => queries::sessions::touch(conn, session, at)) },
            );
        }
        Ok(Some(found))
    }

    /// One page of an account's live sessions.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn sessions_page(&self, page: SessionsPage) -> Result<Page<SessionRow>, Fault> {
        reading!(self, conn => queries::sessions::page(conn, &page))
    }

    /// Ends one session of an account.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn end_session(
        &self,
        account: AccountId,
        session: SessionId,
    ) -> Result<Ended, Fault> {
        writing!(self, conn => queries::sessions::end(conn, account, session))
    }

    /// Ends every session of an account but one.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn end_other_sessions(
        &self,
        account: AccountId,
        kept: SessionId,
    ) -> Result<(), Fault> {
        writing!(self, conn => queries::sessions::end_others(conn, account, Some(kept)))
    }
}

/// Whether a use is noted: at most once a minute, because each note is a write.
pub(crate) fn is_worth_noting(last_used_at: Timestamp, at: Timestamp) -> bool {
    const NOTED_EVERY_SECONDS: u32 = 60;
    at >= last_used_at.plus_seconds(NOTED_EVERY_SECONDS)
}

/// Takes note of a use behind the request's back: a reader waits for no writer, and a database
/// that cannot be written can still be read.
pub(crate) fn noting(note: impl Future<Output = Result<(), Fault>> + Send + 'static) {
    tokio::spawn(async move {
        if let Err(fault) = note.await {
            tracing::warn!(%fault, "a use could not be noted");
        }
    });
}

#[cfg(test)]
mod tests;
