#!/usr/bin/env python3
"""Writes files of rarer kinds, those that are read and those that are refused by their name, and kinds/expected.json.

    python3 kinds.py

Made with NumPy 2.4.6, ml_dtypes 0.5, SciPy 1.17.1, PyTorch 2.15, pandas 3, pyarrow, h5py and netCDF4, with bunzip2, xz, zstd, lz4, 7z, tar and jq. What a refusal
advises is done here on that very file, and must give the rows back; only what takes R or MATLAB itself is not.
"""
import bz2
import gzip
import io
import json
import lzma
import os
import pathlib
import re
import struct
import subprocess
import tarfile
import tempfile

import h5py
import ml_dtypes
import netCDF4
import numpy as np
import pandas as pd
import scipy.io
import torch
from numpy.lib.recfunctions import structured_to_unstructured

FOLDER = pathlib.Path(__file__).parent / "kinds"
ROWS = (np.random.default_rng(5).standard_normal((24, 5)) * [3, 2, 1, 0.5, 0.25]).astype(np.float32)
BYTES = np.random.default_rng(6).integers(0, 256, (24, 5)).astype(np.uint8)
CSV = "\n".join(",".join(map(repr, row)) for row in ROWS.tolist()) + "\n"
cases = []


def place(name, data=None):
    path = FOLDER / name
    if data is not None:
        path.write_bytes(data)
    return path


def is_read(name, of):
    cases.append(dict(file=name, same_as=of))


def is_refused(name, code, *says):
    cases.append(dict(file=name, code=code, says=says))


def gives(found, right=ROWS):
    """The advice has given the rows."""
    found = np.asarray(found)
    assert found.dtype == right.dtype and np.array_equal(found, right), found


def saved(array):
    out = io.BytesIO()
    np.save(out, array, allow_pickle=True)
    return out.getvalue()


def types():
    np.save(place("rows_f4.npy"), ROWS)
    brain = ROWS.astype(ml_dtypes.bfloat16)
    np.save(place("bfloat16_as_f4.npy"), brain.astype(np.float32))
    np.save(place("bfloat16_saved.npy"), brain)
    is_read("bfloat16_saved.npy", "bfloat16_as_f4.npy")
    text = "{'descr': 'bfloat16', 'fortran_order': False, 'shape': (24, 5), }".ljust(117) + "\n"
    place("bfloat16_named.npy", b"\x93NUMPY\x01\0" + struct.pack("<H", len(text)) + text.encode() + brain.tobytes())
    is_read("bfloat16_named.npy", "bfloat16_as_f4.npy")
    for kind, advice in (("float8_e4m3fn", "features.view(ml_dtypes.float8_e4m3fn)"), ("float8_e5m2", "np.fromfile(old, ml_dtypes.float8_e5m2, offset=128)")):
        right = ROWS.astype(kind)
        old = place(f"{kind}.npy", saved(right))
        kind = getattr(ml_dtypes, kind)
        found = np.load(old).view(kind) if "view" in advice else np.fromfile(old, kind, offset=128).reshape(24, 5)
        gives(found.astype(np.float32), right.astype(np.float32))
        is_refused(old.name, "unsupported_dtype", "float8", advice)
    void = place("void.npy", saved(ROWS.view("V4")))
    gives(np.load(void).view(np.float32))
    is_refused("void.npy", "unsupported_dtype", "raw bytes", "features.view(np.float32)")
    table = np.genfromtxt(io.StringIO("a,b,c,d,e\n" + CSV), delimiter=",", names=True)
    np.save(place("records_f8.npy"), table)
    np.save(place("rows_f8.npy"), ROWS.astype(np.float64))
    is_read("records_f8.npy", "rows_f8.npy")
    mixed = np.zeros(24, [("label", "<i8"), *((name, "<f4") for name in "abcde")])
    for i, name in enumerate("abcde"):
        mixed[name] = ROWS[:, i]
    np.save(place("records_mixed.npy"), mixed)
    gives(structured_to_unstructured(mixed[list("abcde")]))
    is_refused("records_mixed.npy", "structured_dtype", "label (<i8), a (<f4)", "structured_to_unstructured(array[fields])")
    vectors = np.zeros(24, [("label", "<i8"), ("features", "<f4", (5,))])
    vectors["features"] = ROWS
    np.save(place("records_vectors.npy"), vectors)
    gives(vectors["features"])
    is_refused("records_vectors.npy", "structured_dtype", "features (<f4, 5)", "array['features']")


def columns():
    """One column is never a number: every row is skipped, if rows are."""
    spoilt = np.insert(ROWS, 2, np.nan, 1)
    np.save(place("nan_column.npy"), spoilt)
    gives(spoilt[:, np.isfinite(spoilt).all(0)])
    is_refused("nan_column.npy", "non_finite")


def objects():
    kept = np.array({"features": ROWS}, dtype=object)
    old = place("dict.npy", saved(kept))
    gives(np.load(old, allow_pickle=True).item()["features"])
    is_refused("dict.npy", "pickled_object", "np.load(old, allow_pickle=True).item()['features']")
    np.savez(place("dict.npz"), kept=kept)
    gives(np.load(place("dict.npz"), allow_pickle=True)["kept"].item()["features"])
    is_refused("dict.npz", "pickled_object", "np.load(old, allow_pickle=True)['kept'].item()['features']")
    rows = np.empty(24, object)
    rows[:] = list(ROWS)
    old = place("list.npy", saved(rows))
    gives(np.stack(np.load(old, allow_pickle=True)))
    is_refused("list.npy", "pickled_object", "np.stack(np.load(old, allow_pickle=True))")
    old = place("matrix.npy", saved(ROWS.astype(object)))
    gives(np.load(old, allow_pickle=True).astype(np.float32))
    is_refused("matrix.npy", "pickled_object", "np.load(old, allow_pickle=True).astype(np.float32)")


def tables():
    """Types of other libraries."""
    frame = pd.DataFrame({"doc": [{"text": "t", "features": row.tolist()} for row in ROWS], "nested": [[row[:2].tolist(), row[2:].tolist()] for row in ROWS]})
    for column in ("doc", "nested"):
        frame[[column]].to_parquet(place(f"{column}.parquet"))
        is_read(f"{column}.parquet", "rows_f8.npy")
    cells = np.empty((24, 1), object)
    cells[:, 0] = list(ROWS.astype(float)[:, None])
    scipy.io.savemat(place("cell.mat"), {"cells": cells})
    is_refused("cell.mat", "unsupported_dtype", "vertcat(cells{:})", "cell2mat(cells)")
    scipy.io.savemat(place("struct.mat"), {"s": np.array([(row,) for row in ROWS.astype(float)], [("features", object)])})
    is_refused("struct.mat", "unsupported_dtype", "vertcat(s.features)")
    scipy.io.savemat(place("complex.mat"), {"features": ROWS + 1j})
    is_refused("complex.mat", "unsupported_dtype", "abs(features)")
    for name in ("cell.mat", "struct.mat", "complex.mat"):
        # SciPy writes the time.
        place(name, re.sub(rb"Created on: .{24}", b"Created on: Sat Jan  1 00:00:00 2022", place(name).read_bytes(), count=1))
    # What HDF5 holds is read in the page alone.
    with h5py.File(io.BytesIO(), "w") as file:
        file["compound"] = np.array([(row, 1) for row in ROWS], [("features", "<f4", (5,)), ("label", "<i4")])
        gives(file["compound"]["features"])
        file["complex"] = ROWS.astype(complex)
        assert np.abs(file["complex"][...]).dtype == np.float64


def packed():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        source = folder / "features.csv"
        source.write_text(CSV)

        def run(*command):
            subprocess.run(command, cwd=folder, check=True, capture_output=True)

        def comes_back(name, data, *command):
            source.unlink(missing_ok=True)
            (folder / name).write_bytes(data)
            run(*command)
            assert source.read_text() == CSV, name
            place(name, data)

        for name, make, advice in (
            ("features.csv.zst", "zstd -q features.csv", "zstd -d features.csv.zst"),
            ("features.csv.lz4", "lz4 -q features.csv features.csv.lz4", "lz4 -d features.csv.lz4 features.csv"),
            ("features.7z", "7z a features.7z features.csv", "7z x features.7z"),
        ):
            source.write_text(CSV)
            os.utime(source, (0, 0))
            run(*make.split())
            comes_back(name, (folder / name).read_bytes(), *advice.split())
            is_refused(name, "unsupported_format", advice)
        comes_back("features.csv.bz2", bz2.compress(CSV.encode()), "bunzip2", "features.csv.bz2")
        is_refused("features.csv.bz2", "unsupported_format", "bzip2", "bunzip2 features.csv.bz2")
        comes_back("features.csv.xz", lzma.compress(CSV.encode()), "xz", "-d", "features.csv.xz")
        is_refused("features.csv.xz", "unsupported_format", "xz -d features.csv.xz")
        comes_back("features.csv.gz", gzip.compress(CSV.encode(), mtime=0), "gunzip", "features.csv.gz")
        is_refused("features.csv.gz", "unsupported_format", "gzip", "gunzip")
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            member = tarfile.TarInfo("features.csv")
            member.size = len(CSV)
            tar.addfile(member, io.BytesIO(CSV.encode()))
        new = out.getvalue()
        # The oldest tar has nothing behind the name of a link.
        head = new[:148] + b" " * 8 + new[156:257] + bytes(255)
        old = new[:148] + f"{sum(head):06o}\0 ".encode() + head[156:] + new[512:]
        for name, data in (("features.tar", new), ("old.tar", old)):
            comes_back(name, data, "tar", "-xf", name)
            is_refused(name, "unsupported_format", "a tar archive", "tar -xf features.tar")


def documents():
    index = {"metadata": {"total_size": 480}, "weight_map": {"a": "model-00001-of-00002.safetensors"}}
    place("model.safetensors.index.json", json.dumps(index, indent=2).encode())
    is_refused("model.safetensors.index.json", "unsupported_format", "index", ".safetensors files that it names")
    response = {"object": "list", "data": [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(ROWS.tolist())]}
    for name, text in (
        ("response.json", json.dumps(response, indent=2)),
        ("response_in_a_line.json", json.dumps(response)),
        ("matrix.json", json.dumps(ROWS.tolist())),
        ("objects.json", json.dumps(response["data"], indent=1)),
    ):
        place(name, text.encode())
        is_read(name, "rows_f8.npy")
    place("columns.json", json.dumps({f"f{i}": ROWS[:, i].tolist() for i in range(5)}).encode())
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "features.json"
        pd.read_json(place("columns.json")).to_json(path, orient="records")
        gives(np.array([list(row.values()) for row in json.loads(path.read_text())], np.float32))
    is_refused("columns.json", "unsupported_format", "a JSON document without a list of rows", "pd.read_json(old).to_json(path, orient='records')")


def others():
    for version, name in (("NETCDF3_CLASSIC", "classic"), ("NETCDF3_64BIT_OFFSET", "offset"), ("NETCDF3_64BIT_DATA", "data")):
        old = place(f"{name}.nc")
        with netCDF4.Dataset(old, "w", format=version) as file:
            file.createDimension("n", 24)
            file.createDimension("d", 5)
            file.createVariable("features", "f4", ("n", "d"))[:] = ROWS
        gives(netCDF4.Dataset(old)["features"][:].data)
        is_refused(old.name, "unsupported_format", "netCDF", "netCDF4.Dataset(old)['features'][:].data")
    old = place("version_4.mat")
    scipy.io.savemat(old, {"features": ROWS}, format="4")
    again = io.BytesIO()
    scipy.io.savemat(again, {"features": scipy.io.loadmat(old)["features"]})
    gives(scipy.io.loadmat(again)["features"])
    is_refused("version_4.mat", "unsupported_format", "version 4", "scipy.io.savemat")
    # As R 4 begins them: a version, R's own and the oldest that reads it.
    for name, data in (("features.rds", b"X\n\0\0\0\3\0\4\3\1\0\3\5\0"), ("features.RData", b"RDX3\nX\n\0\0\0\3\0\4\3\1\0\3\5\0")):
        place(name, gzip.compress(data + bytes(200), mtime=0)[:9] + b"\3" + gzip.compress(data + bytes(200), mtime=0)[10:])
        is_refused(name, "unsupported_format", "that R saved", "write.csv")
    place("not_packed.rds", b"X\n\0\0\0\3\0\4\3\1\0\3\5\0" + bytes(200))
    is_refused("not_packed.rds", "unsupported_format", "that R saved")
    class Twice(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = torch.nn.Parameter(torch.tensor(0.5))

        def forward(self, x):
            return 2 * x * self.scale

    old = place("program.pt")
    torch.jit.script(Twice()).save(str(old))
    gives(torch.jit.load(old)(torch.tensor(ROWS)).detach().numpy())
    torch.save(torch.jit.load(old).state_dict(), io.BytesIO())
    is_refused("program.pt", "unsupported_format", "TorchScript", "torch.jit.load(old).state_dict()")


def vectors():
    count = np.uint32
    place("vectors.fbin", count(ROWS.shape).tobytes() + ROWS.tobytes())
    is_read("vectors.fbin", "rows_f4.npy")
    after = lambda a: b"".join(count(len(row)).tobytes() + row.tobytes() for row in a)
    place("vectors.fvecs", after(ROWS))
    is_read("vectors.fvecs", "rows_f4.npy")
    np.save(place("bytes_u1.npy"), BYTES)
    place("vectors.bvecs", after(BYTES))
    is_read("vectors.bvecs", "bytes_u1.npy")
    place("answers.ivecs", after(BYTES.astype(np.int32)))
    is_refused("answers.ivecs", "unsupported_format", ".ivecs")
    old = place("vectors.u8bin", count(BYTES.shape).tobytes() + BYTES.tobytes())
    gives(np.fromfile(old, np.uint8, offset=8).reshape(np.fromfile(old, np.uint32, 2)), BYTES)
    is_refused("vectors.u8bin", "unsupported_format", "np.fromfile(old, np.uint8, offset=8)")


def main():
    FOLDER.mkdir(exist_ok=True)
    for make in (types, columns, objects, tables, packed, documents, others, vectors):
        make()
    place("expected.json", (json.dumps(dict(cases=cases), indent=1) + "\n").encode())
    print(len(cases), "cases,", sum(path.stat().st_size for path in FOLDER.iterdir()), "bytes")


main()
