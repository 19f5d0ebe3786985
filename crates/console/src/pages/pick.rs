//! Choosing among entities: some at once, the others by searching for their names.

use vestibule_domain::EntityId;

use crate::{
    api::{
        Refusal, Visitor,
        answers::{Entity, List},
    },
    house::House,
    sent::address,
};

/// How many entities a page offers at once.
const OFFERED_MAX: &str = "50";

/// Entities to choose from.
#[derive(Debug)]
pub(crate) struct Offered {
    pub(crate) entities: Vec<Entity>,
    /// Whether there are others, to be found by their names.
    pub(crate) more: bool,
}

/// Which entities are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Among {
    /// All that the visitor sees.
    All,
    /// Those that take members.
    Open,
}

/// The entities that the visitor sees and whose name holds the query, with those chosen already first.
pub(crate) async fn offered(
    visitor: &Visitor,
    house: &House,
    among: Among,
    query: &str,
    chosen: &[EntityId],
) -> Result<Offered, Refusal> {
    let status = match among {
        Among::All => "",
        Among::Open => "active",
    };
    let asked = [
        ("limit", OFFERED_MAX),
        ("q", query.trim()),
        ("status", status),
    ];
    let asked = asked.into_iter().filter(|(_, value)| !value.is_empty());
    let list: List<Entity> = visitor
        .get(&address(&house.api("/entities"), asked))
        .await?;
    let mut entities = Vec::new();
    for id in chosen {
        if list.items.iter().all(|entity| entity.id != *id) {
            match visitor.get(&house.api(&format!("/entities/{id}"))).await {
                Ok(entity) => entities.push(entity),
                // Gone meanwhile, or never there: then it is no choice.
                Err(refusal) if refusal.status.is_client_error() => {}
                Err(refusal) => return Err(refusal),
            }
        }
    }
    entities.extend(list.items);
    Ok(Offered {
        entities,
        more: list.next_cursor.is_some() || !query.trim().is_empty(),
    })
}
