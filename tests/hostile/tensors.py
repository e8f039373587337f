"""Bad safetensors files."""
import json
import struct


from common import ROWS, SAME, changed, put

DATA, FLAT = ROWS.tobytes(), SAME.tobytes()
TENSOR = {"dtype": "F32", "shape": [8, 4], "data_offsets": [0, 128]}
# Where a reader may take it or leave it, the numbers are all the same: one that reads them says so.
LENIENT = ["malformed", "all_rows_equal"]


def tensors(header, data=DATA, length=None):
    """A file of a header (bytes, or what becomes JSON) and data."""
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def one(**other):
    return {"x": {**TENSOR, **other}}


def text(**other):
    """The header of one tensor with some fields as they stand in JSON."""
    fields = {**{key: json.dumps(value) for key, value in TENSOR.items()}, **other}
    return b'{"x":{' + ",".join(f'"{key}":{value}' for key, value in fields.items()).encode() + b"}}"


FINE = tensors(one())


def headers():
    for name, data, code in (
        ("length_past_the_end", tensors(one(), length=1000), "truncated_header"),
        ("length_zero", tensors(one(), length=0), "malformed"),
        ("length_20_mib", tensors(one(), length=20 << 20), "header_too_long"),
        ("length_1_tib", tensors(one(), length=2**40), ["header_too_long", "unknown_format"]),
        ("length_2_63", tensors(one(), length=2**63), ["header_too_long", "unknown_format"]),
        ("only_a_length", struct.pack("<Q", 60), "unknown_format"),
        ("prose", tensors(b"Dear reader, this is no header"), "unknown_format"),
        ("prose_in_braces", tensors(b"{Dear reader, this is no header}"), "malformed"),
        ("list", tensors([one()]), ["malformed", "unknown_format"]),
        ("comma_at_the_end", tensors(text()[:-1] + b",}"), "malformed"),
        ("unclosed", tensors(text()[:-1]), "malformed"),
        ("nul_at_the_end", tensors(text() + b"\0" * 8), "malformed"),
        ("not_utf8", tensors(text().replace(b"x", b"\xff", 1)), "malformed"),
        ("deep", tensors(b'{"x":' + b"[" * 10**4 + b"]" * 10**4 + b"}"), "malformed"),
        ("deep_shape", tensors(text(shape="[" * 10**4 + "]" * 10**4)), "malformed"),
        ("deep_metadata", tensors(b'{"__metadata__":' + b"[" * 10**4 + b"]" * 10**4 + b"," + text()[1:], FLAT), LENIENT),
        ("deep_metadata_unclosed", tensors(b'{"__metadata__":' + b'{"a":[' * 10**4), "malformed"),
        ("metadata_is_a_number", tensors({"__metadata__": 7, **one()}, FLAT), LENIENT),
        ("only_metadata", tensors({"__metadata__": {"format": "pt"}}, b""), "no_matrix"),
        ("no_tensors", tensors({}, b""), "no_matrix"),
    ):
        put(f"safetensors/{name}.safetensors", data, code)


def fields():
    for name, header, code in (
        ("dtype_missing", {"x": {"shape": [8, 4], "data_offsets": [0, 128]}}, "malformed"),
        ("shape_missing", {"x": {"dtype": "F32", "data_offsets": [0, 128]}}, "malformed"),
        ("offsets_missing", {"x": {"dtype": "F32", "shape": [8, 4]}}, "malformed"),
        ("extra_key", one(strides=[4, 1]), "accepted"),
        ("extra_key_with_controls", one(**{"\x1b[2J\u202e" + "k" * 5000: 1}), "accepted"),
        ("name_twice", text()[:-1] + b"," + text()[1:], "malformed"),
        ("dtype_float8", one(dtype="F8_E4M3", data_offsets=[0, 32]), ["unsupported_dtype", "trailing_data"]),
        ("dtype_complex", one(dtype="C64", shape=[4, 4]), "unsupported_dtype"),
        ("dtype_lower_case", one(dtype="f32"), "unsupported_dtype"),
        ("dtype_long", one(dtype="F" * 5000), "unsupported_dtype"),
        ("dtype_unknown_and_a_shape_that_overflows", one(dtype="F4", shape=[2**62, 2**62]), ["unsupported_dtype", "shape_overflow", "malformed"]),
        ("shape_overflows", one(shape=[2**62, 2**62]), "shape_overflow"),
        ("shape_overflows_to_zero", one(shape=[2**32, 2**32]), "shape_overflow"),
        ("shape_2_64", one(shape=[2**64, 4]), ["malformed", "shape_overflow"]),
        ("shape_negative", one(shape=[-8, 4]), "malformed"),
        ("shape_fractional", one(shape=[8.5, 4]), "malformed"),
        ("shape_text", one(shape=["8", "4"]), "malformed"),
        ("shape_number", one(shape=32), "malformed"),
        ("shape_more_than_the_bytes", one(shape=[9, 4]), ["malformed", "truncated_data"]),
        ("shape_less_than_the_bytes", one(shape=[7, 4]), ["malformed", "trailing_data"]),
        ("end_past_the_file", one(shape=[9, 4], data_offsets=[0, 144]), "truncated_data"),
        ("offsets_wrap_around", one(data_offsets=[2**64 - 64, 64]), "malformed"),
        ("end_before_begin", one(data_offsets=[128, 0]), "malformed"),
        ("three_offsets", one(data_offsets=[0, 64, 128]), "malformed"),
        ("same_bytes_twice", {**one(), "y": TENSOR}, "malformed"),
        ("overlapping", {"x": {**TENSOR, "shape": [5, 4], "data_offsets": [0, 80]}, "y": {**TENSOR, "shape": [5, 4], "data_offsets": [48, 128]}}, "malformed"),
        ("two_matrices", {"x": {**TENSOR, "shape": [4, 4], "data_offsets": [0, 64]}, "y": {**TENSOR, "shape": [4, 4], "data_offsets": [64, 128]}}, "several_arrays"),
        ("one_axis", one(shape=[32]), "not_a_matrix"),
        ("one_row", one(shape=[1, 32]), "too_few_rows"),
    ):
        put(f"safetensors/{name}.safetensors", tensors(header), code)
    for name, header, data, code in (
        ("no_axes", one(shape=[], data_offsets=[0, 4]), DATA[:4], "not_a_matrix"),
        ("no_rows", one(shape=[0, 4], data_offsets=[0, 0]), b"", "too_few_rows"),
        ("no_columns", one(shape=[8, 0], data_offsets=[0, 0]), b"", "no_columns"),
        ("nan", one(), DATA[:60] + b"\xff" * 4 + DATA[64:], "non_finite"),
        ("float16_infinite", one(dtype="F16", shape=[16, 4]), DATA[:60] + b"\x00\x7c\x00\x7c" + DATA[64:], "float16_overflow"),
        # The format has neither holes nor bytes that are no tensor's.
        ("hole_between", {**one(), "y": {**TENSOR, "shape": [4], "data_offsets": [144, 160]}}, FLAT + bytes(32), LENIENT),
        ("trailing_byte", one(), FLAT + b"\0", [*LENIENT, "trailing_data"]),
        ("many_axes", one(shape=[8, 4] + [1] * 5000), FLAT, LENIENT),
        ("tensor_is_a_list", {"x": ["F32", [8, 4], [0, 128]]}, FLAT, LENIENT),
        ("name_empty", {"": TENSOR}, FLAT, "all_rows_equal"),
        ("name_nul", {"x\0y": TENSOR}, FLAT, "all_rows_equal"),
        ("name_emoji", {"\U0001f9e0\u200d\U0001f525": TENSOR}, FLAT, "all_rows_equal"),
        ("name_long", {"n" * 5000: TENSOR}, FLAT, "all_rows_equal"),
        ("names_with_controls", {name: {**TENSOR, "shape": [4, 4], "data_offsets": [at, at + 64]} for name, at in {"\x1b[2J\x07": 0, "\u202e\x9b2J": 64}.items()}, DATA, "several_arrays"),
    ):
        put(f"safetensors/{name}.safetensors", tensors(header, data), code)


def cut():
    for k in range(16):
        at = len(FINE) * k // 16
        code = "empty_file" if at == 0 else "unknown_format" if at < 9 else "truncated_header" if at < len(FINE) - 128 else "truncated_data"
        put(f"safetensors_cut/{k:02}_of_16.safetensors", FINE[:at], code)


def flipped():
    """Most of the changes are in the header."""
    some = FINE[:-112]
    for i, data in enumerate(changed(some, 41, 32)):
        put(f"safetensors_flipped/{i:02}.safetensors", data + FINE[len(some) :], "any")


def make():
    for part in (headers, fields, cut, flipped):
        part()
