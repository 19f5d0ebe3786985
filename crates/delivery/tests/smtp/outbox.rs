//! From the outbox of a real database to a real mail server, and what the invitation shows of it.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::json;
use vestibule_delivery::{Destination, Limits};
use vestibule_storage::MailState;

use crate::house::House;
use crate::server::Server;

/// R-INV-3, R-INV-10.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_is_mailed_and_shows_that_it_was_sent() {
    let server = Server::start(json!({}));
    let house = House::new().await;
    let _running = house.send_to(&server.url("smtp", ""), Limits::default());
    let invited = house.invite("tove@halden.example").await;
    let got = server.next();
    assert_eq!(got["recipients"], json!(["tove@halden.example"]));
    assert_eq!(
        got["headers"]["Subject"],
        "Ingrid Halden invites you to Halden Group"
    );
    let text = got["text"].as_str().unwrap();
    assert!(
        text.contains("https://id.example.com/invitations/"),
        "{text}"
    );
    assert_eq!(house.until(invited, MailState::Sent).await.mail_error, None);
}

/// R-INV-10: greylisting is waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_greylisted_mail_arrives_with_the_next_try() {
    let server = Server::start(json!({ "recipient": ["451 4.7.1 come back later"] }));
    let house = House::new().await;
    let _running = house.send_to(&server.url("smtp", ""), Limits::default());
    let invited = house.invite("tove@halden.example").await;
    assert_eq!(server.next()["reply"], "451 4.7.1 come back later");
    assert_eq!(server.next()["recipients"], json!(["tove@halden.example"]));
    house.until(invited, MailState::Sent).await;
}

/// R-INV-10, R-INV-4: what failed shows why, and is sent again by a resend.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_mail_shows_the_servers_words_and_can_be_resent() {
    let server = Server::start(json!({ "recipient": ["550 5.1.1 no such mailbox"] }));
    let house = House::new().await;
    let _running = house.send_to(&server.url("smtp", ""), Limits::default());
    let invited = house.invite("tove@halden.example").await;
    let error = house
        .until(invited, MailState::Failed)
        .await
        .mail_error
        .unwrap();
    assert!(error.contains("550 5.1.1 no such mailbox"), "{error}");
    assert_eq!(server.next()["refused"], "tove@halden.example");
    house.resend(invited).await;
    assert_eq!(server.next()["recipients"], json!(["tove@halden.example"]));
    house.until(invited, MailState::Sent).await;
}

/// R-INV-10: the invitation says what it waits for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_waits_for_the_mail_server_says_so() {
    let server = Server::start(json!({}));
    let (port, url) = (server.port(), server.url("smtp", ""));
    drop(server);
    let house = House::new().await;
    let _running = house.send_to(&url, Limits::default());
    let invited = house.invite("tove@halden.example").await;
    let mut row = house.row(invited).await;
    while row.mail_error.is_none() {
        tokio::task::yield_now().await;
        row = house.row(invited).await;
    }
    assert_eq!(row.mail, MailState::Queued);
    assert!(row.mail_error.unwrap().contains("cannot be reached"));

    let server = Server::start(json!({ "port": port }));
    assert_eq!(server.next()["recipients"], json!(["tove@halden.example"]));
    assert_eq!(house.until(invited, MailState::Sent).await.mail_error, None);
}

/// Lesson 40.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_invitation_is_not_mailed() {
    let server = Server::start(json!({}));
    let house = House::new().await;
    for number in 0..20 {
        let revoked = house
            .invite(&format!("nobody{number}@halden.example"))
            .await;
        house.revoke(revoked).await;
    }
    house.invite("tove@halden.example").await;
    let running = house.send_to(&server.url("smtp", ""), Limits::default());
    assert_eq!(server.next()["recipients"], json!(["tove@halden.example"]));
    running.stop().await;
    assert!(server.is_quiet());
}

/// R-INV-4: of several links one is alive, and only that one is mailed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_resent_invitation_is_mailed_with_the_latest_link_only() {
    let server = Server::start(json!({}));
    let house = House::new().await;
    let invited = house.invite("tove@halden.example").await;
    house.resend(invited).await;
    let running = house.send_to(&server.url("smtp", ""), Limits::default());
    let got = server.next();
    let id = got["headers"]["Message-ID"].as_str().unwrap();
    assert!(id.contains("-2@"), "the second generation: {id}");
    house.until(invited, MailState::Sent).await;
    running.stop().await;
    assert!(server.is_quiet());
}

/// Lesson 32: neither the database nor the end of the server waits for a mail server that hangs.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hung_mail_server_stalls_nothing_and_its_mail_is_sent_later() {
    let hung = Server::start(json!({ "silent": "data" }));
    let house = House::new().await;
    let running = house.send_to(&hung.url("smtp", ""), Limits::default());
    let invited = house.invite("tove@halden.example").await;
    assert_eq!(hung.next()["recipients"], json!(["tove@halden.example"]));
    for number in 0..20 {
        house
            .invite(&format!("person{number}@halden.example"))
            .await;
    }
    assert_eq!(house.row(invited).await.mail, MailState::Queued);
    assert!(running.stop().await < Duration::from_secs(6));

    let well = Server::start(json!({}));
    let _running = house.send_to(&well.url("smtp", ""), Limits::default());
    house.until(invited, MailState::Sent).await;
    let mut reached = BTreeSet::new();
    while reached.len() < 21 {
        reached.insert(well.next()["recipients"][0].as_str().unwrap().to_owned());
    }
    assert!(reached.contains("tove@halden.example"));
}

/// R-INV-10: what one has claimed no other takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_mailers_send_each_mail_once() {
    let server = Server::start(json!({}));
    let house = House::new().await;
    let mut invited = Vec::new();
    for number in 0..30 {
        invited.push(
            house
                .invite(&format!("person{number}@halden.example"))
                .await,
        );
    }
    let one = house.send_to(&server.url("smtp", ""), Limits::default());
    let other = house.send_to(&server.url("smtp", ""), Limits::default());
    let mut ids = BTreeSet::new();
    for _ in 0..30 {
        let got = server.next();
        let id = got["headers"]["Message-ID"].as_str().unwrap().to_owned();
        assert!(ids.insert(id), "{got}");
    }
    for invited in invited {
        house.until(invited, MailState::Sent).await;
    }
    one.stop().await;
    other.stop().await;
    assert!(server.is_quiet());
}

/// Without a mail server a mail lies in the local mailbox at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_without_a_mail_server_lies_in_the_mailbox() {
    let house = House::new().await;
    let running = house.run(Destination::Mailbox);
    let invited = house.invite("tove@halden.example").await;
    house.until(invited, MailState::Sent).await;
    assert!(running.stop().await < Duration::from_secs(6));
}
