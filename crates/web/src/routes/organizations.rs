//! Organizations: made by the operator, changed by Admins, handed over by the Primary Admin (R-ORG).

use axum::extract::State;
use axum::http::StatusCode;
use vestibule_domain::{
    Actor, Command, Directory, InvitationLifetime, Reading, UserId, UserManagement,
};
use vestibule_storage::KeptAnswer;

use crate::answer::{self, Answer};
use crate::app::App;
use crate::authentication::Caller;
use crate::call::Call;
use crate::etag::EntityTag;
use crate::fault::OrProblem;
use crate::founding::Foundation;
use crate::problem::{Places, Problem};
use crate::query::Parameters;
use crate::seat::{Change, Seat, must_match};
use crate::wire::organization::OrganizationBody;
use crate::wire::requests::{FoundOrganization, NamedUser, UpdateOrganization};

/// Create an organization
///
/// For the operator. A Primary Admin whose email has an account keeps it, and proves its password.
#[utoipa::path(
    post, path = "/v1/organizations", tag = "organizations", operation_id = "create_organization",
    request_body = FoundOrganization,
    responses(
        (status = 201, description = "The organization", body = OrganizationBody<'static>),
        (status = 409, description = "`account_mismatch`"),
    )
)]
pub(crate) async fn create_organization(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<FoundOrganization>()?;
    let repeat = call.repeat(&app)?;
    match app.caller(call.head(), None, call.at).await? {
        Caller::Operator => {}
        Caller::Account(_) | Caller::Key(_) => return Err(Problem::not_allowed()),
    }
    let body = body.read()?;
    let foundation = Foundation {
        organization_name: body.name,
        email: body.primary_admin.email,
        name: body.primary_admin.name,
        password: body.primary_admin.password,
    };
    let pointer = "/primary_admin/password";
    app.found_repeatably(foundation, pointer, repeat, call.at, call.origin())
        .await
}

/// Get an organization
///
/// Its name and settings, and who owns it. Rule: R-ORG-3.
#[utoipa::path(
    get, path = "/v1/organizations/{org}", tag = "organizations", operation_id = "get_organization",
    responses((status = 200, description = "The organization", body = OrganizationBody<'static>))
)]
pub(crate) async fn get_organization(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let seat = app.seat_of(&call).await?;
    let bytes = current(&seat).await?;
    let tag = EntityTag::of(&bytes);
    Ok(answer::tagged_read(&call, bytes, &tag))
}

/// Change an organization
///
/// The name by Admins, the settings by the Primary Admin alone. Rules: R-ORG-2, R-ORG-3.
#[utoipa::path(
    patch, path = "/v1/organizations/{org}", tag = "organizations", operation_id = "update_organization",
    request_body = UpdateOrganization,
    responses((status = 200, description = "The organization as it is now", body = OrganizationBody<'static>))
)]
pub(crate) async fn update_organization(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<UpdateOrganization>()?;
    let seat = app.seat_of(&call).await?;
    // Whoever names a setting is asked whether it is theirs, even when its value cannot be read.
    let stand_in = Command::UpdateOrganization {
        name: None,
        user_management: body
            .has("user_management")
            .then_some(UserManagement::PrimaryAdmin),
        invitation_lifetime: body
            .has("invitation_ttl_seconds")
            .then(InvitationLifetime::default),
    };
    let tags = call.if_match();
    if let Some(tags) = &tags {
        seat.may(stand_in.clone()).await?;
        must_match(tags, Some(&current(&seat).await?))?;
    }
    let body = seat.fields(&body, |_| stand_in).await?;
    let change = Change::new(Command::UpdateOrganization {
        name: body.name,
        user_management: body.user_management,
        invitation_lifetime: body.invitation_ttl_seconds,
    })
    .if_match(tags, |written| {
        let body = OrganizationBody::from(written.directory.organization());
        Ok(answer::written(&body).ok())
    });
    seat.change(change, |_, directory| now(directory)).await
}

/// Transfer ownership
///
/// To another active user; the former Primary Admin becomes Admin. Needs a sign-in not older than
/// 15 minutes. Rules: R-ORG-5, R-SES-4.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/primary-admin", tag = "organizations", operation_id = "transfer_ownership",
    request_body = NamedUser,
    responses(
        (status = 200, description = "The organization as it is now", body = OrganizationBody<'static>),
        (status = 409, description = "`user_not_active`"),
    )
)]
pub(crate) async fn transfer_ownership(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<NamedUser>()?;
    let repeat = call.repeat(&app)?;
    let seat = app.seat_of(&call).await?;
    let body = seat
        .fields_of_body_user(&body, |to| Command::TransferOwnership { to })
        .await?;
    let change = Change::new(Command::TransferOwnership { to: body.user_id })
        .pointing(Places::none().with_user(body.user_id, "/user_id"))
        .repeatable(repeat);
    seat.change(change, |_, directory| now(directory)).await
}

impl Seat {
    /// As [`Seat::fields`], for a body that names nothing but a user. The actor stands in for one
    /// that cannot be read, so that what comes after a user is found is still told before the field:
    /// that the sign-in is too old. That nobody stands in for the operator's is no answer.
    pub(crate) async fn fields_of_body_user(
        &self,
        body: &crate::body::Unread<NamedUser>,
        command: impl FnOnce(UserId) -> Command,
    ) -> Result<NamedUser, Problem> {
        match body.read() {
            Ok(body) => Ok(body),
            Err(problem) => {
                let stand_in = match self.actor() {
                    Actor::User { id, .. } => id,
                    Actor::Key { .. } | Actor::Invitee | Actor::Operator => {
                        UserId::new(uuid::Uuid::nil())
                    }
                };
                match self.may(command(stand_in)).await {
                    Err(refusal)
                        if refusal.code() != crate::problem::Code::UserNotInOrganization =>
                    {
                        Err(refusal)
                    }
                    Ok(()) | Err(_) => Err(problem),
                }
            }
        }
    }
}

/// The organization as it is now, written.
async fn current(seat: &Seat) -> Result<Vec<u8>, Problem> {
    seat.may_read(Reading::Organization).await?;
    let row = seat
        .app()
        .store
        .organization(seat.organization())
        .await
        .or_problem()?
        .ok_or_else(Problem::not_found)?;
    answer::written(&OrganizationBody::from(&row.organization))
}

/// The organization as a change left it.
fn now(directory: &Directory) -> Option<KeptAnswer> {
    let body = OrganizationBody::from(directory.organization());
    answer::resource(StatusCode::OK, &body).ok()
}
