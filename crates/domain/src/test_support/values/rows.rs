//! Strategies for what is kept: organizations, users, entities, memberships, keys, invitations.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{
    account_id, api_key_id, assignable_role, email, entity_id, entity_role, entity_status,
    invitation_end, invitation_id, invitation_lifetime, key_role, name, organization_id,
    secret_digest, sender, sent_invitations, timestamp, user_id, user_management,
};
use crate::{
    ApiKey, Entity, Found, Founding, Invitation, InvitationRecord, Joined, LostApiKey,
    LostMembership, Membership, Organization, RemovalPlan, User, UserState,
};

/// Any organization.
pub fn organization() -> impl Strategy<Value = Organization> {
    (
        organization_id(),
        name(),
        user_id(),
        user_management(),
        invitation_lifetime(),
        timestamp(),
    )
        .prop_map(
            |(id, name, primary_admin, user_management, invitation_lifetime, created_at)| {
                Organization {
                    id,
                    name,
                    primary_admin,
                    user_management,
                    invitation_lifetime,
                    created_at,
                }
            },
        )
}

/// Whatever an organization is founded with.
pub fn founding() -> impl Strategy<Value = Founding> {
    (
        organization_id(),
        name(),
        user_id(),
        email(),
        name(),
        account_id(),
        timestamp(),
    )
        .prop_map(
            |(organization, name, primary_admin, email, primary_admin_name, account, at)| {
                Founding {
                    organization,
                    name,
                    primary_admin,
                    email,
                    primary_admin_name,
                    account,
                    at,
                }
            },
        )
}

/// An invitation that expires after it was made, and was resent in order.
pub fn invitation() -> impl Strategy<Value = Invitation> {
    (
        invitation_id(),
        sender(),
        timestamp(),
        invitation_lifetime(),
        vec(0..3600_u32, 0..=5),
    )
        .prop_map(|(id, sender, created_at, lifetime, mut after)| {
            after.sort_unstable();
            let resent_at: Vec<_> = after
                .into_iter()
                .map(|seconds| created_at.plus_seconds(seconds))
                .collect();
            let latest = resent_at.last().copied().unwrap_or(created_at);
            Invitation {
                id,
                sender,
                generation: u32::try_from(resent_at.len()).unwrap_or(0) + 1,
                expires_at: latest.plus_seconds(lifetime.seconds()),
                created_at,
                resent_at,
            }
        })
}

/// What an acceptance left.
pub fn joined() -> impl Strategy<Value = Joined> {
    (account_id(), timestamp()).prop_map(|(account, at)| Joined { account, at })
}

/// Invited, active or deactivated.
pub fn user_state() -> impl Strategy<Value = UserState> {
    prop_oneof![
        invitation().prop_map(UserState::Invited),
        joined().prop_map(UserState::Active),
        joined().prop_map(UserState::Deactivated),
    ]
}

/// Any user.
pub fn user() -> impl Strategy<Value = User> {
    (
        user_id(),
        email(),
        option::of(name()),
        assignable_role(),
        user_state(),
        sent_invitations(),
    )
        .prop_map(|(id, email, name, role, state, sent_invitations)| User {
            id,
            email,
            name,
            role,
            state,
            sent_invitations,
        })
}

/// An entity with no more Admins than members.
pub fn entity() -> impl Strategy<Value = Entity> {
    (
        entity_id(),
        name(),
        entity_status(),
        0..1000_u32,
        0..1000_u32,
    )
        .prop_map(|(id, name, status, one, other)| Entity {
            id,
            name,
            status,
            member_count: one.max(other),
            active_admins: one.min(other),
        })
}

/// Any membership.
pub fn membership() -> impl Strategy<Value = Membership> {
    (user_id(), entity_id(), entity_role()).prop_map(|(user, entity, role)| Membership {
        user,
        entity,
        role,
    })
}

/// Any API key.
pub fn api_key() -> impl Strategy<Value = ApiKey> {
    (
        api_key_id(),
        user_id(),
        name(),
        key_role(),
        timestamp(),
        option::of(timestamp()),
        secret_digest(),
    )
        .prop_map(
            |(id, maker, name, role, created_at, expires_at, digest)| ApiKey {
                id,
                maker,
                name,
                role,
                created_at,
                expires_at,
                digest,
            },
        )
}

/// An invitation in the history, ended or not.
pub fn invitation_record() -> impl Strategy<Value = InvitationRecord> {
    (
        invitation(),
        user_id(),
        email(),
        assignable_role(),
        option::of((invitation_end(), timestamp())),
    )
        .prop_map(|(invitation, user, email, role, ended)| InvitationRecord {
            invitation,
            user,
            email,
            role,
            ended,
        })
}

/// Any rows, as a loader could bring them.
pub fn found() -> impl Strategy<Value = Found> {
    (
        vec(user(), 0..5),
        vec(entity(), 0..5),
        vec(membership(), 0..5),
        vec(api_key(), 0..5),
    )
        .prop_map(|(users, entities, memberships, api_keys)| Found {
            users,
            entities,
            memberships,
            api_keys,
        })
}

/// A membership that a removal takes.
pub fn lost_membership() -> impl Strategy<Value = LostMembership> {
    (entity_id(), name(), entity_role()).prop_map(|(entity, entity_name, role)| LostMembership {
        entity,
        entity_name,
        role,
    })
}

/// An API key that a removal ends.
pub fn lost_api_key() -> impl Strategy<Value = LostApiKey> {
    (api_key_id(), name()).prop_map(|(id, name)| LostApiKey { id, name })
}

/// Any removal plan.
pub fn removal_plan() -> impl Strategy<Value = RemovalPlan> {
    (
        user_id(),
        vec(lost_membership(), 0..5),
        vec(lost_api_key(), 0..3),
        option::of(invitation_id()),
        sent_invitations(),
        vec(entity_id(), 0..3),
    )
        .prop_map(
            |(user, memberships, api_keys, invitation, sent_invitations, without_admin)| {
                RemovalPlan {
                    user,
                    memberships,
                    api_keys,
                    invitation,
                    sent_invitations,
                    entities_left_without_admin: without_admin,
                }
            },
        )
}
