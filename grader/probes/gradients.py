"""Where gradients arrive in the trained model. Answered by run/inside/asked/of_model.py."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignment import Model, Probe
from grader.model import Observation
from grader.probes.form import Form, anything, each
from grader.probes.of_model import SIZE_CAPS, probe_of, sizes_for
from grader.probes.reading import Array
from grader.probes.sizes import BATCH, TIME, NamedNumbers, following, normal
from grader.probes.variables import Variable, read_variables

FORM = Form(required={"variables": each(anything)})


@dataclass(frozen=True, slots=True, kw_only=True)
class GradientAnswer:
    """The gradients of sum(weights * output) by each variable and by x [batch, time, features]; None where
    none arrives. `weights` [batch, columns]: a column for each of the output's, in turn."""

    x: Array
    weights: Array
    variables: tuple[Variable, ...]
    by_variable: tuple[Array | None, ...]
    by_input: Array | None


@functools.cache
def gradients(model: Model) -> Probe:
    """Where gradients arrive: a drawn linear functional of the trained model's outputs, with a weight for
    each of two columns."""

    def draw(rng: np.random.Generator, parameters: NamedNumbers) -> Mapping[str, Any]:
        batch, length = sizes_for(model, parameters)
        x = normal(rng, batch, length, model.features)
        question = {"x": x, "weights": np.ascontiguousarray(normal(rng, 2, batch).T)}
        axes = {"x": [BATCH, TIME, model.features], "weights": [BATCH, 2]}
        return following(rng, question, {"batch": batch, "time": length}, SIZE_CAPS, axes)

    return probe_of(model, "gradients", draw, read_gradients, form=FORM)


def read_gradients(observation: Observation) -> GradientAnswer:
    """The gradients beside what was asked."""
    variables = read_variables(observation)
    return GradientAnswer(
        x=observation.question["x"],
        weights=observation.question["weights"],
        variables=variables,
        by_variable=tuple(observation.array(f"gradient/{place}") for place in range(len(variables))),
        by_input=observation.array("input_gradient"),
    )
