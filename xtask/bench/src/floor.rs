//! Bare SQL through the same database library: tables with the least that each thing needs.

use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Text};
use uuid::Uuid;

use crate::failure::Failure;

/// A database with bare tables, as durable as ours.
pub(crate) fn open(path: &Path) -> Result<SqliteConnection, Failure> {
    let mut connection = SqliteConnection::establish(&path.to_string_lossy())?;
    connection.batch_execute(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;
         create table if not exists users (organization blob not null, id blob not null, email text not null,
           name text, role text not null, status text not null, joined_at integer,
           primary key (organization, id)) strict, without rowid;
         create unique index if not exists users_email on users (organization, email);
         create index if not exists users_name on users (organization, coalesce(name, email), id);
         create table if not exists invitations (organization blob not null, id blob not null, user blob not null,
           generation integer not null, expires_at integer not null,
           primary key (organization, id)) strict, without rowid;
         create table if not exists memberships (organization blob not null, user blob not null, entity blob not null,
           role text not null, primary key (organization, user, entity)) strict, without rowid;
         create index if not exists memberships_entity on memberships (organization, entity, user);
         create table if not exists entities (organization blob not null, id blob not null, name text not null,
           primary key (organization, id)) strict, without rowid;
         create table if not exists events (organization blob not null, seq integer not null, body text not null,
           hash blob not null, primary key (organization, seq)) strict, without rowid;
         create table if not exists mails (id blob not null primary key, due_at integer not null) strict, without rowid;",
    )?;
    Ok(connection)
}

/// The rows of one invitation: user, invitation, event, mail.
pub(crate) fn insert_invitation(
    connection: &mut SqliteConnection,
    organization: &[u8],
    number: i64,
) -> Result<(), Failure> {
    let (user, invitation) = (Uuid::now_v7(), Uuid::now_v7());
    diesel::sql_query("insert into users values (?, ?, ?, null, 'user', 'invited', null)")
        .bind::<Binary, _>(organization)
        .bind::<Binary, _>(user.as_bytes().as_slice())
        .bind::<Text, _>(format!("floor{number}@example.com"))
        .execute(connection)?;
    diesel::sql_query("insert into invitations values (?, ?, ?, 1, ?)")
        .bind::<Binary, _>(organization)
        .bind::<Binary, _>(invitation.as_bytes().as_slice())
        .bind::<Binary, _>(user.as_bytes().as_slice())
        .bind::<BigInt, _>(number)
        .execute(connection)?;
    diesel::sql_query("insert into events values (?, ?, ?, ?)")
        .bind::<Binary, _>(organization)
        .bind::<BigInt, _>(number)
        .bind::<Text, _>("x".repeat(300))
        .bind::<Binary, _>([7_u8; 32].as_slice())
        .execute(connection)?;
    diesel::sql_query("insert into mails values (?, ?)")
        .bind::<Binary, _>(invitation.as_bytes().as_slice())
        .bind::<BigInt, _>(number)
        .execute(connection)?;
    Ok(())
}
