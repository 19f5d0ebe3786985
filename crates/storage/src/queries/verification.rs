//! Walks a record from its first event to its last, a page at a time.

use std::collections::HashMap;
use std::sync::mpsc::sync_channel;

use diesel::prelude::*;
use uuid::Uuid;
use vestibule_domain::{OrganizationId, Timestamp};

use super::Conn;
use crate::audit::{Entry, GENESIS, Kept, kept};
use crate::column::id;
use crate::rows::array;
use crate::schema::{audit_events, organizations};
use crate::transaction::Transactions;
use crate::{AuditHead, Fault, Verdict};

/// How many events are in memory at a time.
const EVENTS_MAX: i64 = 1000;

/// An event's row, as the chain reads it.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = audit_events)]
struct StoredEvent {
    seq: i64,
    at: Timestamp,
    action: String,
    actor_kind: String,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    actor_person_id: Option<Uuid>,
    target_kind: String,
    target_id: Uuid,
    target_name: Option<String>,
    target_person_id: Option<Uuid>,
    before_values: Option<String>,
    after_values: Option<String>,
    request_id: String,
    actor_personal: Option<String>,
    actor_commitment: Vec<u8>,
    target_personal: Option<String>,
    target_commitment: Vec<u8>,
    hash: Vec<u8>,
}

/// How far the walk has come.
struct Walk {
    organization: Uuid,
    seq: i64,
    hash: Vec<u8>,
    events: u64,
    first_bad: Option<i64>,
    /// Where the first text of a person is gone that no later event erased (R-AUD-3); as large as
    /// there are such persons.
    gone: HashMap<Uuid, i64>,
}

/// Verifies the whole record of an organization.
pub(crate) fn verify(
    conn: &mut Conn,
    organization: OrganizationId,
    earlier: Option<AuditHead>,
) -> Result<Option<Verdict>, Fault> {
    conn.in_snapshot(|conn| {
        let head: Option<(i64, Vec<u8>)> = organizations::table
            .filter(organizations::id.eq(id(organization)))
            .select((organizations::audit_seq, organizations::audit_hash))
            .get_result(conn)
            .optional()?;
        let Some((seq, hash)) = head else {
            return Ok(None);
        };
        let mut walk = Walk {
            organization: organization.uuid(),
            seq: 0,
            hash: GENESIS.to_vec(),
            events: 0,
            first_bad: None,
            gone: HashMap::new(),
        };
        // The next page is read while one is hashed.
        let (pages, read) = sync_channel::<Vec<StoredEvent>>(1);
        std::thread::scope(|scope| {
            let walked = std::thread::Builder::new()
                .name("vestibule-hash".to_owned())
                .spawn_scoped(scope, move || {
                    for page in read {
                        for event in &page {
                            walk.step(event, earlier);
                        }
                    }
                    walk
                })
                .map_err(|error| Fault::unavailable("no thread can be started").because(error))?;
            let mut after = i64::MIN;
            loop {
                let events: Vec<StoredEvent> = audit_events::table
                    .filter(audit_events::organization_id.eq(id(organization)))
                    .filter(audit_events::seq.gt(after))
                    .order(audit_events::seq)
                    .limit(EVENTS_MAX)
                    .select(StoredEvent::as_select())
                    .load(conn)?;
                let Some(last) = events.last() else { break };
                after = last.seq;
                // Whoever hashes ends before this one only by a panic, which the end tells.
                if pages.send(events).is_err() {
                    break;
                }
            }
            drop(pages);
            let walk = walked
                .join()
                .map_err(|_| Fault::internal("the walk through the record failed"))?;
            walk.end(seq, &hash, earlier).map(Some)
        })
    })
}

impl Walk {
    fn step(&mut self, event: &StoredEvent, earlier: Option<AuditHead>) {
        self.events = self.events.saturating_add(1);
        self.note_gone(event);
        if self.first_bad.is_some() {
            return;
        }
        let expected = self.seq.saturating_add(1);
        if event.seq != expected {
            self.first_bad = Some(expected.min(event.seq));
            return;
        }
        let is_earlier_end = earlier.is_some_and(|end| i64::try_from(end.seq) == Ok(event.seq));
        let is_as_written = event.is_after(self.organization, &self.hash)
            && earlier.is_none_or(|end| !is_earlier_end || end.hash.as_slice() == event.hash);
        if !is_as_written {
            self.first_bad = Some(event.seq);
        }
        self.seq = event.seq;
        self.hash.clone_from(&event.hash);
    }

    /// Takes note of texts that are gone, and of who was erased: by an event that may follow.
    fn note_gone(&mut self, event: &StoredEvent) {
        for (personal, committed, person) in [
            (
                &event.actor_personal,
                &event.actor_commitment,
                event.actor_person_id.or(event.actor_id),
            ),
            (
                &event.target_personal,
                &event.target_commitment,
                event.target_person_id.or(Some(event.target_id)),
            ),
        ] {
            if personal.is_none() && kept(None, committed) == Kept::Gone {
                // What is nobody's is nobody's to be erased.
                self.gone
                    .entry(person.unwrap_or_default())
                    .or_insert(event.seq);
            }
        }
        if event.action == "person.erased" {
            self.gone.remove(&event.target_id);
        }
    }

    /// The verdict, once the last event is seen and the head must be its.
    fn end(mut self, seq: i64, hash: &[u8], earlier: Option<AuditHead>) -> Result<Verdict, Fault> {
        if self.first_bad.is_none() {
            if self.seq != seq {
                self.first_bad = Some(self.seq.min(seq).saturating_add(1));
            } else if self.hash != hash {
                self.first_bad = Some(self.seq);
            } else if let Some(end) = earlier {
                self.first_bad = self.cut_before(end);
            }
        }
        let gone = self.gone.into_values().min();
        let first_bad = self.first_bad.into_iter().chain(gone).min();
        let unsigned = |seq: i64| u64::try_from(seq.max(0)).unwrap_or(0);
        Ok(Verdict {
            events: self.events,
            head: AuditHead {
                seq: unsigned(seq),
                hash: array(hash)?,
            },
            first_bad_seq: first_bad.map(unsigned),
        })
    }

    /// Where a record ends that once went further, or began elsewhere.
    fn cut_before(&self, earlier: AuditHead) -> Option<i64> {
        if earlier.seq > self.events {
            return Some(self.seq.saturating_add(1));
        }
        (earlier.seq == 0 && earlier.hash != GENESIS).then_some(1)
    }
}

impl StoredEvent {
    fn is_after(&self, organization: Uuid, before: &[u8]) -> bool {
        let (Ok(actor_commitment), Ok(target_commitment)) = (
            array(&self.actor_commitment),
            array(&self.target_commitment),
        ) else {
            return false;
        };
        let entry = Entry {
            organization,
            seq: self.seq,
            at: self.at.micros(),
            action: &self.action,
            actor_kind: &self.actor_kind,
            actor_id: self.actor_id,
            actor_name: self.actor_name.as_deref(),
            actor_person: self.actor_person_id,
            target_kind: &self.target_kind,
            target_id: self.target_id,
            target_name: self.target_name.as_deref(),
            target_person: self.target_person_id,
            before: self.before_values.as_deref(),
            after: self.after_values.as_deref(),
            request_id: &self.request_id,
            actor_commitment,
            target_commitment,
        };
        entry.hash_after(before).as_slice() == self.hash
            && kept(self.actor_personal.as_deref(), &self.actor_commitment) != Kept::Changed
            && kept(self.target_personal.as_deref(), &self.target_commitment) != Kept::Changed
    }
}
