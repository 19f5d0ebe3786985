//! What an organization keeps about itself: its settings, its version, and how many there are of
//! what lists show.

use std::collections::BTreeSet;

use vestibule_domain::{EntityStatus, InvitationEnd, Organization, OrganizationRole, Status};

use crate::Revision;
pub(crate) use crate::rows::Counts;

/// An organization with its numbers.
#[derive(Clone, Debug)]
pub(crate) struct Overview {
    pub(crate) organization: Organization,
    pub(crate) version: i64,
    pub(crate) revision: Revision,
    pub(crate) counts: Counts,
}

impl Overview {
    /// How many users there are.
    pub(crate) fn users(&self) -> i64 {
        self.users_with(&BTreeSet::new(), &BTreeSet::new())
    }

    /// How many users have one of these statuses and one of these roles; an empty set is all.
    ///
    /// Exact as long as no role is asked for; the Primary Admin counts by their stored role.
    pub(crate) fn users_with(
        &self,
        statuses: &BTreeSet<Status>,
        roles: &BTreeSet<OrganizationRole>,
    ) -> i64 {
        let counts = &self.counts;
        let admins = [
            (Status::Invited, counts.invited_admins),
            (Status::Active, counts.active_admins),
            (Status::Deactivated, counts.deactivated_admins),
        ];
        let users = [
            (Status::Invited, counts.invited_users),
            (Status::Active, counts.active_users),
            (Status::Deactivated, counts.deactivated_users),
        ];
        let wanted = |numbers: [(Status, i32); 3]| -> i64 {
            numbers
                .into_iter()
                .filter(|(status, _)| statuses.is_empty() || statuses.contains(status))
                .map(|(_, number)| i64::from(number))
                .sum()
        };
        if roles.is_empty() {
            return wanted(admins) + wanted(users);
        }
        roles
            .iter()
            .map(|role| match role {
                OrganizationRole::PrimaryAdmin => 1,
                OrganizationRole::Admin => wanted(admins),
                OrganizationRole::User => wanted(users),
            })
            .sum()
    }

    /// How many entities have one of these statuses; an empty set is all.
    pub(crate) fn entities_with(&self, statuses: &BTreeSet<EntityStatus>) -> i64 {
        [
            (EntityStatus::Active, self.counts.active_entities),
            (EntityStatus::Archived, self.counts.archived_entities),
        ]
        .into_iter()
        .filter(|(status, _)| statuses.is_empty() || statuses.contains(status))
        .map(|(_, number)| i64::from(number))
        .sum()
    }

    /// How many invitations there are that ended like that, or are pending.
    pub(crate) fn invitations_with(&self, end: Option<InvitationEnd>) -> i64 {
        i64::from(match end {
            None => self.counts.pending_invitations,
            Some(InvitationEnd::Accepted) => self.counts.accepted_invitations,
            Some(InvitationEnd::Declined) => self.counts.declined_invitations,
            Some(InvitationEnd::Revoked) => self.counts.revoked_invitations,
        })
    }
}
