//! Between requests and steps: labels for the ids of one world, and ids for labels in any.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Deed, Invited, Link, Seen, Step, Timing, Who};
use crate::test_support::{AT_HOME, World};
use crate::{
    AccountId, Actor, ApiKeyId, Command, Email, EntityId, Fingerprint, InvitationId,
    InvitationLifetime, Login, Request, SecretDigest, Timestamp, UserId,
};

/// The label of who founded the organization.
const FOUNDER: &str = "olive";
/// The label of who and what never was.
const NOBODY: &str = "nobody";

/// Gives labels to what requests name.
#[derive(Clone, Debug)]
pub(crate) struct Cast {
    labels: BTreeMap<Uuid, String>,
    taken: BTreeMap<String, u32>,
    at: Timestamp,
}

impl Cast {
    /// Of a world before its first step.
    pub(crate) fn of(world: &World) -> Self {
        let founder = world.founding.primary_admin.uuid();
        Self {
            labels: BTreeMap::from([(founder, FOUNDER.to_owned())]),
            taken: BTreeMap::new(),
            at: world.at,
        }
    }

    /// The step that makes this request; the world is as it was before it.
    pub(crate) fn step(&mut self, world: &World, timing: Timing, request: &Request) -> Step {
        let deed = self.deed(world, request);
        let micros = request.at.micros() - self.at.micros();
        self.at = request.at;
        Step {
            minutes: u32::try_from(micros / 60_000_000).unwrap_or(0),
            timing,
            who: self.who(&request.actor, request.at),
            deed,
        }
    }

    fn who(&self, actor: &Actor, at: Timestamp) -> Who {
        match actor {
            Actor::User { id, signed_in } if *signed_in == at => Who::User(self.label(id.uuid())),
            Actor::User { id, .. } => Who::Stale(self.label(id.uuid())),
            Actor::Key { id, maker } => Who::Key {
                key: self.label(id.uuid()),
                maker: self.label(maker.uuid()),
            },
            Actor::Invitee => Who::Invitee,
            Actor::Operator => Who::Operator,
        }
    }

    fn deed(&mut self, world: &World, request: &Request) -> Deed {
        match &request.command {
            Command::UpdateOrganization {
                name,
                user_management,
                invitation_lifetime,
            } => Deed::UpdateOrganization {
                name: name.clone(),
                user_management: *user_management,
                lifetime_seconds: invitation_lifetime.map(InvitationLifetime::seconds),
            },
            Command::TransferOwnership { to } => Deed::TransferOwnership {
                to: self.label(to.uuid()),
            },
            Command::InviteUser {
                user,
                invitation,
                email,
                role,
                name,
                memberships,
            } => {
                let typed = typed(email);
                let person = typed.split('@').next().unwrap_or_default();
                let user = self.labelled(user.uuid(), person);
                // An invitation goes by the label of the user whom it made.
                let known = self.labels.entry(invitation.uuid());
                let under = known.or_insert_with(|| user.clone()).clone();
                Deed::Invite {
                    invited: Invited { user, under },
                    email: typed,
                    role: *role,
                    name: name.clone(),
                    memberships: memberships
                        .iter()
                        .map(|(entity, role)| (self.label(entity.uuid()), *role))
                        .collect(),
                }
            }
            Command::ResendInvitation { user, invitation } => Deed::Resend {
                invited: self.invited(*user, *invitation),
            },
            Command::RevokeInvitation { user, invitation } => Deed::Revoke {
                invited: self.invited(*user, *invitation),
            },
            Command::AcceptInvitation {
                user,
                invitation,
                generation,
                name,
                login: _,
            } => Deed::Accept {
                invited: self.invited(*user, *invitation),
                link: link(world, *user, *generation),
                name: name.clone(),
            },
            Command::DeclineInvitation {
                user,
                invitation,
                generation,
            } => Deed::Decline {
                invited: self.invited(*user, *invitation),
                link: link(world, *user, *generation),
            },
            Command::UpdateUser { user, role, name } => Deed::UpdateUser {
                user: self.label(user.uuid()),
                role: *role,
                name: name.clone(),
            },
            Command::RenameOwnUser { user, name } => Deed::RenameOwn {
                user: self.label(user.uuid()),
                name: name.clone(),
            },
            Command::DeactivateUser { user } => Deed::Deactivate {
                user: self.label(user.uuid()),
            },
            Command::ReactivateUser { user } => Deed::Reactivate {
                user: self.label(user.uuid()),
            },
            Command::RemoveUser { user, fingerprint } => Deed::Remove {
                user: self.label(user.uuid()),
                seen: match fingerprint {
                    None => Seen::Nothing,
                    Some(seen) if Some(*seen) == plan_of(world, *user) => Seen::ThePlan,
                    Some(_) => Seen::AnotherPlan,
                },
            },
            Command::RemoveOwnUser { user } => Deed::RemoveOwn {
                user: self.label(user.uuid()),
            },
            Command::CreateEntity { entity, name } => Deed::CreateEntity {
                entity: self.labelled(entity.uuid(), name.as_str()),
                name: name.clone(),
            },
            Command::RenameEntity { entity, name } => Deed::RenameEntity {
                entity: self.label(entity.uuid()),
                name: name.clone(),
            },
            Command::ArchiveEntity { entity } => Deed::ArchiveEntity {
                entity: self.label(entity.uuid()),
            },
            Command::UnarchiveEntity { entity } => Deed::UnarchiveEntity {
                entity: self.label(entity.uuid()),
            },
            Command::DeleteEntity { entity } => Deed::DeleteEntity {
                entity: self.label(entity.uuid()),
            },
            Command::SetMembership { entity, user, role } => Deed::SetMembership {
                entity: self.label(entity.uuid()),
                user: self.label(user.uuid()),
                role: *role,
            },
            Command::RemoveMembership { entity, user } => Deed::RemoveMembership {
                entity: self.label(entity.uuid()),
                user: self.label(user.uuid()),
            },
            Command::CreateApiKey {
                key,
                name,
                role,
                expires_at,
                digest: _,
            } => Deed::CreateKey {
                key: self.labelled(key.uuid(), "key"),
                name: name.clone(),
                role: *role,
                lasts_seconds: expires_at.map(|end| {
                    let micros = end.micros() - request.at.micros();
                    u32::try_from(micros / 1_000_000).unwrap_or(0)
                }),
            },
            Command::EndApiKey { key, maker } => Deed::EndKey {
                key: self.label(key.uuid()),
                maker: self.label(maker.uuid()),
            },
            Command::ErasePerson { user } => Deed::Erase {
                user: self.label(user.uuid()),
            },
        }
    }

    fn invited(&self, user: UserId, invitation: InvitationId) -> Invited {
        Invited {
            user: self.label(user.uuid()),
            under: self.label(invitation.uuid()),
        }
    }

    fn label(&self, id: Uuid) -> String {
        self.labels
            .get(&id)
            .map_or(NOBODY, String::as_str)
            .to_owned()
    }

    /// The label of an id, a new one where it has none.
    fn labelled(&mut self, id: Uuid, like: &str) -> String {
        if let Some(label) = self.labels.get(&id) {
            return label.clone();
        }
        let label = self.fresh(like);
        self.labels.insert(id, label.clone());
        label
    }

    fn fresh(&mut self, like: &str) -> String {
        let plain: String = like
            .to_lowercase()
            .replace('ß', "ss")
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let times = self.taken.entry(plain.clone()).or_default();
        *times += 1;
        if *times == 1 {
            plain
        } else {
            format!("{plain}-{times}")
        }
    }
}

impl World {
    /// Lets the step's time pass and makes its request: what goes by a label has an id of its own.
    pub fn request_of(&mut self, step: &Step) -> Request {
        self.at = self.at.plus_seconds(step.minutes.saturating_mul(60));
        let actor = match &step.who {
            Who::User(user) => self.signed_in(self.user_called(user)),
            Who::Stale(user) => Actor::User {
                id: self.user_called(user),
                signed_in: self.founding.at,
            },
            Who::Key { key, maker } => Actor::Key {
                id: self.key_called(key),
                maker: self.user_called(maker),
            },
            Who::Invitee => Actor::Invitee,
            Who::Operator => Actor::Operator,
        };
        let command = self.command_of(&step.deed);
        self.request(actor, command)
    }

    /// The user of that label.
    #[must_use]
    pub fn user_called(&self, label: &str) -> UserId {
        if label == FOUNDER {
            return self.founding.primary_admin;
        }
        UserId::new(self.id_called("user", label))
    }

    /// The entity of that label.
    #[must_use]
    pub fn entity_called(&self, label: &str) -> EntityId {
        EntityId::new(self.id_called("entity", label))
    }

    /// The API key of that label.
    #[must_use]
    pub fn key_called(&self, label: &str) -> ApiKeyId {
        ApiKeyId::new(self.id_called("key", label))
    }

    /// The invitation that made the user of that label.
    #[must_use]
    pub fn invitation_called(&self, label: &str) -> InvitationId {
        InvitationId::new(self.id_called("invitation", label))
    }

    /// In every world the same order of ids, and no id twice among worlds.
    fn id_called(&self, kind: &str, label: &str) -> Uuid {
        let hash = Sha256::digest(format!("{kind} {label}"));
        let (mut time, mut rest) = ([0; 8], [0; 10]);
        let first = [0, 0, 0x01, 0x91].into_iter();
        for (to, from) in time.iter_mut().zip(first.chain(hash.iter().copied())) {
            *to = from;
        }
        let world = self.number.to_be_bytes();
        let later = hash.iter().copied().skip(4).take(2).chain(world);
        for (to, from) in rest.iter_mut().zip(later) {
            *to = from;
        }
        uuid::Builder::from_unix_timestamp_millis(u64::from_be_bytes(time), &rest).into_uuid()
    }

    fn command_of(&self, deed: &Deed) -> Command {
        match deed {
            Deed::UpdateOrganization {
                name,
                user_management,
                lifetime_seconds,
            } => Command::UpdateOrganization {
                name: name.clone(),
                user_management: *user_management,
                invitation_lifetime: lifetime_seconds
                    .map(|seconds| InvitationLifetime::from_seconds(seconds).unwrap_or_default()),
            },
            Deed::TransferOwnership { to } => Command::TransferOwnership {
                to: self.user_called(to),
            },
            Deed::Invite {
                invited,
                email,
                role,
                name,
                memberships,
            } => Command::InviteUser {
                user: self.user_called(&invited.user),
                invitation: self.invitation_called(&invited.under),
                email: self.email_of(email),
                role: *role,
                name: name.clone(),
                memberships: memberships
                    .iter()
                    .map(|(entity, role)| (self.entity_called(entity), *role))
                    .collect(),
            },
            Deed::Resend { invited } => Command::ResendInvitation {
                user: self.user_called(&invited.user),
                invitation: self.invitation_called(&invited.under),
            },
            Deed::Revoke { invited } => Command::RevokeInvitation {
                user: self.user_called(&invited.user),
                invitation: self.invitation_called(&invited.under),
            },
            Deed::Accept {
                invited,
                link,
                name,
            } => {
                let user = self.user_called(&invited.user);
                Command::AcceptInvitation {
                    user,
                    invitation: self.invitation_called(&invited.under),
                    generation: self.generation(user, *link),
                    name: name.clone(),
                    login: self.login_of(user),
                }
            }
            Deed::Decline { invited, link } => {
                let user = self.user_called(&invited.user);
                Command::DeclineInvitation {
                    user,
                    invitation: self.invitation_called(&invited.under),
                    generation: self.generation(user, *link),
                }
            }
            Deed::UpdateUser { user, role, name } => Command::UpdateUser {
                user: self.user_called(user),
                role: *role,
                name: name.clone(),
            },
            Deed::RenameOwn { user, name } => Command::RenameOwnUser {
                user: self.user_called(user),
                name: name.clone(),
            },
            Deed::Deactivate { user } => Command::DeactivateUser {
                user: self.user_called(user),
            },
            Deed::Reactivate { user } => Command::ReactivateUser {
                user: self.user_called(user),
            },
            Deed::Remove { user, seen } => {
                let user = self.user_called(user);
                let other = || "0".repeat(64).parse::<Fingerprint>().ok();
                Command::RemoveUser {
                    user,
                    fingerprint: match seen {
                        Seen::Nothing => None,
                        Seen::ThePlan => plan_of(self, user).or_else(other),
                        Seen::AnotherPlan => other(),
                    },
                }
            }
            Deed::RemoveOwn { user } => Command::RemoveOwnUser {
                user: self.user_called(user),
            },
            Deed::CreateEntity { entity, name } => Command::CreateEntity {
                entity: self.entity_called(entity),
                name: name.clone(),
            },
            Deed::RenameEntity { entity, name } => Command::RenameEntity {
                entity: self.entity_called(entity),
                name: name.clone(),
            },
            Deed::ArchiveEntity { entity } => Command::ArchiveEntity {
                entity: self.entity_called(entity),
            },
            Deed::UnarchiveEntity { entity } => Command::UnarchiveEntity {
                entity: self.entity_called(entity),
            },
            Deed::DeleteEntity { entity } => Command::DeleteEntity {
                entity: self.entity_called(entity),
            },
            Deed::SetMembership { entity, user, role } => Command::SetMembership {
                entity: self.entity_called(entity),
                user: self.user_called(user),
                role: *role,
            },
            Deed::RemoveMembership { entity, user } => Command::RemoveMembership {
                entity: self.entity_called(entity),
                user: self.user_called(user),
            },
            Deed::CreateKey {
                key,
                name,
                role,
                lasts_seconds,
            } => {
                let key = self.key_called(key);
                Command::CreateApiKey {
                    key,
                    name: name.clone(),
                    role: *role,
                    expires_at: lasts_seconds.map(|seconds| self.at.plus_seconds(seconds)),
                    digest: SecretDigest(Sha256::digest(key.uuid().as_bytes()).into()),
                }
            }
            Deed::EndKey { key, maker } => Command::EndApiKey {
                key: self.key_called(key),
                maker: self.user_called(maker),
            },
            Deed::Erase { user } => Command::ErasePerson {
                user: self.user_called(user),
            },
        }
    }

    /// The account that a user accepts with: that of their email, or one that comes to be.
    fn login_of(&self, user: UserId) -> Login {
        let key = self.directory.user(user).map(|user| user.email.key());
        if let Some(account) = key.and_then(|key| self.accounts.get(key)) {
            return Login::Existing(*account);
        }
        let whose = key.map_or(NOBODY, |key| key.as_str());
        Login::New(AccountId::new(self.id_called("account", whose)))
    }

    fn generation(&self, user: UserId, link: Link) -> u32 {
        let user = self.directory.user(user);
        let latest = user
            .and_then(|user| user.invitation())
            .map_or(1, |invitation| invitation.generation);
        match link {
            Link::Latest => latest,
            Link::Older => latest.saturating_sub(1),
            Link::Newer => latest.saturating_add(1),
        }
    }
}

/// As a story writes it: `bob@x`, whatever the world.
fn typed(email: &Email) -> String {
    let local = email.as_str().split('@').next().unwrap_or_default();
    format!("{local}{AT_HOME}")
}

fn plan_of(world: &World, user: UserId) -> Option<Fingerprint> {
    let seen = world.directory.removal_plan(&world.owner(), user, world.at);
    seen.ok().map(|plan| plan.fingerprint())
}

fn link(world: &World, user: UserId, generation: u32) -> Link {
    match generation.cmp(&world.generation(user, Link::Latest)) {
        std::cmp::Ordering::Less => Link::Older,
        std::cmp::Ordering::Equal => Link::Latest,
        std::cmp::Ordering::Greater => Link::Newer,
    }
}
