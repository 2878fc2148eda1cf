"""The trained model: its answers under trained, disturbed and drawn weights, and what it consists of.

Answered by run/inside/asked/of_model.py.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignment import Model, Probe
from grader.model import Observation
from grader.probes.form import (
    ERRORS,
    SIDES,
    Form,
    anything,
    count,
    each,
    either,
    flag,
    number,
    record,
    text,
)
from grader.probes.of_model import SIZE_CAPS, probe_of, sizes_for
from grader.probes.reading import Array, Arrays, Error, Shape, errors_in, once, tensors
from grader.probes.sizes import BATCH, GAIN, TIME, NamedNumbers, following, normal
from grader.probes.variables import Variable, read_variables, shapes_of
from grader.rnn.draws import fill, positive_where

SHAPES = either(SIDES, each(SIDES))
LAYER = record(
    {"path": text, "class": text, "input": SHAPES, "output": SHAPES}, {"role": text, "parameters": count}
)
NORMAL = record({"path": text, "variables": each(count), "holds": each(text), "epsilon": number})
PART = record({"path": text, "variables": each(count)}, {"activation": text})
FORM = Form(
    required={
        "variables": each(anything),
        "own_cells": each(PART),
        "dense": each(PART),
        "ready_made": each(text),
        "errors": ERRORS,
        "shapes": each(LAYER),
    },
    optional={"time_first": flag, "normalised": each(NORMAL)},
    sends="trained",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One question, under the weights start * trained + noise * drawn: the first tensor that came for each
    batch, `again` that of the first batch asked once more."""

    start: int
    noise: float
    pool: int  # of the numbers that are drawn from
    graph: bool  # asked in a tf.function, else eagerly
    out: tuple[Array | None, ...]
    again: Array | None

    @property
    def as_trained(self) -> bool:
        """Whether the weights are those that were trained."""
        return self.start == 1 and self.noise == 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """What a normalising layer holds in its variables, in their order, of "scale", "shift", "mean" and
    "variance", and what it adds to the variance."""

    holds: tuple[str, ...]
    epsilon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelPart:
    """A cell of the student's own, a dense or a normalising layer: where it is kept, the places of its
    variables in the model's list, and, of a dense layer, its activation."""

    path: str
    variables: tuple[int, ...]
    activation: str
    normal: Normal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledLayer:
    """A layer that a call of the model reached: `kind`, its class, `role`, what it was taken for on the
    sheet, and the shapes of all tensors that it takes and gives."""

    path: str
    kind: str
    role: str
    takes: tuple[Shape, ...]
    gives: tuple[Shape, ...]


@dataclass(frozen=True, kw_only=True)
class ModelAnswer:
    """What the trained model consists of, and its answers to x [batches, batch, time, features]. `layers`: in
    the order in which they were called, the model itself last; `fed`: the first batch as the first layer gets
    it, where something is done to it before."""

    x: Array
    pools: Array  # rows of numbers that weights are drawn from
    gain: float
    items: tuple[Item, ...]
    errors: Mapping[str, Error]
    variables: tuple[Variable, ...]
    trained: Arrays  # their values, exported before anything was changed
    own_cells: tuple[ModelPart, ...]
    dense: tuple[ModelPart, ...]
    normalised: tuple[ModelPart, ...]
    ready_made: tuple[str, ...]
    layers: tuple[CalledLayer, ...]
    time_first: bool  # seen in its answers where there are as many steps as sequences
    fed: Array | None

    @property
    def batch(self) -> int:
        """How many sequences it was asked at once."""
        return int(self.x.shape[1])

    @property
    def first(self) -> Array | None:
        """What it gave for the very first batch."""
        return self.items[0].out[0]

    @property
    def inside_cells(self) -> frozenset[int]:
        """The places of the variables of the student's own cells."""
        return frozenset(place for cell in self.own_cells for place in cell.variables)

    def weights(self, item: Item) -> list[Array]:
        """Those under which an item was answered."""
        drawn = self._drawn[item.pool]
        if not item.start:  # nothing of what was trained, which may be no numbers
            return [(item.noise * d).astype("f4") for d in drawn]
        pairs = zip(self.trained, drawn, strict=True)
        return [(item.start * t + item.noise * d).astype("f4") for t, d in pairs]

    @functools.cached_property
    def _drawn(self) -> Sequence[Sequence[Array]]:
        shapes, fixed = shapes_of(self.variables), [not variable.trainable for variable in self.variables]
        return [positive_where(fixed, fill(shapes, pool, self.gain)) for pool in self.pools]


@functools.cache
def model(model: Model) -> Probe:
    """Under weights drawn from {as trained, trained plus noise, random}, in shuffled order: two batches as
    trained, else one; and in a graph."""

    def draw(rng: np.random.Generator, parameters: NamedNumbers) -> Mapping[str, Any]:
        batch, length = sizes_for(model, parameters)
        items = [
            {"start": 1, "noise": 0.0, "pool": 0, "graph": False, "batches": 2},
            {"start": 1, "noise": 0.3, "pool": 0, "graph": False, "batches": 1},
            {"start": 0, "noise": 1.0, "pool": 1, "graph": False, "batches": 1},
            {"start": 1, "noise": 0.0, "pool": 1, "graph": True, "batches": 1},
            {"start": 0, "noise": 1.0, "pool": 2, "graph": True, "batches": 1},
        ]
        eager, graph = items[:3], items[3:]
        rng.shuffle(eager)
        rng.shuffle(graph)
        x = normal(rng, 2, batch, length, model.features)
        question = {"x": x, "gain": GAIN, "pools": normal(rng, 3, 60_000), "items": eager + graph}
        own, axes = {"batch": batch, "time": length}, {"x": [2, BATCH, TIME, model.features]}
        return following(rng, question, own, SIZE_CAPS, axes)

    return probe_of(model, "model", draw, read_model, form=FORM, seconds=120.0)


@once
def read_model(observation: Observation) -> ModelAnswer:
    """What the model answered beside what was asked."""
    q, told = observation.question, observation.answer
    return ModelAnswer(
        x=q["x"],
        pools=q["pools"],
        gain=q["gain"],
        items=tuple(_item(observation, place, item) for place, item in enumerate(q["items"])),
        errors=errors_in(told.get("errors")),
        variables=read_variables(observation),
        trained=tensors(observation, "trained"),
        own_cells=tuple(map(_part, told.get("own_cells", ()))),
        dense=tuple(map(_part, told.get("dense", ()))),
        normalised=tuple(map(_part, told.get("normalised", ()))),
        ready_made=tuple(told.get("ready_made", ())),
        layers=tuple(map(_layer, told.get("shapes", ()))),
        time_first=told.get("time_first") is True,
        fed=observation.array("fed"),
    )


def _item(observation: Observation, place: int, asked: Mapping[str, Any]) -> Item:
    return Item(
        start=asked["start"],
        noise=asked["noise"],
        pool=asked["pool"],
        graph=asked["graph"],
        out=tuple(observation.array(f"out/{place}/{batch}/0") for batch in range(asked["batches"])),
        again=observation.array(f"again/{place}/0/0"),
    )


def _part(told: Mapping[str, Any]) -> ModelPart:
    return ModelPart(
        path=told["path"],
        variables=tuple(told["variables"]),
        activation=told.get("activation", "linear" if "holds" in told else ""),
        normal=Normal(holds=tuple(told["holds"]), epsilon=told["epsilon"]) if "holds" in told else None,
    )


def _layer(told: Mapping[str, Any]) -> CalledLayer:
    return CalledLayer(
        path=told["path"],
        kind=told["class"],
        role=told.get("role", ""),
        takes=_shapes(told["input"]),
        gives=_shapes(told["output"]),
    )


def _shapes(told: Sequence[Any]) -> tuple[Shape, ...]:
    """One shape, or a list of several."""
    if told and isinstance(told[0], int):
        return (tuple(told),)
    return tuple(map(tuple, told))
