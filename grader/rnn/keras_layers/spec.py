"""What a layer of Keras is told as, and what is made of it: the way there, the way back, and which steps of a
sequence count behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from grader.rnn.weights import Array, Arrays

LayerSettings = Mapping[str, object]
# [batch, time]: which steps count; None: all of them
Mask = Array | None
# upstream gradient -> (by the input, by each of the layer's arrays)
BackPass = Callable[[Array], tuple[Array, Arrays]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSpec:
    """One layer as Keras describes it, with its arrays in Keras' order; `inside`: of a Bidirectional its two
    directions."""

    kind: str
    settings: LayerSettings = field(default_factory=dict)
    arrays: Arrays = ()
    inside: tuple[LayerSpec, ...] = ()

    def number(self, name: str) -> int | None:
        """A setting that is one whole number, which Keras also tells as a tuple of one; None for another."""
        value = self.settings.get(name)
        if isinstance(value, (tuple, list)) and len(value) == 1:
            value = value[0]
        if isinstance(value, str) and value.isdigit():
            value = int(value)
        return value if type(value) is int else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A layer: `under` (x, the mask of its steps) gives the output and the way back, `mask` the mask that the
    output has."""

    under: Callable[[Array, Mask], tuple[Array, BackPass]]
    mask: Callable[[Array, Mask], Mask] = lambda x, mask: mask

    def __call__(self, x: Array) -> tuple[Array, BackPass]:
        """What it gives where all steps count."""
        return self.under(x, None)


def unmasked(layer: Callable[[Array], tuple[Array, BackPass]], *, keeps: bool = True) -> Passage:
    """A layer for which it is the same which steps count; without `keeps` nothing behind it knows it any
    more."""
    return Passage(
        under=lambda x, mask: layer(x), mask=(lambda x, mask: mask) if keeps else (lambda x, mask: None)
    )


def hides(mask: Mask) -> bool:
    """Whether a step does not count."""
    return mask is not None and not bool(mask.all())
