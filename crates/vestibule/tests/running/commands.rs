//! The operator's commands, beside a server and without one.

use serde_json::json;

use crate::house::{House, PASSWORD, printed, said};

const CREATE: [&str; 9] = [
    "organization",
    "create",
    "--name",
    "Halden Group",
    "--email",
    "ingrid@halden.example",
    "--primary-admin-name",
    "Ingrid Halden",
    "--password-stdin",
];

#[test]
fn an_organization_made_by_command_can_be_signed_in_to() {
    let house = House::new();
    let output = house.run_with(&CREATE, &format!("{PASSWORD}\n"));
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let id = printed(&output).trim().to_owned();
    assert!(printed(&house.run(&["organization", "list"])).contains(&id));

    let server = house.serve(&[]);
    let body = json!({"email": "Ingrid@Halden.example", "password": PASSWORD});
    let (status, session) = server.post("/v1/sessions", &body).unwrap();
    assert_eq!(status, 201, "{session}");
    assert_eq!(session["organizations"][0]["id"], id.as_str());
    assert_eq!(session["organizations"][0]["role"], "primary_admin");
}

/// R-SES-1.
#[test]
fn a_weak_password_is_refused_and_nothing_is_made() {
    let house = House::new();
    for password in ["short", "passwordpassword", "ingridhalden"] {
        let output = house.run_with(&CREATE, password);
        assert_eq!(
            output.status.code(),
            Some(1),
            "{password}: {}",
            said(&output)
        );
        assert!(!said(&output).contains(password), "{}", said(&output));
    }
    assert_eq!(printed(&house.run(&["organization", "list"])), "");
}

#[test]
fn bad_arguments_end_with_2_and_name_the_field() {
    let house = House::new();
    let mut arguments = CREATE;
    arguments[5] = "nobody";
    let output = house.run_with(&arguments, PASSWORD);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("--email"), "{}", said(&output));
}

/// R-SES-1, `account_mismatch`: an email that has an account keeps it.
#[test]
fn a_second_organization_of_one_account_needs_its_password() {
    let house = House::new();
    assert!(house.run_with(&CREATE, PASSWORD).status.success());
    let output = house.run_with(&CREATE, "another violet anchor 1951");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(house.run_with(&CREATE, PASSWORD).status.success());
    assert_eq!(
        printed(&house.run(&["organization", "list"]))
            .lines()
            .count(),
        2
    );
}

/// R-ORG-5: for an owner who has left, beside a running server.
#[test]
fn ownership_is_handed_over_beside_a_running_server() {
    let house = House::new();
    let server = house.serve(&["--demo"]);
    let list = printed(&house.run(&["organization", "list"]));
    let id = list.split_whitespace().next().unwrap().to_owned();
    let transfer = |to: &str| {
        house.run(&[
            "organization",
            "transfer",
            "--organization",
            &id,
            "--to",
            to,
        ])
    };
    let refused = transfer("tove@halden.example");
    assert_eq!(
        refused.status.code(),
        Some(1),
        "an Invited user: {}",
        said(&refused)
    );
    let unknown = transfer("nobody@halden.example");
    assert_eq!(unknown.status.code(), Some(1), "{}", said(&unknown));
    let done = transfer("zoe@halden.example");
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));

    let (_, users) = server.get(&format!("/v1/organizations/{id}/users?role=primary_admin"));
    assert_eq!(users["items"][0]["email"], "zoe@halden.example", "{users}");
    let (_, events) = server.get(&format!(
        "/v1/organizations/{id}/audit-events?action=organization.ownership_transferred"
    ));
    assert_eq!(events["items"][0]["actor"]["kind"], "operator", "{events}");
}

/// R-AUD-2.
#[test]
fn a_record_verifies_and_a_wrong_hash_does_not() {
    let house = House::new();
    let id = printed(&house.run_with(&CREATE, PASSWORD))
        .trim()
        .to_owned();
    let output = house.run(&["audit", "verify"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let line = printed(&output);
    let hash = line.split_whitespace().last().unwrap().to_owned();
    assert_eq!(hash.len(), 64, "{line}");

    let with = |seq: &str, hash: &str| {
        house.run(&[
            "audit",
            "verify",
            "--organization",
            &id,
            "--seq",
            seq,
            "--hash",
            hash,
        ])
    };
    assert_eq!(with("1", &hash).status.code(), Some(0));
    let other = "0".repeat(64);
    assert_eq!(with("1", &other).status.code(), Some(1));
    assert_eq!(
        with("2", &hash).status.code(),
        Some(1),
        "a record that was cut"
    );
    assert_eq!(with("1", "xyz").status.code(), Some(2));
}
