//! The record.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use vestibule_domain::Timestamp;
use vestibule_storage::{AuditActor, AuditEventRow, AuditTarget};

use super::texts::ActionText;

/// One event of the record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEvent)]
pub(crate) struct AuditEventBody<'a> {
    /// Its number, from 1 without gaps.
    pub(crate) seq: u64,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) at: Timestamp,
    /// Who asked for it.
    pub(crate) actor: AuditPartyBody<'a>,
    /// What happened.
    #[schema(value_type = ActionText)]
    pub(crate) action: &'a str,
    /// To whom or what.
    pub(crate) target: AuditPartyBody<'a>,
    /// What was before.
    pub(crate) before: &'a Value,
    /// What is since.
    pub(crate) after: &'a Value,
    /// From where it was asked for.
    pub(crate) origin: AuditOriginBody<'a>,
    /// The hash of the chain up to this event, in hexadecimal digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub(crate) hash: String,
}

/// Who asked for an event, or to whom or what it happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditParty)]
pub(crate) struct AuditPartyBody<'a> {
    /// What kind it is.
    pub(crate) kind: &'a str,
    /// Which.
    pub(crate) id: Option<Uuid>,
    /// What it was called then; `null` once erased.
    pub(crate) name: Option<&'a str>,
}

/// From where an event was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditOrigin)]
pub(crate) struct AuditOriginBody<'a> {
    /// The network address; `null` where there was none, or once erased.
    pub(crate) address: Option<String>,
    /// The request.
    pub(crate) request_id: &'a str,
}

/// Who was erased from the record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Erasure)]
pub(crate) struct ErasureBody {
    /// The user they were.
    pub(crate) user_id: Uuid,
}

/// What a check of the record found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditVerification)]
pub(crate) struct AuditVerificationBody {
    /// Whether the record is whole.
    pub(crate) ok: bool,
    /// How many events were looked at.
    pub(crate) events: u64,
    /// The end of the record.
    pub(crate) head: AuditHeadBody,
    /// The first event that is not as it was written.
    pub(crate) first_bad_seq: Option<u64>,
}

/// The end of the record; keep it elsewhere to tell a cut later.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditHead)]
pub(crate) struct AuditHeadBody {
    /// The number of the last event.
    pub(crate) seq: u64,
    /// Its hash, in hexadecimal digits.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    pub(crate) hash: String,
}

impl<'a> From<&'a AuditEventRow> for AuditEventBody<'a> {
    fn from(row: &'a AuditEventRow) -> Self {
        Self {
            seq: row.seq,
            at: row.at,
            actor: (&row.actor).into(),
            action: &row.action,
            target: (&row.target).into(),
            before: &row.before,
            after: &row.after,
            origin: AuditOriginBody {
                address: row.origin.address.map(|address| address.to_string()),
                request_id: &row.origin.request_id,
            },
            hash: hexadecimal(&row.hash),
        }
    }
}

impl<'a> From<&'a AuditActor> for AuditPartyBody<'a> {
    fn from(actor: &'a AuditActor) -> Self {
        Self {
            kind: &actor.kind,
            id: actor.id,
            name: actor.name.as_deref(),
        }
    }
}

impl<'a> From<&'a AuditTarget> for AuditPartyBody<'a> {
    fn from(target: &'a AuditTarget) -> Self {
        Self {
            kind: &target.kind,
            id: target.id,
            name: target.name.as_deref(),
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
