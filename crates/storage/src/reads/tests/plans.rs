//! How the databases run what lists ask: through which indexes, in how many statements.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use diesel::connection::{Connection, InstrumentationEvent};
use vestibule_domain::{
    EntityId, EntityRole, InvitationState, OrganizationRole, Scope, SecretDigest, Status,
};

use super::world::World;
use super::{DIRECTIONS, SORTS};
use crate::sessions::SessionQuestion;
use crate::store::reading;
use crate::testing::{now, on_both_databases};
use crate::{
    AuditPage, CandidatesPage, EntitiesPage, Fault, Holding, InvitationsPage, MembersFilter,
    MembersPage, PageLimit, Search, SessionLifetime, Store, UsersFilter, UsersPage, UsersSort,
};

on_both_databases![
    pages_of_users_walk_an_index_in_their_order,
    pages_of_members_and_candidates_walk_an_index_in_their_order,
    other_lists_and_single_things_are_found_by_an_index,
    the_number_of_statements_does_not_depend_on_the_rows,
];

/// The statements that a read runs, with the plan of each.
macro_rules! plans {
    ($store:expr, $conn:ident => $body:expr) => {{
        let found: Result<Vec<Plan>, Fault> = async {
            reading!($store, $conn => {
                let log = Arc::new(Mutex::new(Vec::new()));
                let written = Arc::clone(&log);
                $conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                    if let InstrumentationEvent::StartQuery { query, .. } = event {
                        written.lock().unwrap().push(query.to_string());
                    }
                });
                $body?;
                $conn.set_instrumentation(|_: InstrumentationEvent<'_>| {});
                let statements = std::mem::take(&mut *log.lock().unwrap());
                Ok(statements
                    .iter()
                    .map(|statement| {
                        let text = statement.split(" -- binds:").next().unwrap();
                        Plan {
                            text: text.to_owned(),
                            steps: queries::plan_of($conn, text),
                        }
                    })
                    .collect())
            })
        }
        .await;
        found.unwrap()
    }};
}

#[derive(Debug)]
struct Plan {
    text: String,
    steps: Vec<String>,
}

impl Plan {
    /// Whether it reads a whole table, or a whole index.
    fn scans(&self) -> bool {
        const TABLES: [&str; 9] = [
            "users",
            "memberships",
            "entities",
            "invitations",
            "outbox",
            "sessions",
            "accounts",
            "api_keys",
            "audit_events",
        ];
        self.steps.iter().enumerate().any(|(number, step)| {
            let step = step.trim_start_matches([' ', '-', '>']);
            // POSTGRES: all members of an entity are met again for each row, in order to find
            // whether it is one of theirs.
            if step.starts_with("Materialize")
                || (step.starts_with("Join Filter")
                    && ["held.user_id", "x.user_id"]
                        .iter()
                        .any(|met| step.contains(met)))
            {
                return true;
            }
            // SQLITE: a membership of somebody who is met already is found through them.
            if ["SEARCH x ", "SEARCH y "]
                .iter()
                .any(|met| step.starts_with(met))
                && !step.contains("user_id=?")
            {
                return true;
            }
            // SQLITE: whoever was found before is met by their key, wherever a page begins.
            if step.starts_with("SEARCH u ")
                && self
                    .steps
                    .iter()
                    .take(number)
                    .any(|step| step == "SCAN found")
                && !["id=?)", "rowid=?)"].iter().any(|key| step.ends_with(key))
            {
                return true;
            }
            // SQLITE: of memberships nobody needs all of an organization.
            if step.starts_with("SEARCH memberships ") && step.ends_with("(organization_id=?)") {
                return true;
            }
            if let Some(table) = step.strip_prefix("Seq Scan on ") {
                return TABLES.iter().any(|name| table.starts_with(name));
            }
            // SQLITE: the first rows of a list are met by its index, and then looked at.
            let first_rows = self.steps.iter().any(|step| step == "CO-ROUTINE u");
            // SQLITE: what is found already, and lists of values, are scanned as they must be.
            const FOUND: [&str; 12] = [
                "json_each",
                "page",
                "found",
                "branch",
                "met",
                "kind",
                "asked",
                "holder",
                "(",
                "CONSTANT",
                "users_search VIRTUAL TABLE INDEX 0:M",
                "users_search VIRTUAL TABLE INDEX 64:M",
            ];
            step.strip_prefix("SCAN ").is_some_and(|what| {
                let is_found = FOUND.iter().any(|found| what.starts_with(found));
                !(is_found || what == "u" && first_rows)
            })
        })
    }

    /// Whether it sorts rows after it found them.
    fn sorts(&self) -> bool {
        self.steps.iter().any(|step| {
            let step = step.trim_start_matches([' ', '-', '>']);
            step.contains("TEMP B-TREE FOR ORDER BY") || step.starts_with("Sort")
        })
    }
}

fn assert_walks(plans: &[Plan]) {
    for plan in plans {
        assert!(!plan.scans(), "scans: {plan:#?}");
        assert!(!plan.sorts(), "sorts: {plan:#?}");
    }
}

fn assert_finds(plans: &[Plan]) {
    for plan in plans {
        assert!(!plan.scans(), "scans: {plan:#?}");
    }
}

fn users(world: &World) -> UsersPage {
    UsersPage {
        limit: PageLimit::new(3).unwrap(),
        ..UsersPage::new(world.organization, Scope::Everything, now())
    }
}

/// The same page, and one behind it where there is one.
async fn first_and_deeper(store: &Store, page: UsersPage) -> Vec<UsersPage> {
    let found = store.users_page(page.clone()).await.unwrap();
    let next = found.next.as_ref();
    let deeper = next.map(|next| page.clone().after(next.as_str()).unwrap());
    [page].into_iter().chain(deeper).collect()
}

/// R-LST-3: every sort alone; status, role and entity filters by name.
async fn pages_of_users_walk_an_index_in_their_order(store: &Store) {
    let world = World::random(301, 60, 3);
    world.write(store).await;
    let entity = *world.entity_ids().first().unwrap();
    let filter = UsersFilter::default;
    let filters = [
        filter(),
        UsersFilter {
            statuses: [Status::Invited].into(),
            ..filter()
        },
        UsersFilter {
            roles: [OrganizationRole::Admin].into(),
            ..filter()
        },
        UsersFilter {
            entities: [entity].into(),
            ..filter()
        },
        UsersFilter {
            entities: [entity].into(),
            entity_roles: [EntityRole::Clerk].into(),
            ..filter()
        },
        UsersFilter {
            holding: Holding::WithoutEntity,
            ..filter()
        },
    ];
    for direction in DIRECTIONS {
        for filter in &filters {
            let page = UsersPage {
                filter: filter.clone(),
                direction,
                limit: PageLimit::new(1).unwrap(),
                ..users(&world)
            };
            let pages = first_and_deeper(store, page).await;
            assert_eq!(pages.len(), 2);
            for page in pages {
                let plans = plans!(store, conn => queries::users::page(conn, &page));
                // Each status is met by name, and their first rows are put in order.
                if filter.holding == Holding::WithoutEntity {
                    assert_finds(&plans);
                } else {
                    assert_walks(&plans);
                }
            }
        }
        for sort in SORTS {
            let page = UsersPage {
                sort,
                direction,
                ..users(&world)
            };
            for page in first_and_deeper(store, page).await {
                let plans = plans!(store, conn => queries::users::page(conn, &page));
                // Who has not joined is met beside who has; their first rows are put in order.
                if sort == UsersSort::JoinedAt {
                    assert_finds(&plans);
                } else {
                    assert_walks(&plans);
                }
            }
        }
    }
    // Bounded, not flat: whoever is met is looked at through an index.
    let roles = [EntityRole::Clerk, EntityRole::Auditor];
    for sort in SORTS {
        for entities in [BTreeSet::new(), BTreeSet::from([entity])] {
            for role in roles {
                let page = UsersPage {
                    sort,
                    filter: UsersFilter {
                        entities: entities.clone(),
                        entity_roles: [role].into(),
                        ..filter()
                    },
                    ..users(&world)
                };
                assert_finds(&plans!(store, conn => queries::users::page(conn, &page)));
            }
        }
    }
    let small = World::random(306, 10, 3);
    small.write(store).await;
    for entity in small.entity_ids() {
        let page = UsersPage {
            sort: UsersSort::Email,
            filter: UsersFilter {
                entities: [entity].into(),
                ..filter()
            },
            limit: PageLimit::new(1).unwrap(),
            ..users(&small)
        };
        for page in first_and_deeper(store, page).await {
            assert_finds(&plans!(store, conn => queries::users::page(conn, &page)));
        }
    }
    for typed in ["a", "an", "x1.", "n_n3"] {
        let page = UsersPage {
            search: Search::new(typed),
            limit: PageLimit::new(1).unwrap(),
            ..users(&world)
        };
        for page in first_and_deeper(store, page).await {
            assert_finds(&plans!(store, conn => queries::users::page(conn, &page)));
        }
    }
    let page = UsersPage {
        filter: UsersFilter {
            roles: [OrganizationRole::PrimaryAdmin].into(),
            ..filter()
        },
        ..users(&world)
    };
    let plans = plans!(store, conn => queries::users::page(conn, &page));
    // Found by their key: an index of names would be walked until they are met.
    let mut steps = plans.iter().flat_map(|plan| &plan.steps);
    assert!(
        !steps.any(|step| step.contains(" users_sort_key_index")),
        "{plans:#?}"
    );
    let user = world.primary_admin;
    let organization = world.organization;
    assert_walks(&plans!(store, conn => {
        queries::users::one(conn, organization, user, &Scope::Everything, now())
    }));
}

/// R-LST-3, R-ENT-3.
async fn pages_of_members_and_candidates_walk_an_index_in_their_order(store: &Store) {
    let world = World::random(302, 60, 3);
    world.write(store).await;
    let entity: EntityId = *world.entity_ids().first().unwrap();
    for direction in DIRECTIONS {
        for roles in [BTreeSet::new(), BTreeSet::from([EntityRole::Clerk])] {
            let page = MembersPage {
                filter: MembersFilter {
                    roles,
                    ..MembersFilter::default()
                },
                direction,
                limit: PageLimit::new(1).unwrap(),
                ..MembersPage::new(world.organization, entity)
            };
            let found = store.members_page(page.clone()).await.unwrap();
            let deeper = page.clone().after(found.next.unwrap().as_str()).unwrap();
            for page in [page, deeper] {
                assert_walks(&plans!(store, conn => queries::members::page(conn, &page)));
            }
        }
    }
    let page = CandidatesPage::new(world.organization, entity);
    assert_walks(&plans!(store, conn => queries::members::candidates(conn, &page)));
    let (organization, user) = (world.organization, world.primary_admin);
    assert_walks(&plans!(store, conn => {
        queries::members::one(conn, organization, entity, user)
    }));
}

/// R-LST-3, R-INV-9, R-AUD-2, R-SES-2.
async fn other_lists_and_single_things_are_found_by_an_index(store: &Store) {
    let world = World::random(303, 60, 3);
    world.write(store).await;
    let organization = world.organization;
    let page = EntitiesPage::new(organization, Scope::Everything);
    assert_walks(&plans!(store, conn => queries::entities::page(conn, &page)));
    for states in [
        vec![],
        vec![InvitationState::Revoked],
        vec![InvitationState::Pending],
        vec![InvitationState::Expired, InvitationState::Suspended],
    ] {
        let page = InvitationsPage {
            states: states.into_iter().collect(),
            ..InvitationsPage::new(organization, now())
        };
        assert_walks(&plans!(store, conn => queries::invitation_rows::page(conn, &page)));
    }
    let invitation = world.invitations[0].id;
    assert_walks(&plans!(store, conn => queries::invitation_rows::link(conn, invitation, now())));
    let page = AuditPage::new(organization);
    assert_walks(&plans!(store, conn => queries::audit_rows::page(conn, &page)));
    let digest = SecretDigest([0; 32]);
    let question = SessionQuestion {
        digest,
        organization: Some(organization),
        lifetime: SessionLifetime::default(),
    };
    assert_walks(&plans!(store, conn => queries::sessions::by_digests(conn, &[question; 3])));
    assert_walks(&plans!(store, conn => queries::api_key_rows::by_digests(conn, &[digest; 3])));
    assert_walks(&plans!(store, conn => {
        queries::organizations::revisions(conn, &[organization; 3])
    }));
}

/// R-LST-3, lesson 22.
async fn the_number_of_statements_does_not_depend_on_the_rows(store: &Store) {
    let few = World::random(304, 16, 3);
    let many = World::random(305, 150, 9);
    few.write(store).await;
    many.write(store).await;
    let mut numbers = Vec::new();
    for world in [&few, &many] {
        for limit in [10, 200] {
            let page = UsersPage {
                limit: PageLimit::new(limit).unwrap(),
                ..users(world)
            };
            numbers.push(plans!(store, conn => queries::users::page(conn, &page)).len());
        }
    }
    // One more where the organization has few entities.
    assert_eq!(numbers, [4, 4, 3, 3]);
    for (world, statements) in [(&few, 4), (&many, 3)] {
        let page = InvitationsPage::new(world.organization, now());
        let plans = plans!(store, conn => queries::invitation_rows::page(conn, &page));
        assert_eq!(plans.len(), statements);
        assert!(plans.iter().all(|plan| !plan.text.is_empty()));
    }
}
