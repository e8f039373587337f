//! However the work is cut up, the Report is the same.

use eigenscope::engine::Engine;
use eigenscope::moments::{Options, Plan, Precision, Scaled};
use eigenscope::native::NonFiniteRows;
use eigenscope::report::Spectrum;
use eigenscope::source::Order;

use crate::claims::Claims;
use crate::matrix::{Matrix, analyze, gather, header, merge, of_files, open, open_start, plan};
use crate::scratch::Scratch;

const PRECISIONS: [Precision; 2] = [Precision::Exact, Precision::Fast];
const ORDERS: [Order; 2] = [Order::C, Order::F];

/// Two orders of summation, times λ₁.
const ROUNDING: f64 = 1e-12;

#[test]
fn same_report_for_any_worker_count() {
    let scratch = Scratch::new();
    let mut claims = Claims::new();
    // Large enough that seven workers have a chunk each.
    for (n, d) in [(150_000, 50), (50, 150_000)] {
        let matrix = Matrix::random(n, d);
        for order in ORDERS {
            let file = matrix.npy(order);
            let chunks = plan(std::slice::from_ref(&file), Precision::Exact, 7).unwrap().chunks();
            claims.that(chunks >= 7, || format!("{n} × {d} {order:?}: there are only {chunks} chunks"));
            let path = [scratch.write("matrix.npy", &file)];
            for precision in PRECISIONS {
                let with = |threads| of_files(&path, precision, NonFiniteRows::Refuse, Some(threads)).unwrap();
                let one = with(1);
                for threads in [2, 3, 7] {
                    let case = format!("{n} × {d}, {order:?}, {precision:?}, {threads} threads");
                    let many = with(threads);
                    claims.equal(&case, "workers", many.workers, threads);
                    same(&mut claims, &case, &many, &one);
                }
            }
        }
    }
    claims.close();
}

#[test]
fn shards_are_the_whole_matrix() {
    let mut claims = Claims::new();
    for (n, d) in [(300, 40), (30, 301)] {
        let matrix = Matrix::random(n, d);
        let cuts = [vec![1, n - 1], vec![n - 1, 1], vec![n / 3, 1, 2, n - n / 3 - 3], vec![n / 10; 10]];
        for (order, precision) in ORDERS.into_iter().flat_map(|order| PRECISIONS.map(|precision| (order, precision))) {
            let whole = analyze(&[matrix.npy(order)], precision, 1).unwrap();
            for rows in &cuts {
                let shards: Vec<Vec<u8>> = matrix.cut(rows).iter().map(|part| part.npy(order)).collect();
                for workers in [1, 3] {
                    let case =
                        format!("{n} × {d}, {order:?}, {precision:?}, shards of {rows:?} rows, {workers} workers");
                    same(&mut claims, &case, &analyze(&shards, precision, workers).unwrap(), &whole);
                }
            }
        }
    }
    claims.close();
}

#[test]
fn bands_are_the_whole_matrix() {
    let mut claims = Claims::new();
    for (n, d) in [(400, 100), (100, 400), (101, 100), (99, 100)] {
        let mut matrix = Matrix::random(n, d);
        // Every band meets these rows; one must count them.
        matrix.values[3 * d + 5] = f64::NAN;
        matrix.values[50 * d..51 * d].fill(f64::INFINITY);
        for (order, precision) in ORDERS.into_iter().flat_map(|order| PRECISIONS.map(|precision| (order, precision))) {
            let files: Vec<Vec<u8>> = matrix.cut(&[20, 40, n - 60]).iter().map(|part| part.npy(order)).collect();
            let whole = analyze(&files, precision, 1).unwrap();
            let mut plan = plan(&files, precision, 1).unwrap();
            // 7 rows of tiles.
            for bands in
                [vec![0..1, 1..7], vec![0..6, 6..7], vec![0..2, 2..3, 3..7], (0..7).map(|row| row..row + 1).collect()]
            {
                for workers_per_band in [1, 2] {
                    let case = format!(
                        "{n} × {d}, {order:?}, {precision:?}, {workers_per_band} workers for each of {bands:?}"
                    );
                    (plan.bands, plan.workers_per_band) = (bands.clone(), workers_per_band);
                    let moments = gather(&plan, &files).unwrap();
                    claims.equal(&case, "workers", moments.len(), plan.workers());
                    let found = merge(&plan, &moments).unwrap();
                    claims.equal(&case, "skipped rows", found.skipped_rows, 2);
                    same(&mut claims, &case, &found, &whole);
                }
            }
        }
    }
    claims.close();
}

#[test]
fn many_workers_on_a_wide_matrix_share_the_tiles_instead_of_the_rows() {
    const LIMIT: u64 = 512 << 20;
    let mut claims = Claims::new();
    for d in [64_u64, 4_096, 8_192, 16_000, 40_000] {
        let start = header("<f4", Order::C, &format!("({d}, {d})"));
        for workers in [1, 2, 3, 7, 64] {
            let case = format!("{d} columns, {workers} workers");
            let source = open_start("wide.npy", start.len() as u64 + d * d * 4, &start).unwrap();
            let plan = Plan::new(
                source,
                Options {
                    engine: Engine::Workers,
                    precision: Precision::Fast,
                    workers,
                    workers_forced: true,
                    scaled: Scaled::Auto,
                    no_dual: false,
                },
            )
            .unwrap();
            claims.that(plan.workers() <= workers, || format!("{case}: there are {}", plan.workers()));
            claims.that(2 * plan.workers() > workers, || format!("{case}: only {} have work", plan.workers()));
            let triangles = plan.workers_per_band as u64 * d * d * 4;
            claims.that(triangles <= LIMIT.max(d * d * 4), || format!("{case}: the triangles take {triangles} bytes"));
            let ends = [vec![0], plan.bands.iter().map(|band| band.end).collect()].concat();
            let starts = [plan.bands.iter().map(|band| band.start).collect(), vec![d.div_ceil(16) as usize]].concat();
            claims.equal(&case, "the end of each band and the start of the next", ends, starts);
        }
    }
    claims.close();
}

#[test]
fn moments_merge_in_any_order() {
    let mut claims = Claims::new();
    for (n, d) in [(90, 20), (20, 90)] {
        let files: Vec<Vec<u8>> = Matrix::random(n, d).cut(&[n / 3; 3]).iter().map(|part| part.npy(Order::C)).collect();
        for precision in PRECISIONS {
            let plan = plan(&files, precision, 3).unwrap();
            let parts = gather(&plan, &files).unwrap();
            let merged = |order: [usize; 3]| merge(&plan, order.map(|part| &parts[part])).unwrap();
            let whole = merged([0, 1, 2]);
            for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
                let case = format!("{n} × {d}, {precision:?}, {order:?}");
                same(&mut claims, &case, &merged(order), &whole);
            }
            let together = |a: usize, b: usize| {
                let mut sum = parts[a].clone();
                sum.merge(&parts[b]).unwrap();
                sum
            };
            let case = format!("{n} × {d}, {precision:?}");
            claims.that(together(0, 1) == together(1, 0), || format!("{case}: a + b is not b + a to the last bit"));
        }
    }
    claims.close();
}

#[test]
fn a_look_at_the_sums_in_between_does_not_disturb_them() {
    use eigenscope::moments::Worker;

    let mut claims = Claims::new();
    for precision in PRECISIONS {
        let files: Vec<Vec<u8>> = Matrix::random(90, 20).cut(&[7; 12]).iter().map(|part| part.npy(Order::C)).collect();
        let plan = plan(&files, precision, 1).unwrap();
        let whole = merge(&plan, &gather(&plan, &files).unwrap()).unwrap();
        let mut worker = Worker::new(plan.clone(), 0).unwrap();
        for chunk in 0..plan.chunks() {
            worker.push(chunk, &crate::matrix::read(&files, &plan.reads(chunk))).unwrap();
            let provisional = merge(&plan, [&worker.snapshot().unwrap()]).unwrap();
            claims.equal(
                &format!("{precision:?}, chunk {chunk}"),
                "rows so far",
                provisional.n,
                Some(7 * (chunk as u64 + 1)),
            );
        }
        same(
            &mut claims,
            &format!("{precision:?}"),
            &merge(&plan, [&worker.finish().total().unwrap()]).unwrap(),
            &whole,
        );
    }
    claims.close();
}

#[test]
fn leaving_rows_out_is_the_matrix_without_them() {
    let mut claims = Claims::new();
    // The first 256 rows, which the shift is taken from, are the hard ones: a mean of none of them is no mean.
    for (n, d, bad) in [
        (700, 20, vec![5]),
        (700, 20, vec![0, 300, 699]),
        (700, 20, (0..256).collect()),
        (700, 20, (0..400).collect()),
        (700, 20, (0..700).filter(|row| row % 3 == 0).collect()),
        (40, 60, vec![0, 39]),
        (40, 60, (0..20).collect()),
    ] {
        let mut clean = Matrix::random(n, d);
        clean.values.iter_mut().for_each(|value| *value += 1e6);
        let mut spoilt = clean.clone();
        for &row in &bad {
            // A row that went wrong is often wrong all over.
            spoilt.values[row * d..(row + 1) * d].fill(1e30);
            spoilt.values[row * d + row % d] = f64::NAN;
        }
        let kept = (0..n).filter(|row| !bad.contains(row)).map(|row| clean.rows(row..row + 1));
        let values: Vec<f64> = kept.flat_map(|row| row.values).collect();
        let clean = Matrix { n: values.len() / d, d, values };
        for precision in PRECISIONS {
            let case = format!("{n} × {d}, {precision:?}, {} rows from {} on left out", bad.len(), bad[0]);
            let expected = analyze(&[clean.npy(Order::C)], precision, 1).unwrap();
            let mut found = match analyze(&[spoilt.npy(Order::C)], precision, 1) {
                Ok(found) => found,
                Err(error) => {
                    claims.that(false, || format!("{case}: {error}"));
                    continue;
                }
            };
            claims.equal(&case, "skipped rows", std::mem::take(&mut found.skipped_rows), bad.len() as u64);
            // A floor that is wide enough for anything claims nothing.
            claims
                .that(found.floor <= 1e-5 * found.eigenvalues[0], || format!("{case}: the floor is {:e}", found.floor));
            same(&mut claims, &case, &found, &expected);
        }
    }
    claims.close();
}

#[test]
fn the_fast_floor_covers_the_error_of_equal_columns() {
    let mut claims = Claims::new();
    // Every column errs alike, so that the error has rank 1: the hardest kind to measure with random signs.
    for d in 2..60 {
        let one = Matrix::random(80, 1);
        let values = one.values.iter().flat_map(|&value| std::iter::repeat_n(value, d)).collect();
        let files = [Matrix { n: 80, d, values }.npy(Order::C)];
        let [exact, fast] = PRECISIONS.map(|precision| analyze(&files, precision, 1).unwrap());
        let case = format!("{d} equal columns");
        claims.near(&case, "eigenvalue 1", fast.eigenvalues[0], exact.eigenvalues[0], fast.floor);
    }
    claims.close();
}

#[test]
fn parts_of_different_matrices_are_not_merged() {
    let mut claims = Claims::new();
    let moments = |n, d| {
        let files = [Matrix::random(n, d).npy(Order::C)];
        let plan = plan(&files, Precision::Exact, 1).unwrap();
        gather(&plan, &files).unwrap().remove(0)
    };
    for (n, d) in [(90, 16), (90, 17), (90, 40)] {
        let error = moments(90, 20).merge(&moments(n, d)).map_err(|error| error.code());
        claims.equal(&format!("{n} × {d}"), "the merger", error, Err("internal"));
    }
    assert!(open(&[]).is_err(), "no files are no matrix");
    claims.close();
}

/// Claims that two spectra of the same features are the same, up to the rounding of their precision.
fn same(claims: &mut Claims, case: &str, found: &Spectrum, expected: &Spectrum) {
    let largest = expected.eigenvalues[0];
    let allowed = match expected.precision {
        Precision::Exact => ROUNDING * largest,
        Precision::Fast => expected.floor.max(found.floor),
    };
    claims.equal(case, "n", found.n, expected.n);
    claims.equal(case, "d", found.d, expected.d);
    claims.equal(case, "skipped rows", found.skipped_rows, expected.skipped_rows);
    claims.equal(case, "columns of no variance", found.zero_variance_columns, expected.zero_variance_columns);
    claims.equal(case, "number of eigenvalues", found.eigenvalues.len(), expected.eigenvalues.len());
    for (k, (&found, &value)) in found.eigenvalues.iter().zip(&expected.eigenvalues).enumerate() {
        if (found - value).abs() > allowed {
            claims.near(case, &format!("eigenvalue {}", k + 1), found, value, allowed);
        }
    }
    if expected.precision == Precision::Exact {
        let total = expected.total_variance;
        claims.near(case, "total variance", found.total_variance, total, ROUNDING * total);
        claims.equal(case, "usable ranks", found.usable_ranks, expected.usable_ranks);
    }
}
