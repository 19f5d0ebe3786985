//! What every handler works with: the store, the settings, and what is shared between requests.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use vestibule_domain::Timestamp;
use vestibule_storage::{InvitationTokens, ResetTokens, SecretKey, SessionLifetime, Store};

use crate::batch::room::Room;
use crate::cors::AllowedOrigins;
use crate::metrics::Metrics;
use crate::password::PasswordPool;
use crate::proxies::TrustedProxies;
use crate::public_url::PublicUrl;
use crate::rate_limit::{RateLimiting, RateLimits};
use crate::unchanged::Salt;

/// The running application; cloning it is cheap.
#[derive(Clone, Debug)]
pub struct App(Arc<Inner>);

/// What an [`App`] is made of; reached through the app itself.
#[derive(Debug)]
pub struct Inner {
    /// The database.
    pub store: Store,
    /// What links begin with.
    pub public_url: PublicUrl,
    /// How long sessions last.
    pub session_lifetime: SessionLifetime,
    /// The threads that hash passwords.
    pub passwords: PasswordPool,
    /// How often sign-in, reset and acceptance can be tried.
    pub rate_limits: RateLimits,
    /// Makes and reads the tokens of invitation links.
    pub invitation_tokens: InvitationTokens,
    /// Makes and reads the tokens of reset links.
    pub reset_tokens: ResetTokens,
    pub(crate) secret_key: SecretKey,
    pub(crate) operator_key: Option<OperatorKey>,
    pub(crate) set_up: Option<SetUpSecret>,
    pub(crate) large_bodies: Room,
    pub(crate) list_salt: Salt,
    pub(crate) metrics: Metrics,
    pub(crate) metrics_place: MetricsPlace,
    pub(crate) allowed_origins: AllowedOrigins,
    pub(crate) trusted_proxies: TrustedProxies,
}

/// What an [`App`] is told at its start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What links begin with.
    pub public_url: PublicUrl,
    /// The server's secret key.
    pub secret_key: SecretKey,
    /// The key that makes a request the operator's, if there is one.
    pub operator_key: Option<OperatorKey>,
    /// Whether attempts are limited.
    pub rate_limiting: RateLimiting,
    /// How long sessions last.
    pub session_lifetime: SessionLifetime,
    /// Where the metrics are answered.
    pub metrics_place: MetricsPlace,
    /// Which other sites' pages may call the API.
    pub allowed_origins: AllowedOrigins,
    /// Which proxies are believed when they say whom they ask for.
    pub trusted_proxies: TrustedProxies,
}

/// Where `/metrics` is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MetricsPlace {
    /// Among all other paths.
    #[default]
    Here,
    /// On a port of their own, by [`crate::metrics_router`].
    Elsewhere,
}

/// The operator's key, of which only the digest is kept in memory.
#[derive(Clone, Copy)]
pub struct OperatorKey([u8; 32]);

/// The secret of the one-time link at which the first organization is made.
///
/// It lives as long as the process: once there is an organization it opens nothing.
#[derive(Clone)]
pub struct SetUpSecret(String);

impl App {
    /// Starts the application on a store.
    #[must_use]
    pub fn new(store: Store, settings: Settings) -> Self {
        Self::start(store, settings, None)
    }

    /// Starts it with a one-time link for setting up the first organization.
    #[must_use]
    pub fn with_set_up(store: Store, settings: Settings, secret: SetUpSecret) -> Self {
        Self::start(store, settings, Some(secret))
    }

    fn start(store: Store, settings: Settings, set_up: Option<SetUpSecret>) -> Self {
        Self(Arc::new(Inner {
            list_salt: Salt::new(&settings.secret_key, &store),
            store,
            public_url: settings.public_url,
            session_lifetime: settings.session_lifetime,
            passwords: PasswordPool::start(),
            rate_limits: RateLimits::new(settings.rate_limiting),
            invitation_tokens: InvitationTokens::new(&settings.secret_key),
            reset_tokens: ResetTokens::new(&settings.secret_key),
            secret_key: settings.secret_key,
            operator_key: settings.operator_key,
            set_up,
            large_bodies: Room::new(),
            metrics: Metrics::new(),
            metrics_place: settings.metrics_place,
            allowed_origins: settings.allowed_origins,
            trusted_proxies: settings.trusted_proxies,
        }))
    }
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Settings {
    /// The default settings for that address and key.
    #[must_use]
    pub fn new(public_url: PublicUrl, secret_key: SecretKey) -> Self {
        Self {
            public_url,
            secret_key,
            operator_key: None,
            rate_limiting: RateLimiting::On,
            session_lifetime: SessionLifetime::default(),
            metrics_place: MetricsPlace::Here,
            allowed_origins: AllowedOrigins::default(),
            trusted_proxies: TrustedProxies::default(),
        }
    }
}

impl OperatorKey {
    /// Takes the key as it was configured.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self(Sha256::digest(key).into())
    }

    /// Whether that is the key; takes the same time whatever it is.
    pub(crate) fn is(self, text: &str) -> bool {
        let digest: [u8; 32] = Sha256::digest(text).into();
        self.0.ct_eq(&digest).into()
    }
}

impl SetUpSecret {
    /// Makes a new one.
    ///
    /// # Errors
    /// What the system says when it gives no randomness.
    pub fn random() -> Result<Self, getrandom::Error> {
        use base64::Engine as _;

        let mut bytes = [0; 24];
        getrandom::fill(&mut bytes)?;
        Ok(Self(
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes),
        ))
    }

    /// The text that the link ends with.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        let own: [u8; 32] = Sha256::digest(&self.0).into();
        let other: [u8; 32] = Sha256::digest(text).into();
        own.ct_eq(&other).into()
    }
}

impl fmt::Debug for OperatorKey {
    /// Shows nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OperatorKey(..)")
    }
}

impl fmt::Debug for SetUpSecret {
    /// Shows nothing of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetUpSecret(..)")
    }
}

/// The moment, to a microsecond. The one place of this crate that reads the clock.
#[must_use]
pub fn now() -> Timestamp {
    let micros = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_micros()).ok())
        .unwrap_or_default();
    Timestamp::from_micros(micros).unwrap_or(Timestamp::EPOCH)
}

/// A fresh id, version 7: ids sort by the time of their making.
pub(crate) fn fresh<Id: From<Uuid>>() -> Id {
    Id::from(Uuid::now_v7())
}
