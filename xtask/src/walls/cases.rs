//! The tests of the repository, found in the sources, with the comments that stand at them.
//!
//! Read by lines, as rustfmt leaves them, and not by a parser: tests inside of macros
//! (`proptest!` and our own) are lines like any other.

use std::sync::LazyLock;

use super::tracked::{self, Tracked};

/// Attributes that make a function a test.
const TEST_ATTRIBUTES: [&str; 3] = ["#[test]", "#[tokio::test", "#[test_case"];

/// Our own macros that make tests of the functions that they list.
const LISTING_MACROS: [&str; 1] = ["\non_both_databases!"];

/// One test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Case {
    pub(super) name: String,
    /// The documentation above it and the comments in and above it, joined.
    pub(super) notes: String,
}

/// All tests outside of the walls.
pub(super) fn cases() -> &'static [Case] {
    static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
        tracked::files()
            .iter()
            .filter(|file| file.is_rust() && !file.path.starts_with("xtask/src/walls"))
            .flat_map(cases_in)
            .collect()
    });
    &CASES
}

/// Whether there is a test of that name, however the name is qualified.
pub(super) fn exists(cases: &[Case], name: &str) -> bool {
    let plain = name.rsplit("::").next().unwrap_or(name);
    cases.iter().any(|case| case.name == plain)
}

fn cases_in(file: &Tracked) -> Vec<Case> {
    let listed = listed(&file.text);
    let mut cases: Vec<Case> = Vec::new();
    let mut above = Above::default();
    // The indentation of the test whose body is being read.
    let mut inside: Option<usize> = None;
    for (_, line) in file.lines() {
        let code = line.trim_start();
        let indentation = line.len() - code.len();
        if let Some(start) = inside {
            if let (Some((_, comment)), Some(case)) = (line.split_once("//"), cases.last_mut()) {
                case.notes.push('\n');
                case.notes.push_str(comment);
            }
            if indentation == start && code.starts_with('}') {
                inside = None;
            }
            continue;
        }
        if above.takes(code) {
            continue;
        }
        let read = std::mem::take(&mut above);
        let Some(name) = function_name(code) else {
            continue;
        };
        if read.is_test || listed.contains(&name) {
            cases.push(Case {
                name: name.to_owned(),
                notes: read.notes,
            });
            let is_one_line = code.ends_with('}');
            inside = (!is_one_line).then_some(indentation);
        }
    }
    cases
}

/// The functions that a macro of ours makes tests of.
fn listed(text: &str) -> Vec<&str> {
    LISTING_MACROS
        .iter()
        .flat_map(|name| text.split(*name).skip(1))
        .filter_map(|rest| rest.split([']', ')', '}']).next())
        .flat_map(|names| names.split(['[', '(', '{', ',', '\n']))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect()
}

/// What stands above a function: comments and attributes.
#[derive(Debug, Default)]
struct Above {
    notes: String,
    is_test: bool,
    in_attribute: bool,
}

impl Above {
    /// Takes a line in, unless it is neither comment nor attribute.
    fn takes(&mut self, code: &str) -> bool {
        if self.in_attribute {
            self.in_attribute = !code.ends_with(']');
            return true;
        }
        if let Some(comment) = code.strip_prefix("//") {
            self.notes.push('\n');
            self.notes.push_str(comment);
            return true;
        }
        if code.starts_with("#[") {
            self.is_test |= TEST_ATTRIBUTES
                .iter()
                .any(|attribute| code.starts_with(attribute));
            self.in_attribute = !code.ends_with(']');
            return true;
        }
        false
    }
}

fn function_name(code: &str) -> Option<&str> {
    let (before, rest) = code.split_once("fn ")?;
    let only_words = ["", "pub ", "async ", "pub async "].contains(&before);
    let name = rest.split(['(', '<']).next()?;
    // A name with a dollar is the pattern of a macro.
    let is_name = !name.is_empty() && !name.starts_with('$');
    (only_words && is_name).then_some(name)
}

#[test]
fn a_test_is_found_with_its_comments() {
    let text = "\
/// Not a test. R-AAA-1
fn helper() {}

mod tests {
    /// Rule: R-AAA-2.
    #[test]
    #[expect(
        clippy::panic,
        reason = \"why not\"
    )]
    fn last_owner_stays() {
        // R-AAA-3, too
        leave(); // and R-AAA-4
    }

    /// R-AAA-5
    fn not_a_test() {}
}
";
    let found = cases_in(&Tracked::made("a.rs", text));
    assert_eq!(found.len(), 1, "{found:?}");
    let case = found.first().expect("one");
    assert_eq!(case.name, "last_owner_stays");
    for rule in ["R-AAA-2", "R-AAA-3", "R-AAA-4"] {
        assert!(case.notes.contains(rule), "{case:?}");
    }
    assert!(!case.notes.contains("R-AAA-1") && !case.notes.contains("R-AAA-5"));
    assert!(exists(&found, "web::tests::last_owner_stays"));
    assert!(!exists(&found, "helper"));
}

#[test]
fn tests_in_macros_and_on_one_line_are_found() {
    let text = "\
proptest! {
    /// R-AAA-1
    #[test]
    fn rejections_change_nothing(world in worlds()) {
        run(world);
    }
}
#[tokio::test(flavor = \"multi_thread\")]
async fn two_accepts() {}
#[test]
fn three_accepts() {
";
    let found = cases_in(&Tracked::made("a.rs", text));
    let names: Vec<&str> = found.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(
        names,
        ["rejections_change_nothing", "two_accepts", "three_accepts"]
    );
}

#[test]
fn tests_that_a_macro_lists_are_found() {
    let text = "\
//! Checks.

on_both_databases![
    removal_returns_the_plan,
];

/// R-AAA-1
fn removal_returns_the_plan(server: &Server) {
    // R-AAA-2
}

/// R-AAA-3
fn plan_of(user: &str) {}

macro_rules! each {
    #[test]
    fn $check() {}
}
";
    let found = cases_in(&Tracked::made("a.rs", text));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(exists(&found, "removal_returns_the_plan"));
    assert!(found.iter().all(|case| case.notes.contains("R-AAA-2")));
}
