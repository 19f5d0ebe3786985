//! API keys as lists show them, and the one that has a secret.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use vestibule_domain::{
    ApiKey, ApiKeyId, KeyRole, Name, OrganizationId, SecretDigest, Timestamp, UserId,
};

use super::Conn;
use crate::column::{id, moment};
use crate::page::{Position, paged};
use crate::schema::{api_keys as k, organizations as o};
use crate::sql_types::{Id, Moment, Word};
use crate::statement::Statement;
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

/// The key that has this secret, and when it was last used.
pub(crate) fn by_digest(
    conn: &mut Conn,
    digest: SecretDigest,
) -> Result<Option<(KeyHolder, Option<Timestamp>)>, Fault> {
    let row: Option<Found> = k::table
        .inner_join(o::table.on(o::id.eq(k::organization_id)))
        .filter(k::digest.eq(digest.0.as_slice()))
        .select((
            k::organization_id,
            k::id,
            k::maker_user_id,
            k::name,
            k::role,
            k::created_at,
            k::expires_at,
            k::last_used_at,
            o::audit_hash,
        ))
        .get_result(conn)
        .optional()?;
    row.map(|row| {
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
    })
    .transpose()
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
