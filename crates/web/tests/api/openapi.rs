//! `/openapi.json`

use std::collections::BTreeSet;

use crate::support::{House, on_both_databases};

on_both_databases![
    the_document_is_served_and_names_every_path_once,
    the_document_holds_together,
];

async fn the_document_is_served_and_names_every_path_once(house: &House) {
    let document = house.anyone().get("/openapi.json").await.expect(200);
    assert_eq!(document["openapi"], "3.1.0");
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} stands twice");
            assert!(operation["tags"].is_array(), "{method} {path}");
            assert!(operation["summary"].is_string(), "{method} {path}");
            let responses = operation["responses"].as_object().unwrap();
            for (status, response) in responses {
                let reference = response["$ref"]
                    .as_str()
                    .and_then(|text| text.strip_prefix('#'));
                let response =
                    reference.map_or(response, |pointer| document.pointer(pointer).unwrap());
                assert!(response["headers"]["X-Request-Id"].is_object());
                if status.starts_with('4') || status.starts_with('5') {
                    let content = &response["content"]["application/problem+json"];
                    assert!(content.is_object(), "{method} {path} {status}");
                }
            }
        }
    }
    assert_eq!(ids.len(), 52);
}

/// Every `$ref` leads somewhere.
async fn the_document_holds_together(house: &House) {
    let document = house.anyone().get("/openapi.json").await.expect(200);
    let text = document.to_string();
    let mut references = 0;
    for part in text.split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
        references += 1;
    }
    assert!(references > 50);
}
