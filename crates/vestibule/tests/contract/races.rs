//! What happens at once: some order of the two must explain what both were told.

use std::{sync::Barrier, thread};

use serde_json::{Value, json};

use super::{
    call::Answer,
    form,
    organization::PASSWORD,
    server::{OPERATOR, Server},
};

on_both_databases![
    one_of_two_acceptances_wins,
    one_of_many_invitations_of_an_email_wins,
    one_of_two_transfers_wins,
    a_removed_user_is_in_no_entity_whatever_came_first,
    one_of_two_entities_gets_the_name,
    one_of_two_removals_wins,
    an_invitation_is_accepted_or_revoked_and_never_both,
    ownership_never_goes_to_who_is_deactivated_at_once,
    a_request_repeated_at_once_runs_once,
    one_account_comes_of_two_acceptances_in_two_organizations,
    many_writers_wait_and_none_fails,
    a_member_added_twice_at_once_is_added_once,
    an_entity_deleted_while_a_member_is_added_leaves_nothing,
    a_flood_of_sign_ins_is_answered_or_told_to_come_back,
];

/// Does the same from several threads at the same moment.
fn at_once<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(count);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..count)
            .map(|number| {
                let (act, barrier) = (&act, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    act(number)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

/// The answers' statuses, lowest first.
fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    statuses
}

/// The codes of those that were refused.
fn codes(answers: &[Answer]) -> Vec<String> {
    answers
        .iter()
        .filter(|answer| answer.status >= 400)
        .map(|answer| {
            form::text(&serde_json::from_slice::<Value>(&answer.body).unwrap()["code"]).to_owned()
        })
        .collect()
}

/// R-INV-6, lesson 1.
fn one_of_two_acceptances_wins(server: &'static Server) {
    let acme = server.organization();
    for _ in 0..3 {
        let ivy = acme.invited();
        let token = server.invitation_token(&ivy.email, 1);
        let answers = at_once(2, |number| {
            let body = json!({"name": format!("Ivy {number}"), "password": PASSWORD});
            server
                .post(format!("/v1/invitations/{token}/accept"))
                .json(&body)
                .send()
        });
        assert_eq!(statuses(&answers), [200, 404], "{answers:?}");
        assert_eq!(codes(&answers), ["invitation_not_usable"]);
        let page = acme
            .get("/users")
            .query("q", &ivy.email)
            .by(&acme.primary)
            .ok(200);
        assert_eq!(form::each(form::items(&page), "status"), ["active"]);
        server.sign_in(&ivy.email, &ivy.id);
    }
    assert_eq!(
        acme.get("/audit-events/verify").by(OPERATOR).ok(200)["ok"],
        true
    );
}

/// R-INV-2, lesson 8.
fn one_of_many_invitations_of_an_email_wins(server: &'static Server) {
    let acme = server.organization();
    let email = server.email();
    let events = acme.recorded(|| {
        let answers = at_once(8, |number| {
            let typed = if number.is_multiple_of(2) {
                email.clone()
            } else {
                email.to_uppercase()
            };
            acme.post("/invitations")
                .by(&acme.primary)
                .json(&json!({"email": typed, "role": "user"}))
                .send()
        });
        assert_eq!(
            statuses(&answers),
            [201, 409, 409, 409, 409, 409, 409, 409],
            "{answers:?}"
        );
        assert!(
            codes(&answers)
                .iter()
                .all(|code| code == "email_already_in_organization")
        );
    });
    assert_eq!(events.len(), 1);
}

/// R-ORG-1, lesson 15.
fn one_of_two_transfers_wins(server: &'static Server) {
    let acme = server.organization();
    let heirs = [acme.user("Hans Heir"), acme.user("Hera Heir")];
    let answers = at_once(2, |number| {
        acme.post("/primary-admin")
            .by(&acme.primary)
            .json(&json!({"user_id": heirs[number].id}))
            .send()
    });
    assert_eq!(statuses(&answers), [200, 403], "{answers:?}");
    assert_eq!(codes(&answers), ["not_allowed"]);
    let winner = if answers[0].status == 200 {
        &heirs[0]
    } else {
        &heirs[1]
    };
    assert_eq!(
        acme.get("").by(OPERATOR).ok(200)["primary_admin_user_id"],
        winner.id
    );
    let page = acme
        .get("/users")
        .query("role", "primary_admin")
        .by(OPERATOR)
        .ok(200);
    assert_eq!(
        form::each(form::items(&page), "id"),
        std::slice::from_ref(&winner.id)
    );
}

/// R-REM-1, lesson 20.
fn a_removed_user_is_in_no_entity_whatever_came_first(server: &'static Server) {
    let acme = server.organization();
    let rooms: Vec<_> = (0..5)
        .map(|number| acme.entity(&format!("Room {number}")))
        .collect();
    let uma = acme.user("Uma Removed");
    let answers = at_once(6, |number| match rooms.get(number) {
        Some(room) => acme
            .put(&format!("/entities/{room}/members/{}", uma.id))
            .by(&acme.primary)
            .json(&json!({"role": "admin"}))
            .send(),
        None => acme
            .delete(&format!("/users/{}", uma.id))
            .by(&acme.primary)
            .send(),
    });
    assert_eq!(answers[5].status, 200, "{}", answers[5]);
    let lost = answers[5].ok(200)["removed"]["memberships"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(
        lost,
        answers.iter().filter(|answer| answer.status == 201).count()
    );
    assert!(
        codes(&answers)
            .iter()
            .all(|code| code == "user_not_in_organization")
    );
    for room in &rooms {
        assert_eq!(acme.shown_entity(room)["member_count"], 0);
        assert_eq!(
            form::items(
                &acme
                    .get(&format!("/entities/{room}/members"))
                    .by(OPERATOR)
                    .ok(200)
            )
            .len(),
            0
        );
    }
}

/// R-ENT-7.
fn one_of_two_entities_gets_the_name(server: &'static Server) {
    let acme = server.organization();
    let answers = at_once(4, |number| {
        let name = ["Hall", "HALL", " hall", "hAll"][number];
        acme.post("/entities")
            .by(&acme.primary)
            .json(&json!({"name": name}))
            .send()
    });
    assert_eq!(statuses(&answers), [201, 409, 409, 409], "{answers:?}");
    assert!(
        codes(&answers)
            .iter()
            .all(|code| code == "entity_name_taken")
    );
}

/// R-REM-1.
fn one_of_two_removals_wins(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let uma = acme.member("Uma Removed", &[(&room, "admin")]);
    let events = acme.recorded(|| {
        let answers = at_once(4, |_| {
            acme.delete(&format!("/users/{}", uma.id))
                .by(&acme.primary)
                .send()
        });
        assert_eq!(statuses(&answers), [200, 404, 404, 404], "{answers:?}");
        assert!(
            codes(&answers)
                .iter()
                .all(|code| code == "user_not_in_organization")
        );
    });
    assert_eq!(events.len(), 1);
}

/// R-INV-5, R-INV-6.
fn an_invitation_is_accepted_or_revoked_and_never_both(server: &'static Server) {
    let acme = server.organization();
    for _ in 0..3 {
        let ivy = acme.invited();
        let token = server.invitation_token(&ivy.email, 1);
        let answers = at_once(2, |number| {
            if number == 0 {
                server
                    .post(format!("/v1/invitations/{token}/accept"))
                    .json(&json!({"name": "Ivy", "password": PASSWORD}))
                    .send()
            } else {
                acme.delete(&format!("/invitations/{}", ivy.invitation))
                    .by(&acme.primary)
                    .send()
            }
        });
        let state = acme
            .get(&format!("/invitations/{}", ivy.invitation))
            .by(OPERATOR)
            .ok(200)["state"]
            .clone();
        let outcome = (answers[0].status, answers[1].status, form::text(&state));
        assert!(
            [(200, 409, "accepted"), (404, 204, "revoked")].contains(&outcome),
            "{outcome:?}"
        );
        let user = acme
            .get(&format!("/users/{}", ivy.id))
            .by(OPERATOR)
            .send()
            .status;
        assert_eq!(user, if outcome.0 == 200 { 200 } else { 404 });
    }
}

/// R-ORG-1: the Primary Admin is Active at every instant.
fn ownership_never_goes_to_who_is_deactivated_at_once(server: &'static Server) {
    let acme = server.organization();
    let heir = acme.user("Hera Heir");
    let answers = at_once(2, |number| {
        if number == 0 {
            acme.post("/primary-admin")
                .by(OPERATOR)
                .json(&json!({"user_id": heir.id}))
                .send()
        } else {
            acme.post(&format!("/users/{}/deactivate", heir.id))
                .by(OPERATOR)
                .send()
        }
    });
    let refused = codes(&answers);
    assert_eq!(statuses(&answers), [200, 409], "{answers:?}");
    assert!(
        ["primary_admin_must_transfer", "user_not_active"].contains(&refused[0].as_str()),
        "{refused:?}"
    );
    let owner = form::text(&acme.get("").by(OPERATOR).ok(200)["primary_admin_user_id"]).to_owned();
    assert_eq!(
        acme.get(&format!("/users/{owner}")).by(OPERATOR).ok(200)["status"],
        "active"
    );
}

/// While the first still runs: 409 `idempotency_key_in_use` with `Retry-After`.
fn a_request_repeated_at_once_runs_once(server: &'static Server) {
    let acme = server.organization();
    let key = format!("race-{}-{}", std::process::id(), server.number());
    let events = acme.recorded(|| {
        let answers = at_once(8, |_| {
            acme.post("/entities")
                .by(&acme.primary)
                .idempotency_key(&key)
                .json(&json!({"name": "Once"}))
                .send()
        });
        let made: Vec<_> = answers
            .iter()
            .filter(|answer| answer.status == 201)
            .collect();
        assert!(!made.is_empty(), "{answers:?}");
        assert!(
            made.iter().all(|answer| answer.body == made[0].body),
            "{made:?}"
        );
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            answer.refused(&server.url, 409, "idempotency_key_in_use");
        }
    });
    assert_eq!(events.len(), 1);
}

/// R-INV-6: one email, one account.
fn one_account_comes_of_two_acceptances_in_two_organizations(server: &'static Server) {
    let organizations = [server.organization(), server.organization()];
    let email = server.email();
    let body = json!({"email": email, "role": "user"});
    let invited = [
        organizations[0].invite(&body),
        organizations[1].invite(&body),
    ];
    let tokens = [
        server.invitation_token(&email, 1),
        server.invitation_token(&email, 2),
    ];
    let accept = |number: usize| {
        server
            .post(format!("/v1/invitations/{}/accept", tokens[number]))
            .json(&json!({"name": "Ivy Twice", "password": PASSWORD}))
            .send()
    };
    let mut answers = at_once(2, accept);
    // The one that comes second finds the account there and proves its password, at once or when it is sent again.
    for (number, answer) in answers.iter_mut().enumerate() {
        if answer.status != 200 {
            assert!([401, 409].contains(&answer.status), "{answer}");
            *answer = accept(number);
        }
    }
    let accounts: Vec<_> = answers
        .iter()
        .map(|answer| answer.ok(200)["account_id"].clone())
        .collect();
    assert_eq!(accounts[0], accounts[1]);
    let session = server.signed_in(&email, PASSWORD).ok(201);
    let users = form::each(session["organizations"].as_array().unwrap(), "user_id");
    assert!(
        invited.iter().all(|invited| users.contains(&invited.id)) && users.len() == 2,
        "{users:?}"
    );
}

/// Lesson 49: writers wait, reads never do, and no answer is a fault.
fn many_writers_wait_and_none_fails(server: &'static Server) {
    let acme = server.organization();
    let events = acme.recorded(|| {
        let answers = at_once(24, |number| {
            if number.is_multiple_of(4) {
                acme.get("/users").by(&acme.primary).send()
            } else {
                acme.post("/entities")
                    .by(&acme.primary)
                    .json(&json!({"name": format!("Room {number}")}))
                    .send()
            }
        });
        assert!(
            answers
                .iter()
                .all(|answer| [200, 201].contains(&answer.status)),
            "{answers:?}"
        );
    });
    assert_eq!(events.len(), 18);
    assert_eq!(
        acme.get("/audit-events/verify").by(OPERATOR).ok(200)["ok"],
        true
    );
}

/// R-ENT-2.
fn a_member_added_twice_at_once_is_added_once(server: &'static Server) {
    let acme = server.organization();
    let (room, uma) = (acme.entity("Room"), acme.user("Uma Member"));
    let roles = ["clerk", "auditor", "approver", "manager"];
    let answers = at_once(4, |number| {
        acme.put(&format!("/entities/{room}/members/{}", uma.id))
            .by(&acme.primary)
            .json(&json!({"role": roles[number]}))
            .send()
    });
    assert_eq!(statuses(&answers), [200, 200, 200, 201], "{answers:?}");
    assert_eq!(acme.shown_entity(&room)["member_count"], 1);
    assert_eq!(
        acme.shown(&uma.id)["memberships"].as_array().unwrap().len(),
        1
    );
}

/// R-ENT-6.
fn an_entity_deleted_while_a_member_is_added_leaves_nothing(server: &'static Server) {
    let acme = server.organization();
    let (room, uma) = (acme.archived_entity("Room"), acme.user("Uma Member"));
    let path = format!("/entities/{room}");
    let answers = at_once(3, |number| match number {
        0 => acme.delete(&path).by(&acme.primary).send(),
        1 => acme
            .post(&format!("{path}/unarchive"))
            .by(&acme.primary)
            .send(),
        _ => acme
            .put(&format!("{path}/members/{}", uma.id))
            .by(&acme.primary)
            .json(&json!({"role": "clerk"}))
            .send(),
    });
    let there = acme.get(&path).by(OPERATOR).send().status == 200;
    assert_eq!(there, answers[0].status == 409, "{answers:?}");
    let memberships = acme.shown(&uma.id)["memberships"].as_array().unwrap().len();
    assert_eq!(
        memberships,
        usize::from(answers[2].status == 201),
        "{answers:?}"
    );
    if !there {
        assert_eq!(answers[0].status, 204);
        assert_eq!(memberships, 0);
    }
}

/// Lesson 50: hashing holds nothing that others need, and its queue has an end.
fn a_flood_of_sign_ins_is_answered_or_told_to_come_back(server: &'static Server) {
    let acme = server.organization();
    let answers = at_once(120, |number| {
        if number.is_multiple_of(10) {
            acme.get("/users").by(&acme.primary).send()
        } else {
            server.signed_in(&acme.primary.email, PASSWORD)
        }
    });
    for (number, answer) in answers.iter().enumerate() {
        match answer.status {
            503 => drop(answer.refused(&server.url, 503, "unavailable")),
            status if number.is_multiple_of(10) => assert_eq!(status, 200, "{answer}"),
            status => assert_eq!(status, 201, "{answer}"),
        }
    }
    let signed_in = answers.iter().filter(|answer| answer.status == 201).count();
    assert!(signed_in >= 64, "a queue of at least 64: {signed_in}");
    let read = answers.iter().step_by(10);
    assert!(
        read.clone().all(|answer| answer.status == 200),
        "reads wait for no hash"
    );
}
