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
use crate::metrics::OPEN_METRICS;
use crate::problem::Problem;

/// How the server is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Health)]
pub(crate) struct HealthBody {
    /// `ok`.
    #[schema(pattern = "^ok$")]
    status: &'static str,
}

const OK: HealthBody = HealthBody { status: "ok" };

/// An OpenAPI 3.1 document.
#[derive(ToSchema)]
#[schema(as = OpenApiDocument, value_type = Object)]
#[expect(dead_code, reason = "only describes the answer")]
struct DocumentBody(serde_json::Value);

/// The document of the API, written once.
#[derive(Clone, Debug)]
pub(crate) struct Document(pub(crate) std::sync::Arc<str>);

/// Ask whether the process is alive
///
/// Looks at nothing; for whatever starts the process anew when it hangs.
#[utoipa::path(
    get, path = "/healthz", tag = "operations", operation_id = "get_health",
    responses((status = 200, description = "It is alive", body = HealthBody)),
    security(())
)]
pub(crate) async fn healthz(_: Bare) -> Answer {
    answer::json(StatusCode::OK, &OK)
}

/// Ask whether the server can answer
///
/// It can when its database does; for whatever sends requests to several servers.
#[utoipa::path(
    get, path = "/readyz", tag = "operations", operation_id = "get_readiness",
    responses((status = 200, description = "It can answer", body = HealthBody)),
    security(())
)]
pub(crate) async fn readyz(State(app): State<App>, _: Bare) -> Answer {
    app.store.is_empty().await.or_problem()?;
    answer::json(StatusCode::OK, &OK)
}

/// Get the metrics
///
/// In the text form of OpenMetrics. On a port of its own where the server is configured so.
#[utoipa::path(
    get, path = "/metrics", tag = "operations", operation_id = "get_metrics",
    responses((status = 200, description = "The metrics", body = String, content_type = "application/openmetrics-text")),
    security(())
)]
pub(crate) async fn metrics(State(app): State<App>, _: Bare) -> Answer {
    let text = app.metrics.text().map_err(|_| Problem::internal())?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}

/// Get the OpenAPI document
///
/// This document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "operations", operation_id = "get_openapi_document",
    responses((status = 200, description = "The document", body = DocumentBody)),
    security(())
)]
pub(crate) async fn openapi(
    axum::Extension(Document(text)): axum::Extension<Document>,
    _: Bare,
) -> Answer {
    let response: Response =
        ([(CONTENT_TYPE, "application/json")], text.to_string()).into_response();
    Ok(response)
}
