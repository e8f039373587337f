#!/usr/bin/env python3
"""Writes eigenvalues as linear algebra in 32 bits leaves them, and eigenvalues/expected.json. Needs NumPy alone (2.4.6 made them).

    python3 eigenvalues.py

A covariance of 40 samples in 60 columns has 39 eigenvalues above zero; the other 21 come out as rounding, about half of them negative.
"""
import json
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "eigenvalues"
FIRST, LAST = 11, 39  # the ranks of the fit


def alpha(lam, first=FIRST, last=LAST):
    """Least squares of log λ on −log k with weights 1/k, over ranks first…last."""
    k = np.arange(first, last + 1)
    x, y, w = -np.log(k), np.log(lam[first - 1 : last]), 1 / k
    x, y = x - np.average(x, weights=w), y - np.average(y, weights=w)
    return float(np.sum(w * x * y) / np.sum(w * x * x))


def main():
    g = np.random.default_rng(39)
    rows = g.standard_normal((40, 60)) * np.arange(1, 61) ** -0.6
    z = (rows - rows.mean(0)).astype(np.float32)
    lam = np.linalg.eigvalsh(z.T @ z / np.float32(39))
    assert lam.dtype == np.float32 and (lam < 0).sum() > 5 and (lam > 0).sum() > 45
    # Right, from singular values in 64 bits: there is no zero to be rounded.
    right = np.linalg.svd(z.astype(float) - z.astype(float).mean(0), compute_uv=False) ** 2 / 39
    assert np.allclose(lam[::-1][:39], right[:39], rtol=1e-4)
    mixed = g.permutation(lam[lam > 1e-4])
    assert len(mixed) == 39
    np.save(FOLDER / "float32_negative.npy", lam)
    (FOLDER / "float32_negative.txt").write_text("".join(f"{v:.9e}\n" for v in lam[::-1].tolist()))
    np.save(FOLDER / "float32_unsorted.npy", mixed)
    (FOLDER / "float32_unsorted.txt").write_text("".join(f"{v:.9e}\n" for v in mixed.tolist()))
    np.save(FOLDER / "complex64_unsorted.npy", mixed.astype(np.complex64))
    np.save(FOLDER / "complex128_not_real.npy", mixed + 1j * np.where(np.arange(39) == 7, 0.25, 0))
    right = alpha(lam[::-1].astype(float))
    assert abs(alpha(np.sort(mixed.astype(float))[::-1]) - right) < 1e-12
    cases = [
        dict(file="float32_negative.npy", usable=39, alpha=right),
        # Nine digits after the first are more than a 32-bit number has.
        dict(file="float32_negative.txt", usable=39, alpha=right),
        dict(file="float32_unsorted.npy", usable=39, alpha=right, unsaid="not_a_matrix"),
        dict(file="float32_unsorted.txt", usable=39, alpha=right, unsaid="not_a_matrix"),
        dict(file="complex64_unsorted.npy", usable=39, alpha=right, unsaid="unsupported_dtype"),
        dict(file="complex128_not_real.npy", said="not_eigenvalues", unsaid="unsupported_dtype"),
    ]
    (FOLDER / "expected.json").write_text(json.dumps(dict(first=FIRST, last=LAST, cases=cases), indent=1) + "\n")


if __name__ == "__main__":
    main()
