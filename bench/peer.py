"""NumPy's side of the benchmark: from a .npy file to α, with times by stage.

Reads file names from standard input, one a line, and answers each with a line of JSON. Staying alive
leaves Python's start and NumPy's import out of every time.
"""
import json
import os
import sys
import time

import numpy as np


def fit(lam, lo=11, hi=100):
    """α as the authors' package (reptrix) fits it: log λ on −log k, weights 1/k, ranks lo to hi."""
    k = np.arange(lo, hi + 1, dtype=float)
    y, w = np.log(lam[lo - 1 : hi]), 1 / k
    A = np.stack([-np.log(k), np.ones_like(k)], 1)
    return np.linalg.solve(A.T @ (A * w[:, None]), A.T @ (w * y))[0]


def analyze(path):
    t0 = time.perf_counter()
    X = np.load(path, mmap_mode=None)
    t1 = time.perf_counter()
    C = np.cov(X, rowvar=False)
    t2 = time.perf_counter()
    lam = np.linalg.eigvalsh(C)[::-1]
    t3 = time.perf_counter()
    alpha = fit(lam)
    t4 = time.perf_counter()
    return dict(read=t1 - t0, moments=t2 - t1, eigenvalues=t3 - t2, total=t4 - t0, alpha=float(alpha))


blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
print(json.dumps(dict(numpy=np.__version__, blas=f"{blas['name']} {blas['version']}", cores=os.cpu_count())), flush=True)
for line in sys.stdin:
    print(json.dumps(analyze(line.rstrip("\n"))), flush=True)
