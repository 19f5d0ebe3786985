//! One HTTP request and what came back, with the manners that hold for every answer checked on the way.

use serde_json::Value;
use ureq::http::{HeaderMap, Request};

use super::{form, server::Server};

/// A request that is being put together.
pub(crate) struct Call {
    server: &'static Server,
    method: &'static str,
    path: String,
    query: Vec<String>,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// What was asked, for the message of a check that fails.
    asked: String,
    pub(crate) status: u16,
    headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// A refusal whose form has been checked.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    answer: Answer,
    pub(crate) value: Value,
}

impl Call {
    pub(crate) fn new(
        server: &'static Server,
        method: &'static str,
        path: impl Into<String>,
    ) -> Self {
        Self {
            server,
            method,
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// Sends a person's session, a key or the operator key as bearer.
    pub(crate) fn by(self, bearer: &(impl AsRef<str> + ?Sized)) -> Self {
        let value = format!("Bearer {}", bearer.as_ref());
        self.header("Authorization", &value)
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn if_match(self, etag: &str) -> Self {
        self.header("If-Match", etag)
    }

    pub(crate) fn idempotency_key(self, key: &str) -> Self {
        self.header("Idempotency-Key", key)
    }

    /// Adds a query parameter, escaped as it has to be.
    pub(crate) fn query(mut self, name: &str, value: &str) -> Self {
        let pair = url::form_urlencoded::Serializer::new(String::new())
            .append_pair(name, value)
            .finish();
        self.query.push(pair);
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body("application/json", &body.to_string())
    }

    pub(crate) fn body(self, content_type: &str, body: &str) -> Self {
        self.bytes(content_type, body.as_bytes())
    }

    pub(crate) fn bytes(mut self, content_type: &str, body: &[u8]) -> Self {
        self.body = Some(body.to_vec());
        self.header("Content-Type", content_type)
    }

    /// Sends it and reads the whole answer.
    #[track_caller]
    pub(crate) fn send(self) -> Answer {
        let mut target = self.path.clone();
        if !self.query.is_empty() {
            target.push('?');
            target.push_str(&self.query.join("&"));
        }
        let mut request = Request::builder()
            .method(self.method)
            .uri(format!("{}{target}", self.server.url));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let sent_body = self.body.as_ref().map(|body| {
            String::from_utf8_lossy(body)
                .chars()
                .take(500)
                .collect::<String>()
        });
        let asked = format!("{} {target} {}", self.method, sent_body.unwrap_or_default());
        let agent = &self.server.agent;
        let response = match self.body {
            Some(body) => agent.run(request.body(body).unwrap()),
            None if matches!(self.method, "POST" | "PUT" | "PATCH") => {
                agent.run(request.body(Vec::new()).unwrap())
            }
            None => agent.run(request.body(()).unwrap()),
        };
        let mut response =
            response.unwrap_or_else(|error| panic!("{asked}: {error}\n{}", self.server.log()));
        let answer = Answer {
            asked,
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response
                .body_mut()
                .with_config()
                .limit(64 << 20)
                .read_to_vec()
                .unwrap(),
        };
        assert!(
            answer
                .header("X-Request-Id")
                .is_some_and(|id| !id.is_empty()),
            "no X-Request-Id: {answer}"
        );
        assert!(
            answer.status < 500 || answer.status == 503,
            "{answer}\n{}",
            self.server.log()
        );
        answer
    }

    /// Sends it and expects JSON with this status.
    #[track_caller]
    pub(crate) fn ok(self, status: u16) -> Value {
        self.send().ok(status)
    }

    /// Sends it and expects 204 without a body.
    #[track_caller]
    pub(crate) fn done(self) {
        self.send().done();
    }

    /// Sends it and expects a refusal of this status and code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Problem {
        let url = self.server.url.clone();
        self.send().refused(&url, status, code)
    }

    /// Sends it and expects one field to be blamed for the refusal.
    #[track_caller]
    pub(crate) fn blamed(self, code: &str, pointer: &str) {
        self.refused(422, code).blames(pointer);
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(
            f,
            "{} -> {} {:?}\n{body}",
            self.asked, self.status, self.headers
        )
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The strong validator of what was answered.
    #[track_caller]
    pub(crate) fn etag(&self) -> String {
        let etag = self
            .header("ETag")
            .unwrap_or_else(|| panic!("no ETag: {self}"));
        assert!(
            etag.len() > 2 && etag.starts_with('"') && etag.ends_with('"'),
            "not a strong ETag: {self}"
        );
        etag.to_owned()
    }

    /// The cookie of this name that the answer sets: its value and its attributes in lower case.
    #[track_caller]
    pub(crate) fn cookie(&self, name: &str) -> (String, Vec<String>) {
        let found = self
            .headers
            .get_all("Set-Cookie")
            .iter()
            .find_map(|header| {
                let mut parts = header.to_str().unwrap().split(';').map(str::trim);
                let (set, value) = parts.next()?.split_once('=')?;
                (set == name).then(|| {
                    (
                        value.to_owned(),
                        parts.map(str::to_ascii_lowercase).collect(),
                    )
                })
            });
        found.unwrap_or_else(|| panic!("no cookie `{name}`: {self}"))
    }

    #[track_caller]
    pub(crate) fn ok(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self}");
        let content_type = self.header("Content-Type").unwrap_or_default();
        assert!(
            content_type.starts_with("application/json"),
            "not JSON: {self}"
        );
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    #[track_caller]
    pub(crate) fn done(&self) {
        assert_eq!(self.status, 204, "{self}");
        assert!(self.body.is_empty(), "a body: {self}");
    }

    /// Checks the form of the refusal, whatever its code: RFC 9457, and the headers that belong to the status.
    #[track_caller]
    pub(crate) fn refused(&self, url: &str, status: u16, code: &str) -> Problem {
        assert_eq!(self.status, status, "{code} was expected: {self}");
        assert_eq!(
            self.header("Content-Type"),
            Some("application/problem+json"),
            "{self}"
        );
        let value: Value =
            serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self}"));
        assert_eq!(value["code"], code, "{self}");
        assert_eq!(value["status"], status, "{self}");
        let mut expected = vec!["type", "title", "status", "detail", "code", "instance"];
        if value.get("errors").is_some() {
            expected.push("errors");
            let errors = value["errors"]
                .as_array()
                .unwrap_or_else(|| panic!("errors is a list: {self}"));
            assert!(!errors.is_empty(), "an empty list of errors: {self}");
            for error in errors {
                form::fields(error, &["pointer", "detail"]);
                assert!(form::text(&error["detail"]).len() > 3, "{self}");
            }
        }
        form::fields(&value, &expected);
        assert!(
            form::text(&value["type"]).starts_with(url),
            "type is under the public URL: {self}"
        );
        for field in ["title", "detail", "instance"] {
            assert!(
                !form::text(&value[field]).is_empty(),
                "`{field}` says nothing: {self}"
            );
        }
        let needs = |name: &str| {
            assert!(
                self.header(name).is_some_and(|text| !text.is_empty()),
                "no {name}: {self}"
            )
        };
        match status {
            401 => needs("WWW-Authenticate"),
            405 => needs("Allow"),
            429 | 503 => needs("Retry-After"),
            _ => {}
        }
        if matches!(status, 429 | 503) || code == "idempotency_key_in_use" {
            let seconds = self
                .header("Retry-After")
                .and_then(|text| text.parse::<u64>().ok());
            assert!(seconds.is_some(), "Retry-After says seconds: {self}");
        }
        Problem {
            answer: self.clone(),
            value,
        }
    }
}

impl Problem {
    /// Expects exactly one field to be blamed, the one at `pointer`.
    #[track_caller]
    pub(crate) fn blames(&self, pointer: &str) {
        let errors = self.value["errors"]
            .as_array()
            .unwrap_or_else(|| panic!("no errors: {}", self.answer));
        let pointers: Vec<_> = errors
            .iter()
            .map(|error| form::text(&error["pointer"]))
            .collect();
        assert_eq!(pointers, [pointer], "{}", self.answer);
    }

    /// The sentence for people.
    pub(crate) fn detail(&self) -> &str {
        form::text(&self.value["detail"])
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.answer.header(name)
    }

    /// All that a stranger could compare: everything but what names this one request.
    pub(crate) fn comparable(&self) -> Value {
        let mut value = self.value.clone();
        value.as_object_mut().unwrap().remove("instance");
        value
    }
}
