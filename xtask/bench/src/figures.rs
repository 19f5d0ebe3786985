//! Several measurements of one thing: minimum, median and maximum.

use std::fmt;
use std::time::{Duration, Instant};

/// Measurements of one thing, sorted.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    sorted: Vec<f64>,
    unit: &'static str,
}

impl Figures {
    pub(crate) fn new(mut measured: Vec<f64>, unit: &'static str) -> Self {
        measured.sort_by(f64::total_cmp);
        Self {
            sorted: measured,
            unit,
        }
    }

    pub(crate) fn one(measured: f64, unit: &'static str) -> Self {
        Self::new(vec![measured], unit)
    }

    pub(crate) fn median(&self) -> f64 {
        self.sorted
            .get(self.sorted.len() / 2)
            .copied()
            .unwrap_or(f64::NAN)
    }

    /// The unit of all of them.
    pub(crate) const fn unit(&self) -> &'static str {
        self.unit
    }

    fn first(&self) -> f64 {
        self.sorted.first().copied().unwrap_or(f64::NAN)
    }

    fn last(&self) -> f64 {
        self.sorted.last().copied().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |figure: f64| match figure {
            figure if figure >= 100.0 => format!("{figure:.0}"),
            figure if figure >= 10.0 => format!("{figure:.1}"),
            figure => format!("{figure:.2}"),
        };
        if self.sorted.len() == 1 {
            return write!(f, "{} {}", short(self.median()), self.unit);
        }
        let (first, median, last) = (self.first(), self.median(), self.last());
        write!(
            f,
            "{} {} ({} to {})",
            short(median),
            self.unit,
            short(first),
            short(last)
        )
    }
}

/// Runs it and tells how long it took.
pub(crate) fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let begun = Instant::now();
    let result = run();
    (result, begun.elapsed())
}

/// A count as a figure; counts here stay far below what a float holds exactly.
pub(crate) fn count(of: usize) -> f64 {
    u32::try_from(of).map_or(f64::INFINITY, f64::from)
}
