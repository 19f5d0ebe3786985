//! R-ENT-1 to R-ENT-5: who is a member of an entity, and as what.

use vestibule_domain::{Command, Decision, Denial, Event, Rejection, UserId};

use crate::house::{As, House};

/// R-ENT-1.
#[test]
fn only_users_of_the_organization_become_members() {
    let mut house = House::full();
    let nobody = UserId::new(house.fresh());
    for who in ["olive", "ann", "admin", "manager", "operator"] {
        for role in [As::Clerk, As::Admin] {
            let command = Command::SetMembership {
                entity: house.entity_id("bakery"),
                user: nobody,
                role,
            };
            let outcome = house.asks(who, command);
            assert_eq!(
                outcome,
                Err(Rejection::UserNotInOrganization(nobody)),
                "{who}"
            );
        }
    }
}

/// R-ENT-1, R-REM-6: a removed user is no user.
#[test]
fn a_removed_user_cannot_be_added_to_an_entity() {
    let mut house = House::full();
    house.does("olive", house.to_remove("uma"));
    let command = house.to_set("uma", "mill", As::Clerk);
    assert_eq!(house.refusal("admin", command.clone()), "entity_not_found");
    assert_eq!(house.refusal("olive", command), "user_not_in_organization");
}

/// R-ENT-2.
#[test]
fn a_user_has_one_role_in_an_entity_and_another_in_another() {
    let mut house = House::full().member("uma", "bakery", As::Clerk);
    house.does("olive", house.to_set("uma", "mill", As::Auditor));
    let event = house.does("olive", house.to_set("uma", "bakery", As::Approver));
    assert_eq!(
        event,
        Event::MembershipSet {
            entity: house.entity_id("bakery"),
            user: house.id("uma"),
            before: Some(As::Clerk),
            after: As::Approver,
        }
    );
    let roles: Vec<_> = house.roles_of("uma").into_iter().collect();
    assert_eq!(roles, [("bakery", As::Approver), ("mill", As::Auditor)]);
}

/// R-ENT-4.
#[test]
fn a_membership_of_an_invited_user_takes_effect_with_acceptance() {
    let mut house = House::full().member("ivy", "mill", As::Clerk);
    let before = house.check("ivy", "invoice:edit", "mill");
    assert_eq!(before, Decision::Deny(Denial::UserNotActive));
    house.does("invitee", house.to_accept("ivy"));
    assert_eq!(house.check("ivy", "invoice:edit", "mill"), Decision::Allow);
}

/// R-ENT-5.
#[test]
fn leaving_one_entity_leaves_the_organization_and_every_other_entity_untouched() {
    let mut house =
        House::full()
            .member("uma", "bakery", As::Clerk)
            .member("uma", "mill", As::Admin);
    let others = |house: &House| {
        let mut all: Vec<_> = house.directory().memberships().collect();
        all.retain(|it| (it.user, it.entity) != (house.id("uma"), house.entity_id("bakery")));
        (all, house.directory().users().cloned().collect::<Vec<_>>())
    };
    let before = others(&house);
    house.does("admin", house.to_take_out("uma", "bakery"));
    assert_eq!(others(&house), before);
    assert_eq!(
        house.roles_of("uma").into_iter().collect::<Vec<_>>(),
        [("mill", As::Admin)]
    );
}

/// R-ENT-5: who is not there cannot be taken out, and that is no change.
#[test]
fn taking_out_who_is_no_member_is_refused() {
    let mut house = House::full();
    let outcome = house.asks("olive", house.to_take_out("uma", "bakery"));
    assert_eq!(outcome, Err(Rejection::NotAMember));
    assert_eq!(Rejection::NotAMember.code(), "not_found");
}

/// R-AUD-1.
#[test]
fn setting_a_membership_to_what_it_is_succeeds_without_an_event() {
    let mut house = House::full();
    assert_eq!(
        house.asks("olive", house.to_set("clerk", "bakery", As::Clerk)),
        Ok(None)
    );
    assert_eq!(
        house.asks("manager", house.to_set("clerk", "bakery", As::Clerk)),
        Ok(None)
    );
    // What one may not do one may not do, even where nothing would change.
    assert_eq!(
        house.refusal("manager", house.to_set("admin", "bakery", As::Admin)),
        "not_allowed"
    );
    assert_eq!(
        house.refusal("clerk", house.to_set("clerk", "bakery", As::Clerk)),
        "not_allowed"
    );
}

/// R-ENT-3: their entity's, and no other's.
#[test]
fn an_entity_admin_manages_no_members_elsewhere() {
    let mut house = House::full()
        .member("admin", "mill", As::Clerk)
        .entity("quarry");
    assert_eq!(
        house.refusal("admin", house.to_set("uma", "mill", As::Clerk)),
        "not_allowed"
    );
    assert_eq!(
        house.refusal("admin", house.to_set("uma", "quarry", As::Clerk)),
        "entity_not_found"
    );
}

/// R-ENT-3.
#[test]
fn a_manager_makes_nobody_admin_not_even_themself() {
    let mut house = House::full();
    assert_eq!(
        house.refusal("manager", house.to_set("manager", "bakery", As::Admin)),
        "role_not_assignable"
    );
    house.does("manager", house.to_set("clerk", "bakery", As::Manager));
    house.does("manager", house.to_take_out("manager", "bakery"));
    assert_eq!(
        house.refusal("manager", house.to_take_out("clerk", "bakery")),
        "entity_not_found"
    );
}

/// R-ENT-3, R-DEA-1: the right goes with the status of its holder.
#[test]
fn a_deactivated_entity_admin_manages_nobody() {
    let mut house = House::full();
    house.does("olive", house.to_deactivate("admin"));
    assert_eq!(
        house.refusal("admin", house.to_take_out("clerk", "bakery")),
        "not_found"
    );
}
