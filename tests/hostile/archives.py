"""Bad zip archives, and bad arrays in archives that are fine."""
import struct

import numpy as np

from common import ROWS, SAME, Entry, archive, changed, deflated, header, npy, preamble, put

GOOD = npy(ROWS)
FLAT = npy(SAME)
X = Entry("x.npy", GOOD)
HUGE = 2**63
WIDE = {"count": 0xFFFF, "length": 0xFFFF_FFFF, "at": 0xFFFF_FFFF}  # an end record that leaves all to the 64-bit one


def end_records():
    fine = archive(X)
    directory_at, length = fine.index(b"PK\x01\x02"), len(fine) - 22 - fine.index(b"PK\x01\x02")
    for name, data in {
        "no_end_record": fine[:-22],
        "end_signature_wrong": archive(X, signature=b"PK\x05\x07"),
        "comment_shorter_than_told": archive(X, comment=b"seven b", comment_length=9),
        "comment_not_told_of": archive(X, comment=b"seven b", comment_length=0),
        "bytes_after_the_end": archive(X, after=bytes(100)),
        "comment_with_an_end_record": archive(X, comment=struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, length, directory_at, 0)),
        "offset_one_more": archive(X, at=directory_at + 1),
        "length_one_more": archive(X, length=length + 1),
        "length_40_mib": archive(X, length=40 << 20),
        "length_4_gib": archive(X, length=2**32 - 2),
        "bytes_before_the_end_record": archive(X, before_end=bytes(8)),
        "count_zero": archive(X, count=0),
        "count_one_more": archive(X, count=2),
        "count_one_less": archive(X, Entry("y.npy", GOOD), count=1),
        "count_65534": archive(X, count=65534),
        "last_of_two_parts": archive(X, disk=1),
    }.items():
        put(f"zip/{name}.npz", data, "malformed")
    # Its only part calls itself the fourth: all of it is there, so it may be read as well.
    put("zip/fourth_part.npz", archive(Entry("x.npy", FLAT), disk=3, first_disk=3), ["malformed", "all_rows_equal"])
    put("zip/empty.npz", archive(), "unsupported_format")
    put("zip/comment_with_an_empty_archive.npz", archive(X, comment=archive(at=len(fine))), ["unsupported_format", "malformed"])


def wide_records():
    def lies(name, code="malformed", *, wide=None, **end):
        put(f"zip64/{name}.npz", archive(Entry("x.npy", FLAT), wide=wide or {}, **end), code)

    lies("only_the_64_bit_record_counts", "all_rows_equal", **WIDE)
    for where, at in {"past_the_file": 10**6, "at_2_63": HUGE, "at_the_last_byte": 2**64 - 1, "at_zero": 0}.items():
        lies(f"record_{where}", wide={"record_at": at}, **WIDE)
    for field, more in {"count": 1, "length": 1, "at": 1}.items():
        value = {"count": 1, "length": 51, "at": 291}[field] + more
        lies(f"{field}_differs", wide={field: value})
        lies(f"{field}_2_63", ["malformed", "header_too_long"], wide={field: HUGE}, **WIDE)
    lies("wraps_around", wide={"at": 2**64 - 1000, "length": 1000 + 342}, **WIDE)
    lies("count_a_million", ["malformed", "header_too_long"], wide={"count": 10**6}, **WIDE)
    put("zip64/record_missing.npz", archive(X, **WIDE), "malformed")

    def sizes(name, code="malformed", numbers=(), data=FLAT, deflate=False, **lies):
        extra = struct.pack("<HH", 1, 8 * len(numbers)) + struct.pack(f"<{len(numbers)}Q", *numbers) if numbers else b""
        put(f"zip64/{name}.npz", archive(Entry("x.npy", data, deflate, **{"extra": extra, **lies})), code)

    full = 0xFFFF_FFFF
    both = {"packed": full, "unpacked": full}
    sizes("entry_in_64_bits", "all_rows_equal", [256, 256, 0], at=full, **both)
    sizes("entry_missing", **both)
    sizes("entry_offset_missing", numbers=[256, 256], at=full, **both)
    sizes("entry_2_63", numbers=[HUGE, HUGE], **both)
    sizes("entry_unpacks_to_2_63", "damaged_stream", [HUGE], deflate=True, unpacked=full)


def entries():
    def one(name, code="malformed", data=GOOD, **lies):
        put(f"zip/{name}.npz", archive(Entry("x.npy", data, **lies)), code)

    one("entry_past_the_file", at=10**6)
    one("entry_at_its_own_data", at=100)
    one("entry_at_the_directory", at=291)
    one("entry_runs_into_the_directory", packed=260, unpacked=260)
    one("entry_without_signature", signature=b"PK\x01\x03")
    one("entry_extra_past_the_directory", extra_length=60000)
    one("local_signature_of_the_first", "unknown_format", local_signature=b"PK\x03\x05")
    put("zip/local_signature.npz", archive(X, Entry("y.npy", GOOD, local_signature=b"PK\x03\x05")), "malformed")
    one("local_name", local_name=b"y.npy")
    one("local_name_length", local_name_length=6)
    one("local_method", local_method=8)
    one("local_extra_into_the_directory", local_extra_length=20)
    one("stored_with_two_sizes", unpacked=512)
    # What streams leave out; whoever goes by the directory needs neither.
    one("local_size", ["malformed", "all_rows_equal"], FLAT, local_packed=100, local_unpacked=100)
    one("local_checksum", ["malformed", "damaged_stream", "all_rows_equal"], FLAT, local_crc=1)
    one("stored_wrong_checksum", ["damaged_stream", "all_rows_equal"], FLAT, crc=1)
    one("encrypted", "unsupported_format", flags=1)
    for number, method in {12: "bzip2", 14: "lzma", 93: "zstandard", 65535: "unknown"}.items():
        one(f"method_{method}", "unsupported_compression", method=number)

    def several(name, *parts, code="malformed"):
        put(f"zip/{name}.npz", archive(*parts), code)

    several("same_header_twice", X, Entry("y.npy", GOOD, only_listed=True, at=0))
    several("same_name_twice", X, X)
    # Each entry's bytes are all that stands after it, the headers of the others too.
    tail = Entry("c.npy", FLAT)
    middle = Entry("b.npy", tail.before() + tail.body)
    quoting = Entry("a.npy", middle.before() + middle.body)
    at = len(quoting.before())
    inside = [Entry("b.npy", middle.body, only_listed=True, at=at), Entry("c.npy", FLAT, only_listed=True, at=at + len(middle.before()))]
    several("within_each_other", quoting, *inside)
    # Fifield, "A better zip bomb" (2019): a stored block of each stream quotes the header before the next, up to one kernel that unpacks to a lot.
    kernel_data = npy(np.zeros((65536, 4), "<f4"))
    kernel = Entry("c.npy", kernel_data, True)
    bomb, body = [], kernel.before() + kernel.body
    plain, listing = kernel_data, [(b"c.npy", kernel_data, len(kernel.body), 0)]
    for name in (b"b.npy", b"a.npy"):
        quoted = len(kernel.before())
        plain, stream = body[:quoted] + plain, struct.pack("<BHH", 0, quoted, 0xFFFF ^ quoted) + body
        entry = Entry(name, plain, True)
        entry.body, entry.fields["packed"] = stream, len(stream)
        body = entry.before() + stream
        bomb.insert(0, entry)
    step = len(kernel.before()) + 5
    quoted = [Entry(e.name, b"", only_listed=True, **{k: e.fields[k] for k in ("method", "crc", "packed", "unpacked")}, at=step * i) for i, e in enumerate([*bomb, kernel])]
    put("zip/bomb_by_quoting.npz", archive(body, *quoted), "malformed")
    # The same by extra fields: each header's runs up to the one body.
    body = deflated(kernel_data)
    heads = [Entry(f"{letter}.npy", kernel_data, True, local_extra_length=35 * (2 - i)) for i, letter in enumerate("abc")]
    listed = [Entry(e.name, kernel_data, True, only_listed=True, at=35 * i) for i, e in enumerate(heads)]
    put("zip/bomb_by_extra_fields.npz", archive(b"".join(e.before() for e in heads) + body, *listed), "malformed")


def names():
    for name, inner in {
        "upwards": "/../../x.npy", "nul": "x\0.npy", "only_the_ending": ".npy",
        "controls": "\x1b[2J\x07\r\n.npy", "right_to_left": "\u202eypn.x.npy", "long": "n" * 5000 + ".npy", "not_utf8": b"\xff\xfe\x80.npy",
    }.items():
        put(f"zip/name_{name}.npz", archive(Entry(inner, FLAT)), "all_rows_equal")
    put("zip/name_of_two_with_controls.npz", archive(Entry("\x1b[2J\x1b]0;a\x07.npy", GOOD), Entry("\u202e\x9b2Jb.npy", GOOD)), "several_arrays")
    put("zip/names_of_a_document.docx", archive(Entry("[Content_Types].xml", b"<Types/>"), Entry("word/document.xml", b"<w/>")), "unsupported_format")


def streams():
    fine, flat = deflated(GOOD), deflated(FLAT)

    def stream(name, body, code="damaged_stream", data=GOOD, **lies):
        entry = Entry("x.npy", data, True, **lies)
        entry.body = body
        entry.fields["packed"] = len(body)
        put(f"deflate/{name}.npz", archive(entry), code)

    for name, body in {
        "empty": b"", "half": fine[: len(fine) // 2], "last_byte_missing": fine[:-1],
        "random": np.random.default_rng(5).bytes(len(fine)),
        "no_bytes": deflated(b""), "as_zlib": b"\x78\x9c" + fine, "longer_by_one": deflated(GOOD + b"\0"),
        "longer_by_far": deflated(GOOD + bytes(2**20)), "other_numbers": flat, "stored_block_lies": b"\x01\x00\x01\xff\xff" + GOOD,
        "distance_before_the_start": b"\x63\x00\x11\x00\x00",
    }.items():
        stream(name, body)
    # It breaks off within the array's own header, so either is true.
    stream("half_the_header", deflated(GOOD[:40]), ["damaged_stream", "truncated_header"])
    # As a stream those are some bytes of a fixed code, which do not begin as an array.
    stream("stored_as_it_is", GOOD, ["damaged_stream", "header_syntax"])
    stream("wrong_checksum", fine, crc=1)
    stream("bytes_after_it", flat + bytes(16), ["damaged_stream", "all_rows_equal"], FLAT)
    stream("announced_shorter", fine, ["damaged_stream", "truncated_data"], unpacked=240)
    stream("announced_longer", fine, ["damaged_stream", "trailing_data"], unpacked=272)
    stream("announced_4_gib", fine, unpacked=2**32 - 2)
    lie = preamble(header(shape="(8000, 4)")) + bytes(2**16)
    stream("array_lies_too", deflated(lie), data=lie, unpacked=128 + 8000 * 16)
    large = npy(np.zeros((2**16, 4), "<f4"))
    put("deflate/bomb_that_is_true.npz", archive(Entry("x.npy", large, True)), "all_rows_equal")
    put("deflate/packed_twice.npz", archive(Entry("x.npy", archive(Entry("x.npy", FLAT, True)), True)), "header_syntax")


def arrays():
    text = preamble(header().ljust(65530), (2, 0))
    for name, data, code in (
        ("nothing", b"", ["header_syntax", "truncated_header", "empty_file"]),
        ("half_a_magic", GOOD[:4], ["header_syntax", "truncated_header"]),
        ("half_a_header", GOOD[:70], "truncated_header"),
        ("byte_missing", GOOD[:-1], "truncated_data"),
        ("byte_too_many", GOOD + b"\0", "trailing_data"),
        ("header_4_gib", preamble(header(), (2, 0), length=2**32 - 1), "header_too_long"),
        ("header_past_64_kib", text + ROWS.tobytes(), "header_too_long"),
        ("pickled", preamble(header(descr="'|O'", shape="()")) + b"\x80\x04}\x94.", "pickled_object"),
        ("complex", npy(ROWS.astype("<c8")), "unsupported_dtype"),
        ("overflow", preamble(header(shape=f"({2**62}, {2**62})")) + ROWS.tobytes(), "shape_overflow"),
        ("nan", npy(np.where(ROWS == 4, np.nan, ROWS)), "non_finite"),
    ):
        put(f"npz/{name}.npz", archive(Entry("x.npy", data)), code)
        if name in ("nothing", "byte_missing", "pickled", "header_past_64_kib", "header_4_gib"):
            put(f"npz/{name}_deflated.npz", archive(Entry("x.npy", data, True)), code)
    # Each in a stream of its own, of which the beginning has to be unpacked.
    put("npz/many_deflated.npz", archive(*(Entry(f"{i}.npy", npy(ROWS[0]), True) for i in range(70))), "no_matrix")
    put("npz/archive_within.npz", archive(Entry("x.npz", archive(X))), "unsupported_format")
    put("npz/bad_beside_good.npz", archive(X, Entry("y.npy", GOOD[:40])), "truncated_header")
    put("npz/two_matrices.npz", archive(X, Entry("y.npy", GOOD)), "several_arrays")
    put("npz/only_vectors.npz", archive(Entry("x.npy", npy(ROWS[0])), Entry("y.npy", npy(ROWS[1]))), "no_matrix")
    put("npz/many_bad.npz", archive(*(Entry(f"{i}.npy", preamble(header(descr="'O'"))) for i in range(100))), "no_matrix")


def cut():
    fine = archive(X, Entry("y.npy", npy(ROWS[0]), True))
    for k in range(16):
        data = fine[: len(fine) * k // 16]
        put(f"zip_cut/{k:02}_of_16.npz", data, "malformed" if k else "empty_file")


def flipped():
    for i, data in enumerate(changed(archive(X), 31, 16)):
        put(f"zip_flipped/stored_{i:02}.npz", data, "any")
    for i, data in enumerate(changed(archive(Entry("x.npy", GOOD, True), wide={}), 32, 16)):
        put(f"zip_flipped/deflated_{i:02}.npz", data, "any")


def make():
    for part in (end_records, wide_records, entries, names, streams, arrays, cut, flipped):
        part()
