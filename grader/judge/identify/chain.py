"""A model of Keras' own layers as the host computes it: its recurrent and dense layers, convolutions, pooling
and those that normalise each vector, one after the other, and between them what a Lambda, a Rescaling or a
batch normalisation does, which is a factor and a shift for each column.

What the kernel told is a hypothesis: it counts once it explains what every layer gave, and then what the
model answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.probes.keras_model import KerasLayer, KerasModel
from grader.rnn.keras_layers import LayerSpec, layer_of
from grader.rnn.weights import Array

# of the spread of an output: float32 through some twenty steps of three layers stays below 1e-4
CHAIN_ROUNDING = 2e-3
RECURRENT = ("SimpleRNN", "LSTM", "GRU")
BY_THEMSELVES = (
    "Dense",
    "LayerNormalization",
    "BatchNormalization",
    "Conv1D",
)  # what they do to a vector is no factor and shift
WITHOUT_WEIGHTS = ("MaxPooling1D", "AveragePooling1D", "GlobalMaxPooling1D", "GlobalAveragePooling1D")
LINKS = ("all", "the last step", "flat")


class UnknownLayer(ValueError):
    """The host cannot compute a layer of this kind, or of these settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """What stands between two layers: which steps go on, and a factor and a shift of each column."""

    steps: str
    factor: Array
    shift: Array

    def __call__(self, x: Array) -> Array:
        return np.asarray(_chosen(x, self.steps) * self.factor + self.shift)


AS_IT_IS = ChainLink(steps="all", factor=np.ones(()), shift=np.zeros(()))  # nothing stands between


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The layers in their order, the links before each, and the one behind the last."""

    layers: tuple[KerasLayer, ...]
    links: tuple[ChainLink, ...]

    def __call__(self, x: Array) -> Array:
        """x: [batch, time, 1] -> [batch, outputs], in float64."""
        x = x.astype("f8")
        for link, layer in zip(self.links, self.layers, strict=False):
            x = computed(layer, link(x))
        return self.links[-1](x)

    def with_weights(self, arrays: Sequence[Array]) -> Chain | None:
        """The same with other values of all of the model's weights; None where they are those of another
        model."""
        layers = []
        for layer in self.layers:
            values = tuple(arrays[place] for place in layer.places if place < len(arrays))
            if [one.shape for one in values] != [one.shape for one in layer.values]:
                return None
            layers.append(replace(layer, values=values))
        return replace(self, layers=tuple(layers))

    @property
    def recurrent(self) -> tuple[KerasLayer, ...]:
        """Its recurrent layers."""
        return tuple(layer for layer in self.layers if is_recurrent(layer))

    @property
    def scale(self) -> float:
        """By how much the answer is larger than what the last layer gives."""
        return float(np.max(np.abs(self.links[-1].factor)))


def is_recurrent(layer: KerasLayer) -> bool:
    """Whether it carries a state from step to step."""
    return layer.kind in RECURRENT or (layer.kind == "Bidirectional" and any(map(is_recurrent, layer.inside)))


def computed(layer: KerasLayer, x: Array) -> Array:
    """What the layer gives for x, in float64.

    Raises:
        UnknownLayer: it is not known here.
    """
    values = tuple(value.astype("f8") for value in layer.values)
    half = len(values) // 2
    # of a wrapper: each direction has its half
    shares = zip(layer.inside, (values[:half], values[half:]), strict=False)
    inside = tuple(LayerSpec(kind=one.kind, settings=one.settings, arrays=own) for one, own in shares)
    found = layer_of(
        LayerSpec(kind=layer.kind, settings=layer.settings, arrays=values, inside=inside), back=False
    )
    if found is None:
        raise UnknownLayer(layer.kind)
    return found(x)[0]


def chain_of(model: KerasModel) -> Chain | None:
    """The chain that explains what the model gave; None where none does."""
    if model.out is None:
        return None
    nodes: list[KerasLayer] = []
    links: list[ChainLink] = []
    x: Array | None = model.x
    try:
        for layer in filter(_is_node, model.layers):
            if layer.settings.get("stateful") is True:  # a forecast starts from where the last one ended
                return None
            link = _link(x, layer.took) if layer.values else AS_IT_IS
            if link is None or x is None:
                return None
            nodes.append(layer)
            links.append(link)
            x = layer.gave if layer.values else computed(layer, x.astype("f8"))
        last = _link(x, model.out)
        if not nodes or last is None:
            return None
        chain = Chain(layers=tuple(nodes), links=(*links, last))
        made = chain(model.x)
    except (UnknownLayer, ValueError, IndexError):  # settings or shapes that fit no layer
        return None
    return chain if near(made, model.out) else None


def _is_node(layer: KerasLayer) -> bool:
    """Whether it is more than a factor and a shift, and what it does can be held against what it gave."""
    if layer.kind in WITHOUT_WEIGHTS:
        return True
    told = bool(layer.values) and layer.took is not None and layer.gave is not None
    return told and (layer.kind in BY_THEMSELVES or is_recurrent(layer))


def near(made: Array, out: Array) -> bool:
    """Whether two outputs are the same, up to the precision of float32."""
    if made.size != out.size or not (np.isfinite(made).all() and np.isfinite(out).all()):
        return False
    made, out = made.ravel(), out.astype("f8").ravel()
    size = max(float(np.ptp(out)), 1e-3 * float(np.abs(out).max()), 1e-9)
    return float(np.abs(made - out).max()) <= CHAIN_ROUNDING * size


def _chosen(x: Array, steps: str) -> Array:
    if steps == "the last step":
        return x[:, -1]
    return x.reshape(len(x), -1) if steps == "flat" else x


def _link(given: Array | None, taken: Array | None) -> ChainLink | None:
    """The factor and shift by which one becomes the other; None where it is no such thing."""
    if given is None or taken is None:
        return None
    found = (_fitted(given, taken, steps) for steps in LINKS[: 1 if given.ndim < 3 else None])
    return next((link for link in found if link is not None), None)


def _fitted(given: Array, taken: Array, steps: str) -> ChainLink | None:
    x = _chosen(given.astype("f8"), steps)
    y = taken.astype("f8")
    if x.size != y.size or x.shape[-1] not in (y.shape[-1], 1):
        return None
    flat, wanted = x.reshape(-1, x.shape[-1]), y.reshape(-1, x.shape[-1])
    factor, shift = _lines(flat, wanted)
    link = ChainLink(steps=steps, factor=factor, shift=shift)
    return link if near(flat * factor + shift, wanted) else None


def _lines(x: Array, y: Array) -> tuple[Array, Array]:
    """Factor and shift of each column; exactly one and zero where nothing is changed."""
    if np.array_equal(x, y):
        return np.ones(x.shape[1]), np.zeros(x.shape[1])
    middle, spread = x.mean(axis=0), x.std(axis=0)
    covered = ((x - middle) * (y - y.mean(axis=0))).mean(axis=0)
    factor = np.where(spread > 0, covered / np.where(spread > 0, spread**2, 1.0), 1.0)
    return factor, y.mean(axis=0) - factor * middle


def recurrent_steps(layers: Sequence[KerasLayer]) -> int:
    """How many steps the longest of the recurrent layers sees."""
    return max(
        (layer.took.shape[1] for layer in layers if layer.took is not None and layer.took.ndim == 3),
        default=0,
    )
