use super::*;
use crate::eigen;
use crate::fit::simulate::{power_law_population, sample_eigenvalues};
use crate::fit::{Weight, power_law};
use crate::synth::random::Random;

/// A part whose eigenvalues are k^−α exactly.
fn part(n: u64, usable_ranks: usize, alpha: f64) -> Replicate {
    Replicate { n, usable_ranks, eigenvalues: power_law_population(alpha, 200) }
}

fn fit_of(part: &Replicate) -> Fit {
    power_law(&part.eigenvalues, part.usable_ranks, Window { first: 11, last: 100 }, Weight::InverseRank).unwrap()
}

/// Ten blocks of 100 rows. α of the unions is given, the last being that of all rows; without each block it is that ±
/// `spread`.
fn replicates(spread: f64, unions: [f64; 10]) -> Replicates {
    let without = (0..10).map(|j| part(900, 150, unions[9] + if j % 2 == 0 { spread } else { -spread })).collect();
    let unions = (1..).zip(unions).map(|(blocks, alpha)| part(100 * blocks, 150, alpha)).collect();
    Replicates { blocks: 10, without, unions }
}

fn alphas_of(replicates: &Replicates) -> AlphaOfN {
    alpha_of_n(replicates, &fit_of(replicates.unions.last().unwrap()))
}

#[test]
fn students_quantiles_are_scipys() {
    // scipy.stats.t.ppf(0.975, ν), ν = 1 … 30, SciPy 1.17.
    let golden = [
        12.706204736174694,
        4.302652729749462,
        3.1824463052837078,
        2.7764451051977934,
        2.5705818356363146,
        2.4469118511449786,
        2.364624251592784,
        2.306004135204166,
        2.262157162798205,
        2.228138851986274,
        2.200985160091639,
        2.1788128296672284,
        2.1603686564627913,
        2.144786687917804,
        2.131449545559776,
        2.1199052992212546,
        2.1098155778333156,
        2.1009220402410382,
        2.0930240544083087,
        2.085963447265864,
        2.0796138447276795,
        2.0738730679040254,
        2.0686576104190486,
        2.0638985616280245,
        2.0595385527532972,
        2.0555294386428735,
        2.0518305164802846,
        2.0484071417952454,
        2.045229642132703,
        2.0422724563012378,
    ];
    for (degrees, quantile) in (1..).zip(golden) {
        assert!((student_quantile(degrees) - quantile).abs() < 1e-10, "{degrees}");
    }
}

#[test]
fn the_standard_error_and_the_interval_are_numpys() {
    // NumPy and SciPy: se = sqrt((B - 1)/B * sum((a - a.mean())**2)); 1 ± t.ppf(0.975, B - 1) * se.
    let alphas = [0.98, 1.01, 1.003, 0.995, 1.02, 0.97, 1.0, 1.013, 0.99, 1.004];
    for (blocks, standard_error, low, high) in [
        (10, 0.043437886688926286, 0.9017366734898286, 1.0982633265101713),
        (4, 0.019326148090087678, 0.9384955714153347, 1.0615044285846653),
    ] {
        let without = alphas[..blocks].iter().map(|&alpha| part(900, 150, alpha)).collect();
        let replicates = Replicates { blocks, without, unions: vec![part(1000, 150, 1.0)] };
        let uncertainty = jackknife(&replicates, &fit_of(&replicates.unions[0])).unwrap();
        assert!((uncertainty.standard_error - standard_error).abs() < 1e-12);
        assert!((uncertainty.low - low).abs() < 1e-11 && (uncertainty.high - high).abs() < 1e-11);
        assert_eq!(uncertainty.blocks, blocks);
        assert!(uncertainty.without_block.iter().zip(alphas).all(|(ours, alpha)| (ours - alpha).abs() < 1e-12));
    }
}

#[test]
fn no_interval_without_blocks_or_ranks() {
    let mut replicates = replicates(0.01, [1.0; 10]);
    let fit = fit_of(&replicates.unions[9]);
    replicates.without[3].usable_ranks = 100;
    assert!(jackknife(&replicates, &fit).is_ok());
    replicates.without[3].usable_ranks = 99;
    let reason = jackknife(&replicates, &fit).unwrap_err();
    assert_eq!(reason.code, "few_rows_for_interval");
    assert!(reason.message.contains("only 99 ranks") && reason.message.contains("rank 100"), "{}", reason.message);
    replicates.without.truncate(MIN_BLOCKS - 1);
    assert_eq!(jackknife(&replicates, &fit).unwrap_err().code, "too_few_blocks");
}

#[test]
fn alpha_that_stays_put_has_settled() {
    let settled = alphas_of(&replicates(0.001, [0.9, 0.95, 0.985, 0.99, 0.994, 0.997, 1.003, 1.002, 0.999, 1.0]));
    assert_eq!(settled.verdict.code, "settled");
    assert_eq!(settled.verdict.message, "α has settled: from n ≈ 300 on it stays within ±0.015.");
    assert_eq!(settled.points.len(), 10);
    assert!((settled.trend.unwrap().change - 0.006).abs() < 1e-12);
}

#[test]
fn a_change_beyond_chance_and_tolerance_is_said_with_its_direction() {
    let falling = [1.3, 1.2, 1.15, 1.1, 1.05, 1.04, 1.03, 1.02, 1.01, 1.0];
    let rising = falling.map(|alpha| 2.0 - alpha);
    for (unions, way) in [(falling, "falls"), (rising, "rises")] {
        let moving = alphas_of(&replicates(0.002, unions)).verdict;
        assert_eq!(moving.code, "still_moving");
        assert!(moving.message.contains(&format!("{way} with n: by 0.05")), "{}", moving.message);
        // The same change is open where chance alone moves α as much.
        assert_eq!(alphas_of(&replicates(0.02, unions)).verdict.code, "unknown");
    }
}

#[test]
fn too_few_points_leave_it_open() {
    let mut few = replicates(0.002, [1.0; 10]);
    few.unions.iter_mut().take(7).for_each(|part| part.usable_ranks = 60);
    let few = alphas_of(&few);
    assert_eq!((few.points.len(), few.trend, few.verdict.code.as_str()), (3, None, "unknown"));
    // Four points, but none of half of the rows.
    let mut late = replicates(0.002, [1.0; 10]);
    late.unions.iter_mut().take(6).for_each(|part| part.usable_ranks = 60);
    assert_eq!(alphas_of(&late).verdict.code, "unknown");
}

#[test]
fn bias_goes_where_alpha_of_n_came_from_or_where_the_window_ends() {
    let falling = alphas_of(&replicates(0.002, [1.3, 1.2, 1.15, 1.1, 1.05, 1.04, 1.03, 1.02, 1.01, 1.0]));
    let rising = alphas_of(&replicates(0.002, [0.7, 0.8, 0.85, 0.9, 0.95, 0.96, 0.97, 0.98, 0.99, 1.0]));
    let still = alphas_of(&replicates(0.002, [1.0; 10]));
    let code = |n: u64, d: u64, first: usize, last: usize, alphas: &AlphaOfN| {
        let fit = Fit { first, last, ..fit_of(&part(1000, 150, 1.0)) };
        bias(n, d, &fit, alphas).map(|bias| bias.code)
    };
    let (up, down) = (Some("biased_up".to_owned()), Some("biased_down".to_owned()));
    assert_eq!(code(1000, 500, 11, 100, &falling), up);
    assert_eq!(code(1000, 500, 11, 400, &rising), down);
    assert_eq!(code(1000, 500, 11, 100, &still), down);
    assert_eq!(code(1000, 500, 11, 400, &still), up);
    assert_eq!(code(300, 500, 11, 250, &still), up);
    assert_eq!(code(1000, 500, 11, 250, &still), None);
    assert_eq!(code(2000, 500, 11, 100, &falling), None);
}

#[test]
fn simulated_power_laws_are_off_in_the_direction_that_is_said() {
    const RUNS: usize = 40;
    const D: usize = 128;
    let still = alphas_of(&replicates(0.002, [1.0; 10]));
    let mut random = Random::new(11);
    for alpha in [0.5, 1.0] {
        let population = power_law_population(alpha, D);
        for (n, windows) in [
            (D / 2, [(1, 15), (4, 55), (11, 63)]),
            (D, [(4, 30), (11, 100), (11, 127)]),
            (2 * D, [(4, 30), (4, 100), (11, 128)]),
        ] {
            let samples: Vec<Vec<f64>> = (0..RUNS).map(|_| sample_eigenvalues(&population, n, &mut random)).collect();
            for (first, last) in windows {
                let window = Window { first, last };
                let fits = samples.iter().map(|values| power_law(values, D.min(n - 1), window, Weight::InverseRank));
                let fits: Vec<Fit> = fits.map(Result::unwrap).collect();
                let off = fits.iter().map(|fit| fit.alpha).sum::<f64>() / RUNS as f64 - alpha;
                let said = bias(n as u64, D as u64, &fits[0], &still).unwrap().code;
                let truth = if off > 0.0 { "biased_up" } else { "biased_down" };
                assert_eq!(said, truth, "α {alpha}, n {n}, {first}–{last}: off by {off}");
            }
        }
    }
}

/// Spectra of ten blocks of Gaussian rows whose columns have these variances. As of a file, the sums are gathered block
/// by block, and a part's covariance is made of those of its blocks.
fn sampled(population: &[f64], n: usize, random: &mut Random) -> Replicates {
    const BLOCKS: usize = 10;
    let d = population.len();
    let deviations: Vec<f64> = population.iter().map(|variance| variance.sqrt()).collect();
    let mut sums = vec![vec![0.0; d]; BLOCKS];
    let mut squares = vec![vec![0.0; d * d]; BLOCKS];
    let mut row = vec![0.0; d];
    for i in 0..n {
        for (pair, deviations) in row.chunks_exact_mut(2).zip(deviations.chunks_exact(2)) {
            let [one, other] = random.pair();
            pair.copy_from_slice(&[one * deviations[0], other * deviations[1]]);
        }
        let (sum, square) = (&mut sums[i % BLOCKS], &mut squares[i % BLOCKS]);
        for (column, &value) in row.iter().enumerate() {
            sum[column] += value;
            let below = &mut square[column * d + column..(column + 1) * d];
            below.iter_mut().zip(&row[column..]).for_each(|(square, other)| *square += value * other);
        }
    }
    let of = |blocks: &dyn Fn(usize) -> bool| {
        let chosen: Vec<usize> = (0..BLOCKS).filter(|&block| blocks(block)).collect();
        let rows = (0..n).filter(|i| blocks(i % BLOCKS)).count() as f64;
        let total = |of: &[Vec<f64>], i: usize| chosen.iter().map(|&block| of[block][i]).sum::<f64>();
        let mean: Vec<f64> = (0..d).map(|column| total(&sums, column) / rows).collect();
        let lower: Vec<f64> =
            (0..d * d).map(|i| (total(&squares, i) - rows * mean[i / d] * mean[i % d]) / (rows - 1.0)).collect();
        let eigenvalues = eigen::eigenvalues(&lower, d).unwrap();
        Replicate { n: rows as u64, usable_ranks: d.min(rows as usize - 1), eigenvalues }
    };
    Replicates {
        blocks: BLOCKS,
        without: (0..BLOCKS).map(|j| of(&|block| block != j)).collect(),
        unions: vec![of(&|_| true)],
    }
}

/// How many of the intervals of as many samples cover the mean of α over all samples.
fn covered(alpha: f64, d: usize, n: usize, window: Window, runs: usize) -> usize {
    let mut random = Random::new(5);
    let population = power_law_population(alpha, d);
    let intervals: Vec<(f64, Uncertainty)> = (0..runs)
        .map(|_| {
            let replicates = sampled(&population, n, &mut random);
            let all = &replicates.unions[0];
            let fit = power_law(&all.eigenvalues, all.usable_ranks, window, Weight::InverseRank).unwrap();
            (fit.alpha, jackknife(&replicates, &fit).unwrap())
        })
        .collect();
    let centre = intervals.iter().map(|(alpha, _)| alpha).sum::<f64>() / runs as f64;
    intervals.iter().filter(|(_, interval)| interval.low <= centre && centre <= interval.high).count()
}

#[test]
fn the_interval_covers_the_centre_of_the_sampling_distribution() {
    const RUNS: usize = 100;
    for alpha in [0.5, 1.0, 1.5] {
        for ratio in [4, 8] {
            let covered = covered(alpha, 128, ratio * 128, Window { first: 4, last: 40 }, RUNS);
            assert!((90..=98).contains(&covered), "α {alpha}, n = {ratio}d: {covered} of {RUNS}");
        }
    }
}
