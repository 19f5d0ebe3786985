//! Moments and spans as the rules use them; reading the clock belongs to the edge, not here.

use std::fmt;

use chrono::{DateTime, SecondsFormat, Utc};
use thiserror::Error;

const MICROS_PER_SECOND: i64 = 1_000_000;
/// 0001-01-01T00:00:00Z, the earliest moment that RFC 3339 and both databases can write.
const MICROS_MIN: i64 = -62_135_596_800 * MICROS_PER_SECOND;
/// 9999-12-31T23:59:59.999999Z, the latest.
const MICROS_MAX: i64 = 253_402_300_800 * MICROS_PER_SECOND - 1;

/// A moment in UTC, in whole microseconds, from year 1 to year 9999.
///
/// Microseconds because both databases keep exactly these: a moment read back equals the one written.
///
/// ```
/// use vestibule_domain::Timestamp;
///
/// let at = Timestamp::from_micros(1_764_000_000_000_000).expect("a moment of 2025");
/// assert_eq!(at.to_string(), "2025-11-24T16:00:00.000000Z");
///
/// assert_eq!(at.micros(), 1_764_000_000_000_000);
/// let later = at.plus_seconds(90);
/// assert!(Timestamp::EPOCH < later);
/// assert_eq!(at.seconds_until(later), 90);
/// assert_eq!(Timestamp::from_micros(i64::MAX), Err(vestibule_domain::TimestampOutOfRange));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime<Utc>);

/// Says that a moment lies outside the years 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a moment lies in the years 1 to 9999")]
pub struct TimestampOutOfRange;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(DateTime::UNIX_EPOCH);

    /// The moment that many microseconds after 1970-01-01T00:00:00Z.
    ///
    /// # Errors
    /// `TimestampOutOfRange` outside the years 1 to 9999.
    pub fn from_micros(micros: i64) -> Result<Self, TimestampOutOfRange> {
        if !(MICROS_MIN..=MICROS_MAX).contains(&micros) {
            return Err(TimestampOutOfRange);
        }
        DateTime::from_timestamp_micros(micros)
            .map(Self)
            .ok_or(TimestampOutOfRange)
    }

    /// The moment itself, or the earliest or latest one there is where it lies before or after.
    ///
    /// ```
    /// use vestibule_domain::Timestamp;
    ///
    /// let far = chrono::DateTime::from_timestamp(-99_999_999_999, 0).expect("a moment");
    /// assert!(Timestamp::try_from(far).is_err());
    /// assert_eq!(Timestamp::nearest(far).to_string(), "0001-01-01T00:00:00.000000Z");
    /// ```
    #[must_use]
    pub fn nearest(moment: DateTime<Utc>) -> Self {
        let micros = moment.timestamp_micros().clamp(MICROS_MIN, MICROS_MAX);
        Self::from_micros(micros).unwrap_or(Self::EPOCH)
    }

    /// The microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0.timestamp_micros()
    }

    /// The moment that many seconds later, or the last one there is.
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        let micros = self
            .micros()
            .saturating_add(i64::from(seconds) * MICROS_PER_SECOND);
        Self::from_micros(micros.min(MICROS_MAX)).unwrap_or(self)
    }

    /// The whole seconds from `self` until `later`, rounded up; 0 when `later` is not later.
    #[must_use]
    pub fn seconds_until(self, later: Self) -> u64 {
        let micros = later.micros().saturating_sub(self.micros()).max(0);
        u64::try_from(micros)
            .unwrap_or(0)
            .div_ceil(MICROS_PER_SECOND.unsigned_abs())
    }
}

impl TryFrom<DateTime<Utc>> for Timestamp {
    type Error = TimestampOutOfRange;

    /// Drops what is finer than a microsecond.
    fn try_from(moment: DateTime<Utc>) -> Result<Self, TimestampOutOfRange> {
        Self::from_micros(moment.timestamp_micros())
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(moment: Timestamp) -> Self {
        moment.0
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 with six digits of a second and `Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;

        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        let moment = DateTime::parse_from_rfc3339(&text).map_err(D::Error::custom)?;
        Self::try_from(moment.with_timezone(&Utc)).map_err(D::Error::custom)
    }
}
