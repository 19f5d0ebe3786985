//! What sign-ins do to others: pages of the list under a flood of them, beside quiet ones.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::database::Kind;
use crate::failure::Failure;
use crate::figures::{Figures, count};
use crate::flood::{flood, percentile_millis};
use crate::loaded;
use crate::pace::Pace;
use crate::report::{Row, Target};
use crate::server::Server;

const READERS: usize = 4;
const SIGNING_IN: usize = 64;

pub(crate) fn run(kind: Kind, pace: Pace) -> Result<Vec<Row>, Failure> {
    let house = loaded::open(kind, pace)?;
    let path = house
        .by_users
        .get(1)
        .map(|loaded| format!("{}/users?limit=50", loaded.path))
        .ok_or_else(|| Failure::new("no organization is loaded"))?;
    let server = Server::start(&house.database)?;
    let (mut quiet, mut flooded) = (Vec::new(), Vec::new());
    let (mut hashed, mut refused) = (Vec::new(), Vec::new());
    let time = pace.shorten(Duration::from_secs(3));
    let p99 = || -> Result<f64, Failure> {
        let took = flood(&server, READERS, time, |client, _| {
            client.get(&path).map(drop)
        })?
        .took;
        Ok(percentile_millis(&took, 99))
    };
    for _ in 0..pace.rounds(3) {
        quiet.push(p99()?);
        let (under, signed) = beside_sign_ins(&server, &p99)?;
        flooded.push(under);
        hashed.push(signed.hashed);
        refused.push(signed.refused);
    }
    let (hashed, refused) = (Figures::new(hashed, "/s"), Figures::new(refused, "/s"));
    Ok(vec![Row {
        what: format!("p99 of a page under a flood of sign-ins, {}", kind.title()),
        floor: Some(("quiet, the same clients", Figures::new(quiet, "ms"))),
        ours: Figures::new(flooded, "ms"),
        target: Target::TimesFloorAtMost(3.0),
        note: format!(
            "{READERS} clients read pages while {SIGNING_IN} sign in without a pause, on the same cores: {hashed} \
             hashed, {refused} answered 503 because the queue was full."
        ),
    }])
}

struct SignedIn {
    hashed: f64,
    refused: f64,
}

/// Measures while clients sign in with a password that is wrong: it is hashed all the same.
fn beside_sign_ins(
    server: &Server,
    measure: &dyn Fn() -> Result<f64, Failure>,
) -> Result<(f64, SignedIn), Failure> {
    let is_over = AtomicBool::new(false);
    let (hashed, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        let signing: Vec<_> = (0..SIGNING_IN)
            .map(|number| {
                let (is_over, hashed, refused) = (&is_over, &hashed, &refused);
                scope.spawn(move || -> Result<(), Failure> {
                    let mut client = Client::connect_unsigned(server.address)?;
                    let body = format!(
                        r#"{{"email":"nobody{number}@example.com","password":"wrong-horse-battery-9"}}"#
                    );
                    while !is_over.load(Ordering::Relaxed) {
                        let counted = match client.post("/v1/sessions", &body)?.status {
                            401 => hashed,
                            503 => refused,
                            other => {
                                return Err(Failure::new(format!("a sign-in answered {other}")));
                            }
                        };
                        counted.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(())
                })
            })
            .collect();
        let begun = Instant::now();
        let measured = measure();
        let seconds = begun.elapsed().as_secs_f64();
        is_over.store(true, Ordering::Relaxed);
        for one in signing {
            one.join().map_err(|_| Failure::new("a client gave up"))??;
        }
        let rate = |number: &AtomicUsize| count(number.load(Ordering::Relaxed)) / seconds;
        Ok((
            measured?,
            SignedIn {
                hashed: rate(&hashed),
                refused: rate(&refused),
            },
        ))
    })
}
