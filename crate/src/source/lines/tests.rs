//! Tests of JSON lines as a whole.
use proptest::prelude::*;

use super::super::table::{Complaint, MAX_LINE, Parsed, Refusal};
use super::super::text::{Text, TextReader};
use super::*;
use crate::error::{Error, ErrorKind};

fn lines(text: &str) -> Lines {
    guess(text.as_bytes(), true).expect("JSON lines").expect("no error")
}

/// Reads a file that comes in pieces, which end at some offsets behind its start.
fn read(lines: &Lines, file: &[u8], cuts: &[usize]) -> Result<Vec<f64>, Error> {
    let data = &file[lines.start as usize..];
    let mut cuts: Vec<usize> = cuts.iter().copied().filter(|&cut| cut <= data.len()).collect();
    cuts.extend([0, data.len()]);
    cuts.sort_unstable();
    let mut reader = TextReader::new(Text::Lines(lines.clone()));
    let mut out = Vec::new();
    for (i, cut) in cuts.windows(2).enumerate() {
        out.extend_from_slice(reader.push(&data[cut[0]..cut[1]], i + 2 == cuts.len())?);
    }
    assert_eq!(out.len() as u64, reader.rows() * lines.features());
    Ok(out)
}

fn rows(text: &str) -> Result<Vec<f64>, Error> {
    read(&lines(text), text.as_bytes(), &[])
}

fn bits(rows: Result<Vec<f64>, Error>) -> Result<Vec<u64>, Error> {
    rows.map(|rows| rows.into_iter().map(f64::to_bits).collect())
}

#[test]
fn arrays_and_objects_are_rows() {
    for (text, chosen, expected) in [
        ("[1, 2.5]\n[3,-4e1]\n", Chosen::Line, vec![1., 2.5, 3., -40.]),
        ("\u{feff}[1]\r\n\n \r\n[3]", Chosen::Line, vec![1., 3.]),
        ("[[[1]],[]]\n[[2,[]]]\n", Chosen::Line, vec![1., 2.]),
        (
            "{\"id\":1,\"e\":[1,2],\"t\":\"[9,\\\"9\\\\\"}\n{\"t\":\"]\",\"e\":[3,4],\"id\":2}\n",
            Chosen::Field(1),
            vec![1., 2., 3., 4.],
        ),
        // The longest array, and nothing of what is in other fields.
        (
            "{\"a\":[1,2],\"b\":[1,2,3],\"c\":{\"b\":[0]}}\n{\"c\":[{}],\"a\":[1,2],\"b\":[4,5,6]}\n",
            Chosen::Field(1),
            vec![1., 2., 3., 4., 5., 6.],
        ),
        ("{\"x\":1.5,\"y\":2,\"label\":0}\n{\"label\":1,\"y\":3.5,\"x\":4}\n", Chosen::Numbers, vec![1.5, 2., 4., 3.5]),
        (
            "{\"e\":[1,2],\"new\":0}\n{\"e\":[1,2]}\n{\"e\":[1,2],\"newer\":[1,2,3]}\n",
            Chosen::Field(0),
            vec![1., 2., 1., 2., 1., 2.],
        ),
    ] {
        let lines = lines(text);
        assert_eq!(lines.chosen, chosen, "{text}");
        assert_eq!(read(&lines, text.as_bytes(), &[]), Ok(expected), "{text}");
    }
    let odd = rows("[null, NaN, Infinity]\n[-Infinity, 1E400, -0.0]\n").unwrap();
    assert!(odd[0].is_nan() && odd[1].is_nan());
    assert_eq!(odd[2..5], [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY]);
    assert_eq!(
        rows("{\"x\":null,\"y\":1.5}\n{\"x\":2.5,\"y\":null}\n").unwrap().iter().filter(|x| x.is_nan()).count(),
        2
    );
}

#[test]
fn fields_are_listed_for_the_person_to_choose() {
    let lines = lines(
        "{\"id\":7,\"a\":[1,2],\"t\":\"x\",\"b\":[1,2],\"s\":[1]}\n{\"id\":8,\"a\":[1,2],\"t\":\"y\",\"b\":[3,4],\"s\":[1]}\n",
    );
    let fields: Vec<_> = lines.fields.iter().map(|f| (f.name.as_deref().unwrap(), f.columns, f.is_label)).collect();
    assert_eq!(fields, [("id", 1, true), ("a", 2, false), ("t", 1, true), ("b", 2, false), ("s", 1, true)]);
    assert_eq!((lines.chosen, lines.features(), lines.sampled), (Chosen::Field(1), 2, 2));
    let other = Lines { chosen: Chosen::Field(3), ..lines };
    let text = b"{\"a\":[1,2],\"b\":[5,6]}";
    assert_eq!(read(&other, text, &[]), Ok(vec![5., 6.]));
}

#[test]
fn what_is_no_json_lines_is_none() {
    for text in [
        "",
        "\n\n",
        "1\n2\n",
        "a,b\n1,2\n",
        "[1,2]",
        "{\"a\":[1,2]}\n",
        "{\n\"a\": 1\n}\n",
        "{\"a\":1}\n[1]\n",
        "[\"a\"]\n[\"b\"]\n",
        "[]\n[]\n",
        "{\"a\":1\n{\"a\":1}\n",
        "\"a\"\n\"b\"\n",
    ] {
        assert_eq!(guess(text.as_bytes(), true), None, "{text}");
    }
    for text in
        ["{\"a\":\"x\"}\n{\"a\":\"y\"}\n", "{}\n{}\n", "{\"text\":\"x\",\"class\":0}\n{\"text\":\"y\",\"class\":1}\n"]
    {
        assert_eq!(guess(text.as_bytes(), true).unwrap().unwrap_err().kind(), &ErrorKind::NoNumbers, "{text}");
    }
    let ragged = guess(b"{\"a\":[1,2]}\n{\"a\":[1,2,3]}\n", true).unwrap().unwrap_err();
    assert_eq!(ragged.kind(), &ErrorKind::RaggedRow { line: 2, cells: 3, expected: 2 });
    for text in ["[1, 2", "{\"a\": [1", "[1,2]\n[3", "[1,2]\n"] {
        let refused = guess(text.as_bytes(), false).unwrap().unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::LineTooLong { .. }), "{text}");
    }
    let cut = guess(b"[[1,2],[3", false).unwrap().unwrap_err();
    assert_eq!(cut.code(), "line_too_long", "more of it may be a document");
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let malformed = |problem: &str| ErrorKind::Malformed { format: "a JSON lines file", problem: problem.into() };
    let bad = |line, column: &str, text: &str| ErrorKind::BadCell { line, column: column.into(), text: text.into() };
    let object = "{\"e\":[1,2],\"t\":\"x\"}\n{\"e\":[1,2],\"t\":\"x\"}\n\n";
    let numbers = "{\"x\":1.5,\"y\":2.5}\n{\"x\":1.5,\"y\":2.5}\n";
    let deep = format!("{}1{}", "[".repeat(65), "]".repeat(65));
    let deep_label = format!("{{\"t\":{}", "{\"a\":".repeat(65));
    for (start, line, expected) in [
        ("[1,2]\n[3,4]\n", "[5]", ErrorKind::RaggedRow { line: 3, cells: 1, expected: 2 }),
        ("[1,2]\n[3,4]\n", "[5,\"six\"]", bad(3, "2", "\"six\"")),
        ("[1,2]\n[3,4]\n", "[5,true]", bad(3, "2", "true")),
        ("[1,2]\n[3,4]\n", "[5,+6]", bad(3, "2", "+6")),
        ("[1,2]\n[3,4]\n", "[5,6", malformed("line 3 ends too early")),
        ("[1,2]\n[3,4]\n", "[5,6,", malformed("line 3 ends too early")),
        ("[1,2]\n[3,4]\n", "[5,6] 7", malformed("line 3 is no JSON: its end was expected where \"7\" stands")),
        ("[1,2]\n[3,4]\n", "[5 6]", malformed("line 3 is no JSON: a comma was expected where \"6\" stands")),
        ("[1,2]\n[3,4]\n", &deep, malformed("line 3 nests deeper than 64 levels")),
        (object, "{\"e\":[1,2,3]}", ErrorKind::RaggedRow { line: 4, cells: 3, expected: 2 }),
        (object, "{\"t\":\"x\"}", bad(4, "e", "")),
        (object, "{\"e\":null}", bad(4, "e[0]", "null")),
        (object, "{\"e\":[1,\"x\"]}", bad(4, "e[1]", "\"x\"")),
        (object, "{\"e\":[1,2],\"e\":[1,2]}", malformed("line 4 has the field \"e\" twice")),
        (object, "{\"t\":1,\"e\":[1,2],\"t\":2}", malformed("line 4 has the field \"t\" twice")),
        (object, "{\"e\":[1,2],\"t\":\"x}", malformed("line 4 ends inside a string")),
        (
            object,
            "{\"e\":[1,2],\"t\":[\"x\"}}",
            malformed("line 4 is no JSON: another bracket was expected where \"}\" stands"),
        ),
        (object, &deep_label, malformed("line 4 nests deeper than 64 levels")),
        (numbers, "{\"x\":1.5}", ErrorKind::RaggedRow { line: 3, cells: 1, expected: 2 }),
        (numbers, "{\"x\":1.5,\"y\":\"2\"}", bad(3, "y", "\"2\"")),
    ] {
        let text = format!("{start}{line}\n{start}");
        let lines = lines(start);
        let refused = read(&lines, text.as_bytes(), &[]).unwrap_err();
        assert_eq!(refused.kind(), &expected, "{line}");
        for cut in 0..text.len() {
            assert_eq!(&read(&lines, text.as_bytes(), &[cut]).unwrap_err(), &refused, "{line}");
        }
        let all: Vec<usize> = (0..text.len()).collect();
        assert_eq!(&read(&lines, text.as_bytes(), &all).unwrap_err(), &refused, "{line}");
    }
}

#[test]
fn a_line_that_does_not_end_is_not_guessed_at() {
    let lines = lines("[1,2]\n[3,4]\n");
    for (text, last, rows, ends, end) in [
        ("[1,2]\n[3,4]\n[5,6]", false, 2, 2, 12),
        ("[1,2]\n[3,4]\n[5,6]", true, 3, 2, 17),
        ("[1,2]\n[3,", false, 1, 1, 6),
        ("[1,2]\r\n\n\r\n \r", false, 1, 3, 10),
        ("[1,2]", false, 0, 0, 0),
        ("", true, 0, 0, 0),
    ] {
        let mut out = vec![0.5];
        let parsed = parse(&lines, &mut Progress::new(&lines), text.as_bytes(), last, &mut out);
        assert_eq!(parsed, Ok(Parsed { rows, lines: ends, end }), "{text:?}");
        assert_eq!(out.len() as u64, 1 + 2 * rows);
    }
    let mut out = vec![0.5];
    assert!(parse(&lines, &mut Progress::new(&lines), b"[1,2]\n[3,", true, &mut out).is_err());
    assert_eq!(out, [0.5]);
    let mut long = [&b"[1,2]\n[3,4]"[..], &vec![b' '; MAX_LINE - 6]].concat();
    assert_eq!(
        parse(&lines, &mut Progress::new(&lines), &long, true, &mut out),
        Ok(Parsed { rows: 2, lines: 1, end: 6 + MAX_LINE - 1 })
    );
    assert_eq!(
        parse(&lines, &mut Progress::new(&lines), &long, false, &mut out),
        Ok(Parsed { rows: 1, lines: 1, end: 6 })
    );
    long.push(b' ');
    for last in [false, true] {
        let refusal = Refusal { line: 1, complaint: Complaint::LineTooLong };
        assert_eq!(parse(&lines, &mut Progress::new(&lines), &long, last, &mut out), Err(refusal));
    }
}

#[test]
fn long_and_deep_lines_take_linear_time() {
    let row = format!("[{}1]\n", "1.5,".repeat(100_000));
    assert_eq!(rows(&row.repeat(2)).unwrap().len(), 200_002);
    let wide: String = (0..100_000).map(|i| format!("\"f{i}\":{i}.5,")).collect();
    let wide = format!("{{{wide}\"id\":1}}\n").repeat(2);
    assert_eq!(rows(&wide).unwrap().len(), 200_000);
    for text in ["[", "{\"a\":", "\"", "{\"\\", "[[],", "[1,"].map(|text| text.repeat(200_000)) {
        for whole in [true, false] {
            let _ = guess(text.as_bytes(), whole);
        }
        for known in ["[1,2]\n[1,2]\n", "{\"a\":[1,2]}\n{\"a\":[1,2]}\n", "{\"a\":1.5,\"b\":2}\n{\"a\":1,\"b\":2.5}\n"]
        {
            for cuts in [vec![], (0..text.len()).step_by(7).collect()] {
                assert!(read(&lines(known), text.as_bytes(), &cuts).is_err());
            }
        }
    }
}

proptest! {
    #[test]
    fn pieces_may_end_anywhere(
        rows in proptest::collection::vec((proptest::collection::vec(proptest::num::f64::NORMAL, 3), "[a-z\\\\\"\\[\\]{}, ]{0,8}", any::<bool>(), prop_oneof![Just("\n"), Just("\r\n"), Just("\n \n")]), 2..9),
        cuts in proptest::collection::vec(0usize..600, 0..6),
    ) {
        let mut text = String::new();
        for (numbers, label, turned, end) in &rows {
            let label = serde_json::to_string(label).unwrap();
            let numbers = serde_json::to_string(numbers).unwrap();
            text += &if *turned { format!("{{\"t\": {label}, \"e\": {numbers}}}{end}") } else { format!("{{\"e\":{numbers},\"t\":{label}}}{end}") };
        }
        let lines = self::lines(&text);
        let all = bits(read(&lines, text.as_bytes(), &[]));
        prop_assert_eq!(&all, &bits(Ok(rows.iter().flat_map(|row| row.0.clone()).collect())));
        prop_assert_eq!(&bits(read(&lines, text.as_bytes(), &cuts)), &all);
        for cut in 0..text.len() {
            prop_assert_eq!(&bits(read(&lines, text.as_bytes(), &[cut])), &all);
        }
        let each: Vec<usize> = (0..text.len()).collect();
        prop_assert_eq!(&bits(read(&lines, text.as_bytes(), &each)), &all);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(prop_oneof![1 => any::<u8>(), 9 => proptest::sample::select(b"{}[],:\"ab\\019.-e \n\nntruelNaN".to_vec())], 0..200)) {
        for bytes in [bytes.clone(), [&b"[1,2]\n[1,"[..], &bytes].concat(), [&b"{\"a\":[1],\"b\":1.5}\n{\"a\":"[..], &bytes].concat()] {
            for whole in [true, false] {
                if let Some(Ok(lines)) = guess(&bytes, whole) {
                    let all = bits(read(&lines, &bytes, &[]));
                    prop_assert_eq!(&bits(read(&lines, &bytes, &[5, 17, 18])), &all);
                }
            }
            for known in ["[1,2]\n[1,2]\n", "{\"a\":[1,2]}\n{\"a\":[1,2]}\n", "{\"a\":1.5,\"b\":2}\n{\"a\":1,\"b\":2.5}\n"] {
                let lines = Lines { start: 0, longest: 0, ..lines(known) };
                let each: Vec<usize> = (0..bytes.len()).collect();
                prop_assert_eq!(bits(read(&lines, &bytes, &each)), bits(read(&lines, &bytes, &[])));
            }
        }
    }

    #[test]
    fn a_file_that_is_cut_off_anywhere_is_no_catastrophe(end in 0usize..90) {
        let text = "{\"e\":[1,-2.5e3,null],\"t\":\"\\\"x\"}\n{\"e\":[1,NaN,[]],\"t\":{\"a\":[true]}}\n{\"e\":[1,2,3]}\n";
        let bytes = &text.as_bytes()[..end.min(text.len())];
        for whole in [true, false] {
            if let Some(Ok(lines)) = guess(bytes, whole) {
                let _ = read(&lines, text.as_bytes(), &[]);
            }
        }
    }
}

#[test]
fn one_value_for_all_rows_is_read_in_any_pieces() {
    let compact = r#"{"object":"list","data":[{"index":0,"embedding":[1,2.5]},{"index":1,"embedding":[3,NaN]},{"index":2,"embedding":[5,6]}],"usage":{"n":[1,2]}}"#;
    let wide = compact.replace(',', " ,\n  ").replace('[', "[\n ");
    for (text, expected) in [
        (compact, vec![1.0, 2.5, 3.0, f64::NAN, 5.0, 6.0]),
        (&wide, vec![1.0, 2.5, 3.0, f64::NAN, 5.0, 6.0]),
        ("[[1, 2.5], [3, 4]]", vec![1.0, 2.5, 3.0, 4.0]),
        ("[{\"a\": 1.5, \"b\": 2}, {\"b\": 4.5, \"a\": 3}]\n", vec![1.5, 2.0, 3.0, 4.5]),
    ] {
        let lines = lines(text);
        assert_eq!(lines.framing, Framing::Document);
        let bits = |numbers: &[f64]| numbers.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
        for piece in 1..text.len() {
            let cuts: Vec<usize> = (piece..text.len()).step_by(piece).collect();
            assert_eq!(
                bits(&read(&lines, text.as_bytes(), &cuts).unwrap()),
                bits(&expected),
                "{text} in pieces of {piece}"
            );
        }
    }
}

#[test]
fn what_is_wrong_in_a_document_is_told() {
    for (text, words) in [
        ("[[1, 2],\n[3, 4],\n[5]]", "Line 3 has 1 cell"),
        ("[[1, 2],\n[3, 4],\n5]", "line 3 holds \"5\" where a row was expected"),
        ("[[1, 2],\n[3, 4],\n[5, 6", "line 3 ends inside the list of rows"),
        ("{\"train\": [[1, 2], [3, 4]], \"test\": [[5, 6], [7, 8]]}", "line 1 holds a second list of rows, \"test\""),
    ] {
        let refused = read(&lines(text), text.as_bytes(), &[]).unwrap_err().to_string();
        assert!(refused.contains(words), "{text}: {refused}");
    }
}
