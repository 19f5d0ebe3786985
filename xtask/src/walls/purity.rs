//! Domain is pure: what it compiles is agreed by name, and clock, randomness and I/O are off.
//!
//! Three layers, as each alone has a hole: the features that domain asks for leave generators
//! out; another crate of the workspace may bring them back by feature unification, so clippy
//! bans the calls; and the sources are read for what has no single call to ban.

use super::tracked::{self, Tracked};
use super::workspace::{Compiled, compiled};
use super::{assert_none, assert_one};

/// Everything that domain compiles, with why it may. Alphabetical.
const ALLOWED: [(&str, &str); 58] = [
    ("block-buffer", "sha2: input in blocks"),
    ("cfg-if", "sha2: code by machine"),
    (
        "chrono",
        "moments: RFC 3339 and calendars, without its clock",
    ),
    ("const-oid", "sha2: the names of digests"),
    ("cpufeatures", "sha2: what the processor can do"),
    ("crypto-common", "sha2: traits"),
    ("digest", "sha2: traits"),
    ("displaydoc", "icu: errors (compile time)"),
    (
        "hybrid-array",
        "sha2: arrays of a length known to the compiler",
    ),
    (
        "icu_casemap",
        "names and emails are folded (R-INV-2, R-LST-2)",
    ),
    ("icu_casemap_data", "icu_casemap: its tables"),
    ("icu_collections", "icu: sets and tries of code points"),
    ("icu_locale_core", "icu: language tags"),
    (
        "icu_normalizer",
        "names, emails and passwords in NFC (R-INV-2, R-ENT-7)",
    ),
    ("icu_normalizer_data", "icu_normalizer: its tables"),
    (
        "icu_properties",
        "control and format characters are found (R-INV-2)",
    ),
    ("icu_properties_data", "icu_properties: its tables"),
    ("icu_provider", "icu: where tables come from"),
    ("idna", "domains of emails (R-INV-2)"),
    ("idna_adapter", "idna: which tables it uses"),
    ("litemap", "icu: small maps"),
    ("num-traits", "chrono: numbers"),
    ("potential_utf", "icu: text that may be broken"),
    ("proc-macro2", "derives (compile time)"),
    ("quote", "derives (compile time)"),
    ("serde", "the form in which values are kept"),
    ("serde_core", "serde: traits"),
    ("serde_derive", "serde: derives (compile time)"),
    ("serde_spanned", "toml: where in the text"),
    ("sha2", "fingerprints (R-REM-2)"),
    ("smallvec", "idna and icu_normalizer: short lists"),
    ("stable_deref_trait", "icu: borrowed tables"),
    ("syn", "derives (compile time)"),
    ("synstructure", "derives (compile time)"),
    ("thiserror", "rejections as errors"),
    ("thiserror-impl", "thiserror: derives (compile time)"),
    ("tinystr", "icu: short text"),
    ("toml", "a policy is loaded from text"),
    ("toml_datetime", "toml: dates"),
    ("toml_parser", "toml: reading"),
    ("toml_writer", "toml: writing"),
    ("typenum", "sha2: numbers known to the compiler"),
    ("unicode-ident", "derives (compile time)"),
    ("utf16_iter", "icu_normalizer: text"),
    ("utf8_iter", "idna and icu_normalizer: text"),
    ("utf_types", "icu: text"),
    ("uuid", "ids, without its generators"),
    ("vestibule-domain", "domain itself"),
    ("winnow", "toml: reading"),
    ("write16", "icu_normalizer: text"),
    ("writeable", "icu: text"),
    ("yoke", "icu: borrowed tables"),
    ("yoke-derive", "yoke: derives (compile time)"),
    ("zerofrom", "icu: borrowed tables"),
    ("zerofrom-derive", "zerofrom: derives (compile time)"),
    ("zerotrie", "icu: tables"),
    ("zerovec", "icu: tables"),
    ("zerovec-derive", "zerovec: derives (compile time)"),
];

/// Features that would bring a clock or randomness.
const FORBIDDEN_FEATURES: [(&str, &[&str]); 2] = [
    ("chrono", &["clock", "now", "wasmbind"]),
    (
        "uuid",
        &[
            "v1",
            "v4",
            "v6",
            "v7",
            "fast-rng",
            "rng",
            "rng-getrandom",
            "rng-rand",
        ],
    ),
];

/// What a source of domain never says, tests aside.
const FORBIDDEN_WORDS: [(&str, &str); 13] = [
    ("std::time", "a clock"),
    ("SystemTime", "a clock"),
    ("std::fs", "files"),
    ("std::net::Tcp", "the network"),
    ("std::net::Udp", "the network"),
    ("std::env", "the environment"),
    ("std::io", "input and output"),
    ("std::process", "processes"),
    ("std::thread", "threads"),
    ("RandomState", "an order that differs from run to run"),
    ("HashMap::new", "an order that differs from run to run"),
    ("HashSet::new", "an order that differs from run to run"),
    ("async fn", "waiting"),
];

/// The calls that `crates/domain/clippy.toml` must ban.
const BANNED_CALLS: [&str; 6] = [
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "chrono::Utc::now",
    "chrono::Local::now",
    "uuid::Uuid::now_v7",
    "uuid::Uuid::new_v4",
];

fn list_breaches(compiled: &[Compiled], allowed: &[(&str, &str)]) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in compiled {
        if !allowed.iter().any(|(name, _)| *name == package.name) {
            breaches.push(format!(
                "domain compiles `{}`, which ALLOWED does not name",
                package.name
            ));
        }
        for (name, features) in FORBIDDEN_FEATURES {
            let found = package
                .features
                .iter()
                .filter(|feature| package.name == name && features.contains(&feature.as_str()));
            breaches.extend(found.map(|feature| {
                format!("domain has `{name}` with its feature `{feature}`: a clock or randomness")
            }));
        }
    }
    for (name, _) in allowed {
        if !compiled.iter().any(|package| package.name == *name) {
            breaches.push(format!(
                "ALLOWED names `{name}`, which domain does not compile"
            ));
        }
    }
    breaches
}

fn source_breaches(files: &[Tracked]) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in files.iter().filter(|file| is_source(file)) {
        for (number, line) in code_lines(file) {
            for (word, what) in FORBIDDEN_WORDS {
                if line.contains(word) {
                    breaches.push(format!(
                        "{}:{number} says `{word}`: domain has no {what}",
                        file.path
                    ));
                }
            }
        }
    }
    breaches
}

fn is_source(file: &Tracked) -> bool {
    file.is_rust()
        && file.path.starts_with("crates/domain/src/")
        && !file.path.ends_with("/tests.rs")
        && !file.path.contains("/tests/")
}

/// The lines before the tests at the end of a file, without comments.
fn code_lines(file: &Tracked) -> impl Iterator<Item = (usize, &str)> {
    file.lines()
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Only what is agreed by name, with a reason, is compiled into domain.
#[test]
fn domain_compiles_what_is_allowed_and_nothing_else() {
    let everything = compiled("vestibule-domain", &["serde", "toml"]);
    assert_none(&list_breaches(&everything, &ALLOWED));
    assert!(ALLOWED.is_sorted_by_key(|(name, _)| *name), "alphabetical");
}

#[test]
fn domain_says_nothing_of_clocks_files_or_threads() {
    assert_none(&source_breaches(tracked::files()));
}

/// Clippy takes the nearest file alone, so domain's repeats the workspace's and adds the bans.
#[test]
fn clippy_bans_clock_and_randomness_in_domain() {
    let domain = tracked::file("crates/domain/clippy.toml").expect("domain's clippy.toml");
    let workspace = tracked::file("clippy.toml").expect("the workspace's clippy.toml");
    for line in workspace.text.lines() {
        assert!(
            domain.text.lines().any(|other| other == line),
            "`{line}` is missing"
        );
    }
    for call in BANNED_CALLS {
        assert!(
            domain.text.contains(&format!("{{ path = \"{call}\"")),
            "`{call}` is not banned"
        );
    }
}

#[test]
fn a_dependency_without_a_reason_is_a_breach() {
    let tokio = Compiled {
        name: "tokio".into(),
        features: vec![],
    };
    assert_one(&list_breaches(&[tokio], &[]), "compiles `tokio`");
}

#[test]
fn a_reason_without_a_dependency_is_a_breach() {
    assert_one(
        &list_breaches(&[], &[("sha2", "digests")]),
        "does not compile",
    );
}

#[test]
fn a_clock_by_feature_is_a_breach() {
    let chrono = Compiled {
        name: "chrono".into(),
        features: vec!["clock".into(), "std".into()],
    };
    assert_one(
        &list_breaches(&[chrono], &[("chrono", "dates")]),
        "feature `clock`",
    );
}

#[test]
fn a_clock_in_a_source_of_domain_is_a_breach() {
    let text = "// std::time is not meant here\nuse std::time::Instant;\n#[cfg(test)]\nstd::fs";
    let file = Tracked::made("crates/domain/src/user.rs", text);
    assert_one(&source_breaches(&[file]), "user.rs:2 says `std::time`");
}
