//! Who can ask for what: the kinds of credential, and those that an operation takes.

use serde_json::{Value, json};

use super::operations;

/// What people act on alone: their own account, and making keys (R-KEY-3).
const OF_PEOPLE: [&str; 8] = [
    "list_sessions",
    "sign_out",
    "end_session",
    "get_me",
    "rename_me",
    "delete_me",
    "change_password",
    "create_api_key",
];

/// What keys never do, whoever made them (R-KEY-3, R-AUD-3).
const NOT_OF_KEYS: [&str; 4] = [
    "transfer_ownership",
    "list_api_keys",
    "end_api_key",
    "erase_person",
];

/// What the operator does alone.
const OF_THE_OPERATOR: [&str; 1] = ["create_organization"];

/// Adds the schemes, and to each operation that says nothing else those that it takes.
pub(super) fn add(document: &mut Value) {
    *super::place(document, &["components", "securitySchemes"]) = json!({
        "session": {
            "type": "http", "scheme": "bearer",
            "description": "A session token, from signing in.",
        },
        "cookie": {
            "type": "apiKey", "in": "cookie", "name": "vestibule_session",
            "description": "The session of a browser; changes need `Origin`. Over https it is `__Host-vestibule_session`.",
        },
        "api_key": {
            "type": "http", "scheme": "bearer",
            "description": "An API key of the organization.",
        },
        "operator_key": {
            "type": "http", "scheme": "bearer",
            "description": "The operator key of the server.",
        },
    });
    for (_, _, operation) in operations(document) {
        if operation["security"] == json!([{}]) {
            // Nothing at all: to generators this is no credential, and the other form any of them.
            operation["security"] = json!([]);
        }
        if !operation["security"].is_null() {
            continue;
        }
        let id = operation["operationId"].as_str().unwrap_or_default();
        let schemes: &[&str] = if OF_PEOPLE.contains(&id) {
            &["session", "cookie"]
        } else if OF_THE_OPERATOR.contains(&id) {
            &["operator_key"]
        } else if NOT_OF_KEYS.contains(&id) {
            &["session", "cookie", "operator_key"]
        } else {
            &["session", "cookie", "api_key", "operator_key"]
        };
        operation["security"] = schemes
            .iter()
            .map(|scheme| json!({ *scheme: [] }))
            .collect();
    }
}
