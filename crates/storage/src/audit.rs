//! The record: what an event says in it, how personal values stand beside it, and the chain.

mod cast;
mod chain;
mod story;

pub(crate) use cast::Cast;
pub(crate) use chain::{Entry, GENESIS, Kept, commitment, kept};
pub(crate) use story::{Party, Story};
