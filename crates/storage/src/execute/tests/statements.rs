//! How many statements a batch takes, and how the databases find what it names.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use diesel::connection::{Connection, InstrumentationEvent};
use vestibule_domain::test_support::{email, name};
use vestibule_domain::{
    AssignableRole, Command, EntityId, EntityRole, InvitationId, Load, UserId, Wanted,
};

use super::stage::Stage;
use crate::cells::{Cell, Columns, Kind, Row};
use crate::store::{Backend, writing};
use crate::testing::on_both_databases;
use crate::{Fault, Store, Submission};

on_both_databases![
    rows_go_many_to_a_statement,
    what_a_change_names_is_found_by_the_index_that_holds_it,
    what_a_decision_names_is_found_by_the_index_that_holds_it,
];

/// A statement, and how the database would run it.
#[derive(Debug)]
struct Planned {
    text: String,
    steps: Vec<String>,
}

/// The statements that a change runs.
macro_rules! statements {
    ($conn:ident, $body:expr) => {{
        let log = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::clone(&log);
        $conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                written.lock().unwrap().push(query.to_string());
            }
        });
        $body;
        $conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
        let statements: Vec<String> = std::mem::take(&mut *log.lock().unwrap());
        statements
    }};
}

/// R-INV-8: an import is not one way to the database a row.
async fn rows_go_many_to_a_statement(store: &Store) {
    let mut stage = Stage::set(store, 7).await;
    let entity = EntityId::new(stage.world.fresh_id());
    let command = Command::CreateEntity {
        entity,
        name: name("Acme One"),
    };
    let made = stage.world.request(stage.world.owner(), command);
    stage.play_requests(&[made]).await;

    let one = invited(&mut stage, "one", 1, entity).await;
    let many = invited(&mut stage, "many", 500, entity).await;
    // Users, invitations, memberships, events and mails.
    const TABLES: usize = 5;
    let more = match store.backend {
        // SQLITE: 500 rows are 7 times 64, 3 times 16 and once 4.
        Backend::Sqlite(_) => TABLES * (7 + 3 + 1 - 1),
        #[cfg(feature = "postgres")]
        Backend::Postgres(_) => 0,
    };
    assert_eq!(many.len(), one.len() + more, "{one:#?}");
    assert!(one.len() <= 14, "{one:#?}");
}

/// R-REM-1: neither does what is written, as the counters of a thousand entities whose member goes.
async fn what_a_change_names_is_found_by_the_index_that_holds_it(store: &Store) {
    let rows = |columns: &Columns| -> Vec<Row<'static>> {
        let cell = |(_, kind): (&str, Kind)| match kind {
            Kind::Id => Cell::Id(uuid::Uuid::nil()),
            Kind::Integer => Cell::Integer(0),
            _ => Cell::Null,
        };
        vec![columns.all().map(cell).collect(); 5]
    };
    let planned: Result<Vec<Planned>, Fault> = async {
        writing!(store, conn => {
            let ran = statements!(conn, {
                for columns in [
                    &queries::tables::ENTITY_COUNTS,
                    &queries::tables::USER_SENT_COUNTS,
                    &queries::tables::MEMBERSHIP_ROLES,
                    &queries::tables::MEMBERSHIP_USERS,
                    &queries::tables::INVITATION_STATES,
                ] {
                    queries::update(conn, columns, &rows(columns))?;
                    queries::delete(conn, columns, &rows(columns))?;
                }
            });
            Ok(ran
                .iter()
                .map(|statement| {
                    let text = statement.split(" -- binds:").next().unwrap();
                    Planned { text: text.to_owned(), steps: queries::plan_of(conn, text) }
                })
                .collect())
        })
    }
    .await;
    for Planned { text, steps } in planned.unwrap() {
        let looks_through = |step: &&String| {
            let scans = ["SCAN t", "SCAN users", "SCAN memberships", "SCAN entities"];
            scans.iter().any(|scan| step.starts_with(scan))
                || step.contains("Seq Scan")
                || step.contains("Filter:")
        };
        assert_eq!(steps.iter().find(looks_through), None, "{text}: {steps:#?}");
        let key = if text.contains("memberships") {
            "user_id"
        } else {
            "id"
        };
        let holds = |step: &String| {
            [
                format!("{key} >= v.{key}"),
                format!("AND {key}=?"),
                format!("({key}=?"),
            ]
            .iter()
            .any(|held| step.contains(held))
        };
        assert!(steps.iter().any(holds), "{text}: {steps:#?}");
    }
}

/// The statements in which so many people are invited.
async fn invited(stage: &mut Stage, who: &str, people: usize, entity: EntityId) -> Vec<String> {
    let submissions: Vec<Submission> = (0..people)
        .map(|number| {
            let command = Command::InviteUser {
                user: UserId::new(stage.world.fresh_id()),
                invitation: InvitationId::new(stage.world.fresh_id()),
                email: email(&format!("{who}{number}@example.com")),
                role: AssignableRole::User,
                name: None,
                memberships: BTreeMap::from([(entity, EntityRole::Clerk)]),
            };
            let request = stage.world.request(stage.world.owner(), command);
            stage.submission(&request)
        })
        .collect();
    let (store, organization) = (&stage.store, stage.world.founding.organization);
    let ran: Result<Vec<String>, Fault> = async {
        writing!(store, conn => {
            let terms = queries::decided::Terms { organization, policy: None };
            let some: Vec<&Submission> = submissions.iter().collect();
            Ok(statements!(conn, {
                let decided = queries::decided::Decided::of(conn, &terms, &some)?.unwrap();
                assert!(decided.outcomes.iter().all(Result::is_ok));
                decided.write(conn, &some)?;
            }))
        })
    }
    .await;
    ran.unwrap()
}

/// R-LST-3: nothing that is decided takes as long as its organization is large, be its database so
/// new that the planner knows nothing of it.
async fn what_a_decision_names_is_found_by_the_index_that_holds_it(store: &Store) {
    let stage = Stage::set(store, 7).await;
    let organization = stage.world.founding.organization;
    let owner = stage.world.founding.primary_admin;
    let entity = EntityId::new(organization.uuid());
    let wanted = Wanted::new()
        .user(owner)
        .email(email("somebody@example.com").key())
        .entity(entity)
        .name(name("Acme One").key().clone())
        .membership(owner, entity)
        .holdings(owner)
        .api_keys_of(owner);
    let planned: Result<Vec<Planned>, Fault> = async {
        writing!(store, conn => {
            let ran = statements!(conn, {
                queries::load::Loader { conn, organization }.load(&wanted)?;
            });
            Ok(ran
                .iter()
                .map(|statement| {
                    let text = statement.split(" -- binds:").next().unwrap();
                    Planned { text: text.to_owned(), steps: queries::plan_of(conn, text) }
                })
                .collect())
        })
    }
    .await;
    let planned = planned.unwrap();
    assert_eq!(planned.len(), 7, "one a kind of key: {planned:#?}");
    for Planned { text, steps } in &planned {
        match store.backend {
            Backend::Sqlite(_) => {
                let scans = |step: &&String| {
                    step.starts_with("SCAN ") && !step.starts_with("SCAN json_each")
                };
                assert_eq!(steps.iter().find(scans), None, "{text}: {steps:#?}");
            }
            #[cfg(feature = "postgres")]
            Backend::Postgres(_) => {
                let (_, rest) = text.split_once(" as wanted(").unwrap();
                let (columns, _) = rest.split_once(')').unwrap();
                let holds = |step: &String| {
                    step.contains("Index Cond: ")
                        && columns
                            .split(", ")
                            .all(|column| step.contains(&format!("{column} >= wanted.{column}")))
                };
                assert!(steps.iter().any(holds), "{text}: {steps:#?}");
            }
        }
    }
}
