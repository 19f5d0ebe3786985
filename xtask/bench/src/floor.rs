//! The floor of changes: tables with the least that each thing needs, written in bare SQL.

use uuid::Uuid;

use crate::database::{Database, Kind};
use crate::failure::Failure;
use crate::sql::{Bare, Session};

/// How many rows stand in one statement on PostgreSQL, where each statement is a way to the server.
const ROWS_MAX: usize = 64;

const SQLITE: &str = "
    create table users (organization blob not null, id blob not null, email text not null, name text,
      role text not null, status text not null, joined_at integer, primary key (organization, id)) strict, without rowid;
    create unique index users_email on users (organization, email);
    create index users_name on users (organization, coalesce(name, email), id);
    create table invitations (organization blob not null, id blob not null, user blob not null,
      generation integer not null, expires_at integer not null, primary key (organization, id)) strict, without rowid;
    create table memberships (organization blob not null, user blob not null, entity blob not null,
      role text not null, primary key (organization, user, entity)) strict, without rowid;
    create index memberships_entity on memberships (organization, entity, user);
    create table entities (organization blob not null, id blob not null, name text not null,
      members integer not null, primary key (organization, id)) strict, without rowid;
    create table events (organization blob not null, seq integer not null, body text not null,
      hash text not null, primary key (organization, seq)) strict, without rowid;
    create table mails (id blob not null primary key, due_at integer not null) strict, without rowid;";

const POSTGRES: &str = "
    create table users (organization uuid not null, id uuid not null, email text not null, name text,
      role text not null, status text not null, joined_at bigint, primary key (organization, id));
    create unique index users_email on users (organization, email);
    create index users_name on users (organization, coalesce(name, email), id);
    create table invitations (organization uuid not null, id uuid not null, \"user\" uuid not null,
      generation integer not null, expires_at bigint not null, primary key (organization, id));
    create table memberships (organization uuid not null, \"user\" uuid not null, entity uuid not null,
      role text not null, primary key (organization, \"user\", entity));
    create index memberships_entity on memberships (organization, entity, \"user\");
    create table entities (organization uuid not null, id uuid not null, name text not null,
      members integer not null, primary key (organization, id));
    create table events (organization uuid not null, seq bigint not null, body text not null,
      hash text not null, primary key (organization, seq));
    create table mails (id uuid not null primary key, due_at bigint not null);";

/// A connection to a database with bare tables, as durable as ours.
pub(crate) fn open(database: &Database) -> Result<Session, Failure> {
    let mut session = Session::durable(database)?;
    session.run(match session.kind() {
        Kind::Sqlite => SQLITE,
        Kind::Postgres => POSTGRES,
    })?;
    Ok(session)
}

/// Writes so many invitations in one transaction: user, invitation, event and mail of each.
pub(crate) fn invite(
    session: &mut Session,
    organization: Uuid,
    numbers: std::ops::Range<i64>,
) -> Result<(), Failure> {
    let all: Vec<i64> = numbers.collect();
    let rows = match session.kind() {
        // One row a statement is no slower where the database is in the process.
        Kind::Sqlite => 1,
        Kind::Postgres => ROWS_MAX,
    };
    session.transaction(|session| {
        for chunk in all.chunks(rows) {
            invite_chunk(session, organization, chunk)?;
        }
        Ok(())
    })
}

fn invite_chunk(session: &mut Session, organization: Uuid, numbers: &[i64]) -> Result<(), Failure> {
    let ids: Vec<(Uuid, Uuid)> = numbers
        .iter()
        .map(|_| (Uuid::now_v7(), Uuid::now_v7()))
        .collect();
    let mut users = Bare::new("insert into users values ");
    let mut invitations = Bare::new("insert into invitations values ");
    let mut events = Bare::new("insert into events values ");
    let mut mails = Bare::new("insert into mails values ");
    for (index, (number, (user, invitation))) in numbers.iter().zip(ids).enumerate() {
        let open = if index == 0 { "(" } else { ", (" };
        users = users
            .text(open)
            .id(organization)
            .text(", ")
            .id(user)
            .text(", ")
            .word(format!("floor{number}@example.com"))
            .text(", null, 'user', 'invited', null)");
        invitations = invitations
            .text(open)
            .id(organization)
            .text(", ")
            .id(invitation)
            .text(", ")
            .id(user)
            .text(", 1, ")
            .number(*number)
            .text(")");
        events = events
            .text(open)
            .id(organization)
            .text(", ")
            .number(*number)
            .text(", ")
            .word("x".repeat(300))
            .text(", ")
            .word("h".repeat(32))
            .text(")");
        mails = mails
            .text(open)
            .id(invitation)
            .text(", ")
            .number(*number)
            .text(")");
    }
    for statement in [users, invitations, events, mails] {
        session.execute(statement)?;
    }
    Ok(())
}

/// Makes a user with so many memberships, and tells how many seconds taking them out takes.
pub(crate) fn removal_seconds(session: &mut Session, memberships: usize) -> Result<f64, Failure> {
    let (organization, user) = (Uuid::now_v7(), Uuid::now_v7());
    let entities: Vec<Uuid> = (0..memberships).map(|_| Uuid::now_v7()).collect();
    session.transaction(|session| {
        session.execute(
            Bare::new("insert into users values (")
                .id(organization)
                .text(", ")
                .id(user)
                .text(", 'leaver@example.com', null, 'user', 'invited', null)"),
        )?;
        for entity in &entities {
            session.execute(
                Bare::new("insert into entities values (")
                    .id(organization)
                    .text(", ")
                    .id(*entity)
                    .text(", 'Entity', 1)"),
            )?;
            session.execute(
                Bare::new("insert into memberships values (")
                    .id(organization)
                    .text(", ")
                    .id(user)
                    .text(", ")
                    .id(*entity)
                    .text(", 'clerk')"),
            )?;
        }
        Ok(())
    })?;
    let begun = std::time::Instant::now();
    session.transaction(|session| {
        // Every entity counts its members, so each loses one.
        session.execute(
            Bare::new("update entities set members = members - 1 where organization = ")
                .id(organization)
                .text(" and id in (select entity from memberships where organization = ")
                .id(organization)
                .text(" and \"user\" = ")
                .id(user)
                .text(")"),
        )?;
        session.execute(
            Bare::new("delete from memberships where organization = ")
                .id(organization)
                .text(" and \"user\" = ")
                .id(user),
        )?;
        session.execute(
            Bare::new("delete from users where organization = ")
                .id(organization)
                .text(" and id = ")
                .id(user),
        )?;
        session.execute(
            Bare::new("insert into events values (")
                .id(organization)
                .text(", 2, ")
                .word("x".repeat(300))
                .text(", ")
                .word("h".repeat(32))
                .text(")"),
        )
    })?;
    Ok(begun.elapsed().as_secs_f64())
}
