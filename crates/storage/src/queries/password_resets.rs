//! Password resets: what is written when one is asked for, and its single use.

use diesel::prelude::*;
use vestibule_domain::{AccountId, Email, Name, Timestamp};

use super::{Conn, accounts};
use crate::column::{id, moment, word};
use crate::schema::{accounts as a, outbox as o, password_resets as r};
use crate::statement::Statement;
use crate::{
    Fault, NewPasswordReset, PASSWORD_RESET_LIFETIME_SECONDS, PasswordHash, PasswordReset,
    PasswordResetId,
};

#[derive(Debug, Queryable)]
struct Row {
    account: AccountId,
    email: Email,
    name: Name,
    expires_at: Timestamp,
}

/// Writes a reset and its mail: the same statements whether an account has the email or not.
pub(crate) fn create(conn: &mut Conn, new: &NewPasswordReset) -> Result<(), Fault> {
    let account: Option<AccountId> = a::table
        .filter(a::email_key.eq(word(new.email.as_str())))
        .select(a::id)
        .get_result(conn)
        .optional()?;
    let account = account.map(id);
    diesel::delete(
        r::table
            .filter(r::account_id.eq(account))
            .filter(r::used_at.is_null()),
    )
    .execute(conn)?;
    diesel::insert_into(r::table)
        .values((
            r::id.eq(id(new.id.uuid())),
            r::account_id.eq(account),
            r::created_at.eq(moment(new.at)),
            r::expires_at.eq(moment(new.at.plus_seconds(PASSWORD_RESET_LIFETIME_SECONDS))),
        ))
        .execute(conn)?;
    // A mail without an account is dropped when it is claimed.
    diesel::insert_into(o::table)
        .values((
            o::subject_id.eq(id(new.id.uuid())),
            o::generation.eq(0),
            o::kind.eq(word("password_reset")),
            o::state.eq(word("queued")),
            o::attempts.eq(0),
            o::created_at.eq(moment(new.at)),
            o::next_attempt_at.eq(moment(new.at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// A reset while it can be used.
pub(crate) fn usable(
    conn: &mut Conn,
    reset: PasswordResetId,
    at: Timestamp,
) -> Result<Option<PasswordReset>, Fault> {
    let row: Option<Row> = r::table
        .inner_join(a::table.on(r::account_id.eq(a::id.nullable())))
        .filter(r::id.eq(id(reset.uuid())))
        .filter(r::used_at.is_null())
        .filter(r::expires_at.gt(moment(at)))
        .select((a::id, a::email, a::name, r::expires_at))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|row| PasswordReset {
        account: row.account,
        email: row.email,
        name: row.name,
        expires_at: row.expires_at,
    }))
}

/// Uses a reset up, if it can be used, and sets the password.
pub(crate) fn redeem(
    conn: &mut Conn,
    reset: PasswordResetId,
    password_hash: &PasswordHash,
    at: Timestamp,
) -> Result<Option<AccountId>, Fault> {
    // RACE: of two uses at once the second finds no row to change, and so nothing to use.
    let used = diesel::update(
        r::table
            .filter(r::id.eq(id(reset.uuid())))
            .filter(r::used_at.is_null())
            .filter(r::account_id.is_not_null())
            .filter(r::expires_at.gt(moment(at))),
    )
    .set(r::used_at.eq(moment(at)))
    .execute(conn)?;
    if used == 0 {
        return Ok(None);
    }
    let account: Option<AccountId> = r::table
        .filter(r::id.eq(id(reset.uuid())))
        .select(r::account_id)
        .get_result(conn)?;
    if let Some(account) = account {
        accounts::reset_password(conn, account, password_hash, at)?;
    }
    Ok(account)
}

/// Ends all resets of an account that were not used.
pub(crate) fn end_all(conn: &mut Conn, account: AccountId) -> Result<(), Fault> {
    diesel::delete(
        r::table
            .filter(r::account_id.eq(id(account)))
            .filter(r::used_at.is_null()),
    )
    .execute(conn)?;
    Ok(())
}

/// Deletes the resets that have expired, and the mails of all that are gone.
pub(crate) fn purge(conn: &mut Conn, at: Timestamp) -> Result<(), Fault> {
    diesel::delete(r::table.filter(r::expires_at.le(moment(at)))).execute(conn)?;
    // Replaced resets, and those of deleted accounts, left theirs behind as well.
    Statement::<()>::new(
        "delete from outbox where kind = 'password_reset' and not exists \
         (select 1 from password_resets r where r.id = outbox.subject_id)",
    )
    .run(conn)?;
    Ok(())
}
