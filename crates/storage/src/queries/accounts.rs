//! Accounts, their passwords, and the organizations they lead to.

use diesel::prelude::*;
use vestibule_domain::{
    AccountId, AssignableRole, Email, EmailKey, Name, OrganizationId, OrganizationRole, Status,
    Timestamp, UserId,
};

use super::{Conn, password_resets, sessions};
use crate::column::{id, moment, word};
use crate::schema::accounts as a;
use crate::schema::{organizations, users};
use crate::{Account, AccountOrganization, Fault, NewPassword, PasswordChange, PasswordHash};

#[derive(Debug, Queryable)]
struct Row {
    id: AccountId,
    email: Email,
    name: Name,
    password_hash: String,
    created_at: Timestamp,
}

#[derive(Debug, Queryable)]
struct OrganizationRow {
    id: OrganizationId,
    name: Name,
    primary_admin: UserId,
    user: UserId,
    role: AssignableRole,
    status: Status,
}

/// The account that has this email.
pub(crate) fn by_email(conn: &mut Conn, email: &EmailKey) -> Result<Option<Account>, Fault> {
    let row: Option<Row> = a::table
        .filter(a::email_key.eq(word(email.as_str())))
        .select((a::id, a::email, a::name, a::password_hash, a::created_at))
        .get_result(conn)
        .optional()?;
    Ok(row.map(account))
}

/// The account with this id.
pub(crate) fn one(conn: &mut Conn, account_id: AccountId) -> Result<Option<Account>, Fault> {
    let row: Option<Row> = a::table
        .filter(a::id.eq(id(account_id)))
        .select((a::id, a::email, a::name, a::password_hash, a::created_at))
        .get_result(conn)
        .optional()?;
    Ok(row.map(account))
}

/// The organizations that an account leads to, by their name.
pub(crate) fn organizations(
    conn: &mut Conn,
    account: AccountId,
) -> Result<Vec<AccountOrganization>, Fault> {
    let rows: Vec<OrganizationRow> = users::table
        .inner_join(organizations::table.on(organizations::id.eq(users::organization_id)))
        .filter(users::account_id.eq(id(account)))
        .select((
            organizations::id,
            organizations::name,
            organizations::primary_admin_user_id,
            users::id,
            users::role,
            users::status,
        ))
        .load(conn)?;
    let mut found: Vec<AccountOrganization> = rows
        .into_iter()
        .map(|row| AccountOrganization {
            id: row.id,
            name: row.name,
            user: row.user,
            role: if row.user == row.primary_admin {
                OrganizationRole::PrimaryAdmin
            } else {
                row.role.into()
            },
            status: row.status,
        })
        .collect();
    found.sort_by_cached_key(|organization| (organization.name.key(), organization.id));
    Ok(found)
}

/// Gives an account a new password, and ends what the old one had opened.
pub(crate) fn change_password(conn: &mut Conn, new: &NewPassword) -> Result<PasswordChange, Fault> {
    let changed = diesel::update(
        a::table
            .filter(a::id.eq(id(new.account)))
            .filter(a::password_hash.eq(new.proved.as_str())),
    )
    .set((
        a::password_hash.eq(new.password_hash.as_str()),
        a::password_changed_at.eq(moment(new.at)),
    ))
    .execute(conn)?;
    if changed == 0 {
        return Ok(PasswordChange::Outdated);
    }
    sessions::end_others(conn, new.account, new.kept)?;
    password_resets::end_all(conn, new.account)?;
    Ok(PasswordChange::Done)
}

/// Gives an account a new password whatever the old one was, and ends all that was open.
pub(crate) fn reset_password(
    conn: &mut Conn,
    account: AccountId,
    password_hash: &PasswordHash,
    at: Timestamp,
) -> Result<(), Fault> {
    diesel::update(a::table.filter(a::id.eq(id(account))))
        .set((
            a::password_hash.eq(password_hash.as_str()),
            a::password_changed_at.eq(moment(at)),
        ))
        .execute(conn)?;
    sessions::end_others(conn, account, None)?;
    // RACE: two that were asked for at once did not see one another, so both links are alive.
    password_resets::end_all(conn, account)
}

fn account(row: Row) -> Account {
    Account {
        id: row.id,
        email: row.email,
        name: row.name,
        password_hash: PasswordHash::new(row.password_hash),
        created_at: row.created_at,
    }
}
