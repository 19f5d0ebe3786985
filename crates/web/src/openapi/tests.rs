//! Tests that the document says what the handlers take.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::body::{Body, Shape};
use crate::openapi_document;
use crate::query::Parameters;
use crate::routes::{api_keys, audit_events, entities, invitations, members, sessions, users};
use crate::wire::requests;

mod changes;

/// Where the document is kept, as the default settings serve it.
const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

fn document() -> Value {
    openapi_document("http://127.0.0.1:8080")
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
        Shape::Leaf | Shape::Text | Shape::OrNull(_) | Shape::List(_) => BTreeSet::new(),
    }
}

/// R-ANS-3: a field that the document names is one that is taken, and the other way round.
#[test]
fn the_fields_of_every_body_are_those_of_the_document() {
    let document = document();
    let bodies = [
        ("Credentials", requests::Credentials::SHAPE),
        ("NewName", requests::Naming::SHAPE),
        ("CreateEntity", requests::CreateEntity::SHAPE),
        ("ChangePassword", requests::ChangePassword::SHAPE),
        ("AskForPasswordReset", requests::AskForReset::SHAPE),
        ("UsePasswordReset", requests::UseReset::SHAPE),
        ("CreateOrganization", requests::FoundOrganization::SHAPE),
        ("NewPrimaryAdmin", requests::FirstUser::SHAPE),
        ("UpdateOrganization", requests::UpdateOrganization::SHAPE),
        ("UserReference", requests::NamedUser::SHAPE),
        ("UpdateUser", requests::UpdateUser::SHAPE),
        ("InviteUser", requests::Invite::SHAPE),
        ("InvitationRow", requests::Invite::SHAPE),
        (
            "InvitationRowMembership",
            requests::StartingMembership::SHAPE,
        ),
        ("StartingMembership", requests::StartingMembership::SHAPE),
        ("InviteManyUsers", requests::InviteMany::SHAPE),
        ("AcceptInvitation", requests::Accept::SHAPE),
        ("SetMember", requests::SetMembership::SHAPE),
        ("CheckPermissions", requests::Checks::SHAPE),
        ("PermissionCheck", requests::Check::SHAPE),
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
            let mut contents = response["content"].as_object().into_iter().flatten();
            let has_schema = contents.any(|(_, content)| content["schema"].is_object());
            let has_no_body = matches!(status.as_str(), "202" | "204");
            assert!(has_schema || has_no_body, "{id} {status}");
        }
    }
}

/// Generators make a type of every schema and of every parameter; of one name they make `User2`.
#[test]
fn no_parameter_is_named_like_a_schema() {
    let document = document();
    let names = |kind: &str| -> BTreeSet<String> {
        let components = document["components"][kind].as_object().unwrap();
        components.keys().map(|name| name.to_lowercase()).collect()
    };
    let both: Vec<String> = names("schemas")
        .intersection(&names("parameters"))
        .cloned()
        .collect();
    assert_eq!(both, Vec::<String>::new());
}

/// Generators name a body or an answer without a component after its operation and status.
#[test]
fn every_object_in_a_body_or_an_answer_has_a_name() {
    let document = document();
    for operation in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let responses = operation["responses"].as_object().unwrap().values();
        for place in responses.chain([&operation["requestBody"]]) {
            for content in place["content"].as_object().into_iter().flatten() {
                let is_nameless = content.1["schema"]["type"] == "object";
                assert!(!is_nameless, "{id}: {}", content.0);
            }
        }
    }
}

/// `[]` is no credential to every generator; some read `[{}]` as one.
#[test]
fn what_takes_no_credential_says_so_in_the_plain_form() {
    let document = document();
    for operation in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        assert_ne!(operation["security"], serde_json::json!([{}]), "{id}");
    }
}

/// docs/openapi.json is what clients are generated from and what a change is compared with.
/// `VESTIBULE_RENEW=1 cargo test -p vestibule-web --lib openapi` renews it, unless a client would
/// break; `VESTIBULE_RENEW=breaking` renews it all the same.
#[test]
fn the_kept_document_is_the_served_one_and_no_client_breaks() {
    let document = document();
    let kept = std::fs::read_to_string(KEPT).unwrap_or_default();
    let kept: Value = serde_json::from_str(&kept).unwrap_or_default();
    let breaking = changes::breaking(&kept, &document);
    let renew = std::env::var("VESTIBULE_RENEW").unwrap_or_default();
    assert!(
        breaking.is_empty() || renew == "breaking",
        "clients would break:\n{}",
        breaking.join("\n")
    );
    if !renew.is_empty() {
        let text = serde_json::to_string_pretty(&document).unwrap();
        std::fs::write(KEPT, text + "\n").unwrap();
        return;
    }
    assert!(
        kept == document,
        "docs/openapi.json is stale: VESTIBULE_RENEW=1 cargo test -p vestibule-web --lib openapi"
    );
}
