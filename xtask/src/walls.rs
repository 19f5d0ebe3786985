//! The walls of the house: what the architecture and the style promise, held by tests.
//!
//! A wall is one file with a function that turns what it reads into breaches, each a sentence
//! that says where and what to do; one test that the repository has none; and tests with a tiny
//! bad input each, so that a wall that no longer sees anything is noticed.
//! What several walls read stands in `tracked` (files), `cases` (tests found in them),
//! `domain_api` (what domain offers) and `workspace` (what cargo says).

mod cases;
mod domain_api;
mod edges;
mod examples;
mod files;
mod leftovers;
mod lessons;
mod licences;
mod links;
mod manifests;
mod manners;
mod migrations;
mod packages;
mod public_api;
mod purity;
mod rules;
mod strategies;
mod tracked;
mod transactions;
mod workspace;

/// Fails with all breaches at once, a line each.
fn assert_none(breaches: &[String]) {
    assert!(
        breaches.is_empty(),
        "{} breach(es):\n  {}",
        breaches.len(),
        breaches.join("\n  ")
    );
}

/// Fails unless exactly one breach is there and its text contains the words.
fn assert_one(breaches: &[String], words: &str) {
    assert!(
        matches!(breaches, [only] if only.contains(words)),
        "not one breach that says `{words}`: {breaches:#?}"
    );
}
