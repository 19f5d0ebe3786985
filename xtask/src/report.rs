//! Progress while steps run, and the table at the end.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::process;

/// The steps of one run, as they ended.
#[derive(Debug)]
pub(crate) struct Report {
    planned: usize,
    started: Instant,
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: &'static str,
    outcome: Result<(), Failure>,
    took: Duration,
    note: String,
}

impl Report {
    /// Begins a report of a number of steps.
    pub(crate) fn of(planned: usize) -> Self {
        Self {
            planned,
            started: Instant::now(),
            rows: Vec::with_capacity(planned),
        }
    }

    /// Runs a step and keeps how it ended; a failure is printed and hides no later step.
    pub(crate) fn step<T>(
        &mut self,
        name: &'static str,
        does: &str,
        work: impl FnOnce() -> Result<T, Failure>,
    ) -> Option<T> {
        let number = self.rows.len() + 1;
        println!("\n=== {number}/{} {name}: {does}", self.planned);
        let begun = Instant::now();
        let outcome = if process::interrupted() {
            Err(Failure::new("interrupted"))
        } else {
            work()
        };
        let took = begun.elapsed();
        let (outcome, value) = match outcome {
            Ok(value) => (Ok(()), Some(value)),
            Err(failure) => {
                println!("=== {name} failed: {failure}");
                (Err(failure), None)
            }
        };
        self.rows.push(Row {
            name,
            outcome,
            took,
            note: String::new(),
        });
        value
    }

    /// Adds a few words to the row of the step that ended last.
    pub(crate) fn note(&mut self, words: impl Into<String>) {
        if let Some(row) = self.rows.last_mut() {
            row.note = words.into();
        }
    }

    /// Prints the table and says whether everything passed.
    pub(crate) fn finish(self) -> ExitCode {
        print!("\n{}", self.table());
        if process::interrupted() {
            // 128 + SIGINT, as a shell would say it.
            ExitCode::from(130)
        } else if self.rows.iter().all(|row| row.outcome.is_ok()) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn table(&self) -> String {
        let width = self
            .rows
            .iter()
            .map(|row| row.name.len())
            .max()
            .unwrap_or(0);
        let mut table = format!("{:width$}  outcome  seconds\n", "step");
        for row in &self.rows {
            let outcome = match &row.outcome {
                Ok(()) => "passed",
                Err(_) => "FAILED",
            };
            let seconds = row.took.as_secs_f64();
            let line = format!(
                "{:width$}  {outcome}   {seconds:7.1}  {}",
                row.name, row.note
            );
            table.push_str(line.trim_end());
            table.push('\n');
        }
        let failed: Vec<String> = self
            .rows
            .iter()
            .filter_map(|row| Some(format!("  {}: {}", row.name, row.outcome.as_ref().err()?)))
            .collect();
        let total = self.started.elapsed().as_secs_f64();
        if failed.is_empty() {
            table.push_str(&format!("everything passed in {total:.0} seconds\n"));
        } else {
            table.push_str(&format!(
                "{} of {} steps failed, after {total:.0} seconds:\n{}\n",
                failed.len(),
                self.rows.len(),
                failed.join("\n")
            ));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_hides_none_that_follow() {
        let mut report = Report::of(2);
        let first = report.step("first", "fails", || Err::<(), _>(Failure::new("no luck")));
        let second = report.step("second", "passes", || Ok(7));

        assert_eq!((first, second), (None, Some(7)));
        let table = report.table();
        assert!(table.contains("first   FAILED"), "{table}");
        assert!(table.contains("second  passed"), "{table}");
        assert!(table.contains("1 of 2 steps failed"), "{table}");
        assert!(table.contains("first: no luck"), "{table}");
        assert_eq!(report.finish(), ExitCode::FAILURE);
    }

    #[test]
    fn a_run_of_passed_steps_succeeds() {
        let mut report = Report::of(1);
        report.step("only", "passes", || Ok(()));
        report.note("3 passed");
        let table = report.table();
        assert!(table.contains("everything passed"), "{table}");
        assert!(table.contains("0.0  3 passed\n"), "{table}");
        assert_eq!(report.finish(), ExitCode::SUCCESS);
    }
}
