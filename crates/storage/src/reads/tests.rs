//! Every list against what the same organization in memory says, on both databases.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use vestibule_domain::{
    EntityId, EntityRole, InvitationState, OrganizationRole, Scope, Sight, Status, UserId,
};

use self::world::{Dice, Person, World};
use crate::testing::{now, on_both_databases, run};
use crate::{
    CandidatesPage, Direction, EntitiesPage, Holding, InvitationsPage, MembersFilter, MembersPage,
    PageLimit, Search, Store, Total, UsersFilter, UsersPage, UsersSort,
};

mod plans;
mod story;
pub(crate) mod world;

on_both_databases![
    users_come_in_every_order_under_every_filter_as_they_would_in_memory,
    members_and_candidates_come_as_they_would_in_memory,
    entities_come_by_name_and_only_those_that_are_seen,
    invitations_come_latest_first_in_the_state_they_read_as,
    a_user_alone_is_shown_as_the_list_shows_them,
    typed_characters_mean_themselves_in_every_search,
    rows_that_stay_as_they_are_appear_once_whatever_others_write,
    another_organization_is_never_seen,
    a_cursor_of_another_list_or_order_is_refused,
];

const SORTS: [UsersSort; 4] = [
    UsersSort::Name,
    UsersSort::Email,
    UsersSort::Status,
    UsersSort::JoinedAt,
];
const DIRECTIONS: [Direction; 2] = [Direction::Ascending, Direction::Descending];

/// What is asked of a list of users in one case.
#[derive(Clone, Debug)]
struct Asked {
    scope: Scope,
    filter: UsersFilter,
    search: Option<Search>,
    sort: UsersSort,
    direction: Direction,
    limit: u16,
}

fn key(person: &Person) -> String {
    match &person.name {
        Some(name) => name.key().as_str().to_owned(),
        None => person.email.sort_key().as_str().to_owned(),
    }
}

fn matches_search(person: &Person, search: &Search) -> bool {
    let (name, email) = (key(person), person.email.sort_key().as_str().to_owned());
    if search.is_anywhere() {
        let is_ascii_domain = search.as_str().contains("xn--");
        name.contains(search.as_str())
            || email.contains(search.as_str())
            || (is_ascii_domain && person.email.key().as_str().contains(search.as_str()))
    } else {
        name.starts_with(search.as_str()) || email.starts_with(search.as_str())
    }
}

fn compare(one: &Person, other: &Person, sort: UsersSort, direction: Direction) -> Ordering {
    let turned = |order: Ordering| match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    };
    let by_key = match sort {
        UsersSort::Name => turned(key(one).cmp(&key(other))),
        UsersSort::Email => turned(one.email.sort_key().cmp(&other.email.sort_key())),
        UsersSort::Status => turned(one.status.as_str().cmp(other.status.as_str())),
        // Who has not joined comes last in both directions (R-LST-2).
        UsersSort::JoinedAt => one
            .joined_at
            .is_none()
            .cmp(&other.joined_at.is_none())
            .then(turned(one.joined_at.cmp(&other.joined_at))),
    };
    by_key.then(turned(one.id.cmp(&other.id)))
}

fn expected(world: &World, asked: &Asked) -> Vec<UserId> {
    let filter = &asked.filter;
    let mut people: Vec<&Person> = world
        .people
        .iter()
        .filter(|person| world.sees(&asked.scope, person.id))
        .filter(|person| filter.statuses.is_empty() || filter.statuses.contains(&person.status))
        .filter(|person| filter.roles.is_empty() || filter.roles.contains(&world.role_of(person)))
        .filter(|person| {
            let held = world.memberships_of(person.id, &asked.scope);
            let asked_for = filter.entities.is_empty() && filter.entity_roles.is_empty();
            let matching = held.iter().any(|(entity, role)| {
                (filter.entities.is_empty() || filter.entities.contains(entity))
                    && (filter.entity_roles.is_empty() || filter.entity_roles.contains(role))
            });
            (asked_for || matching) && (filter.holding == Holding::Whatever || held.is_empty())
        })
        .filter(|person| {
            asked
                .search
                .as_ref()
                .is_none_or(|search| matches_search(person, search))
        })
        .collect();
    people.sort_by(|one, other| compare(one, other, asked.sort, asked.direction));
    people.into_iter().map(|person| person.id).collect()
}

fn page_of(world: &World, asked: &Asked) -> UsersPage {
    UsersPage {
        filter: asked.filter.clone(),
        search: asked.search.clone(),
        sort: asked.sort,
        direction: asked.direction,
        limit: PageLimit::new(asked.limit).unwrap(),
        ..UsersPage::new(world.organization, asked.scope.clone(), now())
    }
}

/// The ids on all pages, each page checked for its length and the first for its total.
async fn listed(store: &Store, world: &World, asked: &Asked) -> Vec<UserId> {
    let mut ids = Vec::new();
    let mut page = UsersPage {
        total: Total::Counted,
        ..page_of(world, asked)
    };
    loop {
        let found = store.users_page(page).await.unwrap();
        assert!(found.items.len() <= usize::from(asked.limit));
        if let Some(total) = found.total {
            let expected = expected(world, asked).len();
            assert_eq!(total, u64::try_from(expected).unwrap(), "{asked:?}");
        }
        ids.extend(found.items.iter().map(|row| row.id));
        let Some(next) = found.next else { return ids };
        assert_eq!(found.items.len(), usize::from(asked.limit));
        page = page_of(world, asked).after(next.as_str()).unwrap();
    }
}

fn some<T: Ord + Copy>(dice: &mut Dice, all: &[T]) -> BTreeSet<T> {
    (0..dice.below(3)).map(|_| *dice.one_of(all)).collect()
}

fn random_scope(world: &World, dice: &mut Dice) -> Scope {
    if dice.below(3) > 0 {
        return Scope::Everything;
    }
    let user = dice.one_of(&world.people).id;
    let entities: BTreeSet<EntityId> = world
        .memberships_of(user, &Scope::Everything)
        .into_iter()
        .map(|(entity, _)| entity)
        .collect();
    let people_of = entities
        .iter()
        .copied()
        .filter(|_| dice.below(3) > 0)
        .collect();
    Scope::Sight(Sight {
        user,
        entities,
        people_of,
    })
}

fn random_filter(world: &World, dice: &mut Dice) -> UsersFilter {
    let entities: Vec<EntityId> = world.entity_ids().into_iter().collect();
    UsersFilter {
        statuses: some(dice, Status::ALL),
        roles: some(dice, OrganizationRole::ALL),
        entities: match dice.below(8) {
            0 => entities.iter().copied().collect(),
            1..=3 => some(dice, &entities),
            _ => BTreeSet::new(),
        },
        entity_roles: match dice.below(3) {
            0 => some(dice, EntityRole::ALL),
            _ => BTreeSet::new(),
        },
        holding: match dice.below(5) {
            0 => Holding::WithoutEntity,
            _ => Holding::Whatever,
        },
    }
}

/// R-LST-1, R-LST-2, R-ORG-3; lessons 21 and 39.
async fn users_come_in_every_order_under_every_filter_as_they_would_in_memory(store: &Store) {
    for (seed, people) in [(1, 8), (2, 40), (3, 70)] {
        let world = World::random(seed, people, 10);
        world.write(store).await;
        let mut dice = Dice(seed);
        for case in 0..60 {
            let scope = random_scope(&world, &mut dice);
            let filter = if case == 0 {
                UsersFilter::default()
            } else {
                random_filter(&world, &mut dice)
            };
            let search = match dice.below(4) {
                0 => Search::new(dice.one_of::<&str>(&[
                    "an", "a", "n_n", "ann", ".example", "zoe", "'", "B1", "Ü", "ÜN", "MÜN", "@пр",
                    "xn--",
                ])),
                _ => None,
            };
            let limit = *dice.one_of(&[1, 3, 7, 200]);
            for sort in SORTS {
                for direction in DIRECTIONS {
                    let asked = Asked {
                        scope: scope.clone(),
                        filter: filter.clone(),
                        search: search.clone(),
                        sort,
                        direction,
                        limit,
                    };
                    let found = listed(store, &world, &asked).await;
                    assert_eq!(found, expected(&world, &asked), "seed {seed}: {asked:?}");
                }
            }
        }
    }
}

/// R-LST-2, R-ENT-3.
async fn members_and_candidates_come_as_they_would_in_memory(store: &Store) {
    let world = World::random(11, 50, 6);
    world.write(store).await;
    let mut dice = Dice(11);
    for entity in &world.entity_ids() {
        for sort in SORTS {
            for direction in DIRECTIONS {
                let statuses = some(&mut dice, Status::ALL);
                let roles = some(&mut dice, EntityRole::ALL);
                let asked = Asked {
                    scope: Scope::Everything,
                    filter: UsersFilter {
                        statuses: statuses.clone(),
                        entities: BTreeSet::from([*entity]),
                        entity_roles: roles.clone(),
                        ..UsersFilter::default()
                    },
                    search: None,
                    sort,
                    direction,
                    limit: 4,
                };
                let first = MembersPage {
                    filter: MembersFilter { statuses, roles },
                    sort,
                    direction,
                    limit: PageLimit::new(4).unwrap(),
                    total: Total::Counted,
                    ..MembersPage::new(world.organization, *entity)
                };
                let mut page = first.clone();
                let mut found = Vec::new();
                loop {
                    let rows = store.members_page(page).await.unwrap();
                    let total = expected(&world, &asked).len();
                    assert_eq!(rows.total, Some(u64::try_from(total).unwrap()));
                    for row in &rows.items {
                        assert_eq!(world.memberships[&(row.user, *entity)], row.role);
                        found.push(row.user);
                    }
                    let Some(next) = rows.next else { break };
                    page = first.clone().after(next.as_str()).unwrap();
                }
                assert_eq!(found, expected(&world, &asked));
            }
        }
        let mut page = CandidatesPage {
            limit: PageLimit::new(5).unwrap(),
            ..CandidatesPage::new(world.organization, *entity)
        };
        let first = page.clone();
        let mut found = Vec::new();
        loop {
            let rows = store.candidates_page(page).await.unwrap();
            found.extend(rows.items.iter().map(|row| row.user));
            let Some(next) = rows.next else { break };
            page = first.clone().after(next.as_str()).unwrap();
        }
        let mut expected: Vec<&Person> = world
            .people
            .iter()
            .filter(|person| !world.memberships.contains_key(&(person.id, *entity)))
            .collect();
        expected.sort_by(|one, other| compare(one, other, UsersSort::Name, Direction::Ascending));
        let expected: Vec<UserId> = expected.iter().map(|person| person.id).collect();
        assert_eq!(found, expected);
    }
    let (user, entity) = world.memberships.keys().next().unwrap();
    let member = store
        .member(world.organization, *entity, *user)
        .await
        .unwrap();
    assert_eq!(member.unwrap().role, world.memberships[&(*user, *entity)]);
}

/// R-ENT-6, R-ENT-7, R-ORG-3.
async fn entities_come_by_name_and_only_those_that_are_seen(store: &Store) {
    let world = World::random(21, 12, 14);
    world.write(store).await;
    let mut entities = world.entities.clone();
    entities.sort_by_key(|entity| entity.name.key());
    let seen: BTreeSet<EntityId> = entities.iter().step_by(2).map(|entity| entity.id).collect();
    let sight = Scope::Sight(Sight {
        user: world.primary_admin,
        entities: seen.clone(),
        people_of: BTreeSet::new(),
    });
    for scope in [Scope::Everything, sight] {
        let first = EntitiesPage {
            limit: PageLimit::new(3).unwrap(),
            total: Total::Counted,
            ..EntitiesPage::new(world.organization, scope.clone())
        };
        let expected: Vec<_> = entities
            .iter()
            .filter(|entity| scope == Scope::Everything || seen.contains(&entity.id))
            .cloned()
            .collect();
        let (mut page, mut found) = (first.clone(), Vec::new());
        loop {
            let rows = store.entities_page(page).await.unwrap();
            assert_eq!(rows.total, Some(u64::try_from(expected.len()).unwrap()));
            found.extend(rows.items);
            let Some(next) = rows.next else { break };
            page = first.clone().after(next.as_str()).unwrap();
        }
        assert_eq!(found, expected);
        for entity in &entities {
            let one = store.entity(world.organization, entity.id, scope.clone());
            let shown = expected.contains(entity).then(|| entity.clone());
            assert_eq!(one.await.unwrap(), shown);
        }
    }
}

/// R-INV-9, lesson 6.
async fn invitations_come_latest_first_in_the_state_they_read_as(store: &Store) {
    let world = World::random(31, 60, 3);
    world.write(store).await;
    let may_send = |user: UserId| {
        world.people.iter().any(|person| {
            person.id == user
                && person.status == Status::Active
                && world.role_of(person) != OrganizationRole::User
        })
    };
    let state_of = |id| {
        let invited = world
            .invitations
            .iter()
            .find(|invited| invited.id == id)
            .unwrap();
        match invited.end {
            Some(end) => InvitationState::from(end),
            None if invited.expires_at <= now() => InvitationState::Expired,
            None if invited.sender.is_none_or(may_send) => InvitationState::Pending,
            None => InvitationState::Suspended,
        }
    };
    let mut ids: Vec<_> = world.invitations.iter().map(|invited| invited.id).collect();
    ids.sort_by(|one, other| other.cmp(one));
    for bits in 0..64_u32 {
        let states: BTreeSet<InvitationState> = InvitationState::ALL
            .iter()
            .enumerate()
            .filter(|(index, _)| bits & (1 << index) != 0)
            .map(|(_, state)| *state)
            .collect();
        let expected: Vec<_> = ids
            .iter()
            .copied()
            .filter(|id| states.is_empty() || states.contains(&state_of(*id)))
            .collect();
        let first = InvitationsPage {
            states,
            limit: PageLimit::new(7).unwrap(),
            total: Total::Counted,
            ..InvitationsPage::new(world.organization, now())
        };
        let (mut page, mut found) = (first.clone(), Vec::new());
        loop {
            let rows = store.invitations_page(page).await.unwrap();
            assert_eq!(rows.total, Some(u64::try_from(expected.len()).unwrap()));
            for row in rows.items {
                assert_eq!(row.state, state_of(row.id));
                found.push(row.id);
            }
            let Some(next) = rows.next else { break };
            page = first.clone().after(next.as_str()).unwrap();
        }
        assert_eq!(found, expected, "{:?}", first.states);
    }
    for id in ids {
        let row = store
            .invitation(world.organization, id, now())
            .await
            .unwrap();
        assert_eq!(row.unwrap().state, state_of(id));
        let link = store.invitation_link(id, now()).await.unwrap().unwrap();
        assert_eq!((link.state, link.generation), (state_of(id), 2));
        assert_eq!(link.organization, world.organization);
    }
}

/// R-LST-1, R-ORG-3.
async fn a_user_alone_is_shown_as_the_list_shows_them(store: &Store) {
    let world = World::random(41, 30, 5);
    world.write(store).await;
    let mut dice = Dice(41);
    for _ in 0..10 {
        let scope = random_scope(&world, &mut dice);
        let page = UsersPage {
            limit: PageLimit::new(200).unwrap(),
            ..UsersPage::new(world.organization, scope.clone(), now())
        };
        let rows = store.users_page(page).await.unwrap().items;
        for person in &world.people {
            let one = store
                .user(world.organization, person.id, scope.clone(), now())
                .await
                .unwrap();
            let listed = rows.iter().find(|row| row.id == person.id).cloned();
            assert_eq!(one, listed);
            let Some(row) = one else { continue };
            assert_eq!(row.role, world.role_of(person));
            assert_eq!(row.invitation.is_some(), person.status == Status::Invited);
            let held: BTreeSet<_> = row
                .memberships
                .iter()
                .map(|held| (held.entity, held.role))
                .collect();
            let expected: BTreeSet<_> = world
                .memberships_of(person.id, &scope)
                .into_iter()
                .collect();
            assert_eq!(held, expected);
            assert!(
                row.memberships
                    .is_sorted_by_key(|held| held.entity_name.key().as_str().to_owned())
            );
        }
    }
}

/// R-LST-2, lesson 38.
async fn typed_characters_mean_themselves_in_every_search(store: &Store) {
    for (seed, people) in [(51, 10), (52, 60)] {
        let world = World::random(seed, people, 2);
        world.write(store).await;
        for typed in [
            "_",
            "%",
            "n_",
            "n%",
            "n_n",
            "%an",
            "n%n",
            "\\",
            "'",
            "\"\"",
            "\"an",
            "*",
            "a*",
            "an*",
            "日本",
            "日本日",
            "🦊",
            "ss",
            "ß",
            "ssß",
            "an' or '1'='1",
            "an OR zoe",
            "zoe",
            "ZOE",
            "+q1",
            "z+q",
            ".example",
            "@x1.example",
            "x0.exampl",
            "NEAR(an)",
            "-an",
            "an-",
            "ü",
            "Ü",
            "ü0",
            "ä",
            "Ü@M",
            "@MÜNCHEN",
            "@STRASSE",
            "straße",
            "@ПРИМЕР",
            "例え",
            "@例え",
            "mnchen",
            "xn--",
            "XN--MNCHEN-3YA",
            "@xn--e1afmkfd",
        ] {
            let asked = Asked {
                scope: Scope::Everything,
                filter: UsersFilter::default(),
                search: Search::new(typed),
                sort: UsersSort::Name,
                direction: Direction::Ascending,
                limit: 200,
            };
            let found = listed(store, &world, &asked).await;
            assert_eq!(found, expected(&world, &asked), "{typed:?}");
        }
    }
}

/// R-LST-2.
async fn rows_that_stay_as_they_are_appear_once_whatever_others_write(store: &Store) {
    let mut seed = 61;
    for sort in SORTS {
        for direction in DIRECTIONS {
            let world = World::random(seed, 40, 2);
            world.write(store).await;
            seed += 1;
            let asked = Asked {
                scope: Scope::Everything,
                filter: UsersFilter::default(),
                search: None,
                sort,
                direction,
                limit: 3,
            };
            let (mut page, mut seen) = (page_of(&world, &asked), Vec::new());
            let mut leaving = world.people.iter().skip(1).step_by(3);
            let mut gone = BTreeSet::new();
            loop {
                let rows = store.users_page(page).await.unwrap();
                seen.extend(rows.items.iter().map(|row| row.id));
                // Between two pages somebody leaves, often whom the cursor names.
                let whom = seen
                    .last()
                    .copied()
                    .filter(|id| *id != world.primary_admin)
                    .filter(|_| seen.len() % 2 == 0)
                    .or_else(|| leaving.next().map(|person| person.id));
                if let Some(whom) = whom {
                    gone.insert(whom);
                    run(store, vec![world.removal_statement(whom)]).await;
                }
                let Some(next) = rows.next else { break };
                page = page_of(&world, &asked).after(next.as_str()).unwrap();
            }
            let stayed: Vec<UserId> = expected(&world, &asked)
                .into_iter()
                .filter(|id| !gone.contains(id))
                .collect();
            seen.retain(|id| !gone.contains(id));
            assert_eq!(seen, stayed);
        }
    }
}

/// R-ANS-2.
async fn another_organization_is_never_seen(store: &Store) {
    let one = World::random(71, 20, 4);
    let other = World::random(72, 20, 4);
    one.write(store).await;
    other.write(store).await;
    let everything = Scope::Everything;
    for person in &other.people {
        let found = store.user(one.organization, person.id, everything.clone(), now());
        assert_eq!(found.await.unwrap(), None);
    }
    for entity in other.entity_ids() {
        let found = store.entity(one.organization, entity, everything.clone());
        assert_eq!(found.await.unwrap(), None);
        let members = store.members_page(MembersPage::new(one.organization, entity));
        assert_eq!(members.await.unwrap().items, []);
    }
    for typed in ["exa", "a", "ann"] {
        let page = UsersPage {
            search: Search::new(typed),
            limit: PageLimit::new(200).unwrap(),
            ..UsersPage::new(one.organization, everything.clone(), now())
        };
        for row in store.users_page(page).await.unwrap().items {
            assert!(one.people.iter().any(|person| person.id == row.id));
        }
    }
}

/// R-ANS-3; code `invalid_cursor`.
async fn a_cursor_of_another_list_or_order_is_refused(store: &Store) {
    let world = World::random(81, 20, 4);
    world.write(store).await;
    let page = UsersPage {
        limit: PageLimit::new(2).unwrap(),
        ..UsersPage::new(world.organization, Scope::Everything, now())
    };
    let next = store.users_page(page.clone()).await.unwrap().next.unwrap();
    assert!(page.clone().after(next.as_str()).is_ok());
    let sorted = UsersPage {
        sort: UsersSort::Email,
        ..page.clone()
    };
    assert!(sorted.after(next.as_str()).is_err());
    let turned = UsersPage {
        direction: Direction::Descending,
        ..page.clone()
    };
    assert!(turned.after(next.as_str()).is_err());
    let entity = *world.entity_ids().first().unwrap();
    assert!(
        MembersPage::new(world.organization, entity)
            .after(next.as_str())
            .is_err()
    );
    assert!(
        EntitiesPage::new(world.organization, Scope::Everything)
            .after(next.as_str())
            .is_err()
    );
    for garbage in ["", "x", "null", "AAAA"] {
        assert!(page.clone().after(garbage).is_err());
    }
}
