//! Storage for Vestibule on Diesel: SQLite by default, PostgreSQL to grow.
//!
//! One `Store` stands before both databases. Every change goes one way, `execute`; every read is
//! one typed query. Rules live in the domain crate: storage loads what they ask for, writes what
//! they decide, and decides nothing.
#![forbid(unsafe_code)]

mod account_changes;
mod accounts;
mod among;
mod audit;
mod cells;
mod column;
mod company;
#[cfg(any(test, feature = "test-support"))]
mod conforming;
mod counting;
mod crowd;
mod execute;
mod fault;
mod founding;
mod idempotency;
mod ids;
mod job;
mod migrations;
mod options;
mod outbox;
mod overview;
mod page;
mod password_resets;
mod pending;
#[cfg(feature = "postgres")]
mod postgres;
mod reads;
mod rows;
mod schema;
mod search;
mod sessions;
mod sql_types;
mod sqlite;
mod statement;
mod store;
#[cfg(any(test, feature = "test-support"))]
mod test_database;
#[cfg(test)]
mod testing;
mod tidy;
mod together;
mod tokens;
mod transaction;
mod verification;
mod workers;
mod written;

pub use account_changes::{AccountChange, AccountPrecondition, AccountRequest};
pub use accounts::{Account, AccountOrganization, NewPassword, PasswordChange, PasswordHash};
#[cfg(any(test, feature = "test-support"))]
pub use conforming::ConformingStore;
pub use fault::{Fault, FaultKind};
pub use founding::{Foundation, Founded, Founder};
pub use idempotency::{
    Begun, IDEMPOTENCY_LIFETIME_SECONDS, IdempotencyClaim, IdempotencyRequest, KeptAnswer,
};
pub use ids::{PasswordResetId, SessionId};
pub use job::{Answer, Done, Job, NewAccount, Origin, Outcome, Precondition, Submission, Written};
pub use options::{Holder, OpenOptions};
pub use outbox::{
    ClaimMails, ClaimedMail, Delivery, MailId, MailReason, MailboxPage, MailboxRow, OutboxMail,
};
pub use page::{Cursor, Direction, InvalidCursor, InvalidPageLimit, Page, PageLimit, Total};
pub use password_resets::{NewPasswordReset, PASSWORD_RESET_LIFETIME_SECONDS, PasswordReset};
pub use reads::{
    ApiKeyRow, ApiKeysPage, AuditActor, AuditEventRow, AuditFilter, AuditHead, AuditOrigin,
    AuditPage, AuditTarget, CandidateRow, CandidatesPage, EntitiesPage, Holding, InvitationLink,
    InvitationRow, InvitationsPage, InvitedBy, KeyHolder, KeysOf, Lasting, MailState, MemberRow,
    MembersFilter, MembersPage, MembershipRow, OrganizationRow, OrganizationSummary,
    PendingInvitation, Revision, Seen, UserRow, UsersFilter, UsersPage, UsersSort,
};
pub use search::Search;
pub use sessions::{Ended, NewSession, SessionLifetime, SessionRow, SessionsPage, SignedIn};
pub use store::Store;
#[cfg(any(test, feature = "test-support"))]
pub use test_database::TestDatabase;
pub use tokens::{InvitationTokens, ResetTokens, SecretKey};
pub use verification::Verdict;
