//! Single values of a body: from JSON to the types of the domain, or why not.

use std::fmt::Display;

use chrono::{DateTime, Utc};
use serde_json::Value;
use vestibule_domain::{
    ApiKeyId, AssignableRole, Email, EntityId, EntityRole, InvitationLifetime, KeyRole, Name,
    Timestamp, UserId, UserManagement,
};

use crate::password::Password;
use crate::problem::Code;

/// Longer texts than this are refused before anything looks at them; counted in characters, as
/// JSON Schema counts.
pub(crate) const TEXT_CHARACTERS_MAX: usize = 1024;

const NAME_CHARACTERS_MAX: usize = 100;

/// Why a value cannot be taken.
#[derive(Debug)]
pub(crate) struct Unfit {
    /// The code it is answered with.
    pub(crate) code: Code,
    /// A fragment that follows the field's name.
    pub(crate) detail: String,
}

impl Unfit {
    /// Unfit with the code `invalid_field`.
    pub(crate) fn new(detail: impl Display) -> Self {
        Self {
            code: Code::InvalidField,
            detail: detail.to_string(),
        }
    }
}

/// What can be taken from a JSON value.
pub(crate) trait FromValue: Sized {
    /// Takes it.
    fn from_value(value: &Value) -> Result<Self, Unfit>;
}

impl FromValue for String {
    fn from_value(value: &Value) -> Result<Self, Unfit> {
        text(value).map(str::to_owned)
    }
}

impl FromValue for Password {
    /// Any text: what a new password has to be is asked where one is set.
    fn from_value(value: &Value) -> Result<Self, Unfit> {
        text(value).map(Self::new)
    }
}

impl FromValue for Email {
    fn from_value(value: &Value) -> Result<Self, Unfit> {
        Self::new(text(value)?).map_err(|reason| Unfit {
            code: Code::InvalidEmail,
            detail: format!("cannot be mailed to: {reason}"),
        })
    }
}

impl FromValue for Name {
    /// As the schema says it: the bound is on what is sent, white space to be trimmed included.
    fn from_value(value: &Value) -> Result<Self, Unfit> {
        let text = text(value)?;
        if text.chars().count() > NAME_CHARACTERS_MAX {
            return Err(Unfit::new("must have at most 100 characters"));
        }
        Self::new(text).map_err(refused)
    }
}

impl FromValue for Timestamp {
    fn from_value(value: &Value) -> Result<Self, Unfit> {
        let moment = DateTime::parse_from_rfc3339(text(value)?).map_err(|_| {
            Unfit::new("must be a time as in RFC 3339, like `2026-01-31T12:00:00Z`")
        })?;
        Ok(Self::nearest(moment.with_timezone(&Utc)))
    }
}

impl FromValue for InvitationLifetime {
    fn from_value(value: &Value) -> Result<Self, Unfit> {
        let seconds = value
            .as_u64()
            .or_else(|| whole(value.as_f64()?))
            .ok_or_else(|| Unfit::new("must be a whole number of seconds"))?;
        u32::try_from(seconds)
            .ok()
            .and_then(|seconds| Self::from_seconds(seconds).ok())
            .ok_or_else(|| {
                Unfit::new(format!(
                    "must be {} to {} seconds (1 hour to 30 days)",
                    Self::SECONDS_MIN,
                    Self::SECONDS_MAX
                ))
            })
    }
}

macro_rules! parsed {
    ($what:literal: $($kind:ty),+) => {$(
        impl FromValue for $kind {
            fn from_value(value: &Value) -> Result<Self, Unfit> {
                text(value)?.parse().map_err(|reason| Unfit::new(format!("must be {}{reason}", $what)))
            }
        }
    )+};
}

parsed!("an id: ": UserId, EntityId, ApiKeyId);
parsed!("": AssignableRole, EntityRole, KeyRole, UserManagement);

fn refused(reason: impl Display) -> Unfit {
    Unfit::new(format!("cannot be taken: {reason}"))
}

fn text(value: &Value) -> Result<&str, Unfit> {
    match value {
        Value::String(text) if text.chars().count() <= TEXT_CHARACTERS_MAX => Ok(text),
        Value::String(_) => Err(Unfit::new(format!(
            "is too long: {TEXT_CHARACTERS_MAX} characters are the most"
        ))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(Unfit::new("must be a text"))
        }
    }
}

/// JSON knows one kind of number: `3600.0` and `3.6e3` are 3600.
fn whole(number: f64) -> Option<u64> {
    if number.fract() != 0.0 || number < 0.0 {
        return None;
    }
    format!("{number:.0}").parse().ok()
}
