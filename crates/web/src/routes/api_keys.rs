//! API keys: made by people for programs, shown once (R-KEY).

use axum::extract::State;
use axum::http::StatusCode;
use uuid::Uuid;
use vestibule_domain::{ApiKeyId, Command, Event, KeyRole, Reading, Scope, UserId};
use vestibule_storage::{ApiKeysPage, KeptAnswer, KeysOf};

use crate::answer::{self, Answer};
use crate::app::{App, fresh};
use crate::call::Call;
use crate::fault::OrProblem;
use crate::problem::{Code, Places, Problem};
use crate::query::{Blamed, Parameters};
use crate::routes::entities::stand_in_name;
use crate::seat::{Change, Performed, Work, must_match};
use crate::secret::{Secret, SecretKind};
use crate::wire::Listed;
use crate::wire::api_key::{ApiKeyBody, NewApiKeyBody};
use crate::wire::requests::CreateApiKey;

pub(crate) const LIST: Parameters = Parameters {
    single: &["limit", "cursor", "include_total"],
    repeated: &[],
};

/// List API keys
///
/// An Admin their own, the Primary Admin and the operator every key; latest first.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/api-keys", tag = "api keys", operation_id = "list_api_keys",
    params(crate::openapi::PageQuery),
    responses((status = 200, description = "One page of keys", body = Listed<ApiKeyBody<'static>>))
)]
pub(crate) async fn list_api_keys(State(app): State<App>, call: Call) -> Answer {
    let query = call.query(LIST)?;
    let mut blamed = Blamed::default();
    let seat = app.seat_of(&call).await?;
    let of = match seat.may_read(Reading::ApiKeys).await? {
        Scope::Everything => KeysOf::Everyone,
        Scope::Sight(sight) => KeysOf::Maker(sight.user),
    };
    let mut page = ApiKeysPage::new(seat.organization(), of);
    page.limit = query.limit(&mut blamed);
    page.total = query.total(&mut blamed);
    let page = query.turned(page, &blamed, ApiKeysPage::after)?;
    blamed.settle()?;
    let page = app.store.api_keys_page(page).await.or_problem()?;
    answer::listed(&call, &Listed::of(&page, ApiKeyBody::from))
}

/// Create an API key
///
/// Its secret is in this answer and nowhere else. Needs a sign-in not older than 15 minutes.
/// Rules: R-KEY-1, R-KEY-2, R-SES-4.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/api-keys", tag = "api keys", operation_id = "create_api_key",
    request_body = CreateApiKey,
    responses(
        (status = 201, description = "The key with its secret", body = NewApiKeyBody<'static>),
        (status = 409, description = "`secret_already_shown`, `expiry_not_in_future`"),
    )
)]
pub(crate) async fn create_api_key(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<CreateApiKey>()?;
    let repeat = call.repeat(&app)?;
    let seat = app.seat_of(&call).await?;
    let secret = Secret::random(SecretKind::ApiKey)?;
    let key = fresh();
    let digest = secret.digest();
    let body = seat
        .fields(&body, |body| Command::CreateApiKey {
            key,
            name: stand_in_name(),
            role: body.peek("role").unwrap_or(KeyRole::Auditor),
            expires_at: None,
            digest,
        })
        .await?;
    let command = Command::CreateApiKey {
        key,
        name: body.name,
        role: body.role,
        expires_at: body.expires_at,
        digest,
    };
    let work = Work {
        submissions: vec![seat.submission(command, None)],
        precondition: None,
        repeat,
    };
    // That a key was made is kept, its secret is not: the same request again is told so.
    let performed = seat
        .perform(work, |written| {
            Ok(
                matches!(written.outcomes.first(), Some(Ok(_))).then(|| KeptAnswer {
                    status: StatusCode::CREATED.as_u16(),
                    headers: Vec::new(),
                    body: None,
                }),
            )
        })
        .await?;
    let done = match performed {
        Performed::Before(kept) => return answer::give(kept),
        Performed::Now(done) => done,
    };
    match done.outcomes.into_iter().next() {
        Some(Ok(Some(Event::ApiKeyCreated { key }))) => answer::json(
            StatusCode::CREATED,
            &NewApiKeyBody {
                key: (&key).into(),
                secret: secret.reveal(),
            },
        ),
        Some(Err(rejection)) => {
            let places = Places::none().with_role("/role").with_expiry("/expires_at");
            Err(seat.refused(&rejection, &places))
        }
        Some(Ok(_)) | None => Err(Problem::internal()),
    }
}

/// End an API key
///
/// An Admin their own, the Primary Admin and the operator every key. Rule: R-KEY-3.
#[utoipa::path(
    delete, path = "/v1/organizations/{org}/api-keys/{key}", tag = "api keys", operation_id = "end_api_key",
    responses((status = 204, description = "It is refused from now on"))
)]
pub(crate) async fn end_api_key(State(app): State<App>, call: Call) -> Answer {
    call.query(Parameters::NONE)?;
    let key: ApiKeyId = call.id("key");
    let seat = app.seat_of(&call).await?;
    let row = app
        .store
        .api_key(seat.organization(), key)
        .await
        .or_problem()?;
    let maker = row
        .as_ref()
        .map_or_else(|| UserId::new(Uuid::nil()), |row| row.maker);
    let command = Command::EndApiKey { key, maker };
    let tags = call.if_match();
    if let Some(tags) = &tags {
        seat.may(command.clone()).await?;
        let row = row.ok_or_else(|| Problem::new(Code::NotFound, "there is no such API key"))?;
        must_match(tags, Some(&answer::written(&ApiKeyBody::from(&row))?))?;
    }
    let change = Change::new(command).if_match(tags, move |written| {
        let row = written.api_key(key)?;
        Ok(row.and_then(|row| answer::written(&ApiKeyBody::from(&row)).ok()))
    });
    seat.carry_out(change).await?;
    Ok(answer::nothing())
}
