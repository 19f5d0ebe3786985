//! An organization in a real database, whose Primary Admin invites people.

use std::collections::BTreeMap;
use std::time::{Duration, Instant, SystemTime};

use chrono::{DateTime, Utc};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;
use uuid::Uuid;
use vestibule_delivery::{Destination, Limits, Mailer, Relay, RelayOptions, Scribe};
use vestibule_domain::{
    Actor, AssignableRole, Command, Founding, InvitationId, OrganizationId, Request, Timestamp,
    UserId,
};
use vestibule_storage::{
    Foundation, Founded, Founder, InvitationRow, Job, MailState, NewAccount, OpenOptions, Origin,
    PasswordHash, SecretKey, Store, Submission,
};

/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// One organization with its database.
pub(crate) struct House {
    pub(crate) store: Store,
    organization: OrganizationId,
    owner: UserId,
    _folder: TempDir,
}

/// An invitation and the user it made.
#[derive(Clone, Copy)]
pub(crate) struct Invited {
    user: UserId,
    invitation: InvitationId,
}

/// A mailer that runs until it is stopped.
pub(crate) struct Running {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl House {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("house.db").display());
        let store = Store::open(&url, OpenOptions::server()).unwrap();
        let founding = Founding {
            organization: fresh(),
            name: "Halden Group".parse().unwrap(),
            primary_admin: fresh(),
            email: "ingrid@halden.example".parse().unwrap(),
            primary_admin_name: "Ingrid Halden".parse().unwrap(),
            account: fresh(),
            at: now(),
        };
        let (organization, owner) = (founding.organization, founding.primary_admin);
        let new_account = NewAccount {
            id: founding.account,
            email: founding.email.clone(),
            name: founding.primary_admin_name.clone(),
            password_hash: PasswordHash::new("$argon2id$none".to_owned()),
        };
        let foundation = Foundation {
            founding,
            founder: Founder::Operator,
            origin: Origin::default(),
            new_account: Some(new_account),
            idempotency: None,
            answer: None,
        };
        let founded = store.found_organization(foundation).await.unwrap();
        assert!(matches!(founded, Founded::Done { .. }));
        Self {
            store,
            organization,
            owner,
            _folder: folder,
        }
    }

    /// Invites somebody.
    pub(crate) async fn invite(&self, email: &str) -> Invited {
        let invited = Invited {
            user: fresh(),
            invitation: fresh(),
        };
        self.ask(Command::InviteUser {
            user: invited.user,
            invitation: invited.invitation,
            email: email.parse().unwrap(),
            role: AssignableRole::User,
            name: None,
            memberships: BTreeMap::new(),
        })
        .await;
        invited
    }

    pub(crate) async fn resend(&self, Invited { user, invitation }: Invited) {
        self.ask(Command::ResendInvitation { user, invitation })
            .await;
    }

    pub(crate) async fn revoke(&self, Invited { user, invitation }: Invited) {
        self.ask(Command::RevokeInvitation { user, invitation })
            .await;
    }

    /// How an invitation stands now.
    pub(crate) async fn row(&self, invited: Invited) -> InvitationRow {
        let row = self
            .store
            .invitation(self.organization, invited.invitation, now());
        row.await.unwrap().unwrap()
    }

    /// Waits until an invitation's mail fares so.
    pub(crate) async fn until(&self, invited: Invited, state: MailState) -> InvitationRow {
        let start = Instant::now();
        loop {
            let row = self.row(invited).await;
            if row.mail == state {
                return row;
            }
            assert!(start.elapsed() < PATIENCE, "{row:?}");
            tokio::task::yield_now().await;
        }
    }

    /// Sends what is in the outbox to that mail server.
    pub(crate) fn send_to(&self, url: &str, limits: Limits) -> Running {
        let relay = Relay::new(RelayOptions {
            url,
            from: "Vestibule <no-reply@example.com>",
            authorities: None,
            public_url: &public_url(),
        });
        self.run(Destination::Relay(Box::new(relay.unwrap().within(limits))))
    }

    /// Sends what is in the outbox there.
    pub(crate) fn run(&self, destination: Destination) -> Running {
        let scribe = Scribe::new(&public_url(), &SecretKey::new([7; 32]));
        let (stop, stopping) = watch::channel(false);
        let mailer = Mailer::new(self.store.clone(), scribe, destination);
        let task = tokio::spawn(mailer.run(stopping));
        Running { stop, task }
    }

    async fn ask(&self, command: Command) {
        let at = now();
        let actor = Actor::User {
            id: self.owner,
            signed_in: at,
        };
        let job = Job {
            organization: self.organization,
            submissions: vec![Submission {
                request: Request { actor, command, at },
                origin: Origin::default(),
                new_account: None,
            }],
            precondition: None,
            idempotency: None,
            answer: None,
        };
        let done = self.store.execute(job).await.unwrap();
        assert!(
            done.outcomes.iter().all(Result::is_ok),
            "{:?}",
            done.outcomes
        );
    }
}

impl Running {
    /// Stops it and says how long that took.
    pub(crate) async fn stop(self) -> Duration {
        let start = Instant::now();
        self.stop.send_replace(true);
        self.task.await.unwrap();
        start.elapsed()
    }
}

pub(crate) fn public_url() -> Url {
    Url::parse("https://id.example.com").unwrap()
}

fn fresh<Id: From<Uuid>>() -> Id {
    Id::from(Uuid::now_v7())
}

fn now() -> Timestamp {
    DateTime::<Utc>::from(SystemTime::now()).try_into().unwrap()
}
