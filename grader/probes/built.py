"""Models that a function of the student's makes: each is called with drawn sequences, and described as
probes.keras_model describes the trained one. Answered by run/inside/asked/of_keras.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignment import Function, Probe
from grader.model import Observation
from grader.probes.keras_model import KerasLayer, KerasModel, described, read_layer
from grader.probes.reading import Error, error_in
from grader.probes.sizes import MOST_STEPS, NamedNumbers, length_of, normal

BATCH = 4
CaseSizes = Mapping[str, int | bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What came of one case: the model, or the error and the layer that `stopped` the call; `case`: the
    arguments by name."""

    case: CaseSizes
    model: KerasModel
    error: Error | None = None
    stopped: KerasLayer | None = None


def built(
    function: Function, cases: Sequence[CaseSizes] = ({},), *, length: str = "", features: int = 1
) -> Probe:
    """The models that the function makes for these arguments; `length`: the sheet's parameter for the steps
    of their sequences."""

    def draw(rng: np.random.Generator, parameters: NamedNumbers) -> Mapping[str, Any]:
        steps = length_of(parameters, MOST_STEPS, length)
        return {"x": normal(rng, BATCH, steps, features), "cases": [dict(case) for case in cases]}

    return Probe(
        name=f"built_{function.name}",
        answered_by="built",
        needs=(function.name,),
        parts=(("function", function),),
        draw=draw,
        early=False,
        reads=read_built,
    )


def read_built(observation: Observation) -> list[Built]:
    """What came of every case."""
    cases, told = observation.question["cases"], observation.answer.get("models")
    listed = told if isinstance(told, list) and len(told) == len(cases) else [{}] * len(cases)
    return [
        _read(observation, number, case, one)
        for number, (case, one) in enumerate(zip(cases, listed, strict=True))
    ]


def _read(observation: Observation, number: int, case: CaseSizes, told: object) -> Built:
    said = told if isinstance(told, Mapping) else {}
    error = error_in(said.get("error"))
    if error is None and not said.get("layers"):
        error = {"name": "NoAnswer", "message": "it gave no model"}
    stopped = said.get("stopped")
    return Built(
        case=case,
        model=described(observation, said.get("layers"), f"m/{number}/"),
        error=error,
        stopped=read_layer(stopped) if isinstance(stopped, Mapping) else None,
    )
