//! Whatever the bytes are, there is an answer or a sentence: no panic, and no allocation beyond the input.

use eigenscope::moments::Precision;
use eigenscope::report::Spectrum;
use eigenscope::source::{Opened, Opener, Order, Selected};
use eigenscope::{Error, Result};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::FileFailurePersistence;

use crate::allocation::allocated;
use crate::matrix::{Matrix, analyze, answer, header, preamble};

/// What a header and a sentence about it may take beside the input itself: a few strings of one line.
const SMALL_CHANGE: usize = 8 << 10;

/// The characters of honest headers: they get damaged ones further than any byte would.
const HEADER_CHARACTERS: &[u8] = b"{}()[]',: 0123456789<>|=fiubOcUMTrueFalseL\"\\\n\xff\0";

fn config(cases: u32) -> ProptestConfig {
    // A failure is printed whole, so there is nothing to keep in a file.
    ProptestConfig { cases, failure_persistence: Some(Box::new(FileFailurePersistence::Off)), ..Default::default() }
}

proptest! {
    #![proptest_config(config(2000))]

    #[test]
    fn any_bytes_after_the_magic_are_a_matrix_or_a_sentence(
        version in select(vec![[1, 0], [2, 0], [3, 0], [0, 0], [1, 1], [4, 0]]),
        rest in vec(any::<u8>(), 0..300),
    ) {
        let file = [b"\x93NUMPY", version.as_slice(), &rest].concat();
        opens_or_says_why(&file, file.len() as u64)?;
    }

    #[test]
    fn any_bytes_are_a_matrix_or_a_sentence(file in vec(any::<u8>(), 0..300), more in any::<u64>()) {
        opens_or_says_why(&file, file.len() as u64)?;
        opens_or_says_why(&file, (file.len() as u64).saturating_add(more))?;
    }

    #[test]
    fn any_text_as_a_header_is_a_matrix_or_a_sentence(text in vec(select(HEADER_CHARACTERS), 0..200)) {
        let file = preamble(&text);
        opens_or_says_why(&file, file.len() as u64)?;
    }

    #[test]
    fn any_change_of_a_header_is_a_matrix_or_a_sentence(
        order in select(vec![Order::C, Order::F]),
        changes in vec((0..128_usize, 0..3_u8, prop_oneof![select(HEADER_CHARACTERS), any::<u8>()]), 1..6),
    ) {
        let mut file = Matrix::random(5, 3).npy(order);
        for (at, how, byte) in changes {
            match how {
                0 => file[at] = byte,
                1 => file.insert(at, byte),
                _ => drop(file.remove(at)),
            }
        }
        opens_or_says_why(&file, file.len() as u64)?;
        for precision in [Precision::Exact, Precision::Fast] {
            spectrum_or_sentence(analyze(std::slice::from_ref(&file), precision, 2))?;
        }
    }

    #[test]
    fn any_shape_is_a_matrix_or_a_sentence(
        axes in vec(prop_oneof![0..4_u64, any::<u64>()], 0..70),
        descr in select(vec!["<f4", "<f8", "|u1", "<i2", "<c8", "|O", "<U3"]),
        size in any::<u64>(),
    ) {
        let axes: Vec<String> = axes.iter().map(u64::to_string).collect();
        let start = header(descr, Order::C, &format!("({},)", axes.join(", ")));
        opens_or_says_why(&start, size.max(start.len() as u64))?;
    }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn any_numbers_are_a_spectrum_or_a_sentence(
        (n, d, values) in (1..20_usize, 1..20_usize).prop_flat_map(|(n, d)| {
            let number = prop_oneof![
                4 => -1.0..1.0_f64,
                1 => any::<f64>(),
                1 => select(vec![0.0, -0.0, f64::NAN, f64::INFINITY, f64::MAX, f64::MIN, 5e-324, 1e-160, 1e160]),
            ];
            (Just(n), Just(d), vec(number, n * d))
        }),
        order in select(vec![Order::C, Order::F]),
        workers in 1..4_usize,
    ) {
        let file = Matrix { n, d, values }.npy(order);
        for precision in [Precision::Exact, Precision::Fast] {
            spectrum_or_sentence(analyze(std::slice::from_ref(&file), precision, workers))?;
        }
    }
}

/// A source whose every number lies within the file, or a sentence; and little memory for either.
fn opens_or_says_why(start: &[u8], size: u64) -> std::result::Result<(), TestCaseError> {
    let mut seen = 0;
    let (opened, bytes) = allocated(|| {
        let mut opener = Opener::new(size)?;
        while let wants @ [_, ..] = opener.wants() {
            let read: Vec<Vec<u8>> = wants.iter().map(|want| answer(start, want)).collect();
            seen += read.iter().map(Vec::len).sum::<usize>();
            opener.take(read)?;
        }
        Ok(Opened { name: "features.npy".to_owned(), bytes: size, contents: opener.contents()? })
    });
    // What was wanted of the file is made, handed over and kept; a sentence or a list of arrays is little beside it.
    prop_assert!(bytes <= 4 * seen + SMALL_CHANGE, "{} bytes were allocated for {}", bytes, seen);
    match opened.and_then(|opened| Selected::new(vec![opened], None)?.source(&[])) {
        Ok(source) => {
            let layout = &source.shards[0].layout;
            prop_assert_eq!(layout.offset + source.data_bytes(), size);
            prop_assert!(source.n >= 2 && source.d >= 1);
        }
        Err(error) => is_a_sentence(&error)?,
    }
    Ok(())
}

/// Finite eigenvalues in order that sum to the total variance, or a sentence.
fn spectrum_or_sentence(result: Result<Spectrum>) -> std::result::Result<(), TestCaseError> {
    match result {
        Ok(spectrum) => {
            let values = &spectrum.eigenvalues;
            prop_assert_eq!(Some(values.len() as u64), spectrum.d);
            prop_assert!(values.iter().all(|value| value.is_finite()), "{:?}", values);
            prop_assert!(values.is_sorted_by(|a, b| a >= b), "{:?}", values);
            prop_assert!(spectrum.floor > 0.0 && values[0] > 0.0, "λ₁ = {:e}, floor {:e}", values[0], spectrum.floor);
            let (sum, total) = (values.iter().sum::<f64>(), spectrum.total_variance);
            prop_assert!(
                (sum - total).abs() <= 1e-12 * total,
                "the eigenvalues sum to {:e}, the variance to {:e}",
                sum,
                total
            );
        }
        Err(error) => {
            is_a_sentence(&error)?;
            prop_assert_ne!(error.code(), "internal", "{}", error);
        }
    }
    Ok(())
}

fn is_a_sentence(error: &Error) -> std::result::Result<(), TestCaseError> {
    let message = error.message();
    prop_assert!(message.len() > 10 && message.ends_with('.'), "{}: {:?}", error.code(), message);
    Ok(())
}
