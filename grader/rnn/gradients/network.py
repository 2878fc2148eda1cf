"""The gradients of a whole model, computed here, in float64 unless asked: through its recurrent
layers and those before and after them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.flow import FREE, Flow
from grader.rnn.gradients.through_time import backward, forward
from grader.rnn.gradients.traced import traced
from grader.rnn.network import Network, Recurrent
from grader.rnn.pointwise import Pointwise
from grader.rnn.weights import Array, Arrays, Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradients:
    """Gradients by every variable, in their order, and by the input [batch, time, 1]."""

    variables: tuple[Array, ...]
    input: Array


def gradients_of(
    network: Network, arrays: Sequence[Array], x: Array, weights: Array, flow: Flow = FREE, dtype: str = "f8"
) -> Gradients:
    """Gradients of the sum of the network's outputs, each times its weight. x: [batch, time, 1]; weights:
    [batch, columns], taken in turn for the columns of the output, or [batch], one for a whole row.

    Raises:
        NoDerivative: the cell's family is a sheet's own, and its rule does something of which none is known.
    """
    own = [np.asarray(array, dtype=dtype) for array in arrays]
    way = _Way(arrays=own, totals=[np.zeros_like(array) for array in own], flow=flow)
    x = network.scaled(np.asarray(x, dtype=dtype))
    # from the input to the output; each takes a gradient one step back
    back: list[Callable[[Array], Array]] = []
    back.append(lambda upstream: network.scale * upstream)
    for below in network.read_in:
        x, step = way.through_pointwise(below, x)
        back.append(step)
    for layer in network.recurrent:
        x, step = way.through_recurrent(network, layer, x)
        back.append(step)
    shape = x.shape
    x = network.pooling(x)
    back.append(lambda upstream: network.pooling.back(upstream, shape))
    for above in network.read_out:
        x, step = way.through_pointwise(above, x)
        back.append(step)
    columns = weights.reshape(len(weights), -1).astype(dtype)
    upstream = columns[:, np.arange(x.shape[1]) % columns.shape[1]]
    for step in reversed(back):
        upstream = step(upstream)
    return Gradients(variables=tuple(way.totals), input=upstream)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One pass through a network and back; `totals` collects the gradients by the variables."""

    arrays: list[Array]
    totals: list[Array]
    flow: Flow

    def through_pointwise(self, layer: Pointwise, x: Array) -> tuple[Array, Callable[[Array], Array]]:
        out, way = layer.there_and_back(self.arrays, x)

        def back(upstream: Array) -> Array:
            by_x, by_variables = way(upstream)
            for place, part in by_variables.items():
                self.totals[place] += part
            return by_x

        return out, back

    def through_recurrent(
        self, network: Network, layer: Recurrent, x: Array
    ) -> tuple[Array, Callable[[Array], Array]]:
        layout = network.cell.layout
        own = [self.arrays[k] for k in layer.variables]
        weights = layout.weights(own, layer.units, layer.features).astype(str(x.dtype))
        out, through = self._through_time(network, weights, x, network.start_states(x, layer.units))

        def back(upstream: Array) -> Array:
            by_weights, by_x = through(upstream)
            for place, part in zip(
                layer.variables, layout.spread(by_weights, [a.shape for a in own]), strict=True
            ):
                self.totals[place] += part
            return by_x

        return out, back

    def _through_time(
        self, network: Network, weights: Weights, x: Array, start: Arrays
    ) -> tuple[Array, Callable[[Array], tuple[Weights, Array]]]:
        """The hidden states, and the way back: as the family says it, else traced."""
        family, rule = network.cell.family, network.cell.variant
        if rule.step_back is None:
            passed = traced(weights, x, start, rule.rule, family, self.flow)
            return passed.states, passed.back
        out, moments = forward(weights, x, start, rule)
        return out, lambda upstream: backward(weights, moments, upstream, family, rule, self.flow)
