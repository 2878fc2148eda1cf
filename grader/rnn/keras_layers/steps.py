"""Layers that put steps of a sequence together (the last, the mean, the largest, some beside each other), or
make steps of what has none."""

from __future__ import annotations

import numpy as np

from grader.rnn.activations import ACTIVATIONS, by_activation
from grader.rnn.keras_layers.spec import BackPass, LayerSpec, Mask, Passage, hides, unmasked
from grader.rnn.weights import Array, Arrays

MOST_STEPS = 10_000  # that a layer may make: how many is the notebook's word


def _last(x: Array) -> tuple[Array, BackPass]:
    def back(upstream: Array) -> tuple[Array, Arrays]:
        by = np.zeros_like(x)
        by[:, -1] = upstream
        return by, ()

    return x[:, -1], back


def _mean(x: Array, mask: Mask) -> tuple[Array, BackPass]:
    counts = np.ones(x.shape[:2], dtype=x.dtype) if not hides(mask) else np.asarray(mask, dtype=x.dtype)
    share = (counts / counts.sum(axis=1, keepdims=True))[..., None]
    return (x * share).sum(axis=1), lambda upstream: (upstream[:, None] * share, ())


def _largest(x: Array) -> tuple[Array, BackPass]:
    place = x.argmax(axis=1)[:, None]

    def back(upstream: Array) -> tuple[Array, Arrays]:
        by = np.zeros_like(x)
        np.put_along_axis(by, place, upstream[:, None], axis=1)
        return by, ()

    return np.take_along_axis(x, place, axis=1)[:, 0], back


# of an output at every step [batch, time, units]: the last [batch, units]
last_step = unmasked(_last, keeps=False)
# the mean of those that count
mean_of_steps = Passage(under=_mean, mask=lambda x, mask: None)
# the largest of each unit
largest_of_steps = unmasked(_largest, keeps=False)
flat = unmasked(
    lambda x: (x.reshape(len(x), -1), lambda upstream: (upstream.reshape(x.shape), ())), keeps=False
)


def repeated(spec: LayerSpec) -> Passage | None:
    """RepeatVector: [batch, units] -> [batch, n, units], the same at each step."""
    n = spec.number("n")
    if not n or n > MOST_STEPS:
        return None

    def layer(x: Array) -> tuple[Array, BackPass]:
        if x.ndim != 2:
            raise ValueError(f"{x.ndim - 1} axes are repeated, not one")
        return np.repeat(x[:, None], n, axis=1), lambda upstream: (upstream.sum(axis=1), ())

    return unmasked(layer, keeps=False)


def reshaped(spec: LayerSpec) -> Passage | None:
    """Reshape: the same numbers in other axes, of which one may be told as -1."""
    told = str(spec.settings.get("target_shape", "")).split(" x ")
    if not all(side.removeprefix("-").isdigit() for side in told):
        return None
    shape = tuple(map(int, told))
    return unmasked(
        lambda x: (x.reshape(len(x), *shape), lambda upstream: (upstream.reshape(x.shape), ())), keeps=False
    )


def convolution(spec: LayerSpec) -> Passage | None:
    """y_t = f(sum over k of x_(s t + k - before) W_k + b): Conv1D of stride s. x: [batch, time, features] ->
    [batch, steps, filters]; W: [kernel size, features, filters]."""
    name, stride = str(spec.settings.get("activation")), spec.number("strides")
    if (
        name not in ACTIVATIONS
        or not spec.arrays
        or spec.arrays[0].ndim != 3
        or not stride
        or spec.number("dilation_rate") not in (1, None)
        or spec.number("groups") not in (1, None)
    ):
        return None
    size, padding = len(spec.arrays[0]), str(spec.settings.get("padding"))
    if padding not in ("valid", "same", "causal"):
        return None

    def layer(x: Array) -> tuple[Array, BackPass]:
        kernel, *bias = (array.astype(x.dtype) for array in spec.arrays)
        before, after = _padded(x.shape[1], size, stride, padding)
        wide = np.pad(x, ((0, 0), (before, after), (0, 0)))
        seen = [wide[:, places] for places in _windows(wide.shape[1], size, stride)]
        z = sum(x_k @ w_k for x_k, w_k in zip(seen, kernel, strict=True)) + (bias[0] if bias else 0)

        def back(upstream: Array) -> tuple[Array, Arrays]:
            by_z, by_wide = by_activation(name, z, upstream), np.zeros_like(wide)
            for places, w_k in zip(_windows(wide.shape[1], size, stride), kernel, strict=True):
                by_wide[:, places] += by_z @ w_k.T
            by_kernel = np.stack([np.einsum("btf,btn->fn", x_k, by_z) for x_k in seen])
            by_x = by_wide[:, before : before + x.shape[1]]
            return by_x, (by_kernel, by_z.sum(axis=(0, 1)))[: len(spec.arrays)]

        return ACTIVATIONS[name](z), back

    return unmasked(layer, keeps=False)


def pooled(spec: LayerSpec) -> Passage | None:
    """Of each few steps beside each other the largest of each unit, or the mean: MaxPooling1D and
    AveragePooling1D without padding."""
    size, stride = spec.number("pool_size"), spec.number("strides")
    if not size or not stride or spec.settings.get("padding") != "valid":
        return None
    largest = spec.kind.startswith("Max")

    def layer(x: Array) -> tuple[Array, BackPass]:
        windows = _windows(x.shape[1], size, stride)
        seen = np.stack([x[:, places] for places in windows])  # [size, batch, steps, units]
        chosen = seen.argmax(axis=0)

        def back(upstream: Array) -> tuple[Array, Arrays]:
            by_x = np.zeros_like(x)
            for k, places in enumerate(windows):
                by_x[:, places] += upstream * (chosen == k) if largest else upstream / size
            return by_x, ()

        return seen.max(axis=0) if largest else seen.mean(axis=0), back

    return unmasked(layer, keeps=False)


def _padded(time: int, size: int, stride: int, padding: str) -> tuple[int, int]:
    """Steps of zeros before and after a sequence, as TensorFlow places them."""
    if padding == "causal":
        return size - 1, 0
    missing = max((-(-time // stride) - 1) * stride + size - time, 0) if padding == "same" else 0
    return missing // 2, missing - missing // 2


def _windows(time: int, size: int, stride: int) -> list[slice]:
    """For each place in a window the steps that stand there, of all windows.

    Raises:
        ValueError: the sequence is shorter than a window.
    """
    count = (time - size) // stride + 1
    if count < 1:
        raise ValueError(f"{time} steps are fewer than a window of {size}")
    return [slice(k, k + stride * (count - 1) + 1, stride) for k in range(size)]
