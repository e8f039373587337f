"""Writes lapack.npy: the eigenvalues that LAPACK (numpy.linalg.eigvalsh) finds of matrices that tests/native/lapack.rs makes again.

    python tests/data/lapack.py

The matrices themselves would be a hundred megabytes. They are made here and there by the same additions, multiplications, divisions
and square roots in the same order, and no other function, so both have the same bits (IEEE 754). Sums are made one after another.
"""

from pathlib import Path

import numpy as np

SIDES = [*range(1, 71), 127, 128, 129, 301, 513, 1024, 2048]


def random(seed, count):
    """Numbers in [-1, 1): SplitMix64."""
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(np.float64) / 2.0**52 - 1.0


def total(terms):
    """One after another, where numpy.sum adds in pairs."""
    return np.cumsum(terms)[-1]


def mirrored(lower):
    return np.tril(lower) + np.tril(lower, -1).T


def dense(values):
    """The matrix with these eigenvalues after three reflections."""
    side = len(values)
    a = np.diag(values)
    for seed in range(3):
        v = random(1000 * side + seed, side)
        beta = 2.0 / total(v * v)
        y = np.zeros(side)
        for j in range(side):
            y = y + a[:, j] * v[j]
        half = 0.5 * beta * total(v * y)
        w = beta * (y - half * v)
        a = mirrored((a - v[:, None] * w[None, :]) - w[:, None] * v[None, :])
    return a


def tridiagonal(diagonal, beside):
    return np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1)


def graded(exponents):
    d = 2.0 ** -exponents.astype(np.float64)
    return d[:, None] * d[None, :] * (1.0 + np.eye(len(d)))


def families(side):
    k = np.arange(1, side + 1, dtype=np.float64)
    i = np.arange(side)
    ones = np.ones(max(side - 1, 0))
    glue = np.where(i[: side - 1] % 21 == 20, 1e-7, 1.0)
    indefinite = mirrored(random(7, side * side).reshape(side, side))
    grades = 200 * i // side
    return {
        "k^-1": dense(1.0 / k),
        "k^-2": dense(1.0 / (k * k)),
        "clustered": dense(np.where(k == 1.0, 1.0, 1e-3 * (1.0 + 1e-13 * k))),
        "geometric": dense(np.cumprod(np.full(side, 0.75))),
        "rank-deficient": dense(np.where(3.0 * k <= side, 1.0 / k, 0.0)),
        "repeated": dense(np.mod(k, 3.0)),
        "Wilkinson": tridiagonal(np.abs(k - 0.5 * (side + 1)), ones),
        "glued Wilkinson": tridiagonal(np.abs(i % 21 - 10.0), glue),
        "[-1, 2, -1]": tridiagonal(np.full(side, 2.0), -ones),
        "graded down": graded(grades),
        "graded up": graded(grades[::-1]),
        "k^-1 x 1e170": dense(1.0 / k) * 1e170,
        "k^-1 x 1e-170": dense(1.0 / k) * 1e-170,
        "indefinite": indefinite,
    }


def main():
    found = [np.linalg.eigvalsh(matrix)[::-1] for side in SIDES for matrix in families(side).values()]
    np.save(Path(__file__).with_name("lapack.npy"), np.concatenate(found))


if __name__ == "__main__":
    main()
