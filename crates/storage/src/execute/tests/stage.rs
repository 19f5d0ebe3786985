//! One organization played in memory and on a database at once.

use std::future::Future;

use vestibule_domain::test_support::{Draft, World, email};
use vestibule_domain::{Command, Directory, Event, Found, Login, Rejection, Request};

use crate::testing::Database;
use crate::{
    Done, Foundation, Founded, Founder, Job, NewAccount, Origin, PasswordHash, Store, Submission,
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

    /// Plays steps on both, those on the database as one job, and compares the answers.
    pub(super) async fn play(&mut self, drafts: &[Draft]) {
        let (mut submissions, mut expected) = (Vec::new(), Vec::new());
        for draft in drafts {
            let request = self.world.next_request(*draft);
            submissions.push(self.submission(&request));
            let known = self.world.gone.clone();
            let outcome = match self.world.play(&request) {
                // The model knows nothing of who is gone; the keeper of the record does.
                Ok(Some(Event::PersonErased { user })) if !known.contains(&user) => {
                    Err(Rejection::UserNotInOrganization(user))
                }
                outcome => outcome,
            };
            expected.push(outcome);
        }
        let done = self.execute(submissions.clone()).await;
        assert_eq!(done.outcomes.len(), expected.len());
        for ((asked, expected), found) in submissions.iter().zip(&expected).zip(&done.outcomes) {
            assert_eq!(found, expected, "asked {:#?}", asked.request);
        }
        self.events += expected
            .iter()
            .filter(|outcome| matches!(outcome, Ok(Some(_))))
            .count() as u64;
    }

    /// Executes submissions as one job.
    pub(super) async fn execute(&self, submissions: Vec<Submission>) -> Done {
        self.store
            .execute(Job {
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
        assert_eq!(found(&stored), found(model));
        let verdict = self
            .store
            .verify_audit(organization, None)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(verdict.first_bad_seq, None);
        assert_eq!(verdict.events, self.events);
        assert_eq!(verdict.head.seq, self.events);
    }
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

/// From where everything is asked.
pub(super) fn origin() -> Origin {
    Origin {
        address: Some([192, 0, 2, 1].into()),
        request_id: "test".to_owned(),
    }
}

/// Everything of an organization, in one order.
fn found(directory: &Directory) -> Found {
    Found {
        users: directory.users().cloned().collect(),
        entities: directory.entities().cloned().collect(),
        memberships: directory.memberships().collect(),
        api_keys: directory.api_keys().cloned().collect(),
    }
}
