//! A server with an organization in it, and what it takes to get people into it.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use vestibule_domain::Timestamp;
use vestibule_storage::{InvitationTokens, SecretKey, TestDatabase};
use vestibule_web::{App, OperatorKey, Password, RateLimiting, Settings, now};

use super::{Answer, Asking, OPERATOR_KEY, PASSWORD};

/// A server of its own.
pub(crate) struct House {
    address: SocketAddr,
    tokens: InvitationTokens,
    app: App,
    #[expect(dead_code, reason = "keeps the database until the end of the test")]
    database: TestDatabase,
    /// The first organization.
    pub(crate) organization: String,
    /// Its Primary Admin.
    pub(crate) owner: Person,
}

/// Someone who is signed in.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) user: String,
    pub(crate) token: String,
}

impl House {
    /// A house on SQLite with one organization, whose Primary Admin is signed in.
    pub(crate) async fn on_sqlite(rate_limiting: RateLimiting) -> Self {
        let database = tokio::task::spawn_blocking(TestDatabase::sqlite).await;
        Self::on(database.unwrap(), |settings| {
            settings.rate_limiting = rate_limiting
        })
        .await
    }

    /// A house on SQLite whose server is told something else, beside that nothing is limited.
    pub(crate) async fn told(tell: impl FnOnce(&mut Settings)) -> Self {
        let database = tokio::task::spawn_blocking(TestDatabase::sqlite).await;
        Self::on(database.unwrap(), |settings| {
            settings.rate_limiting = RateLimiting::Off;
            tell(settings);
        })
        .await
    }

    /// The same on PostgreSQL, where there is a server for tests.
    pub(crate) async fn on_postgres(rate_limiting: RateLimiting) -> Option<Self> {
        let database = tokio::task::spawn_blocking(TestDatabase::postgres).await;
        let tell = |settings: &mut Settings| settings.rate_limiting = rate_limiting;
        Some(Self::on(database.unwrap()?, tell).await)
    }

    async fn on(database: TestDatabase, tell: impl FnOnce(&mut Settings)) -> Self {
        let store = database.store.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let key = SecretKey::new([7; 32]);
        let mut settings = Settings::new(format!("http://{address}").parse().unwrap(), key.clone());
        settings.operator_key = Some(OperatorKey::new(OPERATOR_KEY));
        tell(&mut settings);
        let app = App::new(store, settings);
        let router = vestibule_web::router(app.clone());
        tokio::spawn(vestibule_web::serve(
            listener,
            router,
            std::future::pending(),
        ));

        let mut house = Self {
            address,
            tokens: InvitationTokens::new(&key),
            app,
            database,
            organization: String::new(),
            owner: Person {
                email: "olivia@house.example".to_owned(),
                user: String::new(),
                token: String::new(),
            },
        };
        let (organization, owner) = house.found("Alpine Group", "olivia@house.example").await;
        house.organization = organization;
        house.owner = owner;
        house
    }

    /// An organization with its Primary Admin, signed in.
    pub(crate) async fn found(&self, name: &str, email: &str) -> (String, Person) {
        let body = json!({
            "name": name,
            "primary_admin": {"email": email, "name": "Olivia Owner", "password": PASSWORD},
        });
        let made = self
            .operator()
            .post("/v1/organizations", body)
            .await
            .expect(201);
        let organization = text(&made["id"]);
        let owner = Person {
            email: email.to_owned(),
            user: text(&made["primary_admin_user_id"]),
            token: self.sign_in(email, PASSWORD).await,
        };
        (organization, owner)
    }

    /// Nobody in particular.
    pub(crate) fn anyone(&self) -> Asking {
        Asking::new(self.address)
    }

    pub(crate) fn operator(&self) -> Asking {
        self.anyone().bearer(OPERATOR_KEY)
    }

    pub(crate) fn owner(&self) -> Asking {
        self.as_(&self.owner)
    }

    pub(crate) fn as_(&self, person: &Person) -> Asking {
        self.anyone().bearer(&person.token)
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A path in the first organization.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/v1/organizations/{}/{rest}", self.organization)
    }

    /// A session token.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> String {
        let body = json!({"email": email, "password": password});
        let session = self.anyone().post("/v1/sessions", body).await.expect(201);
        text(&session["token"])
    }

    /// The token of a sign-in that is an hour old.
    pub(crate) async fn stale_sign_in(&self, email: &str) -> String {
        const HOUR_MICROS: i64 = 3_600_000_000;
        let at = Timestamp::from_micros(now().micros() - HOUR_MICROS).unwrap();
        let (email, password) = (email.parse().unwrap(), Password::new(PASSWORD));
        let signed_in = self.app.sign_in(&email, password, None, at).await.unwrap();
        signed_in.token().to_owned()
    }

    /// Invites into the first organization.
    pub(crate) async fn invite(&self, email: &str, role: &str) -> Value {
        let body = json!({"email": email, "role": role});
        self.owner()
            .post(&self.path("invitations"), body)
            .await
            .expect(201)
    }

    /// The token in the mail of that generation of an invitation.
    pub(crate) fn token(&self, invitation: &Value, generation: u32) -> String {
        let id = invitation["id"].as_str().unwrap().parse().unwrap();
        self.tokens.token(id, generation)
    }

    /// Accepts as somebody without an account.
    pub(crate) async fn accept(&self, invitation: &Value, name: &str) -> Answer {
        let path = format!("/v1/invitations/{}/accept", self.token(invitation, 1));
        let body = json!({"name": name, "password": PASSWORD});
        self.anyone().post(&path, body).await
    }

    /// Somebody who was invited, has accepted and is signed in.
    pub(crate) async fn join(&self, email: &str, role: &str) -> Person {
        let invitation = self.invite(email, role).await;
        let name = email.split('@').next().unwrap();
        let accepted = self.accept(&invitation, name).await.expect(200);
        Person {
            email: email.to_owned(),
            user: text(&accepted["user_id"]),
            token: self.sign_in(email, PASSWORD).await,
        }
    }

    /// The id of a new entity.
    pub(crate) async fn entity(&self, name: &str) -> String {
        let body = json!({"name": name});
        let made = self
            .owner()
            .post(&self.path("entities"), body)
            .await
            .expect(201);
        text(&made["id"])
    }

    /// Adds somebody to an entity.
    pub(crate) async fn add(&self, entity: &str, user: &str, role: &str) -> Value {
        let path = self.path(&format!("entities/{entity}/members/{user}"));
        self.owner()
            .put(&path, json!({"role": role}))
            .await
            .expect(201)
    }
}

/// The text that must be there.
#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
