//! Sessions: signing in, signing out, and where an account is signed in (R-SES).

use axum::extract::State;
use axum::http::StatusCode;
use uuid::Uuid;
use vestibule_storage::{Ended, SessionId, SessionsPage};

use crate::answer::{self, Answer};
use crate::app::App;
use crate::call::Call;
use crate::fault::OrProblem;
use crate::problem::{Code, Problem};
use crate::query::{Blamed, Parameters};
use crate::wire::Listed;
use crate::wire::account::{AccountBody, SessionBody, SignInBody};
use crate::wire::requests::Credentials;

pub(crate) const LIST: Parameters = Parameters {
    single: &["limit", "cursor", "include_total"],
    repeated: &[],
};

/// Sign in
///
/// Gives a session token, and the same as a cookie. Signing in again makes the sign-in fresh.
/// Whether an email is known is never told. Rules: R-INV-7, R-SES-2, R-SES-3.
#[utoipa::path(
    post, path = "/v1/sessions", tag = "sessions", operation_id = "sign_in",
    request_body = Credentials,
    responses(
        (status = 201, description = "The session", body = SignInBody<'static>),
        (status = 401, description = "`wrong_credentials`"),
        (status = 429, description = "`rate_limited`"),
    ),
    security(())
)]
pub(crate) async fn sign_in(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<Credentials>()?;
    let body = body.read()?;
    let signed_in = app
        .sign_in(&body.email, body.password, call.address, call.at)
        .await?;
    let answer = SignInBody {
        token: signed_in.token(),
        expires_at: signed_in.session.expires_at,
        account: AccountBody {
            id: signed_in.account.id.uuid(),
            email: signed_in.account.email.as_str(),
            name: signed_in.account.name.as_str(),
        },
        organizations: signed_in.organizations.iter().map(Into::into).collect(),
    };
    let mut response = answer::json(StatusCode::CREATED, &answer)?;
    let (name, cookie) = app.session_cookie(signed_in.token());
    response.headers_mut().append(name, cookie);
    Ok(response)
}

/// List sessions
///
/// Where the account is signed in, latest sign-in first.
#[utoipa::path(
    get, path = "/v1/sessions", tag = "sessions", operation_id = "list_sessions",
    params(crate::openapi::PageQuery),
    responses((status = 200, description = "One page of sessions", body = Listed<SessionBody>))
)]
pub(crate) async fn list_sessions(State(app): State<App>, call: Call) -> Answer {
    let query = call.query(LIST)?;
    let mut blamed = Blamed::default();
    let signed_in = app.account(call.head(), call.at).await?;
    let mut page = SessionsPage::new(signed_in.account, app.session_lifetime, call.at);
    page.limit = query.limit(&mut blamed);
    page.total = query.total(&mut blamed);
    let page = query.turned(page, &blamed, SessionsPage::after)?;
    blamed.settle()?;
    let page = app.store.sessions_page(page).await.or_problem()?;
    let current = signed_in.session.id;
    answer::listed(
        &call,
        &Listed::of(&page, |row| SessionBody::seen_from(row, current)),
    )
}

/// Sign out
///
/// Ends the session that asks. Rule: R-SES-2.
#[utoipa::path(
    delete, path = "/v1/sessions/current", tag = "sessions", operation_id = "sign_out",
    responses((status = 204, description = "The session is over"))
)]
pub(crate) async fn sign_out(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let signed_in = app.account(call.head(), call.at).await?;
    app.sign_out(&signed_in).await?;
    let mut response = answer::nothing();
    let (name, cookie) = app.expired_cookie();
    response.headers_mut().append(name, cookie);
    Ok(response)
}

/// End a session
///
/// One of the account's own, on whatever device it is. Rule: R-SES-2.
#[utoipa::path(
    delete, path = "/v1/sessions/{session}", tag = "sessions", operation_id = "end_session",
    responses((status = 204, description = "The session is over"))
)]
pub(crate) async fn end_session(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let signed_in = app.account(call.head(), call.at).await?;
    let session = call.text("session").and_then(|text| text.parse().ok());
    let session = session.unwrap_or_else(|| SessionId::new(Uuid::nil()));
    match app
        .store
        .end_session(signed_in.account, session)
        .await
        .or_problem()?
    {
        Ended::Now => Ok(answer::nothing()),
        Ended::NotThere => Err(Problem::new(Code::NotFound, "there is no such session")),
    }
}
