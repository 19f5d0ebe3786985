//! Permission checks: may this person do this here?

use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use vestibule_domain::{Decision, Directory, Reading, Stop, UserId, Wanted};

use crate::answer::{self, Answer};
use crate::app::App;
use crate::call::Call;
use crate::wire::check::{CheckResultBody, CheckResultsBody};
use crate::wire::requests::{Check, Checks};

/// Check permissions
///
/// Answered in order. What is unknown is denied. Whoever sees everything checks anybody, a `User`
/// only themself.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/checks", tag = "checks", operation_id = "check_permissions",
    request_body = Checks,
    responses((status = 200, description = "One result a check", body = CheckResultsBody))
)]
pub(crate) async fn check_permissions(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<Checks>()?;
    call.idempotency_key()?;
    let seat = app.seat_of(&call).await?;
    let checks = match body.read() {
        Ok(body) => body.checks,
        Err(problem) => {
            seat.may_read(Reading::Checks(BTreeSet::new())).await?;
            return Err(problem);
        }
    };
    let people: BTreeSet<UserId> = checks.iter().map(|check| check.user_id).collect();
    let (actor, at) = (seat.actor(), seat.at());
    let decisions: Vec<Decision> = seat
        .consult(move |directory| {
            directory.may_read(&actor, &Reading::Checks(people.clone()), at)?;
            decide_all(directory, &checks)
        })
        .await?;
    let results = decisions.into_iter().map(CheckResultBody::from).collect();
    answer::json(StatusCode::OK, &CheckResultsBody { results })
}

/// All decisions, or all that is missing for them, so that it is loaded at once.
fn decide_all(directory: &Directory, checks: &[Check]) -> Result<Vec<Decision>, Stop> {
    let mut missing = Wanted::new();
    let mut decisions = Vec::with_capacity(checks.len());
    for check in checks {
        match directory.check(check.user_id, &check.permission, check.entity_id) {
            Ok(decision) => decisions.push(decision),
            Err(Stop::Missing(wanted)) => missing.merge(*wanted),
            Err(rejected @ Stop::Rejected(_)) => return Err(rejected),
        }
    }
    if missing.is_empty() {
        Ok(decisions)
    } else {
        Err(Stop::Missing(Box::new(missing)))
    }
}
