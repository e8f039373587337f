//! What becomes of the columns and arrays that a library has found.
use super::*;

/// A column of so many rows.
fn column(name: &str, dtype: &str) -> ForeignArray {
    ForeignArray { name: name.into(), shape: vec![9], dtype: dtype.into(), order: Order::C, is_column: true }
}

fn list(name: &str) -> ForeignArray {
    ForeignArray { shape: vec![9, 4], is_column: false, ..column(name, "float32") }
}

/// Three columns of floats, and others on both sides.
fn between(left: &[ForeignArray], right: &[ForeignArray]) -> Vec<ForeignArray> {
    let floats = ["f0", "f1", "f2"].map(|name| column(name, "float64"));
    [left, &floats, right].concat()
}

fn seen(place: usize, numbers: &[f64]) -> ForeignFacts {
    let mut facts = ForeignFacts::of(place);
    numbers.iter().for_each(|&number| facts.number(number));
    facts
}

/// Names of labels and arrays, with facts of those that are wanted: whole numbers that vary.
fn found(arrays: &[ForeignArray]) -> (Vec<String>, Vec<String>) {
    let facts: Vec<ForeignFacts> = wanted(arrays).into_iter().map(|place| seen(place, &[0.0, 1.0])).collect();
    of(arrays, &facts)
}

fn of(arrays: &[ForeignArray], facts: &[ForeignFacts]) -> (Vec<String>, Vec<String>) {
    let contents = Contents::of_foreign(Format::Parquet, arrays.to_vec(), facts, 9);
    let labels = contents.labels.iter().map(|label| label.name.clone()).collect();
    (labels, contents.arrays.iter().map(|array| format!("{}{:?}", array.name, array.shape)).collect())
}

#[test]
fn columns_are_a_matrix_without_their_labels() {
    let whole = |name| column(name, "int64");
    for (arrays, labels, shape) in [
        (between(&[whole("a")], &[whole("b")]), vec!["a", "b"], "[9, 3]"),
        (between(&[], &[column("target", "float64")]), vec!["target"], "[9, 3]"),
        (between(&[column("seen", "bool")], &[]), vec!["seen"], "[9, 3]"),
        (between(&[whole("f7")], &[]), vec![], "[9, 4]"),
        (between(&[column("name", "text")], &[column("day", "date")]), vec!["name", "day"], "[9, 3]"),
        (between(&[], &[whole("__index_level_0__")]), vec!["__index_level_0__"], "[9, 3]"),
        (vec![whole("id"), whole("y")], vec![], "[9, 2]"),
    ] {
        let (found_labels, found_arrays) = found(&arrays);
        assert_eq!(
            (found_labels, found_arrays),
            (labels.iter().map(|name| name.to_string()).collect(), vec![shape.to_owned()])
        );
    }
    // What the facts say counts: the same in all rows, or not whole.
    let arrays = between(&[], &[whole("kind")]);
    assert_eq!(wanted(&arrays), [3]);
    assert_eq!(of(&arrays, &[seen(3, &[4.0, 4.0])]).0, [""; 0]);
    let arrays = between(&[], &[column("target", "float64")]);
    assert_eq!(wanted(&arrays), [3]);
    assert_eq!(of(&arrays, &[seen(3, &[0.0, 0.5])]).0, [""; 0]);
    // A name and whole numbers are enough.
    assert_eq!(wanted(&between(&[], &[whole("label")])), [0; 0]);
}

#[test]
fn columns_beside_lists_are_a_matrix_of_their_own() {
    let plain = ["a", "b"].map(|name| column(name, "float64"));
    let (labels, arrays) = found(&[&[list("x")], &plain[..], &[column("label", "int32")]].concat());
    assert_eq!((labels, arrays), (vec!["label".to_owned()], vec!["x[9, 4]".to_owned(), "columns[9, 2]".to_owned()]));
    let (_, arrays) = found(&[&[list("columns")], &plain[..]].concat());
    assert!(arrays.contains(&"(columns)[9, 2]".to_owned()), "{arrays:?}");
}

#[test]
fn a_vector_of_labels_is_known_by_its_name_and_its_numbers() {
    let vector = |name| ForeignArray { shape: vec![9, 1], ..list(name) };
    let arrays = [list("x"), vector("sub.labels"), vector("scores")];
    assert_eq!(wanted(&arrays), [1]);
    assert_eq!(of(&arrays, &[seen(1, &[1.0, 2.0])]).0, ["sub.labels"]);
    assert_eq!(of(&arrays, &[seen(1, &[1.0, 2.5])]).0, [""; 0]);
    assert_eq!(wanted(&arrays[1..]), [0; 0], "without a matrix there is nothing that it labels");
}

#[test]
fn the_matrix_has_the_type_and_the_order_that_fit() {
    let contents = |arrays: &[ForeignArray], together| {
        let contents = Contents::of_foreign(Format::Arrow, arrays.to_vec(), &[], together);
        let Ok(Form::Foreign(foreign)) = contents.arrays[0].form.clone() else { panic!("it is read") };
        (contents.arrays[0].dtype.clone(), foreign.layout.order, foreign.places)
    };
    let same = [column("a", "float16"), column("b", "float16")];
    assert_eq!(contents(&same, 9), ("float16".to_owned(), Order::C, vec![0, 1]));
    assert_eq!(contents(&same, 0).1, Order::F);
    assert_eq!(contents(&same, TOGETHER_BYTES).1, Order::F);
    let others = [column("t", "text"), column("a", "float32"), column("b", "int64")];
    assert_eq!(contents(&others, 9), ("float64".to_owned(), Order::C, vec![1, 2]));
}

#[test]
fn columns_that_were_to_be_numbers_are_refused() {
    let refused = |arrays: &[ForeignArray], facts: &[ForeignFacts]| {
        let contents = Contents::of_foreign(Format::Parquet, arrays.to_vec(), facts, 9);
        contents.choose(None).and_then(|array| array.form.clone()).map_err(|error| error.to_string())
    };
    let arrays = between(&[column("score", "text")], &[]);
    assert_eq!(wanted(&arrays), [0]);
    let texts = |texts: &[&str]| {
        let mut facts = ForeignFacts::of(0);
        texts.iter().for_each(|text| facts.text(text.as_bytes()));
        facts
    };
    let words = refused(&arrays, &[texts(&["0.5", "2", "-3.25e-1"])]).unwrap_err();
    assert!(words.contains("\"score\" holds numbers that are stored as text"), "{words}");
    // Words, and the digits of an identifier, are labels.
    assert!(refused(&arrays, &[texts(&["0.5", "word"])]).is_ok());
    assert!(refused(&arrays, &[texts(&["0015", "0016"])]).is_ok());
    for (dtype, what) in [("duration", "durations"), ("null", "nothing"), ("text", "text"), ("date", "date")] {
        let words = refused(&between(&[], &[column("f3", dtype), column("f4", dtype)]), &[]).unwrap_err();
        assert!(words.contains(&format!("\"f3\" (and 1 more) holds {what} where")), "{words}");
        assert!(refused(&between(&[], &[column("when", dtype)]), &[]).is_ok());
    }
}

#[test]
fn parts_are_matched_by_name_and_decided_together() {
    let part = |arrays: &[ForeignArray], kinds: &[f64]| {
        let kind = arrays.iter().position(|array| array.name == "kind").unwrap();
        let contents = Contents::of_foreign(Format::Parquet, arrays.to_vec(), &[seen(kind, kinds)], 9);
        Opened { name: "part".to_owned(), bytes: 1, contents }
    };
    let first = between(&[], &[column("kind", "int64")]);
    let mut second = first.clone();
    second.reverse();
    let places = |file: &Opened| match &file.contents.arrays[0].form {
        Ok(Form::Foreign(foreign)) => foreign.places.clone(),
        other => panic!("{other:?}"),
    };
    // The first part has one class alone.
    let mut files = [part(&first, &[0.0, 0.0]), part(&second, &[0.0, 1.0])];
    assert_eq!(places(&files[0]), [0, 1, 2, 3]);
    assert_eq!(agree(&mut files), None);
    assert_eq!((places(&files[0]), places(&files[1])), (vec![0, 1, 2], vec![3, 2, 1]));
    assert!(files.iter().all(|file| file.contents.labels[0].name == "kind"));
    second[2].name = "other".to_owned();
    let (which, difference) = agree(&mut [part(&first, &[0.0]), part(&second, &[0.0])]).unwrap();
    assert_eq!((which, difference.as_str()), (1, "it has the columns other instead of f1"));
}
