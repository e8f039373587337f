"""The power-law exponent as Eigenscope defines it: covariance with divisor n - 1, ranks 11 to 100 (clipped to the usable ones), weights 1/k, jackknife over 10 interleaved blocks."""
import numpy as np
from scipy.stats import t as student

FIRST, LAST, BLOCKS = 11, 100, 10


def eigenvalues(x):
    """Of the centred covariance of the rows of x, largest first."""
    x = x - x.mean(0)
    return np.linalg.eigvalsh(x.T @ x / (len(x) - 1))[::-1]


def usable(spectrum, n, d):
    """Leading ranks above rounding."""
    return int(min(np.sum(spectrum > spectrum[0] * max(n, d) * np.finfo(float).eps), n - 1, d))


def alpha(spectrum, last):
    """Least squares of log eigenvalue on -log rank over ranks FIRST to last, rank k with weight 1/k."""
    k = np.arange(FIRST, last + 1, dtype=float)
    x, y, w = -np.log(k), np.log(spectrum[FIRST - 1 : last]), 1 / k
    x = x - np.sum(w * x) / w.sum()
    return float(np.sum(w * x * y) / np.sum(w * x * x))


def measure(features):
    """α of features (rows are images), its 95 % interval, the last rank of its window, the usable ranks, and the spectrum. α is None where fewer than 3 ranks are left."""
    x = np.asarray(features, dtype=np.float64)
    n, d = x.shape
    spectrum = eigenvalues(x)
    ranks = usable(spectrum, n, d)
    last = min(LAST, ranks)
    if last < FIRST + 2:
        return dict(alpha=None, low=None, high=None, last=last, usable=ranks), spectrum
    parts = []
    for block in range(BLOCKS):
        kept = x[np.arange(n) % BLOCKS != block]
        part = eigenvalues(kept)
        if usable(part, len(kept), d) >= last:
            parts.append(alpha(part, last))
    found = alpha(spectrum, last)
    error = np.sqrt((BLOCKS - 1) / BLOCKS * np.sum((np.array(parts) - np.mean(parts)) ** 2)) if len(parts) == BLOCKS else np.nan
    reach = student.ppf(0.975, BLOCKS - 1) * error
    return dict(alpha=found, low=found - reach, high=found + reach, last=last, usable=ranks), spectrum
