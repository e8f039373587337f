#!/usr/bin/env python3
"""Writes the same few matrices in every format and flavour that people save features in, and expected.json.

    python3 make.py               # writes the folders beside this file, and expected.json
    python3 make.py --beside DIR  # writes the matrices of ../../../shared/data into DIR, with an index.json

Needs NumPy, SciPy, PyTorch, safetensors, pandas, pyarrow and h5py. Each file is read back with the library that it is for and
must give the bits of the .npy that expected.json names. Where a writer records the time, it is overwritten with a fixed one.
"""
import argparse
import io
import json
import pathlib
import re
import struct
import sys
import warnings
import zipfile
import zlib

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import safetensors
import safetensors.numpy
import safetensors.torch
import scipy
import scipy.io
import torch

HERE = pathlib.Path(__file__).parent
DATA = HERE / "../data"
SHARED = HERE / "../../../shared/data"
FIXED = b"Sat Jan  1 00:00:00 2022"  # as long as every time that SciPy writes
CLASSES = 5
ROWS, COLUMNS = 45, 14  # of the small matrices: more rows than columns, and as many columns as a fit needs

cases = []
several = []  # files that are read together
written = []
OF = {}  # a short name → (path of the .npy, its matrix)


# ---------------------------------------------------------------- recording

def place(name):
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    written.append(path)
    return path


def bits(a):
    return np.ascontiguousarray(a, np.float64).view(np.uint64)


def check(name, a, reference, stored=None):
    """The array read back has the numbers of the reference, to the bit. Says whether the type is the same, too."""
    a = np.asarray(a)
    reference = reference.reshape(len(reference), -1)
    a = a.reshape(len(a), -1)
    assert a.shape == reference.shape, (name, a.shape, reference.shape)
    assert np.array_equal(bits(a), bits(reference)), name
    return np.dtype(stored or a.dtype).name == reference.dtype.name


def same(name, a, of, stored=None, **more):
    """The file `name`, from which the array a was read back, holds the matrix `of`. `stored` is its type there, if another."""
    path, reference = OF[of]
    equal = check(name, a, reference, stored)
    more = {k: v for k, v in more.items() if v is not None}
    cases.append(dict(file=name, format=name.split("/")[0], array=more.pop("array", None), same_as=path, same_dtype=equal) | more)


def chosen(name, a, of, array, **more):
    """As `same`, but the file holds more than one matrix: refused without a choice."""
    same(name, a, of, array=array, **more)
    refuse(name, "several_arrays")


def refuse(name, code):
    cases.append(dict(file=name, format=name.split("/")[0], refused=code))


def is_(name, a, kind, n, reference, **more):
    """The file holds something made from a matrix and not the matrix."""
    assert a is None or np.isfinite(a).all(), name
    cases.append(dict(file=name, format="npy" if name.endswith(".npy") else name.rsplit(".", 1)[1], kind=kind, n=n, same_as=OF[reference][0]) | more)


# ---------------------------------------------------------------- the matrices

def labels(n):
    return np.random.default_rng(20220411).integers(0, CLASSES, 160)[:n]


def texts(n):
    """What a column of text can hold."""
    kinds = ("plain", "with, a comma", 'with "quotation marks"', "two\nlines", "", "naïve café — 線形", "1.5", "tab\there")
    return [kinds[i % len(kinds)] if i % len(kinds) != 0 else f"plain {i}" for i in range(n)]


def references():
    """The matrices that lie in ../data already, and a few more in npy/."""
    def new(key, name, a):
        np.save(place(f"npy/{name}.npy"), a)
        OF[key] = (f"npy/{name}.npy", a)

    for key, name in (("f2", "minilm_layer6_160x128_f2"), ("f8", "powerlaw_alpha1_130x112_f8"), ("40x90", "shapes/wide_40x90_c")):
        OF[key] = (f"../data/{name}.npy", np.load(DATA / f"{name}.npy"))
    x = OF["f2"][1].astype("<f4")
    f4 = x * np.float32(1.1)
    assert (f4 != f4.astype("<f2")).mean() > 0.9
    new("f4", "features_f4", f4)
    bf16 = torch.from_numpy(f4[:60, :50]).to(torch.bfloat16)
    new("bf16", "features_bf16_as_f4", bf16.float().numpy())
    new("i1", "features_i1", np.clip(np.round(20 * x), -128, 127).astype("i1"))
    new("u1", "small_u1", (OF["i1"][1][:ROWS, :COLUMNS].astype(int) + 128).astype("u1"))
    new("wide", "wide_f4", f4[:30, :40].copy())
    new("small", "small_f8", x[:ROWS, :COLUMNS].astype("<f8") * np.pi)
    new("small4", "small_f4", f4[:ROWS, :COLUMNS].copy())
    new("small2", "small_f2", OF["f2"][1][:ROWS, :COLUMNS].copy())
    new("small1", "small_i1", OF["i1"][1][:ROWS, :COLUMNS].copy())
    new("decimals", "small_10_decimals_f8", np.array([[float(f"{v:.10f}") for v in row] for row in OF["small"][1]]))
    np.save(place("npy/labels.npy"), labels(160))


def get(key):
    return OF[key][1]


# ---------------------------------------------------------------- npz

class Pipe(io.RawIOBase):
    """A place to write that cannot go back, as a pipe or an upload."""

    def __init__(self):
        self.out = io.BytesIO()

    def writable(self):
        return True

    def write(self, data):
        return self.out.write(data)

    def seekable(self):
        return False


def npy(a):
    out = io.BytesIO()
    np.lib.format.write_array(out, a)
    return out.getvalue()


def zipped(path, method=zipfile.ZIP_STORED, **members):
    with zipfile.ZipFile(path, "w") as z:
        for name, a in members.items():
            entry = zipfile.ZipInfo(f"{name}.npy")
            entry.compress_type = method
            z.writestr(entry, npy(a))


def npz():
    y = labels(ROWS)

    def put(name, of, write=np.savez, array="features", choose=False, **arrays):
        name = f"npz/{name}.npz"
        write(place(name), **arrays)
        with np.load(HERE / name) as file:
            files, a = file.files, file[array]
        more = dict(arrays=files, labels=["labels"] if "labels" in files else None)
        (chosen(name, a, of, array, **more) if choose else same(name, a, of, **more))

    put("stored_f2", "small2", features=get("small2"))
    put("stored_f8", "small", features=get("small"))
    put("deflated_f8", "small", np.savez_compressed, features=get("small"))
    put("stored_f4", "40x90", features=get("40x90"))
    put("deflated_f4", "f4", np.savez_compressed, features=get("f4"))
    put("deflated_i1", "i1", np.savez_compressed, features=get("i1"))
    put("labels", "small", features=get("small"), labels=y)
    put("deflated_f2", "f2", np.savez_compressed, labels=labels(160), features=get("f2"))
    put("two_matrices", "small4", choose=True, features=get("small4"), gradients=get("small4") * 2)
    put("layers_deflated", "small4", np.savez_compressed, "layer_1", True, layer_0=get("small4") + 1, layer_1=get("small4"), labels=y)
    put("fortran", "wide", features=np.asfortranarray(get("wide")))
    put("big_endian", "wide", features=get("wide").astype(">f4"))
    put("three_axes", "wide", features=get("wide").reshape(30, 5, 8))
    put("arr_0", "wide", lambda path, arr_0: np.savez(path, arr_0), "arr_0", arr_0=get("wide"))
    put("vectors_too", "wide", features=get("wide"), mean=get("wide").mean(0), n=np.int64(30))
    put("names_too", "small", features=get("small"), names=np.array(texts(ROWS)), labels=y)
    put("without_zip64", "wide", zipped, features=get("wide"))
    put("deflated_without_zip64", "wide", lambda path, **a: zipped(path, zipfile.ZIP_DEFLATED, **a), features=get("wide"))
    objects = np.array([{"any": 1}, None], dtype=object)
    put("objects_too", "wide", lambda path, **a: np.savez(path, allow_pickle=True, **a), features=get("wide"), objects=objects)

    def zip64(path, **arrays):
        with zipfile.ZipFile(path, "w") as z:
            for key, a in arrays.items():
                with z.open(f"{key}.npy", "w", force_zip64=True) as f:
                    f.write(npy(a))

    put("forced_zip64", "wide", zip64, features=get("wide"))

    def streamed(path, method, arrays):
        pipe = Pipe()
        with zipfile.ZipFile(pipe, "w", method) as z:
            for key, a in arrays.items():
                with z.open(zipfile.ZipInfo(f"{key}.npy"), "w", force_zip64=True) as f:
                    f.write(npy(a))
        path.write_bytes(pipe.out.getvalue())

    put("streamed", "wide", lambda path, **a: streamed(path, zipfile.ZIP_STORED, a), features=get("wide"))

    def streamed_deflated(path, **arrays):
        pipe = Pipe()
        with zipfile.ZipFile(pipe, "w") as z:
            for key, a in arrays.items():
                entry = zipfile.ZipInfo(f"{key}.npy")
                entry.compress_type = zipfile.ZIP_DEFLATED
                with z.open(entry, "w") as f:
                    f.write(npy(a))
        path.write_bytes(pipe.out.getvalue())

    put("streamed_deflated", "wide", streamed_deflated, features=get("wide"))
    for method in ("bzip2", "lzma"):
        zipped(place(f"npz/{method}.npz"), getattr(zipfile, f"ZIP_{method.upper()}"), features=get("wide"))
        refuse(f"npz/{method}.npz", "unsupported_compression")
    np.savez(place("npz/only_vectors.npz"), mean=get("wide").mean(0), scale=np.float64(3))
    refuse("npz/only_vectors.npz", ["no_matrix", "not_a_matrix"])


# ---------------------------------------------------------------- safetensors

def safetensors_files():
    y = labels(ROWS)

    def put(name, of, tensors, array="features", choose=False, **how):
        name = f"safetensors/{name}.safetensors"
        of_torch = isinstance(tensors[array], torch.Tensor)
        library = safetensors.torch if of_torch else safetensors.numpy
        library.save_file(tensors, place(name), **how)
        (HERE / name).chmod(0o644)  # the library leaves it to its owner alone
        a = library.load_file(HERE / name)[array]
        stored = None
        if of_torch:
            stored = None if a.dtype != torch.bfloat16 else "V2"
            a = a.float().numpy() if a.dtype == torch.bfloat16 else a.numpy()
        more = dict(stored=stored, arrays=sorted(tensors), labels=["labels"] if "labels" in tensors else None)
        (chosen(name, a, of, array, **more) if choose else same(name, a, of, **more))

    put("features_f2", "f2", {"features": get("f2")})
    put("features_f4", "40x90", {"features": get("40x90")})
    put("features_f8", "small", {"features": get("small")})
    put("features_i1", "small1", {"features": get("small1")})
    put("features_u1", "u1", {"features": get("u1")})
    put("features_bf16", "bf16", {"features": torch.from_numpy(get("bf16")).to(torch.bfloat16)})
    put("metadata", "wide", {"features": torch.from_numpy(get("wide"))}, metadata={"format": 'pt "quoted" é'})
    put("three_axes", "wide", {"features": torch.from_numpy(get("wide")).reshape(30, 5, 8)})
    put("labels", "small", {"features": get("small"), "labels": y})
    put("two_matrices", "small4", {"features": get("small4"), "gradients": get("small4") * 2}, choose=True)
    model = {"encoder.weight": get("wide"), "encoder.bias": get("wide")[:, 0].copy(), "head.weight": get("wide")[:7].copy()}
    put("weights", "wide", {k: torch.from_numpy(v) for k, v in model.items()}, "encoder.weight", True, metadata={"format": "pt"})
    put("vectors_too", "wide", {"a": get("wide")[0].copy(), "features": get("wide"), "z": np.float32([1])})
    name = "safetensors/float8.safetensors"
    safetensors.torch.save_file({"features": torch.from_numpy(get("wide")).to(torch.float8_e4m3fn)}, place(name))
    refuse(name, "unsupported_dtype")
    (HERE / name).chmod(0o644)
    safetensors.numpy.save_file({"mean": get("wide")[0].copy()}, place("safetensors/only_vectors.safetensors"))
    (HERE / "safetensors/only_vectors.safetensors").chmod(0o644)
    refuse("safetensors/only_vectors.safetensors", ["no_matrix", "not_a_matrix"])
    # Entries in another order than the data, white space, and a hole-free layout: right, but by no library that is named here.
    x, mean = get("wide"), get("wide")[0]
    header = {
        "features": dict(shape=[30, 40], data_offsets=[160, 160 + 4800], dtype="F32"),
        "__metadata__": {},
        "mean": dict(data_offsets=[0, 160], dtype="F32", shape=[40]),
    }
    text = json.dumps(header, indent=1).encode()
    text += b" " * (-len(text) % 8)
    place("safetensors/other_order.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + mean.tobytes() + x.tobytes())
    same("safetensors/other_order.safetensors", safetensors.numpy.load_file(HERE / "safetensors/other_order.safetensors")["features"], "wide")


# ---------------------------------------------------------------- PyTorch

def plain_numpy(t):
    return t.detach().float().numpy() if t.dtype == torch.bfloat16 else t.detach().numpy()


def at(obj, array):
    """What a dotted name means: keys of dictionaries, places in lists. A key may have dots itself."""
    if array == "":
        return obj
    if isinstance(obj, (list, tuple)):
        head, _, rest = array.partition(".")
        return at(obj[int(head)], rest)
    for key in obj:
        if array == key or array.startswith(f"{key}."):
            return at(obj[key], array[len(key) + 1 :])
    raise KeyError(array)


def save_as_if_on_a_gpu(obj, path):
    """torch.save of tensors that claim to lie on a GPU: only a name in the pickle differs."""
    before = list(torch.serialization._package_registry)
    torch.serialization.register_package(0, lambda _: "cuda:0", lambda *_: None)
    torch.save(obj, path)
    torch.serialization._package_registry[:] = before


def without_address(path):
    """The old format calls a storage by its address (and orders several by it); another number of as many digits does as well."""
    data = path.read_bytes()
    if not data.startswith(b"PK"):
        (key,) = set(re.findall(rb"X.\0\0\0(\d{8,})", data))
        path.write_bytes(data.replace(key, b"1".zfill(len(key))))
        torch.load(path, weights_only=True)


def pytorch():
    wide, y = torch.from_numpy(get("wide")), torch.from_numpy(labels(ROWS))
    small = torch.from_numpy(get("small"))

    def put(name, of, obj, array="", choose=False, safe=True, save=torch.save, suffix="pt", **more):
        name = f"torch/{name}.{suffix}"
        save(obj, place(name))
        back = torch.load(HERE / name, weights_only=safe, map_location="cpu")
        t = at(back, array)
        more["stored"] = "V2" if t.dtype == torch.bfloat16 else None
        if isinstance(obj, dict) and "labels" in obj:
            more["labels"] = ["labels"]
        (chosen(name, plain_numpy(t), of, array, **more) if choose else same(name, plain_numpy(t), of, **more))

    # A tensor by itself, in every type.
    put("features_f2", "f2", torch.from_numpy(get("f2")))
    put("features_f4", "40x90", torch.from_numpy(get("40x90")))
    put("features_f8", "small", small)
    put("features_bf16", "bf16", torch.from_numpy(get("bf16")).to(torch.bfloat16))
    put("features_i1", "small1", torch.from_numpy(get("small1")))
    put("features_u1", "u1", torch.from_numpy(get("u1")))
    put("three_axes", "wide", wide.reshape(30, 5, 8))
    put("parameter", "wide", torch.nn.Parameter(wide.clone()))
    put("requires_grad", "wide", wide.clone().requires_grad_())
    put("protocol_4", "wide", wide, save=lambda t, path: torch.save(t, path, pickle_protocol=4), safe=False)
    put("protocol_5", "wide", wide, save=lambda t, path: torch.save(t, path, pickle_protocol=5), safe=False)
    put("on_gpu", "wide", wide, save=save_as_if_on_a_gpu)

    # Views: the whole storage is saved, and strides say what of it is meant.
    put("transposed", "wide", wide.T.contiguous().T)
    around = torch.full((45, 40), 7.0)
    around[9:39] = wide
    put("rows_of_more", "wide", around[9:39])
    around = torch.full((30, 55), 7.0)
    around[:, :40] = wide
    put("first_columns_of_more", "wide", around[:, :40])
    around = torch.full((37, 55), 7.0)
    around[3:33, 11:51] = wide
    put("middle_of_more", "wide", around[3:33, 11:51])
    around = torch.full((55, 30), 7.0)
    around[5:45] = wide.T
    put("transposed_columns_of_more", "wide", around[5:45].T)
    around = torch.full((60, 40), 7.0)
    around[::2] = wide
    put("every_second_row", "wide", around[::2])
    around = torch.full((30, 80), 7.0)
    around[:, ::2] = wide
    put("every_second_column", "wide", around[:, ::2], may_refuse="strided")
    around = torch.full((60, 80), 7.0)
    around[::2, ::2] = wide
    put("every_second_of_both", "wide", around[::2, ::2], may_refuse="strided")
    put("permuted_axes", "wide", wide.reshape(30, 5, 8).permute(1, 0, 2).contiguous().permute(1, 0, 2), may_refuse="strided")
    torch.save(torch.ones(1, 40).expand(30, 40), place("torch/expanded.pt"))
    refuse("torch/expanded.pt", ["strided", "all_rows_equal"])
    put("two_views_of_one_storage", "wide", {"first": wide[0], "features": wide}, "features")

    # Things with tensors in them.
    put("dict", "small", {"features": small, "labels": y}, "features")
    put("dict_of_many", "small", {
        "features": small, "labels": y, "epoch": 3, "loss": 0.25, "name": "naïve", "none": None, "flag": True, "big": 2**70,
        "config": {"layers": [1, 2, 3], "lr": 1e-3, "betas": (0.9, 0.999), 7: b"bytes"},
    }, "features")
    put("dict_with_types", "small", {"features": small, "dtype": small.dtype, "size": small.shape, "device": small.device}, "features", may_refuse="unsafe_pickle")
    put("dict_two_matrices", "small4", {"features": torch.from_numpy(get("small4")), "gradients": torch.from_numpy(get("small4") * 2)}, "features", True)
    put("list", "small", [small, y], "0", labels=["1"])
    put("tuple", "small", (y, small), "1", labels=["0"])
    put("list_of_layers", "small4", [torch.from_numpy(get("small4")) + 1, torch.from_numpy(get("small4"))], "1", True)
    # Beside what only Python could make.
    beside = {"features": small, "args": argparse.Namespace(lr=1e-3, layers=[1, 2]), "path": pathlib.PosixPath("a/b"), "classes": {1, 2}, "type": np.float32(2)}
    put("beside_others", "small", beside, "features", safe=False)
    # In pieces. Batches of which the last is shorter can be nothing else; the arrays of other lists may be layers.
    batches = [part.clone() for part in small.split(16)]
    assert len(batches) > 2 and len(batches[-1]) < 16

    def pieces(name, obj, **more):
        torch.save(obj, place(f"torch/{name}.pt"))
        back = torch.load(HERE / f"torch/{name}.pt")
        back = back["features"] if isinstance(back, dict) and "features" in back else back
        back = list(back.values()) if isinstance(back, dict) else back
        same(f"torch/{name}.pt", torch.cat([part.reshape(-1, small.shape[1]) for part in back]).numpy(), "small", in_pieces=True, **more)

    pieces("batches", batches)
    pieces("batches_beside_labels", {"features": batches, "labels": [part.clone() for part in y.split(16)]})
    pieces("vectors", [row.clone() for row in small])
    pieces("views_of_one_matrix", list(small))
    pieces("rows_of_one", [row.clone()[None] for row in small])
    pieces("vectors_by_name", {f"protein.{i}": row.clone() for i, row in enumerate(small)})
    pieces("halves", {"features": [small[:31].clone(), small[31:].clone()]}, array="features")
    refuse("torch/halves.pt", "several_arrays")
    put("vectors_beside", "small", {"features": small, "means": [small[i].clone() for i in range(5)]}, "features")
    put("ordered", "wide", __import__("collections").OrderedDict(features=wide), "features")

    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Linear(40, 30), torch.nn.ReLU(), torch.nn.Linear(30, CLASSES))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for i, p in enumerate(model.parameters()):
        p.grad = torch.full_like(p, 0.25 + i)
    optimizer.step()
    with torch.no_grad():
        for i, p in enumerate(model.parameters()):
            p.copy_(wide if i == 0 else torch.linspace(-1, 1, p.numel()).reshape(p.shape))
    put("state_dict", "wide", model.state_dict(), "0.weight", True, suffix="pth")
    put("checkpoint", "wide", {"epoch": 3, "model": model.state_dict(), "optimizer": optimizer.state_dict()}, "model.0.weight", True, suffix="pth")

    # What is not read.
    def no(name, obj, code, **how):
        torch.save(obj, place(f"torch/{name}"), **how)
        without_address(HERE / "torch" / name)
        refuse(f"torch/{name}", code)

    no("old_format.pt", wide, "unsupported_format", _use_new_zipfile_serialization=False)
    no("old_format_dict.pth", {"features": small, "epoch": 3}, "unsupported_format", _use_new_zipfile_serialization=False)
    no("whole_model.pt", model, "unsafe_pickle")
    no("numpy_inside.pt", {"features": get("wide")}, "any")
    no("rows_in_a_list.pt", [row.clone() for row in small[:20]], "any")
    no("sparse.pt", wide[:9].to_sparse(), "any")
    warnings.simplefilter("ignore")  # they say that quantized tensors have no future
    no("quantized.pt", torch.quantize_per_tensor(wide, 0.05, 3, torch.qint8), "unsupported_dtype")
    by_column = torch.quantize_per_channel(small.float(), torch.full((small.shape[1],), 0.05), torch.zeros(small.shape[1]), 1, torch.qint8)
    no("quantized_beside.pt", {"features": by_column, "labels": y}, "unsupported_dtype")
    no("sparse_beside.pt", {"features": wide[:9].to_sparse(), "labels": y[:9]}, "unsupported_dtype")
    no("complex.pt", wide.to(torch.complex64), "unsupported_dtype")
    no("float8.pt", wide.to(torch.float8_e4m3fn), "unsupported_dtype")
    no("scalar.pt", torch.tensor(1.0), ["not_a_matrix", "no_matrix"])
    no("vector.pt", wide[0].clone(), "any")
    no("no_tensor.pt", {"epoch": 3}, "no_matrix")


# ---------------------------------------------------------------- text

def frame(x, **more):
    return pd.DataFrame(np.asarray(x, np.float64), columns=[f"f{i}" for i in range(x.shape[1])]).assign(**more)


def text():
    small, small2, y = get("small"), get("small2").astype(np.float64), labels(ROWS)

    def put(name, of, write, read, **more):
        name = f"csv/{name}"
        write(place(name))
        same(name, read(HERE / name), of, stored="f8", **more)

    def numbers(path, columns=None, **how):
        t = pd.read_csv(path, **how)
        return t[columns or [c for c in t.columns if str(c).startswith("f")]].to_numpy(np.float64)

    def plain(path, **how):
        return pd.read_csv(path, header=None, comment="#", **how).to_numpy(np.float64)

    put("pandas.csv", "small", lambda p: frame(small).to_csv(p), numbers, ignored=[""])
    put("pandas_no_index.csv", "small", lambda p: frame(small).to_csv(p, index=False), numbers)
    put("pandas_no_header.csv", "small", lambda p: frame(small).to_csv(p, index=False, header=False), plain)
    put("pandas_f2.csv", "small2", lambda p: frame(small2).to_csv(p, index=False), numbers)
    put("pandas_f4_of_f8.csv", "small4", lambda p: frame(get("small4")).to_csv(p, index=False), numbers)
    put("pandas_u1.csv", "u1", lambda p: pd.DataFrame(get("u1")).add_prefix("f").to_csv(p, index=False), numbers)
    put("label.csv", "small", lambda p: frame(small, label=y).to_csv(p, index=False), numbers, labels=["label"])
    first = frame(small)
    first.insert(0, "label", y)
    put("label_first.csv", "small", lambda p: first.to_csv(p, index=False), numbers, labels=["label"])
    put("index_and_label.csv", "small", lambda p: frame(small, label=y).to_csv(p), numbers, labels=["label"], ignored=[""])
    described = frame(small, label=y)
    described.insert(0, "text", texts(ROWS))
    put("text_and_label.csv", "small", lambda p: described.to_csv(p, index=False), numbers, labels=["label"], ignored=["text"])
    put("text_quoted.csv", "small", lambda p: described.to_csv(p, index=False, quoting=1), numbers, labels=["label"], ignored=["text"])
    put("crlf.csv", "small", lambda p: frame(small).to_csv(p, index=False, lineterminator="\r\n"), numbers)
    put("text_crlf.csv", "small", lambda p: described.to_csv(p, index=False, lineterminator="\r\n"), numbers, labels=["label"], ignored=["text"])
    put("bom.csv", "small", lambda p: frame(small).to_csv(p, index=False, encoding="utf-8-sig"), numbers)
    put("tabs.tsv", "small", lambda p: frame(small).to_csv(p, index=False, sep="\t"), lambda p: numbers(p, sep="\t"))
    put("semicolon.csv", "small", lambda p: frame(small).to_csv(p, index=False, sep=";"), lambda p: numbers(p, sep=";"))
    put(
        "decimal_comma.csv", "small",
        lambda p: frame(small, label=y).to_csv(p, index=False, sep=";", decimal=","),
        lambda p: np.array([[float(c.replace(",", ".")) for c in line.split(";")[:-1]] for line in p.read_text().splitlines()[1:]]),
        labels=["label"],
    )
    put("savetxt.txt", "small", lambda p: np.savetxt(p, small), np.loadtxt)
    put("savetxt_17g.csv", "small", lambda p: np.savetxt(p, small, fmt="%.17g", delimiter=","), lambda p: np.loadtxt(p, delimiter=","))
    put("savetxt_hash.csv", "small", lambda p: np.savetxt(p, small, fmt="%.17g", delimiter=",", header="layer 6\nof MiniLM"), lambda p: np.loadtxt(p, delimiter=","))
    names = ",".join(f"f{i}" for i in range(COLUMNS))
    put("savetxt_names.csv", "small", lambda p: np.savetxt(p, small, fmt="%.17g", delimiter=",", header=names, comments=""), numbers)
    put("savetxt_hash_names.csv", "small", lambda p: np.savetxt(p, small, fmt="%.17g", delimiter=",", header=names), lambda p: np.loadtxt(p, delimiter=","))
    put("savetxt_comma_space.csv", "small", lambda p: np.savetxt(p, small, fmt="%.17g", delimiter=", "), lambda p: np.loadtxt(p, delimiter=","))
    put("savetxt_tabs.txt", "small2", lambda p: np.savetxt(p, small2, fmt="%.17g", delimiter="\t"), lambda p: np.loadtxt(p, delimiter="\t"))
    put("aligned.txt", "small", lambda p: np.savetxt(p, small, fmt="%26.17g"), np.loadtxt)
    put("no_last_line_end.csv", "small", lambda p: p.write_text("\n".join(",".join(map(repr, r)) for r in small.tolist())), plain)
    put("upper_case_e.csv", "small", lambda p: np.savetxt(p, small, fmt="%+.17E", delimiter=","), plain)
    put("blank_lines_at_the_end.csv", "small", lambda p: p.write_text("\n".join(",".join(map(repr, r)) for r in small.tolist()) + "\n\n\n"), plain)

    # R: write.csv(x) has names of rows and quotes names; write.table(x) leaves out the name of that column.
    head = [f'"f{i}"' for i in range(COLUMNS)]
    rows = [[f'"{i + 1}"', *map(repr, r)] for i, r in enumerate(small.tolist())]
    put("r_write_csv.csv", "small", lambda p: p.write_text("\n".join(map(",".join, [['""', *head], *rows])) + "\n"), numbers, ignored=[""])
    put("r_write_table.txt", "small", lambda p: p.write_text("\n".join(map(" ".join, [head, *rows])) + "\n"), lambda p: numbers(p, sep=" "), may_refuse="ragged_row", ignored=[""])

    vectors(put, small, y)
    headings(put, small, y)
    others(put, small)
    put("longer_than_needed.csv", "decimals", lambda p: np.savetxt(p, get("decimals"), fmt="%.30f", delimiter=","), plain)
    ties()
    missing = small[:20].copy()
    missing[7, 3] = np.nan
    frame(missing).to_csv(place("csv/missing_cell.csv"), index=False)
    refuse("csv/missing_cell.csv", ["bad_cell", "non_finite"])
    np.savetxt(place("csv/nan.csv"), missing, fmt="%.6g", delimiter=",")
    refuse("csv/nan.csv", "non_finite")
    frame(small[:20]).to_csv(place("csv/utf16.csv"), index=False, encoding="utf-16")
    refuse("csv/utf16.csv", "unsupported_encoding")
    pd.DataFrame(dict(text=texts(9), name="x")).to_csv(place("csv/no_numbers.csv"), index=False)
    refuse("csv/no_numbers.csv", "no_numbers")
    lines = place("csv/ragged.csv")
    lines.write_text("a,b,c\n1,2,3\n4,5\n6,7,8\n")
    refuse("csv/ragged.csv", "ragged_row")


def vectors(put, small, y):
    """Vectors in cells of text, as data frames, databases and NumPy print them."""
    def cells(table, take):
        return np.array([[float(v) for v in re.findall(r"[^\s,\[\](){}]+", take(cell))] for cell in table["embedding"]])

    def read(path, **how):
        return cells(pd.read_csv(path, **how), lambda cell: cell.removeprefix("tensor(").removesuffix(", dtype=torch.float64)"))

    def print_row(row):
        return np.array2string(row, floatmode="unique", max_line_width=75)

    described = pd.DataFrame(dict(text=texts(ROWS), embedding=[str(row) for row in small.tolist()], label=y))
    more = dict(array="embedding", labels=["label"], ignored=["", "text"])
    only = dict(array="embedding", ignored=["id"])
    put("python_list.csv", "small", lambda p: described.to_csv(p), read, **more)
    compact = pd.DataFrame(dict(id=np.arange(ROWS) + 1, embedding=["[" + ",".join(map(repr, row)) + "]" for row in small.tolist()]))
    put("pgvector.csv", "small", lambda p: compact.to_csv(p, index=False), read, **only)
    arrays = compact.assign(embedding=["{" + ",".join(map(repr, row)) + "}" for row in small.tolist()])
    put("postgres_array.tsv", "small", lambda p: arrays.to_csv(p, index=False, sep="\t"), lambda p: read(p, sep="\t"), **only)
    printed = compact.assign(embedding=[print_row(row) for row in small])
    put("numpy_print.csv", "small", lambda p: printed.to_csv(p, index=False), read, **only)
    tensors = compact.assign(embedding=[f"tensor({row}, dtype=torch.float64)" for row in small.tolist()])
    put("tensor_print.csv", "small", lambda p: tensors.to_csv(p, index=False), read, **only)
    # Without quotation marks the brackets stand at the first and the last number.
    bare = [f"{i},[{','.join(map(repr, row))}]" for i, row in enumerate(small.tolist())]
    put("brackets.csv", "small", lambda p: p.write_text("\n".join(bare) + "\n"),
        lambda p: np.array([json.loads(line.split(",", 1)[1]) for line in p.read_text().splitlines()]), ignored=["column 1"])
    # Columns beside vectors are a matrix of their own.
    both = frame(small).assign(embedding=[str(row) for row in (2 * small).tolist()])
    name = "csv/columns_and_vectors.csv"
    both.to_csv(place(name), index=False)
    chosen(name, pd.read_csv(HERE / name).iloc[:, :COLUMNS].to_numpy(), "small", "columns", arrays=["columns", "embedding"])

    long = np.random.default_rng(3).standard_normal((9, 1200))
    pd.DataFrame(dict(embedding=[str(row) for row in long])).to_csv(place("csv/elided.csv"))
    refuse("csv/elided.csv", "elided_numbers")
    short = described.copy()
    short.loc[7, "embedding"] = str(small[7, 1:].tolist())
    short.to_csv(place("csv/ragged_vector.csv"))
    refuse("csv/ragged_vector.csv", "ragged_row")
    short.loc[7, "embedding"] = "n.a."
    short.to_csv(place("csv/no_vector.csv"))
    refuse("csv/no_vector.csv", "bad_cell")


def headings(put, small, y):
    """Headings that are numbers, several rows long, or behind other lines."""
    def numbers(path, **how):
        return pd.read_csv(path, **how).to_numpy(np.float64)

    def named(names):
        return pd.DataFrame(small, columns=names)

    put("names_from_one.csv", "small", lambda p: named(range(1, COLUMNS + 1)).to_csv(p, index=False), numbers)
    sliced = named(range(512, 512 + COLUMNS))
    put("names_of_a_slice.csv", "small", lambda p: sliced.to_csv(p), lambda p: numbers(p, index_col=0), ignored=[""])
    wavelengths = named(np.round(9.9975 - 0.31 * np.arange(COLUMNS) ** 1.1, 4))
    put("wavelengths.csv", "small", lambda p: wavelengths.to_csv(p, index=False), numbers)
    sampled = wavelengths.copy()
    sampled.insert(0, "sample_id", np.arange(ROWS) + 100)
    sampled["classification"] = np.array(["oak", "ash", "elm"])[y % 3]
    put("wavelengths_of_samples.csv", "small", lambda p: sampled.to_csv(p, index=False),
        lambda p: pd.read_csv(p).iloc[:, 1:-1].to_numpy(), labels=["sample_id"], ignored=["classification"])
    levels = pd.DataFrame(small, columns=pd.MultiIndex.from_tuples([("layer", f"f{i}") for i in range(COLUMNS)]))
    put("two_levels.csv", "small", lambda p: levels.to_csv(p), lambda p: numbers(p, header=[0, 1], index_col=0), ignored=["", "column 1"])
    units = frame(small).to_csv(index=False).split("\n", 1)
    units = "\n".join([units[0], ",".join(["mV"] * COLUMNS), units[1]])
    put("units.csv", "small", lambda p: p.write_text(units), lambda p: numbers(p, skiprows=[1]))
    logged = "Instrument: spectrometer 7\nOperator: A. Smith\n\n" + frame(small).to_csv(index=False)
    put("preamble.csv", "small", lambda p: p.write_text(logged), lambda p: numbers(p, skiprows=3))
    excel = "\ufeffsep=;\r\n" + frame(small).to_csv(index=False, sep=";", decimal=",", lineterminator="\r\n")
    put("excel.csv", "small", lambda p: p.write_text(excel, newline=""), lambda p: numbers(p, skiprows=1, sep=";", decimal=","))
    put("excel_comma.csv", "small", lambda p: p.write_text("sep=,\n" + frame(small).to_csv(index=False)), lambda p: numbers(p, skiprows=1))


def others(put, small):
    """Numbers in unusual notations, and columns that look like something else."""
    def numbers(path, **how):
        return pd.read_csv(path, **how).to_numpy(np.float64)

    put("decimal_comma_quoted.csv", "small", lambda p: frame(small).to_csv(p, index=False, decimal=",", quoting=1), lambda p: numbers(p, decimal=","))
    fortran = "\n".join(" ".join(format(v, ".17E").replace("E", "D") for v in row) for row in small.tolist()) + "\n"
    put("fortran.txt", "small", lambda p: p.write_text(fortran), lambda p: np.array([[float(c.replace("D", "E")) for c in line.split()] for line in p.read_text().splitlines()]))

    def put_matrix(name, x):
        path = f"npy/{name}_f8.npy"
        np.save(place(path), x)
        OF[name] = (path, x)

    put_matrix("bits", (small > 0).astype(np.float64))
    truths = pd.DataFrame(small > 0).add_prefix("bit")
    put("truths.csv", "bits", lambda p: truths.to_csv(p, index=False), numbers)
    # The first and the last column happen to hold whole numbers.
    edges = small.copy()
    edges[:, [0, -1]] = np.rint(3 * edges[:, [0, -1]]) + 0.0
    put_matrix("edges", edges)
    whole = frame(edges).astype({"f0": int, f"f{COLUMNS - 1}": int})
    put("whole_edges.csv", "edges", lambda p: whole.to_csv(p, index=False), numbers)
    # Sorted by class: what the first thousand rows say of a column is not true of all.
    x = np.round(np.random.default_rng(20).standard_normal((1500, 12)) * np.arange(1, 13) ** -0.7, 3)
    put_matrix("sorted", x)
    kind = np.repeat([0, 1, 2], [1100, 300, 100])
    put("sorted_by_class.csv", "sorted", lambda p: frame(x, kind=kind).to_csv(p, index=False), lambda p: numbers(p)[:, :-1], labels=["kind"])
    late = frame(x)
    late.loc[:1199, "f3"] = np.nan
    late.to_csv(place("csv/late.csv"), index=False)
    refuse("csv/late.csv", "non_finite")
    late = frame(x).assign(kind=kind + 0.5 * (np.arange(1500) >= 1200))
    put_matrix("late", late.to_numpy())
    put("late_point.csv", "late", lambda p: late.astype({"kind": object}).assign(kind=[format(v, "g") for v in late["kind"]]).to_csv(p, index=False), numbers)
    words = frame(x).assign(f12=["1.5"] * 1200 + ["broken"] * 300)
    words.to_csv(place("csv/late_words.csv"), index=False)
    refuse("csv/late_words.csv", "bad_cell")
    frame(small[:20]).assign(f3="x").to_csv(place("csv/numbered_words.csv"), index=False)
    refuse("csv/numbered_words.csv", "not_numbers")
    frame(small[:20]).assign(f3="").to_csv(place("csv/numbered_nothing.csv"), index=False)
    refuse("csv/numbered_nothing.csv", "not_numbers")
    noted = frame(small).assign(note="")
    put("empty_column.csv", "small", lambda p: noted.to_csv(p, index=False), lambda p: numbers(p)[:, :-1], ignored=["note"])


def ties():
    """Decimals exactly half-way between two doubles, and a last digit above and below: a reader that rounds twice fails."""
    from decimal import Decimal, getcontext

    getcontext().prec = 200
    g, rows = np.random.default_rng(17), []
    for i in range(25):
        row = []
        for j in range(12):
            a = float(g.standard_normal())
            half = (Decimal(a) + Decimal(float(np.nextafter(a, np.inf)))) / 2
            row.append(format(half + (j % 3 - 1) * Decimal(10) ** -70, "f"))
        rows.append(row)
    x = np.array([[float(c) for c in row] for row in rows])
    np.save(place("npy/ties_f8.npy"), x)
    OF["ties"] = ("npy/ties_f8.npy", x)
    place("csv/ties.csv").write_text("\n".join(map(",".join, rows)) + "\n")
    same("csv/ties.csv", np.array([[float(c) for c in line.split(",")] for line in (HERE / "csv/ties.csv").read_text().split()]), "ties")


def jsonl():
    small, y = get("small"), labels(ROWS).tolist()

    def put(name, of, lines, key=None, choose=False, **more):
        name = f"jsonl/{name}.jsonl"
        place(name).write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        values = [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]
        a = [key(v) for v in values] if callable(key) else [v[key] for v in values] if key else values
        more["stored"] = "f8"
        (chosen(name, a, of, key, **more) if choose else same(name, a, of, **more))

    rows, t = small.tolist(), texts(ROWS)
    put("rows", "small", (json.dumps(r) for r in rows))
    put("rows_f2", "small2", (json.dumps(r, separators=(",", ":")) for r in get("small2").astype(float).tolist()))
    put("rows_u1", "u1", (json.dumps(r) for r in get("u1").tolist()))
    put("embedding", "small", (json.dumps(dict(id=i, text=t[i], embedding=r)) for i, r in enumerate(rows)), "embedding", ignored=["id", "text"])
    put("embedding_utf8", "small", (json.dumps(dict(text=t[i], embedding=r, label=y[i]), ensure_ascii=False) for i, r in enumerate(rows)), "embedding", labels=["label"], ignored=["text"])
    put("embedding_deep", "small", (json.dumps(dict(meta=dict(tags=["a", {"b": [1, 2]}], n=None), embedding=r, ok=True)) for r in rows), "embedding", ignored=["meta", "ok"])
    put("two_embeddings", "small", (json.dumps(dict(title=[2 * v for v in r], body=r)) for r in rows), "body", True, arrays=["title", "body"])
    put("other_order_of_keys", "small", (json.dumps(dict(embedding=r, id=i) if i % 3 else dict(id=i, embedding=r)) for i, r in enumerate(rows)), "embedding", ignored=["id"])

    def document(name, of, value, read, array=None, indent=None, **more):
        name = f"jsonl/{name}.json"
        place(name).write_text(json.dumps(value, indent=indent), encoding="utf-8")
        same(name, read(json.loads((HERE / name).read_text(encoding="utf-8"))), of, stored="f8", array=array, **more)

    document("rows", "small", rows, lambda v: v)
    document("rows_indented", "small", rows, lambda v: v, indent=1)
    answer = dict(object="list", data=[dict(object="embedding", index=i, embedding=r) for i, r in enumerate(rows)], model="m", usage=dict(total_tokens=[1, 2]))
    take = dict(array="embedding", ignored=["object", "index"])
    document("answer", "small", answer, lambda v: [d["embedding"] for d in v["data"]], **take)
    document("answer_indented", "small", answer, lambda v: [d["embedding"] for d in v["data"]], indent=2, **take)
    records = [{f"f{i}": v for i, v in enumerate(r)} | dict(label=y[j]) for j, r in enumerate(rows)]
    document("records", "small", records, lambda v: [list(d.values())[:COLUMNS] for d in v], labels=["label"])
    place("jsonl/two_lists.json").write_text(json.dumps(dict(train=rows, test=rows)))
    refuse("jsonl/two_lists.json", "malformed")
    x, kind = OF["sorted"][1].tolist(), np.repeat([0, 1, 2], [1100, 300, 100]).tolist()
    name = "jsonl/sorted_by_class.jsonl"
    place(name).write_text("".join(json.dumps({f"f{i}": v for i, v in enumerate(r)} | dict(kind=k)) + "\n" for r, k in zip(x, kind)))
    a = [list(json.loads(line).values())[:-1] for line in (HERE / name).read_text().splitlines()]
    same(name, a, "sorted", stored="f8", labels=["kind"])

    name = "jsonl/pandas_records.jsonl"  # ten decimals, pandas' default
    frame(get("decimals")).to_json(place(name), orient="records", lines=True)
    a = [list(json.loads(line).values()) for line in (HERE / name).read_text().splitlines()]
    same(name, a, "decimals", stored="f8")
    name = "jsonl/pandas_records_label.jsonl"
    frame(get("decimals"), label=y, text=t).to_json(place(name), orient="records", lines=True)
    a = [list(json.loads(line).values())[:COLUMNS] for line in (HERE / name).read_text().splitlines()]
    same(name, a, "decimals", stored="f8", labels=["label"], ignored=["text"])
    lines = [json.dumps(dict(embedding=r)) for r in rows[:20]]
    lines[7] = json.dumps(dict(embedding=rows[7][:-1]))
    place("jsonl/ragged.jsonl").write_text("\n".join(lines) + "\n")
    refuse("jsonl/ragged.jsonl", "ragged_row")


# ---------------------------------------------------------------- Parquet and Arrow

def list_array(x, kind="list", of=None):
    values = pa.array(np.ascontiguousarray(x).reshape(-1), of)
    if kind == "fixed":
        return pa.FixedSizeListArray.from_arrays(values, x.shape[1])
    lists = dict(list=pa.ListArray, large=pa.LargeListArray)[kind]
    ends = np.arange(len(x) + 1) * x.shape[1]
    return lists.from_arrays(pa.array(ends, pa.int64() if kind == "large" else pa.int32()), values)


def columns(x, **more):
    return pa.table({f"f{i}": np.ascontiguousarray(x[:, i]) for i in range(x.shape[1])} | more)


def read_lists(column):
    column = column.combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks)
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    values = column.flatten()
    return values.to_numpy(zero_copy_only=False).reshape(len(column), -1)


def read_table(table):
    """The matrix of a table: its column of lists, or its columns f0, f1, …, or bit0, bit1, …"""
    table = table.flatten()
    lists = [c for c in table.column_names if c.split(".")[-1] == "embedding"]
    if lists:
        return read_lists(table[lists[0]])
    return np.stack([table[c].to_numpy() for c in table.column_names if re.fullmatch(r"f\d+|bit\d+", c.split(".")[-1])], 1)


def tables():
    """Tables that both formats hold: name → (matrix, table, what expected.json says besides)."""
    y, t = labels(ROWS), texts(ROWS)
    small, small4, wide = get("small"), get("small4"), get("wide")
    described = dict(id=np.arange(ROWS), text=t)
    tensor = pa.ExtensionArray.from_storage(pa.fixed_shape_tensor(pa.float32(), [5, 8]), list_array(wide, "fixed"))
    return {
        "list_f2": ("small2", pa.table(dict(embedding=list_array(get("small2")))), {}),
        "list_f4": ("40x90", pa.table(dict(embedding=list_array(get("40x90")))), {}),
        "list": ("wide", pa.table(dict(embedding=list_array(wide))), {}),
        "list_f8": ("small", pa.table(dict(embedding=list_array(small))), {}),
        "list_u1": ("u1", pa.table(dict(embedding=list_array(get("u1")))), {}),
        "large_list": ("wide", pa.table(dict(embedding=list_array(wide, "large"))), {}),
        "fixed_f2": ("small2", pa.table(dict(embedding=list_array(get("small2"), "fixed"))), {}),
        "fixed_f4": ("wide", pa.table(dict(embedding=list_array(wide, "fixed"))), {}),
        "fixed_f8": ("small", pa.table(dict(embedding=list_array(small, "fixed"))), {}),
        "fixed_shape_tensor": ("wide", pa.table(dict(embedding=tensor)), {}),
        "list_with_others": ("small4", pa.table(described | dict(embedding=list_array(small4), label=y)), dict(labels=["label"], ignored=["id", "text"])),
        "columns_f8": ("small", columns(small), {}),
        "columns_f4": ("small4", columns(small4), {}),
        "columns_f2": ("small2", columns(get("small2")), {}),
        "columns_with_others": ("small", columns(small, label=y, text=t), dict(labels=["label"], ignored=["text"])),
        "two_lists": ("small4", pa.table(dict(title=list_array(small4 * 2), embedding=list_array(small4))), dict(array="embedding", arrays=["title", "embedding"])),
        "categories": ("small", columns(small, label=pa.array(y), text=pa.array(t).dictionary_encode()), dict(labels=["label"], ignored=["text"])),
        "truths": ("bits", pa.table({f"bit{i}": OF["bits"][1][:, i].astype(bool) for i in range(COLUMNS)}), {}),
        "sorted_by_class": ("sorted", columns(OF["sorted"][1], kind=np.repeat([0, 1, 2], [1100, 300, 100])), dict(labels=["kind"])),
        "whole_edges": ("edges", whole_edges(), {}),
        "structure": ("small4", pa.table(dict(doc=pa.StructArray.from_arrays([pa.array(np.arange(ROWS)), list_array(small4)], ["id", "embedding"]))), dict(ignored=["doc.id"])),
        "structure_of_columns": ("small", pa.table(dict(row=pa.StructArray.from_arrays([small[:, i] for i in range(COLUMNS)], [f"f{i}" for i in range(COLUMNS)]))), {}),
        "other_types": ("small", columns(small, day=pa.array(np.arange(ROWS), pa.int32()).cast(pa.date32()), wait=pa.array(np.arange(ROWS), pa.duration("ns")), nothing=pa.nulls(ROWS)), dict(ignored=["day", "wait", "nothing"])),
    }


def whole_edges():
    x = OF["edges"][1]
    whole = {name: pa.array(x[:, i].astype(int)) for i, name in ((0, "f0"), (COLUMNS - 1, f"f{COLUMNS - 1}"))}
    return pa.table({name: whole.get(name, column) for name, column in zip(columns(x).column_names, columns(x).columns)})


def not_numbers():
    """Columns that were meant as features, but hold something else."""
    small = get("small")
    held = dict(zip(columns(small).column_names, columns(small).columns))
    yield "text", pa.table(held | dict(f3=[str(v) for v in small[:, 3]]))
    yield "duration", pa.table(held | dict(f3=pa.array((1e9 * small[:, 3]).astype(int), pa.duration("ns"))))
    yield "nothing", pa.table(held | dict(f3=pa.nulls(ROWS)))
    yield "unnumbered_text", pa.table(held | dict(score=[str(v) for v in small[:, 3]]))


def with_nulls():
    x = get("wide")[:20].tolist()
    x[7] = None
    yield "null_row", pa.table(dict(embedding=pa.array(x, pa.list_(pa.float32()))))
    x[7] = [None] + get("wide")[7, 1:].tolist()
    yield "null_number", pa.table(dict(embedding=pa.array(x, pa.list_(pa.float32()))))
    x = get("small")
    yield "null_in_column", columns(x).set_column(3, "f3", pa.array([None if i == 9 else v for i, v in enumerate(x[:, 3].tolist())]))


def put_table(name, of, a, more):
    more = dict(more)
    if "array" in more:
        chosen(name, a, of, more.pop("array"), **more)
    else:
        same(name, a, of, **more)


def parquet():
    def put(name, of, table, more=None, **how):
        name = f"parquet/{name}.parquet"
        pq.write_table(table, place(name), **how)
        put_table(name, of, read_table(pq.ParquetFile(HERE / name).read()), more or {})

    every = tables()
    for name, (of, table, more) in every.items():
        put(name, of, table, more)  # pyarrow's defaults: Snappy, dictionaries
    whole = pa.table(dict(embedding=list_array(get("f2"), "fixed")))
    put("features_f2", "f2", whole, compression="zstd", use_dictionary=False)
    of, table, _ = every["list"]
    for codec in ("none", "zstd", "gzip", "lz4", "brotli"):
        more = dict(may_refuse="unsupported_compression") if codec == "brotli" else {}
        put(f"list_{codec}", of, table, more, compression=codec)
    put("list_no_dictionary", of, table, use_dictionary=False)
    put("list_byte_stream_split", of, table, use_dictionary=False, column_encoding="BYTE_STREAM_SPLIT")
    put("list_byte_stream_split_none", of, table, use_dictionary=False, column_encoding="BYTE_STREAM_SPLIT", compression="none")
    put("list_page_v2", of, table, data_page_version="2.0")
    put("list_page_v2_none", of, table, data_page_version="2.0", compression="none", use_dictionary=False)
    put("list_row_groups", of, table, row_group_size=17)
    put("list_pages", of, table, data_page_size=1024, write_batch_size=64, use_dictionary=False)
    put("list_version_1", of, table, version="1.0")
    put("list_item", of, table, use_compliant_nested_type=False)
    put("list_no_schema", of, table, store_schema=False)
    put("list_checksums", of, table, write_page_checksum=True, write_page_index=True)
    of, table, more = every["list_with_others"]
    put("list_with_others_zstd_groups", of, table, more, compression="zstd", row_group_size=50)
    of, table, more = every["columns_with_others"]
    put("columns_row_groups", of, table, more, row_group_size=33)
    put("columns_no_dictionary", of, table, more, use_dictionary=False, compression="none")
    put("columns_byte_stream_split", of, table.select([f"f{i}" for i in range(COLUMNS)]), use_dictionary=False, column_encoding="BYTE_STREAM_SPLIT")
    put("columns_page_v2", of, table, more, data_page_version="2.0", compression="zstd")
    encodings = {f"f{i}": "PLAIN" for i in range(COLUMNS)} | dict(label="DELTA_BINARY_PACKED", text="DELTA_BYTE_ARRAY")
    put("columns_delta", of, table, more, use_dictionary=False, column_encoding=encodings)
    few = columns(get("u1").astype("<f4"))
    put("columns_few_values", "u1", few)
    put("columns_few_values_pages", "u1", few, data_page_size=64, write_batch_size=16, dictionary_pagesize_limit=128)
    required = pa.schema([pa.field(f"f{i}", pa.float64(), nullable=False) for i in range(COLUMNS)])
    put("columns_required", "small", columns(get("small")).cast(required))
    inner = pa.list_(pa.field("element", pa.float32(), nullable=False))
    required = pa.schema([pa.field("embedding", inner, nullable=False)])
    put("list_required", "wide", every["list"][1].cast(required))

    # pandas
    small4, y = get("small4"), labels(ROWS)
    name = "parquet/pandas_lists.parquet"
    pd.DataFrame(dict(text=texts(ROWS), embedding=list(small4), label=y)).to_parquet(place(name))
    same(name, np.stack(pd.read_parquet(HERE / name)["embedding"]), "small4", labels=["label"], ignored=["text"])
    name = "parquet/pandas_columns.parquet"
    frame(get("small"), label=y).to_parquet(place(name))
    same(name, pd.read_parquet(HERE / name).iloc[:, :COLUMNS].to_numpy(), "small", labels=["label"])
    name = "parquet/pandas_index.parquet"
    shuffled = frame(get("small"))
    shuffled.index = np.arange(ROWS) * 2 % ROWS
    shuffled.to_parquet(place(name))
    same(name, pd.read_parquet(HERE / name).to_numpy(), "small", ignored=["__index_level_0__"])
    for name, table in with_nulls():
        pq.write_table(table, place(f"parquet/{name}.parquet"))
        refuse(f"parquet/{name}.parquet", "any")
    for name, table in not_numbers():
        pq.write_table(table, place(f"parquet/not_numbers_{name}.parquet"))
        refuse(f"parquet/not_numbers_{name}.parquet", "not_numbers")
    pq.write_table(dict(not_numbers())["text"], place("parquet/not_numbers_plain.parquet"), use_dictionary=False)
    refuse("parquet/not_numbers_plain.parquet", "not_numbers")
    delta = dict(use_dictionary=False, column_encoding=dict(f3="DELTA_LENGTH_BYTE_ARRAY"))
    pq.write_table(dict(not_numbers())["text"], place("parquet/not_numbers_delta.parquet"), **delta)
    refuse("parquet/not_numbers_delta.parquet", "not_numbers")
    ragged = pa.table(dict(embedding=pa.array([[1.0, 2.0, 3.0]] * 9 + [[1.0, 2.0]])))
    pq.write_table(ragged, place("parquet/ragged.parquet"))
    refuse("parquet/ragged.parquet", "ragged_row")
    pq.write_table(pa.table(dict(text=texts(9))), place("parquet/no_numbers.parquet"))
    refuse("parquet/no_numbers.parquet", ["no_numbers", "no_matrix"])


def arrow():
    def put(name, of, table, more=None, stream=False, rows=None, codec=None):
        name = f"arrow/{name}.arrow"
        options = pa.ipc.IpcWriteOptions(compression=codec)
        kind = pa.ipc.new_stream if stream else pa.ipc.new_file
        with kind(str(place(name)), table.schema, options=options) as writer:
            writer.write_table(table, max_chunksize=rows)
        with (pa.ipc.open_stream if stream else pa.ipc.open_file)(pa.OSFile(str(HERE / name))) as reader:
            put_table(name, of, read_table(reader.read_all()), more or {})

    every = tables()
    for name, (of, table, more) in every.items():
        put(name, of, table, more)
    for name in ("list", "fixed_f4", "columns_with_others", "list_with_others"):
        of, table, more = every[name]
        put(f"{name}_lz4", of, table, more, codec="lz4")
        put(f"{name}_zstd", of, table, more, codec="zstd")
        put(f"{name}_batches", of, table, more, rows=17)
        put(f"{name}_stream", of, table, more, stream=True)
        put(f"{name}_stream_batches", of, table, more, stream=True, rows=17)
    of, table, more = every["categories"]
    put("categories_stream", of, table, more, stream=True)
    padded = np.concatenate([get("wide")[:5], get("wide"), get("wide")[:3]])
    for kind in ("list", "fixed"):
        put(f"{kind}_slice", "wide", pa.table(dict(embedding=list_array(padded, kind))).slice(5, 30))
    of, table, more = every["list_with_others"]
    features = dict(id="int64", text="string", embedding="float32", label="int64")
    info = dict(info=dict(features={k: dict(dtype=v, _type="Value") for k, v in features.items()}))
    put("hugging_face", of, table.replace_schema_metadata({"huggingface": json.dumps(info)}), more, stream=True, rows=100)

    def feather(name, of, table, more, **how):
        name = f"arrow/{name}.feather"
        pyarrow.feather.write_feather(table, str(place(name)), **how)
        put_table(name, of, read_table(pyarrow.feather.read_table(str(HERE / name))), more)

    feather("list_f2", *every["list_f2"])  # LZ4
    feather("list_with_others", *every["list_with_others"])
    feather("columns_with_others", *every["columns_with_others"])
    feather("columns_uncompressed", *every["columns_f8"], compression="uncompressed")
    feather("fixed_zstd", *every["fixed_f4"], compression="zstd", chunksize=13)
    name = "arrow/pandas.feather"
    frame(get("small"), label=labels(ROWS), text=texts(ROWS)).to_feather(place(name))
    same(name, pd.read_feather(HERE / name).iloc[:, :COLUMNS].to_numpy(), "small", labels=["label"], ignored=["text"])
    for name, table in with_nulls():
        pyarrow.feather.write_feather(table, str(place(f"arrow/{name}.feather")))
        refuse(f"arrow/{name}.feather", "any")
    for name, table in not_numbers():
        pyarrow.feather.write_feather(table, str(place(f"arrow/not_numbers_{name}.feather")))
        refuse(f"arrow/not_numbers_{name}.feather", "not_numbers")


# ---------------------------------------------------------------- parts of one table

def parts():
    """Two files of one table whose columns have another order in the second; the first has rows of one class alone."""
    path, x = OF["sorted"]
    kind = np.repeat([0, 1, 2], [1100, 300, 100])
    whole = frame(x, kind=kind)
    first, second = whole[:700], whole[700:]
    second = second[["kind", *reversed(whole.columns[:-1])]]
    other = second.rename(columns=lambda name: f"other_{name}")
    writers = dict(
        csv=lambda t, p: t.to_csv(p, index=False),
        jsonl=lambda t, p: t.to_json(p, orient="records", lines=True, double_precision=15),
        parquet=lambda t, p: t.to_parquet(p),
        feather=lambda t, p: t.to_feather(p),
    )
    for end, write in writers.items():
        format = "arrow" if end == "feather" else end
        files = [f"{format}/part_{name}.{end}" for name in ("first", "second", "other")]
        for name, table in zip(files, (first, second, other)):
            write(table.reset_index(drop=True), place(name))
        several.append(dict(files=files[:2], format=format, same_as=path))
        several.append(dict(files=[files[0], files[2]], format=format, refused="shards_differ"))


# ---------------------------------------------------------------- MATLAB v4 and v5

def without_time(path):
    data = path.read_bytes()
    mark = b"Created on: "
    if mark in data[:116]:
        start = data.index(mark) + len(mark)
        data = data[:start] + FIXED + data[start + len(FIXED) :]
    path.write_bytes(data)


MI = dict(i1=1, u1=2, i2=3, u2=4, i4=5, u4=6, f4=7, f8=9)
DOUBLE, UINT8 = 6, 9


def element(e, kind, data):
    """A data element of a v5 file: a tag and its data, in the short form where MATLAB uses it."""
    if 0 < len(data) <= 4:
        words = struct.pack(e + "HH", *((kind, len(data)) if e == "<" else (len(data), kind)))
        return words + data.ljust(4, b"\0")
    return struct.pack(e + "II", kind, len(data)) + data + b"\0" * (-len(data) % 8)


def variable(e, name, a, stored, mx=DOUBLE):
    """A matrix of class `mx` whose numbers are stored as another type, as MATLAB does to save space."""
    body = element(e, 6, struct.pack(e + "II", mx, 0)) + element(e, 5, struct.pack(e + "ii", *a.shape))
    body += element(e, 1, name.encode()) + element(e, MI[stored], a.astype(e + stored).tobytes("F"))
    return struct.pack(e + "II", 14, len(body)) + body


def compressed(e, data):
    packed = zlib.compress(data)
    return struct.pack(e + "II", 15, len(packed)) + packed


def v5(e, *variables):
    head = b"MATLAB 5.0 MAT-file, Platform: GLNXA64, Created on: " + FIXED
    return head.ljust(116) + bytes(8) + struct.pack(e + "HH", 0x0100, 0x4D49) + b"".join(variables)


def mat():
    small, wide, y = get("small"), get("wide"), labels(ROWS)

    def put(name, of, read=lambda m: m["features"], array=None, arrays=None, choose=False, may_refuse=None, stored=None, lab=None, **variables):
        how = {k: variables.pop(k) for k in ("format", "do_compression", "oned_as") if k in variables}
        name = f"mat/{name}.mat"
        scipy.io.savemat(place(name), variables, **how)
        without_time(HERE / name)
        a = read(scipy.io.loadmat(HERE / name))
        more = dict(arrays=arrays or list(variables), labels=lab, may_refuse=may_refuse, stored=stored)
        (chosen(name, a, of, array, **more) if choose else same(name, a, of, **more))

    put("features_f8", "small", features=small)
    put("features_f8_compressed", "small", features=small, do_compression=True)
    put("features_f4", "40x90", features=get("40x90"))
    put("features_f4_compressed", "wide", features=wide, do_compression=True)
    put("features_i1", "small1", features=get("small1"))
    put("features_u1_compressed", "u1", features=get("u1"), do_compression=True)
    put("labels", "small", features=small, labels=y, lab=["labels"])
    put("labels_column", "small", features=small, labels=y, lab=["labels"], oned_as="column", do_compression=True)
    put("text_too", "small", features=small, note="layer 6", names=np.array(["a", "bc"], dtype=object), flag=True)
    put("empty_too", "small", nothing=np.zeros((0, 0)), features=small)
    put("two_matrices", "small", array="features", choose=True, features=small, gradients=small * 2)
    put("two_matrices_compressed", "small", array="features", choose=True, features=small, gradients=small * 2, do_compression=True)
    inside = dict(features=small, layer=6.0, name="block")
    read = lambda m: m["result"]["features"][0, 0]
    put("struct", "small", read, arrays=["result.features"], may_refuse="any", result=inside)
    put("struct_compressed", "small", read, arrays=["result.features"], may_refuse="any", result=inside, do_compression=True)
    put("struct_beside", "small", features=small, options=dict(k=3.0, name="x"))
    put("three_axes", "wide", features=wide.reshape(30, 5, 8), may_refuse="any")
    put("long_name", "wide", lambda m: m["features_of_the_sixth_layer"], features_of_the_sixth_layer=wide)
    put("short_name", "wide", lambda m: m["X"], X=wide)
    put("four_letters", "wide", lambda m: m["feat"], feat=wide)

    def craft(name, of, data, **more):
        name = f"mat/{name}.mat"
        place(name).write_bytes(data)
        same(name, scipy.io.loadmat(HERE / name)["features"], of, stored=more.pop("stored", "f8"), **more)

    i1, u1 = get("small1"), get("u1")
    craft("double_as_u1", "u1", v5("<", variable("<", "features", u1, "u1")))
    craft("double_as_u1_compressed", "u1", v5("<", compressed("<", variable("<", "features", u1, "u1"))))
    craft("double_as_i1_compressed", "small1", v5("<", compressed("<", variable("<", "features", i1, "i1"))))
    craft("double_as_i2", "small1", v5("<", variable("<", "features", i1, "i2")))
    craft("double_as_u2", "u1", v5("<", variable("<", "features", u1, "u2")))
    craft("double_as_i4", "small1", v5("<", compressed("<", variable("<", "features", i1, "i4"))))
    craft("short_elements", "small", v5("<", variable("<", "n", np.array([[3.0]]), "u1"), variable("<", "features", small, "f8")))
    craft("big_endian", "small", v5(">", variable(">", "features", small, "f8")))
    craft("big_endian_compressed", "small", v5(">", compressed(">", variable(">", "features", small, "f8"))))
    craft("big_endian_double_as_u2", "u1", v5(">", variable(">", "features", u1, "u2")))

    def no(name, code, **how):
        scipy.io.savemat(place(f"mat/{name}.mat"), **how)
        without_time(HERE / f"mat/{name}.mat")
        refuse(f"mat/{name}.mat", code)

    no("complex", "unsupported_dtype", mdict=dict(features=wide * 1j))
    no("sparse", "any", mdict=dict(features=scipy.sparse.csc_matrix(small * (small > 0))))
    no("only_text", "no_matrix", mdict=dict(note="layer 6"))
    no("version_4", "any", mdict=dict(features=small), format="4")


# ---------------------------------------------------------------- HDF5

def hdf5():
    small, small4, wide, y = get("small"), get("small4"), get("wide"), labels(ROWS)

    def put(name, of, make, array="features", choose=False, **more):
        how = {k: more.pop(k) for k in ("libver", "userblock_size") if k in more}
        name = f"hdf5/{name}" if "." in name else f"hdf5/{name}.h5"
        with h5py.File(place(name), "w", **how) as f:
            make(f)
        with h5py.File(HERE / name) as f:
            d = f[array]
            a, arrays = d[()], []
            f.visititems(lambda key, v: arrays.append(key) if isinstance(v, h5py.Dataset) else None)
        if "labels" in arrays:
            more["labels"] = ["labels"]
        more["arrays"] = arrays if len(arrays) < 20 else None
        (chosen(name, a, of, array, **more) if choose else same(name, a, of, **more))

    def plain(x, **how):
        return lambda f: f.create_dataset("features", data=x, **how)

    for key in ("small2", "small", "small1", "u1"):
        put(f"features_{get(key).dtype.str[1:]}", key, plain(get(key)))
    put("features_f4", "40x90", plain(get("40x90")))
    put("big_endian_f4", "wide", plain(wide.astype(">f4")))
    put("big_endian_f8", "small", plain(small.astype(">f8")))
    put("big_endian_gzip", "small", plain(small.astype(">f8"), chunks=(16, 5), compression="gzip", shuffle=True))
    put("three_axes", "wide", plain(wide.reshape(30, 5, 8)))
    put("chunked", "wide", plain(wide, chunks=(12, 17)))
    put("chunked_by_columns", "wide", plain(wide, chunks=(30, 1)))
    put("gzip", "wide", plain(wide, compression="gzip"))
    put("gzip_shuffle", "wide", plain(wide, chunks=(12, 17), compression="gzip", shuffle=True))
    put("gzip_shuffle_f2", "f2", plain(get("f2"), chunks=(64, 100), compression="gzip", compression_opts=9, shuffle=True))
    put("shuffle", "wide", plain(wide, chunks=(12, 17), shuffle=True))
    put("fletcher32", "wide", plain(wide, chunks=(12, 40), fletcher32=True, compression="gzip"))
    put("lzf", "wide", plain(wide, chunks=(12, 40), compression="lzf"), may_refuse="unsupported_compression")
    put("growing", "wide", plain(wide, maxshape=(None, 40), chunks=(7, 40)))
    put("growing_gzip", "wide", plain(wide, maxshape=(None, None), chunks=(7, 19), compression="gzip"))
    put("user_block", "wide", plain(wide), userblock_size=1024)

    def grown(f):
        d = f.create_dataset("features", (0, 40), "f4", maxshape=(None, 40), chunks=(8, 40))
        for i in range(0, 30, 10):
            d.resize(i + 10, 0)
            d[i:] = wide[i : i + 10]

    put("appended", "wide", grown)
    put("appended_latest", "wide", grown, libver="latest")

    def compact(f):
        few = np.ascontiguousarray(get("u1"))
        p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        p.set_layout(h5py.h5d.COMPACT)
        p.set_obj_track_times(False)
        d = h5py.h5d.create(f.id, b"features", h5py.h5t.NATIVE_UINT8, h5py.h5s.create_simple(few.shape), p)
        d.write(h5py.h5s.ALL, h5py.h5s.ALL, few)

    put("compact", "u1", compact)

    # The newer layout of files, with each way of finding chunks.
    V110 = ("v110", "v110")
    put("latest", "wide", plain(wide), libver="latest")
    put("v110_one_chunk", "wide", plain(wide, chunks=(30, 40), compression="gzip"), libver=V110)
    put("v110_implicit", "wide", lambda f: early(f, wide), libver=V110)
    put("v110_fixed_array", "wide", plain(wide, chunks=(12, 17), compression="gzip"), libver=V110)
    put("v110_extensible_array", "wide", plain(wide, chunks=(7, 19), maxshape=(None, 40)), libver=V110)
    put("v110_b_tree", "wide", plain(wide, chunks=(7, 19), maxshape=(None, None), compression="gzip"), libver=V110)
    put("latest_gzip", "wide", plain(wide, chunks=(12, 17), compression="gzip", shuffle=True), libver="latest")
    put("v108", "wide", plain(wide, chunks=(12, 17), shuffle=True, compression="gzip"), libver=("v108", "v108"))

    # Groups and company.
    def nested(f):
        g = f.create_group("model/layer_6")
        g.attrs["name"] = "block"
        g.create_dataset("features", data=wide).attrs["units"] = "none"

    put("nested", "wide", nested, "model/layer_6/features")

    def company(f):
        f.create_dataset("features", data=small)
        f.create_dataset("labels", data=y)
        f.create_dataset("names", data=texts(ROWS), dtype=h5py.string_dtype())
        f.create_dataset("n", data=ROWS)
        f.attrs["about"] = "layer 6"

    put("labels", "small", company)
    put("labels_latest", "small", company, libver="latest")

    def two(f):
        f.create_dataset("features", data=small4)
        f.create_dataset("gradients", data=small4 * 2, compression="gzip")

    put("two_matrices", "small4", two, choose=True)

    def layers(f):
        for i in range(7):
            f.create_dataset(f"layers/{i}", data=small4[:9] if i != 6 else small4, compression="gzip")

    put("layers", "small4", layers, "layers/6", True)

    def many(f):
        for i in range(12):
            f.create_dataset(f"layer_{i:02}/features", data=small4[:4] + i if i != 7 else small4, track_times=False)

    put("many_groups", "small4", many, "layer_07/features", True)
    put("many_groups_latest", "small4", many, "layer_07/features", True, libver="latest", may_refuse="any")

    def linked(f):
        f.create_dataset("data/x", data=wide)
        f["features"] = h5py.SoftLink("/data/x")

    put("soft_link", "wide", linked)

    def annotated(f):  # as AnnData lays a .h5ad file out
        f.attrs["encoding-type"] = "anndata"
        f.create_dataset("X", data=small4, compression="gzip")
        f.create_dataset("obs/label/codes", data=y.astype("i1"))
        f.create_dataset("obs/label/categories", data=list("abcde"), dtype=h5py.string_dtype())
        f.create_dataset("obs/_index", data=[str(i) for i in range(ROWS)], dtype=h5py.string_dtype())

    put("anndata.h5ad", "small4", annotated, "X", ignored=["obs/label/codes"])

    def no(name, code, make):
        with h5py.File(place(f"hdf5/{name}.h5"), "w") as f:
            make(f)
        refuse(f"hdf5/{name}.h5", code)

    no("complex", "unsupported_dtype", plain(wide * 1j))
    no("compound", ["unsupported_dtype", "structured_dtype", "no_matrix"], plain(np.zeros(9, [("a", "f4"), ("b", "i4")])))
    no("only_text", "no_matrix", lambda f: f.create_dataset("names", data=texts(9), dtype=h5py.string_dtype()))
    no("never_written", "all_rows_equal", lambda f: f.create_dataset("features", (40, 12), "f4", chunks=(8, 12), fillvalue=3))
    matlab_7_3()


def early(f, x):
    """Chunks that are allocated before anything is written, without a filter: they need no index."""
    p = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    p.set_chunk((12, 17))
    p.set_obj_track_times(False)
    p.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    d = h5py.h5d.create(f.id, b"features", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple(x.shape), p)
    d.write(h5py.h5s.ALL, h5py.h5s.ALL, np.ascontiguousarray(x))


def matlab_7_3():
    """What MATLAB's save(…, '-v7.3') writes: HDF5 behind a block of 512 bytes, with the axes the other way round."""
    def put(name, of, make, array="features", choose=False, **more):
        name = f"hdf5/{name}.mat"
        with h5py.File(place(name), "w", userblock_size=512) as f:
            make(f)
        head = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: " + FIXED + b" HDF5 schema 1.00 ."
        with open(HERE / name, "r+b") as f:
            f.write(head.ljust(116) + bytes(8) + struct.pack("<HH", 0x0200, 0x4D49))
        with h5py.File(HERE / name) as f:
            a = f[array][()].T
        (chosen(name, a, of, array.replace("/", "."), **more) if choose else same(name, a, of, **more))

    def add(f, name, a, kind="double", **how):
        d = f.create_dataset(name, data=np.ascontiguousarray(a.T), **how)
        d.attrs["MATLAB_class"] = np.bytes_(kind)
        return d

    small, y = get("small"), labels(ROWS)[:, None]
    packed = dict(compression="gzip", compression_opts=3)
    put("matlab_7_3", "small", lambda f: add(f, "features", small))
    put("matlab_7_3_gzip", "small", lambda f: add(f, "features", small, chunks=(4, 45), **packed))
    put("matlab_7_3_single", "wide", lambda f: add(f, "features", get("wide"), "single", chunks=(40, 7), **packed))

    def company(f):
        add(f, "features", small, chunks=(14, 16), **packed)
        add(f, "labels", y.astype("f8"))
        add(f, "note", np.frombuffer("layer 6".encode("utf-16le"), "<u2")[None], "char").attrs["MATLAB_int_decode"] = np.int32(2)
        add(f, "nothing", np.zeros((2, 1), "u8")).attrs["MATLAB_empty"] = np.uint8(1)

    put("matlab_7_3_labels", "small", company, labels=["labels"])

    def inside(f):
        f.create_group("result").attrs["MATLAB_class"] = np.bytes_("struct")
        add(f, "result/features", small)
        add(f, "result/layer", np.array([[6.0]]))

    put("matlab_7_3_struct", "small", inside, "result/features")

    def two(f):
        add(f, "features", small)
        add(f, "gradients", small * 2)

    put("matlab_7_3_two_matrices", "small", two, choose=True)


# ---------------------------------------------------------------- what is left of a matrix

def moments_of(x):
    z = x - x.mean(0)
    return dict(n=np.int64(len(x)), mean=x.mean(0), covariance=z.T @ z / (len(x) - 1))


def summaries():
    x = get("f8")
    C = moments_of(x)["covariance"]
    lam = np.linalg.eigvalsh(C)[::-1]
    assert np.array_equal(C, C.T) and (lam > 0).all() and (np.diff(lam) < 0).all()
    np.save(place("eigenvalues/powerlaw_f8.npy"), lam)
    is_("eigenvalues/powerlaw_f8.npy", lam, "eigenvalues", len(x), "f8")
    for name, lines in (
        ("one_column", [repr(v) for v in lam.tolist()]),
        ("one_column_named", ["eigenvalue", *(repr(v) for v in lam.tolist())]),
        ("n_variance", ["n,variance", *(f"{i + 1},{v!r}" for i, v in enumerate(lam.tolist()))]),
    ):
        place(f"eigenvalues/{name}.csv").write_text("\n".join(lines) + "\n")
        back = [float(line.split(",")[-1]) for line in (HERE / f"eigenvalues/{name}.csv").read_text().split()[-len(lam) :]]
        assert back == lam.tolist()
        is_(f"eigenvalues/{name}.csv", lam, "eigenvalues", len(x), "f8", values="eigenvalues/powerlaw_f8.npy")
    np.save(place("covariance/powerlaw_f8.npy"), C)
    is_("covariance/powerlaw_f8.npy", C, "covariance", len(x), "f8")
    wide = get("wide").astype(np.float64)
    z = wide - wide.mean(0)
    for name, centred, gram in (("raw", False, wide @ wide.T), ("centred", True, z @ z.T)):
        assert np.array_equal(gram, gram.T)
        np.save(place(f"covariance/gram_of_rows_{name}_f8.npy"), gram)
        is_(f"covariance/gram_of_rows_{name}_f8.npy", gram, "gram", len(wide), "wide", of="rows", centred=centred, d=wide.shape[1])
    small = get("small")
    np.save(place("covariance/gram_of_columns_raw_f8.npy"), small.T @ small)
    is_("covariance/gram_of_columns_raw_f8.npy", small.T @ small, "gram", len(small), "small", of="columns", centred=False, d=small.shape[1])
    parts, merged = [(0, 12), (12, 27), (27, ROWS)], None
    files = [f"moments/part_{i + 1}.npz" for i in range(len(parts))]
    for name, (a, b) in zip(files, parts):
        part = moments_of(small[a:b])
        np.savez(place(name), **part)
        S, s = (b - a - 1) * part["covariance"], part["mean"]
        if merged is None:
            merged = (b - a, s, S)
        else:
            n, mean, scatter = merged
            t, delta = n + b - a, s - mean
            merged = (t, mean + delta * (b - a) / t, scatter + S + np.outer(delta, delta) * n * (b - a) / t)
    whole = moments_of(small)
    assert np.allclose(merged[2] / (merged[0] - 1), whole["covariance"], rtol=1e-12, atol=1e-13)
    np.savez(place("moments/whole.npz"), **whole)
    is_("moments/whole.npz", whole["covariance"], "moments", len(small), "small")
    cases.append(dict(files=files, format="npz", kind="moments", n=len(small), same_as=OF["small"][0]))


# ---------------------------------------------------------------- larger matrices

def save_mat(path, x):
    scipy.io.savemat(path, dict(features=x.astype(np.float32) if x.dtype.itemsize == 2 else x))
    without_time(path)


def save_jsonl(path, x):
    with path.open("w") as f:
        f.writelines(json.dumps(row) + "\n" for row in x.astype(np.float64).tolist())


def save_h5(path, x):
    with h5py.File(path, "w") as f:
        f.create_dataset("features", data=x)


def load_h5(path):
    with h5py.File(path) as f:
        return f["features"][()]


def load_csv(path):
    return pd.read_csv(path).to_numpy(np.float64)


def load_jsonl(path):
    with path.open() as f:
        return np.array([json.loads(line) for line in f])


def native(x):
    return np.ascontiguousarray(x, x.dtype.newbyteorder("="))


# flavour: format, suffix, how it is written, how it is read
LOSSLESS = {
    "stored": ("npz", "npz", lambda p, x: np.savez(p, features=x), lambda p: np.load(p)["features"]),
    "deflated": ("npz", "npz", lambda p, x: np.savez_compressed(p, features=x), lambda p: np.load(p)["features"]),
    "numpy": ("safetensors", "safetensors", lambda p, x: safetensors.numpy.save_file({"features": native(x)}, p), lambda p: safetensors.numpy.load_file(p)["features"]),
    "tensor": ("torch", "pt", lambda p, x: torch.save(torch.from_numpy(native(x)), p), lambda p: torch.load(p).numpy()),
    "fixed": ("parquet", "parquet", lambda p, x: pq.write_table(pa.table(dict(embedding=list_array(native(x), "fixed"))), p), lambda p: read_table(pq.read_table(p))),
    "list": ("parquet", "parquet", lambda p, x: pq.write_table(pa.table(dict(embedding=list_array(native(x)))), p), lambda p: read_table(pq.read_table(p))),
    "lists": ("arrow", "feather", lambda p, x: pyarrow.feather.write_feather(pa.table(dict(embedding=list_array(native(x)))), str(p)), lambda p: read_table(pyarrow.feather.read_table(str(p)))),
    "v5": ("mat", "mat", save_mat, lambda p: scipy.io.loadmat(p)["features"]),
    "dataset": ("hdf5", "h5", save_h5, load_h5),
    "repr": ("csv", "csv", lambda p, x: frame(x).to_csv(p, index=False), load_csv),
    "rows": ("jsonl", "jsonl", save_jsonl, load_jsonl),
}


def beside(folder):
    folder = pathlib.Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if not SHARED.exists():
        sys.exit("there are no matrices beside this checkout")
    out, total, seen = [], 0, []
    for source in sorted(SHARED.resolve().glob("*.npy")):
        x = np.load(source)
        if x.ndim < 2 or x.dtype.kind != "f":
            continue
        seen.append((x.shape, x.dtype))
        for flavour, (kind, suffix, write, read) in LOSSLESS.items():
            if kind in ("csv", "jsonl") and seen.count(seen[-1]) > 2:
                continue  # text is large: two of a kind are enough
            path = folder / f"{source.stem}_{flavour}.{suffix}"
            write(path, x)
            a = read(path)
            equal = check(path.name, a, x, "f8" if kind in ("csv", "jsonl") else None)
            out.append(dict(file=path.name, format=kind, array=None, same_as=str(source), same_dtype=equal))
            total += path.stat().st_size
        print(f"{source.name}: {sum(c['same_as'] == str(source) for c in out)} files")
    (folder / "index.json").write_text(as_json(dict(versions=versions(), cases=out)), encoding="utf-8")
    print(f"{said()}: {len(out)} files, {total} bytes")


# ---------------------------------------------------------------- out

def versions():
    return {m.__name__: m.__version__ for m in (np, scipy, torch, safetensors, pd, pa, h5py)} | dict(hdf5=h5py.version.hdf5_version)


def said():
    return ", ".join(f"{k} {v}" for k, v in versions().items())


def as_json(out):
    lines = ",\n".join(json.dumps(c, ensure_ascii=False) for c in out.pop("cases"))
    return f'{json.dumps(out)[:-1]}, "cases": [\n{lines}\n]}}\n'


def main():
    if sys.argv[1:2] == ["--beside"] and len(sys.argv) == 3:
        return beside(sys.argv[2])
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    for make in (references, npz, safetensors_files, pytorch, text, jsonl, parquet, arrow, parts, mat, hdf5, summaries):
        make()
    assert len(set(written)) == len(written), "a file was written twice"
    named = {HERE / f for c in cases + several for f in c.get("files", [c.get("file")])}
    assert {p for p in written if p.parent.name != "npy"} == named
    about = dict(versions=versions(), labels="npy/labels.npy", cases=cases, parts=several)
    (HERE / "expected.json").write_text(as_json(about), encoding="utf-8")
    total = sum(p.stat().st_size for p in written)
    print(f"{said()}: {len(written)} files, {total} bytes; {len(cases)} cases, expected.json {(HERE / 'expected.json').stat().st_size} bytes")


if __name__ == "__main__":
    main()
