"""Layers that do the same with every vector [features] by itself, and their way back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.activations import activated, by_activation
from grader.rnn.weights import Array

Back = tuple[
    Array, Mapping[int, Array]
]  # the gradient by what went in, and by the variables, by their places


@dataclass(frozen=True, slots=True, kw_only=True)
class Dense:
    """One dense layer: the places of its kernel and bias in the list of variables, and its activation."""

    kernel: int
    bias: int | None
    activation: str

    @property
    def places(self) -> tuple[int, ...]:
        """Those of its variables."""
        return (self.kernel,) if self.bias is None else (self.kernel, self.bias)

    def gives(self, size: int, shapes: Sequence[Sequence[int]]) -> int | None:
        """How many features it makes of so many; None where it does not take them."""
        inputs, outputs = shapes[self.kernel]
        return outputs if inputs == size else None

    def __call__(self, arrays: Sequence[Array], x: Array) -> Array:
        """x: [..., in] -> [..., out]."""
        return np.asarray(activated(self.activation, self._linear(arrays, x)))

    def back(self, arrays: Sequence[Array], x: Array, upstream: Array) -> Back:
        """The way back, from the gradient by what it gave for x."""
        by_z = by_activation(self.activation, self._linear(arrays, x), upstream)
        flat = by_z.reshape(-1, by_z.shape[-1])
        found = {self.kernel: x.reshape(-1, x.shape[-1]).T @ flat}
        if self.bias is not None:
            found[self.bias] = flat.sum(axis=0)
        return np.asarray(by_z @ arrays[self.kernel].T), found

    def _linear(self, arrays: Sequence[Array], x: Array) -> Array:
        z = x @ arrays[self.kernel]
        return np.asarray(z + arrays[self.bias] if self.bias is not None else z)


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """One layer that brings features to a mean of zero and a variance of one, then scales and shifts them: by
    mean and variance of each vector (Ba et al. 2016), or by those that it has gathered and holds as variables
    (Ioffe & Szegedy 2015). All of these are places in the list of variables."""

    scale: int | None
    shift: int | None
    mean: int | None
    variance: int | None
    epsilon: float
    activation: str = "linear"

    @property
    def places(self) -> tuple[int, ...]:
        """Those of its variables."""
        return tuple(k for k in (self.scale, self.shift, self.mean, self.variance) if k is not None)

    def gives(self, size: int, shapes: Sequence[Sequence[int]]) -> int | None:
        """As many features as it takes; None where it has others."""
        return size if all(tuple(shapes[k]) == (size,) for k in self.places) else None

    def __call__(self, arrays: Sequence[Array], x: Array) -> Array:
        """x: [..., features] -> the same shape."""
        return np.asarray(activated(self.activation, self._scaled(arrays, self._centred(arrays, x))))

    def back(self, arrays: Sequence[Array], x: Array, upstream: Array) -> Back:
        """The way back, from the gradient by what it gave for x."""
        one, root = self._centred(arrays, x), self._root(arrays, x)
        by_z = by_activation(self.activation, self._scaled(arrays, one), upstream)
        by_one = by_z * arrays[self.scale] if self.scale is not None else by_z
        gathered = self.variance is not None
        by_x = by_one / root if gathered else _through_own(by_one, one, root)
        return by_x, {place: _summed(part) for place, part in self._by_places(by_z, by_one, one, root)}

    def _by_places(self, by_z: Array, by_one: Array, one: Array, root: Array) -> Iterator[tuple[int, Array]]:
        if self.scale is not None:
            yield self.scale, by_z * one
        if self.shift is not None:
            yield self.shift, by_z
        if self.mean is not None:
            yield self.mean, -by_one / root
        if self.variance is not None:
            yield self.variance, -0.5 * by_one * one / root**2

    def _root(self, arrays: Sequence[Array], x: Array) -> Array:
        """The standard deviation that it divides by."""
        variance = x.var(axis=-1, keepdims=True) if self.variance is None else arrays[self.variance]
        with np.errstate(invalid="ignore"):  # a variance below zero is none: what follows is no number
            return np.asarray(np.sqrt(variance + np.asarray(self.epsilon, dtype=x.dtype)))

    def _centred(self, arrays: Sequence[Array], x: Array) -> Array:
        mean = x.mean(axis=-1, keepdims=True) if self.mean is None else arrays[self.mean]
        return np.asarray((x - mean) / self._root(arrays, x))

    def _scaled(self, arrays: Sequence[Array], one: Array) -> Array:
        scaled = one * arrays[self.scale] if self.scale is not None else one
        return np.asarray(scaled + arrays[self.shift] if self.shift is not None else scaled)


Pointwise = Dense | Normalised


def _through_own(by_one: Array, one: Array, root: Array) -> Array:
    """Back through mean and variance of the vector itself, which change with each of its features."""
    mean, along = by_one.mean(axis=-1, keepdims=True), (by_one * one).mean(axis=-1, keepdims=True)
    return np.asarray((by_one - mean - one * along) / root)


def _summed(part: Array) -> Array:
    """Over all vectors."""
    return np.asarray(part.reshape(-1, part.shape[-1]).sum(axis=0))
