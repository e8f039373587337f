/*!
MATLAB's files of version 5, as `save` writes them with -v6 and -v7, and scipy.io.savemat and Octave too.

A header of 128 bytes, and one element after another: a variable, or one packed by zlib. A variable is made of elements itself: flags with its class, its
lengths, its name, and its numbers, column by column, which MATLAB stores in the smallest type that holds them. The fields of a struct are variables within it.
In a packed struct they are found as far as the first 1 MiB of it goes: a field behind more numbers than that is listed and not read.
Sources: "MAT-File Format", The MathWorks, and `scipy/io/matlab/_mio5_utils.pyx` where files differ from it.
*/

use std::collections::BTreeMap;

use super::contents::{Array, Contents, Form, Format, Packed, malformed, unsupported};
use super::known::{Known, Packing, Step, Stop};
use super::{ByteRange, Dtype, Layout, Number, Order};
use crate::error::{Error, ErrorKind, Result};

/// The first bytes of every such file.
pub(super) const MAGIC: &[u8] = b"MATLAB 5.0";
const FORMAT: &str = "a MATLAB file";

/// Text, and at its end a version and the order of bytes.
const HEADER: u64 = 128;
const TAG: u64 = 8;
/// Bytes of the file that are read at a time. Arrays longer than that take a window each.
const WINDOW: u64 = 32 << 10;
const MOST_WINDOWS: usize = 512;
/// The first bytes of a packed variable that are unpacked: as many as nearly every header fits in, and more where fields of a struct lie behind them,
/// until that is so many of a file.
const PEEKS: [u64; 3] = [4 << 10, 64 << 10, 1 << 20];
const ROOM: u64 = 16 << 20;
/// Deflate makes at most 1,032 bytes of one.
const LARGEST_RATIO: u64 = 1032;
/// MATLAB's own names end at 63 bytes, and its arrays have few axes. Structs within structs are looked into down to some depth.
const LONGEST_NAME: u64 = 256;
const MOST_AXES: u64 = 64;
const MOST_ARRAYS: usize = 4096;
const DEEPEST: usize = 8;

/// Types of elements: variables, what may hold a name, and what may hold lengths.
const MATRIX: u32 = 14;
const COMPRESSED: u32 = 15;
const TEXTS: [u32; 2] = [1, 16];
const LENGTHS: [u32; 2] = [5, 6];

/// The numbers of the classes of variables from 6 on, and the types of the elements that such numbers are in.
const NUMBERS: [Number; 10] = {
    use Number::*;
    [Float64, Float32, Int8, Uint8, Int16, Uint16, Int32, Uint32, Int64, Uint64]
};
const STORED: [u32; 10] = [9, 7, 1, 2, 3, 4, 5, 6, 12, 13];
const STRUCT: u32 = 2;
const CHAR: u32 = 4;
const OPAQUE: u32 = 17;

/// The variables of a file, and the fields of its structs.
pub(super) fn contents(known: &Known) -> Step<Contents> {
    if known.size < HEADER {
        return Err(ErrorKind::TruncatedHeader { missing: HEADER - known.size }.into());
    }
    let start = known.start(WINDOW)?;
    let big_endian = match start.get(126..128) {
        Some(b"IM") => false,
        Some(b"MI") => true,
        _ => return Err(malformed(FORMAT, "its header does not say in which order bytes are").into()),
    };
    let mut file = Reader { known: Some(known), seen: start, big_endian, ..Reader::default() };
    let mut packed = Vec::new();
    let mut at = HEADER;
    while at < known.size {
        if known.size - at < TAG {
            return Err(ErrorKind::TruncatedHeader { missing: TAG - (known.size - at) }.into());
        }
        let (kind, length) = file.tag(at)?;
        let end = at + TAG + u64::from(length);
        if end > known.size {
            return Err(ErrorKind::TruncatedData { missing: end - known.size, expected: end }.into());
        }
        let range = ByteRange { offset: at + TAG, length: end - at - TAG };
        match kind {
            MATRIX => file.variable(range.offset, end, "", 0)?,
            COMPRESSED => packed.push(range),
            _ => return Err(malformed(FORMAT, "there is something else where a variable should begin").into()),
        }
        if file.arrays.len() + packed.len() > MOST_ARRAYS {
            return Err(too_many().into());
        }
        at = end;
    }
    let mut arrays = file.arrays;
    // The beginnings of all that is packed, at once.
    let (mut wants, mut room) = (Vec::new(), ROOM);
    for range in packed {
        match unpacked(known, range, big_endian, &mut room) {
            Ok(found) => arrays.extend(found),
            Err(Stop::Wants(more)) => wants.extend(more),
            Err(refused) => return Err(refused),
        }
        if arrays.len() > MOST_ARRAYS {
            return Err(too_many().into());
        }
    }
    if !wants.is_empty() {
        return Err(Stop::Wants(wants));
    }
    // Names may stand there twice, mostly those of fields.
    let mut names = BTreeMap::new();
    for array in &mut arrays {
        let times = names.entry(array.name.clone()).and_modify(|times| *times += 1).or_insert(1u32);
        if *times > 1 {
            array.name = format!("{} ({times})", array.name);
        }
    }
    if let [array] = arrays.as_mut_slice()
        && array.dtype == class_name(CHAR)
    {
        array.form = Err(ErrorKind::NoMatrix { arrays: vec![array.description()] }.into());
    }
    Ok(Contents::new(Format::Mat, arrays))
}

fn too_many() -> Error {
    let advice = "Save the features alone: save('features.mat', 'features', '-v7').";
    ErrorKind::UnsupportedFormat { format: "a MATLAB file with thousands of variables", advice }.into()
}

/// The arrays of a packed variable.
fn unpacked(known: &Known, range: ByteRange, big_endian: bool, room: &mut u64) -> Step<Vec<Array>> {
    let damaged = || Stop::from(ErrorKind::DamagedStream { part: "A variable".to_owned() });
    let longest = range.length.saturating_mul(LARGEST_RATIO);
    let mut most = PEEKS[0];
    loop {
        let seen = known.unpacked(range, Packing::Zlib, most.min(longest))?;
        let mut stream = Reader { seen, big_endian, ..Reader::default() };
        if (seen.len() as u64) < TAG {
            return Err(damaged());
        }
        let (kind, length) = stream.tag(0)?;
        let total = TAG + u64::from(length);
        if kind != MATRIX || total > longest || (seen.len() as u64) < most.min(total) {
            return Err(damaged());
        }
        let read = stream.variable(TAG, total, "", 0);
        let more = stream.unseen.and_then(|end| PEEKS.into_iter().find(|&peek| peek >= end));
        if let Some(more) = more.filter(|&more| more > most && more <= *room) {
            (*room, most) = (*room - more, more);
            continue;
        }
        if let Err(Stop::Wants(_)) = read {
            let (length, limit) = (stream.unseen.unwrap_or(total), PEEKS[2]);
            return Err(ErrorKind::HeaderTooLong { format: "variable's", length, limit }.into());
        }
        read?;
        let (packing, crc32) = (Packing::Zlib, None);
        let pack = |form: Form| match form {
            Form::Plain(layout) => Form::Packed(Packed { range, packing, unpacked: total, crc32, layout }),
            other => other,
        };
        let packed = |array: Array| Array { form: array.form.map(pack), ..array };
        return Ok(stream.arrays.into_iter().map(packed).collect());
    }
}

/// An element within a variable.
struct Element {
    kind: u32,
    at: u64,
    length: u64,
    /// Where the next one begins.
    next: u64,
}

/// Reads variables, and gathers their arrays.
#[derive(Default)]
struct Reader<'a> {
    /// The file; nothing where it reads what was unpacked.
    known: Option<&'a Known>,
    /// What is seen of it, from where on, and how many such windows there were.
    seen: &'a [u8],
    seen_at: u64,
    windows: usize,
    /// The end of the first thing that was not unpacked.
    unseen: Option<u64>,
    big_endian: bool,
    arrays: Vec<Array>,
}

impl<'a> Reader<'a> {
    fn u32(&self, bytes: &[u8]) -> u32 {
        let number = |number: u32, &byte: &u8| number << 8 | u32::from(byte);
        if self.big_endian { bytes.iter().take(4).fold(0, number) } else { bytes.iter().take(4).rev().fold(0, number) }
    }

    /// Bytes that are known to lie in the file or in the stream. Where they were not unpacked, it stops and wants nothing.
    fn bytes(&mut self, start: u64, length: u64) -> Step<&'a [u8]> {
        let within = |seen: &'a [u8], at: u64| {
            let start = usize::try_from(start.checked_sub(at)?).ok()?;
            seen.get(start..start.checked_add(usize::try_from(length).ok()?)?)
        };
        if let Some(bytes) = within(self.seen, self.seen_at) {
            return Ok(bytes);
        }
        let Some(known) = self.known else {
            self.unseen.get_or_insert(start.saturating_add(length));
            return Err(Stop::Wants(Vec::new()));
        };
        self.windows += 1;
        if self.windows > MOST_WINDOWS {
            return Err(too_many().into());
        }
        self.seen = known.get(start, length.max(WINDOW).min(known.size.saturating_sub(start)))?;
        self.seen_at = start;
        within(self.seen, start).ok_or_else(|| malformed(FORMAT, "a variable reaches past its end").into())
    }

    /// The two numbers of a tag.
    fn tag(&mut self, at: u64) -> Step<(u32, u32)> {
        let (kind, length) = self.bytes(at, TAG)?.split_at(4);
        Ok((self.u32(kind), self.u32(length)))
    }

    fn push(&mut self, name: &str, shape: Vec<u64>, dtype: &str, layout: Result<Layout>) -> Result<()> {
        self.arrays.push(Array::plain(name, shape, dtype, layout));
        if self.arrays.len() > MOST_ARRAYS { Err(too_many()) } else { Ok(()) }
    }

    /// The element that begins somewhere in a variable.
    fn element(&mut self, at: u64, end: u64) -> Step<Element> {
        let short = || malformed(FORMAT, "a variable ends within one of its parts");
        if end.saturating_sub(at) < TAG {
            return Err(short().into());
        }
        let (kind, length) = self.tag(at)?;
        // Up to four bytes stand in the tag itself, whose first number is then made of both.
        let (small, length) = (u64::from(kind >> 16), u64::from(length));
        let element = if small > 0 {
            Element { kind: kind & 0xffff, at: at + 4, length: small, next: at + TAG }
        } else {
            Element { kind, at: at + TAG, length, next: (at + TAG + length.next_multiple_of(8)).min(end) }
        };
        if small > 4 || element.length > end - element.at { Err(short().into()) } else { Ok(element) }
    }

    /// The flags, the shape and the name of the variable in `at..end`, and where the rest of it begins.
    fn head(&mut self, at: u64, end: u64) -> Step<(u32, Vec<u64>, String, u64)> {
        let Element { length, at, mut next, .. } = self.element(at, end)?;
        if length != 8 {
            return Err(malformed(FORMAT, "a variable does not begin with its flags").into());
        }
        let flags = self.tag(at)?.0;
        let mut shape = Vec::new();
        // Of an object of MATLAB's own there is no telling what shape it has.
        if flags & 0xff != OPAQUE {
            let lengths = self.element(next, end)?;
            if !LENGTHS.contains(&lengths.kind) || lengths.length % 4 != 0 || lengths.length > 4 * MOST_AXES {
                return Err(malformed(FORMAT, "the lengths of a variable's axes are no list of numbers").into());
            }
            let axes = self.bytes(lengths.at, lengths.length)?.chunks_exact(4);
            shape.extend(axes.map(|axis| u64::from(self.u32(axis))));
            next = lengths.next;
        }
        let name = self.element(next, end)?;
        if !TEXTS.contains(&name.kind) || name.length > LONGEST_NAME {
            return Err(malformed(FORMAT, "the name of a variable is no text, or a long one").into());
        }
        Ok((flags, shape, String::from_utf8_lossy(self.bytes(name.at, name.length)?).into_owned(), name.next))
    }

    /// The variable in `at..end`, which has a name of its own unless it is a field.
    fn variable(&mut self, at: u64, end: u64, field: &str, depth: usize) -> Step<()> {
        if at == end {
            // A field may be empty; nothing else is.
            let empty = || Err(ErrorKind::TooFewRows { rows: 0 }.into());
            return if field.is_empty() { Ok(()) } else { Ok(self.push(field, vec![0, 0], "float64", empty())?) };
        }
        let (flags, shape, own, next) = self.head(at, end)?;
        let name = if field.is_empty() { &own } else { field };
        // MATLAB hides what functions and objects refer to in a variable without a name.
        if name.is_empty() {
            return Ok(());
        }
        let class = flags & 0xff;
        let (is_logical, is_complex) = (flags & 0x200 != 0, flags & 0x800 != 0);
        let Some(&number) = class.checked_sub(6).and_then(|class| NUMBERS.get(class as usize)) else {
            let is_looked_into = class == STRUCT && shape.iter().all(|&length| length == 1) && depth < DEEPEST;
            let dtype = class_name(class);
            self.push(name, shape, dtype, Err(unsupported(Format::Mat, dtype)))?;
            return if is_looked_into { self.fields(next, end, name, depth) } else { Ok(()) };
        };
        let mut dtype = if is_logical { Number::Bool } else { number }.name().to_owned();
        if is_complex {
            dtype = format!("complex {dtype}");
            return Ok(self.push(name, shape, &dtype, Err(unsupported(Format::Mat, &dtype)))?);
        }
        let is_empty = shape.contains(&0);
        let numbers = if is_empty { Element { kind: 9, at: next, length: 0, next } } else { self.element(next, end)? };
        let malformed = |problem| malformed(FORMAT, format!("{name:?} {problem}"));
        let layout = match STORED.iter().position(|&kind| kind == numbers.kind) {
            Some(stored) => {
                let stored = NUMBERS[stored];
                let number = if is_logical && stored.size() == 1 { Number::Bool } else { stored };
                let dtype = Dtype { number, big_endian: self.big_endian && number.size() > 1 };
                let bytes = ByteRange { offset: numbers.at, length: numbers.length };
                Layout::dense(bytes, &shape, dtype, Order::F).map_err(|error| match error.kind() {
                    ErrorKind::TruncatedData { .. } => malformed("has fewer bytes than its shape"),
                    ErrorKind::TrailingData { .. } => malformed("has more bytes than its shape"),
                    _ => error,
                })
            }
            None => Err(malformed("holds something else than numbers")),
        };
        Ok(self.push(name, shape, &dtype, layout)?)
    }

    /// The fields of a struct in `at..end`, from the length of their names on.
    fn fields(&mut self, at: u64, end: u64, parent: &str, depth: usize) -> Step<()> {
        let length = self.element(at, end)?;
        let names = self.element(length.next, end)?;
        let each = self.bytes(length.at, length.length)?;
        let each = if each.len() == 4 { self.u32(each) } else { 0 };
        if names.length > 0 && !(1..=LONGEST_NAME).contains(&u64::from(each)) {
            return Err(malformed(FORMAT, format!("the names of the fields of {parent:?} have no length")).into());
        }
        let mut at = names.next;
        for name in self.bytes(names.at, names.length)?.chunks_exact(each.max(1) as usize) {
            let end_of_name = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
            let name = format!("{parent}.{}", String::from_utf8_lossy(&name[..end_of_name]));
            let before = self.arrays.len();
            match self.field(at, end, &name, depth) {
                Ok(next) => at = next,
                // This one was not unpacked, and so will none be that follows.
                Err(Stop::Wants(wants)) if wants.is_empty() => {
                    self.arrays.truncate(before);
                    self.push(&name, Vec::new(), "packed", Err(behind()))?;
                }
                Err(stop) => return Err(stop),
            }
        }
        Ok(())
    }

    /// A field, and where the next one begins.
    fn field(&mut self, at: u64, end: u64, name: &str, depth: usize) -> Step<u64> {
        let field = self.element(at, end)?;
        if field.kind != MATRIX {
            return Err(malformed(FORMAT, format!("there is something else where {name:?} should begin")).into());
        }
        self.variable(field.at, field.at + field.length, name, depth + 1)?;
        Ok(field.next)
    }
}

/// Why a field is not read that lies too far back in a packed struct.
fn behind() -> Error {
    let method = "others before it, as fields of one struct are".to_owned();
    let advice = "Save it as a variable of its own: features = s.features; save('features.mat', 'features', '-v7').";
    ErrorKind::UnsupportedCompression { method, advice }.into()
}

/// The name of a class that is no numbers.
fn class_name(class: u32) -> &'static str {
    match class {
        1 => "cell",
        STRUCT => "struct",
        CHAR => "char",
        5 => "sparse",
        16 => "function handle",
        _ => "object",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::Compression;
    use flate2::read::{ZlibDecoder, ZlibEncoder};
    use proptest::prelude::*;

    use super::super::{Opener, Want};
    use super::*;

    /// An element, in the short form where it fits.
    fn element(kind: u32, data: &[u8]) -> Vec<u8> {
        let length = data.len() as u32;
        let is_small = (1..=4).contains(&length);
        let tag = if is_small { (kind | length << 16).to_le_bytes().to_vec() } else { words(&[kind, length]) };
        let mut out = [&tag, data].concat();
        out.resize(out.len().next_multiple_of(8), 0);
        out
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    fn variable(name: &str, flags: u32, shape: &[u32], rest: &[Vec<u8>]) -> Vec<u8> {
        let head = [element(6, &words(&[flags, 0])), element(5, &words(shape)), element(1, name.as_bytes())];
        element(MATRIX, &[head.concat(), rest.concat()].concat())
    }

    fn structure(name: &str, fields: &[&str], values: &[Vec<u8>]) -> Vec<u8> {
        let names: Vec<u8> = fields.iter().flat_map(|field| format!("{field:\0<9}").into_bytes()).collect();
        let rest = [element(5, &words(&[9])), element(1, &names), values.concat()];
        variable(name, STRUCT, &[1, 1], &rest)
    }

    fn packed(variable: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        ZlibEncoder::new(variable, Compression::default()).read_to_end(&mut packed).unwrap();
        [words(&[COMPRESSED, packed.len() as u32]), packed].concat()
    }

    fn file(variables: &[Vec<u8>]) -> Vec<u8> {
        [MAGIC, &[b' '; 114], &[0, 1], b"IM", &variables.concat()].concat()
    }

    fn open(file: &[u8]) -> Result<Contents> {
        let mut opener = Opener::new(file.len() as u64)?;
        let read = |want: &Want| {
            let (bytes, mut first) = (&file[want.range.offset as usize..][..want.range.length as usize], Vec::new());
            let Some((_, most)) = want.unpack else { return Ok(bytes.to_vec()) };
            let read = ZlibDecoder::new(bytes).take(most).read_to_end(&mut first);
            read.map(|_| first).map_err(|_| Error::from(ErrorKind::FileChanged))
        };
        while let wants @ [_, ..] = opener.wants() {
            let bytes = wants.iter().map(read).collect::<Result<_>>()?;
            opener.take(bytes)?;
        }
        opener.contents()
    }

    /// A variable of each kind.
    fn variables() -> Vec<Vec<u8>> {
        let numbers = [element(2, &[1, 2, 3, 4, 5, 6])];
        let fields = [variable("", 6, &[3, 2], &numbers), variable("", CHAR, &[1, 0], &[])];
        let inner = structure("", &["x", "text"], &fields);
        vec![
            variable("features", 6, &[3, 2], &numbers),
            packed(&variable("packed", 7, &[2, 1], &[element(7, &[0; 8])])),
            variable("one", 9 | 0x200, &[1, 1], &[element(2, &[1])]),
            variable("empty", 6, &[0, 0], &[]),
            variable("c", 6 | 0x800, &[1, 1], &[element(2, &[1]), element(2, &[1])]),
            variable("", 6, &[1, 6], &numbers),
            structure("s", &["inner", "none"], &[inner, element(MATRIX, &[])]),
            packed(&structure("p", &["a"], &[variable("", 15, &[1, 1], &[element(13, &[0; 8])])])),
        ]
    }

    #[test]
    fn variables_and_fields_are_found() {
        let found = open(&file(&variables())).unwrap();
        let listed: std::collections::BTreeSet<_> = found.arrays.iter().map(Array::description).collect();
        let expected = "c (1 × 1, complex float64), empty (0 × 0, float64), features (3 × 2, float64), \
            one (1 × 1, bool), p (1 × 1, struct), p.a (1 × 1, uint64), packed (2 × 1, float32), s (1 × 1, struct), \
            s.inner (1 × 1, struct), s.inner.text (1 × 0, char), s.inner.x (3 × 2, float64), s.none (0 × 0, float64)";
        assert_eq!(Vec::from_iter(listed).join(", "), expected);
        let Ok(Form::Plain(layout)) = &found.choose(Some("features")).unwrap().form else { panic!("it is not packed") };
        assert_eq!((layout.offset, layout.dtype.number, layout.order), (192, Number::Uint8, Order::F));
        let Ok(Form::Packed(packed)) = &found.choose(Some("packed")).unwrap().form else { panic!("it is packed") };
        assert_eq!((packed.unpacked, packed.layout.offset), (72, 64));
        let text = open(&file(&[variable("t", CHAR, &[1, 0], &[])])).unwrap();
        assert_eq!(text.arrays[0].features().unwrap_err().code(), "no_matrix");
        let twice = open(&file(&[variables(), variables()].concat())).unwrap();
        assert!(["one (2)", "s.inner.x (2)"].iter().all(|&name| twice.choose(Some(name)).is_ok()));
    }

    #[test]
    fn a_packed_field_behind_many_numbers_is_listed() {
        let last = variable("", 6, &[3, 1], &[element(2, &[1, 2, 3])]);
        let codes = [100, 50_000, 2_000_000].map(|length| {
            let large = variable("", 9, &[length, 1], &[element(2, &vec![7; length as usize])]);
            let found = open(&file(&[packed(&structure("s", &["large", "last"], &[large, last.clone()]))])).unwrap();
            found.choose(Some("s.last")).unwrap().features().map_or_else(|error| error.code(), |_| "found")
        });
        assert_eq!(codes, ["found", "found", "unsupported_compression"]);
    }

    #[test]
    fn a_file_that_is_cut_off_says_so_or_has_fewer_variables() {
        let whole = file(&variables());
        for length in MAGIC.len()..whole.len() {
            let read = open(&whole[..length]).map(|contents| contents.arrays.len());
            assert!(read.map_or_else(|error| error.code().starts_with("truncated_"), |arrays| arrays < 12), "{length}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(changes in prop::collection::vec((0usize..1500, any::<u8>()), 1..4)) {
            let (mut bytes, length) = (file(&variables()), file(&variables()).len());
            changes.iter().for_each(|&(at, byte)| bytes[at % length] = byte);
            for array in open(&bytes).map(|contents| contents.arrays).unwrap_or_default() {
                if let Ok(Form::Plain(layout)) = array.form {
                    prop_assert!(layout.offset + layout.number_bytes() <= bytes.len() as u64);
                }
            }
        }
    }
}
