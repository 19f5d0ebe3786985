//! A database that goes away while the server runs, and comes back.

use serde_json::json;

use crate::house::{House, said};
use crate::postgres::Database;

/// What cannot be written is refused, and nothing needs a new start afterwards.
#[test]
fn a_lost_postgresql_is_told_and_found_again() {
    let database = Database::make("lost");
    let house = House::new().over(&database);
    let server = house.serve(&[]);
    let path = format!("/v1/organizations/{}/invitations", server.organization());
    let invite = |name: &str| {
        let email = format!("{name}@halden.example");
        let answer = server.post(&path, &json!({"email": email, "role": "user"}));
        answer.expect("the server answers")
    };
    assert_eq!(invite("before").0, 201);

    database.close();
    let (status, refused) = invite("meanwhile");
    assert_eq!(status, 503, "{refused}");
    assert_eq!(refused["code"], "unavailable", "{refused}");
    assert_eq!(server.get("/readyz").0, 503);
    assert_eq!(server.get("/healthz").0, 200);

    database.open();
    let (status, invited) = invite("meanwhile");
    assert_eq!(status, 201, "{invited}");
    assert_eq!(server.get("/readyz").0, 200);
    let verified = house.run(&["audit", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
}

impl Database {
    /// Ends every connection to it and lets nobody in, as if its server were gone.
    fn close(&self) {
        let name = &self.name;
        self.tell(&format!("alter database {name} allow_connections false"));
        self.tell(&format!(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
        ));
    }

    /// Lets everybody in again.
    fn open(&self) {
        let name = &self.name;
        self.tell(&format!("alter database {name} allow_connections true"));
    }
}
