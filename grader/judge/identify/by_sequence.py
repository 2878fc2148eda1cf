"""A layer that has no cell of its own and starts from zeros by itself, as it answered: its sequences, in
whatever form they came."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.probes.layer import LayerAnswer, LayerCase
from grader.probes.variables import shapes_of
from grader.rnn.by_sequence import Sequences, explain_sequences, one_step
from grader.rnn.family import CellFamily
from grader.rnn.mapping import CellMapping
from grader.rnn.weights import Array, Arrays


def explain_layer(layer: LayerAnswer, family: CellFamily) -> CellMapping | None:
    """The mapping that explains every sequence of the layer's own size; None when none does."""
    first = next((case for case in layer.cases if case.time == 1), None)
    alone = _sequences(layer, first, 0, first.out) if first is not None else None
    shapes = shapes_of(layer.variables)
    if alone is None or alone.out.shape[1] != 1 or not shapes:
        return None
    paths = tuple(variable.path for variable in layer.variables)
    eager = [_sequences(layer, case, 0, case.out) for case in layer.cases]
    graph = [
        _sequences(layer, case, draw, case.graph[draw])
        for draw in range(len(layer.pools))
        for case in layer.cases
    ]
    # one that was not answered says nothing
    answered = [some for some in (*eager, *graph) if some is not None]
    return explain_sequences(one_step(family, alone, shapes, paths), answered)


def _sequences(layer: LayerAnswer, case: LayerCase, draw: int, got: Arrays) -> Sequences | None:
    """One case of the question with its answer; None where there is none."""
    out = sequence_of(case, got, layer.units)
    return Sequences(arrays=layer.weights(draw), x=case.x, out=out) if out is not None else None


def sequence_of(case: LayerCase, got: Arrays, units: int) -> Array | None:
    """The layer's output [batch, time, units] of one case, whatever its form: time first, or the last step
    alone (time 1)."""
    shapes: Sequence[tuple[tuple[int, ...], tuple[int, ...]]] = (
        ((case.batch, case.time, units), (0, 1, 2)),
        ((case.time, case.batch, units), (1, 0, 2)),
    )
    for array in got:
        for shape, axes in shapes:
            if array.shape == shape:
                return np.transpose(array, axes)
        if array.shape == (case.batch, units):
            return array[:, None]
    return None
