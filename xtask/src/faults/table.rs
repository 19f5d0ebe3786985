//! The faults, one or more in every layer between a request and its rows.

/// One fault: a text that stands once in a file, and what is put in its place.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) layer: &'static str,
    pub(crate) file: &'static str,
    pub(crate) was: &'static str,
    pub(crate) is: &'static str,
    /// Which suite is to find it.
    pub(crate) suite: Suite,
}

/// A suite that is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suite {
    Parts,
    Laws,
    TwoServers,
    Sqlite,
    PostgreSql,
    Http,
}

impl Suite {
    /// How cargo is told to run it.
    pub(crate) const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Parts => &["--package", "vestibule-domain", "--test", "parts"],
            Self::Laws => &["--package", "vestibule-domain", "--test", "laws"],
            Self::TwoServers => &["--package", "vestibule-domain", "--test", "two_servers"],
            // Built as for PostgreSQL, so that the two of them are compiled once.
            Self::Sqlite => &[
                "--package",
                "vestibule-storage",
                "--features",
                "postgres",
                "--lib",
                "sqlite_agrees_with_the_model",
            ],
            Self::PostgreSql => &[
                "--package",
                "vestibule-storage",
                "--features",
                "postgres",
                "--lib",
                "postgresql_agrees_with_the_model",
            ],
            Self::Http => &["--package", "vestibule", "--test", "agreement"],
        }
    }
}

/// All of them, from the decision outwards.
pub(crate) const FAULTS: &[Fault] = &[
    Fault {
        name: "the sender's right is judged without loading the sender",
        layer: "what is asked for",
        file: "crates/domain/src/directory/looking.rs",
        was: "        self.need(Wanted::new().user(sender))?;\n",
        is: "",
        suite: Suite::Parts,
    },
    Fault {
        name: "a revocation does not ask for the holdings",
        layer: "what is asked for",
        file: "crates/domain/src/decide/invitations.rs",
        was: "self.standing(Wanted::new().user(user).holdings(user))?",
        is: "self.standing(Wanted::new().user(user))?",
        suite: Suite::Parts,
    },
    Fault {
        name: "an acceptance does not mind the sender's right",
        layer: "decide",
        file: "crates/domain/src/decide/invitations.rs",
        was: "            SenderRight::Lost => Err(Rejection::InvitationNotUsable.into()),",
        is: "            SenderRight::Lost => Ok((invitee, invitation)),",
        suite: Suite::TwoServers,
    },
    Fault {
        name: "the Primary Admin can be removed",
        layer: "decide",
        file: "crates/domain/src/decide/users.rs",
        was: "            return Err(Rejection::PrimaryAdminMustTransfer);\n",
        is: "            return Ok(());\n",
        suite: Suite::Laws,
    },
    Fault {
        name: "who comes back is not counted among an entity's Admins",
        layer: "apply",
        file: "crates/domain/src/directory/apply.rs",
        was: "                entity.active_admins = others.saturating_add(u32::from(is_active));",
        is: "                entity.active_admins = others;",
        suite: Suite::Laws,
    },
    Fault {
        name: "a removal leaves the keys",
        layer: "apply",
        file: "crates/domain/src/directory/apply.rs",
        was: "            self.api_keys.remove((plan.user, lost.id));",
        is: "            let _ = lost;",
        suite: Suite::Laws,
    },
    Fault {
        name: "users are not found by email",
        layer: "Load",
        file: "crates/storage/src/queries/load.rs",
        was: "        if !wanted.emails.is_empty() {",
        is: "        if wanted.emails.len() > 1 {",
        suite: Suite::Sqlite,
    },
    Fault {
        name: "holdings are not loaded",
        layer: "Load",
        file: "crates/storage/src/queries/load.rs",
        was: "        if !wanted.holdings.is_empty() {",
        is: "        if wanted.holdings.len() > 1 {",
        suite: Suite::PostgreSql,
    },
    Fault {
        name: "a transfer leaves the sent invitations behind",
        layer: "storage",
        file: "crates/storage/src/queries/changes.rs",
        was: "                    .id(*from)\n                    .text(\" and end_state is null\")",
        is: "                    .id(*to)\n                    .text(\" and end_state is null\")",
        suite: Suite::Sqlite,
    },
    Fault {
        name: "the first of several rows is not deleted",
        layer: "SQLite",
        file: "crates/storage/src/sqlite/batch.rs",
        was: "    execute(conn, rows, columns.key.len(), &before, \")\").map(|_| ())",
        is: "    let rows = rows.get(usize::from(rows.len() > 1)..).unwrap_or(rows);\n    execute(conn, rows, columns.key.len(), &before, \")\").map(|_| ())",
        suite: Suite::Sqlite,
    },
    Fault {
        name: "an update writes into rows that have one part of the key",
        layer: "PostgreSQL",
        file: "crates/storage/src/postgres/batch.rs",
        was: "        .map(|(name, _)| format!(\"t.{name} between v.{name} and v.{name}\"))\n",
        is: "        .map(|(name, _)| format!(\"t.{name} between v.{name} and v.{name}\"))\n        .take(1)\n",
        suite: Suite::PostgreSql,
    },
    Fault {
        name: "only the first of several rows is deleted",
        layer: "PostgreSQL",
        file: "crates/storage/src/postgres/batch.rs",
        was: "        arrays: arrays(key(), rows),",
        is: "        arrays: arrays(key(), rows.get(..1).unwrap_or(rows)),",
        suite: Suite::PostgreSql,
    },
    Fault {
        name: "a removal does not mind the plan that was seen",
        layer: "web",
        file: "crates/web/src/routes/users.rs",
        was: "        fingerprint: seen_plan(call.if_match().as_ref()),",
        is: "        fingerprint: seen_plan(None),",
        suite: Suite::Http,
    },
    Fault {
        name: "a new role of a member is always Clerk",
        layer: "web",
        file: "crates/web/src/routes/members.rs",
        was: "        role: body.role,\n    })\n    .pointing",
        is: "        role: EntityRole::Clerk,\n    })\n    .pointing",
        suite: Suite::Http,
    },
];
