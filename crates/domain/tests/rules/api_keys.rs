//! R-KEY: made, bounded by their makers, expired, ended.

use vestibule_domain::{ApiKeyId, Command, Event, Reading, Rejection, Timestamp, UserManagement};

use crate::house::{As, House, Key, Role};

/// R-KEY-1, R-KEY-2, R-KEY-3: every role of a key, by every kind of maker.
#[test]
fn keys_are_made_by_admins_and_managing_keys_by_who_manages_users() {
    for (setting, table) in [
        (
            UserManagement::PrimaryAdmin,
            [
                ("olive", "+++"),
                ("ann", "++r"),
                ("uma", "---"),
                ("operator", "---"),
                ("robot", "---"),
            ],
        ),
        (
            UserManagement::Admins,
            [
                ("olive", "+++"),
                ("ann", "+++"),
                ("uma", "---"),
                ("operator", "---"),
                ("robot", "---"),
            ],
        ),
    ] {
        for (who, row) in table {
            for (role, expected) in Key::ALL.iter().zip(row.chars()) {
                let mut house = House::full().key("robot", "olive", Key::UserManager);
                if setting == UserManagement::Admins {
                    house = house.managed_by_admins();
                }
                let found = match house.asks(who, house.to_make_key("new", *role)) {
                    Ok(Some(Event::ApiKeyCreated { key })) => {
                        assert_eq!((key.role, key.maker), (*role, house.id(who)));
                        '+'
                    }
                    Err(Rejection::NotAllowed) => '-',
                    Err(Rejection::RoleNotAssignable) => 'r',
                    other => panic!("{other:?}"),
                };
                assert_eq!(found, expected, "{role} by {who} under {setting}");
            }
        }
    }
}

/// R-KEY-2: each key as far as its maker's rights go at that moment, and no further.
#[test]
fn a_key_does_what_its_role_lets_and_its_maker_may() {
    // What the maker is, then for each role of key: create an entity, invite, see all users.
    type Row = (&'static str, fn(&mut House), [&'static str; 3]);
    let rows: [Row; 5] = [
        ("the Primary Admin", |_| {}, ["--+", "+-+", "+++"]),
        (
            "an Admin again",
            |house| {
                house.does("olive", house.to_transfer("ann"));
            },
            ["--+", "+-+", "+-+"],
        ),
        (
            "an Admin who manages users",
            |house| {
                house.does("olive", house.to_transfer("ann"));
                house.does("ann", house.to_let_manage(UserManagement::Admins));
            },
            ["--+", "+-+", "+++"],
        ),
        (
            "a User",
            |house| {
                house.does("olive", house.to_transfer("ann"));
                house.does("ann", house.to_give("olive", Role::User));
            },
            ["---", "---", "---"],
        ),
        (
            "Deactivated",
            |house| {
                house.does("olive", house.to_transfer("ann"));
                house.does("ann", house.to_deactivate("olive"));
            },
            ["xxx", "xxx", "xxx"],
        ),
    ];
    for (what, change, table) in rows {
        for (role, expected) in Key::ALL.iter().zip(table) {
            let mut house = House::full().key("robot", "olive", *role);
            change(&mut house);
            let told = |outcome: Result<bool, Rejection>| match outcome {
                Ok(true) => '+',
                Ok(false) | Err(Rejection::NotAllowed) => '-',
                Err(Rejection::NotSignedIn) => 'x',
                other => panic!("{other:?}"),
            };
            let everyone = house.reads("robot", &Reading::Users);
            let found: String = [
                told(
                    house
                        .asks("robot", house.to_create("quarry"))
                        .map(|it| it.is_some()),
                ),
                told(
                    house
                        .asks("robot", house.to_invite("nia", Role::User))
                        .map(|it| it.is_some()),
                ),
                told(everyone.map(|scope| scope == vestibule_domain::Scope::Everything)),
            ]
            .into_iter()
            .collect();
            assert_eq!(found, expected, "{role} key of {what}");
        }
    }
}

/// R-KEY-1: whatever `user_management` says.
#[test]
fn an_admin_key_never_manages_organization_level_users() {
    let mut house = House::full()
        .managed_by_admins()
        .key("robot", "olive", Key::Admin);
    for command in [
        house.to_invite("nia", Role::User),
        house.to_resend("ivy"),
        house.to_revoke("ivy"),
        house.to_give("uma", Role::Admin),
        house.to_name("ivy", "X"),
        house.to_deactivate("uma"),
        house.to_reactivate("dan"),
        house.to_remove("uma"),
    ] {
        assert_eq!(house.asks("robot", command), Err(Rejection::NotAllowed));
    }
    house.does("robot", house.to_set("uma", "mill", As::Admin));
}

/// R-KEY-2: a key of somebody who became a plain User may what they may in their entities.
#[test]
fn a_key_of_an_entity_admin_manages_that_entitys_members() {
    for (role, expected) in [
        (Key::Auditor, "not_allowed"),
        (Key::Admin, "+"),
        (Key::UserManager, "+"),
    ] {
        let mut house = House::full()
            .admin("pat")
            .managed_by_admins()
            .key("robot", "pat", role)
            .member("pat", "mill", As::Admin);
        house.does("olive", house.to_give("pat", Role::User));
        let found = match house.asks("robot", house.to_set("uma", "mill", As::Clerk)) {
            Ok(_) => "+",
            Err(rejection) => rejection.code(),
        };
        assert_eq!(found, expected, "{role}");
        assert_eq!(
            house.refusal("robot", house.to_set("uma", "bakery", As::Clerk)),
            "entity_not_found"
        );
    }
}

/// R-KEY-3: whatever its role, and however high its maker.
#[test]
fn a_key_never_transfers_ownership_changes_settings_or_touches_keys_and_accounts() {
    for role in Key::ALL {
        let mut house =
            House::full()
                .key("robot", "olive", *role)
                .key("other", "olive", Key::Auditor);
        for command in [
            house.to_transfer("ann"),
            house.to_let_manage(UserManagement::Admins),
            house.to_let_invitations_live(3600),
            house.to_make_key("new", Key::Auditor),
            house.to_end_key("other"),
            house.to_end_key("robot"),
            house.to_rename_account_of("olive", "X"),
            house.to_delete_account_of("olive"),
            house.to_erase("uma"),
        ] {
            assert_eq!(
                house.asks("robot", command.clone()),
                Err(Rejection::NotAllowed),
                "{command:?}"
            );
        }
        assert_eq!(
            house.reads("robot", &Reading::ApiKeys),
            Err(Rejection::NotAllowed)
        );
    }
}

/// R-KEY-1: until the microsecond before its expiry, and not at it.
#[test]
fn a_key_works_until_its_expiry_and_not_at_it() {
    let mut house = House::full();
    let expires_at = house.now().plus_seconds(60);
    house.does(
        "olive",
        house.to_make_key_until("robot", Key::Admin, Some(expires_at)),
    );
    house.world.at = Timestamp::from_micros(expires_at.micros() - 1).unwrap();
    house.does("robot", house.to_create("quarry"));
    house.world.at = expires_at;
    assert_eq!(
        house.asks("robot", house.to_create("x")),
        Err(Rejection::NotSignedIn)
    );
    assert_eq!(
        house.reads("robot", &Reading::Users),
        Err(Rejection::NotSignedIn)
    );
}

/// R-KEY-1.
#[test]
fn a_key_that_would_be_expired_when_made_is_refused() {
    let mut house = House::full();
    house.wait(10);
    for (micros, expected) in [(-1, false), (0, false), (1, true)] {
        let end = Timestamp::from_micros(house.now().micros() + micros).unwrap();
        let outcome = house.asks(
            "ann",
            house.to_make_key_until("robot", Key::Auditor, Some(end)),
        );
        if expected {
            assert!(outcome.is_ok());
        } else {
            assert_eq!(outcome, Err(Rejection::ExpiryNotInFuture));
        }
    }
}

/// R-KEY-3: an Admin their own, the Primary Admin and the operator every one; twice nobody.
#[test]
fn keys_are_ended_by_their_maker_the_primary_admin_and_the_operator() {
    for (who, expected) in [
        ("ann", "api_key.ended"),
        ("olive", "api_key.ended"),
        ("operator", "api_key.ended"),
        ("amy", "not_found"),
        ("uma", "not_allowed"),
        ("ivy", "not_found"),
        ("invitee", "not_allowed"),
    ] {
        let mut house = House::full().admin("amy").key("robot", "ann", Key::Admin);
        let end = house.to_end_key("robot");
        let found = match house.asks(who, end.clone()) {
            Ok(event) => event.unwrap().action(),
            Err(rejection) => rejection.code(),
        };
        assert_eq!(found, expected, "{who}");
        if found == "api_key.ended" {
            assert_eq!(house.asks("olive", end), Err(Rejection::ApiKeyNotFound));
            assert_eq!(
                house.reads("robot", &Reading::Users),
                Err(Rejection::NotSignedIn)
            );
        }
    }
}

/// R-KEY-3: who was demoted may not end their keys any more; who owns the organization may.
#[test]
fn a_demoted_maker_leaves_their_keys_to_the_primary_admin() {
    let mut house = House::full().key("robot", "ann", Key::Admin);
    house.does("olive", house.to_give("ann", Role::User));
    assert_eq!(
        house.refusal("ann", house.to_end_key("robot")),
        "not_allowed"
    );
    house.does("olive", house.to_end_key("robot"));
}

/// R-KEY-1, R-KEY-3: a key is what its id and maker say together.
#[test]
fn a_key_is_not_found_under_another_maker() {
    let mut house = House::full().key("robot", "ann", Key::Admin);
    let command = Command::EndApiKey {
        key: house.key_id("robot"),
        maker: house.id("olive"),
    };
    assert_eq!(house.asks("olive", command), Err(Rejection::ApiKeyNotFound));
    let unknown = Command::EndApiKey {
        key: ApiKeyId::new(house.fresh()),
        maker: house.id("ann"),
    };
    assert_eq!(
        house.asks("operator", unknown),
        Err(Rejection::ApiKeyNotFound)
    );
}

/// R-SES-4.
#[test]
fn making_a_key_needs_a_sign_in_not_older_than_15_minutes_and_ending_one_does_not() {
    let mut house = House::full()
        .key("robot", "ann", Key::Admin)
        .signed_in_before("ann", 15 * 60);
    house.does("ann", house.to_make_key("new", Key::Auditor));
    house.wait(1);
    assert_eq!(
        house.refusal("ann", house.to_make_key("newer", Key::Auditor)),
        "recent_sign_in_required"
    );
    house.does("ann", house.to_end_key("robot"));
}

/// R-KEY-1: ids come from the edge, and are fresh.
#[test]
fn an_id_that_is_in_use_makes_no_second_key() {
    let mut house = House::full().key("robot", "ann", Key::Admin);
    let Command::CreateApiKey {
        name,
        role,
        expires_at,
        digest,
        ..
    } = house.to_make_key("x", Key::Auditor)
    else {
        panic!("the making of a key");
    };
    let key = house.key_id("robot");
    let command = Command::CreateApiKey {
        key,
        name,
        role,
        expires_at,
        digest,
    };
    assert_eq!(house.asks("ann", command), Err(Rejection::IdInUse));
}

/// R-KEY-1: what finds a key does not belong in a log.
#[test]
fn the_digest_of_a_key_is_not_in_its_debug_text() {
    let house = House::full().key("robot", "ann", Key::Admin);
    let key = house.directory().api_keys().next().unwrap();
    assert!(format!("{key:?}").contains("SecretDigest(..)"));
}
