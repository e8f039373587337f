/*! The same analysis over files on disk, with native threads. */

mod feed;
mod files;
mod foreign;

pub use feed::{GpuSpeeds, gpu_speeds};

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::decompose::{Begun, Decomposed};
use crate::engine::Engine;
use crate::error::{Error, ErrorKind, Result};
use crate::given::{self, Asked, GivenMatrix, MOST_SIDE, Origin, Outcome};
use crate::moments::{Blocks, Gathered, Options, Part, Plan, Precision, Preparation, Scaled, Worker};
use crate::report::Spectrum;
use crate::source::{Named, Source, group_files};
use crate::study::{Beside, Study, Sums};
use files::{Files, Opening, Place};

/// What to do with rows that hold NaN or infinity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonFiniteRows {
    /// Refuse the matrix.
    Refuse,
    /// Leave those rows out.
    Skip,
}

/// How long each stage took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timings {
    /// Reading, decoding and the second moment.
    pub moments: Duration,
    /// Eigenvalues of all rows: the first answer.
    pub eigenvalues: Duration,
    /// Everything that follows it: blocks of rows, other preparations.
    pub study: Duration,
    /// 10¹² floating-point operations (n·d² in all: one triangle's multiplications and additions) a second while a GPU worked.
    pub gpu_teraflops: Option<f64>,
}

/// What a person chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choices {
    /// What computes products. Nothing is raced here: `Auto` is workers.
    pub engine: Engine,
    /// How products are computed. A GPU knows only the fast way.
    pub precision: Precision,
    /// What to do with rows that hold NaN or infinity.
    pub non_finite: NonFiniteRows,
    /// Whether rows at unit length are summed as well.
    pub scaled: Scaled,
    /// The number of threads, or `None` for one a processor.
    pub threads: Option<usize>,
    /// What a person says of files that may hold no features but what was made of them.
    pub asked: Asked,
}

impl Choices {
    fn threads(&self) -> usize {
        self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
    }
}

impl Default for Choices {
    fn default() -> Self {
        Choices {
            engine: Engine::Workers,
            precision: Precision::Exact,
            non_finite: NonFiniteRows::Refuse,
            scaled: Scaled::Auto,
            threads: None,
            asked: Asked::NOTHING,
        }
    }
}

/// What a person gives: the files of one matrix, and which array of them it is.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// Files, in any order.
    pub paths: &'a [PathBuf],
    /// The array to read where a file has several.
    pub array: Option<&'a str>,
}

impl<'a, P: AsRef<[PathBuf]> + ?Sized> From<&'a P> for Given<'a> {
    fn from(paths: &'a P) -> Self {
        Given { paths: paths.as_ref(), array: None }
    }
}

/// Whether files can be the parts of one matrix, by their names and sizes ([`group_files`]).
///
/// # Errors
///
/// `SeveralMatrices` where their names say that they are several.
pub fn check_one_matrix(paths: &[PathBuf]) -> Result<()> {
    let names: Vec<String> = paths.iter().map(|path| path.to_string_lossy().replace('\\', "/")).collect();
    let bytes = |path: &PathBuf| path.metadata().map_or(0, |facts| facts.len());
    let files: Vec<Named<'_>> =
        names.iter().zip(paths).map(|(name, path)| Named { path: name, bytes: bytes(path) }).collect();
    let grouping = group_files(&files);
    if !grouping.is_named || grouping.matrices.len() < 2 {
        return Ok(());
    }
    let described = |parts: &Vec<usize>| match parts.as_slice() {
        [one] => names[*one].clone(),
        [first, .., last] => format!("{} to {} ({} files)", names[*first], names[*last], parts.len()),
        [] => String::new(),
    };
    Err(ErrorKind::SeveralMatrices { matrices: grouping.matrices.iter().map(described).collect() }.into())
}

/// Analyzes one matrix in one or several files (put in the natural order of their names): the features as α-ReQ takes them with their
/// blocks, the other preparations that have a number of their own, and `preparation` (`None` for the one that comes first) with its blocks.
///
/// # Errors
///
/// Every refusal of [`ErrorKind`], with the file's name where one file is to blame.
pub fn analyze<'a>(
    given: impl Into<Given<'a>>,
    choices: Choices,
    preparation: impl Into<Option<Preparation>>,
) -> Result<(Study, Timings)> {
    let Answer { sums, origin, spectrum, mut timings } = first_answer(given.into(), choices)?;
    let started = Instant::now();
    let mut study = Study::new(origin, spectrum);
    study.take_beside(Beside::new(&sums));
    let usual = study.usual();
    solve_all(&mut study, &sums, usual, choices.threads())?;
    solve_all(&mut study, &sums, preparation.into().unwrap_or(usual), choices.threads())?;
    timings.study = started.elapsed();
    Ok((study, timings))
}

/// Only the spectrum of all rows of one matrix.
///
/// # Errors
///
/// As [`analyze`].
pub fn spectrum<'a>(given: impl Into<Given<'a>>, choices: Choices) -> Result<Spectrum> {
    Ok(first_answer(given.into(), choices)?.spectrum)
}

/// The spectrum of all rows, and what more can be made of.
struct Answer {
    sums: Sums,
    origin: Origin,
    spectrum: Spectrum,
    timings: Timings,
}

fn first_answer(given: Given<'_>, choices: Choices) -> Result<Answer> {
    let started = Instant::now();
    let Opening { found, places, scratch: _scratch } = files::open(given, choices.asked)?;
    let (given, facts) = match found {
        Outcome::Features(source) => return of_features(&source, &places, choices, started),
        Outcome::Given(given, facts) => (given, facts),
    };
    let read = started.elapsed();
    let decomposed = given.begin(1).and_then(Begun::finish).map_err(|error| error.in_file(&facts.name))?;
    let spectrum = facts.spectrum(decomposed, facts.preparation)?;
    let eigenvalues = started.elapsed() - read;
    let timings = Timings { moments: read, eigenvalues, study: Duration::ZERO, gpu_teraflops: None };
    Ok(Answer { sums: Sums::Given(given), origin: Origin::Given(facts), spectrum, timings })
}

fn of_features(source: &Source, places: &[Place], choices: Choices, started: Instant) -> Result<Answer> {
    let whole = source.name();
    let (gathered, gpu_teraflops) = gather_rows(source, places, choices, false)?;
    let moments = started.elapsed();
    let standard = Preparation::default();
    let first = gathered.second_moment(Part::All, standard).and_then(Decomposed::new);
    let first = first.map_err(|error| error.in_file(&whole))?;
    let spectrum = Spectrum::new(gathered.plan(), first, standard, false);
    let eigenvalues = started.elapsed() - moments;

    let timings = Timings { moments, eigenvalues, study: Duration::ZERO, gpu_teraflops };
    let origin = Origin::Rows(Box::new(gathered.plan().clone()));
    Ok(Answer { sums: Sums::Rows(Box::new(gathered)), origin, spectrum, timings })
}

/// The moments of features, or of several files of moments, as an .npz file that NumPy and this reads: `n`, `mean` and `covariance`; with n and d.
///
/// # Errors
///
/// As [`analyze`]; `BadMoments` where the files hold neither features nor moments.
pub fn moments<'a>(given: impl Into<Given<'a>>, choices: Choices) -> Result<(Vec<u8>, u64, u64)> {
    let Opening { found, places, scratch: _scratch } = files::open(given.into(), choices.asked)?;
    match found {
        Outcome::Features(source) => {
            let in_file = |error: Error| error.in_file(&source.name());
            if source.d > MOST_SIDE {
                return Err(in_file(ErrorKind::TooWide { columns: source.d, limit: MOST_SIDE }.into()));
            }
            let choices = Choices { scaled: Scaled::Never, ..choices };
            let (gathered, _) = gather_rows(&source, &places, choices, true)?;
            let matrix = GivenMatrix::of_gathered(&gathered).map_err(in_file)?;
            Ok((matrix.to_npz()?, gathered.rows(), source.d))
        }
        Outcome::Given(given, facts) => match (*given, facts.n.zip(facts.d)) {
            (given::Given::Matrix(matrix), Some((n, d))) if facts.nature.has_mean => Ok((matrix.to_npz()?, n, d)),
            _ => {
                let problem = "there is no mean in what was given".to_owned();
                Err(Error::from(ErrorKind::BadMoments { problem }).in_file(&facts.name))
            }
        },
    }
}

/// The moments of all rows, in memory; with the speed of a GPU that took part.
fn gather_rows(source: &Source, places: &[Place], choices: Choices, no_dual: bool) -> Result<(Gathered, Option<f64>)> {
    let whole = source.name();
    let uses_gpu = choices.engine == Engine::Gpu;
    let options = Options {
        engine: if uses_gpu { Engine::Gpu } else { Engine::Workers },
        precision: if uses_gpu { Precision::Fast } else { choices.precision },
        workers: choices.threads(),
        workers_forced: choices.threads.is_some(),
        scaled: choices.scaled,
        no_dual,
    };
    let mut plan = Plan::new(source.clone(), options).map_err(|error| error.in_file(&whole))?;
    let mut files = Files::open(places)?;
    for attempt in 0..=plan.chunks() {
        if plan.set_shift(attempt, &files.read(&plan.first_reads(attempt))?)? {
            break;
        }
    }
    let (gathered, gpu_teraflops) = gather(plan, places)?;
    if choices.non_finite == NonFiniteRows::Refuse {
        gathered.check_finite().map_err(|error| error.in_file(&whole))?;
    }
    Ok((gathered, gpu_teraflops))
}

/// The moments of all rows, and of their blocks; with the speed of a GPU that took part.
fn gather(plan: Plan, places: &[Place]) -> Result<(Gathered, Option<f64>)> {
    let chunks: Vec<usize> = (0..plan.chunks()).collect();
    if plan.engine != Engine::Gpu {
        let mut gathered = Gathered::new(plan)?;
        gather_chunks(&mut gathered, places, &chunks)?;
        return Ok((gathered, None));
    }
    let feed::Fed { computed, blocks, chunks: left, teraflops } = feed::gather(&plan, places, chunks)?;
    let mut gathered = Gathered::new(plan.with_computed(computed))?;
    if let Some(blocks) = blocks {
        add(&mut gathered, blocks)?;
    }
    // Whatever the GPU has not done is left to threads.
    if !left.is_empty() {
        gather_chunks(&mut gathered, places, &left)?;
    }
    Ok((gathered, teraflops))
}

/// Adds the moments of some chunks, with a thread for each worker of the plan.
fn gather_chunks(gathered: &mut Gathered, places: &[Place], chunks: &[usize]) -> Result<()> {
    let plan = gathered.plan().clone();
    let queues: Vec<AtomicUsize> = plan.bands.iter().map(|_| AtomicUsize::new(0)).collect();
    std::thread::scope(|scope| {
        let (queues, plan) = (&queues, &plan);
        let threads: Vec<_> = (0..plan.workers())
            .map(|worker| {
                let band = worker % plan.bands.len();
                scope.spawn(move || work(plan, places, band, chunks, &queues[band]))
            })
            .collect();
        for thread in threads {
            add(gathered, thread.join().unwrap_or(Err(DIED.into()))?)?;
        }
        Ok(())
    })
}

/// Adds what a thread or a GPU has summed.
fn add(gathered: &mut Gathered, blocks: Blocks) -> Result<()> {
    gathered.add(&blocks.total()?)?;
    for (at_unit_length, blocks) in [(false, blocks.plain), (true, blocks.scaled)] {
        for (block, moments) in blocks.into_iter().enumerate() {
            gathered.add_block(at_unit_length, block, moments)?;
        }
    }
    Ok(())
}

const DIED: ErrorKind = ErrorKind::Internal { problem: "a thread died" };

/// One thread's part: chunks of one band until the queue is empty.
fn work(plan: &Plan, places: &[Place], band: usize, chunks: &[usize], queue: &AtomicUsize) -> Result<Blocks> {
    let mut files = Files::open(places)?;
    let mut worker = Worker::new(plan.clone(), band)?;
    while let Some(&chunk) = chunks.get(queue.fetch_add(1, Ordering::Relaxed)) {
        worker.push(chunk, &files.read(&plan.reads(chunk))?)?;
    }
    Ok(worker.finish())
}

/// Solves the open tasks of a preparation, one a thread at a time.
fn solve_all(study: &mut Study, sums: &Sums, preparation: Preparation, threads: usize) -> Result<()> {
    // What a preparation has no spectrum for as a whole is not asked for in parts, so its own spectrum comes first.
    loop {
        let tasks = study.open_tasks(preparation);
        if tasks.is_empty() {
            return Ok(());
        }
        let next = AtomicUsize::new(0);
        let solved = std::thread::scope(|scope| {
            let (tasks, next) = (&tasks, &next);
            let threads: Vec<_> = (0..threads.clamp(1, tasks.len()))
                .map(|_| {
                    scope.spawn(move || {
                        std::iter::from_fn(|| tasks.get(next.fetch_add(1, Ordering::Relaxed)))
                            .map(|&task| (task, sums.solve(task)))
                            .collect::<Vec<_>>()
                    })
                })
                .collect();
            let mut all = Vec::new();
            for thread in threads {
                all.extend(thread.join().map_err(|_| DIED)?);
            }
            Ok::<_, Error>(all)
        })?;
        for (task, solved) in solved {
            study.take(task, solved);
        }
    }
}
