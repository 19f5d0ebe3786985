//! A point in time as people and machines read it. Times are shown in UTC and say so.

/// A point in time in the forms that pages need.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    /// RFC 3339, for the `datetime` attribute.
    pub(crate) iso: String,
    /// `3 Dec 2026`.
    pub(crate) short: String,
    /// `3 Dec 2026, 10:00 UTC`.
    pub(crate) full: String,
    /// `in 7 days`, `2 hours ago`.
    pub(crate) relative: String,
}
