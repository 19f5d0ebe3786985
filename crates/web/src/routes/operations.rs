//! What the people who run the server ask: is it alive, can it answer, what does it offer.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{self, Answer};
use crate::app::App;
use crate::call::Bare;
use crate::fault::OrProblem;

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub(crate) struct HealthBody {
    /// `ok`.
    status: &'static str,
}

const OK: HealthBody = HealthBody { status: "ok" };

/// Whether the process is alive
#[utoipa::path(
    get, path = "/healthz", tag = "operations", operation_id = "healthz",
    responses((status = 200, description = "It is", body = HealthBody)),
    security(())
)]
pub(crate) async fn healthz(_: Bare) -> Answer {
    answer::json(StatusCode::OK, &OK)
}

/// Whether the server can answer: the database does
#[utoipa::path(
    get, path = "/readyz", tag = "operations", operation_id = "readyz",
    responses((status = 200, description = "It can", body = HealthBody)),
    security(())
)]
pub(crate) async fn readyz(State(app): State<App>, _: Bare) -> Answer {
    app.store.is_empty().await.or_problem()?;
    answer::json(StatusCode::OK, &OK)
}

/// The description of the API
pub(crate) fn openapi(document: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], document).into_response()
}
