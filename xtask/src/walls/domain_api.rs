//! What domain offers to who depends on it, read from its sources: what `lib.rs` and
//! `test_support` give out, with its definition and what is implemented for it.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::{Attribute, ImplItem, Item, Type, UseTree, Visibility};

use super::tracked::{self, Tracked};

/// One name that can be used from outside, with everything that comes with it.
#[derive(Debug, Default)]
pub(super) struct Offered {
    /// Its definition, without docs and bodies; a list of words where a macro makes it.
    pub(super) definition: Vec<Item>,
    pub(super) made_by_macro: Option<String>,
    /// Functions and constants of its own, by name.
    pub(super) own: BTreeMap<String, ImplItem>,
    /// What it implements, derives aside.
    pub(super) implements: BTreeSet<String>,
    /// Its docs, for who looks for examples.
    pub(super) docs: String,
}

/// Everything offered, by path from the crate's root.
pub(super) fn read() -> BTreeMap<String, Offered> {
    let sources: Vec<&Tracked> = tracked::files()
        .iter()
        .filter(|file| file.is_rust() && file.path.starts_with("crates/domain/src/"))
        .collect();
    of(&sources)
}

/// What these sources offer.
pub(super) fn of(sources: &[&Tracked]) -> BTreeMap<String, Offered> {
    let parsed: Vec<(&str, syn::File)> = sources
        .iter()
        .map(|file| {
            let parsed = syn::parse_file(&file.text);
            (
                file.path.as_str(),
                parsed.unwrap_or_else(|error| panic!("{}: {error}", file.path)),
            )
        })
        .collect();
    let mut offered = BTreeMap::new();
    for (path, file) in &parsed {
        if let Some(prefix) = open_module(path) {
            for name in given_out(file) {
                offered.insert(format!("{prefix}{name}"), Offered::default());
            }
        }
    }
    for (path, file) in &parsed {
        for item in &file.items {
            take_in(&mut offered, path, item);
        }
    }
    offered
}

/// The path that names of a public module begin with; none for a private module.
fn open_module(path: &str) -> Option<&'static str> {
    match path {
        "crates/domain/src/lib.rs" => Some(""),
        "crates/domain/src/test_support.rs" => Some("test_support::"),
        "crates/domain/src/test_support/values.rs" => Some("test_support::values::"),
        _ => None,
    }
}

/// Names that a module gives out: by `pub use`, and by being public in it.
fn given_out(file: &syn::File) -> Vec<String> {
    let mut names = Vec::new();
    for item in &file.items {
        match item {
            Item::Use(used) if is_public(&used.vis) => leaves(&used.tree, &mut names),
            Item::Struct(item) if is_public(&item.vis) => names.push(item.ident.to_string()),
            Item::Enum(item) if is_public(&item.vis) => names.push(item.ident.to_string()),
            Item::Trait(item) if is_public(&item.vis) => names.push(item.ident.to_string()),
            Item::Fn(item) if is_public(&item.vis) => names.push(item.sig.ident.to_string()),
            Item::Macro(made) => names.extend(functions_made(made)),
            _ => {}
        }
    }
    names
}

fn leaves(tree: &UseTree, names: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Name(name) => names.push(name.ident.to_string()),
        UseTree::Rename(renamed) => names.push(renamed.rename.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        UseTree::Glob(_) => panic!("domain gives nothing out by a glob"),
    }
}

/// The functions of `function: Type,` rows in the macros of `values.rs`.
fn functions_made(made: &syn::ItemMacro) -> Vec<String> {
    if made.ident.is_some() {
        return Vec::new();
    }
    let text = made.mac.tokens.to_string();
    text.split(',')
        .filter_map(|row| row.split_once(':'))
        .map(|(name, _)| name.trim().to_owned())
        .filter(|name| {
            name.chars()
                .all(|letter| letter == '_' || letter.is_ascii_lowercase())
        })
        .collect()
}

fn take_in(offered: &mut BTreeMap<String, Offered>, path: &str, item: &Item) {
    match item {
        Item::Struct(item) if is_public(&item.vis) => {
            let mut bare = item.clone();
            bare.attrs = kept(&item.attrs);
            hide_fields(&mut bare.fields);
            define(offered, path, &item.ident, &item.attrs, bare.into());
        }
        Item::Enum(item) if is_public(&item.vis) => {
            let mut bare = item.clone();
            bare.attrs = kept(&item.attrs);
            for variant in &mut bare.variants {
                variant.attrs = kept(&variant.attrs);
                hide_docs(&mut variant.fields);
            }
            define(offered, path, &item.ident, &item.attrs, bare.into());
        }
        Item::Trait(item) if is_public(&item.vis) => {
            let mut bare = item.clone();
            bare.attrs = kept(&item.attrs);
            for item in &mut bare.items {
                match item {
                    syn::TraitItem::Fn(function) => {
                        function.attrs = kept(&function.attrs);
                        if let Some(body) = &mut function.default {
                            body.stmts.clear();
                        }
                    }
                    syn::TraitItem::Type(declared) => declared.attrs = kept(&declared.attrs),
                    _ => {}
                }
            }
            define(offered, path, &item.ident, &item.attrs, bare.into());
        }
        Item::Type(item) if is_public(&item.vis) => {
            let mut bare = item.clone();
            bare.attrs = kept(&item.attrs);
            define(offered, path, &item.ident, &item.attrs, bare.into());
        }
        Item::Fn(item) if is_public(&item.vis) => {
            let mut bare = item.clone();
            bare.attrs = kept(&item.attrs);
            bare.block.stmts.clear();
            define(offered, path, &item.sig.ident, &item.attrs, bare.into());
        }
        Item::Impl(block) => implement(offered, block),
        Item::Macro(made) if made.ident.is_none() => by_macro(offered, made),
        _ => {}
    }
}

/// Notes a definition under every path that its name is offered at.
fn define(
    offered: &mut BTreeMap<String, Offered>,
    path: &str,
    name: &syn::Ident,
    attributes: &[Attribute],
    definition: Item,
) {
    let is_for_tests = path.contains("/test_support");
    let name = name.to_string();
    for (at, one) in offered.iter_mut() {
        if at.rsplit("::").next() == Some(&name) && at.contains("test_support") == is_for_tests {
            let is_value = matches!(definition, Item::Fn(_)) && path.contains("/values");
            if at.contains("values::") != is_value {
                continue;
            }
            one.docs = docs(attributes);
            one.definition.push(definition.clone());
        }
    }
}

fn implement(offered: &mut BTreeMap<String, Offered>, block: &syn::ItemImpl) {
    let Type::Path(of) = &*block.self_ty else {
        return;
    };
    let Some(name) = of.path.segments.last().map(|last| last.ident.to_string()) else {
        return;
    };
    for (at, one) in offered.iter_mut() {
        if at.rsplit("::").next() != Some(&name) {
            continue;
        }
        if let Some((_, implemented, _)) = &block.trait_ {
            let header = format!(
                "impl {} for {}",
                implemented.to_token_stream(),
                block.self_ty.to_token_stream()
            );
            one.implements.insert(
                header
                    .replace(' ', "")
                    .replace("impl", "impl ")
                    .replace("for", " for "),
            );
            continue;
        }
        for item in &block.items {
            match item {
                ImplItem::Fn(function) if is_public(&function.vis) => {
                    one.docs.push_str(&docs(&function.attrs));
                    let mut bare = function.clone();
                    bare.attrs = kept(&function.attrs);
                    bare.block.stmts.clear();
                    one.own.insert(function.sig.ident.to_string(), bare.into());
                }
                ImplItem::Const(constant) if is_public(&constant.vis) => {
                    let mut bare = constant.clone();
                    bare.attrs = kept(&constant.attrs);
                    one.own.insert(constant.ident.to_string(), bare.into());
                }
                _ => {}
            }
        }
    }
}

/// Types of `words!` and `ids!`, and functions of the macros in `values.rs`.
fn by_macro(offered: &mut BTreeMap<String, Offered>, made: &syn::ItemMacro) {
    let text = made.mac.tokens.to_string();
    let by = made.mac.path.to_token_stream().to_string();
    for (at, one) in offered.iter_mut() {
        let Some(name) = at.rsplit("::").next() else {
            continue;
        };
        let rest = |before: &str| {
            let begin = text.find(before)? + before.len();
            text.get(begin..)
        };
        match by.as_str() {
            "words" if !at.contains("test_support") => {
                if let Some(rest) = rest(&format!("{name} {{")) {
                    let end = rest.find('}').unwrap_or(rest.len());
                    let words: Vec<&str> = rest
                        .get(..end)
                        .unwrap_or("")
                        .split(',')
                        .filter_map(|row| row.rsplit(']').next())
                        .map(str::trim)
                        .filter(|row| !row.is_empty())
                        .collect();
                    one.made_by_macro = Some(format!("words! {{ {} }}", words.join(", ")));
                }
            }
            "ids" if text.contains(&format!("{name} ,")) && !at.contains("test_support") => {
                one.made_by_macro = Some("ids!".to_owned());
            }
            _ if at.contains("values::") => {
                if let Some(rest) = rest(&format!("{name} : ")) {
                    let of = rest.split(' ').next().unwrap_or("");
                    one.made_by_macro =
                        Some(format!("pub fn {name}() -> impl Strategy<Value = {of}>"));
                }
            }
            _ => {}
        }
    }
}

/// What of an item's attributes is part of what it promises.
fn kept(attributes: &[Attribute]) -> Vec<Attribute> {
    let is_kept = |attribute: &&Attribute| {
        let path = attribute.path();
        path.is_ident("derive") || path.is_ident("cfg_attr") || path.is_ident("non_exhaustive")
    };
    attributes.iter().filter(is_kept).cloned().collect()
}

fn hide_fields(fields: &mut syn::Fields) {
    hide_docs(fields);
    if let syn::Fields::Named(named) = fields {
        named.named = std::mem::take(&mut named.named)
            .into_iter()
            .filter(|field| is_public(&field.vis))
            .collect();
    }
    if let syn::Fields::Unnamed(unnamed) = fields
        && !unnamed.unnamed.iter().all(|field| is_public(&field.vis))
    {
        unnamed.unnamed.clear();
    }
}

fn hide_docs(fields: &mut syn::Fields) {
    for field in fields.iter_mut() {
        field.attrs = kept(&field.attrs);
    }
}

fn docs(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes {
        if let syn::Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let syn::Expr::Lit(literal) = &pair.value
            && let syn::Lit::Str(line) = &literal.lit
        {
            text.push_str(&line.value());
            text.push('\n');
        }
    }
    text
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}
