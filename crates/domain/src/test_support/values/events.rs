//! Strategies for what is answered: events, rejections, and what they carry.

use proptest::option;
use proptest::prelude::*;

use super::commands::holdings;
use super::{
    api_key, assignable_role, email, ending, entity, entity_id, entity_role, invitation,
    invitation_lifetime, login, name, organization, removal, removal_plan, sent_invitations,
    status, timestamp, user, user_id, user_management,
};
use crate::{Event, Profile, Rejection, Settings, StoredEvent};

/// Any settings.
pub fn settings() -> impl Strategy<Value = Settings> {
    (name(), user_management(), invitation_lifetime()).prop_map(
        |(name, user_management, invitation_lifetime)| Settings {
            name,
            user_management,
            invitation_lifetime,
        },
    )
}

/// Any profile.
pub fn profile() -> impl Strategy<Value = Profile> {
    (assignable_role(), option::of(name())).prop_map(|(role, name)| Profile { role, name })
}

/// Any event; whether it could have happened, a directory says.
pub fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        of_the_organization(),
        of_invitations(),
        of_users(),
        of_entities(),
        of_keys()
    ]
}

/// Any event as it is kept.
pub fn stored_event() -> impl Strategy<Value = StoredEvent> {
    event().prop_map(StoredEvent::from)
}

/// Any rejection.
pub fn rejection() -> impl Strategy<Value = Rejection> {
    prop_oneof![
        Just(Rejection::NotFound),
        Just(Rejection::NotSignedIn),
        Just(Rejection::NotAllowed),
        Just(Rejection::RecentSignInRequired),
        Just(Rejection::RoleNotAssignable),
        user_id().prop_map(Rejection::UserNotInOrganization),
        entity_id().prop_map(Rejection::EntityNotFound),
        Just(Rejection::NotAMember),
        Just(Rejection::ApiKeyNotFound),
        Just(Rejection::InvitationNotUsable),
        status().prop_map(Rejection::EmailAlreadyInOrganization),
        Just(Rejection::PrimaryAdminMustTransfer),
        status().prop_map(Rejection::UserNotActive),
        status().prop_map(Rejection::UserNotDeactivated),
        Just(Rejection::InvitationNotPending),
        entity_id().prop_map(Rejection::EntityArchived),
        entity_id().prop_map(Rejection::EntityNotArchived),
        Just(Rejection::EntityNameTaken),
        Just(Rejection::UserStillInOrganization),
        Just(Rejection::RemovalPlanChanged),
        timestamp().prop_map(|retry_at| Rejection::ResendLimitReached { retry_at }),
        Just(Rejection::ExpiryNotInFuture),
        Just(Rejection::IdInUse),
    ]
}

fn of_the_organization() -> impl Strategy<Value = Event> {
    let transferred = (user_id(), user_id(), assignable_role(), sent_invitations());
    prop_oneof![
        (organization(), user()).prop_map(|(organization, primary_admin)| {
            Event::OrganizationCreated {
                organization,
                primary_admin,
            }
        }),
        (settings(), settings())
            .prop_map(|(before, after)| Event::OrganizationUpdated { before, after }),
        transferred.prop_map(|(from, to, to_role, sent_invitations)| {
            Event::OwnershipTransferred {
                from,
                to,
                to_role,
                sent_invitations,
            }
        }),
        user_id().prop_map(|user| Event::PersonErased { user }),
    ]
}

fn of_invitations() -> impl Strategy<Value = Event> {
    let invited = (
        user_id(),
        email(),
        assignable_role(),
        option::of(name()),
        holdings(),
        invitation(),
    );
    let accepted = (
        user_id(),
        invitation(),
        option::of(name()),
        name(),
        login(),
        timestamp(),
    );
    let ended = (user_id(), invitation(), ending(), holdings(), timestamp());
    prop_oneof![
        invited.prop_map(|(user, email, role, name, memberships, invitation)| {
            Event::UserInvited {
                user,
                email,
                role,
                name,
                memberships,
                invitation,
            }
        }),
        (user_id(), invitation(), invitation()).prop_map(|(user, before, after)| {
            Event::InvitationResent {
                user,
                before,
                after,
            }
        }),
        accepted.prop_map(|(user, invitation, name_before, name, login, at)| {
            Event::InvitationAccepted {
                user,
                invitation,
                name_before,
                name,
                login,
                at,
            }
        }),
        ended.prop_map(|(user, invitation, ending, memberships, at)| {
            Event::InvitationEnded {
                user,
                invitation,
                ending,
                memberships,
                at,
            }
        }),
    ]
}

fn of_users() -> impl Strategy<Value = Event> {
    prop_oneof![
        (user_id(), profile(), profile()).prop_map(|(user, before, after)| Event::UserUpdated {
            user,
            before,
            after,
        }),
        user_id().prop_map(|user| Event::UserDeactivated { user }),
        user_id().prop_map(|user| Event::UserReactivated { user }),
        (removal_plan(), removal(), timestamp())
            .prop_map(|(plan, removal, at)| Event::UserRemoved { plan, removal, at }),
    ]
}

fn of_entities() -> impl Strategy<Value = Event> {
    let set = (
        entity_id(),
        user_id(),
        option::of(entity_role()),
        entity_role(),
    );
    prop_oneof![
        (entity_id(), name()).prop_map(|(entity, name)| Event::EntityCreated { entity, name }),
        (entity_id(), name(), name()).prop_map(|(entity, before, after)| Event::EntityRenamed {
            entity,
            before,
            after,
        }),
        entity_id().prop_map(|entity| Event::EntityArchived { entity }),
        entity_id().prop_map(|entity| Event::EntityUnarchived { entity }),
        entity().prop_map(|entity| Event::EntityDeleted { entity }),
        set.prop_map(|(entity, user, before, after)| Event::MembershipSet {
            entity,
            user,
            before,
            after,
        }),
        (entity_id(), user_id(), entity_role())
            .prop_map(|(entity, user, role)| Event::MembershipRemoved { entity, user, role }),
    ]
}

fn of_keys() -> impl Strategy<Value = Event> {
    prop_oneof![
        api_key().prop_map(|key| Event::ApiKeyCreated { key }),
        api_key().prop_map(|key| Event::ApiKeyEnded { key }),
    ]
}
