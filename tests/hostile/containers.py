#!/usr/bin/env python3
"""Damaged Parquet, Arrow, HDF5 and MATLAB files: small ones of tests/formats, cut and changed.

    python3 containers.py

Whatever code fits, or a good answer where what is missing isn't needed: no crash, no hang, no memory beyond the file's size.
"""
import struct
import sys

import numpy as np

sys.dont_write_bytecode = True
from common import FORMATS, changed, put

FILES = ["parquet/list_u1.parquet", "arrow/list_u1.arrow", "arrow/fixed_f4_stream.arrow", "hdf5/compact.h5", "hdf5/latest_gzip.h5", "mat/features_u1_compressed.mat"]


def garbage():
    noise = np.random.default_rng(61).bytes(200)
    for name, data in {
        "parquet_garbage.parquet": b"PAR1" + noise + b"PAR1",
        "parquet_footer_past_the_file.parquet": b"PAR1" + noise + struct.pack("<I", 2**32 - 1) + b"PAR1",
        "parquet_footer_of_garbage.parquet": b"PAR1" + noise + struct.pack("<I", 200) + b"PAR1",
        "parquet_only_magic.parquet": b"PAR1",
        "parquet_encrypted.parquet": b"PARE" + noise + struct.pack("<I", 100) + b"PARE",
        "arrow_garbage.arrow": b"ARROW1\0\0" + noise + struct.pack("<I", 2**31 - 1) + b"ARROW1",
        "arrow_footer_of_garbage.arrow": b"ARROW1\0\0" + noise + struct.pack("<I", 200) + b"ARROW1",
        "arrow_stream_garbage.arrows": b"\xff\xff\xff\xff" + struct.pack("<I", 192) + noise,
        "hdf5_garbage.h5": b"\x89HDF\r\n\x1a\n" + noise,
        "hdf5_superblock_of_ones.h5": b"\x89HDF\r\n\x1a\n\0\0\0\0\0\x08\x08\0" + b"\xff" * 200,
        "hdf5_superblock_2_of_garbage.h5": b"\x89HDF\r\n\x1a\n\x02\x08\x08\0" + noise,
        "mat_garbage.mat": b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM" + noise,
        "mat_element_of_4_gib.mat": b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM" + struct.pack("<II", 14, 2**32 - 8) + noise,
        "mat_compressed_garbage.mat": b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM" + struct.pack("<II", 15, 200) + noise,
    }.items():
        put(f"container/{name}", data, "any")


def cut():
    for file in FILES:
        data = (FORMATS / file).read_bytes()
        stem, _, ending = file.replace("/", "_").partition(".")
        for k in range(1, 8):
            put(f"container/{stem}_cut_{k}_of_8.{ending}", data[: len(data) * k // 8], "any")


def flipped():
    for i, file in enumerate(FILES):
        stem, _, ending = file.replace("/", "_").partition(".")
        for data in changed((FORMATS / file).read_bytes(), 62 + i, 1, 8):
            put(f"container/{stem}_flipped.{ending}", data, "any")


def make():
    for part in (garbage, cut, flipped):
        part()


if __name__ == "__main__":
    make()
