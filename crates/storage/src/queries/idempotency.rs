//! Idempotency keys: who may answer a request, and the answer that is kept.

use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Nullable, Text};
use uuid::Uuid;
use vestibule_domain::{OrganizationId, Timestamp};

use super::{Conn, dialect};
use crate::column::{IdValue, MomentValue, id, moment};
use crate::idempotency::{Beginning, CLAIM_SECONDS};
use crate::schema::idempotency_keys as k;
use crate::sql_types::Moment;
use crate::statement::Statement;
use crate::{
    Fault, IDEMPOTENCY_LIFETIME_SECONDS, IdempotencyClaim, IdempotencyRequest, KeptAnswer,
};

#[derive(Debug, Queryable)]
struct Row {
    digest: Vec<u8>,
    claimed_until: Option<Timestamp>,
    status: Option<i32>,
    headers: Option<String>,
    body: Option<String>,
    expires_at: Timestamp,
}

type Columns = (
    Binary,
    Nullable<Moment>,
    Nullable<Integer>,
    Nullable<Text>,
    Nullable<Text>,
    Moment,
);

/// The row of a request's key.
macro_rules! row_of {
    ($request:expr) => {
        k::table
            .filter(k::organization_id.eq(organization($request)))
            .filter(k::actor.eq($request.actor.as_str()))
            .filter(k::key.eq($request.key.as_str()))
    };
}

/// The row while it is claimed by this claim and no other: the moment tells them apart.
macro_rules! row_claimed_by {
    ($claim:expr) => {
        row_of!(&$claim.request)
            .filter(k::claimed_until.eq(moment($claim.claimed_until)))
            .filter(k::request_digest.eq($claim.request.digest.as_slice()))
    };
}

/// Claims the key for this request, or says what is known of it.
pub(crate) fn begin(conn: &mut Conn, request: &IdempotencyRequest) -> Result<Beginning, Fault> {
    let claimed_until = request.at.plus_seconds(CLAIM_SECONDS);
    let claimed = diesel::insert_into(k::table)
        .values((
            k::organization_id.eq(organization(request)),
            k::actor.eq(request.actor.as_str()),
            k::key.eq(request.key.as_str()),
            k::request_digest.eq(request.digest.as_slice()),
            k::claimed_until.eq(moment(claimed_until)),
            k::created_at.eq(moment(request.at)),
            k::expires_at.eq(moment(
                request.at.plus_seconds(IDEMPOTENCY_LIFETIME_SECONDS),
            )),
        ))
        .on_conflict_do_nothing()
        .execute(conn)?;
    if claimed == 1 {
        return Ok(Beginning::Claimed(claimed_until));
    }
    // RACE: the row is locked where others write at the same time, so one of two that find an
    // abandoned claim takes it over, and the other finds it taken.
    let mut statement = Statement::<Columns>::new(
        "select request_digest, claimed_until, answer_status, answer_headers, answer_body, \
         expires_at from idempotency_keys where organization_id = ",
    );
    statement
        .id(organization_id(request))
        .text(" and actor = ")
        .word(request.actor.as_str())
        .text(" and key = ")
        .word(request.key.as_str())
        .text(dialect::FOR_UPDATE);
    let row: Option<Row> = statement.get_result(conn).optional()?;
    let Some(row) = row else {
        return Ok(Beginning::InUse);
    };
    if row.expires_at <= request.at {
        return take_over(conn, request, claimed_until);
    }
    if row.digest != request.digest {
        return Ok(Beginning::Reused);
    }
    match (row.status, row.claimed_until) {
        (Some(status), _) => Ok(Beginning::Answered(answer(
            status,
            row.headers.as_deref(),
            row.body,
        )?)),
        (None, Some(until)) if until > request.at => Ok(Beginning::InUse),
        (None, _) => take_over(conn, request, claimed_until),
    }
}

/// Keeps the answer, in the transaction of the change; a claim that was lost is a conflict.
pub(crate) fn complete(
    conn: &mut Conn,
    claim: &IdempotencyClaim,
    answer: &KeptAnswer,
) -> Result<(), Fault> {
    let headers = serde_json::to_string(&answer.headers)
        .map_err(|error| Fault::internal("an answer cannot be kept").because(error))?;
    let kept = diesel::update(row_claimed_by!(claim))
        .set((
            k::claimed_until.eq(None::<MomentValue>),
            k::answer_status.eq(Some(i32::from(answer.status))),
            k::answer_headers.eq(Some(headers)),
            k::answer_body.eq(answer.body.as_deref()),
        ))
        .execute(conn)?;
    if kept == 1 {
        return Ok(());
    }
    Err(Fault::unavailable(
        "the request took so long that another took its idempotency key over",
    ))
}

/// Gives the claim back.
pub(crate) fn release(conn: &mut Conn, claim: &IdempotencyClaim) -> Result<(), Fault> {
    diesel::delete(row_claimed_by!(claim)).execute(conn)?;
    Ok(())
}

/// Deletes the answers that are kept for an organization: they can name anybody in it.
pub(crate) fn forget(conn: &mut Conn, organization: OrganizationId) -> Result<(), Fault> {
    // A claim stays: the request that holds it is not answered yet, and may be this one.
    diesel::delete(
        k::table
            .filter(k::organization_id.eq(id(organization)))
            .filter(k::answer_status.is_not_null()),
    )
    .execute(conn)?;
    Ok(())
}

/// Deletes the answers that have been kept long enough.
pub(crate) fn purge(conn: &mut Conn, at: Timestamp) -> Result<(), Fault> {
    diesel::delete(k::table.filter(k::expires_at.le(moment(at)))).execute(conn)?;
    Ok(())
}

fn take_over(
    conn: &mut Conn,
    request: &IdempotencyRequest,
    claimed_until: Timestamp,
) -> Result<Beginning, Fault> {
    diesel::update(row_of!(request))
        .set((
            k::request_digest.eq(request.digest.as_slice()),
            k::claimed_until.eq(Some(moment(claimed_until))),
            k::answer_status.eq(None::<i32>),
            k::answer_headers.eq(None::<String>),
            k::answer_body.eq(None::<String>),
            k::created_at.eq(moment(request.at)),
            k::expires_at.eq(moment(
                request.at.plus_seconds(IDEMPOTENCY_LIFETIME_SECONDS),
            )),
        ))
        .execute(conn)?;
    Ok(Beginning::Claimed(claimed_until))
}

fn organization(request: &IdempotencyRequest) -> IdValue {
    id(organization_id(request))
}

/// The organization, or all zeros where the request makes one.
fn organization_id(request: &IdempotencyRequest) -> Uuid {
    request
        .organization
        .map_or(Uuid::nil(), OrganizationId::uuid)
}

fn answer(status: i32, headers: Option<&str>, body: Option<String>) -> Result<KeptAnswer, Fault> {
    let headers = headers
        .map(serde_json::from_str)
        .transpose()
        .map_err(|error| Fault::corrupt("a kept answer cannot be read").because(error))?;
    Ok(KeptAnswer {
        status: u16::try_from(status)
            .map_err(|_| Fault::corrupt("a kept answer has an impossible status"))?,
        headers: headers.unwrap_or_default(),
        body,
    })
}
