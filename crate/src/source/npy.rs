/*!
NumPy's .npy format, versions 1, 2 and 3.

A magic string, a version, the length of the header, and the header: a Python dictionary in text, of which exactly three keys
are allowed. It is read with a grammar of its own; nothing is evaluated. Source: `numpy/lib/format.py`, "Format Specification".
*/

#[cfg(feature = "readers")]
mod record;

use super::contents::{Array, Contents, Format};
use super::known::{Known, Step};
use super::{ByteRange, Dtype, Layout, Number, Order};
use crate::error::{ErrorKind, Result};

/// The first bytes of every .npy file.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// The longest header that is read. Versions 2 and 3 could claim 4 GiB; NumPy itself writes a few hundred bytes.
pub(super) const MAX_HEADER_BYTES: u64 = 64 << 10;

/// Bytes that nearly every header fits in.
pub(super) const USUAL_HEADER: u64 = 256;

/// The array of an .npy file.
pub(super) fn contents(known: &Known) -> Step<Contents> {
    if !known.start(USUAL_HEADER)?.starts_with(MAGIC) {
        return Err(ErrorKind::UnknownFormat.into());
    }
    let file = ByteRange { offset: 0, length: known.size };
    let array = array("", file, |most| known.start(most))?;
    Ok(Contents::new(Format::Npy, vec![array]))
}

/// An array that takes up the bytes `file`, of which `start` gives the first.
///
/// What is wrong with the header is the whole array's fault; what cannot be read though the header can is kept beside its shape and type.
pub(super) fn array<'a>(name: &str, file: ByteRange, start: impl Fn(u64) -> Step<&'a [u8]>) -> Step<Array> {
    let first = start(USUAL_HEADER.min(file.length))?;
    if !first.starts_with(MAGIC) {
        return Err(syntax("it does not begin as one").into());
    }
    let (header_at, header_length) = preamble(first)?;
    if header_length > MAX_HEADER_BYTES {
        let limit = MAX_HEADER_BYTES;
        return Err(ErrorKind::HeaderTooLong { format: ".npy", length: header_length, limit }.into());
    }
    let header_end = header_at + header_length;
    if file.length < header_end {
        return Err(ErrorKind::TruncatedHeader { missing: header_end - file.length }.into());
    }
    let header = start(header_end)?
        .get(header_at as usize..header_end as usize)
        .ok_or(ErrorKind::TruncatedHeader { missing: header_end.saturating_sub(start(header_end)?.len() as u64) })?;
    let Header { descr, fortran_order, shape } = match Header::parse(header) {
        // Records are the readers' module's: the core knows no more than that they are such.
        Err(error) if matches!(error.kind(), ErrorKind::StructuredDtype { .. }) => {
            return Ok(Array::plain(name, Vec::new(), "record", Err(error)));
        }
        header => header?,
    };
    let order = if fortran_order { Order::F } else { Order::C };
    let bytes = ByteRange { offset: file.offset + header_end, length: file.length - header_end };
    #[cfg(feature = "readers")]
    let descr = match descr {
        Descr::Plain(descr) => descr,
        Descr::Record(fields) => return Ok(record::array(name, &fields, shape, order, bytes)),
    };
    if let (Some(part), &[count]) = (complex_part(&descr), shape.as_slice()) {
        // Eigenvalues of a matrix that need not be symmetric are complex, though their imaginary parts may all be zero.
        let type_name = if part.size() == 4 { "complex64" } else { "complex128" };
        let layout = Layout::dense(bytes, &[count, 2], part, Order::C);
        let layout = layout.map(|layout| Layout { shape: shape.clone(), ..layout });
        return Ok(Array::plain(name, shape, type_name, layout));
    }
    let dtype = dtype(&descr, shape.len()).map_err(|error| match error.kind() {
        ErrorKind::PickledObject { .. } => {
            ErrorKind::PickledObject { array: name.to_owned(), axes: shape.len() }.into()
        }
        _ => error,
    });
    let type_name = dtype.as_ref().map_or(descr, |dtype| dtype.number.name().to_owned());
    let layout = dtype.and_then(|dtype| Layout::dense(bytes, &shape, dtype, order));
    Ok(Array::plain(name, shape, &type_name, layout))
}

/// Where the header starts, and how long it says it is.
fn preamble(start: &[u8]) -> Result<(u64, u64)> {
    let truncated = |needed: usize| ErrorKind::TruncatedHeader { missing: (needed - start.len()) as u64 };
    let Some(&[major, minor]) = start.get(6..8).and_then(|version| version.first_chunk::<2>()) else {
        return Err(truncated(10).into());
    };
    match (major, minor) {
        (1, 0) => match start.get(8..10).and_then(|bytes| bytes.first_chunk::<2>()) {
            Some(length) => Ok((10, u64::from(u16::from_le_bytes(*length)))),
            None => Err(truncated(10).into()),
        },
        (2 | 3, 0) => match start.get(8..12).and_then(|bytes| bytes.first_chunk::<4>()) {
            Some(length) => Ok((12, u64::from(u32::from_le_bytes(*length)))),
            None => Err(truncated(12).into()),
        },
        version => Err(ErrorKind::UnsupportedVersion { version }.into()),
    }
}

/// The number type that a descriptor such as "<f4" names, of an array of so many axes.
fn dtype(descr: &str, axes: usize) -> Result<Dtype> {
    let unsupported = || ErrorKind::UnsupportedDtype { descr: descr.to_owned() };
    let (order, kind) = match descr.chars().next() {
        Some(order @ ('<' | '>' | '=' | '|')) => (order, &descr[1..]),
        _ => ('=', descr),
    };
    if kind.starts_with('O') {
        return Err(ErrorKind::PickledObject { array: String::new(), axes }.into());
    }
    let number = match kind {
        "b1" | "?" => Number::Bool,
        "i1" | "b" => Number::Int8,
        "i2" => Number::Int16,
        "i4" => Number::Int32,
        "i8" => Number::Int64,
        "u1" | "B" => Number::Uint8,
        "u2" => Number::Uint16,
        "u4" => Number::Uint32,
        "u8" => Number::Uint64,
        "f2" => Number::Float16,
        "f4" => Number::Float32,
        "f8" => Number::Float64,
        // bfloat16 has no name of NumPy's: np.save writes that it is two bytes, which nothing else is that is saved in arrays. Some write its name by hand.
        "V2" if axes > 0 => return Ok(Dtype { number: Number::BFloat16, big_endian: order == '>' }),
        "bfloat16" => Number::BFloat16,
        _ => return Err(unsupported().into()),
    };
    // '|' means "byte order does not matter", which is only true of single bytes.
    if order == '|' && number.size() > 1 {
        return Err(unsupported().into());
    }
    Ok(Dtype { number, big_endian: order == '>' && number.size() > 1 })
}

/// The type of the two parts of complex numbers of a descriptor such as "<c8".
fn complex_part(descr: &str) -> Option<Dtype> {
    let number = match descr.get(1..)? {
        "c8" => Number::Float32,
        "c16" => Number::Float64,
        _ => return None,
    };
    matches!(descr.as_bytes()[0], b'<' | b'>' | b'=').then_some(Dtype { number, big_endian: descr.starts_with('>') })
}

/// The type of an array.
#[cfg(feature = "readers")]
#[derive(Debug)]
enum Descr {
    /// A string.
    Plain(String),
    /// Fields.
    Record(Vec<record::Field>),
}

/// The core knows strings alone.
#[cfg(not(feature = "readers"))]
type Descr = String;

/// The three entries of the header.
#[derive(Debug)]
struct Header {
    descr: Descr,
    fortran_order: bool,
    shape: Vec<u64>,
}

/// More axes than NumPy allows (64 since version 2) are a lie.
const MAX_AXES: usize = 64;

impl Header {
    fn parse(text: &[u8]) -> Result<Header> {
        let text = std::str::from_utf8(text).map_err(|_| syntax("it is not text"))?;
        let mut parser = Parser { rest: text };
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        parser.expect('{')?;
        while !parser.take('}') {
            let key = parser.string()?;
            parser.expect(':')?;
            let duplicate = match key.as_str() {
                "descr" => descr.replace(parser.descr()?).is_some(),
                "fortran_order" => fortran_order.replace(parser.boolean()?).is_some(),
                "shape" => shape.replace(parser.shape()?).is_some(),
                _ => return Err(syntax(&format!("the key {key:?} does not belong there"))),
            };
            if duplicate {
                return Err(syntax(&format!("the key {key:?} stands there twice")));
            }
            if !parser.take(',') {
                parser.expect('}')?;
                break;
            }
        }
        parser.end()?;
        Ok(Header {
            descr: descr.ok_or_else(|| syntax("the key \"descr\" is missing"))?,
            fortran_order: fortran_order.ok_or_else(|| syntax("the key \"fortran_order\" is missing"))?,
            shape: shape.ok_or_else(|| syntax("the key \"shape\" is missing"))?,
        })
    }
}

fn syntax(problem: &str) -> crate::Error {
    ErrorKind::HeaderSyntax { problem: problem.to_owned() }.into()
}

/// A parser of exactly what a header may hold: strings, True and False, tuples of whole numbers.
struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    /// Takes a character if it comes next.
    fn take(&mut self, expected: char) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(expected) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, expected: char) -> Result<()> {
        if self.take(expected) { Ok(()) } else { Err(self.surprise(&format!("'{expected}'"))) }
    }

    /// The complaint that something else was expected here.
    fn surprise(&self, expected: &str) -> crate::Error {
        match self.rest.chars().next() {
            Some(found) => syntax(&format!("{expected} was expected where {found:?} stands")),
            None => syntax(&format!("{expected} was expected at its end")),
        }
    }

    /// A quoted string without escapes: no descriptor and no key needs one.
    fn string(&mut self) -> Result<String> {
        self.skip_space();
        let Some(quote @ ('\'' | '"')) = self.rest.chars().next() else {
            return Err(self.surprise("a quoted word"));
        };
        let body = &self.rest[1..];
        let end = body.find(quote).ok_or_else(|| syntax("a quoted word has no end"))?;
        if body[..end].contains('\\') {
            return Err(syntax("a quoted word holds a backslash"));
        }
        self.rest = &body[end + 1..];
        Ok(body[..end].to_owned())
    }

    /// The type: a string, or a list where it is a record.
    #[cfg(feature = "readers")]
    fn descr(&mut self) -> Result<Descr> {
        self.skip_space();
        if self.rest.starts_with('[') {
            return self.fields(0).map(Descr::Record);
        }
        self.string().map(Descr::Plain)
    }

    /// The same without records.
    #[cfg(not(feature = "readers"))]
    fn descr(&mut self) -> Result<Descr> {
        self.skip_space();
        if self.rest.starts_with('[') {
            return Err(ErrorKind::StructuredDtype { fields: Vec::new() }.into());
        }
        self.string()
    }

    fn boolean(&mut self) -> Result<bool> {
        self.skip_space();
        for (word, value) in [("True", true), ("False", false)] {
            if let Some(rest) = self.rest.strip_prefix(word) {
                self.rest = rest;
                return Ok(value);
            }
        }
        Err(self.surprise("True or False"))
    }

    /// A tuple of whole numbers: (), (5,), (5, 3), (5, 3,). Python 2's 5L is allowed, as NumPy allows it.
    fn shape(&mut self) -> Result<Vec<u64>> {
        self.expect('(')?;
        let mut axes = Vec::new();
        while !self.take(')') {
            axes.push(self.whole_number()?);
            if axes.len() > MAX_AXES {
                return Err(syntax("the shape has more axes than NumPy allows"));
            }
            if !self.take(',') {
                self.expect(')')?;
                if axes.len() == 1 {
                    return Err(syntax("the shape is a number instead of a tuple"));
                }
                break;
            }
        }
        Ok(axes)
    }

    fn whole_number(&mut self) -> Result<u64> {
        self.skip_space();
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        if end == 0 {
            return Err(self.surprise("a whole number"));
        }
        // The digits are digits, so only their number can be wrong.
        let value = self.rest[..end].parse().map_err(|_| ErrorKind::ShapeOverflow)?;
        self.rest = self.rest[end..].strip_prefix('L').unwrap_or(&self.rest[end..]);
        Ok(value)
    }

    fn end(&mut self) -> Result<()> {
        self.skip_space();
        if self.rest.is_empty() { Ok(()) } else { Err(self.surprise("nothing more")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Result<Vec<u64>> {
        Parser { rest: text }.shape()
    }

    #[test]
    fn shapes_are_tuples_of_whole_numbers() {
        assert_eq!(shape("()").unwrap(), [0u64; 0]);
        assert_eq!(shape("( 5 , )").unwrap(), [5]);
        assert_eq!(shape("(5, 3)").unwrap(), [5, 3]);
        assert_eq!(shape("(5L, 3L,)").unwrap(), [5, 3]);
        for bad in ["(5)", "5", "(-1, 2)", "(1.5, 2)", "(1 2)", "(1,,2)", "(", "(1, 2"] {
            assert_eq!(shape(bad).unwrap_err().code(), "header_syntax", "{bad}");
        }
        assert_eq!(shape("(99999999999999999999, 2)").unwrap_err().code(), "shape_overflow");
    }

    #[test]
    fn descriptors_name_numbers() {
        let parsed = |descr| dtype(descr, 2).map(|dtype| (dtype.number, dtype.big_endian));
        assert_eq!(parsed("<f4").unwrap(), (Number::Float32, false));
        assert_eq!(parsed(">f4").unwrap(), (Number::Float32, true));
        assert_eq!(parsed("|b1").unwrap(), (Number::Bool, false));
        assert_eq!(parsed(">u1").unwrap(), (Number::Uint8, false));
        assert_eq!(parsed("|O").unwrap_err().code(), "pickled_object");
        for descr in ["<V2", "|V2", "bfloat16"] {
            assert_eq!(parsed(descr).unwrap(), (Number::BFloat16, false), "{descr}");
        }
        assert_eq!(parsed(">V2").unwrap(), (Number::BFloat16, true));
        assert_eq!(dtype("<V2", 0).unwrap_err().code(), "unsupported_dtype");
        for bad in ["<c8", "<U10", "|S3", "<M8[s]", "|V4", "<V1", "<f1", "<f16", "|f4", "", "é"] {
            assert_eq!(parsed(bad).unwrap_err().code(), "unsupported_dtype", "{bad}");
        }
    }
}
