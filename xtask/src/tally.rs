//! How many tests ran, read from what test programs print.

use std::fmt;

/// Tests by how they ended, over all test programs of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    /// Takes in a line of output; all but `test result: ...` say nothing to it.
    pub(crate) fn read(&mut self, line: &str) {
        if !line.starts_with("test result: ") {
            return;
        }
        // `test result: ok. 3 passed; 0 failed; 0 ignored; ...`, perhaps in colour.
        for part in line.split(';') {
            let mut words = part.split_whitespace().rev();
            let (Some(kind), Some(number)) = (words.next(), words.next()) else {
                continue;
            };
            let number: u64 = number.parse().unwrap_or(0);
            match kind {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.ignored > 0 {
            write!(f, ", {} ignored", self.ignored)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_several_programs_are_added_up() {
        let mut tally = Tally::default();
        tally.read("test a_test ... ok");
        tally
            .read("test result: ok. 57 passed; 0 failed; 0 ignored; 0 measured; finished in 1.06s");
        tally.read(
            "test result: \u{1b}[31mFAILED\u{1b}[m. 2 passed; 1 failed; 0 ignored; 0 measured",
        );
        assert_eq!(tally.to_string(), "59 passed, 1 failed");
    }

    #[test]
    fn ignored_tests_are_not_hidden() {
        let mut tally = Tally::default();
        tally.read("test result: ok. 0 passed; 0 failed; 3 ignored; 0 measured");
        assert_eq!(tally.to_string(), "0 passed, 0 failed, 3 ignored");
    }
}
