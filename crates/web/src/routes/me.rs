//! The account that is signed in.

use axum::extract::State;
use vestibule_domain::{AccountId, Email, Name};
use vestibule_storage::{AccountOrganization, AccountPrecondition, AccountRequest};

use crate::answer::{self, Answer};
use crate::app::App;
use crate::authentication::SignedInAccount;
use crate::call::Call;
use crate::etag::EntityTag;
use crate::fault::OrProblem;
use crate::problem::Problem;
use crate::query::Parameters;
use crate::seat::must_match;
use crate::wire::account::MeBody;
use crate::wire::requests::{ChangePassword, Naming};

/// Get the account
///
/// With the organizations it leads to, and who it is there.
#[utoipa::path(
    get, path = "/v1/me", tag = "account", operation_id = "get_me",
    responses((status = 200, description = "The account", body = MeBody<'static>))
)]
pub(crate) async fn get_me(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let signed_in = app.account(call.head(), call.at).await?;
    let bytes = current(&app, &signed_in, &signed_in.name).await?;
    let tag = EntityTag::of(&bytes);
    Ok(answer::tagged_read(&call, bytes, &tag))
}

/// Rename the account
///
/// The new name goes to every user that the account is linked to.
#[utoipa::path(
    patch, path = "/v1/me", tag = "account", operation_id = "rename_me",
    request_body = Naming,
    responses((status = 200, description = "The account as it is now", body = MeBody<'static>))
)]
pub(crate) async fn rename_me(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<Naming>()?;
    let signed_in = app.account(call.head(), call.at).await?;
    precondition(&app, &call, &signed_in).await?;
    let name = body.read()?.name;
    app.rename_account(request(&call, &signed_in), name.clone())
        .await?;
    let bytes = current(&app, &signed_in, &name).await?;
    let tag = EntityTag::of(&bytes);
    Ok(answer::tagged(bytes, &tag))
}

/// Change the password
///
/// Every other session ends. Rules: R-SES-1, R-SES-2.
#[utoipa::path(
    put, path = "/v1/me/password", tag = "account", operation_id = "change_password",
    request_body = ChangePassword,
    responses(
        (status = 204, description = "It is changed"),
        (status = 401, description = "`not_signed_in`, `wrong_credentials`"),
        (status = 422, description = "`invalid_field`, `password_too_weak`"),
        (status = 429, description = "`rate_limited`"),
    )
)]
pub(crate) async fn change_password(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<ChangePassword>()?;
    let signed_in = app.account(call.head(), call.at).await?;
    let body = body.read()?;
    app.change_password(
        &signed_in,
        body.current_password,
        body.new_password,
        "/new_password",
        call.at,
    )
    .await?;
    Ok(answer::nothing())
}

/// Delete the account
///
/// When it is Primary Admin nowhere; removes its users everywhere. Rule: R-REM-7.
#[utoipa::path(
    delete, path = "/v1/me", tag = "account", operation_id = "delete_me",
    responses(
        (status = 204, description = "It is gone"),
        (status = 409, description = "`primary_admin_must_transfer`"),
    )
)]
pub(crate) async fn delete_me(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let signed_in = app.account(call.head(), call.at).await?;
    precondition(&app, &call, &signed_in).await?;
    app.delete_account(request(&call, &signed_in), &signed_in)
        .await?;
    let mut response = answer::nothing();
    let (name, cookie) = app.expired_cookie();
    response.headers_mut().append(name, cookie);
    Ok(response)
}

/// What asks for a change of the account, which `If-Match` holds for under the locks of the change.
fn request(call: &Call, signed_in: &SignedInAccount) -> AccountRequest {
    let tags = call.if_match();
    AccountRequest {
        account: signed_in.account,
        precondition: tags.map(|tags| -> AccountPrecondition {
            Box::new(move |account, organizations| {
                let bytes = body(account.id, &account.email, &account.name, organizations);
                bytes.is_ok_and(|bytes| tags.match_strongly(&EntityTag::of(&bytes)))
            })
        }),
        at: call.at,
        origin: call.origin(),
    }
}

/// Refuses what is outdated already before the body is looked at (api.md, order of refusals).
async fn precondition(app: &App, call: &Call, signed_in: &SignedInAccount) -> Result<(), Problem> {
    match call.if_match() {
        None => Ok(()),
        Some(tags) => {
            let bytes = current(app, signed_in, &signed_in.name).await?;
            must_match(&tags, Some(&bytes))
        }
    }
}

/// The account as it is now, written.
async fn current(app: &App, signed_in: &SignedInAccount, name: &Name) -> Result<Vec<u8>, Problem> {
    let organizations = app
        .store
        .organizations_of(signed_in.account)
        .await
        .or_problem()?;
    body(signed_in.account, &signed_in.email, name, &organizations)
}

fn body(
    account: AccountId,
    email: &Email,
    name: &Name,
    organizations: &[AccountOrganization],
) -> Result<Vec<u8>, Problem> {
    answer::written(&MeBody {
        id: account.uuid(),
        email: email.as_str(),
        name: name.as_str(),
        organizations: organizations.iter().map(Into::into).collect(),
    })
}
