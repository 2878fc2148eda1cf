"""The equations inside a layer that has no cell of its own and starts from zeros by itself: no single step can be asked, so they are
found in what it gives for sequences of one step and confirmed on all its sequences."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from grader.model import Observation
from grader.rnn.draws import close_enough, fill
from grader.rnn.mapping import Asked, Draw, Mapping
from grader.rnn.search import explanations
from grader.rnn.weights import Array

MOST = 200  # explanations of one step that are confirmed: after one step from zeros the forget gate has not shown yet


def explain_layer(observation: Observation) -> Mapping | None:
    """The mapping that explains every sequence of the layer's own size; None when none does."""
    one_step = next((k for k, case in enumerate(observation.question["cases"]) if case["time"] == 1), None)
    asked = _asked(observation, one_step) if one_step is not None else None
    if asked is None:
        return None
    found = itertools.islice(explanations(asked), MOST)
    return next((mapping for mapping in found if _explains_all(mapping, observation, asked)), None)


def _asked(observation: Observation, index: int) -> Asked | None:
    q, answer = observation.question, observation.answer
    units, features = int(answer["units"]), int(answer["features"])
    shapes = tuple(tuple(int(side) for side in v["shape"]) for v in answer["variables"])
    out = sequence_of(observation, f"out/0/{index}", units)
    if out is None or out.shape[1] != 1 or not shapes:
        return None
    x = np.asarray(q[f"x/{index}"])[:, 0, :features]
    zeros = np.zeros((len(x), units), dtype="f4")
    arrays = tuple(fill(shapes, q["pools"][0], q["gain"]))
    draw = Draw(arrays=arrays, x=x, first=zeros, second=zeros, out=(out[:, 0],))
    paths = tuple(str(v["path"]) for v in answer["variables"])
    return Asked(draws=[draw], shapes=shapes, paths=paths, units=units, features=features)


def _explains_all(mapping: Mapping, observation: Observation, asked: Asked) -> bool:
    q = observation.question
    cases, draws = range(len(q["cases"])), range(len(q["pools"]))
    asked_of = [("out", 0, k) for k in cases] + [("graph", draw, k) for draw in draws for k in cases]
    return all(_explains(mapping, observation, asked, key, draw, index) for key, draw, index in asked_of)


def _explains(mapping: Mapping, observation: Observation, asked: Asked, key: str, draw: int, index: int) -> bool:
    """Whether one sequence is as the mapping makes it; one that was not answered says nothing."""
    q = observation.question
    out = sequence_of(observation, f"{key}/{draw}/{index}", asked.units)
    if out is None:
        return True
    weights = mapping.layout.weights(fill(asked.shapes, q["pools"][draw], q["gain"]), asked.units, asked.features)
    x = np.asarray(q[f"x/{index}"])[..., : asked.features]
    zeros = np.zeros((len(x), asked.units), dtype="f4")
    wanted = mapping.chain(weights, x.astype("f8"), zeros.astype("f8"), zeros.astype("f8"))
    tolerance = close_enough(wanted, mapping.chain(weights.astype("float32"), x, zeros, zeros))
    wanted = wanted[:, -1:] if out.shape[1] == 1 else wanted
    return out.shape == wanted.shape and bool(np.max(np.abs(out - wanted), initial=0.0) <= tolerance)


def sequence_of(observation: Observation, key: str, units: int) -> Array | None:
    """The layer's output [batch, time, units] of one case, whatever its form: time first, or the last step alone (time 1)."""
    index = int(key.rpartition("/")[2])
    case = observation.question["cases"][index]
    shapes: Sequence[tuple[tuple[int, ...], tuple[int, ...]]] = (
        ((case["batch"], case["time"], units), (0, 1, 2)),
        ((case["time"], case["batch"], units), (1, 0, 2)),
    )
    got = [array for k in range(8) if (array := observation.array(f"{key}/{k}")) is not None]
    for array in got:
        for shape, axes in shapes:
            if array.shape == shape:
                return np.transpose(array, axes)
        if array.shape == (case["batch"], units):
            return array[:, None]
    return None
