//! How the cost of a page grows with users and entities: every list that must stay flat, every
//! other combination with its bound, and a picture.

use std::time::Instant;

use crate::chart::{self, Line, Panel, grouped};
use crate::client::Client;
use crate::database::Kind;
use crate::failure::Failure;
use crate::figures::Figures;
use crate::loaded::{self, House, Loaded};
use crate::pace::Pace;
use crate::report::{Row, Target};
use crate::server::Server;

/// How often a page is asked for in one turn; the median counts.
const ASKED: usize = 25;
const SORTS: [&str; 8] = [
    "name",
    "-name",
    "email",
    "-email",
    "status",
    "-status",
    "joined_at",
    "-joined_at",
];

/// One list: how it is sorted, what it is filtered by, and where the page stands in it.
#[derive(Clone, Debug)]
struct List {
    sort: &'static str,
    filter: Filter,
    place: Place,
}

#[derive(Clone, Debug)]
struct Filter {
    /// As the query has it; `{big}` and `{small}` stand for entities.
    query: &'static str,
    name: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    First,
    Deepest,
}

const NOTHING: Filter = Filter {
    query: "",
    name: "everybody",
};

/// The filters whose lists by name must stay flat.
const FLAT_BY_NAME: [Filter; 9] = [
    filter("status=active", "active"),
    filter("status=invited", "invited"),
    filter("status=deactivated", "deactivated"),
    filter("role=admin", "admins"),
    filter("role=user", "users"),
    filter("entity_id={big}", "a large entity"),
    filter("entity_id={small}", "a small entity"),
    filter(
        "entity_id={big}&entity_role=clerk",
        "clerks of a large entity",
    ),
    filter(
        "entity_id={big}&entity_role=admin",
        "admins of a large entity",
    ),
];

/// Filters beside, and searches, each with every sort: bounded, not flat.
const BOUNDED: [Filter; 24] = [
    filter("status=active", "active"),
    filter("status=invited", "invited"),
    filter("role=admin", "admins"),
    filter("role=primary_admin", "the Primary Admin"),
    filter("status=deactivated&role=admin", "deactivated admins"),
    filter("status=active&status=invited", "active or invited"),
    filter("status=invited&role=user", "invited users"),
    filter("entity_id={big}", "a large entity"),
    filter("entity_id={small}", "a small entity"),
    filter("entity_id={big}&entity_id={small}", "two entities"),
    filter(
        "entity_id={big}&entity_role=auditor",
        "auditors of a large entity",
    ),
    filter(
        "entity_id={big}&status=deactivated",
        "deactivated of a large entity",
    ),
    filter(
        "entity_id={big}&status=invited&role=admin",
        "invited admins of a large entity",
    ),
    filter("entity_role=auditor", "auditors anywhere"),
    filter("entity_role=approver", "approvers anywhere, whom nobody is"),
    filter(
        "entity_role=manager&status=deactivated",
        "deactivated managers anywhere",
    ),
    filter("without_entity=true", "without entity"),
    filter(
        "without_entity=true&status=invited",
        "invited without entity",
    ),
    filter("q=person%2000042", "a rare search"),
    filter("q=erson", "a search that finds nearly all"),
    filter("q=zz", "a search of two characters"),
    filter("q=pe", "a search of two characters that finds nearly all"),
    filter("q=nobody%20at%20all", "a search that finds nobody"),
    filter(
        "q=99999&status=invited&entity_id={big}",
        "a search in a filtered large entity",
    ),
];

const fn filter(query: &'static str, name: &'static str) -> Filter {
    Filter { query, name }
}

pub(crate) fn run(kind: Kind, pace: Pace) -> Result<Vec<Row>, Failure> {
    let house = loaded::open(kind, pace)?;
    let server = Server::start(&house.database)?;
    let mut client = server.client()?;
    let mut rows = vec![flat(kind, pace, &mut client, &house.by_users)?];
    rows.push(bounded(kind, pace, &mut client, &house.by_users)?);
    if pace == Pace::Thorough {
        draw(kind, pace, &mut client, &house)?;
    }
    Ok(rows)
}

/// Every list that must be flat: the largest organization beside the smallest.
fn flat(kind: Kind, pace: Pace, client: &mut Client, by_users: &[Loaded]) -> Result<Row, Failure> {
    let (Some(small), Some(large)) = (by_users.first(), by_users.last()) else {
        return Err(Failure::new("no organizations are loaded"));
    };
    let sorted = SORTS.into_iter().map(|sort| (sort, NOTHING));
    let filtered = FLAT_BY_NAME.into_iter().map(|filter| ("name", filter));
    let mut measured = Vec::new();
    for (sort, filter) in sorted.chain(filtered) {
        for place in [Place::First, Place::Deepest] {
            let list = List {
                sort,
                filter: filter.clone(),
                place,
            };
            let paths = [list.path(client, small)?, list.path(client, large)?];
            let (mut floor, mut ours) = (Vec::new(), Vec::new());
            for _ in 0..pace.rounds(5) {
                floor.push(median_millis(client, &paths[0], pace.fewer(ASKED))?);
                ours.push(median_millis(client, &paths[1], pace.fewer(ASKED))?);
            }
            let (floor, ours) = (Figures::new(floor, "ms"), Figures::new(ours, "ms"));
            measured.push((ours.median() / floor.median(), list, floor, ours));
        }
    }
    measured.sort_by(|one, other| other.0.total_cmp(&one.0));
    let others: Vec<String> = measured
        .iter()
        .skip(1)
        .take(3)
        .map(|(ratio, list, ..)| format!("{list} {ratio:.2}"))
        .collect();
    let middle = measured
        .get(measured.len() / 2)
        .map_or(f64::NAN, |one| one.0);
    let lists = measured.len();
    let (_, worst, floor, ours) = measured
        .into_iter()
        .next()
        .ok_or_else(|| Failure::new("no list was measured"))?;
    Ok(Row {
        what: format!(
            "page of 50 at {} users and {} entities, the least flat of {lists} lists, {}",
            grouped(large.users),
            grouped(large.entities),
            kind.title()
        ),
        floor: Some(("the same at 1,000 users and 10 entities", floor)),
        ours,
        target: Target::TimesFloorAtMost(1.3),
        note: format!(
            "Every sort in both directions, and by name every status, role, entity and entity role; first and \
             deepest page. The least flat is {worst}; then {}; the middle one has {middle:.2}. Time of an answer \
             to one client, median of {ASKED} in each turn.",
            others.join(", ")
        ),
    })
}

/// Every other combination, and search, in the largest organization.
fn bounded(
    kind: Kind,
    pace: Pace,
    client: &mut Client,
    by_users: &[Loaded],
) -> Result<Row, Failure> {
    let large = by_users
        .last()
        .ok_or_else(|| Failure::new("no organizations are loaded"))?;
    let mut measured = Vec::new();
    for filter in BOUNDED {
        for sort in SORTS {
            for place in [Place::First, Place::Deepest] {
                let list = List {
                    sort,
                    filter: filter.clone(),
                    place,
                };
                // The place of everybody's list: what follows there may be little or nothing.
                let cursor = List {
                    filter: NOTHING,
                    ..list.clone()
                }
                .cursor(client, large)?;
                let path = list.page_path(large, cursor.as_deref());
                let mut took = Vec::new();
                for _ in 0..pace.rounds(3) {
                    took.push(median_millis(client, &path, 1)?);
                }
                measured.push((Figures::new(took, "ms"), list));
            }
        }
    }
    measured.sort_by(|one, other| other.0.median().total_cmp(&one.0.median()));
    let others: Vec<String> = measured
        .iter()
        .skip(1)
        .take(4)
        .map(|(took, list)| format!("{list} {:.1} ms", took.median()))
        .collect();
    let lists = measured.len();
    let (ours, worst) = measured
        .into_iter()
        .next()
        .ok_or_else(|| Failure::new("no list was measured"))?;
    Ok(Row {
        what: format!(
            "any other combination and search at {} users, the slowest of {lists} lists, {}",
            grouped(large.users),
            kind.title()
        ),
        floor: None,
        ours,
        target: Target::AtMost(50.0),
        note: format!(
            "24 filters and searches, each with every sort, first and deepest page. The slowest is {worst}; \
             then {}.",
            others.join(", ")
        ),
    })
}

/// The picture: pages by name, first and deepest, over users and over entities.
fn draw(kind: Kind, pace: Pace, client: &mut Client, house: &House) -> Result<(), Failure> {
    let lists = [
        ("first page by name", "name", NOTHING, Place::First),
        ("deepest page by name", "name", NOTHING, Place::Deepest),
        (
            "deepest page of a large entity",
            "name",
            filter("entity_id={big}", "a large entity"),
            Place::Deepest,
        ),
    ];
    let size: [fn(&Loaded) -> u32; 2] = [|loaded| loaded.users, |loaded| loaded.entities];
    let panels = [
        ("users", &house.by_users, size[0]),
        ("entities", &house.by_entities, size[1]),
    ];
    let mut drawn = Vec::new();
    for (axis, organizations, size) in panels {
        let sizes = organizations.iter().map(size);
        let mut lines = Vec::new();
        for (name, sort, filter, place) in lists.clone() {
            let list = List {
                sort,
                filter,
                place,
            };
            let paths = organizations
                .iter()
                .map(|loaded| list.path(client, loaded))
                .collect::<Result<Vec<_>, _>>()?;
            let mut took = vec![Vec::new(); paths.len()];
            for _ in 0..pace.rounds(5) {
                for (path, took) in paths.iter().zip(&mut took) {
                    took.push(median_millis(client, path, pace.fewer(ASKED))?);
                }
            }
            let points = sizes.clone().zip(
                took.into_iter()
                    .map(|took| Figures::new(took, "ms").median()),
            );
            lines.push(Line {
                name,
                points: points.collect(),
            });
        }
        drawn.push(Panel { axis, lines });
    }
    let path = chart::write(kind, &drawn)?;
    println!("  drawn: {}", path.display());
    Ok(())
}

/// How long an answer takes, the median of so many.
fn median_millis(client: &mut Client, path: &str, asked: usize) -> Result<f64, Failure> {
    let mut took = Vec::with_capacity(asked);
    for _ in 0..asked {
        let begun = Instant::now();
        let answer = client.get(path)?;
        took.push(begun.elapsed().as_secs_f64() * 1e3);
        if answer.status != 200 {
            return Err(Failure::new(format!(
                "{path} answered {}: {}",
                answer.status,
                String::from_utf8_lossy(&answer.body)
            )));
        }
    }
    Ok(Figures::new(took, "ms").median())
}

impl List {
    /// The path of the page, which has 50 rows.
    fn path(&self, client: &mut Client, loaded: &Loaded) -> Result<String, Failure> {
        let cursor = self.cursor(client, loaded)?;
        let path = self.page_path(loaded, cursor.as_deref());
        let page: serde_json::Value = serde_json::from_slice(&client.get(&path)?.body)?;
        let rows = page
            .get("items")
            .and_then(|items| items.as_array())
            .map_or(0, Vec::len);
        if rows < 50 && !self.filter.query.contains("{small}") {
            return Err(Failure::new(format!(
                "{self} has a page of {rows} rows: {path}"
            )));
        }
        Ok(path)
    }

    fn page_path(&self, loaded: &Loaded, cursor: Option<&str>) -> String {
        let cursor = cursor.map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
        let filter = self.filter.of(loaded);
        format!(
            "{}/users?limit=50&sort={}{filter}{cursor}",
            loaded.path, self.sort
        )
    }

    /// Where the deepest page begins: cursors belong to an order, not to a filter, so that a search
    /// for who is marked there leads to it at once.
    fn cursor(&self, client: &mut Client, loaded: &Loaded) -> Result<Option<String>, Failure> {
        if self.place == Place::First {
            return Ok(None);
        }
        let marked = match self.sort {
            "name" => "q=zzz%20last",
            "-name" => "q=aaa%20first",
            "email" => "q=zzz.last",
            "-email" => "q=aaa.first",
            "status" | "joined_at" => "q=%40late.&status=invited",
            "-status" => "q=%40early.&status=active",
            _ => "q=%40early.&status=invited",
        };
        let path = format!(
            "{}/users?limit=1&sort={}&{marked}{}",
            loaded.path,
            self.sort,
            self.filter.of(loaded)
        );
        let page: serde_json::Value = serde_json::from_slice(&client.get(&path)?.body)?;
        let cursor = page.get("next_cursor").and_then(|cursor| cursor.as_str());
        Ok(cursor.map(str::to_owned))
    }
}

impl Filter {
    fn of(&self, loaded: &Loaded) -> String {
        if self.query.is_empty() {
            return String::new();
        }
        let query = self
            .query
            .replace("{big}", &loaded.entity(0))
            .replace("{small}", &loaded.entity(loaded.entities - 1));
        format!("&{query}")
    }
}

impl std::fmt::Display for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = match self.place {
            Place::First => "first",
            Place::Deepest => "deepest",
        };
        write!(f, "{} by {} ({place} page)", self.filter.name, self.sort)
    }
}
