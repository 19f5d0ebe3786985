//! Unicode as names and emails need it: NFC, and one folding for both databases.

use icu_casemap::CaseMapper;
use icu_normalizer::ComposingNormalizer;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Unicode Normalization Form C.
pub(crate) fn nfc(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    ComposingNormalizer::new_nfc().normalize(text).into_owned()
}

/// NFC of full Unicode case folding: what is compared and sorted by, bytewise (R-LST-2).
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // Folding can undo a composition and composing can meet a letter that folds again
    // (U+0345), so the two go on until nothing moves; three rounds are the most Unicode needs.
    let mut folded = nfc(text);
    for _ in 0..3 {
        let next = nfc(&CaseMapper::new().fold_string(&folded));
        if next == folded {
            break;
        }
        folded = next;
    }
    folded
}

/// Whether there is a control character in it (general category Cc).
pub(crate) fn has_control(text: &str) -> bool {
    if text.is_ascii() {
        return text.bytes().any(|byte| byte.is_ascii_control());
    }
    text.chars().any(char::is_control)
}

/// Whether nothing of the character is seen where it stands alone: what is invisible by nature, what
/// Unicode calls ignorable (fillers, variation selectors), and the empty pattern of Braille.
pub(crate) fn is_blank(character: char) -> bool {
    const EMPTY_BRAILLE: char = '\u{2800}';
    is_invisible(character)
        || character == EMPTY_BRAILLE
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
}

/// Whether there is a character in it that is invisible by nature.
pub(crate) fn has_invisible(text: &str) -> bool {
    if text.is_ascii() {
        return text
            .bytes()
            .any(|byte| byte == b' ' || byte.is_ascii_control());
    }
    text.chars().any(is_invisible)
}

/// Whether the character is invisible by nature: control, format, white space or a line separator.
fn is_invisible(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control() || character == ' ';
    }
    character.is_whitespace()
        || character.is_control()
        || matches!(
            CodePointMapData::<GeneralCategory>::new().get(character),
            GeneralCategory::Format
                | GeneralCategory::LineSeparator
                | GeneralCategory::ParagraphSeparator
                | GeneralCategory::SpaceSeparator
        )
}
