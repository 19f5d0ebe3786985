//! Where settings come from: flags, then variables, then a file; typed values stand in `settings`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use super::table::{ALL, FILE_DEFAULT, FILE_VARIABLE, Setting};
use crate::failure::{Failure, Kind};

/// Everything that was set, the more telling source first.
#[derive(Default)]
pub(crate) struct Sources {
    flags: BTreeMap<&'static str, String>,
    variables: BTreeMap<String, String>,
    file: PathBuf,
    in_file: BTreeMap<String, String>,
}

/// A value as it was set, and where.
pub(crate) struct Given {
    pub(crate) text: String,
    setting: &'static Setting,
    origin: Origin,
}

/// Where a value was set.
enum Origin {
    Flag(&'static str),
    Variable,
    File(PathBuf),
}

impl Sources {
    /// Reads the variables and the file.
    ///
    /// `file` is the file that a flag names. A file that is named must be there; the default one
    /// need not.
    ///
    /// # Errors
    /// When the file cannot be read, or holds what is no setting.
    pub(crate) fn read(
        flags: BTreeMap<&'static str, String>,
        file: Option<String>,
        variables: impl Iterator<Item = (OsString, OsString)>,
    ) -> Result<Self, Failure> {
        let variables = of_vestibule(variables)?;
        let named = file.or_else(|| variables.get(FILE_VARIABLE).cloned());
        let path = PathBuf::from(named.as_deref().unwrap_or(FILE_DEFAULT));
        let in_file = match fs::read_to_string(&path) {
            Ok(text) => in_file(&text)
                .map_err(|what| Failure::usage(format!("`{}`: {what}", path.display())))?,
            Err(error) if error.kind() == ErrorKind::NotFound && named.is_none() => BTreeMap::new(),
            Err(error) => {
                let what = format!("the settings file `{}` cannot be read", path.display());
                return Err(Failure::because(Kind::Usage, what, &error));
            }
        };
        Ok(Self {
            flags,
            variables,
            file: path,
            in_file,
        })
    }

    /// What a setting was set to, by the most telling source.
    pub(crate) fn given(&self, setting: &'static Setting) -> Option<Given> {
        let by = |text: &String, origin: Origin| Given {
            text: text.clone(),
            setting,
            origin,
        };
        if let (Some(flag), Some(text)) = (setting.flag, self.flags.get(setting.name)) {
            return Some(by(text, Origin::Flag(flag)));
        }
        if let Some(text) = self.variables.get(setting.variable) {
            return Some(by(text, Origin::Variable));
        }
        let text = self.in_file.get(setting.name)?;
        Some(by(text, Origin::File(self.file.clone())))
    }

    /// Variables that look like settings and are none: most likely mistyped.
    pub(crate) fn unknown_variables(&self) -> impl Iterator<Item = &str> {
        self.variables
            .keys()
            .map(String::as_str)
            .filter(|name| *name != FILE_VARIABLE && !name.starts_with("VESTIBULE_TEST_"))
            .filter(|name| ALL.iter().all(|setting| setting.variable != *name))
    }
}

impl Given {
    /// Says what is wrong with it, which setting it is and where it was set.
    ///
    /// The value is not repeated: it may be a secret.
    pub(crate) fn wrong(&self, what: impl fmt::Display) -> Failure {
        let name = self.setting.name;
        Failure::usage(match &self.origin {
            Origin::Flag(flag) => format!("setting `{name}` (from the flag `--{flag}`): {what}"),
            Origin::Variable => format!(
                "setting `{name}` (from the variable `{}`): {what}",
                self.setting.variable
            ),
            Origin::File(path) => format!("setting `{name}` (from `{}`): {what}", path.display()),
        })
    }
}

/// The variables that are ours. An empty one is not set: container tools cannot leave one out.
fn of_vestibule(
    variables: impl Iterator<Item = (OsString, OsString)>,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut ours = BTreeMap::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with("VESTIBULE_")) else {
            continue;
        };
        let value = value
            .into_string()
            .map_err(|_| Failure::usage(format!("the variable `{name}` is not UTF-8")))?;
        if !value.is_empty() {
            ours.insert(name.to_owned(), value);
        }
    }
    Ok(ours)
}

/// The settings in a file, as text whatever their type there.
fn in_file(text: &str) -> Result<BTreeMap<String, String>, String> {
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let message = error.message().to_owned();
        match error.span().and_then(|span| text.get(..span.start)) {
            Some(before) => format!("line {}: {message}", before.lines().count().max(1)),
            None => message,
        }
    })?;
    let mut settings = BTreeMap::new();
    for (name, value) in table {
        if ALL.iter().all(|setting| setting.name != name) {
            let known: Vec<_> = ALL.iter().map(|setting| setting.name).collect();
            return Err(format!(
                "`{name}` is no setting; there are {}",
                known.join(", ")
            ));
        }
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(true) => "on".to_owned(),
            toml::Value::Boolean(false) => "off".to_owned(),
            toml::Value::Float(_)
            | toml::Value::Datetime(_)
            | toml::Value::Array(_)
            | toml::Value::Table(_) => return Err(format!("`{name}` is text or a whole number")),
        };
        settings.insert(name, text);
    }
    Ok(settings)
}

impl fmt::Debug for Sources {
    /// Shows nothing of it: secrets are among it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sources").finish_non_exhaustive()
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Given")
            .field("setting", &self.setting.name)
            .finish_non_exhaustive()
    }
}
