"""Recurrent layers of Keras, in one direction and in both."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from grader.rnn.activations import ACTIVATIONS
from grader.rnn.family import CellFamily, UpdateRule, Variant
from grader.rnn.gradients.through_time import backward, forward
from grader.rnn.gru import GRU, Convention
from grader.rnn.keras_layers.spec import BackPass, LayerSpec, Mask, Passage, hides
from grader.rnn.keras_layers.steps import last_step
from grader.rnn.layer import step, unroll
from grader.rnn.lstm import LSTM, RIGHT
from grader.rnn.mistakes.gru.pieces import changed
from grader.rnn.mistakes.lstm.pieces import activated
from grader.rnn.simple import SIMPLE, simple_step
from grader.rnn.weights import Array, Arrays, Weights

KINDS = ("SimpleRNN", "LSTM", "GRU")
MERGED: Mapping[str, Callable[[Array, Array], Array]] = {
    "concat": lambda a, b: np.concatenate([a, b], axis=-1),
    "sum": lambda a, b: np.asarray(a + b),
    "ave": lambda a, b: np.asarray((a + b) / 2),
    "mul": lambda a, b: np.asarray(a * b),
}


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


def recurrent(spec: LayerSpec, back: bool, *, silent: bool = False) -> Passage | None:
    """A recurrent layer that starts from zeros. At a step that does not count its states stay what they were,
    and it gives its last output again, or, `silent`, zeros. Without `back` also with activations that it
    usually has not."""
    # asked, it starts from zeros, and its outputs come first; trained, it may start from where it ended
    if back and (spec.settings.get("stateful") or spec.settings.get("return_state")):
        return None
    cell = _cell_of(spec, back)
    weights = _weights(spec, len(cell[0].gates)) if cell is not None else None
    if cell is None or weights is None:
        return None
    family, rule = cell
    backwards = spec.settings.get("go_backwards") is True
    every = spec.settings.get("return_sequences") is True
    silent = silent or spec.settings.get("zero_output_for_mask") is True

    def under(x: Array, mask: Mask) -> tuple[Array, BackPass]:
        w, turned = weights.astype(str(x.dtype)), x[:, ::-1] if backwards else x
        states = tuple(np.zeros((len(x), w.units), dtype=x.dtype) for _ in family.states)
        if hides(mask):
            counts = np.asarray(mask)[:, ::-1] if backwards else np.asarray(mask)
            out = _unrolled_under(counts, w, turned, states, rule.rule)
            out = np.where(counts[:, :, None], out, 0) if every and silent else out
        else:
            out, _ = unroll(w, turned, states, rule.rule)

        def way_back(upstream: Array) -> tuple[Array, Arrays]:
            if hides(mask):
                raise ValueError(
                    "no gradients are known of a recurrent layer some of whose steps do not count"
                )
            _, moments = forward(w, turned, states, rule)
            by_all = upstream if every else last_step(out)[1](upstream)[0]
            by_weights, by_x = backward(w, moments, by_all, family, rule)
            return by_x[:, ::-1] if backwards else by_x, _joined(by_weights, len(spec.arrays))

        return out if every else out[:, -1], way_back

    return Passage(under=under, mask=(lambda x, mask: mask) if every else (lambda x, mask: None))


def _unrolled_under(counts: Array, w: Weights, x: Array, states: Arrays, rule: UpdateRule) -> Array:
    """The hidden states [batch, time, units], where only the steps that count [batch, time] change them."""
    out = np.empty((*x.shape[:2], w.units), dtype=x.dtype)
    for t in range(x.shape[1]):
        here = counts[:, t, None]
        changed_to = step(w, x[:, t], states, rule)
        states = tuple(np.where(here, new, old) for new, old in zip(changed_to, states, strict=True))
        out[:, t] = states[0]
    return out


def _joined(w: Weights, count: int) -> Arrays:
    """Gradients in Keras' layout."""
    kernel, recurrent = (np.concatenate(list(part), axis=-1) for part in (w.kernel, w.recurrent))
    bias = w.bias.reshape(-1)
    rows = bias if w.recurrent_bias is None else np.stack([bias, w.recurrent_bias.reshape(-1)])
    return (kernel, recurrent, rows)[:count]


def bidirectional(spec: LayerSpec, back: bool) -> Passage | None:
    """Two recurrent layers, one of which reads the sequence backwards. At a step that does not count Keras
    has both give zeros."""
    ahead, behind = (recurrent(one, back, silent=True) if one.kind in KINDS else None for one in spec.inside)
    mode = str(spec.settings.get("merge_mode"))
    if ahead is None or behind is None or mode not in MERGED:
        return None
    every = spec.inside[0].settings.get("return_sequences") is True

    def under(x: Array, mask: Mask) -> tuple[Array, BackPass]:
        (first, there), (second, other) = ahead.under(x, mask), behind.under(x, mask)
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

    return Passage(under=under, mask=ahead.mask)
