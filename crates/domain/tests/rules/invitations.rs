//! R-INV: sent, resent, taken back, accepted, declined, expired and suspended.

use vestibule_domain::test_support::{email, name};
use vestibule_domain::{
    AccountId, Change, Command, Event, InvitationEnd, InvitationId, InvitationLifetime,
    InvitationRecord, InvitationState, Login, Rejection, Sender, Status, Timestamp, UserId,
    UserManagement, UserState,
};

use crate::house::{As, House, Key, Role};

const HOUR: u32 = 3600;
const DAY: u32 = 24 * HOUR;

fn at_micros(house: &House, change: i64) -> Timestamp {
    Timestamp::from_micros(house.now().micros() + change).unwrap()
}

/// R-INV-1.
#[test]
fn an_invitation_creates_an_invited_user_with_role_name_and_memberships() {
    let mut house = House::full();
    let Command::InviteUser {
        user,
        invitation,
        email,
        role,
        memberships,
        ..
    } = house.to_invite_into(
        "nia",
        Role::Admin,
        &[("bakery", As::Clerk), ("mill", As::Admin)],
    )
    else {
        panic!("an invitation");
    };
    house.does(
        "olive",
        Command::InviteUser {
            user,
            invitation,
            email,
            role,
            name: Some(name("Nia New")),
            memberships,
        },
    );
    let nia = house.person("nia");
    assert_eq!(nia.status(), Status::Invited);
    assert_eq!(nia.role, Role::Admin);
    assert_eq!(nia.name, Some(name("Nia New")));
    let roles: Vec<_> = house.roles_of("nia").into_iter().collect();
    assert_eq!(roles, [("bakery", As::Clerk), ("mill", As::Admin)]);
}

/// R-INV-1, lessons 13 and 14: what acceptance gives is what the user is then.
#[test]
fn acceptance_gives_the_role_and_memberships_of_its_moment() {
    let mut house = House::full();
    house.does(
        "olive",
        house.to_invite_into("nia", Role::Admin, &[("bakery", As::Admin)]),
    );
    house.does("olive", house.to_give("nia", Role::User));
    house.does("olive", house.to_set("nia", "bakery", As::Clerk));
    house.does("olive", house.to_set("nia", "mill", As::Auditor));
    house.does("invitee", house.to_accept("nia"));
    assert_eq!(house.person("nia").role, Role::User);
    let roles: Vec<_> = house.roles_of("nia").into_iter().collect();
    assert_eq!(roles, [("bakery", As::Clerk), ("mill", As::Auditor)]);
}

/// R-INV-1: an unknown entity refuses the whole invitation.
#[test]
fn an_invitation_into_an_entity_that_is_not_there_invites_nobody() {
    let mut house = House::new().entity("bakery");
    let Command::InviteUser {
        user,
        invitation,
        email,
        role,
        mut memberships,
        ..
    } = house.to_invite_into("nia", Role::User, &[("bakery", As::Clerk)])
    else {
        panic!("an invitation");
    };
    let nowhere = vestibule_domain::EntityId::new(house.fresh());
    memberships.insert(nowhere, As::Clerk);
    let command = Command::InviteUser {
        user,
        invitation,
        email,
        role,
        name: None,
        memberships,
    };
    assert_eq!(
        house.asks("olive", command),
        Err(Rejection::EntityNotFound(nowhere))
    );
    assert!(house.directory().user(user).is_none());
}

/// R-INV-2, lessons 8, 29 and 41: without case, NFC and IDNA, whatever the status.
#[test]
fn an_email_that_is_there_is_refused_naming_its_status() {
    let mut house = House::new();
    let invite = |house: &House, typed: &str| Command::InviteUser {
        user: UserId::new(house.fresh()),
        invitation: InvitationId::new(house.fresh()),
        email: email(typed),
        role: Role::User,
        name: None,
        memberships: Default::default(),
    };
    house.does(
        "olive",
        invite(&house, "Jos\u{e9}+books@B\u{fc}cher.example"),
    );
    for (status, change) in [
        (Status::Invited, None),
        (Status::Active, Some("accept")),
        (Status::Deactivated, Some("deactivate")),
    ] {
        let who = "Jos\u{e9}+books";
        match change {
            Some("accept") => drop(house.does("invitee", house.to_accept(who))),
            Some(_) => drop(house.does("olive", house.to_deactivate(who))),
            None => {}
        }
        for typed in [
            "jos\u{e9}+books@b\u{fc}cher.example",
            "JOSE\u{301}+BOOKS@B\u{dc}CHER.EXAMPLE",
            " jos\u{e9}+books@xn--bcher-kva.example ",
        ] {
            let outcome = house.asks("olive", invite(&house, typed));
            assert_eq!(
                outcome,
                Err(Rejection::EmailAlreadyInOrganization(status)),
                "{typed}"
            );
        }
    }
    // A plus is no space and no nothing.
    house.does("olive", invite(&house, "jos\u{e9}@b\u{fc}cher.example"));
    // The form that was typed is what is shown.
    let shown = house.person("Jos\u{e9}+books").email.to_string();
    assert_eq!(shown, "Jos\u{e9}+books@B\u{fc}cher.example");
}

/// R-INV-2: the owner's email is an email like any other.
#[test]
fn the_primary_admin_cannot_be_invited() {
    let mut house = House::new();
    let owner = house.person("olive").email.clone();
    let command = Command::InviteUser {
        user: UserId::new(house.fresh()),
        invitation: InvitationId::new(house.fresh()),
        email: owner,
        role: Role::User,
        name: None,
        memberships: Default::default(),
    };
    let outcome = house.asks("operator", command);
    assert_eq!(
        outcome,
        Err(Rejection::EmailAlreadyInOrganization(Status::Active))
    );
}

/// R-INV-3: 7 days unless the organization sets 1 hour to 30 days.
#[test]
fn an_invitation_lives_as_long_as_the_organization_says_when_it_is_sent() {
    for (seconds, setting) in [
        (7 * DAY, None),
        (HOUR, Some(HOUR)),
        (30 * DAY, Some(30 * DAY)),
    ] {
        let mut house = House::new();
        if let Some(setting) = setting {
            house.does("olive", house.to_let_invitations_live(setting));
        }
        house = house.invited("ivy");
        house.does("olive", house.to_let_invitations_live(2 * HOUR));
        let expires_at = house.person("ivy").invitation().unwrap().expires_at;
        assert_eq!(expires_at, house.now().plus_seconds(seconds));
    }
    assert!(InvitationLifetime::from_seconds(HOUR - 1).is_err());
    assert!(InvitationLifetime::from_seconds(30 * DAY + 1).is_err());
}

/// R-INV-3: until the microsecond before its expiry, and not at it.
#[test]
fn a_link_works_until_its_expiry_and_not_at_it() {
    let mut house = House::new().invited("ivy");
    let expires_at = house.person("ivy").invitation().unwrap().expires_at;
    house.world.at = expires_at;
    assert_eq!(house.invitation_state("ivy"), InvitationState::Expired);
    for command in [house.to_accept("ivy"), house.to_decline("ivy")] {
        assert_eq!(
            house.asks("invitee", command),
            Err(Rejection::InvitationNotUsable)
        );
    }
    house.world.at = at_micros(&house, -1);
    assert_eq!(house.invitation_state("ivy"), InvitationState::Pending);
    house.does("invitee", house.to_accept("ivy"));
}

/// R-INV-3, R-INV-4, lessons 5 and 9: one link is alive, and a resend makes it live anew.
#[test]
fn resending_kills_every_older_link_and_sets_a_new_expiry() {
    let mut house = House::new().invited("ivy");
    house.wait(6 * DAY);
    house.does("olive", house.to_resend("ivy"));
    house.wait(HOUR);
    house.does("olive", house.to_resend("ivy"));
    let invitation = house.person("ivy").invitation().unwrap();
    assert_eq!(invitation.generation, 3);
    assert_eq!(invitation.expires_at, house.now().plus_seconds(7 * DAY));
    house.wait(6 * DAY);
    for generation in [0, 1, 2, 4] {
        let accept = house.to_accept_by("ivy", generation);
        assert_eq!(
            house.asks("invitee", accept),
            Err(Rejection::InvitationNotUsable)
        );
        let decline = house.to_decline_by("ivy", generation);
        assert_eq!(
            house.asks("invitee", decline),
            Err(Rejection::InvitationNotUsable)
        );
    }
    house.does("invitee", house.to_accept_by("ivy", 3));
}

/// R-INV-4, lesson 34: token, expiry and sender change, and nothing else.
#[test]
fn resending_changes_the_link_the_expiry_and_the_sender_and_nothing_else() {
    let mut house = House::full().managed_by_admins();
    house.does(
        "olive",
        house.to_invite_into("nia", Role::Admin, &[("bakery", As::Clerk)]),
    );
    house.does("olive", house.to_name("nia", "Nia New"));
    let before = house.person("nia").clone();
    house.wait(HOUR);
    let event = house.does("ann", house.to_resend("nia"));
    let after = house.person("nia").clone();
    let (old, new) = (before.invitation().unwrap(), after.invitation().unwrap());
    assert_eq!(
        event,
        Event::InvitationResent {
            user: before.id,
            before: old.clone(),
            after: new.clone()
        }
    );
    assert_eq!(new.sender, Sender::User(house.id("ann")));
    assert_eq!((new.id, new.created_at), (old.id, old.created_at));
    assert_eq!(
        vestibule_domain::User {
            state: before.state.clone(),
            ..after
        },
        before
    );
    assert_eq!(
        house.roles_of("nia").into_iter().collect::<Vec<_>>(),
        [("bakery", As::Clerk)]
    );
    assert_eq!(
        house.person("olive").sent_invitations.count,
        1,
        "ivy's is left"
    );
    assert_eq!(house.person("ann").sent_invitations.count, 1);
}

/// R-INV-4, lessons 4 and 6: expired and suspended ones are there and can be resent.
#[test]
fn expired_and_suspended_invitations_can_be_resent_and_taken_back() {
    let mut house = House::full().managed_by_admins();
    house.does("ann", house.to_invite("nia", Role::User));
    house.does("olive", house.to_deactivate("ann"));
    assert_eq!(house.invitation_state("nia"), InvitationState::Suspended);
    house.wait(8 * DAY);
    assert_eq!(house.invitation_state("nia"), InvitationState::Expired);
    let mut revoked = house.clone();
    revoked.does("olive", revoked.to_revoke("nia"));
    revoked.does("olive", revoked.to_invite("nia", Role::User));
    house.does("olive", house.to_resend("nia"));
    assert_eq!(house.invitation_state("nia"), InvitationState::Pending);
    house.does("invitee", house.to_accept("nia"));
}

/// R-INV-4: a sliding hour, at its boundary to the microsecond.
#[test]
fn an_invitation_is_resent_at_most_5_times_within_any_hour() {
    let mut house = House::new().invited("ivy");
    house.wait(DAY);
    let first = house.now();
    for _ in 0..5 {
        house.does("olive", house.to_resend("ivy"));
        house.wait(10 * 60);
    }
    // 50 minutes after the first of five; the sending itself was none of them.
    let retry_at = first.plus_seconds(HOUR);
    let refused = Err(Rejection::ResendLimitReached { retry_at });
    assert_eq!(house.asks("olive", house.to_resend("ivy")), refused);
    house.world.at = Timestamp::from_micros(retry_at.micros() - 1).unwrap();
    assert_eq!(house.asks("olive", house.to_resend("ivy")), refused);
    house.world.at = retry_at;
    house.does("olive", house.to_resend("ivy"));
    // The hour slides: the next place is free ten minutes later.
    let refused = Err(Rejection::ResendLimitReached {
        retry_at: first.plus_seconds(HOUR + 10 * 60),
    });
    assert_eq!(house.asks("operator", house.to_resend("ivy")), refused);
    house.wait(10 * 60);
    house.does("olive", house.to_resend("ivy"));
}

/// R-INV-4: of one invitation, not of one sender.
#[test]
fn the_limit_counts_each_invitation_for_itself() {
    let mut house = House::new().invited("ivy").invited("jon");
    for _ in 0..5 {
        house.does("olive", house.to_resend("ivy"));
    }
    assert_eq!(
        house.refusal("operator", house.to_resend("ivy")),
        "resend_limit_reached"
    );
    house.does("olive", house.to_resend("jon"));
}

/// R-INV-5, R-AUD-1: the invitation stays in the history, nothing else does.
#[test]
fn revoking_and_declining_remove_the_invited_user_and_their_memberships() {
    for (end, action) in [
        (InvitationEnd::Revoked, "invitation.revoked"),
        (InvitationEnd::Declined, "invitation.declined"),
    ] {
        let mut house =
            House::full()
                .member("ivy", "bakery", As::Clerk)
                .member("ivy", "mill", As::Admin);
        let (actor, command) = match end {
            InvitationEnd::Declined => ("invitee", house.to_decline("ivy")),
            InvitationEnd::Revoked | InvitationEnd::Accepted => ("olive", house.to_revoke("ivy")),
        };
        let ivy = house.id("ivy");
        let event = house.does(actor, command.clone());
        assert_eq!(event.action(), action);
        let Event::InvitationEnded { memberships, .. } = event else {
            panic!("an ending");
        };
        assert_eq!(memberships.len(), 2);
        assert!(!house.has("ivy"));
        assert_eq!(house.directory().memberships_of(ivy).count(), 0);
        assert_eq!(house.person("olive").sent_invitations.count, 0);
        let kept = house
            .directory()
            .invitations()
            .find(|it| it.user == ivy)
            .unwrap();
        assert_eq!(kept.ended, Some((end, house.now())));
        // What is so already is refused, and nothing brings it back.
        assert!(house.asks(actor, command).is_err());
        let resend = house.asks("olive", house.to_resend("ivy"));
        assert_eq!(resend, Err(Rejection::InvitationNotPending));
        let accept = house.asks("invitee", house.to_accept("ivy"));
        assert_eq!(accept, Err(Rejection::InvitationNotUsable));
    }
}

/// R-INV-5, R-REM-6, lessons 4 and 7: nothing that ended blocks a new invitation.
#[test]
fn an_email_can_be_invited_again_after_every_ending() {
    let endings: [fn(&mut House); 4] = [
        |house| drop(house.does("olive", house.to_revoke("ivy"))),
        |house| drop(house.does("invitee", house.to_decline("ivy"))),
        |house| drop(house.does("olive", house.to_remove("ivy"))),
        |house| {
            house.does("invitee", house.to_accept("ivy"));
            house.does("olive", house.to_remove("ivy"));
        },
    ];
    for ending in endings {
        let mut house = House::full().member("ivy", "bakery", As::Admin);
        let before = house.id("ivy");
        ending(&mut house);
        house.does("olive", house.to_invite("ivy", Role::User));
        assert_ne!(house.id("ivy"), before);
        assert!(
            house.roles_of("ivy").is_empty(),
            "nothing comes back by itself"
        );
        house.does("invitee", house.to_accept("ivy"));
    }
}

/// R-INV-6.
#[test]
fn accepting_makes_the_user_active_named_and_linked() {
    let mut house = House::new().invited("ivy");
    let account = AccountId::new(house.fresh());
    let Command::AcceptInvitation {
        user,
        invitation,
        generation,
        ..
    } = house.to_accept("ivy")
    else {
        panic!("an acceptance");
    };
    house.wait(HOUR);
    let event = house.does(
        "invitee",
        Command::AcceptInvitation {
            user,
            invitation,
            generation,
            name: name("Ivy Ivers"),
            login: Login::Existing(account),
        },
    );
    assert_eq!(event.new_account(), None, "the account was there");
    let mut other = House::new().invited("ivy");
    let to_accept = other.to_accept("ivy");
    let Command::AcceptInvitation {
        login: Login::New(made),
        ..
    } = to_accept
    else {
        panic!("an acceptance with a new account");
    };
    let event = other.does("invitee", to_accept);
    assert_eq!(event.new_account(), Some(made));
    let ivy = house.person("ivy");
    assert_eq!(ivy.name, Some(name("Ivy Ivers")));
    let joined = vestibule_domain::Joined {
        account,
        at: house.now(),
    };
    assert_eq!(ivy.state, UserState::Active(joined));
    assert_eq!(house.person("olive").sent_invitations.count, 0);
    let record = house.directory().invitations().next().unwrap();
    assert_eq!(record.ended, Some((InvitationEnd::Accepted, house.now())));
}

/// R-INV-6, R-INV-7, lessons 1 and 2: of two acceptances one wins, the other is told what all are told.
#[test]
fn an_invitation_is_accepted_once() {
    let mut house = House::new().invited("ivy");
    let (first, second) = (house.to_accept("ivy"), house.to_accept("ivy"));
    house.does("invitee", first);
    assert_eq!(
        house.asks("invitee", second),
        Err(Rejection::InvitationNotUsable)
    );
    let decline = house.to_decline("ivy");
    assert_eq!(
        house.asks("invitee", decline),
        Err(Rejection::InvitationNotUsable)
    );
    assert_eq!(house.person("ivy").status(), Status::Active);
}

/// R-INV-7: wrong, old, suspended, expired, used, revoked, of somebody else: one answer.
#[test]
fn a_stranger_learns_the_same_from_every_link_that_does_not_work() {
    let base = House::full().managed_by_admins().invited("jon");
    let mut cases: Vec<(&str, House, Command)> = Vec::new();
    cases.push((
        "wrong generation",
        base.clone(),
        base.to_accept_by("ivy", 2),
    ));
    let of_another = match (base.to_accept("ivy"), base.to_accept("jon")) {
        (
            Command::AcceptInvitation {
                user,
                generation,
                name,
                login,
                ..
            },
            Command::AcceptInvitation { invitation, .. },
        ) => Command::AcceptInvitation {
            user,
            invitation,
            generation,
            name,
            login,
        },
        other => panic!("acceptances, not {other:?}"),
    };
    cases.push(("another's invitation", base.clone(), of_another));
    let nobody = Command::DeclineInvitation {
        user: UserId::new(base.fresh()),
        invitation: InvitationId::new(base.fresh()),
        generation: 1,
    };
    cases.push(("nobody's", base.clone(), nobody));
    let mut expired = base.clone();
    expired.wait(7 * DAY);
    cases.push(("expired", expired, base.to_accept("ivy")));
    for (why, actor, command) in [
        ("revoked", "olive", base.to_revoke("ivy")),
        ("removed", "olive", base.to_remove("ivy")),
        ("declined", "invitee", base.to_decline("ivy")),
        ("accepted", "invitee", base.to_accept("ivy")),
        ("resent", "olive", base.to_resend("ivy")),
    ] {
        let mut ended = base.clone();
        ended.does(actor, command);
        cases.push((why, ended, base.to_accept_by("ivy", 1)));
    }
    let mut suspended = base.clone();
    suspended.does("ann", base.to_resend("ivy"));
    suspended.does("olive", base.to_remove("ann"));
    cases.push(("suspended", suspended, base.to_accept_by("ivy", 2)));
    for (why, mut house, command) in cases {
        assert_eq!(
            house.asks("invitee", command),
            Err(Rejection::InvitationNotUsable),
            "{why}"
        );
    }
}

/// R-INV-9, lesson 13: every way in which a sender loses the right.
#[test]
fn an_invitation_is_suspended_while_its_sender_could_not_send_it() {
    type Way = (&'static str, fn(&House) -> Command);
    let ways: [Way; 4] = [
        ("removed", |house| house.to_remove("ann")),
        ("deactivated", |house| house.to_deactivate("ann")),
        ("demoted", |house| house.to_give("ann", Role::User)),
        ("Admins may not any more", |house| {
            house.to_let_manage(UserManagement::PrimaryAdmin)
        }),
    ];
    for (why, way) in ways {
        let mut house = House::new().admin("ann").managed_by_admins();
        house.does("ann", house.to_invite("ivy", Role::User));
        assert_eq!(house.invitation_state("ivy"), InvitationState::Pending);
        house.does("olive", way(&house));
        assert_eq!(
            house.invitation_state("ivy"),
            InvitationState::Suspended,
            "{why}"
        );
        let accept = house.to_accept("ivy");
        assert_eq!(
            house.asks("invitee", accept),
            Err(Rejection::InvitationNotUsable),
            "{why}"
        );
        house.does("olive", house.to_resend("ivy"));
        house.does("invitee", house.to_accept("ivy"));
    }
}

/// R-INV-9: what is taken back comes back with the right.
#[test]
fn a_suspended_invitation_is_usable_again_when_its_sender_may_send_again() {
    let mut house = House::new().admin("ann").managed_by_admins();
    house.does("ann", house.to_invite("ivy", Role::User));
    house.does("olive", house.to_deactivate("ann"));
    house.does("olive", house.to_reactivate("ann"));
    house.does("invitee", house.to_accept("ivy"));
}

/// R-INV-9: the maker of a key counts as the sender, and the key may end.
#[test]
fn an_invitation_sent_by_a_key_stands_on_its_makers_right() {
    let mut house =
        House::new()
            .admin("ann")
            .managed_by_admins()
            .key("robot", "ann", Key::UserManager);
    house.does("robot", house.to_invite("ivy", Role::User));
    let sender = house.person("ivy").invitation().unwrap().sender;
    assert_eq!(sender, Sender::User(house.id("ann")));
    house.does("ann", house.to_end_key("robot"));
    assert_eq!(house.invitation_state("ivy"), InvitationState::Pending);
    house.does("olive", house.to_deactivate("ann"));
    assert_eq!(house.invitation_state("ivy"), InvitationState::Suspended);
}

/// R-INV-9: also after the Primary Admin changed.
#[test]
fn what_the_operator_sent_stays_usable() {
    let mut house = House::new().user("bob");
    house.does("operator", house.to_invite("ivy", Role::Admin));
    house.does("olive", house.to_transfer("bob"));
    house.does("bob", house.to_remove("olive"));
    assert_eq!(house.invitation_state("ivy"), InvitationState::Pending);
    house.does("invitee", house.to_accept("ivy"));
}

/// R-INV-9: a sender who is gone stays named, and does not read as the operator.
#[test]
fn a_removed_sender_is_not_forgotten() {
    let mut house = House::new().admin("ann").managed_by_admins();
    house.does("ann", house.to_invite("ivy", Role::User));
    let ann = house.id("ann");
    house.does("olive", house.to_remove("ann"));
    assert_eq!(
        house.person("ivy").invitation().unwrap().sender,
        Sender::User(ann)
    );
    // Neither does a new user with the same email become the sender.
    house.does("olive", house.to_invite("ann", Role::Admin));
    house.does("invitee", house.to_accept("ann"));
    assert_eq!(house.invitation_state("ivy"), InvitationState::Suspended);
}

/// R-INV-5: by its id, not by its user alone.
#[test]
fn an_invitation_is_resent_and_revoked_by_its_own_id() {
    let mut house = House::new().invited("ivy");
    let (user, other) = (house.id("ivy"), InvitationId::new(house.fresh()));
    for command in [
        Command::ResendInvitation {
            user,
            invitation: other,
        },
        Command::RevokeInvitation {
            user,
            invitation: other,
        },
    ] {
        assert_eq!(
            house.asks("olive", command),
            Err(Rejection::InvitationNotPending)
        );
    }
}

/// R-INV-1: ids come from the edge, and are fresh.
#[test]
fn an_id_that_is_in_use_invites_nobody() {
    let mut house = House::new().user("uma");
    let Command::InviteUser {
        invitation,
        email,
        role,
        memberships,
        ..
    } = house.to_invite("nia", Role::User)
    else {
        panic!("an invitation");
    };
    let user = house.id("uma");
    let command = Command::InviteUser {
        user,
        invitation,
        email,
        role,
        name: None,
        memberships,
    };
    assert_eq!(house.asks("olive", command), Err(Rejection::IdInUse));
}

/// R-INV-4, R-INV-9: the history shows the role as it is, and the sender of now.
#[test]
fn the_history_of_invitations_follows_the_user_while_it_is_pending() {
    let mut house = House::new().invited("ivy");
    house.does("olive", house.to_give("ivy", Role::Admin));
    house.does("operator", house.to_resend("ivy"));
    let record = house
        .directory()
        .invitations()
        .find(|it| it.user == house.id("ivy"))
        .unwrap();
    assert_eq!(record.role, Role::Admin);
    assert_eq!(record.invitation.sender, Sender::Operator);
    assert_eq!(record.ended, None);
}

/// R-INV-5: what storage writes of an invitation, from its sending to its end.
#[test]
fn the_history_of_invitations_is_written_from_the_first_moment() {
    let mut house = House::new();
    house.world.directory.settle();
    house.does("olive", house.to_invite("ivy", Role::User));
    let pending = InvitationRecord::pending(
        house.person("ivy"),
        house.person("ivy").invitation().unwrap(),
    );
    let changes = house.directory().changes().invitations;
    assert_eq!(changes, [Change::Insert(pending.clone())]);
    house.world.directory.settle();
    house.does("invitee", house.to_accept("ivy"));
    let ended = InvitationRecord {
        ended: Some((InvitationEnd::Accepted, house.now())),
        ..pending.clone()
    };
    let changes = house.directory().changes().invitations;
    assert_eq!(
        changes,
        [Change::Update {
            before: pending,
            after: ended
        }]
    );
}
