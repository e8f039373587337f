//! Tests of tables as a whole.
use proptest::prelude::*;

use super::super::text::{Text, TextReader};
use super::*;
use crate::error::ErrorKind;

fn table(text: &str) -> Table {
    guess(text.as_bytes(), true).expect("a table").expect("no error")
}

fn nothing(text: &str) {
    assert_eq!(guess(text.as_bytes(), true), None, "{text:?}");
}

fn names(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_deref().unwrap_or("-")).collect()
}

/// F, L, T, V and E for features, labels, texts, vectors and nothing.
fn kinds(table: &Table) -> String {
    let letter = |column: &Column| match column.kind {
        Kind::Feature => 'F',
        Kind::Label => 'L',
        Kind::Text => 'T',
        Kind::Vector => 'V',
        Kind::Empty => 'E',
    };
    table.columns.iter().map(letter).collect()
}

/// All rows of a text that is read in one piece.
fn rows(text: &str) -> Result<Vec<f64>> {
    let table = table(text);
    read(&table, text.as_bytes(), &[])
}

/// The same for a table that is known and a file that comes in pieces, which end at some offsets behind its start.
fn read(table: &Table, file: &[u8], cuts: &[usize]) -> Result<Vec<f64>> {
    let data = &file[table.start as usize..];
    let mut cuts: Vec<usize> = cuts.iter().copied().filter(|&cut| cut <= data.len()).collect();
    cuts.extend([0, data.len()]);
    cuts.sort_unstable();
    let mut reader = TextReader::new(Text::Table(table.clone()));
    let mut out = Vec::new();
    for (i, cut) in cuts.windows(2).enumerate() {
        out.extend_from_slice(reader.push(&data[cut[0]..cut[1]], i + 2 == cuts.len())?);
    }
    assert_eq!(out.len() as u64, reader.rows() * table.features() as u64);
    Ok(out)
}

/// NaN as a number that equals itself.
fn bits(rows: Result<Vec<f64>>) -> Result<Vec<u64>> {
    rows.map(|rows| rows.into_iter().map(f64::to_bits).collect())
}

#[test]
fn separators_are_guessed() {
    for (text, separator, columns) in [
        ("1,2,3\n4,5,6\n", Separator::Comma, 3),
        ("1, 2, 3\n4, 5, 6\n", Separator::Comma, 3),
        ("1\t2\n3\t4\n", Separator::Tab, 2),
        ("1\t\t2\n3\t4\t5\n", Separator::Tab, 3),
        ("1;2\r\n3;4\r\n", Separator::Semicolon, 2),
        ("  1   2\t3\n 4 5  6  \n", Separator::Spaces, 3),
        ("1 2\n", Separator::Spaces, 2),
        ("a b c;x y;1,5\nd e f;z;2,5\n", Separator::Semicolon, 3),
        ("2024-01-01 12:00:00,1.5,2.5\n2024-01-02 12:00:00,1.5,2.5\n", Separator::Comma, 3),
        ("1\n2\n3", Separator::Comma, 1),
        ("eigenvalue\n2\n3", Separator::Comma, 1),
    ] {
        let table = table(text);
        assert_eq!((table.separator, table.columns.len()), (separator, columns), "{text:?}");
    }
}

#[test]
fn what_is_no_table_is_none() {
    for text in [
        "",
        "\n\n",
        "5",
        "x\n5\n",
        "Hello, world.\nThis is prose, with a 1 in it.\nIt goes on.\n",
        "In 1984 I was 5\nand she was 7\nas ever\n",
        "<html>\n<body>1, 2</body>\n</html>\n",
        "<a>1,2,3</a>\n<a>4,5,6</a>\n<a>7,8,9</a>\n",
        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n",
        "lr: 0.1\nepochs: 10\nseed: 3\n",
        "[1, 2, 3]\n[4, 5, 6]\n",
        "{\"id\": 1, \"x\": 2}\n{\"id\": 1, \"x\": 2}\n",
        "1 1:0.5 2:0.3\n0 1:0.1 2:0.9\n",
        "1,2\0\n3,4\n",
        "1,2\x1b\n3,4\n",
        "# only\n# comments",
        "a,b\n",
        "import os\nx = 1\ny = 2\n",
        "mod a;\nmod b;\nmod c;\n",
        "| a | b |\n|---|---|\n| 1 | 2 |\n",
    ] {
        nothing(text);
    }
    for bytes in [&b"\x93NUMPY\x01\x00v\x00"[..], b"\x1f\x8b\x08", b"PK\x03\x04,1,2\n", &[0xff; 100], &[b'"'; 100]] {
        assert_eq!(guess(bytes, true), None);
    }
    assert_eq!(guess(b"a,b\nc,d\ne,f\n", true).unwrap().unwrap_err().kind(), &ErrorKind::NoNumbers);
    nothing("a,b\nc,d\n");
}

#[test]
fn utf16_is_called_by_its_name() {
    let text = "a,b\n1,2\n3,4\n";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let refused = ErrorKind::UnsupportedEncoding { encoding: "UTF-16" };
    for bytes in [&little, &big, &[b"\xff\xfe", &little[..]].concat(), &[b"\xfe\xff", &big[..]].concat()] {
        assert_eq!(guess(bytes, true).unwrap().unwrap_err().kind(), &refused);
    }
    // Numbers of two bytes are no text.
    let binary: Vec<u8> = (0..200u16).flat_map(u16::to_le_bytes).collect();
    assert_eq!(guess(&binary, true), None);
}

#[test]
fn headers_are_seen_and_named() {
    let long = "é".repeat(150);
    let table = table(&format!("\u{feff}\"a \"\"b\"\"\" ,{long}, \"c, d\"\n1,2,3.5\n4,5,6.5\n"));
    assert!(table.has_header);
    assert_eq!(names(&table), ["a \"b\"", &"é".repeat(100), "c, d"]);
    assert_eq!(table.lines, 1);
    for (text, header, start) in [
        ("1,2\n3,4\n", false, 0),
        // A heading of few numbers is data, except where they count.
        ("2019,2020,2022\n1.5,2.5,3.5\n1.5,2.5,3.5\n", false, 0),
        ("2019,2020,2021\n1.5,2.5,3.5\n1.5,2.5,3.5\n", true, 15),
        ("0,1,2\n1.5,2.5,3.5\n1.5,2.5,3.5\n", true, 6),
        ("0,1,2\n3,4,5\n6,7,8\n", false, 0),
        (",0,1\n0,1.5,2.5\n1,1.5,2.5\n", true, 5),
        ("id,0,1\n7,1.5,2.5\n8,1.5,2.5\n", true, 7),
        // Text in the first row that is no heading: a mistake, which is to be refused.
        ("?,1.5,2.5,3.5\n1.5,2.5,3.5,4.5\n1.5,2.5,3.5,4.5\n", false, 0),
        ("# np.savetxt\n# x y\n1.0 2.0\n3.0 4.0\n", false, 19),
        ("\n\r\n  \n1 2\n3 4\n", false, 6),
        ("400000 3\nthe 1.0 2.0 3.0\nof 1.0 2.0 3.0\n", false, 9),
    ] {
        let table = self::table(text);
        assert_eq!((table.has_header, table.start), (header, start), "{text:?}");
    }
    assert_eq!(names(&self::table("# x y\n1.0 2.0\n3.0 4.0\n")), ["x", "y"]);
    // R: one name less than columns.
    let table = self::table("\"a\" \"b\"\n\"r1\" 1.5 2.5\n\"r2\" 3.5 4.5\n\"r3\" 1 2\n");
    assert_eq!((names(&table), kinds(&table).as_str()), (vec!["-", "a", "b"], "TFF"));
}

#[test]
fn columns_are_features_or_labels() {
    for (text, expected) in [
        ("a,b,label\n1.5,2.5,0\n3.5,4.5,1\n", "FFL"),
        ("a,b,c\n1.5,x,0\n3.5,y,1\n1.5,z,7\n", "FTF"),
        ("a,b,c,d\n1.5,x,2.5,0\n3.5,y,1.0,1\n1.5,z,1.1,7\n", "FTFL"),
        ("0,1.5,2.5\n1,2.5,3.5\n", "LFF"),
        ("5,1,2\n4,1,2\n", "FFF"),
        ("id,p,q\n5,1,2\n4,1,2\n", "LFF"),
        (",p,q\n0,1,2\n1,1,2\n2,1,2\n", "LFF"),
        (",p,q\n5,1,2\n1,1,2\n2,1,2\n", "FFF"),
        (",p,q\n5,1.5,2\n1,1,2.5\n2,1,2\n", "LFF"),
        ("NA,1.5\n2.5,\n3.5,null\n", "FF"),
        ("a,empty,b\n1.5,,2\n2.5,,3\n", "FEF"),
        ("word,1.5\nother,2.5\n", "TF"),
    ] {
        assert_eq!(kinds(&table(text)), expected, "{text:?}");
    }
    // A text among many numbers with points is a mistake, among whole numbers it is another label.
    let mut floats = "x,1.5\n".replace('x', "1.5").repeat(20);
    floats.push_str("oops,2.5\n");
    assert_eq!(kinds(&table(&floats)), "FF");
    let refused = rows(&floats).unwrap_err();
    assert_eq!(refused.kind(), &ErrorKind::BadCell { line: 21, column: "1".into(), text: "oops".into() });
    assert_eq!(kinds(&table(&floats.replace("1.5,", "3,"))), "TF");
}

#[test]
fn rows_are_read() {
    for (text, expected) in [
        ("1,2\r3,4\r\n5,6\n\n\r\r\n7,8", vec![1., 2., 3., 4., 5., 6., 7., 8.]),
        ("a,b\n1,2\n \t \n3,4\n", vec![1., 2., 3., 4.]),
        ("1;2,5\n3,5;4\n", vec![1., 2.5, 3.5, 4.]),
        ("1,5\t2\n3,5\t4\n", vec![1.5, 2., 3.5, 4.]),
        ("1,2,\n3,4,\n", vec![1., 2., 3., 4.]),
        ("a,b\n1,2,\n3,4,\n", vec![1., 2., 3., 4.]),
        ("1,\n3,\n", vec![1., 3.]),
        ("\"1\",\"2\"\n\"3\", \"4\" \n", vec![1., 2., 3., 4.]),
        ("name,v,w\n\"x, \"\"y\"\"\nz\",1,2\n\"\",3,4\n", vec![1., 2., 3., 4.]),
        ("  1  2 \n3\t4\n\n", vec![1., 2., 3., 4.]),
        ("1 , 2\n3 , 4\n", vec![1., 2., 3., 4.]),
        ("inf,-Infinity\n1e400,.5\n", vec![f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, 0.5]),
        // Words with marks that are meant as such.
        ("\" 1.5 2.5\nthe 3.5 4.5\nof 5 6\n", vec![1.5, 2.5, 3.5, 4.5, 5., 6.]),
        ("5\" pipe,1,2\n6\" pipe,3,4\nx,5,6\n", vec![1., 2., 3., 4., 5., 6.]),
    ] {
        assert_eq!(rows(text), Ok(expected), "{text:?}");
    }
    let missing = rows("1,,3\nNA,2,null\n\"\",N/A,nan\n1,2,3\n").unwrap();
    assert_eq!(missing.iter().filter(|value| value.is_nan()).count(), 6);
    assert_eq!(missing.len(), 12);
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let long = "x".repeat(100);
    let sample = "# c\na,b\n1.5,2\n3.5,4\n";
    for (more, expected) in [
        ("5,6\n7\n", ErrorKind::RaggedRow { line: 6, cells: 1, expected: 2 }),
        ("\r\n7,8,9\n", ErrorKind::RaggedRow { line: 6, cells: 3, expected: 2 }),
        ("5,6,\n", ErrorKind::RaggedRow { line: 5, cells: 3, expected: 2 }),
        ("5,six\n", ErrorKind::BadCell { line: 5, column: "b".into(), text: "six".into() }),
        ("5,a\x01b\n", ErrorKind::BadCell { line: 5, column: "b".into(), text: "a␁b".into() }),
        (&format!("5,{long}\n"), ErrorKind::BadCell { line: 5, column: "b".into(), text: format!("{}…", &long[..40]) }),
        ("1_000,6\n", ErrorKind::BadCell { line: 5, column: "a".into(), text: "1_000".into() }),
    ] {
        let text = format!("{sample}{more}");
        let refused = read(&table(sample), text.as_bytes(), &[]).unwrap_err();
        assert_eq!(refused.kind(), &expected, "{more:?}");
        assert_eq!(read(&table(sample), text.as_bytes(), &[5, 9, 12, 13]).unwrap_err(), refused);
    }
    let sample = "x,1.5,2\ny,2.5,3\nz,1.5,4\n";
    let text = format!("{sample}\"a\nb\",1,2\n\"c,\n1,2\n");
    let refused = read(&table(sample), text.as_bytes(), &[]).unwrap_err();
    assert_eq!(refused.kind(), &ErrorKind::UnterminatedQuote { line: 6 });
}

#[test]
fn a_row_that_does_not_end_is_not_guessed_at() {
    let table = guess(b"1,2\n3,4\n5,6", true).unwrap().unwrap();
    for (text, rows, lines, end) in [
        ("1,2\n3,4\n5,6", 2, 2, 8),
        ("1,2\n3,4\n", 2, 2, 8),
        ("1,2\n3,x", 1, 1, 4),
        ("1,2\n3", 1, 1, 4),
        // The LF may come, and ends no line of its own.
        ("1,2\r\n3,4\r", 1, 1, 5),
        ("1,2\n\n \n  ", 1, 3, 7),
        ("1,2\n\r\n\r", 1, 2, 6),
        ("1,2", 0, 0, 0),
        ("", 0, 0, 0),
    ] {
        let mut out = vec![0.5];
        assert_eq!(
            parse(&table, &mut Watch::new(&table), text.as_bytes(), false, &mut out),
            Ok(Parsed { rows, lines, end }),
            "{text:?}"
        );
        assert_eq!(out.len() as u64, 1 + 2 * rows);
        if let Ok(parsed) = parse(&table, &mut Watch::new(&table), text.as_bytes(), true, &mut Vec::new()) {
            assert_eq!((parsed.lines, parsed.end), (refusal::line_ends(text.as_bytes(), text.len()), text.len()));
        }
    }
    let mut out = vec![0.5];
    let refusal = Refusal { line: 1, complaint: Complaint::BadCell { column: "2".into(), text: "x".into() } };
    assert_eq!(parse(&table, &mut Watch::new(&table), b"1,2\n3,x", true, &mut out), Err(refusal));
    assert_eq!(out, [0.5]);
    // The first rows are too long to be guessed from.
    for text in ["1.5,2.5,3.5,4", "a,b\n1.5,2.5,3", "1,2\n", &"name,".repeat(2000)] {
        let refused = guess(text.as_bytes(), false).unwrap().unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::LineTooLong { .. }), "{text:?}");
    }
    assert_eq!(guess(&b"prose, prose ".repeat(2000), false), None);
    assert_eq!(guess(b"some prose\nof several lines\n12,", false), None);
    assert_eq!(guess(&b"[[1,2],[3,4],".repeat(2000), false), None);
}

#[test]
fn rows_are_long_but_not_too_long() {
    let table = table("x,1.5\ny,2.5\n");
    let kept = |text: &[u8], last| parse(&table, &mut Watch::new(&table), text, last, &mut Vec::new());
    let refused = |complaint| Err(Refusal { line: 1, complaint });
    let row = |length: usize| [b"z,3\n".to_vec(), vec![b'z'; length - 2], b",4".to_vec()].concat();
    let (long, too_long) = (row(MAX_LINE - 1), row(MAX_LINE));
    assert_eq!(kept(&long, true).map(|parsed| parsed.rows), Ok(2));
    assert_eq!(kept(&long, false), Ok(Parsed { rows: 1, lines: 1, end: 4 }));
    assert_eq!(kept(&[&long[..], b"\r"].concat(), false), Ok(Parsed { rows: 1, lines: 1, end: 4 }));
    for (end, lines) in [("\n", 2), ("\r\n", 2), ("\n\n", 3)] {
        let text = [&long[..], end.as_bytes()].concat();
        assert_eq!(kept(&text, false), Ok(Parsed { rows: 2, lines, end: text.len() }), "{end:?}");
    }
    for last in [false, true] {
        assert_eq!(kept(&too_long, last), refused(Complaint::LineTooLong));
        let quoted = [b"z,3\n\"", &too_long[..]].concat();
        assert_eq!(kept(&quoted, last), refused(Complaint::UnterminatedQuote));
        // What stands further behind changes nothing.
        assert_eq!(kept(&[&quoted[..], b"\",4\n"].concat(), last), refused(Complaint::UnterminatedQuote));
        assert_eq!(kept(&[b"\n", &vec![b' '; MAX_LINE][..]].concat(), last), refused(Complaint::LineTooLong));
    }
    for (file, piece) in [(&long, 4096), (&too_long, 100_000)] {
        let cuts: Vec<usize> = (0..file.len()).step_by(piece).collect();
        assert_eq!(read(&table, file, &cuts).is_ok(), file.len() == long.len());
    }
}

#[test]
fn wide_tables_and_endless_cells_take_linear_time() {
    let columns = 100_000;
    let row: String = (0..columns).map(|i| format!("{i}.5,")).collect();
    let text = format!("{row}\n{row}\n{row}\n");
    let table = table(&text);
    assert_eq!((table.columns.len(), table.trailing), (columns, true));
    assert_eq!(read(&table, text.as_bytes(), &[77_777, 1_000_000]).unwrap().len(), 3 * columns);
    let tiny: Vec<usize> = (0..text.len()).step_by(7).collect();
    assert_eq!(read(&table, text.as_bytes(), &tiny).unwrap().len(), 3 * columns);
    for text in [
        "\"".repeat(1 << 20),
        ",".repeat(1 << 20),
        "1,".repeat(1 << 20),
        "1".repeat(1 << 20),
        "\n".repeat(1 << 20),
        "\"\n\"".repeat(1 << 18),
    ] {
        for whole in [true, false] {
            let _ = guess(text.as_bytes(), whole);
        }
        for cuts in [vec![1000], (0..text.len()).step_by(7).collect()] {
            let _ = read(&self::table("x,1.5\ny,2.5\n"), text.as_bytes(), &cuts);
        }
    }
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_no_catastrophe() {
    let text = "\u{feff}# c\r\nid,\"a \"\"x\"\"\",b;c\r\n1,\"p,\nq\",2.5\r\n2,\"\"\"\",-3e5\n\n3,x,nan\r4,y,1\n";
    for end in 0..text.len() {
        for whole in [true, false] {
            if let Some(Ok(table)) = guess(&text.as_bytes()[..end], whole) {
                let _ = read(&table, text.as_bytes(), &[3, 20]);
                let _ = read(&table, &text.as_bytes()[..end], &[3, 20]);
            }
        }
    }
}

/// A cell of text, with all that quotation marks are there for.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{0,6}",
        "[a-z,;\"\r\n\t 0-9.]{0,12}".prop_map(|text| format!("\"{}\"", text.replace('"', "\"\""))),
    ]
}

prop_compose! {
    fn file()(
        separator in prop_oneof![Just(","), Just(";"), Just("\t")],
        header in any::<bool>(),
        trailing in any::<bool>(),
        rows in proptest::collection::vec((cell(), any::<f64>(), -1e3..1e3, cell(), prop_oneof![Just("\n"), Just("\r\n"), Just("\r"), Just("\n\r\n\r")]), 3..12),
    ) -> (Separator, bool, String, Vec<f64>) {
        let end = if trailing { separator } else { "" };
        let mut text = if header { ["n", "p", "q", "r"].join(separator) + end + "\n" } else { String::new() };
        let mut numbers = Vec::new();
        for (a, x, y, b, line_end) in rows {
            // An empty cell at the end of all rows would be taken for a separator too many.
            let cells = [a, format!("{x:?}"), format!("{y:e}"), if b.is_empty() { "w".into() } else { b }];
            text += &(cells.join(separator) + end + line_end);
            numbers.extend([x, y]);
        }
        let separator = match separator {
            "," => Separator::Comma,
            ";" => Separator::Semicolon,
            _ => Separator::Tab,
        };
        (separator, header, text, numbers)
    }
}

proptest! {
    #[test]
    fn pieces_may_end_anywhere((separator, has_header, text, numbers) in file(), cuts in proptest::collection::vec(0usize..400, 0..6), longest in 0u64..60) {
        let table = Table {
            separator,
            decimal_comma: false,
            has_header,
            trailing: true,
            quoted: true,
            start: if has_header { text.find('\n').unwrap() as u64 + 1 } else { 0 },
            lines: u64::from(has_header),
            longest,
            sampled: 0,
            chosen: Chosen::Columns,
            order: Vec::new(),
            columns: [Kind::Text, Kind::Feature, Kind::Feature, Kind::Text].map(|kind| Column { name: None, kind, facts: Facts::NONE }).to_vec(),
        };
        let whole = bits(read(&table, text.as_bytes(), &[]));
        prop_assert_eq!(&whole, &bits(Ok(numbers)));
        prop_assert_eq!(&bits(read(&table, text.as_bytes(), &cuts)), &whole);
        for cut in 0..text.len() {
            prop_assert_eq!(&bits(read(&table, text.as_bytes(), &[cut])), &whole);
        }
        let all: Vec<usize> = (0..text.len()).collect();
        prop_assert_eq!(&bits(read(&table, text.as_bytes(), &all)), &whole);
        // A mistake behind it is told with its line in the file.
        let line = refusal::line_ends(text.as_bytes(), text.len()) + 1;
        for (row, expected) in [
            ("1\n", ErrorKind::RaggedRow { line, cells: 1, expected: 4 }),
            ("\"\r\n\"\n", ErrorKind::RaggedRow { line, cells: 1, expected: 4 }),
            ("\r\n\n,x\n", ErrorKind::BadCell { line: line + 2, column: "2".into(), text: "x".into() }),
            ("\"\n\"\"\r\nx", ErrorKind::UnterminatedQuote { line: line + 1 }),
        ] {
            let row = row.replace(',', match separator { Separator::Tab => "\t", Separator::Semicolon => ";", _ => "," });
            let text = text.clone() + &row;
            for cuts in [&[][..], &cuts, &all] {
                let refused = read(&table, text.as_bytes(), cuts).unwrap_err();
                prop_assert_eq!(refused.kind(), &expected, "{:?}", row);
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(prop_oneof![any::<u8>(), proptest::sample::select(b"0123456789.,;\t \"\n\r#-eE".to_vec())], 0..300), cuts in proptest::collection::vec(0usize..300, 0..4)) {
        for whole in [true, false] {
            if let Some(Ok(table)) = guess(&bytes, whole) {
                let all = bits(read(&table, &bytes, &[]));
                let each: Vec<usize> = (0..bytes.len()).collect();
                prop_assert_eq!(&bits(read(&table, &bytes, &cuts)), &all);
                prop_assert_eq!(&bits(read(&table, &bytes, &each)), &all);
            }
        }
        let each: Vec<usize> = (0..bytes.len()).collect();
        for known in ["\"x\",1.5\n\"y\",2.5\n", "1.5 2\n2.5 3\n"] {
            let table = Table { start: 0, longest: 0, ..self::table(known) };
            let all = bits(read(&table, &bytes, &[]));
            prop_assert_eq!(&bits(read(&table, &bytes, &cuts)), &all);
            prop_assert_eq!(&bits(read(&table, &bytes, &each)), &all);
        }
    }

    #[test]
    fn tables_of_numbers_are_read_as_they_were_written(
        rows in proptest::collection::vec(proptest::collection::vec(proptest::num::f64::NORMAL, 4), 2..10),
        separator in prop_oneof![Just(","), Just(", "), Just("\t"), Just(";"), Just(" "), Just("  ")],
        style in 0..3,
    ) {
        let line = |row: &Vec<f64>| row.iter().map(|x| match style { 0 => format!("{x:?}"), 1 => format!("{x:.18e}"), _ => format!("\"{x:e}\"") }).collect::<Vec<_>>().join(separator);
        let text = rows.iter().map(line).collect::<Vec<_>>().join("\n");
        prop_assert_eq!(bits(self::rows(&text)), bits(Ok(rows.concat())));
    }
}

#[test]
fn the_columns_that_are_read_are_named() {
    for (text, expected) in [
        ("1.5,2.5\n3.5,4.5\n", "columns 1–2"),
        ("7,1.5,2.5\n9,3.5,4.5\n", "columns 2–3"),
        ("a,b,c\n1.5,2.5,x\n3.5,4.5,y\n", "a, b"),
        ("a,b,c,d\n1.5,2.5,3.5,4.5\n1.5,2.5,3.5,4.5\n", "a…d (4 columns)"),
        ("id,e\n1,\"[1, 2]\"\n2,\"[3, 4]\"\n", "the vectors in e"),
    ] {
        assert_eq!(table(text).names(), expected, "{text:?}");
    }
}

#[test]
fn rows_of_words_name_columns_and_rows_of_marks_do_not() {
    let rows = "1.5,2.5\n".repeat(6);
    let units = table(&format!("a,b\nmV,°C\n{rows}"));
    assert_eq!((units.lines, names(&units)), (2, vec!["a mV", "b °C"]));
    // A sensor that was not on yet: the marks are refused where they stand.
    let marks = format!("a,b\n?,?\n-,-\n{rows}");
    assert_eq!(table(&marks).lines, 1);
    assert_eq!(self::rows(&marks).unwrap_err().code(), "bad_cell");
}
