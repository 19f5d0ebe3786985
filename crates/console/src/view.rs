//! What templates are filled with: plain words and addresses, nothing that could decide or ask.

mod form;
mod frame;
mod list;
mod moment;
mod people;

pub(crate) use form::{Choice, Form, Problem};
pub(crate) use frame::{Door, Flash, Frame, Hall, SignedIn, Tab, Tone};
pub(crate) use list::{Applied, Column, Pager, Sorted};
pub(crate) use moment::Moment;
pub(crate) use people::{Person, Pill, Room, initials_of};
