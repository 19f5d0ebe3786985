//! API keys as lists show them, and the one that has a secret.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Nullable};
use vestibule_domain::{
    ApiKey, ApiKeyId, KeyRole, Name, OrganizationId, SecretDigest, Timestamp, UserId,
};

use super::{Conn, dialect};
use crate::column::{id, moment};
use crate::page::{Position, paged};
use crate::schema::api_keys as k;
use crate::sql_types::{Id, Moment, Word};
use crate::statement::Statement;
use crate::together::UsedKey;
use crate::{ApiKeyRow, ApiKeysPage, Fault, KeyHolder, KeysOf, Page, Revision, Total};

#[derive(Debug, Queryable)]
struct Row {
    id: ApiKeyId,
    name: Name,
    role: KeyRole,
    maker: UserId,
    maker_name: Option<Name>,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
}

type Columns = (
    Id,
    Word,
    Word,
    Id,
    Nullable<Word>,
    Moment,
    Nullable<Moment>,
    Nullable<Moment>,
);

const SELECT: &str = "select k.id, k.name, k.role, k.maker_user_id, u.name, k.created_at, \
     k.expires_at, k.last_used_at from api_keys k \
     left join users u on u.organization_id = k.organization_id and u.id = k.maker_user_id \
     where k.organization_id = ";

#[derive(Debug, Queryable)]
struct Found {
    number: i64,
    organization: OrganizationId,
    id: ApiKeyId,
    maker: UserId,
    name: Name,
    role: KeyRole,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    audit_hash: Vec<u8>,
}

type FoundColumns = (
    BigInt,
    Id,
    Id,
    Id,
    Word,
    Word,
    Moment,
    Nullable<Moment>,
    Nullable<Moment>,
    Binary,
);

/// One page of an organization's keys, latest first: ids sort by time of making.
pub(crate) fn page(conn: &mut Conn, page: &ApiKeysPage) -> Result<Page<ApiKeyRow>, Fault> {
    let mut statement = Statement::<Columns>::new(SELECT);
    push_conditions(&mut statement, page);
    if let Some(after) = &page.position {
        statement.text(" and k.id < ").id(after.id);
    }
    statement
        .text(" order by k.id desc")
        .limit(i64::from(page.limit.rows()) + 1);
    let rows: Vec<Row> = statement.load(conn)?;
    let total = match page.total {
        Total::Skipped => None,
        Total::Counted => {
            let mut statement = Statement::<BigInt>::new(
                "select count(*) from api_keys k where k.organization_id = ",
            );
            push_conditions(&mut statement, page);
            let total: i64 = statement.get_result(conn)?;
            Some(u64::try_from(total).unwrap_or(0))
        }
    };
    let (rows, next) = paged(rows, page.limit, &page.context(), |row| Position {
        key: None,
        id: row.id.uuid(),
    });
    let items = rows.into_iter().map(shown).collect();
    Ok(Page { items, next, total })
}

/// One key of an organization.
pub(crate) fn one(
    conn: &mut Conn,
    organization: OrganizationId,
    key: ApiKeyId,
) -> Result<Option<ApiKeyRow>, Fault> {
    let mut statement = Statement::<Columns>::new(SELECT);
    statement.id(organization).text(" and k.id = ").id(key);
    let row: Option<Row> = statement.get_result(conn).optional()?;
    Ok(row.map(shown))
}

/// The key that has each of these secrets, and when it was last used.
pub(crate) fn by_digests(
    conn: &mut Conn,
    asked: &[SecretDigest],
) -> Result<Vec<Option<UsedKey>>, Fault> {
    let mut found = vec![None; asked.len()];
    for (asked, found) in dialect::asked_together(asked, &mut found) {
        let mut statement = Statement::<FoundColumns>::new(
            "select asked.number, k.organization_id, k.id, k.maker_user_id, k.name, k.role, k.created_at, \
             k.expires_at, k.last_used_at, o.audit_hash from ",
        );
        dialect::push_asked(&mut statement, asked.iter().map(|digest| (*digest, None)));
        statement.text(format!(
            " {0} api_keys k on k.digest = asked.digest {0} organizations o on o.id = k.organization_id",
            dialect::JOIN_IN_ORDER
        ));
        let rows: Vec<Found> = statement.load(conn)?;
        for row in rows {
            let place = usize::try_from(row.number).unwrap_or(usize::MAX);
            if let Some((digest, found)) = asked.get(place).zip(found.get_mut(place)) {
                *found = Some(held(row, *digest)?);
            }
        }
    }
    Ok(found)
}

/// Notes that a key was used; never moves it back.
pub(crate) fn touch(
    conn: &mut Conn,
    organization: OrganizationId,
    key: ApiKeyId,
    at: Timestamp,
) -> Result<(), Fault> {
    diesel::update(
        k::table
            .filter(k::organization_id.eq(id(organization)))
            .filter(k::id.eq(id(key)))
            .filter(k::last_used_at.is_null().or(k::last_used_at.lt(moment(at)))),
    )
    .set(k::last_used_at.eq(moment(at)))
    .execute(conn)?;
    Ok(())
}

fn push_conditions<ST>(statement: &mut Statement<ST>, page: &ApiKeysPage) {
    statement.id(page.organization);
    if let KeysOf::Maker(maker) = page.of {
        statement.text(" and k.maker_user_id = ").id(maker);
    }
}

fn held(row: Found, digest: SecretDigest) -> Result<UsedKey, Fault> {
    let key = ApiKey {
        id: row.id,
        maker: row.maker,
        name: row.name,
        role: row.role,
        created_at: row.created_at,
        expires_at: row.expires_at,
        digest,
    };
    let holder = KeyHolder {
        organization: row.organization,
        key,
        revision: Revision::of(&row.audit_hash)?,
    };
    Ok((holder, row.last_used_at))
}

fn shown(row: Row) -> ApiKeyRow {
    ApiKeyRow {
        id: row.id,
        name: row.name,
        role: row.role,
        maker: row.maker,
        maker_name: row.maker_name,
        created_at: row.created_at,
        expires_at: row.expires_at,
        last_used_at: row.last_used_at,
    }
}
