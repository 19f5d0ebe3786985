//! The record as it is read: pages of it and its end.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable, Text};
use serde_json::Value;
use uuid::Uuid;
use vestibule_domain::{OrganizationId, Timestamp};

use super::{Conn, dialect};
use crate::Fault;
use crate::column::id;
use crate::schema::organizations as o;
use crate::sql_types::{Id, Moment};
use crate::statement::Statement;
use crate::{AuditActor, AuditEventRow, AuditHead, AuditOrigin, AuditPage, AuditTarget};

#[derive(Debug, Queryable)]
struct Row {
    seq: i64,
    at: Timestamp,
    action: String,
    actor_kind: String,
    actor: Option<Uuid>,
    actor_name: Option<String>,
    actor_personal: Option<String>,
    target_kind: String,
    target: Uuid,
    target_name: Option<String>,
    target_personal: Option<String>,
    before: Option<String>,
    after: Option<String>,
    request_id: String,
    hash: Vec<u8>,
}

type Columns = (
    BigInt,
    Moment,
    Text,
    Text,
    Nullable<Id>,
    Nullable<Text>,
    Nullable<Text>,
    Text,
    Id,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Text,
    Binary,
);

/// One page of the record, ascending by number.
pub(crate) fn page(conn: &mut Conn, page: &AuditPage) -> Result<Vec<AuditEventRow>, Fault> {
    let after = i64::try_from(page.after.unwrap_or(0)).unwrap_or(i64::MAX);
    let mut statement = Statement::<Columns>::new(
        "select seq, at, action, actor_kind, actor_id, actor_name, actor_personal, target_kind, \
         target_id, target_name, target_personal, before_values, after_values, request_id, hash \
         from audit_events where organization_id = ",
    );
    statement
        .id(page.organization)
        .text(" and seq > ")
        .count(after);
    let filter = &page.filter;
    for (column, ids) in [("actor_id", &filter.actors), ("target_id", &filter.targets)] {
        let mut ids = ids.iter();
        match (ids.next(), ids.len()) {
            (None, _) => {}
            // One value is compared as one, so that its index gives the order too.
            (Some(one), 0) => {
                statement.text(format!(" and {column} = ")).id(*one);
            }
            (Some(one), _) => {
                statement.text(format!(" and {column} "));
                dialect::push_among(&mut statement, [*one].into_iter().chain(ids.copied()));
            }
        }
    }
    if !filter.actions.is_empty() {
        statement.text(" and action ");
        dialect::push_among_words(&mut statement, filter.actions.iter().map(String::as_str));
    }
    if let Some(since) = filter.since {
        statement.text(" and at >= ").moment(since);
    }
    if let Some(until) = filter.until {
        statement.text(" and at < ").moment(until);
    }
    statement
        .text(" order by seq")
        .limit(i64::from(page.limit.rows()));
    let rows: Vec<Row> = statement.load(conn)?;
    rows.into_iter().map(shown).collect()
}

/// The end of the record; none when there is no such organization.
pub(crate) fn head(
    conn: &mut Conn,
    organization: OrganizationId,
) -> Result<Option<AuditHead>, Fault> {
    let row: Option<(i64, Vec<u8>)> = o::table
        .filter(o::id.eq(id(organization)))
        .select((o::audit_seq, o::audit_hash))
        .get_result(conn)
        .optional()?;
    row.map(|(seq, hash)| {
        Ok(AuditHead {
            seq: number(seq)?,
            hash: digest(&hash)?,
        })
    })
    .transpose()
}

/// Puts the personal values, as far as they were not erased, back to where they belong.
fn shown(row: Row) -> Result<AuditEventRow, Fault> {
    let actor = values(row.actor_personal.as_deref())?;
    let target = values(row.target_personal.as_deref())?;
    let address = word(&actor, "address")
        .map(|address| address.parse())
        .transpose()
        .map_err(|error| Fault::corrupt("a recorded address cannot be read").because(error))?;
    Ok(AuditEventRow {
        seq: number(row.seq)?,
        at: row.at,
        actor: AuditActor {
            kind: row.actor_kind,
            id: row.actor,
            name: row.actor_name.or_else(|| word(&actor, "name")),
        },
        action: row.action,
        target: AuditTarget {
            kind: row.target_kind,
            id: Some(row.target),
            name: row.target_name.or_else(|| word(&target, "name")),
        },
        before: joined(values(row.before.as_deref())?, target.get("before")),
        after: joined(values(row.after.as_deref())?, target.get("after")),
        origin: AuditOrigin {
            address,
            request_id: row.request_id,
        },
        hash: digest(&row.hash)?,
    })
}

fn values(text: Option<&str>) -> Result<Value, Fault> {
    text.map_or(Ok(Value::Null), |text| {
        serde_json::from_str(text)
            .map_err(|error| Fault::corrupt("a recorded event cannot be read").because(error))
    })
}

fn word(values: &Value, key: &str) -> Option<String> {
    values.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// Both as one: where both are objects, key by key.
fn joined(values: Value, personal: Option<&Value>) -> Value {
    match (values, personal) {
        (values, None | Some(Value::Null)) => values,
        (Value::Object(mut values), Some(Value::Object(personal))) => {
            for (key, value) in personal {
                let before = values.remove(key).unwrap_or(Value::Null);
                values.insert(key.clone(), joined(before, Some(value)));
            }
            Value::Object(values)
        }
        (_, Some(personal)) => personal.clone(),
    }
}

fn number(seq: i64) -> Result<u64, Fault> {
    u64::try_from(seq).map_err(|_| Fault::corrupt("a recorded number is negative"))
}

fn digest(bytes: &[u8]) -> Result<[u8; 32], Fault> {
    bytes
        .try_into()
        .map_err(|_| Fault::corrupt("a recorded hash has another length"))
}
