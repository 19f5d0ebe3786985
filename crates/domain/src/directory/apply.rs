//! The effects of events: what each puts, moves and takes away.

use std::collections::BTreeSet;

use super::Directory;
use crate::{
    AssignableRole, Ending, Entity, EntityId, EntityRole, EntityStatus, Event, Invitation,
    InvitationEnd, InvitationRecord, Joined, Login, Membership, Name, Organization, RemovalPlan,
    Sender, SentInvitations, Timestamp, User, UserId, UserState, Wanted,
};

impl Directory {
    /// Lets an event take effect.
    ///
    /// The event comes from [`Directory::decide`] over this state, or from the record, in order:
    /// then everything it touches is known here. An event that fits nothing here changes nothing.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::OrganizationCreated {
                organization,
                primary_admin,
            } => {
                self.put_organization(organization.clone());
                self.put_user(primary_admin.clone());
                self.all_is_known_of(primary_admin.id);
            }
            Event::OrganizationUpdated { after, .. } => self.put_organization(Organization {
                name: after.name.clone(),
                user_management: after.user_management,
                invitation_lifetime: after.invitation_lifetime,
                ..self.organization.clone()
            }),
            Event::OwnershipTransferred { from, to, .. } => self.hand_over(*from, *to),
            Event::UserInvited {
                user,
                email,
                role,
                name,
                memberships,
                invitation,
            } => {
                self.put_user(User {
                    id: *user,
                    email: email.clone(),
                    name: name.clone(),
                    role: *role,
                    state: UserState::Invited(invitation.clone()),
                    sent_invitations: SentInvitations::default(),
                });
                self.all_is_known_of(*user);
                self.count_sent(invitation, SentInvitations::with);
                for (entity, role) in memberships {
                    self.put_membership(*entity, *user, *role);
                }
            }
            Event::InvitationResent {
                user,
                before,
                after,
            } => {
                self.count_sent(before, SentInvitations::without);
                self.change_user(*user, |user| user.state = UserState::Invited(after.clone()));
                self.count_sent(after, SentInvitations::with);
            }
            Event::InvitationAccepted {
                user,
                invitation,
                name,
                login,
                at,
                ..
            } => self.accept(*user, invitation, name, *login, *at),
            Event::InvitationEnded {
                user,
                invitation,
                ending,
                memberships,
                at,
            } => {
                let end = match ending {
                    Ending::Revoked => InvitationEnd::Revoked,
                    Ending::Declined => InvitationEnd::Declined,
                };
                for entity in memberships.keys() {
                    self.take_membership(*entity, *user);
                }
                self.end_invitation(*user, invitation, end, *at);
                self.take_user(*user);
            }
            Event::UserUpdated { user, after, .. } => self.change_user(*user, |user| {
                user.role = after.role;
                user.name.clone_from(&after.name);
            }),
            Event::UserDeactivated { user } => self.change_standing(*user, |state| match state {
                UserState::Active(joined) => UserState::Deactivated(joined),
                other => other,
            }),
            Event::UserReactivated { user } => self.change_standing(*user, |state| match state {
                UserState::Deactivated(joined) => UserState::Active(joined),
                other => other,
            }),
            Event::UserRemoved { plan, at, .. } => self.carry_out(plan, *at),
            Event::EntityCreated { entity, name } => self.put_entity(Entity {
                id: *entity,
                name: name.clone(),
                status: EntityStatus::Active,
                member_count: 0,
                active_admins: 0,
            }),
            Event::EntityRenamed { entity, after, .. } => {
                self.change_entity(*entity, |entity| entity.name = after.clone());
            }
            Event::EntityArchived { entity } => {
                self.change_entity(*entity, |entity| entity.status = EntityStatus::Archived);
            }
            Event::EntityUnarchived { entity } => {
                self.change_entity(*entity, |entity| entity.status = EntityStatus::Active);
            }
            Event::EntityDeleted { entity } => self.take_entity(entity),
            Event::MembershipSet {
                entity,
                user,
                after,
                ..
            } => self.put_membership(*entity, *user, *after),
            Event::MembershipRemoved { entity, user, .. } => self.take_membership(*entity, *user),
            Event::ApiKeyCreated { key } => self.api_keys.put((key.maker, key.id), key.clone()),
            Event::ApiKeyEnded { key } => self.api_keys.remove((key.maker, key.id)),
            Event::PersonErased { .. } => {}
        }
    }

    /// What an event touches: all of it is known before the event takes effect.
    pub(crate) fn touched_by(&self, event: &Event) -> Wanted {
        let wanted = Wanted::new();
        match event {
            Event::OwnershipTransferred { from, to, .. } => wanted.user(*from).user(*to),
            Event::UserInvited {
                user,
                email,
                memberships,
                invitation,
                ..
            } => memberships.keys().fold(
                with_sender(wanted.user(*user).email(email.key()), invitation),
                |wanted, entity| wanted.entity(*entity),
            ),
            Event::InvitationResent {
                user,
                before,
                after,
            } => with_sender(with_sender(wanted.user(*user), before), after),
            Event::InvitationAccepted {
                user, invitation, ..
            }
            | Event::InvitationEnded {
                user, invitation, ..
            } => self.and_rooms_of(*user, with_sender(wanted.user(*user), invitation)),
            Event::UserUpdated { user, .. } => wanted.user(*user),
            Event::UserDeactivated { user } | Event::UserReactivated { user } => {
                self.and_rooms_of(*user, wanted.user(*user))
            }
            Event::UserRemoved { plan, .. } => {
                let wanted = wanted.user(plan.user).api_keys_of(plan.user);
                let wanted = match self.user(plan.user).and_then(User::invitation) {
                    Some(invitation) => with_sender(wanted, invitation),
                    None => wanted,
                };
                self.and_rooms_of(plan.user, wanted)
            }
            Event::EntityCreated { entity, name } => wanted.entity(*entity).name(name.key()),
            Event::EntityRenamed {
                entity,
                before,
                after,
            } => wanted.entity(*entity).name(before.key()).name(after.key()),
            Event::EntityArchived { entity } | Event::EntityUnarchived { entity } => {
                wanted.entity(*entity)
            }
            Event::EntityDeleted { entity } => wanted.entity(entity.id).name(entity.name.key()),
            Event::MembershipSet { entity, user, .. }
            | Event::MembershipRemoved { entity, user, .. } => wanted
                .entity(*entity)
                .user(*user)
                .membership(*user, *entity),
            Event::ApiKeyCreated { key } | Event::ApiKeyEnded { key } => {
                wanted.api_keys_of(key.maker)
            }
            Event::OrganizationCreated { .. }
            | Event::OrganizationUpdated { .. }
            | Event::PersonErased { .. } => wanted,
        }
    }

    /// The holdings of a user and every entity in them.
    fn and_rooms_of(&self, user: UserId, wanted: Wanted) -> Wanted {
        self.memberships_of(user)
            .fold(wanted.holdings(user), |wanted, (entity, _)| {
                wanted.entity(entity)
            })
    }

    fn hand_over(&mut self, from: UserId, to: UserId) {
        let Some(sent) = self.user(from).map(|former| former.sent_invitations) else {
            return;
        };
        self.put_organization(Organization {
            primary_admin: to,
            ..self.organization.clone()
        });
        self.change_user(from, |former| {
            former.role = AssignableRole::Admin;
            former.sent_invitations = SentInvitations::default();
        });
        self.change_user(to, |owner| {
            owner.role = AssignableRole::Admin;
            owner.sent_invitations = owner.sent_invitations.joined_with(sent);
        });
        let handed: Vec<_> = self
            .users()
            .filter(|user| {
                user.invitation()
                    .is_some_and(|invitation| invitation.sender == Sender::User(from))
            })
            .map(|user| user.id)
            .collect();
        for id in handed {
            self.change_user(id, |user| {
                if let UserState::Invited(invitation) = &mut user.state {
                    invitation.sender = Sender::User(to);
                }
            });
        }
    }

    fn accept(
        &mut self,
        id: UserId,
        invitation: &Invitation,
        name: &Name,
        login: Login,
        at: Timestamp,
    ) {
        let (Login::Existing(account) | Login::New(account)) = login;
        self.change_user(id, |user| user.name = Some(name.clone()));
        self.change_standing(id, |_| UserState::Active(Joined { account, at }));
        // Last, as every change of a user who is still Invited writes the invitation as pending.
        self.end_invitation(id, invitation, InvitationEnd::Accepted, at);
    }

    /// The cascade of R-REM-1, exactly as the plan says.
    fn carry_out(&mut self, plan: &RemovalPlan, at: Timestamp) {
        for lost in &plan.memberships {
            self.take_membership(lost.entity, plan.user);
        }
        for lost in &plan.api_keys {
            self.api_keys.remove((plan.user, lost.id));
        }
        if let Some(invitation) = self.user(plan.user).and_then(User::invitation).cloned() {
            self.end_invitation(plan.user, &invitation, InvitationEnd::Revoked, at);
        }
        self.take_user(plan.user);
    }

    fn end_invitation(
        &mut self,
        id: UserId,
        invitation: &Invitation,
        end: InvitationEnd,
        at: Timestamp,
    ) {
        self.count_sent(invitation, SentInvitations::without);
        if let Some(user) = self.user(id) {
            let record = InvitationRecord {
                ended: Some((end, at)),
                ..InvitationRecord::pending(user, invitation)
            };
            self.invitations.put(invitation.id, record);
        }
    }

    fn count_sent(
        &mut self,
        invitation: &Invitation,
        counted: impl Fn(SentInvitations, crate::InvitationId) -> SentInvitations,
    ) {
        if let Sender::User(sender) = invitation.sender {
            self.change_user(sender, |user| {
                user.sent_invitations = counted(user.sent_invitations, invitation.id);
            });
        }
    }

    /// Changes whether a user is Active, and with it what the entities count.
    fn change_standing(&mut self, id: UserId, change: impl Fn(UserState) -> UserState) {
        let rooms = self.rooms_with_role(id, EntityRole::Admin);
        let was_active = self.user(id).is_some_and(User::is_active);
        self.change_user(id, |user| user.state = change(user.state.clone()));
        let is_active = self.user(id).is_some_and(User::is_active);
        for room in rooms {
            self.change_entity(room, |entity| {
                let others = entity.active_admins.saturating_sub(u32::from(was_active));
                entity.active_admins = others.saturating_add(u32::from(is_active));
            });
        }
    }

    fn rooms_with_role(&self, user: UserId, role: EntityRole) -> BTreeSet<EntityId> {
        self.memberships_of(user)
            .filter(|(_, held)| *held == role)
            .map(|(entity, _)| entity)
            .collect()
    }

    fn put_membership(&mut self, entity: EntityId, user: UserId, role: EntityRole) {
        let before = self.membership(user, entity);
        self.memberships
            .put((user, entity), Membership { user, entity, role });
        self.count_member(entity, user, before, Some(role));
    }

    fn take_membership(&mut self, entity: EntityId, user: UserId) {
        let before = self.membership(user, entity);
        self.memberships.remove((user, entity));
        self.count_member(entity, user, before, None);
    }

    fn count_member(
        &mut self,
        id: EntityId,
        user: UserId,
        before: Option<EntityRole>,
        after: Option<EntityRole>,
    ) {
        let active = self.user(user).is_some_and(User::is_active);
        let admin = |role| u32::from(active && role == Some(EntityRole::Admin));
        self.change_entity(id, |entity| {
            let others = entity
                .member_count
                .saturating_sub(u32::from(before.is_some()));
            entity.member_count = others.saturating_add(u32::from(after.is_some()));
            let others = entity.active_admins.saturating_sub(admin(before));
            entity.active_admins = others.saturating_add(admin(after));
        });
    }

    fn all_is_known_of(&mut self, user: UserId) {
        self.held.insert(user);
        self.keyed.insert(user);
    }

    fn put_organization(&mut self, organization: Organization) {
        let before = std::mem::replace(&mut self.organization, organization);
        self.replaced.push(before);
    }

    fn put_user(&mut self, user: User) {
        self.emails.put(user.email.key().clone(), user.id);
        if let Some(invitation) = user.invitation() {
            let record = InvitationRecord::pending(&user, invitation);
            self.invitations.put(invitation.id, record);
        }
        self.users.put(user.id, user);
    }

    fn change_user(&mut self, id: UserId, change: impl FnOnce(&mut User)) {
        if let Some(mut user) = self.user(id).cloned() {
            change(&mut user);
            if let Some(invitation) = user.invitation() {
                let record = InvitationRecord::pending(&user, invitation);
                self.invitations.put(invitation.id, record);
            }
            self.users.put(id, user);
        }
    }

    fn take_user(&mut self, id: UserId) {
        if let Some(key) = self.user(id).map(|user| user.email.key().clone()) {
            self.emails.remove(key);
            self.users.remove(id);
        }
    }

    fn put_entity(&mut self, entity: Entity) {
        self.names.put(entity.name.key(), entity.id);
        self.entities.put(entity.id, entity);
    }

    fn change_entity(&mut self, id: EntityId, change: impl FnOnce(&mut Entity)) {
        if let Some(before) = self.entity(id).cloned() {
            let mut after = before.clone();
            change(&mut after);
            if after.name.key() != before.name.key() {
                self.names.remove(before.name.key());
                self.names.put(after.name.key(), id);
            }
            self.entities.put(id, after);
        }
    }

    /// Takes an entity and every membership in it that is known; storage takes the rest.
    fn take_entity(&mut self, entity: &Entity) {
        let members: Vec<_> = self
            .memberships()
            .filter(|membership| membership.entity == entity.id)
            .map(|membership| (membership.user, membership.entity))
            .collect();
        for pair in members {
            self.memberships.remove(pair);
        }
        self.names.remove(entity.name.key());
        self.entities.remove(entity.id);
    }
}

fn with_sender(wanted: Wanted, invitation: &Invitation) -> Wanted {
    match invitation.sender {
        Sender::User(sender) => wanted.user(sender),
        Sender::Operator => wanted,
    }
}
