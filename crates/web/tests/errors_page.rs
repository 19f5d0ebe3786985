//! docs/errors.md lists every code with its meaning, from the same words as the served pages.
//!
//! `VESTIBULE_RENEW=1 cargo test -p vestibule-web --test errors_page` renews the page.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fmt::Write as _;
use std::path::Path;

use vestibule_web::Code;

fn page() -> String {
    let mut page = String::from(
        "# Errors\n\n\
         Every refusal is an `application/problem+json` answer (RFC 9457) with one stable `code`, a sentence in `detail`, and \
         for bad fields `errors` with a JSON Pointer each. The field `type` leads to a page about its code on your own \
         server. Refusals come in one order: malformed, not signed in, not visible, not allowed, precondition, field, rule; \
         whatever is refused has changed nothing.\n\n\
         The page is made of the server's own list of codes, and a test compares it.\n\n\
         | status | code | what it says | what to do |\n| --- | --- | --- | --- |\n",
    );
    for code in Code::ALL {
        writeln!(
            page,
            "| {} | `{}` | {} | {} |",
            code.status().as_u16(),
            code.as_str(),
            code.meaning(),
            code.remedy()
        )
        .unwrap();
    }
    page
}

/// R-ANS-1: what people read about a code is what the server says of it.
#[test]
fn the_page_of_errors_is_what_the_server_says_of_them() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let page = page();
    if std::env::var_os("VESTIBULE_RENEW").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, page,
        "docs/errors.md is stale; renew it with VESTIBULE_RENEW=1"
    );
}
