//! The list of users asked for again: 304 while it is as it was, for whom it was, and no longer.

use serde_json::json;

use crate::support::{House, Person, on_both_databases};

on_both_databases![
    an_unchanged_list_is_not_sent_again_and_a_changed_one_is,
    a_tag_is_of_its_reader_and_of_what_was_asked,
    who_has_lost_their_seat_is_not_told_that_nothing_changed,
];

/// The tag that a person is given with a list.
async fn tag(house: &House, person: &Person, path: &str) -> String {
    let answer = house.as_(person).get(path).await;
    answer.expect(200);
    answer.header("etag").unwrap().to_owned()
}

/// What asking again with that tag is answered.
async fn again(house: &House, person: &Person, path: &str, tag: &str) -> u16 {
    let asking = house.as_(person).header("If-None-Match", tag);
    let answer = asking.get(path).await;
    if answer.status == 304 {
        assert_eq!(answer.header("etag"), Some(tag));
        assert!(answer.body.is_empty());
    }
    answer.status
}

/// R-LST-1.
async fn an_unchanged_list_is_not_sent_again_and_a_changed_one_is(house: &House) {
    let list = house.path("users?limit=10");
    let ann = house.join("ann@house.example", "admin").await;
    let entity = house.entity("North").await;
    for change in 0..4 {
        let known = tag(house, &ann, &list).await;
        assert_eq!(again(house, &ann, &list, &known).await, 304);
        let weak = format!("\"other\", W/{known}");
        let asking = house.as_(&ann).header("If-None-Match", &weak);
        assert_eq!(asking.get(&list).await.status, 304);
        match change {
            0 => drop(house.add(&entity, &ann.user, "clerk").await),
            1 => {
                let path = house.path(&format!("entities/{entity}"));
                let owner = house.owner();
                owner
                    .patch(&path, json!({ "name": "South" }))
                    .await
                    .expect(200);
            }
            2 => {
                let me = house.as_(&ann);
                me.patch("/v1/me", json!({ "name": "Anna" }))
                    .await
                    .expect(200);
            }
            _ => drop(house.invite("ivo@house.example", "user").await),
        }
        assert_eq!(again(house, &ann, &list, &known).await, 200, "{change}");
    }
}

/// R-ORG-3: what one person was shown says nothing about what another would be.
async fn a_tag_is_of_its_reader_and_of_what_was_asked(house: &House) {
    let ann = house.join("ann@house.example", "admin").await;
    let bob = house.join("bob@house.example", "user").await;
    let list = house.path("users");
    let known = tag(house, &ann, &list).await;
    assert_eq!(again(house, &ann, &list, &known).await, 304);
    assert_eq!(again(house, &bob, &list, &known).await, 200);
    let other = house.path("users?sort=email");
    assert_eq!(again(house, &ann, &other, &known).await, 200);
    let made_up = format!("\"always.{}\"", &known[known.len() - 23..known.len() - 1]);
    if made_up != known {
        assert_eq!(again(house, &ann, &list, &made_up).await, 200);
    }
}

/// R-REM-5, R-DEA-1: the very next request of who is gone is refused.
async fn who_has_lost_their_seat_is_not_told_that_nothing_changed(house: &House) {
    let list = house.path("users");
    let ann = house.join("ann@house.example", "admin").await;
    let known = tag(house, &ann, &list).await;
    let user = house.path(&format!("users/{}", ann.user));
    let deactivate = format!("{user}/deactivate");
    house.owner().order(&deactivate).await.expect(200);
    assert_eq!(again(house, &ann, &list, &known).await, 404);
    let reactivate = format!("{user}/reactivate");
    house.owner().order(&reactivate).await.expect(200);
    assert_eq!(again(house, &ann, &list, &known).await, 200);
    let known = tag(house, &ann, &list).await;
    house.owner().delete(&user).await.expect(200);
    assert_eq!(again(house, &ann, &list, &known).await, 404);
}
