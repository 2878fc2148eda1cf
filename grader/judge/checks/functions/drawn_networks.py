"""Inputs and weights of a simple recurrent network, drawn so that every known mistake shows."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Function, Probe
from grader.judge.checks.functions.asked import Arguments, WayToAsk, asking
from grader.probes.stand_in_steps import answer_in_place
from grader.rnn.taught import (
    FORWARD_MISTAKES,
    GRADIENT_MISTAKES,
    TaughtNetwork,
    forward,
    gradients,
)
from grader.rnn.weights import Array

WEIGHTS = ("U", "W", "V", "b", "c")
SIZES = (3, 4, 5, 6)  # of batch, features, units and outputs, each another: shapes tell the arrays apart
LENGTHS = (1, 2, 7)
OF_GRADIENTS = (2, 2, 3, 6)
LEAST_CHANGE = 0.05  # what a mistake must change at least, else the question is drawn again
MOST_DRAWS = 200


def one_sequence(arguments: Arguments) -> Arguments:
    """The first sequence of the batch, with the state that it starts from."""
    return {name: value if name in WEIGHTS else value[0] for name, value in arguments.items()}


def in_double(arguments: Arguments) -> Arguments:
    """The arguments in double precision, as NumPy makes them: whoever takes differences needs the digits."""
    return {name: value.astype("<f8") for name, value in arguments.items()}


FORMS = (
    *(
        WayToAsk(by_name=by_name, changes=change)
        for change in (None, one_sequence)
        for by_name in (False, True)
    ),
    WayToAsk(changes=in_double),
    WayToAsk(changes=lambda arguments: in_double(one_sequence(arguments))),
)


# and whether the forward pass gives its states first, or its outputs
BESIDE = tuple(
    (way, states_first)
    for way in (
        WayToAsk(changes=in_double),
        WayToAsk(changes=in_double, by_name=True),
        WayToAsk(changes=one_sequence),
    )
    for states_first in (True, False)
)


@functools.cache
def asks_forward(role: Function) -> Probe:
    """Ask for all states and outputs: sequences of every length, then one under which all is zero but
    weights."""
    return asking(
        role, lambda rng: [*(_drawn(rng, steps, targets=False) for steps in LENGTHS), _of_zeros(rng)], FORMS
    )


@functools.cache
def asks_gradients(role: Function) -> Probe:
    """Ask for the gradients by U and W, of sequences with targets."""
    return asking(role, lambda rng: [_drawn(rng, steps, targets=True) for steps in OF_GRADIENTS], FORMS)


@functools.cache
def asks_gradients_beside(role: Function, along: Function) -> Probe:
    """The same question, while what is called by the name of the student's forward pass `along` gives what
    the host computed."""

    def draw(rng: np.random.Generator, numbers: Mapping[str, float | int]) -> list[Any]:
        drawn = [_drawn(rng, steps, targets=True) for steps in OF_GRADIENTS]
        asked: list[Any] = []
        for form, states_first in BESIDE:
            for case in drawn:
                given = form.changes(case) if form.changes else case
                answer = _passed(given) if states_first else _passed(given)[::-1]
                asked.append(answer_in_place(along, [given[name] for name in along.arguments], answer))
                asked.append(replace(form.call(role, case), within=probes.Result(len(asked) - 1)))
        return asked

    called = f"calls_{role.name}_beside_{along.name}"
    return replace(probes.calls(role, along, draw=draw, called=called), needs=(role.name,))


def _passed(given: Arguments) -> list[Array]:
    """All states and all outputs, as they were handed over: of a batch or of one sequence."""
    batch = as_batch(given)
    found = [array.astype(given["x"].dtype) for array in forward(batch["x"].astype("f8"), network_of(batch))]
    return found if batch is given else [array[0] for array in found]


def float32(array: Array) -> Array:
    """The array as homework gets it: little-endian, in single precision."""
    return np.asarray(array, dtype="<f4")


def _drawn(rng: np.random.Generator, steps: int, *, targets: bool) -> Arguments:
    """Inputs and weights under which every known mistake shows."""
    for _ in range(MOST_DRAWS):
        made = _any(rng, steps, targets=targets)
        if _tells_apart(made, steps, targets=targets):
            return made
    return made


def _any(rng: np.random.Generator, steps: int, *, targets: bool) -> Arguments:
    batch, features, units, outputs = map(int, rng.permutation(SIZES))
    made = {
        "x": rng.normal(size=(batch, steps, features)),
        "h0": rng.normal(size=(batch, units)),
        "U": 0.7 * rng.normal(size=(features, units)),
        "W": 0.7 * rng.normal(size=(units, units)),
        "V": rng.normal(size=(units, outputs)),
        "b": rng.normal(size=units),
        "c": rng.normal(size=outputs),
    }
    made |= {"y": rng.normal(size=(batch, steps, outputs))} if targets else {}
    return {name: float32(value) for name, value in made.items()}


def _of_zeros(rng: np.random.Generator) -> Arguments:
    made = _any(rng, 2, targets=False)
    return {name: 0 * value if name in ("x", "h0", "b") else value for name, value in made.items()}


def _tells_apart(made: Arguments, steps: int, *, targets: bool) -> bool:
    """Whether every mistake that can show in so many steps does, in one sequence as in all."""
    for given in (made, as_batch(one_sequence(made))):
        x, n = given["x"].astype("f8"), network_of(given)
        if targets:
            right = gradients(x, n, given["y"])
            wrong = [(one.computes(x, n, given["y"]), one.shows_in) for one in GRADIENT_MISTAKES]
            if any(
                deviation(found[name], right[name]) < LEAST_CHANGE for found, names in wrong for name in names
            ):
                return False
        else:
            right_pass, one_step = forward(x, n), ("state_not_carried",) if steps == 1 else ()
            others = [one.computes(x, n) for one in FORWARD_MISTAKES if one.id not in one_step]
            if any(max(map(deviation, found, right_pass)) < LEAST_CHANGE for found in others):
                return False
    return True


def deviation(seen: Array, wanted: Array) -> float:
    """The largest difference, beside the largest number."""
    return float(np.max(np.abs(seen - wanted)) / max(np.max(np.abs(wanted)), 1e-6))


def as_batch(arguments: Arguments) -> Arguments:
    """The arguments with a batch in front, where there is one sequence."""
    if arguments["x"].ndim == 3:
        return arguments
    return {name: value if name in WEIGHTS else value[None] for name, value in arguments.items()}


def network_of(arguments: Arguments) -> TaughtNetwork:
    """The network that was handed over, in float64."""
    return TaughtNetwork(**{name: arguments[name].astype("f8") for name in ("h0", *WEIGHTS)})
