//! The JSON of the API: what stands in answers and, in `requests`, what can stand in bodies.
//!
//! These types borrow from what storage read; they have exactly the fields of api.md, and `null`
//! for what is absent.

use serde::Serialize;
use utoipa::ToSchema;
use vestibule_storage::Page;

pub(crate) mod account;
pub(crate) mod api_key;
pub(crate) mod audit;
pub(crate) mod batch;
pub(crate) mod check;
pub(crate) mod entity;
pub(crate) mod invitation;
pub(crate) mod member;
pub(crate) mod organization;
pub(crate) mod removal;
pub(crate) mod requests;
pub(crate) mod texts;
pub(crate) mod user;
pub(crate) mod words;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listed<T: ToSchema> {
    /// The items, in the order that was asked for.
    pub(crate) items: Vec<T>,
    /// What `cursor` has to be for the next page; `null` on the last.
    pub(crate) next_cursor: Option<String>,
    /// How many items all pages have together; only with `include_total=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) total: Option<u64>,
}

impl<T: ToSchema> Listed<T> {
    /// The page with each of its rows as it is written.
    pub(crate) fn of<'a, R>(page: &'a Page<R>, item: impl Fn(&'a R) -> T) -> Self {
        Self {
            items: page.items.iter().map(item).collect(),
            next_cursor: page.next.as_ref().map(ToString::to_string),
            total: page.total,
        }
    }
}
