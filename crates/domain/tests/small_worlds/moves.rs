//! Everything that can be asked in a state, by whom; and what must hold of whatever happens then.

use std::collections::BTreeMap;

use vestibule_domain::{
    Actor, AssignableRole, Command, Directory, Event, KeyRole, Login, OrganizationRole, Request,
    SecretDigest, Sender, Timestamp, User, UserId, UserManagement,
};

use crate::state::{
    ROLES, ROOMS, State, account_id, any_name, email_of, fresh_user_id, gone_id, invitation_id,
    key_id, now, room_id, room_name, too_late, user_id,
};

const ASSIGNABLE: [AssignableRole; 2] = [AssignableRole::Admin, AssignableRole::User];

/// Everyone who could ask: people freshly signed in or not, someone gone, the key, the operator.
pub(crate) fn actors(state: &State, people: u8) -> Vec<Actor> {
    let long_ago = Timestamp::from_micros(now().micros() - 3_600_000_000).unwrap();
    let mut actors = vec![Actor::Operator, Actor::Invitee];
    for id in (0..people).map(user_id).chain([gone_id()]) {
        for signed_in in [now(), long_ago] {
            actors.push(Actor::User { id, signed_in });
        }
    }
    actors.extend(state.key.map(|(maker, _)| Actor::Key {
        id: key_id(),
        maker: user_id(maker),
    }));
    actors
}

/// Every command that can be told from others here.
pub(crate) fn commands(state: &State, people: u8) -> Vec<Command> {
    let mut commands = vec![
        settings(UserManagement::PrimaryAdmin),
        settings(UserManagement::Admins),
    ];
    for number in 0..people {
        about_a_person(number, &mut commands);
        for room in (0_u8..).take(ROOMS) {
            let (entity, user) = (room_id(room), user_id(number));
            commands.push(Command::RemoveMembership { entity, user });
            commands.extend(ROLES.map(|role| Command::SetMembership { entity, user, role }));
        }
    }
    for room in (0_u8..).take(ROOMS) {
        let entity = room_id(room);
        commands.extend([
            Command::CreateEntity {
                entity,
                name: room_name(room),
            },
            Command::ArchiveEntity { entity },
            Command::UnarchiveEntity { entity },
            Command::DeleteEntity { entity },
        ]);
    }
    match state.key {
        Some((maker, _)) => commands.push(Command::EndApiKey {
            key: key_id(),
            maker: user_id(maker),
        }),
        None => commands.extend(KeyRole::ALL.iter().map(|role| Command::CreateApiKey {
            key: key_id(),
            name: any_name(),
            role: *role,
            expires_at: None,
            digest: SecretDigest([7; 32]),
        })),
    }
    commands
}

/// The moments at which a command can be told apart: a link is used before its expiry or after it,
/// and nothing else looks at the clock. So that expiry is no part of a state: every order of time
/// is tried that there is, and more.
pub(crate) fn moments(command: &Command) -> &'static [fn() -> Timestamp] {
    match command {
        Command::AcceptInvitation { .. } | Command::DeclineInvitation { .. } => &[now, too_late],
        _ => &[now],
    }
}

/// Why an event must not have come of this request; found out without asking the decisions.
pub(crate) fn objection(before: &Directory, request: &Request, event: &Event) -> Option<String> {
    let owner = before.organization().primary_admin;
    let refused = |rule: &str| Some(format!("{rule}: {request:?} made {event:?}"));
    match event {
        Event::InvitationAccepted { user, .. } => {
            let invitation = before.user(*user).and_then(User::invitation)?;
            if invitation.expires_at <= request.at {
                return refused("R-INV-3");
            }
            (!may_send(before, invitation.sender)).then(|| refused("R-INV-9"))?
        }
        Event::UserInvited { .. }
        | Event::UserUpdated { .. }
        | Event::UserDeactivated { .. }
        | Event::UserReactivated { .. }
            if !manages_users(before, &request.actor) =>
        {
            refused("R-ORG-2")
        }
        Event::UserRemoved { plan, .. } => {
            let is_own = matches!(request.actor, Actor::User { id, .. } if id == plan.user);
            if plan.user == owner {
                return refused("R-REM-3");
            }
            (!is_own && !manages_users(before, &request.actor)).then(|| refused("R-ORG-2"))?
        }
        Event::OwnershipTransferred { .. } => {
            let by_owner = matches!(request.actor, Actor::User { id, .. } if id == owner);
            (!by_owner && request.actor != Actor::Operator).then(|| refused("R-ORG-5"))?
        }
        Event::MembershipSet { entity, .. } if before.entity(*entity)?.is_archived() => {
            refused("R-ENT-6")
        }
        Event::ApiKeyCreated { .. } if !matches!(request.actor, Actor::User { .. }) => {
            refused("R-KEY-3")
        }
        _ => None,
    }
}

/// The acceptance that a broken server would let pass: whatever became of the sender.
pub(crate) fn acceptance_whatever_the_sender(
    directory: &Directory,
    request: &Request,
) -> Option<Event> {
    let Command::AcceptInvitation {
        user,
        generation,
        name,
        login,
        ..
    } = &request.command
    else {
        return None;
    };
    let invitee = directory.user(*user)?;
    let invitation = invitee.invitation()?;
    let is_live = request.actor == Actor::Invitee
        && invitation.generation == *generation
        && request.at < invitation.expires_at;
    is_live.then(|| Event::InvitationAccepted {
        user: *user,
        invitation: invitation.clone(),
        name_before: invitee.name.clone(),
        name: name.clone(),
        login: *login,
        at: request.at,
    })
}

fn settings(user_management: UserManagement) -> Command {
    Command::UpdateOrganization {
        name: None,
        user_management: Some(user_management),
        invitation_lifetime: None,
    }
}

fn about_a_person(number: u8, commands: &mut Vec<Command>) {
    let (user, invitation) = (user_id(number), invitation_id(number));
    commands.extend(ASSIGNABLE.map(|role| Command::InviteUser {
        user: fresh_user_id(number),
        invitation,
        email: email_of(number),
        role,
        name: None,
        memberships: BTreeMap::new(),
    }));
    commands.extend(ASSIGNABLE.map(|role| Command::UpdateUser {
        user,
        role: Some(role),
        name: None,
    }));
    for generation in [0, 1] {
        commands.push(Command::AcceptInvitation {
            user,
            invitation,
            generation,
            name: any_name(),
            login: Login::Existing(account_id(number)),
        });
        commands.push(Command::DeclineInvitation {
            user,
            invitation,
            generation,
        });
    }
    commands.extend([
        Command::TransferOwnership { to: user },
        Command::ResendInvitation { user, invitation },
        Command::RevokeInvitation { user, invitation },
        Command::DeactivateUser { user },
        Command::ReactivateUser { user },
        Command::RemoveUser {
            user,
            fingerprint: None,
        },
        Command::RemoveOwnUser { user },
    ]);
}

fn may_send(directory: &Directory, sender: Sender) -> bool {
    match sender {
        Sender::Operator => true,
        Sender::User(id) => person_manages_users(directory, id),
    }
}

fn manages_users(directory: &Directory, actor: &Actor) -> bool {
    match actor {
        Actor::Operator => true,
        Actor::Invitee => false,
        Actor::User { id, .. } => person_manages_users(directory, *id),
        Actor::Key { id, maker } => {
            let key = directory.api_key(*maker, *id);
            key.is_some_and(|key| key.role == KeyRole::UserManager)
                && person_manages_users(directory, *maker)
        }
    }
}

fn person_manages_users(directory: &Directory, id: UserId) -> bool {
    let admins_too = directory.organization().user_management == UserManagement::Admins;
    directory.user(id).is_some_and(User::is_active)
        && match directory.role_of(id) {
            Some(OrganizationRole::PrimaryAdmin) => true,
            Some(OrganizationRole::Admin) => admins_too,
            Some(OrganizationRole::User) | None => false,
        }
}
