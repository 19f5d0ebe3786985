//! The filters of the list: from the address to the API, and back into the controls.

use vestibule_domain::{EntityRole, OrganizationRole, Status};

use super::UsersFilter;
use crate::{
    messages,
    pages::pick::Offered,
    sent::{Asked, address},
    view::{Applied, Choice},
};

/// What the select of entities says for people who are in none.
const WITHOUT_ENTITY: &str = "none";

/// The address of the API for what the page's address asks.
pub(super) fn asked_of_api(path: &str, asked: &Asked) -> String {
    let entity = asked.value("entity_id");
    let without = entity == WITHOUT_ENTITY;
    let pairs = [
        ("q", asked.value("q").trim()),
        ("status", asked.value("status")),
        ("role", asked.value("role")),
        ("entity_id", if without { "" } else { entity }),
        ("without_entity", if without { "true" } else { "" }),
        ("entity_role", asked.value("entity_role")),
        ("sort", asked.value("sort")),
        ("cursor", asked.value("cursor")),
    ];
    address(
        path,
        pairs.into_iter().filter(|(_, value)| !value.is_empty()),
    )
}

/// The controls as the address sets them.
pub(super) fn shown(path: &str, asked: &Asked, offered: &Offered) -> UsersFilter {
    let statuses = Status::ALL.iter().map(|status| {
        (
            status.to_string(),
            messages::status(*status).label.to_owned(),
        )
    });
    let roles = OrganizationRole::ALL.iter().map(|role| {
        (
            role.to_string(),
            messages::organization_role(*role).to_owned(),
        )
    });
    let entity_roles = EntityRole::ALL
        .iter()
        .map(|role| (role.to_string(), messages::entity_role(*role).to_owned()));
    let rooms = std::iter::once((WITHOUT_ENTITY.to_owned(), "Without any".to_owned())).chain(
        offered
            .entities
            .iter()
            .map(|entity| (entity.id.to_string(), entity.name.clone())),
    );
    let mut filter = UsersFilter {
        query: asked.value("q").to_owned(),
        sort: Some(asked.value("sort"))
            .filter(|sort| !sort.is_empty())
            .map(str::to_owned),
        statuses: choices(asked.value("status"), statuses),
        roles: choices(asked.value("role"), roles),
        entities: choices(asked.value("entity_id"), rooms),
        entity_roles: choices(asked.value("entity_role"), entity_roles),
        entity_name: offered.more.then(|| asked.value("entity_name").to_owned()),
        applied: Vec::new(),
        narrowed: ["status", "role", "entity_id", "entity_role", "entity_name"]
            .iter()
            .any(|name| !asked.value(name).is_empty()),
        clear: path.to_owned(),
    };
    filter.applied = applied(path, asked, &filter);
    filter
}

fn choices(picked: &str, named: impl Iterator<Item = (String, String)>) -> Vec<Choice> {
    let mut choices: Vec<Choice> = std::iter::once((String::new(), "Any".to_owned()))
        .chain(named)
        .map(|(value, label)| Choice::plain(&value, &label).picked_if(picked))
        .collect();
    // What the address asks for stands in the controls, be it one of ours or not.
    if !choices.iter().any(|choice| choice.selected) {
        choices.push(Choice::plain(picked, "As chosen").picked_if(picked));
    }
    choices
}

fn applied(path: &str, asked: &Asked, filter: &UsersFilter) -> Vec<Applied> {
    let mut applied = Vec::new();
    let query = filter.query.trim();
    if !query.is_empty() {
        applied.push(Applied {
            label: format!("\u{201c}{query}\u{201d}"),
            href: asked.with(path, "q", ""),
        });
    }
    let selects = [
        ("status", "Status", &filter.statuses),
        ("role", "Primary role", &filter.roles),
        ("entity_id", "Entity", &filter.entities),
        ("entity_role", "Entity role", &filter.entity_roles),
    ];
    for (name, title, choices) in selects {
        let chosen = choices
            .iter()
            .find(|choice| choice.selected && !choice.value.is_empty());
        if let Some(choice) = chosen {
            applied.push(Applied {
                label: format!("{title}: {}", choice.label),
                href: asked.with(path, name, ""),
            });
        }
    }
    applied
}

#[cfg(test)]
mod tests {
    use axum::{extract::FromRequestParts, http::Request};

    use super::*;

    async fn asked(address: &str) -> Asked {
        let (mut parts, ()) = Request::builder()
            .uri(address)
            .body(())
            .unwrap()
            .into_parts();
        match Asked::from_request_parts(&mut parts, &()).await {
            Ok(asked) => asked,
            Err(never) => match never {},
        }
    }

    fn none() -> Offered {
        Offered {
            entities: Vec::new(),
            more: false,
        }
    }

    /// Lesson 52: what the address asks is what the controls say and what the API is asked.
    #[tokio::test]
    async fn address_controls_and_question_agree() {
        let asked = asked("/users?q=lind%2Bx&status=invited&entity_id=none&sort=-email").await;
        assert_eq!(
            asked_of_api("/v1/users", &asked),
            "/v1/users?q=lind%2Bx&status=invited&without_entity=true&sort=-email"
        );
        let filter = shown("/users", &asked, &none());
        let picked = |choices: &[Choice]| {
            choices
                .iter()
                .find(|one| one.selected)
                .map(|one| one.value.clone())
        };
        assert_eq!(filter.query, "lind+x");
        assert_eq!(picked(&filter.statuses).as_deref(), Some("invited"));
        assert_eq!(picked(&filter.entities).as_deref(), Some("none"));
        assert_eq!(picked(&filter.roles).as_deref(), Some(""));
        let labels: Vec<&str> = filter
            .applied
            .iter()
            .map(|one| one.label.as_str())
            .collect();
        assert_eq!(
            labels,
            [
                "\u{201c}lind+x\u{201d}",
                "Status: Invited",
                "Entity: Without any"
            ]
        );
        assert!(filter.narrowed);
    }

    /// A value that is none of ours still stands in its control, and can be taken away.
    #[tokio::test]
    async fn an_unknown_value_is_shown_as_chosen() {
        let asked = asked("/users?entity_id=gone").await;
        let filter = shown("/users", &asked, &none());
        assert!(
            filter
                .entities
                .iter()
                .any(|one| one.selected && one.value == "gone")
        );
        assert_eq!(filter.applied.len(), 1);
    }
}
