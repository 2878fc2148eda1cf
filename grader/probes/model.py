"""The trained model: its answers, where gradients arrive, other lengths. Answered by
run/inside/of_model.py and of_lengths.py."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.assignment import Model, Probe
from grader.assignment.probe import Parts
from grader.probes.form import ERRORS, SIDES, Form, anything, count, each, either, flag, record, text
from grader.probes.sizes import (
    BATCH,
    GAIN,
    LARGEST_BATCH,
    LARGEST_OF_MODEL,
    LONGEST,
    TIME,
    Numbers,
    batch_of,
    following,
    length_for,
    normal,
)

SHAPES = either(SIDES, each(SIDES))
LAYER = record(
    {"path": text, "class": text, "input": SHAPES, "output": SHAPES}, {"role": text, "parameters": count}
)
PART = record({"path": text, "variables": each(count)}, {"activation": text})
OF_MODEL = Form(
    required={
        "variables": each(anything),
        "own_cells": each(PART),
        "dense": each(PART),
        "ready_made": each(text),
        "errors": ERRORS,
        "shapes": each(LAYER),
    },
    optional={"time_first": flag},
    sends="trained",
)
OF_GRADIENTS = Form(required={"variables": each(anything)})
OF_LENGTHS = Form(required={"errors": ERRORS})
MOST = {"batch": LARGEST_OF_MODEL, "time": LONGEST}
LONGEST_OTHER = 100  # steps of a question about other lengths


@functools.cache
def model(model: Model) -> Probe:
    """Under weights drawn from {as trained, trained plus noise, random}, in shuffled order: two batches
    where that costs little or is needed, in a graph and as trained, else one."""

    def draw(rng: np.random.Generator, parameters: Numbers) -> Mapping[str, Any]:
        batch, length = (
            batch_of(parameters, LARGEST_OF_MODEL, model.batch),
            length_for(model, parameters, LONGEST),
        )
        items = [
            {"start": 1, "noise": 0.0, "pool": 0, "graph": False, "batches": 2},
            {"start": 1, "noise": 0.3, "pool": 0, "graph": False, "batches": 1},
            {"start": 0, "noise": 1.0, "pool": 1, "graph": False, "batches": 1},
            {"start": 1, "noise": 0.0, "pool": 1, "graph": True, "batches": 2},
            {"start": 0, "noise": 1.0, "pool": 2, "graph": True, "batches": 2},
        ]
        eager, graph = items[:3], items[3:]
        rng.shuffle(eager)
        rng.shuffle(graph)
        x = normal(rng, 2, batch, length, model.features)
        question = {"x": x, "gain": GAIN, "pools": normal(rng, 3, 60_000), "items": eager + graph}
        return following(
            rng, question, {"batch": batch, "time": length}, MOST, {"x": [2, BATCH, TIME, model.features]}
        )

    return _of(model, "model", draw, OF_MODEL, seconds=120.0)


@functools.cache
def gradients(model: Model) -> Probe:
    """Where gradients arrive: a drawn linear functional of the trained model's outputs, with a weight for
    each of two columns."""

    def draw(rng: np.random.Generator, parameters: Numbers) -> Mapping[str, Any]:
        batch, length = (
            batch_of(parameters, LARGEST_OF_MODEL, model.batch),
            length_for(model, parameters, LONGEST),
        )
        x = normal(rng, batch, length, model.features)
        question = {"x": x, "weights": np.ascontiguousarray(normal(rng, 2, batch).T)}
        axes = {"x": [BATCH, TIME, model.features], "weights": [BATCH, 2]}
        return following(rng, question, {"batch": batch, "time": length}, MOST, axes)

    return _of(model, "gradients", draw, OF_GRADIENTS)


@functools.cache
def lengths(model: Model) -> Probe:
    """The trained model on other batch sizes and numbers of steps, where there is no layer to be asked."""

    def draw(rng: np.random.Generator, parameters: Numbers) -> Mapping[str, Any]:
        batch, length = batch_of(parameters, name=model.batch), length_for(model, parameters, LONGEST_OTHER)
        shapes = ((batch, 1), (batch, 2), (batch + 3, 4), (1, 5), (batch, length + 4))
        question = {f"x/{case}": normal(rng, *shape, model.features) for case, shape in enumerate(shapes)}
        sides: dict[str, list[Any]] = {
            "x/0": [BATCH, 1],
            "x/1": [BATCH, 2],
            "x/2": [["batch", 3], 4],
            "x/4": [BATCH, ["time", 4]],
        }
        axes = {name: [*some, model.features] for name, some in sides.items()}
        return following(
            rng,
            question,
            {"batch": batch, "time": length},
            {"batch": LARGEST_BATCH, "time": LONGEST_OTHER},
            axes,
        )

    return _of(model, "lengths", draw, OF_LENGTHS)


def parts_of(model: Model) -> Parts:
    """The model with what is inside."""
    inside = (("cell", model.cell), ("layer", model.layer))
    return (("model", model), *((name, role) for name, role in inside if role is not None))


def _of(model: Model, kind: str, draw: Any, form: Form, seconds: float = 60.0) -> Probe:
    name = f"{kind}{model.place}"
    return Probe(
        name=name,
        answered_by=kind,
        needs=(model.name,),
        parts=parts_of(model),
        draw=draw,
        early=False,
        seconds=seconds,
        form=form,
    )
