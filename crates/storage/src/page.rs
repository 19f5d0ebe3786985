//! Pages of lists: how many rows, where the next page starts, and the opaque text that says so.

use std::cmp::Ordering;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

const CHECK_BYTES: usize = 6;
const CURSOR_CHARACTERS_MAX: usize = 4096;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the order that was asked for.
    pub items: Vec<T>,
    /// Where the next page starts; none on the last.
    pub next: Option<Cursor>,
    /// How many rows there are on all pages, where that was asked for.
    pub total: Option<u64>,
}

/// How many rows a page has at most: 1 to 200, 50 by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLimit(u16);

/// Says that a limit is not between 1 and 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a page has 1 to 200 rows")]
pub struct InvalidPageLimit;

/// Whether a list also counts all its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Total {
    /// It does not.
    #[default]
    Skipped,
    /// It does, which costs more the more rows there are.
    Counted,
}

/// Which way a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    #[default]
    Ascending,
    /// Largest first.
    Descending,
}

/// Where the next page of a list starts: opaque text, safe in a URL.
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor(String);

/// Says that a text is no cursor of this list in this order; code `invalid_cursor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this cursor does not belong to this list in this order; start again without it")]
pub struct InvalidCursor;

/// A place in an order: the sort key and the id of the last row seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The sort key; none where the row has none.
    pub(crate) key: Option<String>,
    /// The id that breaks ties.
    pub(crate) id: Uuid,
}

impl<T> Page<T> {
    /// The same page with every row made into something else.
    #[must_use]
    pub fn map<U>(self, row: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(row).collect(),
            next: self.next,
            total: self.total,
        }
    }
}

impl<T> Page<T> {
    /// A page of a list that has no rows.
    pub(crate) fn empty(total: Total) -> Self {
        Self {
            items: Vec::new(),
            next: None,
            total: match total {
                Total::Skipped => None,
                Total::Counted => Some(0),
            },
        }
    }
}

/// The rows of a page out of one row more than it has, and the cursor where the next one starts.
pub(crate) fn paged<T>(
    mut rows: Vec<T>,
    limit: PageLimit,
    context: &[u8],
    position: impl Fn(&T) -> Position,
) -> (Vec<T>, Option<Cursor>) {
    let rows_max = usize::from(limit.rows());
    if rows.len() <= rows_max {
        return (rows, None);
    }
    rows.truncate(rows_max);
    let next = rows.last().map(|row| Cursor::new(context, &position(row)));
    (rows, next)
}

impl Direction {
    /// How it stands after a column in an `order by`.
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            Self::Ascending => "",
            Self::Descending => " desc",
        }
    }

    /// How two keys compare in this direction: what comes first is less.
    pub(crate) fn compare<T: Ord + ?Sized>(self, one: &T, other: &T) -> Ordering {
        match self {
            Self::Ascending => one.cmp(other),
            Self::Descending => other.cmp(one),
        }
    }
}

impl PageLimit {
    /// The most rows a page can have.
    pub const ROWS_MAX: u16 = 200;

    /// A limit of that many rows.
    ///
    /// # Errors
    /// `InvalidPageLimit` outside 1 to 200.
    pub const fn new(rows: u16) -> Result<Self, InvalidPageLimit> {
        if rows == 0 || rows > Self::ROWS_MAX {
            return Err(InvalidPageLimit);
        }
        Ok(Self(rows))
    }

    /// How many rows.
    #[must_use]
    pub const fn rows(self) -> u16 {
        self.0
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self(50)
    }
}

impl Cursor {
    /// The text of it, as a client gets and returns it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text can be a cursor of any list at all.
    ///
    /// # Errors
    /// `InvalidCursor` for what no list ever gave out.
    pub fn check_form(text: &str) -> Result<(), InvalidCursor> {
        parts(text).map(|_| ())
    }

    /// A cursor of the list and order that `context` names.
    pub(crate) fn new(context: &[u8], position: &Position) -> Self {
        let mut bytes = position.id.as_bytes().to_vec();
        if let Some(key) = &position.key {
            bytes.push(1);
            bytes.extend_from_slice(key.as_bytes());
        } else {
            bytes.push(0);
        }
        let check = check(context, &bytes);
        bytes.extend_from_slice(&check);
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl Position {
    /// Reads a cursor of the list and order that `context` names.
    pub(crate) fn read(context: &[u8], cursor: &str) -> Result<Self, InvalidCursor> {
        let (body, found, position) = parts(cursor)?;
        if found != check(context, &body) {
            return Err(InvalidCursor);
        }
        Ok(position)
    }
}

/// What a cursor says, the check that it carries, and the position that it says.
fn parts(cursor: &str) -> Result<(Vec<u8>, Vec<u8>, Position), InvalidCursor> {
    if cursor.len() > CURSOR_CHARACTERS_MAX {
        return Err(InvalidCursor);
    }
    let mut body = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| InvalidCursor)?;
    let split = body.len().checked_sub(CHECK_BYTES).ok_or(InvalidCursor)?;
    let found = body.split_off(split);
    let (id, rest) = body.split_at_checked(16).ok_or(InvalidCursor)?;
    let id = Uuid::from_slice(id).map_err(|_| InvalidCursor)?;
    let key = match rest.split_first() {
        Some((0, [])) => None,
        Some((1, key)) => Some(String::from_utf8(key.to_vec()).map_err(|_| InvalidCursor)?),
        Some(_) | None => return Err(InvalidCursor),
    };
    let position = Position { key, id };
    Ok((body, found, position))
}

/// Ties a position to its list and order. It is no secret: it tells mistakes, not attacks, because
/// a position that somebody made up shows nothing that paging would not.
fn check(context: &[u8], body: &[u8]) -> [u8; CHECK_BYTES] {
    let mut hash = Sha256::new();
    hash.update(b"vestibule cursor 1\n");
    hash.update(context.len().to_be_bytes());
    hash.update(context);
    hash.update(body);
    let hash: [u8; 32] = hash.finalize().into();
    std::array::from_fn(|index| hash.get(index).copied().unwrap_or_default())
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cursor({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(key: Option<&str>) -> Position {
        Position {
            key: key.map(str::to_owned),
            id: Uuid::from_u128(7),
        }
    }

    /// R-LST-2.
    #[test]
    fn a_cursor_reads_back_in_its_own_list_and_order_only() {
        for key in [None, Some(""), Some("ann"), Some("\u{0}ü")] {
            let cursor = Cursor::new(b"users by name", &position(key));
            assert_eq!(
                Position::read(b"users by name", cursor.as_str()),
                Ok(position(key))
            );
            assert_eq!(
                Position::read(b"users by email", cursor.as_str()),
                Err(InvalidCursor)
            );
        }
    }

    /// R-ANS-3.
    #[test]
    fn garbage_is_no_cursor() {
        let cursor = Cursor::new(b"list", &position(Some("ann")));
        let mut longer = cursor.as_str().to_owned();
        longer.push('A');
        for garbage in ["", "x", "====", "AAAA", "ü", &longer, &cursor.as_str()[1..]] {
            assert_eq!(
                Position::read(b"list", garbage),
                Err(InvalidCursor),
                "{garbage}"
            );
        }
        assert_eq!(
            Position::read(b"list", &"A".repeat(CURSOR_CHARACTERS_MAX + 1)),
            Err(InvalidCursor)
        );
    }

    /// R-ANS-3: garbage is told from a cursor of another list before anybody is asked who they are.
    #[test]
    fn a_cursor_of_any_list_has_the_form_of_one() {
        for key in [None, Some(""), Some("ann")] {
            let cursor = Cursor::new(b"any list", &position(key));
            assert_eq!(Cursor::check_form(cursor.as_str()), Ok(()));
        }
        for garbage in ["", "x", "AAAA", "ü"] {
            assert_eq!(Cursor::check_form(garbage), Err(InvalidCursor), "{garbage}");
        }
    }

    #[test]
    fn a_page_has_1_to_200_rows_and_50_by_default() {
        assert!(PageLimit::new(0).is_err());
        assert!(PageLimit::new(1).is_ok());
        assert!(PageLimit::new(200).is_ok());
        assert!(PageLimit::new(201).is_err());
        assert_eq!(PageLimit::default().rows(), 50);
    }
}
