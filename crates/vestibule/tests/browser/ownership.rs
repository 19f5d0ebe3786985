//! What needs a fresh sign-in, and how one is led back to it.

use super::{
    look::{Look, at_both},
    server::{House, PASSWORD, Server},
    visitor::Visitor,
};

const OWNER: &str = "ingrid@halden.example";
const ADMIN: &str = "zoe@halden.example";

/// R-ORG-5, R-SES-4: who hands over proves who they are, finds their choice again, and is an Admin
/// afterwards.
#[tokio::test]
async fn ownership_moves_after_a_fresh_sign_in() {
    at_both(hand_over).await;
}

/// R-SES-4, R-REM-2: so does who removes an Admin, and finds the plan again.
#[tokio::test]
async fn an_admin_is_removed_after_a_fresh_sign_in() {
    at_both(remove_an_admin).await;
}

async fn hand_over(look: Look) {
    let server = Server::start();
    let house = house(&server);
    house.join(ADMIN, "Zoë Brandt", "user");
    let visitor = Visitor::arrive(look).await;
    visitor.sign_in(&server, OWNER, PASSWORD).await;
    visitor.open(&house.page("/settings")).await;
    visitor.picture("general").await;
    visitor.follow("Transfer ownership").await;
    server.make_sign_ins_old();
    visitor.choose_person("Zoë Brandt").await;
    visitor.picture("transfer").await;
    visitor.press("Transfer ownership").await;
    confirm(&visitor, "You are about to transfer ownership.").await;
    assert_eq!(visitor.heading().await, "Transfer ownership");
    visitor.press("Transfer ownership").await;
    visitor
        .reads("Ownership is transferred. You are an Admin now.")
        .await;
    visitor.reads("Zoë Brandt is the Primary Admin").await;
    visitor.picture("transferred").await;
    visitor.does_not_read("Rules of the house").await;
    // What was the owner's is not there any more.
    visitor.open(&house.page("/settings/transfer")).await;
    assert_eq!(visitor.heading().await, "No such room");
    visitor.leave().await;
}

async fn remove_an_admin(look: Look) {
    let server = Server::start();
    let house = house(&server);
    let admin = house.join(ADMIN, "Zoë Brandt", "admin");
    let entity = house.entity("Halden Foods");
    house.admit(&entity, &admin, "admin");
    let visitor = Visitor::arrive(look).await;
    visitor.sign_in(&server, OWNER, PASSWORD).await;
    visitor.open(&house.page(&format!("/users/{admin}"))).await;
    visitor.follow("Remove").await;
    visitor
        .reads("One entity is left without an Admin: Halden Foods.")
        .await;
    server.make_sign_ins_old();
    visitor.press("Remove from the organization").await;
    confirm(&visitor, "You are about to remove an Admin.").await;
    assert_eq!(visitor.heading().await, "Remove Zoë Brandt");
    visitor.press("Remove from the organization").await;
    visitor
        .reads("Zoë Brandt was removed from Halden Group and from 1 entity.")
        .await;
    visitor
        .open(&house.page(&format!("/entities/{entity}")))
        .await;
    visitor.reads("An empty room").await;
    visitor.picture("entity-without-anyone").await;
    visitor.leave().await;
}

async fn confirm(visitor: &Visitor, why: &str) {
    assert_eq!(visitor.heading().await, "Confirm it is you");
    visitor.reads(why).await;
    visitor.fill("Password", "not this one").await;
    visitor.press("Continue").await;
    visitor
        .reads("This is not the password of your account.")
        .await;
    visitor.picture("confirm-refused").await;
    visitor.fill("Password", PASSWORD).await;
    visitor.press("Continue").await;
}

fn house(server: &Server) -> House<'_> {
    server.house("Halden Group", OWNER, "Ingrid Halden")
}
