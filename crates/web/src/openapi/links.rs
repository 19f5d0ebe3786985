//! Where an answer leads: which part of it another operation takes.

use serde_json::{Map, Value, json};

/// From an operation's answer to another operation: the parameter, and where it is in the answer or its
/// request.
type Link = (&'static str, &'static str, &'static str, &'static str);

const ORGANIZATION: &str = "$response.body#/id";
const SAME_ORGANIZATION: &str = "$request.path.org";

/// One row a link; `org`, and what else stands in the path of both, goes along by itself.
const LINKS: [Link; 37] = [
    (
        "create_organization",
        "get_organization",
        "org",
        ORGANIZATION,
    ),
    (
        "create_organization",
        "update_organization",
        "org",
        ORGANIZATION,
    ),
    ("create_organization", "list_users", "org", ORGANIZATION),
    ("create_organization", "create_entity", "org", ORGANIZATION),
    ("create_organization", "invite_user", "org", ORGANIZATION),
    (
        "invite_user",
        "get_invitation",
        "invitation",
        "$response.body#/id",
    ),
    (
        "invite_user",
        "resend_invitation",
        "invitation",
        "$response.body#/id",
    ),
    (
        "invite_user",
        "revoke_invitation",
        "invitation",
        "$response.body#/id",
    ),
    ("invite_user", "get_user", "user", "$response.body#/user_id"),
    (
        "invite_user",
        "update_user",
        "user",
        "$response.body#/user_id",
    ),
    (
        "invite_user",
        "get_removal_plan",
        "user",
        "$response.body#/user_id",
    ),
    (
        "invite_user",
        "remove_user",
        "user",
        "$response.body#/user_id",
    ),
    ("invite_user", "list_invitations", "org", SAME_ORGANIZATION),
    ("create_entity", "list_entities", "org", SAME_ORGANIZATION),
    ("create_api_key", "list_api_keys", "org", SAME_ORGANIZATION),
    (
        "list_users",
        "get_user",
        "user",
        "$response.body#/items/0/id",
    ),
    (
        "list_invitations",
        "get_invitation",
        "invitation",
        "$response.body#/items/0/id",
    ),
    (
        "list_entities",
        "get_entity",
        "entity",
        "$response.body#/items/0/id",
    ),
    (
        "list_entities",
        "list_members",
        "entity",
        "$response.body#/items/0/id",
    ),
    (
        "list_api_keys",
        "end_api_key",
        "key",
        "$response.body#/items/0/id",
    ),
    (
        "list_candidates",
        "set_member",
        "user",
        "$response.body#/items/0/user_id",
    ),
    (
        "create_entity",
        "get_entity",
        "entity",
        "$response.body#/id",
    ),
    (
        "create_entity",
        "rename_entity",
        "entity",
        "$response.body#/id",
    ),
    (
        "create_entity",
        "archive_entity",
        "entity",
        "$response.body#/id",
    ),
    (
        "create_entity",
        "unarchive_entity",
        "entity",
        "$response.body#/id",
    ),
    (
        "create_entity",
        "delete_entity",
        "entity",
        "$response.body#/id",
    ),
    (
        "create_entity",
        "list_members",
        "entity",
        "$response.body#/id",
    ),
    (
        "create_entity",
        "list_candidates",
        "entity",
        "$response.body#/id",
    ),
    (
        "archive_entity",
        "unarchive_entity",
        "entity",
        "$response.body#/id",
    ),
    (
        "archive_entity",
        "delete_entity",
        "entity",
        "$response.body#/id",
    ),
    ("create_api_key", "end_api_key", "key", "$response.body#/id"),
    (
        "set_member",
        "remove_member",
        "user",
        "$response.body#/user_id",
    ),
    ("set_member", "get_user", "user", "$response.body#/user_id"),
    (
        "list_members",
        "remove_member",
        "user",
        "$response.body#/items/0/user_id",
    ),
    (
        "get_removal_plan",
        "remove_user",
        "user",
        "$response.body#/user_id",
    ),
    (
        "open_invitation",
        "accept_invitation",
        "token",
        "$request.path.token",
    ),
    (
        "open_invitation",
        "decline_invitation",
        "token",
        "$request.path.token",
    ),
];

/// Adds to an operation's good answers where they lead.
pub(super) fn add(operation: &mut Value) {
    let id = operation["operationId"].as_str().unwrap_or_default();
    let links: Map<String, Value> = LINKS
        .iter()
        .filter(|(from, ..)| *from == id)
        .map(|link| ((*link.1).to_owned(), written(*link)))
        .collect();
    if links.is_empty() {
        return;
    }
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        if status.starts_with('2') {
            response["links"] = Value::Object(links.clone());
        }
    }
}

fn written((from, to, parameter, place): Link) -> Value {
    let mut parameters = Map::new();
    parameters.insert(parameter.to_owned(), json!(place));
    let goes_along: &[&str] = match (from, to) {
        ("create_organization", _) | ("open_invitation", _) => &[],
        (_, "set_member" | "remove_member") => &["org", "entity"],
        _ => &["org"],
    };
    for name in goes_along {
        parameters.insert((*name).to_owned(), json!(format!("$request.path.{name}")));
    }
    if from == "get_removal_plan" {
        parameters.insert("If-Match".to_owned(), json!("$response.header.ETag"));
    }
    json!({ "operationId": to, "parameters": parameters })
}
