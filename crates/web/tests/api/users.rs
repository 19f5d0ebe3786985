//! `/v1/organizations/{org}/users`

use serde_json::{Value, json};

use crate::support::{House, Person, on_both_databases};

on_both_databases![
    of_two_owners_who_demote_each_other_nobody_is_lost,
    an_admin_is_removed_only_with_a_fresh_sign_in_or_by_a_key,
    a_user_shows_everything_about_them_in_one_place,
    the_list_is_filtered_searched_sorted_and_paged,
    a_bad_query_is_pointed_at,
    a_plain_user_sees_themself_and_the_people_of_their_entities,
    roles_and_names_are_changed_by_who_manages_users,
    a_deactivated_user_is_a_stranger_until_reactivated,
    a_removal_takes_what_its_plan_showed_from_everywhere_at_once,
    a_removed_person_can_be_invited_again_and_nothing_comes_back,
    people_leave_by_themselves_but_the_primary_admin_transfers_first,
];

fn emails(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["email"].as_str().unwrap()).collect()
}

/// R-LST-1.
async fn a_user_shows_everything_about_them_in_one_place(house: &House) {
    let entity = house.entity("North").await;
    let ann = house.join("ann@house.example", "admin").await;
    house.add(&entity, &ann.user, "approver").await;
    let invited = house.invite("ivo@house.example", "user").await;
    let list = house
        .owner()
        .get(&house.path("users?sort=email"))
        .await
        .expect(200);
    assert_eq!(
        list["items"][0],
        json!({
            "id": ann.user,
            "email": "ann@house.example",
            "name": "ann",
            "role": "admin",
            "status": "active",
            "joined_at": list["items"][0]["joined_at"],
            "invitation": null,
            "memberships": [{"entity_id": entity, "entity_name": "North", "role": "approver"}],
        })
    );
    assert!(list["items"][0]["joined_at"].is_string());
    assert_eq!(
        list["items"][1],
        json!({
            "id": invited["user_id"],
            "email": "ivo@house.example",
            "name": null,
            "role": "user",
            "status": "invited",
            "joined_at": null,
            "invitation": {
                "id": invited["id"],
                "state": "pending",
                "expires_at": invited["expires_at"],
                "mail": "queued",
                "mail_error": null,
            },
            "memberships": [],
        })
    );
    assert_eq!(list["items"][2]["role"], "primary_admin");
    let one = house.path(&format!("users/{}", ann.user));
    assert_eq!(house.owner().get(&one).await.expect(200), list["items"][0]);
}

/// R-LST-2, lessons 21, 38 and 39.
async fn the_list_is_filtered_searched_sorted_and_paged(house: &House) {
    for (email, role) in [
        ("zoe@house.example", "admin"),
        ("bob_1@house.example", "user"),
        ("carl@house.example", "user"),
    ] {
        house.invite(email, role).await;
    }
    let list = async |query: &str| {
        let path = house.path(&format!("users?{query}"));
        house.owner().get(&path).await.expect(200)
    };
    assert_eq!(
        emails(&list("status=active").await),
        ["olivia@house.example"]
    );
    assert_eq!(
        emails(&list("role=admin&role=primary_admin&sort=-email").await),
        ["zoe@house.example", "olivia@house.example"]
    );
    assert_eq!(emails(&list("q=b_1").await), ["bob_1@house.example"]);
    assert!(emails(&list("q=_").await).is_empty());
    assert!(emails(&list("q=%25%25%25").await).is_empty());
    assert_eq!(emails(&list("q=ZO").await), ["zoe@house.example"]);

    let mut seen = Vec::new();
    let mut query = "sort=email&limit=1&include_total=true".to_owned();
    loop {
        let page = list(&query).await;
        assert_eq!(page["total"], 4);
        seen.extend(emails(&page).iter().map(|email| (*email).to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => {
                query = format!("sort=email&limit=1&include_total=true&cursor={cursor}");
            }
            None => break,
        }
    }
    assert_eq!(
        seen,
        [
            "bob_1@house.example",
            "carl@house.example",
            "olivia@house.example",
            "zoe@house.example"
        ]
    );
}

/// R-ANS-3.
async fn a_bad_query_is_pointed_at(house: &House) {
    for (query, status, code, pointer) in [
        ("limit=0", 422, "invalid_field", "?limit"),
        ("limit=201", 422, "invalid_field", "?limit"),
        ("limit=x", 422, "invalid_field", "?limit"),
        ("status=gone", 422, "invalid_field", "?status"),
        ("role=owner", 422, "invalid_field", "?role"),
        ("entity_id=x", 422, "invalid_field", "?entity_id"),
        ("entity_role=boss", 422, "invalid_field", "?entity_role"),
        ("sort=age", 422, "invalid_field", "?sort"),
        ("without_entity=1", 422, "invalid_field", "?without_entity"),
        ("include_total=1", 422, "invalid_field", "?include_total"),
        ("cursor=garbage", 400, "invalid_cursor", "?cursor"),
        ("page=2", 400, "unknown_field", "?page"),
        ("q=a&q=b", 400, "malformed_request", "?q"),
        ("q=a%00", 400, "malformed_request", "?q"),
    ] {
        let path = house.path(&format!("users?{query}"));
        assert_eq!(
            house.owner().get(&path).await.refused(status, code),
            [pointer],
            "{query}"
        );
    }
}

/// R-ORG-3.
async fn a_plain_user_sees_themself_and_the_people_of_their_entities(house: &House) {
    let (north, south) = (house.entity("North").await, house.entity("South").await);
    let ann = house.join("ann@house.example", "user").await;
    let bob = house.join("bob@house.example", "user").await;
    let carl = house.join("carl@house.example", "user").await;
    house.add(&north, &ann.user, "clerk").await;
    house.add(&north, &bob.user, "admin").await;
    house.add(&south, &bob.user, "admin").await;
    house.add(&south, &carl.user, "admin").await;
    let list = house
        .as_(&ann)
        .get(&house.path("users?sort=email"))
        .await
        .expect(200);
    assert_eq!(emails(&list), ["ann@house.example", "bob@house.example"]);
    assert_eq!(list["items"][1]["memberships"].as_array().unwrap().len(), 1);
    let of = |person: &Person| house.path(&format!("users/{}", person.user));
    house.as_(&ann).get(&of(&bob)).await.expect(200);
    house
        .as_(&ann)
        .get(&of(&carl))
        .await
        .refused(404, "user_not_in_organization");
    house
        .as_(&ann)
        .patch(&of(&carl), json!({"role": "bogus"}))
        .await
        .refused(404, "user_not_in_organization");
    house
        .as_(&ann)
        .patch(&of(&bob), json!({"role": "bogus"}))
        .await
        .refused(403, "not_allowed");
}

/// R-ORG-2, R-REM-3.
async fn roles_and_names_are_changed_by_who_manages_users(house: &House) {
    let ann = house.join("ann@house.example", "user").await;
    let invited = house.invite("ivo@house.example", "user").await;
    let of = |user: &str| house.path(&format!("users/{user}"));
    let changed = house
        .owner()
        .patch(&of(&ann.user), json!({"role": "admin"}))
        .await
        .expect(200);
    assert_eq!(changed["role"], "admin");
    let invited = invited["user_id"].as_str().unwrap();
    let changed = house
        .owner()
        .patch(&of(invited), json!({"name": "Ivo", "role": "admin"}))
        .await
        .expect(200);
    assert_eq!(
        (&changed["name"], &changed["role"]),
        (&json!("Ivo"), &json!("admin"))
    );
    // People name themselves.
    house
        .owner()
        .patch(&of(&ann.user), json!({"name": "Anna"}))
        .await
        .refused(403, "not_allowed");
    house
        .owner()
        .patch(&of(&house.owner.user), json!({"role": "user"}))
        .await
        .refused(409, "primary_admin_must_transfer");
    for bad in [
        json!({"role": "primary_admin"}),
        json!({"role": null}),
        json!({"role": 7}),
    ] {
        let pointers = house
            .owner()
            .patch(&of(&ann.user), bad)
            .await
            .refused(422, "invalid_field");
        assert_eq!(pointers, ["/role"]);
    }
    house
        .owner()
        .patch(&of("no-id"), json!({"role": "user"}))
        .await
        .refused(404, "user_not_in_organization");
    house
        .owner()
        .patch(&of(&ann.user), json!({}))
        .await
        .expect(200);
}

/// R-DEA-1, R-DEA-2, lesson 18.
async fn a_deactivated_user_is_a_stranger_until_reactivated(house: &House) {
    let ann = house.join("ann@house.example", "admin").await;
    let of = |action: &str| house.path(&format!("users/{}/{action}", ann.user));
    house.as_(&ann).get(&house.path("users")).await.expect(200);
    let user = house.owner().order(&of("deactivate")).await.expect(200);
    assert_eq!(user["status"], "deactivated");
    house
        .as_(&ann)
        .get(&house.path("users"))
        .await
        .refused(404, "not_found");
    house
        .as_(&ann)
        .delete(&house.path(&format!("users/{}", ann.user)))
        .await
        .refused(404, "not_found");
    house.as_(&ann).get("/v1/me").await.expect(200);
    house
        .owner()
        .order(&of("deactivate"))
        .await
        .refused(409, "user_not_active");
    let user = house.owner().order(&of("reactivate")).await.expect(200);
    assert_eq!(user["status"], "active");
    house
        .owner()
        .order(&of("reactivate"))
        .await
        .refused(409, "user_not_deactivated");
    house.as_(&ann).get(&house.path("users")).await.expect(200);
    let owner = house.path(&format!("users/{}/deactivate", house.owner.user));
    house
        .owner()
        .order(&owner)
        .await
        .refused(409, "primary_admin_must_transfer");
}

/// R-REM-1, R-REM-2, R-REM-5, lessons 17 and 20.
async fn a_removal_takes_what_its_plan_showed_from_everywhere_at_once(house: &House) {
    let (north, south) = (house.entity("North").await, house.entity("South").await);
    let ann = house.join("ann@house.example", "admin").await;
    house.add(&north, &ann.user, "admin").await;
    house.add(&south, &ann.user, "clerk").await;
    let key = house
        .as_(&ann)
        .post(
            &house.path("api-keys"),
            json!({"name": "Ledger", "role": "auditor"}),
        )
        .await
        .expect(201);
    let of_ann = house.path(&format!("users/{}", ann.user));
    let answer = house.owner().get(&format!("{of_ann}/removal-plan")).await;
    let plan = answer.expect(200);
    assert_eq!(plan["user_id"], json!(ann.user));
    assert_eq!(plan["memberships"].as_array().unwrap().len(), 2);
    assert_eq!(
        plan["api_keys"],
        json!([{"id": key["id"], "name": "Ledger"}])
    );
    assert_eq!(plan["sent_invitations"], 0);
    assert_eq!(
        plan["entities_left_without_admin"],
        json!([{"entity_id": north, "entity_name": "North"}])
    );
    let tag = format!("\"{}\"", plan["fingerprint"].as_str().unwrap());
    assert_eq!(answer.header("etag"), Some(tag.as_str()));

    // The plan changes: nothing is removed that was not shown.
    house
        .owner()
        .delete(&house.path(&format!("entities/{south}/members/{}", ann.user)))
        .await
        .expect(204);
    let by_plan = house.owner().header("If-Match", &tag);
    by_plan
        .delete(&of_ann)
        .await
        .refused(412, "removal_plan_changed");
    house.as_(&ann).get(&house.path("users")).await.expect(200);

    let answer = house.owner().get(&format!("{of_ann}/removal-plan")).await;
    let by_plan = house
        .owner()
        .header("If-Match", answer.header("etag").unwrap());
    let removed = by_plan.delete(&of_ann).await.expect(200);
    assert_eq!(removed, json!({"removed": answer.json()}));
    house
        .as_(&ann)
        .get(&house.path("users"))
        .await
        .refused(404, "not_found");
    house
        .anyone()
        .bearer(key["secret"].as_str().unwrap())
        .get(&house.path("users"))
        .await
        .refused(401, "not_signed_in");
    house
        .owner()
        .delete(&of_ann)
        .await
        .refused(404, "user_not_in_organization");
    let members = house.path(&format!("entities/{north}/members"));
    assert_eq!(
        house.owner().get(&members).await.expect(200)["items"],
        json!([])
    );
}

/// R-REM-6, lesson 7.
async fn a_removed_person_can_be_invited_again_and_nothing_comes_back(house: &House) {
    let north = house.entity("North").await;
    let ann = house.join("ann@house.example", "admin").await;
    house.add(&north, &ann.user, "admin").await;
    let of_ann = house.path(&format!("users/{}", ann.user));
    house.owner().delete(&of_ann).await.expect(200);
    let again = house.invite("ANN@house.example", "user").await;
    assert_ne!(again["user_id"], json!(ann.user));
    assert_eq!(again["memberships"], json!([]));
}

/// R-REM-3, R-REM-4.
async fn people_leave_by_themselves_but_the_primary_admin_transfers_first(house: &House) {
    let ann = house.join("ann@house.example", "user").await;
    let bob = house.join("bob@house.example", "user").await;
    let of = |person: &Person| house.path(&format!("users/{}", person.user));
    house
        .as_(&ann)
        .delete(&of(&bob))
        .await
        .refused(404, "user_not_in_organization");
    house
        .as_(&ann)
        .get(&format!("{}/removal-plan", of(&ann)))
        .await
        .expect(200);
    house.as_(&ann).delete(&of(&ann)).await.expect(200);
    house
        .as_(&ann)
        .get(&house.path("users"))
        .await
        .refused(404, "not_found");
    house.as_(&ann).get("/v1/me").await.expect(200);
    house
        .owner()
        .delete(&of(&house.owner))
        .await
        .refused(409, "primary_admin_must_transfer");
}

/// R-ORG-1, lesson 15.
async fn of_two_owners_who_demote_each_other_nobody_is_lost(house: &House) {
    let ada = house.join("ada@house.example", "admin").await;
    let path = house.path("primary-admin");
    let to_ada = json!({"user_id": ada.user});
    let to_owner = json!({"user_id": house.owner.user});
    let (owner, as_ada) = (house.owner(), house.as_(&ada));
    let (one, other) = tokio::join!(owner.post(&path, to_ada), as_ada.post(&path, to_owner));
    assert_eq!(one.status, 200);
    assert!(matches!(other.status, 200 | 403));
    let list = house
        .operator()
        .get(&house.path("users?role=primary_admin"))
        .await
        .expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
}

/// R-SES-4, R-KEY-3.
async fn an_admin_is_removed_only_with_a_fresh_sign_in_or_by_a_key(house: &House) {
    let ada = house.join("ada@house.example", "admin").await;
    let key = house
        .owner()
        .post(
            &house.path("api-keys"),
            json!({"name": "Sync", "role": "user_manager"}),
        )
        .await
        .expect(201);
    let of_ada = house.path(&format!("users/{}", ada.user));
    let key = house.anyone().bearer(key["secret"].as_str().unwrap());
    key.delete(&of_ada).await.expect(200);
}
