//! Tests that the document says what the handlers take.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::body::{Body, Shape};
use crate::openapi_document;
use crate::query::Parameters;
use crate::routes::{api_keys, audit_events, entities, invitations, members, sessions, users};
use crate::wire::requests;

fn document() -> Value {
    serde_json::to_value(openapi_document("http://127.0.0.1:8080")).unwrap()
}

fn operations(document: &Value) -> Vec<&Value> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .values()
        .flat_map(|item| item.as_object().unwrap().values())
        .collect()
}

fn names_of(shape: &Shape) -> BTreeSet<&str> {
    match shape {
        Shape::Object(fields) => fields.iter().map(|(name, _)| *name).collect(),
        Shape::Leaf | Shape::List(_) => BTreeSet::new(),
    }
}

/// R-ANS-3: a field that the document names is one that is taken, and the other way round.
#[test]
fn the_fields_of_every_body_are_those_of_the_document() {
    let document = document();
    let bodies = [
        ("Credentials", requests::Credentials::SHAPE),
        ("Naming", requests::Naming::SHAPE),
        ("ChangePassword", requests::ChangePassword::SHAPE),
        ("AskForReset", requests::AskForReset::SHAPE),
        ("UseReset", requests::UseReset::SHAPE),
        ("FoundOrganization", requests::FoundOrganization::SHAPE),
        ("FirstUser", requests::FirstUser::SHAPE),
        ("UpdateOrganization", requests::UpdateOrganization::SHAPE),
        ("NamedUser", requests::NamedUser::SHAPE),
        ("UpdateUser", requests::UpdateUser::SHAPE),
        ("Invite", requests::Invite::SHAPE),
        ("StartingMembership", requests::StartingMembership::SHAPE),
        ("InviteMany", requests::InviteMany::SHAPE),
        ("Accept", requests::Accept::SHAPE),
        ("SetMembership", requests::SetMembership::SHAPE),
        ("Checks", requests::Checks::SHAPE),
        ("Check", requests::Check::SHAPE),
        ("CreateApiKey", requests::CreateApiKey::SHAPE),
    ];
    for (name, shape) in &bodies {
        let schema = &document["components"]["schemas"][name];
        let properties = schema["properties"].as_object().unwrap();
        let documented: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        assert_eq!(documented, names_of(shape), "{name}");
    }
    for operation in operations(&document) {
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        if let Some(reference) = schema.as_str() {
            let name = reference.rsplit('/').next().unwrap();
            assert!(bodies.iter().any(|(known, _)| *known == name), "{name}");
        }
    }
}

/// R-ANS-3: the same for query parameters.
#[test]
fn the_parameters_of_every_call_are_those_of_the_document() {
    let document = document();
    let calls: [(&str, Parameters); 9] = [
        ("list_users", users::LIST),
        ("list_entities", entities::LIST),
        ("list_members", members::LIST),
        ("list_candidates", members::CANDIDATES),
        ("list_invitations", invitations::LIST),
        ("list_audit_events", audit_events::LIST),
        ("verify_audit_events", audit_events::VERIFY),
        ("list_api_keys", api_keys::LIST),
        ("list_sessions", sessions::LIST),
    ];
    for operation in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let parameters = operation["parameters"].as_array();
        let documented: BTreeSet<&str> = parameters
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "query")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let known = calls.iter().find(|(call, _)| *call == id);
        let taken: BTreeSet<&str> = known
            .into_iter()
            .flat_map(|(_, parameters)| parameters.single.iter().chain(parameters.repeated))
            .copied()
            .collect();
        assert_eq!(documented, taken, "{id}");
    }
}

/// Every answer without a refusal has a schema, or no body at all.
#[test]
fn every_operation_says_what_it_answers() {
    let document = document();
    for operation in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let responses = operation["responses"].as_object().unwrap();
        let good: Vec<_> = responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'))
            .collect();
        assert!(!good.is_empty(), "{id}");
        for (status, response) in good {
            let has_schema = response["content"]["application/json"]["schema"].is_object();
            let has_no_body = matches!(status.as_str(), "202" | "204");
            assert!(has_schema || has_no_body, "{id} {status}");
        }
    }
}
