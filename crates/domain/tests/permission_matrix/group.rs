//! A group of two companies with somebody of every kind in it, and who of them asks.

use vestibule_domain::test_support::{World, email, name};
use vestibule_domain::{
    Actor, ApiKeyId, AssignableRole, Command, EntityId, EntityRole, InvitationId, KeyRole, Login,
    SecretDigest, Stop, UserId, UserManagement,
};

/// A group of two companies with somebody of every kind in it.
pub(crate) struct Group {
    pub(crate) world: World,
    pub(crate) open: EntityId,
    pub(crate) archived: EntityId,
    pub(crate) admin: UserId,
    pub(crate) other_admin: UserId,
    pub(crate) plain: UserId,
    pub(crate) entity_admin: UserId,
    pub(crate) manager: UserId,
    pub(crate) clerk: UserId,
    pub(crate) target: UserId,
    pub(crate) invited: UserId,
    pub(crate) invitation: InvitationId,
    /// Invited by somebody who may not invite any more.
    pub(crate) suspended: (UserId, InvitationId),
    pub(crate) deactivated: UserId,
    pub(crate) removed: UserId,
    pub(crate) keys: Vec<(KeyRole, ApiKeyId)>,
    pub(crate) admins_key: ApiKeyId,
}

impl Group {
    pub(crate) fn new(user_management: UserManagement) -> Self {
        let mut world = World::numbered(1);
        let open = entity(&mut world, "Open");
        let archived = entity(&mut world, "Archived");
        let mut join = |person: &str, role: AssignableRole, held: &[(EntityId, EntityRole)]| {
            joined(&mut world, person, role, held)
        };
        let admin = join("admin", AssignableRole::Admin, &[]);
        let other_admin = join("other-admin", AssignableRole::Admin, &[]);
        let plain = join("plain", AssignableRole::User, &[]);
        let entity_admin = join(
            "entity-admin",
            AssignableRole::User,
            &[(open, EntityRole::Admin)],
        );
        let manager = join(
            "manager",
            AssignableRole::User,
            &[(open, EntityRole::Manager)],
        );
        let clerk = join("clerk", AssignableRole::User, &[(open, EntityRole::Clerk)]);
        let target = join(
            "target",
            AssignableRole::User,
            &[(open, EntityRole::Clerk), (archived, EntityRole::Clerk)],
        );
        let deactivated = join(
            "deactivated",
            AssignableRole::User,
            &[(open, EntityRole::Clerk)],
        );
        let removed = join("removed", AssignableRole::User, &[]);
        let (invited, invitation) = invite(&mut world, "invited", AssignableRole::User, &[]);
        let sender = joined(&mut world, "sender", AssignableRole::Admin, &[]);
        let suspended = invite_by(&mut world, sender, "suspended");
        let keys = KeyRole::ALL
            .iter()
            .map(|role| (*role, key(&mut world, *role)))
            .collect();
        let admin_signed_in = world.signed_in(admin);
        let admins_key = key_of(&mut world, admin_signed_in, KeyRole::Admin);
        for command in [
            Command::DeactivateUser { user: deactivated },
            Command::DeactivateUser { user: sender },
            Command::RemoveUser {
                user: removed,
                fingerprint: None,
            },
            Command::ArchiveEntity { entity: archived },
            Command::UpdateOrganization {
                name: None,
                user_management: Some(user_management),
                invitation_lifetime: None,
            },
        ] {
            let request = world.request(world.owner(), command);
            world.play(&request).unwrap();
        }
        Self {
            world,
            open,
            archived,
            admin,
            other_admin,
            plain,
            entity_admin,
            manager,
            clerk,
            target,
            invited,
            invitation,
            suspended,
            deactivated,
            removed,
            keys,
            admins_key,
        }
    }

    /// The kinds of actors, by the head of their column.
    pub(crate) fn actors(&self) -> Vec<(&'static str, Actor)> {
        let owner = self.world.directory.organization().primary_admin;
        let mut actors = vec![
            ("operator", Actor::Operator),
            ("Primary Admin", self.world.owner()),
            ("Admin", self.world.signed_in(self.admin)),
            ("entity Admin", self.world.signed_in(self.entity_admin)),
            ("entity Manager", self.world.signed_in(self.manager)),
            ("entity Clerk", self.world.signed_in(self.clerk)),
            ("User", self.world.signed_in(self.plain)),
            ("Deactivated user", self.world.signed_in(self.deactivated)),
            ("holder of a link", Actor::Invitee),
        ];
        for (role, id) in &self.keys {
            let head = match role {
                KeyRole::Auditor => "key `auditor`",
                KeyRole::Admin => "key `admin`",
                KeyRole::UserManager => "key `user_manager`",
            };
            actors.push((
                head,
                Actor::Key {
                    id: *id,
                    maker: owner,
                },
            ));
        }
        actors
    }

    /// What the decisions answer.
    pub(crate) fn cell(&self, actor: Actor, command: &Command) -> String {
        match self
            .world
            .directory
            .decide(&self.world.request(actor, command.clone()))
        {
            Ok(Some(_)) => "yes".to_owned(),
            Ok(None) => "no change".to_owned(),
            Err(Stop::Rejected(rejection)) => format!("`{}`", rejection.code()),
            Err(Stop::Missing(wanted)) => panic!("a whole misses {wanted:?}"),
        }
    }
}

fn played(world: &mut World, actor: Actor, command: Command) {
    let request = world.request(actor, command);
    world.play(&request).unwrap().unwrap();
}

fn entity(world: &mut World, called: &str) -> EntityId {
    let id = EntityId::new(world.fresh_id());
    let owner = world.owner();
    played(
        world,
        owner,
        Command::CreateEntity {
            entity: id,
            name: name(called),
        },
    );
    id
}

fn invite(
    world: &mut World,
    person: &str,
    role: AssignableRole,
    held: &[(EntityId, EntityRole)],
) -> (UserId, InvitationId) {
    let owner = world.owner();
    invited_by(world, owner, person, role, held)
}

fn invited_by(
    world: &mut World,
    actor: Actor,
    person: &str,
    role: AssignableRole,
    held: &[(EntityId, EntityRole)],
) -> (UserId, InvitationId) {
    let (user, invitation) = (
        UserId::new(world.fresh_id()),
        InvitationId::new(world.fresh_id()),
    );
    let command = Command::InviteUser {
        user,
        invitation,
        email: email(&format!("{person}@example.com")),
        role,
        name: None,
        memberships: held.iter().copied().collect(),
    };
    played(world, actor, command);
    (user, invitation)
}

/// Invited by somebody who manages users just long enough for it.
fn invite_by(world: &mut World, sender: UserId, person: &str) -> (UserId, InvitationId) {
    let setting = |user_management| Command::UpdateOrganization {
        name: None,
        user_management: Some(user_management),
        invitation_lifetime: None,
    };
    let (owner, actor) = (world.owner(), world.signed_in(sender));
    played(world, owner, setting(UserManagement::Admins));
    let invited = invited_by(world, actor, person, AssignableRole::User, &[]);
    played(world, owner, setting(UserManagement::PrimaryAdmin));
    invited
}

fn joined(
    world: &mut World,
    person: &str,
    role: AssignableRole,
    held: &[(EntityId, EntityRole)],
) -> UserId {
    let (user, invitation) = invite(world, person, role, held);
    let login: Login = world.login(&email(&format!("{person}@example.com")));
    let command = Command::AcceptInvitation {
        user,
        invitation,
        generation: 1,
        name: name(person),
        login,
    };
    played(world, Actor::Invitee, command);
    user
}

fn key(world: &mut World, role: KeyRole) -> ApiKeyId {
    let owner = world.owner();
    key_of(world, owner, role)
}

fn key_of(world: &mut World, maker: Actor, role: KeyRole) -> ApiKeyId {
    let id = ApiKeyId::new(world.fresh_id());
    let mut digest = [0; 32];
    digest[..16].copy_from_slice(id.uuid().as_bytes());
    let command = Command::CreateApiKey {
        key: id,
        name: name("Key"),
        role,
        expires_at: None,
        digest: SecretDigest(digest),
    };
    played(world, maker, command);
    id
}
