//! Takes mails to a mail server, one after the other, over a conversation that it keeps.

use std::time::SystemTime;

use vestibule_domain::Email;
use vestibule_storage::MailId;

use crate::connection::Connection;
use crate::message::{Identity, Posted};
use crate::{Failure, Mail, Relay};

/// Takes mails to one mail server, over one connection that it opens when there is something to send.
#[derive(Debug)]
pub struct Courier {
    relay: Relay,
    connection: Option<Connection>,
}

impl Courier {
    /// A courier to that mail server; nothing is connected to yet.
    #[must_use]
    pub const fn new(relay: Relay) -> Self {
        Self {
            relay,
            connection: None,
        }
    }

    /// Hands one mail over; returns when the server has taken or refused it, or in the relay's time.
    ///
    /// `id` and `written_at` belong to the mail and not to the try, so that every copy of it is the
    /// same mail (lesson 31).
    ///
    /// # Errors
    /// `Failure`, with the server's words where it said some.
    pub async fn send(
        &mut self,
        mail: &Mail,
        to: &Email,
        id: MailId,
        written_at: SystemTime,
    ) -> Result<(), Failure> {
        let from = &self.relay.from;
        let posted = Posted::new(
            mail,
            Identity {
                id,
                from,
                to,
                written_at,
            },
        )?;
        let connection = match self.connection_still_alive().await {
            Some(connection) => connection,
            None => Connection::open(&self.relay).await?,
        };
        let sent = connection.send(&posted, self.relay.limits).await;
        self.connection = sent.connection;
        sent.outcome
    }

    /// Leaves the mail server until there is something to send again.
    pub async fn rest(&mut self) {
        if let Some(connection) = self.connection.take() {
            connection.close().await;
        }
    }

    async fn connection_still_alive(&mut self) -> Option<Connection> {
        let mut connection = self.connection.take()?;
        connection.is_alive().await.then_some(connection)
    }
}
