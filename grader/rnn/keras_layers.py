"""Keras' own layers in NumPy, one after the other, there and back: what a model of these layers answers with
given weights, and the gradients by its input and by its weights.

The layouts are those of Keras: gates side by side (LSTM: input, forget, candidate, output; GRU: update,
reset, candidate), a GRU that resets after the product with two rows of biases. Everything is computed in the
precision of the input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from grader.rnn.activations import ACTIVATIONS, by_activation
from grader.rnn.family import CellFamily, UpdateRule, Variant
from grader.rnn.gradients.through_time import backward, forward
from grader.rnn.gru import GRU, Convention
from grader.rnn.layer import unroll
from grader.rnn.lstm import LSTM, RIGHT
from grader.rnn.mistakes.gru.pieces import changed
from grader.rnn.mistakes.lstm.pieces import activated
from grader.rnn.pointwise import Dense, Normalised, Pointwise
from grader.rnn.simple import SIMPLE, simple_step
from grader.rnn.weights import Array, Arrays, Weights

LayerSettings = Mapping[str, object]
# upstream gradient -> (by the input, by each of the layer's arrays)
BackPass = Callable[[Array], tuple[Array, Arrays]]
# x -> (output, the way back): a layer
ThereAndBack = Callable[[Array], tuple[Array, BackPass]]
AS_THEY_ARE = (  # layers that do nothing when nothing is trained
    *("InputLayer", "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout"),
    "ActivityRegularization",
)
MERGED: Mapping[str, Callable[[Array, Array], Array]] = {
    "concat": lambda a, b: np.concatenate([a, b], axis=-1),
    "sum": lambda a, b: np.asarray(a + b),
    "ave": lambda a, b: np.asarray((a + b) / 2),
    "mul": lambda a, b: np.asarray(a * b),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSpec:
    """One layer as Keras describes it, with its arrays in Keras' order; `inside`: of a Bidirectional its two
    directions."""

    kind: str
    settings: LayerSettings = field(default_factory=dict)
    arrays: Arrays = ()
    inside: tuple[LayerSpec, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacked:
    """Layers one after the other."""

    layers: tuple[ThereAndBack, ...]

    def __call__(self, x: Array) -> Array:
        """x: [batch, ...] -> what comes out."""
        for layer in self.layers:
            x = layer(x)[0]
        return x

    def back(self, x: Array, upstream: Callable[[Array], Array]) -> tuple[Array, list[Arrays]]:
        """(gradient by the input, gradients by the arrays of each layer); `upstream`: output -> gradient by
        the output."""
        ways: list[BackPass] = []
        for layer in self.layers:
            x, way = layer(x)
            ways.append(way)
        by, by_arrays = upstream(x), []
        for way in reversed(ways):
            by, own = way(by)
            by_arrays.append(own)
        return by, by_arrays[::-1]


def layer_of(spec: LayerSpec, *, back: bool = True) -> ThereAndBack | None:
    """One layer; None when it is not known here. Without `back` also one of which only the way there is
    known: a recurrent layer with activations that it usually has not."""
    match spec.kind:
        case kind if kind in AS_THEY_ARE:
            return lambda x: (x, lambda upstream: (upstream, ()))
        case "Dense":
            return _dense(spec)
        case "LayerNormalization":
            return _normalised(spec)
        case "Activation":
            return _activation(str(spec.settings.get("activation")))
        case "ReLU":  # with a slope or a bound its answers are others
            return _activation("relu")
        case "GlobalAveragePooling1D":
            return _mean_of_steps
        case "GlobalMaxPooling1D":
            return _largest_of_steps
        case "Rescaling":
            return scaled(spec.settings.get("scale"), spec.settings.get("offset"))
        case "Flatten":
            return lambda x: (x.reshape(len(x), -1), lambda upstream: (upstream.reshape(x.shape), ()))
        case "SimpleRNN" | "LSTM" | "GRU":
            return _recurrent(spec, back)
        case "Bidirectional" if len(spec.inside) == 2:
            return _bidirectional(spec, back)
        case "TimeDistributed" if [one.kind for one in spec.inside] == ["Dense"]:
            return _dense(replace(spec.inside[0], arrays=spec.arrays))
    return None


def last_step(x: Array) -> tuple[Array, BackPass]:
    """Of an output at every step [batch, time, units] the last [batch, units]."""

    def back(upstream: Array) -> tuple[Array, Arrays]:
        by = np.zeros_like(x)
        by[:, -1] = upstream
        return by, ()

    return x[:, -1], back


def _mean_of_steps(x: Array) -> tuple[Array, BackPass]:
    """Of an output at every step [batch, time, units] the mean [batch, units]."""
    return x.mean(axis=1), lambda upstream: (
        np.repeat(upstream[:, None] / x.shape[1], x.shape[1], axis=1),
        (),
    )


def _largest_of_steps(x: Array) -> tuple[Array, BackPass]:
    """Of an output at every step [batch, time, units] the largest of each unit [batch, units]."""
    place = x.argmax(axis=1)[:, None]

    def back(upstream: Array) -> tuple[Array, Arrays]:
        by = np.zeros_like(x)
        np.put_along_axis(by, place, upstream[:, None], axis=1)
        return by, ()

    return np.take_along_axis(x, place, axis=1)[:, 0], back


def scaled(scale: object, offset: object) -> ThereAndBack | None:
    """x times a number, plus another."""
    if not isinstance(scale, (int, float)) or not isinstance(offset, (int, float)):
        return None
    return lambda x: (np.asarray(x * scale + offset, dtype=x.dtype), lambda upstream: (upstream * scale, ()))


def _activation(name: str) -> ThereAndBack | None:
    if name not in ACTIVATIONS:
        return None
    return lambda x: (ACTIVATIONS[name](x), lambda upstream: (by_activation(name, x, upstream), ()))


def _dense(spec: LayerSpec) -> ThereAndBack | None:
    name = str(spec.settings.get("activation"))
    if name not in ACTIVATIONS or not spec.arrays:
        return None
    bias = 1 if len(spec.arrays) > 1 else None
    return _by_itself(Dense(kernel=0, bias=bias, activation=name), spec.arrays)


def _normalised(spec: LayerSpec) -> ThereAndBack | None:
    epsilon, held = spec.settings.get("epsilon"), iter(range(len(spec.arrays)))
    if not isinstance(epsilon, float) or not 0 <= epsilon < 1:
        return None
    scale, shift = (next(held, None) if spec.settings.get(name) else None for name in ("scale", "center"))
    one = Normalised(scale=scale, shift=shift, mean=None, variance=None, epsilon=epsilon)
    return _by_itself(one, spec.arrays)


def _by_itself(one: Pointwise, own: Arrays) -> ThereAndBack:
    """A layer that does the same with every vector, with these arrays."""

    def layer(x: Array) -> tuple[Array, BackPass]:
        out, way = one.there_and_back([array.astype(x.dtype) for array in own], x)

        def back(upstream: Array) -> tuple[Array, Arrays]:
            by_x, by_arrays = way(upstream)
            return by_x, tuple(by_arrays[place] for place in one.places)

        return out, back

    return layer


def _cell_of(spec: LayerSpec, back: bool) -> tuple[CellFamily, Variant] | None:
    """The family and the rule of a recurrent layer; None for activations that are not known, with `back` for
    those that it usually has not: no way back is known of them."""
    activation, inner = (str(spec.settings.get(name)) for name in ("activation", "recurrent_activation"))
    way = Convention(reset_after=spec.settings.get("reset_after") is not False, keeps=True)
    family = {"SimpleRNN": SIMPLE, "LSTM": LSTM, "GRU": GRU}[spec.kind]
    usual = {"SimpleRNN": f"simple_rnn_{activation}", "LSTM": RIGHT.id, "GRU": way.id}[spec.kind]
    if spec.kind == "SimpleRNN" or (activation, inner) == ("tanh", "sigmoid"):
        rule = next((one for one in family.rules if one.id == usual), None)
        if rule is not None:
            return family, rule
    if back or activation not in ACTIVATIONS or (spec.kind != "SimpleRNN" and inner not in ACTIVATIONS):
        return None
    return family, Variant(
        id=f"{spec.kind}_{activation}_{inner}", words="", rule=_with(spec.kind, activation, inner, way)
    )


def _with(kind: str, activation: str, inner: str, way: Convention) -> UpdateRule:
    """The equations with other activations."""
    if kind == "SimpleRNN":
        return simple_step(activation)
    function, gate = ACTIVATIONS[activation], ACTIVATIONS[inner]
    if kind == "LSTM":
        return activated(i=gate, f=gate, g=function, o=gate, shown=function)
    return changed(update=gate, reset=gate, candidate=function)(way)


def _weights(spec: LayerSpec, gates: int) -> Weights | None:
    if len(spec.arrays) not in (2, 3) or spec.arrays[0].ndim != 2 or spec.arrays[1].ndim != 2:
        return None
    kernel, recurrent = (_apart(array, gates) for array in spec.arrays[:2])
    units = recurrent.shape[1]
    bias = spec.arrays[2] if len(spec.arrays) == 3 else np.zeros(gates * units, dtype=kernel.dtype)
    if kernel.shape[2] != units or recurrent.shape[2] != units or bias.shape[-1] != gates * units:
        return None
    rows = bias.reshape(-1, gates, units)
    return Weights(
        kernel=kernel, recurrent=recurrent, bias=rows[0], recurrent_bias=rows[1] if len(rows) == 2 else None
    )


def _apart(joined: Array, gates: int) -> Array:
    sides = joined.shape[1] // gates
    return np.stack([joined[:, k * sides : (k + 1) * sides] for k in range(gates)])


def _recurrent(spec: LayerSpec, back: bool) -> ThereAndBack | None:
    # it starts, or ends, otherwise than it says
    if spec.settings.get("stateful") or spec.settings.get("return_state"):
        return None
    cell = _cell_of(spec, back)
    weights = _weights(spec, len(cell[0].gates)) if cell is not None else None
    if cell is None or weights is None:
        return None
    family, rule = cell
    backwards = spec.settings.get("go_backwards") is True
    every = spec.settings.get("return_sequences") is True

    def layer(x: Array) -> tuple[Array, BackPass]:
        w, turned = weights.astype(str(x.dtype)), x[:, ::-1] if backwards else x
        states = tuple(np.zeros((len(x), w.units), dtype=x.dtype) for _ in family.states)
        out, _ = unroll(w, turned, states, rule.rule)

        def way_back(upstream: Array) -> tuple[Array, Arrays]:
            _, moments = forward(w, turned, states, rule)
            by_all = upstream if every else last_step(out)[1](upstream)[0]
            by_weights, by_x = backward(w, moments, by_all, family, rule)
            return by_x[:, ::-1] if backwards else by_x, _joined(by_weights, len(spec.arrays))

        return out if every else out[:, -1], way_back

    return layer


def _joined(w: Weights, count: int) -> Arrays:
    """Gradients in Keras' layout."""
    kernel, recurrent = (np.concatenate(list(part), axis=-1) for part in (w.kernel, w.recurrent))
    bias = w.bias.reshape(-1)
    rows = bias if w.recurrent_bias is None else np.stack([bias, w.recurrent_bias.reshape(-1)])
    return (kernel, recurrent, rows)[:count]


def _bidirectional(spec: LayerSpec, back: bool) -> ThereAndBack | None:
    ahead, behind = (layer_of(one, back=back) for one in spec.inside)
    mode = str(spec.settings.get("merge_mode"))
    if ahead is None or behind is None or mode not in MERGED:
        return None
    every = spec.inside[0].settings.get("return_sequences") is True

    def layer(x: Array) -> tuple[Array, BackPass]:
        (first, there), (second, other) = ahead(x), behind(x)
        second = second[:, ::-1] if every else second
        units = first.shape[-1]

        def way_back(upstream: Array) -> tuple[Array, Arrays]:
            if mode == "concat":
                by_first, by_second = upstream[..., :units], upstream[..., units:]
            elif mode == "mul":
                by_first, by_second = upstream * second, upstream * first
            else:
                by_first = by_second = upstream / (2 if mode == "ave" else 1)
            by_x, own = there(by_first)
            by_other, others = other(by_second[:, ::-1] if every else by_second)
            return by_x + by_other, (*own, *others)

        return MERGED[mode](first, second), way_back

    return layer
