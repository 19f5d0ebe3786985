//! Rows of floor, ours, ratio and target; and the page that they are written to.
//!
//! What is measured stands between two marks in the page. A row that was not measured anew stays
//! as it was, with the commit it belongs to; what people wrote around the marks stays too.

use std::fmt;
use std::fs;
use std::path::Path;

use crate::failure::Failure;
use crate::figures::Figures;

const PAGE: &str = "docs/benchmarks.md";
const BEGIN: &str = "<!-- measured: written by cargo xtask bench -->";
const END: &str = "<!-- measured until here -->";
const HEAD: &str = "| what | ours | floor | ratio | target | | commit |\n| --- | --- | --- | --- | --- | --- | --- |\n";
const NOTES: &str = "### What stands behind each";

/// One measured thing beside its floor.
#[derive(Debug)]
pub(crate) struct Row {
    /// What was measured; no two rows say the same.
    pub(crate) what: String,
    /// The least that any program must do for it.
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
    /// At least this figure, in its unit.
    AtLeast(f64),
}

impl Row {
    fn ratio(&self) -> Option<f64> {
        self.floor
            .as_ref()
            .map(|(_, floor)| self.ours.median() / floor.median())
    }

    /// Whether the target is met.
    pub(crate) fn is_met(&self) -> bool {
        match (self.target, self.ratio()) {
            (Target::TimesFloorAtMost(times), Some(ratio)) => ratio <= times,
            (Target::TimesFloorAtLeast(times), Some(ratio)) => ratio >= times,
            (Target::AtMost(most), _) => self.ours.median() <= most,
            (Target::AtLeast(least), _) => self.ours.median() >= least,
            (Target::TimesFloorAtMost(_) | Target::TimesFloorAtLeast(_), None) => false,
        }
    }

    fn verdict(&self) -> &'static str {
        if self.is_met() { "met" } else { "**short**" }
    }

    fn line(&self, commit: &str) -> String {
        let floor = self
            .floor
            .as_ref()
            .map_or_else(String::new, |(name, floor)| format!("{floor}, {name}"));
        let ratio = self
            .ratio()
            .map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        format!(
            "| {} | {} | {floor} | {ratio} | {} | {} | `{commit}` |",
            self.what,
            self.ours,
            self.target.with_unit(self.ours.unit()),
            self.verdict()
        )
    }
}

impl Target {
    fn with_unit(self, unit: &str) -> String {
        match self {
            Self::TimesFloorAtMost(times) => format!("at most {times}x"),
            Self::TimesFloorAtLeast(times) => format!("at least {times}x"),
            Self::AtMost(most) => format!("at most {most} {unit}"),
            Self::AtLeast(least) => format!("at least {least} {unit}"),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.ours)?;
        if let (Some((name, floor)), Some(ratio)) = (&self.floor, self.ratio()) {
            write!(f, "; floor ({name}) {floor}; ratio {ratio:.2}")?;
        }
        let target = self.target.with_unit(self.ours.unit());
        write!(f, "; target {target}: {}", self.verdict().trim_matches('*'))
    }
}

/// Writes the rows into the page, in the place of what was measured of the same things before.
pub(crate) fn write(machine: &str, commit: &str, rows: &[Row]) -> Result<&'static Path, Failure> {
    let page = fs::read_to_string(PAGE)?;
    fs::write(PAGE, merged(&page, machine, commit, rows)?)?;
    Ok(Path::new(PAGE))
}

fn merged(page: &str, machine: &str, commit: &str, rows: &[Row]) -> Result<String, Failure> {
    let marks = || Failure::new(format!("{PAGE} has no marks for what is measured"));
    let (before, rest) = page.split_once(BEGIN).ok_or_else(marks)?;
    let (measured, after) = rest.split_once(END).ok_or_else(marks)?;
    let (table, notes) = measured.split_once(NOTES).unwrap_or((measured, ""));
    let mut lines: Vec<(String, String)> = table
        .lines()
        .filter(|line| {
            line.starts_with("| ") && !line.starts_with("| what ") && !line.starts_with("| ---")
        })
        .map(|line| (key_of(line, "| ", " |"), line.to_owned()))
        .collect();
    let mut texts: Vec<(String, String)> = notes
        .lines()
        .filter(|line| line.starts_with("- **"))
        .map(|line| (key_of(line, "- **", "**"), line.to_owned()))
        .collect();
    for row in rows {
        put(&mut lines, &row.what, Some(row.line(commit)));
        let note = (!row.note.is_empty()).then(|| format!("- **{}**: {}", row.what, row.note));
        put(&mut texts, &row.what, note);
    }
    let joined = |lines: &[(String, String)]| -> String {
        lines.iter().map(|(_, line)| format!("{line}\n")).collect()
    };
    Ok(format!(
        "{before}{BEGIN}\n\n{machine}\n\n{HEAD}{}\n{NOTES}\n\n{}\n{END}{after}",
        joined(&lines),
        joined(&texts)
    ))
}

/// What a line is about.
fn key_of(line: &str, before: &str, after: &str) -> String {
    let rest = line.strip_prefix(before).unwrap_or(line);
    rest.split(after).next().unwrap_or(rest).to_owned()
}

/// Puts a line in the place of the one with its key, or behind all others.
fn put(lines: &mut Vec<(String, String)>, key: &str, line: Option<String>) {
    match (lines.iter().position(|(other, _)| other == key), line) {
        (Some(at), Some(line)) => {
            if let Some((_, old)) = lines.get_mut(at) {
                *old = line;
            }
        }
        (Some(at), None) => drop(lines.remove(at)),
        (None, Some(line)) => lines.push((key.to_owned(), line)),
        (None, None) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(what: &str, millis: f64, target: Target) -> Row {
        Row {
            what: what.to_owned(),
            floor: Some(("bare SQL", Figures::one(2.0, "ms"))),
            ours: Figures::one(millis, "ms"),
            target,
            note: format!("about {what}"),
        }
    }

    #[test]
    fn a_row_is_met_by_its_ratio_or_by_its_figure() {
        for (target, is_met) in [
            (Target::TimesFloorAtMost(2.0), true),
            (Target::TimesFloorAtMost(1.9), false),
            (Target::TimesFloorAtLeast(2.0), true),
            (Target::TimesFloorAtLeast(2.1), false),
            (Target::AtMost(4.0), true),
            (Target::AtMost(3.9), false),
            (Target::AtLeast(4.0), true),
            (Target::AtLeast(4.1), false),
        ] {
            assert_eq!(row("a", 4.0, target).is_met(), is_met, "{target:?}");
        }
    }

    #[test]
    fn only_what_was_measured_anew_is_replaced() {
        let empty = format!("# Title\n\nby hand\n\n{BEGIN}\n{END}\n\n## Profiles\n\nby hand too\n");
        let at_most = Target::TimesFloorAtMost(3.0);
        let rows = [row("first", 4.0, at_most), row("second", 5.0, at_most)];
        let page = merged(&empty, "machine one", "aaaa", &rows).unwrap();
        let page = merged(&page, "machine two", "bbbb", &[row("second", 9.0, at_most)]).unwrap();
        for there in [
            "by hand\n",
            "by hand too",
            "machine two",
            "| first | 4.00 ms |",
            "`aaaa`",
            "| second | 9.00 ms |",
            "- **first**: about first",
        ] {
            assert!(page.contains(there), "{there} is not in\n{page}");
        }
        for gone in ["machine one", "| second | 5.00 ms |"] {
            assert!(!page.contains(gone), "{gone} is in\n{page}");
        }
        assert_eq!(page.matches("**second**").count(), 1);
    }

    #[test]
    fn a_page_without_marks_is_not_overwritten() {
        assert!(merged("# Title\n", "machine", "aaaa", &[]).is_err());
    }
}
