//! Every operation that the server documents, asked by every kind of actor: docs/endpoints.md is made of it.
//!
//! What is expected stands in `rows`, by the contract and the rules; a cell that answers otherwise fails here.
//! `VESTIBULE_RENEW=1 cargo test -p vestibule --test contract endpoints` renews the page.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use self::{
    actors::{Cast, INSIDERS},
    asking::{Hope, Scene},
    rows::{BESIDE, Beside, INSIDE, Inside},
};
use super::{
    form,
    server::{self, Server},
};

mod actors;
mod asking;
mod page;
mod rows;

on_both_databases![every_operation_answers_every_actor_as_declared];

/// An operation as the document has it.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    id: String,
    method: &'static str,
    path: String,
}

fn operations(server: &'static Server) -> Vec<Operation> {
    let document = server.get("/openapi.json").ok(200);
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &Value)| -> Vec<Operation> {
        ["GET", "POST", "PUT", "PATCH", "DELETE"]
            .into_iter()
            .filter_map(|method| Some((method, item.get(method.to_lowercase())?)))
            .map(|(method, operation)| Operation {
                id: form::text(&operation["operationId"]).to_owned(),
                method,
                path: path.clone(),
            })
            .collect()
    };
    paths.iter().flat_map(of_path).collect()
}

/// R-ANS-2, R-ORG-2, R-ORG-3, R-ENT-3, R-KEY-1, R-KEY-3, R-DEA-1, lesson 24.
fn every_operation_answers_every_actor_as_declared(server: &'static Server) {
    let operations = operations(server);
    let find = |id: &str| operations.iter().find(|operation| operation.id == id);
    let (acme, bree) = (Scene::new(server), Scene::new(server));
    bree.organization.let_admins_manage_users();
    let (own, other) = (Cast::of(&acme), Cast::of(&bree));
    let mut wrong = Vec::new();
    for row in INSIDE {
        let Some(operation) = find(row.operation) else {
            continue;
        };
        ask_inside((&acme, &own), (&bree, &other), row, operation, &mut wrong);
    }
    for row in BESIDE {
        let Some(operation) = find(row.operation) else {
            continue;
        };
        ask_beside(&acme, (&own, &other), row, operation, &mut wrong);
    }
    assert!(
        wrong.is_empty(),
        "{} cells:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn ask_inside(
    (acme, own): (&Scene, &Cast),
    (bree, other): (&Scene, &Cast),
    row: &Inside,
    operation: &Operation,
    wrong: &mut Vec<String>,
) {
    for (actor, _) in INSIDERS {
        let expected = row.expected(actor);
        // Where Admins manage users is the other organization.
        let (scene, cast) = if actor == "A+" {
            (bree, other)
        } else {
            (acme, own)
        };
        let hope = Hope::of(expected);
        let call = scene
            .call(operation, row.about, hope)
            .by(cast.bearer(actor));
        compare(
            row.operation,
            row.about,
            actor,
            call.send().status,
            expected,
            wrong,
        );
    }
    let call = || acme.call(operation, row.about, Hope::Refused);
    compare(
        row.operation,
        row.about,
        "stranger",
        call().send().status,
        401,
        wrong,
    );
    for (actor, bearer) in own.shut_out().into_iter().chain(other.elsewhere()) {
        call().by(bearer).refused(404, "not_found");
        compare(row.operation, row.about, actor, 404, 404, wrong);
    }
}

fn ask_beside(
    acme: &Scene,
    (own, other): (&Cast, &Cast),
    row: &Beside,
    operation: &Operation,
    wrong: &mut Vec<String>,
) {
    let call = |expected| acme.call(operation, "", Hope::of(expected));
    let status = call(row.stranger).send().status;
    compare(row.operation, "", "stranger", status, row.stranger, wrong);
    for (actor, person) in own
        .people()
        .into_iter()
        .chain(other.people().into_iter().take(1))
    {
        let expected = match (actor, row.primary_admin) {
            ("P", Some(status)) => status,
            _ => row.person,
        };
        let call = acme.call_by(operation, person, Hope::of(expected));
        compare(
            row.operation,
            "",
            actor,
            call.send().status,
            expected,
            wrong,
        );
    }
    for actor in ["kr", "ka", "ku"] {
        let status = call(row.key).by(own.bearer(actor)).send().status;
        compare(row.operation, "", actor, status, row.key, wrong);
    }
    let status = call(row.operator).by(own.bearer("O")).send().status;
    compare(row.operation, "", "O", status, row.operator, wrong);
}

fn compare(
    operation: &str,
    about: &str,
    actor: &str,
    status: u16,
    expected: u16,
    wrong: &mut Vec<String>,
) {
    if status != expected {
        wrong.push(format!(
            "{operation} {about} by {actor}: {status} and not {expected}"
        ));
    }
}

/// A new operation without a row fails here, and so does a row without its operation.
#[test]
fn the_page_of_endpoints_has_every_operation_and_is_not_stale() {
    let operations = operations(server::sqlite());
    let documented: BTreeSet<&str> = operations.iter().map(|one| one.id.as_str()).collect();
    let inside = INSIDE.iter().map(|row| row.operation);
    let declared: BTreeSet<&str> = inside
        .chain(BESIDE.iter().map(|row| row.operation))
        .collect();
    assert_eq!(
        documented, declared,
        "tests/contract/matrix/rows.rs has a row for each"
    );
    for row in INSIDE {
        let operation = operations
            .iter()
            .find(|one| one.id == row.operation)
            .unwrap();
        assert!(
            operation.path.starts_with("/v1/organizations/{org}"),
            "{operation:?}"
        );
    }

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/endpoints.md");
    let page = page::page(&operations);
    if std::env::var_os("VESTIBULE_RENEW").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, page,
        "docs/endpoints.md is stale; renew it with VESTIBULE_RENEW=1"
    );
}
