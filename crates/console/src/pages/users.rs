//! Organization Settings, tab Users: everyone in one list (R-LST-1, R-LST-2).

use askama::Template;

use crate::view::{Applied, Choice, Column, Frame, Moment, Pager, Person, Pill, Room};

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
