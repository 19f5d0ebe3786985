//! Sessions by the digest of their token, and the list of an account's.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable};
use vestibule_domain::{AccountId, Email, Name, Timestamp, UserId};

use super::{Conn, dialect};
use crate::column::{id, moment};
use crate::page::{Position, paged};
use crate::schema::sessions as s;
use crate::sessions::SessionQuestion;
use crate::sql_types::{Id, Moment, Word};
use crate::statement::Statement;
use crate::{
    Ended, Fault, NewSession, Page, Revision, SessionId, SessionLifetime, SessionRow, SessionsPage,
    SignedIn, Total,
};

#[derive(Debug, Queryable)]
struct Row {
    id: SessionId,
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
}

#[derive(Debug, Queryable)]
struct Holder {
    number: i64,
    session: Row,
    account: AccountId,
    email: Email,
    name: Name,
    user: Option<UserId>,
    audit_hash: Option<Vec<u8>>,
}

type RowColumns = (Id, Moment, Moment, Moment);
type HolderColumns = (
    BigInt,
    RowColumns,
    Id,
    Word,
    Word,
    Nullable<Id>,
    Nullable<Binary>,
);

/// Opens a session where the account still has the password that was proved.
pub(crate) fn create(conn: &mut Conn, new: &NewSession) -> Result<Option<SessionRow>, Fault> {
    // RACE: the password may have been changed, and all sessions ended, while it was being checked.
    // The account stays as it is found until the session is there, so that who changes the
    // password ends this session too, or comes first.
    let mut statement = Statement::<Id>::new("select a.id from accounts a where a.id = ");
    statement
        .id(new.account)
        .text(" and a.password_hash = ")
        .word(new.proved.as_str())
        .text(dialect::FOR_SHARE);
    let proved: Option<AccountId> = statement.get_result(conn).optional()?;
    if proved.is_none() {
        return Ok(None);
    }
    let row = Row {
        id: new.id,
        created_at: new.at,
        last_used_at: new.at,
        expires_at: new.at.plus_seconds(new.lifetime.absolute_seconds),
    };
    diesel::insert_into(s::table)
        .values((
            s::id.eq(id(new.id.uuid())),
            s::account_id.eq(id(new.account)),
            s::digest.eq(new.digest.0.as_slice()),
            s::created_at.eq(moment(row.created_at)),
            s::last_used_at.eq(moment(row.last_used_at)),
            s::expires_at.eq(moment(row.expires_at)),
        ))
        .execute(conn)?;
    Ok(Some(shown(row, new.lifetime)))
}

/// Who has the session with each of these digests; alive or not is seen by its end.
pub(crate) fn by_digests(
    conn: &mut Conn,
    asked: &[SessionQuestion],
) -> Result<Vec<Option<SignedIn>>, Fault> {
    let mut found = vec![None; asked.len()];
    for (asked, found) in dialect::asked_together(asked, &mut found) {
        let mut statement = Statement::<HolderColumns>::new(
            "select asked.number, s.id, s.created_at, s.last_used_at, s.expires_at, \
             a.id, a.email, a.name, u.id, o.audit_hash from ",
        );
        let questions = asked.iter().map(|asked| (asked.digest, asked.organization));
        dialect::push_asked(&mut statement, questions);
        statement.text(format!(
            " {0} sessions s on s.digest = asked.digest {0} accounts a on a.id = s.account_id \
             left join users u on u.account_id = a.id and u.organization_id = asked.organization_id \
             left join organizations o on o.id = asked.organization_id",
            dialect::JOIN_IN_ORDER
        ));
        let holders: Vec<Holder> = statement.load(conn)?;
        for holder in holders {
            let place = usize::try_from(holder.number).unwrap_or(usize::MAX);
            if let Some((asked, found)) = asked.get(place).zip(found.get_mut(place)) {
                *found = Some(signed_in(holder, asked.lifetime)?);
            }
        }
    }
    Ok(found)
}

/// Notes that a session was used; never moves it back.
pub(crate) fn touch(conn: &mut Conn, session: SessionId, at: Timestamp) -> Result<(), Fault> {
    diesel::update(
        s::table
            .filter(s::id.eq(id(session.uuid())))
            .filter(s::last_used_at.lt(moment(at))),
    )
    .set(s::last_used_at.eq(moment(at)))
    .execute(conn)?;
    Ok(())
}

/// One page of an account's live sessions, latest sign-in first.
pub(crate) fn page(conn: &mut Conn, page: &SessionsPage) -> Result<Page<SessionRow>, Fault> {
    let mut statement = Statement::<RowColumns>::new(
        "select s.id, s.created_at, s.last_used_at, s.expires_at from sessions s",
    );
    push_alive(&mut statement, page);
    if let Some(after) = &page.position {
        let micros = after.key.as_deref().and_then(|key| key.parse().ok());
        statement
            .text(" and (s.created_at, s.id) < (")
            .micros(micros.unwrap_or_default())
            .text(", ")
            .id(after.id)
            .text(")");
    }
    statement
        .text(" order by s.created_at desc, s.id desc")
        .limit(i64::from(page.limit.rows()) + 1);
    let rows: Vec<Row> = statement.load(conn)?;
    let total = match page.total {
        Total::Skipped => None,
        Total::Counted => {
            let mut statement = Statement::<BigInt>::new("select count(*) from sessions s");
            push_alive(&mut statement, page);
            let total: i64 = statement.get_result(conn)?;
            Some(u64::try_from(total).unwrap_or(0))
        }
    };
    let (rows, next) = paged(rows, page.limit, &page.context(), |row| Position {
        key: Some(row.created_at.micros().to_string()),
        id: row.id.uuid(),
    });
    let items = rows
        .into_iter()
        .map(|row| shown(row, page.lifetime))
        .collect();
    Ok(Page { items, next, total })
}

/// Ends one session of an account.
pub(crate) fn end(conn: &mut Conn, account: AccountId, session: SessionId) -> Result<Ended, Fault> {
    let ended = diesel::delete(
        s::table
            .filter(s::id.eq(id(session.uuid())))
            .filter(s::account_id.eq(id(account))),
    )
    .execute(conn)?;
    Ok(if ended == 0 {
        Ended::NotThere
    } else {
        Ended::Now
    })
}

/// Ends every session of an account but the one named, if one is.
pub(crate) fn end_others(
    conn: &mut Conn,
    account: AccountId,
    kept: Option<SessionId>,
) -> Result<(), Fault> {
    let all = s::table.filter(s::account_id.eq(id(account)));
    match kept {
        Some(kept) => diesel::delete(all.filter(s::id.ne(id(kept.uuid())))).execute(conn)?,
        None => diesel::delete(all).execute(conn)?,
    };
    Ok(())
}

/// Deletes the sessions whose absolute end has passed.
pub(crate) fn purge(conn: &mut Conn, at: Timestamp) -> Result<(), Fault> {
    diesel::delete(s::table.filter(s::expires_at.le(moment(at)))).execute(conn)?;
    Ok(())
}

fn push_alive<ST>(statement: &mut Statement<ST>, page: &SessionsPage) {
    statement
        .text(" where s.account_id = ")
        .id(page.account)
        .text(" and s.expires_at > ")
        .moment(page.at)
        .text(" and s.last_used_at > ")
        .micros(page.lifetime.unused_since_micros(page.at));
}

fn signed_in(holder: Holder, lifetime: SessionLifetime) -> Result<SignedIn, Fault> {
    Ok(SignedIn {
        session: shown(holder.session, lifetime),
        account: holder.account,
        email: holder.email,
        name: holder.name,
        user: holder.user,
        revision: holder
            .audit_hash
            .map(|hash| Revision::of(&hash))
            .transpose()?,
    })
}

/// A session ends at its absolute end, or earlier when it is not used.
fn shown(row: Row, lifetime: SessionLifetime) -> SessionRow {
    SessionRow {
        id: row.id,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row
            .expires_at
            .min(row.last_used_at.plus_seconds(lifetime.idle_seconds)),
    }
}
