//! What templates are filled with: plain words and addresses, nothing that could decide or ask.

mod form;
mod frame;
mod list;
mod moment;
mod people;

pub(crate) use form::{Choice, Form};
pub(crate) use frame::{Door, Flash, Frame, Hall, SignedIn, Tab, Tone};
#[cfg(test)]
pub(crate) use list::Sorted;
pub(crate) use list::{Applied, Column, Pager, columns_of};
pub(crate) use moment::{Moment, span};
pub(crate) use people::{Person, Pill, Room, initials_of};
