//! `/healthz`, `/readyz`, `/metrics`, `/problems`

use serde_json::json;
use vestibule_web::Code;

use crate::support::{House, on_both_databases};

on_both_databases![
    the_server_says_that_it_is_alive_and_ready,
    answers_are_counted_by_route_and_no_token_is_in_the_labels,
    every_code_has_its_page,
];

async fn the_server_says_that_it_is_alive_and_ready(house: &House) {
    for path in ["/healthz", "/readyz"] {
        assert_eq!(
            house.anyone().get(path).await.expect(200),
            json!({"status": "ok"})
        );
    }
}

async fn answers_are_counted_by_route_and_no_token_is_in_the_labels(house: &House) {
    house.anyone().get("/v1/invitations/secret-token").await;
    let answer = house.anyone().get("/metrics").await;
    let text = String::from_utf8(answer.body).unwrap();
    assert!(
        text.contains(r#"route="/v1/invitations/{token}",status="404""#),
        "{text}"
    );
    assert!(!text.contains("secret-token"));
}

/// R-ANS-1: the `type` of a problem answers.
async fn every_code_has_its_page(house: &House) {
    for code in Code::ALL {
        let answer = house
            .anyone()
            .get(&format!("/problems/{}", code.as_str()))
            .await;
        assert_eq!(answer.status, 200);
        let text = String::from_utf8(answer.body).unwrap();
        assert!(text.contains(code.as_str()) && text.contains(code.title()));
    }
    assert_eq!(house.anyone().get("/problems").await.status, 200);
    house
        .anyone()
        .get("/problems/no-such-code")
        .await
        .refused(404, "not_found");
}
