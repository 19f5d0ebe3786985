//! The one place where refusals become answers: RFC 9457 problems.
//!
//! A handler returns a [`Problem`]; the frame around all routes gives it the public URL and the
//! path it happened at, and writes it down. Nothing else in this crate picks a status for a refusal.

use std::fmt::Display;

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use vestibule_domain::{EntityId, Rejection, Timestamp, UserId};

mod code;
mod page;

pub use code::Code;
pub(crate) use page::{problem_index, problem_page};

/// The media type of RFC 9457.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// How long a client waits before it tries again, where nothing better is known.
const RETRY_SECONDS: u64 = 1;

/// A refusal or a fault as it will be answered.
///
/// Rule: R-ANS-1, R-ANS-3.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    detail: String,
    errors: Vec<FieldError>,
    retry_after_seconds: Option<u64>,
}

/// One thing in the request that is to blame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// A JSON Pointer into the body, or `?name` for a query parameter.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

/// A problem as it is written, RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemBody<'a> {
    /// The address of the page that explains `code`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// A few words for people.
    pub(crate) title: &'a str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub(crate) status: u16,
    /// What happened here, in one sentence.
    pub(crate) detail: &'a str,
    /// The stable code.
    pub(crate) code: &'a str,
    /// The path at which it happened.
    pub(crate) instance: &'a str,
    /// The fields that are to blame, when fields are.
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    pub(crate) errors: &'a [FieldError],
}

impl Problem {
    /// A problem with that code and its own sentence.
    #[must_use]
    pub fn new(code: Code, detail: impl Display) -> Self {
        Self {
            code,
            detail: detail.to_string(),
            errors: Vec::new(),
            retry_after_seconds: matches!(code, Code::Unavailable | Code::IdempotencyKeyInUse)
                .then_some(RETRY_SECONDS),
        }
    }

    /// Points at what is to blame; the sentence is the problem's own.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.errors.push(FieldError {
            pointer: pointer.into(),
            detail: self.detail.clone(),
        });
        self
    }

    /// A problem with several fields: its code is theirs when they agree, `invalid_field` otherwise.
    #[must_use]
    pub fn fields(blamed: Vec<(Code, FieldError)>) -> Self {
        let mut codes = blamed.iter().map(|(code, _)| *code);
        let code = match codes.next() {
            Some(first) if codes.all(|other| other == first) => first,
            _ => Code::InvalidField,
        };
        let detail = match blamed.as_slice() {
            [(_, only)] => only.detail.clone(),
            several => format!("{} fields cannot be taken as they are", several.len()),
        };
        Self {
            errors: blamed.into_iter().map(|(_, error)| error).collect(),
            ..Self::new(code, detail)
        }
    }

    /// With the seconds after which trying again makes sense, as `Retry-After`.
    #[must_use]
    pub fn retry_after_seconds(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds.max(1));
        self
    }

    /// Nobody is signed in.
    #[must_use]
    pub fn not_signed_in() -> Self {
        Self::new(
            Code::NotSignedIn,
            "sign in first: send a session token or an API key",
        )
    }

    /// Nothing is here for whoever asks.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "there is nothing here that you can see")
    }

    /// The actor may not.
    #[must_use]
    pub fn not_allowed() -> Self {
        Self::new(Code::NotAllowed, "you are not allowed to do this")
    }

    /// What `If-Match` names is not so any more.
    #[must_use]
    pub fn precondition_failed() -> Self {
        Self::new(
            Code::PreconditionFailed,
            "this is not what `If-Match` names any more; read it again",
        )
    }

    /// Something cannot answer just now.
    #[must_use]
    pub fn unavailable(detail: impl Display) -> Self {
        Self::new(Code::Unavailable, detail)
    }

    /// Our own bug, or a fault that nobody outside should read about; the cause goes to the log.
    #[must_use]
    #[track_caller]
    pub fn internal() -> Self {
        tracing::error!(place = %std::panic::Location::caller(), "failed to make an answer");
        Self::new(
            Code::InternalError,
            "something went wrong on our side; the server's log knows more under the request id",
        )
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.code.status()
    }

    /// What happened, in one sentence.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// What is to blame in the request.
    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// The answer of a rejection, with pointers to what in the request names its subject.
    ///
    /// Rule: R-ANS-1. Exhaustive: a new rejection does not compile until it has an answer.
    #[must_use]
    pub fn of_rejection(rejection: &Rejection, places: &Places, at: Timestamp) -> Self {
        let problem = |code| Self::new(code, rejection);
        match rejection {
            Rejection::NotFound | Rejection::NotAMember | Rejection::ApiKeyNotFound => {
                problem(Code::NotFound)
            }
            Rejection::NotSignedIn => problem(Code::NotSignedIn),
            Rejection::NotAllowed => problem(Code::NotAllowed),
            Rejection::RecentSignInRequired => problem(Code::RecentSignInRequired),
            Rejection::RoleNotAssignable => {
                problem(Code::RoleNotAssignable).at_some(places.role.as_deref())
            }
            Rejection::UserNotInOrganization(user) => {
                problem(Code::UserNotInOrganization).at_some(places.user(*user))
            }
            Rejection::EntityNotFound(entity) => {
                problem(Code::EntityNotFound).at_some(places.entity(*entity))
            }
            Rejection::InvitationNotUsable => problem(Code::InvitationNotUsable),
            Rejection::EmailAlreadyInOrganization(_) => {
                problem(Code::EmailAlreadyInOrganization).at_some(places.email.as_deref())
            }
            Rejection::PrimaryAdminMustTransfer => problem(Code::PrimaryAdminMustTransfer),
            Rejection::UserNotActive(_) => {
                problem(Code::UserNotActive).at_some(places.first_user())
            }
            Rejection::UserNotDeactivated(_) => problem(Code::UserNotDeactivated),
            Rejection::InvitationNotPending => problem(Code::InvitationNotPending),
            Rejection::EntityArchived(entity) => {
                problem(Code::EntityArchived).at_some(places.entity(*entity))
            }
            Rejection::EntityNotArchived(_) => problem(Code::EntityNotArchived),
            Rejection::EntityNameTaken => {
                problem(Code::EntityNameTaken).at_some(places.name.as_deref())
            }
            Rejection::UserStillInOrganization => {
                problem(Code::UserStillInOrganization).at_some(places.first_user())
            }
            Rejection::RemovalPlanChanged => problem(Code::RemovalPlanChanged),
            Rejection::ResendLimitReached { retry_at } => {
                problem(Code::ResendLimitReached).retry_after_seconds(at.seconds_until(*retry_at))
            }
            Rejection::ExpiryNotInFuture => {
                problem(Code::ExpiryNotInFuture).at_some(places.expiry.as_deref())
            }
            // Ids are made fresh for each request, so a taken one is our own bug.
            Rejection::IdInUse => Self::internal(),
        }
    }

    fn at_some(self, pointer: Option<&str>) -> Self {
        match pointer {
            Some(pointer) => self.at(pointer),
            None => self,
        }
    }

    /// Writes the body, with the public URL and the path that only the frame knows.
    pub(crate) fn write_into(&self, response: &mut Response, public_url: &str, path: &str) {
        let body = ProblemBody {
            kind: format!("{public_url}/problems/{}", self.code.as_str()),
            title: self.code.title(),
            status: self.code.status().as_u16(),
            detail: &self.detail,
            code: self.code.as_str(),
            instance: path,
            errors: &self.errors,
        };
        // Texts and numbers alone always serialise; an empty body would still carry the status.
        let bytes = serde_json::to_vec(&body).unwrap_or_default();
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = Body::from(bytes);
    }

    fn write_headers(&self, response: &mut Response) {
        let status = self.code.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"vestibule\""),
            );
        }
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}

impl IntoResponse for Problem {
    /// The status and headers, with the problem itself left for the frame to write down.
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.code.status();
        self.write_headers(&mut response);
        response.extensions_mut().insert(self);
        response
    }
}

/// Where in a request the things stand that a rejection can be about.
///
/// What stands in the path is not listed: the address itself points at it.
#[derive(Clone, Debug, Default)]
pub struct Places {
    users: Vec<(UserId, String)>,
    entities: Vec<(EntityId, String)>,
    email: Option<String>,
    role: Option<String>,
    name: Option<String>,
    expiry: Option<String>,
}

impl Places {
    /// Nothing of the request stands in its body.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// And this user, there.
    #[must_use]
    pub fn with_user(mut self, user: UserId, pointer: impl Into<String>) -> Self {
        self.users.push((user, pointer.into()));
        self
    }

    /// And this entity, there.
    #[must_use]
    pub fn with_entity(mut self, entity: EntityId, pointer: impl Into<String>) -> Self {
        self.entities.push((entity, pointer.into()));
        self
    }

    /// And the email, there.
    #[must_use]
    pub fn with_email(mut self, pointer: impl Into<String>) -> Self {
        self.email = Some(pointer.into());
        self
    }

    /// And the role, there.
    #[must_use]
    pub fn with_role(mut self, pointer: impl Into<String>) -> Self {
        self.role = Some(pointer.into());
        self
    }

    /// And the name, there.
    #[must_use]
    pub fn with_name(mut self, pointer: impl Into<String>) -> Self {
        self.name = Some(pointer.into());
        self
    }

    /// And the expiry, there.
    #[must_use]
    pub fn with_expiry(mut self, pointer: impl Into<String>) -> Self {
        self.expiry = Some(pointer.into());
        self
    }

    fn user(&self, user: UserId) -> Option<&str> {
        self.users
            .iter()
            .find(|(id, _)| *id == user)
            .map(|(_, pointer)| pointer.as_str())
    }

    fn first_user(&self) -> Option<&str> {
        self.users.first().map(|(_, pointer)| pointer.as_str())
    }

    fn entity(&self, entity: EntityId) -> Option<&str> {
        self.entities
            .iter()
            .find(|(id, _)| *id == entity)
            .map(|(_, pointer)| pointer.as_str())
    }
}
