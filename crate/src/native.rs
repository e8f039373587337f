/*! The same analysis over files on disk, with native threads. */

use std::fs::File;
use std::io::{ErrorKind as IoErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};
use crate::moments::{Gathered, Moments, Options, Plan, Precision, Worker};
use crate::report::Spectrum;
use crate::source::{ByteRange, HEAD_BYTES, Head, Source, natural_order};

/// What to do with rows that hold NaN or infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonFiniteRows {
    /// Refuse the matrix.
    Refuse,
    /// Leave those rows out.
    Skip,
}

/// How long each stage took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// Reading, decoding and the second moment.
    pub moments: Duration,
    /// Eigenvalues.
    pub eigenvalues: Duration,
}

/// Analyzes one matrix in one or several files (put in the natural order of their names).
///
/// `threads` is the number of threads, or `None` for one a processor.
///
/// # Errors
///
/// Every refusal of [`ErrorKind`], with the file's name where one file is to blame.
pub fn analyze(
    paths: &[PathBuf],
    precision: Precision,
    non_finite: NonFiniteRows,
    threads: Option<usize>,
) -> Result<(Spectrum, Timings)> {
    let started = Instant::now();
    let mut paths = paths.to_vec();
    paths.sort_by(|a, b| natural_order(&name(a), &name(b)));
    let heads = paths.iter().map(|path| head(path)).collect::<Result<Vec<_>>>()?;
    let heads: Vec<Head<'_>> = heads.iter().map(|(name, size, start)| Head { name, size: *size, start }).collect();
    let source = Source::open(&heads)?;
    let whole = source.name();

    let options = Options {
        precision,
        workers: threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
        workers_forced: threads.is_some(),
    };
    let mut plan = Plan::new(source, options).map_err(|error| error.in_file(&whole))?;
    let mut files = Files::open(&paths)?;
    for attempt in 0..=plan.chunks() {
        if plan.set_shift(attempt, &files.read(&plan.first_reads(attempt))?)? {
            break;
        }
    }

    let queues: Vec<AtomicUsize> = plan.bands.iter().map(|_| AtomicUsize::new(0)).collect();
    let mut gathered = Gathered::new(plan.clone())?;
    std::thread::scope(|scope| {
        let (plan, paths, queues) = (&plan, &paths, &queues);
        let threads: Vec<_> = (0..plan.workers())
            .map(|worker| {
                let band = worker % plan.bands.len();
                scope.spawn(move || gather(plan, paths, band, &queues[band]))
            })
            .collect();
        for thread in threads {
            let moments = thread.join().unwrap_or(Err(ErrorKind::Internal { problem: "a thread died" }.into()))?;
            gathered.add(&moments)?;
        }
        Ok::<(), Error>(())
    })?;
    if non_finite == NonFiniteRows::Refuse {
        gathered.check_finite().map_err(|error| error.in_file(&whole))?;
    }
    let moments = started.elapsed();
    let spectrum = Spectrum::new(gathered, false).map_err(|error| error.in_file(&whole))?;
    Ok((spectrum, Timings { moments, eigenvalues: started.elapsed() - moments }))
}

/// One thread's part: chunks of one band until the queue is empty.
fn gather(plan: &Plan, paths: &[PathBuf], band: usize, queue: &AtomicUsize) -> Result<Moments> {
    let mut files = Files::open(paths)?;
    let mut worker = Worker::new(plan.clone(), band)?;
    loop {
        let chunk = queue.fetch_add(1, Ordering::Relaxed);
        if chunk >= plan.chunks() {
            return Ok(worker.finish());
        }
        let bytes = files.read(&plan.reads(chunk))?;
        worker.push(chunk, &bytes)?;
    }
}

/// The open files of one thread.
struct Files {
    files: Vec<(String, File)>,
}

impl Files {
    fn open(paths: &[PathBuf]) -> Result<Files> {
        let open = |path: &PathBuf| Ok((name(path), File::open(path).map_err(|error| unreadable(path, &error))?));
        Ok(Files { files: paths.iter().map(open).collect::<Result<_>>()? })
    }

    /// The bytes of all ranges, one after another.
    fn read(&mut self, ranges: &[(usize, ByteRange)]) -> Result<Vec<u8>> {
        let total: u64 = ranges.iter().map(|(_, range)| range.length).sum();
        let mut bytes = vec![0; total as usize];
        let mut at = 0;
        for (shard, range) in ranges {
            let (name, file) = &mut self.files[*shard];
            let to = &mut bytes[at..at + range.length as usize];
            at += to.len();
            let read = file.seek(SeekFrom::Start(range.offset)).and_then(|_| file.read_exact(to));
            read.map_err(|error| match error.kind() {
                IoErrorKind::UnexpectedEof => Error::from(ErrorKind::FileChanged),
                _ => ErrorKind::Unreadable { reason: error.to_string() }.into(),
            })
            .map_err(|error| error.in_file(name))?;
        }
        Ok(bytes)
    }
}

/// Name, size and first bytes of a file.
fn head(path: &Path) -> Result<(String, u64, Vec<u8>)> {
    let read = || {
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        let mut start = Vec::new();
        file.by_ref().take(HEAD_BYTES).read_to_end(&mut start)?;
        Ok((name(path), size, start))
    };
    read().map_err(|error: std::io::Error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::from(ErrorKind::Unreadable { reason: error.to_string() }).in_file(&path.display().to_string())
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
