#!/usr/bin/env python3
"""Holds reference.py against other packages, and writes what they say to peers.json.

    pip install scipy powerlaw reptrix    # reptrix brings PyTorch; without it, its numbers stay as they were
    python3 peers.py

reptrix (BARL-SSL, the authors of α-ReQ) fits with weights in float32; that alone moves α by about 1e-9.
powerlaw (Alstott, Bullmore & Plenz) gives the maximum-likelihood exponent of the density: of the top 100 eigenvalues, and
of those above the x_min that its Kolmogorov–Smirnov distance picks from all usable ones. SciPy gives the eigenvalues
by another driver of LAPACK (eigh, `ev`: QR iteration), and the quantiles of Student's t for the interval.
"""
import json
import pathlib
from importlib.metadata import version
from importlib.util import find_spec

import numpy as np
import powerlaw
import reference
import scipy.linalg
import scipy.stats

HERE = pathlib.Path(__file__).parent
OUT = HERE / "peers.json"
FILES = ("../../www/examples/minilm_layer6_3000x384_f16.npy", "minilm_layer6_160x128_f2.npy", "powerlaw_alpha1_130x112_f8.npy")
EIGENVALUES_OF = "minilm_layer6_160x128_f2.npy"
BLOCKS = range(4, 11)  # fewest to most


def of_powerlaw(report):
    """Both exponents. Without a range, powerlaw looks for γ below 3 only."""
    lam = np.array(report["eigenvalues"])[: report["usable_ranks"]]
    top = lam[:100]
    pareto = powerlaw.Fit(top, xmin=top[-1], discrete=False, verbose=0)
    found = powerlaw.Fit(lam, discrete=False, parameter_ranges={"alpha": [1, None]}, verbose=0)
    law = found.power_law
    return dict(
        mle_gamma=dict(reference=float(report["mle_top_100"]["gamma"]), powerlaw=float(pareto.power_law.alpha)),
        density=dict(gamma=float(law.alpha), x_min=float(found.xmin), ks=float(law.D), ranks=int(np.sum(lam >= found.xmin))),
    )


def of_reptrix(X, report):
    import torch
    from reptrix import alpha, rankme

    fit = report["fits"]["alpha-req"]
    a, _, r2, r2_100 = alpha.get_alpha(torch.from_numpy(X))
    return dict(
        alpha=dict(reference=fit["alpha"], reptrix=float(a)),
        r2_100=dict(reference=fit["r2_100"], reptrix=float(r2_100)),
        r2_500=dict(reference=fit["r2_500"], reptrix=float(r2)),
        rankme_eigenvalues=dict(reference=report["rankme_eigenvalues"], reptrix=float(rankme.get_rankme(torch.from_numpy(X)))),
    )


def peers(path, before, has_reptrix):
    X = np.load(path).astype(np.float64)
    report = reference.report(X)
    return (of_reptrix(X, report) if has_reptrix else before) | of_powerlaw(report)


def main():
    old = json.loads(OUT.read_text())
    has_reptrix = find_spec("reptrix") is not None
    versions = dict(old["versions"]) | {p: version(p) for p in ("numpy", "scipy", "powerlaw")}
    if has_reptrix:
        versions |= {p: version(p) for p in ("reptrix", "torch", "scikit-learn")}
    X = np.load(HERE / EIGENVALUES_OF).astype(np.float64)
    out = dict(
        versions=versions,
        files={pathlib.Path(f).name: peers(HERE / f, old["files"][pathlib.Path(f).name], has_reptrix) for f in FILES},
        eigenvalues={EIGENVALUES_OF: scipy.linalg.eigh(reference.covariance(X), eigvals_only=True, driver="ev")[::-1].tolist()},
        student_975={str(blocks): float(scipy.stats.t.ppf(0.975, blocks - 1)) for blocks in BLOCKS},
    )
    OUT.write_text(json.dumps(out, indent=1) + "\n")
    for name, rows in out["files"].items():
        for what, two in rows.items():
            print(f"{name}  {what:20} {two}")


if __name__ == "__main__":
    main()
