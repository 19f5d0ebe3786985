//! Decisions about organization-level users: role, name, deactivation, removal.

use super::{Asked, Standing};
use crate::{
    Actor, AssignableRole, Directory, Event, Fingerprint, LostApiKey, LostMembership, Name,
    OrganizationRole, Profile, Rejection, Removal, RemovalPlan, Stop, Timestamp, User, UserId,
    Wanted,
};

/// The target of a command, found visible.
struct Target<'a> {
    user: &'a User,
    role: OrganizationRole,
}

impl Directory {
    /// What removing the user would take, for who may remove them or for themself.
    ///
    /// Rule: R-REM-2. The same plan that [`crate::Command::RemoveUser`] carries out.
    ///
    /// # Errors
    /// As the removal itself, but that a sign-in may be old; `Missing` for what is not known.
    ///
    /// ```
    /// use vestibule_domain::{Command, Event};
    /// # use vestibule_domain::test_support::World;
    /// # let mut world = World::numbered(1);
    /// # let ann = vestibule_domain::UserId::new(world.fresh_id());
    /// # let invite = Command::InviteUser {
    /// #     user: ann,
    /// #     invitation: vestibule_domain::InvitationId::new(world.fresh_id()),
    /// #     email: "ann@example.com".parse()?,
    /// #     role: vestibule_domain::AssignableRole::User,
    /// #     name: None,
    /// #     memberships: Default::default(),
    /// # };
    /// # world.play(&world.request(world.owner(), invite))?;
    /// # let acme = world.directory.clone();
    /// # let (owner, at) = (world.owner(), world.at);
    ///
    /// let plan = acme.removal_plan(&owner, ann, at)?;
    /// assert!(plan.invitation.is_some(), "her invitation would end");
    ///
    /// // The plan that was seen is the plan that is carried out, or nothing is.
    /// let removal = Command::RemoveUser { user: ann, fingerprint: Some(plan.fingerprint()) };
    /// # let removal = world.request(owner, removal);
    /// let Some(Event::UserRemoved { plan: carried_out, .. }) = acme.decide(&removal)? else {
    ///     panic!("it is still that plan");
    /// };
    /// assert_eq!(carried_out, plan);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn removal_plan(
        &self,
        actor: &Actor,
        user: UserId,
        at: Timestamp,
    ) -> Result<RemovalPlan, Stop> {
        let asked = Asked {
            directory: self,
            actor: *actor,
            at,
        };
        asked.removable(user)?;
        asked.plan(user)
    }
}

impl<'a> Asked<'a> {
    /// R-ORG-2: roles by who manages users; names of those without an account only.
    pub(super) fn update_user(
        self,
        id: UserId,
        role: Option<AssignableRole>,
        name: Option<&Name>,
    ) -> Result<Option<Event>, Stop> {
        let (_, target) = self.managed(id, Wanted::new())?;
        let before = Profile {
            role: target.user.role,
            name: target.user.name.clone(),
        };
        let after = Profile {
            role: role.unwrap_or(before.role),
            name: name.cloned().or_else(|| before.name.clone()),
        };
        if after.name != before.name && target.user.joined().is_some() {
            // People name themselves.
            return Err(Rejection::NotAllowed.into());
        }
        if role.is_some() {
            target.must_not_own()?;
        }
        Ok((before != after).then_some(Event::UserUpdated {
            user: id,
            before,
            after,
        }))
    }

    /// A new name of an account reaches its users, Deactivated ones too.
    pub(super) fn rename_own_user(self, id: UserId, name: &Name) -> Result<Option<Event>, Stop> {
        let user = self.own(id, Wanted::new())?;
        let before = Profile {
            role: user.role,
            name: user.name.clone(),
        };
        let after = Profile {
            role: user.role,
            name: Some(name.clone()),
        };
        Ok((before != after).then_some(Event::UserUpdated {
            user: id,
            before,
            after,
        }))
    }

    /// R-DEA-1.
    pub(super) fn deactivate_user(self, id: UserId) -> Result<Option<Event>, Stop> {
        let (_, target) = self.managed(id, Wanted::new().holdings(id))?;
        target.must_not_own()?;
        if !target.user.is_active() {
            return Err(Rejection::UserNotActive(target.user.status()).into());
        }
        Ok(Some(Event::UserDeactivated { user: id }))
    }

    /// R-DEA-2.
    pub(super) fn reactivate_user(self, id: UserId) -> Result<Option<Event>, Stop> {
        let (_, target) = self.managed(id, Wanted::new().holdings(id))?;
        match target.user.status() {
            crate::Status::Deactivated => Ok(Some(Event::UserReactivated { user: id })),
            status => Err(Rejection::UserNotDeactivated(status).into()),
        }
    }

    /// R-REM-1 to R-REM-4: the whole cascade, as one event.
    pub(super) fn remove_user(
        self,
        id: UserId,
        seen: Option<Fingerprint>,
    ) -> Result<Option<Event>, Stop> {
        let standing = self.removable(id)?;
        if self.directory.role_of(id) == Some(OrganizationRole::Admin) {
            self.actor.must_be_fresh(self.at)?;
        }
        let plan = self.plan(id)?;
        if seen.is_some_and(|seen| seen != plan.fingerprint()) {
            return Err(Rejection::RemovalPlanChanged.into());
        }
        let removal = if standing.user() == Some(id) {
            Removal::Left
        } else {
            Removal::Removed
        };
        Ok(Some(Event::UserRemoved {
            plan,
            removal,
            at: self.at,
        }))
    }

    /// R-REM-7: the account ends, and its user here with it, Deactivated or not.
    pub(super) fn remove_own_user(self, id: UserId) -> Result<Option<Event>, Stop> {
        self.own(id, Wanted::new().holdings(id).api_keys_of(id))?;
        match self.directory.role_of(id) {
            Some(OrganizationRole::PrimaryAdmin) => {
                return Err(Rejection::PrimaryAdminMustTransfer.into());
            }
            Some(OrganizationRole::Admin) => self.actor.must_be_fresh(self.at)?,
            Some(OrganizationRole::User) | None => {}
        }
        Ok(Some(Event::UserRemoved {
            plan: self.plan(id)?,
            removal: Removal::AccountDeleted,
            at: self.at,
        }))
    }

    /// Who may remove the user, found out with everything that the plan needs.
    fn removable(self, id: UserId) -> Result<Standing<'a>, Stop> {
        let named = Wanted::new().user(id).holdings(id).api_keys_of(id);
        let standing = self.standing(named)?;
        let target = self.visible(&standing, id)?;
        if standing.user() != Some(id) {
            target.must_be_managed_by(&standing)?;
        }
        target.must_not_own()?;
        Ok(standing)
    }

    /// R-REM-2: everything that a removal takes, and what it does to others.
    fn plan(self, id: UserId) -> Result<RemovalPlan, Stop> {
        self.directory
            .need(Wanted::new().user(id).holdings(id).api_keys_of(id))?;
        let rooms = self.directory.memberships_of(id);
        self.directory
            .need(rooms.fold(Wanted::new(), |wanted, (entity, _)| wanted.entity(entity)))?;
        let user = self
            .directory
            .user(id)
            .ok_or(Rejection::UserNotInOrganization(id))?;
        let mut plan = RemovalPlan {
            user: id,
            memberships: Vec::new(),
            api_keys: self
                .directory
                .api_keys_of(id)
                .map(|key| LostApiKey {
                    id: key.id,
                    name: key.name.clone(),
                })
                .collect(),
            invitation: user.invitation().map(|invitation| invitation.id),
            sent_invitations: user.sent_invitations,
            entities_left_without_admin: Vec::new(),
        };
        for (id, role) in self.directory.memberships_of(id) {
            let Some(room) = self.directory.entity(id) else {
                continue;
            };
            let is_last_admin = role == crate::EntityRole::Admin
                && user.is_active()
                && room.active_admins == 1
                && !room.is_archived();
            if is_last_admin {
                plan.entities_left_without_admin.push(id);
            }
            plan.memberships.push(LostMembership {
                entity: id,
                entity_name: room.name.clone(),
                role,
            });
        }
        Ok(plan)
    }

    /// The target of a command by someone who manages organization-level users, with what the
    /// command's effect needs of them.
    fn managed(self, id: UserId, named: Wanted) -> Result<(Standing<'a>, Target<'a>), Stop> {
        let standing = self.standing(named.user(id))?;
        let target = self.visible(&standing, id)?;
        target.must_be_managed_by(&standing)?;
        Ok((standing, target))
    }

    fn visible(self, standing: &Standing<'a>, id: UserId) -> Result<Target<'a>, Stop> {
        let sees = standing.sees_user(id)?;
        let user = self.directory.user(id).filter(|_| sees);
        let user = user.ok_or(Rejection::UserNotInOrganization(id))?;
        let role = self.directory.organization().role_of(id, user.role);
        Ok(Target { user, role })
    }

    /// The actor's own user, who may be Deactivated: for what their account does.
    fn own(self, id: UserId, named: Wanted) -> Result<&'a User, Stop> {
        self.directory.need(named.user(id))?;
        match self.actor {
            Actor::User { id: own, .. } if own == id => self
                .directory
                .user(id)
                .filter(|user| user.joined().is_some())
                .ok_or_else(|| Rejection::UserNotInOrganization(id).into()),
            Actor::User { .. } | Actor::Key { .. } | Actor::Invitee | Actor::Operator => {
                Err(Rejection::NotAllowed.into())
            }
        }
    }
}

impl Target<'_> {
    /// R-ORG-2: by who manages users; the Primary Admin by nobody below.
    fn must_be_managed_by(&self, standing: &Standing<'_>) -> Result<(), Rejection> {
        let reaches =
            self.role != OrganizationRole::PrimaryAdmin || standing.may_touch_primary_admin();
        if standing.manages_users() && reaches {
            Ok(())
        } else {
            Err(Rejection::NotAllowed)
        }
    }

    /// R-REM-3.
    fn must_not_own(&self) -> Result<(), Rejection> {
        if self.role == OrganizationRole::PrimaryAdmin {
            return Err(Rejection::PrimaryAdminMustTransfer);
        }
        Ok(())
    }
}
