//! When a mail that was not delivered is tried again, and when no more; sending it stands elsewhere.

use std::fmt;
use std::time::Duration;

/// Greylisting ends within the first three, most troubles of a mail server within the rest.
const TRIES_REFUSED_MAX: u32 = 6;

/// Waits after a refusal for now.
const WAITS_AFTER_REFUSAL: [Duration; 5] = [
    Duration::from_secs(2),
    Duration::from_secs(20),
    Duration::from_secs(120),
    Duration::from_secs(15 * 60),
    Duration::from_secs(3600),
];

/// A mail whose reply never came may have arrived: every try can be one more copy.
const TRIES_WITHOUT_REPLY_MAX: u32 = 3;

/// Waits after a reply that never came.
const WAITS_WITHOUT_REPLY: [Duration; 2] = [Duration::from_secs(120), Duration::from_secs(1800)];

/// Waits while no mail server lets us in; the last one goes on.
const WAITS_UNREACHABLE: [Duration; 6] = [
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(15),
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(10 * 60),
];

/// About a day: nothing was handed over in any of these, so nobody is flooded.
const TRIES_UNREACHABLE_MAX: u32 = 150;

/// The try that just failed: the first one is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt(pub u32);

/// Why a try failed, with words for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No mail server let us in: nothing was handed over.
    Unreachable(String),
    /// The server said no for now (a 4xx reply, greylisting for example), in its words.
    RefusedForNow(String),
    /// The server said no for good (a 5xx reply), in its words.
    RefusedForGood(String),
    /// The reply never came: the server may have taken the mail (lesson 31).
    NoReply(String),
}

/// What follows from a failed try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another try after this long.
    TryAfter(Duration),
    /// No other try: people see that it failed, and why (R-INV-10).
    GiveUp,
}

impl Attempt {
    /// Says what follows from a failure of this try.
    ///
    /// `jitter` is random: it stretches the wait by up to a quarter, so that mails which failed
    /// together do not all come back together.
    #[must_use]
    pub fn next(self, failure: &Failure, jitter: u8) -> Next {
        let (waits, tries_max): (&[Duration], u32) = match failure {
            Failure::Unreachable(_) => (&WAITS_UNREACHABLE, TRIES_UNREACHABLE_MAX),
            Failure::RefusedForNow(_) => (&WAITS_AFTER_REFUSAL, TRIES_REFUSED_MAX),
            Failure::NoReply(_) => (&WAITS_WITHOUT_REPLY, TRIES_WITHOUT_REPLY_MAX),
            Failure::RefusedForGood(_) => return Next::GiveUp,
        };
        if self.0 >= tries_max {
            return Next::GiveUp;
        }
        let position = usize::try_from(self.0.saturating_sub(1)).unwrap_or(usize::MAX);
        match waits.get(position).or(waits.last()) {
            Some(wait) => Next::TryAfter(*wait + *wait * u32::from(jitter) / 1024),
            None => Next::GiveUp,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(words) => write!(f, "the mail server cannot be reached: {words}"),
            Self::RefusedForNow(words) => write!(f, "the mail server refused it for now: {words}"),
            Self::RefusedForGood(words) => write!(f, "the mail server refused it: {words}"),
            Self::NoReply(words) => write!(f, "the mail server did not answer: {words}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a mail that fails always the same way is tried, and how often.
    fn course(failure: &Failure, jitter: u8) -> (u32, Vec<Duration>) {
        let mut waits = Vec::new();
        let mut tries = 1;
        while let Next::TryAfter(wait) = Attempt(tries).next(failure, jitter) {
            waits.push(wait);
            tries += 1;
        }
        (tries, waits)
    }

    /// R-INV-10.
    #[test]
    fn what_is_refused_for_good_is_not_tried_again() {
        let failure = Failure::RefusedForGood("550 no such mailbox".to_owned());
        assert_eq!(course(&failure, 0).0, 1);
        assert_eq!(
            failure.to_string(),
            "the mail server refused it: 550 no such mailbox"
        );
    }

    /// R-INV-10, lesson 31.
    #[test]
    fn tries_are_few_and_their_waits_grow() {
        for (failure, tries_most) in [
            (Failure::RefusedForNow(String::new()), 6),
            (Failure::NoReply(String::new()), 3),
        ] {
            let (tries, waits) = course(&failure, 0);
            assert_eq!(tries, tries_most, "{failure:?}");
            assert!(
                waits.windows(2).all(|pair| pair[0] * 2 <= pair[1]),
                "{waits:?}"
            );
        }
    }

    /// R-INV-10: greylisting and a restart are over within seconds, an outage within a day.
    #[test]
    fn an_outage_of_the_mail_server_costs_no_mail() {
        let (_, waits) = course(&Failure::Unreachable(String::new()), 0);
        assert!(waits[0] <= Duration::from_secs(2));
        let whole: Duration = waits.iter().sum();
        assert!(whole >= Duration::from_secs(24 * 3600), "{whole:?}");
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn jitter_stretches_a_wait_by_up_to_a_quarter() {
        for jitter in 0..=u8::MAX {
            let (_, plain) = course(&Failure::RefusedForNow(String::new()), 0);
            let (_, stretched) = course(&Failure::RefusedForNow(String::new()), jitter);
            for (plain, stretched) in plain.iter().zip(stretched) {
                assert!(*plain <= stretched && stretched <= *plain * 5 / 4);
            }
        }
    }
}
