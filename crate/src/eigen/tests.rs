/*! Accuracy of the eigenvalues against nalgebra's and against what is known exactly, for every kernel that this machine can run. */

use nalgebra::DMatrix;

use super::kernel::Kernel;
use super::*;

/// Numbers in [−1, 1) that are the same every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64) / (1u64 << 52) as f64 - 1.0
    }
}

/// A symmetric matrix from a function of i ≥ j. The upper triangle is NaN: nobody may read it.
fn lower(side: usize, mut entry: impl FnMut(usize, usize) -> f64) -> Vec<f64> {
    let mut lower = vec![f64::NAN; side * side];
    for j in 0..side {
        for i in j..side {
            lower[j * side + i] = entry(i, j);
        }
    }
    lower
}

fn tridiagonal(side: usize, diagonal: impl Fn(usize) -> f64, beside: impl Fn(usize) -> f64) -> Vec<f64> {
    lower(side, |i, j| match i - j {
        0 => diagonal(i),
        1 => beside(j),
        _ => 0.0,
    })
}

/// H·diag(λ)·H for a reflection H: a dense matrix with known eigenvalues, up to rounding.
fn dense(values: &[f64]) -> Vec<f64> {
    let side = values.len();
    let mut random = Random(side as u64);
    let mut u: Vec<f64> = (0..side).map(|_| random.next() + 0.1).collect();
    let norm = u.iter().map(|u| u * u).sum::<f64>().sqrt();
    u.iter_mut().for_each(|u| *u /= norm);
    let shared: f64 = values.iter().zip(&u).map(|(value, u)| value * u * u).sum();
    lower(side, |i, j| {
        let diagonal = if i == j { values[i] } else { 0.0 };
        diagonal - 2.0 * u[i] * u[j] * (values[i] + values[j]) + 4.0 * shared * u[i] * u[j]
    })
}

/// XᵀX of random rows: positive semidefinite, of deficient rank where there are fewer rows than columns.
fn gram(side: usize, rows: usize) -> Vec<f64> {
    let mut random = Random(7);
    let x: Vec<f64> = (0..rows * side).map(|_| random.next()).collect();
    lower(side, |i, j| (0..rows).map(|row| x[row * side + i] * x[row * side + j]).sum())
}

/// (name, matrix, whether it is positive semidefinite)
fn families(side: usize) -> Vec<(&'static str, Vec<f64>, bool)> {
    let spectrum = |value: &dyn Fn(f64) -> f64| -> Vec<f64> { (1..=side).map(|k| value(k as f64)).collect() };
    let count = side as f64;
    let mut random = Random(1);
    let mut indefinite = |scale: f64| lower(side, |_, _| random.next() * scale);
    let away = |i: usize| (i as f64 - (count - 1.0) / 2.0).abs();
    let graded = |place: f64| 1e-70f64.powf(place / count);
    vec![
        ("k⁻¹", dense(&spectrum(&|k| 1.0 / k)), true),
        ("k⁻²", dense(&spectrum(&|k| k.powi(-2))), true),
        ("clustered", dense(&spectrum(&|k| if k == 1.0 { 1.0 } else { 1e-3 * (1.0 + 1e-13 * k) })), true),
        ("geometric", dense(&spectrum(&|k| 1e-14f64.powf((k - 1.0) / count))), true),
        ("repeated", dense(&spectrum(&|k| (k % 3.0).floor())), true),
        ("rank-deficient", gram(side, side.div_ceil(3)), true),
        ("of rank one", lower(side, |_, _| 1.0), true),
        ("identity", tridiagonal(side, |_| 1.0, |_| 0.0), true),
        ("zero", lower(side, |_, _| 0.0), true),
        ("diagonal", tridiagonal(side, |i| ((i * 7919) % 101) as f64 - 50.0, |_| 0.0), false),
        ("Wilkinson", tridiagonal(side, away, |_| 1.0), false),
        (
            "glued Wilkinson",
            {
                let glued = |i: usize| ((i % 21) as f64 - 10.0).abs();
                tridiagonal(side, glued, |j| if j % 21 == 20 { 1e-7 } else { 1.0 })
            },
            false,
        ),
        ("[−1, 2, −1]", tridiagonal(side, |_| 2.0, |_| -1.0), true),
        ("graded down", lower(side, |i, j| graded((i + j) as f64) * if i == j { 2.0 } else { 1.0 }), true),
        (
            "graded up",
            {
                let last = 2.0 * count - 2.0;
                lower(side, |i, j| graded(last - (i + j) as f64) * if i == j { 2.0 } else { 1.0 })
            },
            true,
        ),
        ("tiny and huge", lower(side, |i, j| if i == j && i % 2 == 0 { 1.0 } else { 1e-150 }), false),
        ("indefinite", indefinite(1.0), false),
        ("indefinite × 1e170", indefinite(1e170), false),
        ("indefinite × 1e-170", indefinite(1e-170), false),
    ]
}

fn tiles(lower: &[f64], side: usize) -> Tiles {
    Tiles::from_lower(tiles_of(lower, side).unwrap(), side).unwrap()
}

/// nalgebra's eigenvalues, of the matrix scaled to be near 1. (faer 0.24 errs by more than we allow: 1.4e-13 for Wilkinson's of side 513,
/// where NumPy, nalgebra and we agree to 1.4e-14.)
fn reference(lower: &[f64], side: usize) -> Vec<f64> {
    let largest = tiles(lower, side).largest().unwrap();
    let scale = if largest == 0.0 { 1.0 } else { power_of_two_near(largest) };
    let matrix = DMatrix::from_fn(side, side, |i, j| lower[i.min(j) * side + i.max(j)] / scale);
    let mut values = matrix.symmetric_eigenvalues().as_slice().to_vec();
    values.iter_mut().for_each(|value| *value *= scale);
    values.sort_unstable_by(|a, b| b.total_cmp(a));
    values
}

/// The largest difference over the largest modulus.
fn difference(values: &[f64], reference: &[f64]) -> f64 {
    assert_eq!(values.len(), reference.len());
    let largest = reference.iter().fold(0.0f64, |a, b| a.max(b.abs()));
    let differ = values.iter().zip(reference).fold(0.0f64, |a, (b, c)| a.max((b - c).abs()));
    if differ == 0.0 { 0.0 } else { differ / largest }
}

fn check(sides: impl IntoIterator<Item = usize>) {
    for side in sides {
        for (name, matrix, semidefinite) in families(side) {
            let reference = reference(&matrix, side);
            for kernel in Kernel::all() {
                let values = eigenvalues_with(&matrix, side, kernel).unwrap();
                let difference = difference(&values, &reference);
                let limit = 4e-15 * (side as f64).sqrt();
                assert!(
                    difference <= limit,
                    "{name}, {side}, {kernel:?}: {difference:.1e} where {limit:.1e} are allowed"
                );
                assert!(values.is_sorted_by(|a, b| a >= b));
                let floor = -1e-13 * values[0].abs();
                assert!(!semidefinite || values[side - 1] >= floor, "{name}, {side}: {}", values[side - 1]);
            }
        }
    }
}

#[test]
fn every_family_is_right_at_every_small_side() {
    check(1..=70);
}

#[test]
fn every_family_is_right_around_whole_tiles() {
    check([127, 128, 129]);
}

#[test]
fn every_family_is_right_at_larger_sides() {
    check([301, 513]);
}

#[test]
fn the_second_difference_has_its_known_eigenvalues() {
    for side in [1, 2, 3, 15, 16, 17, 33, 200, 500] {
        let values = eigenvalues(&tridiagonal(side, |_| 2.0, |_| -1.0), side).unwrap();
        for (k, value) in values.iter().enumerate() {
            let angle = (side - k) as f64 * std::f64::consts::PI / (side + 1) as f64;
            let exact = 2.0 - 2.0 * angle.cos();
            assert!((value - exact).abs() < 1.6e-14 * (side as f64).sqrt(), "{side}, {k}: {value} against {exact}");
        }
    }
}

#[test]
fn what_is_diagonal_is_exact() {
    for side in [1, 2, 3, 16, 17, 40] {
        let values = eigenvalues(&tridiagonal(side, |i| 1.0 / (i + 1) as f64, |_| 0.0), side).unwrap();
        assert_eq!(values, (0..side).map(|i| 1.0 / (i + 1) as f64).collect::<Vec<f64>>());
        assert_eq!(eigenvalues(&vec![0.0; side * side], side).unwrap(), vec![0.0; side]);
    }
    assert_eq!(eigenvalues(&[], 0).unwrap(), [0.0; 0]);
    assert_eq!(eigenvalues(&[-3.7], 1).unwrap(), [-3.7]);
    assert_eq!(eigenvalues(&[1.0, 2.0, f64::NAN, 1.0], 2).unwrap(), [3.0, -1.0]);
    assert_eq!(eigenvalues(&[f64::MIN_POSITIVE / 4.0], 1).unwrap(), [f64::MIN_POSITIVE / 4.0]);
    assert_eq!(eigenvalues(&[f64::MAX], 1).unwrap(), [f64::MAX]);
}

#[test]
fn what_is_no_number_is_refused() {
    for side in [1, 2, 3, 16, 17, 40] {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for at in [0, side / 2, side - 1] {
                let mut matrix = lower(side, |_, _| 1.0);
                matrix[at] = bad;
                assert_eq!(eigenvalues(&matrix, side).unwrap_err().code(), "no_convergence");
            }
        }
    }
    // Its eigenvalue 2·MAX is out of range.
    assert_eq!(eigenvalues(&[f64::MAX; 4], 2).unwrap_err().code(), "no_convergence");
}

#[test]
fn many_equal_numbers_are_summed_without_a_systematic_error() {
    let side = 2048;
    let values = eigenvalues(&vec![1.0; side * side], side).unwrap();
    let largest = side as f64;
    assert!((values[0] - largest).abs() < 1e-14 * largest, "{}", values[0] - largest);
    let (above, below) = (values[1], values[side - 1]);
    assert!(above < 2e-14 * largest && below > -2e-14 * largest, "{above:e} {below:e}");
}

#[test]
fn the_headway_rises_to_nearly_all_of_the_work() {
    let side = 500;
    let mut lead = Lead::new(vec![[0.001; 256]; 32 * 33 / 2], side, 1).unwrap();
    let mut told = Vec::new();
    while lead.factor() {
        lead.multiply();
        lead.turn();
        told.push(lead.done());
    }
    assert!(told.is_sorted() && told.len() == 31, "{told:?}");
    assert!(told[0] > 0.0 && told.iter().all(|&part| part < 1.0), "{told:?}");
    // The chase and QL take a good quarter at this side.
    assert!((0.7..0.75).contains(told.last().unwrap()), "{told:?}");
}

fn share_of(lead: &Lead, worker: usize) -> Vec<f64> {
    let mut parcel = vec![f64::NAN; lead.share_length(worker)];
    lead.write_share(worker, &mut parcel);
    parcel
}

/// By several workers, whose messages are passed here one after another.
fn shared(lower: &[f64], side: usize, workers: usize, kernel: Kernel) -> Vec<f64> {
    let mut lead = Lead::with_kernel(tiles(lower, side), side, workers, kernel).unwrap();
    let mut others: Vec<_> = (1..workers)
        .map(|worker| (worker, Share::read(&share_of(&lead, worker)).unwrap(), vec![f64::NAN; lead.parcel_length()]))
        .collect();
    while lead.factor() {
        for (_, share, parcel) in &mut others {
            lead.write_panel(parcel);
            share.answer(parcel).unwrap();
        }
        lead.multiply();
        others.iter().for_each(|(worker, _, parcel)| lead.add(*worker, parcel).unwrap());
        lead.turn();
    }
    lead.eigenvalues().unwrap()
}

#[test]
fn several_workers_find_what_one_finds() {
    for side in [1, 2, 16, 17, 33, 70, 129, 301] {
        for (name, lower, _) in families(side) {
            for kernel in Kernel::all() {
                let alone = eigenvalues_with(&lower, side, kernel).unwrap();
                for workers in [2, 3, 5] {
                    let off = difference(&shared(&lower, side, workers, kernel), &alone);
                    let most = 4e-15 * (side as f64).sqrt();
                    assert!(off <= most, "{name}, {side}, {workers} workers, {kernel:?}: {off:e} of {most:e}");
                }
            }
        }
    }
}

#[test]
fn messages_between_workers_are_checked() {
    let side = 50;
    let mut lead = Lead::new(vec![[0.001; 256]; 4 * 5 / 2], side, 2).unwrap();
    let share = share_of(&lead, 1);
    let code = |words: &[f64]| Share::read(&words.to_vec()).err().map(|error| error.code());
    assert_eq!(code(&share), None);
    for damaged in [&[], &share[..2], &share[..share.len() - 1], &[&[0.0, 0.0], &share[2..]].concat()[..]] {
        assert_eq!(code(damaged), Some("internal"));
    }
    assert!(lead.factor());
    let mut other = Share::read(&share).unwrap();
    let mut panel = vec![0.0; lead.parcel_length()];
    lead.write_panel(&mut panel);
    for mut damaged in [vec![], panel[1..].to_vec(), [&[1.0], &panel[1..]].concat()] {
        assert_eq!(other.answer(&mut damaged).unwrap_err().code(), "internal");
    }
    other.answer(&mut panel).unwrap();
    assert_eq!(lead.add(1, &panel[1..].to_vec()).unwrap_err().code(), "internal");
    lead.add(1, &panel).unwrap();
    let mut alone = Lead::new(vec![[0.001; 256]; 4 * 5 / 2], side, 1).unwrap();
    assert_eq!(alone.add(1, &panel).unwrap_err().code(), "internal");
}

/// 2 on the diagonal and −1 beside it: λ_j = 2 + 2 cos(jπ/(m + 1)).
#[test]
fn a_tridiagonal_matrix_of_any_magnitude_has_its_eigenvalues() {
    for magnitude in [1.0, 1e-280, 1e280] {
        for side in [1, 2, 5, 100] {
            let found = super::tridiagonal(vec![2.0 * magnitude; side], vec![-magnitude; side - 1]).unwrap();
            for (found, j) in found.iter().zip(1..) {
                let exact = 2.0 + 2.0 * (std::f64::consts::PI * f64::from(j) / (side + 1) as f64).cos();
                assert!((found / magnitude - exact).abs() < 1e-14, "{magnitude}, {side}: {found} for {exact}");
            }
        }
    }
    assert_eq!(super::tridiagonal(vec![0.0; 3], vec![0.0; 2]).unwrap(), [0.0; 3]);
    assert_eq!(super::tridiagonal(vec![f64::NAN; 3], vec![1.0; 2]).unwrap_err().code(), "no_convergence");
}
