//! That a column holds one of many values, bound as one value: the text of the statement stays
//! the same however many there are, so that it is prepared once.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Bool;
use diesel::{QueryResult, sqlite::Sqlite};
use uuid::Uuid;

#[cfg(feature = "postgres")]
use crate::column::ids;
use crate::column::{IdsValue, WordsValue, words};
use crate::sql_types::{Ids, Words};

/// That a column holds one of these ids or texts.
#[derive(Clone, Debug)]
pub(crate) struct Among<C, V> {
    column: C,
    values: V,
}

/// That two columns hold one of these pairs of ids.
#[derive(Clone, Debug)]
pub(crate) struct AmongPairs<C, D> {
    first: C,
    second: D,
    /// POSTGRES: one array a column.
    #[cfg(feature = "postgres")]
    firsts: IdsValue,
    #[cfg(feature = "postgres")]
    seconds: IdsValue,
    /// SQLITE: both ids of a pair in one text of 64 hexadecimal digits.
    joined: WordsValue,
}

impl<C, V> Among<C, V> {
    /// That the column holds one of the values.
    pub(crate) const fn new(column: C, values: V) -> Self {
        Self { column, values }
    }
}

impl<C, D> AmongPairs<C, D> {
    /// That the columns hold one of the pairs.
    pub(crate) fn new(first: C, second: D, pairs: &[(Uuid, Uuid)]) -> Self {
        Self {
            first,
            second,
            #[cfg(feature = "postgres")]
            firsts: ids(pairs.iter().map(|(first, _)| *first)),
            #[cfg(feature = "postgres")]
            seconds: ids(pairs.iter().map(|(_, second)| *second)),
            joined: words(
                pairs
                    .iter()
                    .map(|(first, second)| format!("{}{}", first.simple(), second.simple())),
            ),
        }
    }
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<C, IdsValue> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" in (select unhex(value) from json_each(");
        out.push_bind_param::<Ids, _>(&self.values)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C: QueryFragment<Sqlite>> QueryFragment<Sqlite> for Among<C, WordsValue> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" in (select value from json_each(");
        out.push_bind_param::<Words, _>(&self.values)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C: QueryFragment<Sqlite>, D: QueryFragment<Sqlite>> QueryFragment<Sqlite>
    for AmongPairs<C, D>
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("(");
        self.first.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.second.walk_ast(out.reborrow())?;
        out.push_sql(
            ") in (select unhex(substr(value, 1, 32)), unhex(substr(value, 33)) from json_each(",
        );
        out.push_bind_param::<Words, _>(&self.joined)?;
        out.push_sql("))");
        Ok(())
    }
}

#[cfg(feature = "postgres")]
mod postgres {
    use diesel::pg::Pg;

    use super::{
        Among, AmongPairs, AstPass, Ids, IdsValue, QueryFragment, QueryResult, Words, WordsValue,
    };

    impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C, IdsValue> {
        fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
            self.column.walk_ast(out.reborrow())?;
            out.push_sql(" = any(");
            out.push_bind_param::<Ids, _>(&self.values)?;
            out.push_sql(")");
            Ok(())
        }
    }

    impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C, WordsValue> {
        fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
            self.column.walk_ast(out.reborrow())?;
            out.push_sql(" = any(");
            out.push_bind_param::<Words, _>(&self.values)?;
            out.push_sql(")");
            Ok(())
        }
    }

    impl<C: QueryFragment<Pg>, D: QueryFragment<Pg>> QueryFragment<Pg> for AmongPairs<C, D> {
        fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
            out.push_sql("(");
            self.first.walk_ast(out.reborrow())?;
            out.push_sql(", ");
            self.second.walk_ast(out.reborrow())?;
            out.push_sql(") in (select * from unnest(");
            out.push_bind_param::<Ids, _>(&self.firsts)?;
            out.push_sql(", ");
            out.push_bind_param::<Ids, _>(&self.seconds)?;
            out.push_sql("))");
            Ok(())
        }
    }
}

/// What Diesel wants to know of a condition; both are alike in it.
macro_rules! condition {
    ($name:ident<$($column:ident),+ $(; $value:ident)?>) => {
        impl<$($column,)+ $($value)?> Expression for $name<$($column,)+ $($value)?>
        where
            $($column: Expression,)+
        {
            type SqlType = Bool;
        }

        impl<QS, $($column,)+ $($value)?> AppearsOnTable<QS> for $name<$($column,)+ $($value)?>
        where
            $($column: AppearsOnTable<QS>,)+
        {
        }

        impl<QS, $($column,)+ $($value)?> SelectableExpression<QS>
            for $name<$($column,)+ $($value)?>
        where
            $($column: SelectableExpression<QS>,)+
        {
        }

        impl<$($column,)+ $($value)?> ValidGrouping<()> for $name<$($column,)+ $($value)?> {
            type IsAggregate = is_aggregate::No;
        }

        impl<$($column,)+ $($value)?> QueryId for $name<$($column,)+ $($value)?> {
            type QueryId = ();

            // Known by its text, which differs by column alone.
            const HAS_STATIC_QUERY_ID: bool = false;
        }
    };
}

condition!(Among<C; V>);
condition!(AmongPairs<C, D>);
