//! `/v1/organizations/{org}/entities/{entity}/members`

use serde_json::json;

use crate::support::{House, on_both_databases};

on_both_databases![
    a_member_is_added_changed_listed_and_taken_out_of_one_entity,
    a_manager_manages_all_but_admins_and_cannot_make_one,
    who_and_what_is_not_there_cannot_be_put_together,
];

/// R-ENT-2, R-ENT-5.
async fn a_member_is_added_changed_listed_and_taken_out_of_one_entity(house: &House) {
    let (north, south) = (house.entity("North").await, house.entity("South").await);
    let ann = house.join("ann@house.example", "user").await;
    house.add(&south, &ann.user, "auditor").await;
    let members = house.path(&format!("entities/{north}/members"));
    let one = format!("{members}/{}", ann.user);
    let member = |role: &str| {
        json!({
            "user_id": ann.user, "email": "ann@house.example", "name": "ann", "status": "active", "role": role,
        })
    };
    let owner = house.owner();
    assert_eq!(
        owner.put(&one, json!({"role": "clerk"})).await.expect(201),
        member("clerk")
    );
    assert_eq!(
        owner.put(&one, json!({"role": "admin"})).await.expect(200),
        member("admin")
    );
    assert_eq!(
        owner.put(&one, json!({"role": "admin"})).await.expect(200),
        member("admin")
    );
    let list = owner.get(&members).await.expect(200);
    assert_eq!(
        list,
        json!({"items": [member("admin")], "next_cursor": null})
    );
    let list = owner
        .get(&format!("{members}?role=clerk"))
        .await
        .expect(200);
    assert_eq!(list["items"], json!([]));
    owner.delete(&one).await.expect(204);
    owner.delete(&one).await.refused(404, "not_found");
    let user = owner
        .get(&house.path(&format!("users/{}", ann.user)))
        .await
        .expect(200);
    assert_eq!(
        user["memberships"],
        json!([{"entity_id": south, "entity_name": "South", "role": "auditor"}])
    );
}

/// R-ENT-3, lesson 13.
async fn a_manager_manages_all_but_admins_and_cannot_make_one(house: &House) {
    let north = house.entity("North").await;
    let mia = house.join("mia@house.example", "user").await;
    let ann = house.join("ann@house.example", "user").await;
    let bob = house.join("bob@house.example", "user").await;
    house.add(&north, &mia.user, "manager").await;
    house.add(&north, &ann.user, "admin").await;
    let of = |user: &str| house.path(&format!("entities/{north}/members/{user}"));
    let mia = house.as_(&mia);
    let pointers = mia
        .put(&of(&bob.user), json!({"role": "admin"}))
        .await
        .refused(403, "role_not_assignable");
    assert_eq!(pointers, ["/role"]);
    mia.put(&of(&bob.user), json!({"role": "clerk"}))
        .await
        .expect(201);
    mia.put(&of(&ann.user), json!({"role": "clerk"}))
        .await
        .refused(403, "not_allowed");
    mia.delete(&of(&ann.user)).await.refused(403, "not_allowed");
    mia.delete(&of(&bob.user)).await.expect(204);
    let candidates = mia
        .get(&house.path(&format!("entities/{north}/candidates?q=bob")))
        .await
        .expect(200);
    assert_eq!(
        candidates,
        json!({
            "items": [{"user_id": bob.user, "email": "bob@house.example", "name": "bob", "status": "active"}],
            "next_cursor": null,
        })
    );
    house
        .as_(&bob)
        .get(&house.path(&format!("entities/{north}/candidates")))
        .await
        .refused(404, "entity_not_found");
}

/// R-ENT-1, R-ENT-6, R-ANS-3.
async fn who_and_what_is_not_there_cannot_be_put_together(house: &House) {
    let north = house.entity("North").await;
    let nobody = "0198c7a0-0000-7000-8000-000000000001";
    let role = json!({"role": "clerk"});
    let owner = house.owner();
    owner
        .put(
            &house.path(&format!("entities/{north}/members/{nobody}")),
            role.clone(),
        )
        .await
        .refused(404, "user_not_in_organization");
    owner
        .put(
            &house.path(&format!("entities/{nobody}/members/{}", house.owner.user)),
            role.clone(),
        )
        .await
        .refused(404, "entity_not_found");
    let own = house.path(&format!("entities/{north}/members/{}", house.owner.user));
    for bad in [
        json!({}),
        json!({"role": "boss"}),
        json!({"role": ["clerk"]}),
    ] {
        assert_eq!(
            owner.put(&own, bad).await.refused(422, "invalid_field"),
            ["/role"]
        );
    }
    owner
        .order(&house.path(&format!("entities/{north}/archive")))
        .await
        .expect(200);
    owner.put(&own, role).await.refused(409, "entity_archived");
}
