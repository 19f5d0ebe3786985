//! How a page becomes an answer: its headers, redirects after a form, and refusals as pages.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION,
            REFERRER_POLICY, RETRY_AFTER, SET_COOKIE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use sha2::{Digest, Sha256};
use vestibule_web::{Code, Problem};

use crate::{
    Console,
    api::{Refusal, Visitor},
    flash, messages,
    pages::notice::{Action, NoticePage},
    sent::address,
    view::{Flash, Frame, Tone},
};

/// What a handler gives: an answer, or the refusal that becomes one.
pub(crate) type Answered = Result<Response, Refusal>;

/// Nothing runs, nothing is framed, nothing comes from or goes to elsewhere.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The same, for the one page that frames a mail of ours.
pub(crate) const CONTENT_POLICY_FRAMING: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// A page as an answer; what was to be said once has then been said.
pub(crate) fn page(visitor: &Visitor, template: &impl Template) -> Response {
    page_with(visitor, StatusCode::OK, template)
}

/// A page with controls that its address sets; Back brings it anew, not as it was left (lesson 52).
///
/// Browsers keep even pages that are not to be stored, with what was typed into them, but give up
/// the kept ones once a cookie changes that only the server sees. This one changes with the address.
pub(crate) fn page_of_its_address(visitor: &Visitor, template: &impl Template) -> Response {
    let mut response = page(visitor, template);
    let address: String = Sha256::digest(visitor.here())
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let cookie = format!("vestibule_list={address}; Path=/organizations; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// A page with a form that was refused.
pub(crate) fn refused_page(
    visitor: &Visitor,
    refusal: &Refusal,
    template: &impl Template,
) -> Response {
    let mut response = page_with(visitor, refusal.status, template);
    pass_on(response.headers_mut(), refusal);
    response
}

/// A page with the status of what it says.
pub(crate) fn page_with(
    visitor: &Visitor,
    status: StatusCode,
    template: &impl Template,
) -> Response {
    let mut response = rendered(status, template);
    if flash::waits(visitor) {
        response.extensions_mut().insert(flash::Change::Said);
    }
    response
}

/// On to another page, after something was done.
pub(crate) fn on_to(path: &str) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    // A path of ours is always a header value; what is not leads to the start.
    let location = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, location);
    response
}

/// On to another page, where it is said what was done.
pub(crate) fn done(path: &str, text: &str) -> Response {
    said(
        path,
        Flash {
            tone: Tone::Good,
            text: text.to_owned(),
        },
    )
}

/// Back to the page with the button, where it is said why nothing was done.
pub(crate) fn not_done(path: &str, refusal: Refusal) -> Answered {
    if !refusal.belongs_to_form() {
        return Err(refusal);
    }
    Ok(said(
        path,
        Flash {
            tone: Tone::Bad,
            text: messages::sentence(&refusal),
        },
    ))
}

/// The answer with the cookies that the API set.
pub(crate) fn with_cookies(mut response: Response, cookies: Vec<HeaderValue>) -> Response {
    for cookie in cookies {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Gives every answer of the console the headers that keep browsers from doing more than they should.
pub(crate) async fn guard(
    State(console): State<Console>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let flash = response.extensions_mut().remove::<flash::Change>();
    let headers = response.headers_mut();
    if let Some(cookie) =
        flash.and_then(|flash| flash::cookie(&flash, console.app.public_url.transport()))
    {
        headers.append(SET_COOKIE, cookie);
    }
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Answers at an address where no page is: people with a page, programs as the API does.
pub(crate) async fn nothing_here(headers: HeaderMap) -> Response {
    if wants_page(&headers) {
        Refusal::nowhere().into_response()
    } else {
        Problem::not_found().into_response()
    }
}

/// Answers where a page is, but not for this method; axum adds `Allow`.
pub(crate) async fn method_not_allowed(method: Method, headers: HeaderMap) -> Response {
    if wants_page(&headers) {
        Refusal::method_not_allowed().into_response()
    } else {
        let detail = format_args!("this address does not take {method}");
        Problem::new(Code::MethodNotAllowed, detail).into_response()
    }
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

impl IntoResponse for Refusal {
    /// A page of its own: the way to sign in, to confirm, or what went wrong.
    fn into_response(self) -> Response {
        match self.code.as_str() {
            // After a form, only a page that can be opened can be come back to.
            "not_signed_in" if self.method == Method::GET && self.address != "/" => {
                return on_to(&address(
                    "/sign-in",
                    [("next", self.address.as_str())].into_iter(),
                ));
            }
            "not_signed_in" => return on_to("/sign-in"),
            "recent_sign_in_required" => {
                return on_to(&address(
                    "/confirm-password",
                    [("next", self.address.as_str())].into_iter(),
                ));
            }
            _ => {}
        }
        let (title, paragraph) = messages::error_page(&self);
        let mut response = rendered(
            self.status,
            &NoticePage {
                frame: Frame::default(),
                code: Some(self.status.as_u16()),
                title: title.to_owned(),
                paragraphs: vec![paragraph],
                action: Some(Action {
                    href: "/".to_owned(),
                    label: "Go to the start",
                }),
            },
        );
        pass_on(response.headers_mut(), &self);
        response
    }
}

fn said(path: &str, flash: Flash) -> Response {
    let mut response = on_to(path);
    response.extensions_mut().insert(flash::Change::Say(flash));
    response
}

fn rendered(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong on our side.",
            )
                .into_response()
        }
    }
}

fn pass_on(headers: &mut HeaderMap, refusal: &Refusal) {
    if let Some(seconds) = refusal.retry_after_seconds {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    for cookie in &refusal.cookies {
        headers.append(SET_COOKIE, cookie.clone());
    }
}
