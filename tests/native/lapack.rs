//! The eigenvalues of LAPACK, by tests/data/lapack.py: the same matrices, made by the same operations in the same order.

use eigenscope::eigen::eigenvalues;
use eigenscope::engine::Engine;
use eigenscope::given::Asked;
use eigenscope::moments::{Precision, Scaled};
use eigenscope::native::{Choices, NonFiniteRows, spectrum};

use crate::fixtures::{Answer, cases};

const SMALL: std::ops::RangeInclusive<usize> = 1..=70;
const LARGER: [usize; 7] = [127, 128, 129, 301, 513, 1024, 2048];

/// Numbers in [−1, 1): SplitMix64.
fn random(seed: u64, count: usize) -> Vec<f64> {
    let number = |position: u64| {
        let mut z = seed.wrapping_add(position.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        (z >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (1..=count as u64).map(number).collect()
}

/// A symmetric matrix from a function of row i ≥ column j; nobody may read the rest.
fn lower(side: usize, mut entry: impl FnMut(usize, usize) -> f64) -> Vec<f64> {
    let mut lower = vec![f64::NAN; side * side];
    for j in 0..side {
        for i in j..side {
            lower[j * side + i] = entry(i, j);
        }
    }
    lower
}

/// The matrix with these eigenvalues after three reflections.
fn dense(values: &[f64]) -> Vec<f64> {
    let side = values.len();
    let mut a = lower(side, |i, j| if i == j { values[i] } else { 0.0 });
    for seed in 0..3 {
        let v = random(1000 * side as u64 + seed, side);
        let total = |terms: &mut dyn Iterator<Item = f64>| terms.fold(0.0, |sum, term| sum + term);
        let beta = 2.0 / total(&mut v.iter().map(|v| v * v));
        let mut y = vec![0.0; side];
        for j in 0..side {
            for (i, y) in y.iter_mut().enumerate() {
                *y += a[i.min(j) * side + i.max(j)] * v[j];
            }
        }
        let half = 0.5 * beta * total(&mut v.iter().zip(&y).map(|(v, y)| v * y));
        let w: Vec<f64> = y.iter().zip(&v).map(|(y, v)| beta * (y - half * v)).collect();
        for j in 0..side {
            for i in j..side {
                let entry = &mut a[j * side + i];
                *entry = (*entry - v[i] * w[j]) - w[i] * v[j];
            }
        }
    }
    a
}

fn tridiagonal(side: usize, diagonal: impl Fn(usize) -> f64, beside: impl Fn(usize) -> f64) -> Vec<f64> {
    lower(side, |i, j| match i - j {
        0 => diagonal(i),
        1 => beside(j),
        _ => 0.0,
    })
}

fn graded(side: usize, exponent: impl Fn(usize) -> usize) -> Vec<f64> {
    let d = |i: usize| 2f64.powi(-(exponent(i) as i32));
    lower(side, |i, j| d(i) * d(j) * if i == j { 2.0 } else { 1.0 })
}

/// Name, matrix, and whether it is positive semidefinite.
fn families(side: usize) -> Vec<(&'static str, Vec<f64>, bool)> {
    let spectrum = |value: &dyn Fn(f64) -> f64| dense(&(1..=side).map(|k| value(k as f64)).collect::<Vec<_>>());
    let count = side as f64;
    let mut product = 1.0;
    let powers: Vec<f64> = (0..side)
        .map(|_| {
            product *= 0.75;
            product
        })
        .collect();
    let first = spectrum(&|k| 1.0 / k);
    let times = |scale: f64| first.iter().map(|entry| entry * scale).collect::<Vec<_>>();
    let (huge, tiny) = (times(1e170), times(1e-170));
    let entries = random(7, side * side);
    vec![
        ("k⁻¹", first, true),
        ("k⁻²", spectrum(&|k| 1.0 / (k * k)), true),
        ("clustered", spectrum(&|k| if k == 1.0 { 1.0 } else { 1e-3 * (1.0 + 1e-13 * k) }), true),
        ("geometric", dense(&powers), true),
        ("rank-deficient", spectrum(&|k| if 3.0 * k <= count { 1.0 / k } else { 0.0 }), true),
        ("repeated", spectrum(&|k| k % 3.0), true),
        ("Wilkinson", tridiagonal(side, |i| (i as f64 + 1.0 - 0.5 * (count + 1.0)).abs(), |_| 1.0), false),
        (
            "glued Wilkinson",
            tridiagonal(side, |i| ((i % 21) as f64 - 10.0).abs(), |j| if j % 21 == 20 { 1e-7 } else { 1.0 }),
            false,
        ),
        ("[−1, 2, −1]", tridiagonal(side, |_| 2.0, |_| -1.0), true),
        ("graded down", graded(side, |i| 200 * i / side), true),
        ("graded up", graded(side, |i| 200 * (side - 1 - i) / side), true),
        ("k⁻¹ × 1e170", huge, true),
        ("k⁻¹ × 1e−170", tiny, true),
        ("indefinite", lower(side, |i, j| entries[i * side + j]), false),
    ]
}

/// LAPACK's eigenvalues of all families of a side, one after another.
fn lapack(side: usize) -> Vec<f64> {
    let bytes = include_bytes!("../data/lapack.npy");
    let header = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let before: usize = SMALL.chain(LARGER).take_while(|&one| one != side).sum();
    let count = families(1).len();
    let numbers = bytes[header..].chunks_exact(8).map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap()));
    numbers.skip(count * before).take(count * side).collect()
}

fn check(sides: impl IntoIterator<Item = usize>) {
    for side in sides {
        let reference = lapack(side);
        let families = families(side);
        assert_eq!(reference.len(), families.len() * side);
        for ((name, matrix, is_semidefinite), reference) in families.iter().zip(reference.chunks_exact(side)) {
            let values = eigenvalues(matrix, side).unwrap();
            let largest = reference.iter().fold(0.0f64, |largest, value| largest.max(value.abs()));
            let differ =
                values.iter().zip(reference).fold(0.0f64, |most, (ours, theirs)| most.max((ours - theirs).abs()));
            let limit = 4e-15 * (side as f64).sqrt() * largest;
            assert!(
                differ <= limit,
                "{name}, {side}: {:.1e} of λ₁ where {:.1e} are allowed",
                differ / largest,
                limit / largest
            );
            let last = values[side - 1];
            assert!(!is_semidefinite || last >= -1e-13 * largest, "{name}, {side}: {last:e}");
        }
    }
}

#[test]
fn lapack_finds_the_same_at_every_small_side() {
    check(SMALL);
}

#[test]
fn lapack_finds_the_same_around_whole_tiles_and_above() {
    check([127, 128, 129, 301, 513]);
}

#[test]
fn lapack_finds_the_same_at_1024() {
    check([1024]);
}

mod full {
    #[test]
    fn lapack_finds_the_same_at_2048() {
        super::check([2048]);
    }
}

/// The reference takes NumPy's covariance and its eigvalsh; the covariance's own error is in the difference, too.
#[test]
fn lapack_finds_the_same_of_the_covariances_of_all_features() {
    let exact = Choices {
        engine: Engine::Workers,
        precision: Precision::Exact,
        non_finite: NonFiniteRows::Refuse,
        scaled: Scaled::Never,
        threads: None,
        asked: Asked::NOTHING,
    };
    for (name, case) in cases() {
        let Answer::Numbers(expected) = &case.answer else { continue };
        let found = spectrum(&case.paths(&name), exact).unwrap();
        let reference = &expected.report.eigenvalues;
        let largest = reference[0];
        let side = reference.len() as f64;
        let differ = found
            .eigenvalues
            .iter()
            .zip(reference)
            .fold(0.0f64, |most, (ours, theirs)| most.max((ours - theirs).abs()));
        assert!(differ <= 4e-15 * side.sqrt() * largest, "{name}: {:.1e} of λ₁", differ / largest);
        assert!(found.eigenvalues.iter().all(|&value| value >= -1e-13 * largest), "{name}");
    }
}
