//! The outbox as a queue: claims, reports, and the mails as the local mailbox lists them. What a
//! mail says, and whether its reason stands, is found in `mail_reasons`.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text};
use uuid::Uuid;
use vestibule_domain::Timestamp;

use super::mail_reasons::{Found, Standing, found};
use super::{Conn, dialect};
use crate::column::{id, moment, word};
use crate::page::{Position, paged};
use crate::reads::mail_state;
use crate::schema::outbox as o;
use crate::sql_types::{Id, Moment};
use crate::statement::Statement;
use crate::{ClaimMails, ClaimedMail, Delivery, Fault, MailId, MailboxPage, MailboxRow, Page};

/// One row of the outbox.
#[derive(Clone, Debug, Queryable)]
pub(super) struct Row {
    pub(super) subject: Uuid,
    pub(super) generation: i32,
    pub(super) kind: String,
    attempts: i32,
    pub(super) created_at: Timestamp,
    state: String,
    error: Option<String>,
}

/// How often a claim looks on when all that it took was dropped.
const ROUNDS_MAX: usize = 256;

type Columns = (Id, Integer, Text, Integer, Moment, Text, Nullable<Text>);

const COLUMNS: &str = "subject_id, generation, kind, attempts, created_at, state, error";

/// Takes mails that are due, and drops on the way those whose reason has ended.
///
/// Looks on while all that it took was dropped, so that many dead mails hold up no living one.
pub(crate) fn claim(conn: &mut Conn, claim: &ClaimMails) -> Result<Vec<ClaimedMail>, Fault> {
    for _ in 0..ROUNDS_MAX {
        let rows = due(conn, claim)?;
        if rows.is_empty() {
            break;
        }
        let claimed = alive(conn, &rows, claim.at)?;
        if !claimed.is_empty() {
            return Ok(claimed);
        }
    }
    Ok(Vec::new())
}

/// Makes all mails that wait due at once, where nobody else can have claimed one.
pub(crate) fn release(conn: &mut Conn, at: Timestamp) -> Result<(), Fault> {
    if !dialect::HAS_ONE_SERVER {
        return Ok(());
    }
    diesel::update(o::table.filter(o::state.eq(word("queued"))))
        .set(o::next_attempt_at.eq(Some(moment(at))))
        .execute(conn)?;
    Ok(())
}

/// The mails that are due, leased.
fn due(conn: &mut Conn, claim: &ClaimMails) -> Result<Vec<Row>, Fault> {
    let mut statement = Statement::<Columns>::new("update outbox set next_attempt_at = ");
    statement
        .moment(claim.leased_until)
        .text(
            ", attempts = attempts + 1 where (subject_id, generation) in \
             (select subject_id, generation from outbox \
             where state = 'queued' and next_attempt_at <= ",
        )
        .moment(claim.at)
        .text(" order by next_attempt_at")
        .limit(i64::from(claim.mails_max))
        .text(dialect::SKIP_LOCKED)
        .text(format!(") returning {COLUMNS}"));
    let mut rows: Vec<Row> = statement.load(conn)?;
    rows.sort_unstable_by_key(|row| (row.created_at, row.subject, row.generation));
    Ok(rows)
}

/// Those of them whose reason stands; the others are finished.
fn alive(conn: &mut Conn, rows: &[Row], at: Timestamp) -> Result<Vec<ClaimedMail>, Fault> {
    let mut found = found(conn, rows, at)?;
    let mut claimed = Vec::new();
    for row in rows {
        let id = mail_id(row)?;
        match found.remove(&id) {
            Some(Found {
                mail,
                standing: Standing::Stands,
            }) => claimed.push(ClaimedMail {
                mail,
                attempt: u32::try_from(row.attempts)
                    .map_err(|_| Fault::corrupt("a stored number of attempts is negative"))?,
            }),
            Some(Found {
                standing: Standing::Expired,
                ..
            }) => finish(
                conn,
                id,
                "failed",
                Some("its link expired before it was sent"),
                at,
            )?,
            Some(Found {
                standing: Standing::Suspended,
                ..
            }) => finish(
                conn,
                id,
                "failed",
                Some("its sender may not invite any more; resend it"),
                at,
            )?,
            Some(Found {
                standing: Standing::Ended,
                ..
            })
            | None => finish(conn, id, "dropped", None, at)?,
        }
    }
    Ok(claimed)
}

/// Takes note of how an attempt went, if no later one has begun.
pub(crate) fn report(
    conn: &mut Conn,
    mail: MailId,
    attempt: u32,
    delivery: &Delivery,
    at: Timestamp,
) -> Result<(), Fault> {
    let attempt = i32::try_from(attempt)
        .map_err(|_| Fault::internal("an attempt has an impossible number"))?;
    let latest = row_of(id(mail.subject), generation_of(mail)?)
        .filter(o::state.eq(word("queued")))
        .filter(o::attempts.eq(attempt));
    let update = diesel::update(latest);
    match delivery {
        Delivery::Delivered => update
            .set((
                o::state.eq(word("sent")),
                o::next_attempt_at.eq(None::<crate::column::MomentValue>),
                o::finished_at.eq(Some(moment(at))),
                o::error.eq(None::<&str>),
            ))
            .execute(conn)?,
        Delivery::RetryAt {
            next_attempt_at,
            error,
        } => update
            .set((
                o::next_attempt_at.eq(Some(moment(*next_attempt_at))),
                o::error.eq(Some(error.as_str())),
            ))
            .execute(conn)?,
        Delivery::Failed { error } => update
            .set((
                o::state.eq(word("failed")),
                o::next_attempt_at.eq(None::<crate::column::MomentValue>),
                o::finished_at.eq(Some(moment(at))),
                o::error.eq(Some(error.as_str())),
            ))
            .execute(conn)?,
    };
    Ok(())
}

/// Whether a mail's reason still stands.
pub(crate) fn is_wanted(conn: &mut Conn, mail: MailId, at: Timestamp) -> Result<bool, Fault> {
    let rows = rows_of(conn, mail)?;
    let found = found(conn, &rows, at)?;
    Ok(found
        .get(&mail)
        .is_some_and(|found| found.standing == Standing::Stands))
}

/// One page of the mails that wait, were sent or failed, newest first.
pub(crate) fn page(conn: &mut Conn, page: &MailboxPage) -> Result<Page<MailboxRow>, Fault> {
    // Mails of nobody, which resets for unknown emails leave behind, are none.
    let mut statement = Statement::<Columns>::new(format!(
        "select {COLUMNS} from outbox o where o.state <> 'dropped' \
         and (o.kind = 'invitation' or exists (select 1 from password_resets r \
         where r.id = o.subject_id and r.account_id is not null))"
    ));
    if let Some(after) = &page.position {
        let micros = after.key.as_deref().and_then(|key| key.parse().ok());
        statement
            .text(" and (o.created_at, o.subject_id) < (")
            .micros(micros.unwrap_or_default())
            .text(", ")
            .id(after.id)
            .text(")");
    }
    statement
        .text(" order by o.created_at desc, o.subject_id desc")
        .limit(i64::from(page.limit.rows()) + 1);
    let rows: Vec<Row> = statement.load(conn)?;
    let (rows, next) = paged(rows, page.limit, MailboxPage::CONTEXT, |row| Position {
        key: Some(row.created_at.micros().to_string()),
        id: row.subject,
    });
    Ok(Page {
        items: shown(conn, rows)?,
        next,
        total: None,
    })
}

/// One mail, to be shown again.
pub(crate) fn one(conn: &mut Conn, mail: MailId) -> Result<Option<MailboxRow>, Fault> {
    let rows = rows_of(conn, mail)?;
    Ok(shown(conn, rows)?.into_iter().next())
}

fn shown(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<MailboxRow>, Fault> {
    // What is only shown is shown whether its reason stands or not.
    let Some(at) = rows.iter().map(|row| row.created_at).max() else {
        return Ok(Vec::new());
    };
    let mut found = found(conn, &rows, at)?;
    let mut shown = Vec::new();
    for row in rows {
        if let Some(found) = found.remove(&mail_id(&row)?) {
            shown.push(MailboxRow {
                mail: found.mail,
                state: mail_state(Some(&row.state))?,
                error: row.error,
            });
        }
    }
    Ok(shown)
}

fn rows_of(conn: &mut Conn, mail: MailId) -> Result<Vec<Row>, Fault> {
    let mut statement =
        Statement::<Columns>::new(format!("select {COLUMNS} from outbox where subject_id = "));
    statement
        .id(mail.subject)
        .text(" and generation = ")
        .count(mail.generation);
    Ok(statement.load(conn)?)
}

fn finish(
    conn: &mut Conn,
    mail: MailId,
    state: &'static str,
    error: Option<&str>,
    at: Timestamp,
) -> Result<(), Fault> {
    diesel::update(row_of(id(mail.subject), generation_of(mail)?))
        .set((
            o::state.eq(word(state)),
            o::next_attempt_at.eq(None::<crate::column::MomentValue>),
            o::finished_at.eq(Some(moment(at))),
            o::error.eq(error),
        ))
        .execute(conn)?;
    Ok(())
}

#[diesel::dsl::auto_type(no_type_alias)]
fn row_of(subject: crate::column::IdValue, generation: i32) -> _ {
    o::table
        .filter(o::subject_id.eq(subject))
        .filter(o::generation.eq(generation))
}

/// What names the mail of a row.
pub(super) fn mail_id(row: &Row) -> Result<MailId, Fault> {
    Ok(MailId {
        subject: row.subject,
        generation: u32::try_from(row.generation)
            .map_err(|_| Fault::corrupt("a stored generation is negative"))?,
    })
}

fn generation_of(mail: MailId) -> Result<i32, Fault> {
    i32::try_from(mail.generation).map_err(|_| Fault::internal("a mail has an impossible number"))
}
