//! The queries, written once and compiled twice: `sqlite` and `postgres` each include this file
//! and name their own `Conn`, `Db` and `dialect`.

use super::Conn;

#[path = "queries/organizations.rs"]
pub(crate) mod organizations;
