//! That rows of one organization have one of many keys, bound as one value: the text of the statement
//! stays the same however many there are, so that it is prepared once.

use diesel::QueryResult;
use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Bool;
use diesel::sqlite::Sqlite;
use uuid::Uuid;
use vestibule_domain::OrganizationId;

use crate::column::{IdValue, IdsValue, WordsValue, id, ids, words};
use crate::sql_types::{Id, Ids, Words};

/// That a row is the organization's and has one of these keys.
#[derive(Clone, Debug)]
pub(crate) struct Among {
    table: &'static str,
    organization: IdValue,
    keys: Keys,
}

/// Keys, with the columns that hold them.
#[derive(Clone, Debug)]
enum Keys {
    Ids(&'static str, IdsValue),
    Words(&'static str, WordsValue),
    Pairs {
        columns: [&'static str; 2],
        /// POSTGRES: one array a column.
        #[cfg(feature = "postgres")]
        each: [IdsValue; 2],
        /// SQLITE: both ids of a pair in one text of 64 hexadecimal digits.
        joined: WordsValue,
    },
}

impl Among {
    /// That the column holds one of the ids.
    pub(crate) fn ids(
        table: &'static str,
        organization: OrganizationId,
        column: &'static str,
        values: impl IntoIterator<Item = impl Into<Uuid>>,
    ) -> Self {
        Self::new(table, organization, Keys::Ids(column, ids(values)))
    }

    /// That the column holds one of the texts.
    pub(crate) fn words(
        table: &'static str,
        organization: OrganizationId,
        column: &'static str,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        Self::new(table, organization, Keys::Words(column, words(values)))
    }

    /// That the columns hold one of the pairs.
    pub(crate) fn pairs(
        table: &'static str,
        organization: OrganizationId,
        columns: [&'static str; 2],
        pairs: &[(Uuid, Uuid)],
    ) -> Self {
        let keys = Keys::Pairs {
            columns,
            #[cfg(feature = "postgres")]
            each: [
                ids(pairs.iter().map(|(first, _)| *first)),
                ids(pairs.iter().map(|(_, second)| *second)),
            ],
            joined: words(
                pairs
                    .iter()
                    .map(|(first, second)| format!("{}{}", first.simple(), second.simple())),
            ),
        };
        Self::new(table, organization, keys)
    }

    fn new(table: &'static str, organization: OrganizationId, keys: Keys) -> Self {
        Self {
            table,
            organization: id(organization),
            keys,
        }
    }
}

impl QueryFragment<Sqlite> for Among {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let Self { table, keys, .. } = self;
        out.push_sql(table);
        out.push_sql(".organization_id = ");
        out.push_bind_param::<Id, _>(&self.organization)?;
        match keys {
            Keys::Ids(column, values) => {
                out.push_sql(&format!(
                    " and {table}.{column} in (select unhex(value) from json_each("
                ));
                out.push_bind_param::<Ids, _>(values)?;
            }
            Keys::Words(column, values) => {
                out.push_sql(&format!(
                    " and {table}.{column} in (select value from json_each("
                ));
                out.push_bind_param::<Words, _>(values)?;
            }
            Keys::Pairs {
                columns: [first, second],
                joined,
                ..
            } => {
                out.push_sql(&format!(
                    " and ({table}.{first}, {table}.{second}) in \
                     (select unhex(substr(value, 1, 32)), unhex(substr(value, 33)) from json_each("
                ));
                out.push_bind_param::<Words, _>(joined)?;
            }
        }
        out.push_sql("))");
        Ok(())
    }
}

/// POSTGRES: each key is looked up on its own, and the rows are then read from where they were found.
///
/// Where statistics are old or none, as in an organization that grows by an import, the planner takes
/// an organization to have a row or two, so that all indexes that begin with it cost the same; of a
/// plain `organization_id = .. and email_key = any(..)` it then reads every row of the organization.
/// A range with an order, be it of one value, has one index alone that gives both.
#[cfg(feature = "postgres")]
impl QueryFragment<diesel::pg::Pg> for Among {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> {
        let table = self.table;
        out.push_sql(&format!(
            "{table}.ctid = any(array(select found.ctid from unnest("
        ));
        let columns: &[&str] = match &self.keys {
            Keys::Ids(column, values) => {
                out.push_bind_param::<Ids, _>(values)?;
                out.push_sql("::uuid[]");
                std::slice::from_ref(column)
            }
            Keys::Words(column, values) => {
                out.push_bind_param::<Words, _>(values)?;
                out.push_sql("::text[]");
                std::slice::from_ref(column)
            }
            Keys::Pairs {
                columns,
                each: [firsts, seconds],
                ..
            } => {
                out.push_bind_param::<Ids, _>(firsts)?;
                out.push_sql("::uuid[], ");
                out.push_bind_param::<Ids, _>(seconds)?;
                out.push_sql("::uuid[]");
                columns
            }
        };
        let all = columns.join(", ");
        out.push_sql(&format!(
            ") as wanted({all}) cross join lateral (select t.ctid from {table} t \
             where t.organization_id = "
        ));
        out.push_bind_param::<Id, _>(&self.organization)?;
        for column in columns {
            out.push_sql(&format!(
                " and t.{column} between wanted.{column} and wanted.{column}"
            ));
        }
        let order: Vec<String> = columns.iter().map(|column| format!("t.{column}")).collect();
        out.push_sql(&format!(" order by {}) as found))", order.join(", ")));
        Ok(())
    }
}

impl Expression for Among {
    type SqlType = Bool;
}

impl<QS> AppearsOnTable<QS> for Among {}

impl<QS> SelectableExpression<QS> for Among {}

impl ValidGrouping<()> for Among {
    type IsAggregate = is_aggregate::No;
}

impl QueryId for Among {
    type QueryId = ();

    // Known by its text, which differs by table and column alone.
    const HAS_STATIC_QUERY_ID: bool = false;
}
