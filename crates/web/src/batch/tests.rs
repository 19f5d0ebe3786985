//! Tests of batches: what becomes of each row.

use super::csv_file::{CsvFile, entities_of, joined};
use super::*;
use crate::problem::Code;

fn entity(number: u128) -> EntityId {
    EntityId::new(Uuid::from_u128(number))
}

fn batch(file: &str) -> Batch {
    let rows = CsvFile::parse(file.as_bytes()).unwrap().rows().unwrap();
    let entities = entities_of(&rows)
        .into_iter()
        .map(|typed| {
            let found = match typed.as_str() {
                "North" | "NORTH" => Ok(entity(1)),
                "South" => Ok(entity(2)),
                _ => Err(Rejection::EntityNotFound(entity(9))),
            };
            (typed, found)
        })
        .collect();
    joined(rows, &entities)
}

fn refusal(file: &str) -> Problem {
    match CsvFile::parse(file.as_bytes()) {
        Err(problem) => problem,
        Ok(file) => file.rows().unwrap_err(),
    }
}

/// R-INV-8.
#[test]
fn rows_of_one_email_join_into_one_person_with_several_memberships() {
    let batch = batch(
        "email,role,name,entity,entity_role\r\n\
         Ann@x.example,user,,North,clerk\r\n\
         ann@X.example,user,Ann,South,admin\r\n",
    );
    assert_eq!(batch.people.len(), 1);
    let ann = &batch.people[0];
    assert_eq!(ann.email.as_str(), "Ann@x.example");
    assert_eq!(ann.name.as_ref().unwrap().as_str(), "Ann");
    assert_eq!(
        ann.memberships,
        BTreeMap::from([
            (entity(1), EntityRole::Clerk),
            (entity(2), EntityRole::Admin)
        ])
    );
    assert!(batch.rows.iter().all(|row| matches!(row, Ok(0))));
}

/// R-INV-8.
#[test]
fn rows_of_one_email_that_disagree_about_the_role_are_all_refused() {
    let batch = batch("email,role\nann@x.example,user\nbob@x.example,user\nann@x.example,admin\n");
    assert_eq!(batch.people.len(), 1);
    assert!(batch.rows[0].is_err() && batch.rows[2].is_err());
    assert!(batch.rows[1].is_ok());
}

/// R-INV-8: an entity is the same one however it was typed.
#[test]
fn rows_of_one_email_that_disagree_about_the_role_in_one_entity_are_all_refused() {
    let batch = batch(
        "email,role,entity,entity_role\n\
         ann@x.example,user,North,clerk\n\
         bob@x.example,user,North,clerk\n\
         ann@x.example,user,NORTH,admin\n\
         bob@x.example,user,NORTH,clerk\n",
    );
    assert_eq!(batch.people.len(), 1);
    assert!(batch.rows[0].is_err() && batch.rows[2].is_err());
    assert!(batch.rows[1].is_ok() && batch.rows[3].is_ok());
}

/// R-INV-8: a byte-order mark, blank lines, quoted cells, columns in any order, capitals in roles.
#[test]
fn a_file_as_spreadsheets_write_it_is_read() {
    let batch = batch(
        "\u{feff}Name,Role,Email\r\n\r\n\"Lamm, \"\"Ann\"\"\",Admin,ann@x.example\r\n,,\r\n\r\nBob,USER,bob@x.example",
    );
    assert_eq!(batch.rows.len(), 2);
    assert_eq!(
        batch.people[0].name.as_ref().unwrap().as_str(),
        "Lamm, \"Ann\""
    );
    assert_eq!(batch.people[1].role, AssignableRole::User);
}

/// R-INV-8, lesson 36.
#[test]
fn a_file_with_another_separator_is_refused_whole_and_the_separator_named() {
    for (file, named) in [
        ("email;role\nann@x.example;user\n", "semicolons"),
        ("email\trole\nann@x.example\tuser\n", "tabs"),
        (
            "name;email;role;entity\nann,b;c@x.example;user;\n",
            "semicolons",
        ),
    ] {
        let problem = refusal(file);
        assert_eq!(problem.code(), Code::MalformedRequest);
        assert!(problem.detail().contains(named), "{}", problem.detail());
    }
}

/// R-INV-8, R-ANS-3.
#[test]
fn a_header_that_is_none_is_refused_whole() {
    for (file, code) in [
        ("", Code::MalformedRequest),
        ("\n\n", Code::MalformedRequest),
        ("ann@x.example,user\n", Code::UnknownField),
        ("email,role,phone\n", Code::UnknownField),
        ("email,role,email\n", Code::MalformedRequest),
        ("email\nann@x.example\n", Code::InvalidField),
        ("role\nuser\n", Code::InvalidField),
    ] {
        assert_eq!(refusal(file).code(), code, "{file:?}");
    }
}

/// R-INV-8, lesson 37.
#[test]
fn a_bad_row_is_refused_by_itself_and_none_is_lost() {
    let batch = batch(
        "email,role,name,entity,entity_role\n\
         no-email,user,,,\n\
         ann@x.example,owner,,,\n\
         ann@x.example,user,,Nowhere,clerk\n\
         ann@x.example,user,,North,\n\
         ann@x.example,user,,,clerk\n\
         ann@x.example,user,,North,chef\n\
         ann@x.example,user,,North,clerk,more\n\
         ann@x.example,user\n",
    );
    let codes: Vec<_> = batch
        .rows
        .iter()
        .map(|row| row.as_ref().map_err(|refusal| refusal.code).err())
        .collect();
    assert_eq!(
        codes,
        [
            Some("invalid_email"),
            Some("invalid_field"),
            Some("entity_not_found"),
            Some("invalid_field"),
            Some("invalid_field"),
            Some("invalid_field"),
            Some("invalid_field"),
            None,
        ]
    );
    assert_eq!(batch.people.len(), 1);
    assert!(batch.people[0].memberships.is_empty());
}

/// R-INV-8.
#[test]
fn every_row_has_an_outcome_and_the_counts_are_of_rows() {
    let batch =
        batch("email,role\nann@x.example,user\nann@x.example,user\nbob@x.example,user\nx,user\n");
    let body = batch.outcomes(&[
        Ok(None),
        Err(Rejection::EmailAlreadyInOrganization(
            vestibule_domain::Status::Active,
        )),
    ]);
    assert_eq!((body.invited, body.refused), (2, 2));
    let rows: Vec<_> = body
        .items
        .iter()
        .map(|item| (item.row, item.status, item.code))
        .collect();
    assert_eq!(
        rows,
        [
            (1, "invited", None),
            (2, "invited", None),
            (3, "refused", Some("email_already_in_organization")),
            (4, "refused", Some("invalid_email")),
        ]
    );
}

/// R-INV-8.
#[test]
fn ten_thousand_rows_are_read_and_one_more_is_too_many() {
    let mut file = String::from("email,role\n");
    for number in 0..10_000 {
        file.push_str(&format!("p{number}@x.example,user\n"));
    }
    assert_eq!(batch(&file).people.len(), 10_000);
    file.push_str("one-more@x.example,user\n");
    assert_eq!(refusal(&file).code(), Code::InvalidField);
}

/// R-INV-8, lessons 36 and 37: what RFC 4180 has no meaning for is not guessed at.
#[test]
fn a_file_with_broken_quotes_is_refused_naming_the_line() {
    for (file, line) in [
        ("email,role\n\"m@x.example\"y,user\n", "line 2"),
        (
            "email,role\nann@x.example,user\n\"m@x.example,user\nbob@x.example,user\n",
            "line 3",
        ),
        ("email,role,name\nann@x.example,user,\"Ann\n", "line 2"),
    ] {
        let problem = refusal(file);
        assert_eq!(problem.code(), Code::MalformedRequest, "{file}");
        assert!(format!("{problem:?}").contains(line), "{file}: {problem:?}");
    }
}

/// R-INV-8.
#[test]
fn quoted_cells_hold_commas_quotes_and_lines() {
    let batch = batch("email,role,name\n\"ann@x.example\",user,\"Lee, \"\"Ann\"\"\"\r\n");
    assert_eq!(
        batch.people[0].name.as_ref().unwrap().as_str(),
        "Lee, \"Ann\""
    );
}
