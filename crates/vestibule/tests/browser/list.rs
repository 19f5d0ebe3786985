//! The list of users when it is longer than a page, and names that are longer than a line.

use serde_json::json;

use super::{
    look::{Look, at_both},
    server::{PASSWORD, Server},
    visitor::Visitor,
};

const OWNER: &str = "ingrid@halden.example";

/// R-LST-1, R-LST-2: pages one after the other, sorted as asked, searched and filtered.
#[tokio::test]
async fn a_long_list_is_paged_sorted_and_searched() {
    at_both(live).await;
}

async fn live(look: Look) {
    let server = Server::start();
    let house = server.house("Halden Group", OWNER, "Ingrid Halden");
    let entities: Vec<String> = [
        "Foods",
        "Logistics",
        "Energy",
        "Properties",
        "Peat",
        "Cold Storage",
    ]
    .iter()
    .map(|name| house.entity(&format!("Halden {name}")))
    .collect();
    let everywhere: Vec<_> = entities
        .iter()
        .map(|entity| json!({"entity_id": entity, "role": "auditor"}))
        .collect();
    let mut invitations: Vec<_> = (0..60)
        .map(|number| json!({"email": format!("person{number:02}@halden.example"), "role": "user"}))
        .collect();
    let long = format!("{}@{}.example", "z".repeat(64), "b".repeat(60));
    let name = "Wolfeschlegelsteinhausenbergerdorff".repeat(2);
    invitations
        .push(json!({"email": long, "role": "admin", "name": name, "memberships": everywhere}));
    house.invite_all(&invitations);

    let visitor = Visitor::arrive(look).await;
    visitor.sign_in(&server, OWNER, PASSWORD).await;
    visitor.reads("50 people on this page").await;
    visitor.follow("Next page").await;
    visitor.reads("12 people on this page").await;
    visitor.picture("users-long").await;
    visitor.follow("First page").await;
    visitor.reads("50 people on this page").await;
    visitor.follow("Email").await;
    visitor.follow("Email").await;
    assert!(visitor.address().await.contains("sort=-email"));
    visitor.reads(&name).await;
    visitor.unfold("2 more").await;
    visitor.reads("Halden Cold Storage").await;
    visitor.fill("Search by name or email", "PERSON5").await;
    visitor.search().await;
    visitor.reads("10 people found").await;
    visitor.unfold_filters().await;
    visitor.choose("Entity", "Without any").await;
    visitor.choose("Primary role", "Admin").await;
    visitor.press("Apply").await;
    visitor.reads("Nobody matches").await;
    visitor.picture("users-nobody").await;
    visitor.follow("Show everyone").await;
    visitor.reads("50 people on this page").await;
    visitor.leave().await;
}
