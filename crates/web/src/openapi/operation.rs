//! What follows from the form of one operation: its parameters, refusals and headers.

use serde_json::{Map, Value, json};

use super::component;
use super::components::{STATUSES, headers, path_parameter};
use crate::problem::Code;

/// POSTs that change no organization, and so know no `Idempotency-Key`.
const NOT_REPEATABLE: [&str; 3] = ["sign_in", "ask_for_password_reset", "use_password_reset"];

/// Answers without an entity tag although they are to a GET.
const UNTAGGED_READS: [&str; 6] = [
    "open_invitation",
    "verify_audit_events",
    "get_health",
    "get_readiness",
    "get_metrics",
    "get_openapi_document",
];

/// Changes that are answered with the whole resource, and so with its entity tag.
const TAGGED_CHANGES: [&str; 14] = [
    "rename_me",
    "create_organization",
    "update_organization",
    "transfer_ownership",
    "update_user",
    "deactivate_user",
    "reactivate_user",
    "invite_user",
    "resend_invitation",
    "create_entity",
    "rename_entity",
    "archive_entity",
    "unarchive_entity",
    "set_member",
];

/// What is made at an address that `Location` names.
const LOCATED: [&str; 3] = ["create_organization", "invite_user", "create_entity"];

/// What signs a browser in or out.
const COOKIES: [&str; 3] = ["sign_in", "sign_out", "delete_me"];

/// Answers that are given without reading what the client accepts.
const ACCEPTABLE_TO_ALL: [&str; 4] = [
    "get_health",
    "get_readiness",
    "get_metrics",
    "get_openapi_document",
];

/// What is asked of an operation before statuses are added to it.
struct Form<'a> {
    id: &'a str,
    method: &'a str,
    path_names: Vec<String>,
    has_body: bool,
    has_query: bool,
    is_open: bool,
}

/// Adds to an operation what its form says.
pub(super) fn complete(path: &str, method: &str, operation: &mut Value) {
    let id = operation["operationId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let parameters = operation["parameters"].as_array();
    let form = Form {
        id: &id,
        method,
        path_names: names_of(path),
        has_body: !operation["requestBody"].is_null(),
        has_query: parameters.is_some_and(|parameters| !parameters.is_empty()),
        is_open: operation["security"] == json!([{}]),
    };
    operation["parameters"] = form.parameters(operation["parameters"].take());
    let described = operation["responses"].take();
    operation["responses"] = Value::Object(form.responses(described));
}

impl Form<'_> {
    /// Those of the path, the annotated ones, then those of the head.
    fn parameters(&self, annotated: Value) -> Value {
        let mut parameters: Vec<Value> = self
            .path_names
            .iter()
            .map(|name| path_parameter(name))
            .collect();
        if let Value::Array(annotated) = annotated {
            parameters.extend(annotated);
        }
        if self.is_repeatable() {
            parameters.push(component("parameters", "Idempotency-Key"));
        }
        if self.is_conditional() {
            parameters.push(component("parameters", "If-Match"));
        }
        if self.is_tagged_read() {
            parameters.push(component("parameters", "If-None-Match"));
        }
        Value::Array(parameters)
    }

    fn responses(&self, described: Value) -> Map<String, Value> {
        let mut responses = Map::new();
        let mut described = match described {
            Value::Object(described) => described,
            _ => Map::new(),
        };
        for (status, response) in &mut described {
            if status.starts_with('2') {
                self.add_headers(response);
                responses.insert(status.clone(), response.take());
            }
        }
        if self.is_tagged_read() {
            responses.insert("304".to_owned(), component("responses", "NotModified"));
        }
        for (status, name) in STATUSES {
            let own = described
                .get(status)
                .and_then(|response| response["description"].as_str());
            let response = match own {
                Some(codes) => Some(problem(status, codes, self.is_repeatable())),
                None => self
                    .can_answer(status)
                    .then(|| component("responses", name)),
            };
            responses.extend(response.map(|response| (status.to_owned(), response)));
        }
        responses
    }

    /// Whether a status follows from the form alone.
    fn can_answer(&self, status: &str) -> bool {
        let takes_body = matches!(self.method, "post" | "put" | "patch");
        match status {
            "400" | "405" | "431" | "500" | "503" => true,
            "401" | "403" => !self.is_open,
            "404" => !self.path_names.is_empty(),
            "406" => !ACCEPTABLE_TO_ALL.contains(&self.id),
            "409" => self.is_repeatable(),
            "412" => self.is_conditional(),
            "413" | "415" => takes_body,
            "422" => self.has_body || self.has_query || self.is_repeatable(),
            _ => false,
        }
    }

    fn add_headers(&self, response: &mut Value) {
        let mut names = Vec::new();
        if self.is_tagged_read() || TAGGED_CHANGES.contains(&self.id) {
            names.push("ETag");
        }
        if LOCATED.contains(&self.id) {
            names.push("Location");
        }
        if COOKIES.contains(&self.id) {
            names.push("Set-Cookie");
        }
        response["headers"] = headers(&names);
    }

    fn is_repeatable(&self) -> bool {
        self.method == "post" && !NOT_REPEATABLE.contains(&self.id)
    }

    fn is_conditional(&self) -> bool {
        let is_change = matches!(self.method, "put" | "patch" | "delete");
        is_change && !matches!(self.id, "change_password" | "sign_out" | "end_session")
    }

    fn is_tagged_read(&self) -> bool {
        self.method == "get" && !UNTAGGED_READS.contains(&self.id)
    }
}

/// A refusal whose codes are the operation's own.
fn problem(status: &str, annotated: &str, is_repeatable: bool) -> Value {
    let mut codes: Vec<&str> = annotated.split('`').skip(1).step_by(2).collect();
    match status {
        "409" if is_repeatable => codes.push(Code::IdempotencyKeyInUse.as_str()),
        "422" if is_repeatable => codes.push(Code::IdempotencyKeyReused.as_str()),
        _ => {}
    }
    let known = codes.into_iter().filter_map(Code::named);
    super::components::problem(status, known)
}

/// The names in braces of a path.
fn names_of(path: &str) -> Vec<String> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(str::to_owned)
        .collect()
}
