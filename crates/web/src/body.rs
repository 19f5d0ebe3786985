//! JSON bodies: what cannot be read is told at once, what a field is to blame for only when asked.
//!
//! The two steps are apart because between them stand "not signed in", "not visible", "not allowed"
//! and the precondition (api.md, order of refusals). [`Unread`] is a body whose form is right, down
//! to its last field name; [`Unread::read`] then takes the fields and reports every bad one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value};

use crate::problem::{Code, FieldError, Problem};

mod strict;
#[cfg(test)]
mod tests;
mod value;

pub(crate) use value::{FromValue, TEXT_CHARACTERS_MAX, Unfit};

/// The field names that a body may have, at every depth.
#[derive(Debug)]
pub(crate) enum Shape {
    /// A value with no fields of its own.
    Leaf,
    /// A text.
    Text,
    /// What can be `null` too.
    OrNull(&'static Shape),
    /// An object with these fields and no others.
    Object(&'static [(&'static str, Shape)]),
    /// A list of such values.
    List(&'static Shape),
}

/// A request body: its field names, and how it is taken from them.
pub(crate) trait Body: Sized {
    /// The names of its fields.
    const SHAPE: Shape;

    /// Takes it from the fields; `None` when one of them was bad and reported.
    fn take(fields: &Fields<'_>) -> Option<Self>;
}

/// A body that could be read as JSON with known field names only.
#[derive(Debug)]
pub(crate) struct Unread<B> {
    value: Value,
    kind: PhantomData<fn() -> B>,
}

/// A body without any field.
#[derive(Debug)]
pub(crate) struct Nothing;

/// Says whether a call has to have a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// An empty body is refused.
    Required,
    /// An empty body reads as `{}`.
    Optional,
}

impl Body for Nothing {
    const SHAPE: Shape = Shape::Object(&[]);

    fn take(_: &Fields<'_>) -> Option<Self> {
        Some(Self)
    }
}

impl<B: Body> Unread<B> {
    /// Reads the form of a body.
    ///
    /// # Errors
    /// `unsupported_media_type`, `malformed_request` or `unknown_field`.
    pub(crate) fn parse(
        headers: &HeaderMap,
        bytes: &[u8],
        presence: Presence,
    ) -> Result<Self, Problem> {
        let value = if bytes.is_empty() && presence == Presence::Optional {
            Value::Object(Map::new())
        } else {
            expect_json(headers)?;
            strict::read(bytes).map_err(|error| malformed(&error))?
        };
        check_names(&value, &B::SHAPE, "")?;
        Ok(Self {
            value,
            kind: PhantomData,
        })
    }

    /// Takes the fields.
    ///
    /// # Errors
    /// One problem that points at every bad field.
    pub(crate) fn read(&self) -> Result<B, Problem> {
        read_object(&self.value).map_err(Problem::fields)
    }

    /// Whether the field is there at all, good or bad.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.value.get(name).is_some()
    }

    /// Takes single fields while others may be bad, as a stand-in needs it.
    pub(crate) fn peek<T: FromValue>(&self, name: &str) -> Option<T> {
        let value = self.value.get(name)?;
        T::from_value(value).ok()
    }
}

/// The fields of one object, with what was found wrong so far.
pub(crate) struct Fields<'a> {
    object: &'a Map<String, Value>,
    pointer: String,
    blamed: &'a RefCell<Vec<(Code, FieldError)>>,
}

impl Fields<'_> {
    /// A field that must be there.
    pub(crate) fn required<T: FromValue>(&self, name: &str) -> Option<T> {
        match self.object.get(name) {
            None => self.blame(name, &Unfit::new("is missing")),
            Some(value) => self.taken(name, value),
        }
    }

    /// A field that may be missing or `null`.
    #[expect(
        clippy::option_option,
        reason = "outside: could it be read; inside: is it there"
    )]
    pub(crate) fn optional<T: FromValue>(&self, name: &str) -> Option<Option<T>> {
        match self.object.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(value) => self.taken(name, value).map(Some),
        }
    }

    /// A field that may be missing, and stands for a change when it is there: `null` is none.
    #[expect(
        clippy::option_option,
        reason = "outside: could it be read; inside: is it there"
    )]
    pub(crate) fn change<T: FromValue>(&self, name: &str) -> Option<Option<T>> {
        match self.object.get(name) {
            None => Some(None),
            Some(value) => self.taken(name, value).map(Some),
        }
    }

    /// A list that must be there, of objects that must all be good.
    pub(crate) fn list<B: Body>(
        &self,
        name: &str,
        bounds: std::ops::RangeInclusive<usize>,
    ) -> Option<Vec<B>> {
        let items = self.array(name, bounds)?;
        self.items(name, items)
    }

    /// A list that may be missing or `null`, which reads as empty.
    pub(crate) fn list_or_empty<B: Body>(&self, name: &str, items_max: usize) -> Option<Vec<B>> {
        match self.object.get(name) {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(_) => self.list(name, 0..=items_max),
        }
    }

    /// A list of objects of which each is read for itself: a bad one harms nobody beside it. A
    /// value of another kind than the shape's is no bad row but another form of body.
    pub(crate) fn outcomes<B: Body>(
        &self,
        name: &str,
        bounds: std::ops::RangeInclusive<usize>,
    ) -> Option<Vec<Result<B, Problem>>> {
        let items = self.array(name, bounds)?;
        let list = format!("{}/{}", self.pointer, token(name));
        let strangers = items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| stranger(item, &B::SHAPE, format!("{list}/{index}")));
        let before = self.blamed.borrow().len();
        self.blamed.borrow_mut().extend(strangers);
        if self.blamed.borrow().len() > before {
            return None;
        }
        let read = |item| read_object(item).map_err(Problem::fields);
        Some(items.iter().map(read).collect())
    }

    /// An object that must be there.
    pub(crate) fn object<B: Body>(&self, name: &str) -> Option<B> {
        match self.object.get(name) {
            None => self.blame(name, &Unfit::new("is missing")),
            Some(Value::Object(object)) => B::take(&Fields {
                object,
                pointer: format!("{}/{}", self.pointer, token(name)),
                blamed: self.blamed,
            }),
            Some(_) => self.blame(name, &Unfit::new("must be an object")),
        }
    }

    /// Reports an item of a list that is bad only beside the others.
    pub(crate) fn blame_item<T>(
        &self,
        list: &str,
        index: usize,
        name: &str,
        unfit: &Unfit,
    ) -> Option<T> {
        let detail = &unfit.detail;
        self.blamed.borrow_mut().push((
            unfit.code,
            FieldError {
                pointer: format!("{}/{}/{index}/{}", self.pointer, token(list), token(name)),
                detail: format!("`{name}` {detail}"),
            },
        ));
        None
    }

    /// Reports a field whose value alone cannot tell that it is bad.
    pub(crate) fn blame<T>(&self, name: &str, unfit: &Unfit) -> Option<T> {
        self.blamed.borrow_mut().push((
            unfit.code,
            FieldError {
                pointer: format!("{}/{}", self.pointer, token(name)),
                detail: format!("`{name}` {}", unfit.detail),
            },
        ));
        None
    }

    fn taken<T: FromValue>(&self, name: &str, value: &Value) -> Option<T> {
        match T::from_value(value) {
            Ok(taken) => Some(taken),
            Err(unfit) => self.blame(name, &unfit),
        }
    }

    fn array(&self, name: &str, bounds: std::ops::RangeInclusive<usize>) -> Option<&[Value]> {
        match self.object.get(name) {
            None => self.blame(name, &Unfit::new("is missing")),
            Some(Value::Array(items)) if bounds.contains(&items.len()) => Some(items),
            Some(Value::Array(items)) => self.blame(
                name,
                &Unfit::new(format!(
                    "has {} items; {} to {} can be taken",
                    items.len(),
                    bounds.start(),
                    bounds.end()
                )),
            ),
            Some(_) => self.blame(name, &Unfit::new("must be a list")),
        }
    }

    fn items<B: Body>(&self, name: &str, items: &[Value]) -> Option<Vec<B>> {
        let mut list = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let pointer = format!("{}/{}/{index}", self.pointer, token(name));
            let taken = match item {
                Value::Object(object) => B::take(&Fields {
                    object,
                    pointer,
                    blamed: self.blamed,
                }),
                _ => {
                    self.blamed.borrow_mut().push(not_an_object(pointer));
                    None
                }
            };
            list.extend(taken);
        }
        (list.len() == items.len()).then_some(list)
    }
}

fn read_object<B: Body>(value: &Value) -> Result<B, Vec<(Code, FieldError)>> {
    let Value::Object(object) = value else {
        return Err(vec![not_an_object(String::new())]);
    };
    let blamed = RefCell::new(Vec::new());
    let taken = B::take(&Fields {
        object,
        pointer: String::new(),
        blamed: &blamed,
    });
    let blamed = blamed.into_inner();
    match taken {
        Some(body) if blamed.is_empty() => Ok(body),
        _ => Err(blamed),
    }
}

fn not_an_object(pointer: String) -> (Code, FieldError) {
    let detail = "must be an object".to_owned();
    (Code::InvalidField, FieldError { pointer, detail })
}

/// Refuses the first field that the shape does not name.
fn check_names(value: &Value, shape: &Shape, pointer: &str) -> Result<(), Problem> {
    match (shape, value) {
        (Shape::Object(known), Value::Object(object)) => {
            let known: BTreeMap<&str, &Shape> =
                known.iter().map(|(name, shape)| (*name, shape)).collect();
            for (name, inner) in object {
                let pointer = format!("{pointer}/{}", token(name));
                let Some(shape) = known.get(name.as_str()) else {
                    let detail = format!("there is no field `{name}` here");
                    return Err(Problem::new(Code::UnknownField, detail).at(pointer));
                };
                check_names(inner, shape, &pointer)?;
            }
            Ok(())
        }
        (Shape::List(item), Value::Array(items)) => items
            .iter()
            .enumerate()
            .try_for_each(|(index, inner)| check_names(inner, item, &format!("{pointer}/{index}"))),
        (Shape::OrNull(shape), value) => check_names(value, shape, pointer),
        // A value of another kind is for the field to blame, later.
        (Shape::Leaf | Shape::Text | Shape::Object(_) | Shape::List(_), _) => Ok(()),
    }
}

/// The first value that is of another kind than the shape says.
fn stranger(value: &Value, shape: &Shape, pointer: String) -> Option<(Code, FieldError)> {
    let wanted = match (shape, value) {
        (Shape::Leaf, _) | (Shape::Text, Value::String(_)) | (Shape::OrNull(_), Value::Null) => {
            return None;
        }
        (Shape::OrNull(shape), _) => return stranger(value, shape, pointer),
        (Shape::Object(known), Value::Object(object)) => {
            return known.iter().find_map(|(name, shape)| {
                let inner = object.get(*name)?;
                stranger(inner, shape, format!("{pointer}/{}", token(name)))
            });
        }
        (Shape::List(item), Value::Array(items)) => {
            return items
                .iter()
                .enumerate()
                .find_map(|(index, inner)| stranger(inner, item, format!("{pointer}/{index}")));
        }
        (Shape::Text, _) => "a text",
        (Shape::Object(_), _) => "an object",
        (Shape::List(_), _) => "a list",
    };
    let detail = format!("must be {wanted}");
    Some((Code::InvalidField, FieldError { pointer, detail }))
}

/// One reference token of a JSON Pointer, RFC 6901.
fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn malformed(error: &serde_json::Error) -> Problem {
    let detail = format!("the body is not JSON that can be read: {error}");
    Problem::new(Code::MalformedRequest, detail)
}

fn expect_json(headers: &HeaderMap) -> Result<(), Problem> {
    match media_type(headers) {
        Some((kind, true)) if kind == "application/json" || kind.ends_with("+json") => Ok(()),
        _ => Err(Problem::new(
            Code::UnsupportedMediaType,
            "the body must be JSON in UTF-8, sent as `Content-Type: application/json`",
        )),
    }
}

/// The media type of the body in lower case, and whether its charset, if named, is UTF-8.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<(String, bool)> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let mut parts = value.split(';');
    let kind = parts.next()?.trim().to_ascii_lowercase();
    let is_utf8 = parts
        .filter_map(|parameter| parameter.split_once('='))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .all(|(_, charset)| {
            let charset = charset.trim().trim_matches('"');
            charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("us-ascii")
        });
    Some((kind, is_utf8))
}
