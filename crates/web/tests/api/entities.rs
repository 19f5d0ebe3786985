//! `/v1/organizations/{org}/entities`

use serde_json::json;

use crate::support::{House, on_both_databases};

on_both_databases![
    an_entity_is_made_read_and_renamed,
    an_archived_entity_keeps_everything_and_can_be_deleted,
    only_who_administers_makes_entities,
    an_entity_that_has_changed_since_is_not_renamed,
];

/// R-ENT-7.
async fn an_entity_is_made_read_and_renamed(house: &House) {
    let path = house.path("entities");
    let answer = house.owner().post(&path, json!({"name": " North "})).await;
    let made = answer.expect(201);
    assert_eq!(
        made,
        json!({
            "id": made["id"], "name": "North", "status": "active", "member_count": 0, "without_admin": true,
        })
    );
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(one.as_str()));
    assert_eq!(house.owner().get(&one).await.expect(200), made);
    let pointers = house
        .owner()
        .post(&path, json!({"name": "NORTH"}))
        .await
        .refused(409, "entity_name_taken");
    assert_eq!(pointers, ["/name"]);
    let renamed = house
        .owner()
        .patch(&one, json!({"name": "north"}))
        .await
        .expect(200);
    assert_eq!(renamed["name"], "north");
    let list = house.owner().get(&path).await.expect(200);
    assert_eq!(list, json!({"items": [renamed], "next_cursor": null}));
    let padded = format!("{}a", " ".repeat(100));
    for bad in ["", "  ", "a\u{7}b", &"x".repeat(101), &padded] {
        house
            .owner()
            .post(&path, json!({"name": bad}))
            .await
            .refused(422, "invalid_field");
    }
    house
        .owner()
        .get(&format!("{path}/no-id"))
        .await
        .refused(404, "entity_not_found");
}

/// R-ENT-6.
async fn an_archived_entity_keeps_everything_and_can_be_deleted(house: &House) {
    let north = house.entity("North").await;
    let ann = house.join("ann@house.example", "user").await;
    house.add(&north, &ann.user, "admin").await;
    let one = house.path(&format!("entities/{north}"));
    house
        .owner()
        .delete(&one)
        .await
        .refused(409, "entity_not_archived");
    let archived = house
        .owner()
        .order(&format!("{one}/archive"))
        .await
        .expect(200);
    assert_eq!(archived["status"], "archived");
    assert_eq!(
        (&archived["member_count"], &archived["without_admin"]),
        (&json!(1), &json!(false))
    );
    house
        .owner()
        .order(&format!("{one}/archive"))
        .await
        .refused(409, "entity_archived");
    house
        .as_(&ann)
        .get(&one)
        .await
        .refused(404, "entity_not_found");
    let list = house
        .as_(&ann)
        .get(&house.path("entities"))
        .await
        .expect(200);
    assert_eq!(list["items"], json!([]));
    let back = house
        .owner()
        .order(&format!("{one}/unarchive"))
        .await
        .expect(200);
    assert_eq!(back["without_admin"], false);
    house
        .owner()
        .order(&format!("{one}/unarchive"))
        .await
        .refused(409, "entity_not_archived");
    house.as_(&ann).get(&one).await.expect(200);
    house
        .owner()
        .order(&format!("{one}/archive"))
        .await
        .expect(200);
    house.owner().delete(&one).await.expect(204);
    house
        .owner()
        .get(&one)
        .await
        .refused(404, "entity_not_found");
    let ann = house.path(&format!("users/{}", ann.user));
    assert_eq!(
        house.owner().get(&ann).await.expect(200)["memberships"],
        json!([])
    );
}

/// R-ORG-3, R-ANS-2.
async fn only_who_administers_makes_entities(house: &House) {
    let north = house.entity("North").await;
    let south = house.entity("South").await;
    let uma = house.join("uma@house.example", "user").await;
    house.add(&north, &uma.user, "admin").await;
    let body = json!({"name": "East"});
    house
        .as_(&uma)
        .post(&house.path("entities"), body.clone())
        .await
        .refused(403, "not_allowed");
    house
        .as_(&uma)
        .post(&house.path("entities"), json!({}))
        .await
        .refused(403, "not_allowed");
    house
        .as_(&uma)
        .patch(&house.path(&format!("entities/{north}")), body.clone())
        .await
        .refused(403, "not_allowed");
    house
        .as_(&uma)
        .patch(
            &house.path(&format!("entities/{south}")),
            json!({"name": ""}),
        )
        .await
        .refused(404, "entity_not_found");
    let ada = house.join("ada@house.example", "admin").await;
    house
        .as_(&ada)
        .post(&house.path("entities"), body)
        .await
        .expect(201);
}

/// `If-Match` on an entity.
async fn an_entity_that_has_changed_since_is_not_renamed(house: &House) {
    let one = house.path(&format!("entities/{}", house.entity("North").await));
    let read = house.owner().get(&one).await;
    let by_tag = house
        .owner()
        .header("If-Match", read.header("etag").unwrap());
    by_tag
        .patch(&one, json!({"name": "East"}))
        .await
        .expect(200);
    by_tag
        .patch(&one, json!({"name": "West"}))
        .await
        .refused(412, "precondition_failed");
    by_tag
        .delete(&one)
        .await
        .refused(412, "precondition_failed");
}
