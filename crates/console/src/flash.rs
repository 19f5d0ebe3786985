//! What is said once, on the page after a redirect: a cookie that lives for a minute.

use axum::http::HeaderValue;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use vestibule_web::Transport;

use crate::{
    api::Visitor,
    view::{Flash, Tone},
};

const COOKIE: &str = "vestibule_flash";
const TEXT_BYTES_MAX: usize = 1024;
/// Long enough for a slow redirect, short enough to be forgotten.
const SECONDS: u32 = 60;

/// What an answer does to the cookie; the guard of all pages writes it down.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Say this on the next page.
    Say(Flash),
    /// It has been said.
    Said,
}

/// The cookie after a change.
pub(crate) fn cookie(change: &Change, transport: Transport) -> Option<HeaderValue> {
    let (value, seconds) = match change {
        Change::Say(flash) => {
            let text: String = flash.text.chars().take(TEXT_BYTES_MAX / 4).collect();
            (
                format!("{}.{}", flash.tone.name(), URL_SAFE_NO_PAD.encode(text)),
                SECONDS,
            )
        }
        Change::Said => (String::new(), 0),
    };
    let secure = match transport {
        Transport::Encrypted => "; Secure",
        Transport::Plain => "",
    };
    let cookie =
        format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&cookie).ok()
}

/// Whether there is something to say, readable or not.
pub(crate) fn waits(visitor: &Visitor) -> bool {
    visitor.cookie(COOKIE).is_some()
}

/// What is to be said on this page.
pub(crate) fn of(visitor: &Visitor) -> Option<Flash> {
    read(visitor.cookie(COOKIE)?)
}

fn read(cookie: &str) -> Option<Flash> {
    let (tone, text) = cookie.split_once('.')?;
    let tone = [Tone::Good, Tone::Warning, Tone::Bad]
        .into_iter()
        .find(|one| one.name() == tone)?;
    let bytes = URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .filter(|bytes| bytes.len() <= TEXT_BYTES_MAX)?;
    Some(Flash {
        tone,
        text: String::from_utf8(bytes).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is put into the cookie is what is said; what others put there is not.
    #[test]
    fn only_what_we_wrote_is_said() {
        let flash = Flash {
            tone: Tone::Good,
            text: "Zoë; was removed".to_owned(),
        };
        let cookie = cookie(&Change::Say(flash), Transport::Encrypted).unwrap();
        assert!(cookie.to_str().unwrap().ends_with("; Secure"));
        let value = cookie
            .to_str()
            .unwrap()
            .strip_prefix("vestibule_flash=")
            .unwrap()
            .split(';')
            .next()
            .unwrap();
        assert_eq!(
            read(value).map(|flash| flash.text),
            Some("Zoë; was removed".to_owned())
        );
        assert!(read("good.%%%").is_none());
        assert!(read("script.YQ").is_none());
        assert!(read("").is_none());
    }
}
