//! Permission checks: what each role may, why not, and that every way to ask gives one answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use vestibule_domain::{
    Access, Condition, ConditionalGrant, Decision, Denial, Directory, EntityId, EntityStatus,
    Policy, PolicyRule, Status, Stop, UserId,
};

use crate::house::{As, House};

/// Asks by every way there is; all give the same answer.
fn check(house: &House, user: UserId, permission: &str, entity: EntityId) -> Decision {
    let directory = house.directory();
    let explanation = directory.explain(user, permission, entity).unwrap();
    let decision = directory.check(user, permission, entity).unwrap();
    assert_eq!(explanation.decision, decision);
    assert_eq!(
        Access::of(directory).check_named(user, permission, entity),
        decision
    );
    decision
}

/// The table of rules.md: every permission for every entity role.
#[test]
fn every_entity_role_may_what_the_table_says() {
    const TABLE: [(&str, &str); 16] = [
        ("invoice:view", "xxxxx"),
        ("invoice:upload", "xx-x-"),
        ("invoice:edit", "xx-x-"),
        ("invoice:approve", "xxa--"),
        ("invoice:reject", "xxa--"),
        ("vendor:view", "xxxxx"),
        ("vendor:manage", "xx-x-"),
        ("notice:resolve", "xx-x-"),
        ("policy:manage", "xx---"),
        ("rule:manage", "xx---"),
        ("report:view", "xx--x"),
        ("audit:view", "x---x"),
        ("member:view", "xxxxx"),
        ("member:manage", "xx---"),
        ("integration:manage", "x----"),
        ("settings:manage", "x----"),
    ];
    let house = House::full();
    let bakery = house.entity_id("bakery");
    for (permission, row) in TABLE {
        for (role, mark) in As::ALL.iter().zip(row.chars()) {
            let expected = match mark {
                'x' => Decision::Allow,
                'a' => Decision::AllowIfAssigned,
                _ => Decision::Deny(Denial::RoleLacksPermission),
            };
            let found = check(&house, house.id(role.as_str()), permission, bakery);
            assert_eq!(found, expected, "{permission} as {role}");
        }
    }
}

/// The first reason that holds, over every combination of what can be wrong.
#[test]
fn a_denial_gives_the_first_reason_that_holds() {
    let house = House::full()
        .deactivated("don")
        .member("dan", "bakery", As::Clerk)
        .member("ivy", "bakery", As::Clerk)
        .invited("ian")
        .entity("attic")
        .member("clerk", "attic", As::Clerk)
        .member("admin", "attic", As::Admin)
        .member("dan", "attic", As::Admin)
        .archived("attic");
    let nobody = UserId::new(house.fresh());
    let nowhere = EntityId::new(house.fresh());
    let (bakery, attic) = (house.entity_id("bakery"), house.entity_id("attic"));
    let users = [("nobody", nobody)].into_iter().chain(
        ["clerk", "admin", "uma", "dan", "don", "ivy", "ian", "olive"]
            .map(|who| (who, house.id(who))),
    );
    for (who, user) in users {
        for (what, entity) in [("bakery", bakery), ("attic", attic), ("nowhere", nowhere)] {
            for permission in ["settings:manage", "no:such", "", "INVOICE:VIEW", "entity"] {
                let expected = if permission != "settings:manage" {
                    Denial::UnknownPermission
                } else {
                    match (who, what) {
                        ("nobody", _) => Denial::NotAUser,
                        ("dan" | "don" | "ivy" | "ian", _) => Denial::UserNotActive,
                        ("admin", "bakery") => {
                            assert_eq!(check(&house, user, permission, entity), Decision::Allow);
                            continue;
                        }
                        (_, "nowhere") | ("uma" | "olive", _) => Denial::NotAMember,
                        (_, "attic") => Denial::EntityArchived,
                        _ => Denial::RoleLacksPermission,
                    }
                };
                let found = check(&house, user, permission, entity);
                assert_eq!(
                    found,
                    Decision::Deny(expected),
                    "{permission} by {who} in {what}"
                );
            }
        }
    }
}

/// R-ANS-1: data for programs, a sentence for people.
#[test]
fn an_explanation_says_in_a_sentence_why() {
    let house = House::full()
        .entity("attic")
        .member("clerk", "attic", As::Clerk)
        .archived("attic");
    let said = |who: &str, permission: &str, entity: &str| {
        let (user, entity) = (house.id(who), house.entity_id(entity));
        let explanation = house.directory().explain(user, permission, entity).unwrap();
        assert_eq!(explanation.permission, permission);
        assert_eq!(explanation.status, Some(house.person(who).status()));
        assert_eq!(explanation.role, house.directory().membership(user, entity));
        explanation.to_string()
    };
    assert_eq!(
        said("clerk", "invoice:edit", "bakery"),
        "allowed: the role clerk has `invoice:edit`"
    );
    assert_eq!(
        said("approver", "invoice:approve", "bakery"),
        "allowed for what is assigned to them: the role approver has `invoice:approve` so far"
    );
    assert_eq!(
        said("clerk", "invoice:approve", "bakery"),
        "denied: the role clerk does not have `invoice:approve`"
    );
    assert_eq!(
        said("clerk", "no:such", "bakery"),
        "denied: the policy has no permission `no:such`"
    );
    assert_eq!(
        said("dan", "invoice:view", "bakery"),
        "denied: the user is deactivated, not active"
    );
    assert_eq!(
        said("ivy", "invoice:view", "bakery"),
        "denied: the user is invited, not active"
    );
    assert_eq!(
        said("uma", "invoice:view", "bakery"),
        "denied: the user is not a member of the entity"
    );
    assert_eq!(
        said("clerk", "invoice:view", "attic"),
        "denied: the entity is archived"
    );
    let nobody = UserId::new(house.fresh());
    let explanation = house
        .directory()
        .explain(nobody, "invoice:view", house.entity_id("bakery"))
        .unwrap();
    assert_eq!(explanation.status, None::<Status>);
    assert_eq!(
        explanation.to_string(),
        "denied: there is no such user in the organization"
    );
}

/// R-ENT-6, R-REM-5, lesson 45: the next check is right, whatever was asked before.
#[test]
fn a_check_answers_by_what_is_now() {
    let mut house = House::full();
    let decision = |house: &House| house.check("clerk", "invoice:edit", "bakery");
    assert_eq!(decision(&house), Decision::Allow);
    house.does("olive", house.to_set("clerk", "bakery", As::Auditor));
    assert_eq!(
        decision(&house),
        Decision::Deny(Denial::RoleLacksPermission)
    );
    house.does("olive", house.to_set("clerk", "bakery", As::Clerk));
    house.does("olive", house.to_deactivate("clerk"));
    assert_eq!(decision(&house), Decision::Deny(Denial::UserNotActive));
    house.does("olive", house.to_reactivate("clerk"));
    assert_eq!(decision(&house), Decision::Allow);
    house.does("olive", house.to_remove("clerk"));
    assert_eq!(decision(&house), Decision::Deny(Denial::NotAUser));
}

/// A part never takes "not loaded" for "not there", in checks neither.
#[test]
fn a_part_asks_for_user_entity_and_membership_before_it_answers() {
    let house = House::full();
    let part = Directory::part(house.directory().organization().clone());
    let (user, entity) = (house.id("clerk"), house.entity_id("bakery"));
    let Err(Stop::Missing(wanted)) = part.check(user, "invoice:view", entity) else {
        panic!("an empty part has no answer");
    };
    assert_eq!(
        *wanted,
        vestibule_domain::Wanted::new()
            .user(user)
            .entity(entity)
            .membership(user, entity)
    );
}

fn rule(permission: &str, roles: &[As], assigned: &[As]) -> PolicyRule {
    PolicyRule {
        permission: permission.to_owned(),
        roles: roles.to_vec(),
        conditional: assigned
            .iter()
            .map(|role| ConditionalGrant {
                role: *role,
                condition: Condition::Assigned,
            })
            .collect(),
    }
}

/// Permissions are data: every set of roles, with and without condition, answers as it says.
#[test]
fn another_policy_answers_by_its_own_table() {
    // Three states for each of five roles: never, always, if assigned.
    let states = 3_usize.pow(5);
    let rules: Vec<_> = (0..states)
        .map(|state| {
            let of = |mark| {
                As::ALL
                    .iter()
                    .enumerate()
                    .filter(|(place, _)| {
                        state / 3_usize.pow(u32::try_from(*place).unwrap()) % 3 == mark
                    })
                    .map(|(_, role)| *role)
                    .collect::<Vec<_>>()
            };
            rule(&format!("thing:do_{state}"), &of(1), &of(2))
        })
        .collect();
    let house = House::full();
    let policy = Arc::new(Policy::new(rules.clone()).unwrap());
    let directory = house.directory().clone().under(policy);
    let access = Access::of(&directory);
    let bakery = house.entity_id("bakery");
    for rule in &rules {
        let permission = access.permission(&rule.permission).unwrap();
        for role in As::ALL {
            let expected = if rule.roles.contains(role) {
                Decision::Allow
            } else if rule.conditional.iter().any(|grant| grant.role == *role) {
                Decision::AllowIfAssigned
            } else {
                Decision::Deny(Denial::RoleLacksPermission)
            };
            assert_eq!(
                access.check(house.id(role.as_str()), permission, bakery),
                expected
            );
        }
    }
    let unknown = access.check_named(house.id("admin"), "invoice:view", bakery);
    assert_eq!(unknown, Decision::Deny(Denial::UnknownPermission));
}

/// An entity that is archived or gone, a user of any status: the index says what the rows say.
#[test]
fn the_index_answers_as_the_directory_for_everybody_everywhere() {
    let house = House::full()
        .member("dan", "mill", As::Admin)
        .member("ivy", "mill", As::Clerk)
        .entity("attic")
        .member("clerk", "attic", As::Admin)
        .archived("attic");
    let mut seen = BTreeMap::<String, usize>::new();
    let users: Vec<_> = house.directory().users().map(|user| user.id).collect();
    for user in users.into_iter().chain([UserId::new(house.fresh())]) {
        let entities: Vec<_> = house
            .directory()
            .entities()
            .map(|entity| (entity.id, entity.status))
            .collect();
        for (entity, status) in entities
            .into_iter()
            .chain([(EntityId::new(house.fresh()), EntityStatus::Active)])
        {
            for permission in [
                "invoice:view",
                "invoice:approve",
                "settings:manage",
                "no:such",
            ] {
                let decision = check(&house, user, permission, entity);
                assert!(status == EntityStatus::Active || decision.denial().is_some());
                *seen.entry(format!("{decision:?}")).or_default() += 1;
            }
        }
    }
    assert_eq!(seen.len(), 8, "every answer there is was given: {seen:?}");
}

/// The words of an answer, as clients see them.
#[test]
fn decisions_and_denials_have_stable_words() {
    let words: Vec<_> = Denial::ALL.iter().map(|denial| denial.as_str()).collect();
    assert_eq!(
        words,
        [
            "unknown_permission",
            "not_a_user",
            "user_not_active",
            "not_a_member",
            "entity_archived",
            "role_lacks_permission",
        ]
    );
    assert_eq!(Decision::Allow.as_str(), "allow");
    assert_eq!(Decision::AllowIfAssigned.as_str(), "allow_if_assigned");
    assert_eq!(Decision::Deny(Denial::NotAMember).as_str(), "deny");
}
