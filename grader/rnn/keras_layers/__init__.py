"""Keras' own layers in NumPy, one after the other, there and back: what a model of these layers answers with
given weights, and the gradients by its input and by its weights.

The layouts are those of Keras: gates side by side (LSTM: input, forget, candidate, output; GRU: update,
reset, candidate), a GRU that resets after the product with two rows of biases. Everything is computed in the
precision of the input. Steps that do not count (padding, under `mask_zero` or a Masking layer) are masked as
Keras masks them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from grader.rnn.activations import ACTIVATIONS, by_activation
from grader.rnn.keras_layers.recurrent import bidirectional, recurrent
from grader.rnn.keras_layers.spec import BackPass, LayerSpec, Mask, Passage, unmasked
from grader.rnn.keras_layers.steps import (
    convolution,
    flat,
    largest_of_steps,
    last_step,
    mean_of_steps,
    pooled,
    repeated,
    reshaped,
)
from grader.rnn.keras_layers.words import embedding, masking
from grader.rnn.pointwise import Dense, Normalised, Pointwise
from grader.rnn.weights import Array, Arrays

__all__ = ["OTHER_IN_TRAINING", "LayerSpec", "Passage", "Stacked", "last_step", "layer_of", "scaled"]

# layers that do something only while a model is trained
OTHER_IN_TRAINING = (
    *("Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout"),
    "ActivityRegularization",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacked:
    """Layers one after the other."""

    layers: tuple[Passage, ...]

    def __call__(self, x: Array) -> Array:
        """x: [batch, ...] -> what comes out."""
        return self._through(x)[0]

    def back(self, x: Array, upstream: Callable[[Array], Array]) -> tuple[Array, list[Arrays]]:
        """(gradient by the input, gradients by the arrays of each layer); `upstream`: output -> gradient by
        the output.

        Raises:
            ValueError: a recurrent layer is given steps that do not count.
        """
        out, ways = self._through(x)
        by, by_arrays = upstream(out), []
        for way in reversed(ways):
            by, own = way(by)
            by_arrays.append(own)
        return by, by_arrays[::-1]

    def _through(self, x: Array) -> tuple[Array, list[BackPass]]:
        mask: Mask = None
        ways: list[BackPass] = []
        for layer in self.layers:
            out, way = layer.under(x, mask)
            x, mask = out, layer.mask(x, mask)
            ways.append(way)
        return x, ways


def layer_of(spec: LayerSpec, *, back: bool = True) -> Passage | None:
    """One layer; None when it is not known here. Without `back` also one of which only the way there is
    known: a recurrent layer with activations that it usually has not, what a BatchNormalization gathered."""
    if (alike := _ALIKE.get(spec.kind)) is not None:
        return alike(spec)
    match spec.kind:
        case "BatchNormalization" if not back:  # while it is trained it takes mean and variance of the batch
            return _normalised(spec, gathered=True)
        case "SimpleRNN" | "LSTM" | "GRU":
            return recurrent(spec, back)
        case "Bidirectional" if len(spec.inside) == 2:
            return bidirectional(spec, back)
        case "TimeDistributed" if [one.kind for one in spec.inside] == ["Dense"]:
            return _dense(replace(spec.inside[0], arrays=spec.arrays))
    return None


def scaled(scale: object, offset: object) -> Passage | None:
    """x times a number, plus another."""
    if not isinstance(scale, (int, float)) or not isinstance(offset, (int, float)):
        return None
    return unmasked(
        lambda x: (np.asarray(x * scale + offset, dtype=x.dtype), lambda upstream: (upstream * scale, ()))
    )


_nothing = unmasked(lambda x: (x, lambda upstream: (upstream, ())))


def _activation(spec: LayerSpec) -> Passage | None:
    """A layer that is an activation. Of a ReLU with a slope or a bound the answers are others."""
    told = {"ReLU": "relu", "ELU": "elu", "Softmax": "softmax"}
    name = told.get(spec.kind, str(spec.settings.get("activation")))
    if (
        name not in ACTIVATIONS
        or spec.settings.get("axis", -1) != -1
        or spec.settings.get("alpha", 1.0) != 1.0
    ):
        return None
    return unmasked(lambda x: (ACTIVATIONS[name](x), lambda upstream: (by_activation(name, x, upstream), ())))


def _leaky(spec: LayerSpec) -> Passage | None:
    """The positive part, and a share of the negative one."""
    slope = spec.settings.get("negative_slope", spec.settings.get("alpha"))
    if not isinstance(slope, (int, float)):
        return None

    def layer(x: Array) -> tuple[Array, BackPass]:
        share = np.where(x > 0, 1, slope).astype(x.dtype)
        return x * share, lambda upstream: (upstream * share, ())

    return unmasked(layer)


def _dense(spec: LayerSpec) -> Passage | None:
    name = str(spec.settings.get("activation"))
    if name not in ACTIVATIONS or not spec.arrays:
        return None
    bias = 1 if len(spec.arrays) > 1 else None
    return _by_itself(Dense(kernel=0, bias=bias, activation=name), spec.arrays)


def _normalised(spec: LayerSpec, *, gathered: bool = False) -> Passage | None:
    epsilon, held = spec.settings.get("epsilon"), iter(range(len(spec.arrays)))
    if not isinstance(epsilon, float) or not 0 <= epsilon < 1:
        return None
    has = (spec.settings.get("scale"), spec.settings.get("center"), gathered, gathered)
    scale, shift, mean, variance = (next(held, None) if one else None for one in has)
    one = Normalised(scale=scale, shift=shift, mean=mean, variance=variance, epsilon=epsilon)
    return _by_itself(one, spec.arrays)


def _by_itself(one: Pointwise, own: Arrays) -> Passage:
    """A layer that does the same with every vector, with these arrays."""

    def layer(x: Array) -> tuple[Array, BackPass]:
        out, way = one.there_and_back([array.astype(x.dtype) for array in own], x)

        def back(upstream: Array) -> tuple[Array, Arrays]:
            by_x, by_arrays = way(upstream)
            return by_x, tuple(by_arrays[place] for place in one.places)

        return out, back

    return unmasked(layer)


# what gives the same with and without a way back
_ALIKE: Mapping[str, Callable[[LayerSpec], Passage | None]] = {
    **dict.fromkeys(("InputLayer", *OTHER_IN_TRAINING), lambda spec: _nothing),
    "Dense": _dense,
    "LayerNormalization": _normalised,
    **dict.fromkeys(("Activation", "ReLU", "ELU", "Softmax"), _activation),
    "LeakyReLU": _leaky,
    "GlobalAveragePooling1D": lambda spec: mean_of_steps,
    "GlobalMaxPooling1D": lambda spec: largest_of_steps,
    "Rescaling": lambda spec: scaled(spec.settings.get("scale"), spec.settings.get("offset")),
    "Flatten": lambda spec: flat,
    "RepeatVector": repeated,
    "Reshape": reshaped,
    "Embedding": embedding,
    "Masking": masking,
    "Conv1D": convolution,
    **dict.fromkeys(("MaxPooling1D", "AveragePooling1D"), pooled),
}
