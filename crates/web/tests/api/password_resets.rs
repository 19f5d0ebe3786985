//! `/v1/password-resets`

use serde_json::json;

use crate::support::{House, on_both_databases};

on_both_databases![
    asking_tells_nothing_about_the_email,
    a_wrong_link_is_refused_before_its_fields,
];

/// R-INV-7, lesson 26.
async fn asking_tells_nothing_about_the_email(house: &House) {
    let mut answers = Vec::new();
    for email in ["olivia@house.example", "nobody@house.example"] {
        let answer = house
            .anyone()
            .post("/v1/password-resets", json!({"email": email}))
            .await;
        answer.expect(202);
        answers.push(answer.body);
    }
    assert_eq!(answers[0], answers[1]);
    house
        .anyone()
        .post("/v1/password-resets", json!({"email": "x"}))
        .await
        .refused(422, "invalid_email");
}

/// R-INV-7.
async fn a_wrong_link_is_refused_before_its_fields(house: &House) {
    let path = "/v1/password-resets/not-a-token";
    house
        .anyone()
        .post(path, json!({}))
        .await
        .refused(404, "reset_not_usable");
    house
        .anyone()
        .post(path, json!({"x": 1}))
        .await
        .refused(400, "unknown_field");
}
