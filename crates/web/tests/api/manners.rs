//! What holds for every path: ids of requests, methods, media types, sizes, unknown paths.

use serde_json::json;

use crate::support::{Answer, Asking, House, on_both_databases};

on_both_databases![
    every_answer_carries_the_id_of_its_request,
    an_unknown_path_and_a_method_that_is_not_there_are_problems,
    head_is_get_without_a_body,
    only_json_is_taken_and_given,
    a_body_that_is_too_large_is_refused,
    a_call_without_fields_takes_none,
    every_path_takes_the_methods_that_the_document_says_and_no_other,
    every_address_refuses_what_it_does_not_know,
    a_call_that_takes_no_body_refuses_one,
    a_bad_limit_hides_no_bad_cursor,
    a_number_is_written_in_digits,
    headers_that_are_too_large_are_a_problem_too,
    a_list_is_compressed_and_a_single_resource_is_not,
    no_other_site_may_ask_unless_configured,
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

/// Interop: 405 with `Allow` for what is not declared, HEAD wherever GET is, and OPTIONS says both.
async fn every_path_takes_the_methods_that_the_document_says_and_no_other(house: &House) {
    let document = house.anyone().get("/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().unwrap();
    for (template, item) in paths {
        let path: String = template
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        let declared = |method: &str| item.get(method.to_lowercase()).is_some();
        let mut allowed: Vec<&str> = ["GET", "POST", "PUT", "PATCH", "DELETE"]
            .into_iter()
            .filter(|method| declared(method))
            .collect();
        if declared("GET") {
            allowed.push("HEAD");
            let head = house.anyone().send("HEAD", &path, None).await;
            let get = house.anyone().get(&path).await;
            assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
        }
        allowed.sort_unstable();
        let said = |answer: &Answer| {
            let allow = answer.header("allow").expect("`Allow` is sent");
            let mut said: Vec<String> = allow.split(',').map(|one| one.trim().to_owned()).collect();
            said.sort_unstable();
            said
        };
        let options = house.anyone().send("OPTIONS", &path, None).await;
        assert_eq!(options.status, 204, "{path}");
        assert_eq!(said(&options), allowed, "{path}");
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"] {
            if declared(method) {
                continue;
            }
            let answer = house.owner().send(method, &path, None).await;
            answer.refused(405, "method_not_allowed");
            assert_eq!(said(&answer), allowed, "{method} {path}");
        }
    }
}

/// R-ANS-3: a typing error never passes for a wish, outside `/v1` neither.
async fn every_address_refuses_what_it_does_not_know(house: &House) {
    for path in [
        "/healthz",
        "/readyz",
        "/openapi.json",
        "/metrics",
        "/problems",
        "/problems/not_found",
    ] {
        assert_eq!(house.anyone().get(path).await.status, 200, "{path}");
        let pointers = house
            .anyone()
            .get(&format!("{path}?verbose=1"))
            .await
            .refused(400, "unknown_field");
        assert_eq!(pointers, ["?verbose"], "{path}");
        let answer = house.anyone().send("GET", path, Some(b"{}")).await;
        answer.refused(400, "malformed_request");
    }
}

/// What a body says was meant: nothing is done as if it had not been sent.
async fn a_call_that_takes_no_body_refuses_one(house: &House) {
    let user = house.join("uma@house.example", "user").await.user;
    let path = house.path(&format!("users/{user}"));
    for method in ["GET", "HEAD", "DELETE"] {
        let answer = house.owner().send(method, &path, Some(b"{}")).await;
        assert_eq!(answer.status, 400, "{method}");
    }
    let empty = house.owner().send("GET", &path, Some(b"")).await;
    assert_eq!(empty.expect(200)["status"], "active");
    let refused = house.anyone().send("DELETE", "/v1/me", Some(b"{}")).await;
    refused.refused(400, "malformed_request");
}

/// api.md, order of refusals: malformed comes first, before who asks is known, too.
async fn a_bad_limit_hides_no_bad_cursor(house: &House) {
    let entity = house.entity("Hall").await;
    for path in [
        house.path("users"),
        house.path("entities"),
        house.path("invitations"),
        house.path("api-keys"),
        house.path(&format!("entities/{entity}/members")),
        house.path(&format!("entities/{entity}/candidates")),
        "/v1/sessions".to_owned(),
    ] {
        let both = format!("{path}?limit=0&cursor=garbage");
        for asking in [house.owner(), house.anyone()] {
            let pointers = asking.get(&both).await.refused(400, "invalid_cursor");
            assert_eq!(pointers, ["?cursor"], "{path}");
        }
        let answer = house.owner().get(&format!("{path}?limit=0")).await;
        answer.refused(422, "invalid_field");
    }
    house.invite("ivy@house.example", "user").await;
    let page = house.owner().get(&house.path("users?limit=1")).await;
    let cursor = page.expect(200)["next_cursor"].as_str().unwrap().to_owned();
    for (query, status, code) in [
        ("limit=0&sort=email", 400, "invalid_cursor"),
        ("limit=0&sort=name", 422, "invalid_field"),
        ("sort=size", 422, "invalid_field"),
    ] {
        let path = house.path(&format!("users?{query}&cursor={cursor}"));
        house.owner().get(&path).await.refused(status, code);
    }
}

/// A sign or leading zeros are no digits of a JSON number.
async fn a_number_is_written_in_digits(house: &House) {
    for number in ["%2B5", "+5", "-5", "05", "5.0", "0x5", "", "5e0"] {
        let hash = "0".repeat(64);
        for path in [
            house.path(&format!("users?limit={number}")),
            house.path(&format!("audit-events?after={number}")),
            house.path(&format!("audit-events/verify?seq={number}&hash={hash}")),
        ] {
            house.owner().get(&path).await.refused(422, "invalid_field");
        }
    }
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

/// Interop: with the id of the request, as every answer.
async fn headers_that_are_too_large_are_a_problem_too(house: &House) {
    let large = house.owner().header("X-Large", &"x".repeat(40 * 1024));
    let answer = large.get("/v1/me").await;
    answer.refused(431, "headers_too_large");
    assert!(answer.header("x-request-id").is_some());
}

/// RFC 9110, 8.8: a strong tag names the same bytes for everybody, and a weak one the same meaning.
async fn a_list_is_compressed_and_a_single_resource_is_not(house: &House) {
    let gzip = |asking: Asking| asking.header("Accept-Encoding", "gzip");
    let list = house.path("users");
    let plain = house.owner().get(&list).await;
    let zipped = gzip(house.owner()).get(&list).await;
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    let (tag, weak) = (
        plain.header("etag").unwrap(),
        zipped.header("etag").unwrap(),
    );
    assert_eq!(weak, format!("W/{tag}"));
    for answer in [&plain, &zipped] {
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
    }
    for known in [tag, weak] {
        let again = house
            .owner()
            .header("If-None-Match", known)
            .get(&list)
            .await;
        assert_eq!((again.status, again.body.len()), (304, 0));
        assert_eq!(again.header("vary"), Some("accept-encoding"));
    }

    let one = house.path(&format!("users/{}", house.owner.user));
    let plain = house.owner().get(&one).await;
    let asked = gzip(house.owner()).get(&one).await;
    assert_eq!(asked.header("content-encoding"), None);
    assert_eq!(asked.header("etag"), plain.header("etag"));
    let guarded = gzip(house.owner()).header("If-Match", asked.header("etag").unwrap());
    guarded.patch(&one, json!({})).await.expect(200);
}

async fn no_other_site_may_ask_unless_configured(house: &House) {
    let page = house.owner().header("Origin", "https://app.example.com");
    let answer = page.get("/v1/me").await;
    answer.expect(200);
    let question = page.header("Access-Control-Request-Method", "PATCH");
    let question = question.send("OPTIONS", "/v1/me", None).await;
    assert!(question.header("allow").unwrap().contains("PATCH"));
    for answer in [answer, question] {
        for name in ["allow-origin", "allow-methods", "allow-credentials"] {
            assert_eq!(answer.header(&format!("access-control-{name}")), None);
        }
    }
}

/// The CORS protocol, as browsers speak it.
#[tokio::test(flavor = "multi_thread")]
async fn pages_of_configured_sites_may_ask_with_a_token() {
    let origins = "https://app.example.com, http://localhost:5173";
    let house = House::told(|settings| settings.allowed_origins = origins.parse().unwrap()).await;
    let from = |origin: &str| house.owner().header("Origin", origin);
    let may = |answer: &Answer| {
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        answer
            .header("access-control-allow-origin")
            .map(str::to_owned)
    };
    for origin in ["https://app.example.com", "http://localhost:5173"] {
        let question = from(origin).header("Access-Control-Request-Method", "PUT");
        let question = question.send("OPTIONS", &house.path("users"), None).await;
        assert_eq!(
            (question.status, may(&question).as_deref()),
            (204, Some(origin))
        );
        let sent = question.header("access-control-allow-headers").unwrap();
        assert!(sent.contains("authorization") && sent.contains("idempotency-key"));
        for path in ["/v1/me", "/v1/nowhere", "/openapi.json"] {
            let answer = from(origin).get(path).await;
            assert_eq!(may(&answer).as_deref(), Some(origin), "{path}");
            assert!(answer.header("vary").unwrap().contains("origin"), "{path}");
            let shown = answer.header("access-control-expose-headers").unwrap();
            assert!(shown.contains("etag") && shown.contains("x-request-id"));
        }
    }
    for origin in ["https://evil.example", "http://app.example.com", "null"] {
        let answer = from(origin).get("/v1/me").await;
        assert_eq!(may(&answer), None, "{origin}");
        assert!(answer.header("vary").unwrap().contains("origin"));
    }
    let plain = from("https://app.example.com")
        .send("OPTIONS", "/v1/me", None)
        .await;
    assert!(plain.header("allow").unwrap().contains("PATCH"));
    let page = from("https://app.example.com").get("/problems").await;
    assert_eq!(may(&page), None);
}

/// R-SES-3, R-AUD-1: whom a trusted proxy names is who asks, and nobody else is.
#[tokio::test(flavor = "multi_thread")]
async fn the_record_knows_whom_a_trusted_proxy_asks_for() {
    for (proxies, recorded) in [
        ("127.0.0.0/8, ::1", "198.51.100.7"),
        ("10.0.0.0/8", "127.0.0.1"),
    ] {
        let house =
            House::told(|settings| settings.trusted_proxies = proxies.parse().unwrap()).await;
        let body = json!({"name": "Hall"});
        let asking = house
            .owner()
            .header("X-Forwarded-For", "1.1.1.1, 198.51.100.7");
        let asking = asking.header("Forwarded", "for=2.2.2.2");
        asking.post(&house.path("entities"), body).await.expect(201);
        let events = house
            .owner()
            .get(&house.path("audit-events"))
            .await
            .expect(200);
        let last = events["items"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["origin"]["address"], recorded);
    }
}
