//! Everything that is compiled may be given on under MIT or Apache-2.0.

use super::workspace;
use super::{assert_none, assert_one};

/// Licences that ask for no more than their text to be kept, or for changes of their own files.
const ALLOWED: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

fn breaches(packages: &[(String, String)]) -> Vec<String> {
    packages
        .iter()
        .filter(|(_, licence)| !is_allowed(licence))
        .map(|(package, licence)| format!("`{package}` has the licence `{licence}`"))
        .collect()
}

/// Reads `(MIT OR Apache-2.0) AND Unicode-3.0`: of each part that AND joins, one will do.
fn is_allowed(licence: &str) -> bool {
    let bare = licence.replace(['(', ')'], "").replace('/', " OR ");
    bare.split(" AND ").all(|part| {
        part.split(" OR ")
            .any(|choice| ALLOWED.contains(&choice.trim()))
    })
}

#[test]
fn every_package_has_a_licence_that_fits() {
    let packages = workspace::licences();
    assert!(packages.len() > 10, "only {} packages", packages.len());
    assert_none(&breaches(&packages));
}

#[test]
fn a_licence_that_does_not_fit_is_a_breach() {
    let package = |licence: &str| [("a v1.0.0".to_owned(), licence.to_owned())];
    assert_one(&breaches(&package("GPL-3.0")), "`GPL-3.0`");
    assert_one(&breaches(&package("MIT AND GPL-3.0")), "GPL");
    assert_one(&breaches(&package("")), "a v1.0.0");
    assert_none(&breaches(&package("GPL-3.0 OR MIT")));
    assert_none(&breaches(&package("Apache-2.0 / MIT")));
    assert_none(&breaches(&package("(MIT OR Apache-2.0) AND Unicode-3.0")));
}
