//! Inside: what forms do, what stands in lists, and what happens when something changed meanwhile.

use axum::http::StatusCode;

use super::browser::Browser;

/// R-INV-1, R-INV-11: the form invites with entities, and offers more of them afterwards.
#[tokio::test]
async fn inviting_leads_to_the_invited_user() {
    let browser = Browser::founded().await;
    let base = browser.organization().await;
    let entity = browser
        .send(&format!("{base}/entities"), &[("name", "Halden Foods")])
        .await
        .led_to();
    let id = entity.rsplit_once('/').unwrap().1;
    let field = format!("entity-{id}");
    let invitation = [
        ("email", "Tove+work@halden.example"),
        ("role", "user"),
        ("name", ""),
        (field.as_str(), "approver"),
    ];
    let user = browser
        .send(&format!("{base}/users/invite"), &invitation)
        .await
        .led_to();
    assert!(user.ends_with("?sent=1"), "{user}");
    let page = browser.open(&user).await;
    assert!(
        page.text
            .contains("Invitation sent to Tove+work@halden.example.")
    );
    assert!(page.text.contains("Which rooms should open"));
    assert!(page.text.contains("Halden Foods") && page.text.contains("Approver"));
    // Said once.
    assert!(
        !browser
            .open(&user)
            .await
            .text
            .contains("Invitation sent to")
    );
    // R-INV-2: refused beside the field, naming the status, and what was chosen is kept.
    let again = browser
        .send(&format!("{base}/users/invite"), &invitation)
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(
        again
            .between("id=\"email-error\">", "</p>")
            .contains("invited")
    );
    assert!(again.text.contains("<option value=\"approver\" selected>"));
}

/// R-REM-2: a plan that is no longer so removes nothing, and is shown anew.
#[tokio::test]
async fn a_changed_removal_plan_is_shown_anew() {
    let browser = Browser::founded().await;
    let base = browser.organization().await;
    let entity = browser
        .send(&format!("{base}/entities"), &[("name", "Halden Foods")])
        .await
        .led_to();
    let invitation = [("email", "tove@halden.example"), ("role", "user")];
    let user = browser
        .send(&format!("{base}/users/invite"), &invitation)
        .await
        .led_to();
    let user = user.split('?').next().unwrap();
    let id = user.rsplit_once('/').unwrap().1;
    let remove = format!("{user}/remove");
    let seen = browser
        .open(&remove)
        .await
        .between("name=\"fingerprint\" value=\"", "\"")
        .to_owned();
    browser
        .send(
            &format!("{entity}/add"),
            &[("user_id", id), ("role", "clerk")],
        )
        .await
        .led_to();
    // What is no fingerprint is none of this plan, least of all what no header can carry.
    for none in ["", "other", "\u{1}", "\n"] {
        let refused = browser.send(&remove, &[("fingerprint", none)]).await;
        assert_eq!(refused.status, StatusCode::PRECONDITION_FAILED, "{none:?}");
    }
    let changed = browser.send(&remove, &[("fingerprint", &seen)]).await;
    assert_eq!(changed.status, StatusCode::PRECONDITION_FAILED);
    assert!(changed.text.contains("Something changed since you looked."));
    assert!(changed.text.contains("Halden Foods"));
    let now = changed
        .between("name=\"fingerprint\" value=\"", "\"")
        .to_owned();
    assert_ne!(now, seen);
    assert_eq!(
        browser
            .send(&remove, &[("fingerprint", &now)])
            .await
            .led_to(),
        format!("{base}/users")
    );
    assert_eq!(browser.open(user).await.status, StatusCode::NOT_FOUND);
}

/// Words of people are words, wherever they stand.
#[tokio::test]
async fn names_are_never_markup() {
    let browser = Browser::founded().await;
    let base = browser.organization().await;
    let name = "<script>alert(1)</script>";
    let entity = browser
        .send(&format!("{base}/entities"), &[("name", name)])
        .await
        .led_to();
    for path in [
        entity.as_str(),
        &format!("{base}/entities"),
        &format!("{base}/users"),
    ] {
        let page = browser.open(path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.text.contains("<script"), "{path}");
    }
}

/// Lesson 52: an address with a filter that is none is led to the whole list instead of an error.
#[tokio::test]
async fn stale_filters_lead_to_the_whole_list() {
    let browser = Browser::founded().await;
    let base = browser.organization().await;
    for query in ["sort=height", "status=asleep", "cursor=garbage"] {
        assert_eq!(
            browser
                .open(&format!("{base}/users?{query}"))
                .await
                .led_to(),
            format!("{base}/users")
        );
    }
}

/// R-ANS-2: what one may not see is not there, as a page.
#[tokio::test]
async fn other_organizations_are_not_there() {
    let browser = Browser::founded().await;
    for path in [
        "/organizations/0198c7a0-0000-7000-8000-000000000001",
        "/organizations/nonsense/users",
    ] {
        let page = browser.open(path).await;
        assert_eq!(
            (page.status, page.heading()),
            (StatusCode::NOT_FOUND, "No such room"),
            "{path}"
        );
    }
}

/// Every page of the main job answers for who may see it.
#[tokio::test]
async fn every_page_answers() {
    let browser = Browser::founded().await;
    let base = browser.organization().await;
    let entity = browser
        .send(&format!("{base}/entities"), &[("name", "Halden Foods")])
        .await
        .led_to();
    let invitation = [("email", "tove@halden.example"), ("role", "user")];
    let user = browser
        .send(&format!("{base}/users/invite"), &invitation)
        .await
        .led_to();
    let user = user.split('?').next().unwrap();
    let id = user.rsplit_once('/').unwrap().1;
    browser
        .send(
            &format!("{entity}/add"),
            &[("user_id", id), ("role", "clerk")],
        )
        .await
        .led_to();
    let paths = [
        "/organizations",
        "/account",
        "/account/delete",
        "/mailbox",
        "/confirm-password",
        &format!("{base}/settings"),
        &format!("{base}/settings/transfer"),
        &format!("{base}/users"),
        &format!("{base}/users/invite"),
        user,
        &format!("{user}/entities"),
        &format!("{user}/remove"),
        &format!("{user}/revoke"),
        &format!("{base}/entities"),
        &entity,
        &format!("{entity}/add"),
        &format!("{entity}/settings"),
        &format!("{entity}/delete"),
        &format!("{entity}/members/{id}"),
        &format!("{entity}/members/{id}/remove"),
    ];
    for path in paths {
        let page = browser.open(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.text);
        assert!(
            page.text.contains("<!doctype html>") && page.text.contains("</html>"),
            "{path}"
        );
    }
}
