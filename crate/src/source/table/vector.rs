/*!
Vectors that stand in one cell as text, as people's programs print them: Python's lists, tuples and arrays, NumPy's print,
pgvector's and PostgreSQL's arrays, and JSON.
*/

use super::number::{self, bare};

/// What a cell is, read as a vector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Vector {
    /// All of it was numbers.
    Numbers,
    /// Some were left out when it was printed: "...".
    Elided,
    /// Anything else.
    Other,
}

/// Words that stand before a bracket: NumPy's, PyTorch's and pandas' `repr`.
const CALLS: [&[u8]; 4] = [b"array(", b"tensor(", b"np.array(", b"list("];

/// Reads a cell: brackets around numbers between commas or spaces. Brackets within brackets are no borders, so (1, d) is d numbers.
/// The numbers before something else are given too.
pub(super) fn read(cell: &[u8], mut each: impl FnMut(f64)) -> Vector {
    let mut rest = bare(cell);
    for call in CALLS {
        rest = rest.strip_prefix(call).unwrap_or(rest);
    }
    let Some((b'[' | b'{' | b'(', inner)) = rest.split_first() else { return Vector::Other };
    rest = inner;
    let mut depth = 1u32;
    while let Some((&byte, next)) = rest.split_first() {
        match byte {
            b' ' | b',' | b'\n' | b'\r' | b'\t' => rest = next,
            b'[' | b'{' | b'(' => (rest, depth) = (next, depth + 1),
            b']' | b'}' | b')' => {
                (rest, depth) = (next, depth - 1);
                if depth == 0 {
                    return if is_end(rest) { Vector::Numbers } else { Vector::Other };
                }
            }
            b'.' if rest.starts_with(b"...") => return Vector::Elided,
            _ => {
                let (value, length) = match number::beginning(rest) {
                    Some(found) => found,
                    None if rest.len() >= 4 && rest[..4].eq_ignore_ascii_case(b"null") => (f64::NAN, 4),
                    None => return Vector::Other,
                };
                // "1e" or "3rd" are no numbers.
                if !rest.get(length).is_some_and(|&byte| b" ,\n\r\t]})".contains(&byte)) {
                    return Vector::Other;
                }
                each(value);
                rest = &rest[length..];
            }
        }
    }
    Vector::Other
}

/// Whether a cell begins as a vector does.
pub(super) fn begins(cell: &[u8]) -> bool {
    read(cell, |_| ()) != Vector::Other
}

/// Whether what follows the last bracket is nothing, or the end of a call: `, dtype=float32)`, `, device='cuda:0')`.
fn is_end(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii();
    rest.is_empty() || rest == b")" || rest.starts_with(b",") && rest.ends_with(b")") && !rest.contains(&b'[')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cell: &str) -> (Vector, Vec<f64>) {
        let mut numbers = Vec::new();
        let vector = read(cell.as_bytes(), |number| numbers.push(number));
        (vector, numbers)
    }

    #[test]
    fn as_programs_print_them() {
        for cell in [
            "[1.5, -2, 3e-3]",
            "\"[1.5,-2,0.003]\"",
            "{1.5,-2,0.003}",
            "(1.5, -2.0, 0.003)",
            "[ 1.5e+00 -2.0e+00\n  3.0e-03]",
            "[[1.5 -2. 0.003]]",
            "array([1.5, -2., 0.003], dtype=float32)",
            "tensor([1.5, -2.0, 0.003], device='cuda:0')",
            "np.array([1.5, -2., 0.003])",
            "array([[1.5, -2., 0.003]])",
        ] {
            assert_eq!(of(cell), (Vector::Numbers, vec![1.5, -2.0, 0.003]), "{cell}");
        }
        let (vector, numbers) = of("[1, null, NaN, nan]");
        assert!(vector == Vector::Numbers && numbers.len() == 4 && numbers[1..].iter().all(|number| number.is_nan()));
    }

    #[test]
    fn what_was_left_out_is_noticed() {
        assert_eq!(of("[0.1 0.2 ... 0.8 0.9]").0, Vector::Elided);
        assert_eq!(of("[0.1, 0.2, ..., 0.9]").0, Vector::Elided);
    }

    #[test]
    fn words_and_broken_brackets_are_none() {
        for cell in [
            "",
            "[",
            "1, 2",
            "[a, b]",
            "[1, 2",
            "[1, 2] of 3",
            "[1, 2]x",
            "[1, 2e]",
            "(see 3)",
            "[1,2],[3]",
            "{\"a\": 1}",
        ] {
            assert_eq!(of(cell).0, Vector::Other, "{cell}");
        }
    }
}
