//! Who was just answered, and whether a moment's wait brings them back before the next commit.

use std::thread;
use std::time::Duration;

/// So many answered at once are a crowd.
const CROWD_MIN: usize = 8;
/// For how long they are awaited, a step after the other.
const STEP: Duration = Duration::from_micros(50);
const STEPS_MAX: usize = 3;
/// How many commits go without a wait, at most, once waiting was in vain.
const COMMITS_WITHOUT_MAX: u32 = 1024;

/// Those who were answered by the last commit.
///
/// Whoever works in parallel within this process comes back at once, and would find the next commit
/// begun every time, so that half of them wait for the other half in turns. Whoever comes over a
/// network takes longer than a wait is worth: then there is none, and it is tried again ever more rarely.
#[derive(Debug, Default)]
pub(crate) struct Crowd {
    /// How many wait once all of them are back; none where they are few.
    with_all_back: Option<usize>,
    /// How many commits to come do without a wait.
    without: u32,
    /// How many did after the last wait in vain.
    paused: u32,
}

impl Crowd {
    /// Remembers how many a commit answered, while others wait already.
    pub(crate) fn answered(&mut self, answered: usize, others: usize) {
        self.with_all_back = (answered >= CROWD_MIN).then_some(answered.saturating_add(others));
    }

    /// How many are to wait for the next commit before it begins; none where that is not worth a wait.
    pub(crate) fn awaited(&mut self) -> Option<usize> {
        let awaited = self.with_all_back.take()?;
        if self.without > 0 {
            self.without -= 1;
            return None;
        }
        Some(awaited)
    }

    /// Remembers whether they came.
    pub(crate) fn came(&mut self, all: bool) {
        self.paused = if all {
            self.paused / 2
        } else {
            self.paused.saturating_mul(2).clamp(1, COMMITS_WITHOUT_MAX)
        };
        self.without = self.paused;
    }
}

/// Waits until so many wait, as `waiting` tells each time, and says whether they came in time.
pub(crate) fn wait_for(awaited: usize, mut waiting: impl FnMut() -> usize) -> bool {
    (0..STEPS_MAX).any(|_| {
        waiting() >= awaited || {
            thread::sleep(STEP);
            false
        }
    }) || waiting() >= awaited
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of so many commits are waited before, where those who come back come in time or not.
    fn waits(commits: usize, answered: usize, in_time: bool) -> usize {
        let mut crowd = Crowd::default();
        let mut waits = 0;
        for _ in 0..commits {
            crowd.answered(answered, 3);
            if crowd.awaited().is_some() {
                waits += 1;
                crowd.came(in_time);
            }
        }
        waits
    }

    #[test]
    fn a_crowd_that_comes_back_is_awaited_each_time() {
        assert_eq!(waits(5000, 64, true), 5000);
    }

    #[test]
    fn who_does_not_come_back_is_awaited_ever_more_rarely() {
        assert_eq!(waits(5000, 64, false), 14);
    }

    #[test]
    fn a_few_are_not_awaited() {
        assert_eq!(waits(5000, CROWD_MIN - 1, true), 0);
    }

    #[test]
    fn who_comes_in_time_again_is_awaited_again() {
        let mut crowd = Crowd::default();
        for (expected, came) in [
            (Some(67), Some(false)),
            (None, None),
            (Some(67), Some(true)),
            (Some(67), None),
        ] {
            crowd.answered(64, 3);
            assert_eq!(crowd.awaited(), expected);
            if let Some(came) = came {
                crowd.came(came);
            }
        }
    }
}
