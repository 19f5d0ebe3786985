//! Invitations a second: over HTTP with 64 clients, beside bare SQL that commits each.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use diesel::Connection;
use uuid::Uuid;

use crate::failure::Failure;
use crate::figures::{Figures, count, timed};
use crate::floor;
use crate::report::{Row, Target};
use crate::server::Server;

const CLIENTS: usize = 64;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(4);
const FLOOR_COMMITS: i64 = 3_000;

pub(crate) fn run() -> Result<Vec<Row>, Failure> {
    let folder = tempfile::tempdir()?;
    let mut bare = floor::open(&folder.path().join("floor.db"))?;
    let server = Server::start(&folder.path().join("ours.db"))?;
    let path = found(&server)? + "/invitations";
    let (mut floor, mut ours, mut processor) = (Vec::new(), Vec::new(), Vec::new());
    let mut numbered = 0;
    let sent = AtomicUsize::new(0);
    for _ in 0..ROUNDS {
        let organization = *Uuid::now_v7().as_bytes();
        let (done, took) = timed(|| -> Result<(), Failure> {
            for _ in 0..FLOOR_COMMITS {
                numbered += 1;
                bare.transaction::<_, diesel::result::Error, _>(|bare| {
                    floor::insert_invitation(bare, &organization, numbered)
                        .map_err(|_| diesel::result::Error::RollbackTransaction)
                })?;
            }
            Ok(())
        });
        done?;
        floor.push(3_000.0 / took.as_secs_f64());

        let before = (sent.load(Ordering::Relaxed), server.processor_seconds()?);
        let took = flood(&server, &path, &sent)?;
        let made = count(sent.load(Ordering::Relaxed) - before.0);
        ours.push(made / took.as_secs_f64());
        processor.push((server.processor_seconds()? - before.1) * 1e6 / made);
    }
    let processor = Figures::new(processor, "us");
    Ok(vec![Row {
        what: "invitations a second over HTTP, 64 clients, SQLite",
        floor: Some(("bare SQL, a commit each", Figures::new(floor, "/s"))),
        ours: Figures::new(ours, "/s"),
        target: Target::TimesFloorAtLeast(2.0),
        note: format!(
            "`synchronous=FULL`, one organization; the clients run on the same cores. Server processor time an \
             invitation: {processor}."
        ),
    }])
}

/// A new organization; the path it is under.
pub(crate) fn found(server: &Server) -> Result<String, Failure> {
    let id = server.client()?.made_field(
        "/v1/organizations",
        &format!(
            r#"{{"name":"Bench","primary_admin":{{"email":"owner-{}@example.com","name":"Olive Owner","password":"correct-horse-battery-9"}}}}"#,
            Uuid::now_v7()
        ),
        "id",
    )?;
    Ok(format!("/v1/organizations/{id}"))
}

/// Every client invites one after the other until the time is over.
fn flood(server: &Server, path: &str, sent: &AtomicUsize) -> Result<Duration, Failure> {
    let begun = Instant::now();
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| -> Result<(), Failure> {
                    let mut client = server.client()?;
                    while begun.elapsed() < ROUND {
                        let email = format!("{}@example.com", Uuid::now_v7());
                        let body = format!(r#"{{"email":"{email}","role":"user"}}"#);
                        client.made(path, &body)?;
                        sent.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(())
                })
            })
            .collect();
        clients.into_iter().try_for_each(|client| {
            client
                .join()
                .map_err(|_| Failure::new("a client gave up"))?
        })
    })?;
    Ok(begun.elapsed())
}
