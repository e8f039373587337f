#!/usr/bin/env python3
"""Whether α, or |α − 1|, goes with each score: reads results.csv, writes relations.csv.

    pip install numpy scipy
    python3 relations.py

A model is a network of one kind and width trained in one way, with the means over its seeds. Intervals are of the percentile bootstrap over these models.
"""
import csv
import pathlib

import numpy as np
from scipy.stats import kendalltau, rankdata, spearmanr

HERE = pathlib.Path(__file__).parent
RESAMPLES = 5000

rows = list(csv.DictReader((HERE / "results.csv").open()))
settings = {}
for row in rows:
    settings.setdefault((row["network"], row["method"], row["width"]), []).append(row)
scores = [name for name in rows[0] if name.startswith(("probe_", "tuned_"))]


def mean(runs, column):
    return np.mean([float(run[column] or "nan") for run in runs])


def coefficients(x, y, random):
    """Each coefficient with its interval: all resamples at once."""
    at = random.integers(0, len(x), (RESAMPLES, len(x)))
    at = at[(np.ptp(x[at], 1) > 0) & (np.ptp(y[at], 1) > 0)]
    x_, y_ = rankdata(x[at], axis=1), rankdata(y[at], axis=1)
    x_, y_ = x_ - x_.mean(1, keepdims=True), y_ - y_.mean(1, keepdims=True)
    spearman = (x_ * y_).sum(1) / np.sqrt((x_**2).sum(1) * (y_**2).sum(1))
    pairs = np.triu_indices(len(x), 1)
    x_, y_ = (np.sign(v[:, pairs[0]] - v[:, pairs[1]]) for v in (x_, y_))
    kendall = (x_ * y_).sum(1) / np.sqrt((x_**2).sum(1) * (y_**2).sum(1))
    for name, of, resampled in (("spearman", spearmanr, spearman), ("kendall", kendalltau, kendall)):
        yield name, of(x, y).statistic, *np.quantile(resampled, [0.025, 0.975])


with (HERE / "relations.csv").open("w", newline="") as file:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["among", "models", "measure", "score", "coefficient", "value", "low", "high"])
    for among in ("all", *dict.fromkeys(key[0] for key in settings), *dict.fromkeys(key[1] for key in settings)):
        runs = [of for key, of in settings.items() if among == "all" or among in key]
        alphas = np.array([mean(of, "alpha") for of in runs])
        for score in scores:
            y = np.array([mean(of, score) for of in runs])
            for measure, x in (("alpha", alphas), ("distance", np.abs(alphas - 1))):
                known = np.isfinite(x)
                for name, *found in coefficients(x[known], y[known], np.random.default_rng(0)):
                    table.writerow([among, known.sum(), measure, score, name, *(f"{value:.4f}" for value in found)])
