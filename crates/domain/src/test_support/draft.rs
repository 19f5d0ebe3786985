//! Random steps of a story: numbers that a world turns into requests, so that they shrink and mean something.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{World, email, name};
use crate::{
    Actor, ApiKeyId, AssignableRole, Command, EntityId, EntityRole, Fingerprint, InvitationId,
    InvitationLifetime, KeyRole, Name, Request, SecretDigest, Status, UserId, UserManagement,
};

/// Whom stories invite.
const PEOPLE: [&str; 12] = [
    "ann", "bob", "cid", "dora", "eve", "finn", "gus", "hal", "ida", "jon", "kim", "lea",
];

/// From here on a number asks for what is nearly right: an id in use, the invitation of another.
const NEAR_MISS: u8 = 245;
/// Up to here the owner asks.
const OWNER_MAX: u8 = 99;

/// One step, as numbers: what each means depends on the state it meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What is asked for.
    pub command: u8,
    /// Who asks.
    pub actor: u8,
    /// Which of the first kind of thing.
    pub one: u8,
    /// Which of the second kind of thing.
    pub other: u8,
    /// Which variant.
    pub variant: u8,
    /// How many minutes pass before.
    pub minutes: u16,
}

/// Any one step.
pub fn draft() -> impl Strategy<Value = Draft> {
    let minutes = prop_oneof![
        8 => 0_u16..3,
        2 => 3_u16..90,
        1 => 90_u16..20_000,
    ];
    (
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        minutes,
    )
        .prop_map(|(command, actor, one, other, variant, minutes)| Draft {
            command,
            actor,
            one,
            other,
            variant,
            minutes,
        })
}

/// Any story of up to that many steps, now and then with one step several times in a row.
pub fn story(steps_max: usize) -> impl Strategy<Value = Vec<Draft>> {
    let times = prop_oneof![15 => Just(1_usize), 1 => 2..=8_usize];
    proptest::collection::vec((draft(), times), 1..=steps_max).prop_map(move |runs| {
        runs.into_iter()
            .flat_map(|(draft, times)| std::iter::repeat_n(draft, times))
            .take(steps_max)
            .collect()
    })
}

impl World {
    /// Lets the draft's time pass and turns it into a request that means something now.
    pub fn next_request(&mut self, draft: Draft) -> Request {
        self.at = self.at.plus_seconds(u32::from(draft.minutes) * 60);
        let command = self.command(draft);
        let actor = match command {
            Command::AcceptInvitation { .. } | Command::DeclineInvitation { .. }
                if draft.actor < 240 =>
            {
                Actor::Invitee
            }
            Command::RenameOwnUser { user, .. } | Command::RemoveOwnUser { user }
                if draft.actor < 200 =>
            {
                self.signed_in(user)
            }
            _ => self.actor(draft),
        };
        self.request(actor, command)
    }

    fn actor(&self, draft: Draft) -> Actor {
        let pick = usize::from(draft.actor);
        match draft.actor {
            0..=OWNER_MAX => self.owner(),
            100..=179 => self.signed_in(self.user_who_is(Status::Active, draft.actor)),
            180..=189 => Actor::User {
                id: self.user(draft.actor),
                signed_in: self.founding.at,
            },
            190..=225 => match self.directory.api_keys().nth(pick % self.keys().max(1)) {
                Some(key) => Actor::Key {
                    id: key.id,
                    maker: key.maker,
                },
                None => self.owner(),
            },
            226..=243 => Actor::Operator,
            244..=247 => Actor::Invitee,
            248..=255 => self.signed_in(self.stranger()),
        }
    }

    fn command(&mut self, draft: Draft) -> Command {
        match draft.command {
            0..=39 => self.invitation(draft),
            40..=69 => self.acceptance(draft),
            70..=89 => Command::CreateEntity {
                entity: EntityId::new(if draft.other < NEAR_MISS {
                    self.fresh_id()
                } else {
                    self.entity(draft.one % NEAR_MISS).uuid()
                }),
                name: some_name(draft.one),
            },
            90..=124 => Command::SetMembership {
                entity: self.entity(draft.one),
                // Half of them of Active users, so that some come to manage others.
                user: if draft.variant < 128 {
                    self.user_who_is(Status::Active, draft.other)
                } else {
                    self.user(draft.other)
                },
                role: entity_role(draft.variant),
            },
            125..=134 => Command::RemoveMembership {
                entity: self.entity(draft.one),
                user: self.user(draft.other),
            },
            135..=149 => self.removal(draft),
            150..=155 => Command::RemoveOwnUser {
                user: self.user(draft.one),
            },
            156..=161 => Command::RenameOwnUser {
                user: self.user(draft.one),
                name: some_name(draft.other),
            },
            162..=169 => Command::DeactivateUser {
                user: self.user(draft.one),
            },
            170..=177 => Command::ReactivateUser {
                user: self.user_who_is(Status::Deactivated, draft.one),
            },
            178..=187 => Command::UpdateUser {
                user: self.user(draft.one),
                role: (!draft.variant.is_multiple_of(4)).then(|| assignable_role(draft.variant)),
                name: draft
                    .other
                    .is_multiple_of(4)
                    .then(|| some_name(draft.other)),
            },
            188..=193 => Command::TransferOwnership {
                to: self.user(draft.one),
            },
            194..=197 => Command::UpdateOrganization {
                name: draft.one.is_multiple_of(2).then(|| some_name(draft.one)),
                user_management: match draft.other % 4 {
                    0 => None,
                    1 => Some(UserManagement::PrimaryAdmin),
                    _ => Some(UserManagement::Admins),
                },
                invitation_lifetime: draft
                    .variant
                    .is_multiple_of(4)
                    .then(|| InvitationLifetime::from_seconds(3600).unwrap_or_default()),
            },
            198..=211 => {
                // Mostly the first one there is, so that stories come to the hourly limit.
                let pick = if draft.variant < 160 { 0 } else { draft.one };
                let (user, invitation) = self.invited(pick);
                Command::ResendInvitation { user, invitation }
            }
            212..=217 => {
                let (user, invitation) = self.invited(draft.one);
                Command::RevokeInvitation { user, invitation }
            }
            218..=223 => Command::RenameEntity {
                entity: self.entity(draft.one),
                name: some_name(draft.other),
            },
            224..=229 => Command::ArchiveEntity {
                entity: self.entity(draft.one),
            },
            230..=233 => Command::UnarchiveEntity {
                entity: self.entity(draft.one),
            },
            234..=237 => Command::DeleteEntity {
                entity: self.entity(draft.one),
            },
            238..=246 => Command::CreateApiKey {
                key: self.key_to_be(draft),
                name: some_name(draft.one),
                role: key_role(draft.variant),
                expires_at: draft
                    .other
                    .is_multiple_of(3)
                    .then(|| self.at.plus_seconds(u32::from(draft.other) * 600)),
                digest: self.digest(),
            },
            247..=251 => self.ending_of_key(draft),
            252..=255 => Command::ErasePerson {
                user: if draft.variant < 200 {
                    self.stranger()
                } else {
                    self.user(draft.one)
                },
            },
        }
    }

    fn invitation(&mut self, draft: Draft) -> Command {
        let mut memberships = BTreeMap::new();
        if !draft.other.is_multiple_of(3) {
            memberships.insert(self.entity(draft.other), entity_role(draft.variant));
        }
        if draft.other.is_multiple_of(5) {
            memberships.insert(self.entity(draft.variant), entity_role(draft.other));
        }
        // Few people, typed in different ways, so that stories meet the same email again.
        let person = usize::from(draft.one) % PEOPLE.len();
        let person = PEOPLE.get(person).copied().unwrap_or("ann");
        let typed = if draft.one >= 128 {
            person.to_uppercase()
        } else {
            person.to_owned()
        };
        let user = UserId::new(if draft.other < NEAR_MISS {
            self.fresh_id()
        } else {
            self.user(draft.variant % NEAR_MISS).uuid()
        });
        Command::InviteUser {
            user,
            invitation: InvitationId::new(self.fresh_id()),
            email: self.email_of(&typed),
            role: assignable_role(draft.variant),
            name: draft
                .other
                .is_multiple_of(2)
                .then(|| some_name(draft.other)),
            memberships,
        }
    }

    fn acceptance(&mut self, draft: Draft) -> Command {
        let (user, invitation) = self.invited(draft.one);
        let generation = self
            .directory
            .user(user)
            .and_then(|user| user.invitation())
            .map_or(1, |invitation| invitation.generation);
        let generation = match draft.variant {
            0..=219 => generation,
            220..=239 => generation.saturating_sub(1),
            240..=255 => generation.saturating_add(1),
        };
        if draft.other < 30 {
            return Command::DeclineInvitation {
                user,
                invitation,
                generation,
            };
        }
        let person = self.directory.user(user).map(|user| user.email.clone());
        Command::AcceptInvitation {
            user,
            invitation,
            generation,
            name: some_name(draft.other),
            login: self.login(&person.unwrap_or_else(|| email("nobody@example.com"))),
        }
    }

    fn removal(&self, draft: Draft) -> Command {
        let user = self.user(draft.one);
        let seen = self.directory.removal_plan(&self.owner(), user, self.at);
        Command::RemoveUser {
            user,
            fingerprint: match draft.variant {
                0..=99 => None,
                100..=199 => seen.ok().map(|plan| plan.fingerprint()),
                200..=255 => "0".repeat(64).parse::<Fingerprint>().ok(),
            },
        }
    }

    /// A fresh id, or one that is known to be in use: to who made the key, whom the owner mostly is.
    fn key_to_be(&mut self, draft: Draft) -> ApiKeyId {
        let owner = self.directory.organization().primary_admin;
        let used = self.directory.api_keys_of(owner).next().map(|key| key.id);
        match used {
            Some(key) if draft.one >= NEAR_MISS && draft.actor <= OWNER_MAX => key,
            _ => ApiKeyId::new(self.fresh_id()),
        }
    }

    fn ending_of_key(&self, draft: Draft) -> Command {
        let pick = usize::from(draft.one) % self.keys().max(1);
        match self.directory.api_keys().nth(pick) {
            Some(key) => Command::EndApiKey {
                key: key.id,
                maker: key.maker,
            },
            None => Command::EndApiKey {
                key: ApiKeyId::new(self.founding.primary_admin.uuid()),
                maker: self.user(draft.other),
            },
        }
    }

    fn keys(&self) -> usize {
        self.directory.api_keys().count()
    }

    /// A user of the organization, now and then one who is gone.
    fn user(&self, pick: u8) -> UserId {
        if pick >= 250 {
            return self.stranger();
        }
        let users = self.directory.users().count();
        self.directory
            .users()
            .nth(usize::from(pick) % users.max(1))
            .map_or(self.founding.primary_admin, |user| user.id)
    }

    /// A user of that status where there is one, now and then one of any.
    fn user_who_is(&self, status: Status, pick: u8) -> UserId {
        let of_status = || {
            self.directory
                .users()
                .filter(|user| user.status() == status)
        };
        if pick >= 240 {
            return self.user(pick);
        }
        of_status()
            .nth(usize::from(pick) % of_status().count().max(1))
            .map_or_else(|| self.user(pick), |user| user.id)
    }

    /// Someone who was a user, or never was one.
    fn stranger(&self) -> UserId {
        self.gone
            .last()
            .copied()
            .unwrap_or_else(|| UserId::new(self.founding.organization.uuid()))
    }

    /// An entity of the organization, now and then one that is gone.
    fn entity(&self, pick: u8) -> EntityId {
        let nowhere = EntityId::new(self.founding.organization.uuid());
        let entities = self.directory.entities().count();
        if pick >= 250 || entities == 0 {
            return self.demolished.last().copied().unwrap_or(nowhere);
        }
        self.directory
            .entities()
            .nth(usize::from(pick) % entities)
            .map_or(nowhere, |entity| entity.id)
    }

    /// An invitation, pending where there is one, otherwise any of the history.
    fn invited(&self, pick: u8) -> (UserId, InvitationId) {
        let pending: Vec<_> = self
            .directory
            .users()
            .filter_map(|user| Some((user.id, user.invitation()?.id)))
            .collect();
        let history = || {
            self.directory
                .invitations()
                .map(|record| (record.user, record.invitation.id))
                .collect()
        };
        let known: Vec<_> = if pick >= NEAR_MISS || pending.is_empty() {
            history()
        } else {
            pending
        };
        let at = |pick: u8| known.get(usize::from(pick) % known.len().max(1)).copied();
        match (at(pick), at(pick.wrapping_add(1))) {
            (Some((user, _)), Some((_, of_another))) if (230..NEAR_MISS).contains(&pick) => {
                (user, of_another)
            }
            (Some(pair), _) => pair,
            (None, _) => (
                self.founding.primary_admin,
                InvitationId::new(self.founding.organization.uuid()),
            ),
        }
    }

    fn digest(&mut self) -> SecretDigest {
        let mut digest = [0; 32];
        for (to, from) in digest.iter_mut().zip(self.fresh_id().into_bytes()) {
            *to = from;
        }
        SecretDigest(digest)
    }
}

fn some_name(pick: u8) -> Name {
    const NAMES: [&str; 6] = ["Alpha", "alpha", "Beta GmbH", "Straße", "STRASSE", "Ömer"];
    name(
        NAMES
            .get(usize::from(pick) % NAMES.len())
            .unwrap_or(&"Alpha"),
    )
}

fn assignable_role(pick: u8) -> AssignableRole {
    if pick.is_multiple_of(3) {
        AssignableRole::Admin
    } else {
        AssignableRole::User
    }
}

fn entity_role(pick: u8) -> EntityRole {
    EntityRole::ALL
        .get(usize::from(pick) % EntityRole::ALL.len())
        .copied()
        .unwrap_or(EntityRole::Clerk)
}

fn key_role(pick: u8) -> KeyRole {
    KeyRole::ALL
        .get(usize::from(pick) % KeyRole::ALL.len())
        .copied()
        .unwrap_or(KeyRole::Auditor)
}
