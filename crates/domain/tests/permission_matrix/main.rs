//! Every command by every kind of actor, as one table: docs/permissions.md is made of it.
//!
//! `VESTIBULE_RENEW=1 cargo test -p vestibule-domain --test permission_matrix` renews the page.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails where it stands"
)]

mod group;
mod rows;

use std::fmt::Write as _;
use std::path::Path;

use vestibule_domain::{Actor, Command, Timestamp, UserManagement};

use group::Group;

/// A row: its head, and an answer for each actor.
type Row = (&'static str, Vec<String>);

/// The rows of what is done to others and to the organization, and the heads of the columns.
fn cells(user_management: UserManagement) -> (Vec<&'static str>, Vec<Row>) {
    let mut group = Group::new(user_management);
    let commands = group.commands();
    let actors = group.actors();
    let rows = commands.iter().map(|(row, command)| {
        let cells = actors.iter().map(|(_, actor)| group.cell(*actor, command));
        (*row, cells.collect())
    });
    (
        actors.iter().map(|(head, _)| *head).collect(),
        rows.collect(),
    )
}

/// The rows of what people do about themselves, by every kind of user.
fn own_cells() -> (Vec<&'static str>, Vec<Row>) {
    let group = Group::new(UserManagement::PrimaryAdmin);
    let mut rows: Vec<Row> = Vec::new();
    let mut heads = Vec::new();
    for (head, actor) in group.actors() {
        let Actor::User { id, .. } = actor else {
            continue;
        };
        heads.push(head);
        for (place, (row, command)) in group.own_commands(id).into_iter().enumerate() {
            if rows.len() == place {
                rows.push((row, Vec::new()));
            }
            rows[place].1.push(group.cell(actor, &command));
        }
    }
    (heads, rows)
}

/// The rows whose answers are others when the sign-in is older than 15 minutes (R-SES-4).
fn stale_cells() -> Vec<Row> {
    let mut group = Group::new(UserManagement::Admins);
    let commands = group.commands();
    let an_hour_ago = Timestamp::from_micros(group.world.at.micros() - 3_600_000_000).unwrap();
    let mut rows = Vec::new();
    for (row, command) in commands {
        let (mut fresh, mut stale) = (Vec::new(), Vec::new());
        for (_, actor) in group.actors() {
            fresh.push(group.cell(actor, &command));
            let actor = match actor {
                Actor::User { id, .. } => Actor::User {
                    id,
                    signed_in: an_hour_ago,
                },
                other => other,
            };
            stale.push(group.cell(actor, &command));
        }
        if fresh != stale {
            rows.push((row, stale));
        }
    }
    rows
}

fn table(heads: &[&str], rows: &[Row]) -> String {
    let mut table = format!("| | {} |\n| --- |", heads.join(" | "));
    table.push_str(&" --- |".repeat(heads.len()));
    for (row, cells) in rows {
        write!(table, "\n| {row} | {} |", cells.join(" | ")).unwrap();
    }
    table.push('\n');
    table
}

fn page() -> String {
    let (heads, closed) = cells(UserManagement::PrimaryAdmin);
    let (_, opened) = cells(UserManagement::Admins);
    let changed: Vec<_> = (closed.iter().zip(&opened))
        .filter(|(before, after)| before != after)
        .map(|(_, after)| after.clone())
        .collect();
    let (people, own) = own_cells();
    format!(
        "# Who may do what\n\n\
         Every command by every kind of actor, in every state that matters to it, as the decisions answer. The page is made \
         of their answers and a test compares it, so it is never stale. `yes`: it happens. `no change`: it is so already. \
         Another code: why it does not happen ([errors](errors.md)). Everyone is freshly signed in unless it is said otherwise; \
         *entity Admin*, *entity Manager*, *entity Clerk* and whom it is done to are members of the entity; the keys are the \
         Primary Admin's. Whoever is removed or of another organization is answered `not_found`, whatever they ask for, as a \
         Deactivated user is.\n\n\
         ## The Primary Admin manages users (`user_management = primary_admin`, the default)\n\n{}\n\
         ## Admins manage users too (`user_management = admins`)\n\nThe rows that differ; all others are as above.\n\n{}\n\
         ## What people do about themselves\n\nNo key, no operator and nobody else does it for them. A name and the end of an \
         account reach its users in every organization, Deactivated ones too (R-REM-7).\n\n{}\n\
         ## With a sign-in older than 15 minutes\n\nThe rows that differ (R-SES-4), where Admins manage users too; keys and the \
         operator are not asked for a fresh one. Deleting an account is asked for one as well, if it is an Admin's.\n\n{}",
        table(&heads, &closed),
        table(&heads, &changed),
        table(&people, &own),
        table(&heads, &stale_cells()),
    )
}

/// R-DEA-1, R-REM-5, R-ANS-2: for them there is no organization, but for the links of others.
#[test]
fn whoever_is_deactivated_or_removed_finds_nothing() {
    let mut group = Group::new(UserManagement::Admins);
    for (row, command) in group.commands() {
        if matches!(
            command,
            Command::AcceptInvitation { .. } | Command::DeclineInvitation { .. }
        ) {
            continue;
        }
        for user in [group.deactivated, group.removed] {
            let cell = group.cell(group.world.signed_in(user), &command);
            assert_eq!(cell, "`not_found`", "{row}");
        }
    }
}

/// R-ORG-2, R-ORG-3, R-ENT-3, R-KEY-1, R-KEY-3, R-ANS-2: the page says what the decisions say.
#[test]
fn the_page_of_permissions_is_what_the_decisions_answer() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    let page = page();
    if std::env::var_os("VESTIBULE_RENEW").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, page,
        "docs/permissions.md is stale; renew it with VESTIBULE_RENEW=1"
    );
}

/// R-ORG-2: an Admin never gains more than managing users by the setting.
#[test]
fn the_setting_gives_admins_nothing_but_managing_users() {
    let mut before = Group::new(UserManagement::PrimaryAdmin);
    let mut after = Group::new(UserManagement::Admins);
    let rows = before.commands().into_iter().zip(after.commands());
    for ((row, closed), (_, opened)) in rows {
        let admin =
            |group: &Group, command| group.cell(group.world.signed_in(group.admin), command);
        if admin(&before, &closed) == "`not_allowed`" && admin(&after, &opened) == "yes" {
            let about_users = [
                "invite",
                "resend",
                "revoke",
                "change a",
                "name",
                "deactivate",
                "reactivate",
                "remove",
            ];
            assert!(
                about_users.iter().any(|word| row.starts_with(word)),
                "{row}"
            );
        }
    }
}
