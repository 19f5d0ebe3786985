//! The members of an entity, and who could become one (R-ENT-1 to R-ENT-5).

use axum::extract::State;
use axum::http::StatusCode;
use vestibule_domain::{Command, EntityId, EntityRole, Event, Reading, UserId};
use vestibule_storage::{CandidatesPage, Fault, MemberRow, MembersPage};

use crate::answer::{self, Answer};
use crate::app::App;
use crate::call::Call;
use crate::fault::OrProblem;
use crate::problem::{Places, Problem};
use crate::query::{Blamed, Parameters};
use crate::routes::users::Sorting;
use crate::seat::{Change, Seat, must_match};
use crate::wire::Listed;
use crate::wire::member::{CandidateBody, MemberBody};
use crate::wire::requests::SetMembership;

pub(crate) const LIST: Parameters = Parameters {
    single: &["limit", "cursor", "include_total", "q", "sort"],
    repeated: &["status", "role"],
};

pub(crate) const CANDIDATES: Parameters = Parameters {
    single: &["limit", "cursor", "include_total", "q"],
    repeated: &[],
};

/// List the members of an entity
///
/// For its members and for who manages them. Rule: R-ENT-3.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/entities/{entity}/members", tag = "members", operation_id = "list_members",
    params(
        crate::openapi::PageQuery,
        ("status" = Option<Vec<crate::wire::words::StatusWord>>, Query, max_items = 100, description = "With any of these statuses"),
        ("role" = Option<Vec<crate::wire::words::EntityRoleWord>>, Query, max_items = 100, description = "With any of these roles in the entity"),
        crate::openapi::SearchQuery,
        crate::openapi::SortQuery,
    ),
    responses((status = 200, description = "One page of members", body = Listed<MemberBody<'static>>))
)]
pub(crate) async fn list_members(State(app): State<App>, call: Call) -> Answer {
    let query = call.query(LIST)?;
    let mut blamed = Blamed::default();
    let entity = call.id("entity");
    let mut page = MembersPage::new(call.id("org"), entity);
    let sorting = Sorting::of(&query, &mut blamed);
    page.sort = sorting.by;
    page.direction = sorting.direction;
    page.filter.statuses = query.any("status", &mut blamed);
    page.filter.roles = query.any("role", &mut blamed);
    page.search = query.search(&mut blamed);
    page.limit = query.limit(&mut blamed);
    page.total = query.total(&mut blamed);
    let page = query.turned(page, &blamed, MembersPage::after)?;

    let seat = app.seat_of(&call).await?;
    seat.may_read(Reading::Members(entity)).await?;
    blamed.settle()?;
    let page = app.store.members_page(page).await.or_problem()?;
    answer::listed(&call, &Listed::of(&page, MemberBody::from))
}

/// List the users who could be added to an entity
///
/// For who may manage its members: id, name, email and status, and no more than that.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/entities/{entity}/candidates", tag = "members", operation_id = "list_candidates",
    params(crate::openapi::PageQuery, crate::openapi::SearchQuery),
    responses((status = 200, description = "One page of users", body = Listed<CandidateBody<'static>>))
)]
pub(crate) async fn list_candidates(State(app): State<App>, call: Call) -> Answer {
    let query = call.query(CANDIDATES)?;
    let mut blamed = Blamed::default();
    let entity = call.id("entity");
    let mut page = CandidatesPage::new(call.id("org"), entity);
    page.search = query.search(&mut blamed);
    page.limit = query.limit(&mut blamed);
    page.total = query.total(&mut blamed);
    let page = query.turned(page, &blamed, CandidatesPage::after)?;

    let seat = app.seat_of(&call).await?;
    seat.may_read(Reading::Candidates(entity)).await?;
    blamed.settle()?;
    let page = app.store.candidates_page(page).await.or_problem()?;
    answer::listed(&call, &Listed::of(&page, CandidateBody::from))
}

/// Add a user to an entity, or give them another role there
///
/// One has one role in an entity; an invited person has it from acceptance on. Rules: R-ENT-2, R-ENT-4.
#[utoipa::path(
    put, path = "/v1/organizations/{org}/entities/{entity}/members/{user}", tag = "members", operation_id = "set_member",
    request_body = SetMembership,
    responses(
        (status = 201, description = "The new member", body = MemberBody<'static>),
        (status = 200, description = "The member as they are now", body = MemberBody<'static>),
        (status = 409, description = "`entity_archived`"),
    )
)]
pub(crate) async fn set_member(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<SetMembership>()?;
    let (entity, user) = (call.id("entity"), call.id("user"));
    let seat = app.seat_of(&call).await?;
    let stand_in = Command::SetMembership {
        entity,
        user,
        role: EntityRole::Clerk,
    };
    precondition(&call, &seat, (entity, user), &stand_in).await?;
    let body = seat.fields(&body, |_| stand_in).await?;
    let change = Change::new(Command::SetMembership {
        entity,
        user,
        role: body.role,
    })
    .pointing(Places::none().with_role("/role"))
    .if_match(call.if_match(), move |written| {
        current(written.member(entity, user)?)
    });
    seat.change(change, move |event, directory| {
        let is_new = matches!(event, Some(Event::MembershipSet { before: None, .. }));
        let status = if is_new {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        };
        let role = directory.membership(user, entity)?;
        let body = MemberBody::of(directory.user(user)?, role);
        answer::resource(status, &body).ok()
    })
    .await
}

/// Take a user out of an entity
///
/// Leaves the organization and every other entity untouched. Rule: R-ENT-5.
#[utoipa::path(
    delete, path = "/v1/organizations/{org}/entities/{entity}/members/{user}", tag = "members", operation_id = "remove_member",
    responses((status = 204, description = "They are out"))
)]
pub(crate) async fn remove_member(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let (entity, user) = (call.id("entity"), call.id("user"));
    let seat = app.seat_of(&call).await?;
    let command = Command::RemoveMembership { entity, user };
    precondition(&call, &seat, (entity, user), &command).await?;
    let change = Change::new(command).if_match(call.if_match(), move |written| {
        current(written.member(entity, user)?)
    });
    seat.carry_out(change).await?;
    Ok(answer::nothing())
}

/// The member as they are, written.
fn current(row: Option<MemberRow>) -> Result<Option<Vec<u8>>, Fault> {
    Ok(row.and_then(|row| answer::written(&MemberBody::from(&row)).ok()))
}

/// Checks `If-Match` against the member, once the actor may do what they ask for.
async fn precondition(
    call: &Call,
    seat: &Seat,
    (entity, user): (EntityId, UserId),
    command: &Command,
) -> Result<(), Problem> {
    let Some(tags) = call.if_match() else {
        return Ok(());
    };
    seat.may(command.clone()).await?;
    let row = seat
        .app()
        .store
        .member(seat.organization(), entity, user)
        .await
        .or_problem()?;
    let bytes = row
        .map(|row| answer::written(&MemberBody::from(&row)))
        .transpose()?;
    must_match(&tags, bytes.as_deref())
}
