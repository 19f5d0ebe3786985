//! What holds for every path: ids of requests, methods, media types, sizes, unknown paths.

use serde_json::json;

use crate::support::{House, on_both_databases};

on_both_databases![
    every_answer_carries_the_id_of_its_request,
    an_unknown_path_and_a_method_that_is_not_there_are_problems,
    head_is_get_without_a_body,
    only_json_is_taken_and_given,
    a_body_that_is_too_large_is_refused,
    a_call_without_fields_takes_none,
    answers_say_how_they_may_be_used,
    a_wrong_token_is_not_signed_in,
];

async fn every_answer_carries_the_id_of_its_request(house: &House) {
    for path in ["/v1/me", "/nowhere", "/healthz"] {
        assert!(
            house
                .anyone()
                .get(path)
                .await
                .header("x-request-id")
                .is_some()
        );
        let answer = house
            .anyone()
            .header("X-Request-Id", "my-1")
            .get(path)
            .await;
        assert_eq!(answer.header("x-request-id"), Some("my-1"));
    }
    let answer = house
        .anyone()
        .header("X-Request-Id", "a b")
        .get("/healthz")
        .await;
    assert_ne!(answer.header("x-request-id"), Some("a b"));
}

async fn an_unknown_path_and_a_method_that_is_not_there_are_problems(house: &House) {
    for path in ["/nowhere", "/v1", "/v1/nowhere", "/v1/organizations/x/y/z"] {
        house.anyone().get(path).await.refused(404, "not_found");
    }
    let answer = house.anyone().send("PATCH", "/v1/sessions", None).await;
    answer.refused(405, "method_not_allowed");
    let allow = answer.header("allow").unwrap();
    assert!(allow.contains("GET") && allow.contains("POST"), "{allow}");
    let answer = house.anyone().send("OPTIONS", "/v1/sessions", None).await;
    assert_eq!(answer.status, 204);
    assert!(answer.header("allow").unwrap().contains("POST"));
}

async fn head_is_get_without_a_body(house: &House) {
    let get = house.owner().get("/v1/me").await;
    let head = house.owner().send("HEAD", "/v1/me", None).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("etag"), get.header("etag"));
    assert_eq!(head.header("content-length"), get.header("content-length"));
}

async fn only_json_is_taken_and_given(house: &House) {
    let form = house
        .anyone()
        .header("Content-Type", "application/x-www-form-urlencoded");
    form.send("POST", "/v1/sessions", Some(b"email=a"))
        .await
        .refused(415, "unsupported_media_type");
    let json = house.anyone().header("Content-Type", "application/json");
    json.send("POST", "/v1/sessions", Some(b""))
        .await
        .refused(400, "malformed_request");
    json.send(
        "POST",
        "/v1/sessions",
        Some(b"{\"email\":\"a\",\"email\":\"b\"}"),
    )
    .await
    .refused(400, "malformed_request");
    for (accept, status) in [
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("*/*", 200),
        ("text/html, application/json;q=0.1", 200),
    ] {
        assert_eq!(
            house
                .owner()
                .header("Accept", accept)
                .get("/v1/me")
                .await
                .status,
            status,
            "{accept}"
        );
    }
    let answer = house
        .owner()
        .header("Accept", "text/html")
        .get("/v1/me")
        .await;
    answer.refused(406, "not_acceptable");
}

async fn a_body_that_is_too_large_is_refused(house: &House) {
    let large = json!({"email": "x".repeat(2 * 1024 * 1024)});
    house
        .anyone()
        .post("/v1/sessions", large)
        .await
        .refused(413, "body_too_large");
}

async fn a_call_without_fields_takes_none(house: &House) {
    let path = house.path(&format!("users/{}/deactivate", house.owner.user));
    house
        .owner()
        .post(&path, json!({"reason": "x"}))
        .await
        .refused(400, "unknown_field");
    house
        .owner()
        .get("/v1/me?x=1")
        .await
        .refused(400, "unknown_field");
    house
        .owner()
        .delete("/v1/sessions/current?x")
        .await
        .refused(400, "unknown_field");
}

async fn answers_say_how_they_may_be_used(house: &House) {
    let answer = house.owner().get("/v1/sessions").await;
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert!(
        answer
            .header("content-security-policy")
            .unwrap()
            .contains("default-src 'none'")
    );
    let answer = house.anyone().get("/v1/sessions").await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

/// A token that does not hold is not helped by a cookie beside it.
async fn a_wrong_token_is_not_signed_in(house: &House) {
    let cookie = format!("vestibule_session={}", house.owner.token);
    for token in [
        "",
        "x",
        "vst_s",
        "Basic",
        &format!("{}x", house.owner.token),
    ] {
        let answer = house
            .anyone()
            .bearer(token)
            .header("Cookie", &cookie)
            .get("/v1/me")
            .await;
        answer.refused(401, "not_signed_in");
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .starts_with("Bearer")
        );
    }
}
