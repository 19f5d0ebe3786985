//! Query strings: unknown, repeated and unreadable parameters are told at once, bad values later.

use std::borrow::Cow;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use vestibule_storage::{Cursor, InvalidCursor, PageLimit, Search, Total};

use crate::problem::{Code, FieldError, Problem};

const CURSOR: &str = "cursor";
/// The most characters of a search: as many as an email can have.
pub(crate) const SEARCH_CHARACTERS_MAX: usize = 254;
/// The most values of one filter.
const FILTER_VALUES_MAX: usize = 100;
/// The largest whole number that every reader of JSON keeps exact: 2^53 - 1.
const NUMBER_MAX: u64 = 9_007_199_254_740_991;

/// The parameters that a call knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameters {
    /// Those that may stand once.
    pub(crate) single: &'static [&'static str],
    /// Filters, of which a repetition means any of the values.
    pub(crate) repeated: &'static [&'static str],
}

impl Parameters {
    /// A call without any.
    pub(crate) const NONE: Self = Self {
        single: &[],
        repeated: &[],
    };
}

/// A query with known parameters, each as often as it may stand.
#[derive(Debug)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

/// A whole number as JSON writes one: digits alone, without a sign and without leading zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whole(pub(crate) u64);

/// Bad values found while a query is taken.
#[derive(Debug, Default)]
pub(crate) struct Blamed(Vec<(Code, FieldError)>);

impl Query {
    /// Reads the form of a query.
    ///
    /// # Errors
    /// `malformed_request`, `unknown_field` or `invalid_cursor`, pointing at `?name`.
    pub(crate) fn parse(text: Option<&str>, known: Parameters) -> Result<Self, Problem> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for piece in text.unwrap_or_default().split('&') {
            if piece.is_empty() {
                continue;
            }
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            let name = decoded(name, name)?;
            let value = decoded(value, &name)?;
            let is_single = known.single.contains(&name.as_ref());
            if !is_single && !known.repeated.contains(&name.as_ref()) {
                let detail = format!("there is no query parameter `{name}` here");
                return Err(Problem::new(Code::UnknownField, detail).at(format!("?{name}")));
            }
            if is_single && pairs.iter().any(|(other, _)| *other == name) {
                let detail = format!("the query parameter `{name}` may stand only once");
                return Err(Problem::new(Code::MalformedRequest, detail).at(format!("?{name}")));
            }
            if value.chars().any(char::is_control) {
                let detail = format!("the query parameter `{name}` has a control character");
                return Err(Problem::new(Code::MalformedRequest, detail).at(format!("?{name}")));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        let query = Self { pairs };
        // Garbage is malformed, and so is told before anything else is asked (api.md).
        match query.text(CURSOR).map(Cursor::check_form) {
            Some(Err(reason)) => Err(not_a_cursor(reason)),
            Some(Ok(())) | None => Ok(query),
        }
    }

    /// The value of a parameter as it stands.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of a parameter, parsed.
    pub(crate) fn one<T>(&self, name: &str, blamed: &mut Blamed) -> Option<T>
    where
        T: FromStr<Err: std::fmt::Display>,
    {
        let value = self.text(name)?;
        blamed.keep(name, value.parse::<T>())
    }

    /// The values of a filter, parsed; several mean any of them.
    pub(crate) fn any<T, C: FromIterator<T>>(&self, name: &str, blamed: &mut Blamed) -> C
    where
        T: FromStr<Err: std::fmt::Display>,
    {
        let values = || self.pairs.iter().filter(|(other, _)| other == name);
        if values().count() > FILTER_VALUES_MAX {
            blamed.add(name, &format!("stands more than {FILTER_VALUES_MAX} times"));
            return C::from_iter([]);
        }
        values()
            .filter_map(|(_, value)| blamed.keep(name, value.parse::<T>()))
            .collect()
    }

    /// Whether a switch is on: `true` or `false`, off when it is not there.
    pub(crate) fn switch(&self, name: &str, blamed: &mut Blamed) -> bool {
        match self.text(name) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                blamed.add(name, "must be `true` or `false`");
                false
            }
        }
    }

    /// How many items a page has.
    pub(crate) fn limit(&self, blamed: &mut Blamed) -> PageLimit {
        let Some(text) = self.text("limit") else {
            return PageLimit::default();
        };
        let rows = text
            .parse()
            .ok()
            .and_then(|Whole(rows)| rows.try_into().ok());
        let limit = rows.and_then(|rows| PageLimit::new(rows).ok());
        limit.unwrap_or_else(|| {
            let detail = format!("must be a whole number from 1 to {}", PageLimit::ROWS_MAX);
            blamed.add("limit", &detail);
            PageLimit::default()
        })
    }

    /// Whether all items are counted too.
    pub(crate) fn total(&self, blamed: &mut Blamed) -> Total {
        if self.switch("include_total", blamed) {
            Total::Counted
        } else {
            Total::Skipped
        }
    }

    /// The page that `cursor` leads to, or the page itself without one.
    ///
    /// A bad value elsewhere hides no bad cursor, as what is malformed comes first. Only an order
    /// that cannot be read is told before: no cursor belongs to it.
    ///
    /// # Errors
    /// `invalid_cursor`.
    pub(crate) fn turned<P>(
        &self,
        page: P,
        blamed: &Blamed,
        after: impl FnOnce(P, &str) -> Result<P, InvalidCursor>,
    ) -> Result<P, Problem> {
        match self.text(CURSOR) {
            Some(cursor) if !blamed.names("sort") => after(page, cursor).map_err(not_a_cursor),
            Some(_) | None => Ok(page),
        }
    }

    /// What is searched for; nothing but white space is no search.
    pub(crate) fn search(&self, blamed: &mut Blamed) -> Option<Search> {
        let text = self.text("q")?;
        if text.chars().count() > SEARCH_CHARACTERS_MAX {
            blamed.add(
                "q",
                &format!("has more than {SEARCH_CHARACTERS_MAX} characters"),
            );
            return None;
        }
        Search::new(text)
    }
}

impl Blamed {
    /// Reports a parameter.
    pub(crate) fn add(&mut self, name: &str, detail: &str) {
        self.0.push((
            Code::InvalidField,
            FieldError {
                pointer: format!("?{name}"),
                detail: format!("`{name}` {detail}"),
            },
        ));
    }

    /// Whether that parameter was reported.
    fn names(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|(_, error)| error.pointer.strip_prefix('?') == Some(name))
    }

    /// Whether nothing was reported.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Goes on when nothing was reported.
    ///
    /// # Errors
    /// One problem that points at every bad parameter.
    pub(crate) fn settle(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(Problem::fields(self.0))
    }

    fn keep<T, E: std::fmt::Display>(&mut self, name: &str, read: Result<T, E>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(reason) => {
                self.add(name, &format!("cannot be taken: {reason}"));
                None
            }
        }
    }
}

impl FromStr for Whole {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit())
            && (text == "0" || !text.starts_with('0'));
        let number = text.parse().ok().filter(|number| *number <= NUMBER_MAX);
        number
            .filter(|_| is_plain)
            .map(Self)
            .ok_or("a whole number from 0 to 9007199254740991, in digits alone")
    }
}

fn not_a_cursor(reason: InvalidCursor) -> Problem {
    Problem::new(Code::InvalidCursor, reason).at("?cursor")
}

fn decoded<'a>(text: &'a str, name: &str) -> Result<Cow<'a, str>, Problem> {
    let spaced = if text.contains('+') {
        Cow::Owned(text.replace('+', " "))
    } else {
        Cow::Borrowed(text)
    };
    let bytes: Vec<u8> = percent_decode_str(&spaced).collect();
    match String::from_utf8(bytes) {
        Ok(plain) => Ok(Cow::Owned(plain)),
        Err(_) => {
            let detail = format!("the query parameter `{name}` is not UTF-8");
            Err(Problem::new(Code::MalformedRequest, detail).at(format!("?{name}")))
        }
    }
}

#[cfg(test)]
mod tests;
