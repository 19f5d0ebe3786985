//! Permission checks in process: `Access` beside a bare hash lookup of the pair.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::hint::black_box;

use uuid::Uuid;
use vestibule_domain::{
    Access, AccountId, AssignableRole, Directory, Email, Entity, EntityId, EntityRole,
    EntityStatus, Found, Founding, Joined, Membership, Name, OrganizationId, SentInvitations,
    Timestamp, User, UserId, UserState,
};

use crate::database::Kind;
use crate::failure::Failure;
use crate::figures::{Figures, count, timed};
use crate::pace::Pace;
use crate::report::{Row, Target};

const USERS: usize = 10_000;
const ENTITIES: usize = 50;
const CHECKS: usize = 2_000_000;
const ROUNDS: usize = 7;

pub(crate) fn run(_: Kind, pace: Pace) -> Result<Vec<Row>, Failure> {
    let (directory, users, entities) = organization()?;
    let access = Access::of(&directory);
    let mut bare: HashMap<(UserId, EntityId), u8, BuildHasherDefault<Multiply>> =
        HashMap::default();
    for membership in directory.memberships() {
        bare.insert((membership.user, membership.entity), 1);
    }
    let approve = access
        .permission("invoice:approve")
        .ok_or_else(|| Failure::new("the default policy has `invoice:approve`"))?;
    let pairs = random_pairs(&users, &entities);
    let (mut floor, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..pace.rounds(ROUNDS) {
        let (_, took) = timed(|| {
            for (user, entity) in &pairs {
                black_box(bare.get(&(black_box(*user), black_box(*entity))));
            }
        });
        floor.push(took.as_secs_f64() * 1e9 / count(pairs.len()));
        let (_, took) = timed(|| {
            for (user, entity) in &pairs {
                black_box(access.check(black_box(*user), approve, black_box(*entity)));
            }
        });
        ours.push(took.as_secs_f64() * 1e9 / count(pairs.len()));
    }
    Ok(vec![Row {
        what: "permission check in process".to_owned(),
        floor: Some((
            "hash lookup of the pair, fast hash",
            Figures::new(floor, "ns"),
        )),
        ours: Figures::new(ours, "ns"),
        target: Target::TimesFloorAtMost(1.3),
        note: format!(
            "`Access::check`, {USERS} users x {ENTITIES} entities, {CHECKS} random pairs, nothing allocated."
        ),
    }])
}

fn organization() -> Result<(Directory, Vec<UserId>, Vec<EntityId>), Failure> {
    let at = Timestamp::from_micros(1_767_225_600_000_000)?;
    let (founded, _) = Directory::found(Founding {
        organization: OrganizationId::new(Uuid::now_v7()),
        name: Name::new("Bench")?,
        primary_admin: UserId::new(Uuid::now_v7()),
        email: Email::new("owner@example.com")?,
        primary_admin_name: Name::new("Owner")?,
        account: AccountId::new(Uuid::now_v7()),
        at,
    });
    let entities: Vec<EntityId> = (0..ENTITIES)
        .map(|_| EntityId::new(Uuid::now_v7()))
        .collect();
    let users: Vec<UserId> = (0..USERS).map(|_| UserId::new(Uuid::now_v7())).collect();
    let mut all = Found::default();
    for (number, entity) in entities.iter().enumerate() {
        all.entities.push(Entity {
            id: *entity,
            name: Name::new(&format!("Entity {number}"))?,
            status: EntityStatus::Active,
            member_count: 0,
            active_admins: 0,
        });
    }
    for (number, user) in users.iter().enumerate() {
        all.users.push(User {
            id: *user,
            email: Email::new(&format!("user{number}@example.com"))?,
            name: None,
            role: AssignableRole::User,
            state: UserState::Active(Joined {
                account: AccountId::new(Uuid::now_v7()),
                at,
            }),
            sent_invitations: SentInvitations::default(),
        });
        let roles = EntityRole::ALL.iter().cycle().skip(number);
        for (entity, role) in entities.iter().zip(roles) {
            all.memberships.push(Membership {
                user: *user,
                entity: *entity,
                role: *role,
            });
        }
    }
    let whole = Directory::whole(founded.organization().clone(), all);
    Ok((whole, users, entities))
}

/// Pairs in an order that no cache foresees; the same in every run.
fn random_pairs(users: &[UserId], entities: &[EntityId]) -> Vec<(UserId, EntityId)> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap_or(0) % below
    };
    (0..CHECKS)
        .filter_map(|_| {
            let (user, entity) = (next(users.len()), next(entities.len()));
            Some((*users.get(user)?, *entities.get(entity)?))
        })
        .collect()
}

/// A fast hash of bytes, eight at a time: what a bare lookup would be made with.
#[derive(Default)]
struct Multiply(u64);

impl Hasher for Multiply {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            for (to, from) in word.iter_mut().zip(chunk) {
                *to = *from;
            }
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word))
                .wrapping_mul(0x517c_c1b7_2722_0a95);
        }
    }

    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        // The high bits are the mixed ones; the table looks at the low ones.
        self.0.rotate_left(20)
    }
}
