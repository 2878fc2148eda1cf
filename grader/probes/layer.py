"""A layer around a fresh cell, beside its own cell called step by step. Answered by
run/inside/asked/of_layer.py."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignment import Layer, Probe
from grader.model import Observation
from grader.probes.form import ERRORS, Form, anything, count, each, flag, values
from grader.probes.handling import Handling, read_handling
from grader.probes.nesting import Nesting, read_nesting
from grader.probes.one_step import LETTERS
from grader.probes.reading import Array, Arrays, Error, error_in, errors_in, once, tensors
from grader.probes.sizes import (
    FEATURES,
    GAIN,
    LARGEST_BATCH,
    LARGEST_SIZE,
    MOST_OWN_STEPS,
    UNITS,
    NamedNumbers,
    batch_of,
    following,
    length_of,
    normal,
    sizes_of,
    widths,
)
from grader.probes.variables import Variable, read_variables, shapes_of
from grader.rnn.draws import fill

FORM = Form(
    required={
        "units": count,
        "features": count,
        "variables": each(anything),
        "cell_variables": each(count),
        "errors": ERRORS,
        "structures": values(anything),
    },
    optional={"each_step": each(each(count)), "cell_of_ours": flag},
    of_sizes=True,
    most_variables=64,
)
# numbers in the longest batch, which is answered five times over: 48 of at most 64 MB
LARGEST_SEQUENCES = 2_400_000
FEWEST_STEPS = 5
OF_OWN_LENGTH, ALONE = (0, 1, 7), 6  # places of cases


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerCase:
    """One question to the layer: so many sequences of so many steps, x [batch, time, features], from drawn
    `states` [batch, units] or from its own start; and its tensors as they came, under the first weights and,
    `graph`, in a graph under each. `steps` [time, batch, units]: its own cell, called step by step."""

    batch: int
    time: int
    from_drawn: bool
    x: Array
    states: Arrays
    out: Arrays
    graph: tuple[Arrays, ...]  # by draw
    steps: Array | None
    nesting: Nesting  # of what it returned
    error: Error | None
    is_list: bool  # whether a Python list (or tuple) with one tensor for each step came


@dataclass(frozen=True, kw_only=True)
class LayerAnswer:
    """What a fresh layer gives for every case. `zeros`: what its method for the start states gives
    for the batch of the first one; `of_cell`: the places of its cell's variables; `cell_of_ours`: it
    was given a cell that works, since the student's own gives no states."""

    units: int
    features: int
    pools: Array  # a row of numbers for each draw of weights
    gain: float
    variables: tuple[Variable, ...]
    of_cell: tuple[int, ...]
    handling: Handling
    zeros: Arrays
    cases: tuple[LayerCase, ...]
    graph_error: Error | None
    cell_of_ours: bool

    @property
    def starts_by_chance(self) -> bool:
        """Whether its start states differ from sequence to sequence, as random ones do: nobody knows them
        again then."""
        return any(zero.ndim == 2 and bool(np.any(zero != zero[:1])) for zero in self.zeros)

    def weights(self, draw: int) -> Arrays:
        """Those that were drawn, in the shapes of the variables."""
        return self._drawn[draw]

    @functools.cached_property
    def _drawn(self) -> Sequence[Arrays]:
        return [tuple(fill(shapes_of(self.variables), pool, self.gain)) for pool in self.pools]


@functools.cache
def layer(layer: Layer) -> Probe:
    """The student's own batch and length first, then 1, 2 and 3 steps, then others.

    Only where `stepped` says so is the student's own cell called step by step beside it: most of the time
    goes there.
    """
    return asking(layer, f"layer{layer.place}", "layer", FORM, read_layer)


def asking(
    layer: Layer,
    name: str,
    answered_by: str,
    form: Form,
    reads: Callable[[Observation], Any],
    *,
    only_first: bool = False,
) -> Probe:
    """A probe of a layer; `only_first`: by the first case alone, under one draw of weights."""
    cell = layer.cell
    letters = LETTERS[: len(cell.family.states)]

    def draw(rng: np.random.Generator, parameters: NamedNumbers) -> Mapping[str, Any]:
        batch, sizes = batch_of(parameters), sizes_of(cell, rng, parameters)
        fits = LARGEST_SEQUENCES // (batch * max(itertools.chain.from_iterable(sizes)))
        length = min(length_of(parameters, MOST_OWN_STEPS), max(fits, FEWEST_STEPS))
        cases = _cases(batch, length)[: 1 if only_first else None]
        wide = widths(sizes)
        axes: dict[str, list[Any]] = {}
        question: dict[str, Any] = {
            "sizes": sizes,
            "gain": GAIN,
            "cases": cases,
            "pools": normal(rng, 1 if only_first else 2, 4096),
        }
        for index, case in enumerate(cases):
            question[f"x/{index}"] = normal(rng, case["batch"], case["time"], wide["features"])
            question |= {f"{letter}/{index}": normal(rng, case["batch"], wide["units"]) for letter in letters}
            side, time = _sides(case, index, batch, length)
            axes |= {
                f"x/{index}": [side, time, FEATURES],
                **{f"{letter}/{index}": [side, UNITS] for letter in letters},
            }
        longest = length if fits < length else MOST_OWN_STEPS
        most = {"batch": LARGEST_BATCH, "time": longest, "units": LARGEST_SIZE, "features": LARGEST_SIZE}
        return following(rng, question, {"batch": batch, "time": length, **wide}, most, axes)

    parts = (("cell", cell), ("layer", layer))
    return Probe(
        name=name,
        answered_by=answered_by,
        needs=(cell.name, layer.name),
        parts=parts,
        draw=draw,
        form=form,
        reads=reads,
    )


@once
def read_layer(observation: Observation) -> LayerAnswer:
    """What the layer gave beside what was asked."""
    q, told = observation.question, observation.answer
    return LayerAnswer(
        units=int(told["units"]),
        features=int(told["features"]),
        pools=q["pools"],
        gain=q["gain"],
        variables=read_variables(observation),
        of_cell=tuple(told["cell_variables"]),
        handling=read_handling(observation),
        zeros=tensors(observation, "zeros"),
        cases=tuple(_read_case(observation, place) for place in range(len(q["cases"]))),
        graph_error=error_in(told.get("graph_error")),
        cell_of_ours=told.get("cell_of_ours") is True,
    )


def _read_case(observation: Observation, place: int) -> LayerCase:
    q, told = observation.question, observation.answer
    units, asked = int(told["units"]), q["cases"][place]
    nesting = read_nesting(told["structures"].get(str(place)))
    return LayerCase(
        batch=asked["batch"],
        time=asked["time"],
        from_drawn=asked["states"] == "drawn",
        x=q[f"x/{place}"][..., : int(told["features"])],
        states=tuple(q[name][..., :units] for letter in LETTERS if (name := f"{letter}/{place}") in q),
        out=tensors(observation, f"out/0/{place}"),
        graph=tuple(tensors(observation, f"graph/{draw}/{place}") for draw in range(len(q["pools"]))),
        steps=observation.array(f"steps/0/{place}"),
        nesting=nesting,
        error=errors_in(told["errors"]).get(str(place)),
        is_list=[] in told["each_step"] if "each_step" in told else _lists_steps(nesting, asked["time"]),
    )


def _lists_steps(nesting: Nesting, time: int) -> bool:
    """Whether a list holds one tensor for each step, in runs that were stored when one answer decided."""
    return time > 2 and nesting.length == time and (nesting.is_long or nesting.holds_tensors_alone)


def _sides(case: Mapping[str, Any], index: int, batch: int, length: int) -> tuple[Any, Any]:
    """(batch, time) of a case as they follow the notebook's own: one sequence stays one, a few steps stay as
    many."""
    side = 1 if index == ALONE else ["batch", case["batch"] - batch]
    return side, ["time", case["time"] - length] if index in OF_OWN_LENGTH else case["time"]


def _cases(batch: int, length: int) -> list[dict[str, Any]]:
    """Beside one case of the student's own length and the short ones the cell is stepped: from zeros a long
    one shows no more, and steps take most of the time."""
    cases = [
        (batch, length, "drawn", True),
        (batch, length, "zero", False),
        (batch, 1, "drawn", True),
        (batch, 2, "zero", True),
        (batch, 3, "drawn", True),
        (batch + 3, 4, "zero", False),
        (1, 5, "zero", False),
        (batch, length + 4, "zero", False),
    ]
    return [{"batch": b, "time": t, "states": s, "stepped": stepped} for b, t, s, stepped in cases]
