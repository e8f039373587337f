//! The GPU by hand: every kernel, every cut, and everything that may happen to it. A machine without any GPU needs a program in its place
//! (lavapipe), or these fail.

use std::time::Instant;

use eigenscope::decompose::Decomposed;
use eigenscope::engine::Engine;
use eigenscope::gpu::{Failure, FailureKind, Gpu, Options, Sums, VARIANTS, block_on};
use eigenscope::moments::{
    Batch, Blocks, Feeder, Gathered, Moments, Options as PlanOptions, Part, Plan, Precision, Preparation, Scaled,
    Worker,
};
use eigenscope::source::Order;

use crate::claims::Claims;
use crate::matrix::{self, Matrix, header, open_start, read};

/// What the products of 32-bit floats may cost an eigenvalue, times λ₁.
const EIGENVALUES: f64 = 1e-6;

fn clock() -> f64 {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1000.0
}

fn open(buffer_bytes: u64) -> Gpu {
    let options = Options { buffer_bytes, ..Options::new(clock) };
    block_on(None, Gpu::open(options)).unwrap_or_else(|failure| panic!("{failure}"))
}

const USUAL: u64 = 128 << 20;

/// A plan for a GPU, whose chunks are as many as seven workers would want.
fn plan(files: &[Vec<u8>]) -> Plan {
    let options = PlanOptions {
        engine: Engine::Gpu,
        precision: Precision::Fast,
        workers: 7,
        workers_forced: true,
        scaled: Scaled::Auto,
        no_dual: false,
    };
    let mut plan = Plan::new(matrix::open(files).unwrap(), options).unwrap();
    assert!(plan.set_shift(0, &read(files, &plan.first_reads(0))).unwrap());
    plan
}

fn batches(plan: &Plan, files: &[Vec<u8>]) -> Vec<Batch> {
    let mut feeder = Feeder::new(plan).unwrap();
    (0..plan.chunks()).map(|chunk| feeder.feed(chunk, &read(files, &plan.reads(chunk))).unwrap()).collect()
}

/// What a GPU makes of all chunks; how far it got, and what ended it.
fn sum(
    gpu: &mut Gpu,
    plan: &Plan,
    batches: Vec<Batch>,
    mut before: impl FnMut(usize, &mut Gpu),
) -> (Sums, Result<(), Failure>) {
    let device = gpu.device().clone();
    let mut sums = block_on(Some(&device), Sums::new(gpu, plan.clone())).unwrap_or_else(|failure| panic!("{failure}"));
    for (number, batch) in batches.into_iter().enumerate() {
        before(number, gpu);
        if let Err(failure) = block_on(Some(&device), sums.add(gpu, batch)) {
            return (sums, Err(failure));
        }
    }
    let end = block_on(Some(&device), sums.commit(gpu));
    (sums, end)
}

/// Adds what a GPU has, and what workers make of the chunks that it has not.
fn gathered(plan: &Plan, files: &[Vec<u8>], sums: Sums) -> Gathered {
    let left: Vec<usize> = (0..plan.chunks()).filter(|chunk| !sums.chunks().contains(chunk)).collect();
    let mut gathered = Gathered::new(plan.clone()).unwrap();
    let mut add = |total: &Moments| gathered.add(total).unwrap();
    add(&sums.into_blocks().total().unwrap());
    for band in 0..plan.bands.len() {
        let mut worker = Worker::new(plan.clone(), band).unwrap();
        left.iter().for_each(|&chunk| worker.push(chunk, &read(files, &plan.reads(chunk))).unwrap());
        add(&worker.finish().total().unwrap());
    }
    gathered
}

fn decompose(gathered: &Gathered) -> Decomposed {
    Decomposed::new(gathered.second_moment(Part::All, Preparation::default()).unwrap()).unwrap()
}

/// The exact engine's answer.
fn exact(files: &[Vec<u8>]) -> Decomposed {
    let plan = crate::matrix::plan(files, Precision::Exact, 1).unwrap();
    let mut gathered = Gathered::new(plan.clone()).unwrap();
    crate::matrix::gather(&plan, files).unwrap().iter().for_each(|moments| gathered.add(moments).unwrap());
    decompose(&gathered)
}

fn same(claims: &mut Claims, name: &str, found: &Decomposed, expected: &Decomposed) {
    claims.equal(name, "rows", found.n, expected.n);
    claims.equal(name, "skipped rows", found.skipped_rows, expected.skipped_rows);
    claims.equal(name, "constant columns", found.zero_variance_columns, expected.zero_variance_columns);
    for (k, (&value, &right)) in found.eigenvalues.iter().zip(&expected.eigenvalues).enumerate() {
        let what = format!("eigenvalue {}", k + 1);
        claims.near(name, &what, value, right, EIGENVALUES * expected.eigenvalues[0]);
        claims.near(name, &what, value, right, found.floor);
    }
}

/// float16 of numbers that have few digits: exact.
fn halves(matrix: &Matrix) -> Vec<u8> {
    let mut file = header("<f2", Order::C, &format!("({}, {})", matrix.n, matrix.d));
    for &value in &matrix.values {
        let bits = (value as f32).to_bits();
        let exponent = ((bits >> 23) & 255) as i32 - 112;
        let half = if exponent <= 0 {
            0
        } else {
            ((bits >> 16) & 0x8000) | ((exponent as u32) << 10) | ((bits >> 13) & 0x3ff)
        };
        file.extend((half as u16).to_le_bytes());
    }
    file
}

#[test]
fn every_kernel_gives_the_exact_engines_eigenvalues() {
    every_kernel(&[4 << 20], &[(350, 65), (90, 200)]);
}

mod full {
    use super::USUAL;

    #[test]
    fn every_kernel_in_every_cut_gives_the_exact_engines_eigenvalues() {
        let shapes = [(50, 1), (300, 15), (400, 64), (350, 65), (700, 131), (1500, 257), (90, 200)];
        super::every_kernel(&[USUAL, 4 << 20], &shapes);
    }

    #[test]
    fn eight_thousand_features_fit_buffers_of_128_mebibytes() {
        super::many_features(8192);
    }
}

fn every_kernel(buffers: &[u64], shapes: &[(usize, usize)]) {
    let mut claims = Claims::new();
    for &buffer_bytes in buffers {
        let mut gpu = open(buffer_bytes);
        for (choice, variant) in VARIANTS.iter().enumerate() {
            // The variant that was fastest is the one that is used.
            let mut speeds = [1.0; VARIANTS.len()];
            speeds[choice] = 1e6;
            gpu.remember(speeds);
            for &(n, d) in shapes {
                let matrix = Matrix::random(n, d);
                for (kind, file) in
                    [("f64 C", matrix.npy(Order::C)), ("f64 F", matrix.npy(Order::F)), ("f16", halves(&matrix))]
                {
                    let files = [file];
                    let plan = plan(&files);
                    let (sums, end) = sum(&mut gpu, &plan, batches(&plan, &files), |_, _| {});
                    let name = format!("{kind} {n} × {d}, {}, buffers of {buffer_bytes}", variant.name);
                    claims.that(end.is_ok(), || format!("{name}: {end:?}"));
                    claims.equal(&name, "chunks", sums.chunks().len(), plan.chunks());
                    same(&mut claims, &name, &decompose(&gathered(&plan, &files, sums)), &exact(&files));
                }
            }
        }
    }
    claims.close();
}

#[test]
fn shards_nan_and_blocks_are_the_workers() {
    let mut matrix = Matrix::random(1200, 70);
    matrix.values[70 * 333 + 4] = f64::NAN;
    matrix.values[70 * 334] = f64::INFINITY;
    let files: Vec<Vec<u8>> = matrix.cut(&[500, 100, 600]).iter().map(|part| part.npy(Order::C)).collect();
    let plan = plan(&files);
    let mut gpu = open(USUAL);
    let (sums, end) = sum(&mut gpu, &plan, batches(&plan, &files), |_, _| {});
    end.unwrap();
    assert_eq!(sums.rows(), 1198);
    let blocks = sums.into_blocks();
    assert_eq!((blocks.plain.len(), blocks.scaled.len()), (plan.row_blocks, plan.row_blocks));

    let mut worker = Worker::new(plan.clone(), 0).unwrap();
    (0..plan.chunks()).for_each(|chunk| worker.push(chunk, &read(&files, &plan.reads(chunk))).unwrap());
    let own = worker.finish();
    let mut claims = Claims::new();
    for (kind, found, expected) in [("plain", &blocks.plain, &own.plain), ("scaled", &blocks.scaled, &own.scaled)] {
        for (block, (found, expected)) in found.iter().zip(expected).enumerate() {
            let name = format!("{kind} block {block}");
            let (found, expected) = (found.to_words(), expected.to_words());
            claims.equal(&name, "length", found.len(), expected.len());
            // Everything but the products is summed in f64, in another order at most; products in f32.
            let largest = expected.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
            for (at, (&value, &right)) in found.iter().zip(&expected).enumerate() {
                claims.near(&name, &format!("word {at}"), value, right, 1e-6 * largest);
            }
        }
    }
    claims.close();
}

#[test]
fn rows_at_unit_length_that_hardly_differ_keep_their_digits() {
    // With a mean of ten thousand, rows over their length differ a hundred million times less than rows as they are.
    let mut matrix = Matrix::random(900, 30);
    matrix.values.iter_mut().for_each(|value| *value += 1e4);
    let files = [matrix.npy(Order::C)];
    let plan = plan(&files);
    let mut gpu = open(USUAL);
    let (sums, end) = sum(&mut gpu, &plan, batches(&plan, &files), |_, _| {});
    end.unwrap();
    let mut worker = Worker::new(crate::matrix::plan(&files, Precision::Exact, 1).unwrap(), 0).unwrap();
    let exact = crate::matrix::plan(&files, Precision::Exact, 1).unwrap();
    (0..exact.chunks()).for_each(|chunk| worker.push(chunk, &read(&files, &exact.reads(chunk))).unwrap());

    let unit_rows = |plan: &Plan, blocks: Blocks| {
        let mut gathered = Gathered::new(plan.clone()).unwrap();
        gathered.add(&blocks.total().unwrap()).unwrap();
        for (block, moments) in blocks.scaled.into_iter().enumerate() {
            gathered.add_block(true, block, moments).unwrap();
        }
        let preparation = Preparation { unit_rows: true, ..Preparation::default() };
        Decomposed::new(gathered.second_moment(Part::All, preparation).unwrap()).unwrap()
    };
    let mut claims = Claims::new();
    same(&mut claims, "unit rows", &unit_rows(&plan, sums.into_blocks()), &unit_rows(&exact, worker.finish()));
    claims.close();
}

#[test]
fn rows_that_grow_out_of_all_proportion_do_not_overflow() {
    // The last rows are a hundred thousand times as large as those that the scale and the fixed point were chosen by.
    let mut matrix = Matrix::random(2800, 40);
    matrix.values[40 * 2000..].iter_mut().for_each(|value| *value *= 1e5);
    let files = [matrix.npy(Order::C)];
    let plan = plan(&files);
    let mut gpu = open(USUAL);
    let (sums, end) = sum(&mut gpu, &plan, batches(&plan, &files), |_, _| {});
    end.unwrap();
    let mut claims = Claims::new();
    same(&mut claims, "growing rows", &decompose(&gathered(&plan, &files, sums)), &exact(&files));
    claims.close();

    matrix.values[40 * 2000..].iter_mut().for_each(|value| *value *= 1e15);
    let files = [matrix.npy(Order::C)];
    let plan = self::plan(&files);
    let fits: Vec<bool> = batches(&plan, &files).iter().map(Batch::is_within_range).collect();
    assert_eq!(fits, [true, true, true, true, true, false, false], "numbers past f32 are left to workers");
}

#[test]
fn after_a_lost_device_workers_do_what_was_not_committed_and_nothing_twice() {
    let files = [Matrix::random(2100, 90).npy(Order::C)];
    let plan = plan(&files);
    for (lost_at, committed_at) in [(0, None), (3, None), (5, Some(3))] {
        let mut gpu = open(USUAL);
        let device = gpu.device().clone();
        let mut sums = block_on(Some(&device), Sums::new(&mut gpu, plan.clone())).unwrap();
        let mut failure = None;
        for (number, batch) in batches(&plan, &files).into_iter().enumerate() {
            if Some(number) == committed_at {
                block_on(Some(&device), sums.commit(&mut gpu)).unwrap();
            }
            if number == lost_at {
                device.destroy();
            }
            failure = failure.or(block_on(Some(&device), sums.add(&mut gpu, batch)).err());
        }
        failure = failure.or(block_on(Some(&device), sums.commit(&mut gpu)).err());
        assert_eq!(failure.map(|failure| failure.kind), Some(FailureKind::Lost));
        assert!(!gpu.is_usable());
        assert_eq!(sums.chunks(), (0..committed_at.unwrap_or(0)).collect::<Vec<_>>());
        let mut claims = Claims::new();
        same(&mut claims, "after a loss", &decompose(&gathered(&plan, &files, sums)), &exact(&files));
        claims.close();
    }
}

#[test]
fn sums_that_are_wrong_are_found_out_and_thrown_away() {
    let files = [Matrix::random(700, 33).npy(Order::C)];
    let plan = plan(&files);
    let mut gpu = open(USUAL);
    let mut all = batches(&plan, &files);
    // As if the GPU had misread one number in a thousand.
    for number in all[2].data.as_chunks_mut::<4>().0.iter_mut().step_by(1000) {
        *number = 3f32.to_le_bytes();
    }
    let (sums, end) = sum(&mut gpu, &plan, all, |_, _| {});
    assert_eq!(end.unwrap_err().kind, FailureKind::Wrong);
    assert_eq!((sums.chunks().len(), sums.rows()), (0, 0));
    let mut claims = Claims::new();
    same(&mut claims, "without the GPU", &decompose(&gathered(&plan, &files, sums)), &exact(&files));
    claims.close();
}

#[test]
fn two_thousand_features_fit_their_buffers() {
    many_features(2048);
}

/// Sums a matrix of `d` columns, the usual buffers being 128 MiB.
fn many_features(d: usize) {
    // Only the first chunk is there: its 16 MiB are enough to see every tile.
    let rows = Matrix::random((2 << 20) / d, d);
    let mut file = header("<f8", Order::C, &format!("({d}, {d})"));
    let start = file.len() as u64;
    file.extend(rows.values.iter().flat_map(|value| value.to_le_bytes()));
    let options = PlanOptions {
        engine: Engine::Gpu,
        precision: Precision::Fast,
        workers: 1,
        workers_forced: true,
        scaled: Scaled::Auto,
        no_dual: false,
    };
    let mut plan = Plan::new(open_start("large.npy", start + (d * d * 8) as u64, &file).unwrap(), options).unwrap();
    let files = [file];
    assert!(plan.set_shift(0, &read(&files, &plan.first_reads(0))).unwrap());
    let bytes = read(&files, &plan.reads(0));
    let batch = Feeder::new(&plan).unwrap().feed(0, &bytes).unwrap();

    let mut gpu = open(USUAL);
    let (sums, end) = sum(&mut gpu, &plan, vec![batch], |_, _| {});
    end.unwrap();
    let found = sums.into_blocks().total().unwrap().to_words();
    let mut worker = Worker::new(plan, 0).unwrap();
    worker.push(0, &bytes).unwrap();
    let expected = worker.finish().total().unwrap().to_words();
    assert_eq!(found.len(), expected.len());
    let largest = expected.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let worst = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(worst < 1e-6 * largest, "{worst:e} of {largest:e}");
}

#[test]
fn a_device_that_is_lost_while_kernels_are_timed_is_a_failure_and_no_panic() {
    let mut gpu = open(USUAL);
    let device = gpu.device().clone();
    device.destroy();
    let outcome = block_on(Some(&device), gpu.tune());
    assert_eq!(outcome.unwrap_err().kind, FailureKind::Lost);
}
