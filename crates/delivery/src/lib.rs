//! Mail out of the outbox of Vestibule, over SMTP or into a local mailbox.
//!
//! This crate knows how a mail reads ([`Letter`]), how it gets to a mail server ([`Courier`]) and when
//! it is tried again ([`Attempt`]); a [`Mailer`] does it all for as long as a server runs. It decides
//! nothing about people: whether the reason of a mail still stands is storage's to say.
#![forbid(unsafe_code)]

mod attempt;
mod connection;
mod courier;
mod letter;
mod mailer;
mod message;
mod relay;
mod scribe;
mod unlinked;

pub use attempt::{Attempt, Failure, Next};
pub use courier::Courier;
pub use letter::{InvitationLetter, Letter, Mail, PasswordResetLetter};
pub use mailer::{Destination, Mailer};
pub use relay::{InvalidRelay, Limits, Relay, RelayOptions};
pub use scribe::Scribe;
