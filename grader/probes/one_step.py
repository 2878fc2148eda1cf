"""One step of a fresh cell. Answered by run/inside/of_cell.py."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.assignment import Cell, Probe
from grader.probes.form import Form, anything, count, each, flag
from grader.probes.sizes import (
    FEATURES,
    GAIN,
    LARGEST_BATCH,
    LARGEST_SIZE,
    UNITS,
    Numbers,
    batch_of,
    following,
    normal,
    sizes_of,
    widths,
)

FEWEST_ROWS = 16  # in whole batches
FORM = Form(
    required={"units": count, "features": count, "variables": each(anything)},
    optional={"of_layer": flag, "takes_states": flag},
    sends="initial",
    of_sizes=True,
    most_variables=64,
)
LETTERS = ("h", "c")  # under which the states are sent, in the order of the family's: the hidden one first


@functools.cache
def one_step(cell: Cell, draws: int = 4) -> Probe:
    """One step under `draws` sets of weights; single rows have x or a state zero, since h = 0 hides the
    recurrent kernels, c = 0 the forget gate."""
    letters = LETTERS[: len(cell.family.states)]

    def draw(rng: np.random.Generator, parameters: Numbers) -> Mapping[str, Any]:
        batch, sizes = batch_of(parameters), sizes_of(cell, rng, parameters)
        rows, wide = batch * math.ceil(FEWEST_ROWS / batch), widths(sizes)
        x = normal(rng, rows, wide["features"])
        states = [normal(rng, rows, wide["units"]) for _ in letters]
        _with_zeros(rng.permutation(FEWEST_ROWS)[:8], x, states)
        pools = normal(rng, draws, 4096)
        sent = dict(zip(letters, states, strict=True))
        question = {"sizes": sizes, "batch": batch, "gain": GAIN, "pools": pools, "x": x, **sent}
        most = {"batch": LARGEST_BATCH, "units": LARGEST_SIZE, "features": LARGEST_SIZE}
        axes = {"x": [["rows", 0], FEATURES], **{letter: [["rows", 0], UNITS] for letter in letters}}
        return following(rng, question, {"batch": batch, **wide}, most, axes)

    name = f"one_step{cell.place}"
    return Probe(
        name=name, answered_by="one_step", needs=(cell.name,), parts=(("cell", cell),), draw=draw, form=FORM
    )


def _with_zeros(order: np.ndarray, x: np.ndarray, states: list[np.ndarray]) -> None:
    """Two rows with each state zero, two with x zero, one with all states zero, one with everything zero."""
    for place, array in enumerate((*states, x)):
        array[order[2 * place : 2 * place + 2]] = 0
    for state in states:
        state[order[6:8]] = 0
    x[order[7]] = 0
