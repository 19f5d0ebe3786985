//! Where several reasons hold, the first in one order is given: not signed in, not visible, not
//! allowed, sign-in too old, precondition, rule (R-ANS-1, R-ANS-2).

use vestibule_domain::test_support::name;
use vestibule_domain::{Command, EntityId, Rejection, Status, UserId};

use crate::house::{As, House, Key, Role};

/// R-ANS-2: a key that is no more is not told whether the thing is there.
#[test]
fn not_signed_in_comes_before_everything() {
    let mut house = House::full().key("robot", "ann", Key::Admin);
    house.does("ann", house.to_end_key("robot"));
    let nowhere = EntityId::new(house.fresh());
    for command in [
        Command::ArchiveEntity { entity: nowhere },
        house.to_transfer("uma"),
        house.to_remove("olive"),
        house.to_create("BAKERY"),
    ] {
        assert_eq!(house.asks("robot", command), Err(Rejection::NotSignedIn));
    }
}

/// R-ANS-2: who is not in the organization is told nothing of it.
#[test]
fn a_stranger_is_told_that_nothing_is_there_whatever_they_ask() {
    let mut house = House::full();
    for who in ["stranger", "ivy", "dan"] {
        for command in [
            house.to_remove("olive"),
            house.to_invite("uma", Role::User),
            house.to_create("BAKERY"),
            house.to_unarchive("mill"),
            house.to_set("uma", "bakery", As::Clerk),
            house.to_transfer("uma"),
            house.to_make_key("x", Key::UserManager),
        ] {
            assert_eq!(house.asks(who, command), Err(Rejection::NotFound), "{who}");
        }
    }
}

/// R-ANS-2: an unseen and a missing user or entity get the same answer.
#[test]
fn what_one_may_not_see_is_answered_as_what_is_not_there() {
    let mut house = House::full();
    let (nobody, nowhere) = (UserId::new(house.fresh()), EntityId::new(house.fresh()));
    for user in [house.id("clerk"), nobody] {
        for command in [
            Command::DeactivateUser { user },
            Command::ReactivateUser { user },
            Command::RemoveUser {
                user,
                fingerprint: None,
            },
            Command::UpdateUser {
                user,
                role: Some(Role::Admin),
                name: None,
            },
        ] {
            assert_eq!(
                house.asks("uma", command),
                Err(Rejection::UserNotInOrganization(user))
            );
        }
    }
    for entity in [house.entity_id("bakery"), nowhere] {
        for command in [
            Command::ArchiveEntity { entity },
            Command::UnarchiveEntity { entity },
            Command::DeleteEntity { entity },
            Command::RenameEntity {
                entity,
                name: name("x"),
            },
            Command::SetMembership {
                entity,
                user: nobody,
                role: As::Clerk,
            },
            Command::RemoveMembership {
                entity,
                user: nobody,
            },
        ] {
            assert_eq!(
                house.asks("uma", command),
                Err(Rejection::EntityNotFound(entity))
            );
        }
    }
}

/// Not visible before not allowed before the rule.
#[test]
fn who_sees_it_and_may_not_is_told_so_before_any_rule() {
    let mut house = House::full();
    for (who, command) in [
        ("clerk", house.to_rename_entity("bakery", "mill")),
        ("clerk", house.to_unarchive("bakery")),
        ("clerk", house.to_delete("bakery")),
        ("clerk", house.to_deactivate("manager")),
        ("clerk", house.to_reactivate("manager")),
        ("clerk", house.to_set("clerk", "bakery", As::Clerk)),
        ("ann", house.to_deactivate("ivy")),
        ("ann", house.to_reactivate("uma")),
        ("ann", house.to_remove("olive")),
        ("ann", house.to_invite("uma", Role::User)),
        ("ann", house.to_transfer("ivy")),
        ("ann", house.to_erase("uma")),
        ("uma", house.to_create("BAKERY")),
        ("admin_of_nothing", house.to_rename("Acme Holding")),
    ] {
        let who = if who == "admin_of_nothing" {
            "uma"
        } else {
            who
        };
        assert_eq!(
            house.asks(who, command.clone()),
            Err(Rejection::NotAllowed),
            "{command:?}"
        );
    }
}

/// R-SES-4: not allowed before an old sign-in, and that before what the state refuses.
#[test]
fn an_old_sign_in_is_told_after_the_right_and_before_the_rule() {
    let mut house = House::full()
        .admin("amy")
        .signed_in_before("olive", 0)
        .signed_in_before("ann", 0);
    house.wait(15 * 60 + 1);
    let expired = Some(house.now());
    for command in [
        house.to_transfer("ivy"),
        house.to_remove("ann"),
        house.to_remove_as_seen("ann", "0".repeat(64).parse().unwrap()),
        house.to_make_key_until("x", Key::Auditor, expired),
    ] {
        assert_eq!(
            house.asks("olive", command),
            Err(Rejection::RecentSignInRequired)
        );
    }
    assert_eq!(
        house.asks("ann", house.to_transfer("uma")),
        Err(Rejection::NotAllowed)
    );
    assert_eq!(
        house.asks("ann", house.to_remove("amy")),
        Err(Rejection::NotAllowed)
    );
    let key = house.to_make_key("x", Key::UserManager);
    assert_eq!(house.asks("ann", key), Err(Rejection::RoleNotAssignable));
    // The Primary Admin is told to transfer, not to sign in: that would not help.
    let outcome = house.asks("olive", house.to_remove("olive"));
    assert_eq!(outcome, Err(Rejection::PrimaryAdminMustTransfer));
    // Who is not there is told before a sign-in is asked for.
    let nobody = UserId::new(house.fresh());
    let remove = Command::RemoveUser {
        user: nobody,
        fingerprint: None,
    };
    assert_eq!(
        house.asks("olive", remove),
        Err(Rejection::UserNotInOrganization(nobody))
    );
    let transfer = Command::TransferOwnership { to: nobody };
    assert_eq!(
        house.asks("olive", transfer),
        Err(Rejection::UserNotInOrganization(nobody))
    );
}

/// R-INV-1, R-INV-2: entities before the email.
#[test]
fn an_invitation_is_refused_for_its_entities_before_its_email() {
    let mut house = House::full().archived("mill");
    let into_archived = house.to_invite_into("uma", Role::User, &[("mill", As::Clerk)]);
    let mill = house.entity_id("mill");
    assert_eq!(
        house.asks("olive", into_archived),
        Err(Rejection::EntityArchived(mill))
    );
    let plain = house.to_invite("uma", Role::User);
    assert_eq!(
        house.asks("olive", plain),
        Err(Rejection::EmailAlreadyInOrganization(Status::Active))
    );
}

/// R-INV-4: that it is not pending before how often it was resent.
#[test]
fn an_ended_invitation_is_told_as_ended_whatever_its_limit() {
    let mut house = House::full();
    for _ in 0..5 {
        house.does("olive", house.to_resend("ivy"));
    }
    house.does("invitee", house.to_accept("ivy"));
    assert_eq!(
        house.asks("olive", house.to_resend("ivy")),
        Err(Rejection::InvitationNotPending)
    );
}

/// R-ENT-3, R-ENT-6: in an archived entity: the user, then the right, then the entity's state.
#[test]
fn a_membership_is_refused_for_its_user_before_its_entity_is_archived() {
    let mut house = House::full().archived("bakery");
    let user = UserId::new(house.fresh());
    let entity = house.entity_id("bakery");
    let command = Command::SetMembership {
        entity,
        user,
        role: As::Clerk,
    };
    assert_eq!(
        house.asks("olive", command),
        Err(Rejection::UserNotInOrganization(user))
    );
}

/// R-ANS-1: each in one code that stays, and one sentence.
#[test]
fn every_rejection_has_its_code_and_a_sentence() {
    let (user, entity) = (
        UserId::new(uuid::Uuid::nil()),
        EntityId::new(uuid::Uuid::nil()),
    );
    let retry_at = House::new().now();
    let all = [
        (Rejection::NotFound, "not_found"),
        (Rejection::NotSignedIn, "not_signed_in"),
        (Rejection::NotAllowed, "not_allowed"),
        (Rejection::RecentSignInRequired, "recent_sign_in_required"),
        (Rejection::RoleNotAssignable, "role_not_assignable"),
        (
            Rejection::UserNotInOrganization(user),
            "user_not_in_organization",
        ),
        (Rejection::EntityNotFound(entity), "entity_not_found"),
        (Rejection::NotAMember, "not_found"),
        (Rejection::ApiKeyNotFound, "not_found"),
        (Rejection::InvitationNotUsable, "invitation_not_usable"),
        (
            Rejection::EmailAlreadyInOrganization(Status::Invited),
            "email_already_in_organization",
        ),
        (
            Rejection::PrimaryAdminMustTransfer,
            "primary_admin_must_transfer",
        ),
        (Rejection::UserNotActive(Status::Invited), "user_not_active"),
        (
            Rejection::UserNotDeactivated(Status::Active),
            "user_not_deactivated",
        ),
        (Rejection::InvitationNotPending, "invitation_not_pending"),
        (Rejection::EntityArchived(entity), "entity_archived"),
        (Rejection::EntityNotArchived(entity), "entity_not_archived"),
        (Rejection::EntityNameTaken, "entity_name_taken"),
        (
            Rejection::UserStillInOrganization,
            "user_still_in_organization",
        ),
        (Rejection::RemovalPlanChanged, "removal_plan_changed"),
        (
            Rejection::ResendLimitReached { retry_at },
            "resend_limit_reached",
        ),
        (Rejection::ExpiryNotInFuture, "expiry_not_in_future"),
        (Rejection::IdInUse, "id_in_use"),
    ];
    for (rejection, code) in all {
        assert_eq!(rejection.code(), code);
        let sentence = rejection.to_string();
        assert!(
            sentence.len() > 15 && !sentence.ends_with('.'),
            "{sentence}"
        );
    }
}

/// R-ANS-2, R-ENT-6: of two entities to begin with, the one that is not there is told, whichever
/// has the smaller id.
#[test]
fn an_entity_that_is_not_there_is_told_before_one_that_is_archived() {
    let mut house = House::full();
    let archived = house.entity_id("mill");
    let ids = [uuid::Uuid::nil(), uuid::Uuid::max()];
    for nowhere in ids.map(EntityId::new) {
        let mut command = house.to_invite("newcomer", Role::User);
        if let Command::InviteUser { memberships, .. } = &mut command {
            memberships.extend([(archived, As::Clerk), (nowhere, As::Clerk)]);
        }
        let refused = house.asks("olive", command);
        assert_eq!(refused, Err(Rejection::EntityNotFound(nowhere)));
    }
}
