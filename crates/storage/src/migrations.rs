//! The migrations inside the binary; each database runs its own, under the same names.

use diesel_migrations::{EmbeddedMigrations, embed_migrations};

/// Those of SQLite.
pub(crate) const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");

/// Those of PostgreSQL.
#[cfg(feature = "postgres")]
pub(crate) const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    use diesel::sql_types::Text;
    use diesel_migrations::MigrationHarness;

    use super::*;

    #[derive(Debug, PartialEq, Eq, QueryableByName)]
    struct Piece {
        #[diesel(sql_type = Text)]
        definition: String,
    }

    #[test]
    fn up_down_and_up_again_is_the_same_schema_on_sqlite() {
        const PIECES: &str = "select type || ' ' || name || ' ' || coalesce(sql, '') \
            as definition from sqlite_master where name not like '%diesel%' order by 1";
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        conn.batch_execute("pragma foreign_keys = on").unwrap();
        let pieces = |conn: &mut SqliteConnection| -> Vec<Piece> {
            diesel::sql_query(PIECES).load(conn).unwrap()
        };
        conn.run_pending_migrations(SQLITE).unwrap();
        let first = pieces(&mut conn);
        assert!(first.len() > 40, "{first:#?}");
        conn.revert_all_migrations(SQLITE).unwrap();
        assert_eq!(pieces(&mut conn), Vec::new());
        conn.run_pending_migrations(SQLITE).unwrap();
        assert_eq!(pieces(&mut conn), first);
    }

    /// What happens to each reference when what it refers to is deleted.
    #[test]
    fn every_foreign_key_has_the_delete_action_that_is_listed_here() {
        const KEYS: &str = "select m.name || '.' || min(f.\"from\") || ' -> ' || f.\"table\" \
            || ': ' || lower(f.on_delete) as definition \
            from sqlite_master m join pragma_foreign_key_list(m.name) f \
            where m.type = 'table' group by m.name, f.id order by 1";
        let mut conn = SqliteConnection::establish(":memory:").unwrap();
        conn.run_pending_migrations(SQLITE).unwrap();
        let keys: Vec<Piece> = diesel::sql_query(KEYS).load(&mut conn).unwrap();
        let keys: Vec<&str> = keys.iter().map(|key| key.definition.as_str()).collect();
        assert_eq!(
            keys,
            [
                "api_keys.maker_user_id -> users: cascade",
                "audit_events.organization_id -> organizations: cascade",
                "entities.organization_id -> organizations: cascade",
                "invitations.organization_id -> organizations: cascade",
                "memberships.entity_id -> entities: cascade",
                "memberships.organization_id -> users: cascade",
                "organizations.id -> users: no action",
                "outbox.organization_id -> organizations: cascade",
                "password_resets.account_id -> accounts: cascade",
                "sessions.account_id -> accounts: cascade",
                "users.account_id -> accounts: restrict",
                "users.invitation_id -> invitations: restrict",
                "users.organization_id -> organizations: cascade",
            ]
        );
    }
}
