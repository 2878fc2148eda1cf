"""The student's cell: which equations it computes, whatever the layout of its weights."""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignment import Seen
from grader.judge.draws import fill
from grader.judge.search import CELL_FIRST, SWAPPED, Draw, Mapping, explain, nearest
from grader.model import Evidence, Mistake, Observation, Verdict
from grader.model.verdict import failed, needs_review, passed

PROBE = "one_step"
GATE_WORDS = ("input gate", "forget gate", "candidate", "output gate")
HINT = "Compare your code with the equations line by line: c' = f * c + i * g and h' = o * tanh(c')."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What the host knows about the student's LSTM_Cell."""

    units: int
    features: int
    shapes: tuple[tuple[int, ...], ...]
    paths: tuple[str, ...]
    mapping: Mapping | None  # None: no known rule explains the answers
    initial: tuple[np.ndarray, ...]

    @property
    def is_lstm(self) -> bool:
        """The equations, in whatever layout and consistent order of the states."""
        return self.mapping is not None and self.mapping.variant.id == "lstm" and not self.mistaken

    @property
    def mistaken(self) -> str:
        """The id of the known mistake; "" for a right or an unknown cell."""
        if self.mapping is None:
            return ""
        if self.mapping.pair in SWAPPED:
            return "states_swapped"
        if self.mapping.layout.blind_gates and self.mapping.variant.id == "lstm":
            return "gate_without_h"
        return "" if self.mapping.variant.id == "lstm" else self.mapping.variant.id


def draws_of(seen: Observation, units: int, features: int, shapes: tuple[tuple[int, ...], ...]) -> list[Draw]:
    """The draws of a one_step observation, rows of all calls joined; a draw with tensors of other shapes is left out."""
    q = seen.question
    batch, rows = int(q["batch"]), len(q["x"])
    found = []
    for index, pool in enumerate(q["pools"]):
        calls = [_tensors(seen.answer, f"eager/{index}/{call}") for call in range(rows // batch)]
        if len({len(call) for call in calls}) != 1 or not calls[0]:
            continue
        out = tuple(np.concatenate(parts) for parts in zip(*calls, strict=True) if all(p.shape == (batch, units) for p in parts))
        if len(out) >= 2:
            found.append(
                Draw(
                    arrays=tuple(fill(shapes, pool, q["gain"])),
                    x=q["x"][:, :features],
                    first=q["h"][:, :units],
                    second=q["c"][:, :units],
                    out=out,
                )
            )
    return found


def _tensors(answer: Dict[str, Any], prefix: str) -> list[np.ndarray]:
    found: list[np.ndarray] = []
    while isinstance(item := answer.get(f"{prefix}/{len(found)}"), np.ndarray):
        found.append(item)
    return found


def identify(seen: Seen) -> Cell | None:
    """The student's cell, found once for all checks; None when the probe was not answered."""
    observation = seen.observation(PROBE)
    if observation is None or observation.status != "answered":
        return None
    return seen.once("cell", lambda: _identify(observation))


def _identify(observation: Observation) -> Cell:
    answer = observation.answer
    units, features = int(answer["units"]), int(answer["features"])
    shapes = tuple(tuple(int(side) for side in v["shape"]) for v in answer["variables"])
    paths = tuple(str(v["path"]) for v in answer["variables"])
    draws = draws_of(observation, units, features, shapes)
    complete = len(draws) == len(observation.question["pools"]) and bool(shapes)
    initial = tuple(np.asarray(answer.get(f"initial/{index}")) for index in range(len(shapes)))
    mapping = explain(draws, shapes, paths, units, features) if complete else None
    return Cell(units=units, features=features, shapes=shapes, paths=paths, mapping=mapping, initial=initial)


def returns_states(seen: Seen) -> Verdict:
    """Both states come back, each [batch, units]."""
    observation = seen.answer(PROBE)
    answer, batch = observation.answer, int(observation.question["batch"])
    units = int(answer["units"])
    got = [tuple(t.shape) for t in _tensors(answer, "eager/0/0")]
    wanted = (batch, units)
    evidence = [
        Evidence(what="what one call returns", expected=f"two states of shape {wanted}", actual=_listed(got, answer["structure"]))
    ]
    hint = "End call() with `return hidden_state, cell_state`; with a batch of 32 and 100 units each has shape (32, 100)."
    if len(got) < 2:
        return failed(
            f"one call returns {_listed(got, answer['structure'])}, expected the pair (hidden state, cell state)",
            hint=hint,
            evidence=evidence,
        )
    if any(shape != wanted for shape in got[-2:]):
        return failed(
            f"one call returns {_listed(got, answer['structure'])}, expected two states of shape {wanted}: (batch, units)",
            hint=hint,
            evidence=evidence,
        )
    if len(got) > 2:
        return passed(
            f"The cell returns {_listed(got, answer['structure'])}; the last two are taken as the states.", evidence=evidence
        )
    return passed("The cell returns the hidden and the cell state, each (batch, units).", evidence=evidence)


def _listed(shapes: list[tuple[int, ...]], structure: str) -> str:
    if not shapes:
        return f"no tensors ({structure})"
    if len(shapes) == 1:
        return f"one tensor of shape {shapes[0]}"
    return f"{len(shapes)} tensors of shapes {', '.join(map(str, shapes))}"


def equivalent(seen: Seen) -> Verdict:
    """The cell computes the LSTM equations under weights, inputs and states that the host drew."""
    cell = identify(seen)
    observation = seen.answer(PROBE)
    if cell is None:
        raise LookupError("one_step was not asked")
    if not cell.shapes:
        return failed(
            "the cell has no trainable weights that can be found",
            hint="Create Dense layers or weights with self.add_weight in __init__ or build and keep them as attributes of self.",
        )
    if _frozen(observation):
        return failed(
            "the cell's outputs do not change when its weights are changed",
            hint="Use the layers that you keep in self in call(); do not create new layers or weights during a call.",
        )
    if cell.is_lstm and cell.mapping is not None:
        graph = _graph_gap(observation)
        if graph > 1e-3:
            return failed(
                f"called step by step the cell is right, but inside a tf.function its result differs by up to {graph:.2g}",
                hint="Python values that change between calls (lists, counters, attributes) are frozen when tf.function traces the code.",
            )
        return _is_right(cell, observation, cell.mapping)
    return _is_wrong(cell, observation)


def _is_right(cell: Cell, observation: Observation, mapping: Mapping) -> Verdict:
    rows, draws = len(observation.question["x"]), len(observation.question["pools"])
    note = (
        "" if mapping.pair != CELL_FIRST else " The pair is kept as (cell state, hidden state) everywhere, which is consistent."
    )
    return passed(
        f"The cell computes the LSTM equations: {draws} sets of weights drawn here, {rows} rows each.{note}",
        evidence=[
            Evidence(
                what="largest difference from the equations",
                expected=f"at most {mapping.tolerance:.0e}",
                actual=f"{mapping.deviation:.0e}",
            )
        ],
        staff_note=f"layout: {mapping.layout.words()}",
    )


def _is_wrong(cell: Cell, observation: Observation) -> Verdict:
    draws = draws_of(observation, cell.units, cell.features, cell.shapes)
    near = nearest(draws, cell.shapes, cell.paths, cell.units, cell.features) if draws else None
    if near is None:
        message = (
            f"the cell's weights {_shapes_words(cell)} are not those of an LSTM with {cell.units} units on {cell.features} inputs"
        )
        evidence = [Evidence(what="shapes of the cell's weights", expected=_wanted_shapes(cell), actual=_shapes_words(cell))]
    else:
        h_gap, c_gap = near
        wrong = "hidden state" if c_gap < 1e-3 else "cell state" if h_gap < 1e-3 else "cell state and, with it, the hidden state"
        message = f"after one step the {wrong} differs from the LSTM equations by up to {max(near):.2g}"
        evidence = [
            Evidence(what="hidden state after one step", expected="difference below 1e-4", actual=f"up to {h_gap:.2g}"),
            Evidence(what="cell state after one step", expected="difference below 1e-4", actual=f"up to {c_gap:.2g}"),
        ]
    mistake = named_mistake(cell)
    return failed(
        message, hint=HINT, evidence=evidence, mistake=mistake, staff_note=cell.mapping.layout.words() if cell.mapping else ""
    )


def named_mistake(cell: Cell) -> Mistake | None:
    """The known mistake that explains every answer, in a tutor's words."""
    if not cell.mistaken or cell.mapping is None:
        return None
    if cell.mistaken == "states_swapped":
        took = "(hidden, cell)" if cell.mapping.pair.hidden_first_in else "(cell, hidden)"
        gave = "(hidden, cell)" if cell.mapping.pair.hidden_first_out else "(cell, hidden)"
        words = f"a cell that takes its states as {took} but returns them as {gave}"
    elif cell.mistaken == "gate_without_h":
        gates = " and ".join(GATE_WORDS[g] for g in cell.mapping.layout.blind_gates)
        words = f"a cell whose {gates} does not see the hidden state"
    else:
        words = f"a cell {cell.mapping.variant.words}"
    return Mistake(id=cell.mistaken, confidence=1.0, words=words)


def _shapes_words(cell: Cell) -> str:
    return ", ".join(str(shape) for shape in cell.shapes[:12]) + (" and more" if len(cell.shapes) > 12 else "")


def _wanted_shapes(cell: Cell) -> str:
    return f"for each of the four gates {cell.features + cell.units} x {cell.units} weights and {cell.units} biases"


def _frozen(observation: Observation) -> bool:
    first, second = _tensors(observation.answer, "eager/0/0"), _tensors(observation.answer, "eager/1/0")
    return bool(first) and len(first) == len(second) and all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))


def _graph_gap(observation: Observation) -> float:
    """The largest difference between eager and traced answers; 0 where the graph could not be built (another check says so)."""
    gap = 0.0
    for index in range(len(observation.question["pools"])):
        for a, b in zip(
            _tensors(observation.answer, f"eager/{index}/0"), _tensors(observation.answer, f"graph/{index}/0"), strict=False
        ):
            if a.shape == b.shape:
                gap = max(gap, float(np.max(np.abs(a - b), initial=0.0)))
    return gap


def forget_bias_one(seen: Seen) -> Verdict:
    """The effective bias of the forget gate starts at one: the sum of all its biases and of a constant in the code."""
    cell = identify(seen)
    if cell is None or cell.mapping is None or 1 not in cell.mapping.variant.gates:
        return needs_review("the forget gate could not be found among the cell's weights: a person will look at its bias")
    biases = cell.mapping.layout.weights(cell.initial, cell.units, cell.features).bias
    bias = biases[1]
    if cell.mistaken == "forget_on_new":  # f * i * g: which of the two is the forget gate cannot be told
        bias = max(biases[0], biases[1], key=lambda b: float(b.mean()))
    low, high = float(bias.min()), float(bias.max())
    evidence = [
        Evidence(
            what="effective bias of the forget gate in a new cell",
            expected="1",
            actual=f"{low:.3g}" if high - low < 1e-6 else f"{low:.3g} to {high:.3g}",
        )
    ]
    if abs(low - 1) < 1e-3 and abs(high - 1) < 1e-3:
        return passed("The forget gate's bias starts at one.", evidence=evidence)
    return failed(
        f"the forget gate's bias starts at {evidence[0].actual}, expected 1",
        hint='For a Dense layer: tf.keras.layers.Dense(units, bias_initializer="ones"). At one, a new cell remembers (Jozefowicz et al. 2015).',
        evidence=evidence,
    )
