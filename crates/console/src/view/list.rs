//! What lists have in common: columns that sort, filters that are on, and the way to the next page.

/// The head of a column that the list can be sorted by.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) label: &'static str,
    /// Sorts by it; the other way round where it sorts already.
    pub(crate) href: String,
    pub(crate) sorted: Option<Sorted>,
}

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sorted {
    Ascending,
    Descending,
}

/// A filter that is on, with the address of the list without it.
#[derive(Debug, Clone)]
pub(crate) struct Applied {
    pub(crate) label: String,
    pub(crate) href: String,
}

/// The way through a list that is longer than a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pager {
    /// Only on later pages.
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

impl Sorted {
    /// The word of `aria-sort`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}
