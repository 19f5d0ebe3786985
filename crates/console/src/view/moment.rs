//! A point in time as people and machines read it. Times are shown in UTC and say so.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, SecondsFormat, Utc};
use vestibule_domain::Timestamp;

const SECONDS_PER_MINUTE: i64 = 60;
const SECONDS_PER_HOUR: i64 = 60 * SECONDS_PER_MINUTE;
const SECONDS_PER_DAY: i64 = 24 * SECONDS_PER_HOUR;

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

impl Moment {
    /// That moment, as seen from now.
    pub(crate) fn of(at: Timestamp) -> Self {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self::seen_from(at, i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX))
    }

    fn seen_from(at: Timestamp, now_seconds: i64) -> Self {
        let date = DateTime::<Utc>::from(at);
        Self {
            iso: date.to_rfc3339_opts(SecondsFormat::Secs, true),
            short: date.format("%-d %b %Y").to_string(),
            full: date.format("%-d %b %Y, %H:%M UTC").to_string(),
            relative: relative(date.timestamp().saturating_sub(now_seconds)),
        }
    }
}

/// A span in its largest unit, to the nearest, `7 days`.
pub(crate) fn span(seconds: i64) -> String {
    let nearest = |unit: i64| seconds.saturating_add(unit / 2) / unit;
    let (count, unit) = if nearest(SECONDS_PER_HOUR) >= 48 || nearest(SECONDS_PER_HOUR) == 24 {
        (nearest(SECONDS_PER_DAY), "day")
    } else if nearest(SECONDS_PER_MINUTE) >= 60 {
        (nearest(SECONDS_PER_HOUR), "hour")
    } else {
        (nearest(SECONDS_PER_MINUTE).max(1), "minute")
    };
    if count == 1 {
        format!("1 {unit}")
    } else {
        format!("{count} {unit}s")
    }
}

fn relative(seconds: i64) -> String {
    if seconds >= 0 {
        format!("in {}", span(seconds))
    } else {
        format!("{} ago", span(-seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spans read as people say them: a link of 7 days is one of 7 days a second later too.
    #[test]
    fn spans_are_told_in_their_largest_unit() {
        let seen = |seconds| relative(seconds);
        assert_eq!(seen(7 * SECONDS_PER_DAY), "in 7 days");
        assert_eq!(seen(7 * SECONDS_PER_DAY - 5), "in 7 days");
        assert_eq!(seen(SECONDS_PER_DAY), "in 1 day");
        assert_eq!(seen(SECONDS_PER_HOUR - 5), "in 1 hour");
        assert_eq!(seen(47 * SECONDS_PER_HOUR), "in 47 hours");
        assert_eq!(seen(SECONDS_PER_HOUR), "in 1 hour");
        assert_eq!(seen(10), "in 1 minute");
        assert_eq!(seen(-3 * SECONDS_PER_HOUR), "3 hours ago");
    }

    /// The date reads the same for machines and people.
    #[test]
    fn a_moment_is_shown_in_utc() {
        let at = Timestamp::from_micros(1_796_205_600_000_000).unwrap();
        let moment = Moment::seen_from(at, 1_796_205_600 - 7 * SECONDS_PER_DAY);
        assert_eq!(moment.iso, "2026-12-02T10:00:00Z");
        assert_eq!(moment.full, "2 Dec 2026, 10:00 UTC");
        assert_eq!(moment.relative, "in 7 days");
    }
}
