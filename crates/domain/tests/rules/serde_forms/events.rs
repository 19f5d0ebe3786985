//! The serialised form of every event and every rejection.

use std::collections::BTreeMap;

use serde_json::json;
use vestibule_domain::test_support::{email, name};
use vestibule_domain::{
    AccountId, AssignableRole, Ending, Entity, EntityRole, EntityStatus, Event, InvitationLifetime,
    Login, Profile, Rejection, Removal, SentInvitations, Settings, Status, StoredEvent,
    UserManagement,
};

use super::{
    AT, entity, id, invitation, invitation_form, key, key_form, moment, olive, olive_form,
    organization, organization_form, pinned, plan, plan_form, refused, user, uuid,
};

/// R-AUD-1: the record keeps them.
#[test]
fn every_event_is_an_object_named_after_it() {
    let settings = |title: &str| Settings {
        name: name(title),
        user_management: UserManagement::PrimaryAdmin,
        invitation_lifetime: InvitationLifetime::default(),
    };
    let settings_form = |title: &str| json!({"name": title, "user_management": "primary_admin", "invitation_lifetime": 604_800});
    let held = BTreeMap::from([(entity(20), EntityRole::Clerk)]);
    let forms = [
        (
            Event::OrganizationCreated {
                organization: organization(),
                primary_admin: olive(),
            },
            json!({"organization_created": {
                "organization": organization_form(), "primary_admin": olive_form(),
            }}),
        ),
        (
            Event::OrganizationUpdated {
                before: settings("Acme"),
                after: settings("Ajax"),
            },
            json!({"organization_updated": {"before": settings_form("Acme"), "after": settings_form("Ajax")}}),
        ),
        (
            Event::OwnershipTransferred {
                from: user(1),
                to: user(2),
                to_role: AssignableRole::User,
                sent_invitations: SentInvitations::default(),
            },
            json!({"ownership_transferred": {
                "from": id(1), "to": id(2), "to_role": "user",
                "sent_invitations": {"count": 0, "digest": "0".repeat(32)},
            }}),
        ),
        (
            Event::UserInvited {
                user: user(2),
                email: email("ivy@example.com"),
                role: AssignableRole::User,
                name: None,
                memberships: held.clone(),
                invitation: invitation(),
            },
            json!({"user_invited": {
                "user": id(2), "email": "ivy@example.com", "role": "user", "name": null,
                "memberships": {id(20): "clerk"}, "invitation": invitation_form(),
            }}),
        ),
        (
            Event::InvitationResent {
                user: user(2),
                before: invitation(),
                after: invitation(),
            },
            json!({"invitation_resent": {
                "user": id(2), "before": invitation_form(), "after": invitation_form(),
            }}),
        ),
        (
            Event::InvitationAccepted {
                user: user(2),
                invitation: invitation(),
                name_before: None,
                name: name("Ivy"),
                login: Login::Existing(AccountId::new(uuid(80))),
                at: moment(AT),
            },
            json!({"invitation_accepted": {
                "user": id(2), "invitation": invitation_form(), "name_before": null, "name": "Ivy",
                "login": {"existing": id(80)}, "at": AT,
            }}),
        ),
        (
            Event::InvitationEnded {
                user: user(2),
                invitation: invitation(),
                ending: Ending::Declined,
                memberships: held,
                at: moment(AT),
            },
            json!({"invitation_ended": {
                "user": id(2), "invitation": invitation_form(), "ending": "declined",
                "memberships": {id(20): "clerk"}, "at": AT,
            }}),
        ),
        (
            Event::UserUpdated {
                user: user(2),
                before: Profile {
                    role: AssignableRole::User,
                    name: None,
                },
                after: Profile {
                    role: AssignableRole::Admin,
                    name: Some(name("Ivy")),
                },
            },
            json!({"user_updated": {
                "user": id(2), "before": {"role": "user", "name": null},
                "after": {"role": "admin", "name": "Ivy"},
            }}),
        ),
        (
            Event::UserDeactivated { user: user(2) },
            json!({"user_deactivated": {"user": id(2)}}),
        ),
        (
            Event::UserReactivated { user: user(2) },
            json!({"user_reactivated": {"user": id(2)}}),
        ),
        (
            Event::UserRemoved {
                plan: plan(),
                removal: Removal::Left,
                at: moment(AT),
            },
            json!({"user_removed": {"plan": plan_form(), "removal": "left", "at": AT}}),
        ),
        (
            Event::EntityCreated {
                entity: entity(20),
                name: name("Bakery"),
            },
            json!({"entity_created": {"entity": id(20), "name": "Bakery"}}),
        ),
        (
            Event::EntityRenamed {
                entity: entity(20),
                before: name("Bakery"),
                after: name("Mill"),
            },
            json!({"entity_renamed": {"entity": id(20), "before": "Bakery", "after": "Mill"}}),
        ),
        (
            Event::EntityArchived { entity: entity(20) },
            json!({"entity_archived": {"entity": id(20)}}),
        ),
        (
            Event::EntityUnarchived { entity: entity(20) },
            json!({"entity_unarchived": {"entity": id(20)}}),
        ),
        (
            Event::EntityDeleted {
                entity: Entity {
                    id: entity(20),
                    name: name("Bakery"),
                    status: EntityStatus::Archived,
                    member_count: 3,
                    active_admins: 1,
                },
            },
            json!({"entity_deleted": {"entity": {
                "id": id(20), "name": "Bakery", "status": "archived", "member_count": 3,
                "active_admins": 1,
            }}}),
        ),
        (
            Event::MembershipSet {
                entity: entity(20),
                user: user(2),
                before: None,
                after: EntityRole::Clerk,
            },
            json!({"membership_set": {
                "entity": id(20), "user": id(2), "before": null, "after": "clerk",
            }}),
        ),
        (
            Event::MembershipRemoved {
                entity: entity(20),
                user: user(2),
                role: EntityRole::Clerk,
            },
            json!({"membership_removed": {"entity": id(20), "user": id(2), "role": "clerk"}}),
        ),
        (
            Event::ApiKeyCreated { key: key() },
            json!({"api_key_created": {"key": key_form()}}),
        ),
        (
            Event::ApiKeyEnded { key: key() },
            json!({"api_key_ended": {"key": key_form()}}),
        ),
        (
            Event::PersonErased { user: user(2) },
            json!({"person_erased": {"user": id(2)}}),
        ),
    ];
    for (event, form) in forms {
        pinned(&event, form.clone());
        // Of version 1 there is no other form, ever: to these expectations one only adds.
        let stored = json!({"version": "1", "event": form});
        pinned(&StoredEvent::from(event), stored);
    }
}

/// R-AUD-1: what cannot be read is refused, and never left out.
#[test]
fn a_stored_event_of_an_unknown_form_is_refused() {
    let erased = json!({"person_erased": {"user": id(2)}});
    for (form, said) in [
        (
            json!({"version": "2", "event": erased}),
            "unknown variant `2`",
        ),
        (json!({"event": erased}), "missing field `version`"),
        (
            json!({"version": "1", "event": {"person_forgotten": {"user": id(2)}}}),
            "unknown variant `person_forgotten`",
        ),
    ] {
        let error = refused::<StoredEvent>(form);
        assert!(error.contains(said), "{error}");
    }
    // The order of fields is a database's own affair.
    let text = format!(r#"{{"event": {erased}, "version": "1"}}"#);
    let stored: StoredEvent = serde_json::from_str(&text).unwrap();
    assert_eq!(stored.event, Event::PersonErased { user: user(2) });
}

/// R-ANS-1.
#[test]
fn every_rejection_is_a_word_or_an_object_named_after_it() {
    let forms = [
        (Rejection::NotFound, json!("not_found")),
        (Rejection::NotSignedIn, json!("not_signed_in")),
        (Rejection::NotAllowed, json!("not_allowed")),
        (
            Rejection::RecentSignInRequired,
            json!("recent_sign_in_required"),
        ),
        (Rejection::RoleNotAssignable, json!("role_not_assignable")),
        (
            Rejection::UserNotInOrganization(user(2)),
            json!({"user_not_in_organization": id(2)}),
        ),
        (
            Rejection::EntityNotFound(entity(20)),
            json!({"entity_not_found": id(20)}),
        ),
        (Rejection::NotAMember, json!("not_a_member")),
        (Rejection::ApiKeyNotFound, json!("api_key_not_found")),
        (
            Rejection::InvitationNotUsable,
            json!("invitation_not_usable"),
        ),
        (
            Rejection::EmailAlreadyInOrganization(Status::Invited),
            json!({"email_already_in_organization": "invited"}),
        ),
        (
            Rejection::PrimaryAdminMustTransfer,
            json!("primary_admin_must_transfer"),
        ),
        (
            Rejection::UserNotActive(Status::Deactivated),
            json!({"user_not_active": "deactivated"}),
        ),
        (
            Rejection::UserNotDeactivated(Status::Active),
            json!({"user_not_deactivated": "active"}),
        ),
        (
            Rejection::InvitationNotPending,
            json!("invitation_not_pending"),
        ),
        (
            Rejection::EntityArchived(entity(20)),
            json!({"entity_archived": id(20)}),
        ),
        (
            Rejection::EntityNotArchived(entity(20)),
            json!({"entity_not_archived": id(20)}),
        ),
        (Rejection::EntityNameTaken, json!("entity_name_taken")),
        (
            Rejection::UserStillInOrganization,
            json!("user_still_in_organization"),
        ),
        (Rejection::RemovalPlanChanged, json!("removal_plan_changed")),
        (
            Rejection::ResendLimitReached {
                retry_at: moment(AT),
            },
            json!({"resend_limit_reached": {"retry_at": AT}}),
        ),
        (Rejection::ExpiryNotInFuture, json!("expiry_not_in_future")),
        (Rejection::IdInUse, json!("id_in_use")),
    ];
    for (rejection, form) in forms {
        pinned(&rejection, form);
    }
}
