//! Which buttons pages offer: those that would do something for who looks.

use axum::http::StatusCode;

use super::browser::{Browser, PASSWORD};

/// R-ENT-3: a Manager of an entity neither gives the role Admin nor changes who has it, and is not
/// asked to try.
#[tokio::test]
async fn a_manager_is_not_offered_what_would_be_refused() {
    let browser = Browser::founded().await;
    let base = browser.organization().await;
    let entity = opened(&browser, "Halden Foods").await;
    let id = entity.rsplit_once('/').unwrap().1;
    browser
        .joined("mara@halden.example", &[(id, "manager")])
        .await;
    let admin = browser.joined("ada@halden.example", &[(id, "admin")]).await;
    let clerk = browser
        .joined("cole@halden.example", &[(id, "clerk")])
        .await;
    browser.joined("dan@halden.example", &[]).await;
    browser.sign_in("mara@halden.example", PASSWORD).await;

    let page = browser.open(&entity).await;
    assert!(page.text.contains("Add User"));
    assert!(page.text.contains(&format!("{entity}/members/{clerk}")));
    assert!(!page.text.contains(&format!("{entity}/members/{admin}")));
    assert!(!page.text.contains(&format!("{entity}/settings")));

    for offering in [
        format!("{entity}/add?q=dan@"),
        format!("{entity}/members/{clerk}"),
    ] {
        let page = browser.open(&offering).await;
        assert_eq!(page.status, StatusCode::OK, "{offering}: {}", page.text);
        assert!(page.text.contains("value=\"manager\""), "{offering}");
        assert!(!page.text.contains("value=\"admin\""), "{offering}");
    }
    for shut in [
        format!("{entity}/members/{admin}"),
        format!("{entity}/settings"),
        format!("{base}/users/invite"),
        format!("{base}/settings"),
    ] {
        let page = browser.open(&shut).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{shut}");
    }
}

/// R-ORG-2, R-ORG-3: who may only look is offered nothing to do, but for leaving.
#[tokio::test]
async fn a_user_is_offered_to_leave_and_nothing_else() {
    let browser = Browser::founded().await;
    let base = browser.organization().await;
    let entity = opened(&browser, "Halden Foods").await;
    let id = entity.rsplit_once('/').unwrap().1;
    let user = browser
        .joined("cole@halden.example", &[(id, "clerk")])
        .await;
    let other = browser.joined("ada@halden.example", &[(id, "admin")]).await;
    browser.sign_in("cole@halden.example", PASSWORD).await;
    for (path, absent) in [
        (format!("{base}/users"), "Invite User"),
        (format!("{base}/entities"), "Create entity"),
        (entity.clone(), "Add User"),
        (entity.clone(), ">Change<"),
        (
            format!("{base}/users/{other}"),
            "method=\"post\" action=\"/organizations",
        ),
        (format!("{base}/users/{other}"), "/remove\""),
    ] {
        let page = browser.open(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text.contains(absent), "{absent} on {path}");
    }
    let own = browser.open(&format!("{base}/users/{user}")).await;
    assert!(own.text.contains("Leave the organization"));
}

/// R-REM-3, R-DEA-1: what a status or being Primary Admin rules out is not offered to anyone.
#[tokio::test]
async fn a_page_of_a_user_offers_what_their_status_allows() {
    let browser = Browser::founded().await;
    let base = browser.organization().await;
    let active = browser.joined("ada@halden.example", &[]).await;
    let invitation = [("email", "tove@halden.example"), ("role", "user")];
    let invited = browser
        .send(&format!("{base}/users/invite"), &invitation)
        .await
        .led_to();
    let words = [
        "Deactivate</button>",
        "Resend invitation",
        "Save name",
        "Save role",
        ">Remove</a>",
    ];
    for (path, offered) in [
        (
            format!("{base}/users/{active}"),
            [true, false, false, true, true],
        ),
        (invited, [false, true, true, true, true]),
    ] {
        let page = browser.open(&path).await;
        assert_eq!(
            words.map(|word| page.text.contains(word)),
            offered,
            "{path}"
        );
    }
    let list = browser
        .open(&format!("{base}/users?role=primary_admin"))
        .await;
    let owner = list.between("class=\"cover\" href=\"", "\"").to_owned();
    let page = browser.open(&owner).await;
    assert_eq!(words.map(|word| page.text.contains(word)), [false; 5]);
}

/// An organization of many entities: those beyond the first are found by name, and what was typed
/// and chosen stays.
#[tokio::test]
async fn entities_beyond_the_first_are_found_by_name() {
    let browser = Browser::founded().await;
    let base = browser.organization().await;
    let first = opened(&browser, "Company 00").await;
    for number in 1..55 {
        opened(&browser, &format!("Company {number:02}")).await;
    }
    let last = opened(&browser, "Zinc Works").await;
    let field = |entity: &str| format!("entity-{}", entity.rsplit_once('/').unwrap().1);
    let (first, last) = (field(&first), field(&last));

    let invite = format!("{base}/users/invite");
    let page = browser.open(&invite).await;
    assert!(page.text.contains("Find entities by name"));
    assert!(page.text.contains(&first) && !page.text.contains(&last));
    let typed = [
        ("email", "tove@halden.example"),
        ("role", "admin"),
        (first.as_str(), "clerk"),
        ("entity_name", "zinc"),
        ("entity_name_before", ""),
    ];
    let found = browser.send(&invite, &typed).await;
    assert_eq!(found.status, StatusCode::OK, "nothing was sent yet");
    assert!(found.text.contains("value=\"tove@halden.example\""));
    assert!(found.text.contains(&first) && found.text.contains(&last));
    assert!(found.text.contains("<option value=\"clerk\" selected>"));
    assert!(found.text.contains("value=\"admin\" checked"));
    let sent = [
        ("email", "tove@halden.example"),
        ("role", "user"),
        (first.as_str(), "clerk"),
        (last.as_str(), "auditor"),
        ("entity_name", "zinc"),
        ("entity_name_before", "zinc"),
    ];
    let user = browser.send(&invite, &sent).await.led_to();
    let page = browser.open(&user).await;
    assert!(page.text.contains("Company 00") && page.text.contains("Zinc Works"));

    let list = browser
        .open(&format!("{base}/users?entity_name=zinc"))
        .await;
    let id = last.strip_prefix("entity-").unwrap();
    assert!(
        list.text
            .contains(&format!("<option value=\"{id}\">Zinc Works</option>"))
    );
    let of_it = browser.open(&format!("{base}/users?entity_id={id}")).await;
    assert!(of_it.text.contains("Entity: Zinc Works"));
    assert!(of_it.text.contains("tove<wbr>@halden.example"));
}

async fn opened(browser: &Browser, name: &str) -> String {
    let base = browser.organization().await;
    browser
        .send(&format!("{base}/entities"), &[("name", name)])
        .await
        .led_to()
}
