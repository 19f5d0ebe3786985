//! The history of invitations, one of them, and what stands behind a link.

use std::collections::BTreeSet;

use vestibule_domain::{
    AccountId, AssignableRole, Email, InvitationId, InvitationState, Name, Organization,
    OrganizationId, OrganizationRole, SenderRight, Status, Timestamp, UserId,
};

use super::MembershipRow;
use crate::page::Position;
use crate::store::reading;
use crate::{Fault, InvalidCursor, Page, PageLimit, Store, Total};

/// One page of an organization's invitations, latest first.
#[derive(Clone, Debug)]
pub struct InvitationsPage {
    /// Whose invitations.
    pub organization: OrganizationId,
    /// The moment at which they are read.
    pub at: Timestamp,
    /// Those that read as one of these at that moment; empty: all.
    pub states: BTreeSet<InvitationState>,
    /// How many at most.
    pub limit: PageLimit,
    /// Whether all of them are counted too.
    pub total: Total,
    pub(crate) position: Option<Position>,
}

/// One invitation in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationRow {
    /// Its id; a resend keeps it.
    pub id: InvitationId,
    /// The user it created; they may be gone.
    pub user: UserId,
    /// The email that was invited; none once the person was erased (R-AUD-3).
    pub email: Option<Email>,
    /// The role it gives, or gave at its end.
    pub role: AssignableRole,
    /// How it reads at the moment of the query.
    pub state: InvitationState,
    /// When it can no longer be accepted.
    pub expires_at: Timestamp,
    /// Who invited; none for the operator.
    pub invited_by: Option<InvitedBy>,
    /// The memberships of the user as they are now, by the entity's name; none once they are gone.
    pub memberships: Vec<MembershipRow>,
    /// How its latest mail fares (R-INV-10).
    pub mail: MailState,
    /// Why the mail failed, if it did.
    pub mail_error: Option<String>,
    /// When it was first sent.
    pub created_at: Timestamp,
    /// When it was accepted, declined or revoked.
    pub ended_at: Option<Timestamp>,
}

/// Who an invitation counts as sent by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitedBy {
    /// Which user; they may be gone.
    pub user: UserId,
    /// What they are called; none once they are gone.
    pub name: Option<Name>,
}

/// How the mail of an invitation fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MailState {
    /// Waits to be sent, or to be tried again.
    Queued,
    /// Was handed over to the mail server, or lies in the local mailbox.
    Sent,
    /// Was given up.
    Failed,
}

/// What stands behind an invitation's link, whether the link is usable or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationLink {
    /// In which organization.
    pub organization: OrganizationId,
    /// What the organization is called.
    pub organization_name: Name,
    /// Its id.
    pub invitation: InvitationId,
    /// The user it created.
    pub user: UserId,
    /// Which link is alive.
    pub generation: u32,
    /// The email that was invited.
    pub email: Email,
    /// The name the invited person goes by, where the inviter gave one.
    pub name: Option<Name>,
    /// How it reads at the moment of the query; usable only when pending.
    pub state: InvitationState,
    /// When it can no longer be accepted.
    pub expires_at: Timestamp,
    /// Who invited, by name; none for the operator.
    pub invited_by: Option<Name>,
    /// The account that has the invited email, if one has.
    pub account: Option<AccountId>,
}

impl MailState {
    /// The word for it in JSON and SQL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

impl InvitationsPage {
    /// The first page of all invitations.
    #[must_use]
    pub fn new(organization: OrganizationId, at: Timestamp) -> Self {
        Self {
            organization,
            at,
            states: BTreeSet::new(),
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
        format!("invitations {}", self.organization).into_bytes()
    }
}

impl Store {
    /// One page of an organization's invitations, latest first.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn invitations_page(
        &self,
        page: InvitationsPage,
    ) -> Result<Page<InvitationRow>, Fault> {
        reading!(self, conn => queries::invitation_rows::page(conn, &page))
    }

    /// One invitation of an organization.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn invitation(
        &self,
        organization: OrganizationId,
        invitation: InvitationId,
        at: Timestamp,
    ) -> Result<Option<InvitationRow>, Fault> {
        reading!(self, conn => queries::invitation_rows::one(conn, organization, invitation, at))
    }

    /// What stands behind an invitation's link, found by the invitation alone.
    ///
    /// Rule: R-INV-7. The caller compares the generation and the state, and says one and the same
    /// thing whatever does not fit.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn invitation_link(
        &self,
        invitation: InvitationId,
        at: Timestamp,
    ) -> Result<Option<InvitationLink>, Fault> {
        reading!(self, conn => queries::invitation_rows::link(conn, invitation, at))
    }
}

/// How the mail of an invitation fares, as its row in the outbox says.
pub(crate) fn mail_state(stored: Option<&str>) -> Result<MailState, Fault> {
    match stored {
        Some("queued") => Ok(MailState::Queued),
        // A row that is gone was sent long ago; one that was dropped has an invitation that ended.
        Some("sent" | "dropped") | None => Ok(MailState::Sent),
        Some("failed") => Ok(MailState::Failed),
        Some(_) => Err(Fault::corrupt("a stored mail is in no state that we know")),
    }
}

/// How a pending invitation reads at a moment, by what its sender is now (R-INV-9).
///
/// No sender at all is the operator; one of whom nothing else is known is gone.
pub(crate) fn pending_state(
    organization: &Organization,
    sender: Option<UserId>,
    found: Option<(AssignableRole, Status)>,
    expires_at: Timestamp,
    at: Timestamp,
) -> InvitationState {
    let right = match (sender, found) {
        (None, _) => SenderRight::Holds,
        (Some(_), None) => SenderRight::Lost,
        (Some(user), Some((stored, status))) => {
            organization.sender_right(organization.role_of(user, stored), status)
        }
    };
    right.state_at(expires_at, at)
}

/// Every role and status whose users can send invitations, as the rules say.
pub(crate) fn rights_that_send(
    organization: &Organization,
) -> impl Iterator<Item = (OrganizationRole, Status)> {
    OrganizationRole::ALL.iter().flat_map(move |role| {
        Status::ALL
            .iter()
            .filter(move |status| organization.sender_right(*role, **status) == SenderRight::Holds)
            .map(move |status| (*role, *status))
    })
}
