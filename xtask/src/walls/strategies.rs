//! Every value type that domain can serialise has a strategy in `test_support::values`.

use std::collections::BTreeMap;

use quote::ToTokens;

use super::domain_api::{self, Offered};
use super::tracked::Tracked;
use super::{assert_none, assert_one};

fn breaches(offered: &BTreeMap<String, Offered>) -> Vec<String> {
    offered
        .iter()
        .filter(|(path, one)| !path.contains("::") && is_value(one))
        .map(|(name, _)| (name, format!("test_support::values::{}", snake(name))))
        .filter(|(_, strategy)| !offered.contains_key(strategy))
        .map(|(name, strategy)| format!("`{name}` has no strategy `{strategy}`"))
        .collect()
}

fn is_value(one: &Offered) -> bool {
    let is_serialisable = |item: &syn::Item| {
        let text = item.to_token_stream().to_string();
        text.contains("serde :: Serialize") || text.contains("serde (")
    };
    one.made_by_macro.is_some() || one.definition.iter().any(is_serialisable)
}

/// `UserId` is `user_id`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[test]
fn every_value_type_has_a_strategy() {
    let offered = domain_api::read();
    let values = offered.iter().filter(|(_, one)| is_value(one)).count();
    assert!(values > 40, "only {values} values are seen");
    assert_none(&breaches(&offered));
}

#[test]
fn a_value_without_a_strategy_is_a_breach() {
    let library = Tracked::made(
        "crates/domain/src/lib.rs",
        "mod a;\npub use a::{Hat, HatId};\n",
    );
    let module = Tracked::made(
        "crates/domain/src/a.rs",
        "#[cfg_attr(feature = \"serde\", derive(serde::Serialize))]\npub struct Hat;\n\
         ids! { HatId, }\n",
    );
    let values = Tracked::made(
        "crates/domain/src/test_support/values.rs",
        "pub fn hat_id() -> u8 { 1 }\n",
    );
    let offered = domain_api::of(&[&library, &module, &values]);
    assert_one(
        &breaches(&offered),
        "`Hat` has no strategy `test_support::values::hat`",
    );
}
