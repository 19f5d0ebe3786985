//! Reads SQL statements as far as it takes to see whether their constraints have names.
//!
//! No parser: comments and strings are taken out, statements end at a semicolon, and the
//! parts of a table are what its outermost commas part.

use super::super::assert_one;
use super::assert_none;

/// What a constraint or an index is called at its end.
const KINDS: [&str; 5] = ["pk", "fk", "key", "check", "index"];

/// What opens a constraint, with the kind that its name ends with.
const CONSTRAINTS: [(&str, &str); 5] = [
    ("primary key", "pk"),
    ("foreign key", "fk"),
    ("references", "fk"),
    ("unique", "key"),
    ("check", "check"),
];

/// What is wrong with the statements of one migration.
pub(super) fn breaches(sql: &str, is_sqlite: bool) -> Vec<String> {
    let bare = without_comments_and_strings(sql);
    let mut breaches = Vec::new();
    if let Some(word) = bare
        .split_whitespace()
        .find(|word| word.chars().any(char::is_uppercase))
    {
        breaches.push(format!("`{word}` is not lower-case"));
    }
    for statement in bare.split(';') {
        let words = single_spaced(statement);
        if let Some(rest) = words.strip_prefix("create table ") {
            let rest = rest.strip_prefix("if not exists ").unwrap_or(rest);
            table(rest, is_sqlite, &mut breaches);
        } else if words.starts_with("create index ") || words.starts_with("create unique index ") {
            index(&words, &mut breaches);
        } else if let Some(rest) = words.strip_prefix("alter table ") {
            let (name, change) = rest.split_once(' ').unwrap_or((rest, ""));
            if let Some(added) = change.strip_prefix("add ") {
                part(name, added, &mut breaches);
            }
        }
    }
    breaches
}

fn table(rest: &str, is_sqlite: bool, breaches: &mut Vec<String>) {
    let Some((name, body)) = rest.split_once('(') else {
        return;
    };
    let name = name.trim();
    let (inner, after) = body.rsplit_once(')').unwrap_or((body, ""));
    for definition in outermost_parts(inner) {
        part(name, definition.trim(), breaches);
    }
    if is_sqlite && !after.contains("strict") {
        breaches.push(format!("table `{name}` is not strict"));
    }
}

/// One column or constraint of a table.
fn part(table: &str, definition: &str, breaches: &mut Vec<String>) {
    let outer = without_parentheses(definition);
    let words: Vec<&str> = outer.split(' ').filter(|word| !word.is_empty()).collect();
    let is_foreign_key = words.contains(&"foreign");
    let mut name: Option<&str> = None;
    for (at, word) in words.iter().enumerate() {
        let two = format!("{word} {}", words.get(at + 1).unwrap_or(&""));
        let constraint = CONSTRAINTS
            .iter()
            .find(|(opening, _)| opening == word || *opening == two);
        // `foreign key (..) references` is one constraint, not two.
        let is_second_half = is_foreign_key && *word == "references";
        if let (Some((opening, kind)), false) = (constraint, is_second_half) {
            let named = at
                .checked_sub(2)
                .filter(|before| words.get(*before) == Some(&"constraint"))
                .and_then(|before| words.get(before + 1));
            name = named.copied();
            match name {
                Some(name) => well_named(table, name, kind, breaches),
                None => breaches.push(format!("a `{opening}` of `{table}` has no name")),
            }
        }
    }
    if words.contains(&"references") && !outer.contains("on delete ") {
        breaches.push(format!(
            "foreign key `{}` of `{table}` has no delete action",
            name.unwrap_or_default()
        ));
    }
}

fn index(words: &str, breaches: &mut Vec<String>) {
    let rest = words.split_once("index ").map_or("", |(_, rest)| rest);
    let rest = rest.strip_prefix("if not exists ").unwrap_or(rest);
    let Some((name, rest)) = rest.split_once(" on ") else {
        breaches.push(format!("an index has no name (`{words}`)"));
        return;
    };
    let table = rest.split([' ', '(']).next().unwrap_or_default();
    let kind = if words.starts_with("create unique") {
        "key"
    } else {
        "index"
    };
    well_named(table, name, kind, breaches);
}

/// `<table>_<columns>_<kind>`.
fn well_named(table: &str, name: &str, kind: &str, breaches: &mut Vec<String>) {
    debug_assert!(KINDS.contains(&kind));
    let fits = name
        .strip_prefix(table)
        .and_then(|rest| rest.strip_prefix('_'))
        .is_some_and(|rest| rest == kind || rest.ends_with(&format!("_{kind}")));
    if !fits {
        breaches.push(format!(
            "`{name}` should be called `{table}_<columns>_{kind}`"
        ));
    }
}

/// The text with every comment gone and every string empty.
fn without_comments_and_strings(sql: &str) -> String {
    let mut bare = String::new();
    for line in sql.lines() {
        bare.push_str(line.split("--").next().unwrap_or_default());
        bare.push('\n');
    }
    // Outside, inside, outside: a doubled quote inside of a string makes an empty piece.
    let bare = bare.split('\'').step_by(2).collect::<Vec<_>>().join("''");
    // A quoted name, like that of a collation, is spelled as it must be.
    bare.split('"').step_by(2).collect::<Vec<_>>().join("\"\"")
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0_usize;
    let mut outer = String::new();
    for letter in text.chars() {
        match letter {
            '(' => {
                depth += 1;
                outer.push(' ');
            }
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outer.push(letter),
            _ => {}
        }
    }
    single_spaced(&outer)
}

fn outermost_parts(text: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut parts = vec![String::new()];
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_table_with_named_constraints_is_no_breach() {
    let sql = "\
        -- Users of one organization.
        create table users (
            organization_id blob not null,
            id blob not null constraint users_id_check check (length(id) = 16),
            email text not null default 'A; B',
            constraint users_organization_id_id_pk primary key (organization_id, id),
            constraint users_organization_id_fk foreign key (organization_id)
                references organizations (id) on delete cascade,
            constraint users_organization_id_email_key unique (organization_id, email)
        ) strict;
        create unique index users_email_key on users (email);
        create index users_name_index on users (organization_id, name);
        alter table users add constraint users_name_check check (name <> '');";
    assert_none(&breaches(sql, true));
}

#[test]
fn a_constraint_without_a_name_is_a_breach() {
    for (column, word) in [
        ("id blob primary key", "`primary key`"),
        ("id blob not null unique", "`unique`"),
        ("id blob check (length(id) = 16)", "`check`"),
        ("primary key (id)", "`primary key`"),
        (
            "o blob references organizations (id) on delete cascade",
            "`references`",
        ),
        (
            "foreign key (o) references organizations (id) on delete cascade",
            "`foreign key`",
        ),
    ] {
        let sql = format!("create table users ({column});");
        assert_one(&breaches(&sql, false), word);
    }
}

#[test]
fn a_constraint_with_another_name_is_a_breach() {
    let sql = "create table users (id blob constraint id_unique unique);";
    assert_one(&breaches(sql, false), "`users_<columns>_key`");
    assert_one(
        &breaches("create index name on users (name);", false),
        "_index`",
    );
    assert_one(
        &breaches("create index on users (name);", false),
        "has no name",
    );
}

#[test]
fn a_foreign_key_without_a_delete_action_is_a_breach() {
    let sql = "create table users (o blob constraint users_o_fk references organizations (id));";
    assert_one(
        &breaches(sql, false),
        "`users_o_fk` of `users` has no delete",
    );
}

#[test]
fn shouting_is_a_breach() {
    assert_one(
        &breaches("CREATE index users_a_index on users (a);", false),
        "`CREATE`",
    );
    assert_none(&breaches(
        "create table users (a text collate \"C\" not null);",
        false,
    ));
}

#[test]
fn a_table_that_is_not_strict_is_a_breach_on_sqlite() {
    assert_one(
        &breaches("create table users (id blob);", true),
        "not strict",
    );
    assert_none(&breaches("create table users (id blob);", false));
}
