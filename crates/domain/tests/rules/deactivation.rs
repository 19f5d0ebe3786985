//! R-DEA: access taken away, everything else kept, and given back.

use vestibule_domain::{Decision, Denial, Reading, Rejection, Status};

use crate::house::{As, House, Key, Role};

/// R-DEA-1.
#[test]
fn only_an_active_user_can_be_deactivated() {
    let mut house = House::full();
    for (who, status) in [("ivy", Status::Invited), ("dan", Status::Deactivated)] {
        let outcome = house.asks("olive", house.to_deactivate(who));
        assert_eq!(outcome, Err(Rejection::UserNotActive(status)));
    }
    house.does("olive", house.to_deactivate("uma"));
}

/// R-DEA-2, R-AUD-1.
#[test]
fn only_a_deactivated_user_can_be_reactivated() {
    let mut house = House::full();
    for (who, status) in [
        ("ivy", Status::Invited),
        ("uma", Status::Active),
        ("olive", Status::Active),
    ] {
        let outcome = house.asks("olive", house.to_reactivate(who));
        assert_eq!(outcome, Err(Rejection::UserNotDeactivated(status)));
    }
    house.does("olive", house.to_reactivate("dan"));
}

/// R-DEA-1, R-ENT-4, lesson 18.
#[test]
fn a_deactivated_user_keeps_role_and_memberships_and_can_do_nothing() {
    let mut house = House::full()
        .admin("pat")
        .member("pat", "bakery", As::Admin)
        .key("robot", "pat", Key::Admin);
    let (role, rooms) = (
        house.person("pat").role,
        house.directory().memberships_of(house.id("pat")).count(),
    );
    house.does("olive", house.to_deactivate("pat"));
    assert_eq!(house.person("pat").role, role);
    assert_eq!(
        house.directory().memberships_of(house.id("pat")).count(),
        rooms
    );
    assert_eq!(house.directory().api_keys_of(house.id("pat")).count(), 1);
    let denied = house.check("pat", "invoice:view", "bakery");
    assert_eq!(denied, Decision::Deny(Denial::UserNotActive));
    // As strangers are answered, not even leaving; their keys as keys that are no more.
    let stranger = house.reads("stranger", &Reading::Users);
    assert_eq!(house.reads("pat", &Reading::Users), stranger);
    assert_eq!(house.refusal("pat", house.to_remove("pat")), "not_found");
    assert_eq!(
        house.refusal("pat", house.to_set("uma", "bakery", As::Clerk)),
        "not_found"
    );
    assert_eq!(
        house.reads("robot", &Reading::Users),
        Err(Rejection::NotSignedIn)
    );
    assert_eq!(
        house.refusal("robot", house.to_create("x")),
        "not_signed_in"
    );
}

/// R-DEA-2: keys included, and what was changed meanwhile is as it was changed.
#[test]
fn reactivating_gives_back_what_is_there() {
    let mut house = House::full()
        .admin("pat")
        .member("pat", "bakery", As::Admin)
        .member("pat", "mill", As::Clerk)
        .key("robot", "pat", Key::Admin);
    let before = house.person("pat").clone();
    house.does("olive", house.to_deactivate("pat"));
    let mut same = house.clone();
    same.does("olive", same.to_reactivate("pat"));
    assert_eq!(*same.person("pat"), before);
    assert_eq!(
        same.check("pat", "settings:manage", "bakery"),
        Decision::Allow
    );
    same.does("robot", same.to_create("quarry"));
    house.does("olive", house.to_give("pat", Role::User));
    house.does("olive", house.to_take_out("pat", "mill"));
    house.does("olive", house.to_set("pat", "bakery", As::Clerk));
    house.does("olive", house.to_reactivate("pat"));
    assert_eq!(house.person("pat").role, Role::User);
    assert_eq!(
        house.roles_of("pat").into_iter().collect::<Vec<_>>(),
        [("bakery", As::Clerk)]
    );
}

/// R-ORG-1, R-REM-3.
#[test]
fn the_primary_admin_is_not_deactivated() {
    let mut house = House::full();
    for who in ["olive", "operator"] {
        let outcome = house.asks(who, house.to_deactivate("olive"));
        assert_eq!(outcome, Err(Rejection::PrimaryAdminMustTransfer));
    }
}

/// R-DEA-1: a Deactivated user is no candidate for ownership and takes no part, but can be removed.
#[test]
fn a_deactivated_user_can_be_removed() {
    let mut house = House::full().member("dan", "mill", As::Admin);
    house.does("olive", house.to_remove("dan"));
    assert!(!house.has("dan"));
}
