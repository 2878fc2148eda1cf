"""Cells with more weights than an LSTM has: with peepholes, or with layer normalisation. Told as what they
are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from grader.model import Mistake
from grader.rnn.activations import sigmoid
from grader.rnn.crossed import PROMISING
from grader.rnn.layouts import WeightBlock
from grader.rnn.mapping import CellDraw, CellDraws, StateOrder
from grader.rnn.readings import Pieces, readings
from grader.rnn.stack import FEW_ROWS
from grader.rnn.weights import Array

PEEPHOLES = (
    "a cell with peepholes: its gates see the cell state, too (Gers & Schmidhuber 2000); the sheet asks for a"
    " cell without them"
)
NORMALISED = "a cell with layer normalisation (Ba et al. 2016); the sheet asks for a cell without it"
NORMS = ("gamma", "beta")  # how Keras calls the weights of a normalisation
BY_ITS_WEIGHTS = 0.6  # confidence where the weights alone speak for it


def extended(asked: CellDraws) -> Mistake | None:
    """The kind of cell that has such weights; None when it is no known one."""
    if any(path.rpartition(".")[2] in NORMS for path in asked.paths):
        return Mistake(id="layer_normalisation", confidence=BY_ITS_WEIGHTS, words=NORMALISED)
    for pieces, order in itertools.product(
        readings(asked.shapes, asked.units, asked.features), asked.consistent_orders
    ):
        if _has_peepholes(asked, pieces, order):
            return Mistake(id="peepholes", confidence=1.0, words=PEEPHOLES)
    if any(len(shape) == 2 and shape[0] == asked.features + 2 * asked.units for shape in asked.shapes):
        return Mistake(id="peepholes", confidence=BY_ITS_WEIGHTS, words=PEEPHOLES)
    return None


def _has_peepholes(asked: CellDraws, pieces: Pieces, order: StateOrder) -> bool:
    """Whether four gates, three of them with a weight for every unit of the cell state, explain the first
    draw. The output gate is found first, from h' = o * tanh(c') with the c' that was returned; it sees c',
    the others see c."""
    extra = len(pieces.biases) - 3
    if len(pieces.from_x) != 4 or len(pieces.from_h) != 4 or extra not in (0, 4):
        return False
    few = _few(asked.draws[0])
    h, c = (state.astype("f8") for state in order.understood(few.states))
    new_h, new_c = order.answers(few)
    if new_h is None or new_c is None:
        return False
    z = [_pre_activation(asked, few, x, f, h) for x, f in zip(pieces.from_x, pieces.from_h, strict=True)]
    vectors = [block.cut(few.arrays[block.variable].astype("f8"), asked.units) for block in pieces.biases]
    for gate, (bias, peephole), left in _choices(range(4), vectors, bool(extra)):
        if np.abs(sigmoid(z[gate] + bias + peephole * new_c) * np.tanh(new_c) - new_h).max() > PROMISING:
            continue
        others = [one for k, one in enumerate(z) if k != gate]
        if any(np.abs(made - new_c).max() < PROMISING for made in _states(others, left, c, bool(extra))):
            return True
    return False


def _few(draw: CellDraw) -> CellDraw:
    return draw.rows(slice(-FEW_ROWS, None))


def _pre_activation(
    asked: CellDraws, few: CellDraw, x: WeightBlock, h: WeightBlock | None, state: Array
) -> Array:
    kernel = x.cut(few.arrays[x.variable].astype("f8"), asked.units)
    both = {"x": few.x, "xh": np.hstack([few.x, state]), "hx": np.hstack([state, few.x])}[x.rows]
    total: Array = both.astype("f8") @ kernel
    return (
        total
        if h is None or h.rows != "h"
        else total + state @ h.cut(few.arrays[h.variable].astype("f8"), asked.units)
    )


def _choices(
    gates: Sequence[int], vectors: Sequence[Array], biased: bool
) -> Iterator[tuple[int, tuple[Array, Array], list[Array]]]:
    """(gate, (its bias, its peephole), the vectors that are left)."""
    nothing = np.zeros_like(vectors[0])
    for gate in gates:
        for chosen in itertools.permutations(range(len(vectors)), 2 if biased else 1):
            left = [vector for k, vector in enumerate(vectors) if k not in chosen]
            bias, peephole = (vectors[chosen[0]] if biased else nothing), vectors[chosen[-1]]
            yield gate, (bias, peephole), left


def _states(z: Sequence[Array], vectors: Sequence[Array], c: Array, biased: bool) -> Iterator[Array]:
    """Every new cell state that input gate, forget gate and candidate can make of these pre-activations z and
    vectors."""
    nothing = np.zeros_like(c[0])
    for i, f, g in itertools.permutations(z):
        for order in itertools.permutations(vectors):
            peep_i, peep_f, *biases = order
            bias_i, bias_f, bias_g = biases if biased else (nothing,) * 3
            yield sigmoid(f + bias_f + peep_f * c) * c + sigmoid(i + bias_i + peep_i * c) * np.tanh(
                g + bias_g
            )
