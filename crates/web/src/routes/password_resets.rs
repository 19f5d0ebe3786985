//! Password resets: asked for by email, used once by the link (R-INV-7, R-SES-1).

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;

use crate::answer::{self, Answer};
use crate::app::App;
use crate::call::Call;
use crate::wire::requests::{AskForReset, UseReset};

/// Ask for a password reset
///
/// Always answered alike, whether the email is known or not.
#[utoipa::path(
    post, path = "/v1/password-resets", tag = "password resets", operation_id = "ask_for_password_reset",
    request_body = AskForReset,
    responses(
        (status = 202, description = "If the email has an account, a mail is on its way"),
        (status = 429, description = "`rate_limited`"),
    ),
    security(())
)]
pub(crate) async fn ask_for_reset(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<AskForReset>()?.read()?;
    app.ask_for_reset(&body.email, call.address, call.at)
        .await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Use a password reset
///
/// Sets the new password and ends every session of the account.
#[utoipa::path(
    post, path = "/v1/password-resets/{token}", tag = "password resets", operation_id = "use_password_reset",
    request_body = UseReset,
    responses(
        (status = 204, description = "The password is the new one"),
        (status = 404, description = "`reset_not_usable`"),
        (status = 422, description = "`invalid_field`, `password_too_weak`"),
        (status = 429, description = "`rate_limited`"),
    ),
    security(())
)]
pub(crate) async fn use_reset(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<UseReset>()?;
    let token = call.text("token").unwrap_or_default();
    let (id, reset) = app.open_reset(token, call.address, call.at).await?;
    let password = body.read()?.password;
    app.use_reset((id, &reset), password, "/password", call.at)
        .await?;
    Ok(answer::nothing())
}
