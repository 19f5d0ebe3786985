//! Strategies for what can be asked: actors, commands and requests, of any ids at all.

use std::collections::BTreeMap;

use proptest::collection::btree_map;
use proptest::option;
use proptest::prelude::*;

use super::{
    api_key_id, assignable_role, email, entity_id, entity_role, fingerprint, invitation_id,
    invitation_lifetime, key_role, login, name, secret_digest, timestamp, user_id, user_management,
};
use crate::{Actor, Command, EntityId, EntityRole, Request};

/// Any actor.
pub fn actor() -> impl Strategy<Value = Actor> {
    prop_oneof![
        (user_id(), timestamp()).prop_map(|(id, signed_in)| Actor::User { id, signed_in }),
        (api_key_id(), user_id()).prop_map(|(id, maker)| Actor::Key { id, maker }),
        Just(Actor::Invitee),
        Just(Actor::Operator),
    ]
}

/// Any command, of any ids: nearly all of them are refused. For those that mean something see
/// [`crate::test_support::story`].
pub fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        of_the_organization(),
        of_invitations(),
        of_users(),
        of_entities(),
        of_keys()
    ]
}

/// Any request.
pub fn request() -> impl Strategy<Value = Request> {
    (actor(), command(), timestamp()).prop_map(|(actor, command, at)| Request {
        actor,
        command,
        at,
    })
}

/// Roles in some entities.
pub(super) fn holdings() -> impl Strategy<Value = BTreeMap<EntityId, EntityRole>> {
    btree_map(entity_id(), entity_role(), 0..4)
}

fn of_the_organization() -> impl Strategy<Value = Command> {
    let update = (
        option::of(name()),
        option::of(user_management()),
        option::of(invitation_lifetime()),
    );
    prop_oneof![
        update.prop_map(|(name, user_management, invitation_lifetime)| {
            Command::UpdateOrganization {
                name,
                user_management,
                invitation_lifetime,
            }
        }),
        user_id().prop_map(|to| Command::TransferOwnership { to }),
        user_id().prop_map(|user| Command::ErasePerson { user }),
    ]
}

fn of_invitations() -> impl Strategy<Value = Command> {
    let pair = || (user_id(), invitation_id());
    let invite = (
        pair(),
        email(),
        assignable_role(),
        option::of(name()),
        holdings(),
    );
    let accept = (pair(), any::<u32>(), name(), login());
    prop_oneof![
        invite.prop_map(|((user, invitation), email, role, name, memberships)| {
            Command::InviteUser {
                user,
                invitation,
                email,
                role,
                name,
                memberships,
            }
        }),
        pair().prop_map(|(user, invitation)| Command::ResendInvitation { user, invitation }),
        pair().prop_map(|(user, invitation)| Command::RevokeInvitation { user, invitation }),
        accept.prop_map(|((user, invitation), generation, name, login)| {
            Command::AcceptInvitation {
                user,
                invitation,
                generation,
                name,
                login,
            }
        }),
        (pair(), any::<u32>()).prop_map(|((user, invitation), generation)| {
            Command::DeclineInvitation {
                user,
                invitation,
                generation,
            }
        }),
    ]
}

fn of_users() -> impl Strategy<Value = Command> {
    let update = (user_id(), option::of(assignable_role()), option::of(name()));
    prop_oneof![
        update.prop_map(|(user, role, name)| Command::UpdateUser { user, role, name }),
        (user_id(), name()).prop_map(|(user, name)| Command::RenameOwnUser { user, name }),
        user_id().prop_map(|user| Command::DeactivateUser { user }),
        user_id().prop_map(|user| Command::ReactivateUser { user }),
        (user_id(), option::of(fingerprint()))
            .prop_map(|(user, fingerprint)| Command::RemoveUser { user, fingerprint }),
        user_id().prop_map(|user| Command::RemoveOwnUser { user }),
    ]
}

fn of_entities() -> impl Strategy<Value = Command> {
    let set = (entity_id(), user_id(), entity_role());
    prop_oneof![
        (entity_id(), name()).prop_map(|(entity, name)| Command::CreateEntity { entity, name }),
        (entity_id(), name()).prop_map(|(entity, name)| Command::RenameEntity { entity, name }),
        entity_id().prop_map(|entity| Command::ArchiveEntity { entity }),
        entity_id().prop_map(|entity| Command::UnarchiveEntity { entity }),
        entity_id().prop_map(|entity| Command::DeleteEntity { entity }),
        set.prop_map(|(entity, user, role)| Command::SetMembership { entity, user, role }),
        (entity_id(), user_id())
            .prop_map(|(entity, user)| Command::RemoveMembership { entity, user }),
    ]
}

fn of_keys() -> impl Strategy<Value = Command> {
    let create = (
        api_key_id(),
        name(),
        key_role(),
        option::of(timestamp()),
        secret_digest(),
    );
    prop_oneof![
        create.prop_map(
            |(key, name, role, expires_at, digest)| Command::CreateApiKey {
                key,
                name,
                role,
                expires_at,
                digest,
            }
        ),
        (api_key_id(), user_id()).prop_map(|(key, maker)| Command::EndApiKey { key, maker }),
    ]
}
