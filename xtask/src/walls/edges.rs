//! Who may depend on whom: the edges inside the workspace, and who may name which library.

use super::workspace::{Dependency, Kind, Member, compiled, members};
use super::{assert_none, assert_one};

/// Every normal edge inside the workspace. A new one is an edit here, seen in review.
const EDGES: [(&str, &[&str]); 8] = [
    ("vestibule-domain", &[]),
    ("vestibule-storage", &["vestibule-domain"]),
    ("vestibule-web", &["vestibule-domain", "vestibule-storage"]),
    (
        "vestibule-delivery",
        &["vestibule-domain", "vestibule-storage"],
    ),
    (
        "vestibule-console",
        &["vestibule-domain", "vestibule-storage", "vestibule-web"],
    ),
    (
        "vestibule",
        &[
            "vestibule-console",
            "vestibule-delivery",
            "vestibule-domain",
            "vestibule-storage",
            "vestibule-web",
        ],
    ),
    ("xtask", &[]),
    // It measures the store alone as well, without HTTP.
    (
        "vestibule-bench",
        &["vestibule-domain", "vestibule-storage"],
    ),
];

/// Libraries that have a home: nobody else names them, in tests neither.
const CONFINED: [Confined; 15] = [
    // The benchmarks measure bare SQL through the same library as their floor.
    Confined::to(&["vestibule-storage", "vestibule-bench"], "diesel"),
    Confined::to(&["vestibule-storage"], "diesel_migrations"),
    Confined::to(&["vestibule-storage", "vestibule-bench"], "libsqlite3-sys"),
    Confined::to(&["vestibule-storage"], "pq-sys"),
    // For an example of storage of one's own, and so never more than a development dependency.
    Confined::to(&["vestibule-domain"], "rusqlite"),
    Confined::to(&["vestibule-storage"], "r2d2"),
    Confined::to(&["vestibule-web"], "argon2"),
    Confined::to(&["vestibule-web"], "zxcvbn"),
    Confined::to(&["vestibule-web"], "utoipa"),
    Confined::to(&["vestibule-delivery"], "lettre"),
    // Delivery renders mails with it, which are pages of a kind.
    Confined::to(&["vestibule-console", "vestibule-delivery"], "askama"),
    // The binary joins the routers of web and console and serves them.
    Confined::to(SERVING, "axum"),
    Confined::to(SERVING, "hyper"),
    Confined::to(SERVING, "tower"),
    Confined::to(SERVING, "tower-http"),
];

const SERVING: &[&str] = &["vestibule-web", "vestibule-console", "vestibule"];

/// What the default build must not need: it has Rust and a C compiler and nothing else.
const NOT_IN_DEFAULT_BUILD: [&str; 4] = ["pq-sys", "openssl-sys", "native-tls", "bindgen"];

#[derive(Debug)]
struct Confined {
    homes: &'static [&'static str],
    library: &'static str,
}

impl Confined {
    const fn to(homes: &'static [&'static str], library: &'static str) -> Self {
        Self { homes, library }
    }
}

fn breaches(members: &[Member]) -> Vec<String> {
    let mut breaches = Vec::new();
    for member in members {
        match EDGES.iter().find(|(name, _)| *name == member.name) {
            Some((_, allowed)) => edges_of(member, members, allowed, &mut breaches),
            None => breaches.push(format!("`{}` has no row in EDGES", member.name)),
        }
        for confined in &CONFINED {
            let names_it = member
                .dependencies
                .iter()
                .any(|dependency| dependency.name == confined.library);
            if names_it && !confined.homes.contains(&member.name.as_str()) {
                breaches.push(format!(
                    "`{}` names `{}`, which only {} may",
                    member.name,
                    confined.library,
                    confined.homes.join(", ")
                ));
            }
        }
    }
    breaches
}

fn edges_of(member: &Member, members: &[Member], allowed: &[&str], breaches: &mut Vec<String>) {
    let inside = member
        .dependencies
        .iter()
        .filter(|dependency| members.iter().any(|other| other.name == dependency.name));
    let mut normal = Vec::new();
    for dependency in inside {
        let name = dependency.name.as_str();
        match dependency.kind {
            Kind::Normal => normal.push(name),
            // Tests look down as well, at what is there anyway or at themselves.
            Kind::Development if allowed.contains(&name) || name == member.name => {}
            Kind::Development | Kind::Build => breaches.push(format!(
                "`{}` has an edge to `{name}` outside of its dependencies, and upwards",
                member.name
            )),
        }
    }
    normal.sort_unstable();
    normal.dedup();
    if normal != allowed {
        breaches.push(format!(
            "`{}` depends on {normal:?}, and EDGES says {allowed:?}",
            member.name
        ));
    }
}

/// One direction, top to bottom; nothing below knows anything above.
#[test]
fn the_edges_are_those_of_the_table() {
    let members = members();
    assert_none(&breaches(&members));
    for (name, _) in EDGES {
        assert!(
            members.iter().any(|member| member.name == name),
            "`{name}` is in EDGES and nowhere else"
        );
    }
}

/// `cargo run` on a fresh machine links no system library.
#[test]
fn the_default_build_needs_no_system_library() {
    let names: Vec<String> = compiled("vestibule", &[])
        .into_iter()
        .map(|compiled| compiled.name)
        .collect();
    assert!(
        names.iter().any(|name| name == "libsqlite3-sys"),
        "SQLite comes with it: {names:?}"
    );
    for name in NOT_IN_DEFAULT_BUILD {
        assert!(!names.contains(&name.to_owned()), "`{name}` is in it");
    }
}

fn member(name: &str, dependencies: &[(&str, Kind)]) -> Member {
    Member {
        name: name.to_owned(),
        dependencies: dependencies
            .iter()
            .map(|(name, kind)| Dependency {
                name: (*name).to_owned(),
                kind: *kind,
            })
            .collect(),
    }
}

#[test]
fn an_edge_upwards_is_a_breach() {
    let domain = member("vestibule-domain", &[("vestibule-storage", Kind::Normal)]);
    let storage = member("vestibule-storage", &[("vestibule-domain", Kind::Normal)]);
    assert_one(
        &breaches(&[domain, storage]),
        "`vestibule-domain` depends on",
    );
}

#[test]
fn an_edge_upwards_of_tests_is_a_breach() {
    let domain = member(
        "vestibule-domain",
        &[("vestibule-storage", Kind::Development)],
    );
    let storage = member("vestibule-storage", &[("vestibule-domain", Kind::Normal)]);
    assert_one(&breaches(&[domain, storage]), "and upwards");
}

#[test]
fn a_new_package_is_a_breach_until_it_has_a_row() {
    assert_one(
        &breaches(&[member("vestibule-new", &[])]),
        "no row in EDGES",
    );
}

#[test]
fn diesel_outside_of_storage_is_a_breach() {
    let domain = member("vestibule-domain", &[("diesel", Kind::Development)]);
    assert_one(&breaches(&[domain]), "names `diesel`");
}
