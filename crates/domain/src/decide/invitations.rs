//! Decisions about invitations, from sending to acceptance.

use std::collections::BTreeMap;

use super::Asked;
use crate::{
    Actor, AssignableRole, Email, Ending, EntityId, EntityRole, Event, Invitation, InvitationId,
    Login, Name, Rejection, SenderRight, Stop, User, UserId, Wanted,
};

/// How often an invitation can be resent within an hour (R-INV-4).
const RESENDS_MAX: usize = 5;
const RESENDS_SECONDS: u32 = 3600;

/// What `InviteUser` carries.
pub(super) struct Invitee<'a> {
    pub(super) user: UserId,
    pub(super) invitation: InvitationId,
    pub(super) email: &'a Email,
    pub(super) role: AssignableRole,
    pub(super) name: Option<&'a Name>,
    pub(super) memberships: &'a BTreeMap<EntityId, EntityRole>,
}

impl<'a> Asked<'a> {
    /// R-INV-1, R-INV-2: creates an Invited user, unless the email is there in any status.
    pub(super) fn invite_user(self, invitee: &Invitee<'_>) -> Result<Option<Event>, Stop> {
        let named = invitee.memberships.keys().fold(
            Wanted::new().user(invitee.user).email(invitee.email.key()),
            |wanted, entity| wanted.entity(*entity),
        );
        let standing = self.standing(named)?;
        if !standing.manages_users() {
            return Err(Rejection::NotAllowed.into());
        }
        // What is not there is told before what is archived, whichever id comes first (R-ANS-2).
        let mut archived = None;
        for entity in invitee.memberships.keys() {
            let room = self
                .directory
                .entity(*entity)
                .ok_or(Rejection::EntityNotFound(*entity))?;
            archived = archived.or_else(|| room.is_archived().then_some(*entity));
        }
        if let Some(entity) = archived {
            return Err(Rejection::EntityArchived(entity).into());
        }
        if let Some(there) = self.directory.user_by_email(invitee.email.key()) {
            return Err(Rejection::EmailAlreadyInOrganization(there.status()).into());
        }
        if self.directory.user(invitee.user).is_some() {
            return Err(Rejection::IdInUse.into());
        }
        let lifetime = self.directory.organization().invitation_lifetime;
        Ok(Some(Event::UserInvited {
            user: invitee.user,
            email: invitee.email.clone(),
            role: invitee.role,
            name: invitee.name.cloned(),
            memberships: invitee.memberships.clone(),
            invitation: Invitation {
                id: invitee.invitation,
                sender: standing.sender(),
                generation: 1,
                expires_at: self.at.plus_seconds(lifetime.seconds()),
                created_at: self.at,
                resent_at: Vec::new(),
            },
        }))
    }

    /// R-INV-4: pending, expired and suspended ones, at most 5 times an hour.
    pub(super) fn resend_invitation(
        self,
        user: UserId,
        id: InvitationId,
    ) -> Result<Option<Event>, Stop> {
        let standing = self.standing(Wanted::new().user(user))?;
        if !standing.manages_users() {
            return Err(Rejection::NotAllowed.into());
        }
        let before = self.pending(user, id)?;
        let mut resent_at: Vec<_> = before
            .resent_at
            .iter()
            .copied()
            .filter(|resent| resent.plus_seconds(RESENDS_SECONDS) > self.at)
            .collect();
        if let Some(oldest) = resent_at.first().filter(|_| resent_at.len() >= RESENDS_MAX) {
            return Err(Rejection::ResendLimitReached {
                retry_at: oldest.plus_seconds(RESENDS_SECONDS),
            }
            .into());
        }
        resent_at.push(self.at);
        let lifetime = self.directory.organization().invitation_lifetime;
        Ok(Some(Event::InvitationResent {
            user,
            before: before.clone(),
            after: Invitation {
                id,
                sender: standing.sender(),
                generation: before.generation.saturating_add(1),
                expires_at: self.at.plus_seconds(lifetime.seconds()),
                created_at: before.created_at,
                resent_at,
            },
        }))
    }

    /// R-INV-5: takes the invitation back, and the Invited user with it.
    pub(super) fn revoke_invitation(
        self,
        user: UserId,
        id: InvitationId,
    ) -> Result<Option<Event>, Stop> {
        let standing = self.standing(Wanted::new().user(user).holdings(user))?;
        if !standing.manages_users() {
            return Err(Rejection::NotAllowed.into());
        }
        let invitation = self.pending(user, id)?;
        Ok(Some(self.ended(user, invitation, Ending::Revoked)))
    }

    /// R-INV-6, R-INV-9: whoever holds the one link that is alive becomes Active.
    pub(super) fn accept_invitation(
        self,
        user: UserId,
        id: InvitationId,
        generation: u32,
        name: &Name,
        login: Login,
    ) -> Result<Option<Event>, Stop> {
        let (invitee, invitation) = self.usable(user, id, generation)?;
        Ok(Some(Event::InvitationAccepted {
            user,
            invitation: invitation.clone(),
            name_before: invitee.name.clone(),
            name: name.clone(),
            login,
            at: self.at,
        }))
    }

    /// R-INV-5: as revoking, by the invitee.
    pub(super) fn decline_invitation(
        self,
        user: UserId,
        id: InvitationId,
        generation: u32,
    ) -> Result<Option<Event>, Stop> {
        let (_, invitation) = self.usable(user, id, generation)?;
        Ok(Some(self.ended(user, invitation, Ending::Declined)))
    }

    fn ended(self, user: UserId, invitation: &Invitation, ending: Ending) -> Event {
        Event::InvitationEnded {
            user,
            invitation: invitation.clone(),
            ending,
            memberships: self.directory.memberships_of(user).collect(),
            at: self.at,
        }
    }

    /// The pending invitation with that id, whatever the clock says of it.
    fn pending(self, user: UserId, id: InvitationId) -> Result<&'a Invitation, Rejection> {
        self.directory
            .user(user)
            .and_then(User::invitation)
            .filter(|invitation| invitation.id == id)
            .ok_or(Rejection::InvitationNotPending)
    }

    /// The user and invitation that a link opens now; every refusal is one and the same (R-INV-7).
    fn usable(
        self,
        user: UserId,
        id: InvitationId,
        generation: u32,
    ) -> Result<(&'a User, &'a Invitation), Stop> {
        if self.actor != Actor::Invitee {
            return Err(Rejection::NotAllowed.into());
        }
        self.directory
            .need(Wanted::new().user(user).holdings(user))?;
        let (invitee, invitation) = self
            .directory
            .user(user)
            .and_then(|invitee| Some((invitee, invitee.invitation()?)))
            .filter(|(_, invitation)| {
                invitation.id == id
                    && invitation.generation == generation
                    && self.at < invitation.expires_at
            })
            .ok_or(Rejection::InvitationNotUsable)?;
        match self.directory.sender_right(invitation)? {
            SenderRight::Holds => Ok((invitee, invitation)),
            SenderRight::Lost => Err(Rejection::InvitationNotUsable.into()),
        }
    }
}
