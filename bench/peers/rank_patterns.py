"""The experiment of pipelines/rank-patterns.ts, written plainly in NumPy: one run after another, products are formed.

For every regime and kind of teacher: the teacher and its data, one run of GD and S of SGD from one start with the full
loss at every step, the steps of all checkpoints, the singular values of all partial products there, their ranks and
multiplicities, the mean patterns of SGD, and the distances of GD from them, with bootstrap bands and nulls. No report,
nothing kept, and no figures unless a folder is named for them: then those of our report, by Matplotlib. Prints one line of
JSON: steps done, and what each cell ended with.

    python3 rank_patterns.py [quick|paper] [all|part] [FOLDER]    part: one replicate of the full teacher alone
"""
import json
import sys

import numpy as np

QUICK = dict(
    widths=[10, 32, 32, 10], samples=2000, batch=8, runs=4, replicates=1, points=61,
    spectra=dict(deficient=[6, 4, 2.5, 1.5], full=6 * 0.8 ** np.arange(10), degenerate=[5] * 3 + [2.5] * 3 + [1.2] * 4),
    schedules={"saddle-to-saddle": (3, 0.015, 5500), "intermediate": (1, 0.015, 1500), "ntk": (2 / 3, 0.005, 600)},
    bootstrap=2000)
PAPER = dict(
    widths=[20, 64, 64, 20], samples=5000, batch=16, runs=32, replicates=4, points=101,
    spectra=dict(deficient=6 * 0.75 ** np.arange(6), full=6 * 0.9 ** np.arange(20),
                 degenerate=[5] * 5 + [2.8] * 5 + [1.6] * 5 + [0.9] * 5),
    schedules={"saddle-to-saddle": (3, 0.012, 12000), "intermediate": (1, 0.012, 1500), "ntk": (2 / 3, 0.0035, 600)},
    bootstrap=10_000)
NOISE, WINDOW, WINDOW_POINTS, LEVEL = 0.1, 2, 5, 0.95
EPSILONS = [1e-2, 1e-1, 1e-3, 1e-4, 1e-5]


def haar(rng, d, k):
    q, r = np.linalg.qr(rng.standard_normal((d, k)))
    return q * np.sign(np.diag(r))


def make_problem(rng, s, inputs, outputs, samples):
    """Inputs that are white exactly, and labels with noise; the minimizer A and its singular values."""
    teacher = haar(rng, outputs, len(s)) * s @ haar(rng, inputs, len(s)).T
    x = rng.standard_normal((samples, inputs))
    values, vectors = np.linalg.eigh(x.T @ x / samples)
    x = x @ (vectors / np.sqrt(values)) @ vectors.T
    y = x @ teacher.T + NOISE * rng.standard_normal((samples, outputs))
    xx, yx = x.T @ x / samples, y.T @ x / samples
    target = np.linalg.solve(xx, yx.T).T
    return x, y, xx, target, np.linalg.svd(target, compute_uv=False)


def train(start, problem, rate, steps, batch, rng):
    """GD, or SGD on the shuffled data where there is a batch: excess losses and weights before every step and at the end."""
    x, y, xx, target, _ = problem
    layers = [layer.copy() for layer in start]
    losses = np.empty(steps + 1)
    history = [np.empty((steps + 1, *layer.shape)) for layer in layers]
    for step in range(steps + 1):
        for kept, layer in zip(history, layers):
            kept[step] = layer
        products = [layers[0]]
        for layer in layers[1:]:
            products.append(layer @ products[-1])
        difference = products[-1] - target
        delta = difference @ xx
        losses[step] = 0.5 * np.vdot(difference, delta)
        if step == steps:
            break
        inputs = [None] + products[:-1]
        if batch:
            place = step % (len(x) // batch) * batch
            if place == 0:
                order = rng.permutation(len(x))
            rows = order[place:place + batch]
            inputs = [x[rows].T]
            for layer in layers:
                inputs.append(layer @ inputs[-1])
            delta = (inputs[-1] - y[rows].T) / batch
        for l in range(len(layers) - 1, -1, -1):
            gradient = delta if inputs[l] is None else delta @ inputs[l].T
            delta = layers[l].T @ delta
            layers[l] -= rate * gradient
    return losses, history


def drops_of(s, rank, tolerance=0.05):
    """Plateaus before and after each mode, or block of modes that are nearly equal; the modes learnt before and after."""
    plateaus = 0.5 * np.append(np.cumsum(s[::-1] ** 2)[::-1], 0)
    found = []
    for k in range(rank):
        if found and s[k] > (1 - tolerance) * s[found[-1][2]]:
            found[-1][1], found[-1][3] = plateaus[k + 1], k + 1
        else:
            found.append([plateaus[k], plateaus[k + 1], k, k + 1])
    return found


def passage(losses, level):
    """The first step at or below a level, or None."""
    below = losses <= level
    return int(below.argmax()) if below.any() else None


def escapes_of(losses, drops):
    """Steps in the middle of falls that begin with a dwell as long as they are; others belong to the fall before them."""
    found = []
    for before, after, *modes in drops:
        def times(before, after):
            return [passage(losses, before + share * (after - before)) for share in (-0.1, 0.1, 0.5, 0.9)]
        arrival, begin, middle, end = times(before, after)
        if None in (arrival, begin, middle, end):
            break
        if begin - arrival >= max(10, end - begin):
            found.append([before, after, middle])
        elif found:
            found[-1] = [found[-1][0], after, times(found[-1][0], after)[2]]
    return [middle for _, _, middle in found]


def checkpoints_of(losses, s, rank, rate, points):
    """Name -> step, None where it is never reached: levels of the loss, windows around escapes, evenly in time."""
    steps = len(losses) - 1
    at = {"start": 0, "end": steps}
    for before, after, first, last in drops_of(s, rank):
        for share in (0.1, 0.5, 0.9):
            at[f"modes {first + 1}-{last} at {share}"] = passage(losses, before - share * (before - after))
    half = max(1, round(WINDOW / rate))
    for number, middle in enumerate(escapes_of(losses, drops_of(s, rank, 0))):
        for offset in np.round(np.arange(-WINDOW_POINTS, WINDOW_POINTS + 1) * half / WINDOW_POINTS).astype(int):
            at[f"escape {number + 1} at {offset}"] = middle + offset if 0 <= middle + offset <= steps else None
    for step in np.round(np.linspace(0, steps, points)).astype(int):
        at[f"step {step}"] = int(step)
    return at


def spectra_of(history, steps):
    """Singular values of W_j ... W_i at these steps, for all i <= j."""
    chosen = [kept[steps] for kept in history]
    found = {}
    for i in range(len(chosen)):
        product = chosen[i]
        for j in range(i, len(chosen)):
            product = product if j == i else chosen[j] @ product
            found[i, j] = np.linalg.svd(product, compute_uv=False)
    return found


def counted(sigma, threshold):
    """How many values are above a threshold, and the gap there; sigma: (steps, values), descending."""
    rank = (sigma > threshold[:, None]).sum(1)
    edges = np.column_stack([threshold, sigma, np.zeros(len(sigma))])
    at = np.arange(len(sigma))
    with np.errstate(divide="ignore", invalid="ignore"):
        return rank, edges[at, rank] / edges[at, rank + 1]


def ranks_of(spectra, s1, depth):
    """Relative and anchored rank patterns with their gaps, (epsilons, steps, pairs), and measures without threshold."""
    patterns = [[], [], [], []]
    measures = []
    for epsilon in EPSILONS:
        columns = [
            (*counted(sigma, epsilon * sigma[:, 0]),
             *counted(sigma, np.full(len(sigma), (epsilon * s1) ** ((j - i + 1) / depth))))
            for (i, j), sigma in spectra.items()]
        for pattern, parts in zip(patterns, zip(*columns)):
            pattern.append(np.column_stack(parts))
    for sigma in spectra.values():
        share = sigma / sigma.sum(1, keepdims=True)
        entropy = -(share * np.log(np.where(share > 0, share, 1))).sum(1)
        measures.append((np.exp(entropy), (sigma ** 2).sum(1) ** 2 / (sigma ** 4).sum(1)))
    return [np.array(pattern) for pattern in patterns], measures


def multiplicities(ranks, pairs, depth):
    """m_ij = r_ij - r_i,j+1 - r_i-1,j + r_i-1,j+1, negative ones as 0."""
    square = np.zeros((*ranks.shape[:-1], depth + 1, depth + 1))
    for entry, (i, j) in enumerate(pairs):
        square[..., i + 1, j] = ranks[..., entry]
    raw = square[..., 1:, :-1] - square[..., 1:, 1:] - square[..., :-1, :-1] + square[..., :-1, 1:]
    return np.stack([np.maximum(raw[..., i, j], 0) for i, j in pairs], axis=-1)


def band(values):
    return np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)


def distance(gd, sgd, draws):
    """sum |GD - mean SGD| at one checkpoint, its band over resampled runs, and its null; sgd: (S, epsilons, pairs)."""
    found = np.abs(gd - sgd.mean(0)).sum(-1)
    resampled = np.abs(gd - sgd[draws].mean(1)).sum(-1)
    others = (sgd.sum(0) - sgd) / max(1, len(sgd) - 1)
    nulls = np.abs(sgd - others).sum(-1)
    return found, band(resampled), nulls.mean(0), band(nulls)


def cell(preset, regime, kind, replicate, counter):
    rng = np.random.default_rng([1, list(preset["schedules"]).index(regime), list(preset["spectra"]).index(kind), replicate])
    widths, teacher = preset["widths"], np.asarray(preset["spectra"][kind], dtype=float)
    depth, pairs = len(widths) - 1, [(i, j) for i in range(len(widths) - 1) for j in range(i, len(widths) - 1)]
    exponent, rate, steps = preset["schedules"][regime]
    problem = make_problem(rng, teacher, widths[0], widths[-1], preset["samples"])
    s = problem[-1]
    deviation = widths[1] ** (-exponent / 2)
    start = [deviation * rng.standard_normal((rows, columns)) for columns, rows in zip(widths, widths[1:])]
    runs = []
    for run in range(preset["runs"] + 1):
        losses, history = train(start, problem, rate, steps, preset["batch"] if run else 0, np.random.default_rng([2, replicate, run]))
        counter["steps"] += steps
        at = checkpoints_of(losses, s, len(teacher), rate, preset["points"])
        reached = {name: step for name, step in at.items() if step is not None}
        spectra = spectra_of(history, list(reached.values()))
        (relative, gap, anchored, anchored_gap), measures = ranks_of(spectra, s[0], depth)
        runs.append(dict(
            losses=losses, steps=reached, place={name: index for index, name in enumerate(reached)}, relative=relative,
            anchored=anchored, many=multiplicities(relative, pairs, depth), sigma=spectra[0, depth - 1],
            gap=gap[..., pairs.index((0, depth - 1))]))
    gd, sgd = runs[0], runs[1:]
    distances = {}
    for name, index in gd["place"].items():
        there = [run for run in sgd if name in run["place"]]
        if not there:
            continue
        draws = rng.integers(len(there), size=(preset["bootstrap"], len(there)))
        for pattern in ("relative", "anchored", "many"):
            values = np.stack([run[pattern][:, run["place"][name]] for run in there])
            mean, spread, bands = values.mean(0), values.std(0, ddof=min(1, len(there) - 1)), band(values[draws].mean(1))
            distances[name, pattern] = distance(gd[pattern][:, index], values, draws), mean, spread, bands
    return dict(regime=regime, teacher=kind, rate=rate, depth=depth, pairs=pairs, s=s[:len(teacher)], runs=runs, distances=distances)


def save(figure, folder, name):
    for kind in ("svg", "pdf", "png"):
        figure.savefig(f"{folder}/{name}.{kind}", dpi=192)


def draw(cells, folder):
    """The figures of the report: one of panels for each quantity, and the rank patterns of each cell."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    def panels(name, fill, **settings):
        figure = Figure(figsize=(6.75, 5.8), layout="constrained")
        axes = figure.subplots(3, len(cells) // 3, squeeze=False, **settings)
        for axis, one in zip(axes.flat, cells):
            fill(axis, one)
            axis.set_title(f"{one['regime']}, {one['teacher']}", fontsize=8)
        save(figure, folder, name)

    def times(one, run):
        order = np.argsort(list(run["steps"].values()), kind="stable")
        return one["rate"] * np.array(list(run["steps"].values()))[order], order

    def losses(axis, one):
        for run in one["runs"][::-1]:
            axis.semilogy(one["rate"] * np.arange(len(run["losses"])), np.maximum(run["losses"], 1e-4), lw=0.8)
        for plateau in 0.5 * np.cumsum(one["s"][::-1] ** 2):
            axis.axhline(plateau, ls=":", lw=0.6)

    def values(axis, one):
        for run in one["runs"]:
            time, order = times(one, run)
            axis.plot(time, run["sigma"][order], lw=0.6)
        for s in one["s"]:
            axis.axhline(s, ls="--", lw=0.6)

    def gaps(axis, one):
        for run in one["runs"]:
            time, order = times(one, run)
            axis.semilogy(time, run["gap"][0, order], lw=0.6)
        axis.axhline(10)

    def staircase(pattern):
        def fill(axis, one):
            time, order = times(one, one["runs"][0])
            for epsilon, ranks in zip(EPSILONS, one["runs"][0][pattern][..., one["pairs"].index((0, one["depth"] - 1))]):
                axis.step(time, ranks[order], label=f"{epsilon:g}")
            axis.legend(fontsize=6)
        return fill

    def distances(pattern, names):
        def fill(axis, one):
            shown = [name for name in one["runs"][0]["steps"] if name.startswith(names) and (name, pattern) in one["distances"]]
            time = [one["rate"] * one["runs"][0]["steps"][name] for name in shown]
            found = [one["distances"][name, pattern][0] for name in shown]
            if not found:
                return
            axis.plot(time, [value[0] for value, *_ in found])
            axis.fill_between(time, [low[0] for _, (low, _), *_ in found], [high[0] for _, (_, high), *_ in found], alpha=0.3)
            axis.plot(time, [null[0] for _, _, null, _ in found], "--")
        return fill

    panels("losses", losses)
    panels("singular-values", values)
    panels("gaps", gaps)
    for pattern in ("relative", "anchored"):
        panels(f"staircase-{pattern}", staircase(pattern))
    for pattern in ("relative", "many"):
        panels(f"distance-{pattern}", distances(pattern, ("start", "modes", "end")))
    panels("around-escapes", distances("relative", "escape"))
    for one in cells:
        shown = [name for name in one["runs"][0]["steps"] if name in ("start", "end") or name.endswith("at 0.5")][:5]
        figure = Figure(figsize=(3.25, 1.1 * len(shown)), layout="constrained")
        axes = figure.subplots(len(shown), 3, squeeze=False)
        for row, name in zip(axes, shown):
            gd = one["runs"][0]["relative"][0, one["runs"][0]["place"][name]]
            mean = one["distances"][name, "relative"][1][0] if (name, "relative") in one["distances"] else gd
            for axis, entries in zip(row, (gd, mean, mean - gd)):
                square = np.full((one["depth"],) * 2, np.nan)
                for (i, j), entry in zip(one["pairs"], entries):
                    square[i, j] = entry
                    axis.text(j, i, f"{entry:g}", ha="center", va="center", fontsize=7)
                axis.imshow(square)
            row[0].set_ylabel(name, fontsize=6)
        save(figure, folder, f"pattern-{one['regime']}-{one['teacher']}")


def main(name="quick", extent="all", folder=None):
    preset = {"quick": QUICK, "paper": PAPER}[name]
    if extent == "part":
        preset = {**preset, "replicates": 1, "spectra": {"full": preset["spectra"]["full"]}}
    counter = {"steps": 0}
    cells = [cell(preset, regime, kind, replicate, counter)
             for regime in preset["schedules"] for kind in preset["spectra"] for replicate in range(preset["replicates"])]
    if folder:
        draw([one for index, one in enumerate(cells) if index % preset["replicates"] == 0], folder)
    print(json.dumps({**counter, "cells": [
        dict(regime=one["regime"], teacher=one["teacher"], excess=one["runs"][0]["losses"][-1],
             d_r=float(one["distances"]["end", "relative"][0][0][0])) for one in cells]}))


main(*sys.argv[1:])
