//! What the schemas of all types have in common, added once they are generated.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{component, place};

/// What utoipa calls a page of a list before it is named after its items.
const PAGE_PREFIX: &str = "Listed_";

/// Fields of answers that are left out where there is nothing to say; all others are `null` then.
const LEFT_OUT: [(&str, &str); 2] = [("Problem", "errors"), ("Page", "total")];

/// Makes requests closed and answers complete, and names pages after their items.
pub(super) fn complete(document: &mut Value) {
    name_pages(document);
    let requests = asked_for(document);
    let schemas = place(document, &["components", "schemas"]).as_object_mut();
    for (name, schema) in schemas.into_iter().flatten() {
        lift_descriptions(schema);
        if requests.contains(name) {
            close(schema);
        } else {
            fill(name, schema);
        }
    }
}

/// `Listed_User` becomes `UserPage`, whose items are references like everywhere else.
fn name_pages(document: &mut Value) {
    let Some(schemas) = place(document, &["components", "schemas"]).as_object_mut() else {
        return;
    };
    let old = std::mem::take(schemas);
    for (name, mut schema) in old {
        match name.strip_prefix(PAGE_PREFIX) {
            Some(item) => {
                *place(&mut schema, &["properties", "items", "items"]) = component("schemas", item);
                schemas.insert(format!("{item}Page"), schema);
            }
            None => {
                schemas.insert(name, schema);
            }
        }
    }
    rename_pages(document);
}

fn rename_pages(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(reference)) = object.get_mut("$ref")
                && let Some((folder, item)) = reference.split_once(PAGE_PREFIX)
            {
                *reference = format!("{folder}{item}Page");
            }
            object.values_mut().for_each(rename_pages);
        }
        Value::Array(items) => items.iter_mut().for_each(rename_pages),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The names of all schemas that a request body leads to.
fn asked_for(document: &mut Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut waiting: Vec<String> = Vec::new();
    for (_, _, operation) in super::operations(document) {
        references(&operation["requestBody"], &mut waiting);
    }
    // Every schema is looked at once, so this ends.
    while let Some(name) = waiting.pop() {
        let schema = place(document, &["components", "schemas", name.as_str()]);
        references(schema, &mut waiting);
        found.insert(name);
        waiting.retain(|name| !found.contains(name));
    }
    found
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            let reference = object.get("$ref").and_then(Value::as_str);
            found.extend(reference.and_then(|text| Some(text.rsplit_once('/')?.1.to_owned())));
            object.values().for_each(|inner| references(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What a field is stands beside its choice of schema or `null`, not inside one of the two.
fn lift_descriptions(schema: &mut Value) {
    let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (_, field) in fields.into_iter().flatten() {
        let choices = field.get_mut("oneOf").and_then(Value::as_array_mut);
        let described = choices.into_iter().flatten().find_map(|choice| {
            let choice = choice.as_object_mut()?;
            choice.remove("description")
        });
        if let Some(description) = described {
            field["description"] = description;
        }
    }
}

/// Unknown fields of a request are refused.
fn close(schema: &mut Value) {
    if schema["type"] == "object" {
        schema["additionalProperties"] = json!(false);
    }
}

/// What is absent from an answer is `null`, not left out: every field is required.
fn fill(name: &str, schema: &mut Value) {
    let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
    for part in parts.into_iter().flatten() {
        fill(name, part);
    }
    let fields = schema["properties"].as_object().map(Map::keys);
    let required: Vec<String> = fields
        .into_iter()
        .flatten()
        .filter(|field| {
            !LEFT_OUT
                .iter()
                .any(|(owner, left_out)| name.ends_with(owner) && field == left_out)
        })
        .cloned()
        .collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
}
