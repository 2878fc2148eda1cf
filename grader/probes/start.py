"""The states that a fresh layer starts from, asked by itself: a layer that raises when it is called may start
right. Answered by run/inside/asked/of_layer.py."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from grader.assignment import Layer, Probe
from grader.model import Observation
from grader.probes.form import ERROR, Form, count, text
from grader.probes.handling import Handling, read_handling
from grader.probes.layer import asking
from grader.probes.nesting import Nesting, read_nesting
from grader.probes.reading import Arrays, Error, error_in, identifier, tensors

FORM = Form(
    required={"units": count, "features": count, "start": text},
    optional={"start_error": ERROR},
    of_sizes=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartAnswer:
    """What the method for the start states, `name`, gives for a `batch`; "" where there is no such method."""

    units: int
    batch: int
    name: str
    states: Arrays
    nesting: Nesting
    error: Error | None
    handling: Handling  # how the layer is called


@functools.cache
def start(layer: Layer) -> Probe:
    """The start states for the student's own batch."""
    return asking(layer, f"start{layer.place}", "start", FORM, read_start, only_first=True)


def read_start(observation: Observation) -> StartAnswer:
    """What the layer starts from."""
    told = observation.answer
    return StartAnswer(
        units=int(told["units"]),
        batch=observation.question["cases"][0]["batch"],
        name=identifier(told["start"]),
        states=tensors(observation, "zeros"),
        nesting=read_nesting(told.get("zero_structure")),
        error=error_in(told.get("start_error")),
        handling=read_handling(observation),
    )
