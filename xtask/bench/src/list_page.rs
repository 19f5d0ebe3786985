//! A page of 50 users with their entities, beside the bare SQL and JSON of that page; and the same
//! page asked for again while nothing has changed.

use std::time::Duration;

use uuid::Uuid;

use crate::bare_page;
use crate::client::{Answer, Client};
use crate::database::Kind;
use crate::failure::Failure;
use crate::figures::{Figures, count};
use crate::flood::{Flood, flood, percentile_millis};
use crate::loaded;
use crate::pace::Pace;
use crate::processor;
use crate::report::{Row, Target};
use crate::server::Server;
use crate::sql::Session;

const USERS: u32 = 10_000;
const CONNECTIONS: usize = 16;
const FLOOR_PAGES: usize = 4_000;

pub(crate) fn run(kind: Kind, pace: Pace) -> Result<Vec<Row>, Failure> {
    let house = loaded::open(kind, pace)?;
    let database = &house.database;
    let loaded = house
        .by_users
        .iter()
        .find(|loaded| loaded.users == USERS)
        .ok_or_else(|| Failure::new("no organization of that size is loaded"))?;
    let organization: Uuid = loaded.id.parse()?;
    let path = format!("{}/users?limit=50", loaded.path);
    let server = Server::start(database)?;
    let mut bare = Session::durable(database)?;
    must_be_alike(
        &server.client()?.get(&path)?,
        &bare_page::page(&mut bare, organization)?,
    )?;
    let etag = server.client()?.get(&path)?.etag;
    let etag = etag.ok_or_else(|| Failure::new("the page has no ETag"))?;

    let time = pace.shorten(Duration::from_secs(2));
    let pages = pace.fewer(FLOOR_PAGES);
    let (mut floor, mut ours, mut rate, mut p99) = (vec![], vec![], vec![], vec![]);
    let (mut unchanged, mut still, mut unchanged_micros) = (vec![], vec![], vec![]);
    for _ in 0..pace.rounds(5) {
        let before = processor::of_us()? + processor::of_database(kind)?;
        for _ in 0..pages {
            std::hint::black_box(bare_page::page(&mut bare, organization)?);
        }
        let after = processor::of_us()? + processor::of_database(kind)?;
        floor.push((after - before) * 1e6 / count(pages));

        let flooded = ask(&server, time, 200, |client| client.get(&path))?;
        ours.push(flooded.processor_micros);
        rate.push(flooded.rate);
        p99.push(percentile_millis(&flooded.took, 99));

        let flooded = ask(&server, time, 304, |client| client.get_unless(&path, &etag))?;
        unchanged.push(flooded.rate);
        unchanged_micros.push(flooded.processor_micros);
        still.push(ask(&server, time, 200, |client| client.get("/healthz"))?.rate);
    }
    let (rate, p99) = (Figures::new(rate, "pages/s"), Figures::new(p99, "ms"));
    let unchanged_micros = Figures::new(unchanged_micros, "us");
    let title = kind.title();
    Ok(vec![
        Row {
            what: format!("page of 50 users with their entities, processor time, {title}"),
            floor: Some(("bare SQL and JSON on one thread", Figures::new(floor, "us"))),
            ours: Figures::new(ours, "us"),
            target: Target::TimesFloorAtMost(2.0),
            note: format!(
                "{USERS} users of every status, two or three memberships each, in a database of 1.2 million; \
                 {CONNECTIONS} connections whose clients run on the same cores: {rate}, 99 of 100 below {p99}. \
                 Processor time is that of the server{}; the floor reads the same tables by two statements and \
                 writes the same items.",
                match kind {
                    Kind::Sqlite => "",
                    Kind::Postgres => " and PostgreSQL together, for both",
                }
            ),
        },
        Row {
            what: format!("the same page, unchanged, with If-None-Match, {title}"),
            floor: Some((
                "a static answer of the size of a 304, /healthz",
                Figures::new(still, "/s"),
            )),
            ours: Figures::new(unchanged, "/s"),
            target: Target::TimesFloorAtLeast(0.5),
            note: format!("Processor time of a 304: {unchanged_micros}."),
        },
    ])
}

/// Asks from every connection until the time is over, for answers of that status.
fn ask(
    server: &Server,
    time: Duration,
    status: u16,
    ask: impl Fn(&mut Client) -> Result<Answer, Failure> + Sync,
) -> Result<Flood, Failure> {
    flood(server, CONNECTIONS, time, |client, _| {
        let answer = ask(client)?;
        if answer.status == status {
            Ok(())
        } else {
            Err(Failure::new(format!("answered {}", answer.status)))
        }
    })
}

/// The floor is a floor only while it makes the same page.
fn must_be_alike(ours: &Answer, floor: &[u8]) -> Result<(), Failure> {
    let mut ours: serde_json::Value = serde_json::from_slice(&ours.body)?;
    let floor: serde_json::Value = serde_json::from_slice(floor)?;
    let mut floor = floor.get("items").cloned().unwrap_or_default();
    let mut ours = ours
        .get_mut("items")
        .map(serde_json::Value::take)
        .unwrap_or_default();
    // Who is Primary Admin stands with the organization, which the floor does not read.
    for items in [&mut ours, &mut floor] {
        for item in items.as_array_mut().into_iter().flatten() {
            if let Some(role) = item.get_mut("role") {
                role.take();
            }
        }
    }
    if ours == floor {
        return Ok(());
    }
    Err(Failure::new(format!(
        "the floor makes another page than the server:\n{floor}\n{ours}"
    )))
}
