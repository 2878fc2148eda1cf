"""What the trained model answers to inputs that the sheet draws. Answered by
run/inside/asked/of_answers.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.assignment import Model, Probe
from grader.assignment.probe import HIDDEN
from grader.model import Observation
from grader.probes.of_model import parts_of
from grader.probes.reading import Error, error_in

Inputs = Callable[[np.random.Generator, Mapping[str, float | int]], Mapping[str, np.ndarray]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One drawn input x [batch, ...] and the answer; `hidden`: what was drawn with it and the kernel never
    saw, by its name."""

    x: np.ndarray
    out: np.ndarray | None
    error: Error | None = None
    hidden: Mapping[str, np.ndarray] = field(default_factory=dict)


def answers(model: Model, draw: Inputs, called: str = "") -> Probe:
    """The model's answer to `x` of what `draw(rng, parameters)` gives; everything else in it stays here,
    such as the right answers."""

    def drawn(rng: np.random.Generator, parameters: Mapping[str, float | int]) -> Mapping[str, Any]:
        made = draw(rng, parameters)
        return {"x": made["x"], **{f"{HIDDEN}{name}": array for name, array in made.items() if name != "x"}}

    return Probe(
        name=called or f"answers{model.place}",
        answered_by="answers",
        needs=(model.name,),
        parts=parts_of(model),
        draw=drawn,
        early=False,
        reads=read_answers,
    )


def read_answers(observation: Observation) -> Answered:
    """The answer beside what was asked."""
    q = observation.question
    return Answered(
        x=q["x"],
        out=observation.array("out"),
        error=error_in(observation.answer.get("error")),
        hidden={name.removeprefix(HIDDEN): value for name, value in q.items() if name.startswith(HIDDEN)},
    )
