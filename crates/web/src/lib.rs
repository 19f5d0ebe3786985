//! The HTTP API of Vestibule: it parses, asks and answers, and decides nothing.
#![forbid(unsafe_code)]

mod account;
mod answer;
mod app;
mod authentication;
mod batch;
mod body;
mod call;
mod claim;
mod cors;
mod etag;
mod fault;
mod founding;
mod frame;
mod invitee;
mod metrics;
mod openapi;
mod password;
mod problem;
mod proxies;
mod public_url;
mod query;
mod rate_limit;
mod request_id;
mod router;
mod routes;
mod seat;
mod secret;
mod serve;
mod sign_in;
mod unchanged;
mod wire;

pub use app::{App, Inner, MetricsPlace, OperatorKey, SetUpSecret, Settings, now};
pub use authentication::{Caller, Head, SignedInAccount};
pub use call::PeerAddress;
pub use cors::{AllowedOrigins, InvalidOrigins};
pub use fault::OrProblem;
pub use founding::Foundation;
pub use invitee::{Accepted, Consent};
pub use password::{
    CHARACTERS_MAX, CHARACTERS_MIN, HashRefusal, OwnWords, Password, PasswordPool, WeakPassword,
};
pub use problem::{Code, FieldError, Places, Problem};
pub use proxies::{InvalidProxies, TrustedProxies};
pub use public_url::{InvalidPublicUrl, Place, PublicUrl, Transport};
pub use rate_limit::{Attempt, RateLimiting, RateLimits};
pub use request_id::RequestId;
pub use router::{metrics_router, openapi_document, router, router_with_pages};
pub use seat::Seat;
pub use serve::serve;
pub use sign_in::SignIn;
