//! An entity from its name to its end.

use super::{
    look::{Look, at_both},
    server::{PASSWORD, Server},
    visitor::Visitor,
};

const OWNER: &str = "ingrid@halden.example";
const MEMBER: &str = "bea@halden.example";

/// R-ENT-5, R-ENT-6: archived it is shut and keeps who was in it; deleted it is gone, and nobody
/// with it.
#[tokio::test]
async fn an_entity_is_archived_opened_again_and_deleted() {
    at_both(live).await;
}

async fn live(look: Look) {
    let server = Server::start();
    let house = server.house("Halden Group", OWNER, "Ingrid Halden");
    let user = house.join(MEMBER, "Bea Castellanos", "user");
    let entity = house.entity("Halden Peat");
    let owner = Visitor::arrive(look).await;
    owner.sign_in(&server, OWNER, PASSWORD).await;
    owner
        .open(&house.page(&format!("/entities/{entity}")))
        .await;
    owner.follow("Add User").await;
    owner.choose_person("Bea Castellanos").await;
    owner.pick("Manager").await;
    owner.picture("entity-add").await;
    owner.press("Add to entity").await;
    owner
        .reads("Bea Castellanos was added to Halden Peat as Manager.")
        .await;
    owner.reads("This entity is without an Admin.").await;
    owner.picture("entity").await;

    owner.follow("Settings").await;
    owner.fill("Entity name", "Halden Peat and Turf").await;
    owner.press("Save name").await;
    assert_eq!(owner.heading().await, "Halden Peat and Turf");
    owner.press("Archive entity").await;
    owner.reads("Halden Peat and Turf is archived.").await;
    owner.picture("entity-archived").await;
    let member = Visitor::arrive(look).await;
    member.sign_in(&server, MEMBER, PASSWORD).await;
    member.does_not_read("Halden Peat").await;
    owner
        .open(&house.page(&format!("/entities/{entity}")))
        .await;
    owner.reads("This entity is archived.").await;
    owner.does_not_read("Add User").await;

    owner.follow("Settings").await;
    owner.press("Unarchive entity").await;
    owner.reads("Halden Peat and Turf is open again.").await;
    member.open(&house.page("/entities")).await;
    member.reads("Halden Peat and Turf").await;

    owner.press("Archive entity").await;
    owner.follow("Delete entity").await;
    owner
        .reads("Its 1 membership ends with it, for good.")
        .await;
    owner.picture("entity-delete").await;
    owner.press("Delete entity").await;
    owner.reads("Halden Peat and Turf is deleted.").await;
    owner.open(&house.page(&format!("/users/{user}"))).await;
    owner.reads("In no entity yet.").await;
    owner.leave().await;
    member.leave().await;
}
