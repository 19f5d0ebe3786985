//! The addresses of the console, and what stands at each.

use axum::{
    Router,
    extract::Path,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{get, post},
};

use vestibule_web::App;

use crate::{
    Console, assets,
    mailbox::LocalMailbox,
    pages::{
        accept, account, docs, entities, entity, general, invite, mailbox, member, organizations,
        password, removal, setup, sign_in, transfer, user, users,
    },
    respond,
};

/// The pages, to stand beside the API as [`vestibule_web::router_with_pages`] puts them.
///
/// With a mailbox the mails are shown on loopback at `/mailbox`; without, nothing is there.
pub fn router(app: App, mailbox: Option<LocalMailbox>) -> Router {
    let console = Console {
        api: vestibule_web::router(app.clone()),
        app,
        mailbox,
        docs: docs::Docs::default(),
    };
    Router::new()
        .route("/", get(organizations::start))
        .route("/docs", get(docs::show))
        .route("/assets/{edition}/{name}", get(asset))
        .route("/set-up/{secret}", get(setup::show).post(setup::set_up))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route(
            "/confirm-password",
            get(sign_in::ask_again).post(sign_in::confirm),
        )
        .route(
            "/forgot-password",
            get(password::forgot).post(password::send_link),
        )
        .route("/forgot-password/sent", get(password::link_sent))
        .route(
            "/password-resets/{token}",
            get(password::choose).post(password::reset),
        )
        .route("/invitations/declined", get(accept::declined))
        .route("/invitations/{token}", get(accept::show))
        .route(
            "/invitations/{token}/accept",
            get(accept::show).post(accept::accept),
        )
        .route(
            "/invitations/{token}/decline",
            get(accept::show).post(accept::decline),
        )
        .route("/organizations", get(organizations::show))
        .nest("/organizations/{organization}", organization())
        .nest("/account", own_account())
        .route("/mailbox", get(mailbox::show))
        .route("/mailbox/{mail}", get(mailbox::show_mail))
        .route("/mailbox/{mail}/html", get(mailbox::show_html))
        .fallback(respond::nothing_here)
        .method_not_allowed_fallback(respond::method_not_allowed)
        .layer(from_fn_with_state(console.clone(), respond::guard))
        .with_state(console)
}

fn organization() -> Router<Console> {
    Router::new()
        .route("/", get(organizations::enter))
        .route("/settings", get(general::show))
        .route("/settings/name", get(general::show).post(general::rename))
        .route(
            "/settings/rules",
            get(general::show).post(general::change_rules),
        )
        .route(
            "/settings/transfer",
            get(transfer::show).post(transfer::transfer),
        )
        .route("/users", get(users::show))
        .route("/users/invite", get(invite::show).post(invite::invite))
        .nest("/users/{user}", one_user())
        .route("/entities", get(entities::show).post(entities::create))
        .nest("/entities/{entity}", one_entity())
}

/// Every address that a form posts to can be opened too: after a refusal, people reload.
fn one_user() -> Router<Console> {
    Router::new()
        .route("/", get(user::show))
        .route("/role", get(user::show).post(user::change_role))
        .route("/name", get(user::show).post(user::rename))
        .route("/deactivate", get(user::show).post(user::deactivate))
        .route("/reactivate", get(user::show).post(user::reactivate))
        .route("/resend", get(user::show).post(user::resend))
        .route("/revoke", get(user::show_revoke).post(user::revoke))
        .route("/remove", get(removal::show).post(removal::remove))
        .route(
            "/entities",
            get(invite::show_entities).post(invite::add_to_entities),
        )
}

fn one_entity() -> Router<Console> {
    Router::new()
        .route("/", get(entity::show))
        .route("/add", get(entity::show_add).post(entity::add))
        .route("/settings", get(entity::show_settings))
        .route("/name", get(entity::show_settings).post(entity::rename))
        .route("/archive", get(entity::show_settings).post(entity::archive))
        .route(
            "/unarchive",
            get(entity::show_settings).post(entity::unarchive),
        )
        .route("/delete", get(entity::show_delete).post(entity::delete))
        .route(
            "/members/{user}",
            get(member::show).post(member::change_role),
        )
        .route(
            "/members/{user}/remove",
            get(member::show_removal).post(member::remove),
        )
}

fn own_account() -> Router<Console> {
    Router::new()
        .route("/", get(account::show))
        .route("/name", get(account::show).post(account::rename))
        .route(
            "/password",
            get(account::show).post(account::change_password),
        )
        .route(
            "/sessions/{session}/end",
            get(account::show).post(account::end_session),
        )
        .route("/delete", get(account::show_delete).post(account::delete))
}

/// Sends an asset: for good under the edition it belongs to, for now under any other.
///
/// While servers of two editions run side by side, either may be asked for the other's.
async fn asset(Path((edition, name)): Path<(String, String)>) -> Response {
    let Some(asset) = assets::named(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kept = if edition == assets::edition() {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(asset.media_type)),
        (CACHE_CONTROL, HeaderValue::from_static(kept)),
    ];
    (headers, asset.body).into_response()
}
