//! One organization played in memory and on a database at once.

use std::future::Future;

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;

use vestibule_domain::test_support::{State, World, email, name};
use vestibule_domain::{Command, EntityId, Login, Request};

use crate::conforming::wrong;
use crate::statement::Statement;
use crate::store::{reading, writing};
use crate::testing::Database;
use crate::{
    Done, Fault, Foundation, Founded, Founder, Job, NewAccount, Origin, PasswordHash, Store,
    Submission,
};

/// A model and a database that have seen the same.
pub(super) struct Stage {
    pub(super) world: World,
    pub(super) store: Store,
    events: u64,
}

impl Stage {
    /// Founds the organization in both.
    pub(super) async fn set(store: &Store, number: u64) -> Self {
        let world = World::numbered(number);
        let founding = world.founding.clone();
        let founded = store
            .found_organization(Foundation {
                founder: Founder::Operator,
                origin: origin(),
                new_account: Some(NewAccount {
                    id: founding.account,
                    email: founding.email.clone(),
                    name: founding.primary_admin_name.clone(),
                    password_hash: PasswordHash::new("hash".to_owned()),
                }),
                founding,
                idempotency: None,
                answer: None,
            })
            .await
            .unwrap();
        assert!(matches!(founded, Founded::Done { .. }), "{founded:?}");
        Self {
            world,
            store: store.clone(),
            events: 1,
        }
    }

    /// Plays requests on both, those on the database as one job.
    pub(super) async fn play_requests(&mut self, requests: &[Request]) {
        let mut submissions = Vec::new();
        for request in requests {
            submissions.push(self.submission(request));
            self.world.play(request).unwrap();
        }
        self.events += requests.len() as u64;
        let done = self.execute(submissions).await;
        assert!(done.outcomes.iter().all(Result::is_ok), "{done:?}");
    }

    /// A request of the owner that makes an entity.
    pub(super) fn entity(&mut self, called: &str) -> Request {
        let command = Command::CreateEntity {
            entity: EntityId::new(self.world.fresh_id()),
            name: name(called),
        };
        self.world.request(self.world.owner(), command)
    }

    /// Executes submissions as one job.
    pub(super) async fn execute(&self, submissions: Vec<Submission>) -> Done {
        self.store
            .execute(Job {
                precondition: None,
                organization: self.world.founding.organization,
                submissions,
                idempotency: None,
                answer: None,
            })
            .await
            .unwrap()
    }

    /// A request as it is handed in, with the account that an acceptance would make.
    pub(super) fn submission(&self, request: &Request) -> Submission {
        let new_account = match &request.command {
            Command::AcceptInvitation {
                user,
                name,
                login: Login::New(account),
                ..
            } => Some(NewAccount {
                id: *account,
                email: self
                    .world
                    .directory
                    .user(*user)
                    .map_or_else(|| email("nobody@example.com"), |user| user.email.clone()),
                name: name.clone(),
                password_hash: PasswordHash::new("hash".to_owned()),
            }),
            _ => None,
        };
        Submission {
            request: request.clone(),
            origin: origin(),
            new_account,
        }
    }

    /// Compares the states, and looks whether everything that is kept beside is right.
    pub(super) async fn compare(&self) {
        let organization = self.world.founding.organization;
        let stored = self.store.whole(organization).await.unwrap().unwrap();
        let model = &self.world.directory;
        assert_eq!(stored.violations(), Vec::new());
        assert_eq!(stored.organization(), model.organization());
        assert_eq!(State::of(&stored).all, State::of(model).all);
        let verdict = self
            .store
            .verify_audit(organization, None)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(verdict.first_bad_seq, None);
        assert_eq!(verdict.events, self.events);
        assert_eq!(verdict.head.seq, self.events);
        assert_eq!(wrong(&self.store, organization).await.unwrap(), [""; 0]);
    }
}

/// A number that a statement counts.
pub(super) async fn count(store: &Store, statement: &'static str) -> i64 {
    counted(store, statement).await.unwrap()
}

async fn counted(store: &Store, statement: &'static str) -> Result<i64, Fault> {
    reading!(store, conn => {
        Ok(Statement::<BigInt>::new(statement).get_result(conn)?)
    })
}

/// Runs a statement that no code of ours would.
pub(super) async fn tamper(store: &Store, statement: &'static str) {
    tampered(store, statement).await.unwrap();
}

async fn tampered(store: &Store, statement: &'static str) -> Result<(), Fault> {
    writing!(store, conn => {
        Ok(conn.batch_execute(statement)?)
    })
}

/// Runs a test on a new database of each kind.
pub(super) fn on_each_database<F: Future<Output = ()>>(test: impl Fn(Store) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let database = Database::sqlite();
    runtime.block_on(test(database.store.clone()));
    #[cfg(feature = "postgres")]
    if let Some(database) = Database::postgres() {
        runtime.block_on(test(database.store.clone()));
    }
}

/// Runs a test on a new database of each kind, held by two stores at once.
pub(super) fn on_each_pair<F: Future<Output = ()>>(test: impl Fn(Store, Store) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let database = Database::sqlite();
    runtime.block_on(test(database.store.clone(), database.beside()));
    #[cfg(feature = "postgres")]
    if let Some(database) = Database::postgres() {
        runtime.block_on(test(database.store.clone(), database.beside()));
    }
}

/// From where everything is asked.
pub(super) fn origin() -> Origin {
    Origin {
        address: Some([192, 0, 2, 1].into()),
        request_id: "test".to_owned(),
    }
}
