//! Cold start on an existing database, memory when idle, size of the binary.

use std::thread;
use std::time::Duration;

use crate::database::{Database, Kind};
use crate::failure::Failure;
use crate::figures::Figures;
use crate::pace::Pace;
use crate::report::{Row, Target};
use crate::server::{Server, binary, cold_start};

const STARTS: usize = 7;

pub(crate) fn run(kind: Kind, pace: Pace) -> Result<Vec<Row>, Failure> {
    let database = Database::new(kind)?;
    Server::start(&database)?.found()?;
    let (mut starts, mut resident) = (Vec::new(), Vec::new());
    for _ in 0..pace.rounds(STARTS) {
        let (server, took) = cold_start(&database)?;
        starts.push(took.as_secs_f64() * 1e3);
        // Idle is what it holds once it has nothing to do.
        thread::sleep(Duration::from_millis(500));
        resident.push(server.resident_mebibytes()?);
    }
    let title = kind.title();
    let mut rows = vec![
        Row {
            what: format!("cold start to the first answer, {title}"),
            floor: None,
            ours: Figures::new(starts, "ms"),
            target: Target::AtMost(100.0),
            note: "An existing database, migrations checked, `/healthz` answered.".to_owned(),
        },
        Row {
            what: format!("memory when idle, {title}"),
            floor: None,
            ours: Figures::new(resident, "MiB"),
            target: Target::AtMost(30.0),
            note: "Resident, as the system counts it.".to_owned(),
        },
    ];
    if kind == Kind::Sqlite {
        let bytes = std::fs::metadata(binary()?)?.len();
        let mebibytes = u32::try_from(bytes / 1024).map_or(f64::INFINITY, f64::from) / 1024.0;
        rows.push(Row {
            what: "size of the released binary".to_owned(),
            floor: None,
            ours: Figures::one(mebibytes, "MiB"),
            target: Target::AtMost(30.0),
            note: if cfg!(feature = "postgres") {
                "SQLite built in, PostgreSQL by the system's libpq.".to_owned()
            } else {
                "SQLite built in, without PostgreSQL.".to_owned()
            },
        });
    }
    Ok(rows)
}
