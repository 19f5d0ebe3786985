//! What the holder of an invitation's link can do: look, accept, decline (R-INV-6, R-INV-7).
//!
//! The flows themselves are shared with the console; see [`crate::invitee`].

use axum::extract::State;
use axum::http::StatusCode;
use vestibule_domain::Timestamp;
use vestibule_storage::InvitationLink;

use crate::answer::{self, Answer};
use crate::app::App;
use crate::call::Call;
use crate::claim::Held;
use crate::invitee::{Consent, must_be_usable};
use crate::problem::Problem;
use crate::query::Parameters;
use crate::seat::{Performed, Repeat};
use crate::wire::invitation::{AcceptanceBody, OpenInvitationBody};
use crate::wire::requests::Accept;

/// Look at an invitation
///
/// Looking consumes nothing. Every link that cannot be used is answered alike.
#[utoipa::path(
    get, path = "/v1/invitations/{token}", tag = "invitation links", operation_id = "open_invitation",
    responses(
        (status = 200, description = "The invitation", body = OpenInvitationBody<'static>),
        (status = 404, description = "`invitation_not_usable`"),
        (status = 429, description = "`rate_limited`"),
    ),
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
        (status = 403, description = "`cross_site_request`"),
        (status = 404, description = "`invitation_not_usable`"),
        (status = 409, description = "`account_mismatch`"),
        (status = 429, description = "`rate_limited`"),
    ),
    security((), ("session" = []), ("cookie" = []))
)]
pub(crate) async fn accept_invitation(State(app): State<App>, call: Call) -> Answer {
    let body = call.json_or_nothing::<Accept>()?;
    let repeat = call.repeat(&app)?;
    let signed_in = app.signed_in(call.head(), None, call.at).await?;
    let token = call.text("token").unwrap_or_default();
    let link = app.invitation_behind(token, call.address, call.at).await?;
    let held = match begin(&app, &link, repeat, call.at).await? {
        Performed::Before(kept) => return answer::give(kept),
        Performed::Now(held) => held,
    };
    let claim = held.claim();
    let written = async {
        must_be_usable(&link)?;
        let body = body.read()?;
        let consent = Consent {
            name: body.name,
            password: body.password,
            signed_in,
        };
        let acceptance = app.prepare_acceptance(&link, consent).await?;
        app.write_acceptance(&link, acceptance, claim, call.at, call.origin())
            .await
    };
    let written = written.await;
    let (accepted, kept) = held.settle(written).await?;
    match kept {
        Some(kept) => answer::give(kept),
        None => answer::json(StatusCode::OK, &AcceptanceBody::from(accepted)),
    }
}

/// Decline an invitation
///
/// Ends it, and the invited user with it. Rule: R-INV-5.
#[utoipa::path(
    post, path = "/v1/invitations/{token}/decline", tag = "invitation links", operation_id = "decline_invitation",
    responses(
        (status = 204, description = "It is declined"),
        (status = 404, description = "`invitation_not_usable`"),
        (status = 429, description = "`rate_limited`"),
    ),
    security(())
)]
pub(crate) async fn decline_invitation(State(app): State<App>, call: Call) -> Answer {
    call.nothing()?;
    let repeat = call.repeat(&app)?;
    let token = call.text("token").unwrap_or_default();
    let link = app.invitation_behind(token, call.address, call.at).await?;
    let held = match begin(&app, &link, repeat, call.at).await? {
        Performed::Before(kept) => return answer::give(kept),
        Performed::Now(held) => held,
    };
    let claim = held.claim();
    let written = async {
        must_be_usable(&link)?;
        app.write_decline(&link, claim, call.at, call.origin())
            .await
    };
    let written = written.await;
    held.settle(written).await?;
    Ok(answer::nothing())
}

/// Begins a request under its idempotency key, if it has one.
async fn begin(
    app: &App,
    link: &InvitationLink,
    repeat: Option<Repeat>,
    at: Timestamp,
) -> Result<Performed<Held>, Problem> {
    let Some(repeat) = repeat else {
        return Ok(Performed::Now(Held::nothing()));
    };
    let actor = format!("invitee {}", link.invitation);
    app.begin(repeat, Some(link.organization), actor, at).await
}
