//! Every command by every kind of actor, as one table: docs/permissions.md is made of it.
//!
//! `VESTIBULE_RENEW=1 cargo test -p vestibule-domain --test permission_matrix` renews the page.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where it stands"
)]

use std::fmt::Write as _;
use std::path::Path;

use vestibule_domain::test_support::{World, email, name};
use vestibule_domain::{
    Actor, ApiKeyId, AssignableRole, Command, EntityId, EntityRole, InvitationId,
    InvitationLifetime, KeyRole, Login, SecretDigest, Stop, UserId, UserManagement,
};

/// A group of two companies with somebody of every kind in it.
struct Group {
    world: World,
    open: EntityId,
    archived: EntityId,
    admin: UserId,
    other_admin: UserId,
    plain: UserId,
    entity_admin: UserId,
    manager: UserId,
    clerk: UserId,
    target: UserId,
    invited: UserId,
    invitation: InvitationId,
    deactivated: UserId,
    removed: UserId,
    keys: Vec<(KeyRole, ApiKeyId)>,
    admins_key: ApiKeyId,
}

impl Group {
    fn new(user_management: UserManagement) -> Self {
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
        let keys = KeyRole::ALL
            .iter()
            .map(|role| (*role, key(&mut world, *role)))
            .collect();
        let admin_signed_in = world.signed_in(admin);
        let admins_key = key_of(&mut world, admin_signed_in, KeyRole::Admin);
        for command in [
            Command::DeactivateUser { user: deactivated },
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
            deactivated,
            removed,
            keys,
            admins_key,
        }
    }

    /// The kinds of actors, by the head of their column.
    fn actors(&self) -> Vec<(&'static str, Actor)> {
        let owner = self.world.directory.organization().primary_admin;
        let mut actors = vec![
            ("operator", Actor::Operator),
            ("Primary Admin", self.world.owner()),
            ("Admin", self.world.signed_in(self.admin)),
            ("entity Admin", self.world.signed_in(self.entity_admin)),
            ("entity Manager", self.world.signed_in(self.manager)),
            ("entity Clerk", self.world.signed_in(self.clerk)),
            ("User", self.world.signed_in(self.plain)),
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

    /// Every command in every state that matters to it, by the head of its row.
    fn commands(&mut self) -> Vec<(&'static str, Command)> {
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
                "transfer ownership to an Active user",
                Command::TransferOwnership { to: self.target },
            ),
            (
                "transfer ownership to an Invited user",
                Command::TransferOwnership { to: self.invited },
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
                "resend one that was accepted",
                Command::ResendInvitation {
                    user: self.target,
                    invitation: self.invitation,
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
                "reactivate a Deactivated user",
                Command::ReactivateUser {
                    user: self.deactivated,
                },
            ),
            (
                "reactivate an Active user",
                Command::ReactivateUser { user: self.target },
            ),
            ("remove a User", remove(self.target)),
            ("remove an Admin", remove(self.other_admin)),
            ("remove an Invited user", remove(self.invited)),
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

    fn cell(&self, actor: Actor, command: &Command) -> String {
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
    let (user, invitation) = (
        UserId::new(world.fresh_id()),
        InvitationId::new(world.fresh_id()),
    );
    let owner = world.owner();
    let command = Command::InviteUser {
        user,
        invitation,
        email: email(&format!("{person}@example.com")),
        role,
        name: None,
        memberships: held.iter().copied().collect(),
    };
    played(world, owner, command);
    (user, invitation)
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

/// The head of each row with its cells, and the heads of the columns.
fn cells(user_management: UserManagement) -> (Vec<&'static str>, Vec<(&'static str, Vec<String>)>) {
    let mut group = Group::new(user_management);
    let commands = group.commands();
    let actors = group.actors();
    let rows = commands.iter().map(|(row, command)| {
        let cells = actors.iter().map(|(_, actor)| group.cell(*actor, command));
        (*row, cells.collect())
    });
    (
        actors.iter().map(|(head, _)| *head).collect(),
        rows.collect(),
    )
}

fn table(heads: &[&str], rows: &[(&str, Vec<String>)]) -> String {
    let mut table = format!("| | {} |\n| --- |", heads.join(" | "));
    table.push_str(&" --- |".repeat(heads.len()));
    for (row, cells) in rows {
        write!(table, "\n| {row} | {} |", cells.join(" | ")).unwrap();
    }
    table.push('\n');
    table
}

fn page() -> String {
    let (heads, closed) = cells(UserManagement::PrimaryAdmin);
    let (_, opened) = cells(UserManagement::Admins);
    let changed: Vec<_> = (closed.iter().zip(&opened))
        .filter(|(before, after)| before != after)
        .map(|(_, after)| after.clone())
        .collect();
    format!(
        "# Who may do what\n\n\
         Every command by every kind of actor, as the decisions answer. The page is made of their answers and a test \
         compares it, so it is never stale. `yes`: it happens. A code: why it does not ([errors](errors.md)). Everyone in \
         it is freshly signed in; *entity Admin*, *entity Manager*, *entity Clerk* and whom it is done to are members of the \
         entity; the keys are the Primary Admin's.\n\n\
         Not in the tables: an invitation is accepted and declined by whoever holds its link, and by nobody else. Everyone \
         leaves by themself (R-REM-4) but the Primary Admin. Whoever is deactivated, removed or of another organization is \
         answered `not_found`, whatever they ask for.\n\n\
         ## The Primary Admin manages users (`user_management = primary_admin`, the default)\n\n{}\n\
         ## Admins manage users too (`user_management = admins`)\n\nThe rows that differ; all others are as above.\n\n{}",
        table(&heads, &closed),
        table(&heads, &changed)
    )
}

/// R-DEA-1, R-REM-5, R-ANS-2: for them there is no organization.
#[test]
fn whoever_is_deactivated_or_removed_finds_nothing() {
    let mut group = Group::new(UserManagement::Admins);
    for (row, command) in group.commands() {
        for user in [group.deactivated, group.removed] {
            let cell = group.cell(group.world.signed_in(user), &command);
            assert_eq!(cell, "`not_found`", "{row}");
        }
    }
}

/// R-ORG-2, R-ORG-3, R-ENT-3, R-KEY-1, R-KEY-3, R-ANS-2: the page says what the decisions say.
#[test]
fn the_page_of_permissions_is_what_the_decisions_answer() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    let page = page();
    if std::env::var_os("VESTIBULE_RENEW").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, page,
        "docs/permissions.md is stale; renew it with VESTIBULE_RENEW=1"
    );
}

/// R-ORG-2: an Admin never gains more than managing users by the setting.
#[test]
fn the_setting_gives_admins_nothing_but_managing_users() {
    let mut before = Group::new(UserManagement::PrimaryAdmin);
    let mut after = Group::new(UserManagement::Admins);
    let rows = before.commands().into_iter().zip(after.commands());
    for ((row, closed), (_, opened)) in rows {
        let admin =
            |group: &Group, command| group.cell(group.world.signed_in(group.admin), command);
        if admin(&before, &closed) == "`not_allowed`" && admin(&after, &opened) == "yes" {
            let about_users = [
                "invite",
                "resend",
                "revoke",
                "change a",
                "name",
                "deactivate",
                "reactivate",
                "remove",
            ];
            assert!(
                about_users.iter().any(|word| row.starts_with(word)),
                "{row}"
            );
        }
    }
}
