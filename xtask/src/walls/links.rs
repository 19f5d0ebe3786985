//! Links between the pages: each leads to a file that is there, and to a heading of it.

use std::collections::BTreeSet;

use super::tracked::{self, Tracked};
use super::{assert_none, assert_one};

fn breaches(pages: &[Tracked], paths: &[String]) -> Vec<String> {
    let mut breaches = Vec::new();
    for page in pages.iter().filter(|page| page.is_markdown()) {
        for (number, target) in links(&page.text) {
            if is_outside(&target) {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((&target, ""));
            let at = format!("{}:{number}", page.path);
            let Some(path) = resolve(&page.path, file) else {
                breaches.push(format!("{at} links outside of the repository (`{target}`)"));
                continue;
            };
            if !is_there(&path, paths) {
                breaches.push(format!("{at} links to `{target}`, which is not there"));
                continue;
            }
            let linked = pages
                .iter()
                .find(|page| page.path == path && page.is_markdown());
            let Some(linked) = linked else { continue };
            if !heading.is_empty() && !headings(&linked.text).contains(heading) {
                breaches.push(format!(
                    "{at} links to `{target}`, which has no such heading"
                ));
            }
        }
    }
    breaches
}

/// The targets of `[text](target)` and `src="target"`, with their lines, code aside.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut links = Vec::new();
    for (number, line) in prose(text) {
        let without_code: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        for (opening, closing) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
            for piece in without_code.split(opening).skip(1) {
                let target = piece.split([closing, ' ']).next().unwrap_or_default();
                links.push((number, target.to_owned()));
            }
        }
    }
    links
}

/// The anchors of a page, as forges make them from headings.
fn headings(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for (_, line) in prose(text) {
        if line.starts_with('#') {
            let title = line.trim_start_matches('#').trim();
            let anchor: String = title
                .chars()
                .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter))
                .map(|letter| if letter == ' ' { '-' } else { letter })
                .collect();
            anchors.insert(anchor.to_lowercase());
        }
        for piece in line.split("id=\"").skip(1) {
            anchors.extend(piece.split('"').next().map(str::to_owned));
        }
    }
    anchors
}

/// The lines outside of fenced code, with their numbers.
fn prose(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut in_code = false;
    text.lines().enumerate().filter_map(move |(at, line)| {
        let is_fence = line.trim_start().starts_with("```");
        in_code ^= is_fence;
        (!in_code && !is_fence).then_some((at + 1, line))
    })
}

fn is_outside(target: &str) -> bool {
    target.contains("://") || target.starts_with("mailto:") || target.is_empty()
}

/// The path from the top that a target of a page means.
fn resolve(page: &str, target: &str) -> Option<String> {
    if target.is_empty() {
        return Some(page.to_owned());
    }
    let mut folders: Vec<&str> = page.split('/').collect();
    folders.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                folders.pop()?;
            }
            name => folders.push(name),
        }
    }
    Some(folders.join("/"))
}

fn is_there(path: &str, paths: &[String]) -> bool {
    let folder = format!("{path}/");
    paths
        .iter()
        .any(|there| there == path || there.starts_with(&folder))
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    assert_none(&breaches(tracked::files(), tracked::paths()));
}

#[test]
fn a_link_to_a_page_that_is_not_there_is_a_breach() {
    let page = Tracked::made("docs/a.md", "# A\n[b](b.md) and `[c](c.md)`\n");
    assert_one(
        &breaches(&[page], &["docs/a.md".into()]),
        "docs/a.md:2 links to `b.md`",
    );
}

#[test]
fn a_link_to_a_heading_that_is_not_there_is_a_breach() {
    let page = Tracked::made("a.md", "## One: two\n[x](#one-two) [y](a.md#three)\n");
    assert_one(
        &breaches(&[page], &["a.md".into()]),
        "`a.md#three`, which has no such",
    );
}

#[test]
fn a_link_out_of_the_repository_is_a_breach() {
    let page = Tracked::made(
        "docs/a.md",
        "[x](../../b.md) [y](https://example.org/b.md)\n",
    );
    assert_one(
        &breaches(&[page], &["docs/a.md".into()]),
        "outside of the repository",
    );
}

#[test]
fn code_is_not_searched_for_links() {
    let page = Tracked::made("a.md", "```\n[x](b.md)\n```\n[y](../a.md)\n");
    assert_one(&breaches(&[page], &["a.md".into()]), "a.md:4");
}
