//! Schemas of the texts that requests carry: patterns and bounds as strict as the server.
//!
//! Patterns keep to what every dialect of regular expressions knows: no look-around, and no `\s`,
//! which means something else in each. A test holds them against the domain's own reading.

use std::borrow::Cow;

use serde_json::json;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::body::TEXT_CHARACTERS_MAX;
use crate::query::SEARCH_CHARACTERS_MAX;

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident $title:literal = $schema:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.schema_type(Type::String).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($title)
            }
        }
    )+};
}

texts! {
    /// The schema of a [`vestibule_domain::Name`].
    NameText "Name" = ObjectBuilder::new()
        .description(Some("1 to 100 characters, at least one that is seen, none a control character. White space around them is trimmed; kept in Unicode NFC."))
        .min_length(Some(1))
        .max_length(Some(100))
        .pattern(Some(name_pattern()))
        .examples([json!("Northwind Trading")]);
    /// The schema of a [`vestibule_domain::Email`].
    EmailText "EmailAddress" = ObjectBuilder::new()
        .description(Some("Compared without case. The pattern is that of addresses in ASCII; one with other letters is taken as well where IDNA accepts its domain, which no pattern can say."))
        .max_length(Some(254))
        .pattern(Some(email_pattern()))
        .examples([json!("ann@northwind.example")]);
    /// The schema of a password that somebody claims to have.
    PasswordText "Password" = ObjectBuilder::new()
        .description(Some("A password as it was chosen."))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .max_length(Some(TEXT_CHARACTERS_MAX))
        .examples([json!("plum-Kettle-47-orbit")]);
    /// The schema of a password that is set.
    NewPasswordText "NewPassword" = ObjectBuilder::new()
        .description(Some("12 to 128 characters; refused as `password_too_weak` when it is easy to guess, which no schema can say."))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
        .min_length(Some(12))
        .max_length(Some(128))
        .examples([json!("plum-Kettle-47-orbit")]);
    /// The schema of the name of an action in the record.
    ActionText "Action" = ObjectBuilder::new()
        .description(Some("What happened: a thing and what was done, as in `user.removed`."))
        .max_length(Some(50))
        .pattern(Some("^[a-z_]+[.][a-z_]+$"))
        .examples([json!("user.removed")]);
    /// The schema of what is searched for.
    SearchText "Search" = ObjectBuilder::new()
        .description(Some("What the name or email contains, without case; 1 or 2 characters: begins with. Nothing but white space searches for nothing."))
        .max_length(Some(SEARCH_CHARACTERS_MAX))
        .pattern(Some(format!("^[^{CONTROL}]*$")))
        .examples([json!("ann")]);
    /// The schema of a file of invitations.
    CsvText "InvitationsCsv" = ObjectBuilder::new()
        .description(Some("RFC 4180 with a header row. The pattern is that of files with their columns in this order; the server takes them in any order, and quotes inside bare cells."))
        .pattern(Some(csv_pattern()))
        .examples([json!("email,role,name\nann@northwind.example,user,Ann Archer\n")]);
    /// The schema of the name of a permission.
    PermissionText "Permission" = ObjectBuilder::new()
        .description(Some("`thing:action`, as the policy of the server names it; one that it does not name is denied."))
        .max_length(Some(TEXT_CHARACTERS_MAX))
        .examples([json!("invoice:approve")]);
}

/// White space as Unicode has it, for inside a class.
const WHITE_SPACE: &str =
    r"\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
/// Control characters as Unicode has them, for inside a class.
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";

/// What is blank beside white space, where a class of every dialect can name it: invisible and
/// ignorable characters and the empty pattern of Braille.
const BLANK: &str = concat!(
    r"\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5",
    r"\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff",
    r"\uffa0\ufff0-\ufffb",
);

/// A text with one character to be seen, and control characters at its edges at most, where they
/// are white space that is trimmed.
fn name_pattern() -> String {
    let seen = format!("[^{CONTROL}{WHITE_SPACE}{BLANK}]");
    format!("^[{WHITE_SPACE}]*[^{CONTROL}]*{seen}[^{CONTROL}]*[{WHITE_SPACE}]*$")
}

/// A header with the columns that have to be there and those that can be, then rows of any length.
fn csv_pattern() -> String {
    let cell = r#"([^",\r\n]*|"([^"]|"")*")"#;
    format!(r"^\ufeff?email,role(,name)?(,entity,entity_role)?(\r?\n({cell}(,{cell})*)?)*$")
}

/// A dot-atom, an `@`, and labels of letters, digits and hyphens inside; a third and fourth
/// character that are both hyphens are left out, as they mean something to IDNA.
fn email_pattern() -> String {
    let atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    let (end, inner) = ("[A-Za-z0-9]", "[A-Za-z0-9-]");
    let label = format!(
        "{end}({end}|{inner}{end}|{inner}{inner}{end}|{inner}({end}{inner}|-{end}){inner}{{0,58}}{end})?"
    );
    format!(r"^{atom}(\.{atom})*@{label}(\.{label})*$")
}

#[cfg(test)]
mod tests {
    use vestibule_domain::{Email, Name};

    use super::*;
    use crate::batch::csv_file::CsvFile;

    fn regex(pattern: &str) -> regex::Regex {
        regex::Regex::new(pattern).unwrap()
    }

    fn pattern_of<T: PartialSchema>() -> String {
        let schema = serde_json::to_value(T::schema()).unwrap();
        schema["pattern"].as_str().unwrap().to_owned()
    }

    /// Each pattern says what the domain says: of every single character that a class can name, and
    /// of texts around every edge it has.
    #[test]
    fn patterns_take_what_the_domain_takes() {
        let name = regex(&pattern_of::<NameText>());
        let agrees = |typed: &str| {
            assert_eq!(name.is_match(typed), Name::new(typed).is_ok(), "{typed:?}");
        };
        for character in '\0'..='\u{ffff}' {
            agrees(&character.to_string());
        }
        for typed in [
            "",
            " a ",
            "a b",
            "\u{3000}ü\u{85}",
            "\na",
            "a\n",
            "a\nb",
            "a\u{7f}",
            "a\u{9f}b",
        ] {
            agrees(typed);
        }
        let csv = regex(&pattern_of::<CsvText>());
        for (text, is_read) in [
            ("email,role", true),
            (
                "\u{feff}email,role,name\r\nann@x.example,user,\"Ann, A.\"\r\n\r\n",
                true,
            ),
            ("email,role,entity,entity_role\na,b\n", true),
            ("email,role\n\"a", false),
            ("email,role\n\"a\"b", false),
            ("email", false),
            ("", false),
            ("email,role,age", false),
        ] {
            assert_eq!(csv.is_match(text), is_read, "{text:?}");
            let parsed = CsvFile::parse(text.as_bytes()).and_then(|file| file.rows());
            assert_eq!(parsed.is_ok(), is_read, "{text:?}");
        }
        let email = regex(&pattern_of::<EmailText>());
        for typed in [
            "",
            "a",
            "a@",
            "@b",
            "a@b",
            "a@b.c",
            "a.b@c",
            "a..b@c",
            ".a@b",
            "a.@b",
            "a@b.",
            "a@.b",
            "a@-b",
            "a@b-",
            "a@b-c",
            "a@b--c",
            "a@bc--d",
            "a@bc-d",
            "a@b-cd",
            "a@abc-",
            "a@ab-c",
            "a@ab--",
            "o'hara+x@b.example",
            "a b@c",
            "a@b_c",
            "\"a\"@b",
            "a@[1.2.3.4]",
            "a@@b",
        ] {
            assert_eq!(
                email.is_match(typed),
                Email::new(typed).is_ok(),
                "{typed:?}"
            );
        }
        for length in [1, 2, 3, 4, 5, 62, 63, 64] {
            let typed = format!("a@{}", "b".repeat(length));
            assert_eq!(
                email.is_match(&typed),
                Email::new(&typed).is_ok(),
                "{typed}"
            );
        }
    }
}
