//! Mails against a real SMTP server (aiosmtpd), which reads them with another mail library than ours.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod house;
mod outbox;
mod server;

use std::time::{Duration, Instant, SystemTime};

use serde_json::json;
use url::Url;
use vestibule_delivery::{
    Courier, Failure, InvitationLetter, Letter, Limits, Mail, Relay, RelayOptions,
};
use vestibule_domain::{Email, Timestamp};

use server::Server;

const LINK: &str = "https://id.example.com/invitations/AZjHoAAAcACAAAAAAAAAAQ";
const AUTHORITY: &[u8] = include_bytes!("authority.pem");

fn mail() -> Mail {
    Letter::Invitation(InvitationLetter {
        organization: "Müller & Söhne".parse().unwrap(),
        inviter: Some("Ann Lee".parse().unwrap()),
        link: LINK.to_owned(),
        expires_at: Timestamp::from_micros(1_764_000_000_000_000).unwrap(),
    })
    .render()
    .unwrap()
}

fn courier(url: &str, limits: Limits) -> Courier {
    let relay = Relay::new(RelayOptions {
        url,
        from: "Vestibule <no-reply@example.com>",
        authorities: Some(AUTHORITY),
        public_url: &Url::parse("https://id.example.com").unwrap(),
    });
    Courier::new(relay.unwrap().within(limits))
}

async fn send(courier: &mut Courier, to: &str) -> Result<(), Failure> {
    let to: Email = to.parse().unwrap();
    let id = "00000000-0000-0000-0000-000000000007-1";
    courier
        .send(&mail(), &to, id.parse().unwrap(), SystemTime::UNIX_EPOCH)
        .await
}

fn short() -> Limits {
    Limits {
        connect: Duration::from_millis(400),
        send: Duration::from_millis(400),
    }
}

/// R-INV-3: what arrives is what was written, in both parts.
#[tokio::test]
async fn a_mail_arrives_as_text_and_as_html() {
    let server = Server::start(json!({}));
    let mut courier = courier(&server.url("smtp", ""), Limits::default());
    send(&mut courier, "ann+books@example.com").await.unwrap();
    let got = server.next();
    assert_eq!(got["sender"], "no-reply@example.com");
    assert_eq!(got["recipients"], json!(["ann+books@example.com"]));
    assert_eq!(got["headers"]["From"], "Vestibule <no-reply@example.com>");
    assert_eq!(
        got["headers"]["Subject"],
        "Ann Lee invites you to Müller & Söhne"
    );
    assert_eq!(got["headers"]["Auto-Submitted"], "auto-generated");
    assert_eq!(got["hello"], "id.example.com");
    for part in ["text", "html"] {
        let part = got[part].as_str().unwrap();
        assert!(part.contains(LINK) && part.contains("Söhne"), "{part}");
    }
}

/// One conversation carries many mails.
#[tokio::test]
async fn a_courier_goes_on_over_the_same_connection() {
    let server = Server::start(json!({}));
    let mut courier = courier(&server.url("smtp", ""), Limits::default());
    for name in ["ann", "bob", "cyd"] {
        send(&mut courier, &format!("{name}@example.com"))
            .await
            .unwrap();
        assert_eq!(
            server.next()["recipients"],
            json!([format!("{name}@example.com")])
        );
    }
    courier.rest().await;
    send(&mut courier, "dan@example.com").await.unwrap();
}

/// A mail server that was restarted in between costs nothing.
#[tokio::test]
async fn a_courier_connects_anew_when_the_server_went_away() {
    let server = Server::start(json!({}));
    let port = server.port();
    let mut courier = courier(&server.url("smtp", ""), Limits::default());
    send(&mut courier, "ann@example.com").await.unwrap();
    drop(server);
    let server = Server::start(json!({ "port": port }));
    send(&mut courier, "bob@example.com").await.unwrap();
    assert_eq!(server.next()["recipients"], json!(["bob@example.com"]));
}

#[tokio::test]
async fn starttls_and_a_password_are_used_when_asked_for() {
    let server = Server::start(json!({ "tls": "starttls", "credentials": ["ann", "p@ss/word"] }));
    for tls in ["required", "opportunistic"] {
        let url = server
            .url("smtp", &format!("?tls={tls}"))
            .replace("//", "//ann:p%40ss%2Fword@");
        let mut courier = courier(&url, Limits::default());
        send(&mut courier, "ann@example.com").await.unwrap();
        let got = server.next();
        assert_eq!(
            (&got["encrypted"], &got["authenticated"]),
            (&json!(true), &json!(true)),
            "{tls}"
        );
    }
}

#[tokio::test]
async fn tls_from_the_first_byte_is_used_when_asked_for() {
    let server = Server::start(json!({ "tls": "wrapped" }));
    send(
        &mut courier(&server.url("smtps", ""), Limits::default()),
        "ann@example.com",
    )
    .await
    .unwrap();
    assert_eq!(server.next()["encrypted"], true);
}

/// A server between us and the mail server must not talk us out of TLS.
#[tokio::test]
async fn nothing_is_sent_in_the_clear_where_tls_is_required() {
    let server = Server::start(json!({}));
    let mut courier = courier(&server.url("smtp", "?tls=required"), Limits::default());
    let failure = send(&mut courier, "ann@example.com").await.unwrap_err();
    assert!(matches!(failure, Failure::Unreachable(_)), "{failure:?}");
    assert!(server.is_quiet());
}

/// A certificate by an authority that nobody named is none.
#[tokio::test]
async fn a_certificate_of_a_stranger_is_refused() {
    let server = Server::start(json!({ "tls": "wrapped" }));
    let url = server.url("smtps", "");
    let relay = Relay::new(RelayOptions {
        url: &url,
        from: "no-reply@example.com",
        authorities: None,
        public_url: &Url::parse("https://id.example.com").unwrap(),
    });
    let failure = send(&mut Courier::new(relay.unwrap()), "ann@example.com")
        .await
        .unwrap_err();
    assert!(matches!(failure, Failure::Unreachable(_)), "{failure:?}");
}

/// A wrong password is the operator's affair: the mail waits, and says so.
#[tokio::test]
async fn a_wrong_password_leaves_the_mail_waiting() {
    let server = Server::start(json!({ "credentials": ["ann", "right"] }));
    let url = server.url("smtp", "").replace("//", "//ann:wrong@");
    let failure = send(&mut courier(&url, Limits::default()), "ann@example.com")
        .await
        .unwrap_err();
    assert!(
        matches!(&failure, Failure::Unreachable(words) if words.starts_with("535")),
        "{failure:?}"
    );
}

/// R-INV-10: greylisting is no failure.
#[tokio::test]
async fn what_is_refused_for_now_is_accepted_later() {
    let server = Server::start(json!({ "recipient": ["451 4.7.1 try again later"] }));
    let mut courier = courier(&server.url("smtp", ""), Limits::default());
    let failure = send(&mut courier, "ann@example.com").await.unwrap_err();
    assert_eq!(
        failure,
        Failure::RefusedForNow("451 4.7.1 try again later".to_owned())
    );
    send(&mut courier, "ann@example.com").await.unwrap();
}

/// R-INV-10: the server's words are shown as they are.
#[tokio::test]
async fn what_is_refused_for_good_says_so_in_the_servers_words() {
    let server = Server::start(json!({ "recipient": ["550 5.1.1 no such mailbox"] }));
    let mut courier = courier(&server.url("smtp", ""), Limits::default());
    let failure = send(&mut courier, "ann@example.com").await.unwrap_err();
    assert_eq!(
        failure,
        Failure::RefusedForGood("550 5.1.1 no such mailbox".to_owned())
    );
}

/// R-INV-2.
#[tokio::test]
async fn an_address_beyond_ascii_goes_where_the_server_can_carry_it() {
    let able = Server::start(json!({}));
    let mut able_courier = courier(&able.url("smtp", ""), Limits::default());
    send(&mut able_courier, "jörg@bücher.example")
        .await
        .unwrap();
    let got = able.next();
    assert_eq!(got["recipients"], json!(["jörg@xn--bcher-kva.example"]));
    assert_eq!(got["headers"]["To"], "jörg@xn--bcher-kva.example");

    let unable = Server::start(json!({ "ascii": true }));
    let mut unable_courier = courier(&unable.url("smtp", ""), Limits::default());
    send(&mut unable_courier, "jo@bücher.example")
        .await
        .unwrap();
    let failure = send(&mut unable_courier, "jörg@bücher.example")
        .await
        .unwrap_err();
    assert!(matches!(failure, Failure::RefusedForGood(_)), "{failure:?}");
}

/// Lesson 32.
#[tokio::test]
async fn a_server_that_never_says_a_word_is_left_in_time() {
    let server = Server::start(json!({ "silent": "greeting" }));
    let start = Instant::now();
    let failure = send(
        &mut courier(&server.url("smtp", ""), short()),
        "ann@example.com",
    )
    .await
    .unwrap_err();
    assert!(matches!(failure, Failure::Unreachable(_)), "{failure:?}");
    assert!(start.elapsed() < Duration::from_secs(10));
}

/// Lesson 31: the copy is the same mail.
#[tokio::test]
async fn a_mail_whose_reply_never_came_keeps_its_message_id() {
    let server = Server::start(json!({ "silent": "data" }));
    let mut courier = courier(&server.url("smtp", ""), short());
    for _ in 0..2 {
        let failure = send(&mut courier, "ann@example.com").await.unwrap_err();
        assert!(matches!(failure, Failure::NoReply(_)), "{failure:?}");
    }
    let (first, second) = (server.next(), server.next());
    assert_eq!(
        first["headers"]["Message-ID"],
        "<00000000-0000-0000-0000-000000000007-1@example.com>"
    );
    assert_eq!(
        first["headers"]["Message-ID"],
        second["headers"]["Message-ID"]
    );
    assert_eq!(first["headers"]["Date"], second["headers"]["Date"]);
}

/// SMTP down: nothing was handed over, so the mail can wait for as long as it takes.
#[tokio::test]
async fn a_server_that_is_down_is_unreachable() {
    let server = Server::start(json!({}));
    let url = server.url("smtp", "");
    drop(server);
    let failure = send(&mut courier(&url, short()), "ann@example.com")
        .await
        .unwrap_err();
    assert!(matches!(failure, Failure::Unreachable(_)), "{failure:?}");
}
