//! One state of a small organization, as little as tells it from others, and as a directory.

mod packed;

use std::sync::LazyLock;

use uuid::Uuid;
use vestibule_domain::test_support;
use vestibule_domain::{
    AccountId, ApiKey, ApiKeyId, AssignableRole, Directory, Email, Entity, EntityId, EntityRole,
    EntityStatus, Found, Invitation, InvitationId, InvitationLifetime, Joined, KeyRole, Membership,
    Name, Organization, OrganizationId, SecretDigest, Sender, SentInvitations, Timestamp, User,
    UserId, UserManagement, UserState,
};

pub(crate) use packed::Packed;

pub(crate) const PEOPLE_MAX: usize = 3;
pub(crate) const ROOMS: usize = 2;

/// The roles that matter: Approver and Auditor decide nothing that Clerk does not.
pub(crate) const ROLES: [EntityRole; 3] =
    [EntityRole::Admin, EntityRole::Manager, EntityRole::Clerk];

/// One state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct State {
    pub(crate) user_management: UserManagement,
    pub(crate) owner: u8,
    pub(crate) people: [Person; PEOPLE_MAX],
    pub(crate) rooms: [Room; ROOMS],
    pub(crate) key: Option<(u8, KeyRole)>,
}

/// One person with what they hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Person {
    pub(crate) standing: Standing,
    pub(crate) held: [Option<EntityRole>; ROOMS],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Standing {
    Absent,
    Invited { role: AssignableRole, sender: By },
    Active(AssignableRole),
    Deactivated(AssignableRole),
}

/// Who sent an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum By {
    Operator,
    Person(u8),
    /// A user who is gone, be it an earlier one of a person who is back.
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Room {
    Absent,
    Open,
    Archived,
}

impl State {
    /// The organization as it is founded, by the first person.
    pub(crate) fn founded() -> Self {
        let absent = Person {
            standing: Standing::Absent,
            held: [None; ROOMS],
        };
        let mut people = [absent; PEOPLE_MAX];
        people[0].standing = Standing::Active(AssignableRole::Admin);
        Self {
            user_management: UserManagement::PrimaryAdmin,
            owner: 0,
            people,
            rooms: [Room::Absent; ROOMS],
            key: None,
        }
    }

    /// One with an Admin beside the owner, who may invite a third.
    pub(crate) fn with_a_second_admin() -> Self {
        let mut state = Self::founded();
        state.user_management = UserManagement::Admins;
        state.people[1].standing = Standing::Active(AssignableRole::Admin);
        state
    }

    /// The same as one of all states that differ in who is who and which room is which: the
    /// Primary Admin is the first person, and the rest stands in the order that packs smallest.
    pub(crate) fn canonical(self, people: u8) -> Packed {
        const ORDERS: [[u8; PEOPLE_MAX]; 6] = [
            [0, 1, 2],
            [0, 2, 1],
            [1, 0, 2],
            [1, 2, 0],
            [2, 0, 1],
            [2, 1, 0],
        ];
        // Places that nobody may take stay empty.
        let keeps_empty = |order: &[u8; PEOPLE_MAX]| {
            (people..)
                .zip(&order[usize::from(people)..])
                .all(|(place, number)| place == *number)
        };
        ORDERS
            .into_iter()
            .filter(|order| order[usize::from(self.owner)] == 0)
            .filter(keeps_empty)
            .flat_map(|order| {
                let state = self.reordered(order);
                [state.packed(), state.rooms_swapped().packed()]
            })
            .min()
            .unwrap()
    }

    /// The state in which person `number` is called `order[number]`.
    fn reordered(self, order: [u8; PEOPLE_MAX]) -> Self {
        let mut people = self.people;
        for (number, mut person) in self.people.into_iter().enumerate() {
            if let Standing::Invited {
                sender: By::Person(sender),
                ..
            } = &mut person.standing
            {
                *sender = order[usize::from(*sender)];
            }
            people[usize::from(order[number])] = person;
        }
        Self {
            owner: order[usize::from(self.owner)],
            people,
            key: self
                .key
                .map(|(maker, role)| (order[usize::from(maker)], role)),
            ..self
        }
    }

    fn rooms_swapped(mut self) -> Self {
        self.rooms.reverse();
        for person in &mut self.people {
            person.held.reverse();
        }
        self
    }

    /// The state as a whole directory.
    pub(crate) fn directory(&self) -> Directory {
        let mut all = Found::default();
        for (number, person) in (0_u8..).zip(self.people) {
            if let Some(user) = user(number, person.standing) {
                all.users.push(user);
            }
            for (room, role) in (0_u8..).zip(person.held) {
                all.memberships.extend(role.map(|role| Membership {
                    user: user_id(number),
                    entity: room_id(room),
                    role,
                }));
            }
        }
        self.count_sent(&mut all);
        for (number, room) in (0_u8..).zip(self.rooms) {
            all.entities.extend(self.entity(number, room));
        }
        all.api_keys.extend(self.key.map(|(maker, role)| ApiKey {
            id: key_id(),
            maker: user_id(maker),
            name: any_name(),
            role,
            created_at: now(),
            expires_at: None,
            digest: SecretDigest([7; 32]),
        }));
        let organization = Organization {
            id: OrganizationId::new(Uuid::from_u128(1)),
            name: any_name(),
            primary_admin: user_id(self.owner),
            user_management: self.user_management,
            invitation_lifetime: InvitationLifetime::default(),
            created_at: now(),
        };
        Directory::whole(organization, all)
    }

    /// What tells the directory's state from others.
    pub(crate) fn of(directory: &Directory) -> Self {
        let mut state = Self::founded();
        let number_of = |id| {
            directory
                .user(id)
                .map(|user| number_in(user.email.as_str()))
        };
        state.user_management = directory.organization().user_management;
        state.owner = number_of(directory.organization().primary_admin).unwrap_or(u8::MAX);
        state.people[0].standing = Standing::Absent;
        for user in directory.users() {
            let person = &mut state.people[usize::from(number_in(user.email.as_str()))];
            person.standing = match &user.state {
                UserState::Active(_) => Standing::Active(user.role),
                UserState::Deactivated(_) => Standing::Deactivated(user.role),
                UserState::Invited(invitation) => Standing::Invited {
                    role: user.role,
                    sender: match invitation.sender {
                        Sender::Operator => By::Operator,
                        Sender::User(sender) => number_of(sender).map_or(By::Gone, By::Person),
                    },
                },
            };
            for (entity, role) in directory.memberships_of(user.id) {
                person.held[usize::from(room_number(directory, entity))] = Some(role);
            }
        }
        for entity in directory.entities() {
            state.rooms[usize::from(number_in(entity.name.as_str()))] = match entity.status {
                EntityStatus::Active => Room::Open,
                EntityStatus::Archived => Room::Archived,
            };
        }
        state.key = directory
            .api_keys()
            .next()
            .and_then(|key| Some((number_of(key.maker)?, key.role)));
        state
    }

    fn count_sent(&self, all: &mut Found) {
        for (number, person) in (0_u8..).zip(self.people) {
            if let Standing::Invited {
                sender: By::Person(sender),
                ..
            } = person.standing
                && let Some(user) = all.users.iter_mut().find(|user| user.id == user_id(sender))
            {
                user.sent_invitations = user.sent_invitations.with(invitation_id(number));
            }
        }
    }

    fn entity(&self, number: u8, room: Room) -> Option<Entity> {
        let status = match room {
            Room::Absent => return None,
            Room::Open => EntityStatus::Active,
            Room::Archived => EntityStatus::Archived,
        };
        let held = |person: &&Person| person.held[usize::from(number)].is_some();
        let is_active_admin = |person: &&Person| {
            person.held[usize::from(number)] == Some(EntityRole::Admin)
                && matches!(person.standing, Standing::Active(_))
        };
        Some(Entity {
            id: room_id(number),
            name: room_name(number),
            status,
            member_count: self.people.iter().filter(held).count().try_into().unwrap(),
            active_admins: self
                .people
                .iter()
                .filter(is_active_admin)
                .count()
                .try_into()
                .unwrap(),
        })
    }
}

fn user(number: u8, standing: Standing) -> Option<User> {
    let joined = Joined {
        account: account_id(number),
        at: now(),
    };
    let (role, state) = match standing {
        Standing::Absent => return None,
        Standing::Active(role) => (role, UserState::Active(joined)),
        Standing::Deactivated(role) => (role, UserState::Deactivated(joined)),
        Standing::Invited { role, sender } => {
            let invitation = Invitation {
                id: invitation_id(number),
                sender: match sender {
                    By::Operator => Sender::Operator,
                    By::Person(sender) => Sender::User(user_id(sender)),
                    By::Gone => Sender::User(gone_id()),
                },
                generation: 1,
                expires_at: expiry(),
                created_at: earlier(),
                resent_at: Vec::new(),
            };
            (role, UserState::Invited(invitation))
        }
    };
    Some(User {
        id: user_id(number),
        email: email_of(number),
        name: None,
        role,
        state,
        sent_invitations: SentInvitations::default(),
    })
}

pub(crate) fn now() -> Timestamp {
    Timestamp::from_micros(1_767_225_600_000_000).unwrap()
}

fn earlier() -> Timestamp {
    Timestamp::from_micros(now().micros() - 1).unwrap()
}

/// When every invitation expires: between the two moments at which links are used.
fn expiry() -> Timestamp {
    now().plus_seconds(3600)
}

/// Past the expiry of every invitation.
pub(crate) fn too_late() -> Timestamp {
    now().plus_seconds(3601)
}

/// Parsed once: a state is made into a directory millions of times.
pub(crate) fn email_of(number: u8) -> Email {
    static EMAILS: LazyLock<[Email; PEOPLE_MAX]> = LazyLock::new(|| {
        [0, 1, 2].map(|number| test_support::email(&format!("person{number}@example.com")))
    });
    EMAILS[usize::from(number)].clone()
}

pub(crate) fn room_name(number: u8) -> Name {
    static NAMES: LazyLock<[Name; ROOMS]> =
        LazyLock::new(|| [0, 1].map(|number| test_support::name(&format!("Room {number}"))));
    NAMES[usize::from(number)].clone()
}

/// What everything is called whose name decides nothing.
pub(crate) fn any_name() -> Name {
    static NAME: LazyLock<Name> = LazyLock::new(|| test_support::name("Any"));
    NAME.clone()
}

/// The one digit in a person's email or a room's name.
fn number_in(text: &str) -> u8 {
    text.bytes().find(u8::is_ascii_digit).unwrap() - b'0'
}

fn room_number(directory: &Directory, entity: EntityId) -> u8 {
    number_in(directory.entity(entity).unwrap().name.as_str())
}

fn numbered(kind: u128, number: u8) -> Uuid {
    Uuid::from_u128(kind << 8 | u128::from(number))
}

pub(crate) fn user_id(number: u8) -> UserId {
    UserId::new(numbered(2, number))
}

pub(crate) fn gone_id() -> UserId {
    UserId::new(numbered(2, 99))
}

/// A user who is to be: another one than that person was before.
pub(crate) fn fresh_user_id(number: u8) -> UserId {
    UserId::new(numbered(3, number))
}

pub(crate) fn room_id(number: u8) -> EntityId {
    EntityId::new(numbered(4, number))
}

pub(crate) fn invitation_id(number: u8) -> InvitationId {
    InvitationId::new(numbered(5, number))
}

pub(crate) fn account_id(number: u8) -> AccountId {
    AccountId::new(numbered(6, number))
}

pub(crate) fn key_id() -> ApiKeyId {
    ApiKeyId::new(numbered(7, 0))
}
