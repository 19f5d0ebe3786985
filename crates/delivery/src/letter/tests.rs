//! What mails say, and what they never say.

use super::*;

const LINK: &str = "https://id.example.com/invitations/AZjHoAAAcACAAAAAAAAAAQ-_";

fn invitation(organization: &str, inviter: Option<&str>) -> Mail {
    Letter::Invitation(InvitationLetter {
        organization: organization.parse().unwrap(),
        inviter: inviter.map(|name| name.parse().unwrap()),
        link: LINK.to_owned(),
        expires_at: Timestamp::from_micros(1_764_000_000_000_000).unwrap(),
    })
    .render()
    .unwrap()
}

/// Everything that a client would make a link of in a text.
fn links_in(text: &str) -> Vec<String> {
    let mut finder = linkify::LinkFinder::new();
    finder.url_must_have_scheme(false);
    finder
        .links(text)
        .map(|link| link.as_str().to_owned())
        .collect()
}

/// What is left of an HTML document when its tags are taken out.
fn text_of(html: &str) -> String {
    let body = html.split_once("</head>").unwrap().1;
    let mut text = String::new();
    let mut inside = true;
    for character in body.chars() {
        match character {
            '<' => inside = false,
            '>' => {
                inside = true;
                text.push(' ');
            }
            other if inside => text.push(other),
            _ => {}
        }
    }
    text.replace("&#38;", "&").replace("&amp;", "&")
}

fn targets_in(html: &str) -> Vec<&str> {
    html.split("href=\"")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0)
        .collect()
}

/// R-INV-3.
#[test]
fn an_invitation_says_whose_organization_it_is_and_who_invites() {
    let mail = invitation("Northwind Books", Some("Ann Lee"));
    assert_eq!(mail.subject, "Ann Lee invites you to Northwind Books");
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("Northwind Books"), "{part}");
        assert!(part.contains("Ann Lee"), "{part}");
        assert!(part.contains(LINK), "{part}");
        assert!(part.contains("24 November 2025, 16:00 UTC"), "{part}");
    }
}

/// R-INV-3: the operator has no name.
#[test]
fn an_invitation_by_the_operator_names_nobody() {
    let mail = invitation("Northwind Books", None);
    assert_eq!(mail.subject, "You are invited to Northwind Books");
    assert!(
        mail.text
            .contains("You are invited to join Northwind Books"),
        "{}",
        mail.text
    );
}

/// R-INV-3, lesson 30.
#[test]
fn no_mail_has_a_clickable_link_but_ours() {
    for name in [
        "evil.com",
        "https://evil.com/login",
        "www.evil.com",
        "ann@evil.com",
        "<a href=\"https://evil.com\">Log in</a>",
        "x\"><a href=https://evil.com>",
        "evil\u{3002}com",
    ] {
        let mail = invitation(name, Some(name));
        assert!(links_in(&mail.subject).is_empty(), "{}", mail.subject);
        assert_eq!(links_in(&mail.text), [LINK], "{}", mail.text);
        let targets = targets_in(&mail.html);
        assert!(
            !targets.is_empty() && targets.iter().all(|target| *target == LINK),
            "{targets:?}"
        );
        let links = links_in(&text_of(&mail.html));
        assert!(links.iter().all(|link| link == LINK), "{links:?}");
    }
}

/// R-INV-3: names are text.
#[test]
fn markup_in_a_name_is_shown_and_not_obeyed() {
    let mail = invitation("<b>Bold</b> & Sons", Some("<script>1</script>"));
    assert!(!mail.html.contains("<b>Bold"), "{}", mail.html);
    assert!(!mail.html.contains("<script"), "{}", mail.html);
    assert!(
        mail.text.contains("<b>Bold</b> & Sons")
            || mail.text.contains("<b>Bold</\u{200b}b> & Sons")
    );
}

/// A mail that is opened tells nobody.
#[test]
fn a_mail_loads_nothing_from_anywhere() {
    let reset = PasswordResetLetter {
        link: LINK.to_owned(),
        expires_at: Timestamp::from_micros(1_764_000_000_000_000).unwrap(),
    };
    for mail in [
        invitation("Northwind", None),
        Letter::PasswordReset(reset).render().unwrap(),
    ] {
        for loader in ["<img", "<script", "<link", "<iframe", "url(", "@import"] {
            assert!(!mail.html.contains(loader), "{loader}");
        }
    }
}

/// R-INV-7: what the mail says is the same for everybody who has an account.
#[test]
fn a_password_reset_says_what_to_do_and_until_when() {
    let mail = Letter::PasswordReset(PasswordResetLetter {
        link: "https://id.example.com/password-resets/abc".to_owned(),
        expires_at: Timestamp::from_micros(1_764_000_000_000_000).unwrap(),
    })
    .render()
    .unwrap();
    for part in [&mail.text, &mail.html] {
        assert!(
            part.contains("https://id.example.com/password-resets/abc"),
            "{part}"
        );
        assert!(part.contains("24 November 2025, 16:00 UTC"), "{part}");
    }
}

/// Whoever has the link has what it opens: it belongs into no log.
#[test]
fn a_mail_in_a_log_shows_no_link() {
    let mail = invitation("Northwind", None);
    assert!(!format!("{mail:?}").contains("invitations"));
}
