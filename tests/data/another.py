"""Another way to each number whose formula in reference.py rounds more than it must, and how far each way can be trusted.

Two things cost digits there. √ of the eigenvalues of XᵀX: what should be a zero is 10⁻¹⁶ of the largest, and its root
10⁻⁸; the singular values of X itself have no such root. And raw moments of features with a large mean: the corrected
participation ratio is the same whatever vector is taken off every row, so here it is that of rows centred in extended
precision.
"""
import numpy as np
import reference

FUNCTIONS, DETERMINANTS = 1e-9, 1e-6  # usual tolerances of what follows, relative
SAME = 1e-3  # a ratio that changes by more than this with the vector that is taken off has no value: it is 0 / 0
KEYS = ("rankme", "effective_rank", "stable_rank_uncentred", "coding_rate_unit_rows", "participation_ratio_row_corrected")


def singular_values(X):
    """All d of them, largest first; those that a matrix of n < d rows does not have are zero."""
    s = np.zeros(X.shape[1])
    found = np.linalg.svd(X, compute_uv=False)
    s[: len(found)] = found
    return s


def scaled(X):
    """Values up to 1, by a power of two: nothing rounds."""
    return np.ldexp(X, -int(np.frexp(np.abs(X).max())[1]))


def participation_row(X, origin):
    """γ_row of the rows minus a vector, which is taken off in extended precision."""
    Z = X.astype(np.longdouble)
    Z = Z - origin(Z)
    with np.errstate(all="ignore"):
        return float(reference.participation_row((Z / np.abs(Z).max()).astype(np.float64)))


def ways(X):
    """{key: (another way's value, how far it is trusted)}; a value of None is 0 / 0."""
    n, d = X.shape
    X = scaled(X)
    s = singular_values(X)
    q = s / s.sum()
    u = singular_values(X / np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-300))
    out = dict(
        rankme=(reference.entropy_rank_rankme(q), FUNCTIONS),
        effective_rank=(reference.entropy_rank(q), FUNCTIONS),
        stable_rank_uncentred=(float(np.sum(s**2) / s[0] ** 2), FUNCTIONS),
        coding_rate_unit_rows=(float(0.5 * np.sum(np.log1p(d / (n * 0.01) * u**2))), DETERMINANTS),
    )
    if n > 3:
        one, two = (participation_row(X, origin) for origin in (lambda Z: Z.mean(0), lambda Z: Z[0]))
        differ = abs(one - two) / abs(one)
        out["participation_ratio_row_corrected"] = (one, max(FUNCTIONS, 10 * differ)) if differ < SAME else (None, FUNCTIONS)
    return out


def better(report, X):
    """({key: better value} where reference.py is further off than the usual tolerance, {key: relative tolerance} where the usual one is too little).

    Where n ≥ d, any program that has only second moments takes the root of rounding too: it is allowed ten times what that way was off by.
    """
    values, tolerance = {}, {}
    for key, (value, trust) in ways(X).items():
        usual = DETERMINANTS if key == "coding_rate_unit_rows" else FUNCTIONS
        if report[key] is None or not np.isfinite(report[key]):
            continue  # its formula left float64: nothing is claimed
        if value is None:
            values[key] = None
            continue
        off = abs(report[key] - value) / abs(value)
        if off > usual:
            values[key] = value
        from_roots = key in ("rankme", "effective_rank") and X.shape[0] >= X.shape[1]
        trust = max(trust if off > usual else usual, 10 * off if from_roots else 0.0)
        if trust > usual:
            tolerance[key] = float(f"{trust:.1e}")
    return values, tolerance
