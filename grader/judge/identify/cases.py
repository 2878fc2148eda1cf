"""Questions to the layer, and what it should have answered: the equations unrolled here, or the student's own
cell stepped."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from grader.judge.identify.cell import LETTERS, Cell, tensors
from grader.judge.identify.nesting import Nesting, read_nesting
from grader.judge.identify.states import states_in
from grader.judge.identify.ways import States, read_way
from grader.model import Observation
from grader.rnn.draws import close_enough, fill
from grader.rnn.layer_mistakes.mistake import Unroll
from grader.rnn.weights import Array, Arrays

PROBE = "layer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question to the layer and what it should have answered. x [batch, time, features]; wanted [batch,
    time, units]."""

    # None: the cell's rule is unknown, `wanted` is the student's own cell called step by step
    run: Unroll | None
    x: Array
    states: Arrays  # the start states in the order in which they are passed
    wanted: Array
    got: tuple[Array, ...]
    tolerance: float


def case_of(
    observation: Observation, cell: Cell | None, draw: int, index: int, key: str = "out"
) -> Case | None:
    """One case with what it should give: the host's own unrolling of the identified cell, else the student's
    cell stepped. None when neither is known, or nothing was answered."""
    q, answer = observation.question, observation.answer
    units, features = int(answer["units"]), int(answer["features"])
    got = tuple(
        a for a in (observation.array(f"{key}/{draw}/{index}/{k}") for k in range(8)) if a is not None
    )
    if not got:
        return None
    got = _in_one(got, observation, index)
    x = np.asarray(q[f"x/{index}"])[..., :features]
    if starts_by_chance(observation) and not _starts_from_drawn(observation, index):
        return None
    states = _start_states(observation, index, units)
    if cell is not None and cell.mapping is not None:
        return _by_equations(observation, cell, draw, x, states, got)
    steps = observation.array(f"steps/{draw}/{index}")
    if steps is None or steps.ndim != 3 or len(steps) != x.shape[1]:  # [time, batch, units]
        return None
    return Case(run=None, x=x, states=states, wanted=np.moveaxis(steps, 0, 1), got=got, tolerance=1e-4)


def is_list(observation: Observation, index: int) -> bool:
    """Whether the layer returned a Python list (or tuple) with one tensor for each step."""
    if (told := observation.answer.get("each_step")) is not None:
        return [] in told
    nesting = read_nesting(
        observation.answer["structures"].get(str(index))
    )  # in runs that were stored before
    time = int(observation.question["cases"][index]["time"])
    return time > 2 and nesting.length == time and (nesting.is_long or nesting.holds_tensors_alone)


def _in_one(got: tuple[Array, ...], observation: Observation, index: int) -> tuple[Array, ...]:
    """A list of outputs as one tensor [time, batch, units]."""
    return (
        (np.stack(got),)
        if is_list(observation, index) and len(got) > 1 and len({a.shape for a in got}) == 1
        else got
    )


def starts_by_chance(observation: Observation) -> bool:
    """Whether the student's zero_states differ from sequence to sequence, as random ones do: nobody knows
    them again then."""
    starts = tensors(observation.answer, "zeros")
    return any(s.ndim == 2 and bool(np.any(s != s[:1])) for s in starts)


def _starts_from_drawn(observation: Observation, index: int) -> bool:
    return bool(observation.question["cases"][index]["states"] == "drawn") and not takes_input_alone(
        observation
    )


def takes_input_alone(observation: Observation) -> bool:
    """Whether the layer is called with its input alone, and starts by itself."""
    return read_way(observation.answer.get("call")).states is States.ALONE


def _start_states(observation: Observation, index: int, units: int) -> Arrays:
    """The states a case starts from. Follow-through: the student's own zero_states, a mistake in which is
    charged there."""
    q = observation.question
    drawn = tuple(
        np.asarray(q[f"{letter}/{index}"])[..., :units] for letter in LETTERS if f"{letter}/{index}" in q
    )
    if _starts_from_drawn(observation, index):
        return drawn
    starts = states_in(
        tensors(observation.answer, "zeros"), Nesting(), int(q["cases"][0]["batch"]), units, len(drawn)
    )
    rows = [s[:1] for s in starts[: len(drawn)] if s.ndim == 2 and s.shape[1] == units]
    if len(rows) < len(drawn):
        return tuple(0 * state for state in drawn)
    return tuple(np.repeat(row, len(drawn[0]), axis=0).astype("f4") for row in rows)


def _by_equations(
    observation: Observation, cell: Cell, draw: int, x: Array, states: Arrays, got: tuple[Array, ...]
) -> Case | None:
    mapping, answer, q = cell.mapping, observation.answer, observation.question
    shapes = [tuple(v["shape"]) for v in answer["variables"]]
    arrays = fill(shapes, q["pools"][draw], q["gain"])
    own = [arrays[k] for k in answer["cell_variables"] if 0 <= k < len(arrays)]
    if mapping is None or len(own) != len(cell.shapes):
        return None
    weights = mapping.layout.weights(own, int(answer["units"]), int(answer["features"]))
    single_weights = weights.astype("float32")

    def run(x: Array, states: Arrays, shows: int = 0) -> Array:
        return mapping.chain(weights, x.astype("f8"), tuple(state.astype("f8") for state in states), shows)

    wanted = run(x, states)
    tolerance = close_enough(wanted, mapping.chain(single_weights, x, states))
    return Case(run=run, x=x, states=states, wanted=wanted, got=got, tolerance=tolerance)


def graph_cases(observation: Observation, cell: Cell | None) -> list[Case]:
    """What a graph answered, under every draw of weights; without a known cell only those beside which the
    cell was stepped."""
    asked = itertools.product(
        range(len(observation.question["pools"])), range(len(observation.question["cases"]))
    )
    return [
        case
        for draw, index in asked
        if (case := case_of(observation, cell, draw, index, key="graph")) is not None
    ]


def output(case: Case) -> Array:
    """The tensor that is meant as the output: the first of rank 3, else the first."""
    return next((a for a in case.got if a.ndim == 3), case.got[0])


def gap(case: Case) -> float:
    """The largest difference from what the case should give; infinite for another shape."""
    out = output(case)
    if out.shape != case.wanted.shape:
        return float("inf")
    difference = np.abs(out - case.wanted)
    return float(np.max(difference, initial=0.0)) if np.all(np.isfinite(difference)) else float("inf")
