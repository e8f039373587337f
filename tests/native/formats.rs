//! The same matrix through every format has the same spectrum, bit by bit.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use eigenscope::Result;
use eigenscope::native::{Choices, Given, spectrum};
use eigenscope::report::Spectrum;
use eigenscope::source::Order;
use serde::Deserialize;

use crate::claims::Claims;
use crate::fixtures::{Codes, folder, read};
use crate::matrix::{Matrix, header};
use crate::scratch::Scratch;

/// Formats that are read.
const READ: [&str; 9] = ["npy", "npz", "safetensors", "torch", "csv", "jsonl", "mat", "parquet", "arrow"];

#[derive(Deserialize)]
struct Expected {
    cases: Vec<Case>,
    #[serde(default)]
    parts: Vec<Parts>,
}

/// Files that are read together.
#[derive(Deserialize)]
struct Parts {
    files: Vec<PathBuf>,
    same_as: Option<PathBuf>,
    refused: Option<Codes>,
}

/// A file of `tests/formats`, and what is to come of it.
#[derive(Deserialize)]
struct Case {
    file: Option<String>,
    format: String,
    /// The array to ask for.
    array: Option<String>,
    /// Whether it is no features but a result of them.
    kind: Option<String>,
    /// The .npy file of the same numbers.
    same_as: Option<PathBuf>,
    /// Whether the numbers are of the same type there.
    #[serde(default)]
    same_dtype: bool,
    /// Names of what stands beside the features as labels.
    #[serde(default)]
    labels: Vec<String>,
    /// Names of what may count as labels too.
    #[serde(default)]
    ignored: Vec<String>,
    /// Whether its rows stand in pieces, which are added up in another order.
    #[serde(default)]
    in_pieces: bool,
    /// The code of a refusal.
    refused: Option<Codes>,
    /// A code that would do as well.
    may_refuse: Option<Codes>,
}

#[test]
fn every_format_gives_the_spectrum_of_its_npy() {
    every_file_of(&folder("formats"));
    // What `make.py --beside` wrote of larger matrices.
    if let Some(beside) = std::env::var_os("EIGENSCOPE_FORMATS") {
        every_file_of(Path::new(&beside));
    }
}

#[test]
fn parts_of_a_table_are_matched_by_name() {
    let folder = folder("formats");
    let Expected { parts, .. } = read(&folder.join("expected.json"));
    let mut claims = Claims::new();
    for Parts { files, same_as, refused } in &parts {
        let paths: Vec<PathBuf> = files.iter().map(|file| folder.join(file)).collect();
        let named = format!("{files:?}");
        let choices = Choices { threads: Some(1), ..Choices::default() };
        match (spectrum(Given { paths: &paths, array: None }, choices), same_as) {
            (Ok(found), Some(truth)) => {
                let truth = open(&folder.join(truth), None).unwrap();
                claims.equal(&named, "n", found.n, truth.n);
                claims.equal(&named, "d", found.d, truth.d);
                let apart = found.eigenvalues.iter().zip(&truth.eigenvalues).map(|(a, b)| (a - b).abs());
                // Two files are added up in another order.
                claims.near(&named, "the eigenvalues", apart.fold(0.0, f64::max), 0.0, 1e-12 * truth.eigenvalues[0]);
            }
            (Ok(_), None) => claims.that(false, || format!("{named} were read")),
            (Err(error), _) => {
                let allowed = refused.as_ref().is_some_and(|codes| codes.allow(error.code()));
                claims.that(allowed, || format!("{named}: {error} [{}]", error.code()));
            }
        }
    }
    assert!(parts.len() >= 8);
    claims.close();
}

fn every_file_of(folder: &Path) {
    let index = ["expected.json", "index.json"].map(|name| folder.join(name));
    let Expected { cases, .. } = read(index.iter().find(|path| path.exists()).unwrap());
    let mut claims = Claims::new();
    let mut read_as = 0;
    for case in cases.iter().filter(|case| case.kind.is_none()) {
        let Some(file) = &case.file else { continue };
        let found = open(&folder.join(file), case.array.as_deref());
        let named = format!("{file}, array {:?}", case.array);
        if !READ.contains(&case.format.as_str()) {
            claims.that(found.is_err(), || format!("{named} was read"));
            continue;
        }
        if let (Some(codes), Err(error)) = (case.refused.as_ref().or(case.may_refuse.as_ref()), &found) {
            claims.that(codes.allow(error.code()), || format!("{named}: {error} [{}]", error.code()));
            continue;
        }
        if let Some(codes) = &case.refused {
            claims.that(codes.allow("accepted"), || format!("{named} was read"));
            continue;
        }
        match found {
            Ok(spectrum) => {
                read_as += 1;
                let truth = open(&folder.join(case.same_as.as_ref().unwrap()), None).unwrap();
                same(&mut claims, &named, &spectrum, &truth, case);
            }
            Err(error) => claims.that(false, || format!("{named}: {error} [{}]", error.code())),
        }
    }
    claims.close();
    assert!(read_as > 20, "only {read_as} files were read");
}

/// What `.float()` cannot make into numbers has a way of its own.
#[test]
fn tensors_of_other_kinds_say_how_to_make_them_dense() {
    let mut claims = Claims::new();
    for (file, way) in [
        ("quantized", ".dequantize()"),
        ("quantized_beside", ".dequantize()"),
        ("sparse", ".to_dense()"),
        ("sparse_beside", ".to_dense()"),
        ("complex", ".float()"),
    ] {
        let error = open(&folder("formats").join(format!("torch/{file}.pt")), None).unwrap_err();
        claims.equal(file, "the code", error.code(), "unsupported_dtype");
        claims.that(error.message().contains(way), || format!("{file}: {error}"));
    }
    claims.close();
}

/// Each kind of pickle says what opens it: NumPy's arrays, the old files of PyTorch, any other.
#[test]
fn pickles_that_are_not_read_say_what_opens_them() {
    let mut claims = Claims::new();
    let formats = |file: &str| folder("formats").join(format!("torch/{file}"));
    let scratch = Scratch::new();
    let pickle = |protocol: u8| scratch.write(&format!("{protocol}.pkl"), &[0x80, protocol, b']', b'.']);
    for (path, code, way) in [
        (formats("numpy_inside.pt"), "unsafe_pickle", "np.save(path, features)"),
        (formats("whole_model.pt"), "unsafe_pickle", "torch.save(features, path)"),
        (formats("old_format.pt"), "unsupported_format", "torch.save(torch.load(path), new_path)"),
        (pickle(2), "unsupported_format", "joblib.load"),
        (pickle(3), "unsupported_format", "joblib.load"),
        (pickle(4), "unsupported_format", "joblib.load"),
        (pickle(5), "unsupported_format", "joblib.load"),
    ] {
        let named = path.display().to_string();
        let error = open(&path, None).unwrap_err();
        claims.equal(&named, "the code", error.code(), code);
        claims.that(error.message().contains(way), || format!("{named}: {error}"));
    }
    claims.close();
}

/// A file a sample, as programs write them that take one image or text after another.
#[test]
fn a_vector_a_file_is_a_row_a_file() {
    let mut claims = Claims::new();
    let scratch = Scratch::new();
    let matrix = Matrix::random(24, 10);
    let whole = scratch.write("whole.npy", &matrix.npy(Order::C));
    let truth = open(&whole, None).unwrap();
    let rows: Vec<&[f64]> = matrix.values.chunks_exact(10).collect();
    let bytes = |row: &[f64]| -> Vec<u8> { row.iter().flat_map(|value| value.to_le_bytes()).collect() };
    for shape in ["(10,)", "(1, 10)"] {
        let file = |(i, row): (usize, &&[f64])| {
            let file = [header("<f8", Order::C, shape), bytes(row)].concat();
            scratch.write(&format!("sample{i:02}.npy"), &file)
        };
        let paths: Vec<PathBuf> = rows.iter().enumerate().map(file).collect();
        let choices = || Choices { threads: Some(1), ..Choices::default() };
        let found = spectrum(Given { paths: &paths, array: None }, choices()).unwrap();
        claims.equal(shape, "n", found.n, truth.n);
        claims.equal(shape, "d", found.d, truth.d);
        let apart = found.eigenvalues.iter().zip(&truth.eigenvalues).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        claims.near(shape, "the eigenvalues", apart, 0.0, 1e-12 * truth.eigenvalues[0]);
    }
    // Vectors of different lengths are no rows.
    let short = [header("<f8", Order::C, "(9,)"), bytes(&rows[0][..9])].concat();
    let long = [header("<f8", Order::C, "(10,)"), bytes(rows[0])].concat();
    let paths = [scratch.write("a.npy", &long), scratch.write("b.npy", &short)];
    let refused = spectrum(Given { paths: &paths, array: None }, Choices::default()).unwrap_err();
    claims.equal("two lengths", "the code", refused.code(), "not_a_matrix");
    claims.close();
}

/// With one thread, since several add up in the order in which they come.
fn open(path: &Path, array: Option<&str>) -> Result<Spectrum> {
    spectrum(Given { paths: &[path.to_owned()], array }, Choices { threads: Some(1), ..Choices::default() })
}

fn same(claims: &mut Claims, case: &str, found: &Spectrum, truth: &Spectrum, expected: &Case) {
    claims.equal(case, "n", found.n, truth.n);
    claims.equal(case, "d", found.d, truth.d);
    // Columns in another order are added up in another order.
    let tolerance =
        if expected.may_refuse.is_some() || expected.in_pieces { 1e-12 * truth.eigenvalues[0] } else { 0.0 };
    let apart = found.eigenvalues.iter().zip(&truth.eigenvalues).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    claims.near(case, "the eigenvalues", apart, 0.0, tolerance);
    claims.near(case, "the variance", found.total_variance, truth.total_variance, tolerance);
    claims.equal(case, "constant columns", found.zero_variance_columns, truth.zero_variance_columns);
    claims.equal(case, "the format", found.format.name(), &expected.format);
    if expected.same_dtype {
        claims.equal(case, "the type", &found.dtype, &truth.dtype);
    }
    let found: BTreeSet<&str> = found.labels.iter().map(|labels| labels.name.as_str()).collect();
    let wanted: BTreeSet<&str> = expected.labels.iter().map(String::as_str).collect();
    let more: Vec<&&str> =
        found.difference(&wanted).filter(|name| !expected.ignored.iter().any(|other| other == **name)).collect();
    claims.that(found.is_superset(&wanted) && more.is_empty(), || format!("{case}: labels {found:?}, not {wanted:?}"));
}
