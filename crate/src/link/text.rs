/*! The text of a link around its bytes: base64url, a checksum, and names as they may be shown. */

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What stands before the bytes in an address, after its #.
pub(super) const KEY: &str = "s=";

/// Characters of a name.
pub(super) const MOST_OF_NAME: usize = 40;

/// base64url without padding.
pub(super) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of base64url without padding; `None` where it is none, or not written as [`encode`] does.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// CRC-32 of IEEE 802.3, as zlib's. A bit at a time: a link has 12 KiB at most, and the tables of a faster one would be more to download than the rest of the links.
pub(super) fn checksum(bytes: &[u8]) -> u32 {
    let shifted = |crc: u32| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
    !bytes.iter().fold(u32::MAX, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| shifted(crc)))
}

/// A name without what a page or a terminal would obey (controls, and marks that turn the direction of text), cut to its first characters.
pub(super) fn clean(name: &str) -> String {
    let harmless = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let cleaned: String = name.chars().filter(harmless).collect();
    if cleaned.chars().count() <= MOST_OF_NAME {
        return cleaned;
    }
    cleaned.chars().take(MOST_OF_NAME - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_zlibs() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn only_what_was_written_is_read() {
        for bytes in [&b""[..], b"\xff", b"\xff\xfe", b"\xff\xfe\xfd", b"link"] {
            assert_eq!(decode(&encode(bytes)).as_deref(), Some(bytes));
        }
        // Another alphabet, padding, a letter alone, and bits that belong to no byte.
        for text in ["//8", "__8=", "A", "AAAAA", "_x", "AB", " AA", "AA\n"] {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }

    #[test]
    fn names_are_short_and_obey_nobody() {
        assert_eq!(clean("layer 3"), "layer 3");
        assert_eq!(clean("a\u{202e}b\u{7}c\n\u{feff}"), "abc");
        let long = clean(&"ä".repeat(50));
        assert_eq!((long.chars().count(), long.ends_with("ä…")), (40, true));
        assert_eq!(clean(&long), long);
    }
}
