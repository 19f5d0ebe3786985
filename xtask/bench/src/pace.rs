//! How thoroughly is measured: as the page says, or as quickly as a smoke run wants it.

use std::time::Duration;

/// How thoroughly is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    Thorough,
    Quick,
}

impl Pace {
    /// How often floor and ours take turns.
    pub(crate) const fn rounds(self, thorough: usize) -> usize {
        match self {
            Self::Thorough => thorough,
            Self::Quick => 3,
        }
    }

    /// How long a turn takes.
    pub(crate) fn shorten(self, thorough: Duration) -> Duration {
        match self {
            Self::Thorough => thorough,
            Self::Quick => thorough / 2,
        }
    }

    /// How many there are in a turn.
    pub(crate) const fn fewer(self, thorough: usize) -> usize {
        match self {
            Self::Thorough => thorough,
            Self::Quick => thorough.div_ceil(4),
        }
    }
}
