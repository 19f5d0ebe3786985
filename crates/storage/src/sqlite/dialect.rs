//! What SQLite says in its own way.

use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use uuid::Uuid;
use vestibule_domain::{AccountId, OrganizationId, SecretDigest};

use super::Conn;
use crate::column::id;
use crate::job::WrittenConnection;
use crate::rows::StoredOrganization;
use crate::schema::{accounts, organizations};
use crate::statement::Statement;
use crate::{Fault, Search};

/// Joins tables in the order in which they stand.
pub(crate) const JOIN_IN_ORDER: &str = "cross join";
/// SQLITE: rows that are found through a named index are put in order afterwards anyway.
pub(crate) const FOUND_FIRST: &str = "";
/// SQLITE: a condition is looked up for each row by itself anyway.
pub(crate) const FOR_EACH_ROW: &str = "";
/// SQLITE: a row is found through the whole of its key.
pub(crate) const NOT_LOOKED_UP: &str = " = ";
/// That a user `u` has no membership.
pub(crate) const WITHOUT_ENTITY: &str = "u.without_entity = 1";

/// Has a table be read through that index and no other.
pub(crate) fn indexed_by(index: &str) -> String {
    format!(" indexed by {index}")
}

/// Reads an organization's row under the lock of the write path.
pub(crate) fn lock(
    conn: &mut Conn,
    organization: OrganizationId,
) -> Result<Option<StoredOrganization>, Fault> {
    // SQLITE: the transaction began as a write, so that nobody else writes until it ends.
    Ok(organizations::table
        .filter(organizations::id.eq(id(organization)))
        .select(StoredOrganization::as_select())
        .get_result(conn)
        .optional()?)
}

/// Locks every organization there is and every one to come, until the transaction ends.
pub(crate) fn lock_all_organizations(_: &mut Conn) -> Result<(), Fault> {
    // SQLITE: the transaction began as a write.
    Ok(())
}

/// Locks an account until the transaction ends; false where there is none.
pub(crate) fn lock_account(conn: &mut Conn, account: AccountId) -> Result<bool, Fault> {
    let found: Option<AccountId> = accounts::table
        .filter(accounts::id.eq(id(account)))
        .select(accounts::id)
        .get_result(conn)
        .optional()?;
    Ok(found.is_some())
}

/// What stands after a column to say that it is one of these ids.
pub(crate) fn push_among<ST>(
    statement: &mut Statement<ST>,
    ids: impl IntoIterator<Item = impl Into<Uuid>>,
) {
    statement
        .text("in (select unhex(value) from json_each(")
        .ids(ids)
        .text("))");
}

/// What stands after a column to say that it is one of these texts.
pub(crate) fn push_among_words<ST>(
    statement: &mut Statement<ST>,
    words: impl IntoIterator<Item = impl Into<String>>,
) {
    statement
        .text("in (select value from json_each(")
        .words(words)
        .text("))");
}

/// Questions about secrets, as many at a time as one statement answers, with the place of each answer.
pub(crate) fn asked_together<'a, Q, A>(
    asked: &'a [Q],
    answers: &'a mut [A],
) -> impl Iterator<Item = (&'a [Q], &'a mut [A])> {
    // SQLITE: a statement that is prepared costs no way to a server.
    asked.chunks(1).zip(answers.chunks_mut(1))
}

/// What is asked, as rows of `digest`, `organization_id` and their `number` from 0.
pub(crate) fn push_asked<ST>(
    statement: &mut Statement<ST>,
    asked: impl IntoIterator<Item = (SecretDigest, Option<OrganizationId>)>,
) {
    statement.text("(");
    for (number, (digest, organization)) in (0_i64..).zip(asked) {
        if number > 0 {
            statement.text(" union all ");
        }
        statement
            .text(format!("select {number} as number, "))
            .bytes(&digest.0)
            .text(" as digest, ")
            .id(organization.map_or(Uuid::nil(), OrganizationId::uuid))
            .text(" as organization_id");
    }
    statement.text(") as asked");
}

/// That a column holds a text somewhere.
pub(crate) fn push_contains<ST>(statement: &mut Statement<ST>, column: &str, needle: &str) {
    statement
        .text(format!("instr({column}, "))
        .word(needle)
        .text(") > 0");
}

/// How the index of trigrams names a row.
pub(crate) type Hit = i64;

/// Users, of whichever organization, whose name or email may hold a text: all that have the trigrams
/// that tell most. At most so many.
pub(crate) fn hits(conn: &mut Conn, search: &Search, rows_max: i64) -> Result<Vec<Hit>, Fault> {
    let trigrams = trigrams_of(search);
    let telling = telling_trigrams(conn, &trigrams)?;
    let found = with_all(conn, &telling, rows_max)?;
    let is_full = i64::try_from(found.len()).is_ok_and(|found| found >= rows_max);
    if !is_full || telling.len() == trigrams.len() {
        return Ok(found);
    }
    // A trigram that is rare where rows begin can be in all that came later, as a new company's domain
    // is: together, all of them may still tell few.
    with_all(conn, &trigrams, rows_max)
}

/// Rows that have all of these trigrams, at most so many.
fn with_all(
    conn: &mut Conn,
    trigrams: &BTreeSet<String>,
    rows_max: i64,
) -> Result<Vec<Hit>, Fault> {
    let every: Vec<&str> = trigrams.iter().map(String::as_str).collect();
    let mut statement =
        Statement::<BigInt>::new("select rowid from users_search where users_search match ");
    statement.word(every.join(" AND ")).limit(rows_max);
    Ok(statement.load(conn)?)
}

/// The first trigrams of a text, quoted.
fn trigrams_of(search: &Search) -> BTreeSet<String> {
    const ASKED_MAX: usize = 24;
    let characters: Vec<char> = search.as_str().chars().collect();
    let quoted = |three: &[char]| {
        let three: String = three.iter().collect();
        format!("\"{}\"", three.replace('"', "\"\""))
    };
    characters.windows(3).take(ASKED_MAX).map(quoted).collect()
}

/// The trigrams of a text that the fewest rows have: each that is in nearly all rows costs a walk over
/// them and tells nothing. The rest of the text is looked at row by row anyway.
fn telling_trigrams(
    conn: &mut Conn,
    trigrams: &BTreeSet<String>,
) -> Result<BTreeSet<String>, Fault> {
    const TELLING_MAX: usize = 4;
    /// The rows among which this many have it say how rare a trigram is.
    const MET: i64 = 500;
    /// Where more than one of so many rows has it, it tells little.
    const ONE_OF: i64 = 4;

    let mut statement = Statement::<(Text, Nullable<BigInt>)>::new(format!(
        "select asked.value, (select rowid from users_search where users_search match asked.value \
         order by rowid limit 1 offset {MET}) as row_met from json_each("
    ));
    statement.words(trigrams.iter().cloned()).text(format!(
        ") as asked order by row_met desc nulls first limit {TELLING_MAX}"
    ));
    let rarest: Vec<(String, Option<Hit>)> = statement.load(conn)?;
    let telling = rarest
        .into_iter()
        .enumerate()
        .take_while(|(index, (_, row_met))| {
            *index == 0 || row_met.is_none_or(|row| row > MET * ONE_OF)
        });
    Ok(telling.map(|(_, (trigram, _))| trigram).collect())
}

/// What an index found, with the user `u` of each.
pub(crate) fn push_found<ST>(statement: &mut Statement<ST>, hits: &[Hit]) {
    let list: Vec<_> = hits.iter().map(Hit::to_string).collect();
    statement
        .text("json_each(")
        .word(format!("[{}]", list.join(",")))
        .text(") as found cross join users u on u.row_number = found.value");
}

/// Whether there is an index of trigrams: always.
pub(crate) fn has_trigrams(_: &mut Conn) -> Result<bool, Fault> {
    Ok(true)
}

/// The lock beside the file sees to it that a database has one server.
pub(crate) const HAS_ONE_SERVER: bool = true;

/// SQLITE: there is one writer, so nothing that is due is held by another.
pub(crate) const SKIP_LOCKED: &str = "";

/// SQLITE: a transaction that writes holds everything already.
pub(crate) const FOR_UPDATE: &str = "";

/// SQLITE: a transaction that writes holds everything already.
pub(crate) const FOR_SHARE: &str = "";

/// The connection of a transaction, for whoever answers inside it.
pub(crate) fn written(conn: &mut Conn) -> WrittenConnection<'_> {
    WrittenConnection::Sqlite(conn)
}

/// How SQLite would run a statement, a line a step.
#[cfg(test)]
pub(crate) fn plan_of(conn: &mut Conn, statement: &str) -> Vec<String> {
    use diesel::sql_types::Integer;

    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Integer)]
        id: i32,
        #[diesel(sql_type = Text)]
        detail: String,
    }

    let steps: Vec<Step> = diesel::sql_query(format!("explain query plan {statement}"))
        .load(conn)
        .unwrap();
    steps
        .into_iter()
        .filter(|step| step.id >= 0)
        .map(|step| step.detail)
        .collect()
}
