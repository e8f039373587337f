#!/usr/bin/env python3
"""Trains the small networks, and writes α and accuracies of each to results.csv as it ends.

    pip install torch scikit-learn scipy
    python3 train.py              # all runs; those already in results.csv are left alone
    python3 train.py --smoke OUT  # three short runs into another folder

Spectra through training of the first seed's narrower networks go to spectra/. All is done by one thread.
"""
import argparse
import copy
import csv
import fcntl
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from networks import NETWORKS
from objectives import OBJECTIVES, views
from spectrum import measure

WIDTHS, SEEDS = (128, 192), (0, 1)
METHODS = ("untrained", *OBJECTIVES)
STEPS, BATCH, RATE, DECAY = 400, 64, 2e-3, 1e-4
TUNING, TUNING_RATE = 100, 1e-3
NOISE = (0, 20, 40, 60, 80)
CHECKPOINTS = (0, 10, 30, 100, 200, 400)
SPECTRA_OF = (128, 0)  # width and seed

RESULT = ["network", "method", "width", "seed", "alpha", "low", "high", "last", "usable"]
RESULT += [f"probe_{percent}" for percent in NOISE] + [f"tuned_{percent}" for percent in NOISE] + ["loss", "seconds"]
PROGRESS = ["network", "method", "width", "seed", "step", "alpha", "low", "high", "last", "usable", "probe_0"]


def data():
    """600 images to learn from and 1,197 held out, the same for every run: (images, labels) of both."""
    images, labels = load_digits(return_X_y=True)
    images = (images.reshape(-1, 1, 8, 8) / 16).astype(np.float32)
    images = (images - 0.305) / 0.376  # mean and standard deviation of all pixels
    parts = train_test_split(images, labels, train_size=600, stratify=labels, random_state=0)
    images, held_out, labels, held_out_labels = map(torch.from_numpy, parts)
    return (images, labels), (held_out, held_out_labels)


def noisy(labels, percent, seed):
    """Labels of which exactly so many per cent are replaced by another digit."""
    random = np.random.default_rng([seed, percent])
    out = labels.numpy().copy()
    at = random.choice(len(out), len(out) * percent // 100, replace=False)
    out[at] = (out[at] + random.integers(1, 10, len(at))) % 10
    return torch.from_numpy(out)


@torch.no_grad()
def features(network, images):
    network.eval()
    return network(images)


def probe(network, learnt, held_out, labels):
    """Held-out accuracy of logistic regression on standardized features."""
    x, y = features(network, learnt[0]), features(network, held_out[0])
    mean, scale = x.mean(0), x.std(0) + 1e-6
    model = LogisticRegression(C=1.0, max_iter=300).fit(((x - mean) / scale).numpy(), labels.numpy())
    return model.score(((y - mean) / scale).numpy(), held_out[1].numpy())


def tuned(network, width, learnt, held_out, labels, steps):
    """Held-out accuracy after all of a copy of the network and a new last layer were trained on these labels."""
    model = torch.nn.Sequential(copy.deepcopy(network), torch.nn.Linear(width, 10)).train()
    optimizer = torch.optim.AdamW(model.parameters(), TUNING_RATE, weight_decay=DECAY)
    for batch in batches(len(labels), steps):
        optimizer.zero_grad()
        F.cross_entropy(model(learnt[0][batch]), labels[batch]).backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        return (model(held_out[0]).argmax(1) == held_out[1]).float().mean().item()


def batches(n, steps):
    """Batches of one permutation after another."""
    order = torch.empty(0, dtype=torch.long)
    for _ in range(steps):
        if len(order) < BATCH:
            order = torch.randperm(n)
        yield order[:BATCH]
        order = order[BATCH:]


def run(name, method, width, seed, learnt, held_out, out, short=False):
    """One network: its row of results.csv, those of progress.csv, and its spectra by step."""
    started = time.time()
    torch.manual_seed(1000 * seed + width)
    network = NETWORKS[name](width)
    steps = 0 if method == "untrained" else 30 if short else STEPS
    progress, spectra, loss = [], {}, torch.tensor(float("nan"))

    def look(step):
        found, spectra[step] = measure(features(network, held_out[0]).numpy())
        accuracy = probe(network, learnt, held_out, learnt[1])
        progress.append(dict(network=name, method=method, width=width, seed=seed, step=step, **found, probe_0=accuracy))
        network.train()
        return found

    found = look(0)
    if steps:
        objective = OBJECTIVES[method](network, width).train()
        learning = [p for p in objective.parameters() if p.requires_grad]
        optimizer = torch.optim.AdamW(learning, RATE, weight_decay=DECAY)
        rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=0.1)
        for step, batch in enumerate(batches(len(learnt[0]), steps), 1):
            images = learnt[0][batch]
            loss = objective(views(images), views(images), learnt[1][batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            rate.step()
            if hasattr(objective, "after_step"):
                objective.after_step()
            if step in CHECKPOINTS or step == steps:
                found = look(step)
    row = dict(network=name, method=method, width=width, seed=seed, **found, loss=loss.item())
    for percent in NOISE:
        labels = noisy(learnt[1], percent, seed)
        row[f"probe_{percent}"] = probe(network, learnt, held_out, labels)
        torch.manual_seed(1000 * seed + percent)
        row[f"tuned_{percent}"] = tuned(network, width, learnt, held_out, labels, 10 if short else TUNING)
    row["seconds"] = round(time.time() - started, 1)
    return row, progress, spectra


def append(file, columns, rows):
    with file.open("a", newline="") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        if handle.tell() == 0:
            writer.writeheader()
        for row in rows:
            writer.writerow({key: f"{value:.6g}" if isinstance(value, float) else value for key, value in row.items()})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--smoke", type=pathlib.Path, metavar="OUT")
    parser.add_argument("--share", default="0/1", help="of several processes that run at once: which one this is / how many there are")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    out = arguments.smoke or pathlib.Path(__file__).parent
    (out / "spectra").mkdir(parents=True, exist_ok=True)
    results = out / "results.csv"
    done = set()
    if results.exists():
        done = {tuple(row[key] for key in RESULT[:4]) for row in csv.DictReader(results.open())}
    which, of = map(int, arguments.share.split("/"))
    plan = [(n, m, w, s) for s in SEEDS for n in NETWORKS for m in METHODS for w in WIDTHS]
    if arguments.smoke:
        plan = [("vgg", "simclr", 192, 0), ("resnet", "byol", 128, 0), ("vit", "barlow", 192, 0)]
    learnt, held_out = data()
    for at, (name, method, width, seed) in enumerate(plan):
        if at // len(WIDTHS) % of != which or (name, method, str(width), str(seed)) in done:
            continue
        row, progress, spectra = run(name, method, width, seed, learnt, held_out, out, short=bool(arguments.smoke))
        if (width, seed) == SPECTRA_OF:
            columns = ",".join(f"step_{step}" for step in spectra)
            np.savetxt(out / "spectra" / f"{name}-{method}.csv", np.stack(list(spectra.values()), 1), "%.5g", ",", header=columns, comments="")
        append(out / "progress.csv", PROGRESS, progress)
        append(results, RESULT, [row])
        print(f"{at + 1}/{len(plan)}", *(f"{key}={value:.4g}" if isinstance(value, float) else f"{key}={value}" for key, value in row.items()), flush=True)


if __name__ == "__main__":
    main()
