"""A layer around a fresh cell, beside its own cell called step by step. Answered by
run/inside/of_layer.py."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.assignment import Layer, Probe
from grader.probes.form import ERROR, ERRORS, Form, anything, count, each, text, values
from grader.probes.one_step import LETTERS
from grader.probes.sizes import (
    FEATURES,
    GAIN,
    LARGEST_BATCH,
    LARGEST_SIZE,
    UNITS,
    Numbers,
    batch_of,
    following,
    length_of,
    normal,
    sizes_of,
    widths,
)

FORM = Form(
    required={
        "units": count,
        "features": count,
        "variables": each(anything),
        "cell_variables": each(count),
        "errors": ERRORS,
        "structures": values(anything),
    },
    optional={"start": text, "start_error": ERROR, "each_step": each(each(count))},
    of_sizes=True,
    most_variables=64,
)
LONGEST = 100  # steps of the student's own length
# numbers in the longest batch, which is answered five times over: 48 of at most 64 MB
LARGEST_SEQUENCES = 2_400_000
FEWEST_STEPS = 5
OF_OWN_LENGTH, ALONE = (0, 1, 7), 6  # places of cases


@functools.cache
def layer(layer: Layer) -> Probe:
    """The student's own batch and length first, then 1, 2 and 3 steps, then others.

    Only where `stepped` says so is the student's own cell called step by step beside it: most of the time
    goes there.
    """
    cell = layer.cell
    letters = LETTERS[: len(cell.family.states)]

    def draw(rng: np.random.Generator, parameters: Numbers) -> Mapping[str, Any]:
        batch, sizes = batch_of(parameters), sizes_of(cell, rng, parameters)
        fits = LARGEST_SEQUENCES // (batch * max(itertools.chain.from_iterable(sizes)))
        length = min(length_of(parameters, LONGEST), max(fits, FEWEST_STEPS))
        cases = _cases(batch, length)
        wide = widths(sizes)
        axes: dict[str, list[Any]] = {}
        question: dict[str, Any] = {
            "sizes": sizes,
            "gain": GAIN,
            "cases": cases,
            "pools": normal(rng, 2, 4096),
        }
        for index, case in enumerate(cases):
            question[f"x/{index}"] = normal(rng, case["batch"], case["time"], wide["features"])
            question |= {f"{letter}/{index}": normal(rng, case["batch"], wide["units"]) for letter in letters}
            side, time = _sides(case, index, batch, length)
            axes |= {
                f"x/{index}": [side, time, FEATURES],
                **{f"{letter}/{index}": [side, UNITS] for letter in letters},
            }
        longest = length if fits < length else LONGEST
        most = {"batch": LARGEST_BATCH, "time": longest, "units": LARGEST_SIZE, "features": LARGEST_SIZE}
        return following(rng, question, {"batch": batch, "time": length, **wide}, most, axes)

    parts = (("cell", cell), ("layer", layer))
    name = f"layer{layer.place}"
    return Probe(
        name=name, answered_by="layer", needs=(cell.name, layer.name), parts=parts, draw=draw, form=FORM
    )


def _sides(case: Mapping[str, Any], index: int, batch: int, length: int) -> tuple[Any, Any]:
    """(batch, time) of a case as they follow the notebook's own: one sequence stays one, a few steps stay as
    many."""
    side = 1 if index == ALONE else ["batch", case["batch"] - batch]
    return side, ["time", case["time"] - length] if index in OF_OWN_LENGTH else case["time"]


def _cases(batch: int, length: int) -> list[dict[str, Any]]:
    own = [
        (batch, length, "drawn"),
        (batch, length, "zero"),
        (batch, 1, "drawn"),
        (batch, 2, "zero"),
        (batch, 3, "drawn"),
    ]
    others = [(batch + 3, 4, "zero"), (1, 5, "zero"), (batch, length + 4, "zero")]
    shapes = [(*shape, True) for shape in own] + [(*shape, False) for shape in others]
    return [{"batch": b, "time": t, "states": s, "stepped": stepped} for b, t, s, stepped in shapes]
