/*! Files on disk: what is in them, what has to be unpacked, and their bytes. */

use std::fs::File;
use std::io::{BufReader, ErrorKind as IoErrorKind, Read, Seek, SeekFrom, Take, Write};
use std::path::{Path, PathBuf};

use flate2::Crc;
use flate2::bufread::{DeflateDecoder, ZlibDecoder};
use tempfile::NamedTempFile;

use super::{Given, foreign};
use crate::error::{Error, ErrorKind, Result};
use crate::given::{Asked, Outcome};
use crate::source::{
    ByteRange, Contents, Opened, Opener, Packed, Packing, Selected, Text, TextReader, Unpacked, Unpacking, Want,
    natural_order,
};

/// Bytes that are unpacked at a time.
const STEP: usize = 1 << 20;

/// Files that make one matrix.
pub(super) struct Opening {
    /// The matrix, or what was made of one.
    pub found: Outcome,
    /// All that is read for it.
    pub places: Vec<Place>,
    /// What was unpacked; it goes away with this.
    pub scratch: Vec<NamedTempFile>,
}

/// A file that is read: one that was given, or one that was made of it.
#[derive(Clone)]
pub(super) struct Place {
    /// The name for people.
    name: String,
    path: PathBuf,
}

/// Opens files (in the natural order of their names) as one matrix: the array that is asked for, or the one that can be meant. What was made of features
/// elsewhere is read.
pub(super) fn open(given: Given<'_>, asked: Asked) -> Result<Opening> {
    let mut paths = given.paths.to_vec();
    paths.sort_by(|a, b| natural_order(&name(a), &name(b)));
    let opened = paths.iter().map(|path| look(path)).collect::<Result<Vec<_>>>()?;
    let selected = Selected::new(opened, given.array)?;
    let mut places: Vec<Place> = paths.iter().map(|path| Place { name: name(path), path: path.clone() }).collect();
    let mut scratch = Vec::new();
    let mut unpacked = Vec::new();
    for (file, unpacking) in selected.unpackings() {
        let place = &places[file];
        let (made, of) = unpack(place, unpacking).map_err(|error| error.in_file(&place.name))?;
        places.push(Place { name: place.name.clone(), path: made.path().to_owned() });
        scratch.push(made);
        unpacked.push(of);
    }
    let mut reader = selected.reader(&unpacked, asked)?;
    let mut files = Files::open(&places)?;
    while let reads @ [_, ..] = reader.reads().as_slice() {
        reader.take(&files.read(reads)?)?;
    }
    Ok(Opening { found: reader.outcome()?, places, scratch })
}

/// What is in a file.
fn look(path: &Path) -> Result<Opened> {
    let mut file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let bytes = file.metadata().map_err(|error| unreadable(path, &error))?.len();
    let name = name(path);
    let mut contents = || {
        let mut opener = Opener::new(bytes)?;
        while let wants @ [_, ..] = opener.wants() {
            let read = wants.iter().map(|want| answer(&mut file, want)).collect::<Result<_>>()?;
            opener.take(read)?;
        }
        let contents = opener.contents()?;
        if contents.format.is_foreign() {
            return Ok(Contents::of_foreign(contents.format, foreign::arrays(path, contents.format)?));
        }
        Ok(contents)
    };
    let contents = contents().map_err(|error: Error| error.in_file(&name))?;
    Ok(Opened { name, bytes, contents })
}

/// The bytes that are wanted.
fn answer(file: &mut File, want: &Want) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match want.unpack {
        None => {
            bytes.resize(want.range.length as usize, 0);
            read_at(file, want.range.offset, &mut bytes)?;
        }
        Some((packing, most)) => {
            let read = decoder(file, want.range, packing)?.take(most).read_to_end(&mut bytes);
            read.map_err(|_| ErrorKind::DamagedStream { part: "An array".to_owned() })?;
        }
    }
    Ok(bytes)
}

/// What a range unpacks to.
fn decoder(file: &mut File, range: ByteRange, packing: Packing) -> Result<Decoder<'_>> {
    file.seek(SeekFrom::Start(range.offset)).map_err(|error| failed(&error))?;
    let packed = BufReader::with_capacity(STEP, file.take(range.length));
    Ok(match packing {
        Packing::Deflate => Decoder::Deflate(DeflateDecoder::new(packed)),
        Packing::Zlib => Decoder::Zlib(ZlibDecoder::new(packed)),
    })
}

/// Unpacks a range of a file.
enum Decoder<'a> {
    Deflate(DeflateDecoder<Bytes<'a>>),
    Zlib(ZlibDecoder<Bytes<'a>>),
}

type Bytes<'a> = BufReader<Take<&'a mut File>>;

impl Decoder<'_> {
    /// Packed bytes that were used.
    fn used(&self) -> u64 {
        match self {
            Decoder::Deflate(decoder) => decoder.total_in(),
            Decoder::Zlib(decoder) => decoder.total_in(),
        }
    }
}

impl Read for Decoder<'_> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Decoder::Deflate(decoder) => decoder.read(to),
            Decoder::Zlib(decoder) => decoder.read(to),
        }
    }
}

/// Reads something from its beginning, into a file that goes away by itself.
fn unpack(place: &Place, unpacking: Unpacking) -> Result<(NamedTempFile, Unpacked)> {
    let mut file = File::open(&place.path).map_err(|error| unreadable(&place.path, &error))?;
    let mut scratch = Scratch { file: NamedTempFile::new().map_err(|error| no_room(&error))? };
    let rows = match unpacking {
        Unpacking::Packed(packed) => {
            unpack_stream(&mut file, &packed, &mut scratch)?;
            packed.layout.rows
        }
        Unpacking::Text(text) => read_text(file, text, &mut scratch)?,
        Unpacking::Foreign(format, array, layout) => {
            foreign::make(&place.path, format, &array, &layout, &mut |bytes| scratch.write(bytes))?;
            layout.rows
        }
    };
    scratch.file.flush().map_err(|error| no_room(&error))?;
    Ok((scratch.file, Unpacked { rows }))
}

/// What is made of a file.
struct Scratch {
    file: NamedTempFile,
}

impl Scratch {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(|error| no_room(&error))
    }
}

fn unpack_stream(file: &mut File, packed: &Packed, scratch: &mut Scratch) -> Result<()> {
    let mut unpacked = decoder(file, packed.range, packed.packing)?;
    let damaged = || ErrorKind::DamagedStream { part: "The array".to_owned() };
    let (mut checksum, mut total) = (Crc::new(), 0u64);
    let mut step = vec![0; STEP];
    loop {
        let read = unpacked.read(&mut step).map_err(|_| damaged())?;
        total += read as u64;
        if read == 0 || total > packed.unpacked {
            break;
        }
        checksum.update(&step[..read]);
        scratch.write(&step[..read])?;
    }
    // Nothing may be left over, of what was packed or of what was to come of it.
    if total != packed.unpacked
        || unpacked.used() != packed.range.length
        || packed.crc32.is_some_and(|crc32| crc32 != checksum.sum())
    {
        return Err(damaged().into());
    }
    Ok(())
}

/// The rows of a file of text, and how many there are.
fn read_text(mut file: File, text: Text, scratch: &mut Scratch) -> Result<u64> {
    file.seek(SeekFrom::Start(text.start())).map_err(|error| failed(&error))?;
    let mut reader = TextReader::new(text);
    let mut step = vec![0; STEP];
    let mut bytes = Vec::new();
    loop {
        let read = file.read(&mut step).map_err(|error| failed(&error))?;
        bytes.clear();
        bytes.extend(reader.push(&step[..read], read == 0)?.iter().flat_map(|number| number.to_le_bytes()));
        scratch.write(&bytes)?;
        if read == 0 {
            return Ok(reader.rows());
        }
    }
}

/// The open files of one thread.
pub(super) struct Files {
    files: Vec<(String, File)>,
}

impl Files {
    pub fn open(places: &[Place]) -> Result<Files> {
        let open = |Place { name, path }: &Place| {
            Ok((name.clone(), File::open(path).map_err(|error| unreadable(path, &error))?))
        };
        Ok(Files { files: places.iter().map(open).collect::<Result<_>>()? })
    }

    /// The bytes of all ranges, one after another.
    pub fn read(&mut self, ranges: &[(usize, ByteRange)]) -> Result<Vec<u8>> {
        let total: u64 = ranges.iter().map(|(_, range)| range.length).sum();
        let mut bytes = vec![0; total as usize];
        let mut at = 0;
        for (place, range) in ranges {
            let (name, file) = &mut self.files[*place];
            let to = &mut bytes[at..at + range.length as usize];
            at += to.len();
            read_at(file, range.offset, to).map_err(|error| error.in_file(name))?;
        }
        Ok(bytes)
    }
}

fn read_at(file: &mut File, offset: u64, to: &mut [u8]) -> Result<()> {
    file.seek(SeekFrom::Start(offset)).and_then(|_| file.read_exact(to)).map_err(|error| failed(&error))
}

pub(super) fn failed(error: &std::io::Error) -> Error {
    match error.kind() {
        IoErrorKind::UnexpectedEof => ErrorKind::FileChanged.into(),
        _ => ErrorKind::Unreadable { reason: error.to_string() }.into(),
    }
}

fn no_room(error: &std::io::Error) -> Error {
    ErrorKind::NoRoom { reason: error.to_string() }.into()
}

pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::from(ErrorKind::Unreadable { reason: error.to_string() }).in_file(&path.display().to_string())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
