"""The whole model as the host understands it: read-in layers, recurrent layers of one cell, read-out layers,
computed in NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from grader.rnn.layer_mistakes import Alternative
from grader.rnn.layer_mistakes.mistake import LayerCall
from grader.rnn.mapping import CellMapping
from grader.rnn.pointwise import Pointwise
from grader.rnn.pooling import Pooling
from grader.rnn.weights import Array, Arrays, Weights

# sequences at a time: the gates of one step stay in the processor's cache (measured: 12 % faster than 500)
CHUNK = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrent:
    """One recurrent layer: the places of its cell's variables, in the order of a fresh cell's."""

    variables: tuple[int, ...]
    units: int
    features: int
    path: str = ""  # of the cell in the model


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Read-in layers on every step, recurrent layers from zero states, read-out layers on the last step (or
    what else `pooling` takes)."""

    read_in: tuple[Pointwise, ...]
    recurrent: tuple[Recurrent, ...]
    read_out: tuple[Pointwise, ...]
    cell: CellMapping
    pooling: Pooling = Pooling.LAST
    start: float = 0.0  # what the start states are filled with
    mistake: Alternative | None = None  # of the layer, charged by a check of its own
    scale: float = 1.0  # what the model multiplies its input by, before the first layer
    shift: float = 0.0  # what it adds then

    def __call__(self, arrays: Sequence[Array], x: Array) -> Array:
        """x: [batch, time, 1] -> [batch, outputs], in the precision of `arrays`."""
        return self.above(arrays, self.below(arrays, x))

    def below(self, arrays: Sequence[Array], x: Array) -> Array:
        """What the last recurrent layer gives for x, which neither `reads` nor `read_out` changes."""
        x = self.scaled(x)
        for layer in self.read_in:
            x = layer(arrays, x)
        for one in self.recurrent:
            weights = self.cell.layout.weights([arrays[k] for k in one.variables], one.units, one.features)
            x = self._unrolled(weights.astype(str(x.dtype)), x)
        return x

    def above(self, arrays: Sequence[Array], x: Array) -> Array:
        """The outputs, from what the last recurrent layer gives."""
        x = self.pooling(x) if x.ndim == 3 else x
        for layer in self.read_out:
            x = layer(arrays, x)
        return x

    def scaled(self, x: Array) -> Array:
        """The input as the first layer gets it."""
        return (
            x
            if (self.scale, self.shift) == (1.0, 0.0)
            else np.asarray(self.scale * x + self.shift, dtype=x.dtype)
        )

    def _unrolled(self, weights: Weights, x: Array) -> Array:
        states = self.start_states(x, weights.units)
        run = partial(self.cell.chain, weights)
        if self.mistake is None:
            return run(x, states)
        return self.mistake(LayerCall(run=run, x=x, states=states)).astype(x.dtype)

    def start_states(self, x: Array, units: int) -> Arrays:
        """What every layer starts from, for the input x [batch, ...]."""
        return tuple(np.full((len(x), units), self.start, dtype=x.dtype) for _ in self.cell.family.states)

    def in_chunks(self, arrays: Sequence[Array], x: Array) -> Array:
        """The same for many sequences, in float32."""
        single = [a.astype("f4") for a in arrays]
        return np.concatenate([self(single, x[k : k + CHUNK].astype("f4")) for k in range(0, len(x), CHUNK)])
