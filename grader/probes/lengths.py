"""The trained model on sequences of other shapes. Answered by run/inside/asked/of_lengths.py."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignment import Model, Probe
from grader.model import Observation
from grader.probes.form import ERRORS, Form
from grader.probes.of_model import probe_of
from grader.probes.reading import Array, Error, errors_in
from grader.probes.sizes import (
    BATCH,
    LARGEST_BATCH,
    MOST_OWN_STEPS,
    NamedNumbers,
    batch_of,
    following,
    length_for,
    normal,
)

FORM = Form(required={"errors": ERRORS})


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherShape:
    """Sequences x [batch, time, features] of another shape, and what the model gave for them, or raised."""

    x: Array
    out: Array | None
    error: Error | None


@functools.cache
def lengths(model: Model) -> Probe:
    """The trained model on other batch sizes and numbers of steps, where there is no layer to be asked."""

    def draw(rng: np.random.Generator, parameters: NamedNumbers) -> Mapping[str, Any]:
        batch, length = batch_of(parameters, name=model.batch), length_for(model, parameters, MOST_OWN_STEPS)
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
            {"batch": LARGEST_BATCH, "time": MOST_OWN_STEPS},
            axes,
        )

    return probe_of(model, "lengths", draw, read_lengths, form=FORM)


def read_lengths(observation: Observation) -> tuple[OtherShape, ...]:
    """What the model gave for every shape that it was asked."""
    q, errors = observation.question, errors_in(observation.answer["errors"])
    cases = sorted(key.partition("/")[2] for key in q if key.startswith("x/"))
    return tuple(
        OtherShape(x=q[f"x/{case}"], out=observation.array(f"out/{case}/0"), error=errors.get(case))
        for case in cases
    )
