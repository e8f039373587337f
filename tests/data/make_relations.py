#!/usr/bin/env python3
"""What SciPy says of a measure and a score of some models: writes relations.json.

    pip install scipy
    python3 make_relations.py

The intervals are SciPy's percentile bootstrap with ten times our resamples; critical values come from going through all orders.
`null` in a measure or a score is NaN, and such pairs are left out; elsewhere it says that there is no coefficient.
"""
import itertools
import json
import math
import pathlib
from importlib.metadata import version

import numpy as np
import scipy.stats

HERE = pathlib.Path(__file__).parent
OUT = HERE / "relations.json"
RESAMPLES = 20_000
COEFFICIENTS = {"spearman": scipy.stats.spearmanr, "kendall": scipy.stats.kendalltau}


def cases():
    """Name, measure, score, and whether an interval is asked for."""
    random = np.random.default_rng(19)
    one = random.standard_normal(12)
    yield "no_ties", one, one + random.standard_normal(12), True
    yield "ties_of_measure", np.array([1, 1, 2, 2, 2, 3, 4, 4.0]), np.array([0.3, 0.1, 0.5, 0.2, 0.9, 0.4, 0.8, 0.7]), False
    yield "ties_of_score", np.array([0.3, 0.1, 0.5, 0.2, 0.9, 0.4, 0.8]), np.array([1, 0, 1, 0, 1, 1, 0.0]), False
    yield "ties_of_both", np.array([1, 1, 2, 2, 3, 3, 3, 5, 0.0, -0.0]), np.array([2, 2, 2, 1, 4, 4, 3, 4, 1, 2.0]), False
    yield "perfect", np.array([0.1, 0.5, 0.7, 1.2, 9.0, 10.0]), np.array([1.0, 2.0, 3.0, 3.5, 3.6, 100.0]), False
    yield "reversed", np.array([0.1, 0.5, 0.7, 1.2, 9.0]), np.array([5.0, 2.0, 1.0, -3.5, -300.0]), False
    yield "perfect_with_ties", np.array([1, 1, 2, 3, 3.0]), np.array([4, 4, 5, 6, 6.0]), False
    yield "constant_measure", np.full(6, 0.1), np.arange(6.0), False
    yield "constant_score", np.arange(6.0), np.full(6, -7.0), False
    yield "three_models", np.array([1.0, 3.0, 2.0]), np.array([10.0, 20.0, 30.0]), False
    yield "pairs_left_out", np.array([1, np.nan, 3, 2, 7, 5, 4.0, 6]), np.array([2, 1, np.nan, 3, 6, 7, 5.0, np.nan]), False
    yield "left_out_until_constant", np.array([1, 1, 1, np.nan, 2.0]), np.array([1, 2, 3, 4, np.nan]), False
    many = random.standard_normal(50)
    yield "fifty", many, 0.5 * many + random.standard_normal(50), True
    rounded = np.round(random.standard_normal(50), 1)
    yield "fifty_with_ties", rounded, np.round(random.standard_normal(50) - rounded), True
    hundreds = random.standard_normal(300)
    yield "three_hundred", hundreds, 0.2 * hundreds + random.standard_normal(300), False


def plain(value):
    return None if math.isnan(value) else float(value)


def answer(x, y, with_interval):
    case = dict(measure=[plain(v) for v in x], score=[plain(v) for v in y])
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both], y[both]
    case["models"] = len(x)
    for name, coefficient in COEFFICIENTS.items():
        case[name] = plain(coefficient(x, y).statistic)
        if with_interval:
            found = scipy.stats.bootstrap(
                (x, y), lambda a, b: coefficient(a, b).statistic, paired=True, vectorized=False,
                n_resamples=RESAMPLES, method="percentile", rng=np.random.default_rng(0),
            ).confidence_interval
            case[f"{name}_interval"] = [float(found.low), float(found.high)]
    return case


def critical(models):
    """The smallest |ρ| that at most one in twenty of all orders reach."""
    ranks = np.arange(models)
    whole = models * (models**2 - 1)
    sizes = np.zeros(whole + 1, dtype=np.int64)
    orders = itertools.permutations(range(models))
    while block := list(itertools.islice(orders, 200_000)):
        distances = ((np.array(block, dtype=np.int64) - ranks) ** 2).sum(axis=1)
        sizes += np.bincount(np.abs(whole - 6 * distances), minlength=whole + 1)
    beyond = np.cumsum(sizes[::-1])[::-1]
    rare = (beyond * 20 <= math.factorial(models)) & (sizes > 0)
    return float(np.flatnonzero(rare)[0] / whole)


if __name__ == "__main__":
    out = dict(
        versions={name: version(name) for name in ("numpy", "scipy")},
        cases={name: answer(x, y, interval) for name, x, y, interval in cases()},
        critical={models: critical(models) for models in range(5, 11)},
    )
    OUT.write_text(json.dumps(out, indent=1) + "\n")
