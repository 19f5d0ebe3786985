//! A random organization in memory, written into a database row by row: what lists are compared with.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use vestibule_domain::{
    AccountId, AssignableRole, Email, Entity, EntityId, EntityRole, EntityStatus, InvitationEnd,
    InvitationId, Name, OrganizationId, OrganizationRole, Scope, Status, Timestamp, UserId,
};

use crate::Store;
use crate::statement::Statement;
use crate::testing::{NOW_MICROS, account_statement, now, run};

const HOUR_MICROS: i64 = 3_600_000_000;

/// Characters that mean something to some database, beside such that do not.
const SYLLABLES: &[&str] = &[
    "an", "AN", "n_", "n%", "ß", "ss", "é", "Zoe", "bob", "'", "\"", "\\", "ı", "Σ", "日本", "🦊",
    " ", "a", "b", "*", "x",
];

const LOCAL_PARTS: &[&str] = &["a", "B", "n_n", "z+q", "n%", "ü", "Ü", "ʼn", "Σίς", "日本"];

/// Domains, some of which have another form in ASCII, and two that fold alike.
const DOMAINS: &[&str] = &[
    "X0",
    "X1",
    "x2",
    "MÜNCHEN",
    "straße",
    "STRASSE",
    "ПРИМЕР",
    "例え",
    "XN--Bcher-kva",
];

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) email: Email,
    pub(crate) name: Option<Name>,
    pub(crate) role: AssignableRole,
    pub(crate) status: Status,
    pub(crate) joined_at: Option<Timestamp>,
    pub(crate) account: Option<AccountId>,
    pub(crate) invitation: Option<InvitationId>,
}

#[derive(Clone, Debug)]
pub(crate) struct Invited {
    pub(crate) id: InvitationId,
    pub(crate) user: UserId,
    pub(crate) sender: Option<UserId>,
    pub(crate) expires_at: Timestamp,
    pub(crate) end: Option<InvitationEnd>,
}

/// One organization, as it is in memory.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) organization: OrganizationId,
    pub(crate) primary_admin: UserId,
    pub(crate) people: Vec<Person>,
    pub(crate) entities: Vec<Entity>,
    pub(crate) memberships: BTreeMap<(UserId, EntityId), EntityRole>,
    pub(crate) invitations: Vec<Invited>,
}

/// A small random source whose seed says everything.
#[derive(Clone, Debug)]
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let mixed = mixed ^ (mixed >> 31);
        usize::try_from(mixed % u64::try_from(end).unwrap()).unwrap()
    }

    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// An id that tells nothing about when it was made.
    pub(crate) fn uuid(&mut self) -> Uuid {
        Uuid::from_u128((0..4).fold(0, |bits, _| {
            (bits << 32) | u128::try_from(self.below(1 << 32)).unwrap()
        }))
    }

    fn text(&mut self) -> String {
        (0..=self.below(3))
            .map(|_| *self.one_of(SYLLABLES))
            .collect()
    }
}

impl World {
    /// A random organization of so many people and entities.
    pub(crate) fn random(seed: u64, people: usize, entities: usize) -> Self {
        let mut dice = Dice(seed);
        let mut world = Self {
            organization: dice.uuid().into(),
            primary_admin: dice.uuid().into(),
            people: Vec::new(),
            entities: Vec::new(),
            memberships: BTreeMap::new(),
            invitations: Vec::new(),
        };
        for number in 0..people {
            let person = world.random_person(&mut dice, number);
            world.people.push(person);
        }
        for number in 0..entities {
            let status = if dice.below(4) == 0 {
                EntityStatus::Archived
            } else {
                EntityStatus::Active
            };
            let id = dice.uuid().into();
            let name = Name::new(&format!("{}{number}", dice.text())).unwrap();
            for person in &world.people {
                if dice.below(3) == 0 {
                    world
                        .memberships
                        .insert((person.id, id), *dice.one_of(EntityRole::ALL));
                }
            }
            world.entities.push(Entity {
                id,
                name,
                status,
                member_count: 0,
                active_admins: 0,
            });
        }
        world.count_members();
        world
    }

    fn random_person(&mut self, dice: &mut Dice, number: usize) -> Person {
        let first = number == 0;
        let id = if first {
            self.primary_admin
        } else {
            dice.uuid().into()
        };
        let status = if first {
            Status::Active
        } else {
            *dice.one_of(Status::ALL)
        };
        let email = format!(
            "{}{number}@{}.example",
            dice.one_of(LOCAL_PARTS),
            dice.one_of(DOMAINS)
        );
        let mut invitation = None;
        if status == Status::Invited {
            let id = InvitationId::new(dice.uuid());
            let hours = i64::try_from(dice.below(6)).unwrap() - 3;
            let senders: Vec<UserId> = self.people.iter().map(|person| person.id).collect();
            let gone = UserId::new(dice.uuid());
            self.invitations.push(Invited {
                id,
                user: UserId::new(Uuid::nil()),
                sender: match dice.below(4) {
                    0 => None,
                    1 => Some(gone),
                    _ => Some(*dice.one_of(&senders)),
                },
                expires_at: Timestamp::from_micros(NOW_MICROS + hours * HOUR_MICROS).unwrap(),
                end: None,
            });
            self.invitations.last_mut().unwrap().user = id_of(id);
            invitation = Some(id);
        }
        let person = Person {
            id: if let Some(invitation) = invitation {
                id_of(invitation)
            } else {
                id
            },
            email: Email::new(&email).unwrap(),
            name: if dice.below(4) == 0 {
                None
            } else {
                Name::new(&dice.text()).ok()
            },
            role: *dice.one_of(AssignableRole::ALL),
            status,
            joined_at: (status != Status::Invited).then(|| {
                let hours = i64::try_from(dice.below(5)).unwrap();
                Timestamp::from_micros(NOW_MICROS - hours * HOUR_MICROS).unwrap()
            }),
            account: (status != Status::Invited).then(|| dice.uuid().into()),
            invitation,
        };
        if dice.below(4) == 0 {
            // Somebody who is gone left an invitation that ended.
            self.invitations.push(Invited {
                id: dice.uuid().into(),
                user: dice.uuid().into(),
                sender: Some(self.primary_admin),
                expires_at: now(),
                end: Some(*dice.one_of(InvitationEnd::ALL)),
            });
        }
        person
    }

    /// Takes one person out.
    pub(crate) fn removal_statement(&self, user: UserId) -> Statement<()> {
        let mut statement = Statement::new("delete from users where organization_id = ");
        statement.id(self.organization).text(" and id = ").id(user);
        statement
    }

    fn count_members(&mut self) {
        for entity in &mut self.entities {
            let members: Vec<_> = self
                .memberships
                .iter()
                .filter(|((_, at), _)| *at == entity.id)
                .collect();
            entity.member_count = u32::try_from(members.len()).unwrap();
            let admins = members.iter().filter(|((user, _), role)| {
                **role == EntityRole::Admin
                    && self
                        .people
                        .iter()
                        .any(|person| person.id == *user && person.status == Status::Active)
            });
            entity.active_admins = u32::try_from(admins.count()).unwrap();
        }
    }

    pub(crate) fn role_of(&self, person: &Person) -> OrganizationRole {
        if person.id == self.primary_admin {
            OrganizationRole::PrimaryAdmin
        } else {
            person.role.into()
        }
    }

    /// The memberships of a user that the scope shows.
    pub(crate) fn memberships_of(
        &self,
        user: UserId,
        scope: &Scope,
    ) -> Vec<(EntityId, EntityRole)> {
        self.memberships
            .iter()
            .filter(|((member, entity), _)| {
                *member == user
                    && match scope {
                        Scope::Everything => true,
                        Scope::Sight(sight) => sight.entities.contains(entity),
                    }
            })
            .map(|((_, entity), role)| (*entity, *role))
            .collect()
    }

    pub(crate) fn sees(&self, scope: &Scope, user: UserId) -> bool {
        match scope {
            Scope::Everything => true,
            Scope::Sight(sight) => {
                sight.user == user
                    || sight
                        .people_of
                        .iter()
                        .any(|entity| self.memberships.contains_key(&(user, *entity)))
            }
        }
    }

    pub(crate) fn entity_ids(&self) -> BTreeSet<EntityId> {
        self.entities.iter().map(|entity| entity.id).collect()
    }

    /// Writes all of it into a database.
    pub(crate) async fn write(&self, store: &Store) {
        let mut statements = vec![self.organization_statement()];
        for person in &self.people {
            if let Some(account) = person.account {
                statements.push(account_statement(
                    account,
                    &format!("{}.{}", person.id, "account@x.example"),
                    "A name",
                ));
            }
        }
        for invited in &self.invitations {
            statements.extend(self.invitation_statements(invited));
        }
        for person in &self.people {
            statements.push(self.person_statement(person));
        }
        for entity in &self.entities {
            statements.push(self.entity_statement(entity));
        }
        for ((user, entity), role) in &self.memberships {
            statements.push(self.membership_statement(*user, *entity, *role));
        }
        run(store, statements).await;
    }

    fn count(&self, status: Status, role: AssignableRole) -> i64 {
        let some = self
            .people
            .iter()
            .filter(|person| person.status == status && person.role == role);
        i64::try_from(some.count()).unwrap()
    }

    fn organization_statement(&self) -> Statement<()> {
        let mut statement = Statement::new("insert into organizations values (");
        statement
            .id(self.organization)
            .text(", 'House', ")
            .id(self.primary_admin)
            .text(", 'admins', 3600, ")
            .micros(NOW_MICROS)
            .text(", 7, 0, ")
            .bytes(&[0; 32]);
        for status in [Status::Invited, Status::Active, Status::Deactivated] {
            for role in AssignableRole::ALL {
                statement.text(format!(", {}", self.count(status, *role)));
            }
        }
        for status in EntityStatus::ALL {
            let some = self
                .entities
                .iter()
                .filter(|entity| entity.status == *status);
            statement.text(format!(", {}", some.count()));
        }
        for end in [
            None,
            Some(InvitationEnd::Accepted),
            Some(InvitationEnd::Declined),
            Some(InvitationEnd::Revoked),
        ] {
            let some = self.invitations.iter().filter(|invited| invited.end == end);
            statement.text(format!(", {}", some.count()));
        }
        statement.text(")");
        statement
    }

    fn invitation_statements(&self, invited: &Invited) -> [Statement<()>; 2] {
        let mut row = Statement::new("insert into invitations values (");
        row.id(self.organization)
            .text(", ")
            .id(invited.id)
            .text(", ")
            .id(invited.user)
            .text(", 'who@x.example', 'user', ");
        match invited.sender {
            Some(sender) => row.id(sender),
            None => row.text("null"),
        };
        row.text(", 2, ")
            .moment(invited.expires_at)
            .text(", ")
            .micros(NOW_MICROS)
            .text(", '[]', ");
        match invited.end {
            Some(end) => row.text(format!("'{end}', ")).micros(NOW_MICROS),
            None => row.text("null, null"),
        };
        row.text(")");
        let mut mail = Statement::new("insert into outbox values (");
        mail.id(invited.id)
            .text(", 2, 'invitation', ")
            .id(self.organization)
            .text(", 'queued', 0, ")
            .micros(NOW_MICROS)
            .text(", ")
            .micros(NOW_MICROS)
            .text(", null, null)");
        [row, mail]
    }

    pub(crate) fn person_statement(&self, person: &Person) -> Statement<()> {
        let key = match &person.name {
            Some(name) => name.key().as_str().to_owned(),
            None => person.email.sort_key().as_str().to_owned(),
        };
        let mut row = Statement::new(
            "insert into users (organization_id, id, email, email_key, email_sort_key, name, \
             sort_key, role, status, \
             account_id, joined_at, invitation_id, sent_count, sent_digest, without_entity) values (",
        );
        row.id(self.organization)
            .text(", ")
            .id(person.id)
            .text(", ")
            .word(person.email.as_str())
            .text(", ")
            .word(person.email.key().as_str())
            .text(", ")
            .word(person.email.sort_key().as_str())
            .text(", ");
        match &person.name {
            Some(name) => row.word(name.as_str()),
            None => row.text("null"),
        };
        row.text(", ")
            .word(key)
            .text(format!(", '{}', '{}', ", person.role, person.status));
        match person.account {
            Some(account) => row.id(account),
            None => row.text("null"),
        };
        row.text(", ");
        match person.joined_at {
            Some(at) => row.moment(at),
            None => row.text("null"),
        };
        row.text(", ");
        match person.invitation {
            Some(invitation) => row.id(invitation),
            None => row.text("null"),
        };
        let without = self
            .memberships_of(person.id, &Scope::Everything)
            .is_empty();
        row.text(", 0, ")
            .bytes(&[0; 16])
            .text(if without { ", 1 = 1)" } else { ", 1 = 0)" });
        row
    }

    fn entity_statement(&self, entity: &Entity) -> Statement<()> {
        let mut row = Statement::new("insert into entities values (");
        row.id(self.organization)
            .text(", ")
            .id(entity.id)
            .text(", ")
            .word(entity.name.as_str())
            .text(", ")
            .word(entity.name.key().as_str())
            .text(format!(
                ", '{}', {}, {})",
                entity.status, entity.member_count, entity.active_admins
            ));
        row
    }

    fn membership_statement(
        &self,
        user: UserId,
        entity: EntityId,
        role: EntityRole,
    ) -> Statement<()> {
        let person = self.people.iter().find(|person| person.id == user).unwrap();
        let key = match &person.name {
            Some(name) => name.key().as_str().to_owned(),
            None => person.email.sort_key().as_str().to_owned(),
        };
        let mut row = Statement::new("insert into memberships values (");
        row.id(self.organization)
            .text(", ")
            .id(user)
            .text(", ")
            .id(entity)
            .text(format!(", '{role}', "))
            .word(key)
            .text(format!(", '{}')", person.status));
        row
    }
}

fn id_of(invitation: InvitationId) -> UserId {
    UserId::new(invitation.uuid())
}
