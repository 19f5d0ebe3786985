//! Brings mails out of the outbox to where they go, for as long as the server runs.
//!
//! No transaction and no pooled connection waits for a mail server: a mail is claimed for a while
//! in one short transaction, and how it went is noted in another.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use vestibule_domain::Timestamp;
use vestibule_storage::{ClaimMails, ClaimedMail, Delivery, Fault, OutboxMail, Store};

use crate::{Attempt, Courier, Failure, Next, Relay, Scribe};

/// Mails that are under way at once, each over a connection of its own.
const COURIERS: usize = 4;
/// Mails that go to the local mailbox in one go.
const MAILBOX_BATCH: u16 = 200;
/// How long nobody else takes a claimed mail: longer than a mail server is waited for.
const LEASE_SECONDS: u32 = 100;
/// How long a mail can lie before it is noticed, where nobody said that it is there.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long the outbox is left alone while the database cannot answer.
const PAUSE_AFTER_FAULT: Duration = Duration::from_secs(2);
/// How often it is tried to note how a mail went, before its lease decides.
const NOTES_MAX: u32 = 10;
/// How long a mail that is under way may take once the server is to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Where mails go.
#[derive(Clone, Debug)]
pub enum Destination {
    /// To a mail server.
    Relay(Box<Relay>),
    /// Nowhere: they lie in the local mailbox, where they can be looked at.
    Mailbox,
}

/// Brings mails out of the outbox of one database to where they go.
///
/// Rule: R-INV-10. At least once, under one `Message-ID`; several servers on one database may each
/// have one.
#[derive(Clone, Debug)]
pub struct Mailer {
    store: Store,
    scribe: Scribe,
    destination: Destination,
}

impl Mailer {
    /// A mailer; nothing happens before it runs.
    #[must_use]
    pub const fn new(store: Store, scribe: Scribe, destination: Destination) -> Self {
        Self {
            store,
            scribe,
            destination,
        }
    }

    /// Runs until `stop` turns true or its sender is gone; then ends promptly, whatever a mail
    /// server does (lesson 32). What was under way is tried again by whoever runs next.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        if let Err(fault) = self.store.release_mails(now()).await {
            // What was claimed before is late by its lease then, and no more.
            after(&fault);
        }
        match self.destination.clone() {
            Destination::Mailbox => self.fill_mailbox(stop).await,
            Destination::Relay(relay) => {
                let another = Arc::new(Notify::new());
                let mut rounds = JoinSet::new();
                for number in 0..COURIERS {
                    let round = Round {
                        mailer: self.clone(),
                        courier: Courier::new((*relay).clone()),
                        another: Arc::clone(&another),
                        looks: number == 0,
                        stop: stop.clone(),
                    };
                    rounds.spawn(round.go());
                }
                while rounds.join_next().await.is_some() {}
            }
        }
    }

    async fn fill_mailbox(self, mut stop: watch::Receiver<bool>) {
        while !stopped(&stop) {
            let pause = match self.claim(MAILBOX_BATCH).await {
                Ok(claimed) if claimed.is_empty() => LOOK_EVERY,
                Ok(claimed) => {
                    for mail in &claimed {
                        self.note(mail, Delivery::Delivered).await;
                    }
                    continue;
                }
                Err(fault) => after(&fault),
            };
            tokio::select! {
                () = sleep(pause) => {}
                _ = stop.changed() => return,
            }
        }
    }

    async fn claim(&self, mails_max: u16) -> Result<Vec<ClaimedMail>, Fault> {
        let at = now();
        let leased_until = at.plus_seconds(LEASE_SECONDS);
        self.store
            .claim_mails(ClaimMails {
                mails_max,
                at,
                leased_until,
            })
            .await
    }

    /// Notes how a mail went; where that fails for long, the mail comes again when its lease ends.
    async fn note(&self, claimed: &ClaimedMail, delivery: Delivery) {
        for _ in 0..NOTES_MAX {
            match self
                .store
                .report_mail(claimed, delivery.clone(), now())
                .await
            {
                Ok(()) => return,
                Err(fault) => sleep(after(&fault)).await,
            }
        }
    }
}

/// One courier's round: claim a mail, take it away, note how it went, again.
#[derive(Debug)]
struct Round {
    mailer: Mailer,
    courier: Courier,
    /// Calls another courier when there is more than one can carry.
    another: Arc<Notify>,
    /// Whether this one looks into the outbox by itself; the others wait to be called.
    looks: bool,
    stop: watch::Receiver<bool>,
}

impl Round {
    async fn go(mut self) {
        while !stopped(&self.stop) {
            match self.mailer.claim(1).await {
                Ok(claimed) if claimed.is_empty() => {
                    self.courier.rest().await;
                    self.wait(LOOK_EVERY).await;
                }
                Ok(claimed) => {
                    self.another.notify_one();
                    for mail in &claimed {
                        self.carry(mail).await;
                    }
                }
                Err(fault) => self.wait(after(&fault)).await,
            }
        }
        self.courier.rest().await;
    }

    async fn wait(&mut self, pause: Duration) {
        tokio::select! {
            () = sleep(pause), if self.looks => {}
            () = self.another.notified() => {}
            _ = self.stop.changed() => {}
        }
    }

    async fn carry(&mut self, claimed: &ClaimedMail) {
        let id = claimed.mail.id;
        let outcome = tokio::select! {
            outcome = send(&mut self.courier, &self.mailer.scribe, claimed) => outcome,
            () = out_of_time(self.stop.clone()) => {
                let interrupted = Delivery::RetryAt {
                    next_attempt_at: now(),
                    error: "the server stopped before the mail server answered".to_owned(),
                };
                // The database may be what does not answer; stopping does not wait for it either.
                let _ = timeout(GRACE, self.mailer.note(claimed, interrupted)).await;
                return;
            }
        };
        let delivery = match outcome {
            Ok(()) => {
                tracing::info!(mail = %id, attempt = claimed.attempt, "mail sent");
                Delivery::Delivered
            }
            Err(failure) => after_failure(claimed, &failure),
        };
        self.mailer.note(claimed, delivery).await;
    }
}

async fn send(
    courier: &mut Courier,
    scribe: &Scribe,
    claimed: &ClaimedMail,
) -> Result<(), Failure> {
    let OutboxMail {
        id, to, created_at, ..
    } = &claimed.mail;
    let mail = scribe
        .write(&claimed.mail)
        .map_err(|error| Failure::RefusedForGood(format!("it cannot be written: {error}")))?;
    let written_at = SystemTime::from(DateTime::<Utc>::from(*created_at));
    courier.send(&mail, to, *id, written_at).await
}

fn after_failure(claimed: &ClaimedMail, failure: &Failure) -> Delivery {
    let (mail, attempt) = (claimed.mail.id, claimed.attempt);
    let error = failure.to_string();
    match Attempt(attempt).next(failure, jitter()) {
        Next::TryAfter(wait) => {
            tracing::warn!(%mail, attempt, wait_seconds = wait.as_secs(), %error, "mail waits");
            let next_attempt_at = later(wait);
            Delivery::RetryAt {
                next_attempt_at,
                error,
            }
        }
        Next::GiveUp => {
            tracing::error!(%mail, attempt, %error, "mail failed");
            Delivery::Failed { error }
        }
    }
}

/// Says what is wrong with the database, and how long to leave it alone.
fn after(fault: &Fault) -> Duration {
    tracing::warn!(%fault, "the outbox cannot be read or written");
    PAUSE_AFTER_FAULT
}

fn stopped(stop: &watch::Receiver<bool>) -> bool {
    *stop.borrow() || stop.has_changed().is_err()
}

/// Ends when the server is to stop and what was under way has had its grace.
async fn out_of_time(mut stop: watch::Receiver<bool>) {
    // An error says that the sender is gone, which stops us too.
    let _ = stop.wait_for(|stop| *stop).await;
    sleep(GRACE).await;
}

fn now() -> Timestamp {
    later(Duration::ZERO)
}

fn later(wait: Duration) -> Timestamp {
    let moment = DateTime::<Utc>::from(SystemTime::now() + wait);
    // A clock outside the years 1 to 9999 tells nothing: no mail is due by it.
    Timestamp::try_from(moment).unwrap_or(Timestamp::EPOCH)
}

/// A random byte; without randomness mails that failed together come back together, no worse.
fn jitter() -> u8 {
    let mut byte = [0];
    match getrandom::fill(&mut byte) {
        Ok(()) => byte[0],
        Err(_) => 0,
    }
}
