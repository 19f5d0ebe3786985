//! Plays the HTTP contract against the real binary, as an outside client would, with mail over SMTP.
//!
//! Each check is a plain function that gets a running server and makes an organization of its own there;
//! `on_both_databases!` at the top of a file runs its checks on SQLite and, where the binary is built with
//! PostgreSQL, on that too. Nothing here knows the code behind the contract: no crate of ours is used.

#[cfg(test)]
mod contract {
    /// Runs each check of a file as a test on SQLite and as one on PostgreSQL.
    macro_rules! on_both_databases {
        ($($check:ident),+ $(,)?) => {
            mod sqlite {
                $(
                    #[test]
                    fn $check() {
                        super::$check($crate::contract::server::sqlite());
                    }
                )+
            }
            #[cfg(any(feature = "postgres", feature = "postgres-bundled"))]
            mod postgres {
                $(
                    #[test]
                    fn $check() {
                        super::$check($crate::contract::server::postgres());
                    }
                )+
            }
        };
    }

    mod call;
    mod form;
    mod mailbox;
    mod organization;
    #[cfg(any(feature = "postgres", feature = "postgres-bundled"))]
    #[path = "../shared/postgres.rs"]
    mod postgres;
    mod server;

    mod api_keys;
    mod audit_events;
    mod batch;
    mod candidates;
    mod checks;
    mod conditional_requests;
    mod entities;
    mod errors;
    mod idempotency;
    mod invitation_links;
    mod invitations;
    mod lists_and_cursors;
    mod mail;
    mod matrix;
    mod me;
    mod members;
    mod organizations;
    mod password_resets;
    mod races;
    mod removal;
    mod running;
    mod sent_invitations;
    mod sessions;
    mod users;
    mod users_list;
    mod visibility;
}
