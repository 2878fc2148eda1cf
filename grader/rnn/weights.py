"""The weights of a recurrent cell, and what they make of an input and a hidden state before any activation.

Whatever the family, gate k has the pre-activation z_k = x W_k + h U_k + b_k. What a family makes of its pre-
activations is said in its own file: lstm.py, gru.py, simple.py."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

Array = np.ndarray
Arrays = tuple[Array, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weights of one cell, gates in the canonical order of their family: kernel [gates, features, units],
    recurrent [gates, units, units], bias [gates, units]. `recurrent_bias` [gates, units] holds biases that
    are added to h U before anything is done to that product (a GRU that resets after the product tells them
    apart); None where there are none."""

    kernel: Array
    recurrent: Array
    bias: Array
    recurrent_bias: Array | None = None

    @property
    def units(self) -> int:
        """The size of every state."""
        return int(self.bias.shape[1])

    @property
    def features(self) -> int:
        """The size of the input."""
        return int(self.kernel.shape[1])

    @property
    def biases(self) -> Array:
        """All that is added in each gate [gates, units]."""
        return self.bias if self.recurrent_bias is None else self.bias + self.recurrent_bias

    def astype(self, dtype: str) -> Weights:
        """The same weights in another precision."""
        inner = None if self.recurrent_bias is None else self.recurrent_bias.astype(dtype)
        kernel, recurrent, bias = (part.astype(dtype) for part in (self.kernel, self.recurrent, self.bias))
        return Weights(kernel=kernel, recurrent=recurrent, bias=bias, recurrent_bias=inner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Recurrent kernels of many layouts at once, without a copy for each: in layout k it is
    `kernels[places[k]]`; kernels [blocks, units, units], places [layouts]."""

    kernels: Array
    places: Array

    def product(self, operand: Array) -> Array:
        """operand U in every layout [layouts, rows, units]; operand [rows, units], or [layouts, rows,
        units]."""
        if operand.ndim == 2 or len(operand) == 1:
            return np.asarray((operand @ self.kernels)[self.places])
        out = np.empty_like(operand)
        for block in np.unique(self.places):
            here = self.places == block
            out[here] = operand[here] @ self.kernels[block]
        return out


KernelArray = Array | Chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What goes into one gate: its pre-activation [..., batch, units], and of that the part h U, the
    recurrent kernel U [..., units, units] (None: nothing), all biases, and those inside of the recurrent
    product, both [..., units]."""

    total: Array
    from_hidden: Array
    recurrent_kernel: KernelArray | None
    bias: Array
    recurrent_bias: Array

    @property
    def from_input(self) -> Array:
        """The part x W."""
        part: Array = self.total - self.from_hidden - self.bias
        return part


@dataclass(frozen=True, slots=True, kw_only=True)
class PreActivations:
    """What goes into the gates before their activations, each [..., batch, units], and what it was made of,
    all in the order of the family's gates: the part h U, the recurrent kernels U [..., units, units], all
    biases, and those inside of the recurrent product."""

    gates: Arrays
    from_hidden: Arrays
    recurrent_kernels: tuple[KernelArray | None, ...]
    biases: Arrays
    recurrent_biases: Arrays

    def feed(self, gate: int) -> Feed:
        """All of one gate."""
        return Feed(
            total=self.gates[gate],
            from_hidden=self.from_hidden[gate],
            recurrent_kernel=self.recurrent_kernels[gate],
            bias=self.biases[gate],
            recurrent_bias=self.recurrent_biases[gate],
        )

    def fed(self, feed: Feed, gate: int) -> PreActivations:
        """The same with another feed of one gate."""
        return replace(
            self,
            gates=_with(self.gates, gate, feed.total),
            from_hidden=_with(self.from_hidden, gate, feed.from_hidden),
            recurrent_kernels=_with(self.recurrent_kernels, gate, feed.recurrent_kernel),
            biases=_with(self.biases, gate, feed.bias),
            recurrent_biases=_with(self.recurrent_biases, gate, feed.recurrent_bias),
        )

    def of(self, *gates: int) -> PreActivations:
        """These gates alone, in this order: those of another family, of which this one has weights enough."""
        return PreActivations(
            gates=tuple(self.gates[gate] for gate in gates),
            from_hidden=tuple(self.from_hidden[gate] for gate in gates),
            recurrent_kernels=tuple(self.recurrent_kernels[gate] for gate in gates),
            biases=tuple(self.biases[gate] for gate in gates),
            recurrent_biases=tuple(self.recurrent_biases[gate] for gate in gates),
        )

    def product(self, gate: int, operand: Array) -> Array | float:
        """operand U of one gate, for cells that multiply something else than h; operand [..., batch,
        units]."""
        kernel = self.recurrent_kernels[gate]
        if kernel is None:
            return 0.0
        return kernel.product(operand) if isinstance(kernel, Chosen) else operand @ kernel


def _with(parts: tuple[T, ...], place: int, part: T) -> tuple[T, ...]:
    return (*parts[:place], part, *parts[place + 1 :])


def inner_biases(w: Weights) -> Arrays:
    """Per gate the biases inside of the recurrent product, each [units]."""
    return tuple(np.zeros_like(w.bias) if w.recurrent_bias is None else w.recurrent_bias)


def pre_activations(w: Weights, x: Array, h: Array) -> PreActivations:
    """What goes into the gates. x: [batch, features], h: [batch, units]."""
    from_hidden, biases = tuple(h @ kernel for kernel in w.recurrent), tuple(w.biases)
    parts = zip(w.kernel, from_hidden, biases, strict=True)
    return PreActivations(
        gates=tuple(x @ kernel + part + bias for kernel, part, bias in parts),
        from_hidden=from_hidden,
        recurrent_kernels=tuple(w.recurrent),
        biases=biases,
        recurrent_biases=inner_biases(w),
    )
