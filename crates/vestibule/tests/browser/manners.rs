//! How the pages behave in a browser beside the story: filters, addresses, keyboard, refusals.

use serde_json::json;

use super::{
    look::{Look, NARROW, WIDE},
    server::Server,
    visitor::Visitor,
};

const FOUNDER: &str = "ingrid@halden.example";
const PASSWORD: &str = "copper lantern over quiet water";

/// Lesson 52: after Back, Forward and reload, address, controls and rows agree.
#[tokio::test]
async fn filters_agree_with_the_address_after_back() {
    let (server, visitor) = house(NARROW).await;
    for email in ["aksel@halden.example", "bea_100%@halden.example"] {
        visitor.open(&format!("{}/organizations", server.url)).await;
        visitor.follow_first("HG").await;
        visitor.follow_first("Invite User").await;
        visitor.fill("Email", email).await;
        visitor.press("Send Invitation").await;
    }
    visitor.follow("Users").await;
    visitor.unfold("Filters").await;
    visitor.choose("Status", "Invited").await;
    visitor.press("Apply").await;
    let filtered = visitor.address().await;
    assert!(filtered.contains("status=invited"), "{filtered}");
    assert!(!visitor.words().await.contains("Ingrid Halden\n"));
    // Lesson 38: what is typed means itself.
    visitor.fill("Search by name or email", "_100%").await;
    visitor.press("Apply").await;
    let words = visitor.words().await;
    assert!(words.contains("bea_100%@halden.example") && !words.contains("aksel@"));
    visitor.back().await;
    assert_eq!(visitor.address().await, filtered);
    assert_eq!(visitor.typed("Status").await, "invited");
    assert_eq!(visitor.typed("Search by name or email").await, "");
    assert!(visitor.words().await.contains("aksel@"));
    visitor.leave().await;
}

/// The documentation of the API can be read at every width, by day and by night, with the keyboard alone.
#[tokio::test]
async fn the_documentation_is_read_at_a_desk_and_on_a_phone() {
    for look in [WIDE, NARROW] {
        let (server, visitor) = house(look).await;
        visitor.open(&format!("{}/docs", server.url)).await;
        assert_eq!(visitor.heading().await, "The API");
        visitor.picture("docs").await;
        visitor
            .open(&format!("{}/docs#invite_user", server.url))
            .await;
        visitor.reads("email_already_in_organization").await;
        visitor.picture("docs-operation").await;
        visitor.ask("document.querySelector('.skip').focus()").await;
        let focused = visitor
            .ask("return document.activeElement.textContent")
            .await;
        assert_eq!(focused, json!("Skip to content"));
        visitor.leave().await;
    }
}

/// The first key leads to the skip link, and every control shows where it is.
#[tokio::test]
async fn the_keyboard_finds_its_way() {
    let (server, visitor) = house(WIDE).await;
    visitor.open(&format!("{}/organizations", server.url)).await;
    visitor.follow_first("HG").await;
    visitor.ask("document.querySelector('.skip').focus()").await;
    let focused = visitor
        .ask("return document.activeElement.textContent")
        .await;
    assert_eq!(focused, json!("Skip to content"));
    let visible = visitor
        .ask("return document.querySelector('.skip').getBoundingClientRect().top >= 0")
        .await;
    assert_eq!(visible, json!(true));
    visitor.leave().await;
}

/// R-ANS-2: an organization that is not there and one that is not ours look the same, as a page.
#[tokio::test]
async fn strangers_find_no_such_room() {
    let (server, visitor) = house(WIDE).await;
    visitor
        .open(&format!(
            "{}/organizations/0198c7a0-0000-7000-8000-000000000001/users",
            server.url
        ))
        .await;
    assert_eq!(visitor.heading().await, "No such room");
    visitor.open(&format!("{}/nowhere", server.url)).await;
    assert_eq!(visitor.heading().await, "No such room");
    visitor.leave().await;
}

/// The menus of the bar open without a script, and lead to the account and out.
#[tokio::test]
async fn the_bar_leads_to_the_account_and_out() {
    let (server, visitor) = house(NARROW).await;
    visitor.open(&format!("{}/organizations", server.url)).await;
    visitor.follow_first("HG").await;
    visitor.open_menu("organizations").await;
    visitor.follow("All organizations").await;
    assert_eq!(visitor.heading().await, "Where to?");
    visitor.follow_first("HG").await;
    visitor.open_menu("account-menu").await;
    visitor.follow("Your account").await;
    assert_eq!(visitor.heading().await, "Your account");
    visitor.open_menu("account-menu").await;
    visitor.press("Sign out").await;
    assert_eq!(visitor.heading().await, "Sign in");
    visitor.leave().await;
}

/// A house with its founder signed in.
async fn house(look: Look) -> (Server, Visitor) {
    let server = Server::start();
    let visitor = Visitor::arrive(look).await;
    visitor.open(&server.set_up).await;
    visitor.fill("Organization name", "Halden Group").await;
    visitor.fill("Your name", "Ingrid Halden").await;
    visitor.fill("Your email", FOUNDER).await;
    visitor.fill("Password", PASSWORD).await;
    visitor.press("Create organization").await;
    visitor.fill("Password", PASSWORD).await;
    visitor.press("Sign in").await;
    (server, visitor)
}
