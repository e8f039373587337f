#!/usr/bin/env python3
"""Spectra of MiniLM's seven layers, from their features: writes spectra.csv and results.csv.

    python3 spectra.py FOLDER  # with minilm_layer0_3000x384_f16.npy to minilm_layer6_3000x384_f16.npy

Each file has one row for each of 3,000 texts; layer 0 is the embedding, 6 the last layer.
"""
import csv
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent / "experiment"))
from spectrum import measure  # noqa: E402

spectra = []
with (HERE / "results.csv").open("w", newline="") as file:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["layer", "n", "d", "alpha", "low", "high", "last", "usable"])
    for layer in range(7):
        features = np.load(pathlib.Path(sys.argv[1]) / f"minilm_layer{layer}_3000x384_f16.npy")
        found, spectrum = measure(features)
        spectra.append(spectrum)
        table.writerow([layer, *features.shape, *(f"{found[key]:.6g}" for key in ("alpha", "low", "high")), found["last"], found["usable"]])
header = ",".join(f"layer_{layer}" for layer in range(7))
np.savetxt(HERE / "spectra.csv", np.stack(spectra, 1), "%.6g", ",", header=header, comments="")
