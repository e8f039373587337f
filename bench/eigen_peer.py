"""NumPy's side of the benchmark of eigenvalues: makes matrices, and times `eigvalsh` of them.

Reads a line of JSON a task and answers each with one. The number of threads is that of the environment (OPENBLAS_NUM_THREADS).
"""
import json
import os
import sys
import time

import numpy as np


def make(path, side):
    """Q·diag(k⁻¹)·Qᵀ for a random orthogonal Q."""
    rng = np.random.default_rng(side)
    q, _ = np.linalg.qr(rng.standard_normal((side, side)))
    matrix = (q / np.arange(1, side + 1)) @ q.T
    np.save(path, (matrix + matrix.T) / 2)


matrices = {}


def solve(path):
    if path not in matrices:
        matrices.clear()
        matrices[path] = np.load(path)
    started = time.perf_counter()
    values = np.linalg.eigvalsh(matrices[path])
    return dict(seconds=time.perf_counter() - started, values=values[::-1].tolist())


print(json.dumps(dict(numpy=np.__version__, cores=os.cpu_count())), flush=True)
for line in sys.stdin:
    task = json.loads(line)
    if "side" in task:
        make(task["path"], task["side"])
        print("{}", flush=True)
    else:
        print(json.dumps(solve(task["path"])), flush=True)
