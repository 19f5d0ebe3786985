//! `/v1/organizations/{org}/audit-events`

use serde_json::json;

use crate::support::{House, on_both_databases};

on_both_databases![
    every_change_has_its_event_with_who_and_from_where,
    the_record_verifies_against_a_head_that_was_kept,
    only_a_removed_person_is_erased,
];

/// R-AUD-1, lesson 23.
async fn every_change_has_its_event_with_who_and_from_where(house: &House) {
    let made = house
        .owner()
        .header("X-Request-Id", "the-one")
        .post(&house.path("entities"), json!({"name": "North"}))
        .await
        .expect(201);
    let list = house
        .owner()
        .get(&house.path("audit-events"))
        .await
        .expect(200);
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    assert_eq!(list["next_cursor"], json!(null));
    let event = &items[1];
    let names: Vec<_> = event.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        [
            "action", "actor", "after", "at", "before", "hash", "origin", "seq", "target"
        ]
    );
    assert_eq!(event["seq"], 2);
    assert_eq!(event["action"], "entity.created");
    assert_eq!(event["actor"]["kind"], "user");
    assert_eq!(event["actor"]["id"], json!(house.owner.user));
    assert_eq!(event["target"]["id"], made["id"]);
    assert_eq!(
        event["origin"],
        json!({"address": "127.0.0.1", "request_id": "the-one"})
    );

    let page = house
        .owner()
        .get(&house.path("audit-events?after=1&limit=1"))
        .await
        .expect(200);
    assert_eq!(page["items"], json!([event]));
    let none = house
        .owner()
        .get(&house.path("audit-events?action=user.removed"))
        .await
        .expect(200);
    assert_eq!(none["items"], json!([]));
    for (query, pointer) in [
        ("after=x", "?after"),
        ("since=now", "?since"),
        ("actor_id=x", "?actor_id"),
    ] {
        let path = house.path(&format!("audit-events?{query}"));
        assert_eq!(
            house.owner().get(&path).await.refused(422, "invalid_field"),
            [pointer]
        );
    }
    let uma = house.join("uma@house.example", "user").await;
    house
        .as_(&uma)
        .get(&house.path("audit-events"))
        .await
        .refused(403, "not_allowed");
}

/// R-AUD-2.
async fn the_record_verifies_against_a_head_that_was_kept(house: &House) {
    house.entity("North").await;
    let path = house.path("audit-events/verify");
    let found = house.owner().get(&path).await.expect(200);
    assert_eq!(found["ok"], true);
    assert_eq!(found["events"], 2);
    assert_eq!(found["head"]["seq"], 2);
    assert_eq!(found["first_bad_seq"], json!(null));
    let hash = found["head"]["hash"].as_str().unwrap();
    house.entity("South").await;
    let kept = house
        .owner()
        .get(&format!("{path}?seq=2&hash={hash}"))
        .await
        .expect(200);
    assert_eq!(kept["ok"], true);
    let other = "0".repeat(64);
    let kept = house
        .owner()
        .get(&format!("{path}?seq=2&hash={other}"))
        .await
        .expect(200);
    assert_eq!(kept["ok"], false);
    house
        .owner()
        .get(&format!("{path}?seq=2"))
        .await
        .refused(409, "audit_head_incomplete");
    house
        .owner()
        .get(&format!("{path}?seq=2&hash=xyz"))
        .await
        .refused(422, "invalid_field");
}

/// R-AUD-3.
async fn only_a_removed_person_is_erased(house: &House) {
    let ann = house.join("ann@house.example", "user").await;
    let path = house.path("audit-events/erasures");
    let body = json!({"user_id": ann.user});
    let pointers = house
        .owner()
        .post(&path, body.clone())
        .await
        .refused(409, "user_still_in_organization");
    assert_eq!(pointers, ["/user_id"]);
    house
        .owner()
        .delete(&house.path(&format!("users/{}", ann.user)))
        .await
        .expect(200);
    house.owner().post(&path, body).await.expect(200);
    let list = house
        .owner()
        .get(&house.path("audit-events?limit=200"))
        .await
        .expect(200);
    assert!(!list.to_string().contains("ann@house.example"));
    let found = house
        .owner()
        .get(&house.path("audit-events/verify"))
        .await
        .expect(200);
    assert_eq!(found["ok"], true);
    let nobody = json!({"user_id": "0198c7a0-0000-7000-8000-000000000001"});
    house
        .owner()
        .post(&path, nobody)
        .await
        .refused(404, "user_not_in_organization");
}
