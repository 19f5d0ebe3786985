//! Mails that events promise, and queued ones whose reason ends with an event.

use std::collections::{BTreeMap, BTreeSet};

use vestibule_domain::{Event, InvitationId, OrganizationId, Timestamp};

use super::{Conn, batch, dialect, tables};
use crate::Fault;
use crate::cells::{Cell, Row};
use crate::statement::Statement;

/// What a batch of events does to the outbox.
#[derive(Debug, Default)]
pub(crate) struct Mails {
    /// Mails to be, by invitation and generation; with when they were dropped again, if so.
    promised: BTreeMap<(InvitationId, u32), Promise>,
    /// Invitations whose queued mails have lost their reason.
    dropped: BTreeSet<InvitationId>,
    /// When the last of the events happened.
    at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug)]
struct Promise {
    at: Timestamp,
    dropped_at: Option<Timestamp>,
}

impl Mails {
    /// Takes note of one event, in their order.
    pub(crate) fn note(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::UserInvited { invitation, .. } => self.promise(invitation.id, 1, at),
            Event::InvitationResent { after, .. } => {
                self.drop_all_of(after.id, at);
                self.promise(after.id, after.generation, at);
            }
            Event::InvitationAccepted { invitation, .. }
            | Event::InvitationEnded { invitation, .. } => self.drop_all_of(invitation.id, at),
            Event::UserRemoved { plan, .. } => {
                if let Some(invitation) = plan.invitation {
                    self.drop_all_of(invitation, at);
                }
            }
            _ => {}
        }
    }

    /// Writes all that was noted.
    pub(crate) fn write(&self, conn: &mut Conn, organization: OrganizationId) -> Result<(), Fault> {
        if let (Some(at), false) = (self.at, self.dropped.is_empty()) {
            let mut statement = Statement::<()>::new(
                "update outbox set state = 'dropped', next_attempt_at = null, finished_at = ",
            );
            statement
                .moment(at)
                .text(" where state = 'queued' and subject_id ");
            dialect::push_among(&mut statement, self.dropped.iter().copied());
            statement.run(conn)?;
        }
        let rows: Vec<Row<'_>> = self
            .promised
            .iter()
            .map(|((invitation, generation), promise)| {
                vec![
                    Cell::id(*invitation),
                    Cell::count(*generation),
                    Cell::text("invitation"),
                    Cell::id(organization),
                    Cell::text(promise.dropped_at.map_or("queued", |_| "dropped")),
                    Cell::Integer(0),
                    Cell::Moment(promise.at),
                    match promise.dropped_at {
                        None => Cell::Moment(promise.at),
                        Some(_) => Cell::Null,
                    },
                    Cell::moment_or_null(promise.dropped_at),
                ]
            })
            .collect();
        batch::insert(conn, &tables::OUTBOX, &rows)
    }

    fn promise(&mut self, invitation: InvitationId, generation: u32, at: Timestamp) {
        self.promised.insert(
            (invitation, generation),
            Promise {
                at,
                dropped_at: None,
            },
        );
    }

    fn drop_all_of(&mut self, invitation: InvitationId, at: Timestamp) {
        self.dropped.insert(invitation);
        self.at = Some(at);
        for (_, promise) in self
            .promised
            .range_mut((invitation, 0)..=(invitation, u32::MAX))
        {
            promise.dropped_at = promise.dropped_at.or(Some(at));
        }
    }
}
