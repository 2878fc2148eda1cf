"""A layer that has no cell of its own and starts from zeros by itself, as it answered: its sequences, in
whatever form they came."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.model import Observation
from grader.rnn.by_sequence import Sequences, explain_sequences, one_step
from grader.rnn.draws import fill
from grader.rnn.family import CellFamily
from grader.rnn.mapping import CellMapping
from grader.rnn.weights import Array


def explain_layer(observation: Observation, family: CellFamily) -> CellMapping | None:
    """The mapping that explains every sequence of the layer's own size; None when none does."""
    cases, draws = range(len(observation.question["cases"])), range(len(observation.question["pools"]))
    first = next((k for k in cases if observation.question["cases"][k]["time"] == 1), None)
    alone = _sequences(observation, "out", 0, first) if first is not None else None
    shapes = _shapes(observation)
    if alone is None or alone.out.shape[1] != 1 or not shapes:
        return None
    paths = tuple(str(v["path"]) for v in observation.answer["variables"])
    asked_for = [("out", 0, k) for k in cases] + [("graph", draw, k) for draw in draws for k in cases]
    # one that was not answered says nothing
    answered = [_sequences(observation, *which) for which in asked_for]
    return explain_sequences(
        one_step(family, alone, shapes, paths), [some for some in answered if some is not None]
    )


def _shapes(observation: Observation) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(int(side) for side in v["shape"]) for v in observation.answer["variables"])


def _sequences(observation: Observation, key: str, draw: int, index: int) -> Sequences | None:
    """One case of the question with its answer; None where there is none."""
    q, answer = observation.question, observation.answer
    out = sequence_of(observation, f"{key}/{draw}/{index}", int(answer["units"]))
    if out is None:
        return None
    x = np.asarray(q[f"x/{index}"])[..., : int(answer["features"])]
    return Sequences(arrays=tuple(fill(_shapes(observation), q["pools"][draw], q["gain"])), x=x, out=out)


def sequence_of(observation: Observation, key: str, units: int) -> Array | None:
    """The layer's output [batch, time, units] of one case, whatever its form: time first, or the last step
    alone (time 1)."""
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
