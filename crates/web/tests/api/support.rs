//! A house to play in: a server on a database of its own, and people who ask it things.

pub(crate) mod client;
pub(crate) mod house;

pub(crate) use client::{Answer, Asking};
pub(crate) use house::{House, Person};

/// A password that nobody guesses.
pub(crate) const PASSWORD: &str = "moss lantern 7 quarry";
/// Another one.
pub(crate) const OTHER_PASSWORD: &str = "velvet harbour 9 anvil";
/// The operator key of every house.
pub(crate) const OPERATOR_KEY: &str = "operator-key-of-the-tests";
