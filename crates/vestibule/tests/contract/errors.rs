//! The manners that hold everywhere: what cannot be read, what is not there, and how a refusal says so.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
};

use serde_json::{Value, json};

use super::{
    form,
    organization::PASSWORD,
    server::{OPERATOR, Server},
};

on_both_databases![
    what_is_no_json_is_malformed,
    another_content_type_is_refused,
    unknown_and_repeated_parameters_are_refused,
    a_control_character_in_a_query_is_malformed,
    an_unknown_path_is_not_found,
    another_method_is_refused_with_what_is_allowed,
    what_cannot_be_accepted_is_refused,
    a_body_too_large_is_refused,
    the_page_of_an_error_is_there,
    every_answer_has_a_request_id_of_its_own,
    refusals_come_in_their_order,
    the_service_paths_answer_anyone,
    the_document_describes_every_path,
    a_bearer_cannot_be_given_twice,
    the_instance_of_a_problem_names_the_request,
    answers_are_not_kept_by_others,
];

/// 400 `malformed_request`.
fn what_is_no_json_is_malformed(server: &'static Server) {
    let acme = server.organization();
    let post = || acme.post("/entities").by(&acme.primary);
    for body in [
        "",
        "{",
        "nonsense",
        "{\"name\": \"A\"} x",
        "{\"name\": \"A\",}",
        "{'name': 'A'}",
    ] {
        post()
            .body("application/json", body)
            .refused(400, "malformed_request");
    }
    post()
        .bytes("application/json", b"{\"name\": \"\xff\xfe\"}")
        .refused(400, "malformed_request");
    let deep = format!("{{\"name\": {}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let refused = post().body("application/json", &deep).send();
    assert!([400, 422].contains(&refused.status), "{}", refused.status);
    post()
        .body("application/json", "{\"name\": \"A\", \"name\": \"B\"}")
        .refused(400, "malformed_request");
    for body in ["[]", "\"A\"", "7", "null"] {
        let refused = post().body("application/json", body).send();
        assert!([400, 422].contains(&refused.status), "{refused}");
    }
    assert_eq!(
        form::items(&acme.get("/entities").by(&acme.primary).ok(200)).len(),
        0
    );
}

/// 415; parameters of the type are no other type.
fn another_content_type_is_refused(server: &'static Server) {
    let acme = server.organization();
    let post = |content_type: &str, name: &str| {
        acme.post("/entities")
            .by(&acme.primary)
            .body(content_type, &json!({"name": name}).to_string())
    };
    post("text/plain", "A").refused(415, "unsupported_media_type");
    post("application/x-www-form-urlencoded", "A").refused(415, "unsupported_media_type");
    post("application/json; charset=utf-8", "B").ok(201);
    post("APPLICATION/JSON", "C").ok(201);
}

/// 400; a filter repeated means any of the values.
fn unknown_and_repeated_parameters_are_refused(server: &'static Server) {
    let acme = server.organization();
    let users = || acme.get("/users").by(&acme.primary);
    users()
        .query("colour", "red")
        .refused(400, "unknown_field")
        .blames("?colour");
    acme.get("")
        .by(&acme.primary)
        .query("colour", "red")
        .refused(400, "unknown_field")
        .blames("?colour");
    acme.post("/entities")
        .by(&acme.primary)
        .query("colour", "red")
        .json(&json!({"name": "A"}))
        .refused(400, "unknown_field");
    server
        .get("/v1/me")
        .by(&acme.primary)
        .query("colour", "red")
        .refused(400, "unknown_field");
    for name in [
        "sort",
        "limit",
        "q",
        "cursor",
        "include_total",
        "without_entity",
    ] {
        let value = if name == "limit" { "10" } else { "name" };
        users()
            .query(name, value)
            .query(name, value)
            .refused(400, "malformed_request");
    }
    users()
        .query("status", "active")
        .query("status", "invited")
        .ok(200);
    users().query("role", "admin").query("role", "user").ok(200);
}

/// Before it could reach a database that cannot hold it.
fn a_control_character_in_a_query_is_malformed(server: &'static Server) {
    let acme = server.organization();
    for value in ["a\u{0}b", "a\nb", "\u{1f}", "\u{7f}"] {
        acme.get("/users")
            .by(&acme.primary)
            .query("q", value)
            .refused(400, "malformed_request");
        acme.get("/entities")
            .by(&acme.primary)
            .query("cursor", value)
            .refused(400, "malformed_request");
    }
    let bad = acme.get("/users?q=%ff%fe").by(&acme.primary).send();
    assert_eq!(bad.status, 400, "{bad}");
}

/// Whoever asks.
fn an_unknown_path_is_not_found(server: &'static Server) {
    let acme = server.organization();
    for path in ["/v1/nothing", "/v1", "/v2/me"] {
        server.get(path).by(&acme.primary).refused(404, "not_found");
        server.get(path).refused(404, "not_found");
        server.post(path).json(&json!({})).refused(404, "not_found");
    }
    acme.get("/nothing")
        .by(&acme.primary)
        .refused(404, "not_found");
}

/// 405 with `Allow`.
fn another_method_is_refused_with_what_is_allowed(server: &'static Server) {
    let acme = server.organization();
    let allows = |call: super::call::Call, methods: &[&str]| {
        let refused = call.by(&acme.primary).refused(405, "method_not_allowed");
        let allow: Vec<_> = refused
            .header("Allow")
            .unwrap()
            .split(',')
            .map(str::trim)
            .collect();
        for method in methods {
            assert!(allow.contains(method), "{method} is not in {allow:?}");
        }
    };
    allows(acme.delete("/users"), &["GET"]);
    allows(acme.put("").json(&json!({})), &["GET", "PATCH"]);
    allows(
        acme.post(&format!("/users/{}", acme.primary.id)),
        &["GET", "PATCH", "DELETE"],
    );
    allows(
        server.post("/v1/me").json(&json!({})),
        &["GET", "PATCH", "DELETE"],
    );
    allows(server.get("/v1/password-resets"), &["POST"]);
    allows(acme.get("/checks"), &["POST"]);
}

/// 406.
fn what_cannot_be_accepted_is_refused(server: &'static Server) {
    let acme = server.organization();
    let get = |accept: &str| acme.get("").by(&acme.primary).header("Accept", accept);
    get("image/png").refused(406, "not_acceptable");
    get("application/json;q=0, text/html").refused(406, "not_acceptable");
    for accept in [
        "*/*",
        "application/json",
        "application/*",
        "text/html, application/json;q=0.1",
        "application/problem+json, application/json",
    ] {
        get(accept).ok(200);
    }
}

/// 413, before the body has come.
fn a_body_too_large_is_refused(server: &'static Server) {
    let acme = server.organization();
    let mut stream = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 500000000\r\nConnection: close\r\n\r\n{{",
        acme.path("/entities"),
        acme.primary.token,
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = vec![0; 64];
    let read = stream.read(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

/// `type` is a URI under the public URL that answers with that error's page.
fn the_page_of_an_error_is_there(server: &'static Server) {
    let acme = server.organization();
    let problems = [
        server.get("/v1/me").refused(401, "not_signed_in"),
        acme.get("/users/nonsense")
            .by(&acme.primary)
            .refused(404, "user_not_in_organization"),
        acme.delete(&format!("/users/{}", acme.primary.id))
            .by(&acme.primary)
            .refused(409, "primary_admin_must_transfer"),
        acme.get("/users")
            .query("cursor", "x")
            .by(&acme.primary)
            .refused(400, "invalid_cursor"),
    ];
    for problem in problems {
        let url = form::text(&problem.value["type"]);
        let page = server
            .get(url.strip_prefix(&server.url).unwrap())
            .header("Accept", "text/html")
            .send();
        assert_eq!(page.status, 200, "{page}");
        assert!(
            String::from_utf8_lossy(&page.body).contains(form::text(&problem.value["code"])),
            "{page}"
        );
    }
}

/// Every answer carries `X-Request-Id`; `send` looks that it is there.
fn every_answer_has_a_request_id_of_its_own(server: &'static Server) {
    let acme = server.organization();
    let answers = [
        acme.get("").by(&acme.primary).send(),
        acme.get("").by(&acme.primary).send(),
        acme.get("").send(),
        server.get("/v1/nothing").send(),
        server.put("/v1/sessions").send(),
        server.get("/healthz").send(),
    ];
    let mut ids: Vec<_> = answers
        .iter()
        .map(|answer| answer.header("X-Request-Id").unwrap().to_owned())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), answers.len());
}

/// Malformed, not signed in, not visible, not allowed, precondition, field, rule.
fn refusals_come_in_their_order(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let user = acme.user("Uma User");
    let patch = || acme.patch("");
    patch()
        .body("application/json", "{")
        .refused(400, "malformed_request");
    patch()
        .json(&json!({"colour": 1}))
        .refused(400, "unknown_field");
    patch()
        .json(&json!({"name": ""}))
        .refused(401, "not_signed_in");
    patch()
        .by(&other.primary)
        .body("application/json", "{")
        .refused(400, "malformed_request");
    patch()
        .by(&other.primary)
        .json(&json!({"name": ""}))
        .refused(404, "not_found");
    patch()
        .by(&user)
        .json(&json!({"name": ""}))
        .refused(403, "not_allowed");
    patch()
        .by(&acme.primary)
        .if_match("\"old\"")
        .json(&json!({"name": ""}))
        .refused(412, "precondition_failed");
    patch()
        .by(&acme.primary)
        .json(&json!({"name": ""}))
        .blamed("invalid_field", "/name");
    acme.get("/users")
        .query("colour", "red")
        .refused(400, "unknown_field");
    acme.get("/audit-events")
        .query("limit", "0")
        .refused(401, "not_signed_in");
    acme.get("/audit-events")
        .by(&other.primary)
        .query("limit", "0")
        .refused(404, "not_found");
    acme.get("/audit-events")
        .by(&user)
        .query("limit", "0")
        .refused(403, "not_allowed");
    // A field before a rule: the email is bad and the entity is not there.
    let both = json!({"email": "no", "role": "user", "memberships": [{"entity_id": acme.id, "role": "clerk"}]});
    acme.post("/invitations")
        .by(&acme.primary)
        .json(&both)
        .blamed("invalid_email", "/email");
}

/// `/healthz`, `/readyz`, `/metrics`, `/openapi.json`.
fn the_service_paths_answer_anyone(server: &'static Server) {
    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = server.get(path).send();
        assert_eq!(answer.status, 200, "{answer}");
    }
    let metrics = server.get("/metrics").send();
    assert!(
        metrics.header("Content-Type").unwrap().contains("text"),
        "{metrics}"
    );
    assert!(
        String::from_utf8_lossy(&metrics.body).contains("# TYPE"),
        "{metrics}"
    );
    assert!(!String::from_utf8_lossy(&metrics.body).contains(PASSWORD));
}

/// The whole truth for clients is the document that the server itself serves.
fn the_document_describes_every_path(server: &'static Server) {
    let document = server.get("/openapi.json").ok(200);
    assert!(
        form::text(&document["openapi"]).starts_with("3.1"),
        "{}",
        document["openapi"]
    );
    let org = "/v1/organizations/{}";
    let expected = [
        ("/v1/sessions".to_owned(), "get post"),
        ("/v1/sessions/current".into(), "delete"),
        ("/v1/sessions/{}".into(), "delete"),
        ("/v1/me".into(), "get patch delete"),
        ("/v1/me/password".into(), "put"),
        ("/v1/password-resets".into(), "post"),
        ("/v1/password-resets/{}".into(), "post"),
        ("/v1/organizations".into(), "post"),
        (org.into(), "get patch"),
        (format!("{org}/primary-admin"), "post"),
        (format!("{org}/users"), "get"),
        (format!("{org}/users/{{}}"), "get patch delete"),
        (format!("{org}/users/{{}}/deactivate"), "post"),
        (format!("{org}/users/{{}}/reactivate"), "post"),
        (format!("{org}/users/{{}}/removal-plan"), "get"),
        (format!("{org}/invitations"), "get post"),
        (format!("{org}/invitations/batch"), "post"),
        (format!("{org}/invitations/{{}}"), "get delete"),
        (format!("{org}/invitations/{{}}/resend"), "post"),
        ("/v1/invitations/{}".into(), "get"),
        ("/v1/invitations/{}/accept".into(), "post"),
        ("/v1/invitations/{}/decline".into(), "post"),
        (format!("{org}/entities"), "get post"),
        (format!("{org}/entities/{{}}"), "get patch delete"),
        (format!("{org}/entities/{{}}/archive"), "post"),
        (format!("{org}/entities/{{}}/unarchive"), "post"),
        (format!("{org}/entities/{{}}/members"), "get"),
        (format!("{org}/entities/{{}}/members/{{}}"), "put delete"),
        (format!("{org}/entities/{{}}/candidates"), "get"),
        (format!("{org}/checks"), "post"),
        (format!("{org}/audit-events"), "get"),
        (format!("{org}/audit-events/verify"), "get"),
        (format!("{org}/audit-events/erasures"), "post"),
        (format!("{org}/api-keys"), "get post"),
        (format!("{org}/api-keys/{{}}"), "delete"),
    ];
    // Names of path parameters are the document's own.
    let nameless = |path: &str| {
        path.split('/')
            .map(|part| if part.starts_with('{') { "{}" } else { part })
            .collect::<Vec<_>>()
            .join("/")
    };
    let paths: Vec<_> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, item)| (nameless(path), item))
        .collect();
    for (path, methods) in &expected {
        let item = paths
            .iter()
            .find(|(found, _)| found == path)
            .unwrap_or_else(|| panic!("{path} is not described"));
        for method in methods.split(' ') {
            assert!(
                item.1[method]["responses"].is_object(),
                "{method} {path} is not described"
            );
        }
    }
}

/// Two identities are none.
fn a_bearer_cannot_be_given_twice(server: &'static Server) {
    let acme = server.organization();
    let answer = acme.get("").by(&acme.primary).by(OPERATOR).send();
    assert!([400, 401].contains(&answer.status), "{answer}");
}

/// So that a person can quote it and the log be searched for it.
fn the_instance_of_a_problem_names_the_request(server: &'static Server) {
    let (one, two) = (
        server.get("/v1/me").refused(401, "not_signed_in"),
        server.get("/v1/me").refused(401, "not_signed_in"),
    );
    for problem in [&one, &two] {
        let instance = form::text(&problem.value["instance"]);
        let id = problem.header("X-Request-Id").unwrap();
        assert!(
            instance.contains(id) || instance == "/v1/me",
            "{instance} {id}"
        );
    }
    assert_ne!(one.header("X-Request-Id"), two.header("X-Request-Id"));
}

/// No proxy or browser may show one person's answers to another.
fn answers_are_not_kept_by_others(server: &'static Server) {
    let acme = server.organization();
    for path in ["", "/users", "/api-keys"] {
        let answer = acme.get(path).by(&acme.primary).send();
        let control = answer
            .header("Cache-Control")
            .unwrap_or_default()
            .to_owned();
        assert!(
            control.contains("no-store") || control.contains("private"),
            "{path}: {control}"
        );
    }
    let session = server.signed_in(&acme.primary.email, PASSWORD);
    assert!(
        session
            .header("Cache-Control")
            .is_some_and(|control| control.contains("no-store")),
        "{session}"
    );
    assert_ne!(session.ok(201)["token"], Value::Null);
}
