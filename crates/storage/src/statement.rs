//! Statements in SQL of our own: text with the values bound in it, prepared once for each text.
//!
//! Lists choose where they start by what is asked of them, which no query builder says as plainly
//! as SQL does. Words of closed sets stand in the text; whatever anybody typed is bound.

use std::borrow::Cow;
use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary};
use diesel::{QueryResult, RunQueryDsl};
use uuid::Uuid;
use vestibule_domain::Timestamp;

use crate::column::{self, IdValue, IdsValue, MomentValue, WordValue, WordsValue};
use crate::sql_types::{Id, Ids, Moment, Word, Words};

/// A statement whose rows have the SQL types `ST`.
#[derive(Debug)]
pub(crate) struct Statement<ST> {
    parts: Vec<Part>,
    reuse: Reuse,
    row: PhantomData<fn() -> ST>,
}

/// Whether a connection keeps a statement prepared for the next with the same text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reuse {
    Kept,
    Once,
}

#[derive(Debug)]
enum Part {
    Text(Cow<'static, str>),
    Id(IdValue),
    Ids(IdsValue),
    Moment(MomentValue),
    Word(WordValue<'static>),
    Words(WordsValue),
    Bytes(Vec<u8>),
    Count(i64),
}

impl<ST> Statement<ST> {
    /// A statement that begins with that text.
    pub(crate) fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            parts: vec![Part::Text(text.into())],
            reuse: Reuse::Kept,
            row: PhantomData,
        }
    }

    /// Has no connection keep it: its text is one of so many that all of them would fill memory.
    pub(crate) const fn once(&mut self) -> &mut Self {
        self.reuse = Reuse::Once;
        self
    }

    /// Goes on with text that nobody typed.
    pub(crate) fn text(&mut self, text: impl Into<Cow<'static, str>>) -> &mut Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// Binds an id.
    pub(crate) fn id(&mut self, id: impl Into<Uuid>) -> &mut Self {
        self.parts.push(Part::Id(column::id(id)));
        self
    }

    /// Binds ids as one value, for a dialect's comparison with any of them.
    pub(crate) fn ids(&mut self, ids: impl IntoIterator<Item = impl Into<Uuid>>) -> &mut Self {
        self.parts.push(Part::Ids(column::ids(ids)));
        self
    }

    /// Binds a moment.
    pub(crate) fn moment(&mut self, moment: Timestamp) -> &mut Self {
        self.parts.push(Part::Moment(column::moment(moment)));
        self
    }

    /// Binds a moment that is given in microseconds since 1970.
    pub(crate) fn micros(&mut self, micros: i64) -> &mut Self {
        self.parts.push(Part::Moment(MomentValue(micros)));
        self
    }

    /// Binds a text.
    pub(crate) fn word(&mut self, word: impl Into<String>) -> &mut Self {
        self.parts.push(Part::Word(column::word(word.into())));
        self
    }

    /// Binds texts as one value, for a dialect's comparison with any of them.
    pub(crate) fn words(
        &mut self,
        words: impl IntoIterator<Item = impl Into<String>>,
    ) -> &mut Self {
        self.parts.push(Part::Words(column::words(words)));
        self
    }

    /// Binds bytes.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.parts.push(Part::Bytes(bytes.to_vec()));
        self
    }

    /// Binds a number.
    pub(crate) fn count(&mut self, count: impl Into<i64>) -> &mut Self {
        self.parts.push(Part::Count(count.into()));
        self
    }

    /// ` limit <rows>`, in the text.
    ///
    /// SQLITE: the planner looks at a limit that is bound, so binding one anew has the statement
    /// prepared anew, each time. In the text it is prepared once; a number that is seldom asked
    /// for is not kept, because there are as many texts as numbers.
    pub(crate) fn limit(&mut self, rows: impl Into<i64>) -> &mut Self {
        /// One row more than pages mostly have, and bounds of our own.
        const KEPT: [i64; 8] = [2, 11, 21, 26, 51, 101, 201, i64::MAX];
        let rows = rows.into();
        if !KEPT.contains(&rows) && rows <= i64::from(crate::PageLimit::ROWS_MAX) {
            self.once();
        }
        self.text(format!(" limit {rows}"))
    }

    /// ` and <column> in ('one', 'other')` of words of a closed set; nothing where there are none.
    pub(crate) fn and_one_of(
        &mut self,
        column: &str,
        words: impl IntoIterator<Item = &'static str>,
    ) -> &mut Self {
        let words: Vec<String> = words.into_iter().map(|word| format!("'{word}'")).collect();
        match words.as_slice() {
            [] => self,
            [word] => self.text(format!(" and {column} = {word}")),
            _ => self.text(format!(" and {column} in ({})", words.join(", "))),
        }
    }

    fn walk<'b, DB>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()>
    where
        DB: Backend
            + diesel::sql_types::HasSqlType<Id>
            + diesel::sql_types::HasSqlType<Ids>
            + diesel::sql_types::HasSqlType<Moment>
            + diesel::sql_types::HasSqlType<Word>
            + diesel::sql_types::HasSqlType<Words>,
        IdValue: diesel::serialize::ToSql<Id, DB>,
        IdsValue: diesel::serialize::ToSql<Ids, DB>,
        MomentValue: diesel::serialize::ToSql<Moment, DB>,
        WordValue<'static>: diesel::serialize::ToSql<Word, DB>,
        WordsValue: diesel::serialize::ToSql<Words, DB>,
        Vec<u8>: diesel::serialize::ToSql<Binary, DB>,
        i64: diesel::serialize::ToSql<BigInt, DB>,
    {
        if self.reuse == Reuse::Once {
            out.unsafe_to_cache_prepared();
        }
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_sql(text),
                Part::Id(value) => out.push_bind_param::<Id, _>(value)?,
                Part::Ids(value) => out.push_bind_param::<Ids, _>(value)?,
                Part::Moment(value) => out.push_bind_param::<Moment, _>(value)?,
                Part::Word(value) => out.push_bind_param::<Word, _>(value)?,
                Part::Words(value) => out.push_bind_param::<Words, _>(value)?,
                Part::Bytes(value) => out.push_bind_param::<Binary, _>(value)?,
                Part::Count(value) => out.push_bind_param::<BigInt, _>(value)?,
            }
        }
        Ok(())
    }
}

impl<ST> QueryFragment<diesel::sqlite::Sqlite> for Statement<ST> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, diesel::sqlite::Sqlite>) -> QueryResult<()> {
        self.walk(out)
    }
}

#[cfg(feature = "postgres")]
impl<ST> QueryFragment<diesel::pg::Pg> for Statement<ST> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> {
        self.walk(out)
    }
}

impl<ST> Query for Statement<ST> {
    type SqlType = ST;
}

impl<ST> QueryId for Statement<ST> {
    type QueryId = ();

    // What it says differs from value to value, so it is known by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST, Conn> RunQueryDsl<Conn> for Statement<ST> {}

impl Statement<()> {
    /// Runs a statement that changes rows, and says how many.
    pub(crate) fn run<Conn>(&mut self, conn: &mut Conn) -> Result<usize, crate::Fault>
    where
        Conn: diesel::Connection,
        Self: QueryFragment<Conn::Backend>,
    {
        let statement = std::mem::replace(self, Self::new(""));
        Ok(RunQueryDsl::execute(statement, conn)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R-LST-3: what is asked for a list says nothing of how much memory a connection takes.
    #[test]
    fn a_statement_is_kept_prepared_unless_its_text_is_rare() {
        let is_kept = |statement: &Statement<()>| {
            statement
                .is_safe_to_cache_prepared(&diesel::sqlite::Sqlite)
                .unwrap()
        };
        let mut statement = Statement::new("select ");
        statement.count(1);
        assert!(is_kept(&statement));
        assert!(!is_kept(statement.once()));
    }

    /// R-LST-3: a page is prepared once, and limits that nobody uses fill no memory.
    #[test]
    fn a_limit_is_text_and_only_usual_ones_are_kept() {
        let of = |rows: i64| {
            let mut statement = Statement::<()>::new("select 1");
            statement.limit(rows);
            let text = diesel::debug_query::<diesel::sqlite::Sqlite, _>(&statement).to_string();
            let is_kept = statement.is_safe_to_cache_prepared(&diesel::sqlite::Sqlite);
            (text, is_kept.unwrap())
        };
        assert_eq!(of(51), ("select 1 limit 51 -- binds: []".to_owned(), true));
        assert!(of(2001).1, "a bound of our own");
        assert!(!of(38).1, "one of two hundred");
    }

    #[test]
    fn texts_of_an_open_set_are_one_value() {
        use diesel::debug_query;
        use diesel::sqlite::Sqlite;

        let text = |words: &[&str]| {
            let mut statement = Statement::<()>::new("");
            crate::sqlite::dialect::push_among_words(&mut statement, words.iter().copied());
            let asked = debug_query::<Sqlite, _>(&statement).to_string();
            asked.split(" -- ").next().unwrap().to_owned()
        };
        assert_eq!(
            text(&["user.removed"]),
            text(&["user.removed", "user.invited"])
        );
    }
}
