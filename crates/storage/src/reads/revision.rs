//! The revision of an organization: what tells one of its states from every other.

use std::fmt;

use vestibule_domain::{InvitationState, OrganizationId, Timestamp};

use crate::store::asking;
use crate::{Fault, MailState, PendingInvitation, Store, UserRow};

/// A state that an organization was in: every change makes another, and none comes back, not even
/// in a database that was restored from a copy and went on otherwise.
///
/// It is the hash at the head of the record, which every change moves (R-AUD-1, R-AUD-2). What an
/// organization shows is made of its revision, of the moment, and of how mails on their way fare;
/// of nothing else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Revision([u8; 32]);

/// What somebody saw of an organization, and how long they would see it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<T> {
    /// What they saw.
    pub what: T,
    /// At which revision.
    pub revision: Revision,
    /// How long it stays as it is while the revision does.
    pub lasting: Lasting,
}

/// How long something stays as it was seen, while the organization stays at its revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// For ever.
    Always,
    /// Until the clock changes something.
    Until(Timestamp),
    /// Nobody can tell: a mail is on its way.
    Unknown,
}

impl Lasting {
    /// Whether it still is as it was seen.
    #[must_use]
    pub fn holds_at(self, at: Timestamp) -> bool {
        match self {
            Self::Always => true,
            Self::Until(moment) => at < moment,
            Self::Unknown => false,
        }
    }

    /// How long users stay as they were shown at that moment.
    pub(crate) fn of_users(rows: &[UserRow], at: Timestamp) -> Self {
        rows.iter()
            .filter_map(|row| row.invitation.as_ref())
            .map(|invitation| Self::of_invitation(invitation, at))
            .fold(Self::Always, Self::and)
    }

    fn of_invitation(invitation: &PendingInvitation, at: Timestamp) -> Self {
        match (invitation.mail, invitation.state) {
            (MailState::Queued, _) => Self::Unknown,
            // One that has run out stays so, whatever else it is.
            (MailState::Sent | MailState::Failed, InvitationState::Expired) => Self::Always,
            (MailState::Sent | MailState::Failed, _) if at < invitation.expires_at => {
                Self::Until(invitation.expires_at)
            }
            (MailState::Sent | MailState::Failed, _) => Self::Unknown,
        }
    }

    /// How long two things stay as they are.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Always, lasting) | (lasting, Self::Always) => lasting,
            (Self::Until(one), Self::Until(other)) => Self::Until(one.min(other)),
        }
    }
}

impl Revision {
    pub(crate) fn of(audit_hash: &[u8]) -> Result<Self, Fault> {
        Ok(Self(crate::rows::array(audit_hash)?))
    }

    /// The bytes of it.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Revision(")?;
        for byte in self.0.iter().take(4) {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("..)")
    }
}

impl Store {
    /// The revision of an organization; none where there is none. It is told together with all that wait.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn revision(&self, organization: OrganizationId) -> Result<Option<Revision>, Fault> {
        asking!(self, revisions, organization)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn moment(seconds: u32) -> Timestamp {
        Timestamp::EPOCH.plus_seconds(seconds)
    }

    fn shown(state: InvitationState, mail: MailState, expires: u32, at: u32) -> Lasting {
        let invitation = PendingInvitation {
            id: Uuid::nil().into(),
            state,
            expires_at: moment(expires),
            mail,
            mail_error: None,
        };
        Lasting::of_invitation(&invitation, moment(at))
    }

    /// R-INV-10: how a mail fares changes without any change of the organization.
    #[test]
    fn what_shows_a_mail_on_its_way_does_not_last() {
        let queued = shown(InvitationState::Pending, MailState::Queued, 10, 1);
        assert_eq!(queued, Lasting::Unknown);
        assert_eq!(queued.and(Lasting::Always), Lasting::Unknown);
        assert!(!queued.holds_at(moment(1)));
    }

    #[test]
    fn what_shows_invitations_lasts_until_the_first_runs_out() {
        let first = shown(InvitationState::Pending, MailState::Sent, 10, 1);
        let later = shown(InvitationState::Suspended, MailState::Failed, 20, 1);
        let over = shown(InvitationState::Expired, MailState::Sent, 1, 1);
        let all = later.and(first).and(over);
        assert_eq!(all, Lasting::Until(moment(10)));
        assert!(all.holds_at(moment(9)));
        assert!(!all.holds_at(moment(10)));
        assert_eq!(over, Lasting::Always);
    }
}
