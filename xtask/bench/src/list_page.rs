//! A page of 50 users with their entities, beside the bare SQL and JSON of that page.

use std::thread;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::{Binary, Nullable, Text};
use serde_json::json;
use uuid::Uuid;

use crate::failure::Failure;
use crate::figures::{Figures, count, timed};
use crate::invitations::found;
use crate::report::{Row, Target};
use crate::server::Server;
use crate::{client::Client, floor};

const USERS: usize = 10_000;
const ENTITIES: usize = 20;
const CONNECTIONS: usize = 16;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
const FLOOR_PAGES: usize = 2_000;

pub(crate) fn run() -> Result<Vec<Row>, Failure> {
    let folder = tempfile::tempdir()?;
    let mut bare = floor::open(&folder.path().join("floor.db"))?;
    let organization = fill_floor(&mut bare)?;
    let server = Server::start(&folder.path().join("ours.db"))?;
    let path = fill(&server)? + "/users?limit=50";
    let etag = server.client()?.get(&path)?.etag;
    let (mut floor, mut ours, mut rate) = (Vec::new(), Vec::new(), Vec::new());
    let (mut unchanged, mut still) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (pages, took) = timed(|| -> Result<(), Failure> {
            for _ in 0..FLOOR_PAGES {
                std::hint::black_box(bare_page(&mut bare, &organization)?);
            }
            Ok(())
        });
        pages?;
        floor.push(took.as_secs_f64() * 1e6 / count(FLOOR_PAGES));

        let (pages, took, processor) = flood(&server, |client| client.get(&path))?;
        ours.push(processor * 1e6 / pages);
        rate.push(pages / took.as_secs_f64());

        if let Some(etag) = &etag {
            let (pages, took, _) = flood(&server, |client| client.get_unless(&path, etag))?;
            unchanged.push(pages / took.as_secs_f64());
            let (pages, took, _) = flood(&server, |client| client.get("/healthz"))?;
            still.push(pages / took.as_secs_f64());
        }
    }
    let rate = Figures::new(rate, "pages/s");
    let mut rows = vec![Row {
        what: "page of 50 users with their entities, server processor time, SQLite",
        floor: Some(("bare SQL and JSON on one thread", Figures::new(floor, "us"))),
        ours: Figures::new(ours, "us"),
        target: Target::TimesFloorAtMost(2.0),
        note: format!(
            "{USERS} users, {ENTITIES} entities, 3 memberships each, {CONNECTIONS} connections on the same cores: {rate}."
        ),
    }];
    if !unchanged.is_empty() {
        rows.push(Row {
            what: "the same page, unchanged, with If-None-Match",
            floor: Some(("a static answer, /healthz", Figures::new(still, "/s"))),
            ours: Figures::new(unchanged, "/s"),
            target: Target::TimesFloorAtLeast(0.5),
            note: "The static answer is smaller than the page; 304 has no body.".to_owned(),
        });
    }
    Ok(rows)
}

/// Asks from every connection until the time is over: pages, time, processor seconds of the server.
fn flood(
    server: &Server,
    ask: impl Fn(&mut Client) -> Result<crate::client::Answer, Failure> + Sync,
) -> Result<(f64, Duration, f64), Failure> {
    let processor = server.processor_seconds()?;
    let begun = Instant::now();
    let pages = thread::scope(|scope| {
        let connections: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| -> Result<usize, Failure> {
                    let mut client = server.client()?;
                    let mut pages = 0;
                    while begun.elapsed() < ROUND {
                        let answer = ask(&mut client)?;
                        if !matches!(answer.status, 200 | 304) {
                            return Err(Failure::new(format!("answered {}", answer.status)));
                        }
                        pages += 1;
                    }
                    Ok(pages)
                })
            })
            .collect();
        connections.into_iter().try_fold(0, |sum, connection| {
            let pages = connection
                .join()
                .map_err(|_| Failure::new("a connection gave up"))??;
            Ok::<usize, Failure>(sum + pages)
        })
    })?;
    Ok((
        count(pages),
        begun.elapsed(),
        server.processor_seconds()? - processor,
    ))
}

/// Entities by the API, users by batches: three memberships each.
fn fill(server: &Server) -> Result<String, Failure> {
    let base = found(server)?;
    let mut client = server.client()?;
    let mut entities = Vec::new();
    for number in 0..ENTITIES {
        let body = json!({ "name": format!("Entity {number}") }).to_string();
        entities.push(client.made_field(&format!("{base}/entities"), &body, "id")?);
    }
    for batch in 0..USERS / 1_000 {
        let invitations: Vec<_> = (0..1_000)
            .map(|row| {
                let number = batch * 1_000 + row;
                let memberships: Vec<_> = entities
                    .iter()
                    .cycle()
                    .skip(number)
                    .take(3)
                    .map(|entity| json!({ "entity_id": entity, "role": "clerk" }))
                    .collect();
                json!({
                    "email": format!("user{number}@example.com"), "role": "user",
                    "name": format!("Person {number:05}"), "memberships": memberships
                })
            })
            .collect();
        client.made(
            &format!("{base}/invitations/batch"),
            &json!({ "invitations": invitations }).to_string(),
        )?;
    }
    Ok(base)
}

fn fill_floor(bare: &mut SqliteConnection) -> Result<[u8; 16], Failure> {
    let organization = *Uuid::now_v7().as_bytes();
    bare.transaction::<_, diesel::result::Error, _>(|bare| {
        let entities: Vec<_> = (0..ENTITIES).map(|_| Uuid::now_v7()).collect();
        for (number, entity) in entities.iter().enumerate() {
            diesel::sql_query("insert into entities values (?, ?, ?)")
                .bind::<Binary, _>(organization.as_slice())
                .bind::<Binary, _>(entity.as_bytes().as_slice())
                .bind::<Text, _>(format!("Entity {number}"))
                .execute(bare)?;
        }
        for number in 0..USERS {
            let user = Uuid::now_v7();
            diesel::sql_query("insert into users values (?, ?, ?, ?, 'user', 'invited', null)")
                .bind::<Binary, _>(organization.as_slice())
                .bind::<Binary, _>(user.as_bytes().as_slice())
                .bind::<Text, _>(format!("user{number}@example.com"))
                .bind::<Text, _>(format!("Person {number:05}"))
                .execute(bare)?;
            for entity in entities.iter().cycle().skip(number).take(3) {
                diesel::sql_query("insert into memberships values (?, ?, ?, 'clerk')")
                    .bind::<Binary, _>(organization.as_slice())
                    .bind::<Binary, _>(user.as_bytes().as_slice())
                    .bind::<Binary, _>(entity.as_bytes().as_slice())
                    .execute(bare)?;
            }
        }
        Ok(())
    })?;
    Ok(organization)
}

#[derive(QueryableByName)]
struct BareUser {
    #[diesel(sql_type = Binary)]
    id: Vec<u8>,
    #[diesel(sql_type = Text)]
    email: String,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    status: String,
}

#[derive(QueryableByName)]
struct BareMembership {
    #[diesel(sql_type = Binary)]
    user: Vec<u8>,
    #[diesel(sql_type = Binary)]
    entity: Vec<u8>,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    role: String,
}

/// Two queries and one text: what any program must do for this page.
fn bare_page(bare: &mut SqliteConnection, organization: &[u8]) -> Result<String, Failure> {
    let users: Vec<BareUser> = diesel::sql_query(
        "select id, email, name, role, status from users where organization = ?
         order by coalesce(name, email), id limit 50",
    )
    .bind::<Binary, _>(organization)
    .load(bare)?;
    let ids: Vec<String> = users.iter().map(|user| hex(&user.id)).collect();
    let memberships: Vec<BareMembership> = diesel::sql_query(
        // `cross join` holds SQLite to this order: it would begin with all memberships.
        "select m.user, m.entity, e.name, m.role from json_each(?) j
         cross join memberships m on m.organization = ? and m.user = unhex(j.value)
         cross join entities e on e.organization = m.organization and e.id = m.entity",
    )
    .bind::<Text, _>(serde_json::to_string(&ids)?)
    .bind::<Binary, _>(organization)
    .load(bare)?;
    let items: Vec<_> = users
        .iter()
        .map(|user| {
            let held: Vec<_> = memberships
                .iter()
                .filter(|held| held.user == user.id)
                .map(|held| json!({ "entity_id": hex(&held.entity), "entity_name": held.name, "role": held.role }))
                .collect();
            json!({ "id": hex(&user.id), "email": user.email, "name": user.name, "role": user.role,
                    "status": user.status, "memberships": held })
        })
        .collect();
    Ok(serde_json::to_string(&json!({ "items": items }))?)
}

fn hex(bytes: &[u8]) -> String {
    Uuid::from_slice(bytes).map_or_else(|_| String::new(), |id| id.simple().to_string())
}
