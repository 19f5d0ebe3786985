//! A refusal of the API as the console meets it: beside a field, above a form, or as a page.

use std::ops::Deref;

use axum::http::{
    HeaderMap, Method, StatusCode,
    header::{RETRY_AFTER, SET_COOKIE},
};
use serde::Deserialize;
use vestibule_web::Problem;

use super::Visitor;

/// How long a visitor waits before a page of ours can be tried again.
const UNAVAILABLE_RETRY_SECONDS: u64 = 2;

/// That something was not done.
#[derive(Debug, Clone)]
pub(crate) struct Refusal(Box<Reason>);

/// Why something was not done, and where the visitor was.
#[derive(Debug, Clone)]
pub(crate) struct Reason {
    pub(crate) status: StatusCode,
    /// The stable code (R-ANS-1).
    pub(crate) code: String,
    /// The sentence that goes with it.
    pub(crate) detail: String,
    /// The fields that are to blame.
    pub(crate) wrong: Vec<Wrong>,
    pub(crate) retry_after_seconds: Option<u64>,
    pub(crate) cookies: Vec<axum::http::HeaderValue>,
    /// The address of the page that met it.
    pub(crate) address: String,
    pub(crate) method: Method,
}

/// One field that is to blame.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Wrong {
    /// A JSON Pointer into what was sent.
    pub(crate) pointer: String,
    pub(crate) detail: String,
}

#[derive(Deserialize)]
struct ProblemBody {
    code: String,
    detail: String,
    #[serde(default)]
    errors: Vec<Wrong>,
}

impl Refusal {
    /// That nothing is at this address.
    pub(crate) fn not_found(visitor: &Visitor) -> Self {
        Self::made(visitor, StatusCode::NOT_FOUND, "not_found")
    }

    /// That nothing is at an address that no page looked at.
    pub(crate) fn nowhere() -> Self {
        Self(Box::new(Reason {
            status: StatusCode::NOT_FOUND,
            code: "not_found".to_owned(),
            detail: String::new(),
            wrong: Vec::new(),
            retry_after_seconds: None,
            cookies: Vec::new(),
            address: "/".to_owned(),
            method: Method::GET,
        }))
    }

    /// That an address takes another method.
    pub(crate) fn method_not_allowed() -> Self {
        let Self(mut refusal) = Self::nowhere();
        refusal.status = StatusCode::METHOD_NOT_ALLOWED;
        "method_not_allowed".clone_into(&mut refusal.code);
        Self(refusal)
    }

    /// That the form cannot be read.
    pub(crate) fn malformed(visitor: &Visitor) -> Self {
        Self::made(visitor, StatusCode::BAD_REQUEST, "malformed_request")
    }

    /// That something went wrong on our side.
    pub(crate) fn unreadable(visitor: &Visitor) -> Self {
        Self::made(visitor, StatusCode::INTERNAL_SERVER_ERROR, "internal_error")
    }

    /// That the database cannot be asked at the moment.
    pub(crate) fn unavailable(visitor: &Visitor) -> Self {
        let Self(mut refusal) = Self::made(visitor, StatusCode::SERVICE_UNAVAILABLE, "unavailable");
        refusal.retry_after_seconds = Some(UNAVAILABLE_RETRY_SECONDS);
        Self(refusal)
    }

    /// What the web layer refused without going over the API.
    pub(crate) fn of(visitor: &Visitor, problem: &Problem) -> Self {
        let Self(mut refusal) = Self::made(visitor, problem.status(), problem.code().as_str());
        problem.detail().clone_into(&mut refusal.detail);
        refusal.wrong = problem
            .errors()
            .iter()
            .map(|error| Wrong {
                pointer: error.pointer.clone(),
                detail: error.detail.clone(),
            })
            .collect();
        Self(refusal)
    }

    pub(super) fn read(
        visitor: &Visitor,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Self {
        let Self(mut refusal) = Self::made(visitor, status, "");
        if let Ok(problem) = serde_json::from_slice::<ProblemBody>(body) {
            refusal.code = problem.code;
            refusal.detail = problem.detail;
            refusal.wrong = problem.errors;
        }
        refusal.retry_after_seconds = headers
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok());
        refusal.cookies = headers.get_all(SET_COOKIE).iter().cloned().collect();
        Self(refusal)
    }

    /// Whether it stands beside the form that was sent; if not, it is a page of its own.
    pub(crate) fn belongs_to_form(&self) -> bool {
        !(self.code == "not_signed_in"
            || self.code == "recent_sign_in_required"
            || self.code == "not_found"
            || self.code == "cross_site_request"
            || self.status == StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The same, but that confirming the password leads to that address.
    pub(crate) fn leading_back_to(self, address: String) -> Self {
        let Self(mut refusal) = self;
        refusal.address = address;
        Self(refusal)
    }

    fn made(visitor: &Visitor, status: StatusCode, code: &str) -> Self {
        let Self(mut refusal) = Self::nowhere();
        refusal.status = status;
        code.clone_into(&mut refusal.code);
        visitor.here().clone_into(&mut refusal.address);
        refusal.method.clone_from(&visitor.method);
        Self(refusal)
    }
}

impl Deref for Refusal {
    type Target = Reason;

    fn deref(&self) -> &Reason {
        &self.0
    }
}
