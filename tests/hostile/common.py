"""What the makers of bad files share: where they go, what is expected of them, and files that are fine."""
import io
import pathlib
import struct
import zipfile
import zlib

import numpy as np

HERE = pathlib.Path(__file__).parent
FORMATS = HERE.parent / "formats"
expected = {}
ROWS = np.arange(32, dtype="<f4").reshape(8, 4) ** 2 % 7  # a small matrix that is fine
SAME = np.zeros((8, 4), "<f4")  # one that is read to its end and then refused: all_rows_equal


def put(name, data, code):
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    assert name not in expected, name
    expected[name] = code


def npy(a, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, a, version=version)
    return out.getvalue()


def preamble(text, version=(1, 0), length=None):
    body = text.encode("latin1") if isinstance(text, str) else text
    body += b" " * (-(10 + len(body) + 1) % 64) + b"\n"
    length = len(body) if length is None else length
    return b"\x93NUMPY" + bytes(version) + struct.pack("<H" if version[0] == 1 else "<I", length) + body


def header(descr="'<f4'", order="False", shape="(8, 4)"):
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"


def zipped(**members):
    """A zip without time stamps."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, data in members.items():
            z.writestr(zipfile.ZipInfo(name.replace("__", "/").replace("_dot_", ".")), data)
    return out.getvalue()


def changed(data, seed, count, most=4):
    """The same bytes with one to `most` of them changed at random, `count` times."""
    g = np.random.default_rng(seed)
    for _ in range(count):
        b = np.frombuffer(data, np.uint8).copy()
        at = g.integers(0, len(b), g.integers(1, most + 1))
        b[at] = g.integers(0, 256, len(at))
        yield b.tobytes()


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


class Entry:
    """A file in a zip archive. Whatever is given after its bytes is a lie, in the directory and in the header before it,
    or with `local_` in the header alone. One that is `only_listed` is in the directory alone."""

    def __init__(self, name, data, deflate=False, only_listed=False, **lies):
        self.only_listed = only_listed
        self.name = name.encode() if isinstance(name, str) else name
        self.body = deflated(data) if deflate else data
        self.fields = {
            "method": 8 if deflate else 0, "flags": 0, "crc": zlib.crc32(data), "packed": len(self.body), "unpacked": len(data),
            "name": self.name, "name_length": None, "extra": b"", "extra_length": None, "comment": b"", "at": None, "signature": None,
        }
        self.local = {key[6:]: value for key, value in lies.items() if key.startswith("local_")}
        self.fields.update((key, value) for key, value in lies.items() if not key.startswith("local_"))

    def before(self):
        f = {**self.fields, "name_length": None, "extra": b"", "extra_length": None, "signature": None, **self.local}
        return self.record(f, f["signature"] or b"PK\x03\x04", b"", b"")

    def listed(self, at):
        f = self.fields
        tail = struct.pack("<HHHII", len(f["comment"]), 0, 0, 0, at if f["at"] is None else f["at"])
        return self.record(f, f["signature"] or b"PK\x01\x02", struct.pack("<H", 20), tail) + f["comment"]

    @staticmethod
    def record(f, signature, made_by, tail):
        name_length = len(f["name"]) if f["name_length"] is None else f["name_length"]
        extra_length = len(f["extra"]) if f["extra_length"] is None else f["extra_length"]
        fixed = struct.pack("<HHHHHIIIHH", 20, f["flags"], f["method"], 0, 33, f["crc"], f["packed"], f["unpacked"], name_length, extra_length)
        return signature + made_by + fixed + tail + f["name"] + f["extra"]


def archive(*entries, comment=b"", wide=None, before_end=b"", after=b"", **lies):
    """A zip archive of entries, and of bytes that no entry is of. `lies` are about the end record; `wide` makes the 64-bit
    one, with lies of its own."""
    out, listed = b"", b""
    for entry in entries:
        if isinstance(entry, bytes):
            out += entry
            continue
        listed += entry.listed(len(out))
        if not entry.only_listed:
            out += entry.before() + entry.body
    at, count = len(out), sum(not isinstance(entry, bytes) for entry in entries)
    out += listed + before_end
    end = {"signature": b"PK\x05\x06", "disk": 0, "first_disk": 0, "here": None, "count": count, "length": len(listed), "at": at, "comment_length": len(comment)}
    if wide is not None:
        w = {"signature": b"PK\x06\x06", "count": count, "here": None, "length": len(listed), "at": at, "record_at": len(out), "locator": b"PK\x06\x07", **wide}
        here = w["count"] if w["here"] is None else w["here"]
        out += w["signature"] + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, here, w["count"], w["length"], w["at"])
        out += w["locator"] + struct.pack("<IQI", 0, w["record_at"], 1)
    end.update(lies)
    here = end["count"] if end["here"] is None else end["here"]
    out += end["signature"] + struct.pack("<HHHHIIH", end["disk"], end["first_disk"], here, end["count"], end["length"], end["at"], end["comment_length"])
    return out + comment + after
