//! The queries, written once and compiled twice: `sqlite` and `postgres` each include this file
//! and name their own `Conn`, `batch` and `dialect`.

use super::{Conn, batch, dialect};
#[cfg(test)]
pub(crate) use super::{
    batch::{delete, update},
    dialect::plan_of,
};

#[path = "queries/account_changes.rs"]
pub(crate) mod account_changes;
#[path = "queries/accounts.rs"]
pub(crate) mod accounts;
#[path = "queries/api_key_rows.rs"]
pub(crate) mod api_key_rows;
#[path = "queries/audit_rows.rs"]
pub(crate) mod audit_rows;
#[path = "queries/branches.rs"]
mod branches;
#[path = "queries/changes.rs"]
pub(crate) mod changes;
#[path = "queries/conditions.rs"]
mod conditions;
#[path = "queries/decided.rs"]
pub(crate) mod decided;
#[path = "queries/entities.rs"]
pub(crate) mod entities;
#[path = "queries/founding.rs"]
pub(crate) mod founding;
#[cfg(any(test, feature = "test-support"))]
#[path = "queries/history.rs"]
pub(crate) mod history;
#[path = "queries/holdings.rs"]
pub(crate) mod holdings;
#[path = "queries/idempotency.rs"]
pub(crate) mod idempotency;
#[path = "queries/invitation_rows.rs"]
pub(crate) mod invitation_rows;
#[path = "queries/jobs.rs"]
pub(crate) mod jobs;
#[path = "queries/load.rs"]
pub(crate) mod load;
#[path = "queries/mail_reasons.rs"]
mod mail_reasons;
#[path = "queries/mails.rs"]
mod mails;
#[path = "queries/members.rs"]
pub(crate) mod members;
#[path = "queries/organizations.rs"]
pub(crate) mod organizations;
#[path = "queries/outbox_rows.rs"]
pub(crate) mod outbox_rows;
#[path = "queries/overviews.rs"]
pub(crate) mod overviews;
#[path = "queries/password_resets.rs"]
pub(crate) mod password_resets;
#[path = "queries/people.rs"]
mod people;
#[path = "queries/record.rs"]
pub(crate) mod record;
#[path = "queries/sessions.rs"]
pub(crate) mod sessions;
#[path = "queries/starts.rs"]
mod starts;
#[path = "queries/tables.rs"]
pub(crate) mod tables;
#[path = "queries/totals.rs"]
mod totals;
#[path = "queries/users.rs"]
pub(crate) mod users;
#[path = "queries/verification.rs"]
pub(crate) mod verification;
#[path = "queries/walks.rs"]
mod walks;
