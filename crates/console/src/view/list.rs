//! What lists have in common: columns that sort, filters that are on, and the way to the next page.

use crate::sent::Asked;

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

/// The heads of columns, by the names that the API sorts by; the first is how a list is sorted unasked.
pub(crate) fn columns_of<const COUNT: usize>(
    path: &str,
    asked: &Asked,
    named: [(&'static str, &'static str); COUNT],
) -> [Column; COUNT] {
    let unasked = named.first().map_or("", |(name, _)| name);
    let sort = Some(asked.value("sort"))
        .filter(|sort| !sort.is_empty())
        .unwrap_or(unasked);
    let (by, descends) = sort
        .strip_prefix('-')
        .map_or((sort, false), |by| (by, true));
    named.map(|(name, label)| {
        let sorted = (by == name).then_some(if descends {
            Sorted::Descending
        } else {
            Sorted::Ascending
        });
        let turned = if sorted == Some(Sorted::Ascending) {
            format!("-{name}")
        } else {
            name.to_owned()
        };
        Column {
            label,
            href: asked.with(path, "sort", &turned),
            sorted,
        }
    })
}
