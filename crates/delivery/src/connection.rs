//! One conversation with a mail server: connect, say who we are, hand mails over; with ends in time.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use tokio::time::timeout;

use crate::Failure;
use crate::message::Posted;
use crate::relay::{Encryption, Limits, Relay};

/// Until a server that we leave has said goodbye.
const QUIT_SECONDS_MAX: u64 = 2;
/// What a server says is shown to people; this much of it is enough.
const WORDS_CHARACTERS_MAX: usize = 300;

/// A conversation that a server has let us into.
pub(crate) struct Connection(AsyncSmtpConnection);

/// A connection after one mail: still good for another, or gone.
#[derive(Debug)]
pub(crate) struct Sent {
    pub(crate) outcome: Result<(), Failure>,
    pub(crate) connection: Option<Connection>,
}

impl Connection {
    /// Connects to a mail server and signs in there.
    ///
    /// # Errors
    /// `Failure::Unreachable`, whatever the reason: nothing was handed over.
    pub(crate) async fn open(relay: &Relay) -> Result<Self, Failure> {
        let limit = relay.limits.connect;
        match timeout(limit, Self::open_without_end(relay)).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(Failure::Unreachable(words(&error))),
            Err(_) => Err(Failure::Unreachable(format!(
                "no answer within {} seconds",
                limit.as_secs()
            ))),
        }
    }

    async fn open_without_end(relay: &Relay) -> Result<Self, Error> {
        let wrapped = match &relay.encryption {
            Encryption::Wrapped(parameters) => Some(parameters.clone()),
            Encryption::Required(_) | Encryption::Opportunistic(_) | Encryption::Absent => None,
        };
        let server = (relay.host.as_str(), relay.port);
        let each = Some(relay.limits.connect / 2);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, each, &relay.hello, wrapped, None).await?;
        match &relay.encryption {
            Encryption::Required(parameters) => {
                connection
                    .starttls(parameters.clone(), &relay.hello)
                    .await?;
            }
            Encryption::Opportunistic(parameters) if connection.can_starttls() => {
                connection
                    .starttls(parameters.clone(), &relay.hello)
                    .await?;
            }
            Encryption::Opportunistic(_) | Encryption::Wrapped(_) | Encryption::Absent => {}
        }
        if let Some(credentials) = &relay.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(Self(connection))
    }

    /// Hands one mail over.
    ///
    /// The connection comes back only when the server answered in time and in order: one that was
    /// left in the middle of a mail would take the next one's words for this one's.
    pub(crate) async fn send(mut self, posted: &Posted, limits: Limits) -> Sent {
        let answer = timeout(limits.send, self.0.send(&posted.envelope, &posted.bytes)).await;
        let outcome = match answer {
            Ok(Ok(_)) => {
                return Sent {
                    outcome: Ok(()),
                    connection: Some(self),
                };
            }
            Ok(Err(error)) => failure(&error),
            Err(_) => Failure::NoReply(format!(
                "no answer within {} seconds",
                limits.send.as_secs()
            )),
        };
        Sent {
            outcome: Err(outcome),
            connection: None,
        }
    }

    /// Whether the server is still there, asked before a conversation goes on after a pause.
    pub(crate) async fn is_alive(&mut self) -> bool {
        timeout(
            Duration::from_secs(QUIT_SECONDS_MAX),
            self.0.test_connected(),
        )
        .await
        .unwrap_or(false)
    }

    /// Leaves politely, and in time.
    pub(crate) async fn close(mut self) {
        // Whether the server says goodbye changes nothing for us.
        let _ = timeout(Duration::from_secs(QUIT_SECONDS_MAX), self.0.abort()).await;
    }
}

fn failure(error: &Error) -> Failure {
    let said = words(error);
    if error.is_permanent() {
        Failure::RefusedForGood(said)
    } else if error.is_transient() {
        Failure::RefusedForNow(said)
    } else if error.is_client() {
        // What the server does not offer (SMTPUTF8, 8BITMIME) it will not offer later either.
        Failure::RefusedForGood(said)
    } else {
        Failure::NoReply(said)
    }
}

/// What went wrong, in the server's words where it said some: `550 5.1.1 no such mailbox`.
fn words(error: &Error) -> String {
    let said = match (error.status(), error.source()) {
        (Some(code), Some(source)) => format!("{code} {source}"),
        (Some(code), None) => code.to_string(),
        (None, Some(source)) => source.to_string(),
        (None, None) => error.to_string(),
    };
    let printable = said.split(char::is_control).filter(|part| !part.is_empty());
    let line = printable.collect::<Vec<_>>().join(" ");
    line.chars().take(WORDS_CHARACTERS_MAX).collect()
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}
