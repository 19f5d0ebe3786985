//! Deactivated and back, leaving by oneself, and being at home in two organizations.

use super::{
    look::{Look, at_both},
    server::{PASSWORD, Server},
    visitor::Visitor,
};

const OWNER: &str = "ingrid@halden.example";
const OTHER: &str = "bea@halden.example";

/// R-DEA-1, R-DEA-2: who is deactivated finds the door shut at the next step, and everything as it
/// was once reactivated.
#[tokio::test]
async fn deactivation_shuts_the_door_and_reactivation_opens_it() {
    at_both(shut_and_open).await;
}

/// R-REM-4: what leaving takes is shown to who leaves; afterwards the organization is not there.
#[tokio::test]
async fn a_user_leaves_by_themself() {
    at_both(leave_alone).await;
}

/// R-REM-7: one account, several organizations, what it is in each beside its name.
#[tokio::test]
async fn one_switches_between_organizations() {
    at_both(switch).await;
}

async fn shut_and_open(look: Look) {
    let server = Server::start();
    let house = server.house("Halden Group", OWNER, "Ingrid Halden");
    let user = house.join(OTHER, "Bea Castellanos", "user");
    house.admit(&house.entity("Halden Foods"), &user, "clerk");
    let owner = Visitor::arrive(look).await;
    owner.sign_in(&server, OWNER, PASSWORD).await;
    let other = Visitor::arrive(look).await;
    other.sign_in(&server, OTHER, PASSWORD).await;
    assert_eq!(other.heading().await, "Entities");

    owner.open(&house.page(&format!("/users/{user}"))).await;
    owner.press("Deactivate").await;
    owner.reads("Bea Castellanos is deactivated.").await;
    owner.picture("user-deactivated").await;
    other.open(&house.page("/entities")).await;
    assert_eq!(other.heading().await, "No such room");
    other.open(&format!("{}/", server.url)).await;
    other.reads("Deactivated: ask its Primary Admin").await;
    other.picture("organizations-shut").await;

    owner.press("Reactivate").await;
    owner.reads("Bea Castellanos is active again.").await;
    owner.reads("Halden Foods").await;
    other.open(&house.page("/entities")).await;
    other.reads("Halden Foods").await;
    owner.leave().await;
    other.leave().await;
}

async fn leave_alone(look: Look) {
    let server = Server::start();
    let house = server.house("Halden Group", OWNER, "Ingrid Halden");
    let user = house.join(OTHER, "Bea Castellanos", "user");
    house.admit(&house.entity("Halden Foods"), &user, "auditor");
    let visitor = Visitor::arrive(look).await;
    visitor.sign_in(&server, OTHER, PASSWORD).await;
    visitor.follow("Users").await;
    visitor.picture("users-of-a-user").await;
    visitor.follow_first("BC").await;
    visitor.picture("oneself").await;
    visitor.follow("Leave").await;
    visitor.reads("What will be lost").await;
    visitor.reads("Halden Foods").await;
    visitor.picture("leave").await;
    visitor.press("Leave the organization").await;
    visitor.reads("You left Halden Group and 1 entity.").await;
    assert_eq!(visitor.heading().await, "No organization yet");
    visitor.open(&house.page("/users")).await;
    assert_eq!(visitor.heading().await, "No such room");
    visitor.leave().await;
}

async fn switch(look: Look) {
    let server = Server::start();
    let first = server.house("Halden Group", OWNER, "Ingrid Halden");
    let second = server.house("Fjord Holdings", OTHER, "Bea Castellanos");
    second.invite(OWNER, "user");
    let visitor = Visitor::arrive(look).await;
    visitor.sign_in(&server, OWNER, PASSWORD).await;
    // R-INV-6: signed in to the account that is invited, the button is all that is needed.
    let link = visitor.mailed_link(&server, "invitations").await;
    visitor.open(&link).await;
    visitor.picture("accept-signed-in").await;
    visitor.press("Accept invitation").await;
    visitor.reads("Welcome to Fjord Holdings.").await;
    visitor
        .reads("You are in no entity of Fjord Holdings yet.")
        .await;
    visitor.open_menu("organizations").await;
    visitor.picture("switching").await;
    visitor.follow("Halden GroupPrimary Admin").await;
    assert_eq!(visitor.heading().await, "Users");
    assert!(visitor.address().await.contains(&first.id));
    visitor.open(&format!("{}/", server.url)).await;
    assert_eq!(visitor.heading().await, "Where to?");
    visitor.picture("organizations").await;
    visitor.follow_first("FH").await;
    assert!(visitor.address().await.contains(&second.id));
    visitor.leave().await;
}
