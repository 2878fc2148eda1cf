"""The derivative of a rule for one step whose family does not say it: every operation of NumPy that the rule
makes is remembered, and gone back through (reverse mode; Griewank & Walther 2008, chapter 3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from grader.rnn.family import CellFamily, UpdateRule
from grader.rnn.flow import FREE, Flow
from grader.rnn.weights import Array, Arrays, PreActivations, Weights

# (inputs, output, upstream gradient) -> a gradient by each input, of the shape of the output
Vjp = Callable[[Sequence[Array], Array, Array], Sequence[Array]]

VJPS: dict[np.ufunc, Vjp] = {
    np.add: lambda inputs, out, up: (up, up),
    np.subtract: lambda inputs, out, up: (up, -up),
    np.multiply: lambda inputs, out, up: (up * inputs[1], up * inputs[0]),
    np.true_divide: lambda inputs, out, up: (up / inputs[1], -up * out / inputs[1]),
    np.matmul: lambda inputs, out, up: (up @ inputs[1].T, inputs[0].T @ up),
    np.power: lambda inputs, out, up: (
        up * inputs[1] * inputs[0] ** (inputs[1] - 1),
        up * out * np.log(np.where(inputs[0] > 0, inputs[0], 1)),
    ),
    np.maximum: lambda inputs, out, up: (up * (inputs[0] > inputs[1]), up * (inputs[0] <= inputs[1])),
    np.minimum: lambda inputs, out, up: (up * (inputs[0] < inputs[1]), up * (inputs[0] >= inputs[1])),
    np.logaddexp: lambda inputs, out, up: (up * np.exp(inputs[0] - out), up * np.exp(inputs[1] - out)),
    np.negative: lambda inputs, out, up: (-up,),
    np.positive: lambda inputs, out, up: (up,),
    np.reciprocal: lambda inputs, out, up: (-up * out * out,),
    np.square: lambda inputs, out, up: (2 * up * inputs[0],),
    np.sqrt: lambda inputs, out, up: (up / (2 * out),),
    np.absolute: lambda inputs, out, up: (up * np.sign(inputs[0]),),
    np.exp: lambda inputs, out, up: (up * out,),
    np.expm1: lambda inputs, out, up: (up * (out + 1),),
    np.log: lambda inputs, out, up: (up / inputs[0],),
    np.log1p: lambda inputs, out, up: (up / (1 + inputs[0]),),
    np.tanh: lambda inputs, out, up: (up * (1 - out * out),),
    np.sin: lambda inputs, out, up: (up * np.cos(inputs[0]),),
    np.cos: lambda inputs, out, up: (-up * np.sin(inputs[0]),),
}


class NoDerivative(ValueError):
    """A rule does something of which no derivative is known here: a fault of nobody's."""


class TracedArray(NDArrayOperatorsMixin):
    """An array that knows which operation it came from."""

    __slots__ = ("_tape", "place", "value")
    ndim = property(lambda self: self.value.ndim)
    shape = property(lambda self: self.value.shape)
    dtype = property(lambda self: self.value.dtype)

    def __init__(self, value: Array, tape: Tape, made: Operation | None = None) -> None:
        self.value, self._tape, self.place = value, tape, len(tape.made)
        tape.made.append(made)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **settings: Any) -> TracedArray:
        settings.pop("out", None)  # `z += 1` binds a new array to z, which is as good
        if method != "__call__" or settings or ufunc not in VJPS:
            raise NoDerivative(f"no derivative is known of numpy.{ufunc.__name__}")
        values = [one.value if isinstance(one, TracedArray) else np.asarray(one) for one in inputs]
        places = [one.place if isinstance(one, TracedArray) else None for one in inputs]
        out = np.asarray(ufunc(*values))
        return TracedArray(out, self._tape, Operation(vjp=VJPS[ufunc], inputs=values, places=places, out=out))

    def __array_function__(self, function: Any, *_: Any) -> TracedArray:
        raise NoDerivative(f"no derivative is known of numpy.{function.__name__}")

    def __array__(self, *_: Any, **__: Any) -> Array:
        raise NoDerivative("the rule makes an array of its own")

    def cut(self) -> TracedArray:
        """The same numbers, through which nothing goes back."""
        return TracedArray(self.value, self._tape)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation: its inputs, their places on the tape (None: a constant), and what came out."""

    vjp: Vjp
    inputs: Sequence[Array]
    places: Sequence[int | None]
    out: Array


@dataclass(frozen=True, slots=True)
class Tape:
    """All operations in the order in which they were made."""

    made: list[Operation | None] = field(default_factory=list)

    def leaves(self, arrays: Array) -> list[TracedArray]:
        """Each of these arrays, to ask for its gradient later."""
        return [TracedArray(np.asarray(one), self) for one in arrays]

    def back(self, outputs: Sequence[TracedArray], upstream: Sequence[Array]) -> dict[int, Array]:
        """The gradient of the sum of the outputs, each times its upstream one, by what is at each place."""
        found: dict[int, Array] = {}
        for one, up in zip(outputs, upstream, strict=True):
            _add(found, one.place, up)
        for place in range(len(self.made) - 1, -1, -1):
            made = self.made[place]
            if made is None or place not in found:
                continue
            up = found[place]
            for source, value, by in zip(
                made.places, made.inputs, made.vjp(made.inputs, made.out, up), strict=True
            ):
                if source is not None:
                    _add(found, source, _of_shape(by, value.shape))
        return found


def _add(found: dict[int, Array], place: int, by: Array) -> None:
    found[place] = found[place] + by if place in found else by


def _of_shape(by: Array, shape: tuple[int, ...]) -> Array:
    """The gradient by what was broadcast to the shape of `by`."""
    by = by.sum(axis=tuple(range(by.ndim - len(shape))))
    wide = tuple(axis for axis, size in enumerate(shape) if size == 1 and by.shape[axis] != 1)
    return np.asarray(by.sum(axis=wide, keepdims=True) if wide else by)


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedPass:
    """A cell that was stepped through time, x [batch, time, features], to be gone back through."""

    tape: Tape
    kernel: Sequence[TracedArray]
    recurrent: Sequence[TracedArray]
    bias: Sequence[TracedArray]
    inner: Sequence[TracedArray]
    steps: Sequence[TracedArray]
    outputs: Sequence[TracedArray]

    @property
    def states(self) -> Array:
        """The hidden states [batch, time, units]."""
        return np.stack([one.value for one in self.outputs], axis=1)

    def back(self, upstream: Array) -> tuple[Weights, Array]:
        """(gradient by the weights, gradient by the input [batch, time, features]) for `upstream`, the
        gradient by the hidden states [batch, time, units]."""
        found = self.tape.back(self.outputs, list(np.moveaxis(upstream, 1, 0)))

        def by(leaves: Sequence[TracedArray]) -> Array:
            return np.stack([found.get(one.place, np.zeros_like(one.value)) for one in leaves])

        weights = Weights(
            kernel=by(self.kernel),
            recurrent=by(self.recurrent),
            bias=by(self.bias),
            recurrent_bias=by(self.inner) if self.inner else None,
        )
        return weights, np.moveaxis(by(self.steps), 0, 1)


def traced(
    w: Weights, x: Array, states: Arrays, rule: UpdateRule, family: CellFamily, flow: Flow = FREE
) -> TracedPass:
    """Step a cell of any rule through time. x: [batch, time, features]; states: each [batch, units].

    Raises:
        NoDerivative: the rule does something that cannot be gone back through.
    """
    tape = Tape()
    kernel, recurrent, bias = (tape.leaves(part) for part in (w.kernel, w.recurrent, w.bias))
    inner = tape.leaves(w.recurrent_bias) if w.recurrent_bias is not None else []
    biases = [own + one for own, one in zip(bias, inner, strict=True)] if inner else bias
    steps = tape.leaves(np.moveaxis(x, 1, 0))
    now: tuple[Any, ...] = tuple(tape.leaves(np.stack(states)))
    outputs: list[TracedArray] = []
    for step in steps:
        new: tuple[Any, ...] = rule(
            _fed(step, now[0], (kernel, recurrent, biases, inner), family, flow), *now
        )
        if not all(isinstance(one, TracedArray) for one in new):
            raise NoDerivative("the rule gives a state that nothing leads to")
        outputs.append(new[0])
        now = _passing(new, family.states, flow)
    return TracedPass(
        tape=tape, kernel=kernel, recurrent=recurrent, bias=bias, inner=inner, steps=steps, outputs=outputs
    )


def _fed(
    x: TracedArray, h: TracedArray, weights: tuple[Sequence[Any], ...], family: CellFamily, flow: Flow
) -> PreActivations:
    """What goes into the gates, traced."""
    kernel, recurrent, biases, inner = weights
    from_hidden: tuple[Any, ...] = tuple(h @ one for one in recurrent)
    totals = [x @ one + part + add for one, part, add in zip(kernel, from_hidden, biases, strict=True)]
    return PreActivations(
        gates=_passing(totals, family.gates, flow),
        from_hidden=from_hidden,
        recurrent_kernels=tuple(recurrent),
        biases=tuple(biases),
        recurrent_biases=tuple(inner) if inner else tuple(0 * one for one in biases),
    )


def _passing(parts: Sequence[Any], names: Sequence[str], flow: Flow) -> tuple[Any, ...]:
    return tuple(part if flow.passes(name) else part.cut() for part, name in zip(parts, names, strict=True))
