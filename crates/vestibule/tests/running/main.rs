//! The binary as its operator meets it: first lines, settings, refusals, exit codes, its end.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod commands;
mod crash;
mod demo;
mod house;
#[cfg(feature = "postgres")]
mod lost;
#[cfg(feature = "postgres")]
#[path = "../shared/postgres.rs"]
mod postgres;
mod refusals;
mod start;
