//! R-ENT: entities made, named, archived, deleted, and what they are without.

use vestibule_domain::{Command, Decision, Denial, EntityStatus, Rejection};

use crate::house::{As, House, Role};

/// R-ENT-7: without case, in every script.
#[test]
fn an_entity_name_is_unique_without_case() {
    let mut house = House::new().entity("Straße");
    for name in ["STRASSE", "strasse", "Straße", "  straße  "] {
        assert_eq!(
            house.refusal("olive", house.to_create(name)),
            "entity_name_taken"
        );
    }
    house.does("olive", house.to_create("Gasse"));
    let outcome = house.asks("olive", house.to_rename_entity("Gasse", "STRASSE"));
    assert_eq!(outcome, Err(Rejection::EntityNameTaken));
}

/// R-ENT-7: an archived entity keeps its name, a deleted one gives it free.
#[test]
fn a_name_is_free_again_once_its_entity_is_deleted_or_renamed() {
    let mut house = House::new().entity("bakery").archived("bakery");
    assert_eq!(
        house.refusal("olive", house.to_create("Bakery")),
        "entity_name_taken"
    );
    let mut renamed = house.clone();
    renamed.does("olive", renamed.to_rename_entity("bakery", "Patisserie"));
    renamed.does("olive", renamed.to_create("Bakery"));
    house.does("olive", house.to_delete("bakery"));
    house.does("olive", house.to_create("Bakery"));
}

/// R-ENT-7, R-AUD-1: its own name in other letters is a change, the same letters are none.
#[test]
fn an_entity_may_write_its_own_name_differently() {
    let mut house = House::new().entity("bakery");
    house.does("olive", house.to_rename_entity("bakery", "BAKERY"));
    assert_eq!(
        house.asks("olive", house.to_rename_entity("bakery", "BAKERY")),
        Ok(None)
    );
    assert_eq!(
        house.refusal("olive", house.to_create("bakery")),
        "entity_name_taken"
    );
}

/// R-ENT-7: names of organizations, people and keys may repeat.
#[test]
fn only_entities_have_unique_names() {
    let mut house = House::full().entity("Acme");
    house.does("olive", house.to_rename("Acme"));
    house.does("olive", house.to_name("ivy", "Acme"));
    house.does("olive", house.to_rename_account_of("olive", "Acme"));
    house.does("olive", house.to_make_key("Acme", crate::house::Key::Admin));
    house.does("olive", house.to_make_key("Acme", crate::house::Key::Admin));
}

/// R-ENT-6.
#[test]
fn nobody_has_access_to_an_archived_entity_and_unarchiving_restores_what_was_there() {
    let mut house = House::full();
    let before: Vec<_> = As::ALL
        .iter()
        .map(|role| house.check(role.as_str(), "invoice:view", "bakery"))
        .collect();
    assert!(before.iter().all(|decision| *decision == Decision::Allow));
    house.does("olive", house.to_archive("bakery"));
    for role in As::ALL {
        assert_eq!(
            house.check(role.as_str(), "invoice:view", "bakery"),
            Decision::Deny(Denial::EntityArchived)
        );
    }
    house.does("olive", house.to_unarchive("bakery"));
    for role in As::ALL {
        assert_eq!(
            house.check(role.as_str(), "invoice:view", "bakery"),
            Decision::Allow
        );
        assert_eq!(house.roles_of(role.as_str())["bakery"], *role);
    }
}

/// R-ENT-6: no new members and no changes of role, by whoever asks; taking out works.
#[test]
fn an_archived_entity_takes_no_members_and_no_roles_and_lets_members_go() {
    let mut house = House::full().archived("bakery").managed_by_admins();
    let bakery = house.entity_id("bakery");
    for who in ["olive", "ann", "operator"] {
        for command in [
            house.to_set("ulf", "bakery", As::Clerk),
            house.to_set("clerk", "bakery", As::Admin),
            house.to_set("dan", "bakery", As::Clerk),
            house.to_set("ivy", "bakery", As::Clerk),
        ] {
            assert_eq!(
                house.asks(who, command),
                Err(Rejection::EntityArchived(bakery))
            );
        }
        let invitation = house.to_invite_into(
            "nia",
            Role::User,
            &[("mill", As::Clerk), ("bakery", As::Clerk)],
        );
        assert_eq!(
            house.asks(who, invitation),
            Err(Rejection::EntityArchived(bakery))
        );
    }
    assert_eq!(
        house.asks("ann", house.to_set("clerk", "bakery", As::Clerk)),
        Ok(None)
    );
    house.does("ann", house.to_take_out("clerk", "bakery"));
    assert!(house.roles_of("clerk").is_empty());
}

/// R-ENT-6, R-ANS-2: its own Admins do not see it while it is archived.
#[test]
fn an_archived_entity_is_not_there_for_its_members() {
    let mut house = House::full().archived("bakery");
    for role in As::ALL {
        for command in [
            house.to_set("ulf", "bakery", As::Clerk),
            house.to_take_out("clerk", "bakery"),
            house.to_unarchive("bakery"),
            house.to_delete("bakery"),
        ] {
            assert_eq!(house.refusal(role.as_str(), command), "entity_not_found");
        }
    }
}

/// R-ENT-6, R-AUD-1: what is so already is refused.
#[test]
fn archiving_and_unarchiving_twice_is_refused() {
    let mut house = House::new().entity("bakery");
    let bakery = house.entity_id("bakery");
    let unarchive = house.to_unarchive("bakery");
    let archive = house.to_archive("bakery");
    assert_eq!(
        house.asks("olive", unarchive.clone()),
        Err(Rejection::EntityNotArchived(bakery))
    );
    house.does("olive", archive.clone());
    assert_eq!(
        house.asks("olive", archive),
        Err(Rejection::EntityArchived(bakery))
    );
    house.does("olive", unarchive);
    assert_eq!(
        house.directory().entity(bakery).unwrap().status,
        EntityStatus::Active
    );
}

/// R-ENT-6: only an archived one; its memberships go, staged ones too, and nothing else.
#[test]
fn deleting_an_entity_takes_its_memberships_and_nothing_else() {
    let mut house = House::full()
        .member("ivy", "bakery", As::Clerk)
        .member("dan", "bakery", As::Clerk)
        .member("clerk", "mill", As::Auditor);
    let bakery = house.entity_id("bakery");
    assert_eq!(
        house.asks("olive", house.to_delete("bakery")),
        Err(Rejection::EntityNotArchived(bakery))
    );
    house.does("olive", house.to_archive("bakery"));
    let users = house.directory().users().count();
    house.does("olive", house.to_delete("bakery"));
    assert_eq!(house.directory().users().count(), users);
    assert_eq!(
        house.roles_of("clerk").into_iter().collect::<Vec<_>>(),
        [("mill", As::Auditor)]
    );
    assert_eq!(house.directory().memberships().count(), 1);
    assert_eq!(
        house.refusal("olive", house.to_delete("bakery")),
        "entity_not_found"
    );
    house.does("invitee", house.to_accept("ivy"));
    house.does("olive", house.to_reactivate("dan"));
}

/// R-ENT-8: it warns and never refuses.
#[test]
fn an_entity_is_without_an_admin_when_no_active_user_is_admin_there() {
    let without = |house: &House| {
        let bakery = house.entity_id("bakery");
        house.directory().entity(bakery).unwrap().is_without_admin()
    };
    let mut house = House::new().entity("bakery").user("uma").invited("ivy");
    assert!(without(&house), "nobody is there");
    house.does("olive", house.to_set("ivy", "bakery", As::Admin));
    assert!(without(&house), "an Invited Admin does not count");
    house.does("invitee", house.to_accept("ivy"));
    assert!(!without(&house));
    house.does("olive", house.to_deactivate("ivy"));
    assert!(without(&house), "nor does a Deactivated one");
    house.does("olive", house.to_reactivate("ivy"));
    assert!(!without(&house));
    house.does("olive", house.to_set("ivy", "bakery", As::Manager));
    assert!(without(&house), "a Manager is no Admin");
    house.does("olive", house.to_set("uma", "bakery", As::Admin));
    assert!(!without(&house));
    house.does("uma", house.to_take_out("uma", "bakery"));
    assert!(without(&house), "the last Admin may go");
    house.does("olive", house.to_archive("bakery"));
    assert!(!without(&house), "an archived entity needs none");
}

/// R-ENT-2, R-ENT-4: members of any status count.
#[test]
fn the_members_of_an_entity_are_counted_whatever_their_status() {
    let house = House::full()
        .member("ivy", "mill", As::Clerk)
        .member("dan", "mill", As::Admin)
        .member("uma", "mill", As::Admin);
    let mill = house.directory().entity(house.entity_id("mill")).unwrap();
    assert_eq!((mill.member_count, mill.active_admins), (3, 1));
}

/// R-ORG-3: ids come from the edge, and are fresh.
#[test]
fn an_id_that_is_in_use_makes_no_second_entity() {
    let mut house = House::new().entity("bakery");
    let command = Command::CreateEntity {
        entity: house.entity_id("bakery"),
        name: vestibule_domain::test_support::name("mill"),
    };
    assert_eq!(house.asks("olive", command), Err(Rejection::IdInUse));
}
