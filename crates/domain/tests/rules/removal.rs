//! R-REM: the plan, the cascade, leaving, the end of an account, and what is left after.

use vestibule_domain::{
    Change, Event, InvitationEnd, InvitationState, LostApiKey, LostMembership, Reading, Rejection,
    Removal, RemovalPlan, SentInvitations, Stop,
};

use crate::house::{As, House, Key, Role};

/// Pat, who is in several entities, made keys and sent invitations.
fn house_with_pat(status: &str) -> House {
    let mut house = House::full()
        .admin("pat")
        .managed_by_admins()
        .entity("attic")
        .member("pat", "bakery", As::Clerk)
        .member("pat", "mill", As::Admin)
        .member("pat", "attic", As::Admin)
        .archived("attic")
        .key("robot", "pat", Key::UserManager)
        .key("reader", "pat", Key::Auditor)
        .key("other", "ann", Key::Admin);
    house.does("pat", house.to_invite("jon", Role::User));
    house.does("robot", house.to_invite("kim", Role::Admin));
    if status == "deactivated" {
        house.does("olive", house.to_deactivate("pat"));
    }
    house
}

/// R-REM-2.
#[test]
fn the_plan_names_everything_that_would_be_lost() {
    let house = house_with_pat("active");
    let plan = house.plan("olive", "pat").unwrap();
    let lost: Vec<_> = plan
        .memberships
        .iter()
        .map(|lost| (lost.entity_name.as_str(), lost.role))
        .collect();
    assert_eq!(
        lost,
        [
            ("bakery", As::Clerk),
            ("mill", As::Admin),
            ("attic", As::Admin)
        ]
    );
    let keys: Vec<_> = plan
        .api_keys
        .iter()
        .map(|lost| lost.name.as_str())
        .collect();
    assert_eq!(keys, ["robot", "reader"]);
    assert_eq!(plan.sent_invitations.count, 2);
    assert_eq!(plan.invitation, None);
    // An archived entity needs no Admin.
    assert_eq!(plan.entities_left_without_admin, [house.entity_id("mill")]);
}

/// R-REM-2, R-ENT-8, lesson 28: only where nobody else Active is Admin, and they are it now.
#[test]
fn the_plan_warns_of_entities_left_without_an_admin_and_of_no_others() {
    let warns = |house: &House, who| {
        !house
            .plan("olive", who)
            .unwrap()
            .entities_left_without_admin
            .is_empty()
    };
    let house = House::full().member("uma", "mill", As::Admin);
    assert!(warns(&house, "uma"));
    assert!(!warns(&house, "clerk"));
    assert!(!warns(
        &house.clone().member("ulf", "mill", As::Admin),
        "uma"
    ));
    assert!(
        warns(&house.clone().member("ivy", "mill", As::Admin), "uma"),
        "an Invited Admin does not count"
    );
    assert!(
        warns(&house.clone().member("dan", "mill", As::Admin), "uma"),
        "nor does a Deactivated one"
    );
    assert!(!warns(&house.clone().archived("mill"), "uma"));
    let mut already = house.clone();
    already.does("olive", already.to_deactivate("uma"));
    assert!(!warns(&already, "uma"), "it is without one already");
}

/// R-REM-2: as the removal itself, to whom it would be refused, but that a sign-in may be old.
#[test]
fn the_plan_is_shown_to_who_may_remove_and_to_oneself() {
    let house = House::full()
        .key("manager_key", "olive", Key::UserManager)
        .key("admin_key", "olive", Key::Admin)
        .signed_in_before("olive", 3600);
    for (who, of, expected) in [
        ("olive", "ann", Ok(())),
        ("operator", "ann", Ok(())),
        ("manager_key", "ann", Ok(())),
        ("ann", "ann", Ok(())),
        ("clerk", "clerk", Ok(())),
        ("ann", "clerk", Err(Rejection::NotAllowed)),
        ("admin_key", "clerk", Err(Rejection::NotAllowed)),
        ("admin", "clerk", Err(Rejection::NotAllowed)),
        (
            "uma",
            "clerk",
            Err(Rejection::UserNotInOrganization(house.id("clerk"))),
        ),
        ("dan", "dan", Err(Rejection::NotFound)),
        ("ivy", "ivy", Err(Rejection::NotFound)),
        ("invitee", "ivy", Err(Rejection::NotAllowed)),
        ("olive", "olive", Err(Rejection::PrimaryAdminMustTransfer)),
    ] {
        let found = house.plan(who, of).map(drop);
        assert_eq!(found, expected.map_err(Stop::Rejected), "{who} of {of}");
    }
}

/// R-REM-1, R-REM-2, lessons 17 and 20: of an Active, a Deactivated and an Invited user.
#[test]
fn a_removal_takes_everything_that_was_theirs_in_one_event_and_nothing_else() {
    for status in ["active", "deactivated"] {
        let mut house = house_with_pat(status);
        let (pat, plan) = (house.id("pat"), house.plan("olive", "pat").unwrap());
        let before = house.directory().clone();
        let event = house.does("olive", house.to_remove("pat"));
        assert_eq!(
            event,
            Event::UserRemoved {
                plan,
                removal: Removal::Removed,
                at: house.now()
            }
        );
        assert!(!house.has("pat"));
        let mut memberships: Vec<_> = before.memberships().collect();
        memberships.retain(|membership| membership.user != pat);
        assert_eq!(
            house.directory().memberships().collect::<Vec<_>>(),
            memberships
        );
        let keys: Vec<_> = house
            .directory()
            .api_keys()
            .map(|key| key.name.as_str())
            .collect();
        assert_eq!(keys, ["other"]);
        let mut users: Vec<_> = before.users().cloned().collect();
        users.retain(|user| user.id != pat);
        assert_eq!(
            house.directory().users().cloned().collect::<Vec<_>>(),
            users
        );
        for who in ["jon", "kim"] {
            assert_eq!(house.invitation_state(who), InvitationState::Suspended);
        }
    }
}

/// R-REM-1, R-INV-5: their pending invitation ends as revoked.
#[test]
fn removing_an_invited_user_ends_their_invitation() {
    let mut house = House::full().member("ivy", "mill", As::Admin);
    let ivy = house.id("ivy");
    let plan = house.plan("olive", "ivy").unwrap();
    assert_eq!(
        plan.invitation,
        house.person("ivy").invitation().map(|it| it.id)
    );
    assert!(plan.entities_left_without_admin.is_empty());
    let accept = house.to_accept("ivy");
    house.does("olive", house.to_remove("ivy"));
    let record = house
        .directory()
        .invitations()
        .find(|it| it.user == ivy)
        .unwrap();
    assert_eq!(record.ended, Some((InvitationEnd::Revoked, house.now())));
    assert_eq!(
        house.asks("invitee", accept),
        Err(Rejection::InvitationNotUsable)
    );
    assert_eq!(
        house.person("olive").sent_invitations,
        SentInvitations::default()
    );
}

/// R-REM-1: what storage writes of a removal is the cascade, row by row.
#[test]
fn the_changes_of_a_removal_are_its_cascade() {
    let mut house = house_with_pat("active");
    house.world.directory.settle();
    house.does("olive", house.to_remove("pat"));
    let changes = house.directory().changes();
    let gone = |deletes: usize, all: usize| assert_eq!((deletes, all), (all, all));
    let deleted = changes
        .memberships
        .iter()
        .filter(|it| matches!(it, Change::Delete(_)));
    gone(deleted.count(), 3);
    let deleted = changes
        .api_keys
        .iter()
        .filter(|it| matches!(it, Change::Delete(_)));
    gone(deleted.count(), 2);
    assert!(
        matches!(changes.users.as_slice(), [Change::Delete(user)] if user.id == house.id("pat"))
    );
    assert_eq!(changes.entities.len(), 3, "their counts of members move");
    assert_eq!(changes.organization, None);
    assert_eq!(changes.invitations, []);
}

/// R-REM-2: refused when the plan is no longer that, for each thing that can change in it.
#[test]
fn a_removal_is_refused_when_something_would_go_that_was_not_shown() {
    type Way = (&'static str, fn(&mut House));
    let changes: [Way; 11] = [
        ("a membership more", |h| {
            drop(h.does("olive", h.to_set("ulf", "attic", As::Clerk)))
        }),
        ("a membership less", |h| {
            drop(h.does("olive", h.to_take_out("ulf", "mill")))
        }),
        ("another role", |h| {
            drop(h.does("olive", h.to_set("ulf", "mill", As::Clerk)))
        }),
        ("an entity's name", |h| {
            drop(h.does("olive", h.to_rename_entity("mill", "Mühle")))
        }),
        ("an entity archived", |h| {
            drop(h.does("olive", h.to_archive("mill")))
        }),
        ("an Admin beside them", |h| {
            drop(h.does("olive", h.to_set("uma", "mill", As::Admin)))
        }),
        ("a key more", |h| {
            drop(h.does("ulf", h.to_make_key("new", Key::Admin)))
        }),
        ("a key less", |h| drop(h.does("ulf", h.to_end_key("robot")))),
        ("an invitation sent", |h| {
            drop(h.does("ulf", h.to_invite("nia", Role::User)))
        }),
        ("an invitation accepted", |h| {
            drop(h.does("invitee", h.to_accept("jon")))
        }),
        ("one invitation for another", |h| {
            h.does("olive", h.to_revoke("jon"));
            h.does("ulf", h.to_invite("nia", Role::User));
        }),
    ];
    for (why, change) in changes {
        let mut house = House::full()
            .entity("attic")
            .admin("ulrike")
            .managed_by_admins();
        house.does("olive", house.to_give("ulf", Role::Admin));
        house = house
            .member("ulf", "mill", As::Admin)
            .key("robot", "ulf", Key::Admin);
        house.does("ulf", house.to_invite("jon", Role::User));
        let seen = house.fingerprint("ulf");
        change(&mut house);
        let outcome = house.asks("olive", house.to_remove_as_seen("ulf", seen));
        assert_eq!(outcome, Err(Rejection::RemovalPlanChanged), "{why}");
        let now = house.fingerprint("ulf");
        assert_ne!(now, seen, "{why}");
        house.does("olive", house.to_remove_as_seen("ulf", now));
    }
}

/// R-REM-2: over what is stored, not over readings of the clock, nor over what others do elsewhere.
#[test]
fn the_fingerprint_stays_while_nothing_of_the_plan_changes() {
    let mut house = house_with_pat("active");
    let seen = house.fingerprint("pat");
    house.wait(40 * 24 * 3600);
    house.does("olive", house.to_set("uma", "bakery", As::Clerk));
    house.does("olive", house.to_give("pat", Role::User));
    house.does("pat", house.to_rename_account_of("pat", "Patricia"));
    assert_eq!(house.fingerprint("pat"), seen);
    // Nor does it matter who looks.
    assert_eq!(house.plan("pat", "pat").unwrap().fingerprint(), seen);
    assert_eq!(house.plan("operator", "pat").unwrap().fingerprint(), seen);
    house.does("olive", house.to_remove_as_seen("pat", seen));
}

/// R-REM-2: the parts of a plan cannot be shifted into each other.
#[test]
fn plans_that_differ_have_fingerprints_that_differ() {
    let house = House::full();
    let entity = house.entity_id("mill");
    let lost = |name: &str, role| LostMembership {
        entity,
        entity_name: vestibule_domain::test_support::name(name),
        role,
    };
    let plain = RemovalPlan {
        user: house.id("uma"),
        memberships: vec![],
        api_keys: vec![],
        invitation: None,
        sent_invitations: SentInvitations::default(),
        entities_left_without_admin: vec![],
    };
    let key = LostApiKey {
        id: vestibule_domain::ApiKeyId::new(entity.uuid()),
        name: vestibule_domain::test_support::name("mill"),
    };
    let invitation = vestibule_domain::InvitationId::new(entity.uuid());
    let plans = [
        plain.clone(),
        RemovalPlan {
            user: house.id("ulf"),
            ..plain.clone()
        },
        RemovalPlan {
            memberships: vec![lost("mill", As::Admin)],
            ..plain.clone()
        },
        RemovalPlan {
            memberships: vec![lost("mill", As::Clerk)],
            ..plain.clone()
        },
        RemovalPlan {
            memberships: vec![lost("milla", As::Admin)],
            ..plain.clone()
        },
        RemovalPlan {
            api_keys: vec![key],
            ..plain.clone()
        },
        RemovalPlan {
            invitation: Some(invitation),
            ..plain.clone()
        },
        RemovalPlan {
            sent_invitations: SentInvitations::default().with(invitation),
            ..plain.clone()
        },
        RemovalPlan {
            entities_left_without_admin: vec![entity],
            ..plain
        },
    ];
    let fingerprints: std::collections::BTreeSet<_> = plans
        .iter()
        .map(|plan| plan.fingerprint().to_string())
        .collect();
    assert_eq!(fingerprints.len(), plans.len());
}

/// R-REM-2: what a log shows of a fingerprint can be sent back.
#[test]
fn a_fingerprint_is_printed_as_it_is_read() {
    let seen = House::full().fingerprint("uma");
    for printed in [seen.to_string(), format!("{seen:?}")] {
        assert_eq!(printed.len(), 64);
        assert_eq!(printed.parse(), Ok(seen));
    }
}

/// R-REM-3, R-ORG-1, lesson 27: by whoever asks.
#[test]
fn the_primary_admin_is_not_removed_and_does_not_leave() {
    let mut house = House::new().key("robot", "olive", Key::UserManager);
    for who in ["olive", "operator", "robot"] {
        for command in [house.to_remove("olive"), house.to_deactivate("olive")] {
            let outcome = house.asks(who, command);
            assert_eq!(outcome, Err(Rejection::PrimaryAdminMustTransfer), "{who}");
        }
    }
    let outcome = house.asks("olive", house.to_delete_account_of("olive"));
    assert_eq!(outcome, Err(Rejection::PrimaryAdminMustTransfer));
    let mut house = house.user("bob");
    house.does("olive", house.to_transfer("bob"));
    house.does("olive", house.to_remove("olive"));
}

/// R-REM-4.
#[test]
fn any_other_active_user_may_leave_and_the_same_cascade_runs() {
    let mut house = house_with_pat("active");
    for who in ["pat", "uma", "clerk", "ann"] {
        let plan = house.plan(who, who).unwrap();
        let seen = plan.fingerprint();
        let event = house.does(who, house.to_remove_as_seen(who, seen));
        assert_eq!(
            event,
            Event::UserRemoved {
                plan,
                removal: Removal::Left,
                at: house.now()
            }
        );
        assert!(!house.has(who));
    }
}

/// R-REM-4, R-DEA-1: who has not joined declines, who is deactivated asks.
#[test]
fn invited_and_deactivated_users_do_not_leave() {
    let mut house = House::full();
    for who in ["ivy", "dan"] {
        assert_eq!(house.refusal(who, house.to_remove(who)), "not_found");
    }
}

/// R-SES-4: of an Admin, by whom it may be, themself included; keys and the operator are not asked.
#[test]
fn removing_an_admin_needs_a_sign_in_not_older_than_15_minutes() {
    let house = House::full()
        .admin("amy")
        .managed_by_admins()
        .key("robot", "olive", Key::UserManager)
        .signed_in_before("olive", 0)
        .signed_in_before("ann", 0)
        .signed_in_before("uma", 15 * 60);
    let mut late = house.clone();
    late.wait(1);
    for (who, of) in [("olive", "amy"), ("ann", "amy"), ("ann", "ann")] {
        house.clone().does(who, house.to_remove(of));
        assert_eq!(
            late.refusal(who, late.to_remove(of)),
            "recent_sign_in_required"
        );
    }
    assert_eq!(
        late.refusal("ann", late.to_delete_account_of("ann")),
        "recent_sign_in_required"
    );
    for (who, of) in [
        ("robot", "amy"),
        ("operator", "amy"),
        ("olive", "ulf"),
        ("uma", "uma"),
    ] {
        late.clone().does(who, late.to_remove(of));
    }
    late.does("uma", late.to_delete_account_of("uma"));
}

/// R-REM-5, R-DEA-1, lesson 17: the very next request, with anything that was theirs.
#[test]
fn nothing_that_belonged_to_a_removed_user_works_any_more() {
    let mut house = house_with_pat("active");
    house.does("olive", house.to_remove("pat"));
    for reading in [
        Reading::Organization,
        Reading::Users,
        Reading::Entities,
        Reading::User(house.id("pat")),
    ] {
        assert_eq!(house.reads("pat", &reading), Err(Rejection::NotFound));
        assert_eq!(house.reads("robot", &reading), Err(Rejection::NotSignedIn));
    }
    assert_eq!(house.refusal("pat", house.to_create("x")), "not_found");
    assert_eq!(
        house.refusal("robot", house.to_create("x")),
        "not_signed_in"
    );
    assert_eq!(house.refusal("pat", house.to_remove("pat")), "not_found");
}

/// R-REM-6, lessons 7, 19 and 20.
#[test]
fn an_email_can_be_invited_again_and_nothing_comes_back_by_itself() {
    let mut house = house_with_pat("active");
    house.does("olive", house.to_remove("pat"));
    house.does("olive", house.to_invite("pat", Role::User));
    house.does("invitee", house.to_accept("pat"));
    assert!(house.roles_of("pat").is_empty());
    assert_eq!(house.directory().api_keys_of(house.id("pat")).count(), 0);
    assert_eq!(house.person("pat").role, Role::User);
    assert_eq!(house.invitation_state("jon"), InvitationState::Suspended);
    assert_eq!(
        house.reads("robot", &Reading::Users),
        Err(Rejection::NotSignedIn)
    );
}

/// R-REM-7: with the same cascade, Deactivated users too.
#[test]
fn deleting_an_account_removes_its_user_active_or_deactivated() {
    for status in ["active", "deactivated"] {
        let mut house = house_with_pat(status);
        let plan = house.plan("olive", "pat").unwrap();
        let event = house.does("pat", house.to_delete_account_of("pat"));
        assert_eq!(event.action(), "user.account_deleted");
        assert_eq!(
            event,
            Event::UserRemoved {
                plan,
                removal: Removal::AccountDeleted,
                at: house.now()
            }
        );
        assert!(!house.has("pat"));
    }
}

/// R-REM-7: by its own user and by nobody else.
#[test]
fn nobody_deletes_the_account_of_another() {
    let mut house = House::full().key("robot", "ann", Key::Admin);
    for who in ["olive", "ann", "operator", "invitee", "robot"] {
        assert_eq!(
            house.refusal(who, house.to_delete_account_of("uma")),
            "not_allowed"
        );
    }
}
