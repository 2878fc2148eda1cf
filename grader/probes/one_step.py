"""One step of a fresh cell. Answered by run/inside/asked/of_cell.py."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignment import Cell, Probe
from grader.model import Observation
from grader.probes.form import Form, anything, count, each, flag
from grader.probes.handling import Handling, read_handling
from grader.probes.nesting import Nesting, read_nesting
from grader.probes.reading import Array, Arrays, Error, error_in, once, tensors
from grader.probes.sizes import (
    FEATURES,
    GAIN,
    LARGEST_BATCH,
    LARGEST_SIZE,
    UNITS,
    NamedNumbers,
    batch_of,
    following,
    normal,
    sizes_of,
    widths,
)
from grader.probes.variables import Variable, read_variables, shapes_of
from grader.rnn.draws import fill

FEWEST_ROWS = 16  # in whole batches
FORM = Form(
    required={"units": count, "features": count, "variables": each(anything)},
    optional={"of_layer": flag, "takes_states": flag},
    sends="initial",
    of_sizes=True,
    most_variables=64,
)
LETTERS = ("h", "c")  # under which the states are sent, in the order of the family's: the hidden one first


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What the cell returned under one draw of weights, its tensors as they came: of each call, and of the
    first call in a graph."""

    eager: tuple[Arrays, ...]
    graph: Arrays


@dataclass(frozen=True, kw_only=True)
class StepAnswer:
    """One step of a fresh cell, called `batch` rows at a time, beside what was asked: x [rows, features] and
    the states [rows, units], under every draw of weights. `initial`: the weights that it was made with;
    `nesting`: how what it returns is nested."""

    batch: int
    units: int
    features: int
    x: Array
    states: Arrays
    pools: Array  # a row of numbers for each draw
    gain: float
    variables: tuple[Variable, ...]
    initial: Arrays
    handling: Handling
    nesting: Nesting
    returned: tuple[Returned, ...]  # by draw
    graph_error: Error | None

    def weights(self, draw: int) -> Arrays:
        """Those that were drawn, in the shapes of the variables."""
        return self._drawn[draw]

    @functools.cached_property
    def _drawn(self) -> Sequence[Arrays]:
        return [tuple(fill(shapes_of(self.variables), pool, self.gain)) for pool in self.pools]


@functools.cache
def one_step(cell: Cell, draws: int = 4) -> Probe:
    """One step under `draws` sets of weights; single rows have x or a state zero, since h = 0 hides the
    recurrent kernels, c = 0 the forget gate."""
    letters = LETTERS[: len(cell.family.states)]

    def draw(rng: np.random.Generator, parameters: NamedNumbers) -> Mapping[str, Any]:
        batch, sizes = batch_of(parameters), sizes_of(cell, rng, parameters)
        rows, wide = batch * math.ceil(FEWEST_ROWS / batch), widths(sizes)
        x = normal(rng, rows, wide["features"])
        states = [normal(rng, rows, wide["units"]) for _ in letters]
        _with_zeros(rng.permutation(FEWEST_ROWS)[:8], x, states)
        pools = normal(rng, draws, 4096)
        sent = dict(zip(letters, states, strict=True))
        question = {"sizes": sizes, "batch": batch, "gain": GAIN, "pools": pools, "x": x, **sent}
        most = {"batch": LARGEST_BATCH, "units": LARGEST_SIZE, "features": LARGEST_SIZE}
        axes = {"x": [["rows", 0], FEATURES], **{letter: [["rows", 0], UNITS] for letter in letters}}
        return following(rng, question, {"batch": batch, **wide}, most, axes)

    name = f"one_step{cell.place}"
    return Probe(
        name=name,
        answered_by="one_step",
        needs=(cell.name,),
        parts=(("cell", cell),),
        draw=draw,
        form=FORM,
        reads=read_one_step,
    )


@once
def read_one_step(observation: Observation) -> StepAnswer:
    """What the cell returned beside what was asked."""
    q, told = observation.question, observation.answer
    units, features, batch = int(told["units"]), int(told["features"]), int(q["batch"])
    calls = range(len(q["x"]) // batch)
    return StepAnswer(
        batch=batch,
        units=units,
        features=features,
        x=q["x"][:, :features],
        states=tuple(q[letter][:, :units] for letter in LETTERS if letter in q),
        pools=q["pools"],
        gain=q["gain"],
        variables=read_variables(observation),
        initial=tensors(observation, "initial"),
        handling=read_handling(observation),
        nesting=read_nesting(told.get("structure")),
        returned=tuple(
            Returned(
                eager=tuple(tensors(observation, f"eager/{draw}/{call}") for call in calls),
                graph=tensors(observation, f"graph/{draw}/0"),
            )
            for draw in range(len(q["pools"]))
        ),
        graph_error=error_in(told.get("graph_error")),
    )


def _with_zeros(order: np.ndarray, x: np.ndarray, states: list[np.ndarray]) -> None:
    """Two rows with each state zero, two with x zero, one with all states zero, one with everything zero."""
    for place, array in enumerate((*states, x)):
        array[order[2 * place : 2 * place + 2]] = 0
    for state in states:
        state[order[6:8]] = 0
    x[order[7]] = 0
