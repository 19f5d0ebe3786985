//! Many invitations at once, in JSON and CSV: an outcome for every row, none lost (R-INV-8).

use serde_json::{Value, json};

use super::{
    call::Call,
    form,
    organization::Organization,
    server::{OPERATOR, Server},
};

on_both_databases![
    each_row_has_its_own_outcome,
    a_batch_sent_again_invites_nobody_twice,
    the_second_row_of_an_email_in_json_is_refused,
    one_event_is_written_for_each_person,
    a_csv_file_is_read_in_any_column_order,
    a_mark_blank_lines_and_quotes_are_read_as_csv_has_them,
    rows_of_one_email_join_into_one_invitation,
    rows_of_one_email_that_disagree_are_all_refused,
    a_semicolon_file_invites_nobody_by_mistake,
    a_file_that_cannot_be_read_is_refused_whole,
    a_batch_that_cannot_be_read_is_refused_whole,
    more_than_ten_thousand_rows_are_refused_whole,
    who_may_invite_may_invite_many,
    the_mails_of_a_batch_go_out,
];

fn send(acme: &Organization, invitations: &Value) -> Call {
    acme.post("/invitations/batch")
        .by(&acme.primary)
        .json(&json!({"invitations": invitations}))
}

fn send_csv(acme: &Organization, csv: &str) -> Call {
    acme.post("/invitations/batch")
        .by(&acme.primary)
        .body("text/csv", csv)
}

/// Checks the form and the counts, and gives each row's `invited` or code of refusal.
#[track_caller]
fn outcomes(answer: &Value) -> Vec<String> {
    form::fields(answer, &["items", "invited", "refused"]);
    let items = answer["items"].as_array().unwrap();
    let mut invited = 0;
    let outcomes = items.iter().zip(1_u64..).map(|(item, row)| {
        assert_eq!(item["row"], row, "{item}");
        for field in item.as_object().unwrap().keys() {
            assert!(
                ["row", "status", "user_id", "code", "detail"].contains(&field.as_str()),
                "{item}"
            );
        }
        if item["status"] == "invited" {
            invited += 1;
            form::id(&item["user_id"]);
            assert!(item["code"].is_null() && item["detail"].is_null(), "{item}");
            "invited".to_owned()
        } else {
            assert_eq!(item["status"], "refused", "{item}");
            assert!(
                item["user_id"].is_null() && form::text(&item["detail"]).len() > 3,
                "{item}"
            );
            form::text(&item["code"]).to_owned()
        }
    });
    let outcomes: Vec<_> = outcomes.collect();
    assert_eq!(answer["invited"], invited);
    assert_eq!(answer["refused"], items.len() - invited);
    outcomes
}

/// How many users the organization has.
#[track_caller]
fn users(acme: &Organization) -> u64 {
    form::number(
        &acme
            .get("/users")
            .query("include_total", "true")
            .query("limit", "1")
            .by(OPERATOR)
            .ok(200)["total"],
    )
}

/// Lesson 37.
fn each_row_has_its_own_outcome(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let (room, archived, foreign) = (
        acme.entity("Room"),
        acme.archived_entity("Old"),
        other.entity("Foreign"),
    );
    let there = acme.invited();
    let (first, last) = (server.email(), server.email());
    let staged = |entity: &str| json!({"email": server.email(), "role": "user", "memberships": [{"entity_id": entity, "role": "clerk"}]});
    let rows = json!([
        {"email": first, "role": "admin", "name": "Fay First", "memberships": [{"entity_id": room, "role": "manager"}]},
        {"email": "no email", "role": "user"},
        {"email": there.email, "role": "user"},
        staged(&archived),
        staged(&foreign),
        {"email": server.email(), "role": "primary_admin"},
        {"email": acme.primary.email, "role": "user"},
        {"email": last, "role": "user"},
    ]);
    let answer = send(&acme, &rows).ok(200);
    let expected = [
        "invited",
        "invalid_email",
        "email_already_in_organization",
        "entity_archived",
        "entity_not_found",
        "invalid_field",
        "email_already_in_organization",
        "invited",
    ];
    assert_eq!(outcomes(&answer), expected);
    let fay = acme.shown(form::text(&answer["items"][0]["user_id"]));
    assert_eq!(
        (&fay["name"], &fay["role"], &fay["status"]),
        (&json!("Fay First"), &json!("admin"), &json!("invited"))
    );
    assert_eq!(
        fay["memberships"],
        json!([{"entity_id": room, "entity_name": "Room", "role": "manager"}])
    );
    assert_eq!(users(&acme), 4);
}

/// R-INV-8.
fn a_batch_sent_again_invites_nobody_twice(server: &'static Server) {
    let acme = server.organization();
    let rows = json!([{"email": server.email(), "role": "user"}, {"email": server.email(), "role": "user"}]);
    assert_eq!(
        outcomes(&send(&acme, &rows).ok(200)),
        ["invited", "invited"]
    );
    assert_eq!(
        outcomes(&send(&acme, &rows).ok(200)),
        [
            "email_already_in_organization",
            "email_already_in_organization"
        ]
    );
    assert_eq!(users(&acme), 3);
}

/// Each row stands for itself: in JSON nothing is joined.
fn the_second_row_of_an_email_in_json_is_refused(server: &'static Server) {
    let acme = server.organization();
    let email = server.email();
    let rows =
        json!([{"email": email, "role": "user"}, {"email": email.to_uppercase(), "role": "admin"}]);
    assert_eq!(
        outcomes(&send(&acme, &rows).ok(200)),
        ["invited", "email_already_in_organization"]
    );
}

/// R-AUD-1.
fn one_event_is_written_for_each_person(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Room");
    let email = server.email();
    let csv = format!(
        "email,role,entity,entity_role\n{email},user,Room,clerk\n{},user,,\nnobody,user,,\n{email},user,{},auditor\n",
        server.email(),
        acme.entity("Second"),
    );
    let events = acme.recorded(|| {
        let rows = json!([{"email": server.email(), "role": "user", "memberships": [{"entity_id": room, "role": "clerk"}]}, {"email": "no", "role": "user"}]);
        send(&acme, &rows).ok(200);
    });
    assert_eq!(events.len(), 1, "{events:?}");
    let events = acme.recorded(|| drop(send_csv(&acme, &csv).ok(200)));
    assert_eq!(events.len(), 2, "{events:?}");
}

/// An entity is named by id or name.
fn a_csv_file_is_read_in_any_column_order(server: &'static Server) {
    let acme = server.organization();
    let room = acme.entity("Z\u{fc}rich Sales");
    let (ann, bob) = (server.email(), server.email());
    let csv = format!(
        "entity_role,name,entity,role,email\r\nclerk,Ann One,z\u{dc}RICH sales,user,{ann}\r\nadmin,,{room},admin,{bob}\r\n"
    );
    let answer = send_csv(&acme, &csv).ok(200);
    assert_eq!(outcomes(&answer), ["invited", "invited"]);
    let (one, two) = (
        acme.shown(form::text(&answer["items"][0]["user_id"])),
        acme.shown(form::text(&answer["items"][1]["user_id"])),
    );
    assert_eq!(
        (&one["email"], &one["name"], &one["role"]),
        (&json!(ann), &json!("Ann One"), &json!("user"))
    );
    assert_eq!(
        one["memberships"],
        json!([{"entity_id": room, "entity_name": "Z\u{fc}rich Sales", "role": "clerk"}])
    );
    assert_eq!(
        (&two["email"], &two["name"], &two["role"]),
        (&json!(bob), &Value::Null, &json!("admin"))
    );
    assert_eq!(two["memberships"][0]["role"], "admin");
    let plain = format!("role,email\nuser,{}\n", server.email());
    assert_eq!(outcomes(&send_csv(&acme, &plain).ok(200)), ["invited"]);
}

/// RFC 4180; rows count from 1, and neither the header nor a blank line is one.
fn a_mark_blank_lines_and_quotes_are_read_as_csv_has_them(server: &'static Server) {
    let acme = server.organization();
    acme.entity("Sales, \"North\"");
    let (ann, bob) = (server.email(), server.email());
    let csv = format!(
        "\u{feff}email,role,name,entity,entity_role\r\n\r\n{ann},user,\"O'Hara, Ann\",\"Sales, \"\"North\"\"\",clerk\r\n\r\n\r\n{bob},user,Bob,,\r\n\r\n"
    );
    let answer = send_csv(&acme, &csv).ok(200);
    assert_eq!(outcomes(&answer), ["invited", "invited"]);
    let one = acme.shown(form::text(&answer["items"][0]["user_id"]));
    assert_eq!(
        (&one["email"], &one["name"]),
        (&json!(ann), &json!("O'Hara, Ann"))
    );
    assert_eq!(one["memberships"][0]["entity_name"], "Sales, \"North\"");
    let charset = acme.post("/invitations/batch").by(&acme.primary).body(
        "text/csv; charset=utf-8; header=present",
        &format!("email,role\n{},user", server.email()),
    );
    assert_eq!(outcomes(&charset.ok(200)), ["invited"]);
}

/// Counts are of rows.
fn rows_of_one_email_join_into_one_invitation(server: &'static Server) {
    let acme = server.organization();
    let (north, south) = (acme.entity("North"), acme.entity("South"));
    let email = server.email();
    let csv = format!(
        "email,role,entity,entity_role\n{email},user,North,clerk\n{},user,,\n{},user,South,admin\n",
        server.email(),
        email.to_uppercase(),
    );
    let answer = send_csv(&acme, &csv).ok(200);
    assert_eq!(outcomes(&answer), ["invited", "invited", "invited"]);
    assert_eq!(answer["items"][0]["user_id"], answer["items"][2]["user_id"]);
    let user = acme.shown(form::text(&answer["items"][0]["user_id"]));
    let memberships = json!([
        {"entity_id": north, "entity_name": "North", "role": "clerk"},
        {"entity_id": south, "entity_name": "South", "role": "admin"},
    ]);
    assert_eq!(
        form::sorted(&user["memberships"]),
        form::sorted(&memberships)
    );
    assert_eq!(users(&acme), 3);
    server.mailbox.first_to(&email);
    assert_eq!(server.mailbox.count_to(&email), 1);
}

/// R-INV-8.
fn rows_of_one_email_that_disagree_are_all_refused(server: &'static Server) {
    let acme = server.organization();
    acme.entity("North");
    let (email, other) = (server.email(), server.email());
    let csv = format!(
        "email,role,entity,entity_role\n{email},user,North,clerk\n{other},user,,\n{email},admin,,\n"
    );
    let answer = send_csv(&acme, &csv).ok(200);
    let found = outcomes(&answer);
    assert_ne!(found[0], "invited");
    assert_eq!(found[1], "invited");
    assert_ne!(found[2], "invited");
    assert_eq!(users(&acme), 2);
}

/// Lesson 36: the separator is recognised, or the whole file is refused.
fn a_semicolon_file_invites_nobody_by_mistake(server: &'static Server) {
    let acme = server.organization();
    let csv = format!(
        "email;role;name\n{};user;Ann\n{};admin;\"Bee; Bob\"\n",
        server.email(),
        server.email()
    );
    let answer = send_csv(&acme, &csv).send();
    if answer.status == 200 {
        let answer = answer.ok(200);
        assert_eq!(outcomes(&answer), ["invited", "invited"]);
        assert_eq!(
            acme.shown(form::text(&answer["items"][1]["user_id"]))["name"],
            "Bee; Bob"
        );
    } else {
        let refused = answer.refused(&server.url, 400, "malformed_request");
        let said = refused.value.to_string();
        assert!(
            said.contains("semicolon") || said.contains(';'),
            "it names the separator: {said}"
        );
        assert_eq!(users(&acme), 1);
    }
}

/// Headers that are missing, unknown or twice; rows of another length; text that is no UTF-8.
fn a_file_that_cannot_be_read_is_refused_whole(server: &'static Server) {
    let acme = server.organization();
    let email = server.email();
    let unreadable = |csv: &[u8]| {
        let answer = acme
            .post("/invitations/batch")
            .by(&acme.primary)
            .bytes("text/csv", csv)
            .send();
        assert!([400, 422].contains(&answer.status), "{answer}");
        let code =
            form::text(&serde_json::from_slice::<Value>(&answer.body).unwrap()["code"]).to_owned();
        answer.refused(&server.url, answer.status, &code);
        assert_eq!(users(&acme), 1);
    };
    unreadable(b"");
    unreadable(b"\r\n\r\n");
    unreadable(format!("{email},user\n").as_bytes());
    unreadable(format!("email\n{email}\n").as_bytes());
    unreadable(format!("email,role,phone\n{email},user,123\n").as_bytes());
    unreadable(format!("email,role,email\n{email},user,{email}\n").as_bytes());
    unreadable(&[b"email,role,name\n", email.as_bytes(), b",user,\xff\xfe\n"].concat());
    // A row of another length is that row's fault only, or the file's; nobody comes of it.
    let ragged = send_csv(&acme, &format!("email,role\n{email},user,extra,fields\n")).send();
    if ragged.status == 200 {
        assert_ne!(outcomes(&ragged.ok(200)), ["invited"]);
    }
    assert_eq!(users(&acme), 1);
}

/// R-ANS-3.
fn a_batch_that_cannot_be_read_is_refused_whole(server: &'static Server) {
    let acme = server.organization();
    let post = || acme.post("/invitations/batch").by(&acme.primary);
    post()
        .json(&json!({}))
        .blamed("invalid_field", "/invitations");
    post()
        .json(&json!({"invitations": "ann"}))
        .blamed("invalid_field", "/invitations");
    post()
        .json(&json!({"invitations": [], "dry_run": true}))
        .refused(400, "unknown_field")
        .blames("/dry_run");
    post()
        .body("application/json", "{\"invitations\": [")
        .refused(400, "malformed_request");
    post()
        .body("application/xml", "<invitations/>")
        .refused(415, "unsupported_media_type");
    assert_eq!(users(&acme), 1);
}

/// R-INV-8.
fn more_than_ten_thousand_rows_are_refused_whole(server: &'static Server) {
    let acme = server.organization();
    let rows: Vec<_> = (0..10_001)
        .map(|row| json!({"email": format!("p{row}@many.example"), "role": "user"}))
        .collect();
    send(&acme, &json!(rows)).blamed("invalid_field", "/invitations");
    let csv = (0..10_001).fold("email,role\n".to_owned(), |csv, row| {
        csv + &format!("p{row}@many.example,user\n")
    });
    send_csv(&acme, &csv).refused(422, "invalid_field");
    assert_eq!(users(&acme), 1);
}

/// R-ORG-2.
fn who_may_invite_may_invite_many(server: &'static Server) {
    let acme = server.organization();
    let (admin, user) = (acme.admin("Ada Admin"), acme.user("Uma User"));
    let rows = || json!({"invitations": [{"email": server.email(), "role": "user"}]});
    for bearer in [
        admin.as_ref(),
        user.as_ref(),
        &acme.key("auditor").1,
        &acme.key("admin").1,
    ] {
        acme.post("/invitations/batch")
            .by(bearer)
            .json(&rows())
            .refused(403, "not_allowed");
    }
    acme.post("/invitations/batch")
        .json(&rows())
        .refused(401, "not_signed_in");
    for bearer in [OPERATOR, &acme.key("user_manager").1] {
        assert_eq!(
            outcomes(
                &acme
                    .post("/invitations/batch")
                    .by(bearer)
                    .json(&rows())
                    .ok(200)
            ),
            ["invited"]
        );
    }
}

/// R-INV-3: an invitation of a batch is one like any other.
fn the_mails_of_a_batch_go_out(server: &'static Server) {
    let acme = server.organization();
    let emails: Vec<_> = (0..20).map(|_| server.email()).collect();
    let rows: Vec<_> = emails
        .iter()
        .map(|email| json!({"email": email, "role": "user"}))
        .collect();
    send(&acme, &json!(rows)).ok(200);
    for email in &emails {
        let token = server.invitation_token(email, 1);
        assert_eq!(
            server.get(format!("/v1/invitations/{token}")).ok(200)["email"],
            *email
        );
    }
}
