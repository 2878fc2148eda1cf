"""The trained model as Keras describes it: classes and settings of its layers, shapes, counts, weights.
Answered by run/inside/asked/of_keras.py. The description is the kernel's word; whether it is true shows in
the model's answers (probes.model)."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from grader.assignment import Model, Probe
from grader.model import Observation
from grader.probes.of_model import parts_of
from grader.probes.reading import Arrays, Error, error_in, tensors, text
from grader.probes.sizes import (
    LARGEST_OF_MODEL,
    MOST_STEPS,
    NamedNumbers,
    batch_of,
    length_for,
    normal,
    words_of,
)
from grader.rnn.draws import fill, positive_where

MOST_LAYERS = 100
FEW_SEQUENCES = 8  # sequences: wide layers over many steps take a while
DRAWS = 2  # of weights
POOL = 59_999  # drawn numbers; a prime, so that no two rows of a wide kernel are equal when they wrap round
GAIN = 0.8  # of drawn kernels: with a larger one a wide recurrent layer is chaos, and no two computers agree
Setting = str | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KerasLayer:
    """One layer, in the order in which it was called. `kind`: the class of Keras that it is or is made from
    ("LSTM"), "" for another;
    `own`: the class as it is called in the notebook; `settings`: what Keras says of it ("units",
    "return_sequences", ...)."""

    kind: str
    own: str
    settings: Mapping[str, Setting] = field(default_factory=dict)
    takes: tuple[int, ...] = ()
    gives: tuple[int, ...] = ()
    weights: tuple[tuple[int, ...], ...] = ()  # shapes
    trainable: bool = True
    places: tuple[int, ...] = ()  # of its weights among those of the model
    inside: tuple[KerasLayer, ...] = ()  # of a wrapper: the layers that it wraps
    values: tuple[np.ndarray, ...] = ()  # of its weights, in Keras' order
    took: np.ndarray | None = None  # what it was given for the x of the probe
    gave: np.ndarray | None = None

    @property
    def count(self) -> int:
        """How many parameters it has."""
        return sum(math.prod(shape) for shape in self.weights)

    @property
    def words(self) -> int:
        """How many words its table has; 0 of another layer."""
        return self.weights[0][0] if self.kind == "Embedding" and self.weights and self.weights[0] else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KerasModel:
    """The layers, the values of all weights, and what the model gives for x [batch, time, features], or
    [batch, features], or words [batch, time, 1]: as trained, and with drawn weights; `refused`: what it
    raised."""

    layers: tuple[KerasLayer, ...]
    x: np.ndarray
    out: np.ndarray | None
    weights: tuple[np.ndarray, ...] = ()
    drawn: tuple[tuple[tuple[np.ndarray, ...], np.ndarray], ...] = ()  # (all weights, the answer)
    refused: Error | None = None
    updates: int | None = None  # steps of the optimizer that it was compiled with; None where none counts

    @property
    def words(self) -> int:
        """How many words it knows; 0 where it takes none."""
        return min((layer.words for layer in self.layers if layer.words), default=0)

    @property
    def fed(self) -> np.ndarray | None:
        """x as the first layer with weights got it; None where that has another shape."""
        took = next((layer.took for layer in self.layers if layer.weights), None)
        return took if took is not None and took.shape == self.x.shape else None


@functools.cache
def keras_model(model: Model) -> Probe:
    """The layers of the model, called on drawn sequences of the student's own length, or on drawn vectors, as
    it was trained and with drawn weights."""

    def draw(rng: np.random.Generator, parameters: NamedNumbers) -> Mapping[str, Any]:
        batch = min(batch_of(parameters, LARGEST_OF_MODEL, model.batch), FEW_SEQUENCES)
        x = inputs_of(rng, model, parameters, batch)
        return of_words(model) | {
            "x": padded(x) if model.vocabulary else x,
            "pools": normal(rng, DRAWS, POOL),
            "gain": GAIN,
        }

    return Probe(
        name=f"keras_model{model.place}",
        answered_by="keras_model",
        needs=(model.name,),
        parts=parts_of(model),
        draw=draw,
        early=False,
        reads=read_keras_model,
    )


def inputs_of(rng: np.random.Generator, model: Model, parameters: NamedNumbers, *batch: int) -> np.ndarray:
    """Drawn inputs of a model: [*batch, time, features], or [*batch, features] where it takes vectors; of
    one that takes words these [*batch, time, 1]."""
    sides = () if model.vectors else (length_for(model, parameters, MOST_STEPS),)
    if model.vocabulary:
        return words_of(rng, model, parameters, *batch, *sides)
    return normal(rng, *batch, *sides, model.features)


def of_words(model: Model) -> dict[str, Any]:
    """What a question about the model says where its x is words."""
    return {"vocabulary": True} if model.vocabulary else {}


def padded(words: np.ndarray) -> np.ndarray:
    """The same [batch, time, 1], the second sequence ending and the third one beginning with padding, so that
    it shows what a model makes of that."""
    x = words.copy()
    third = x.shape[1] // 3
    if third:
        x[1:2, -third:], x[2:3, :third] = 0, 0
    return x


def within(words: np.ndarray, rows: int) -> np.ndarray:
    """The words as a model whose table has so many rows was asked with them: those beyond it from the first
    one on, as run/inside/asked/described.py takes them."""
    return words if rows < 2 else np.where(words < rows, words, 1 + (words - 1) % (rows - 1))


def read_keras_model(observation: Observation) -> KerasModel:
    """The description, as far as it is one."""
    weights, updates = tensors(observation, "weight"), observation.answer.get("updates")
    return replace(
        described(observation, observation.answer.get("layers"), weights=weights),
        drawn=tuple(_drawn(observation, [array.shape for array in weights])),
        refused=error_in(observation.answer.get("error")),
        updates=updates if type(updates) is int and updates >= 0 else None,
    )


def described(observation: Observation, told: object, prefix: str = "", weights: Arrays = ()) -> KerasModel:
    """A model from the list of its layers and the arrays that stand below `prefix`."""
    listed = told[:MOST_LAYERS] if isinstance(told, list) else []
    layers = [
        _with_arrays(read_layer(one), observation, prefix, place)
        for place, one in enumerate(listed)
        if isinstance(one, Mapping)
    ]
    x = observation.question["x"]
    if observation.question.get("vocabulary"):
        x = within(x, min((layer.words for layer in layers if layer.words), default=0))
    return KerasModel(
        layers=tuple(layers),
        x=x,
        out=observation.array(f"{prefix}out"),
        weights=weights,
    )


def _with_arrays(layer: KerasLayer, observation: Observation, prefix: str, place: int) -> KerasLayer:
    """With the values of its weights, and what it was given and gave."""
    took, gave = (observation.array(f"{prefix}{name}/{place}") for name in ("took", "gave"))
    return replace(layer, values=tensors(observation, f"{prefix}of/{place}"), took=took, gave=gave)


def _drawn(
    observation: Observation, shapes: list[tuple[int, ...]]
) -> Iterator[tuple[tuple[np.ndarray, ...], np.ndarray]]:
    q, told = observation.question, _shape(observation.answer.get("fixed"), most=len(shapes))
    fixed = [place in told for place in range(len(shapes))]
    for number, pool in enumerate(q["pools"]):
        out = observation.array(f"drawn/{number}")
        if out is not None:
            yield tuple(positive_where(fixed, fill(shapes, pool, q["gain"]))), out


def read_layer(told: Mapping[str, Any], depth: int = 3) -> KerasLayer:
    """One layer as it was told, without its arrays; `depth`: of layers within it."""
    settings = told.get("settings")
    inside = told.get("inside")
    weights = told.get("weights")
    return KerasLayer(
        kind=text(told.get("kind")),
        own=text(told.get("own")),
        settings=_settings(settings) if isinstance(settings, Mapping) else {},
        takes=_shape(told.get("takes")),
        gives=_shape(told.get("gives")),
        weights=tuple(map(_shape, weights[:20])) if isinstance(weights, list) else (),
        trainable=told.get("trainable") is True,
        places=_shape(told.get("places")),
        inside=tuple(read_layer(one, depth - 1) for one in inside[:4] if isinstance(one, Mapping))
        if isinstance(inside, list) and depth
        else (),
    )


def _settings(told: Mapping[str, Any]) -> dict[str, Setting]:
    return {
        str(k)[:40]: v
        for k, v in list(told.items())[:40]
        if v is None or isinstance(v, (bool, int, float, str))
    }


def _shape(told: object, most: int = 8) -> tuple[int, ...]:
    sides = told if isinstance(told, list) and len(told) <= most else []
    return tuple(side for side in sides if type(side) is int and 0 <= side < 2**40)
