//! What many operations share by reference: parameters, headers and the refusals of each status.

use serde_json::{Map, Value, json};

use super::{component, place};
use crate::problem::{Code, PROBLEM_JSON};

/// Every status of a refusal, with the name of its component.
pub(super) const STATUSES: [(&str, &str); 15] = [
    ("400", "BadRequest"),
    ("401", "Unauthorized"),
    ("403", "Forbidden"),
    ("404", "NotFound"),
    ("405", "MethodNotAllowed"),
    ("406", "NotAcceptable"),
    ("409", "Conflict"),
    ("412", "PreconditionFailed"),
    ("413", "ContentTooLarge"),
    ("415", "UnsupportedMediaType"),
    ("422", "UnprocessableContent"),
    ("429", "TooManyRequests"),
    ("431", "RequestHeaderFieldsTooLarge"),
    ("500", "InternalServerError"),
    ("503", "ServiceUnavailable"),
];

/// The status that every operation describes by itself, so that none refers to a component.
const ALWAYS_OWN: &str = "429";

/// Headers that every answer has.
const ALWAYS: [&str; 8] = [
    "X-Request-Id",
    "Cache-Control",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Content-Security-Policy",
    "Strict-Transport-Security",
    "Vary",
];

/// The parts of paths, the component that describes each, and what it is. A component has another
/// name than every schema: generators make a type of both.
const PATH_IDS: [(&str, &str, &str); 6] = [
    ("org", "OrganizationId", "The organization"),
    ("user", "UserId", "The user of the organization"),
    ("entity", "EntityId", "The entity"),
    ("invitation", "InvitationId", "The invitation"),
    ("key", "ApiKeyId", "The API key"),
    ("session", "SessionId", "The session of the account"),
];

/// The part of a path that is no id.
const TOKEN: (&str, &str) = ("token", "LinkToken");

/// Adds the components that the operations refer to.
pub(super) fn add(document: &mut Value, public_url: &str) {
    let components = &mut document["components"];
    components["parameters"] = parameters();
    components["headers"] = all_headers();
    components["responses"] = responses(public_url);
}

/// A reference to each of these headers, and to those that every answer has.
pub(super) fn headers(names: &[&str]) -> Value {
    let all = ALWAYS.iter().chain(names);
    all.map(|name| ((*name).to_owned(), component("headers", name)))
        .collect()
}

/// A reference to what describes that part of a path.
pub(super) fn path_parameter(name: &str) -> Value {
    let ids = PATH_IDS.iter().map(|(id, component, _)| (*id, *component));
    let described = ids.chain([TOKEN]).find(|(known, _)| *known == name);
    component(
        "parameters",
        described.map_or(name, |(_, component)| component),
    )
}

/// A refusal of that status with these codes.
pub(super) fn problem(status: &str, codes: impl Iterator<Item = Code>) -> Value {
    let lines: Vec<String> = codes
        .map(|code| format!("- `{}`: {}", code.as_str(), code.meaning()))
        .collect();
    let names: &[&str] = match status {
        "401" => &["WWW-Authenticate"],
        "405" => &["Allow"],
        "429" | "503" => &["Retry-After"],
        _ => &[],
    };
    json!({
        "description": lines.join("\n"),
        "headers": headers(names),
        "content": { PROBLEM_JSON: { "schema": component("schemas", "Problem") } },
    })
}

fn responses(public_url: &str) -> Value {
    let mut responses = Map::new();
    for (status, name) in STATUSES {
        if status == ALWAYS_OWN {
            continue;
        }
        let codes = || {
            Code::ALL
                .iter()
                .copied()
                .filter(|code| code.status().as_str() == status)
        };
        let mut response = problem(status, codes());
        *place(&mut response, &["content", PROBLEM_JSON, "examples"]) = codes()
            .map(|code| (code.as_str().to_owned(), example(code, public_url)))
            .collect();
        responses.insert(name.to_owned(), response);
    }
    let not_modified = json!({
        "description": "What `If-None-Match` names is still so",
        "headers": headers(&["ETag"]),
    });
    responses.insert("NotModified".to_owned(), not_modified);
    Value::Object(responses)
}

fn example(code: Code, public_url: &str) -> Value {
    json!({
        "summary": code.title(),
        "value": {
            "type": format!("{public_url}/problems/{}", code.as_str()),
            "title": code.title(),
            "status": code.status().as_u16(),
            "detail": code.meaning(),
            "code": code.as_str(),
            "instance": "/v1/organizations/0198c7a0-0000-7000-8000-000000000001/users",
        },
    })
}

fn parameters() -> Value {
    let mut parameters: Map<String, Value> = PATH_IDS
        .iter()
        .map(|(name, component, description)| {
            let parameter = json!({
                "name": name, "in": "path", "required": true, "description": description,
                "schema": { "type": "string", "format": "uuid" },
                "example": "0198c7a0-0000-7000-8000-000000000001",
            });
            ((*component).to_owned(), parameter)
        })
        .collect();
    parameters.insert(
        TOKEN.1.to_owned(),
        json!({
            "name": TOKEN.0, "in": "path", "required": true,
            "description": "The token of the link, as the mail has it",
            "schema": { "type": "string", "minLength": 1 },
        }),
    );
    parameters.insert("Idempotency-Key".to_owned(), json!({
        "name": "Idempotency-Key", "in": "header",
        "description": "1 to 255 visible ASCII characters: the same key and body from the same actor gives the same answer again for 24 hours",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
    }));
    for (name, description) in [
        (
            "If-Match",
            "Entity tags, or `*`: the change is made only if the resource still has one of them",
        ),
        (
            "If-None-Match",
            "Entity tags, or `*`: what still has one of them is answered with 304 and without a body",
        ),
    ] {
        let parameter = json!({
            "name": name, "in": "header", "description": description,
            "schema": { "type": "string" },
        });
        parameters.insert(name.to_owned(), parameter);
    }
    Value::Object(parameters)
}

fn all_headers() -> Value {
    let text = json!({ "type": "string" });
    let word = |word: &str| json!({ "type": "string", "const": word });
    let seconds = json!({ "type": "integer", "minimum": 1 });
    let headers = [
        (
            "X-Request-Id",
            true,
            "The id of the request, the client's own where it sent a good one",
            json!({ "type": "string", "minLength": 1, "maxLength": 128 }),
        ),
        (
            "Cache-Control",
            true,
            "Nothing is to be kept, or only while it is asked anew",
            text.clone(),
        ),
        (
            "X-Content-Type-Options",
            true,
            "The content is what it says",
            word("nosniff"),
        ),
        (
            "X-Frame-Options",
            true,
            "No page shows it in a frame",
            word("DENY"),
        ),
        (
            "Referrer-Policy",
            true,
            "No address is passed on",
            word("no-referrer"),
        ),
        (
            "Content-Security-Policy",
            true,
            "Nothing in it is carried out",
            text.clone(),
        ),
        (
            "Strict-Transport-Security",
            false,
            "Over https: come back over https alone",
            text.clone(),
        ),
        (
            "Vary",
            false,
            "The headers of the request that the form of the answer goes by",
            text.clone(),
        ),
        (
            "ETag",
            true,
            "The entity tag of the answer: strong, or weak (`W/`) where a list was compressed",
            json!({ "type": "string", "pattern": "^(W/)?\"[^\"]+\"$" }),
        ),
        (
            "Location",
            true,
            "The path of what was made",
            json!({ "type": "string", "pattern": "^/v1/" }),
        ),
        (
            "Set-Cookie",
            true,
            "The session cookie, or its end",
            text.clone(),
        ),
        (
            "Retry-After",
            false,
            "Seconds until trying again makes sense",
            seconds,
        ),
        (
            "WWW-Authenticate",
            true,
            "How to authenticate",
            text.clone(),
        ),
        ("Allow", true, "The methods that the address takes", text),
    ];
    headers
        .into_iter()
        .map(|(name, required, description, schema)| {
            let header =
                json!({ "description": description, "required": required, "schema": schema });
            (name.to_owned(), header)
        })
        .collect()
}
