//! All routes together, with the frame around them.

use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{any, get};
use axum::{Extension, Router};
use serde_json::Value;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::may_be_compressed;
use crate::app::{App, MetricsPlace};
use crate::frame::{frame, method_not_allowed, nothing_here, panicked, weaken_compressed};
use crate::openapi;
use crate::problem::{problem_index, problem_page};
use crate::routes::operations::Document;
use crate::routes::{
    api_keys, audit_events, batch, checks, entities, invitation_links, invitations, me, members,
    operations, organizations, password_resets, sessions, users,
};

/// The API, for a server without pages.
pub fn router(app: App) -> Router {
    framed(app.clone(), api(&app).fallback(nothing_here))
}

/// The API with pages beside it, which are asked for every path that is not the API's.
///
/// `pages` answers what it does not know by itself; the frame is around it as around the API.
pub fn router_with_pages(app: App, pages: Router) -> Router {
    framed(app.clone(), api(&app).fallback_service(pages))
}

/// `/metrics` alone, for a port of its own.
pub fn metrics_router(app: App) -> Router {
    let router = Router::new().route("/metrics", get(operations::metrics));
    framed(app, router.fallback(nothing_here))
}

/// The OpenAPI 3.1 document, for a server that is reached at that URL.
#[must_use]
pub fn openapi_document(public_url: &str) -> Value {
    let (_, document) = documented(MetricsPlace::Here).split_for_parts();
    openapi::completed(document, public_url)
}

fn api(app: &App) -> Router<App> {
    let (router, document) = documented(app.metrics_place).split_for_parts();
    let document = openapi::completed(document, app.public_url.as_str());
    let router = router
        .layer(Extension(Document(document.to_string().into())))
        .route("/problems", get(problem_index))
        .route("/problems/{code}", get(problem_page))
        // Everything under `/v1` is the API's, so that a page never answers a misspelled call.
        .route("/v1", any(nothing_here))
        .route("/v1/{*rest}", any(nothing_here));
    router.method_not_allowed_fallback(method_not_allowed)
}

/// What the library would compress by itself, except what must stay as it is.
fn compressible() -> impl Predicate {
    let as_it_is = |_: StatusCode, _: Version, headers: &HeaderMap, extensions: &Extensions| {
        may_be_compressed(headers, extensions)
    };
    DefaultPredicate::new().and(as_it_is)
}

fn framed(app: App, router: Router<App>) -> Router {
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), frame))
        .layer(CompressionLayer::new().compress_when(compressible()))
        .layer(map_response(weaken_compressed))
        .with_state(app)
}

/// Every documented route; an operation without its annotation is not a route at all.
fn documented(metrics_place: MetricsPlace) -> OpenApiRouter<App> {
    let router = OpenApiRouter::with_openapi(openapi::base())
        .routes(routes!(sessions::sign_in, sessions::list_sessions))
        .routes(routes!(sessions::sign_out))
        .routes(routes!(sessions::end_session))
        .routes(routes!(me::get_me, me::rename_me, me::delete_me))
        .routes(routes!(me::change_password))
        .routes(routes!(password_resets::ask_for_reset))
        .routes(routes!(password_resets::use_reset))
        .routes(routes!(organizations::create_organization))
        .routes(routes!(
            organizations::get_organization,
            organizations::update_organization
        ))
        .routes(routes!(organizations::transfer_ownership))
        .routes(routes!(users::list_users))
        .routes(routes!(
            users::get_user,
            users::update_user,
            users::remove_user
        ))
        .routes(routes!(users::deactivate_user))
        .routes(routes!(users::reactivate_user))
        .routes(routes!(users::get_removal_plan))
        .routes(routes!(
            invitations::list_invitations,
            invitations::invite_user
        ))
        .routes(routes!(batch::invite_many))
        .routes(routes!(
            invitations::get_invitation,
            invitations::revoke_invitation
        ))
        .routes(routes!(invitations::resend_invitation))
        .routes(routes!(invitation_links::open_invitation))
        .routes(routes!(invitation_links::accept_invitation))
        .routes(routes!(invitation_links::decline_invitation))
        .routes(routes!(entities::list_entities, entities::create_entity))
        .routes(routes!(
            entities::get_entity,
            entities::rename_entity,
            entities::delete_entity
        ))
        .routes(routes!(entities::archive_entity))
        .routes(routes!(entities::unarchive_entity))
        .routes(routes!(members::list_members))
        .routes(routes!(members::set_member, members::remove_member))
        .routes(routes!(members::list_candidates))
        .routes(routes!(checks::check_permissions))
        .routes(routes!(audit_events::list_audit_events))
        .routes(routes!(audit_events::verify_audit_events))
        .routes(routes!(audit_events::erase_person))
        .routes(routes!(api_keys::list_api_keys, api_keys::create_api_key))
        .routes(routes!(api_keys::end_api_key))
        .routes(routes!(operations::healthz))
        .routes(routes!(operations::readyz))
        .routes(routes!(operations::openapi));
    match metrics_place {
        MetricsPlace::Here => router.routes(routes!(operations::metrics)),
        MetricsPlace::Elsewhere => router,
    }
}
