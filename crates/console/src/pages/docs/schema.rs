//! What a schema of the document says, in words, as fields, and as an example.

use serde_json::{Map, Value, json};

/// How deep fields inside of fields are shown, and examples made.
const DEPTH_MAX: usize = 6;

/// A field of a body, or a parameter.
#[derive(Debug)]
pub(super) struct Field {
    /// With the fields around it: `memberships[].role`.
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) is_required: bool,
    pub(super) description: String,
}

/// The text of a value, if it is one.
pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What that pointer leads to, `null` where nothing is.
pub(super) fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

/// What a reference leads to; anything else is itself.
pub(super) fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let pointer = value["$ref"].as_str().and_then(|it| it.strip_prefix('#'));
    pointer
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(value)
}

/// The schema without its references and its `null`, and whether it has one.
fn plain<'a>(document: &'a Value, schema: &'a Value) -> (&'a Value, bool) {
    let schema = resolved(document, schema);
    let ways = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    if let Some(ways) = ways {
        let has_null = ways.iter().any(|way| way["type"] == "null");
        let other = ways.iter().find(|way| way["type"] != "null");
        if let Some(other) = other {
            return (resolved(document, other), has_null);
        }
    }
    let types = schema["type"].as_array();
    (
        schema,
        types.is_some_and(|types| types.contains(&json!("null"))),
    )
}

/// The type of a schema that is not `null`.
fn type_of(schema: &Value) -> &str {
    let types = schema["type"].as_array().into_iter().flatten();
    types
        .chain([&schema["type"]])
        .filter_map(Value::as_str)
        .find(|name| *name != "null")
        .unwrap_or(if schema["properties"].is_object() {
            "object"
        } else {
            "any JSON"
        })
}

/// What a value is and what bounds it has: `list of string, at most 200, or null`.
pub(super) fn kind(document: &Value, schema: &Value) -> String {
    let (schema, has_null) = plain(document, schema);
    let mut words = match (schema["enum"].as_array(), type_of(schema)) {
        (Some(values), _) => {
            let values: Vec<_> = values
                .iter()
                .map(text)
                .filter(|it| !it.is_empty())
                .collect();
            format!("one of {}", values.join(", "))
        }
        (None, "array") => format!("list of {}", kind(document, &schema["items"])),
        (None, name) => match schema["format"].as_str() {
            Some("int32" | "int64") | None => name.to_owned(),
            Some(format) => format.replace('-', " "),
        },
    };
    for (least, most, unit) in [
        ("minLength", "maxLength", " characters"),
        ("minimum", "maximum", ""),
        ("minItems", "maxItems", " items"),
    ] {
        let bounds = match (schema[least].as_u64(), schema[most].as_u64()) {
            (Some(least), Some(most)) => format!(", {least} to {most}{unit}"),
            (Some(least), None) => format!(", at least {least}{unit}"),
            (None, Some(most)) => format!(", at most {most}{unit}"),
            (None, None) => continue,
        };
        words.push_str(&bounds);
    }
    if has_null {
        words.push_str(", or null");
    }
    words
}

/// Every field of a body, those of objects and lists inside it after them.
pub(super) fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let mut found = Vec::new();
    collect(document, schema, "", 0, &mut found);
    found
}

fn collect(document: &Value, schema: &Value, before: &str, depth: usize, found: &mut Vec<Field>) {
    let (schema, _) = plain(document, schema);
    if depth > DEPTH_MAX {
        return;
    }
    if type_of(schema) == "array" {
        return collect(
            document,
            &schema["items"],
            &format!("{before}[]"),
            depth + 1,
            found,
        );
    }
    let required = schema["required"].as_array();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let path = if before.is_empty() {
            name.clone()
        } else {
            format!("{before}.{name}")
        };
        let described = [property, plain(document, property).0];
        found.push(Field {
            kind: kind(document, property),
            is_required: required.is_some_and(|names| names.contains(&json!(name))),
            description: described
                .iter()
                .map(|schema| text(&schema["description"]))
                .find(|description| !description.is_empty())
                .unwrap_or_default(),
            name: path.clone(),
        });
        collect(document, property, &path, depth + 1, found);
    }
}

/// A value that the schema allows: its own example where it has one.
pub(super) fn sample(document: &Value, schema: &Value, name: &str, depth: usize) -> Value {
    let (schema, _) = plain(document, schema);
    let own = [
        at(schema, "/examples/0"),
        &schema["example"],
        &schema["const"],
        at(schema, "/enum/0"),
    ];
    if let Some(own) = own.into_iter().find(|value| !value.is_null()) {
        return own.clone();
    }
    match (type_of(schema), schema["format"].as_str()) {
        _ if depth > DEPTH_MAX => Value::Null,
        ("array", _) => json!([sample(document, &schema["items"], name, depth + 1)]),
        ("object", _) => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            // What may be left out of an answer mostly is; a body closed to other fields is a request.
            let is_shown = |name: &String| {
                let required = schema["required"].as_array();
                schema["additionalProperties"] == false
                    || required.is_some_and(|names| names.contains(&json!(name)))
            };
            let samples: Map<String, Value> = properties
                .filter(|(name, _)| is_shown(name))
                .map(|(name, property)| (name.clone(), sample(document, property, name, depth + 1)))
                .collect();
            Value::Object(samples)
        }
        ("boolean", _) => json!(true),
        ("integer" | "number", _) => json!(schema["minimum"].as_u64().unwrap_or_default().max(1)),
        (_, Some("uuid")) => json!("0198c7a0-0000-7000-8000-000000000001"),
        (_, Some("date-time")) => json!("2027-01-31T12:00:00Z"),
        _ if name == "email" => json!("ann@northwind.example"),
        _ if name.ends_with("name") => json!("Ann Archer"),
        _ if name == "next_cursor" => Value::Null,
        _ => json!("…"),
    }
}
