//! The pages that the `type` of a problem leads to: what a code says, and what to do.

use std::fmt::Write as _;

use axum::extract::Path;
use axum::response::{Html, IntoResponse, Response};

use super::{Code, Problem};
use crate::call::Bare;

/// The page of one code.
pub(crate) async fn problem_page(Path(word): Path<String>, _: Bare) -> Response {
    let Some(code) = Code::named(&word) else {
        return Problem::not_found().into_response();
    };
    let title = escaped(code.title());
    let mut body = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        body,
        "<h1>{title}</h1>\n<p><code>{}</code>, HTTP status {}</p>\n<p>{}</p>\n<h2>What to do</h2>\n<p>{}</p>\n<p><a href=\"../problems\">All codes</a></p>",
        code.as_str(),
        code.status().as_u16(),
        marked(code.meaning()),
        marked(code.remedy()),
    );
    Html(document(&title, &body)).into_response()
}

/// The list of all codes.
pub(crate) async fn problem_index(_: Bare) -> Html<String> {
    let mut body = String::from("<h1>Errors</h1>\n<ul>\n");
    for code in Code::ALL {
        let _ = writeln!(
            body,
            "<li>{} <a href=\"problems/{word}\"><code>{word}</code></a>: {}</li>",
            code.status().as_u16(),
            escaped(code.title()),
            word = code.as_str(),
        );
    }
    body.push_str("</ul>");
    Html(document("Errors", &body))
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} - Vestibule</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
}

/// Text with its backticks turned into code.
fn marked(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in text.split('`').enumerate() {
        if index % 2 == 1 {
            let _ = write!(html, "<code>{}</code>", escaped(part));
        } else {
            html.push_str(&escaped(part));
        }
    }
    html
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
