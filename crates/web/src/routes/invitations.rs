//! Invitations, for those who send and look after them (R-INV-1 to R-INV-5).

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use uuid::Uuid;
use vestibule_domain::{AssignableRole, Command, Email, InvitationId, Reading, UserId};
use vestibule_storage::{InvitationRow, InvitationsPage};

use crate::answer::{self, Answer};
use crate::app::{App, fresh};
use crate::call::Call;
use crate::fault::OrProblem;
use crate::problem::{Code, Places, Problem};
use crate::query::{Blamed, Parameters};
use crate::seat::{Change, Seat, must_match};
use crate::wire::Listed;
use crate::wire::invitation::InvitationBody;
use crate::wire::requests::Invite;

pub(crate) const LIST: Parameters = Parameters {
    single: &["limit", "cursor", "include_total"],
    repeated: &["state"],
};

/// List invitations
///
/// Pending and past ones, latest first.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/invitations", tag = "invitations", operation_id = "list_invitations",
    params(
        crate::openapi::PageQuery,
        ("state" = Option<Vec<crate::wire::words::InvitationStateWord>>, Query, max_items = 100, description = "That read as any of these now"),
    ),
    responses((status = 200, description = "One page of invitations", body = Listed<InvitationBody<'static>>))
)]
pub(crate) async fn list_invitations(State(app): State<App>, call: Call) -> Answer {
    let query = call.query(LIST)?;
    let mut blamed = Blamed::default();
    let mut page = InvitationsPage::new(call.id("org"), call.at);
    page.states = query.any("state", &mut blamed);
    page.limit = query.limit(&mut blamed);
    page.total = query.total(&mut blamed);
    let page = query.turned(page, &blamed, InvitationsPage::after)?;

    let seat = app.seat_of(&call).await?;
    seat.may_read(Reading::Invitations).await?;
    blamed.settle()?;
    let page = app.store.invitations_page(page).await.or_problem()?;
    answer::listed(&call, &Listed::of(&page, InvitationBody::from))
}

/// Invite a user
///
/// Creates a user with status `invited` and queues their mail. Rules: R-INV-1, R-INV-2.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/invitations", tag = "invitations", operation_id = "invite_user",
    request_body = Invite,
    responses(
        (status = 201, description = "The invitation", body = InvitationBody<'static>),
        (status = 409, description = "`email_already_in_organization`, `entity_archived`, `entity_named_twice`"),
    )
)]
pub(crate) async fn invite_user(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<Invite>()?;
    let repeat = call.repeat(&app)?;
    let seat = app.seat_of(&call).await?;
    let body = seat.fields(&body, |_| stand_in()).await?;
    let places = places_of(&body, "");
    let invitation: InvitationId = fresh();
    let command = invite(body, fresh(), invitation);
    let change = Change::new(command).pointing(places).repeatable(repeat);
    let organization = seat.organization();
    seat.change(change, move |event, directory| {
        let location = format!("/v1/organizations/{organization}/invitations/{invitation}");
        answer::made(location, &InvitationBody::just_sent(event?, directory)?).ok()
    })
    .await
}

/// Get an invitation
///
/// A past one too, in the state in which it ended. Rule: R-INV-5.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/invitations/{invitation}", tag = "invitations", operation_id = "get_invitation",
    responses((status = 200, description = "The invitation", body = InvitationBody<'static>))
)]
pub(crate) async fn get_invitation(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let seat = app.seat_of(&call).await?;
    seat.may_read(Reading::Invitations).await?;
    let row = seat.invitation(call.id("invitation")).await?;
    answer::read(&call, &InvitationBody::from(&row.ok_or_else(none_here)?))
}

/// Resend an invitation
///
/// Issues a new link with a new expiry, which ends every older link; the resender becomes the
/// sender. At most 5 times an hour. Rule: R-INV-4.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/invitations/{invitation}/resend", tag = "invitations", operation_id = "resend_invitation",
    responses(
        (status = 200, description = "The invitation as it is now", body = InvitationBody<'static>),
        (status = 409, description = "`invitation_not_pending`"),
        (status = 429, description = "`resend_limit_reached`"),
    )
)]
pub(crate) async fn resend_invitation(State(app): State<App>, call: Call) -> Answer {
    call.nothing()?;
    let repeat = call.repeat(&app)?;
    let invitation = call.id("invitation");
    let seat = app.seat_of(&call).await?;
    let row = seat.invitation(invitation).await?;
    let command = Command::ResendInvitation {
        user: user_of(row.as_ref()),
        invitation,
    };
    if row.is_none() {
        seat.may(command).await?;
        return Err(none_here());
    }
    let at = seat.at();
    let change = Change::new(command).repeatable(repeat);
    seat.change_and_read(change, move |_, written| {
        let row = written.invitation(invitation, at)?;
        let body = row.as_ref().map(InvitationBody::from);
        Ok(body.and_then(|body| answer::resource(StatusCode::OK, &body).ok()))
    })
    .await
}

/// Revoke an invitation
///
/// Ends it, and the invited user with it. It stays in the list as `revoked`. Rule: R-INV-5.
#[utoipa::path(
    delete, path = "/v1/organizations/{org}/invitations/{invitation}", tag = "invitations", operation_id = "revoke_invitation",
    responses(
        (status = 204, description = "It is revoked"),
        (status = 409, description = "`invitation_not_pending`"),
    )
)]
pub(crate) async fn revoke_invitation(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let invitation = call.id("invitation");
    let seat = app.seat_of(&call).await?;
    let row = seat.invitation(invitation).await?;
    let command = Command::RevokeInvitation {
        user: user_of(row.as_ref()),
        invitation,
    };
    let tags = call.if_match();
    if row.is_none() || tags.is_some() {
        seat.may(command.clone()).await?;
    }
    let row = row.ok_or_else(none_here)?;
    if let Some(tags) = &tags {
        must_match(tags, Some(&answer::written(&InvitationBody::from(&row))?))?;
    }
    let at = seat.at();
    let change = Change::new(command).if_match(tags, move |written| {
        let row = written.invitation(invitation, at)?;
        Ok(row.and_then(|row| answer::written(&InvitationBody::from(&row)).ok()))
    });
    seat.carry_out(change).await?;
    Ok(answer::nothing())
}

/// The command that invites, from a body.
pub(crate) fn invite(body: Invite, user: UserId, invitation: InvitationId) -> Command {
    Command::InviteUser {
        user,
        invitation,
        email: body.email,
        role: body.role,
        name: body.name,
        memberships: body
            .memberships
            .into_iter()
            .map(|membership| (membership.entity_id, membership.role))
            .collect(),
    }
}

/// A harmless invitation, to ask whether the actor may invite at all; the same each time.
pub(crate) fn stand_in() -> Command {
    #[expect(clippy::expect_used, reason = "a constant that is an email")]
    let email = Email::new("stand-in@vestibule.invalid").expect("it is an email");
    Command::InviteUser {
        user: UserId::new(Uuid::nil()),
        invitation: InvitationId::new(Uuid::nil()),
        email,
        role: AssignableRole::User,
        name: None,
        memberships: BTreeMap::new(),
    }
}

fn places_of(body: &Invite, prefix: &str) -> Places {
    let places = Places::none()
        .with_email(format!("{prefix}/email"))
        .with_role(format!("{prefix}/role"));
    body.memberships
        .iter()
        .enumerate()
        .fold(places, |places, (index, membership)| {
            let pointer = format!("{prefix}/memberships/{index}/entity_id");
            places.with_entity(membership.entity_id, pointer)
        })
}

impl Seat {
    async fn invitation(&self, id: InvitationId) -> Result<Option<InvitationRow>, Problem> {
        self.app()
            .store
            .invitation(self.organization(), id, self.at())
            .await
            .or_problem()
    }
}

fn user_of(row: Option<&InvitationRow>) -> UserId {
    row.map_or_else(|| UserId::new(Uuid::nil()), |row| row.user)
}

fn none_here() -> Problem {
    Problem::new(Code::NotFound, "there is no such invitation")
}
