//! Every page with sample words in it: checked for what holds on all pages, and written out to be looked at.

mod samples;

use std::{collections::BTreeSet, fs, path::Path};

use crate::assets;

/// Values of an attribute in a page, in order.
fn attribute<'page>(page: &'page str, name: &str) -> Vec<&'page str> {
    let opening = format!(" {name}=\"");
    page.split(&opening)
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect()
}

/// What holds on every page, named by what is wrong.
fn faults(page: &str) -> Vec<String> {
    let mut faults = Vec::new();
    for forbidden in ["<script", "<style", " style=", " onclick", "javascript:"] {
        if page.contains(forbidden) {
            faults.push(format!(
                "holds `{forbidden}`, which the Content-Security-Policy refuses"
            ));
        }
    }
    let ids = attribute(page, "id");
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    if known.len() != ids.len() {
        faults.push(format!("an id stands twice among {ids:?}"));
    }
    for reference in [
        "for",
        "aria-describedby",
        "aria-labelledby",
        "popovertarget",
    ] {
        for id in attribute(page, reference)
            .iter()
            .flat_map(|value| value.split(' '))
        {
            if !known.contains(id) {
                faults.push(format!("`{reference}` names `{id}`, which is not there"));
            }
        }
    }
    for control in page
        .split("<input ")
        .skip(1)
        .chain(page.split("<select ").skip(1))
    {
        let tag = control.split('>').next().unwrap_or_default();
        if tag.contains("type=\"hidden\"") {
            continue;
        }
        if !tag.contains("autocomplete=") && !tag.contains("type=\"radio\"") {
            faults.push(format!("a field says nothing about autocomplete: {tag}"));
        }
        let labelled = attribute(&format!(" {tag}"), "id")
            .first()
            .is_some_and(|id| {
                page.contains(&format!("<label for=\"{id}\""))
                    || page.contains(&format!("for=\"{id}\">"))
            });
        if !labelled && !tag.contains("aria-label=") {
            faults.push(format!("a field has no label: {tag}"));
        }
    }
    if page.matches("<h1").count() != 1 {
        faults.push("a page has one main heading".to_owned());
    }
    if !page.contains("class=\"skip\" href=\"#content\"") || !page.contains("id=\"content\"") {
        faults.push("the skip link leads nowhere".to_owned());
    }
    faults
}

/// No page breaks the Content-Security-Policy, leaves a field without its label or an error without its field.
#[test]
fn every_page_is_sound() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/gallery");
    let styles = folder.join("assets").join(assets::edition());
    fs::create_dir_all(&styles).unwrap();
    for asset in assets::all() {
        fs::write(styles.join(asset.name), asset.body).unwrap();
    }
    for (name, page) in samples::pages() {
        fs::write(folder.join(format!("{name}.html")), &page).unwrap();
        assert_eq!(faults(&page), Vec::<String>::new(), "on the page {name}");
    }
}

/// The check above sees what it is there to see.
#[test]
fn an_unsound_page_is_told() {
    let page = r##"<h1>One</h1><a class="skip" href="#content">s</a><main id="content"><input id="a" type="text"><p style="x"></p></main>"##;
    let found = faults(page);
    assert_eq!(found.len(), 3, "{found:?}");
}
