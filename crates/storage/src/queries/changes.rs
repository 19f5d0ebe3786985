//! The net changes of an organization, written set-based: what cascades over "all of" first, then
//! deletes, then updates and inserts, table by table in the order of their references.

use std::collections::BTreeSet;

use vestibule_domain::{
    ApiKey, Change, Changes, Directory, Entity, EntityId, Event, Invitation, InvitationRecord,
    Joined, Membership, OrganizationId, Sender, User, UserId,
};

use super::{Conn, batch, dialect, tables};
use crate::Fault;
use crate::cells::{Cell, Row};
use crate::statement::Statement;

/// Writes what a batch changed: everything but the record and the organization's own row.
pub(crate) fn write(
    conn: &mut Conn,
    directory: &Directory,
    changes: &Changes,
    events: &[&Event],
) -> Result<(), Fault> {
    let organization = directory.organization().id;
    let deleted = cascade(conn, organization, events)?;
    // What an entity's deletion took is gone; a net change of it has nothing left to write, but
    // for members of an entity that was made anew, whose rows are all to be inserted.
    let made_anew: Vec<Change<Membership>> = directory
        .memberships()
        .filter(|membership| deleted.contains(&membership.entity))
        .map(Change::Insert)
        .collect();
    let memberships: Vec<&Change<Membership>> = changes
        .memberships
        .iter()
        .filter(|change| !deleted.contains(&membership_of(change).entity))
        .chain(&made_anew)
        .collect();
    delete(conn, organization, changes, &memberships)?;
    write_invitations(conn, organization, &changes.invitations)?;
    write_entities(conn, organization, &changes.entities)?;
    write_users(conn, organization, &changes.users, &memberships)?;
    write_memberships(conn, directory, &memberships)?;
    write_api_keys(conn, organization, &changes.api_keys)?;
    recount_entities_of(conn, organization, &changes.users, &memberships)
}

/// The cascades over what a decision did not load, in the order of the events; returns the
/// entities that are gone.
fn cascade(
    conn: &mut Conn,
    organization: OrganizationId,
    events: &[&Event],
) -> Result<BTreeSet<EntityId>, Fault> {
    let mut deleted = BTreeSet::new();
    for event in events {
        match event {
            // R-ORG-5
            Event::OwnershipTransferred { from, to, .. } => {
                Statement::<()>::new("update invitations set sender_user_id = ")
                    .id(*to)
                    .text(" where organization_id = ")
                    .id(organization)
                    .text(" and sender_user_id = ")
                    .id(*from)
                    .text(" and end_state is null")
                    .run(conn)?;
            }
            // R-ENT-6
            Event::EntityDeleted { entity } => {
                delete_members_of(conn, organization, entity.id)?;
                deleted.insert(entity.id);
            }
            _ => {}
        }
    }
    Ok(deleted)
}

/// Deletes an entity's memberships, and notes whose last one that was.
fn delete_members_of(
    conn: &mut Conn,
    organization: OrganizationId,
    entity: EntityId,
) -> Result<(), Fault> {
    Statement::<()>::new("update users set without_entity = true where organization_id = ")
        .id(organization)
        .text(" and id in (select user_id from memberships where organization_id = ")
        .id(organization)
        .text(" and entity_id = ")
        .id(entity)
        .text(
            ") and not exists (select 1 from memberships m \
             where m.organization_id = users.organization_id and m.user_id = users.id \
             and m.entity_id <> ",
        )
        .id(entity)
        .text(")")
        .run(conn)?;
    Statement::<()>::new("delete from memberships where organization_id = ")
        .id(organization)
        .text(" and entity_id = ")
        .id(entity)
        .run(conn)?;
    Ok(())
}

fn delete(
    conn: &mut Conn,
    organization: OrganizationId,
    changes: &Changes,
    memberships: &[&Change<Membership>],
) -> Result<(), Fault> {
    let gone: BTreeSet<UserId> = deleted(&changes.users).map(|user| user.id).collect();
    let key = |id: uuid::Uuid| -> Row<'static> { vec![Cell::id(organization), Cell::Id(id)] };

    // All memberships of who is removed go in one statement, not one by one (R-REM-1).
    let whole: Vec<Row<'_>> = gone.iter().map(|id| key(id.uuid())).collect();
    batch::delete(conn, &tables::MEMBERSHIP_USERS, &whole)?;
    let single: Vec<Row<'_>> = deleted(memberships.iter().copied())
        .filter(|membership| !gone.contains(&membership.user))
        .map(|membership| membership_key(organization, membership))
        .collect();
    batch::delete(conn, &tables::MEMBERSHIP_ROLES, &single)?;

    let keys: Vec<Row<'_>> = deleted(&changes.api_keys)
        .map(|k| key(k.id.uuid()))
        .collect();
    batch::delete(conn, &tables::API_KEYS, &keys)?;
    batch::delete(conn, &tables::USERS, &whole)?;
    let entities: Vec<Row<'_>> = deleted(&changes.entities)
        .map(|e| key(e.id.uuid()))
        .collect();
    batch::delete(conn, &tables::ENTITIES, &entities)
}

fn write_invitations(
    conn: &mut Conn,
    organization: OrganizationId,
    changes: &[Change<InvitationRecord>],
) -> Result<(), Fault> {
    let mut changed = Vec::new();
    for record in updated(changes) {
        let mut row = vec![Cell::id(organization), Cell::id(record.invitation.id)];
        row.push(Cell::text(record.role.as_str()));
        row.extend(sending(&record.invitation)?);
        row.extend(ending(record));
        changed.push(row);
    }
    batch::update(conn, &tables::INVITATION_STATES, &changed)?;
    let mut new = Vec::new();
    for record in inserted(changes) {
        let mut row = vec![Cell::id(organization), Cell::id(record.invitation.id)];
        row.push(Cell::id(record.user));
        row.push(Cell::text(record.email.as_str()));
        row.push(Cell::text(record.role.as_str()));
        let [sender, generation, expires_at, resent_at] = sending(&record.invitation)?;
        row.extend([sender, generation, expires_at]);
        row.push(Cell::Moment(record.invitation.created_at));
        row.push(resent_at);
        row.extend(ending(record));
        new.push(row);
    }
    batch::insert(conn, &tables::INVITATIONS, &new)
}

/// Sender, generation, expiry and resends of an invitation.
fn sending(invitation: &Invitation) -> Result<[Cell<'static>; 4], Fault> {
    let resent_at = serde_json::to_string(&invitation.resent_at)
        .map_err(|error| Fault::internal("times cannot be written as JSON").because(error))?;
    Ok([
        match invitation.sender {
            Sender::User(sender) => Cell::id(sender),
            Sender::Operator => Cell::Null,
        },
        Cell::count(invitation.generation),
        Cell::Moment(invitation.expires_at),
        Cell::text(resent_at),
    ])
}

fn ending(record: &InvitationRecord) -> [Cell<'static>; 2] {
    match record.ended {
        Some((end, at)) => [Cell::text(end.as_str()), Cell::Moment(at)],
        None => [Cell::Null, Cell::Null],
    }
}

fn write_entities(
    conn: &mut Conn,
    organization: OrganizationId,
    changes: &[Change<Entity>],
) -> Result<(), Fault> {
    let (mut parked, mut counted, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        let Change::Update { before, after } = change else {
            continue;
        };
        let key = vec![Cell::id(organization), Cell::id(after.id)];
        if before.name == after.name && before.status == after.status {
            let counts = [
                Cell::count(after.member_count),
                Cell::count(after.active_admins),
            ];
            counted.push([key, counts.into()].concat());
            continue;
        }
        if before.name.key() != after.name.key() {
            // No name begins with a control character, so that this meets no other.
            let name = Cell::text(format!("\u{1}{}", after.id));
            parked.push([key, vec![name]].concat());
        }
        changed.push(entity_row(organization, after));
    }
    // Renames that swap names would meet one another's unique names on the way.
    if parked.len() > 1 {
        batch::update(conn, &tables::ENTITY_NAME_KEYS, &parked)?;
    }
    batch::update(conn, &tables::ENTITY_COUNTS, &counted)?;
    batch::update(conn, &tables::ENTITIES, &changed)?;
    let new: Vec<Row<'_>> = inserted(changes)
        .map(|entity| entity_row(organization, entity))
        .collect();
    batch::insert(conn, &tables::ENTITIES, &new)
}

fn entity_row(organization: OrganizationId, entity: &Entity) -> Row<'_> {
    vec![
        Cell::id(organization),
        Cell::id(entity.id),
        Cell::text(entity.name.as_str()),
        Cell::text(entity.name.key().as_str().to_owned()),
        Cell::text(entity.status.as_str()),
        Cell::count(entity.member_count),
        Cell::count(entity.active_admins),
    ]
}

fn write_users(
    conn: &mut Conn,
    organization: OrganizationId,
    changes: &[Change<User>],
    memberships: &[&Change<Membership>],
) -> Result<(), Fault> {
    let (mut senders, mut changed, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        let Change::Update { before, after } = change else {
            continue;
        };
        let key = || vec![Cell::id(organization), Cell::id(after.id)];
        if is_same_but_for_sending(before, after) {
            senders.push([key(), sent(after).into()].concat());
            continue;
        }
        changed.push([key(), profile(after).into(), sent(after).into()].concat());
        if sort_key(before) != sort_key(after) || before.status() != after.status() {
            let label = [
                Cell::text(sort_key(after)),
                Cell::text(after.status().as_str()),
            ];
            labels.push([key(), label.into()].concat());
        }
    }
    batch::update(conn, &tables::USER_SENT_COUNTS, &senders)?;
    batch::update(conn, &tables::USER_STATES, &changed)?;
    batch::update(conn, &tables::MEMBERSHIP_USERS, &labels)?;

    let placed: BTreeSet<UserId> = inserted(memberships.iter().copied())
        .map(|membership| membership.user)
        .collect();
    let new: Vec<Row<'_>> = inserted(changes)
        .map(|user| {
            let lead = vec![
                Cell::id(organization),
                Cell::id(user.id),
                Cell::text(user.email.as_str()),
                Cell::text(user.email.key().as_str()),
                Cell::text(user.email.sort_key().as_str().to_owned()),
            ];
            let tail = vec![Cell::Truth(!placed.contains(&user.id))];
            [lead, profile(user).into(), sent(user).into(), tail].concat()
        })
        .collect();
    batch::insert(conn, &tables::USERS, &new)
}

fn is_same_but_for_sending(before: &User, after: &User) -> bool {
    before.name == after.name
        && before.role == after.role
        && before.status() == after.status()
        && before.joined() == after.joined()
        && before.invitation().map(|invitation| invitation.id)
            == after.invitation().map(|invitation| invitation.id)
}

/// Name, sort key, role, status, account, joining and invitation of a user.
fn profile(user: &User) -> [Cell<'_>; 7] {
    let joined: Option<&Joined> = user.joined();
    [
        Cell::text_or_null(user.name.as_ref().map(|name| name.as_str())),
        Cell::text(sort_key(user)),
        Cell::text(user.role.as_str()),
        Cell::text(user.status().as_str()),
        Cell::id_or_null(joined.map(|joined| joined.account)),
        Cell::moment_or_null(joined.map(|joined| joined.at)),
        Cell::id_or_null(user.invitation().map(|invitation| invitation.id)),
    ]
}

fn sent(user: &User) -> [Cell<'_>; 2] {
    [
        Cell::count(user.sent_invitations.count),
        Cell::bytes(user.sent_invitations.digest.as_slice()),
    ]
}

/// R-LST-2: who has no name sorts by email.
fn sort_key(user: &User) -> String {
    let key = match &user.name {
        Some(name) => name.key(),
        None => user.email.sort_key(),
    };
    key.as_str().to_owned()
}

fn write_memberships(
    conn: &mut Conn,
    directory: &Directory,
    changes: &[&Change<Membership>],
) -> Result<(), Fault> {
    let organization = directory.organization().id;
    let changed: Vec<Row<'_>> = updated(changes.iter().copied())
        .map(|membership| {
            let mut row = membership_key(organization, membership);
            row.push(Cell::text(membership.role.as_str()));
            row
        })
        .collect();
    batch::update(conn, &tables::MEMBERSHIP_ROLES, &changed)?;
    let mut new = Vec::new();
    for membership in inserted(changes.iter().copied()) {
        let user = directory.user(membership.user).ok_or_else(|| {
            Fault::internal("a membership was decided without its user being known")
        })?;
        let mut row = membership_key(organization, membership);
        row.push(Cell::text(membership.role.as_str()));
        row.push(Cell::text(sort_key(user)));
        row.push(Cell::text(user.status().as_str()));
        new.push(row);
    }
    batch::insert(conn, &tables::MEMBERSHIPS, &new)
}

fn membership_key(organization: OrganizationId, membership: &Membership) -> Row<'static> {
    vec![
        Cell::id(organization),
        Cell::id(membership.user),
        Cell::id(membership.entity),
    ]
}

fn write_api_keys(
    conn: &mut Conn,
    organization: OrganizationId,
    changes: &[Change<ApiKey>],
) -> Result<(), Fault> {
    let new: Vec<Row<'_>> = inserted(changes)
        .map(|key| {
            vec![
                Cell::id(organization),
                Cell::id(key.id),
                Cell::id(key.maker),
                Cell::text(key.name.as_str()),
                Cell::text(key.role.as_str()),
                Cell::bytes(key.digest.0.as_slice()),
                Cell::Moment(key.created_at),
                Cell::moment_or_null(key.expires_at),
            ]
        })
        .collect();
    batch::insert(conn, &tables::API_KEYS, &new)
}

/// Notes who has a membership now and who has none, of those that were there before (R-INV-11).
fn recount_entities_of(
    conn: &mut Conn,
    organization: OrganizationId,
    users: &[Change<User>],
    memberships: &[&Change<Membership>],
) -> Result<(), Fault> {
    let settled: BTreeSet<UserId> = deleted(users)
        .chain(inserted(users))
        .map(|user| user.id)
        .collect();
    let moved: BTreeSet<UserId> = deleted(memberships.iter().copied())
        .chain(inserted(memberships.iter().copied()))
        .map(|membership| membership.user)
        .filter(|user| !settled.contains(user))
        .collect();
    if moved.is_empty() {
        return Ok(());
    }
    const NONE: &str = "not exists (select 1 from memberships m \
         where m.organization_id = users.organization_id and m.user_id = users.id)";
    let mut statement = Statement::<()>::new(format!("update users set without_entity = {NONE}"));
    statement
        .text(" where organization_id = ")
        .id(organization)
        .text(format!(" and without_entity <> {NONE} and id "));
    dialect::push_among(&mut statement, moved);
    statement.run(conn)?;
    Ok(())
}

fn membership_of(change: &Change<Membership>) -> &Membership {
    match change {
        Change::Insert(membership)
        | Change::Update {
            after: membership, ..
        }
        | Change::Delete(membership) => membership,
    }
}

fn inserted<'a, T: 'a>(
    changes: impl IntoIterator<Item = &'a Change<T>>,
) -> impl Iterator<Item = &'a T> {
    changes.into_iter().filter_map(|change| match change {
        Change::Insert(after) => Some(after),
        Change::Update { .. } | Change::Delete(_) => None,
    })
}

fn updated<'a, T: 'a>(
    changes: impl IntoIterator<Item = &'a Change<T>>,
) -> impl Iterator<Item = &'a T> {
    changes.into_iter().filter_map(|change| match change {
        Change::Update { after, .. } => Some(after),
        Change::Insert(_) | Change::Delete(_) => None,
    })
}

fn deleted<'a, T: 'a>(
    changes: impl IntoIterator<Item = &'a Change<T>>,
) -> impl Iterator<Item = &'a T> {
    changes.into_iter().filter_map(|change| match change {
        Change::Delete(before) => Some(before),
        Change::Insert(_) | Change::Update { .. } => None,
    })
}
