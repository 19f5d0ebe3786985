//! What PostgreSQL says in its own way.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use uuid::Uuid;
use vestibule_domain::{AccountId, OrganizationId, SecretDigest};

use super::Conn;
use crate::column::id;
use crate::job::WrittenConnection;
use crate::rows::StoredOrganization;
use crate::schema::{accounts, organizations};
use crate::sql_types::Id;
use crate::statement::Statement;
use crate::{Fault, Search};

/// Joins tables in the order in which they stand, as connections that read are set to.
pub(crate) const JOIN_IN_ORDER: &str = "join";
/// What ends a query whose rows are found first and put in order afterwards: without it the
/// planner would walk an index in that order and look at each row whether it was found.
pub(crate) const FOUND_FIRST: &str = " offset 0";
/// What ends a condition that is looked up for each row by itself: without it the planner would make a
/// join of it, and meet for each row everybody of whom it might hold.
pub(crate) const FOR_EACH_ROW: &str = " offset 0";
/// Compares a column with what it is not to be looked up by. A user's membership in an entity is found
/// through the user: the planner takes an entity to have as many members as the others, and would read
/// all those of a large one for each user.
pub(crate) const NOT_LOOKED_UP: &str = " is not distinct from ";
/// That a user `u` has no membership.
pub(crate) const WITHOUT_ENTITY: &str = "u.without_entity";

/// POSTGRES: nobody can name the index, but only one has the order and the conditions that go with
/// it, and connections that read neither sort nor scan where there is one.
pub(crate) fn indexed_by(_: &str) -> &'static str {
    ""
}

/// Reads an organization's row and locks it until the transaction ends.
pub(crate) fn lock(
    conn: &mut Conn,
    organization: OrganizationId,
) -> Result<Option<StoredOrganization>, Fault> {
    Ok(organizations::table
        .filter(organizations::id.eq(id(organization)))
        .select(StoredOrganization::as_select())
        .for_no_key_update()
        .first(conn)
        .optional()?)
}

/// Locks every organization there is and every one to come, until the transaction ends.
pub(crate) fn lock_all_organizations(conn: &mut Conn) -> Result<(), Fault> {
    conn.batch_execute("lock table organizations in share row exclusive mode")?;
    Ok(())
}

/// Locks an account until the transaction ends; false where there is none.
///
/// It is the strong lock: who links the account to another user waits, and then finds it renamed
/// or gone.
pub(crate) fn lock_account(conn: &mut Conn, account: AccountId) -> Result<bool, Fault> {
    let found: Option<AccountId> = accounts::table
        .filter(accounts::id.eq(id(account)))
        .select(accounts::id)
        .for_update()
        .first(conn)
        .optional()?;
    Ok(found.is_some())
}

/// What stands after a column to say that it is one of these ids.
pub(crate) fn push_among<ST>(
    statement: &mut Statement<ST>,
    ids: impl IntoIterator<Item = impl Into<Uuid>>,
) {
    statement.text("= any(").ids(ids).text(")");
}

/// What stands after a column to say that it is one of these texts.
pub(crate) fn push_among_words<ST>(
    statement: &mut Statement<ST>,
    words: impl IntoIterator<Item = impl Into<String>>,
) {
    statement.text("= any(").words(words).text(")");
}

/// Questions about secrets, as many at a time as one statement answers, with the place of each answer.
pub(crate) fn asked_together<'a, Q, A>(
    asked: &'a [Q],
    answers: &'a mut [A],
) -> impl Iterator<Item = (&'a [Q], &'a mut [A])> {
    std::iter::once((asked, answers))
}

/// What is asked, as rows of `digest`, `organization_id` and their `number` from 0.
pub(crate) fn push_asked<ST>(
    statement: &mut Statement<ST>,
    asked: impl IntoIterator<Item = (SecretDigest, Option<OrganizationId>)>,
) {
    let (digests, organizations): (Vec<_>, Vec<_>) = asked
        .into_iter()
        .map(|(digest, organization)| {
            let organization = organization.map_or(Uuid::nil(), OrganizationId::uuid);
            (digest.0, organization)
        })
        .unzip();
    // Digests are of one length, so they are one value however many they are.
    statement
        .text("(select number - 1 as number, organization_id, substring(")
        .bytes(digests.as_flattened())
        .text(format!(
            "::bytea from (number::integer - 1) * {0} + 1 for {0}) as digest from unnest(",
            size_of::<SecretDigest>()
        ))
        .ids(organizations)
        .text("::uuid[]) with ordinality as each(organization_id, number)) as asked");
}

/// That a column holds a text somewhere.
pub(crate) fn push_contains<ST>(statement: &mut Statement<ST>, column: &str, needle: &str) {
    statement
        .text(format!("strpos({column}, "))
        .word(needle)
        .text(") > 0");
}

/// How what the index of trigrams finds is named.
pub(crate) type Hit = Uuid;

/// Users, of whichever organization, whose name or email holds a text. At most so many.
pub(crate) fn hits(conn: &mut Conn, search: &Search, rows_max: i64) -> Result<Vec<Hit>, Fault> {
    let pattern = format!(
        "%{}%",
        search
            .as_str()
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_")
    );
    // As the index says it; where both are the same, the second finds it.
    let mut statement =
        Statement::<Id>::new("select id from users where nullif(sort_key, email_sort_key) like ");
    statement
        .word(pattern.as_str())
        .text(" or email_sort_key like ")
        .word(pattern.as_str());
    if search.is_ascii_domain() {
        // The condition of the index beside: nearly all emails have one form for both.
        statement
            .text(" or (email_key <> email_sort_key and email_key like ")
            .word(pattern.as_str())
            .text(")");
    }
    statement.limit(rows_max);
    Ok(statement.load(conn)?)
}

/// What an index found, with the user `u` of each.
pub(crate) fn push_found<ST>(statement: &mut Statement<ST>, hits: &[Hit]) {
    statement
        .text("unnest(")
        .ids(hits.iter().copied())
        .text("::uuid[]) as found (id) join users u on u.id = found.id");
}

/// Whether there is an index of trigrams: where its extension was not granted there is none.
pub(crate) fn has_trigrams(conn: &mut Conn) -> Result<bool, Fault> {
    let found: bool =
        Statement::<Bool>::new("select to_regclass('users_search_index') is not null")
            .get_result(conn)?;
    Ok(found)
}

/// Any number of servers share a database.
pub(crate) const HAS_ONE_SERVER: bool = false;

/// Leaves to other servers what they are taking.
pub(crate) const SKIP_LOCKED: &str = " for update skip locked";

/// Locks the rows of a query until the transaction ends.
pub(crate) const FOR_UPDATE: &str = " for update";

/// Keeps the rows of a query as they are until the transaction ends.
pub(crate) const FOR_SHARE: &str = " for share";

/// The connection of a transaction, for whoever answers inside it.
pub(crate) fn written(conn: &mut Conn) -> WrittenConnection<'_> {
    WrittenConnection::Postgres(conn)
}

/// How PostgreSQL would run a statement if rows were many, a line a step.
///
/// It is planned as on a connection that reads, which is left no way but by an index: where another
/// stands in the plan all the same, there is none.
#[cfg(test)]
pub(crate) fn plan_of(conn: &mut Conn, statement: &str) -> Vec<String> {
    use diesel::QueryableByName;
    use diesel::connection::SimpleConnection;
    use diesel::sql_types::Text;

    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        #[diesel(column_name = "QUERY PLAN")]
        detail: String,
    }

    for settings in super::pool::READING {
        conn.batch_execute(settings).unwrap();
    }
    conn.batch_execute(&format!("prepare asked as {statement}"))
        .unwrap();
    let parameters = (1..).take_while(|number| statement.contains(&format!("${number}")));
    let nulls: Vec<&str> = parameters.map(|_| "null").collect();
    let arguments = if nulls.is_empty() {
        String::new()
    } else {
        format!("({})", nulls.join(", "))
    };
    let steps: Vec<Step> =
        diesel::sql_query(format!("explain (costs off) execute asked{arguments}"))
            .load(conn)
            .unwrap();
    conn.batch_execute("deallocate asked").unwrap();
    steps.into_iter().map(|step| step.detail).collect()
}
