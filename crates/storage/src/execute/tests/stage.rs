//! One organization played in memory and on a database at once.

use std::collections::BTreeMap;
use std::future::Future;

use diesel::RunQueryDsl;
use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;

use vestibule_domain::test_support::{Draft, World, email, name};
use vestibule_domain::{
    AccountId, Command, Directory, EntityId, Event, Found, Login, Name, Rejection, Request,
};

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
    /// What accounts are called: by it goes who accepts with one that is there.
    names: BTreeMap<AccountId, Name>,
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
        let founder = &world.founding;
        Self {
            names: BTreeMap::from([(founder.account, founder.primary_admin_name.clone())]),
            world,
            store: store.clone(),
            events: 1,
        }
    }

    /// Plays steps on both, those on the database as one job, and compares the answers.
    pub(super) async fn play(&mut self, drafts: &[Draft]) {
        let (mut submissions, mut expected) = (Vec::new(), Vec::new());
        for draft in drafts {
            let mut request = self.world.next_request(*draft);
            submissions.push(self.submission(&request));
            if let Command::AcceptInvitation {
                name,
                login: Login::Existing(account),
                ..
            } = &mut request.command
            {
                name.clone_from(&self.names[account]);
            }
            let known = self.world.gone.clone();
            let outcome = match self.world.play(&request) {
                // The model knows nothing of who is gone; the keeper of the record does.
                Ok(Some(Event::PersonErased { user })) if !known.contains(&user) => {
                    Err(Rejection::UserNotInOrganization(user))
                }
                outcome => outcome,
            };
            if let Ok(Some(Event::InvitationAccepted {
                name,
                login: Login::New(account),
                ..
            })) = &outcome
            {
                self.names.insert(*account, name.clone());
            }
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
        for wrong in WRONG {
            assert_eq!(count(&self.store, wrong).await, 0, "{wrong}");
        }
    }
}

/// What is kept beside for lists and mails, counted where it disagrees with what it stands for.
const WRONG: &[&str] = &[
    "select count(*) from memberships m join users u \
     on u.organization_id = m.organization_id and u.id = m.user_id \
     where m.user_sort_key <> u.sort_key or m.user_status <> u.status",
    "select count(*) from users u where u.without_entity <> not exists (select 1 \
     from memberships m where m.organization_id = u.organization_id and m.user_id = u.id)",
    "select count(*) from organizations o where o.invited_admins + o.invited_users \
     + o.active_admins + o.active_users + o.deactivated_admins + o.deactivated_users \
     <> (select count(*) from users u where u.organization_id = o.id)",
    "select count(*) from organizations o where o.active_admins <> (select count(*) from users u \
     where u.organization_id = o.id and u.status = 'active' and u.role = 'admin')",
    "select count(*) from organizations o where o.invited_users <> (select count(*) from users u \
     where u.organization_id = o.id and u.status = 'invited' and u.role = 'user')",
    "select count(*) from organizations o where o.deactivated_users <> (select count(*) \
     from users u where u.organization_id = o.id and u.status = 'deactivated' and u.role = 'user')",
    "select count(*) from organizations o where o.active_entities <> (select count(*) \
     from entities e where e.organization_id = o.id and e.status = 'active')",
    "select count(*) from organizations o where o.archived_entities <> (select count(*) \
     from entities e where e.organization_id = o.id and e.status = 'archived')",
    "select count(*) from organizations o where o.pending_invitations <> (select count(*) \
     from invitations i where i.organization_id = o.id and i.end_state is null)",
    "select count(*) from organizations o where o.accepted_invitations <> (select count(*) \
     from invitations i where i.organization_id = o.id and i.end_state = 'accepted')",
    "select count(*) from organizations o where o.revoked_invitations <> (select count(*) \
     from invitations i where i.organization_id = o.id and i.end_state = 'revoked')",
    "select count(*) from organizations o where o.declined_invitations <> (select count(*) \
     from invitations i where i.organization_id = o.id and i.end_state = 'declined')",
    "select count(*) from invitations i where i.end_state is null and not exists (select 1 \
     from users u where u.organization_id = i.organization_id and u.invitation_id = i.id \
     and u.role = i.role and u.email = i.email)",
    // Every link that was made has one mail, and only the link that is alive still waits.
    "select count(*) from invitations i where i.generation <> (select count(*) from outbox x \
     where x.subject_id = i.id)",
    "select count(*) from outbox x join invitations i on i.id = x.subject_id \
     where (x.state = 'queued') <> (i.end_state is null and i.generation = x.generation)",
];

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

/// Everything of an organization, in one order.
fn found(directory: &Directory) -> Found {
    Found {
        users: directory.users().cloned().collect(),
        entities: directory.entities().cloned().collect(),
        memberships: directory.memberships().collect(),
        api_keys: directory.api_keys().cloned().collect(),
    }
}
