//! The shortest story that still shows a difference: fewer steps, then simpler ones.

use super::divergence::Difference;
use crate::AssignableRole;
use crate::test_support::{Deed, Link, Seen, Step, Timing, Told, Who, story_of};

/// How many stories are tried at most.
const TRIES_MAX: usize = 1500;

/// Takes away and simplifies what is not needed for `differs` to see a difference.
pub(super) fn shortest(
    story: Vec<Step>,
    difference: Difference,
    differs: impl FnMut(&[Step]) -> Option<Difference>,
) -> (Vec<Step>, Difference) {
    let mut shrink = Shrink {
        story,
        difference,
        differs,
        tries: 0,
    };
    let all = shrink.story.len();
    // What comes after the difference is seldom needed for it.
    shrink.take_out(shrink.difference.at + 1, all);
    shrink.fewer();
    shrink.simpler();
    shrink.fewer();
    shrink.plainer();
    (shrink.story, shrink.difference)
}

struct Shrink<F> {
    story: Vec<Step>,
    difference: Difference,
    differs: F,
    tries: usize,
}

impl<F: FnMut(&[Step]) -> Option<Difference>> Shrink<F> {
    /// Tries to do without runs of steps, long ones first.
    fn fewer(&mut self) {
        let mut size = self.story.len().div_ceil(2);
        while size > 0 {
            let mut begin = 0;
            let mut is_shorter = false;
            while begin < self.story.len() {
                if self.take_out(begin, begin + size) {
                    is_shorter = true;
                } else {
                    begin += size;
                }
            }
            // Single steps may need another round: one that is gone can free another.
            if size > 1 || !is_shorter {
                size /= 2;
            }
        }
    }

    fn take_out(&mut self, begin: usize, end: usize) -> bool {
        let (before, after) = (self.story.iter().take(begin), self.story.iter().skip(end));
        let fewer: Vec<Step> = before.chain(after).cloned().collect();
        fewer.len() < self.story.len() && self.takes(fewer)
    }

    fn simpler(&mut self) {
        let apart = |step: &Step| Step {
            timing: Timing::Apart,
            ..step.clone()
        };
        let all_apart: Vec<Step> = self.story.iter().map(apart).collect();
        if all_apart != self.story {
            self.takes(all_apart);
        }
        for place in 0..self.story.len() {
            for change in CHANGES {
                let mut simpler = self.story.clone();
                if let Some(step) = simpler.get_mut(place) {
                    change(step);
                }
                if simpler != self.story {
                    self.takes(simpler);
                }
            }
        }
    }

    /// Gives a label without number to whoever is the only one left: `ann-3` becomes `ann`.
    fn plainer(&mut self) {
        let text = Told(&self.story).to_string();
        for word in text.split_whitespace() {
            let plain = word.split('-').next().unwrap_or_default();
            let text = Told(&self.story).to_string();
            if plain == word || words(&text).any(|other| other == plain) {
                continue;
            }
            let lines = text.lines().map(|line| {
                let renamed = words(line).map(|other| if other == word { plain } else { other });
                renamed.collect::<Vec<_>>().join(" ")
            });
            if let Ok(story) = story_of(&lines.collect::<Vec<_>>().join("\n")) {
                self.takes(story);
            }
        }
    }

    /// Goes on with this story if it, too, shows a difference.
    fn takes(&mut self, story: Vec<Step>) -> bool {
        if self.tries >= TRIES_MAX {
            return false;
        }
        self.tries += 1;
        match (self.differs)(&story) {
            Some(difference) => {
                self.story = story;
                self.difference = difference;
                true
            }
            None => false,
        }
    }
}

/// The words of a text as it was written, names in quotes taken apart and put together again.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\n'])
}

/// Ways to say less with a step.
const CHANGES: &[fn(&mut Step)] = &[
    |step| step.timing = Timing::Apart,
    |step| step.minutes = 0,
    |step| {
        if !matches!(step.who, Who::Invitee) {
            step.who = Who::User("olive".to_owned());
        }
    },
    |step| {
        if let Who::Stale(user) = &step.who {
            step.who = Who::User(user.clone());
        }
    },
    |step| {
        if let Deed::Invite { memberships, .. } = &mut step.deed {
            memberships.clear();
        }
    },
    |step| {
        if let Deed::Invite { role, .. } = &mut step.deed {
            *role = AssignableRole::User;
        }
    },
    |step| {
        if let Deed::Invite { email, .. } = &mut step.deed {
            *email = email.to_lowercase();
        }
    },
    |step| {
        if let Deed::Invite { name, .. } | Deed::UpdateOrganization { name, .. } = &mut step.deed {
            *name = None;
        }
    },
    |step| {
        if let Deed::Accept { link, .. } | Deed::Decline { link, .. } = &mut step.deed {
            *link = Link::Latest;
        }
    },
    |step| {
        if let Deed::Remove { seen, .. } = &mut step.deed {
            *seen = Seen::Nothing;
        }
    },
    |step| {
        if let Deed::CreateKey { lasts_seconds, .. } = &mut step.deed {
            *lasts_seconds = None;
        }
    },
];
