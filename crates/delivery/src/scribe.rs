//! Writes the mail of an outbox row, at any time anew: links are made here and kept nowhere.

use std::fmt;

use url::Url;
use vestibule_storage::{InvitationTokens, MailReason, OutboxMail, ResetTokens, SecretKey};

use crate::{InvitationLetter, Letter, Mail, PasswordResetLetter};

/// Writes mails out of what the outbox holds.
///
/// Rule: R-INV-3, lesson 25: links are made from the configured public URL and the server's key.
#[derive(Clone)]
pub struct Scribe {
    public_url: String,
    invitations: InvitationTokens,
    resets: ResetTokens,
}

impl Scribe {
    /// A scribe whose links begin with that URL.
    #[must_use]
    pub fn new(public_url: &Url, key: &SecretKey) -> Self {
        Self {
            public_url: public_url.as_str().trim_end_matches('/').to_owned(),
            invitations: InvitationTokens::new(key),
            resets: ResetTokens::new(key),
        }
    }

    /// Writes the mail out; the same row gives the same mail every time.
    ///
    /// # Errors
    /// When a template cannot be written, which would be a defect of this crate.
    pub fn write(&self, mail: &OutboxMail) -> Result<Mail, askama::Error> {
        self.letter(&mail.reason).render()
    }

    fn letter(&self, reason: &MailReason) -> Letter {
        let public_url = &self.public_url;
        match reason {
            MailReason::Invitation {
                organization_name,
                invited_by,
                invitation,
                generation,
                expires_at,
                ..
            } => {
                let token = self.invitations.token(*invitation, *generation);
                Letter::Invitation(InvitationLetter {
                    organization: organization_name.clone(),
                    inviter: invited_by.clone(),
                    link: format!("{public_url}/invitations/{token}"),
                    expires_at: *expires_at,
                })
            }
            MailReason::PasswordReset {
                reset, expires_at, ..
            } => {
                let token = self.resets.token(*reset);
                Letter::PasswordReset(PasswordResetLetter {
                    link: format!("{public_url}/password-resets/{token}"),
                    expires_at: *expires_at,
                })
            }
        }
    }
}

impl fmt::Debug for Scribe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scribe")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}
