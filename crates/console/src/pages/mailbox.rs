//! The local mailbox: mails of a house without a mail server, on loopback only.

use askama::Template;
use axum::{
    extract::Path,
    http::{
        HeaderValue,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS},
    },
    response::IntoResponse,
};
use vestibule_storage::{Fault, MailboxPage as AskedPage, MailboxRow};

use crate::{
    api::{Refusal, Visitor},
    house::{account_of, frame_of},
    mailbox::{LocalMailbox, WrittenMail},
    respond::{Answered, CONTENT_POLICY_FRAMING, page},
    sent::{Asked, address},
    view::{Frame, Moment, Pager},
};

/// A mail is shown in a sandbox: its own styles, and nothing else.
const CONTENT_POLICY_MAIL: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox";

/// The mails, newest first.
#[derive(Debug, Template)]
#[template(path = "mailbox.html")]
pub(crate) struct MailboxPage {
    pub(crate) frame: Frame,
    pub(crate) rows: Vec<MailRow>,
    pub(crate) pager: Pager,
}

/// One mail in the list.
#[derive(Debug, Clone)]
pub(crate) struct MailRow {
    pub(crate) id: String,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) at: Moment,
}

/// One mail: its text with its link, its HTML behind a sandbox.
#[derive(Debug, Template)]
#[template(path = "mail.html")]
pub(crate) struct MailPage {
    pub(crate) frame: Frame,
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) at: Moment,
    pub(crate) text: Vec<Piece>,
    /// The address of the HTML part.
    pub(crate) html: Option<String>,
}

/// A stretch of the text, a link where it is one of ours.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
}

/// Shows the mails, newest first.
pub(crate) async fn show(visitor: Visitor, asked: Asked) -> Answered {
    let mailbox = mailbox_for(&visitor)?;
    let cursor = asked.value("cursor");
    let mut wanted = AskedPage::default();
    if !cursor.is_empty() {
        wanted = wanted
            .after(cursor)
            .map_err(|_| Refusal::not_found(&visitor))?;
    }
    let mails = mailbox
        .store
        .mailbox_page(wanted)
        .await
        .map_err(|fault| broken(&visitor, &fault))?;
    let next = mails.next.as_ref().map(|cursor| cursor.to_string());
    let account = account_of(&visitor).await?;
    let shown = MailboxPage {
        frame: frame_of(&visitor, account.as_ref()),
        rows: mails
            .items
            .iter()
            .filter_map(|row| mail_row(mailbox, row))
            .collect(),
        pager: Pager {
            first: (!cursor.is_empty()).then(|| "/mailbox".to_owned()),
            next: next.map(|next| address("/mailbox", [("cursor", next.as_str())].into_iter())),
        },
    };
    Ok(page(&visitor, &shown))
}

/// Shows one mail.
pub(crate) async fn show_mail(visitor: Visitor, Path(id): Path<String>) -> Answered {
    let (row, mail) = mail_of(&visitor, &id).await?;
    let account = account_of(&visitor).await?;
    let shown = MailPage {
        frame: frame_of(&visitor, account.as_ref()),
        to: row.mail.to.to_string(),
        subject: mail.subject,
        at: Moment::of(row.mail.created_at),
        text: pieces(&mail.text),
        html: Some(format!("/mailbox/{id}/html")),
    };
    let mut response = page(&visitor, &shown);
    let policy = HeaderValue::from_static(CONTENT_POLICY_FRAMING);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// Shows the HTML of one mail, for the frame on its page.
pub(crate) async fn show_html(visitor: Visitor, Path(id): Path<String>) -> Answered {
    let (_, mail) = mail_of(&visitor, &id).await?;
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        ),
        (
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(CONTENT_POLICY_MAIL),
        ),
        (X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN")),
    ];
    Ok((headers, mail.html).into_response())
}

fn mailbox_for(visitor: &Visitor) -> Result<&LocalMailbox, Refusal> {
    visitor.mailbox().ok_or_else(|| Refusal::not_found(visitor))
}

async fn mail_of(visitor: &Visitor, id: &str) -> Result<(MailboxRow, WrittenMail), Refusal> {
    let mailbox = mailbox_for(visitor)?;
    let id = id.parse().map_err(|_| Refusal::not_found(visitor))?;
    let row = mailbox
        .store
        .mailbox_mail(id)
        .await
        .map_err(|fault| broken(visitor, &fault))?;
    let row = row.ok_or_else(|| Refusal::not_found(visitor))?;
    let mail = mailbox
        .written(&row.mail)
        .ok_or_else(|| Refusal::not_found(visitor))?;
    Ok((row, mail))
}

fn mail_row(mailbox: &LocalMailbox, row: &MailboxRow) -> Option<MailRow> {
    Some(MailRow {
        id: row.mail.id.to_string(),
        to: row.mail.to.to_string(),
        subject: mailbox.written(&row.mail)?.subject,
        at: Moment::of(row.mail.created_at),
    })
}

fn broken(visitor: &Visitor, fault: &Fault) -> Refusal {
    tracing::warn!(%fault, "the local mailbox cannot be read");
    Refusal::unavailable(visitor)
}

/// The text cut at its links.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = ["http://", "https://"]
        .iter()
        .filter_map(|scheme| rest.find(scheme))
        .min()
    {
        let (before, from_link) = rest.split_at(start);
        let end = from_link
            .find(char::is_whitespace)
            .unwrap_or(from_link.len());
        let (link, after) = from_link.split_at(end);
        pieces.push(Piece {
            text: before.to_owned(),
            href: None,
        });
        pieces.push(Piece {
            text: link.to_owned(),
            href: Some(link.to_owned()),
        });
        rest = after;
    }
    pieces.push(Piece {
        text: rest.to_owned(),
        href: None,
    });
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lesson 29: a link reaches the page as it stands in the mail, and nothing around it becomes one.
    #[test]
    fn links_of_a_mail_are_cut_out_whole() {
        let text = "Accept here:\nhttp://127.0.0.1:8080/invitations/a-b_c\n\nSee you.";
        let found = pieces(text);
        let links: Vec<&str> = found
            .iter()
            .filter_map(|piece| piece.href.as_deref())
            .collect();
        assert_eq!(links, ["http://127.0.0.1:8080/invitations/a-b_c"]);
        assert_eq!(
            found
                .iter()
                .map(|piece| piece.text.as_str())
                .collect::<String>(),
            text
        );
    }
}
