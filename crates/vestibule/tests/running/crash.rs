//! What was answered is there, whatever happens to the process.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;

use crate::house::{House, said};

#[test]
fn kill_under_load_loses_no_acknowledged_write() {
    no_acknowledged_write_is_lost(&unlimited());
}

#[cfg(feature = "postgres")]
#[test]
fn kill_under_load_loses_no_acknowledged_write_on_postgresql() {
    let database = crate::postgres::Database::make("crash");
    no_acknowledged_write_is_lost(&unlimited().over(&database));
}

/// R-AUD-1, R-AUD-2: every acknowledged write survives, and the chain holds.
fn no_acknowledged_write_is_lost(house: &House) {
    let organization = house.serve(&[]).organization();
    let path = format!("/v1/organizations/{organization}/invitations");
    let acknowledged = Mutex::new(Vec::new());
    let next = AtomicU64::new(0);
    for round in 1..=3_usize {
        let server = house.serve(&[]);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let email = format!("person{number}@halden.example");
                        let body = json!({"email": email, "role": "user"});
                        let Some((status, answer)) = server.post(&path, &body) else {
                            return;
                        };
                        assert_eq!(status, 201, "{answer}");
                        let mut acknowledged = acknowledged.lock().unwrap();
                        acknowledged.push(answer["user_id"].as_str().unwrap().to_owned());
                        if acknowledged.len() == round * 60 {
                            server.signal("KILL");
                        }
                    }
                });
            }
        });
    }
    let server = house.serve(&[]);
    let acknowledged = acknowledged.into_inner().unwrap();
    assert!(acknowledged.len() >= 180);
    for user in &acknowledged {
        let (status, answer) =
            server.get(&format!("/v1/organizations/{organization}/users/{user}"));
        assert_eq!(status, 200, "{user} was acknowledged and is gone: {answer}");
    }
    let verified = house.run(&["audit", "verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
}

fn unlimited() -> House {
    House::new().with("VESTIBULE_RATE_LIMITS", "off")
}
