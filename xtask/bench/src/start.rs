//! Cold start on an existing database, memory when idle, size of the binary.

use std::thread;
use std::time::Duration;

use crate::failure::Failure;
use crate::figures::Figures;
use crate::invitations::found;
use crate::report::{Row, Target};
use crate::server::{Server, binary, cold_start};

const STARTS: usize = 7;

pub(crate) fn run() -> Result<Vec<Row>, Failure> {
    let folder = tempfile::tempdir()?;
    let database = folder.path().join("ours.db");
    found(&Server::start(&database)?)?;
    let (mut starts, mut resident) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let (server, took) = cold_start(&database)?;
        starts.push(took.as_secs_f64() * 1e3);
        // Idle is what it holds once it has nothing to do.
        thread::sleep(Duration::from_millis(500));
        resident.push(server.resident_mebibytes()?);
    }
    let bytes = std::fs::metadata(binary()?)?.len();
    let mebibytes = u32::try_from(bytes / 1024).map_or(f64::INFINITY, f64::from) / 1024.0;
    Ok(vec![
        Row {
            what: "cold start to the first answer",
            floor: None,
            ours: Figures::new(starts, "ms"),
            target: Target::AtMost(100.0),
            note: "An existing SQLite database, migrations checked, `/healthz` answered."
                .to_owned(),
        },
        Row {
            what: "memory when idle",
            floor: None,
            ours: Figures::new(resident, "MiB"),
            target: Target::AtMost(30.0),
            note: "Resident, as the system counts it.".to_owned(),
        },
        Row {
            what: "size of the released binary",
            floor: None,
            ours: Figures::one(mebibytes, "MiB"),
            target: Target::AtMost(30.0),
            note: "SQLite built in, without PostgreSQL.".to_owned(),
        },
    ])
}
