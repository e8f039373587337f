#!/usr/bin/env python3
"""Writes one bad file for each way a file can be bad, and expected.json: file → code (NumPy only).

    python3 make.py

A code is a string that never changes (crate/src/error/codes.rs). A list means that any of the codes will do;
"any" means that any code or a good answer will do, so long as there is one: no panic, no hang, no
allocation beyond the file's own size.
"""
import json
import struct
import sys

import numpy as np

sys.dont_write_bytecode = True
from common import HERE, ROWS, expected, header, npy, preamble, put, zipped
import archives
import containers
import pickles
import tables
import tensors


def not_ours():
    put("not_ours/empty.npy", b"", "empty_file")
    put("not_ours/prose.npy", "Dear reader, this is a letter and not a matrix.\n".encode(), "unknown_format")
    put("not_ours/page.npy", b"<!doctype html><title>404 Not Found</title>", "unknown_format")
    put("not_ours/lfs_pointer.npy", b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 2304128\n", "unknown_format")
    put("not_ours/random.npy", np.random.default_rng(1).bytes(256), "unknown_format")
    put("not_ours/zeros.npy", bytes(256), "unknown_format")
    put("not_ours/nearly_magic.npy", b"\x93NUMPX" + npy(ROWS)[6:], "unknown_format")
    put("not_ours/picture.png", b"\x89PNG\r\n\x1a\n" + bytes(32), "unknown_format")


def not_yet():
    """Known formats that are not read (yet): the sentence names the format."""
    for name, data in {
        "old.pth": b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03." + bytes(64),
        "pickle.pkl": b"\x80\x04\x95\x0a\x00\x00\x00\x00\x00\x00\x00]\x94(K\x01K\x02e.",
        "features.npy.gz": b"\x1f\x8b\x08" + bytes(40),
        "archive.zip": zipped(readme_dot_txt=b"no array here"),
    }.items():
        put(f"not_yet/{name}", data, "unsupported_format")


def headers():
    good = npy(ROWS)
    for name, text, code in (
        ("garbage", "this is not a dict", "header_syntax"),
        ("empty_dict", "{}", "header_syntax"),
        ("blank", "", "header_syntax"),
        ("missing_shape", "{'descr': '<f4', 'fortran_order': False, }", "header_syntax"),
        ("missing_descr", "{'fortran_order': False, 'shape': (8, 4), }", "header_syntax"),
        ("missing_order", "{'descr': '<f4', 'shape': (8, 4), }", "header_syntax"),
        ("extra_key", header()[:-1] + "'more': 1, }", "header_syntax"),
        ("duplicated_key", header()[:-1] + "'shape': (4, 8), }", "header_syntax"),
        ("unclosed", header()[:-1], "header_syntax"),
        ("after_the_dict", header() + " {}", "header_syntax"),
        ("code", "__import__('os').system('echo no')", "header_syntax"),
        ("code_in_shape", header(shape="(8, [].__len__())"), "header_syntax"),
        ("negative", header(shape="(-8, 4)"), "header_syntax"),
        ("both_negative", header(shape="(-8, -4)"), "header_syntax"),
        ("float_shape", header(shape="(8.0, 4)"), "header_syntax"),
        ("list_shape", header(shape="[8, 4]"), "header_syntax"),
        ("int_shape", header(shape="(32)"), "header_syntax"),
        ("bool_shape", header(shape="(True, 4)"), "header_syntax"),
        ("no_comma", header(shape="(8 4)"), "header_syntax"),
        ("int_order", header(order="0"), "header_syntax"),
        ("text_order", header(order="'C'"), "header_syntax"),
        ("unclosed_quote", header(descr="'<f4"), "header_syntax"),
        ("nul", header().replace("fortran", "for\0tran"), "header_syntax"),
        ("not_ascii", header().replace("fortran", "f\xf6rtran"), "header_syntax"),
        ("deep", "(" * 20000, "header_syntax"),
        ("deep_shape", header(shape="(" * 9000 + ")" * 9000), "header_syntax"),
        ("many_axes", header(shape="(" + "1, " * 5000 + ")"), ["header_syntax", "not_a_matrix", "too_few_rows"]),
        ("unknown_letter", header(descr="'<q9'"), "unsupported_dtype"),
        ("odd_size", header(descr="'<f3'"), "unsupported_dtype"),
        ("i16", header(descr="'<i16'"), "unsupported_dtype"),
        ("empty_descr", header(descr="''"), ["unsupported_dtype", "header_syntax"]),
        ("huge_size", header(descr="'<f99999999999999999999'"), ["unsupported_dtype", "header_syntax"]),
        ("none_descr", header(descr="None"), ["unsupported_dtype", "header_syntax"]),
        ("subarray", header(descr="('<f4', (4,))"), ["unsupported_dtype", "structured_dtype", "header_syntax"]),
        ("overflow", header(shape=f"({2**62}, {2**62})"), "shape_overflow"),
        ("overflow_to_zero", header(shape=f"({2**32}, {2**32})"), "shape_overflow"),
        ("overflow_by_size", header(descr="'<f8'", shape=f"({2**31}, {2**30})"), "shape_overflow"),
        ("overflow_u64", header(shape=f"({2**64 + 8}, 4)"), ["shape_overflow", "header_syntax"]),
        ("digits", header(shape=f"({'9' * 400}, 4)"), ["shape_overflow", "header_syntax"]),
        ("overflow_then_zero", header(shape=f"({2**62}, {2**62}, 0)"), ["shape_overflow", "no_columns"]),
        ("lies_rows", header(shape="(8000000000, 4)"), "truncated_data"),
        ("lies_columns", header(shape="(8, 4000000000)"), "truncated_data"),
        ("one_row_more", header(shape="(9, 4)"), "truncated_data"),
    ):
        put(f"header/{name}.npy", preamble(text) + ROWS.tobytes(), code)
    for version in ((9, 0), (0, 0), (1, 7), (4, 0), (255, 255)):
        put(f"header/version_{version[0]}_{version[1]}.npy", good[:6] + bytes(version) + good[8:], "unsupported_version")
    put("header/length_zero.npy", good[:8] + b"\0\0" + good[10:], "header_syntax")
    put("header/length_past_the_end.npy", good[:8] + struct.pack("<H", 60000) + good[10:], "truncated_header")
    put("header/length_too_short.npy", good[:8] + struct.pack("<H", 30) + good[10:], "header_syntax")
    put("header/length_4_gib.npy", preamble(header(), (2, 0), length=2**32 - 1), "header_too_long")
    put("header/length_past_64_kib.npy", preamble(header().ljust(65530), (2, 0)) + ROWS.tobytes(), "header_too_long")
    put("header/utf8_broken.npy", preamble(header().encode().replace(b"fortran", b"f\xff\xferan"), (3, 0)) + ROWS.tobytes(), "header_syntax")


def types():
    def put_array(name, a, code):
        put(f"type/{name}.npy", npy(a), code)

    put_array("complex64", ROWS.astype("<c8"), "unsupported_dtype")
    put_array("complex128", ROWS.astype("<c16"), "unsupported_dtype")
    put_array("unicode", ROWS.astype("U10"), "unsupported_dtype")
    put_array("bytes", ROWS.astype("S3"), "unsupported_dtype")
    put_array("datetime", ROWS.astype("i8").astype("M8[s]"), "unsupported_dtype")
    put_array("timedelta", ROWS.astype("i8").astype("m8[ns]"), "unsupported_dtype")
    put_array("void", np.zeros((8, 4), "V4"), "unsupported_dtype")
    put("type/float128.npy", preamble(header(descr="'<f16'")) + bytes(8 * 4 * 16), "unsupported_dtype")
    put_array("structured", np.zeros((8, 4), [("a", "<f4"), ("b", "<i4")]), "structured_dtype")
    put_array("structured_one", np.zeros((8,), [("a", "<f4", (4,))]), "structured_dtype")
    put("type/pickled.npy", preamble(header(descr="'|O'", shape="()")) + b"\x80\x04}\x94.", "pickled_object")
    put("type/pickled_matrix.npy", preamble(header(descr="'O'")) + b"\x80\x04]\x94.", "pickled_object")


def shapes():
    for name, shape, code in (
        ("one_row", (1, 4), "too_few_rows"),
        ("no_rows", (0, 4), "too_few_rows"),
        ("no_columns", (5, 0), "no_columns"),
        ("no_columns_of_three", (5, 3, 0), "no_columns"),
        ("nothing", (0, 0), ["too_few_rows", "no_columns"]),
        ("one_axis", (32,), "not_a_matrix"),
        ("one_axis_empty", (0,), "too_few_rows"),
        ("no_axes", (), "not_a_matrix"),
    ):
        put(f"shape/{name}.npy", npy(np.ones(shape, "<f4")), code)
    put("shape/many_rows_no_columns.npy", preamble(header(shape=f"({2**62}, 0)")), "no_columns")
    put("shape/no_rows_many_columns.npy", preamble(header(shape=f"(0, {2**62})")), "too_few_rows")


def values():
    put("value/all_rows_equal.npy", npy(np.repeat([[0.1, 1 / 3, 1e8 + 0.1]], 97, 0)), "all_rows_equal")
    put("value/all_zero.npy", npy(np.zeros((8, 4), "<f4")), "all_rows_equal")
    put("value/all_false.npy", npy(np.zeros((8, 4), "?")), "all_rows_equal")
    bad = ROWS.copy()
    bad[5, 1] = np.nan
    put("value/nan.npy", npy(bad), "non_finite")
    bad[5, 1] = np.inf
    put("value/inf.npy", npy(bad), "non_finite")
    put("value/all_nan.npy", npy(np.full((8, 4), np.nan)), "non_finite")
    put("value/float16_overflow.npy", npy(bad.astype("<f2")), "float16_overflow")
    put("value/huge.npy", npy(ROWS.astype("<f8") * 1e200), "overflow")
    put("value/tiny.npy", npy(ROWS.astype("<f8") * 1e-200), "underflow")
    put("value/sum_overflows.npy", npy(np.where(ROWS > 3, 1.7e308, 1.6e308)), "overflow")


def lengths():
    good = npy(ROWS)  # 128 bytes of header, 128 of data
    assert len(good) == 256
    put("length/trailing_byte.npy", good + b"\0", "trailing_data")
    put("length/two_arrays.npy", good + good, "trailing_data")
    for k in range(16):
        cut = 16 * k
        put(f"length/cut_at_{cut:03}.npy", good[:cut], "empty_file" if cut == 0 else "truncated_header" if cut < 128 else "truncated_data")
    put("length/cut_in_magic.npy", good[:4], ["truncated_header", "unknown_format"])
    for cut in (6, 7, 9):
        put(f"length/cut_at_{cut:03}.npy", good[:cut], "truncated_header")
    put("length/cut_at_255.npy", good[:255], "truncated_data")
    v2 = npy(ROWS, (2, 0))
    put("length/version2_cut_at_011.npy", v2[:11], "truncated_header")


def flipped():
    """Bytes of the preamble changed at random, one to four at a time."""
    g = np.random.default_rng(20220411)
    good = np.frombuffer(npy(ROWS), np.uint8)
    for i in range(64):
        b = good.copy()
        at = g.integers(0, 96, g.integers(1, 5))
        b[at] = g.integers(0, 256, len(at))
        put(f"flipped/{i:02}.npy", b.tobytes(), "any")


for make in (not_ours, not_yet, headers, types, shapes, values, lengths, flipped):
    make()
for more in (archives, tensors, pickles, tables, containers):
    more.make()
lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in expected.items())
(HERE / "expected.json").write_text(f"{{\n{lines}\n}}\n")
print(f"NumPy {np.__version__}: {len(expected)} files, {sum((HERE / k).stat().st_size for k in expected)} bytes")
