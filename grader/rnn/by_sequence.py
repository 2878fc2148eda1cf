"""The equations inside a layer that has no cell of its own and starts from zeros by itself: no single step
can be asked, so they are found in what it gives for sequences of one step and confirmed on all its
sequences."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.draws import close_enough
from grader.rnn.family import CellFamily
from grader.rnn.mapping import CellDraw, CellDraws, CellMapping
from grader.rnn.search import explanations
from grader.rnn.weights import Array, Arrays

MOST_EXPLANATIONS = 200  # of one step: after one step from zeros the forget gate has not shown yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequences:
    """What a layer gave under one set of weights: arrays per variable; x [batch, time, features]; out [batch,
    time, units], or [batch, 1, units] of a layer that shows its last step alone."""

    arrays: Arrays
    x: Array
    out: Array


def one_step(
    family: CellFamily, some: Sequences, shapes: Sequence[Sequence[int]], paths: Sequence[str]
) -> CellDraws:
    """Sequences of one step as one step of a cell from zero states."""
    units, features = some.out.shape[-1], some.x.shape[-1]
    zeros = tuple(np.zeros((len(some.x), units), dtype="f4") for _ in family.states)
    draw = CellDraw(arrays=some.arrays, x=some.x[:, 0], states=zeros, out=(some.out[:, 0],))
    return CellDraws(family=family, draws=[draw], shapes=shapes, paths=paths, units=units, features=features)


def explain_sequences(asked: CellDraws, sequences: Sequence[Sequences]) -> CellMapping | None:
    """The mapping that explains one step from zeros, `asked`, and every one of the sequences; None when none
    does."""
    found = itertools.islice(explanations(asked), MOST_EXPLANATIONS)
    return next((mapping for mapping in found if all(_explains(mapping, some) for some in sequences)), None)


def _explains(mapping: CellMapping, some: Sequences) -> bool:
    shapes = [array.shape for array in some.arrays]
    if not mapping.layout.fits(shapes, some.out.shape[-1], some.x.shape[-1]):
        return False
    weights = mapping.layout.weights(some.arrays, some.out.shape[-1], some.x.shape[-1])
    zeros = tuple(np.zeros((len(some.x), weights.units), dtype="f4") for _ in mapping.family.states)
    wanted = mapping.chain(weights, some.x.astype("f8"), tuple(state.astype("f8") for state in zeros))
    tolerance = close_enough(wanted, mapping.chain(weights.astype("float32"), some.x, zeros))
    wanted = wanted[:, -1:] if some.out.shape[1] == 1 else wanted
    return some.out.shape == wanted.shape and bool(
        np.max(np.abs(some.out - wanted), initial=0.0) <= tolerance
    )
