"""The probes a sheet can ask, each with the question it draws."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.assignment.probe import Probe

Numbers = Mapping[str, float | int]
GAIN = (
    1.5  # of drawn kernels: larger saturates the gates and hides mistakes (measured: at unit variance a clip passes for a tanh)
)
SMALL = ((7, 3), (5, 4), (6, 4), (9, 5), (7, 4))  # (units, features): never equal, so that shapes tell the operands apart
LARGEST_BATCH = 256  # of a question about cell or layer: up to here the student's own, which may be wired into the code
LARGEST_OF_MODEL = 1024  # of one about the model, which is asked less
MOST_OF_MODEL = {"batch": LARGEST_OF_MODEL, "time": 400}
LARGEST_SIZE = 1024  # units and features: of a cell twice as wide the weights alone are more than an answer may hold
LARGEST_SEQUENCES = 2_400_000  # numbers in the longest batch of a layer, which is answered five times over: 48 of at most 64 MB
FEWEST_STEPS = 5
FEWEST_ROWS = 16  # that a cell is asked with, in whole batches
CONTINUED = 65_536  # numbers with which a question goes on where the notebook's own sequences are larger than its text says
BATCH, TIME, UNITS, FEATURES = (["batch", 0], ["time", 0], ["units", 0], ["features", 0])  # sides that follow the notebook


def _batch(parameters: Numbers, largest: int = LARGEST_BATCH) -> int:
    return max(1, min(int(parameters.get("BATCH_SIZE", 32)), largest))


def _length(parameters: Numbers, longest: int) -> int:
    return max(1, min(int(parameters.get("SEQ_LEN", 25)), longest))


def _size(parameters: Numbers, name: str, default: int) -> int:
    return max(1, min(int(parameters.get(name, default)), LARGEST_SIZE))


def _sizes(rng: np.random.Generator, parameters: Numbers) -> list[list[int]]:
    """Small sizes first; the student's own for a cell that only works with those."""
    own = [_size(parameters, "UNITS", 100), _size(parameters, "READ_IN", 32)]
    return [list(SMALL[int(rng.integers(len(SMALL)))]), own]


def asked_smaller(parameters: Numbers) -> list[str]:
    """What a student should know about sizes that no question has: "UNITS is 600,000: the checks ask with 1,024 at most"."""
    large = {name: parameters[name] for name in ("UNITS", "READ_IN") if parameters.get(name, 0) > LARGEST_SIZE}
    return [
        f"{name} is {size:,}: questions to the cell and the layer use at most {LARGEST_SIZE:,}" for name, size in large.items()
    ]


def _normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.standard_normal(shape).astype("<f4")


def _following(
    rng: np.random.Generator,
    question: dict[str, Any],
    own: Mapping[str, int],
    most: Mapping[str, int],
    axes: Mapping[str, list[Any]],
) -> Mapping[str, Any]:
    """The question, with what it takes to ask it in the sizes that the notebook was seen to use (run/inside/sized.py)."""
    return question | {"own": dict(own), "most": dict(most), "axes": dict(axes), "more": _normal(rng, CONTINUED)}


def _widths(sizes: list[list[int]]) -> dict[str, int]:
    return {"units": max(units for units, _ in sizes), "features": max(features for _, features in sizes)}


def one_step(draws: int = 4) -> Probe:
    """One step of a fresh cell under `draws` sets of weights; single rows have x, h or c zero, since h = 0 hides the recurrent
    kernels, c = 0 the forget gate."""

    def draw(rng: np.random.Generator, parameters: Numbers) -> Mapping[str, Any]:
        batch, sizes = _batch(parameters), _sizes(rng, parameters)
        rows, widths = batch * math.ceil(FEWEST_ROWS / batch), _widths(sizes)
        x, h, c = (_normal(rng, rows, widths[side]) for side in ("features", "units", "units"))
        order = rng.permutation(FEWEST_ROWS)[:8]
        h[order[0:2]] = 0
        c[order[2:4]] = 0
        x[order[4:6]] = 0
        h[order[6]] = c[order[6]] = 0
        h[order[7]] = c[order[7]] = x[order[7]] = 0
        pools = _normal(rng, draws, 4096)
        question = {"sizes": sizes, "batch": batch, "gain": GAIN, "pools": pools, "x": x, "h": h, "c": c}
        most = {"batch": LARGEST_BATCH, "units": LARGEST_SIZE, "features": LARGEST_SIZE}
        axes = {"x": [["rows", 0], FEATURES], "h": [["rows", 0], UNITS], "c": [["rows", 0], UNITS]}
        return _following(rng, question, {"batch": batch, **widths}, most, axes)

    return Probe(name="one_step", answered_by="one_step", needs=("LSTM_Cell",), draw=draw)


def layer() -> Probe:
    """A layer around a fresh cell: the student's own batch and length first, then 1, 2 and 3 steps, then others.

    Only where `stepped` says so is the student's own cell called step by step beside it: most of the time goes there.
    """

    def draw(rng: np.random.Generator, parameters: Numbers) -> Mapping[str, Any]:
        batch, sizes = _batch(parameters), _sizes(rng, parameters)
        fits = LARGEST_SEQUENCES // (batch * max(itertools.chain.from_iterable(sizes)))
        length = min(_length(parameters, 100), max(fits, FEWEST_STEPS))
        own = [(batch, length, "drawn"), (batch, length, "zero"), (batch, 1, "drawn"), (batch, 2, "zero"), (batch, 3, "drawn")]
        others = [(batch + 3, 4, "zero"), (1, 5, "zero"), (batch, length + 4, "zero")]
        shapes = [(*shape, True) for shape in own] + [(*shape, False) for shape in others]
        cases: list[dict[str, Any]] = [{"batch": b, "time": t, "states": s, "stepped": stepped} for b, t, s, stepped in shapes]
        widths = _widths(sizes)
        axes: dict[str, list[Any]] = {}
        question: dict[str, Any] = {"sizes": sizes, "gain": GAIN, "cases": cases, "pools": _normal(rng, 2, 4096)}
        for index, case in enumerate(cases):
            question[f"x/{index}"] = _normal(rng, case["batch"], case["time"], widths["features"])
            question[f"h/{index}"] = _normal(rng, case["batch"], widths["units"])
            question[f"c/{index}"] = _normal(rng, case["batch"], widths["units"])
            side = 1 if case is cases[6] else ["batch", case["batch"] - batch]
            time = ["time", case["time"] - length] if case in (*cases[:2], cases[7]) else case["time"]
            axes |= {f"x/{index}": [side, time, FEATURES], f"h/{index}": [side, UNITS], f"c/{index}": [side, UNITS]}
        most = {"batch": LARGEST_BATCH, "time": length if fits < length else 100, "units": LARGEST_SIZE, "features": LARGEST_SIZE}
        return _following(rng, question, {"batch": batch, "time": length, **widths}, most, axes)

    return Probe(name="layer", answered_by="layer", needs=("LSTM_Cell", "LSTM_Layer"), draw=draw)


def model() -> Probe:
    """The trained model under weights drawn from {as trained, trained plus noise, random}, in shuffled order: two batches where
    that costs little or is needed, in a graph and as trained, else one."""

    def draw(rng: np.random.Generator, parameters: Numbers) -> Mapping[str, Any]:
        batch, length = _batch(parameters, LARGEST_OF_MODEL), _length(parameters, 400)
        items = [
            {"start": 1, "noise": 0.0, "pool": 0, "graph": False, "batches": 2},
            {"start": 1, "noise": 0.3, "pool": 0, "graph": False, "batches": 1},
            {"start": 0, "noise": 1.0, "pool": 1, "graph": False, "batches": 1},
            {"start": 1, "noise": 0.0, "pool": 1, "graph": True, "batches": 2},
            {"start": 0, "noise": 1.0, "pool": 2, "graph": True, "batches": 2},
        ]
        eager, graph = items[:3], items[3:]
        rng.shuffle(eager)
        rng.shuffle(graph)
        x = _normal(rng, 2, batch, length, 1)
        question = {"x": x, "gain": GAIN, "pools": _normal(rng, 3, 60_000), "items": eager + graph}
        return _following(rng, question, {"batch": batch, "time": length}, MOST_OF_MODEL, {"x": [2, BATCH, TIME, 1]})

    return Probe(name="model", answered_by="model", needs=("model",), draw=draw, early=False, seconds=120.0)


def gradients() -> Probe:
    """Where gradients arrive: a drawn linear functional of the trained model's outputs, with a weight for each of two classes."""

    def draw(rng: np.random.Generator, parameters: Numbers) -> Mapping[str, Any]:
        batch, length = _batch(parameters, LARGEST_OF_MODEL), _length(parameters, 400)
        question = {"x": _normal(rng, batch, length, 1), "weights": np.ascontiguousarray(_normal(rng, 2, batch).T)}
        axes = {"x": [BATCH, TIME, 1], "weights": [BATCH, 2]}
        return _following(rng, question, {"batch": batch, "time": length}, MOST_OF_MODEL, axes)

    return Probe(name="gradients", answered_by="gradients", needs=("model",), draw=draw, early=False)


def data(samples: int = 400) -> Probe:
    """Samples of the task: the student's own length twice (fresh noise?), then another length."""

    def draw(rng: np.random.Generator, parameters: Numbers) -> Mapping[str, Any]:
        length = _length(parameters, 400)
        return {"calls": [[length, samples], [length, 20], [int(rng.integers(5, 12)), 12]]}

    return Probe(name="data", answered_by="data", needs=("integration_task",), draw=draw)


def pipeline(batches: int = 64) -> Probe:
    """The first batches of both data sets; where there is none to test on, of the one there is."""
    return Probe(
        name="pipeline",
        answered_by="pipeline",
        needs=("train_ds",),
        draw=lambda rng, parameters: {"batches": batches},
        early=False,
    )


def names(*wanted: str, lists: tuple[str, ...] = ()) -> Probe:
    """What the notebook defines: kinds, numbers, and lists of numbers such as losses."""
    return Probe(
        name="names",
        answered_by="names",
        draw=lambda rng, parameters: {"names": [*wanted, *lists], "lists": list(lists)},
        early=False,
    )


def training() -> Probe:
    """The weights after each pass over a data set, as the training went."""
    return Probe(name="training", answered_by="training", early=False, optional=True)


def lengths() -> Probe:
    """The trained model on other batch sizes and numbers of steps, where there is no layer to be asked."""

    def draw(rng: np.random.Generator, parameters: Numbers) -> Mapping[str, Any]:
        batch, length = _batch(parameters), _length(parameters, 100)
        shapes = ((batch, 1), (batch, 2), (batch + 3, 4), (1, 5), (batch, length + 4))
        question: dict[str, Any] = {f"x/{case}": _normal(rng, *shape, 1) for case, shape in enumerate(shapes)}
        axes = {"x/0": [BATCH, 1, 1], "x/1": [BATCH, 2, 1], "x/2": [["batch", 3], 4, 1], "x/4": [BATCH, ["time", 4], 1]}
        return _following(rng, question, {"batch": batch, "time": length}, {"batch": LARGEST_BATCH, "time": 100}, axes)

    return Probe(name="lengths", answered_by="lengths", needs=("model",), draw=draw, early=False, optional=True)


def tracing() -> Probe:
    """How often each tf.function was traced."""
    return Probe(name="tracing", answered_by="tracing", early=False)
