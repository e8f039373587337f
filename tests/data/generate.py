#!/usr/bin/env python3
"""Writes every fixture beside this file, and expected.json with the reference's answers (NumPy only).

    python3 generate.py          # writes *.npy, shards/, expected.json; prints what it wrote and how sure it is

Seeded. Another LAPACK may change last digits, of the matrices and of their answers together. The answers come from reference.py (float64). A second
way, the singular values of the matrix centred in extended precision, says how far each answer can be
trusted; where the two differ by more than the usual tolerance, expected.json says so in `tolerance`. Numbers of
features as they are have a second way of their own (another.py); where that is the better one, its value is in `better`.
"""
import json
import math
import pathlib
import struct
import warnings

import another
import numpy as np
import prepared
import reference

HERE = pathlib.Path(__file__).parent
SEED = 20220411
ASKED = (11, 100)  # the default window
EIGENVALUES, ALPHA = 1e-12, 1e-9  # usual tolerances: times λ₁; absolute
# Cases that are also prepared in other ways: samples that are rows and columns (the dual), shards, a large mean,
# constant columns, an exact law, real features.
PREPARED = (
    "shards",
    "shapes/150x129.npy",
    "shapes/wide_40x90_f.npy",
    "shapes/wide_120x130.npy",
    "scales/mean_1e4_f8.npy",
    "degenerate/constant_columns.npy",
    "degenerate/constant_columns_inexact.npy",
    "powerlaw_alpha1_130x112_f8.npy",
    "minilm_layer6_160x128_f2.npy",
)
FLOATS, SIGNED, UNSIGNED = ("f2", "f4", "f8"), ("i1", "i2", "i4", "i8"), ("u1", "u2", "u4", "u8")

cases = {}
written = []


# ---------------------------------------------------------------- writing

def rng(*words):
    """A generator of its own for each fixture, so that adding one does not change the others."""
    return np.random.default_rng([SEED, *"".join(words).encode()])


def header_bytes(text, version=(1, 0), pad=64):
    """A .npy preamble around a header dict given as text."""
    size = 10 if version[0] == 1 else 12
    body = text.encode("utf-8" if version[0] == 3 else "latin1")
    body += b" " * (-(size + len(body) + 1) % pad) + b"\n"
    return b"\x93NUMPY" + bytes(version) + struct.pack("<H" if version[0] == 1 else "<I", len(body)) + body


def save(name, a, version=None):
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as f:
        np.lib.format.write_array(f, a, version=version, allow_pickle=False)
    written.append(path)
    return path


def save_text(name, header, a, order="C", **preamble):
    path = HERE / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(header_bytes(header, **preamble) + a.tobytes(order))
    written.append(path)


# ---------------------------------------------------------------- answering

def longdouble_spectrum(X):
    """Eigenvalues of the covariance by another way: singular values of the matrix centred in extended precision."""
    Z = X.astype(np.longdouble)
    Z -= Z.mean(0)
    scale = np.abs(Z).max()
    s = np.linalg.svd((Z / scale).astype(np.float64), compute_uv=False)
    lam = np.zeros(X.shape[1])
    lam[: len(s)] = s**2
    return lam * float(scale) ** 2 / (len(X) - 1)


def default_fit(lam, top):
    """The page's default: ranks 11 to 100, clipped to the usable ranks; None with fewer than three."""
    lo, hi = ASKED[0], min(ASKED[1], top)
    return reference.fit(lam, lo, hi) | dict(asked=list(ASKED)) if hi - lo >= 2 else None


def answer(X):
    """What a right analyzer says of the float64 matrix X."""
    X = np.asarray(X, np.float64).reshape(len(X), -1)
    if len(X) < 2:
        return dict(refused="too_few_rows")
    if np.all(X == X[0]):
        return dict(refused="all_rows_equal")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        report = without_overflow(reference.report(X), X)
        lam, top, other = np.array(report["eigenvalues"]), report["usable_ranks"], longdouble_spectrum(X)
        fit, fit2 = default_fit(lam, top), default_fit(other, top)
        better, metrics = another.better(report, X)
        reach = replicates_reach(report, X)
    drift = float(np.abs(lam - other).max() / lam[0])
    alpha = [abs(fit["alpha"] - fit2["alpha"])] if fit else []
    alpha += [abs(f["alpha"] - reference.fit(other, f["first"], f["last"])["alpha"]) for f in report["fits"].values()]
    same_top = reference.usable(other, *X.shape) == top
    tolerance = dict(eigenvalues=loosened(EIGENVALUES, drift), alpha=loosened(ALPHA, max(alpha, default=0.0)))
    return dict(
        report=report,
        default_fit=fit,
        constant_columns=int(np.sum(X.max(0) == X.min(0))),
        tolerance=tolerance | (dict(metrics=metrics) if metrics else {}),
        usable_ranks_certain=bool(same_top),
    ) | (dict(better=better) if better else {}) | reach


def replicates_reach(report, X):
    """Whether every replicate of the jackknife has the ranks of the window; nothing is said where there is no jackknife."""
    fit = report["fits"].get("alpha-req")
    if not fit:
        return {}
    each = prepared.replicates(X, prepared.AS_IN_ALPHA_REQ, 0)
    return dict(replicates_reach=bool(all(top >= fit["last"] for _, top in each)))


def without_overflow(report, X):
    """The report, with None for numbers that must not depend on the scale of X but do: their formula left float64."""
    same = reference.report(np.ldexp(X, -int(np.frexp(np.abs(X).max())[1])))
    for k, v in report.items():
        if isinstance(v, float) and k not in ("floor", "total_variance", "marchenko_pastur_edge") and not math.isclose(v, same[k], rel_tol=1e-9, abs_tol=1e-12):
            report[k] = None
    return report


def loosened(usual, seen):
    """The usual tolerance, or a power of ten at least ten times what two good ways differ by."""
    return usual if 10 * seen <= usual else 10.0 ** math.ceil(math.log10(10 * seen))


def case(name, about, a, files=None, refused=None):
    """Records the file (or folder of shards) `name`, which holds the array a."""
    order = "F" if a.flags.f_contiguous and not a.flags.c_contiguous else "C"
    little = {"<": "little", ">": "big", "|": "none", "=": "little"}[a.dtype.byteorder]
    c = dict(about=about, dtype=a.dtype.name, byte_order=little, order=order, shape=list(a.shape))
    if files:
        c["files"] = files
    X = a.astype(np.float64).reshape(len(a), -1)
    bad = ~np.isfinite(X).all(1)
    if refused:
        c["refused"] = refused
    elif bad.any():
        overflow = a.dtype.itemsize == 2 and np.isinf(X).any()
        c["refused"] = "float16_overflow" if overflow else "non_finite"
        c["non_finite"] = dict(rows=int(bad.sum()), first_row=int(bad.argmax()))
        c["skip"] = answer(X[~bad])
    else:
        c |= answer(X)
    cases[name] = c


def add(name, about, a, version=None, **more):
    save(name, a, version)
    case(name, about, a, **more)


def prepared_otherwise():
    """Adds the answers of features prepared in other ways to some cases."""
    for name in PREPARED:
        files = cases[name].get("files")
        X = np.concatenate([np.load(HERE / name / file) for file in files]) if files else np.load(HERE / name)
        with np.errstate(all="ignore"):
            cases[name]["preparations"] = prepared.answers(X, ASKED, loosened)


# ---------------------------------------------------------------- matrices

def correlated(g, n, d, decay=1.0):
    """Gaussian rows with variances k^-decay, mixed by a random rotation."""
    Q, _ = np.linalg.qr(g.standard_normal((d, d)))
    return (g.standard_normal((n, d)) * np.arange(1, d + 1) ** (-decay / 2)) @ Q.T


def exact_power_law(g, n, d, alpha=1.0):
    """A matrix whose covariance has the eigenvalues k^-alpha, to rounding. Needs n > d."""
    Z = g.standard_normal((n, d))
    U, _ = np.linalg.qr(np.column_stack([np.ones(n), Z]))  # the first column is the constant
    Q, _ = np.linalg.qr(g.standard_normal((d, d)))
    return np.sqrt(n - 1) * U[:, 1:] * np.arange(1, d + 1) ** (-alpha / 2) @ Q.T


def of_type(t, g, n=40, d=12):
    """Values that use the type's range and are exact in it, and in float64."""
    x = correlated(g, n, d)
    x /= np.abs(x).max()
    if t == "b1":
        return x > 0
    bits = 8 * int(t[1:])
    if t[0] == "f":
        return (np.round(x * 1024) / 8).astype(t)
    if t[0] == "u":
        return np.floor((x + 1) * 2.0 ** (min(bits, 52) - 1) * 0.999).astype(t)
    return np.round(x * (2.0 ** (min(bits, 52) - 1) - 1)).astype(t)


# ---------------------------------------------------------------- the fixtures

def every_type():
    for t in (*FLOATS, *SIGNED, *UNSIGNED, "b1"):
        a = of_type(t, rng("type", t))
        for endian in "<>" if a.dtype.itemsize > 1 else "|":
            for order in "CF":
                b = np.array(a.astype(a.dtype.newbyteorder(endian)), order=order)
                name = f"types/{t}_{dict(zip('<>|', ('le', 'be', 'na')))[endian]}_{order.lower()}.npy"
                add(name, "the same values in every byte order and memory order of the type", b)
    big = np.array([[2**62 + 1, -(2**53) - 1, 5], [-(2**62), 2**53 + 1, 7], [2**61, 9, -(2**54) - 3], [3, 1, 2**53 + 3]])
    add("types/i8_beyond_2_53.npy", "integers that float64 rounds (to nearest, ties to even)", big.astype("<i8"))
    add("types/u8_beyond_2_63.npy", "above the range of a signed 64-bit integer", (big.astype("u8") + np.uint64(2**63 + 1)).astype("<u8"))
    halves = np.array([[65504, -65504, 6e-8, 0.0], [1, -0.0, 5.96e-8, 6.1e-5], [-2, 0.1, 3e-5, 1e-7], [7, 3, 2, 1]], "<f2")
    add("types/f2_extremes.npy", "largest, subnormal and signed-zero float16", halves)


def headers():
    x = of_type("f4", rng("headers"))
    for v in (1, 2, 3):
        add(f"headers/version{v}.npy", f"format version {v}.0", x, version=(v, 0))
    plain = "{'descr': '<f4', 'fortran_order': False, 'shape': (40, 12), }"
    variants = {
        "aligned16": (plain, dict(pad=16), "padded to 16 bytes, as NumPy before 1.14"),
        "unaligned": (plain, dict(pad=1), "no padding: the data start at an odd place"),
        "python2_long": (plain.replace("40, 12", "40L, 12L"), {}, "Python 2's long integers; NumPy reads them"),
        "double_quotes": (plain.replace("'", '"'), {}, "double quotes, as some other writers use"),
        "compact": ("{'shape':(40,12),'fortran_order':False,'descr':'<f4'}", {}, "no spaces, other order of keys, no last comma"),
    }
    for name, (text, how, about) in variants.items():
        save_text(f"headers/{name}.npy", text, x, **how)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy is sorry to see Python 2's
            same = np.array_equal(np.load(HERE / f"headers/{name}.npy"), x)
        assert same, name
        case(f"headers/{name}.npy", about, x)


def axes():
    x = of_type("f4", rng("axes"))
    y = x.reshape(40, 3, 4)
    add("axes/three_c.npy", "40×3×4: read as 40×12", y)
    add("axes/three_f.npy", "40×3×4 in Fortran order: column i·4 + j of the report is column i + 3·j of the file", np.asfortranarray(y))
    add("axes/four_c.npy", "40×2×3×2: read as 40×12", x.reshape(40, 2, 3, 2))
    add("axes/four_f.npy", "40×2×3×2 in Fortran order", np.asfortranarray(x.reshape(40, 2, 3, 2)))
    add("axes/ones_c.npy", "40×1×12×1: axes of length one", x.reshape(40, 1, 12, 1))


def shapes():
    def f4(n, d):
        return correlated(rng("shape", str(n), str(d)), n, d).astype("<f4")

    for n, d, about in (
        (2, 12, "two rows: one eigenvalue, no fit"),
        (3, 12, "three rows: two usable ranks, no fit"),
        (16, 16, "n = d: the last eigenvalue is zero"),
        (17, 16, "n = d + 1: full rank, just"),
        (15, 16, "n = d − 1"),
        (50, 1, "one column: one eigenvalue, no fit"),
        (50, 2, "two columns, no fit"),
        (50, 3, "three columns: usable, but below the default window"),
        (70, 13, "three ranks are left of the default window: the fewest that fit"),
        (513, 17, "a row more than two blocks of 256, a column more than 16"),
        (257, 9, "a row more than a block, a column more than a panel"),
        (90, 31, "odd d"),
    ):
        add(f"shapes/{n}x{d}.npy", about, f4(n, d))
    add("shapes/100x65.npy", "a column more than 64, float16", f4(100, 65).astype("<f2"))
    add("shapes/150x129.npy", "a column more than 128, float16", f4(150, 129).astype("<f2"))
    w = f4(40, 90)
    add("shapes/wide_40x90_c.npy", "fewer rows than columns: 39 eigenvalues that are not zero", w)
    add("shapes/wide_40x90_f.npy", "the same in Fortran order", np.asfortranarray(w))
    add("shapes/106x104.npy", "the default window fits, but not without a tenth of the rows: no standard error", f4(106, 104).astype("<f2"))
    add("shapes/wide_120x130.npy", "fewer rows than columns, and the default window fits", f4(120, 130).astype("<f2"))


def scales():
    x = correlated(rng("scales"), 40, 12)
    x /= x.std()
    add("scales/mean_1e4_f8.npy", "mean 10⁴ times the spread", x + 1e4)
    add("scales/mean_1e4_f4.npy", "the same in float32: what is left of the digits is the matrix", (x + 1e4).astype("<f4"))
    add("scales/mean_1e7_f8.npy", "mean 10⁷ times the spread: raw sums of squares lose everything", x + 1e7)
    trend = x + 1e4 * np.linspace(-1, 1, 40)[:, None]
    add("scales/drift_f8.npy", "sorted rows: a mean of the first rows is far from the mean", trend)
    late = x.copy()
    late[25:] += 1e3
    add("scales/late_step_f8.npy", "a step after the first rows: a shift by the first rows alone is poor", late)
    for e in (-9, 9):
        add(f"scales/1e{e}_f4.npy", f"values near 1e{e}", (x * 10.0**e).astype("<f4"))
        add(f"scales/1e{e}_f8.npy", f"values near 1e{e}", x * 10.0**e)
    for e in (-30, 30):
        add(f"scales/1e{e}_f4.npy", f"values near 1e{e}: their squares leave float32", (x * 10.0**e).astype("<f4"))
    add("scales/subnormal_f4.npy", "float32 below its normal range", (x * 1e-40).astype("<f4"))
    add("scales/1e150_f8.npy", "squares near the end of float64; numbers whose formula goes further are null", x * 1e150)
    add("scales/1e-140_f8.npy", "squares small; numbers whose formula leaves float64 are null", x * 1e-140)
    add("scales/1e-160_f8.npy", "squares leave float64: a spectrum would be rounding", x * 1e-160, refused="underflow")
    add("scales/1e160_f8.npy", "squares leave float64", x * 1e160, refused="overflow")
    columns = x * 10.0 ** np.linspace(-6, 6, 12)
    add("scales/columns_1e-6_to_1e6_f8.npy", "columns of very different scale: small eigenvalues are below the floor", columns)


def degenerate():
    g = rng("degenerate")
    x = of_type("f4", g)
    add("degenerate/duplicated_rows.npy", "every row twice", np.repeat(x, 2, 0))
    add("degenerate/two_kinds_of_rows.npy", "only two different rows: rank 1", x[[0, 1] * 20])
    low = (g.integers(-8, 9, (60, 5)) @ g.integers(-8, 9, (5, 30))).astype("<f8")
    add("degenerate/rank5_of_30_f8.npy", "rank 5, exactly (small integers)", low)
    add("degenerate/rank5_of_30_i4.npy", "the same in int32", low.astype("<i4"))
    constant = x.astype("<f8")
    constant[:, [1, 5, 9]] = [0.0, 3.0, -2.5]
    add("degenerate/constant_columns.npy", "three constant columns", constant)
    tenth = constant.copy()
    tenth[:, [1, 5, 9]] = [0.1, 1 / 3, 1e8 + 0.1]
    add("degenerate/constant_columns_inexact.npy", "three constant columns whose mean rounds: NumPy's variance is not zero", tenth)
    dead = np.maximum(x, 0)
    dead[:, 3] = 0
    add("degenerate/relu.npy", "mostly zeros, one dead unit", dead)
    one = np.zeros((40, 12), "<f4")
    one[7, 2] = 1
    add("degenerate/one_value.npy", "all zero but one value: rank 1", one)
    add("degenerate/equal_columns.npy", "all columns equal: rank 1", np.repeat(x[:, :1], 12, 1).copy())
    add("degenerate/all_zero.npy", "nothing varies", np.zeros((40, 12), "<f4"))
    add("degenerate/all_rows_equal.npy", "equal rows whose mean rounds", np.repeat(np.array([[0.1, 1 / 3, 1e8 + 0.1]]), 97, 0))


def power_laws():
    add("powerlaw_alpha1_130x112_f8.npy", "eigenvalues 1/k exactly: α = 1 and R² = 1 in every window", exact_power_law(rng("law"), 130, 112))
    add("powerlaw_alpha2_100x40_f4.npy", "eigenvalues k⁻², rounded to float32", exact_power_law(rng("law2"), 100, 40, 2.0).astype("<f4"))


def non_finite():
    x = correlated(rng("non-finite"), 40, 15).astype("<f4")

    def spoilt(t, *places):
        a = x.astype(t)
        for row, column, value in places:
            a[row, column] = value
        return a

    nan, inf = np.nan, np.inf
    for name, about, a in (
        ("nan_f4", "three rows with NaN", spoilt("<f4", (7, 0, nan), (7, 3, nan), (20, 14, nan), (39, 5, nan))),
        ("inf_f8", "infinities of both signs", spoilt("<f8", (4, 2, inf), (5, 2, -inf))),
        ("nan_and_inf_f4_be", "big-endian, first row", spoilt(">f4", (0, 0, nan), (30, 7, inf))),
        ("nan_f4_fortran", "Fortran order: a later column spoils an earlier row", np.asfortranarray(spoilt("<f4", (35, 1, nan), (3, 13, nan)))),
        ("nan_f2", "NaN in float16", spoilt("<f2", (12, 4, nan))),
        ("inf_f2", "float16 that overflowed", spoilt("<f2", (9, 1, inf), (33, 8, -inf))),
        ("inf_and_nan_f2", "float16 that overflowed, and what followed from it", spoilt("<f2", (9, 1, inf), (2, 8, nan))),
        ("one_good_row", "NaN everywhere but in one row", spoilt("<f4", *[(i, 0, nan) for i in range(40) if i != 31])),
    ):
        add(f"non_finite/{name}.npy", about, a)


def shards():
    x = correlated(rng("shards"), 200, 24).astype("<f4")
    parts = {"shard_1.npy": x[:90], "shard_2.npy": x[90:91], "shard_10.npy": x[91:]}
    for name, part in parts.items():
        save(f"shards/{name}", part)
    case("shards", "three files, one with a single row, in natural order of their names", x, files=list(parts))
    for name, a, about in (
        ("columns", x[:, :23].copy(), "another number of columns"),
        ("dtype", x.astype("<f8"), "another type"),
    ):
        save(f"shards_other_{name}/a_1.npy", x[:20])
        save(f"shards_other_{name}/a_2.npy", a[:20])
        cases[f"shards_other_{name}"] = dict(about=f"the second file has {about}", files=["a_1.npy", "a_2.npy"], refused="shards_differ")


def real_features():
    """The page's example (see www/examples/README.md), and 160 rows and 128 columns of it."""
    example = "../../www/examples/minilm_layer6_3000x384_f16.npy"
    x = np.load(HERE / example)
    case(example, "the example that ships with the page", x)
    x = x[::18][:160, :128].copy()
    add("minilm_layer6_160x128_f2.npy", "real features: every eighteenth row, first 128 columns", x)


# ---------------------------------------------------------------- out

def plain(v):
    """JSON without NaN or Infinity."""
    if isinstance(v, dict):
        return {k: plain(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [plain(x) for x in v]
    if isinstance(v, np.generic):
        v = v.item()
    return None if isinstance(v, float) and not math.isfinite(v) else v


def main():
    for make in (every_type, headers, axes, shapes, scales, degenerate, power_laws, non_finite, shards, real_features, prepared_otherwise):
        make()
    out = plain(dict(format=1, numpy=np.__version__, seed=SEED, cases=cases))
    lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in out.pop("cases").items())
    (HERE / "expected.json").write_text(f'{json.dumps(out)[:-1]}, "cases": {{\n{lines}\n}}}}\n', encoding="utf-8")
    for name, c in cases.items():
        c = c.get("skip", c)
        t = c.get("tolerance", {})
        if c.get("usable_ranks_certain") is False or t.get("eigenvalues", 0) > EIGENVALUES or t.get("alpha", 0) > ALPHA:
            print(f"look: {name}: usable ranks {c['report']['usable_ranks']}, certain {c['usable_ranks_certain']}, {t}")
        if "report" in c and c["constant_columns"] != c["report"]["zero_variance_columns"]:
            print(f"look: {name}: {c['constant_columns']} constant columns, the reference counts {c['report']['zero_variance_columns']}")
    total = sum(p.stat().st_size for p in written)
    print(f"NumPy {np.__version__}: {len(written)} files, {total} bytes; {len(cases)} cases, expected.json {(HERE / 'expected.json').stat().st_size} bytes")


if __name__ == "__main__":
    main()
