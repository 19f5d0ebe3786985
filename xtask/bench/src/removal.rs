//! Removing a user with 1,000 memberships, beside the bare SQL that deletes the rows.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use serde_json::json;
use uuid::Uuid;

use crate::failure::Failure;
use crate::figures::{Figures, timed};
use crate::floor;
use crate::invitations::found;
use crate::report::{Row, Target};
use crate::server::Server;

const MEMBERSHIPS: usize = 1_000;
const ROUNDS: usize = 7;

pub(crate) fn run() -> Result<Vec<Row>, Failure> {
    let folder = tempfile::tempdir()?;
    let mut bare = floor::open(&folder.path().join("floor.db"))?;
    let server = Server::start(&folder.path().join("ours.db"))?;
    let base = found(&server)?;
    let mut client = server.client()?;
    let mut entities = Vec::new();
    for number in 0..MEMBERSHIPS {
        let body = json!({ "name": format!("Entity {number}") }).to_string();
        entities.push(client.made_field(&format!("{base}/entities"), &body, "id")?);
    }
    let memberships: Vec<_> = entities
        .iter()
        .map(|entity| json!({ "entity_id": entity, "role": "clerk" }))
        .collect();
    let (mut floor, mut ours) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        floor.push(bare_removal(&mut bare)? * 1e3);

        let user = client.made_field(
            &format!("{base}/invitations"),
            &json!({ "email": format!("leaver{round}@example.com"), "role": "user", "memberships": memberships })
                .to_string(),
            "user_id",
        )?;
        let path = format!("{base}/users/{user}");
        let (answer, took) = timed(|| client.delete(&path));
        let answer = answer?;
        if answer.status != 200 {
            return Err(Failure::new(format!("removal answered {}", answer.status)));
        }
        ours.push(took.as_secs_f64() * 1e3);
    }
    Ok(vec![Row {
        what: "removal of a user with 1,000 memberships over HTTP, SQLite",
        floor: Some((
            "bare SQL that deletes the rows and counts",
            Figures::new(floor, "ms"),
        )),
        ours: Figures::new(ours, "ms"),
        target: Target::TimesFloorAtMost(2.0),
        note:
            "Ours carries the plan with a thousand entities by name in the event and in the answer."
                .to_owned(),
    }])
}

/// Makes a user with the memberships, and tells how many seconds taking them out takes.
fn bare_removal(bare: &mut SqliteConnection) -> Result<f64, Failure> {
    let (organization, user) = (Uuid::now_v7(), Uuid::now_v7());
    bare.transaction::<_, diesel::result::Error, _>(|bare| {
        floor::insert_invitation(bare, organization.as_bytes(), 1)
            .map_err(|_| diesel::result::Error::RollbackTransaction)?;
        for number in 0..MEMBERSHIPS {
            let entity = Uuid::now_v7();
            diesel::sql_query("insert into entities values (?, ?, ?)")
                .bind::<Binary, _>(organization.as_bytes().as_slice())
                .bind::<Binary, _>(entity.as_bytes().as_slice())
                .bind::<Text, _>(format!("Entity {number}"))
                .execute(bare)?;
            diesel::sql_query("insert into memberships values (?, ?, ?, 'clerk')")
                .bind::<Binary, _>(organization.as_bytes().as_slice())
                .bind::<Binary, _>(user.as_bytes().as_slice())
                .bind::<Binary, _>(entity.as_bytes().as_slice())
                .execute(bare)?;
        }
        Ok(())
    })?;
    let (done, took) = timed(|| {
        bare.transaction::<_, diesel::result::Error, _>(|bare| {
            // Every entity counts its members, so each loses one.
            diesel::sql_query(
                "update entities set name = name where organization = ? and id in
                 (select entity from memberships where organization = ? and user = ?)",
            )
            .bind::<Binary, _>(organization.as_bytes().as_slice())
            .bind::<Binary, _>(organization.as_bytes().as_slice())
            .bind::<Binary, _>(user.as_bytes().as_slice())
            .execute(bare)?;
            for table in [
                "memberships where organization = ? and user",
                "users where organization = ? and id",
            ] {
                diesel::sql_query(format!("delete from {table} = ?"))
                    .bind::<Binary, _>(organization.as_bytes().as_slice())
                    .bind::<Binary, _>(user.as_bytes().as_slice())
                    .execute(bare)?;
            }
            diesel::sql_query("insert into events values (?, ?, ?, ?)")
                .bind::<Binary, _>(organization.as_bytes().as_slice())
                .bind::<BigInt, _>(2)
                .bind::<Text, _>("x".repeat(300))
                .bind::<Binary, _>([7_u8; 32].as_slice())
                .execute(bare)
        })
    });
    done?;
    Ok(took.as_secs_f64())
}
