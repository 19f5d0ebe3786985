//! The floor of a page of users: two statements in bare SQL on the same tables, and its JSON.

use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use serde::{Serialize, Serializer};
use uuid::Uuid;
use vestibule_domain::Timestamp;

use crate::database::Kind;
use crate::failure::Failure;
use crate::sql::{Bare, Id, IdValue, Moment, MomentValue, Session};

#[derive(Queryable)]
struct User {
    id: IdValue,
    email: String,
    name: Option<String>,
    role: String,
    status: String,
    joined_at: Option<MomentValue>,
    invitation: Option<IdValue>,
    expires_at: Option<MomentValue>,
    mail: Option<String>,
    mail_error: Option<String>,
}

type UserColumns = (
    Id,
    Text,
    Nullable<Text>,
    Text,
    Text,
    Nullable<Moment>,
    Nullable<Id>,
    Nullable<Moment>,
    Nullable<Text>,
    Nullable<Text>,
);

#[derive(Queryable)]
struct Membership {
    user: IdValue,
    entity: IdValue,
    entity_name: String,
    role: String,
}

type MembershipColumns = (Id, Id, Text, Text);

#[derive(Serialize)]
struct Page<'a> {
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    #[serde(serialize_with = "hyphenated")]
    id: Uuid,
    email: &'a str,
    name: Option<&'a str>,
    role: &'a str,
    status: &'a str,
    joined_at: Option<Timestamp>,
    invitation: Option<Invitation<'a>>,
    memberships: Vec<Held<'a>>,
}

#[derive(Serialize)]
struct Invitation<'a> {
    #[serde(serialize_with = "hyphenated")]
    id: Uuid,
    state: &'a str,
    expires_at: Option<Timestamp>,
    mail: Option<&'a str>,
    mail_error: Option<&'a str>,
}

#[derive(Serialize)]
struct Held<'a> {
    #[serde(serialize_with = "hyphenated")]
    entity_id: Uuid,
    entity_name: &'a str,
    role: &'a str,
}

fn hyphenated<S: Serializer>(id: &Uuid, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
}

const USERS: &str = "select u.id, u.email, u.name, u.role, u.status, u.joined_at, i.id, i.expires_at, o.state, o.error \
     from users u left join invitations i on i.organization_id = u.organization_id and i.id = u.invitation_id \
     left join outbox o on o.subject_id = i.id and o.generation = i.generation where u.organization_id = ";
/// The memberships of the page, before, between and after the organization's id.
///
/// `cross join` holds SQLite to this order, and an array PostgreSQL: each would begin with all
/// memberships otherwise, and be no floor.
const SQLITE_MEMBERSHIPS: [&str; 2] = [
    "select m.user_id, m.entity_id, e.name, m.role from (select id from users where organization_id = ",
    " order by sort_key, id limit 50) as page cross join memberships m on m.user_id = page.id \
     cross join entities e on e.organization_id = m.organization_id and e.id = m.entity_id \
     where m.organization_id = ",
];
const POSTGRES_MEMBERSHIPS: [&str; 2] = [
    "select m.user_id, m.entity_id, e.name, m.role from memberships m join entities e \
     on e.organization_id = m.organization_id and e.id = m.entity_id where m.user_id = any \
     (array(select id from users where organization_id = ",
    " order by sort_key, id limit 50)) and m.organization_id = ",
];

/// The first page of 50 people by name, as JSON.
pub(crate) fn page(session: &mut Session, organization: Uuid) -> Result<Vec<u8>, Failure> {
    let users = Bare::<UserColumns>::new(USERS)
        .id(organization)
        .text(" order by u.sort_key, u.id limit 51");
    let [before, between] = match session.kind() {
        Kind::Sqlite => SQLITE_MEMBERSHIPS,
        Kind::Postgres => POSTGRES_MEMBERSHIPS,
    };
    let memberships = Bare::<MembershipColumns>::new(before)
        .id(organization)
        .text(between)
        .id(organization);
    let (users, memberships): (Vec<User>, Vec<Membership>) = match session {
        Session::Sqlite(connection) => (users.load(connection)?, memberships.load(connection)?),
        #[cfg(feature = "postgres")]
        Session::Postgres(connection) => (users.load(connection)?, memberships.load(connection)?),
    };
    Ok(serde_json::to_vec(&Page {
        items: items(&users, &memberships)?,
    })?)
}

fn items<'a>(users: &'a [User], memberships: &'a [Membership]) -> Result<Vec<Item<'a>>, Failure> {
    let moment = |moment: Option<MomentValue>| {
        moment
            .map(|MomentValue(micros)| Timestamp::from_micros(micros))
            .transpose()
    };
    let mut items = Vec::with_capacity(users.len());
    for user in users.iter().take(50) {
        let mut held: Vec<Held<'a>> = memberships
            .iter()
            .filter(|held| held.user == user.id)
            .map(|held| Held {
                entity_id: held.entity.0,
                entity_name: &held.entity_name,
                role: &held.role,
            })
            .collect();
        held.sort_unstable_by_key(|held| held.entity_name);
        let invitation = user.invitation.map(|id| -> Result<_, Failure> {
            Ok(Invitation {
                id: id.0,
                state: "pending",
                expires_at: moment(user.expires_at)?,
                mail: user.mail.as_deref(),
                mail_error: user.mail_error.as_deref(),
            })
        });
        items.push(Item {
            id: user.id.0,
            email: &user.email,
            name: user.name.as_deref(),
            role: &user.role,
            status: &user.status,
            joined_at: moment(user.joined_at)?,
            invitation: invitation.transpose()?,
            memberships: held,
        });
    }
    Ok(items)
}
