//! A mail as it goes over the wire: headers, parts and envelope.

use std::time::SystemTime;

use lettre::address::{Address, Envelope};
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use vestibule_domain::Email;
use vestibule_storage::MailId;

use crate::Failure;
use crate::letter::Mail;

/// A mail that a server can be given.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    pub(crate) envelope: Envelope,
    pub(crate) bytes: Vec<u8>,
}

/// What makes a mail one mail, however often it is sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity<'a> {
    /// The mail's own id: the same at every try, so that a mailbox can tell a copy (lesson 31).
    pub(crate) id: MailId,
    pub(crate) from: &'a Mailbox,
    pub(crate) to: &'a Email,
    pub(crate) written_at: SystemTime,
}

/// RFC 3834: tells holiday notices and other robots not to answer.
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Posted {
    /// Writes a mail out.
    ///
    /// # Errors
    /// `Failure::RefusedForGood` when no message can be made of it.
    pub(crate) fn new(mail: &Mail, identity: Identity<'_>) -> Result<Self, Failure> {
        let to = recipient(identity.to)?;
        let message = Message::builder()
            .message_id(Some(format!(
                "<{}@{}>",
                identity.id,
                identity.from.email.domain()
            )))
            .date(identity.written_at)
            .from(identity.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.as_str())
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(
                mail.text.clone(),
                mail.html.clone(),
            ))
            .map_err(|error| Failure::RefusedForGood(format!("it cannot be written: {error}")))?;
        Ok(Self {
            envelope: message.envelope().clone(),
            bytes: message.formatted(),
        })
    }
}

/// The address as mail servers read it: the domain in ASCII, the name as it was typed.
fn recipient(email: &Email) -> Result<Address, Failure> {
    let unusable = || Failure::RefusedForGood("the address cannot be written".to_owned());
    let (name, domain) = email.as_str().rsplit_once('@').ok_or_else(unusable)?;
    let domain = idna::domain_to_ascii_strict(domain).map_err(|_| unusable())?;
    // `Email` holds a dot-atom and a domain without control characters or white space; what lettre
    // would check beyond that (64 letters before the `@`) is for mail servers to refuse.
    Ok(Address::new_dangerous(name, domain))
}

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letter::{InvitationLetter, Letter};
    use vestibule_domain::Timestamp;

    fn posted(organization: &str, to: &str) -> Posted {
        let mail = Letter::Invitation(InvitationLetter {
            organization: organization.parse().unwrap(),
            inviter: None,
            link: "https://id.example.com/invitations/abc".to_owned(),
            expires_at: Timestamp::from_micros(1_764_000_000_000_000).unwrap(),
        })
        .render()
        .unwrap();
        Posted::new(
            &mail,
            Identity {
                id: "00000000-0000-0000-0000-000000000007-1".parse().unwrap(),
                from: &"Vestibule <no-reply@example.com>".parse().unwrap(),
                to: &to.parse().unwrap(),
                written_at: SystemTime::UNIX_EPOCH,
            },
        )
        .unwrap()
    }

    fn headers(posted: &Posted) -> Vec<String> {
        let text = String::from_utf8(posted.bytes.clone()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        head.replace("\r\n ", " ")
            .split("\r\n")
            .map(str::to_owned)
            .collect()
    }

    /// Lesson 31: who gets it twice can tell.
    #[test]
    fn every_try_has_the_same_message_id() {
        let ids = |posted: &Posted| -> Vec<String> {
            headers(posted)
                .into_iter()
                .filter(|line| line.starts_with("Message-ID:"))
                .collect()
        };
        let first = posted("Northwind", "ann@example.com");
        assert_eq!(
            ids(&first),
            ["Message-ID: <00000000-0000-0000-0000-000000000007-1@example.com>"]
        );
        assert_eq!(ids(&first), ids(&posted("Northwind", "ann@example.com")));
    }

    /// R-INV-3: whatever a name holds, it makes no header of its own.
    #[test]
    fn a_name_adds_no_header() {
        let plain = headers(&posted("Northwind", "ann@example.com")).len();
        for name in [
            "A\u{2028}Bcc: eve@example.com",
            "A\u{2029}Bcc: x",
            "=?utf-8?q?x?= Bcc:",
            &"W ".repeat(49),
        ] {
            let lines = headers(&posted(&format!("{name}x"), "ann@example.com"));
            assert_eq!(lines.len(), plain, "{lines:#?}");
            assert!(
                !lines.iter().any(|line| line.starts_with("Bcc")),
                "{lines:#?}"
            );
        }
    }

    /// R-INV-2, lesson 29.
    #[test]
    fn an_address_is_written_as_mail_servers_read_it() {
        for (typed, written) in [
            ("Ann+Books@Example.com", "Ann+Books@example.com"),
            ("ann@bücher.example", "ann@xn--bcher-kva.example"),
            ("jörg@example.com", "jörg@example.com"),
        ] {
            let posted = posted("Northwind", typed);
            let to: Vec<String> = posted
                .envelope
                .to()
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(to, [written]);
            assert!(
                headers(&posted).contains(&format!("To: {written}")),
                "{typed}"
            );
        }
    }

    /// Both forms of the words go together, so that every client shows one of them.
    #[test]
    fn a_mail_has_a_text_part_and_an_html_part() {
        let posted = posted("Northwind", "ann@example.com");
        let text = String::from_utf8(posted.bytes).unwrap();
        let (plain, html) = (
            text.find("text/plain").unwrap(),
            text.find("text/html").unwrap(),
        );
        assert!(text.contains("multipart/alternative") && plain < html);
    }
}
