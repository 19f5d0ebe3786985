//! The record's rows: events numbered and chained in one pass, and the erasing of persons.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use vestibule_domain::{Event, OrganizationId, Timestamp, UserId};

use super::{Conn, batch, idempotency, tables};
use crate::Fault;
use crate::audit::{self, Entry, Story};
use crate::cells::{Cell, Row};
use crate::column::id;
use crate::schema::audit_events;
use crate::statement::Statement;

const SALT_BYTES: usize = 16;

/// The end of a record, moved on by every event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) seq: i64,
    pub(crate) hash: Vec<u8>,
}

/// An event on its way into the record.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    pub(crate) story: Story,
    pub(crate) at: Timestamp,
    pub(crate) request_id: &'a str,
}

/// Writes events behind the head, in their order (R-AUD-2).
pub(crate) fn append(
    conn: &mut Conn,
    organization: OrganizationId,
    head: &mut Head,
    events: &[Told<'_>],
) -> Result<(), Fault> {
    let mut salts = vec![0_u8; events.len().saturating_mul(2 * SALT_BYTES)];
    getrandom::fill(&mut salts)
        .map_err(|error| Fault::internal("the system gives no randomness").because(error))?;
    let mut salts = salts
        .chunks(SALT_BYTES)
        .map(|salt| URL_SAFE_NO_PAD.encode(salt));
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        let mut salted =
            |party: &audit::Party| party.personal_text(&salts.next().unwrap_or_default());
        let actor_personal = salted(&event.story.actor);
        let target_personal = salted(&event.story.target);
        rows.push(link(
            organization,
            head,
            event,
            actor_personal,
            target_personal,
        )?);
    }
    batch::insert(conn, &tables::AUDIT_EVENTS, &rows)
}

/// The row of one event, and the head behind it.
fn link<'a>(
    organization: OrganizationId,
    head: &mut Head,
    event: &'a Told<'_>,
    actor_personal: Option<String>,
    target_personal: Option<String>,
) -> Result<Row<'a>, Fault> {
    let Story {
        action,
        actor,
        target,
        before,
        after,
    } = &event.story;
    let before = before.as_ref().map(ToString::to_string);
    let after = after.as_ref().map(ToString::to_string);
    let seq = head
        .seq
        .checked_add(1)
        .ok_or_else(|| Fault::corrupt("the record of an organization has no number left"))?;
    let target_id = target
        .id
        .ok_or_else(|| Fault::internal("an event was told without its target"))?;
    let entry = Entry {
        organization: organization.uuid(),
        seq,
        at: event.at.micros(),
        action,
        actor_kind: actor.kind,
        actor_id: actor.id,
        actor_name: actor.name.as_deref(),
        actor_person: actor.person,
        target_kind: target.kind,
        target_id,
        target_name: target.name.as_deref(),
        target_person: target.person,
        before: before.as_deref(),
        after: after.as_deref(),
        request_id: event.request_id,
        actor_commitment: audit::commitment(actor_personal.as_deref()),
        target_commitment: audit::commitment(target_personal.as_deref()),
    };
    let hash = entry.hash_after(&head.hash);
    let (actor_commitment, target_commitment) = (entry.actor_commitment, entry.target_commitment);
    *head = Head {
        seq,
        hash: hash.to_vec(),
    };
    Ok(vec![
        Cell::id(organization),
        Cell::Long(seq),
        Cell::Moment(event.at),
        Cell::text(*action),
        Cell::text(actor.kind),
        Cell::id_or_null(actor.id),
        Cell::text_or_null(actor.name.as_deref()),
        Cell::id_or_null(actor.person),
        Cell::text(target.kind),
        Cell::Id(target_id),
        Cell::text_or_null(target.name.as_deref()),
        Cell::id_or_null(target.person),
        Cell::text_or_null(before),
        Cell::text_or_null(after),
        Cell::text(event.request_id),
        Cell::text_or_null(actor_personal),
        Cell::bytes(actor_commitment.to_vec()),
        Cell::text_or_null(target_personal),
        Cell::bytes(target_commitment.to_vec()),
        Cell::bytes(hash.to_vec()),
    ])
}

/// Whether the record knows that user: only who was there can be erased from it (R-AUD-3).
pub(crate) fn knows(
    conn: &mut Conn,
    organization: OrganizationId,
    user: UserId,
) -> Result<bool, Fault> {
    let seq: Option<i64> = audit_events::table
        .filter(audit_events::organization_id.eq(id(organization)))
        .filter(audit_events::target_id.eq(id(user)))
        .filter(audit_events::target_kind.eq("user"))
        .select(audit_events::seq)
        .first(conn)
        .optional()?;
    Ok(seq.is_some())
}

/// Erases what is personal about a removed user: in the record, in the history of invitations,
/// where mails take the address from, in what mail servers said, and in answers that are kept
/// (R-AUD-3).
pub(crate) fn erase(
    conn: &mut Conn,
    organization: OrganizationId,
    user: UserId,
) -> Result<(), Fault> {
    // One statement an index: what an id finds, and what only the person's id does.
    for (column, condition) in [
        ("actor_personal", "actor_id"),
        (
            "actor_personal",
            "actor_kind = 'api_key' and actor_person_id",
        ),
        ("target_personal", "target_id"),
        (
            "target_personal",
            "target_kind <> 'user' and target_person_id",
        ),
    ] {
        Statement::<()>::new(format!(
            "update audit_events set {column} = null where organization_id = "
        ))
        .id(organization)
        .text(format!(" and {condition} = "))
        .id(user)
        .run(conn)?;
    }
    Statement::<()>::new("update invitations set email = null where organization_id = ")
        .id(organization)
        .text(" and user_id = ")
        .id(user)
        .run(conn)?;
    // What a mail server says of an address it refused names it.
    Statement::<()>::new(
        "update outbox set error = null where error is not null and subject_id in \
         (select id from invitations where organization_id = ",
    )
    .id(organization)
    .text(" and user_id = ")
    .id(user)
    .text(")")
    .run(conn)?;
    idempotency::forget(conn, organization)
}

/// Whether an event erases somebody, and whom.
pub(crate) fn erased(event: &Event) -> Option<UserId> {
    match event {
        Event::PersonErased { user } => Some(*user),
        _ => None,
    }
}
