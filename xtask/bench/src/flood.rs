//! Many clients at once for some time, each asking one thing after the other.

use std::thread;
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::failure::Failure;
use crate::figures::count;
use crate::server::Server;

/// How a flood went.
#[derive(Debug)]
pub(crate) struct Flood {
    /// Answers a second.
    pub(crate) rate: f64,
    /// Processor time of server and database an answer, in microseconds.
    pub(crate) processor_micros: f64,
    /// How long each answer took, sorted.
    pub(crate) took: Vec<Duration>,
}

/// Has so many clients ask until the time is over.
///
/// `ask` gets a client and a number that no other call has.
pub(crate) fn flood(
    server: &Server,
    clients: usize,
    time: Duration,
    ask: impl Fn(&mut Client, u64) -> Result<(), Failure> + Sync,
) -> Result<Flood, Failure> {
    let processor = server.processor_seconds()?;
    let begun = Instant::now();
    let mut took = thread::scope(|scope| {
        let running: Vec<_> = (0_u64..)
            .take(clients)
            .map(|number| {
                let ask = &ask;
                scope.spawn(move || -> Result<Vec<Duration>, Failure> {
                    let mut client = server.client()?;
                    let mut took = Vec::new();
                    let mut asked = number << 40;
                    while begun.elapsed() < time {
                        let from = Instant::now();
                        ask(&mut client, asked)?;
                        took.push(from.elapsed());
                        asked += 1;
                    }
                    Ok(took)
                })
            })
            .collect();
        running.into_iter().try_fold(Vec::new(), |mut all, one| {
            let took = one.join().map_err(|_| Failure::new("a client gave up"))??;
            all.extend(took);
            Ok::<_, Failure>(all)
        })
    })?;
    let elapsed = begun.elapsed();
    took.sort_unstable();
    let answers = count(took.len());
    Ok(Flood {
        rate: answers / elapsed.as_secs_f64(),
        processor_micros: (server.processor_seconds()? - processor) * 1e6 / answers,
        took,
    })
}

/// The time that so many of a hundred stay below, of times that are sorted; in milliseconds.
pub(crate) fn percentile_millis(sorted: &[Duration], percent: usize) -> f64 {
    let index = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(index).map_or(f64::NAN, Duration::as_secs_f64) * 1e3
}
