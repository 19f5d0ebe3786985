//! `Idempotency-Key`: the same key and body from the same actor gives the same answer again.

use serde_json::{Value, json};

use super::{
    call::Call,
    form,
    server::{OPERATOR, Server},
};

on_both_databases![
    the_same_key_and_body_give_the_same_answer_and_one_change,
    every_post_that_changes_an_organization_can_be_repeated,
    another_body_under_the_key_is_refused,
    a_key_belongs_to_its_actor,
    a_refusal_is_not_kept,
    a_secret_is_not_kept,
    a_key_that_cannot_be_read_is_refused,
    a_batch_is_repeated_as_it_was,
    an_answer_is_kept_for_who_is_inside_only,
];

fn key(server: &Server) -> String {
    format!("contract-{}-{}", std::process::id(), server.number())
}

/// The first promise of the header.
fn the_same_key_and_body_give_the_same_answer_and_one_change(server: &'static Server) {
    let acme = server.organization();
    let key = key(server);
    let make = || {
        acme.post("/entities")
            .by(&acme.primary)
            .idempotency_key(&key)
            .json(&json!({"name": "Once"}))
            .send()
    };
    let events = acme.recorded(|| {
        let first = make();
        first.ok(201);
        for _ in 0..3 {
            let again = make();
            assert_eq!(
                (again.status, &again.body),
                (first.status, &first.body),
                "{again}"
            );
            assert_eq!(again.header("Content-Type"), first.header("Content-Type"));
        }
    });
    assert_eq!(events.len(), 1);
}

/// Where a second run would be refused or send another mail, the repeated one is answered as before.
fn every_post_that_changes_an_organization_can_be_repeated(server: &'static Server) {
    let acme = server.organization();
    let (room, uma, ivy) = (acme.entity("Room"), acme.admin("Uma Admin"), acme.invited());
    // A mail that a resend overtakes is not sent, and two are counted below.
    server.mailbox.first_to(&ivy.email);
    let twice = |call: &dyn Fn() -> Call, status: u16| {
        let key = key(server);
        let events = acme.recorded(|| {
            let first = call().idempotency_key(&key).send();
            assert_eq!(first.status, status, "{first}");
            let again = call().idempotency_key(&key).send();
            assert_eq!(
                (again.status, &again.body),
                (status, &first.body),
                "{again}"
            );
        });
        assert_eq!(events.len(), 1, "{events:?}");
    };
    let by = |call: Call| call.by(&acme.primary);
    let email = server.email();
    twice(
        &|| {
            by(acme
                .post("/invitations")
                .json(&json!({"email": email, "role": "user"})))
        },
        201,
    );
    twice(
        &|| by(acme.post(&format!("/invitations/{}/resend", ivy.invitation))),
        200,
    );
    twice(&|| by(acme.post(&format!("/entities/{room}/archive"))), 200);
    twice(
        &|| by(acme.post(&format!("/entities/{room}/unarchive"))),
        200,
    );
    twice(
        &|| by(acme.post(&format!("/users/{}/deactivate", uma.id))),
        200,
    );
    twice(
        &|| by(acme.post(&format!("/users/{}/reactivate", uma.id))),
        200,
    );
    twice(
        &|| {
            acme.post("/primary-admin")
                .by(OPERATOR)
                .json(&json!({"user_id": uma.id}))
        },
        200,
    );
    assert_eq!(
        acme.get("").by(OPERATOR).ok(200)["primary_admin_user_id"],
        uma.id
    );
    server.invitation_token(&ivy.email, 2);
    assert_eq!(server.mailbox.count_to(&ivy.email), 2);
}

/// And so is another path: it is another request.
fn another_body_under_the_key_is_refused(server: &'static Server) {
    let acme = server.organization();
    let key = key(server);
    let make = |name: &str| {
        acme.post("/entities")
            .by(&acme.primary)
            .idempotency_key(&key)
            .json(&json!({"name": name}))
    };
    make("One").ok(201);
    make("Two").refused(422, "idempotency_key_reused");
    let invitation = json!({"email": server.email(), "role": "user"});
    acme.post("/invitations")
        .by(&acme.primary)
        .idempotency_key(&key)
        .json(&invitation)
        .refused(422, "idempotency_key_reused");
    assert_eq!(
        form::items(&acme.get("/entities").by(&acme.primary).ok(200)).len(),
        1
    );
    make("One").ok(201);
}

/// From the same actor.
fn a_key_belongs_to_its_actor(server: &'static Server) {
    let (acme, other) = (server.organization(), server.organization());
    let (admin, secret) = (acme.admin("Ada Admin"), acme.key("admin").1);
    let key = key(server);
    let make = |bearer: &str, name: &str| {
        acme.post("/entities")
            .by(bearer)
            .idempotency_key(&key)
            .json(&json!({"name": name}))
            .ok(201)["id"]
            .clone()
    };
    let mut ids = vec![
        make(acme.primary.as_ref(), "Primary"),
        make(admin.as_ref(), "Admin"),
        make(&secret, "Key"),
        make(OPERATOR, "Operator"),
        other
            .post("/entities")
            .by(OPERATOR)
            .idempotency_key(&key)
            .json(&json!({"name": "Elsewhere"}))
            .ok(201)["id"]
            .clone(),
    ];
    ids.dedup();
    assert_eq!(ids.len(), 5);
    // Another session of the same person is the same actor.
    let again = server.sign_in(&acme.primary.email, &acme.primary.id);
    assert_eq!(make(again.as_ref(), "Primary"), ids[0]);
}

/// Only accepted outcomes are kept.
fn a_refusal_is_not_kept(server: &'static Server) {
    let acme = server.organization();
    let key = key(server);
    let taken = acme.entity("Taken");
    let make = |name: &str| {
        acme.post("/entities")
            .by(&acme.primary)
            .idempotency_key(&key)
            .json(&json!({"name": name}))
    };
    make("").blamed("invalid_field", "/name");
    make("Taken").refused(409, "entity_name_taken");
    acme.patch(&format!("/entities/{taken}"))
        .by(&acme.primary)
        .json(&json!({"name": "Free now"}))
        .ok(200);
    make("Taken").ok(201);
}

/// Repeating the making of an API key.
fn a_secret_is_not_kept(server: &'static Server) {
    let acme = server.organization();
    let key = key(server);
    let make = |name: &str| {
        acme.post("/api-keys")
            .by(&acme.primary)
            .idempotency_key(&key)
            .json(&json!({"name": name, "role": "auditor"}))
    };
    make("Export").ok(201);
    make("Export").refused(409, "secret_already_shown");
    make("Other").refused(422, "idempotency_key_reused");
    assert_eq!(
        form::items(&acme.get("/api-keys").by(&acme.primary).ok(200)).len(),
        1
    );
}

/// 1 to 255 visible ASCII characters.
fn a_key_that_cannot_be_read_is_refused(server: &'static Server) {
    let acme = server.organization();
    let make = |key: &str| {
        acme.post("/entities")
            .by(&acme.primary)
            .idempotency_key(key)
            .json(&json!({"name": format!("Room {}", server.number())}))
    };
    for bad in ["", "two words", "\u{e4}", &"x".repeat(256)] {
        make(bad).refused(400, "malformed_request");
    }
    make("one")
        .idempotency_key("two")
        .refused(400, "malformed_request");
    assert_eq!(
        form::items(&acme.get("/entities").by(&acme.primary).ok(200)).len(),
        0
    );
    make(&"x".repeat(255)).ok(201);
    make("!~").ok(201);
}

/// R-INV-8: the request can be sent again.
fn a_batch_is_repeated_as_it_was(server: &'static Server) {
    let acme = server.organization();
    let key = key(server);
    let csv = format!("email,role\n{},user\nnobody,user\n", server.email());
    let send = || {
        acme.post("/invitations/batch")
            .by(&acme.primary)
            .idempotency_key(&key)
            .body("text/csv", &csv)
            .ok(200)
    };
    let first = send();
    assert_eq!(
        (&first["invited"], &first["refused"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(send(), first);
}

/// R-REM-5: who has left is a stranger, for repeated requests too.
fn an_answer_is_kept_for_who_is_inside_only(server: &'static Server) {
    let acme = server.organization();
    let admin = acme.admin("Ada Admin");
    let key = key(server);
    let make = || {
        acme.post("/entities")
            .by(&admin)
            .idempotency_key(&key)
            .json(&json!({"name": "Once"}))
    };
    make().ok(201);
    acme.patch(&format!("/users/{}", admin.id))
        .by(&acme.primary)
        .json(&json!({"role": "user"}))
        .ok(200);
    // It tells them nothing new and does nothing again.
    make().ok(201);
    acme.delete(&format!("/users/{}", admin.id))
        .by(&acme.primary)
        .ok(200);
    make().refused(404, "not_found");
    assert_ne!(
        Value::Null,
        acme.get("/entities").by(&acme.primary).ok(200)["items"][0]["id"]
    );
}

/// The same across two servers on one database: what one works on, the other knows of.
#[cfg(any(feature = "postgres", feature = "postgres-bundled"))]
mod across_servers {
    use std::{
        io::{BufRead as _, BufReader, Write as _},
        process::{Child, Command, Stdio},
        sync::mpsc,
        thread,
    };

    use super::*;
    use crate::contract::server;

    /// A transaction of somebody else that holds up every change of an organization.
    struct Hold(Child);

    impl Hold {
        fn of(organization: &str, database: &str) -> Self {
            let mut child = Command::new("psql")
                .args(["--quiet", "--no-psqlrc", "--tuples-only", "--no-align"])
                .args(["--dbname", database])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .expect("psql holds an organization");
            // Not `for update`: that would hold up the claim of the key as well, by its reference.
            let lock = format!(
                "begin; select id from organizations where id = '{organization}' for no key update;\n"
            );
            let stdin = child.stdin.as_mut().unwrap();
            stdin.write_all(lock.as_bytes()).unwrap();
            stdin.flush().unwrap();
            let mut said = String::new();
            let mut stdout = BufReader::new(child.stdout.as_mut().unwrap());
            stdout.read_line(&mut said).unwrap();
            assert_eq!(said.trim(), organization);
            Self(child)
        }

        /// Lets go.
        fn end(mut self) {
            drop(self.0.stdin.take());
            assert!(self.0.wait().unwrap().success());
        }
    }

    /// api.md, Idempotency; architecture, growing out of one machine.
    #[test]
    fn a_key_that_one_server_works_under_is_in_use_on_the_other() {
        let (servers, database) = server::pair_on_postgres();
        let acme = servers[0].organization();
        let (path, key) = (acme.path("/entities"), key(servers[0]));
        let ask = |server: &'static Server| {
            let call = Call::new(server, "POST", path.clone()).by(&acme.primary);
            call.idempotency_key(&key).json(&json!({"name": "Once"}))
        };
        let events = acme.recorded(|| {
            let hold = Hold::of(&acme.id, database);
            let (sender, answers) = mpsc::channel();
            thread::scope(|scope| {
                for server in servers {
                    let (sender, call) = (sender.clone(), ask(server));
                    scope.spawn(move || sender.send((server, call.send())).unwrap());
                }
                // Whichever came second is answered at once; the other waits for the organization.
                let (server, second) = answers.recv().unwrap();
                let refused = second.refused(&server.url, 409, "idempotency_key_in_use");
                assert!(refused.value["detail"].is_string());
                hold.end();
                let (_, first) = answers.recv().unwrap();
                first.ok(201);
                for server in servers {
                    let again = ask(server).send();
                    assert_eq!((again.status, &again.body), (201, &first.body), "{again}");
                }
            });
        });
        assert_eq!(events.len(), 1);
    }
}
