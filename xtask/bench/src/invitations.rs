//! Invitations a second, with everything that belongs to one: over HTTP with 64 clients, and by
//! the store alone; beside bare SQL that commits each, and 64 of them together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use uuid::Uuid;
use vestibule_domain::{
    Actor, AssignableRole, Command, Email, InvitationId, OrganizationId, Request, Timestamp, UserId,
};
use vestibule_storage::{Job, OpenOptions, Origin, Store, Submission};

use crate::database::{Database, Kind};
use crate::failure::Failure;
use crate::figures::{Figures, count, timed};
use crate::flood::{flood, percentile_millis};
use crate::floor;
use crate::pace::Pace;
use crate::report::{Row, Target};
use crate::server::Server;
use crate::sql::Session;

const CLIENTS: usize = 64;
const TOGETHER: i64 = 64;
const FLOOR_COMMITS: usize = 3_000;

pub(crate) fn run(kind: Kind, pace: Pace) -> Result<Vec<Row>, Failure> {
    Ok(vec![over_http(kind, pace)?, alone(kind, pace)?])
}

fn over_http(kind: Kind, pace: Pace) -> Result<Row, Failure> {
    let (beneath, database) = (Database::new(kind)?, Database::new(kind)?);
    let mut bare = floor::open(&beneath)?;
    let server = Server::start(&database)?;
    let path = format!("/v1/organizations/{}/invitations", server.found()?);
    let (mut floor, mut ours, mut processor, mut p99) = (vec![], vec![], vec![], vec![]);
    for _ in 0..pace.rounds(3) {
        floor.push(bare_rate(&mut bare, pace.fewer(FLOOR_COMMITS), 1)?);
        let time = pace.shorten(Duration::from_secs(4));
        let flooded = flood(&server, CLIENTS, time, |client, _| {
            let email = format!("{}@example.com", Uuid::now_v7());
            let body = format!(r#"{{"email":"{email}","role":"user"}}"#);
            client.made(&path, &body).map(drop)
        })?;
        ours.push(flooded.rate);
        processor.push(flooded.processor_micros);
        p99.push(percentile_millis(&flooded.took, 99));
    }
    let (processor, p99) = (Figures::new(processor, "us"), Figures::new(p99, "ms"));
    let (times, durable) = match kind {
        Kind::Sqlite => (2.0, "`synchronous=FULL`"),
        Kind::Postgres => (3.0, "`synchronous_commit=on`"),
    };
    Ok(Row {
        what: format!(
            "invitations a second over HTTP, 64 clients, {}",
            kind.title()
        ),
        floor: Some(("bare SQL, a commit each", Figures::new(floor, "/s"))),
        ours: Figures::new(ours, "/s"),
        target: Target::TimesFloorAtLeast(times),
        note: format!(
            "{durable}, one organization; the clients run on the same cores. Processor time an invitation: \
             {processor}; 99 of 100 below {p99}."
        ),
    })
}

fn alone(kind: Kind, pace: Pace) -> Result<Row, Failure> {
    let (beneath, database) = (Database::new(kind)?, Database::new(kind)?);
    let mut bare = floor::open(&beneath)?;
    let server = Server::start(&database)?;
    let organization: OrganizationId = server.found()?.parse()?;
    drop(server);
    let store = Arc::new(Store::open(&database.url, OpenOptions::server())?);
    let runtime = tokio::runtime::Builder::new_multi_thread().build()?;
    let (mut floor, mut ours) = (vec![], vec![]);
    for _ in 0..pace.rounds(3) {
        floor.push(bare_rate(
            &mut bare,
            pace.fewer(FLOOR_COMMITS) / 4,
            TOGETHER,
        )?);
        let time = pace.shorten(Duration::from_secs(3));
        ours.push(runtime.block_on(store_rate(&store, organization, time))?);
    }
    drop(runtime);
    Ok(Row {
        what: format!("invitations a second by the store alone, {}", kind.title()),
        floor: Some(("bare SQL, 64 a commit", Figures::new(floor, "/s"))),
        ours: Figures::new(ours, "/s"),
        target: Target::TimesFloorAtLeast(match kind {
            Kind::Sqlite => 0.5,
            Kind::Postgres => 0.4,
        }),
        note: "64 tasks, each with one invitation under way, without HTTP and JSON; the floor writes 4 bare rows each, \
               without a decision, a chain or an index for search."
            .to_owned(),
    })
}

/// Invitations a second in bare SQL.
pub(crate) fn bare_rate(bare: &mut Session, commits: usize, together: i64) -> Result<f64, Failure> {
    let organization = Uuid::now_v7();
    let (done, took) = timed(|| -> Result<(), Failure> {
        for commit in (0_i64..).take(commits) {
            let from = commit * together;
            floor::invite(bare, organization, from..from + together)?;
        }
        Ok(())
    });
    done?;
    let together = u32::try_from(together).map_or(f64::NAN, f64::from);
    Ok(count(commits) * together / took.as_secs_f64())
}

/// Invitations a second from 64 tasks that wait for each of theirs.
async fn store_rate(
    store: &Arc<Store>,
    organization: OrganizationId,
    time: Duration,
) -> Result<f64, Failure> {
    let begun = Instant::now();
    let tasks: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let store = Arc::clone(store);
            tokio::spawn(async move {
                let mut invited = 0;
                while begun.elapsed() < time {
                    let done = store.execute(job(organization)?).await?;
                    if !matches!(done.outcomes.as_slice(), [Ok(Some(_))]) {
                        return Err(Failure::new("an invitation was refused"));
                    }
                    invited += 1;
                }
                Ok::<usize, Failure>(invited)
            })
        })
        .collect();
    let mut invited = 0;
    for task in tasks {
        invited += task.await??;
    }
    Ok(count(invited) / begun.elapsed().as_secs_f64())
}

fn job(organization: OrganizationId) -> Result<Job, Failure> {
    let micros = SystemTime::now().duration_since(UNIX_EPOCH)?.as_micros();
    let request = Request {
        actor: Actor::Operator,
        command: Command::InviteUser {
            user: UserId::new(Uuid::now_v7()),
            invitation: InvitationId::new(Uuid::now_v7()),
            email: Email::new(&format!("{}@example.com", Uuid::now_v7()))?,
            role: AssignableRole::User,
            name: None,
            memberships: BTreeMap::new(),
        },
        at: Timestamp::from_micros(i64::try_from(micros)?)?,
    };
    Ok(Job {
        organization,
        submissions: vec![Submission {
            request,
            origin: Origin::default(),
            new_account: None,
        }],
        precondition: None,
        idempotency: None,
        answer: None,
    })
}
