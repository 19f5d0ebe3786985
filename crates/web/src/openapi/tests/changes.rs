//! What another form of the document would break for clients that were written against this one.
//!
//! A request may be asked for less than before, and an answer may say more; nothing else.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Which way a value goes, which says what may become of its schema.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// From the client: what it sends must still be taken.
    Asked,
    /// To the client: what it gets must still be what it knows.
    Answered,
}

struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    /// Pairs of references that are compared already or just now: schemas can lead to themselves.
    met: BTreeSet<(String, String, bool)>,
    found: Vec<String>,
}

/// Every change from one document to the other that breaks a client, in words.
pub(super) fn breaking(old: &Value, new: &Value) -> Vec<String> {
    let mut comparison = Comparison {
        old,
        new,
        met: BTreeSet::new(),
        found: Vec::new(),
    };
    for (path, item) in members(&old["paths"]) {
        for (method, operation) in members(item) {
            let place = format!("{} {path}", method.to_uppercase());
            let now = &new["paths"][path][method];
            if now.is_null() {
                comparison.found.push(format!("{place} is gone"));
            } else {
                comparison.operation(&place, operation, now);
            }
        }
    }
    comparison.found
}

impl Comparison<'_> {
    fn operation(&mut self, place: &str, old: &Value, new: &Value) {
        if old["operationId"] != new["operationId"] {
            self.found.push(format!("{place} has another operationId"));
        }
        let (before, now) = (taken(old), taken(new));
        for scheme in before {
            if !now.contains(&json!({})) && !now.contains(&scheme) {
                self.found.push(format!("{place} no longer takes {scheme}"));
            }
        }
        self.parameters(place, old, new);
        self.body(place, &old["requestBody"], &new["requestBody"]);
        for (status, response) in members(&old["responses"]) {
            let place = format!("{place} {status}");
            let now = &new["responses"][status];
            if now.is_null() {
                self.found.push(format!("{place} is gone"));
                continue;
            }
            let (old, new) = (resolved(self.old, response), resolved(self.new, now));
            for (name, _) in members(&old["headers"]) {
                if new["headers"][name].is_null() {
                    self.found
                        .push(format!("{place}: the header {name} is gone"));
                }
            }
            self.contents(&place, &old["content"], &new["content"], Way::Answered);
        }
    }

    fn parameters(&mut self, place: &str, old: &Value, new: &Value) {
        let of = |document, operation: &Value| -> Vec<Value> {
            let parameters = list(&operation["parameters"]).iter();
            parameters
                .map(|one| resolved(document, one).clone())
                .collect()
        };
        let (old, new) = (of(self.old, old), of(self.new, new));
        let same =
            |one: &Value, other: &Value| one["name"] == other["name"] && one["in"] == other["in"];
        for parameter in &old {
            let place = format!("{place}: parameter {}", parameter["name"]);
            match new.iter().find(|other| same(parameter, other)) {
                None => self.found.push(format!("{place} is gone")),
                Some(now) => {
                    if now["required"] == true && parameter["required"] != true {
                        self.found.push(format!("{place} is required now"));
                    }
                    self.schema(&place, &parameter["schema"], &now["schema"], Way::Asked);
                }
            }
        }
        for parameter in new.iter().filter(|one| one["required"] == true) {
            if !old.iter().any(|other| same(parameter, other)) {
                self.found.push(format!(
                    "{place}: parameter {} is new and required",
                    parameter["name"]
                ));
            }
        }
    }

    fn body(&mut self, place: &str, old: &Value, new: &Value) {
        if new["required"] == true && old["required"] != true {
            self.found.push(format!("{place}: a body is required now"));
        }
        if !old.is_null() {
            self.contents(
                &format!("{place} body"),
                &old["content"],
                &new["content"],
                Way::Asked,
            );
        }
    }

    fn contents(&mut self, place: &str, old: &Value, new: &Value, way: Way) {
        for (kind, content) in members(old) {
            if new[kind].is_null() {
                self.found.push(format!("{place}: {kind} is gone"));
            } else {
                self.schema(place, &content["schema"], &new[kind]["schema"], way);
            }
        }
    }

    fn schema(&mut self, place: &str, old: &Value, new: &Value, way: Way) {
        if let (Some(from), Some(to)) = (old["$ref"].as_str(), new["$ref"].as_str()) {
            let pair = (from.to_owned(), to.to_owned(), way == Way::Asked);
            if !self.met.insert(pair) {
                return;
            }
        }
        let (old, new) = (resolved(self.old, old), resolved(self.new, new));
        self.sets(place, "type", &kinds(old), &kinds(new), way);
        if !old["enum"].is_null() || !new["enum"].is_null() {
            self.sets(place, "enum", list(&old["enum"]), list(&new["enum"]), way);
        }
        if way == Way::Asked {
            self.bounds(place, old, new);
        }
        for (name, schema) in members(&old["properties"]) {
            let place = format!("{place}/{name}");
            let now = &new["properties"][name];
            if now.is_null() {
                self.found.push(format!("{place} is gone"));
            } else {
                self.schema(&place, schema, now, way);
            }
        }
        self.required(place, old, new, way);
        if !old["items"].is_null() && !new["items"].is_null() {
            self.schema(&format!("{place}/*"), &old["items"], &new["items"], way);
        }
        for choice in ["oneOf", "anyOf", "allOf"] {
            let (old, new) = (list(&old[choice]), list(&new[choice]));
            if old.len() != new.len() {
                self.found
                    .push(format!("{place}: {choice} has other parts"));
            }
            for (one, other) in old.iter().zip(new) {
                self.schema(place, one, other, way);
            }
        }
    }

    /// A set of what is possible: requests may not lose any of it, answers may not gain any.
    fn sets(&mut self, place: &str, what: &str, old: &[Value], new: &[Value], way: Way) {
        let (must_stay, within) = match way {
            Way::Asked => (old, new),
            Way::Answered => (new, old),
        };
        // No list at all allows everything.
        if within.is_empty() {
            return;
        }
        if must_stay.is_empty() {
            self.found.push(format!("{place}: {what} is another set"));
        }
        for value in must_stay.iter().filter(|value| !within.contains(value)) {
            let how = match way {
                Way::Asked => "no longer has",
                Way::Answered => "has",
            };
            self.found.push(format!("{place}: {what} {how} {value}"));
        }
    }

    fn bounds(&mut self, place: &str, old: &Value, new: &Value) {
        for name in ["pattern", "format", "const"] {
            if !new[name].is_null() && new[name] != old[name] {
                self.found
                    .push(format!("{place}: {name} is {} now", new[name]));
            }
        }
        for (name, is_least) in [
            ("minimum", true),
            ("minLength", true),
            ("minItems", true),
            ("maximum", false),
            ("maxLength", false),
            ("maxItems", false),
        ] {
            let Some(now) = new[name].as_f64() else {
                continue;
            };
            let is_tighter = old[name]
                .as_f64()
                .is_none_or(|before| if is_least { now > before } else { now < before });
            if is_tighter {
                self.found.push(format!("{place}: {name} is {now} now"));
            }
        }
    }

    fn required(&mut self, place: &str, old: &Value, new: &Value, way: Way) {
        let (before, after, how) = match way {
            Way::Asked => (&old["required"], &new["required"], "is required now"),
            Way::Answered => (&new["required"], &old["required"], "can be left out now"),
        };
        for name in list(after) {
            if !list(before).contains(name) && !old["properties"].is_null() {
                self.found.push(format!("{place}: {name} {how}"));
            }
        }
    }
}

/// The credentials that an operation takes, `{}` for none; an empty list is written for that too.
fn taken(operation: &Value) -> Vec<Value> {
    match list(&operation["security"]) {
        [] => vec![json!({})],
        schemes => schemes.to_vec(),
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let object = value.as_object().into_iter();
    object
        .flat_map(Map::iter)
        .map(|(name, inner)| (name.as_str(), inner))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn kinds(schema: &Value) -> Vec<Value> {
    match &schema["type"] {
        Value::Null => Vec::new(),
        Value::Array(several) => several.clone(),
        one => vec![one.clone()],
    }
}

fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"]
        .as_str()
        .and_then(|text| text.strip_prefix('#'));
    pointer
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(value)
}

/// A document with one operation, whose body and answer have that schema.
fn document(asked: Value, answered: Value) -> Value {
    json!({ "paths": { "/x": { "put": {
        "operationId": "x",
        "requestBody": { "content": { "application/json": { "schema": asked } } },
        "responses": { "200": { "content": { "application/json": { "schema": answered } } } },
    } } } })
}

fn object(fields: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": fields, "required": required })
}

#[test]
fn what_is_gone_is_named() {
    let old = document(json!({}), json!({}));
    assert_eq!(breaking(&old, &old), Vec::<String>::new());
    assert_eq!(breaking(&old, &json!({})), ["PUT /x is gone"]);
    let mut other = old.clone();
    other["paths"]["/x"]["put"]["operationId"] = json!("y");
    other["paths"]["/x"]["put"]["responses"] = json!({ "201": {} });
    assert_eq!(
        breaking(&old, &other),
        ["PUT /x has another operationId", "PUT /x 200 is gone"]
    );
}

#[test]
fn a_request_can_only_be_asked_for_less() {
    let loose = object(
        json!({ "a": { "type": ["string", "null"], "maxLength": 9 }, "b": { "enum": ["x", "y"] } }),
        &[],
    );
    let strict = object(
        json!({ "a": { "type": "string", "maxLength": 8, "pattern": "^a" }, "b": { "enum": ["x"] } }),
        &["a"],
    );
    let (old, new) = (document(loose, json!({})), document(strict, json!({})));
    assert_eq!(
        breaking(&old, &new),
        [
            "PUT /x body/a: type no longer has \"null\"",
            "PUT /x body/a: pattern is \"^a\" now",
            "PUT /x body/a: maxLength is 8 now",
            "PUT /x body/b: enum no longer has \"y\"",
            "PUT /x body: \"a\" is required now",
        ]
    );
    assert_eq!(breaking(&new, &old), Vec::<String>::new());
}

#[test]
fn an_answer_can_only_say_more() {
    let much = object(
        json!({ "a": { "type": "string" }, "b": { "enum": ["x"] }, "c": {} }),
        &["a", "b"],
    );
    let little = object(
        json!({ "a": { "type": ["string", "null"] }, "b": { "enum": ["x", "y"] } }),
        &["a"],
    );
    let (old, new) = (document(json!({}), much), document(json!({}), little));
    assert_eq!(
        breaking(&old, &new),
        [
            "PUT /x 200/a: type has \"null\"",
            "PUT /x 200/b: enum has \"y\"",
            "PUT /x 200/c is gone",
            "PUT /x 200: \"b\" can be left out now",
        ]
    );
    let more = object(json!({ "a": {}, "new": {} }), &["a", "new"]);
    let old = document(json!({}), object(json!({ "a": {} }), &["a"]));
    assert_eq!(
        breaking(&old, &document(json!({}), more)),
        Vec::<String>::new()
    );
}

#[test]
fn a_credential_that_was_taken_still_is() {
    let with = |security: Value| {
        let mut document = document(json!({}), json!({}));
        document["paths"]["/x"]["put"]["security"] = security;
        document
    };
    let (anybody, open) = (with(json!([])), with(json!([{}])));
    let (session, key) = (
        with(json!([{ "session": [] }])),
        with(json!([{ "key": [] }])),
    );
    assert_eq!(breaking(&anybody, &open), Vec::<String>::new());
    assert_eq!(breaking(&session, &anybody), Vec::<String>::new());
    assert_eq!(breaking(&anybody, &session), ["PUT /x no longer takes {}"]);
    assert_eq!(
        breaking(&session, &key),
        ["PUT /x no longer takes {\"session\":[]}"]
    );
}

#[test]
fn parameters_are_followed_through_references() {
    let with = |parameters: Value| {
        json!({
            "components": { "parameters": { "p": { "name": "p", "in": "query", "schema": { "type": "string" } } } },
            "paths": { "/x": { "get": { "parameters": parameters } } },
        })
    };
    let reference = json!({ "$ref": "#/components/parameters/p" });
    let required = json!({ "name": "q", "in": "query", "required": true });
    assert_eq!(
        breaking(&with(json!([reference])), &with(json!([required]))),
        [
            "GET /x: parameter \"p\" is gone",
            "GET /x: parameter \"q\" is new and required"
        ]
    );
}
