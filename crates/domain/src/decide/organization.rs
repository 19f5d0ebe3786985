//! Decisions about the organization itself: settings, ownership, erasing from the record.

use super::Asked;
use crate::{
    Event, InvitationLifetime, Name, Rejection, Settings, Stop, UserId, UserManagement, Wanted,
};

impl Asked<'_> {
    /// R-ORG-2, R-ORG-3: Admins change the name, the Primary Admin the settings; no key the settings.
    pub(super) fn update_organization(
        self,
        name: Option<&Name>,
        user_management: Option<UserManagement>,
        invitation_lifetime: Option<InvitationLifetime>,
    ) -> Result<Option<Event>, Stop> {
        let standing = self.standing(Wanted::new())?;
        if !standing.administers() {
            return Err(Rejection::NotAllowed.into());
        }
        if (user_management.is_some() || invitation_lifetime.is_some()) && !standing.owns() {
            return Err(Rejection::NotAllowed.into());
        }
        let before = self.directory.organization().settings();
        let after = Settings {
            name: name.unwrap_or(&before.name).clone(),
            user_management: user_management.unwrap_or(before.user_management),
            invitation_lifetime: invitation_lifetime.unwrap_or(before.invitation_lifetime),
        };
        Ok((before != after).then_some(Event::OrganizationUpdated { before, after }))
    }

    /// R-ORG-5: to another Active user, by the Primary Admin (or the operator), freshly signed in.
    pub(super) fn transfer_ownership(self, to: UserId) -> Result<Option<Event>, Stop> {
        let from = self.directory.organization().primary_admin;
        let standing = self.standing(Wanted::new().user(from).user(to))?;
        if !standing.owns() {
            return Err(Rejection::NotAllowed.into());
        }
        let next = self
            .directory
            .user(to)
            .ok_or(Rejection::UserNotInOrganization(to))?;
        self.actor.must_be_fresh(self.at)?;
        if to == from {
            return Ok(None);
        }
        if !next.is_active() {
            return Err(Rejection::UserNotActive(next.status()).into());
        }
        let sent_invitations = self
            .directory
            .user(from)
            .map(|owner| owner.sent_invitations)
            .unwrap_or_default();
        Ok(Some(Event::OwnershipTransferred {
            from,
            to,
            to_role: next.role,
            sent_invitations,
        }))
    }

    /// R-AUD-3: by the Primary Admin or the operator, of a removed person only.
    pub(super) fn erase_person(self, user: UserId) -> Result<Option<Event>, Stop> {
        let standing = self.standing(Wanted::new().user(user))?;
        if !standing.owns() {
            return Err(Rejection::NotAllowed.into());
        }
        if self.directory.user(user).is_some() {
            return Err(Rejection::UserStillInOrganization.into());
        }
        Ok(Some(Event::PersonErased { user }))
    }
}
