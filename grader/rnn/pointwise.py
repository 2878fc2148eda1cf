"""Layers that do the same with every vector [features] by itself, and their way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.activations import activated, by_activation
from grader.rnn.weights import Array

# upstream gradient -> (the gradient by what went in, those by the variables, by their places)
WayBack = Callable[[Array], tuple[Array, Mapping[int, Array]]]


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
        return self.there_and_back(arrays, x)[0]

    def there_and_back(self, arrays: Sequence[Array], x: Array) -> tuple[Array, WayBack]:
        """What it gives for x, and the way back from there."""
        kernel = arrays[self.kernel]
        z = x @ kernel + (arrays[self.bias] if self.bias is not None else 0)

        def back(upstream: Array) -> tuple[Array, Mapping[int, Array]]:
            by_z = by_activation(self.activation, z, upstream)
            found = {self.kernel: x.reshape(-1, x.shape[-1]).T @ by_z.reshape(-1, by_z.shape[-1])}
            if self.bias is not None:
                found[self.bias] = _summed(by_z)
            return np.asarray(by_z @ kernel.T), found

        return np.asarray(activated(self.activation, z)), back


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
        return self.there_and_back(arrays, x)[0]

    def there_and_back(self, arrays: Sequence[Array], x: Array) -> tuple[Array, WayBack]:
        """What it gives for x, and the way back from there."""
        scale = arrays[self.scale] if self.scale is not None else 1
        mean = x.mean(axis=-1, keepdims=True) if self.mean is None else arrays[self.mean]
        variance = x.var(axis=-1, keepdims=True) if self.variance is None else arrays[self.variance]
        with np.errstate(invalid="ignore"):  # a variance below zero is none: what follows is no number
            root = np.sqrt(variance + np.asarray(self.epsilon, dtype=x.dtype))
        one = (x - mean) / root
        z = one * scale + (arrays[self.shift] if self.shift is not None else 0)

        def back(upstream: Array) -> tuple[Array, Mapping[int, Array]]:
            by_z = by_activation(self.activation, z, upstream)
            by_one = np.asarray(by_z * scale)
            by_x = by_one / root if self.variance is not None else _through_own(by_one, one, root)
            parts = (
                (self.scale, by_z * one),
                (self.shift, by_z),
                (self.mean, -by_one / root),
                (self.variance, -0.5 * by_one * one / root**2),
            )
            return by_x, {place: _summed(part) for place, part in parts if place is not None}

        return np.asarray(activated(self.activation, z)), back


Pointwise = Dense | Normalised


def _through_own(by_one: Array, one: Array, root: Array) -> Array:
    """Back through mean and variance of the vector itself, which change with each of its features."""
    mean, along = by_one.mean(axis=-1, keepdims=True), (by_one * one).mean(axis=-1, keepdims=True)
    return np.asarray((by_one - mean - one * along) / root)


def _summed(part: Array) -> Array:
    """Over all vectors."""
    return np.asarray(part.reshape(-1, part.shape[-1]).sum(axis=0))
