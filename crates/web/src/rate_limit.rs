//! How often sign-in, reset and acceptance can be tried, by address and by account (R-SES-3).

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::problem::{Code, Problem};

/// After so many questions, keys that have been quiet are forgotten.
const SWEEP_EVERY: u32 = 1024;

/// Whether attempts are limited at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RateLimiting {
    /// They are.
    #[default]
    On,
    /// They are not: for tests and scanners on loopback.
    Off,
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Signing in, or proving a password while signed in.
    SignIn,
    /// Asking for a password reset, or using one.
    Reset,
    /// Opening, accepting or declining an invitation.
    Invitation,
}

/// The limits with what was tried lately.
#[derive(Clone, Debug)]
pub struct RateLimits(Option<Arc<Limits>>);

#[derive(Debug)]
struct Limits {
    sign_in: Pair,
    reset: Pair,
    invitation: Pair,
    clock: DefaultClock,
}

/// One limit by address and one by what is tried to get into.
#[derive(Debug)]
struct Pair {
    by_address: Limit<IpAddr>,
    by_subject: Limit<String>,
}

#[derive(Debug)]
struct Limit<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    asked: AtomicU32,
}

impl RateLimits {
    /// The limits of Vestibule, or none.
    #[must_use]
    pub fn new(limiting: RateLimiting) -> Self {
        Self(match limiting {
            RateLimiting::Off => None,
            RateLimiting::On => Some(Arc::new(Limits {
                sign_in: Pair::new(60, Duration::from_secs(60), 10, Duration::from_secs(300)),
                reset: Pair::new(20, Duration::from_secs(600), 5, Duration::from_secs(3600)),
                invitation: Pair::new(60, Duration::from_secs(60), 20, Duration::from_secs(300)),
                clock: DefaultClock::default(),
            })),
        })
    }

    /// Counts an attempt from that address at that subject (an email's key, an invitation's id), if
    /// it names one.
    ///
    /// # Errors
    /// `rate_limited` with the seconds after which the next one is let through.
    pub fn check(
        &self,
        attempt: Attempt,
        address: Option<IpAddr>,
        subject: Option<&str>,
    ) -> Result<(), Problem> {
        let Some(limits) = &self.0 else {
            return Ok(());
        };
        let pair = match attempt {
            Attempt::SignIn => &limits.sign_in,
            Attempt::Reset => &limits.reset,
            Attempt::Invitation => &limits.invitation,
        };
        if let Some(address) = address {
            pair.by_address.check(&network_of(address), &limits.clock)?;
        }
        match subject {
            Some(subject) => pair.by_subject.check(&subject.to_owned(), &limits.clock),
            None => Ok(()),
        }
    }
}

impl Pair {
    /// So many at once, and all of them again after so long.
    fn new(addresses: u32, addresses_in: Duration, subjects: u32, subjects_in: Duration) -> Self {
        Self {
            by_address: Limit::new(addresses, addresses_in),
            by_subject: Limit::new(subjects, subjects_in),
        }
    }
}

impl<K: Hash + Eq + Clone> Limit<K> {
    fn new(burst: u32, all_again_after: Duration) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let each = all_again_after
            .checked_div(burst.get())
            .filter(|each| !each.is_zero())
            .unwrap_or(Duration::from_secs(1));
        let quota = Quota::with_period(each)
            .unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN))
            .allow_burst(burst);
        Self {
            limiter: RateLimiter::keyed(quota),
            asked: AtomicU32::new(0),
        }
    }

    fn check(&self, key: &K, clock: &DefaultClock) -> Result<(), Problem> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.limiter.retain_recent();
        }
        let Err(until) = self.limiter.check_key(key) else {
            return Ok(());
        };
        let wait = until.wait_time_from(clock.now());
        let seconds = wait.as_secs().saturating_add(1);
        Err(Problem::new(
            Code::RateLimited,
            format_args!("too many attempts; try again in {seconds} seconds"),
        )
        .retry_after_seconds(seconds))
    }
}

/// One IPv6 network counts as one address: its owner has 2^64 of them.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            const HOST_BITS: u32 = 64;
            let network = u128::from(address) >> HOST_BITS << HOST_BITS;
            IpAddr::V6(network.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    /// R-SES-3.
    #[test]
    fn the_eleventh_sign_in_to_one_account_is_told_to_come_back() {
        let limits = RateLimits::new(RateLimiting::On);
        for from in 0..10 {
            limits
                .check(Attempt::SignIn, address(from), Some("ann@example.com"))
                .unwrap();
        }
        let problem = limits
            .check(Attempt::SignIn, address(11), Some("ann@example.com"))
            .unwrap_err();
        assert_eq!(problem.code(), Code::RateLimited);
        assert!(
            limits
                .check(Attempt::SignIn, address(12), Some("bob@example.com"))
                .is_ok()
        );
        assert!(
            limits
                .check(Attempt::Reset, address(12), Some("ann@example.com"))
                .is_ok()
        );
    }

    /// R-SES-3.
    #[test]
    fn one_address_cannot_try_account_after_account() {
        let limits = RateLimits::new(RateLimiting::On);
        let refused = (0..100)
            .filter(|account| {
                limits
                    .check(
                        Attempt::SignIn,
                        address(1),
                        Some(&format!("{account}@example.com")),
                    )
                    .is_err()
            })
            .count();
        assert!((30..=40).contains(&refused), "{refused}");
    }

    /// R-SES-3.
    #[test]
    fn an_ipv6_network_is_one_address() {
        let one = network_of("2001:db8::1".parse().unwrap());
        let other = network_of("2001:db8::ffff:1".parse().unwrap());
        assert_eq!(one, other);
        assert_ne!(one, network_of("2001:db8:0:1::1".parse().unwrap()));
        assert_eq!(
            network_of("::ffff:192.0.2.1".parse().unwrap()),
            network_of("192.0.2.1".parse().unwrap())
        );
    }

    #[test]
    fn switched_off_nothing_is_counted() {
        let limits = RateLimits::new(RateLimiting::Off);
        for _ in 0..1000 {
            limits
                .check(Attempt::SignIn, address(1), Some("ann@example.com"))
                .unwrap();
        }
    }
}
