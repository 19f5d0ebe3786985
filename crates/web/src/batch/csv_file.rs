//! CSV as people export it: RFC 4180 with a header row; rows of one email join (lessons 36 and 37).

use std::collections::{BTreeMap, BTreeSet};

use csv::{ByteRecord, ReaderBuilder};
use vestibule_domain::{AssignableRole, Email, EmailKey, EntityId, EntityRole, Name, Rejection};

use super::{Batch, Person, Refusal};
use crate::app::fresh;
use crate::problem::{Code, Problem};
use crate::wire::requests::BATCH_ROWS_MAX;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";
const COLUMNS: [&str; 5] = ["email", "role", "name", "entity", "entity_role"];
/// What files are separated by that are not separated by commas, and what that is called.
const OTHER_SEPARATORS: [(char, &str); 3] = [
    (';', "semicolons (`;`)"),
    ('\t', "tabs"),
    ('|', "vertical bars (`|`)"),
];

/// A file whose header could be read.
#[derive(Debug)]
pub(crate) struct CsvFile {
    /// The column of each known name, in the order of [`COLUMNS`].
    places: [Option<usize>; 5],
    columns: usize,
    rows: Vec<ByteRecord>,
}

/// One row, its cells taken for themselves; entities are still what was typed.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    email: Email,
    role: AssignableRole,
    name: Option<Name>,
    membership: Option<(String, EntityRole)>,
}

impl CsvFile {
    /// Reads the form of a file.
    ///
    /// # Errors
    /// `malformed_request` for what is no CSV with commas, `unknown_field` for a column that there
    /// is not.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Err(malformed("the file is not UTF-8"));
        };
        check_quotes(text)?;
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes);
        let mut records = reader.byte_records().filter(|record| match record {
            Ok(record) => !is_blank(record),
            Err(_) => true,
        });
        let header = match records.next() {
            Some(Ok(header)) => header,
            Some(Err(error)) => return Err(malformed(&error.to_string())),
            None => return Err(malformed("the file is empty; it begins with a header row")),
        };
        let places = columns_of(&header)?;
        let mut rows = Vec::new();
        for record in records {
            rows.push(record.map_err(|error| malformed(&error.to_string()))?);
            if rows.len() > BATCH_ROWS_MAX {
                break;
            }
        }
        Ok(Self {
            places,
            columns: header.len(),
            rows,
        })
    }

    /// Takes the rows, each for itself.
    ///
    /// # Errors
    /// `invalid_field` for a file without a column that it needs, or with too many rows.
    pub(crate) fn rows(&self) -> Result<Vec<Result<Row, Refusal>>, Problem> {
        for (name, place) in COLUMNS.iter().zip(self.places).take(2) {
            if place.is_none() {
                return Err(invalid(&format!("the column `{name}` is missing")));
            }
        }
        if self.rows.len() > BATCH_ROWS_MAX {
            let detail = format!("the file has more than {BATCH_ROWS_MAX} rows");
            return Err(invalid(&detail));
        }
        Ok(self.rows.iter().map(|record| self.row(record)).collect())
    }

    fn row(&self, record: &ByteRecord) -> Result<Row, Refusal> {
        if record.len() > self.columns {
            return Err(Refusal::field(format!(
                "the row has {} cells and the header {}; quote a cell that has a comma in it",
                record.len(),
                self.columns
            )));
        }
        let [email, role, name, entity, entity_role] = self
            .places
            .map(|place| place.map_or("", |place| cell(record, place)));
        let email = Email::new(email).map_err(|reason| Refusal {
            code: Code::InvalidEmail.as_str(),
            detail: format!("`email`: {reason}"),
        })?;
        let role = word(role).map_err(|reason: vestibule_domain::UnknownWord| {
            Refusal::field(format!("`role` must be {reason}"))
        })?;
        let name = match name {
            "" => None,
            name => Some(
                Name::new(name).map_err(|reason| Refusal::field(format!("`name`: {reason}")))?,
            ),
        };
        let membership = match (entity, entity_role) {
            ("", "") => None,
            ("", _) => return Err(Refusal::field("`entity_role` stands without an `entity`")),
            (_, "") => return Err(Refusal::field("`entity` stands without an `entity_role`")),
            (entity, entity_role) => {
                let role = word(entity_role).map_err(|reason: vestibule_domain::UnknownWord| {
                    Refusal::field(format!("`entity_role` must be {reason}"))
                })?;
                Some((entity.to_owned(), role))
            }
        };
        Ok(Row {
            email,
            role,
            name,
            membership,
        })
    }
}

/// Refuses quotes that RFC 4180 knows no meaning for, which readers guess about: a person that
/// nobody wrote would be invited, and rows behind an open quote would vanish (lessons 36 and 37).
fn check_quotes(text: &str) -> Result<(), Problem> {
    /// Where in a cell the reading is.
    enum At {
        Start,
        Bare,
        Quoted { since: usize },
        Closed,
    }
    let mut at = At::Start;
    let mut line = 1_usize;
    for character in text.chars() {
        at = match (at, character) {
            (At::Start, '"') => At::Quoted { since: line },
            (At::Quoted { .. }, '"') => At::Closed,
            // Two quotes in a quoted cell are one.
            (At::Closed, '"') => At::Quoted { since: line },
            (At::Quoted { since }, _) => At::Quoted { since },
            (At::Start | At::Bare | At::Closed, ',' | '\n' | '\r') => At::Start,
            (At::Start | At::Bare, _) => At::Bare,
            (At::Closed, _) => {
                return Err(malformed(&format!(
                    "line {line}: something stands behind the closing quote of a cell"
                )));
            }
        };
        if character == '\n' {
            line += 1;
        }
    }
    match at {
        At::Quoted { since } => Err(malformed(&format!(
            "line {since}: a quoted cell begins here and never ends"
        ))),
        At::Start | At::Bare | At::Closed => Ok(()),
    }
}

/// The entities that rows name, as they were typed.
pub(crate) fn entities_of(rows: &[Result<Row, Refusal>]) -> BTreeSet<String> {
    rows.iter()
        .flatten()
        .filter_map(|row| Some(row.membership.as_ref()?.0.clone()))
        .collect()
}

/// Joins the rows of one email into one person; rows that disagree are all refused.
pub(crate) fn joined(
    rows: Vec<Result<Row, Refusal>>,
    entities: &BTreeMap<String, Result<EntityId, Rejection>>,
) -> Batch {
    let disagreeing = disagreeing(&rows, entities);
    let mut batch = Batch::default();
    let mut people: BTreeMap<EmailKey, usize> = BTreeMap::new();
    for row in rows {
        let outcome = row.and_then(|row| {
            if disagreeing.contains(row.email.key()) {
                return Err(Refusal::field(
                    "the rows of this email disagree about the role",
                ));
            }
            let membership = match &row.membership {
                None => None,
                Some((typed, role)) => match entities.get(typed) {
                    Some(Ok(entity)) => Some((*entity, *role)),
                    Some(Err(rejection)) => return Err(Refusal::from(rejection)),
                    None => return Err(Refusal::field("there is no such entity")),
                },
            };
            let next = batch.people.len();
            let place = *people.entry(row.email.key().clone()).or_insert(next);
            if place == next {
                batch.people.push(Person {
                    user: fresh(),
                    invitation: fresh(),
                    email: row.email,
                    role: row.role,
                    name: None,
                    memberships: BTreeMap::new(),
                });
            }
            if let Some(person) = batch.people.get_mut(place) {
                person.name = person.name.take().or(row.name);
                if let Some((entity, role)) = membership {
                    person.memberships.insert(entity, role);
                }
            }
            Ok(place)
        });
        batch.rows.push(outcome);
    }
    batch
}

/// The emails whose rows disagree about the organization role, or about the role in one entity,
/// however its name was typed.
fn disagreeing(
    rows: &[Result<Row, Refusal>],
    entities: &BTreeMap<String, Result<EntityId, Rejection>>,
) -> BTreeSet<EmailKey> {
    let mut roles: BTreeMap<&EmailKey, AssignableRole> = BTreeMap::new();
    let mut entity_roles: BTreeMap<(&EmailKey, EntityId), EntityRole> = BTreeMap::new();
    let mut disagreeing = BTreeSet::new();
    for row in rows.iter().flatten() {
        let key = row.email.key();
        if *roles.entry(key).or_insert(row.role) != row.role {
            disagreeing.insert(key.clone());
        }
        if let Some((typed, role)) = &row.membership
            && let Some(Ok(entity)) = entities.get(typed)
            && *entity_roles.entry((key, *entity)).or_insert(*role) != *role
        {
            disagreeing.insert(key.clone());
        }
    }
    disagreeing
}

fn columns_of(header: &ByteRecord) -> Result<[Option<usize>; 5], Problem> {
    let mut places = [None; 5];
    for (index, _) in header.iter().enumerate() {
        let title = cell(header, index).to_ascii_lowercase();
        let Some(place) = COLUMNS.iter().position(|column| *column == title) else {
            return Err(unknown_column(&title));
        };
        if let Some(slot) = places.get_mut(place)
            && slot.replace(index).is_some()
        {
            return Err(malformed(&format!("the column `{title}` stands twice")));
        }
    }
    Ok(places)
}

fn unknown_column(title: &str) -> Problem {
    let other = OTHER_SEPARATORS
        .iter()
        .find(|(separator, _)| title.contains(*separator));
    match other {
        Some((_, name)) => malformed(&format!(
            "the file is separated by {name}; save it with commas. Nobody was invited"
        )),
        None => Problem::new(
            Code::UnknownField,
            format_args!(
                "there is no column `{title}`; the columns are `email`, `role`, `name`, `entity`, `entity_role`"
            ),
        ),
    }
}

fn is_blank(record: &ByteRecord) -> bool {
    record.iter().all(|cell| cell.trim_ascii().is_empty())
}

/// The text of a cell; the whole file was found to be UTF-8.
fn cell(record: &ByteRecord, place: usize) -> &str {
    record
        .get(place)
        .and_then(|cell| std::str::from_utf8(cell).ok())
        .unwrap_or_default()
        .trim()
}

/// A word of a closed set; a spreadsheet may write it with capitals.
fn word<W: std::str::FromStr>(cell: &str) -> Result<W, W::Err> {
    cell.to_ascii_lowercase().parse()
}

fn malformed(detail: &str) -> Problem {
    Problem::new(Code::MalformedRequest, detail)
}

fn invalid(detail: &str) -> Problem {
    Problem::new(Code::InvalidField, detail)
}
