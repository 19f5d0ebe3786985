//! Mails as they arrive: what they say, what can be clicked in them, and what becomes of those that cannot be delivered.

use serde_json::{Value, json};

use super::{
    form,
    mailbox::Mail,
    organization::PASSWORD,
    server::{OPERATOR, Server},
};

on_both_databases![
    an_invitation_mail_names_the_organization_and_the_sender,
    only_our_link_can_be_clicked,
    names_are_text_in_mails,
    names_beyond_ascii_arrive_as_they_are,
    every_mail_has_a_message_id_of_its_own,
    a_sent_mail_is_shown_as_sent,
    a_refused_mail_is_shown_with_its_reason_and_can_be_sent_again,
    a_reset_mail_goes_to_the_account,
    the_operators_invitation_names_no_sender,
    no_token_can_be_read_back,
];

/// Every URL that the HTML makes clickable, and every one in the text.
fn links(mail: &Mail) -> Vec<String> {
    let in_html = mail.html.split("href=").skip(1).map(|rest| {
        let quote = rest.chars().next().unwrap();
        rest[1..].split(quote).next().unwrap().replace("&amp;", "&")
    });
    let in_text = mail
        .text
        .split_whitespace()
        .filter(|word| word.contains("://"))
        .map(str::to_owned);
    in_html.chain(in_text).collect()
}

/// R-INV-3.
fn an_invitation_mail_names_the_organization_and_the_sender(server: &'static Server) {
    let acme = server.organization();
    let ivy = acme.invited();
    let mail = server.mailbox.first_to(&ivy.email);
    let token = server.invitation_token(&ivy.email, 1);
    for part in [&mail.text, &mail.html] {
        for needed in [
            acme.name.as_str(),
            "Petra Prime",
            &format!("{}/invitations/{token}", server.url),
        ] {
            assert!(part.contains(needed), "no `{needed}` in:\n{part}");
        }
    }
    assert!(mail.subject.contains(&acme.name), "{}", mail.subject);
    assert!(mail.header_to.contains(&ivy.email), "{}", mail.header_to);
    assert!(
        mail.header_from.contains("vestibule@contract.test"),
        "{}",
        mail.header_from
    );
}

/// R-INV-3: no clickable link but ours.
fn only_our_link_can_be_clicked(server: &'static Server) {
    let acme = server.organization();
    let ivy = acme.invited();
    let mail = server.mailbox.first_to(&ivy.email);
    let link = format!(
        "{}/invitations/{}",
        server.url,
        server.invitation_token(&ivy.email, 1)
    );
    let links = links(&mail);
    assert!(
        links.len() >= 2,
        "one in the text and one in the HTML: {links:?}"
    );
    assert!(links.iter().all(|found| *found == link), "{links:?}");
}

/// Lesson 30: broken up where a mail client would make a link of them.
fn names_are_text_in_mails(server: &'static Server) {
    let acme = server.organization_named("https://evil.example/login <b>now</b>");
    server
        .patch("/v1/me")
        .by(&acme.primary)
        .json(&json!({"name": "www.evil.example & Sons"}))
        .ok(200);
    let ivy = acme.invited();
    let mail = server.mailbox.first_to(&ivy.email);
    let link = format!(
        "{}/invitations/{}",
        server.url,
        server.invitation_token(&ivy.email, 1)
    );
    assert!(
        links(&mail).iter().all(|found| *found == link),
        "{:?}",
        links(&mail)
    );
    for part in [&mail.text, &mail.html, &mail.subject] {
        assert!(
            !part.contains("https://evil") && !part.contains("evil.example"),
            "{part}"
        );
    }
    assert!(!mail.html.contains("<b>now"), "{}", mail.html);
}

/// Subjects and bodies are encoded as they have to be.
fn names_beyond_ascii_arrive_as_they_are(server: &'static Server) {
    let acme = server.organization_named("M\u{fc}ller & S\u{f6}hne \u{7f8e}");
    server
        .patch("/v1/me")
        .by(&acme.primary)
        .json(&json!({"name": "J\u{f6}rg O'Hara"}))
        .ok(200);
    let ivy = acme.invited();
    let mail = server.mailbox.first_to(&ivy.email);
    assert!(
        mail.subject.contains("M\u{fc}ller & S\u{f6}hne \u{7f8e}"),
        "{}",
        mail.subject
    );
    assert!(
        mail.text.contains("M\u{fc}ller & S\u{f6}hne \u{7f8e}"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("J\u{f6}rg O'Hara"), "{}", mail.text);
    assert!(
        mail.html.contains("M\u{fc}ller &amp; S\u{f6}hne")
            || mail.html.contains("M\u{fc}ller &#38; S\u{f6}hne"),
        "{}",
        mail.html
    );
}

/// Lesson 31: one a mail, so that a second attempt could be told from a second mail.
fn every_mail_has_a_message_id_of_its_own(server: &'static Server) {
    let acme = server.organization();
    let ivy = acme.invited();
    server.mailbox.first_to(&ivy.email);
    acme.post(&format!("/invitations/{}/resend", ivy.invitation))
        .by(&acme.primary)
        .ok(200);
    let (first, second) = (
        server.mailbox.nth_to(&ivy.email, 1),
        server.mailbox.nth_to(&ivy.email, 2),
    );
    assert!(
        first.message_id.starts_with('<') && first.message_id.contains('@'),
        "{}",
        first.message_id
    );
    assert_ne!(first.message_id, second.message_id);
}

/// R-INV-10.
fn a_sent_mail_is_shown_as_sent(server: &'static Server) {
    let acme = server.organization();
    let ivy = acme.invited();
    assert_eq!(acme.delivered(&ivy.invitation)["mail"], "sent");
    let user = acme.shown(&ivy.id);
    assert_eq!(
        (
            &user["invitation"]["mail"],
            &user["invitation"]["mail_error"]
        ),
        (&json!("sent"), &Value::Null)
    );
    assert_eq!(server.mailbox.count_to(&ivy.email), 1);
}

/// R-INV-10: `failed` and why; resending is offered there.
fn a_refused_mail_is_shown_with_its_reason_and_can_be_sent_again(server: &'static Server) {
    let acme = server.organization();
    let refused = acme.invite(
        &json!({"email": format!("refused{}@people.example", server.number()), "role": "user"}),
    );
    assert_eq!(acme.delivered(&refused.invitation)["mail"], "failed");
    let invitation = acme.shown(&refused.id)["invitation"].clone();
    assert_eq!(
        (&invitation["mail"], &invitation["state"]),
        (&json!("failed"), &json!("pending"))
    );
    assert!(
        form::text(&invitation["mail_error"]).contains("no such person"),
        "{invitation}"
    );
    let resent = acme
        .post(&format!("/invitations/{}/resend", refused.invitation))
        .by(&acme.primary)
        .ok(200);
    assert_eq!(resent["state"], "pending");
    assert_eq!(acme.delivered(&refused.invitation)["mail"], "failed");
}

/// Text and HTML, one link, under the public URL.
fn a_reset_mail_goes_to_the_account(server: &'static Server) {
    let acme = server.organization();
    let answer = server
        .post("/v1/password-resets")
        .json(&json!({"email": acme.primary.email}))
        .send();
    assert_eq!(answer.status, 202, "{answer}");
    let mail = server.mailbox.first_to(&acme.primary.email);
    let link = format!(
        "{}/password-resets/{}",
        server.url,
        mail.token_after(&format!("{}/password-resets/", server.url))
    );
    assert!(
        links(&mail).iter().all(|found| *found == link),
        "{:?}",
        links(&mail)
    );
    assert!(mail.html.contains(&link) && !mail.subject.is_empty());
    server.signed_in(&acme.primary.email, PASSWORD).ok(201);
}

/// There is nobody to name.
fn the_operators_invitation_names_no_sender(server: &'static Server) {
    let acme = server.organization();
    let email = server.email();
    acme.post("/invitations")
        .by(OPERATOR)
        .json(&json!({"email": email, "role": "user"}))
        .ok(201);
    let mail = server.mailbox.first_to(&email);
    assert!(
        mail.text.contains(&acme.name)
            && !mail.text.contains("null")
            && !mail.text.contains("Petra"),
        "{}",
        mail.text
    );
}

/// Lesson 11.
fn no_token_can_be_read_back(server: &'static Server) {
    let acme = server.organization();
    let ivy = acme.invited();
    let token = server.invitation_token(&ivy.email, 1);
    let secret = token.rsplit('.').next().unwrap();
    for path in [
        "/invitations",
        "/users",
        "/audit-events",
        &format!("/invitations/{}", ivy.invitation),
        &format!("/users/{}", ivy.id),
    ] {
        let answer = acme.get(path).by(OPERATOR).send();
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        assert!(!body.contains(&token) && !body.contains(secret), "{answer}");
    }
}
