"""The spectrum, α and standard error of features prepared in other ways, as NumPy has them.

Rows are brought to unit length first, then the mean is removed, then columns are divided by their standard deviation
(ddof 1, around the mean whether or not that is removed); a part of the rows is prepared by itself. The divisor is
n − 1 for centred features and n for others. The first `dropped` components are left out last: rank 1 is the first left.
"""
import numpy as np
import reference

AS_IN_ALPHA_REQ = dict(centred=True, unit_rows=False, standardized=False)

# Where two ways differ by more than this, times λ₁, the matrix is rounding: a column that is constant but for its last
# digit, divided by its standard deviation. Nothing is claimed then.
NONE = 1e-6

# What is done otherwise, and components dropped.
CHOICES = (
    (dict(centred=False), 0),
    (dict(unit_rows=True), 0),
    (dict(centred=False, unit_rows=True), 0),
    (dict(standardized=True), 0),
    (dict(unit_rows=True, standardized=True), 0),
    ({}, 3),
    (dict(centred=False), 3),
)


def prepare(X, centred, unit_rows, standardized):
    """(Z, divisor): the second moment is ZᵀZ over the divisor."""
    if unit_rows:
        X = X / np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-300)
    Z = X - X.mean(0) if centred else X
    if standardized:
        constant = X.max(0) == X.min(0)
        Z = np.where(constant, 0.0, Z / np.where(constant, 1.0, X.std(0, ddof=1)))
    return Z, len(X) - 1 if centred else len(X)


def spectrum(X, how):
    Z, divisor = prepare(X, **how)
    return reference.eigenvalues(Z.T @ Z / divisor)


def another_spectrum(X, how):
    """The same from singular values of the matrix prepared in extended precision."""
    Z, divisor = prepare(X.astype(np.longdouble), **how)
    lam = np.zeros(X.shape[1])
    s = np.linalg.svd(Z.astype(np.float64), compute_uv=False)
    lam[: len(s)] = s**2 / divisor
    return lam


def usable(lam, n, d, centred):
    """Leading ranks above the floor, within min(n − 1, d) or, with the mean, min(n, d)."""
    return int(min(np.sum(lam > reference.floor_of(lam, n, d)), n - 1 if centred else n, d))


def window(lam, top, asked):
    lo, hi = asked[0], min(asked[1], top)
    return reference.fit(lam, lo, hi) if hi - lo >= 2 else None


def replicates(X, how, dropped):
    """(eigenvalues, usable ranks) without each block of rows in turn."""
    out = []
    for j in range(reference.B):
        rows = np.arange(len(X)) % reference.B != j
        lam = spectrum(X[rows], how)
        out.append((lam[dropped:], usable(lam, int(rows.sum()), X.shape[1], how["centred"]) - dropped))
    return out


def standard_error(X, how, dropped, lo, hi):
    """Of a delete-a-block jackknife; None where a replicate's usable ranks end before the window does."""
    each = replicates(X, how, dropped)
    if any(top < hi for _, top in each):
        return None
    a = np.array([reference.fit(lam, lo, hi)["alpha"] for lam, _ in each])
    return float(np.sqrt((reference.B - 1) / reference.B * np.sum((a - a.mean()) ** 2)))


def answers(X, asked, loosened):
    """One answer a choice that has one. `loosened` makes a tolerance of a usual one and of what two ways differ by."""
    X = np.asarray(X, np.float64)
    n, d = X.shape
    out = []
    for choice, dropped in CHOICES:
        how = AS_IN_ALPHA_REQ | choice
        lam, other = spectrum(X, how), another_spectrum(X, how)
        top = max(usable(lam, n, d, how["centred"]) - dropped, 0)
        drift = float(np.abs(lam - other).max() / lam[0])
        if drift > NONE:
            continue
        lam, other = lam[dropped:], other[dropped:]
        fit, fit2 = window(lam, top, asked), window(other, top, asked)
        out.append(
            dict(
                preparation=how,
                dropped=dropped,
                usable_ranks=top,
                eigenvalues=lam.tolist(),
                fit=fit,
                standard_error=standard_error(X, how, dropped, fit["first"], fit["last"]) if fit else None,
                tolerance=dict(
                    eigenvalues=loosened(1e-12, drift),
                    alpha=loosened(1e-9, abs(fit["alpha"] - fit2["alpha"])) if fit else 1e-9,
                ),
            )
        )
    return out
