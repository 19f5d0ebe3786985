//! Reads: one typed query for each list and each single thing; none of them decides or changes.
//!
//! Every list is paginated by keyset, takes a number of statements that its rows do not change, and is
//! trimmed by the [`Scope`](vestibule_domain::Scope) that the rules gave to whoever asks (R-ORG-3).

mod api_keys;
mod audit;
mod entities;
mod invitations;
mod members;
mod organizations;
mod revision;
mod users;

pub use api_keys::{ApiKeyRow, ApiKeysPage, KeyHolder, KeysOf};
pub use audit::{
    AuditActor, AuditEventRow, AuditFilter, AuditHead, AuditOrigin, AuditPage, AuditTarget,
};
pub use entities::EntitiesPage;
pub use invitations::{InvitationLink, InvitationRow, InvitationsPage, InvitedBy, MailState};
pub use members::{CandidateRow, CandidatesPage, MemberRow, MembersFilter, MembersPage};
pub use organizations::{OrganizationRow, OrganizationSummary};
pub use revision::{Lasting, Revision, Seen};
pub use users::{
    Holding, MembershipRow, PendingInvitation, UserRow, UsersFilter, UsersPage, UsersSort,
};

pub(crate) use invitations::{mail_state, pending_state, rights_that_send};

#[cfg(test)]
pub(crate) mod tests;
