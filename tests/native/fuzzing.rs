//! What any bytes must come to. `cargo fuzz` (fuzz/) and the fixed runs in `fuzz.rs` call these functions; a panic is a find.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use eigenscope::given::{Asked, Kind};
use eigenscope::link;
use eigenscope::native::{self, Choices};
use eigenscope::recorded::Recorded;
use eigenscope::source::{
    ByteRange, Contents, Form, Inflater, Layout, Opened, Opener, Packed, Packing, Selected, TextReader, Want,
};
use eigenscope::{Error, Result};

/// Bytes that may be asked of a file of so many, over and over: the start and the end are small, and a header is read once or twice as it grows.
fn budget(size: usize) -> usize {
    16 * size + (1 << 20)
}

/// Whatever the bytes are, there are contents or a sentence; every array lies in the file, or in what it unpacks to.
pub fn open(file: &[u8]) {
    let Ok(contents) = look(file) else { return };
    for array in &contents.arrays {
        let Ok(form) = &array.form else { continue };
        match form {
            Form::Plain(layout) => check(layout, file.len() as u64),
            Form::Packed(packed) => {
                check_range(packed.range, file.len() as u64);
                check(&packed.layout, packed.unpacked);
                unpack(file, packed);
            }
            Form::Pieces(pieces) => pieces.layouts.iter().for_each(|layout| check(layout, file.len() as u64)),
            Form::Text(_) | Form::Foreign(..) => {}
        }
        let opened = Opened { name: "file".to_owned(), bytes: file.len() as u64, contents: contents.clone() };
        match Selected::new(vec![opened], Some(&array.name)) {
            Ok(selected) => drop(selected.unpackings()),
            Err(error) => sentence(&error),
        }
    }
    if let Err(error) = contents.choose(None) {
        sentence(&error);
    }
}

/// The same of text, whose rows are read to the end in pieces of the length that the first byte says.
pub fn text(input: &[u8]) {
    let Some((&piece, file)) = input.split_first() else { return };
    let Ok(contents) = look(file) else { return };
    for array in &contents.arrays {
        let Ok(Form::Text(text)) = &array.form else { continue };
        let columns = text.columns();
        let start = usize::try_from(text.start()).expect("it lies in memory");
        let whole = rows(text.clone(), &file[start..], usize::MAX);
        let pieces = rows(text.clone(), &file[start..], usize::from(piece) + 1);
        match (&whole, &pieces) {
            (Ok(whole), Ok(pieces)) => {
                let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits();
                assert!(
                    whole.0.len() == pieces.0.len() && whole.0.iter().zip(&pieces.0).all(same),
                    "other numbers in pieces"
                );
                assert_eq!(whole.1, pieces.1, "other rows in pieces");
                assert_eq!(whole.0.len() as u64, whole.1 * columns, "rows of other lengths");
            }
            (Err(whole), Err(pieces)) => {
                sentence(whole);
                assert_eq!(whole.to_string(), pieces.to_string(), "another refusal in pieces");
            }
            _ => panic!("whole: {:?}, in pieces: {:?}", whole.as_ref().err(), pieces.as_ref().err()),
        }
    }
}

/// The same of a whole run from a file to a spectrum, where the last byte says what a person says of the file.
pub fn run(input: &[u8]) {
    let Some((&said, file)) = input.split_last() else { return };
    let kinds = [None, Some(Kind::Features), Some(Kind::Eigenvalues), Some(Kind::Covariance), Some(Kind::GramOfRows)];
    let asked = Asked {
        given: kinds[usize::from(said) % kinds.len()],
        n: (said & 0x40 != 0).then_some(100),
        d: None,
        centred: (said & 0x80 != 0).then_some(true),
    };
    let mut kept = tempfile::NamedTempFile::new().expect("there is room for a small file");
    kept.write_all(file).expect("there is room for a small file");
    let choices = Choices { threads: Some(1), asked, ..Choices::default() };
    match native::spectrum(&[kept.path().to_owned()], choices) {
        Ok(spectrum) => {
            let falls = spectrum.eigenvalues.windows(2).all(|pair| pair[0] >= pair[1]);
            assert!(falls && spectrum.eigenvalues.iter().all(|value| value.is_finite()), "no spectrum");
        }
        Err(error) => sentence(&error),
    }
}

/// Bytes that a link's spectra may take, each with the text that it came in.
const LINK_BYTES: usize = 1 << 20;

/// Whatever the text is, there are spectra or a sentence; none of them takes much, and none rises. `allocated` says how many bytes
/// this thread has asked for by now. Returns how many spectra there are.
pub fn link(text: &[u8], allocated: impl Fn() -> usize) -> usize {
    let text = String::from_utf8_lossy(text);
    let before = allocated();
    let read = link::read(&text);
    let bytes = allocated() - before;
    let records = match read {
        Ok(records) => records,
        Err(error) => {
            assert!(bytes < LINK_BYTES, "{bytes} bytes for a refusal");
            sentence(&error);
            return 0;
        }
    };
    for record in &records {
        let before = allocated();
        let eigenvalues = record.points.eigenvalues(record.eigenvalues);
        let more = allocated() - before;
        assert!(bytes + more < LINK_BYTES, "{bytes} + {more} bytes");
        let falls = eigenvalues.windows(2).all(|pair| pair[0] >= pair[1]);
        assert!(falls && eigenvalues.iter().all(|value| value.is_finite()), "no spectrum");
    }
    // What is made of one is whole.
    if let Some(record) = records.first() {
        let recorded = Recorded::of_link(record.clone());
        let evidence = recorded.evidence(recorded.preparation(), recorded.dropped()).expect("it is what was recorded");
        let (window, weight) = recorded.window();
        let report = evidence.report(window, weight);
        assert_eq!(report.in_view.fit.is_some(), report.in_view.reason.is_none(), "neither an α nor a reason");
    }
    records.len()
}

/// The bytes of a link's fragment, without its checksum.
pub fn bytes_of_link(fragment: &str) -> Vec<u8> {
    let mut bytes = URL_SAFE_NO_PAD.decode(&fragment["#s=".len()..]).expect("it is a link");
    bytes.truncate(bytes.len() - 4);
    bytes
}

/// A fragment of bytes, with a checksum that is right.
pub fn link_of_bytes(mut bytes: Vec<u8>) -> String {
    let mut sum = flate2::Crc::new();
    sum.update(&bytes);
    bytes.extend(sum.sum().to_le_bytes());
    format!("#s={}", URL_SAFE_NO_PAD.encode(&bytes))
}

fn rows(text: eigenscope::source::Text, bytes: &[u8], piece: usize) -> Result<(Vec<f64>, u64)> {
    let mut reader = TextReader::new(text);
    let mut numbers = Vec::new();
    for piece in bytes.chunks(piece) {
        numbers.extend_from_slice(reader.push(piece, false)?);
    }
    numbers.extend_from_slice(reader.push(&[], true)?);
    Ok((numbers, reader.rows()))
}

/// The contents of a file in memory.
fn look(file: &[u8]) -> Result<Contents> {
    let mut asked = 0;
    let opened = || {
        let mut opener = Opener::new(file.len() as u64)?;
        while let wants @ [_, ..] = opener.wants() {
            let mut read = Vec::new();
            for want in wants {
                let bytes = answer(file, want)?;
                asked += bytes.len();
                read.push(bytes);
            }
            opener.take(read)?;
            assert!(asked <= budget(file.len()), "{asked} bytes were wanted of {}", file.len());
        }
        opener.contents()
    };
    let mut opened = opened;
    opened().inspect_err(sentence)
}

fn answer(file: &[u8], want: &Want) -> Result<Vec<u8>> {
    check_range(want.range, file.len() as u64);
    let start = usize::try_from(want.range.offset).expect("it lies in memory");
    let bytes = &file[start..start + usize::try_from(want.range.length).expect("it lies in memory")];
    match want.unpack {
        None => Ok(bytes.to_vec()),
        Some((packing, most)) => inflate(bytes, packing, most),
    }
}

fn inflate(bytes: &[u8], packing: Packing, most: u64) -> Result<Vec<u8>> {
    let mut inflater = Inflater::new(packing, bytes.len() as u64);
    let mut unpacked = Vec::new();
    inflater.take(bytes.to_vec());
    while let step @ [_, ..] = inflater.step(1 << 20)? {
        unpacked.extend_from_slice(step);
        if unpacked.len() as u64 >= most {
            break;
        }
    }
    unpacked.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(unpacked)
}

/// What a stream unpacks to is never more than it could be, and what another reader of such streams makes of it.
fn unpack(file: &[u8], packed: &Packed) {
    assert!(packed.unpacked <= packed.range.length.saturating_mul(1032) + 8, "no stream is packed so well");
    let start = usize::try_from(packed.range.offset).expect("it lies in memory");
    let length = usize::try_from(packed.range.length).expect("it lies in memory");
    let bytes = &file[start..start + length];
    let most = packed.unpacked.min(1 << 20);
    let mut other = Vec::new();
    let read = match packed.packing {
        Packing::Deflate => flate2::bufread::DeflateDecoder::new(bytes).take(most).read_to_end(&mut other),
        Packing::Zlib => flate2::bufread::ZlibDecoder::new(bytes).take(most).read_to_end(&mut other),
    };
    if let (Ok(ours), Ok(_)) = (inflate(bytes, packed.packing, most), read) {
        // Of a stream that is cut off, one may make some bytes more.
        let both = ours.len().min(other.len());
        assert!(ours[..both] == other[..both], "it unpacks to something else");
    }
}

/// Every number of a layout lies in so many bytes.
fn check(layout: &Layout, bytes: u64) {
    let block =
        eigenscope::source::Block { rows: layout.rows - 1..layout.rows, columns: layout.columns - 1..layout.columns };
    for range in layout.ranges(&block) {
        check_range(range, bytes);
    }
    assert!(layout.number_bytes() <= bytes, "more numbers than bytes");
}

fn check_range(range: ByteRange, bytes: u64) {
    let end = range.offset.checked_add(range.length);
    assert!(end.is_some_and(|end| end <= bytes), "{range:?} lies outside of {bytes} bytes");
}

/// A refusal is a sentence that can be shown anywhere, and no fault of ours.
fn sentence(error: &Error) {
    let message = error.to_string();
    assert_ne!(error.code(), "internal", "{message}");
    assert!(message.ends_with('.') && message.len() > 20, "no sentence: {message}");
    assert!(message.len() < 4096 && !message.chars().any(char::is_control), "not to be shown: {message:?}");
}
