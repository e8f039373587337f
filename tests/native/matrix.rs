//! Matrices made on the spot, as .npy files in memory, and an analysis of them that is driven by hand.

use std::ops::Range;
use std::path::PathBuf;

use eigenscope::Result;
use eigenscope::decompose::Decomposed;
use eigenscope::engine::Engine;
use eigenscope::moments::{Gathered, Moments, Options, Part, Plan, Precision, Preparation, Scaled, Worker};
use eigenscope::native::{self, Choices, NonFiniteRows};
use eigenscope::report::Spectrum;
use eigenscope::source::{ByteRange, Opened, Opener, Order, Selected, Source, Want};

/// Numbers row by row.
#[derive(Clone)]
pub struct Matrix {
    pub n: usize,
    pub d: usize,
    pub values: Vec<f64>,
}

/// SplitMix64 (Steele et al. 2014).
pub struct Random(pub u64);

impl Random {
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `most`.
    pub fn below(&mut self, most: usize) -> usize {
        (self.bits() % most as u64) as usize
    }

    /// Between −1 and 1.
    pub fn number(&mut self) -> f64 {
        self.bits() as f64 / 2f64.powi(63) - 1.0
    }
}

impl Matrix {
    /// Features with a mean, of falling variance, each sharing something with the one before.
    pub fn random(n: usize, d: usize) -> Matrix {
        let mut random = Random((n * 1_000_003 + d) as u64);
        let mut values = Vec::with_capacity(n * d);
        for _ in 0..n {
            let mut before = 0.0;
            for column in 0..d {
                let value = random.number() / ((column + 1) as f64).sqrt() + 0.5 * before;
                before = value;
                values.push(value + 3.0);
            }
        }
        Matrix { n, d, values }
    }

    pub fn rows(&self, rows: Range<usize>) -> Matrix {
        let values = self.values[rows.start * self.d..rows.end * self.d].to_vec();
        Matrix { n: rows.len(), d: self.d, values }
    }

    /// The matrix in pieces of so many rows.
    pub fn cut(&self, rows: &[usize]) -> Vec<Matrix> {
        let mut start = 0;
        let mut cut = |rows: &usize| {
            start += rows;
            self.rows(start - rows..start)
        };
        rows.iter().map(&mut cut).collect()
    }

    /// A float64 .npy file.
    pub fn npy(&self, order: Order) -> Vec<u8> {
        let mut file = header("<f8", order, &format!("({}, {})", self.n, self.d));
        file.reserve(self.values.len() * 8);
        match order {
            Order::C => file.extend(self.values.iter().flat_map(|value| value.to_le_bytes())),
            Order::F => {
                for column in 0..self.d {
                    let values = self.values[column..].iter().step_by(self.d);
                    file.extend(values.flat_map(|value| value.to_le_bytes()));
                }
            }
        }
        file
    }
}

/// The start of a version 1 file.
pub fn header(descr: &str, order: Order, shape: &str) -> Vec<u8> {
    let fortran = if order == Order::F { "True" } else { "False" };
    preamble(format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}").as_bytes())
}

/// Magic, version 1, length and the header's text, padded as NumPy does.
pub fn preamble(text: &[u8]) -> Vec<u8> {
    let length = (10 + text.len() + 1).next_multiple_of(64) - 10;
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend(u16::try_from(length).unwrap().to_le_bytes());
    file.extend(text);
    file.resize(10 + length - 1, b' ');
    file.push(b'\n');
    file
}

/// What the files are, if they are anything.
pub fn open(files: &[Vec<u8>]) -> Result<Source> {
    let opened = |file: &Vec<u8>| look("part.npy", file.len() as u64, file);
    Selected::new(files.iter().map(opened).collect::<Result<_>>()?, None)?.source(&[])
}

/// What a file is of which only the start is there, and zeros after it.
pub fn open_start(name: &str, size: u64, start: &[u8]) -> Result<Source> {
    Selected::new(vec![look(name, size, start)?], None)?.source(&[])
}

/// The contents of a file of so many bytes: those of `start`, and zeros after them.
pub fn look(name: &str, size: u64, start: &[u8]) -> Result<Opened> {
    let contents = || {
        let mut opener = Opener::new(size)?;
        while let wants @ [_, ..] = opener.wants() {
            let read = wants.iter().map(|want| answer(start, want)).collect();
            opener.take(read)?;
        }
        opener.contents()
    };
    let contents = contents().map_err(|error: eigenscope::Error| error.in_file(name))?;
    Ok(Opened { name: name.to_owned(), bytes: size, contents })
}

/// The bytes that are wanted.
pub fn answer(start: &[u8], want: &Want) -> Vec<u8> {
    let from = usize::try_from(want.range.offset).unwrap().min(start.len());
    let length = usize::try_from(want.range.length).unwrap();
    let mut bytes = start[from..start.len().min(from.saturating_add(length))].to_vec();
    bytes.resize(length, 0);
    bytes
}

/// A plan that is ready for its workers.
pub fn plan(files: &[Vec<u8>], precision: Precision, workers: usize) -> Result<Plan> {
    let mut plan = Plan::new(
        open(files)?,
        Options {
            engine: Engine::Workers,
            precision,
            workers,
            workers_forced: true,
            scaled: Scaled::Auto,
            no_dual: false,
        },
    )?;
    for attempt in 0..=plan.chunks() {
        if plan.set_shift(attempt, &read(files, &plan.first_reads(attempt)))? {
            break;
        }
    }
    Ok(plan)
}

/// What every worker of the plan gathers; the workers of a band take chunks in turn.
pub fn gather(plan: &Plan, files: &[Vec<u8>]) -> Result<Vec<Moments>> {
    let mut gathered = Vec::new();
    for band in 0..plan.bands.len() {
        for first in 0..plan.workers_per_band {
            let mut worker = Worker::new(plan.clone(), band)?;
            for chunk in (first..plan.chunks()).step_by(plan.workers_per_band) {
                worker.push(chunk, &read(files, &plan.reads(chunk)))?;
            }
            gathered.push(worker.finish().total()?);
        }
    }
    Ok(gathered)
}

/// The spectrum of moments, merged in the order given.
pub fn merge<'a>(plan: &Plan, moments: impl IntoIterator<Item = &'a Moments>) -> Result<Spectrum> {
    let mut gathered = Gathered::new(plan.clone())?;
    for moments in moments {
        gathered.add(moments)?;
    }
    let standard = Preparation::default();
    let decomposed = Decomposed::new(gathered.second_moment(Part::All, standard)?)?;
    Ok(Spectrum::new(plan, decomposed, standard, false))
}

/// All of the above, leaving out rows that are not finite.
pub fn analyze(files: &[Vec<u8>], precision: Precision, workers: usize) -> Result<Spectrum> {
    let plan = plan(files, precision, workers)?;
    merge(&plan, &gather(&plan, files)?)
}

/// The bytes of all ranges, one after another.
pub fn read(files: &[Vec<u8>], ranges: &[(usize, ByteRange)]) -> Vec<u8> {
    let of = |&(file, range): &(usize, ByteRange)| {
        &files[file][range.offset as usize..(range.offset + range.length) as usize]
    };
    ranges.iter().flat_map(of).copied().collect()
}

/// The spectrum of files on disk.
pub fn of_files(
    paths: &[PathBuf],
    precision: Precision,
    non_finite: NonFiniteRows,
    threads: Option<usize>,
) -> Result<Spectrum> {
    native::spectrum(paths, Choices { precision, non_finite, threads, ..Choices::default() })
}
