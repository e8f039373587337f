/*! Files on disk: what is in them, what has to be unpacked, and their bytes. */

use std::fs::File;
use std::io::{ErrorKind as IoErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{Given, foreign};
use crate::error::{Error, ErrorKind, Result};
use crate::given::{Asked, Outcome};
use crate::source::{
    ByteRange, Inflater, Opened, Opener, Packing, Seen, Selected, Text, TextReader, Unpacked, Unpacking, Want,
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
    let mut selected = Selected::new(opened, given.array)?;
    let files: Vec<Place> = paths.iter().map(|path| Place { name: name(path), path: path.clone() }).collect();
    let mut made = Made::of(&selected, &files)?;
    // Where all rows say otherwise than the first ones, once more.
    while selected.settle(&made.seen)? {
        made = Made::of(&selected, &files)?;
    }
    let Made { scratch, unpacked, .. } = made;
    let mut places = files;
    places.extend(scratch.iter().map(|(file, made)| Place { name: name(&paths[*file]), path: made.path().to_owned() }));
    let scratch = scratch.into_iter().map(|(_, made)| made).collect();
    let mut reader = selected.reader(&unpacked, asked)?;
    let mut files = Files::open(&places)?;
    while let reads @ [_, ..] = reader.reads().as_slice() {
        reader.take(&files.read(reads)?)?;
    }
    Ok(Opening { found: reader.outcome()?, places, scratch })
}

/// What has been read from its beginning.
struct Made {
    /// What was made, and of which file.
    scratch: Vec<(usize, NamedTempFile)>,
    unpacked: Vec<Unpacked>,
    /// What the rows of texts have said.
    seen: Vec<Seen>,
}

impl Made {
    fn of(selected: &Selected, files: &[Place]) -> Result<Made> {
        let mut all = Made { scratch: Vec::new(), unpacked: Vec::new(), seen: Vec::new() };
        for (file, unpacking) in selected.unpackings() {
            let place = &files[file];
            let (made, of, seen) = unpack(place, unpacking).map_err(|error| error.in_file(&place.name))?;
            all.scratch.push((file, made));
            all.unpacked.push(of);
            all.seen.extend(seen);
        }
        Ok(all)
    }
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
            return foreign::contents(path, contents.format);
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
            inflate(file, want.range, packing, |step| {
                bytes.extend_from_slice(step);
                Ok((bytes.len() as u64) < most)
            })?;
            bytes.truncate(most as usize);
        }
    }
    Ok(bytes)
}

/// Reads something from its beginning, into a file that goes away by itself.
fn unpack(place: &Place, unpacking: Unpacking) -> Result<(NamedTempFile, Unpacked, Option<Seen>)> {
    let mut file = File::open(&place.path).map_err(|error| unreadable(&place.path, &error))?;
    let mut scratch = Scratch { file: NamedTempFile::new().map_err(|error| no_room(&error))? };
    let mut seen = None;
    let rows = match unpacking {
        Unpacking::Packed(packed) => {
            let mut total = 0;
            let inflater = inflate(&mut file, packed.range, packed.packing, |step| {
                total += step.len() as u64;
                scratch.write(step)?;
                Ok(total <= packed.unpacked)
            })?;
            inflater.finish(&packed)?;
            packed.layout.rows
        }
        Unpacking::Text(text) => {
            let reader = read_text(file, text, &mut scratch)?;
            let rows = reader.rows();
            seen = Some(reader.seen());
            rows
        }
        Unpacking::Foreign(format, of) => {
            foreign::make(&place.path, format, &of, &mut |bytes| scratch.write(bytes))?;
            of.layout.rows
        }
    };
    scratch.file.flush().map_err(|error| no_room(&error))?;
    Ok((scratch.file, Unpacked { rows }, seen))
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

/// Unpacks a range of a file, until its end or until `sink` has enough.
fn inflate(
    file: &mut File,
    range: ByteRange,
    packing: Packing,
    mut sink: impl FnMut(&[u8]) -> Result<bool>,
) -> Result<Inflater> {
    let mut inflater = Inflater::new(packing, range.length);
    let end = range.offset + range.length;
    let mut offset = range.offset;
    while offset < end {
        let mut bytes = vec![0; (end - offset).min(STEP as u64) as usize];
        read_at(file, offset, &mut bytes)?;
        offset += bytes.len() as u64;
        inflater.take(bytes);
        while let step @ [_, ..] = inflater.step(STEP)? {
            if !sink(step)? {
                return Ok(inflater);
            }
        }
    }
    Ok(inflater)
}

/// Reads the rows of a file of text to its end.
fn read_text(mut file: File, text: Text, scratch: &mut Scratch) -> Result<TextReader> {
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
            return Ok(reader);
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
