//! What domain offers is written down and compared, so that every change of it shows in review.

use std::fmt::Write as _;

use super::domain_api::{self, Offered};
use super::tracked::Tracked;

const LISTING: &str = "crates/domain/public-api.txt";

const HEAD: &str = "\
Everything that vestibule-domain offers, without docs and bodies. A test compares it with the
sources; after a change that is meant, renew it:
VESTIBULE_RENEW=1 cargo test -p xtask public_api
";

/// One name after the other, each with its definition, its own functions and what it implements.
fn listing<'a>(offered: impl IntoIterator<Item = (&'a String, &'a Offered)>) -> String {
    let mut text = HEAD.to_owned();
    for (path, one) in offered {
        writeln!(text, "\n## {path}").expect("a string takes everything");
        let mut items = one.definition.clone();
        if let Some(made) = &one.made_by_macro {
            writeln!(text, "{made}").expect("a string takes everything");
        }
        if !one.own.is_empty() {
            let name = path.rsplit("::").next().unwrap_or(path);
            let mut block: syn::ItemImpl =
                syn::parse_str(&format!("impl {name} {{}}")).expect("a name makes a block");
            block.items = one.own.values().cloned().collect();
            items.push(block.into());
        }
        text.push_str(&prettyplease::unparse(&syn::File {
            shebang: None,
            attrs: Vec::new(),
            items,
        }));
        for implemented in &one.implements {
            writeln!(text, "{implemented}").expect("a string takes everything");
        }
    }
    text
}

#[test]
fn the_listing_of_the_public_api_is_what_the_sources_say() {
    let path = crate::steps::top().join(LISTING);
    let today = listing(&domain_api::read());
    if std::env::var_os("VESTIBULE_RENEW").is_some() {
        std::fs::write(&path, &today).expect("the listing can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = today
        .lines()
        .zip(written.lines())
        .find(|(one, other)| one != other);
    assert!(
        written == today,
        "{LISTING} is not what domain offers; it begins with {differs:?}. If that is meant: \
         VESTIBULE_RENEW=1 cargo test -p xtask public_api"
    );
}

#[test]
fn what_is_private_is_not_listed_and_what_is_public_is() {
    let library = Tracked::made(
        "crates/domain/src/lib.rs",
        "mod a;\npub use a::{Shown, Word};\n",
    );
    let module = Tracked::made(
        "crates/domain/src/a.rs",
        "/// Docs.\n#[derive(Clone)]\npub struct Shown { pub one: u8, hidden: u8 }\npub struct Hidden;\n\
         impl Shown { pub fn asks(&self) -> u8 { 1 }\nfn keeps(&self) {} }\n\
         impl Default for Shown { fn default() -> Self { todo() } }\n\
         words! { /// A word.\n Word { /// One.\n One = \"one\", Two = \"two\", } }\n",
    );
    let text = listing(&domain_api::of(&[&library, &module]));
    let listed: Vec<&str> = text.split("\n## ").skip(1).collect();
    assert_eq!(
        listed,
        [
            "Shown\n#[derive(Clone)]\npub struct Shown {\n    pub one: u8,\n}\nimpl Shown {\n    \
             pub fn asks(&self) -> u8 {}\n}\nimpl Default for Shown\n",
            "Word\nwords! { One = \"one\", Two = \"two\" }\n",
        ]
    );
}
