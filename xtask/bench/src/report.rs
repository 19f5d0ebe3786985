//! Rows of floor, ours, ratio and target; and the page they are written to.

use std::fmt;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::figures::Figures;

/// One measured thing beside its floor.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) what: &'static str,
    pub(crate) floor: Option<(&'static str, Figures)>,
    pub(crate) ours: Figures,
    pub(crate) target: Target,
    /// What one should know when reading the figure.
    pub(crate) note: String,
}

/// What is asked of the figure.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// At most this many times the floor.
    TimesFloorAtMost(f64),
    /// At least this many times the floor.
    TimesFloorAtLeast(f64),
    /// At most this figure, in its unit.
    AtMost(f64),
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        self.floor
            .as_ref()
            .map(|(_, floor)| self.ours.median() / floor.median())
    }

    fn verdict(&self) -> &'static str {
        let met = match (self.target, self.ratio()) {
            (Target::TimesFloorAtMost(times), Some(ratio)) => ratio <= times,
            (Target::TimesFloorAtLeast(times), Some(ratio)) => ratio >= times,
            (Target::AtMost(most), _) => self.ours.median() <= most,
            (Target::TimesFloorAtMost(_) | Target::TimesFloorAtLeast(_), None) => false,
        };
        if met { "met" } else { "short" }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimesFloorAtMost(times) => write!(f, "at most {times}x"),
            Self::TimesFloorAtLeast(times) => write!(f, "at least {times}x"),
            Self::AtMost(most) => write!(f, "at most {most}"),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.ours)?;
        if let (Some((name, floor)), Some(ratio)) = (&self.floor, self.ratio()) {
            write!(f, "; floor ({name}) {floor}; ratio {ratio:.2}")?;
        }
        write!(f, "; target {} {}", self.target, self.verdict())
    }
}

/// Writes the page and tells where.
pub(crate) fn write(machine: &str, rows: &[Row]) -> Result<PathBuf, Failure> {
    let mut page = String::from(
        "# Benchmarks\n\nMeasured by `cargo xtask bench`, which writes this page. Each figure stands beside its floor, \
         the least work that any program must do for it, measured in turns in the same run: the ratio counts, the \
         figures belong to the machine. Median first, minimum and maximum in brackets. What falls short is written \
         as it is.\n\n",
    );
    page.push_str(machine);
    page.push_str(
        "\n\n| what | ours | floor | ratio | target | |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for row in rows {
        let floor = row
            .floor
            .as_ref()
            .map_or_else(String::new, |(name, floor)| format!("{floor}, {name}"));
        let ratio = row
            .ratio()
            .map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        page.push_str(&format!(
            "| {} | {} | {floor} | {ratio} | {} | {} |\n",
            row.what,
            row.ours,
            row.target,
            row.verdict()
        ));
    }
    page.push_str("\n## Reading them\n\n");
    for row in rows.iter().filter(|row| !row.note.is_empty()) {
        page.push_str(&format!("- **{}**: {}\n", row.what, row.note));
    }
    let path = PathBuf::from("docs/benchmarks.md");
    std::fs::write(&path, page)?;
    Ok(path)
}
