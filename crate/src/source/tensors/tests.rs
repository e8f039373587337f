//! Pickles, written out as bytes, and the tensors that are found in them.

use super::*;
use crate::error::ErrorKind;
use proptest::prelude::*;

/// A pickle in Python's notation of bytes, where <tensor> stands for 2 × 3 floats.
fn bytes(text: &str) -> Vec<u8> {
    let mut text = text.to_owned();
    for (short, long) in [
        ("<tensor>", r"<v2>(<storage><place>tR"),
        ("<place>", r"K\x00K\x02K\x03\x86K\x03K\x01\x86\x89<dict>)R"),
        ("<storage>", r"(\x8c\x07storagectorch\nFloatStorage\n\x8c\x010\x8c\x03cpuK\x06tQ"),
        ("<bytes>", r"(S'storage'\nctorch.storage\nUntypedStorage\nV0\nNK\x06tQ"),
        ("<dict>", r"ccollections\nOrderedDict\n"),
        ("<type>", r"ctorch._tensor\n_rebuild_from_type_v2\n"),
        ("<v1>", r"ctorch._utils\n_rebuild_tensor\n"),
        ("<v2>", r"ctorch._utils\n_rebuild_tensor_v2\n"),
        ("<v3>", r"ctorch._utils\n_rebuild_tensor_v3\n"),
    ] {
        text = text.replace(short, long);
    }
    let mut parts = text.split('\\');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (escape, rest) = part.split_at(if part.starts_with('n') { 1 } else { 3 });
        bytes.push(if escape == "n" { b'\n' } else { u8::from_str_radix(&escape[1..], 16).expect("hex") });
        bytes.extend(rest.bytes());
    }
    bytes
}

/// What comes out of a pickle, as text; `shown` for its tensors.
fn read(pickle: &[u8], shown: impl Fn(&Tensor) -> String) -> String {
    match tensors(pickle).map_err(|error| error.kind().clone()) {
        Ok(tensors) => tensors.iter().map(shown).collect::<Vec<String>>().join(" ").trim().to_owned(),
        Err(ErrorKind::Malformed { problem, .. }) => problem.replace("its data.pkl ", ""),
        Err(ErrorKind::UnsafePickle { name }) => format!("unsafe {name}"),
        Err(other) => format!("{other:?}"),
    }
}

/// Compares what comes out of each line's pickle with what stands before it.
fn check(table: &str, shown: impl Fn(&Tensor) -> String) {
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (expected, pickle) = line.split_once("<= ").expect("a table");
        let found = read(&[bytes(pickle).as_slice(), b"."].concat(), &shown);
        assert_eq!(found.split(" (at").next(), Some(expected.trim()), "{pickle}");
    }
}

#[test]
fn tensors_are_read() {
    let table = r"
        0 FloatStorage 6 0 [2, 3] [3, 1] <= \x80\x04\x95\x01\x00\x00\x00\x00\x00\x00\x00<tensor>
        0 FloatStorage 6 2 [2] [3] <= <v1>(<storage>I2\n(L2L\ntctorch\nSize\n]\x8a\x01\x03a\x85RtR
        0 negated tensor 6 0 [2, 3] [3, 1] <= <v2>(<storage><place>}\x8c\x03neg\x88stR
        0 uint16 3 1 [2] [1] <= <v3>(<bytes>K\x01K\x02\x85K\x01\x85NNctorch\nuint16\ntR
        sparse tensor 0 0 [] [] <= ctorch._utils\n_rebuild_sparse_tensor\n)R
        quantized tensor 0 0 [] [] <= ctorch._utils\n_rebuild_qtensor\n)R
        its tensor reaches beyond its storage <= <v1>(<storage>K\x01K\x06\x85K\x01\x85tR
        its tensor has a negative shape, stride or offset <= <v1>(<storage>I-1\n))tR
        its tensor has a shape too large for any file <= <v1>(<storage>K\x00J\xff\xff\xff\x7f22\x87K\x0022\x87tR
        its tensor has two types <= <v3>(<storage><place>ctorch\nuint16\ntR
        its tensor has no storage <= <v1>(NK\x00))tR
        its tensor 0.a lacks its shape or strides <= ](}\x8c\x01a<v1>)Rse";
    check(table, |t| {
        let (elements, offset, shape, strides) = (t.storage_elements, t.offset, &t.shape, &t.strides);
        format!("{} {} {elements} {offset} {shape:?} {strides:?}", t.storage, t.dtype)
    });
}

#[test]
fn names_are_ways() {
    let table = r"
        '2' '3.a' '4.0' <= ]q\x01(h\x01h\x01<tensor>}\x8c\x01a<tensor>s(<tensor>te
        '5' 'True' '0.5' '#3' <= (K\x05<tensor>\x88<tensor>G\x3f\xe0\x00\x00\x00\x00\x00\x00<tensor>)<tensor>d
        'b' <= <dict>)R(\x8c\x01b<tensor>u}\x8c\x09_metadata<tensor>sb
        'a' 'b' <= <dict>]\x8c\x01a<tensor>\x86a\x85R\x8c\x01b<tensor>s
        '' <= ctorch._utils\n_rebuild_parameter\n(<tensor>\x88<dict>)RtR}b
        '' <= <type>(<v2>ctorch\nTensor\n(<storage><place>t}tR
        '' <= <tensor>\x940(0(N1\x8f(K\x01\x90(\x91(l(dg0\n2
        '\u{1b}\u{202e}a' <= }\x8c\x05\x1b\xe2\x80\xaea<tensor>s";
    check(table, |tensor| format!("'{}'", tensor.name));
    let deep = |depth: usize| bytes(&[&"]".repeat(depth), "<tensor>", &"a".repeat(depth), "."].concat());
    assert_eq!(tensors(&deep(64)).map(|tensors| tensors[0].name.len()), Ok(127));
    assert_eq!(tensors(&deep(65)), Ok(Vec::new()));
    let long = [b"}X\0\x10\0\0".as_slice(), &[b'k'; 4096], &bytes("<tensor>s.")].concat();
    assert_eq!(tensors(&long).map(|tensors| tensors[0].name.len()), Ok(512));
}

#[test]
fn other_calls_are_refused() {
    let table = r"
        unsafe os.system <= cos\nsystem\n(S'id'\ntR
        unsafe os.system <= \x8c\x02os\x8c\x06system\x93)R
        unsafe os.system <= (ios\nsystem\n
        unsafe os.system <= (cos\nsystem\no
        unsafe os.system <= cos\nsystem\n)\x81
        unsafe os.system <= cos\nsystem\n)N\x92
        unsafe os.system <= cos\nsystem\nNb
        unsafe os.system <= <type>(cos\nsystem\nctorch\nTensor\n)NtR
        unsafe my.Class <= <type>(<v2>cmy\nClass\n)NtR
        unsafe torch._utils._rebuild_from_numpy <= ctorch._utils\n_rebuild_from_numpy\n)R
        unsafe object.__setstate__ <= ctorch\ndevice\n)RNb
        unsafe a\u{1b}.b <= ca\x1b\nb\n)R
        <= cos\nsystem\n
        has a call of what is no function <= N)R
        has arguments that are no tuple <= <dict>NR
        has arguments by name <= <dict>)N\x92
        a tensor <= }(\x8c\x01a<tensor>\x8c\x01bcos\nsystem\n)R}bu
        a tensor <= }(\x8c\x01a<tensor>\x8c\x01bcmy\nClass\n)\x81}\x8c\x01c<tensor>sbu
        a tensor <= cos\nsystem\n)R0<tensor>
        a tensor <= }cos\nsystem\n)R<tensor>s
        a tensor <= ](<tensor><v1>(<storage>cos\nsystem\n)R))tRe
        a tensor <= ](<tensor><v1>(<storage>K\x00(cos\nsystem\n)Rt))tRe
        a tensor <= ](<tensor>cmy\nList\n)\x81<tensor>a<type>(<v2>cmy\nClass\n)NtRe
        its tensor 1 has no storage <= ](cos\nsystem\n)R<v1>(NK\x00))tRe
        has a state for a tensor that is no dictionary <= <tensor>)b
        has items for what is no list <= NNa
        has keys for what is no dictionary <= NNNs
        has a key without a value <= }(Nu
        has a value from an empty stack <= N(
        has a MARK that is missing <= e
        has a value before it is noted <= h\x00
        has pickle protocol 6, which is none of 0 to 5 <= \x80\x06
        has opcode 0x50 (PERSID), which has no place there <= P0\n
        has opcode 0xff (unknown), which has no place there <= \xff";
    check(table, |_| "a tensor".to_owned());
    let long = [b"c".as_slice(), &[b'm'; 999], b"\nn\n)R."].concat();
    assert_eq!(read(&long, |_| String::new()), format!("unsafe {}", "m".repeat(80)));
}

#[test]
fn what_is_hostile_costs_little() {
    assert!(std::mem::size_of::<Node<'_>>() <= 32);
    // Marks and lists within each other, a list within itself, and lists of which each holds the one before twice.
    assert!(tensors(&[b'('].repeat(100_000)).is_err());
    assert_eq!(tensors(&[b"]".repeat(100_000), b"a".repeat(99_999), b".".to_vec()].concat()), Ok(Vec::new()));
    assert_eq!(tensors(b"]q\0h\0a."), Ok(Vec::new()));
    assert_eq!(tensors(&[b"]".as_slice(), &b"2\x86".repeat(100_000), b"."].concat()), Ok(Vec::new()));
    // One key of 100,000 bytes for the storages of 10,000 tensors.
    let key = [b"X\xa0\x86\x01\0".as_slice(), &[b'k'; 100_000], b"q\0"].concat();
    let one = bytes(r"<v1>((\x8c\x07storagectorch\nFloatStorage\nh\x00NK\x06tQK\x00))tR");
    let shared = [b"(".as_slice(), &key, &one.repeat(10_000), b"t."].concat();
    assert_eq!(read(&shared, |_| String::new()), "its tensors share names that are too long");
    // Lengths that are not there.
    for opcode in *b"TXB\x8b\x8d\x8e\x96\x95" {
        let found = read(&[&[opcode], [0xff; 8].as_slice(), b"."].concat(), |_| String::new());
        assert_eq!(found, "ends inside of what begins at byte 0");
    }
    // More values than any file has, and more notes.
    let many = [b"N0".repeat((8 << 20) + 1), b"N.".to_vec()].concat();
    assert_eq!(read(&many, |_| String::new()).split(" (at").next(), Some("has more values than can be counted"));
    let notes = [b"\x80\x04N".to_vec(), b"\x94".repeat((8 << 20) + 1), b".".to_vec()].concat();
    assert_eq!(read(&notes, |_| String::new()).split(" (at").next(), Some("has more values than can be noted"));
    let valid = bytes(r"\x80\x02}(\x8c\x01a<tensor>\x8c\x01bctorch._utils\n_rebuild_parameter\n(<tensor>\x88NtRu.");
    assert_eq!(tensors(&valid).map(|tensors| tensors.len()), Ok(2));
    assert!((0..valid.len()).all(|end| tensors(&valid[..end]).is_err()));
}

proptest! {
    #[test]
    fn nothing_panics(any: Vec<u8>, changes: Vec<(prop::sample::Index, u8)>) {
        let _ = tensors(&any);
        let v3 = r"<v3>(<bytes><place>ctorch\nuint8\ntR\x8c\x01b](<tensor>\x94j\x00\x00\x00\x00eu.";
        let mut valid = bytes(&[r"\x80\x02}(\x8c\x01a<tensor>I7\n", v3].concat());
        for (at, byte) in changes.into_iter().take(4) {
            *at.get_mut(&mut valid) = byte;
        }
        let _ = tensors(&valid);
    }
}
