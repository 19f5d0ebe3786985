//! Digests in text: two lower-case hexadecimal digits a byte, and no other form.

use std::fmt;

/// Writes the digits of some bytes.
pub(crate) fn write(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Reads exactly as many bytes.
pub(crate) fn read<const BYTES: usize>(text: &str) -> Option<[u8; BYTES]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * BYTES {
        return None;
    }
    let mut bytes = [0; BYTES];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            *byte = *byte << 4 | value(*digit)?;
        }
    }
    Some(bytes)
}

const fn value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// For `#[serde(with = "crate::hexadecimal")]`.
#[cfg(feature = "serde")]
pub(crate) fn serialize<S: serde::Serializer, const BYTES: usize>(
    bytes: &[u8; BYTES],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    struct Digits<'a>(&'a [u8]);

    impl fmt::Display for Digits<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write(self.0, f)
        }
    }

    serializer.collect_str(&Digits(bytes))
}

/// For `#[serde(with = "crate::hexadecimal")]`.
#[cfg(feature = "serde")]
pub(crate) fn deserialize<'de, D: serde::Deserializer<'de>, const BYTES: usize>(
    deserializer: D,
) -> Result<[u8; BYTES], D::Error> {
    use serde::Deserialize;
    use serde::de::Error;

    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
    read(&text).ok_or_else(|| {
        D::Error::custom(format_args!(
            "a digest is {} lower-case hexadecimal digits",
            2 * BYTES
        ))
    })
}
