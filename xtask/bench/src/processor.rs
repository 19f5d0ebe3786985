//! Processor time, as the system counts it: of a server, of PostgreSQL behind it, of ourselves.

use std::fs;

use crate::database::Kind;
use crate::failure::Failure;

/// Where `cargo xtask bench` says which process its PostgreSQL is.
const POSTGRES_PROCESS_VARIABLE: &str = "VESTIBULE_BENCH_POSTGRES_PROCESS";
/// Ticks of processor time a second, as Linux counts them for programs.
const TICKS_PER_SECOND: f64 = 100.0;

/// Seconds used so far by a process with all of its threads, those that ended included.
pub(crate) fn of_process(process: u32) -> Result<f64, Failure> {
    let fields = stat(&process.to_string())?;
    Ok(fields.own)
}

/// Seconds used so far by this process.
pub(crate) fn of_us() -> Result<f64, Failure> {
    Ok(stat("self")?.own)
}

/// Seconds used so far by the database's own processes: none where it lives in the server.
pub(crate) fn of_database(kind: Kind) -> Result<f64, Failure> {
    let Kind::Postgres = kind else {
        return Ok(0.0);
    };
    let parent = std::env::var(POSTGRES_PROCESS_VARIABLE)
        .map_err(|_| Failure::new("nobody said which process PostgreSQL is"))?;
    let mut seconds = stat(&parent)?.all();
    for entry in fs::read_dir("/proc")? {
        let name = entry?.file_name();
        let name = name.to_string_lossy();
        if !name.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        // One that has ended meanwhile is counted with its parent.
        if let Ok(child) = stat(&name)
            && child.parent == parent
        {
            seconds += child.own;
        }
    }
    Ok(seconds)
}

struct Stat {
    parent: String,
    own: f64,
    ended_children: f64,
}

impl Stat {
    const fn all(&self) -> f64 {
        self.own + self.ended_children
    }
}

fn stat(process: &str) -> Result<Stat, Failure> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The second field is a name in brackets, which may hold anything.
    let fields = text.rsplit_once(')').map_or("", |(_, fields)| fields);
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |from: usize| -> f64 {
        fields
            .iter()
            .skip(from)
            .take(2)
            .filter_map(|ticks| ticks.parse::<f64>().ok())
            .sum()
    };
    Ok(Stat {
        parent: fields.get(1).copied().unwrap_or_default().to_owned(),
        own: ticks(11) / TICKS_PER_SECOND,
        ended_children: ticks(13) / TICKS_PER_SECOND,
    })
}
