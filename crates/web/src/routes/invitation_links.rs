//! What the holder of an invitation's link can do: look, accept, decline (R-INV-6, R-INV-7).
//!
//! The flows themselves are shared with the console; see [`crate::invitee`].

use axum::extract::State;
use axum::http::StatusCode;

use crate::answer::{self, Answer};
use crate::app::App;
use crate::call::Call;
use crate::invitee::Consent;
use crate::query::Parameters;
use crate::wire::invitation::{AcceptanceBody, OpenInvitationBody};
use crate::wire::requests::Accept;

/// Look at an invitation
///
/// Looking consumes nothing. Every link that cannot be used is answered alike.
#[utoipa::path(
    get, path = "/v1/invitations/{token}", tag = "invitation links", operation_id = "open_invitation",
    responses((status = 200, description = "The invitation", body = OpenInvitationBody<'static>)),
    security(())
)]
pub(crate) async fn open_invitation(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let token = call.text("token").unwrap_or_default();
    let link = app.open_invitation(token, call.address, call.at).await?;
    answer::json(StatusCode::OK, &OpenInvitationBody::from(&link))
}

/// Accept an invitation
///
/// With a name and a password for a new account; where the email has an account, with its
/// password, or with nothing and its session. Opens no session.
#[utoipa::path(
    post, path = "/v1/invitations/{token}/accept", tag = "invitation links", operation_id = "accept_invitation",
    request_body = Accept,
    responses(
        (status = 200, description = "The user is active", body = AcceptanceBody),
        (status = 401, description = "`wrong_credentials`"),
        (status = 409, description = "`account_mismatch`"),
        (status = 429, description = "`rate_limited`"),
    ),
    security((), ("session" = []), ("cookie" = []))
)]
pub(crate) async fn accept_invitation(State(app): State<App>, call: Call) -> Answer {
    let body = call.json_or_nothing::<Accept>()?;
    call.idempotency_key()?;
    let signed_in = app.signed_in(call.head(), None, call.at).await?;
    let token = call.text("token").unwrap_or_default();
    let link = app.open_invitation(token, call.address, call.at).await?;
    let body = body.read()?;
    let consent = Consent {
        name: body.name,
        password: body.password,
        signed_in,
    };
    let accepted = app
        .accept_invitation(&link, consent, call.at, call.origin())
        .await?;
    answer::json(
        StatusCode::OK,
        &AcceptanceBody {
            account_id: accepted.account.uuid(),
            organization_id: accepted.organization.uuid(),
            user_id: accepted.user.uuid(),
        },
    )
}

/// Decline an invitation
///
/// Ends it, and the invited user with it. Rule: R-INV-5.
#[utoipa::path(
    post, path = "/v1/invitations/{token}/decline", tag = "invitation links", operation_id = "decline_invitation",
    responses(
        (status = 204, description = "It is declined"),
        (status = 429, description = "`rate_limited`"),
    ),
    security(())
)]
pub(crate) async fn decline_invitation(State(app): State<App>, call: Call) -> Answer {
    call.nothing()?;
    call.idempotency_key()?;
    let token = call.text("token").unwrap_or_default();
    let link = app.open_invitation(token, call.address, call.at).await?;
    app.decline_invitation(&link, call.at, call.origin())
        .await?;
    Ok(answer::nothing())
}
