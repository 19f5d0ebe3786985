//! The sample group: what a newcomer sees first.

use serde_json::json;

use crate::house::House;

#[test]
fn the_demo_has_six_entities_and_forty_users_and_its_sign_ins_work() {
    let house = House::new();
    let server = house.serve(&["--demo"]);
    let notice: Vec<String> = (0..5).map(|_| server.next_line()).collect();
    let text = notice.join("\n");
    assert!(text.contains("Halden Group"), "{text}");
    let password = text
        .split('`')
        .nth(1)
        .expect("the password stands in backticks")
        .to_owned();
    let emails = text
        .split_whitespace()
        .filter(|word| word.contains("@halden.example"));
    let mut signed_in = 0;
    for email in emails {
        let body = json!({"email": email, "password": password});
        let (status, session) = server.post("/v1/sessions", &body).unwrap();
        assert_eq!(status, 201, "{email}: {session}");
        signed_in += 1;
    }
    assert_eq!(signed_in, 4, "{text}");

    let body = json!({"email": "ingrid@halden.example", "password": password});
    let (_, session) = server.post("/v1/sessions", &body).unwrap();
    let id = session["organizations"][0]["id"].as_str().unwrap();
    let count = |path: &str| {
        let (_, list) = server.get(&format!("/v1/organizations/{id}/{path}"));
        list["total"]
            .as_u64()
            .unwrap_or_else(|| panic!("{path}: {list}"))
    };
    assert_eq!(count("entities?include_total=true"), 6);
    assert_eq!(count("users?include_total=true"), 40);
    for filter in [
        "status=active",
        "status=invited",
        "status=deactivated",
        "role=admin",
        "role=user",
        "role=primary_admin",
        "entity_role=admin",
        "entity_role=manager",
        "entity_role=approver",
        "entity_role=clerk",
        "entity_role=auditor",
        "without_entity=true",
    ] {
        assert!(
            count(&format!("users?include_total=true&{filter}")) > 0,
            "{filter}"
        );
    }
    for state in ["pending", "expired", "suspended", "accepted"] {
        let (_, list) = server.get(&format!("/v1/organizations/{id}/invitations?state={state}"));
        assert!(
            !list["items"].as_array().unwrap().is_empty(),
            "{state}: {list}"
        );
    }
    drop(server);

    let again = house.serve(&["--demo"]);
    assert!(
        again.next_line().contains("Halden Group"),
        "its sign-ins are printed again"
    );
    let (_, list) = again.get(&format!("/v1/organizations/{id}/users?include_total=true"));
    assert_eq!(list["total"], 40, "nothing is filled in twice");
}

#[test]
fn the_demo_leaves_a_database_that_is_not_empty_alone() {
    let house = House::new();
    house.serve(&[]).organization();
    let server = house.serve(&["--demo"]);
    assert!(
        server.next_line().contains("not empty"),
        "it says why nothing was filled in"
    );
}
