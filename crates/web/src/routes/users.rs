//! The users of an organization (R-LST, R-REM, R-DEA).

use std::str::FromStr;

use axum::extract::State;
use axum::http::StatusCode;
use vestibule_domain::{Command, Event, Fingerprint, Reading, Rejection, Scope, UserId};
use vestibule_storage::{Direction, Holding, UsersPage, UsersSort};

use crate::answer::{self, Answer};
use crate::app::App;
use crate::call::Call;
use crate::etag::{EntityTag, Tags};
use crate::fault::OrProblem;
use crate::problem::{Places, Problem};
use crate::query::{Blamed, Parameters, Query};
use crate::seat::{Change, Seat, must_match};
use crate::wire::Listed;
use crate::wire::removal::{RemovalPlanBody, RemovedBody};
use crate::wire::requests::UpdateUser;
use crate::wire::user::UserBody;

pub(crate) const LIST: Parameters = Parameters {
    single: &[
        "limit",
        "cursor",
        "include_total",
        "without_entity",
        "q",
        "sort",
    ],
    repeated: &["status", "role", "entity_id", "entity_role"],
};

/// By what a list of people is sorted: a column, with `-` before it for descending.
pub(crate) struct Sorting {
    pub(crate) by: UsersSort,
    pub(crate) direction: Direction,
}

/// List users
///
/// Users who see everything get all of them; a `User` gets themself and the people of entities
/// whose members they see. Rules: R-LST, R-ORG-3.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/users", tag = "users", operation_id = "list_users",
    params(
        crate::openapi::PageQuery,
        ("status" = Option<Vec<crate::wire::words::StatusWord>>, Query, max_items = 100, description = "With any of these statuses"),
        ("role" = Option<Vec<crate::wire::words::OrganizationRoleWord>>, Query, max_items = 100, description = "With any of these organization roles"),
        ("entity_id" = Option<Vec<uuid::Uuid>>, Query, max_items = 100, description = "Members of any of these entities"),
        ("entity_role" = Option<Vec<crate::wire::words::EntityRoleWord>>, Query, max_items = 100, description = "With any of these roles in an entity, in one of `entity_id` where that is given"),
        ("without_entity" = Option<bool>, Query, description = "Only those without any entity"),
        crate::openapi::SearchQuery,
        crate::openapi::SortQuery,
    ),
    responses((status = 200, description = "One page of users", body = Listed<UserBody<'static>>))
)]
pub(crate) async fn list_users(State(app): State<App>, call: Call) -> Answer {
    let query = call.query(LIST)?;
    let mut blamed = Blamed::default();
    let mut page = UsersPage::new(call.id("org"), Scope::Everything, call.at);
    let sorting = Sorting::of(&query, &mut blamed);
    page.sort = sorting.by;
    page.direction = sorting.direction;
    page.filter.statuses = query.any("status", &mut blamed);
    page.filter.roles = query.any("role", &mut blamed);
    page.filter.entities = query.any("entity_id", &mut blamed);
    page.filter.entity_roles = query.any("entity_role", &mut blamed);
    if query.switch("without_entity", &mut blamed) {
        page.filter.holding = Holding::WithoutEntity;
    }
    page.search = query.search(&mut blamed);
    page.limit = query.limit(&mut blamed);
    page.total = query.total(&mut blamed);
    let page = query.turned(page, &blamed, UsersPage::after)?;

    let seat = app.seat_of(&call).await?;
    if !blamed.is_empty() {
        seat.may_read(Reading::Users).await?;
        blamed.settle()?;
    }
    if let Some(unchanged) = seat.unchanged(&call).await? {
        return Ok(unchanged);
    }
    let seen = app.store.users_page_for(seat.actor(), page).await;
    let seen = seen
        .or_problem()?
        .map_err(|rejection| seat.refused(&rejection, &Places::none()))?;
    let bytes = answer::written(&Listed::of(&seen.what, UserBody::from))?;
    let tag = seat.list_tag(&call, &seen.revision, seen.lasting);
    let tag = tag.unwrap_or_else(|| EntityTag::of(&bytes));
    Ok(answer::tagged_list(&call, bytes, &tag))
}

/// Get a user
///
/// Of the memberships those in entities that the asker sees. Rule: R-ORG-3.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/users/{user}", tag = "users", operation_id = "get_user",
    responses((status = 200, description = "The user", body = UserBody<'static>))
)]
pub(crate) async fn get_user(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let seat = app.seat_of(&call).await?;
    let bytes = current(&seat, call.id("user")).await?;
    let tag = EntityTag::of(&bytes);
    Ok(answer::tagged_read(&call, bytes, &tag))
}

/// Change a user's role or name
///
/// The role by who manages users; the name only of a user without an account, as people name
/// themselves. Rules: R-ORG-2, R-REM-3.
#[utoipa::path(
    patch, path = "/v1/organizations/{org}/users/{user}", tag = "users", operation_id = "update_user",
    request_body = UpdateUser,
    responses(
        (status = 200, description = "The user as they are now", body = UserBody<'static>),
        (status = 409, description = "`primary_admin_must_transfer`"),
    )
)]
pub(crate) async fn update_user(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<UpdateUser>()?;
    let user = call.id("user");
    let seat = app.seat_of(&call).await?;
    let stand_in = Command::UpdateUser {
        user,
        role: None,
        name: None,
    };
    let tags = call.if_match();
    if let Some(tags) = &tags {
        seat.may(stand_in.clone()).await?;
        must_match(tags, Some(&current(&seat, user).await?))?;
    }
    let body = seat.fields(&body, |_| stand_in).await?;
    let places = Places::none().with_role("/role").with_name("/name");
    let change = Change::new(Command::UpdateUser {
        user,
        role: body.role,
        name: body.name,
    });
    let at = seat.at();
    let change = change.pointing(places).if_match(tags, move |written| {
        let row = written.user(user, at)?;
        Ok(row.and_then(|row| answer::written(&UserBody::from(&row)).ok()))
    });
    seat.change_user(user, change).await
}

/// Deactivate a user
///
/// They keep role and memberships and can do nothing in the organization. Rule: R-DEA-1.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/users/{user}/deactivate", tag = "users",
    operation_id = "deactivate_user",
    responses(
        (status = 200, description = "The user as they are now", body = UserBody<'static>),
        (status = 409, description = "`user_not_active`, `primary_admin_must_transfer`"),
    )
)]
pub(crate) async fn deactivate_user(State(app): State<App>, call: Call) -> Answer {
    call.nothing()?;
    let repeat = call.repeat(&app)?;
    let user = call.id("user");
    let seat = app.seat_of(&call).await?;
    let change = Change::new(Command::DeactivateUser { user });
    seat.change_user(user, change.repeatable(repeat)).await
}

/// Reactivate a user
///
/// Gives back what was there. Rule: R-DEA-2.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/users/{user}/reactivate", tag = "users",
    operation_id = "reactivate_user",
    responses(
        (status = 200, description = "The user as they are now", body = UserBody<'static>),
        (status = 409, description = "`user_not_deactivated`"),
    )
)]
pub(crate) async fn reactivate_user(State(app): State<App>, call: Call) -> Answer {
    call.nothing()?;
    let repeat = call.repeat(&app)?;
    let user = call.id("user");
    let seat = app.seat_of(&call).await?;
    let change = Change::new(Command::ReactivateUser { user });
    seat.change_user(user, change.repeatable(repeat)).await
}

/// Get a user's removal plan
///
/// What removing them would take; its `ETag` is the quoted fingerprint. Rule: R-REM-2.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/users/{user}/removal-plan", tag = "users",
    operation_id = "get_removal_plan",
    responses(
        (status = 200, description = "The plan", body = RemovalPlanBody),
        (status = 409, description = "`primary_admin_must_transfer`"),
    )
)]
pub(crate) async fn get_removal_plan(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let user = call.id("user");
    let seat = app.seat_of(&call).await?;
    let plan = seat.removal_plan(user).await?;
    let tag = EntityTag::quoted(&plan.fingerprint().to_string());
    let bytes = answer::written(&RemovalPlanBody::from(&plan))?;
    Ok(answer::tagged_read(&call, bytes, &tag))
}

/// Remove a user from the organization
///
/// From all entities at once; by oneself: leave. With `If-Match` naming the removal plan's `ETag`
/// nothing is removed that was not shown. Rules: R-REM-1 to R-REM-4.
#[utoipa::path(
    delete, path = "/v1/organizations/{org}/users/{user}", tag = "users", operation_id = "remove_user",
    responses(
        (status = 200, description = "What the removal took", body = RemovedBody),
        (status = 409, description = "`primary_admin_must_transfer`"),
        (status = 412, description = "`removal_plan_changed`"),
    )
)]
pub(crate) async fn remove_user(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let user = call.id("user");
    let seat = app.seat_of(&call).await?;
    let command = Command::RemoveUser {
        user,
        fingerprint: seen_plan(call.if_match().as_ref()),
    };
    let (event, _) = seat.execute(command, &Places::none()).await?;
    let Some(Event::UserRemoved { plan, .. }) = event else {
        return Err(Problem::internal());
    };
    let removed = RemovalPlanBody::from(&plan);
    answer::json(StatusCode::OK, &RemovedBody { removed })
}

impl Seat {
    /// What removing the user would take.
    ///
    /// # Errors
    /// The rejection, or the fault of the database.
    pub async fn removal_plan(
        &self,
        user: UserId,
    ) -> Result<vestibule_domain::RemovalPlan, Problem> {
        let (actor, at) = (self.actor(), self.at());
        self.consult(move |directory| directory.removal_plan(&actor, user, at))
            .await
    }

    /// Carries out a change of a user and answers with them as they are then.
    async fn change_user(&self, user: UserId, change: Change) -> Answer {
        let at = self.at();
        self.change_and_read(change, move |_, written| {
            let row = written.user(user, at)?;
            let body = row.as_ref().map(UserBody::from);
            Ok(body.and_then(|body| answer::resource(StatusCode::OK, &body).ok()))
        })
        .await
    }
}

impl Sorting {
    /// The sorting that a query asks for; by name without one.
    pub(crate) fn of(query: &Query, blamed: &mut Blamed) -> Self {
        query.one("sort", blamed).unwrap_or(Self {
            by: UsersSort::Name,
            direction: Direction::Ascending,
        })
    }
}

impl FromStr for Sorting {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let (column, direction) = match text.strip_prefix('-') {
            Some(column) => (column, Direction::Descending),
            None => (text, Direction::Ascending),
        };
        let by = match column {
            "name" => UsersSort::Name,
            "email" => UsersSort::Email,
            "status" => UsersSort::Status,
            "joined_at" => UsersSort::JoinedAt,
            _ => {
                return Err(
                    "one of `name`, `email`, `status`, `joined_at`, with `-` before it for descending",
                );
            }
        };
        Ok(Self { by, direction })
    }
}

/// The user as the actor sees them now, written.
async fn current(seat: &Seat, user: UserId) -> Result<Vec<u8>, Problem> {
    let scope = seat.may_read(Reading::User(user)).await?;
    let row = seat
        .app()
        .store
        .user(seat.organization(), user, scope, seat.at())
        .await
        .or_problem()?;
    let gone = || seat.refused(&Rejection::UserNotInOrganization(user), &Places::none());
    answer::written(&UserBody::from(&row.ok_or_else(gone)?))
}

/// The fingerprint that was seen; a tag that is none names a plan that cannot be.
fn seen_plan(tags: Option<&Tags>) -> Option<Fingerprint> {
    match tags? {
        Tags::Any => None,
        tags @ Tags::These(_) => {
            let seen = tags.texts().find_map(|text| text.parse().ok());
            seen.or_else(|| "0".repeat(64).parse().ok())
        }
    }
}
