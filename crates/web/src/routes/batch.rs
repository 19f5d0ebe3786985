//! Many invitations in one request, as JSON or CSV (R-INV-8).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::http::StatusCode;
use vestibule_domain::{
    Command, Directory, EntityId, EntityRole, NameKey, Rejection, Request, Stop, Wanted,
};
use vestibule_storage::KeptAnswer;

use crate::answer::{self, Answer};
use crate::app::{App, fresh};
use crate::batch::csv_file::{self, CsvFile};
use crate::batch::{Batch, Person, Refusal};
use crate::body::{Presence, Unread, media_type};
use crate::call::{BatchCall, is_sent_as};
use crate::problem::{Code, Problem};
use crate::query::Parameters;
use crate::routes::invitations::stand_in;
use crate::seat::{Performed, Seat, Work};
use crate::wire::batch::BatchOutcomesBody;
use crate::wire::requests::InviteMany;
use crate::wire::texts::CsvText;

/// A body in one of its two forms, its form read.
enum Form {
    Json(Unread<InviteMany>),
    Csv(CsvFile),
}

/// Invite many users
///
/// Up to 10,000 rows, as JSON or as CSV with the columns `email`, `role` and, if wanted, `name`,
/// `entity` (id or name) and `entity_role`. Each row stands for itself and has an outcome; the
/// request can be sent again without inviting anyone twice. Rule: R-INV-8.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/invitations/batch", tag = "invitations", operation_id = "invite_many",
    request_body(content((InviteMany = "application/json"), (CsvText = "text/csv"))),
    responses((status = 200, description = "One outcome a row", body = BatchOutcomesBody))
)]
pub(crate) async fn invite_many(
    State(app): State<App>,
    BatchCall(call, _place): BatchCall,
) -> Answer {
    call.query(Parameters::NONE)?;
    let form = if is_sent_as(call.headers(), "text/csv") {
        if !media_type(call.headers()).is_some_and(|(_, is_utf8)| is_utf8) {
            return Err(Problem::new(
                Code::UnsupportedMediaType,
                "CSV must be sent in UTF-8",
            ));
        }
        Form::Csv(CsvFile::parse(&call.body)?)
    } else {
        Form::Json(Unread::parse(
            call.headers(),
            &call.body,
            Presence::Required,
        )?)
    };
    let repeat = call.repeat(&app)?;
    let seat = app.seat_of(&call).await?;
    seat.may(stand_in()).await?;

    let batch = match form {
        Form::Json(body) => batch_of(body.read()?),
        Form::Csv(file) => {
            let rows = file.rows()?;
            let entities = seat.entities_named(csv_file::entities_of(&rows)).await?;
            csv_file::joined(rows, &entities)
        }
    };
    if batch.people.is_empty() {
        return answer::json(StatusCode::OK, &batch.outcomes(&[]));
    }
    let work = Work {
        submissions: batch
            .people
            .iter()
            .map(|person| seat.submission(invite(person), None))
            .collect(),
        precondition: None,
        repeat,
    };
    let performed = seat
        .perform(work, move |written| {
            let body = batch.outcomes(written.outcomes);
            Ok(answer::plain(StatusCode::OK, &body).ok())
        })
        .await?;
    let kept: KeptAnswer = match performed {
        Performed::Before(kept) => kept,
        Performed::Now(done) => done.answer.ok_or_else(Problem::internal)?,
    };
    answer::give(kept)
}

/// The rows of a JSON batch: each is one person.
fn batch_of(body: InviteMany) -> Batch {
    let mut batch = Batch::default();
    for row in body.invitations {
        let outcome = match row {
            Err(problem) => Err(Refusal::from(&problem)),
            Ok(row) => {
                batch.people.push(Person {
                    user: fresh(),
                    invitation: fresh(),
                    email: row.email,
                    role: row.role,
                    name: row.name,
                    memberships: row
                        .memberships
                        .into_iter()
                        .map(|membership| (membership.entity_id, membership.role))
                        .collect(),
                });
                Ok(batch.people.len().saturating_sub(1))
            }
        };
        batch.rows.push(outcome);
    }
    batch
}

fn invite(person: &Person) -> Command {
    Command::InviteUser {
        user: person.user,
        invitation: person.invitation,
        email: person.email.clone(),
        role: person.role,
        name: person.name.clone(),
        memberships: person.memberships.clone(),
    }
}

impl Seat {
    /// The entities that were typed, by id or name, each as an invitation could name it or with
    /// the rules' reason why it could not.
    async fn entities_named(
        &self,
        typed: BTreeSet<String>,
    ) -> Result<BTreeMap<String, Result<EntityId, Rejection>>, Problem> {
        if typed.is_empty() {
            return Ok(BTreeMap::new());
        }
        let (actor, at) = (self.actor(), self.at());
        let is_loaded = AtomicBool::new(false);
        self.consult(move |directory| {
            if !is_loaded.swap(true, Ordering::Relaxed) {
                return Err(Stop::Missing(Box::new(all_of(&typed))));
            }
            let mut missing = Wanted::new();
            let mut found = BTreeMap::new();
            for text in &typed {
                let outcome = match entity_in(directory, text) {
                    None => Err(Rejection::EntityNotFound(EntityId::new(uuid::Uuid::nil()))),
                    Some(entity) => {
                        let request = Request {
                            actor,
                            command: stand_in_for(entity),
                            at,
                        };
                        match directory.decide(&request) {
                            Ok(_) => Ok(entity),
                            Err(Stop::Rejected(rejection)) => Err(rejection),
                            Err(Stop::Missing(wanted)) => {
                                missing.merge(*wanted);
                                continue;
                            }
                        }
                    }
                };
                found.insert(text.clone(), outcome);
            }
            if missing.is_empty() {
                Ok(found)
            } else {
                Err(Stop::Missing(Box::new(missing)))
            }
        })
        .await
    }
}

fn all_of(typed: &BTreeSet<String>) -> Wanted {
    typed.iter().fold(Wanted::new(), |wanted, text| {
        let wanted = wanted.name(NameKey::of(text));
        match text.parse() {
            Ok(id) => wanted.entity(id),
            Err(_) => wanted,
        }
    })
}

fn entity_in(directory: &Directory, text: &str) -> Option<EntityId> {
    let by_id = text.parse().ok().and_then(|id| directory.entity(id));
    by_id
        .or_else(|| directory.entity_by_name(&NameKey::of(text)))
        .map(|entity| entity.id)
}

fn stand_in_for(entity: EntityId) -> Command {
    let mut command = stand_in();
    if let Command::InviteUser { memberships, .. } = &mut command {
        memberships.insert(entity, EntityRole::Clerk);
    }
    command
}
