//! Organization-level users: roles and names.

use vestibule_domain::test_support::name;
use vestibule_domain::{Command, Event, Profile, Rejection, Status};

use crate::house::{As, House, Role};

/// R-ORG-1, R-REM-3: not even to the role that is stored for them.
#[test]
fn the_primary_admin_is_given_no_other_role() {
    for role in Role::ALL {
        for who in ["olive", "operator"] {
            let mut house = House::new();
            let outcome = house.asks(who, house.to_give("olive", *role));
            assert_eq!(outcome, Err(Rejection::PrimaryAdminMustTransfer));
        }
    }
}

/// R-ORG-2, R-AUD-1: one event with before and after, and none for what is so.
#[test]
fn a_role_changes_in_one_event_and_in_none_when_it_is_so_already() {
    for before in Role::ALL {
        for after in Role::ALL {
            for status in [Status::Active, Status::Invited, Status::Deactivated] {
                let mut house = House::new();
                house.does("olive", house.to_invite("pat", *before));
                if status != Status::Invited {
                    house.does("invitee", house.to_accept("pat"));
                }
                if status == Status::Deactivated {
                    house.does("olive", house.to_deactivate("pat"));
                }
                let named = house.person("pat").name.clone();
                let outcome = house.asks("olive", house.to_give("pat", *after)).unwrap();
                let expected = (before != after).then(|| Event::UserUpdated {
                    user: house.id("pat"),
                    before: Profile {
                        role: *before,
                        name: named.clone(),
                    },
                    after: Profile {
                        role: *after,
                        name: named,
                    },
                });
                assert_eq!(outcome, expected);
                assert_eq!(house.person("pat").role, *after);
                assert_eq!(house.person("pat").status(), status);
            }
        }
    }
}

/// R-ORG-4: entity roles are no matter of the organization role.
#[test]
fn an_organization_role_changes_without_any_membership_changing() {
    let mut house = House::full();
    let before: Vec<_> = house.directory().memberships().collect();
    house.does("olive", house.to_give("clerk", Role::Admin));
    house.does("olive", house.to_give("clerk", Role::User));
    assert_eq!(house.directory().memberships().collect::<Vec<_>>(), before);
}

/// R-ORG-2: the name of a user without an account; people name themselves.
#[test]
fn only_invited_people_are_named_by_others() {
    let mut house = House::full();
    for who in ["uma", "dan", "ann", "olive"] {
        assert_eq!(
            house.refusal("olive", house.to_name(who, "Someone Else")),
            "not_allowed"
        );
        // What is so already is no naming.
        let named = house.person(who).name.clone().unwrap();
        assert_eq!(
            house.asks("olive", house.to_name(who, named.as_str())),
            Ok(None)
        );
    }
    house.does("olive", house.to_name("ivy", "Ivy Invited"));
    assert_eq!(
        house.asks("olive", house.to_name("ivy", "Ivy Invited")),
        Ok(None)
    );
    assert_eq!(house.person("ivy").name, Some(name("Ivy Invited")));
}

/// R-ORG-2, R-ANS-3: role and name in one request: both or neither.
#[test]
fn a_request_of_which_one_part_is_refused_changes_nothing() {
    let mut house = House::full();
    let command = Command::UpdateUser {
        user: house.id("uma"),
        role: Some(Role::Admin),
        name: Some(name("Someone Else")),
    };
    assert_eq!(house.asks("olive", command), Err(Rejection::NotAllowed));
    assert_eq!(house.person("uma").role, Role::User);
}

/// R-AUD-1: nothing asked for is nothing changed.
#[test]
fn an_update_of_nothing_makes_no_event() {
    let mut house = House::full();
    for who in ["uma", "ivy", "dan", "olive"] {
        let user = house.id(who);
        let command = Command::UpdateUser {
            user,
            role: None,
            name: None,
        };
        assert_eq!(house.asks("olive", command), Ok(None));
    }
}

/// A new name of an account goes to its user here, Deactivated or not, and to nobody else's.
#[test]
fn an_account_renames_its_own_user_only() {
    let mut house = House::full();
    for who in ["olive", "ann", "uma", "dan"] {
        let event = house.does(who, house.to_rename_account_of(who, "New Name"));
        assert_eq!(event.action(), "user.updated");
        assert_eq!(house.person(who).name, Some(name("New Name")));
        assert_eq!(
            house.asks(who, house.to_rename_account_of(who, "New Name")),
            Ok(None)
        );
    }
    for who in ["olive", "ann", "operator", "invitee", "clerk"] {
        let outcome = house.asks(who, house.to_rename_account_of("uma", "Other"));
        assert_eq!(outcome, Err(Rejection::NotAllowed));
    }
}

/// R-ANS-2: who has no account here, or is gone, is not there for it.
#[test]
fn an_account_that_is_linked_to_nobody_here_renames_nobody() {
    let mut house = House::full();
    assert_eq!(
        house.refusal("ivy", house.to_rename_account_of("ivy", "X")),
        "user_not_in_organization"
    );
    house.does("olive", house.to_remove("uma"));
    assert_eq!(
        house.refusal("uma", house.to_rename_account_of("uma", "X")),
        "user_not_in_organization"
    );
    assert_eq!(
        house.refusal("uma", house.to_delete_account_of("uma")),
        "user_not_in_organization"
    );
}

/// R-AUD-3: of a removed person only, by the Primary Admin or the operator.
#[test]
fn only_a_removed_person_is_erased_from_the_record() {
    let mut house = House::full().member("uma", "mill", As::Clerk);
    for who in ["uma", "ivy", "dan", "olive"] {
        let outcome = house.asks("olive", house.to_erase(who));
        assert_eq!(outcome, Err(Rejection::UserStillInOrganization));
    }
    house.does("olive", house.to_remove("uma"));
    house.does("invitee", house.to_decline("ivy"));
    for who in ["uma", "ivy"] {
        let user = house.id(who);
        assert_eq!(
            house.does("operator", house.to_erase(who)),
            Event::PersonErased { user }
        );
    }
    assert_eq!(house.refusal("ann", house.to_erase("uma")), "not_allowed");
}
