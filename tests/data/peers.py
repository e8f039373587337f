#!/usr/bin/env python3
"""Holds reference.py against the authors' own package and writes peers.json.

    pip install reptrix powerlaw    # reptrix brings PyTorch
    python3 peers.py

reptrix (BARL-SSL, the authors of α-ReQ) fits with weights in float32; that alone moves α by about 1e-9.
powerlaw (Alstott, Bullmore & Plenz) checks the maximum-likelihood exponent of the top 100 eigenvalues.
"""
import json
import pathlib
from importlib.metadata import version

import numpy as np
import powerlaw
import reference
import torch
from reptrix import alpha as reptrix_alpha
from reptrix import rankme as reptrix_rankme

HERE = pathlib.Path(__file__).parent
FILES = ("../../www/examples/minilm_layer6_3000x384_f16.npy", "minilm_layer6_160x128_f2.npy", "powerlaw_alpha1_130x112_f8.npy")


def peers(path):
    X = np.load(path).astype(np.float64)
    report = reference.report(X)
    f, lam = report["fits"]["alpha-req"], np.array(report["eigenvalues"])
    a, _, r2, r2_100 = reptrix_alpha.get_alpha(torch.from_numpy(X))
    top = lam[: min(100, report["usable_ranks"])]
    pareto = powerlaw.Fit(top, xmin=top[-1], verbose=0)
    return dict(
        alpha=dict(reference=f["alpha"], reptrix=float(a)),
        r2_100=dict(reference=f["r2_100"], reptrix=float(r2_100)),
        r2_500=dict(reference=f["r2_500"], reptrix=float(r2)),
        rankme_eigenvalues=dict(reference=report["rankme_eigenvalues"], reptrix=float(reptrix_rankme.get_rankme(torch.from_numpy(X)))),
        mle_gamma=dict(reference=report["mle_top_100"]["gamma"], powerlaw=float(pareto.power_law.alpha)),
    )


out = dict(
    versions={p: version(p) for p in ("numpy", "reptrix", "torch", "scikit-learn", "powerlaw")},
    files={pathlib.Path(f).name: peers(HERE / f) for f in FILES},
)
(HERE / "peers.json").write_text(json.dumps(out, indent=1) + "\n")
for name, rows in out["files"].items():
    for what, two in rows.items():
        a, b = two.values()
        print(f"{name}  {what:20} {a:.15g}  {b:.15g}  differ {abs(a - b):.1e}  ({' and '.join(two)})")
