//! A whole that is broken by hand is found broken, in exactly what was broken.

use vestibule_domain::{
    ApiKey, ApiKeyId, AssignableRole, Directory, EntityId, EntityRole, Event, Found, InvitationId,
    Membership, Organization, Sender, SentInvitations, Timestamp, User, UserId, UserState,
    Violation,
};

use crate::house::{As, House, Key, Role};

fn house() -> House {
    House::full()
        .member("dan", "mill", As::Admin)
        .member("ivy", "mill", As::Clerk)
        .key("robot", "ann", Key::Admin)
        .invited("jon")
}

/// What a house is after somebody wrote to its rows, past all rules.
fn violations(tamper: impl FnOnce(&House, &mut Organization, &mut Found)) -> Vec<Violation> {
    let house = house();
    let directory = house.directory();
    let mut organization = directory.organization().clone();
    let mut found = Found {
        users: directory.users().cloned().collect(),
        entities: directory.entities().cloned().collect(),
        memberships: directory.memberships().collect(),
        api_keys: directory.api_keys().cloned().collect(),
    };
    tamper(&house, &mut organization, &mut found);
    Directory::whole(organization, found).violations()
}

fn user(found: &mut Found, id: UserId) -> &mut User {
    found.users.iter_mut().find(|user| user.id == id).unwrap()
}

/// The law that the others break.
#[test]
fn a_house_that_came_about_by_commands_has_no_violations() {
    assert_eq!(violations(|_, _, _| {}), []);
}

/// R-ORG-1.
#[test]
fn an_organization_without_its_primary_admin_is_found() {
    let none = violations(|house, organization, _| {
        organization.primary_admin = UserId::new(house.fresh())
    });
    assert_eq!(none, [Violation::NoPrimaryAdmin]);
    for (who, expected) in [
        (
            "dan",
            vec![
                Violation::PrimaryAdminNotActive,
                Violation::PrimaryAdminStoredAsUser,
            ],
        ),
        (
            "ivy",
            vec![
                Violation::PrimaryAdminNotActive,
                Violation::PrimaryAdminStoredAsUser,
            ],
        ),
        ("uma", vec![Violation::PrimaryAdminStoredAsUser]),
        ("ann", vec![]),
    ] {
        let found = violations(|house, organization, _| organization.primary_admin = house.id(who));
        assert_eq!(found, expected, "{who}");
    }
    let stored =
        violations(|house, _, found| user(found, house.id("olive")).role = AssignableRole::User);
    assert_eq!(stored, [Violation::PrimaryAdminStoredAsUser]);
}

/// R-INV-2, R-ENT-7, lessons 1 and 8.
#[test]
fn what_is_to_be_unique_and_is_not_is_found() {
    let house = house();
    let (uma, ulf, ivy, jon) = (
        house.id("uma"),
        house.id("ulf"),
        house.id("ivy"),
        house.id("jon"),
    );
    let twice = violations(|_, _, found| {
        user(found, ulf).email = vestibule_domain::test_support::email("UMA@example.com");
    });
    assert_eq!(twice, [Violation::EmailTwice(uma, ulf)]);
    let twice = violations(|_, _, found| user(found, ulf).state = user(found, uma).state.clone());
    assert_eq!(twice, [Violation::AccountTwice(uma, ulf)]);
    let twice = violations(|_, _, found| {
        // Of which both count as sent, so that nothing else is wrong.
        let (of_ivy, of_jon) = (
            user(found, ivy).invitation().unwrap().id,
            user(found, jon).invitation().unwrap().id,
        );
        user(found, jon).state = user(found, ivy).state.clone();
        let olive = user(found, house.id("olive"));
        olive.sent_invitations = olive.sent_invitations.without(of_jon).with(of_ivy);
    });
    assert_eq!(
        twice,
        [
            Violation::InvitationTwice(ivy, jon),
            Violation::InvitationHistoryWrong(house.person("ivy").invitation().unwrap().id),
        ]
    );
    let (bakery, mill) = (house.entity_id("bakery"), house.entity_id("mill"));
    let twice = violations(|_, _, found| {
        for entity in &mut found.entities {
            entity.name = vestibule_domain::test_support::name(if entity.id == mill {
                "BAKERY"
            } else {
                "bakery"
            });
        }
    });
    assert_eq!(twice, [Violation::NameTwice(bakery, mill)]);
}

/// R-REM-1, R-ENT-1, R-ENT-6, R-KEY-1, lesson 20.
#[test]
fn what_outlives_what_it_belongs_to_is_found() {
    let house = house();
    let (nobody, nowhere) = (UserId::new(house.fresh()), EntityId::new(house.fresh()));
    let mill = house.entity_id("mill");
    let stray = |user, entity| Membership {
        user,
        entity,
        role: EntityRole::Clerk,
    };
    let found = violations(|_, _, found| found.memberships.push(stray(nobody, mill)));
    assert_eq!(
        found,
        [
            Violation::MembershipWithoutUser(nobody, mill),
            Violation::MemberCountWrong(mill)
        ]
    );
    let uma = house.id("uma");
    let found = violations(|_, _, found| found.memberships.push(stray(uma, nowhere)));
    assert_eq!(found, [Violation::MembershipWithoutEntity(uma, nowhere)]);
    let key = |maker, found: &Found| ApiKey {
        id: ApiKeyId::new(nobody.uuid()),
        maker,
        ..found.api_keys[0].clone()
    };
    let id = ApiKeyId::new(nobody.uuid());
    let stray = violations(|_, _, found| found.api_keys.push(key(nobody, found)));
    assert_eq!(stray, [Violation::ApiKeyWithoutMaker(id)]);
    let of_invited = violations(|_, _, found| found.api_keys.push(key(house.id("ivy"), found)));
    assert_eq!(of_invited, [Violation::ApiKeyOfInvited(id)]);
    let of_deactivated = violations(|_, _, found| found.api_keys.push(key(house.id("dan"), found)));
    assert_eq!(of_deactivated, []);
}

/// R-ENT-8, R-REM-2.
#[test]
fn numbers_that_do_not_add_up_are_found() {
    let house = house();
    let bakery = house.entity_id("bakery");
    let entity = |found: &mut Found, id: EntityId| {
        found
            .entities
            .iter()
            .position(|entity| entity.id == id)
            .unwrap()
    };
    let found = violations(|_, _, found| {
        let place = entity(found, bakery);
        found.entities[place].member_count += 1;
    });
    assert_eq!(found, [Violation::MemberCountWrong(bakery)]);
    let found = violations(|_, _, found| {
        let place = entity(found, bakery);
        found.entities[place].active_admins = 0;
    });
    assert_eq!(found, [Violation::ActiveAdminsWrong(bakery)]);
    let olive = house.id("olive");
    let found =
        violations(|_, _, found| user(found, olive).sent_invitations = SentInvitations::default());
    assert_eq!(found, [Violation::SentInvitationsWrong(olive)]);
    let found = violations(|_, _, found| {
        let other = InvitationId::new(olive.uuid());
        let digest = SentInvitations::default().with(other).digest;
        user(found, olive).sent_invitations.digest = digest;
    });
    assert_eq!(found, [Violation::SentInvitationsWrong(olive)]);
    // A sender who is gone counts nothing, and is no violation (R-INV-9).
    let nobody = UserId::new(house.fresh());
    let ivy = house.id("ivy");
    let found = violations(|_, _, found| {
        let UserState::Invited(invitation) = &mut user(found, ivy).state else {
            panic!("ivy is invited");
        };
        invitation.sender = Sender::User(nobody);
        let id = invitation.id;
        let olive = user(found, olive);
        olive.sent_invitations = olive.sent_invitations.without(id);
    });
    assert_eq!(found, []);
}

/// R-INV-4.
#[test]
fn an_invitation_that_was_resent_too_often_or_ends_before_it_begins_is_found() {
    let house = house();
    let ivy = house.id("ivy");
    let malformed = |times: usize, expires_micros: i64| {
        violations(|_, _, found| {
            let UserState::Invited(invitation) = &mut user(found, ivy).state else {
                panic!("ivy is invited");
            };
            invitation.resent_at = vec![invitation.created_at; times];
            let end = invitation.created_at.micros() + expires_micros;
            invitation.expires_at = Timestamp::from_micros(end).unwrap();
        })
    };
    assert_eq!(malformed(5, 0), []);
    assert_eq!(malformed(6, 0), [Violation::InvitationMalformed(ivy)]);
    assert_eq!(malformed(0, -1), [Violation::InvitationMalformed(ivy)]);
}

/// R-INV-6: what the history tells as pending is pending with somebody.
#[test]
fn an_invitation_that_is_pending_in_the_history_alone_is_found() {
    let mut house = House::new();
    let mut invited = house.does("operator", house.to_invite("ivy", Role::User));
    let mut directory = house.directory().clone();
    let first = house.person("ivy").invitation().unwrap().id;
    let Event::UserInvited { invitation, .. } = &mut invited else {
        panic!("an invitation");
    };
    // Their row is written over; what was pending before is told as pending still.
    invitation.id = InvitationId::new(house.fresh());
    directory.apply(&invited);
    assert_eq!(
        directory.violations(),
        [Violation::InvitationHistoryWrong(first)]
    );
}
