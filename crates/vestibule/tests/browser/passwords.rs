//! A forgotten password, chosen anew by the link that is mailed.

use super::{
    look::{Look, at_both},
    server::{PASSWORD, Server},
    visitor::Visitor,
};

const OWNER: &str = "ingrid@halden.example";
const NEW_PASSWORD: &str = "seven brass hinges in the rain";

/// R-SES-2, R-INV-7: the link works once, and a new password ends every other sign-in.
#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_the_mailed_link() {
    at_both(live).await;
}

async fn live(look: Look) {
    let server = Server::start();
    server.house("Halden Group", OWNER, "Ingrid Halden");
    let elsewhere = Visitor::arrive(look).await;
    elsewhere.sign_in(&server, OWNER, PASSWORD).await;
    let visitor = Visitor::arrive(look).await;
    visitor.sign_in(&server, OWNER, "not this one").await;
    visitor
        .reads("Email and password do not belong together")
        .await;
    visitor.picture("sign-in-refused").await;
    visitor.follow("Forgot your password?").await;
    assert_eq!(visitor.typed("Email").await, OWNER);
    visitor.press("Send link").await;
    assert_eq!(visitor.heading().await, "Look into your mailbox");

    let link = visitor.mailed_link(&server, "password-resets").await;
    visitor.open(&link).await;
    visitor.fill("New password", "ingridhalden").await;
    visitor.press("Save password").await;
    visitor.picture("reset-refused").await;
    visitor.fill("New password", NEW_PASSWORD).await;
    visitor.press("Save password").await;
    visitor.reads("Your new password is set.").await;
    visitor.open(&link).await;
    visitor.fill("New password", NEW_PASSWORD).await;
    visitor.press("Save password").await;
    assert_eq!(visitor.heading().await, "This link cannot be used");

    elsewhere.open(&format!("{}/account", server.url)).await;
    assert_eq!(elsewhere.heading().await, "Sign in");
    visitor.sign_in(&server, OWNER, PASSWORD).await;
    visitor
        .reads("Email and password do not belong together")
        .await;
    visitor.sign_in(&server, OWNER, NEW_PASSWORD).await;
    assert_eq!(visitor.heading().await, "Users");
    elsewhere.leave().await;
    visitor.leave().await;
}
