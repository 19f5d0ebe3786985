//! `/v1/organizations/{org}/invitations/batch`

use serde_json::json;

use crate::support::{House, on_both_databases};

on_both_databases![
    each_row_stands_for_itself_and_has_an_outcome,
    a_row_that_is_none_refuses_the_batch,
    a_csv_file_invites_with_memberships_by_name_or_id,
    a_semicolon_file_invites_nobody_and_says_why,
    a_batch_is_refused_whole_for_who_asks_and_for_its_form,
    two_thousand_rows_go_in_one_request,
];

/// R-INV-8, lesson 37.
async fn each_row_stands_for_itself_and_has_an_outcome(house: &House) {
    let path = house.path("invitations/batch");
    let body = json!({"invitations": [
        {"email": "a@house.example", "role": "user"},
        {"email": "olivia@house.example", "role": "user"},
        {"email": "nobody", "role": "user"},
        {"email": "A@house.example", "role": "user"},
        {"email": "b@house.example"},
        {"email": "c@house.example", "role": "admin", "memberships": [
            {"entity_id": "0198c7a0-0000-7000-8000-000000000001", "role": "clerk"},
        ]},
    ]});
    let answer = house.owner().post(&path, body).await.expect(200);
    assert_eq!(
        (&answer["invited"], &answer["refused"]),
        (&json!(1), &json!(5))
    );
    let items = answer["items"].as_array().unwrap();
    let codes: Vec<_> = items.iter().map(|item| item["code"].as_str()).collect();
    assert_eq!(
        codes,
        [
            None,
            Some("email_already_in_organization"),
            Some("invalid_email"),
            Some("email_already_in_organization"),
            Some("invalid_field"),
            Some("entity_not_found"),
        ]
    );
    assert_eq!(items[0]["status"], "invited");
    assert!(items[0]["user_id"].is_string() && items[1]["user_id"].is_null());
    assert_eq!(items[5]["row"], 6);
}

/// R-INV-8: a value of another kind is no bad row but another form of body.
async fn a_row_that_is_none_refuses_the_batch(house: &House) {
    let path = house.path("invitations/batch");
    for (row, pointer) in [
        (json!(7), "/invitations/1"),
        (json!({"email": 7, "role": "user"}), "/invitations/1/email"),
        (
            json!({"email": "a@house.example", "role": null}),
            "/invitations/1/role",
        ),
        (
            json!({"memberships": [{"entity_id": []}]}),
            "/invitations/1/memberships/0/entity_id",
        ),
    ] {
        let good = json!({"email": "good@house.example", "role": "user", "name": null, "memberships": null});
        let body = json!({"invitations": [good, row]});
        let answer = house.owner().post(&path, body).await;
        assert_eq!(answer.refused(422, "invalid_field"), [pointer]);
    }
}

/// R-INV-8: entities by id or name, rows of one email joined, sent again without inviting twice.
async fn a_csv_file_invites_with_memberships_by_name_or_id(house: &House) {
    let (north, south) = (
        house.entity("North, Ltd").await,
        house.entity("South").await,
    );
    let old = house.entity("Old").await;
    house
        .owner()
        .order(&house.path(&format!("entities/{old}/archive")))
        .await
        .expect(200);
    let file = format!(
        "\u{feff}email,role,name,entity,entity_role\r\n\
         ann@house.example,user,Ann,\"north, ltd\",clerk\r\n\r\n\
         ann@house.example,user,,{south},admin\r\n\
         ann@house.example,user,,Old,admin\r\n\
         bob@house.example,admin,,Nowhere,admin\r\n"
    );
    let csv = house
        .owner()
        .header("Content-Type", "text/csv; charset=utf-8");
    let path = house.path("invitations/batch");
    let answer = csv
        .send("POST", &path, Some(file.as_bytes()))
        .await
        .expect(200);
    let codes: Vec<_> = answer["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["code"].as_str())
        .collect();
    assert_eq!(
        codes,
        [
            None,
            None,
            Some("entity_archived"),
            Some("entity_not_found")
        ]
    );
    assert_eq!(answer["items"][0]["user_id"], answer["items"][1]["user_id"]);
    assert_eq!(
        (&answer["invited"], &answer["refused"]),
        (&json!(2), &json!(2))
    );
    let user = house.path(&format!(
        "users/{}",
        answer["items"][0]["user_id"].as_str().unwrap()
    ));
    let user = house.owner().get(&user).await.expect(200);
    assert_eq!(
        user["memberships"],
        json!([
            {"entity_id": north, "entity_name": "North, Ltd", "role": "clerk"},
            {"entity_id": south, "entity_name": "South", "role": "admin"},
        ])
    );
    let again = csv
        .send("POST", &path, Some(file.as_bytes()))
        .await
        .expect(200);
    assert_eq!(again["invited"], 0);
    assert_eq!(again["items"][0]["code"], "email_already_in_organization");
}

/// Lesson 36.
async fn a_semicolon_file_invites_nobody_and_says_why(house: &House) {
    let answer = house
        .owner()
        .header("Content-Type", "text/csv")
        .send(
            "POST",
            &house.path("invitations/batch"),
            Some(b"email;role\nann@house.example;user\n"),
        )
        .await;
    answer.refused(400, "malformed_request");
    assert!(
        answer.json()["detail"]
            .as_str()
            .unwrap()
            .contains("semicolon")
    );
}

/// R-ORG-2, R-ANS-3.
async fn a_batch_is_refused_whole_for_who_asks_and_for_its_form(house: &House) {
    let ada = house.join("ada@house.example", "admin").await;
    let path = house.path("invitations/batch");
    let rows = json!({"invitations": [{"email": "a@house.example", "role": "user"}]});
    house
        .as_(&ada)
        .post(&path, rows.clone())
        .await
        .refused(403, "not_allowed");
    house
        .as_(&ada)
        .post(&path, json!({}))
        .await
        .refused(403, "not_allowed");
    assert_eq!(
        house
            .owner()
            .post(&path, json!({}))
            .await
            .refused(422, "invalid_field"),
        ["/invitations"]
    );
    let unknown = json!({"invitations": [{"email": "a@house.example", "role": "user", "x": 1}]});
    assert_eq!(
        house
            .owner()
            .post(&path, unknown)
            .await
            .refused(400, "unknown_field"),
        ["/invitations/0/x"]
    );
    let empty = house
        .owner()
        .post(&path, json!({"invitations": []}))
        .await
        .expect(200);
    assert_eq!(empty, json!({"items": [], "invited": 0, "refused": 0}));
    let keyed = house.owner().header("Idempotency-Key", "batch");
    let first = keyed.post(&path, rows.clone()).await.expect(200);
    assert_eq!(first["invited"], 1);
    assert_eq!(keyed.post(&path, rows).await.expect(200), first);
}

/// R-INV-8.
async fn two_thousand_rows_go_in_one_request(house: &House) {
    let rows: Vec<_> = (0..2000)
        .map(|number| json!({"email": format!("p{number}@house.example"), "role": "user"}))
        .collect();
    let answer = house
        .owner()
        .post(
            &house.path("invitations/batch"),
            json!({"invitations": rows}),
        )
        .await
        .expect(200);
    assert_eq!(answer["invited"], 2000);
    let list = house
        .owner()
        .get(&house.path("users?include_total=true&limit=1"))
        .await
        .expect(200);
    assert_eq!(list["total"], 2001);
}
