//! One operation as it stands on the page: what it takes, what it answers, and an example of both.

use serde_json::Value;

use super::schema::{Field, at, fields, kind, resolved, sample, text};

/// One operation.
#[derive(Debug)]
pub(super) struct Operation {
    pub(super) id: String,
    /// In capitals.
    pub(super) method: String,
    pub(super) path: String,
    pub(super) summary: String,
    pub(super) description: String,
    pub(super) is_deprecated: bool,
    /// With what one may come; nothing where anybody may.
    pub(super) bearers: Vec<&'static str>,
    pub(super) parameters: Vec<Field>,
    pub(super) bodies: Vec<Body>,
    pub(super) answers: Vec<Answer>,
    pub(super) refusals: Vec<Refusals>,
    pub(super) request: String,
    pub(super) answer: Option<String>,
}

/// A form in which something is sent.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) media_type: String,
    pub(super) description: String,
    pub(super) fields: Vec<Field>,
}

/// What comes when all went well.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: String,
    pub(super) description: String,
    pub(super) bodies: Vec<Body>,
}

/// The codes of one status.
#[derive(Debug)]
pub(super) struct Refusals {
    pub(super) status: String,
    pub(super) codes: Vec<String>,
}

/// The operations with that tag, by path.
pub(super) fn operations(document: &Value, tag: &str) -> Vec<Operation> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.map(move |(method, operation)| (path, method, operation))
        })
        .filter(|(_, _, operation)| at(operation, "/tags/0") == tag)
        .map(|(path, method, operation)| Operation::new(document, path, method, operation))
        .collect()
}

impl Operation {
    fn new(document: &Value, path: &str, method: &str, operation: &Value) -> Self {
        let method = method.to_uppercase();
        let responses = operation["responses"].as_object().into_iter().flatten();
        let responses =
            responses.map(|(status, response)| (status.clone(), resolved(document, response)));
        let (good, bad): (Vec<_>, Vec<_>) =
            responses.partition(|(status, _)| status.starts_with(['2', '3']));
        let answer = good.iter().find_map(|(_, response)| {
            let (media_type, content) = response["content"].as_object()?.iter().next()?;
            written(document, media_type, content)
        });
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let content = at(operation, "/requestBody/content");
        Self {
            id: text(&operation["operationId"]),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            description: text(&operation["description"]),
            is_deprecated: operation["deprecated"] == true,
            bearers: bearers(&operation["security"]),
            parameters: parameters.map(|it| parameter(document, it)).collect(),
            bodies: bodies(document, content),
            answers: good
                .into_iter()
                .map(|(status, response)| Answer {
                    status,
                    description: text(&response["description"]),
                    bodies: bodies(document, &response["content"]),
                })
                .collect(),
            refusals: bad
                .into_iter()
                .map(|(status, response)| Refusals {
                    status,
                    codes: codes(&text(&response["description"])),
                })
                .collect(),
            request: request(document, &method, path, operation),
            method,
            answer,
        }
    }
}

fn parameter(document: &Value, parameter: &Value) -> Field {
    let parameter = resolved(document, parameter);
    Field {
        name: text(&parameter["name"]),
        kind: format!(
            "{}: {}",
            text(&parameter["in"]),
            kind(document, &parameter["schema"])
        ),
        is_required: parameter["required"] == true,
        description: text(&parameter["description"]),
    }
}

fn bodies(document: &Value, content: &Value) -> Vec<Body> {
    let contents = content.as_object().into_iter().flatten();
    contents
        .map(|(media_type, content)| Body {
            media_type: media_type.clone(),
            description: text(&resolved(document, &content["schema"])["description"]),
            fields: fields(document, &content["schema"]),
        })
        .collect()
}

fn bearers(security: &Value) -> Vec<&'static str> {
    let has = |scheme: &str| {
        let mut any = security.as_array().into_iter().flatten();
        any.any(|requirement| requirement.get(scheme).is_some())
    };
    [
        ("session", "session token"),
        ("cookie", "console cookie"),
        ("api_key", "API key"),
        ("operator_key", "operator key"),
    ]
    .into_iter()
    .filter_map(|(scheme, name)| has(scheme).then_some(name))
    .collect()
}

/// The codes that the description of a refusal lists, one a line.
fn codes(description: &str) -> Vec<String> {
    let lines = description.lines();
    lines
        .filter_map(|line| line.strip_prefix("- `")?.split('`').next())
        .map(str::to_owned)
        .collect()
}

/// An example of a body, as it goes over the wire but with room to read it.
fn written(document: &Value, media_type: &str, content: &Value) -> Option<String> {
    let example = sample(document, &content["schema"], "", 0);
    if media_type.ends_with("json") {
        serde_json::to_string_pretty(&example).ok()
    } else {
        example.as_str().map(str::to_owned)
    }
}

fn request(document: &Value, method: &str, path: &str, operation: &Value) -> String {
    let place: String = path
        .split('/')
        .map(|part| match part.strip_prefix('{') {
            Some(name) => format!("${}", name.trim_end_matches('}').to_uppercase()),
            None => part.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/");
    let body = at(operation, "/requestBody/content")
        .as_object()
        .and_then(|contents| contents.iter().next())
        .and_then(|(media_type, content)| written(document, media_type, content));
    let mut lines = vec![match (method, &body) {
        ("GET", _) | ("POST", Some(_)) => format!("curl \"$V{place}\""),
        _ => format!("curl -X {method} \"$V{place}\""),
    }];
    let bearers = bearers(&operation["security"]);
    let anybody = operation["security"].as_array().is_none_or(|any| {
        any.iter()
            .any(|one| one.as_object().is_some_and(serde_json::Map::is_empty))
    });
    if !bearers.is_empty() && !anybody {
        let token = if bearers == ["operator key"] {
            "$VESTIBULE_OPERATOR_KEY"
        } else {
            "$TOKEN"
        };
        lines.push(format!("-H \"Authorization: Bearer {token}\""));
    }
    if let Some(body) = body {
        lines.push(format!("--json '{}'", body.replace('\'', "'\\''")));
    }
    lines.join(" \\\n  ")
}
