//! Every command in every state that matters to it.

use vestibule_domain::test_support::{email, name};
use vestibule_domain::{
    AccountId, ApiKeyId, AssignableRole, Command, EntityId, EntityRole, InvitationId,
    InvitationLifetime, KeyRole, Login, SecretDigest, UserId, UserManagement,
};

use super::group::Group;

impl Group {
    /// Every command in every state that matters to it, by the head of its row.
    pub(crate) fn commands(&mut self) -> Vec<(&'static str, Command)> {
        let owner = self.world.directory.organization().primary_admin;
        let fresh = UserId::new(self.world.fresh_id());
        let fresh_entity = EntityId::new(self.world.fresh_id());
        let invite = |email_of: &str, role| Command::InviteUser {
            user: fresh,
            invitation: InvitationId::new(fresh.uuid()),
            email: email(email_of),
            role,
            name: None,
            memberships: Default::default(),
        };
        let invite_into = |entity| Command::InviteUser {
            user: fresh,
            invitation: InvitationId::new(fresh.uuid()),
            email: email("new@example.com"),
            role: AssignableRole::User,
            name: None,
            memberships: [(entity, EntityRole::Clerk)].into(),
        };
        let account = self.world.fresh_id();
        let accept = |(user, invitation), generation| Command::AcceptInvitation {
            user,
            invitation,
            generation,
            name: name("Somebody"),
            login: Login::New(AccountId::new(account)),
        };
        let update = |user, role| Command::UpdateUser {
            user,
            role,
            name: None,
        };
        let set = |entity, user, role| Command::SetMembership { entity, user, role };
        let make_key = |role| Command::CreateApiKey {
            key: ApiKeyId::new(fresh.uuid()),
            name: name("Key"),
            role,
            expires_at: None,
            digest: SecretDigest([7; 32]),
        };
        let settings = |name, user_management, invitation_lifetime| Command::UpdateOrganization {
            name,
            user_management,
            invitation_lifetime,
        };
        let lifetime = InvitationLifetime::from_seconds(3600).unwrap();
        let other = match self.world.directory.organization().user_management {
            UserManagement::PrimaryAdmin => UserManagement::Admins,
            UserManagement::Admins => UserManagement::PrimaryAdmin,
        };
        let remove = |user| Command::RemoveUser {
            user,
            fingerprint: None,
        };
        vec![
            (
                "change the organization's name",
                settings(Some(name("Other")), None, None),
            ),
            (
                "change who manages users",
                settings(None, Some(other), None),
            ),
            (
                "change how long invitations live",
                settings(None, None, Some(lifetime)),
            ),
            (
                "set who manages users to what it is",
                settings(
                    None,
                    Some(self.world.directory.organization().user_management),
                    None,
                ),
            ),
            (
                "transfer ownership to an Active user",
                Command::TransferOwnership { to: self.target },
            ),
            (
                "transfer ownership to an Invited user",
                Command::TransferOwnership { to: self.invited },
            ),
            (
                "transfer ownership to a Deactivated user",
                Command::TransferOwnership {
                    to: self.deactivated,
                },
            ),
            (
                "invite a User",
                invite("new@example.com", AssignableRole::User),
            ),
            (
                "invite an Admin",
                invite("new@example.com", AssignableRole::Admin),
            ),
            (
                "invite an email that is there",
                invite("Target@Example.com", AssignableRole::User),
            ),
            (
                "invite somebody who was removed",
                invite("removed@example.com", AssignableRole::User),
            ),
            ("invite into an archived entity", invite_into(self.archived)),
            (
                "invite into an entity that is not there",
                invite_into(fresh_entity),
            ),
            (
                "resend an invitation",
                Command::ResendInvitation {
                    user: self.invited,
                    invitation: self.invitation,
                },
            ),
            (
                "revoke an invitation",
                Command::RevokeInvitation {
                    user: self.invited,
                    invitation: self.invitation,
                },
            ),
            (
                "resend a suspended invitation",
                Command::ResendInvitation {
                    user: self.suspended.0,
                    invitation: self.suspended.1,
                },
            ),
            (
                "revoke a suspended invitation",
                Command::RevokeInvitation {
                    user: self.suspended.0,
                    invitation: self.suspended.1,
                },
            ),
            (
                "resend one that was accepted",
                Command::ResendInvitation {
                    user: self.target,
                    invitation: self.invitation,
                },
            ),
            (
                "accept an invitation",
                accept((self.invited, self.invitation), 1),
            ),
            ("accept a suspended invitation", accept(self.suspended, 1)),
            (
                "accept by a link that is not the latest",
                accept((self.invited, self.invitation), 0),
            ),
            (
                "decline an invitation",
                Command::DeclineInvitation {
                    user: self.invited,
                    invitation: self.invitation,
                    generation: 1,
                },
            ),
            (
                "change a User's role",
                update(self.target, Some(AssignableRole::Admin)),
            ),
            (
                "change an Admin's role",
                update(self.other_admin, Some(AssignableRole::User)),
            ),
            (
                "change the Primary Admin's role",
                update(owner, Some(AssignableRole::User)),
            ),
            (
                "change an Invited user's role",
                update(self.invited, Some(AssignableRole::Admin)),
            ),
            (
                "change a Deactivated user's role",
                update(self.deactivated, Some(AssignableRole::Admin)),
            ),
            (
                "give a User the role User",
                update(self.target, Some(AssignableRole::User)),
            ),
            (
                "name an Invited user",
                Command::UpdateUser {
                    user: self.invited,
                    role: None,
                    name: Some(name("Ivan")),
                },
            ),
            (
                "name an Active user",
                Command::UpdateUser {
                    user: self.target,
                    role: None,
                    name: Some(name("Tara")),
                },
            ),
            (
                "deactivate a User",
                Command::DeactivateUser { user: self.target },
            ),
            (
                "deactivate an Admin",
                Command::DeactivateUser {
                    user: self.other_admin,
                },
            ),
            (
                "deactivate the Primary Admin",
                Command::DeactivateUser { user: owner },
            ),
            (
                "deactivate an Invited user",
                Command::DeactivateUser { user: self.invited },
            ),
            (
                "deactivate a Deactivated user",
                Command::DeactivateUser {
                    user: self.deactivated,
                },
            ),
            (
                "reactivate a Deactivated user",
                Command::ReactivateUser {
                    user: self.deactivated,
                },
            ),
            (
                "reactivate an Active user",
                Command::ReactivateUser { user: self.target },
            ),
            (
                "reactivate an Invited user",
                Command::ReactivateUser { user: self.invited },
            ),
            ("remove a User", remove(self.target)),
            ("remove an Admin", remove(self.other_admin)),
            ("remove an Invited user", remove(self.invited)),
            ("remove a Deactivated user", remove(self.deactivated)),
            ("remove the Primary Admin", remove(owner)),
            ("remove somebody who is gone", remove(self.removed)),
            (
                "make an entity",
                Command::CreateEntity {
                    entity: fresh_entity,
                    name: name("New"),
                },
            ),
            (
                "make an entity of a name that is taken",
                Command::CreateEntity {
                    entity: fresh_entity,
                    name: name("OPEN"),
                },
            ),
            (
                "rename an entity",
                Command::RenameEntity {
                    entity: self.open,
                    name: name("Renamed"),
                },
            ),
            (
                "rename an entity to a name that is taken",
                Command::RenameEntity {
                    entity: self.open,
                    name: name("ARCHIVED"),
                },
            ),
            (
                "rename an archived entity",
                Command::RenameEntity {
                    entity: self.archived,
                    name: name("Renamed"),
                },
            ),
            (
                "archive an entity",
                Command::ArchiveEntity { entity: self.open },
            ),
            (
                "archive an archived entity",
                Command::ArchiveEntity {
                    entity: self.archived,
                },
            ),
            (
                "unarchive an archived entity",
                Command::UnarchiveEntity {
                    entity: self.archived,
                },
            ),
            (
                "unarchive an entity that is open",
                Command::UnarchiveEntity { entity: self.open },
            ),
            (
                "delete an entity",
                Command::DeleteEntity { entity: self.open },
            ),
            (
                "delete an archived entity",
                Command::DeleteEntity {
                    entity: self.archived,
                },
            ),
            (
                "add a Clerk to an entity",
                set(self.open, self.plain, EntityRole::Clerk),
            ),
            (
                "add an Admin to an entity",
                set(self.open, self.plain, EntityRole::Admin),
            ),
            (
                "add an Invited user to an entity",
                set(self.open, self.invited, EntityRole::Clerk),
            ),
            (
                "add somebody who is gone to an entity",
                set(self.open, self.removed, EntityRole::Clerk),
            ),
            (
                "make a Clerk a Clerk",
                set(self.open, self.target, EntityRole::Clerk),
            ),
            (
                "make a Deactivated Clerk an Auditor",
                set(self.open, self.deactivated, EntityRole::Auditor),
            ),
            (
                "make a Clerk an Auditor",
                set(self.open, self.target, EntityRole::Auditor),
            ),
            (
                "make a Clerk an Admin of the entity",
                set(self.open, self.target, EntityRole::Admin),
            ),
            (
                "take the role Admin from a member",
                set(self.open, self.entity_admin, EntityRole::Clerk),
            ),
            (
                "add to an archived entity",
                set(self.archived, self.plain, EntityRole::Clerk),
            ),
            (
                "take a Clerk out of an entity",
                Command::RemoveMembership {
                    entity: self.open,
                    user: self.target,
                },
            ),
            (
                "take an Admin out of an entity",
                Command::RemoveMembership {
                    entity: self.open,
                    user: self.entity_admin,
                },
            ),
            (
                "take out of an archived entity",
                Command::RemoveMembership {
                    entity: self.archived,
                    user: self.target,
                },
            ),
            (
                "take out who is no member",
                Command::RemoveMembership {
                    entity: self.open,
                    user: self.plain,
                },
            ),
            ("make a key `auditor`", make_key(KeyRole::Auditor)),
            ("make a key `admin`", make_key(KeyRole::Admin)),
            ("make a key `user_manager`", make_key(KeyRole::UserManager)),
            (
                "end an Admin's key",
                Command::EndApiKey {
                    key: self.admins_key,
                    maker: self.admin,
                },
            ),
            (
                "end the Primary Admin's key",
                Command::EndApiKey {
                    key: self.keys[0].1,
                    maker: owner,
                },
            ),
            (
                "erase a removed person from the record",
                Command::ErasePerson { user: self.removed },
            ),
            (
                "erase somebody who is there",
                Command::ErasePerson { user: self.target },
            ),
        ]
    }

    /// What each user asks of their own account and place.
    pub(crate) fn own_commands(&self, user: UserId) -> Vec<(&'static str, Command)> {
        vec![
            (
                "leave the organization",
                Command::RemoveUser {
                    user,
                    fingerprint: None,
                },
            ),
            (
                "give one's account another name",
                Command::RenameOwnUser {
                    user,
                    name: name("Renamed"),
                },
            ),
            ("delete one's account", Command::RemoveOwnUser { user }),
        ]
    }
}
