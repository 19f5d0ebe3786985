//! The migrations inside the binary; each database runs its own, under the same names.

use diesel_migrations::{EmbeddedMigrations, embed_migrations};

/// Those of SQLite.
pub(crate) const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Those of PostgreSQL.
#[cfg(feature = "postgres")]
pub(crate) const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
