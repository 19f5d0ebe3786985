//! Pages of the audit record; checking its chain lives beside the chain.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::Value;
use uuid::Uuid;
use vestibule_domain::{OrganizationId, Timestamp};

use crate::store::reading;
use crate::{Fault, PageLimit, Store};

/// One page of an organization's audit record, in ascending order.
///
/// Paged by number: the next page is the one after the last number seen.
#[derive(Clone, Debug)]
pub struct AuditPage {
    /// Whose record.
    pub organization: OrganizationId,
    /// Events with a higher number than this.
    pub after: Option<u64>,
    /// Which of them.
    pub filter: AuditFilter,
    /// How many at most.
    pub limit: PageLimit,
}

/// Which events are listed; an empty set filters nothing, several values mean any of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Asked for by one of these users or keys.
    pub actors: BTreeSet<Uuid>,
    /// Done to one of these.
    pub targets: BTreeSet<Uuid>,
    /// One of these actions.
    pub actions: BTreeSet<String>,
    /// At this moment or later.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

/// One event of the record.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEventRow {
    /// Its number, from 1 without gaps.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Who asked for it.
    pub actor: AuditActor,
    /// What happened, as `user.removed`.
    pub action: String,
    /// To whom or what.
    pub target: AuditTarget,
    /// What was before.
    pub before: Value,
    /// What is since.
    pub after: Value,
    /// From where.
    pub origin: AuditOrigin,
    /// The hash of the chain up to this event.
    pub hash: [u8; 32],
}

/// Who asked for an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditActor {
    /// `user`, `api_key`, `invitee` or `operator`.
    pub kind: String,
    /// Which user or key.
    pub id: Option<Uuid>,
    /// What they were called then; none once erased.
    pub name: Option<String>,
}

/// To whom or what an event happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditTarget {
    /// `organization`, `user`, `entity` or `api_key`.
    pub kind: String,
    /// Which.
    pub id: Option<Uuid>,
    /// What it was called then; none once erased.
    pub name: Option<String>,
}

/// From where an event was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditOrigin {
    /// The network address; none when there was none, or once erased.
    pub address: Option<IpAddr>,
    /// The request.
    pub request_id: String,
}

/// The end of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of the last event.
    pub seq: u64,
    /// Its hash.
    pub hash: [u8; 32],
}

impl AuditPage {
    /// The first page of the whole record.
    #[must_use]
    pub fn new(organization: OrganizationId) -> Self {
        Self {
            organization,
            after: None,
            filter: AuditFilter::default(),
            limit: PageLimit::default(),
        }
    }
}

impl Store {
    /// One page of an organization's audit record.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn audit_page(&self, page: AuditPage) -> Result<Vec<AuditEventRow>, Fault> {
        reading!(self, conn => queries::audit_rows::page(conn, &page))
    }

    /// The end of an organization's audit record; none when there is no such organization.
    ///
    /// # Errors
    /// `Fault` when the database cannot answer.
    pub async fn audit_head(
        &self,
        organization: OrganizationId,
    ) -> Result<Option<AuditHead>, Fault> {
        reading!(self, conn => queries::audit_rows::head(conn, organization))
    }
}
