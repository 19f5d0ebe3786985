//! The record: its events, whether it is whole, and erasing a person from it (R-AUD).

use std::str::FromStr;

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use vestibule_domain::{Command, Reading, Timestamp};
use vestibule_storage::{AuditHead, AuditPage};

use crate::answer::{self, Answer};
use crate::app::App;
use crate::call::Call;
use crate::fault::OrProblem;
use crate::problem::{Code, Places, Problem};
use crate::query::{Blamed, Parameters, Whole};
use crate::seat::Change;
use crate::wire::Listed;
use crate::wire::audit::{
    AuditEventBody, AuditHeadBody, AuditVerificationBody, ErasureBody, hexadecimal,
};
use crate::wire::requests::NamedUser;

/// The most characters of an action's name; there is none as long.
const ACTION_CHARACTERS_MAX: usize = 50;

pub(crate) const LIST: Parameters = Parameters {
    single: &["after", "limit", "since", "until"],
    repeated: &["actor_id", "target_id", "action"],
};

pub(crate) const VERIFY: Parameters = Parameters {
    single: &["seq", "hash"],
    repeated: &[],
};

/// List audit events
///
/// Ascending by number, paged by `after`; `next_cursor` is always `null`.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/audit-events", tag = "audit events", operation_id = "list_audit_events",
    params(
        ("after" = Option<u64>, Query, maximum = 9_007_199_254_740_991_u64, description = "Events with a higher number than this"),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 200, description = "How many at most; 50 without it"),
        ("actor_id" = Option<Vec<uuid::Uuid>>, Query, max_items = 100, description = "Asked for by any of these users or keys"),
        ("target_id" = Option<Vec<uuid::Uuid>>, Query, max_items = 100, description = "Done to any of these"),
        ("action" = Option<Vec<crate::wire::texts::ActionText>>, Query, max_items = 100, description = "Any of these actions"),
        ("since" = Option<String>, Query, format = DateTime, description = "At this moment or later"),
        ("until" = Option<String>, Query, format = DateTime, description = "Before this moment"),
    ),
    responses((status = 200, description = "One page of events", body = Listed<AuditEventBody<'static>>))
)]
pub(crate) async fn list_audit_events(State(app): State<App>, call: Call) -> Answer {
    let query = call.query(LIST)?;
    let mut blamed = Blamed::default();
    let mut page = AuditPage::new(call.id("org"));
    page.after = query.one("after", &mut blamed).map(|Whole(number)| number);
    page.limit = query.limit(&mut blamed);
    page.filter.actors = query
        .any::<Id, Vec<_>>("actor_id", &mut blamed)
        .into_iter()
        .map(|id| id.0)
        .collect();
    page.filter.targets = query
        .any::<Id, Vec<_>>("target_id", &mut blamed)
        .into_iter()
        .map(|id| id.0)
        .collect();
    page.filter.actions = query
        .any::<Action, Vec<_>>("action", &mut blamed)
        .into_iter()
        .map(|action| action.0)
        .collect();
    page.filter.since = query
        .one("since", &mut blamed)
        .map(|moment: Moment| moment.0);
    page.filter.until = query
        .one("until", &mut blamed)
        .map(|moment: Moment| moment.0);

    let seat = app.seat_of(&call).await?;
    seat.may_read(Reading::AuditEvents).await?;
    blamed.settle()?;
    let rows = app.store.audit_page(page).await.or_problem()?;
    answer::listed(
        &call,
        &Listed {
            items: rows.iter().map(AuditEventBody::from).collect(),
            next_cursor: None,
            total: None,
        },
    )
}

/// Verify the record
///
/// Finds any change, gap or reordering; given an earlier number and hash that were kept elsewhere,
/// a cut or rewritten record too. Rule: R-AUD-2.
#[utoipa::path(
    get, path = "/v1/organizations/{org}/audit-events/verify", tag = "audit events", operation_id = "verify_audit_events",
    params(
        ("seq" = Option<u64>, Query, maximum = 9_007_199_254_740_991_u64, description = "The number of an event that was kept elsewhere; goes with `hash`"),
        ("hash" = Option<String>, Query, pattern = "^[0-9A-Fa-f]{64}$", description = "The hash of that event, 64 hexadecimal digits; goes with `seq`"),
    ),
    responses(
        (status = 200, description = "What was found", body = AuditVerificationBody),
        (status = 409, description = "`audit_head_incomplete`"),
    )
)]
pub(crate) async fn verify_audit_events(State(app): State<App>, call: Call) -> Answer {
    let query = call.query(VERIFY)?;
    let mut blamed = Blamed::default();
    let seq: Option<Whole> = query.one("seq", &mut blamed);
    let hash: Option<Hash> = query.one("hash", &mut blamed);
    let seat = app.seat_of(&call).await?;
    seat.may_read(Reading::AuditEvents).await?;
    blamed.settle()?;
    let known = match (seq, hash) {
        (Some(Whole(seq)), Some(Hash(hash))) => Some(AuditHead { seq, hash }),
        (None, None) => None,
        (Some(_), None) => return Err(half_of_a_head("hash", "seq")),
        (None, Some(_)) => return Err(half_of_a_head("seq", "hash")),
    };
    let found = app
        .store
        .verify_audit(seat.organization(), known)
        .await
        .or_problem()?
        .ok_or_else(Problem::not_found)?;
    answer::json(
        StatusCode::OK,
        &AuditVerificationBody {
            ok: found.is_ok(),
            events: found.events,
            head: AuditHeadBody {
                seq: found.head.seq,
                hash: hexadecimal(&found.head.hash),
            },
            first_bad_seq: found.first_bad_seq,
        },
    )
}

/// Erase a person from the record
///
/// Email, name and addresses of a removed user, without breaking the chain. Rule: R-AUD-3.
#[utoipa::path(
    post, path = "/v1/organizations/{org}/audit-events/erasures", tag = "audit events", operation_id = "erase_person",
    request_body = NamedUser,
    responses(
        (status = 200, description = "They are erased", body = ErasureBody),
        (status = 409, description = "`user_still_in_organization`"),
    )
)]
pub(crate) async fn erase_person(State(app): State<App>, call: Call) -> Answer {
    let body = call.json::<NamedUser>()?;
    let repeat = call.repeat(&app)?;
    let seat = app.seat_of(&call).await?;
    let body = seat
        .fields_of_body_user(&body, |user| Command::ErasePerson { user })
        .await?;
    let user = body.user_id;
    let change = Change::new(Command::ErasePerson { user })
        .pointing(Places::none().with_user(user, "/user_id"))
        .repeatable(repeat);
    let body = ErasureBody {
        user_id: user.uuid(),
    };
    seat.change(change, move |_, _| {
        answer::plain(StatusCode::OK, &body).ok()
    })
    .await
}

fn half_of_a_head(missing: &str, given: &str) -> Problem {
    let detail = format!("`{missing}` is missing beside `{given}`");
    Problem::new(Code::AuditHeadIncomplete, detail).at(format!("?{missing}"))
}

/// Any id of a query, whatever it names.
struct Id(uuid::Uuid);

/// The name of an action, whether there is one of that name or not.
struct Action(String);

/// A moment of a query.
struct Moment(Timestamp);

/// A hash of a query.
struct Hash([u8; 32]);

impl FromStr for Id {
    type Err = vestibule_domain::InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<vestibule_domain::UserId>()
            .map(|id| Self(id.uuid()))
    }
}

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        DateTime::parse_from_rfc3339(text)
            .map(|moment| Self(Timestamp::nearest(moment.with_timezone(&Utc))))
            .map_err(|_| "a time as in RFC 3339, like `2026-01-31T12:00:00Z`")
    }
}

impl FromStr for Action {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let is_word = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        };
        let is_action = text.len() <= ACTION_CHARACTERS_MAX
            && text
                .split_once('.')
                .is_some_and(|(thing, done)| is_word(thing) && is_word(done));
        if !is_action {
            return Err("an action, like `user.removed`");
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Hash {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        const WRONG: &str = "64 hexadecimal digits";
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(WRONG);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = std::str::from_utf8(pair)
                .ok()
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
                .ok_or(WRONG)?;
        }
        Ok(Self(bytes))
    }
}
