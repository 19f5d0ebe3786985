//! Organization Settings, tab Users: everyone in one list (R-LST-1, R-LST-2).

mod filter;

use std::collections::BTreeSet;

use askama::Template;
use axum::{extract::Path, http::StatusCode};
use vestibule_domain::{EntityId, InvitationState};

use crate::{
    api::{
        Visitor,
        answers::{List, MailState, User},
    },
    house::{House, Section},
    messages,
    pages::pick::{Among, offered},
    respond::{Answered, on_to, page_of_its_address},
    sent::Asked,
    view::{Applied, Choice, Column, Frame, Moment, Pager, Person, Pill, Room, columns_of},
};

/// How many entities a row shows before it folds the others away.
const ROOMS_SHOWN: usize = 4;

/// A page of the list.
#[derive(Debug, Template)]
#[template(path = "users.html")]
pub(crate) struct UsersPage {
    pub(crate) frame: Frame,
    pub(crate) organization: String,
    pub(crate) summary: String,
    /// The address of *Invite User*, for who may.
    pub(crate) invite: Option<String>,
    pub(crate) filter: UsersFilter,
    pub(crate) columns: UsersColumns,
    pub(crate) rows: Vec<UserRow>,
    pub(crate) pager: Pager,
}

/// The columns that the list can be sorted by.
#[derive(Debug, Clone)]
pub(crate) struct UsersColumns {
    pub(crate) name: Column,
    pub(crate) email: Column,
    pub(crate) status: Column,
    pub(crate) joined: Column,
}

/// The filters as they are set.
#[derive(Debug, Clone)]
pub(crate) struct UsersFilter {
    pub(crate) query: String,
    pub(crate) sort: Option<String>,
    pub(crate) statuses: Vec<Choice>,
    pub(crate) roles: Vec<Choice>,
    pub(crate) entities: Vec<Choice>,
    pub(crate) entity_roles: Vec<Choice>,
    /// What entities are searched for, where there are more than the list of them holds.
    pub(crate) entity_name: Option<String>,
    pub(crate) applied: Vec<Applied>,
    /// Whether anything but the search is set.
    pub(crate) narrowed: bool,
    pub(crate) clear: String,
}

/// One user.
#[derive(Debug, Clone)]
pub(crate) struct UserRow {
    pub(crate) href: String,
    pub(crate) person: Person,
    pub(crate) role: &'static str,
    pub(crate) status: Pill,
    /// What needs a look: an invitation that expired, or whose mail failed.
    pub(crate) trouble: Option<Pill>,
    pub(crate) joined: Option<Moment>,
    pub(crate) rooms: Vec<Room>,
}

impl UserRow {
    fn rooms_shown(&self) -> &[Room] {
        self.rooms
            .split_at_checked(self.shown())
            .map_or(&self.rooms, |(shown, _)| shown)
    }

    fn rooms_folded(&self) -> &[Room] {
        self.rooms
            .split_at_checked(self.shown())
            .map_or(&[], |(_, folded)| folded)
    }

    /// One more is shown rather than folded away alone.
    fn shown(&self) -> usize {
        if self.rooms.len() > ROOMS_SHOWN + 1 {
            ROOMS_SHOWN
        } else {
            self.rooms.len()
        }
    }
}

/// Shows a page of the list.
pub(crate) async fn show(
    visitor: Visitor,
    Path(organization): Path<String>,
    asked: Asked,
) -> Answered {
    let house = House::enter(&visitor, &organization).await?;
    let path = format!("{}/users", house.base);
    let list: List<User> = match visitor
        .get(&filter::asked_of_api(&house.api("/users"), &asked))
        .await
    {
        Ok(list) => list,
        // An address that was typed or is stale: the list as a whole is still there.
        Err(refusal)
            if matches!(
                refusal.status,
                StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY
            ) =>
        {
            return Ok(on_to(&path));
        }
        Err(refusal) => return Err(refusal),
    };
    let rooms = list.items.iter().flat_map(|user| &user.memberships);
    let archived = house
        .archived_among(&visitor, rooms.map(|room| room.entity_id).collect())
        .await?;
    let chosen: Vec<EntityId> = asked.value("entity_id").parse().into_iter().collect();
    let query = asked.value("entity_name");
    let offered = offered(&visitor, &house, Among::All, query, &chosen).await?;
    let filter = filter::shown(&path, &asked, &offered);
    let shown = UsersPage {
        summary: summary(&house, &filter, &asked, &list),
        frame: house.frame(&visitor, Section::Users),
        organization: house.name().to_owned(),
        invite: house
            .offers_inviting(&visitor)
            .await?
            .then(|| format!("{path}/invite")),
        columns: columns(&path, &asked),
        pager: Pager {
            first: (!asked.value("cursor").is_empty()).then(|| asked.with(&path, "cursor", "")),
            next: list
                .next_cursor
                .as_deref()
                .map(|cursor| asked.with(&path, "cursor", cursor)),
        },
        rows: list
            .items
            .into_iter()
            .map(|user| row(&path, user, &archived))
            .collect(),
        filter,
    };
    Ok(page_of_its_address(&visitor, &shown))
}

fn columns(path: &str, asked: &Asked) -> UsersColumns {
    let [name, email, status, joined] = columns_of(
        path,
        asked,
        [
            ("name", "Name"),
            ("email", "Email"),
            ("status", "Status"),
            ("joined_at", "Joined"),
        ],
    );
    UsersColumns {
        name,
        email,
        status,
        joined,
    }
}

fn row(path: &str, user: User, archived: &BTreeSet<EntityId>) -> UserRow {
    let rooms = user.memberships.iter().map(|membership| Room {
        entity: membership.entity_name.clone(),
        role: messages::entity_role(membership.role),
        archived: archived.contains(&membership.entity_id),
    });
    UserRow {
        href: format!("{path}/{}", user.id),
        rooms: rooms.collect(),
        role: messages::organization_role(user.role),
        status: messages::status(user.status),
        trouble: user.invitation.as_ref().and_then(|invitation| {
            match (invitation.state, invitation.mail) {
                (InvitationState::Pending, MailState::Failed) => {
                    Some(messages::mail_state(MailState::Failed))
                }
                (InvitationState::Pending, MailState::Queued | MailState::Sent) => None,
                (state, _) => Some(messages::invitation_state(state)),
            }
        }),
        joined: user.joined_at.map(Moment::of),
        person: Person::new(user.id, user.name, user.email),
    }
}

/// Counts only what is on the page: a list of a million costs what a list of ten does (R-LST-3).
fn summary(house: &House, filter: &UsersFilter, asked: &Asked, list: &List<User>) -> String {
    let whole = list.next_cursor.is_none() && asked.value("cursor").is_empty();
    let shown = u64::try_from(list.items.len()).unwrap_or(u64::MAX);
    let people = messages::counted(shown, "person", "people");
    match (whole, filter.applied.is_empty()) {
        (true, true) if house.is_admin() => format!("{people} in {}", house.name()),
        (true, true) => "The people you share entities with".to_owned(),
        (true, false) => format!("{people} found"),
        (false, _) => format!("{people} on this page"),
    }
}
