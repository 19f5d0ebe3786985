//! The entities of an organization (R-ENT).

use axum::extract::State;
use axum::http::StatusCode;
use vestibule_domain::{Command, EntityId, Name, Reading, Rejection, Scope};
use vestibule_storage::{EntitiesPage, Fault, Written};

use crate::answer::{self, Answer};
use crate::app::{App, fresh};
use crate::call::Call;
use crate::etag::EntityTag;
use crate::fault::OrProblem;
use crate::problem::{Places, Problem};
use crate::query::{Blamed, Parameters};
use crate::seat::{Change, Seat, must_match};
use crate::wire::Listed;
use crate::wire::entity::EntityBody;
use crate::wire::requests::{CreateEntity, Naming};

pub(crate) const LIST: Parameters = Parameters {
    single: &["limit", "cursor", "include_total", "q"],
    repeated: &["status"],
};

/// List entities
///
/// Who sees everything gets all of them; a `User` those they are a member of, archived ones aside.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/entities", tag = "entities", operation_id = "list_entities",
    params(
        crate::openapi::PageQuery,
        ("status" = Option<Vec<crate::wire::words::EntityStatusWord>>, Query, max_items = 100, description = "With any of these statuses"),
        crate::openapi::SearchQuery,
    ),
    responses((status = 200, description = "One page of entities, by name", body = Listed<EntityBody<'static>>))
)]
pub(crate) async fn list_entities(State(app): State<App>, call: Call) -> Answer {
    let query = call.query(LIST)?;
    let mut blamed = Blamed::default();
    let mut page = EntitiesPage::new(call.id("org"), Scope::Everything);
    page.statuses = query.any("status", &mut blamed);
    page.search = query.search(&mut blamed);
    page.limit = query.limit(&mut blamed);
    page.total = query.total(&mut blamed);
    let mut page = query.turned(page, &blamed, EntitiesPage::after)?;

    let seat = app.seat_of(&call).await?;
    page.scope = seat.may_read(Reading::Entities).await?;
    blamed.settle()?;
    let page = app.store.entities_page(page).await.or_problem()?;
    answer::listed(&call, &Listed::of(&page, EntityBody::from))
}

/// Create an entity
///
/// A company inside the organization, without members at first. Rules: R-ORG-3, R-ENT-7.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/entities", tag = "entities", operation_id = "create_entity",
    request_body = CreateEntity,
    responses(
        (status = 201, description = "The entity", body = EntityBody<'static>),
        (status = 409, description = "`entity_name_taken`"),
    )
)]
pub(crate) async fn create_entity(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<CreateEntity>()?;
    let repeat = call.repeat(&app)?;
    let seat = app.seat_of(&call).await?;
    let entity = fresh();
    let body = seat
        .fields(&body, |_| Command::CreateEntity {
            entity,
            name: stand_in_name(),
        })
        .await?;
    let change = Change::new(Command::CreateEntity {
        entity,
        name: body.name,
    })
    .pointing(Places::none().with_name("/name"))
    .repeatable(repeat);
    let organization = seat.organization();
    seat.change(change, move |_, directory| {
        let location = format!("/v1/organizations/{organization}/entities/{entity}");
        answer::made(location, &EntityBody::from(directory.entity(entity)?)).ok()
    })
    .await
}

/// Get an entity
///
/// With how many memberships it has, and whether it is without an Admin. Rule: R-ENT-8.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/entities/{entity}", tag = "entities", operation_id = "get_entity",
    responses((status = 200, description = "The entity", body = EntityBody<'static>))
)]
pub(crate) async fn get_entity(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let seat = app.seat_of(&call).await?;
    let bytes = current(&seat, call.id("entity")).await?;
    let tag = EntityTag::of(&bytes);
    Ok(answer::tagged_read(&call, bytes, &tag))
}

/// Rename an entity
///
/// Its name is unique among the entities of the organization, case aside. Rule: R-ENT-7.
#[utoipa::path(
    patch, path = "/v1/organizations/{org}/entities/{entity}", tag = "entities", operation_id = "rename_entity",
    request_body = Naming,
    responses(
        (status = 200, description = "The entity as it is now", body = EntityBody<'static>),
        (status = 409, description = "`entity_name_taken`"),
    )
)]
pub(crate) async fn rename_entity(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<Naming>()?;
    let entity = call.id("entity");
    let seat = app.seat_of(&call).await?;
    let stand_in = Command::RenameEntity {
        entity,
        name: stand_in_name(),
    };
    precondition(&call, &seat, entity, &stand_in).await?;
    let body = seat.fields(&body, |_| stand_in).await?;
    let command = Command::RenameEntity {
        entity,
        name: body.name,
    };
    let places = Places::none().with_name("/name");
    let change = Change::new(command)
        .pointing(places)
        .if_match(call.if_match(), move |written| {
            written_entity(written, entity)
        });
    seat.change_entity(entity, change).await
}

/// Delete an archived entity
///
/// Removes its memberships and nothing else. Rule: R-ENT-6.
#[utoipa::path(
    delete, path = "/v1/organizations/{org}/entities/{entity}", tag = "entities", operation_id = "delete_entity",
    responses(
        (status = 204, description = "It is gone"),
        (status = 409, description = "`entity_not_archived`"),
    )
)]
pub(crate) async fn delete_entity(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let entity = call.id("entity");
    let seat = app.seat_of(&call).await?;
    let command = Command::DeleteEntity { entity };
    precondition(&call, &seat, entity, &command).await?;
    let change = Change::new(command).if_match(call.if_match(), move |written| {
        written_entity(written, entity)
    });
    seat.carry_out(change).await?;
    Ok(answer::nothing())
}

/// Archive an entity
///
/// Nobody has access to it until it is unarchived. Rule: R-ENT-6.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/entities/{entity}/archive", tag = "entities", operation_id = "archive_entity",
    responses(
        (status = 200, description = "The entity as it is now", body = EntityBody<'static>),
        (status = 409, description = "`entity_archived`"),
    )
)]
pub(crate) async fn archive_entity(State(app): State<App>, call: Call) -> Answer {
    call.nothing()?;
    let repeat = call.repeat(&app)?;
    let entity = call.id("entity");
    let seat = app.seat_of(&call).await?;
    let change = Change::new(Command::ArchiveEntity { entity });
    seat.change_entity(entity, change.repeatable(repeat)).await
}

/// Unarchive an entity
///
/// Restores what was there. Rule: R-ENT-6.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/entities/{entity}/unarchive", tag = "entities", operation_id = "unarchive_entity",
    responses(
        (status = 200, description = "The entity as it is now", body = EntityBody<'static>),
        (status = 409, description = "`entity_not_archived`"),
    )
)]
pub(crate) async fn unarchive_entity(State(app): State<App>, call: Call) -> Answer {
    call.nothing()?;
    let repeat = call.repeat(&app)?;
    let entity = call.id("entity");
    let seat = app.seat_of(&call).await?;
    let change = Change::new(Command::UnarchiveEntity { entity });
    seat.change_entity(entity, change.repeatable(repeat)).await
}

impl Seat {
    /// Carries out a change of an entity and answers with it as it is then.
    async fn change_entity(&self, entity: EntityId, change: Change) -> Answer {
        self.change(change, move |_, directory| {
            answer::resource(StatusCode::OK, &EntityBody::from(directory.entity(entity)?)).ok()
        })
        .await
    }
}

/// Checks `If-Match` against the entity, once the actor may do what they ask for.
async fn precondition(
    call: &Call,
    seat: &Seat,
    entity: EntityId,
    command: &Command,
) -> Result<(), Problem> {
    let Some(tags) = call.if_match() else {
        return Ok(());
    };
    seat.may(command.clone()).await?;
    must_match(&tags, Some(&current(seat, entity).await?))
}

/// The entity as it is inside a transaction, written.
fn written_entity(written: &mut Written<'_>, entity: EntityId) -> Result<Option<Vec<u8>>, Fault> {
    let row = written.entity(entity)?;
    Ok(row.and_then(|row| answer::written(&EntityBody::from(&row)).ok()))
}

/// The entity as the actor sees it now, written.
async fn current(seat: &Seat, entity: EntityId) -> Result<Vec<u8>, Problem> {
    let scope = seat.may_read(Reading::Entity(entity)).await?;
    let row = seat
        .app()
        .store
        .entity(seat.organization(), entity, scope)
        .await
        .or_problem()?;
    let gone = || seat.refused(&Rejection::EntityNotFound(entity), &Places::none());
    answer::written(&EntityBody::from(&row.ok_or_else(gone)?))
}

/// A name that stands in for one that cannot be read, while it is asked whether it would matter.
pub(crate) fn stand_in_name() -> Name {
    #[expect(clippy::expect_used, reason = "a constant of one letter is a name")]
    Name::new("x").expect("one letter is a name")
}
