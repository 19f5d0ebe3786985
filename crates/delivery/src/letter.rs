//! What mails say: text and HTML for each kind; who gets them and how stands elsewhere.

use askama::Template;
use chrono::{DateTime, Utc};
use vestibule_domain::{Name, Timestamp};

use crate::unlinked::Unlinked;

/// What a mail is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Letter {
    /// Somebody is invited (R-INV-3).
    Invitation(InvitationLetter),
    /// Somebody asked for a new password.
    PasswordReset(PasswordResetLetter),
}

/// What an invitation's mail says.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationLetter {
    /// The organization's name.
    pub organization: Name,
    /// Who invites; none when it was the operator.
    pub inviter: Option<Name>,
    /// Where it is accepted: `<public URL>/invitations/<token>`.
    pub link: String,
    /// From this moment on the link is dead.
    pub expires_at: Timestamp,
}

/// What a password reset's mail says.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordResetLetter {
    /// Where a new password is set: `<public URL>/password-resets/<token>`.
    pub link: String,
    /// From this moment on the link is dead.
    pub expires_at: Timestamp,
}

/// A mail as it is read: one subject, and the same words as text and as HTML.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The subject, one line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part, a whole document that loads nothing from anywhere.
    pub html: String,
}

#[derive(Template)]
#[template(path = "invitation.txt")]
struct InvitationText<'a> {
    organization: &'a Unlinked,
    inviter: Option<&'a Unlinked>,
    link: &'a str,
    until: &'a str,
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationHtml<'a> {
    subject: &'a str,
    organization: &'a Unlinked,
    inviter: Option<&'a Unlinked>,
    link: &'a str,
    until: &'a str,
}

#[derive(Template)]
#[template(path = "password_reset.txt")]
struct PasswordResetText<'a> {
    link: &'a str,
    until: &'a str,
}

#[derive(Template)]
#[template(path = "password_reset.html")]
struct PasswordResetHtml<'a> {
    subject: &'a str,
    link: &'a str,
    until: &'a str,
}

impl Letter {
    /// Writes the mail out.
    ///
    /// Rule: R-INV-3. Names are text; the only link in it is the letter's own.
    ///
    /// # Errors
    /// When a template cannot be written, which would be a defect of this crate.
    ///
    /// ```
    /// use vestibule_delivery::{InvitationLetter, Letter};
    /// use vestibule_domain::Timestamp;
    ///
    /// let mail = Letter::Invitation(InvitationLetter {
    ///     organization: "Northwind".parse()?,
    ///     inviter: Some("Ann Lee".parse()?),
    ///     link: "https://id.example.com/invitations/abc".to_owned(),
    ///     expires_at: Timestamp::from_micros(1_764_000_000_000_000)?,
    /// })
    /// .render()?;
    /// assert_eq!(mail.subject, "Ann Lee invites you to Northwind");
    /// assert!(mail.text.contains("\nhttps://id.example.com/invitations/abc\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn render(&self) -> Result<Mail, askama::Error> {
        match self {
            Self::Invitation(letter) => letter.render(),
            Self::PasswordReset(letter) => letter.render(),
        }
    }
}

impl InvitationLetter {
    fn render(&self) -> Result<Mail, askama::Error> {
        let organization = &Unlinked::new(&self.organization);
        let inviter = self.inviter.as_ref().map(Unlinked::new);
        let inviter = inviter.as_ref();
        let until = &moment(self.expires_at);
        let link = self.link.as_str();
        let subject = match inviter {
            Some(inviter) => format!("{inviter} invites you to {organization}"),
            None => format!("You are invited to {organization}"),
        };
        let text = InvitationText {
            organization,
            inviter,
            link,
            until,
        }
        .render()?;
        let html = InvitationHtml {
            subject: &subject,
            organization,
            inviter,
            link,
            until,
        }
        .render()?;
        Ok(Mail {
            subject,
            text,
            html,
        })
    }
}

impl PasswordResetLetter {
    fn render(&self) -> Result<Mail, askama::Error> {
        let until = &moment(self.expires_at);
        let link = self.link.as_str();
        let subject = "Set a new password".to_owned();
        let text = PasswordResetText { link, until }.render()?;
        let html = PasswordResetHtml {
            subject: &subject,
            link,
            until,
        }
        .render()?;
        Ok(Mail {
            subject,
            text,
            html,
        })
    }
}

/// A moment as people read it, in UTC because nobody told us where they are.
fn moment(at: Timestamp) -> String {
    DateTime::<Utc>::from(at)
        .format("%-d %B %Y, %H:%M UTC")
        .to_string()
}

mod redacted {
    //! Debug forms without the link: whoever has the link has what it opens.

    use std::fmt;

    use super::{InvitationLetter, Mail, PasswordResetLetter};

    impl fmt::Debug for InvitationLetter {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("InvitationLetter")
                .field("organization", &self.organization)
                .field("inviter", &self.inviter)
                .field("expires_at", &self.expires_at)
                .finish_non_exhaustive()
        }
    }

    impl fmt::Debug for PasswordResetLetter {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("PasswordResetLetter")
                .field("expires_at", &self.expires_at)
                .finish_non_exhaustive()
        }
    }

    impl fmt::Debug for Mail {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("Mail")
                .field("subject", &self.subject)
                .finish_non_exhaustive()
        }
    }
}

#[cfg(test)]
mod tests;
