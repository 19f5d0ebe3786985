//! Removing a user with 1,000 memberships, beside the bare SQL that deletes the rows.

use serde_json::json;

use crate::database::{Database, Kind};
use crate::failure::Failure;
use crate::figures::{Figures, timed};
use crate::floor;
use crate::pace::Pace;
use crate::report::{Row, Target};
use crate::server::Server;

const MEMBERSHIPS: usize = 1_000;

pub(crate) fn run(kind: Kind, pace: Pace) -> Result<Vec<Row>, Failure> {
    let (beneath, database) = (Database::new(kind)?, Database::new(kind)?);
    let mut bare = floor::open(&beneath)?;
    let server = Server::start(&database)?;
    let base = format!("/v1/organizations/{}", server.found()?);
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
    for round in 0..pace.rounds(9) {
        floor.push(floor::removal_seconds(&mut bare, MEMBERSHIPS)? * 1e3);
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
        what: format!(
            "removal of a user with 1,000 memberships over HTTP, {}",
            kind.title()
        ),
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
