//! What an actor may look at, and how much of it they see (R-ORG-3, R-ANS-2).

use std::collections::BTreeSet;
use std::sync::Arc;

use vestibule_domain::{
    EntityId, Policy, PolicyRule, Reading, Rejection, Scope, Sight, UserId, UserManagement,
};

use crate::house::{As, House, Key, Role};

/// `all` everything, `own` what they see, `-` not_allowed, `0` not there, `x` not signed in.
const TABLE: &str = "
                  owner admin user clerk invited deactivated stranger operator invitee auditor_key admin_key manager_key
organization      all   all   -    -     0       0           0        all      -       all         all       all
users             all   all   own  own   0       0           0        all      -       all         all       all
themself          all   all   own  own   0       0           0        -        -       all         all       all
a_colleague       all   all   0    own   0       0           0        all      -       all         all       all
a_stranger        0     0     0    0     0       0           0        0        -       0           0         0
invitations       all   all   -    -     0       0           0        all      -       all         all       all
entities          all   all   own  own   0       0           0        all      -       all         all       all
their_entity      all   all   0    own   0       0           0        all      -       all         all       all
another_entity    all   all   0    0     0       0           0        all      -       all         all       all
no_entity         0     0     0    0     0       0           0        0        -       0           0         0
archived_entity   all   all   0    0     0       0           0        all      -       all         all       all
their_members     all   all   0    all   0       0           0        all      -       all         all       all
other_members     all   all   0    0     0       0           0        all      -       all         all       all
their_candidates  all   all   0    -     0       0           0        all      -       -           all       all
checks_of_self    all   all   all  all   0       0           0        -        -       all         all       all
checks_of_others  all   all   -    -     0       0           0        all      -       all         all       all
no_checks         all   all   all  all   0       0           0        all      -       all         all       all
audit_events      all   all   -    -     0       0           0        all      -       all         all       all
api_keys          all   own   -    -     0       0           0        all      -       -           -         -
";

fn reading(house: &House, who: &str, what: &str) -> Option<Reading> {
    let oneself = || match house.actor(who) {
        vestibule_domain::Actor::Operator | vestibule_domain::Actor::Invitee => None,
        actor => actor.person(),
    };
    Some(match what {
        "organization" => Reading::Organization,
        "users" => Reading::Users,
        "themself" => Reading::User(oneself()?),
        "a_colleague" => Reading::User(house.id("manager")),
        "a_stranger" => Reading::User(UserId::new(house.fresh())),
        "invitations" => Reading::Invitations,
        "entities" => Reading::Entities,
        "their_entity" => Reading::Entity(house.entity_id("bakery")),
        "another_entity" => Reading::Entity(house.entity_id("mill")),
        "no_entity" => Reading::Entity(EntityId::new(house.fresh())),
        "archived_entity" => Reading::Entity(house.entity_id("attic")),
        "their_members" => Reading::Members(house.entity_id("bakery")),
        "other_members" => Reading::Members(house.entity_id("mill")),
        "their_candidates" => Reading::Candidates(house.entity_id("bakery")),
        "checks_of_self" => Reading::Checks(BTreeSet::from([oneself()?])),
        "checks_of_others" => Reading::Checks(BTreeSet::from([house.id("manager")])),
        "no_checks" => Reading::Checks(BTreeSet::new()),
        "audit_events" => Reading::AuditEvents,
        "api_keys" => Reading::ApiKeys,
        other => panic!("the table reads {other}"),
    })
}

/// R-ORG-3, R-ENT-3, R-ENT-6, R-DEA-1, R-KEY-1, R-KEY-3, R-ANS-2.
#[test]
fn everything_is_seen_by_whom_the_table_says_and_by_nobody_else() {
    let house = House::full()
        .entity("attic")
        .member("clerk", "attic", As::Admin)
        .archived("attic")
        .key("auditor_key", "ann", Key::Auditor)
        .key("admin_key", "ann", Key::Admin)
        .key("manager_key", "olive", Key::UserManager);
    let mut rows = TABLE.lines().filter(|line| !line.trim().is_empty());
    let kinds: Vec<_> = rows.next().unwrap().split_whitespace().collect();
    let mut wrong = Vec::new();
    for row in rows {
        let mut cells = row.split_whitespace();
        let what = cells.next().unwrap();
        let expected: Vec<_> = cells.collect();
        assert_eq!(expected.len(), kinds.len(), "a cell for each actor: {what}");
        for (kind, expected) in kinds.iter().zip(expected) {
            let who = match *kind {
                "owner" => "olive",
                "admin" => "ann",
                "user" => "uma",
                "invited" => "ivy",
                "deactivated" => "dan",
                other => other,
            };
            let found = match reading(&house, who, what).map(|reading| house.reads(who, &reading)) {
                None => "-",
                Some(Ok(Scope::Everything)) => "all",
                Some(Ok(Scope::Sight(_))) => "own",
                Some(Err(rejection)) => match rejection.code() {
                    "not_allowed" => "-",
                    "not_found" | "user_not_in_organization" | "entity_not_found" => "0",
                    "not_signed_in" => "x",
                    other => other,
                },
            };
            if found != expected {
                wrong.push(format!("{what} by {kind}: {found}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// R-ORG-3: only the memberships in entities that they themself see.
#[test]
fn a_user_sees_the_open_entities_they_are_a_member_of() {
    let house = House::full()
        .entity("attic")
        .member("uma", "bakery", As::Auditor)
        .member("uma", "attic", As::Admin)
        .archived("attic");
    let expected = Sight {
        user: house.id("uma"),
        entities: BTreeSet::from([house.entity_id("bakery")]),
        people_of: BTreeSet::from([house.entity_id("bakery")]),
    };
    for reading in [
        Reading::Users,
        Reading::Entities,
        Reading::User(house.id("clerk")),
    ] {
        assert_eq!(
            house.reads("uma", &reading),
            Ok(Scope::Sight(expected.clone()))
        );
    }
}

/// R-ORG-3: of an entity whose members their role does not let them see, they see no people.
#[test]
fn a_user_sees_people_only_where_their_role_lets_them() {
    let view = PolicyRule {
        permission: "member:view".to_owned(),
        roles: vec![As::Admin, As::Manager],
        conditional: Vec::new(),
    };
    let mut house = House::full();
    let policy = Arc::new(Policy::new(vec![view]).unwrap());
    house.world.directory = house.world.directory.under(policy);
    let bakery = house.entity_id("bakery");
    for role in As::ALL {
        let who = role.as_str();
        let sees = matches!(role, As::Admin | As::Manager);
        let colleague = if *role == As::Clerk {
            "auditor"
        } else {
            "clerk"
        };
        let directory = house.directory();
        let read = |reading| directory.may_read(&house.actor(who), &reading, house.now());
        assert_eq!(
            read(Reading::User(house.id(colleague))).is_ok(),
            sees,
            "{role}"
        );
        assert_eq!(read(Reading::Members(bakery)).is_ok(), sees, "{role}");
        assert!(
            read(Reading::Entity(bakery)).is_ok(),
            "the entity itself is theirs to see"
        );
        let Ok(Scope::Sight(sight)) = read(Reading::Users) else {
            panic!("a User sees a part");
        };
        assert_eq!(sight.entities, BTreeSet::from([bakery]));
        assert_eq!(sight.people_of.is_empty(), !sees);
    }
}

/// R-ENT-3: who may manage members may look up whom to add.
#[test]
fn candidates_are_shown_to_who_manages_the_members() {
    let house = House::full();
    let candidates = Reading::Candidates(house.entity_id("bakery"));
    for role in As::ALL {
        let expected = match role {
            As::Admin | As::Manager => Ok(Scope::Everything),
            As::Approver | As::Clerk | As::Auditor => Err(Rejection::NotAllowed),
        };
        assert_eq!(house.reads(role.as_str(), &candidates), expected, "{role}");
    }
    let elsewhere = Reading::Candidates(house.entity_id("mill"));
    assert!(matches!(
        house.reads("admin", &elsewhere),
        Err(Rejection::EntityNotFound(_))
    ));
}

/// R-KEY-3: an Admin their own, the Primary Admin every one.
#[test]
fn an_admin_sees_their_own_keys() {
    let house = House::full();
    let Ok(Scope::Sight(sight)) = house.reads("ann", &Reading::ApiKeys) else {
        panic!("an Admin sees a part");
    };
    assert_eq!(sight.user, house.id("ann"));
}

/// R-KEY-2: a key sees what its maker sees, and a maker who became a User sees little.
#[test]
fn a_key_of_a_demoted_maker_sees_what_they_see() {
    for role in Key::ALL {
        let mut house = House::full()
            .admin("pat")
            .managed_by_admins()
            .key("robot", "pat", *role);
        house.does("olive", house.to_set("pat", "bakery", As::Clerk));
        house.does("olive", house.to_give("pat", Role::User));
        house.does("olive", house.to_let_manage(UserManagement::PrimaryAdmin));
        assert_eq!(
            house.reads("robot", &Reading::Users),
            house.reads("pat", &Reading::Users)
        );
        for reading in [
            Reading::Organization,
            Reading::AuditEvents,
            Reading::Invitations,
        ] {
            assert_eq!(house.reads("robot", &reading), Err(Rejection::NotAllowed));
        }
        let of_maker = Reading::Checks(BTreeSet::from([house.id("pat")]));
        assert_eq!(house.reads("robot", &of_maker), Ok(Scope::Everything));
    }
}

/// R-ORG-3, R-ANS-2: everybody, over every pair of people and every role in two entities.
#[test]
fn people_see_each_other_exactly_where_they_share_an_open_entity() {
    let places: Vec<Option<As>> = [None, Some(As::Clerk), Some(As::Admin)].to_vec();
    for viewers in &places {
        for others in &places {
            for archived in [false, true] {
                let mut house = House::new().entity("bakery").user("uma").user("ulf");
                for (who, role) in [("uma", viewers), ("ulf", others)] {
                    if let Some(role) = role {
                        house = house.member(who, "bakery", *role);
                    }
                }
                if archived {
                    house = house.archived("bakery");
                }
                let sees = house.reads("uma", &Reading::User(house.id("ulf"))).is_ok();
                assert_eq!(sees, viewers.is_some() && others.is_some() && !archived);
            }
        }
    }
}
