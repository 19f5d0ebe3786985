//! Every rule of rules.md as a decision: which event a request makes, or why it makes none.
//!
//! Each decision first asks, in one `Missing`, for all that it can name from the request; then it
//! refuses in one order: not visible, not allowed, sign-in too old, precondition, rule.

mod api_keys;
mod entities;
mod invitations;
mod memberships;
mod organization;
mod standing;
mod users;

use crate::{Actor, Command, Directory, Event, Request, Stop, Wanted};

pub(crate) use standing::{MemberPower, Standing};

/// What every decision knows of its request.
#[derive(Clone, Copy)]
struct Asked<'a> {
    directory: &'a Directory,
    actor: Actor,
    at: crate::Timestamp,
}

impl Directory {
    /// Decides a request by every rule: the event it makes, or `None` where it is so already.
    ///
    /// Nothing changes here; [`Directory::apply`] lets the event take effect.
    ///
    /// # Errors
    /// `Rejected` with the rule's reason, or `Missing` with the records that the decision, or the
    /// effect of its event, depends on and that are not known.
    ///
    /// ```
    /// use vestibule_domain::{Command, Directory, Event, Stop};
    /// # let world = vestibule_domain::test_support::World::numbered(1);
    /// # let acme = world.directory.clone();
    /// # let rename = Command::UpdateOrganization {
    /// #     name: Some("Acme Group".parse()?), user_management: None, invitation_lifetime: None,
    /// # };
    /// # let request = world.request(world.owner(), rename);
    ///
    /// let event = acme.decide(&request)?;
    /// assert!(matches!(event, Some(Event::OrganizationUpdated { .. })));
    ///
    /// // A part does not guess: it says what it would have to know.
    /// let part = Directory::part(acme.organization().clone());
    /// let Err(Stop::Missing(wanted)) = part.decide(&request) else {
    ///     panic!("who asks is not known");
    /// };
    /// assert!(wanted.users.contains(&acme.organization().primary_admin));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn decide(&self, request: &Request) -> Result<Option<Event>, Stop> {
        let asked = Asked {
            directory: self,
            actor: request.actor,
            at: request.at,
        };
        let event = asked.decide(&request.command)?;
        if let Some(event) = &event {
            self.need(self.touched_by(event))?;
        }
        Ok(event)
    }

    /// Decides a request and lets its event, if it makes one, take effect at once.
    ///
    /// For a directory that is kept in memory; over a storage see [`crate::decide_all`].
    ///
    /// # Errors
    /// As [`Directory::decide`]; then nothing has changed.
    pub fn perform(&mut self, request: &Request) -> Result<Option<Event>, Stop> {
        let event = self.decide(request)?;
        if let Some(event) = &event {
            self.apply(event);
        }
        Ok(event)
    }
}

impl<'a> Asked<'a> {
    fn decide(self, command: &Command) -> Result<Option<Event>, Stop> {
        match command {
            Command::UpdateOrganization {
                name,
                user_management,
                invitation_lifetime,
            } => self.update_organization(name.as_ref(), *user_management, *invitation_lifetime),
            Command::TransferOwnership { to } => self.transfer_ownership(*to),
            Command::InviteUser {
                user,
                invitation,
                email,
                role,
                name,
                memberships,
            } => self.invite_user(&invitations::Invitee {
                user: *user,
                invitation: *invitation,
                email,
                role: *role,
                name: name.as_ref(),
                memberships,
            }),
            Command::ResendInvitation { user, invitation } => {
                self.resend_invitation(*user, *invitation)
            }
            Command::RevokeInvitation { user, invitation } => {
                self.revoke_invitation(*user, *invitation)
            }
            Command::AcceptInvitation {
                user,
                invitation,
                generation,
                name,
                login,
            } => self.accept_invitation(*user, *invitation, *generation, name, *login),
            Command::DeclineInvitation {
                user,
                invitation,
                generation,
            } => self.decline_invitation(*user, *invitation, *generation),
            Command::UpdateUser { user, role, name } => {
                self.update_user(*user, *role, name.as_ref())
            }
            Command::RenameOwnUser { user, name } => self.rename_own_user(*user, name),
            Command::DeactivateUser { user } => self.deactivate_user(*user),
            Command::ReactivateUser { user } => self.reactivate_user(*user),
            Command::RemoveUser { user, fingerprint } => self.remove_user(*user, *fingerprint),
            Command::RemoveOwnUser { user } => self.remove_own_user(*user),
            Command::CreateEntity { entity, name } => self.create_entity(*entity, name),
            Command::RenameEntity { entity, name } => self.rename_entity(*entity, name),
            Command::ArchiveEntity { entity } => self.archive_entity(*entity),
            Command::UnarchiveEntity { entity } => self.unarchive_entity(*entity),
            Command::DeleteEntity { entity } => self.delete_entity(*entity),
            Command::SetMembership { entity, user, role } => {
                self.set_membership(*entity, *user, *role)
            }
            Command::RemoveMembership { entity, user } => self.remove_membership(*entity, *user),
            Command::CreateApiKey {
                key,
                name,
                role,
                expires_at,
                digest,
            } => self.create_api_key(*key, name, *role, *expires_at, *digest),
            Command::EndApiKey { key, maker } => self.end_api_key(*key, *maker),
            Command::ErasePerson { user } => self.erase_person(*user),
        }
    }

    /// Who asks and what they may do, once everything named is known.
    fn standing(self, named: Wanted) -> Result<Standing<'a>, Stop> {
        self.directory.standing(&self.actor, self.at, named)
    }
}
