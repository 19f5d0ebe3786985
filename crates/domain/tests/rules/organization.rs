//! R-ORG: one Primary Admin, who manages whom, and how ownership moves.

use vestibule_domain::{
    Command, Decision, Denial, Directory, Event, Found, InvitationState, OrganizationRole,
    Rejection, Sender, Status, UserManagement,
};

use crate::house::{As, House, Role};

/// R-ORG-1.
#[test]
fn a_new_organization_has_one_primary_admin_who_is_active() {
    let house = House::new();
    assert_eq!(house.person("olive").status(), Status::Active);
    assert_eq!(
        house.directory().role_of(house.id("olive")),
        Some(OrganizationRole::PrimaryAdmin)
    );
}

/// R-ORG-1, R-AUD-1: the first event of a record is enough to begin with.
#[test]
fn the_event_of_its_founding_makes_the_organization() {
    let world = vestibule_domain::test_support::World::numbered(1);
    let (founded, event) = Directory::found(world.founding.clone());
    let mut other = founded.organization().clone();
    other.name = vestibule_domain::test_support::name("Something Else");
    other.user_management = UserManagement::Admins;
    let mut replayed = Directory::whole(other, Found::default());
    replayed.apply(&event);
    assert_eq!(replayed.organization(), founded.organization());
    assert!(replayed.users().eq(founded.users()));
    assert_eq!(replayed.violations(), []);
}

/// R-ORG-1, R-ORG-5, lesson 15.
#[test]
fn a_transfer_makes_one_the_primary_admin_and_the_other_an_admin() {
    for role in Role::ALL {
        let mut house = House::new().active("bob", *role);
        house.does("olive", house.to_transfer("bob"));
        let role_of = |who| house.directory().role_of(house.id(who));
        assert_eq!(role_of("bob"), Some(OrganizationRole::PrimaryAdmin));
        assert_eq!(role_of("olive"), Some(OrganizationRole::Admin));
    }
}

/// R-ORG-5, R-ORG-1, lesson 15: of two transfers at once the second is asked by an Admin.
#[test]
fn whoever_handed_over_cannot_hand_over_again() {
    let mut house = House::new().admin("bob").admin("cid");
    house.does("olive", house.to_transfer("bob"));
    assert_eq!(
        house.refusal("olive", house.to_transfer("cid")),
        "not_allowed"
    );
    assert_eq!(
        house.refusal("olive", house.to_give("bob", Role::User)),
        "not_allowed"
    );
}

/// R-ORG-5, lesson 16.
#[test]
fn ownership_goes_to_an_active_user_only() {
    let mut house = House::full();
    for (who, status) in [("ivy", Status::Invited), ("dan", Status::Deactivated)] {
        let outcome = house.asks("olive", house.to_transfer(who));
        assert_eq!(outcome, Err(Rejection::UserNotActive(status)));
    }
}

/// R-ORG-5, R-AUD-1.
#[test]
fn a_transfer_to_the_primary_admin_changes_nothing() {
    let mut house = House::new();
    assert_eq!(house.asks("olive", house.to_transfer("olive")), Ok(None));
}

/// R-ORG-5, R-INV-9.
#[test]
fn invitations_that_the_former_owner_sent_count_as_sent_by_the_new_one() {
    let mut house = House::new().user("bob").invited("ivy").invited("jon");
    house.does("olive", house.to_transfer("bob"));
    for who in ["ivy", "jon"] {
        let sender = house.person(who).invitation().unwrap().sender;
        assert_eq!(sender, Sender::User(house.id("bob")));
        assert_eq!(house.invitation_state(who), InvitationState::Pending);
    }
    assert_eq!(house.person("bob").sent_invitations.count, 2);
    assert_eq!(house.person("olive").sent_invitations.count, 0);
}

/// R-ORG-5: what the operator and other Admins sent stays theirs.
#[test]
fn a_transfer_moves_nobody_elses_invitations() {
    let mut house = House::new().admin("ann").user("bob").managed_by_admins();
    house.does("ann", house.to_invite("ivy", Role::User));
    house.does("operator", house.to_invite("jon", Role::User));
    house.does("olive", house.to_transfer("bob"));
    let sender = |who| house.person(who).invitation().unwrap().sender;
    assert_eq!(sender("ivy"), Sender::User(house.id("ann")));
    assert_eq!(sender("jon"), Sender::Operator);
}

/// R-ORG-5: for an owner who has left.
#[test]
fn the_operator_transfers_ownership() {
    let mut house = House::new().user("bob");
    house.does("operator", house.to_transfer("bob"));
    let role = house.directory().role_of(house.id("bob"));
    assert_eq!(role, Some(OrganizationRole::PrimaryAdmin));
}

/// R-ORG-5, R-SES-4: 15 minutes are fresh, and a microsecond more is not.
#[test]
fn a_transfer_needs_a_sign_in_not_older_than_15_minutes() {
    let mut house = House::new().user("bob").signed_in_before("olive", 15 * 60);
    let mut later = house.clone();
    let micros = later.now().micros() + 1;
    later.world.at = vestibule_domain::Timestamp::from_micros(micros).unwrap();
    assert_eq!(
        later.refusal("olive", later.to_transfer("bob")),
        "recent_sign_in_required"
    );
    house.does("olive", house.to_transfer("bob"));
}

/// R-ORG-2: even where Admins manage users.
#[test]
fn an_admin_who_manages_users_cannot_touch_the_primary_admin() {
    let mut house = House::full().managed_by_admins();
    for command in [
        house.to_deactivate("olive"),
        house.to_reactivate("olive"),
        house.to_remove("olive"),
        house.to_give("olive", Role::User),
        house.to_name("olive", "Nobody"),
    ] {
        assert_eq!(house.asks("ann", command), Err(Rejection::NotAllowed));
    }
    assert!(house.plan("ann", "olive").is_err());
}

/// R-ORG-2: Admins manage each other and themselves where they manage users.
#[test]
fn an_admin_who_manages_users_manages_other_admins_and_themself() {
    let mut house = House::new().admin("ann").admin("amy").managed_by_admins();
    house.does("ann", house.to_give("amy", Role::User));
    house.does("ann", house.to_give("ann", Role::User));
    assert_eq!(
        house.refusal("ann", house.to_deactivate("amy")),
        "user_not_in_organization"
    );
}

/// R-ORG-2: taking the setting back takes the right back.
#[test]
fn admins_manage_users_only_while_the_setting_says_so() {
    let mut house = House::full().managed_by_admins();
    house.does("ann", house.to_invite("jon", Role::Admin));
    house.does("olive", house.to_let_manage(UserManagement::PrimaryAdmin));
    assert_eq!(
        house.refusal("ann", house.to_invite("kim", Role::User)),
        "not_allowed"
    );
    assert_eq!(house.invitation_state("jon"), InvitationState::Suspended);
}

/// R-ORG-2, R-ORG-3: name and settings in one request, of which one is not theirs.
#[test]
fn an_admin_changes_the_name_and_nothing_with_it_that_is_the_primary_admins() {
    let mut house = House::new().admin("ann");
    let both = |user_management, invitation_lifetime| Command::UpdateOrganization {
        name: Some(vestibule_domain::test_support::name("Other")),
        user_management,
        invitation_lifetime,
    };
    let setting = house.directory().organization().user_management;
    let lifetime = house.directory().organization().invitation_lifetime;
    for command in [both(Some(setting), None), both(None, Some(lifetime))] {
        assert_eq!(house.asks("ann", command), Err(Rejection::NotAllowed));
    }
    house.does("ann", both(None, None));
    assert_eq!(house.directory().organization().name.as_str(), "Other");
}

/// R-AUD-1: one event however many fields, with before and after, and none for what is so.
#[test]
fn settings_change_in_one_event_and_none_when_they_are_so_already() {
    let mut house = House::new();
    let before = house.directory().organization().settings();
    let command = Command::UpdateOrganization {
        name: Some(vestibule_domain::test_support::name("Acme Group")),
        user_management: Some(UserManagement::Admins),
        invitation_lifetime: None,
    };
    let event = house.does("olive", command.clone());
    let after = house.directory().organization().settings();
    assert_eq!(event, Event::OrganizationUpdated { before, after });
    assert_eq!(house.asks("olive", command), Ok(None));
}

/// R-ORG-4.
#[test]
fn an_organization_role_opens_no_entity_until_its_holder_is_a_member() {
    let mut house = House::full();
    for who in ["olive", "ann"] {
        let before = house.check(who, "invoice:view", "mill");
        assert_eq!(before, Decision::Deny(Denial::NotAMember));
        // They may add themselves, and it is on record.
        let event = house.does(who, house.to_set(who, "mill", As::Auditor));
        assert_eq!(event.action(), "membership.added");
        assert_eq!(house.check(who, "invoice:view", "mill"), Decision::Allow);
        assert_eq!(
            house.check(who, "invoice:edit", "mill"),
            Decision::Deny(Denial::RoleLacksPermission)
        );
    }
}

/// R-ORG-2: where Admins manage "other users", members of entities are meant.
#[test]
fn an_entity_admin_manages_nobody_at_organization_level() {
    let mut house = House::full();
    for command in [
        house.to_remove("clerk"),
        house.to_deactivate("clerk"),
        house.to_give("clerk", Role::Admin),
        house.to_invite("nia", Role::User),
    ] {
        assert_eq!(house.asks("admin", command), Err(Rejection::NotAllowed));
    }
}
