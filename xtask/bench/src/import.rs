//! An import of 100,000 rows of CSV, what a single invitation waits meanwhile, and the verification
//! of the record that comes of it.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::client::Client;
use crate::database::{Database, Kind};
use crate::failure::Failure;
use crate::figures::{Figures, count, timed};
use crate::flood::percentile_millis;
use crate::floor;
use crate::invitations::bare_rate;
use crate::pace::Pace;
use crate::report::{Row, Target};
use crate::server::Server;

const REQUESTS: usize = 10;
const ROWS: usize = 10_000;
const ENTITIES: usize = 10;
/// A single invitation comes so often, as from somebody at a desk.
const PAUSE: Duration = Duration::from_millis(20);
const VERIFICATIONS: usize = 5;

pub(crate) fn run(kind: Kind, pace: Pace) -> Result<Vec<Row>, Failure> {
    let (beneath, database) = (Database::new(kind)?, Database::new(kind)?);
    let mut bare = floor::open(&beneath)?;
    let server = Server::start(&database)?;
    let quiet = server.resident_mebibytes()?;
    let mut neighbour = Neighbour::new(&server)?;
    let (mut floor, mut ours, mut waited) = (vec![], vec![], vec![]);
    let mut imported = None;
    for _ in 0..pace.rounds(3) {
        floor.push(bare_rate(&mut bare, REQUESTS * 16, 640)?);
        let (path, rate, took) = import(&server, &mut neighbour)?;
        ours.push(rate);
        waited.push(percentile_millis(&took, 99));
        imported = Some(path);
    }
    let most = server.resident_mebibytes_max()?;
    let path = imported.ok_or_else(|| Failure::new("nothing was imported"))?;
    let title = kind.title();
    Ok(vec![
        Row {
            what: format!("import of 100,000 rows of CSV, rows a second, {title}"),
            floor: Some(("bare rows, 640 a commit", Figures::new(floor, "/s"))),
            ours: Figures::new(ours, "/s"),
            target: Target::TimesFloorAtLeast(0.3),
            note: format!(
                "In {REQUESTS} requests of {ROWS} rows; of two rows one has a membership; parsed, decided, chained, \
                 indexed for every sort and for search. Memory {quiet:.0} MiB before, at most {most:.0} MiB meanwhile."
            ),
        },
        Row {
            what: format!(
                "a single invitation of another organization while that import runs, p99, {title}"
            ),
            floor: None,
            ours: Figures::new(waited, "ms"),
            target: Target::AtMost(250.0),
            note: format!("One every {} ms.", PAUSE.as_millis()),
        },
        verification(kind, &server, &path)?,
    ])
}

/// Somebody of another organization, who invites one person after the other.
struct Neighbour {
    client: Client,
    path: String,
}

impl Neighbour {
    fn new(server: &Server) -> Result<Self, Failure> {
        Ok(Self {
            client: server.client()?,
            path: format!("/v1/organizations/{}/invitations", server.found()?),
        })
    }

    fn invite(&mut self) -> Result<Duration, Failure> {
        let email = format!("{}@example.com", Uuid::now_v7());
        let body = format!(r#"{{"email":"{email}","role":"user"}}"#);
        let (made, took) = timed(|| self.client.made(&self.path, &body));
        made?;
        Ok(took)
    }
}

/// Imports into a new organization: its path, rows a second, and how long the neighbour waited.
fn import(
    server: &Server,
    neighbour: &mut Neighbour,
) -> Result<(String, f64, Vec<Duration>), Failure> {
    let path = format!("/v1/organizations/{}", server.found()?);
    let mut client = server.client()?;
    for number in 0..ENTITIES {
        let body = format!(r#"{{"name":"Entity {number}"}}"#);
        client.made(&format!("{path}/entities"), &body)?;
    }
    let files: Vec<String> = (0..REQUESTS).map(file).collect::<Result<_, _>>()?;
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let waiting = scope.spawn(|| -> Result<Vec<Duration>, Failure> {
            let mut took = Vec::new();
            while !is_over.load(Ordering::Relaxed) {
                took.push(neighbour.invite()?);
                thread::sleep(PAUSE);
            }
            took.sort_unstable();
            Ok(took)
        });
        let begun = Instant::now();
        let sent = files.iter().try_for_each(|file| {
            let answer = client.post_csv(&format!("{path}/invitations/batch"), file)?;
            let answer: serde_json::Value = serde_json::from_slice(&answer.body)?;
            let invited = answer.get("invited").and_then(serde_json::Value::as_u64);
            if invited == u64::try_from(ROWS).ok() {
                Ok(())
            } else {
                Err(Failure::new(format!(
                    "an import invited {invited:?} of {ROWS}"
                )))
            }
        });
        let elapsed = begun.elapsed();
        is_over.store(true, Ordering::Relaxed);
        let took = waiting
            .join()
            .map_err(|_| Failure::new("the neighbour gave up"))??;
        sent?;
        let rate = count(REQUESTS * ROWS) / elapsed.as_secs_f64();
        Ok((path, rate, took))
    })
}

fn file(request: usize) -> Result<String, Failure> {
    let mut text = String::from("email,role,name,entity,entity_role\n");
    for row in 0..ROWS {
        let number = request * ROWS + row;
        let membership = if number.is_multiple_of(2) {
            format!("Entity {},clerk", number % ENTITIES)
        } else {
            ",".to_owned()
        };
        writeln!(
            text,
            "person{number}@example.com,user,Person {number:06},{membership}"
        )?;
    }
    Ok(text)
}

fn verification(kind: Kind, server: &Server, path: &str) -> Result<Row, Failure> {
    let mut client = server.client()?;
    let mut ours = Vec::new();
    for _ in 0..VERIFICATIONS {
        let (answer, took) = timed(|| client.get(&format!("{path}/audit-events/verify")));
        let answer: serde_json::Value = serde_json::from_slice(&answer?.body)?;
        if answer.get("ok") != Some(&serde_json::Value::Bool(true)) {
            return Err(Failure::new(format!(
                "the record does not verify: {answer}"
            )));
        }
        let events = answer
            .get("events")
            .and_then(serde_json::Value::as_f64)
            .unwrap_or(f64::NAN);
        ours.push(events / took.as_secs_f64());
    }
    Ok(Row {
        what: format!(
            "verification of the record, events a second, {}",
            kind.title()
        ),
        floor: None,
        ours: Figures::new(ours, "/s"),
        target: Target::AtLeast(300_000.0),
        note:
            "Of the 100,000 events of that import, over HTTP, a page of them in memory at a time."
                .to_owned(),
    })
}
