/*! Where cells and lines end. */

use super::Separator;

/// The cells of a table's lines.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    /// The separator if it is one character, and a space otherwise.
    pub(super) separator: u8,
    /// Whether any number of spaces separates cells.
    pub(super) spaces: bool,
    /// Whether quotation marks hold cells together.
    pub(super) quoted: bool,
    /// The bytes at which a cell ends, or a quotation begins.
    stops: [bool; 256],
}

/// Where a cell ends.
pub(super) enum End {
    /// At a separator, a line end or the end of the bytes.
    At(usize),
    /// Nowhere, as the quotation mark that stands there opens and nothing closes it.
    Open(usize),
}

impl Cells {
    pub(super) fn new(separator: Separator, quoted: bool) -> Cells {
        let (byte, spaces) = match separator {
            Separator::Comma => (b',', false),
            Separator::Tab => (b'\t', false),
            Separator::Semicolon => (b';', false),
            Separator::Spaces => (b' ', true),
        };
        let mut stops = [false; 256];
        for stop in [byte, b'\n', b'\r', if spaces { b'\t' } else { byte }, if quoted { b'"' } else { byte }] {
            stops[usize::from(stop)] = true;
        }
        Cells { separator: byte, spaces, quoted, stops }
    }

    /// Whether a byte ends a cell that is not quoted.
    #[inline]
    pub(super) fn ends(&self, byte: u8) -> bool {
        self.stops[usize::from(byte)] && byte != b'"'
    }

    /// The end of the cell that begins here.
    #[inline]
    pub(super) fn end(&self, bytes: &[u8], begin: usize) -> End {
        let mut at = begin;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(stop) = rest.iter().position(|&byte| self.stops[usize::from(byte)]) else {
                return End::At(bytes.len());
            };
            at += stop;
            if rest[stop] != b'"' {
                return End::At(at);
            }
            match memchr::memchr(b'"', &rest[stop + 1..]) {
                // A doubled quotation mark closes and opens again.
                Some(close) => at += close + 2,
                None => return End::Open(at),
            }
        }
    }

    /// Where a row's first cell begins: behind the spaces before it, if they separate nothing.
    #[inline]
    pub(super) fn indented(&self, bytes: &[u8], begin: usize) -> usize {
        let rest = bytes.get(begin..).unwrap_or_default();
        begin + rest.iter().take_while(|&&byte| byte == b' ' || byte == b'\t' && self.separator != b'\t').count()
    }

    /// Where the cell behind a separator begins. With spaces, that may be the end of the line.
    #[inline]
    pub(super) fn next(&self, bytes: &[u8], separator: usize) -> usize {
        if self.spaces { self.indented(bytes, separator + 1) } else { separator + 1 }
    }
}

/// Whether a line ends at this byte.
#[inline]
pub(super) fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

/// The line behind a line end. At the end of the bytes it is where one would begin.
#[inline]
pub(super) fn behind(bytes: &[u8], line_end: usize) -> usize {
    let two = bytes.get(line_end) == Some(&b'\r') && bytes.get(line_end + 1) == Some(&b'\n');
    (line_end + 1 + usize::from(two)).min(bytes.len())
}
