"""The student's layer: one output per step, equal to their own cell stepped through the sequence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from grader.assignment import Seen
from grader.judge.draws import close_enough, fill
from grader.judge.equations import Array
from grader.judge.lstm import Cell, identify
from grader.judge.words import raised
from grader.model import Evidence, Mistake, Observation, Verdict
from grader.model.verdict import UNDIAGNOSED, failed, passed, skipped

PROBE = "layer"
OWN_SIZE_CASES = (0, 1, 2, 3, 4)  # of the question: the student's own batch; lengths own, own, 1, 2, 3
OTHER_CASES = (5, 6, 7)  # another batch, one sequence, a longer sequence
LENGTH_CASES = (2, 3, 4)


class Run(Protocol):
    """The student's cell called step by step: (x, first, second) -> its hidden states, or its cell states."""

    def __call__(self, x: Array, first: Array, second: Array, *, cell_states: bool = False) -> Array: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question to the layer and what it should have answered. x [batch, time, features]; wanted [batch, time, units]."""

    run: Run | None  # None: the cell's rule is unknown, `wanted` is the student's own cell called step by step
    x: Array
    first: Array  # the start states in the order in which they are passed
    second: Array
    wanted: Array
    got: tuple[Array, ...]
    tolerance: float


def zero_states(seen: Seen) -> Verdict:
    """zero_states(batch_size) gives two arrays of zeros, [batch, units]."""
    observation = seen.answer(PROBE)
    batch, units = int(observation.question["cases"][0]["batch"]), int(observation.answer["units"])
    got = [a for a in (observation.array(f"zeros/{k}") for k in range(3)) if a is not None]
    wanted = (batch, units)
    seen_words = " and ".join(str(a.shape) for a in got) or str(observation.answer.get("zero_structure", "nothing"))
    evidence = [
        Evidence(
            what=f"zero_states({batch})",
            expected=f"two arrays of zeros of shape {wanted}",
            actual=f"{len(got)} of shape {seen_words}",
        )
    ]
    hint = "Return a pair: (tf.zeros((batch_size, units)), tf.zeros((batch_size, units)))."
    if len(got) != 2 or any(a.shape != wanted for a in got):
        return failed(
            f"zero_states({batch}) gives {seen_words}, expected two arrays of shape {wanted}", hint=hint, evidence=evidence
        )
    largest = max(float(np.max(np.abs(a), initial=0.0)) for a in got)
    if largest != 0.0:
        return failed(
            f"zero_states({batch}) has the right shapes, but values up to {largest:.3g}, expected zeros",
            hint=hint,
            evidence=evidence,
        )
    return passed("Both start states are zeros of the right shape.", evidence=evidence)


def one_output_per_step(seen: Seen) -> Verdict:
    """The layer's output is the hidden state of every step, [batch, time, units], from the states that it was given."""
    observation = seen.answer(PROBE)
    cell = identify(seen)
    for index in OWN_SIZE_CASES:
        error = observation.answer["errors"].get(str(index))
        if error and index in (0, 1):
            return failed(
                f"calling the layer {raised(error)}",
                hint="Call it as layer(x, states) with x of shape (batch, time, features).",
            )
        case = case_of(observation, cell, 0, index)
        if case is None:
            if index in (0, 1):
                return skipped("not reached: the student's own cell could not be stepped to compare with")
            continue
        if (verdict := _compare(case, index)) is not None:
            return verdict
    traced = _graph_case(observation, cell)
    if traced is not None and _gap(traced) > traced.tolerance:
        return failed(
            f"called eagerly the layer is right, but inside a tf.function its output differs by up to {_gap(traced):.2g}",
            hint="TensorArray.write returns a new TensorArray: keep it (`outputs = outputs.write(t, h)`). In a graph, a dropped result is lost.",
        )
    main = case_of(observation, cell, 0, 0)
    shape = main.wanted.shape if main else ()
    how = (
        "the LSTM equations unrolled here"
        if cell is not None and cell.mapping is not None
        else "your own cell called step by step"
    )
    return passed(f"The layer's output has shape {tuple(shape)}: one output per time step, equal to {how}.")


def case_of(observation: Observation, cell: Cell | None, draw: int, index: int, key: str = "out") -> Case | None:
    """One case with what it should give: the host's own unrolling of the identified cell, else the student's cell stepped."""
    q, answer = observation.question, observation.answer
    units, features = int(answer["units"]), int(answer["features"])
    got = tuple(a for a in (observation.array(f"{key}/{draw}/{index}/{k}") for k in range(8)) if a is not None)
    if not got:
        return None
    x = np.asarray(q[f"x/{index}"])[..., :features]
    first, second = _start_states(observation, index, units)
    if cell is not None and cell.mapping is not None:
        return _by_equations(observation, cell, draw, (x, first, second), got)
    steps = observation.array(f"steps/{draw}/{index}")
    if steps is None:
        return None
    return Case(run=None, x=x, first=first, second=second, wanted=np.moveaxis(steps, 0, 1), got=got, tolerance=1e-4)


def _start_states(observation: Observation, index: int, units: int) -> tuple[Array, Array]:
    """The states a case starts from. Follow-through: the student's own zero_states, a mistake in which is charged there."""
    q = observation.question
    first, second = (np.asarray(q[f"{name}/{index}"])[..., :units] for name in ("h", "c"))
    if q["cases"][index]["states"] == "drawn":
        return first, second
    starts = [observation.array(f"zeros/{k}") for k in (0, 1)]
    one, two = (s[:1] if s is not None and s.ndim == 2 and s.shape[1] == units else None for s in starts)
    if one is None or two is None:
        return 0 * first, 0 * second
    return np.repeat(one, len(first), axis=0).astype("f4"), np.repeat(two, len(first), axis=0).astype("f4")


def _by_equations(
    observation: Observation, cell: Cell, draw: int, inputs: tuple[Array, Array, Array], got: tuple[Array, ...]
) -> Case | None:
    mapping, answer, q = cell.mapping, observation.answer, observation.question
    shapes = [tuple(v["shape"]) for v in answer["variables"]]
    arrays = fill(shapes, q["pools"][draw], q["gain"])
    own = [arrays[k] for k in answer["cell_variables"] if 0 <= k < len(arrays)]
    if mapping is None or len(own) != len(cell.shapes):
        return None
    weights = mapping.layout.weights(own, int(answer["units"]), int(answer["features"]))
    single_weights = weights.astype("float32")

    def run(x: Array, first: Array, second: Array, *, cell_states: bool = False) -> Array:
        return mapping.chain(weights, x.astype("f8"), first.astype("f8"), second.astype("f8"), cell_states=cell_states)

    wanted = run(*inputs)
    tolerance = close_enough(wanted, mapping.chain(single_weights, *inputs))
    x, first, second = inputs
    return Case(run=run, x=x, first=first, second=second, wanted=wanted, got=got, tolerance=tolerance)


def _graph_case(observation: Observation, cell: Cell | None) -> Case | None:
    return case_of(observation, cell, len(observation.question["pools"]) - 1, 0, key="graph")


def _output(case: Case) -> Array:
    """The tensor that is meant as the output: the first of rank 3, else the first."""
    return next((a for a in case.got if a.ndim == 3), case.got[0])


def _gap(case: Case) -> float:
    out = _output(case)
    if out.shape != case.wanted.shape:
        return float("inf")
    gap = np.abs(out - case.wanted)
    return float(np.max(gap, initial=0.0)) if np.all(np.isfinite(gap)) else float("inf")


def _compare(case: Case, index: int) -> Verdict | None:
    """None when the output is right; else the failure, with the known mistake that explains it."""
    out, wanted = _output(case), case.wanted
    if _gap(case) <= case.tolerance:
        return None
    words, mistake = _explained(case)
    if out.shape != wanted.shape:
        return failed(
            f"the layer's output has shape {out.shape}, expected {wanted.shape}: one output per time step",
            hint=words or "Collect the hidden state of every step and stack them along the time axis: (batch, time, units).",
            evidence=[Evidence(what="shape of the layer's output", expected=str(wanted.shape), actual=str(out.shape))],
            mistake=mistake,
            staff_note="" if mistake else UNDIAGNOSED,
        )
    per_step = np.max(np.abs(out - wanted), axis=(0, 2))
    first = int(np.argmax(per_step > case.tolerance)) + 1
    return failed(
        f"with {wanted.shape[1]} time steps the layer's output differs from its own cell's states from step {first} on, by up to {_gap(case):.2g}",
        hint=words or "Hand the states that the cell returned to its next call, starting from the states given to the layer.",
        evidence=[Evidence(what="first step that differs", expected="none", actual=f"step {first} of {wanted.shape[1]}")],
        mistake=mistake,
        staff_note="" if mistake else UNDIAGNOSED,
    )


Alternative = Callable[[Case, Run], Array]
KNOWN: dict[str, tuple[str, str, Alternative]] = {
    "time_major": (
        "a layer that puts the time axis first",
        "Transpose the stacked outputs: tf.transpose(outputs, [1, 0, 2]), or stack with axis=1.",
        lambda case, run: np.moveaxis(run(case.x, case.first, case.second), 1, 0),
    ),
    "last_only": (
        "a layer that returns only the last step",
        "Collect the hidden state of every step; the model picks the last one.",
        lambda case, run: run(case.x, case.first, case.second)[:, -1],
    ),
    "cell_states": (
        "a layer that returns the cell states instead of the hidden states",
        "The output of a step is the hidden state.",
        lambda case, run: run(case.x, case.first, case.second, cell_states=True),
    ),
    "states_ignored": (
        "a layer that starts from zeros and ignores the states it is given",
        "Start the loop with the states that call() receives.",
        lambda case, run: run(case.x, 0 * case.first, 0 * case.second),
    ),
    "not_carried": (
        "a layer that starts every step from the same states",
        "Hand the states that the cell returned to its next call.",
        lambda case, run: np.concatenate(
            [run(case.x[:, t : t + 1], case.first, case.second) for t in range(case.x.shape[1])], axis=1
        ),
    ),
    "time_reversed": (
        "a layer that reads the sequence backwards",
        "Read the time steps from the first to the last.",
        lambda case, run: run(case.x[:, ::-1], case.first, case.second),
    ),
    "time_reversed_twice": (
        "a layer that reads the sequence backwards and turns its outputs round",
        "Read the time steps from the first to the last.",
        lambda case, run: run(case.x[:, ::-1], case.first, case.second)[:, ::-1],
    ),
    "outputs_reversed": (
        "a layer whose outputs stand in reversed order",
        "Append each step's output at the end of the list.",
        lambda case, run: run(case.x, case.first, case.second)[:, ::-1],
    ),
    "first_step_only": (
        "a layer that feeds the first time step again and again",
        "Use x[:, t, :] in step t.",
        lambda case, run: run(np.repeat(case.x[:, :1], case.x.shape[1], axis=1), case.first, case.second),
    ),
    "last_repeated": (
        "a layer that returns the last step's output for every step",
        "Keep the output of each step, not only the last.",
        lambda case, run: np.repeat(run(case.x, case.first, case.second)[:, -1:], case.x.shape[1], axis=1),
    ),
    "shifted": (
        "a layer whose output at a step is the state before that step",
        "Store the new hidden state, after calling the cell.",
        lambda case, run: np.concatenate([case.first[:, None], run(case.x, case.first, case.second)[:, :-1]], axis=1),
    ),
    "one_step_skipped": (
        "a layer that never feeds the first time step",
        "Start the loop at step 0.",
        lambda case, run: run(case.x[:, 1:], case.first, case.second),
    ),
    "zeros": (
        "a layer whose outputs are all zero",
        "TensorArray.write returns a new TensorArray: keep it (`outputs = outputs.write(t, h)`).",
        lambda case, run: np.zeros_like(case.wanted),
    ),
}


def _explained(case: Case) -> tuple[str, Mistake | None]:
    """(hint, mistake) of the known layer mistake that gives exactly this output; ("", None) when none does."""
    if case.run is None:
        return _explained_by_shape(case)
    out = _output(case)
    for name, (words, hint, alternative) in KNOWN.items():
        other = alternative(case, case.run)
        distinct = (
            other.shape != case.wanted.shape or float(np.max(np.abs(other - case.wanted), initial=0.0)) > 100 * case.tolerance
        )
        if distinct and other.shape == out.shape and float(np.max(np.abs(other - out), initial=0.0)) <= 10 * case.tolerance:
            return hint, Mistake(id=name, confidence=1.0, words=words)
    return "", None


def known_layer(seen: Seen) -> tuple[Alternative | None, float]:
    """(the known mistake that the layer makes, or None; the value that its start states are filled with).

    Follow-through: the whole model is computed with the layer as it is, a mistake in which is charged once, there.
    """
    observation = seen.observation(PROBE)
    if observation is None or observation.status != "answered":
        return None, 0.0
    zeros = observation.array("zeros/0")
    start = float(zeros.flat[0]) if zeros is not None and zeros.size and np.ptp(zeros) == 0 else 0.0
    case = case_of(observation, identify(seen), 0, 0)
    if case is None or case.run is None or _gap(case) <= case.tolerance:
        return None, start
    _, mistake = _explained(case)
    if mistake is None or mistake.id in ("time_major", "last_only"):  # another shape, of which the model picks the last step
        return None, start
    return KNOWN[mistake.id][2], start


def _explained_by_shape(case: Case) -> tuple[str, Mistake | None]:
    out, wanted = _output(case), case.wanted
    for name, candidate in (("time_major", np.moveaxis(wanted, 1, 0)), ("last_only", wanted[:, -1])):
        if out.shape == candidate.shape != wanted.shape and np.allclose(out, candidate, atol=1e-4):
            words, hint, _ = KNOWN[name]
            return hint, Mistake(id=name, confidence=0.9, words=words)
    return "", None


def any_batch_and_length(seen: Seen) -> Verdict:
    """The layer works for any batch size and any number of steps, with the right shape of output."""
    observation = seen.answer(PROBE)
    units = int(observation.answer["units"])
    for index in (*LENGTH_CASES, *OTHER_CASES):
        asked = observation.question["cases"][index]
        shape = (asked["batch"], asked["time"], units)
        error = observation.answer["errors"].get(str(index))
        what = f"{asked['batch']} sequences of {asked['time']} steps"
        hint = "Take batch and length from the input, x.shape or tf.shape(x), not from numbers written into the code."
        if error:
            return failed(f"with {what} the layer {raised(error)}", hint=hint)
        got = [a for a in (observation.array(f"out/0/{index}/{k}") for k in range(8)) if a is not None]
        out = next((a for a in got if a.ndim == 3), got[0] if got else None)
        main = next((a for a in (observation.array(f"out/0/0/{k}") for k in range(8)) if a is not None and a.ndim == 3), None)
        if out is None or (
            main is not None and main.shape[0] == observation.question["cases"][0]["batch"] and out.shape != shape
        ):
            return failed(
                f"with {what} the layer's output has shape {out.shape if out is not None else 'nothing'}, expected {shape}",
                hint=hint,
            )
    return passed("The layer works with other batch sizes and with 1, 2, 3 and more steps.")
