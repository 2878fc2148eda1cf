"""A cell of plain NumPy: a class with weights under fixed names, and a method that takes one step with them.

The host sets all weights of a cell that the student's class made, calls the method, and compares with the
equations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Class, Criterion
from grader.errors import AssignmentError
from grader.judge.checks.by_hand.asked import (
    LARGEST_SEED,
    ONES,
    SIDES,
    Attributes,
    Shapes,
    Stepper,
    by_form,
    made,
    questions,
)
from grader.judge.checks.by_hand.cell_verdicts import (
    judge_output,
    judge_read_out,
    judge_states,
    judge_weights,
)
from grader.judge.checks.by_hand.said import best, but_for_ones
from grader.model import Basis
from grader.rnn.families import FAMILIES


def weights_by_hand(role: Class, *, draws: Shapes, zeros: Shapes) -> Attributes:
    """What a class is made with: functions of its three sizes that name the weights it draws from a standard
    normal distribution, in their order, and those that are zero."""
    return Attributes(role=role, draws=draws, zeros=zeros)


def step_by_hand(
    attributes: Attributes,
    *,
    family: str,
    gates: Mapping[str, tuple[str, str]],
    given: Sequence[str],
    method: str = "forward",
    read_out: tuple[str, str] | None = None,
    rules: Sequence[str] = (),
) -> Stepper:
    """A method that takes one step of a family. `gates`: its gates by name, each with the attributes of its
    weights and its bias.

    Raises:
        AssignmentError: there is no such family, or it has other gates or rules.
    """
    found = next((one for one in FAMILIES if one.name == family), None)
    if found is None or set(found.gates) != set(gates):
        raise AssignmentError(
            f"{attributes.role.name}.{method}: no family {family!r} has the gates {', '.join(gates)}"
        )
    if unknown := set(rules) - {rule.id for rule in found.rules}:
        raise AssignmentError(
            f"{attributes.role.name}.{method}: no rule of {family!r} is called {', '.join(sorted(unknown))}"
        )
    asked = probes.calls(
        attributes.role,
        draw=lambda rng, numbers: questions(attributes, method, tuple(given), rng),
        called=f"calls_{attributes.role.name}_{method}",
    )
    ordered = tuple(gates[gate] for gate in found.gates)
    return Stepper(
        attributes=attributes,
        family=found,
        gates=ordered,
        given=tuple(given),
        method=method,
        read_out=read_out,
        rules=tuple(rules),
        asked=asked,
    )


def makes_weights(attributes: Attributes) -> Criterion:
    """A class makes its weights under their names: drawn in the sheet's order, biases zero."""
    role = attributes.role

    def draw(rng: np.random.Generator, numbers: Mapping[str, float | int]) -> list[Any]:
        i, h, o, _ = map(int, rng.permutation(SIDES))
        names = attributes.shapes(i, h, o)
        seed = int(rng.integers(LARGEST_SEED))
        return [
            probes.seed(seed),
            probes.call(role, i, h, o),
            *(probes.get(probes.Result(1), name) for name in names),
        ]

    asked = probes.calls(role, draw=draw, called=f"calls_{role.name}_weights")
    return Criterion(
        id=f"{role.name}_weights",
        title=f"{role.name} draws its weights in the order of the sheet, and starts with biases of zero.",
        judge=lambda seen: judge_weights(attributes, seen[asked]),
        basis=Basis.PROVEN,
        asks=(asked,),
        hint=(
            "Look up names and shapes in the sheet; draw each with np.random.normal(size=...), one after the"
            " other."
        ),
        forger_gains="nothing: sizes and seed are drawn",
    )


def gives_states(stepper: Stepper) -> Criterion:
    """One step gives the new states of the family's equations, under drawn weights."""
    states = " and ".join(f"the {state} state" for state in stepper.family.states)
    return Criterion(
        id=f"{stepper.attributes.role.name}_{stepper.method}",
        title=f"{stepper.name} computes {states} of {stepper.family.words} after one step.",
        judge=lambda seen: best(
            [
                but_for_ones(lambda some: judge_states(stepper, some), group, slice(-2, -1))
                for group in by_form(stepper, seen)
            ]
        ),
        basis=Basis.PROVEN,
        asks=(stepper.asked,),
        hint=f"Compare it with the sheet's equations, term by term: {stepper.equations}.",
        forger_gains="nothing: weights, states and inputs are drawn",
    )


def gives_output(stepper: Stepper) -> Criterion:
    """One step also gives the softmax of its read-out, judged on the hidden state that it returned itself.

    Raises:
        AssignmentError: the step has no read-out.
    """
    if stepper.read_out is None:
        raise AssignmentError(f"{stepper.name} has no read-out whose output could be checked")
    kernel, bias = stepper.read_out
    return Criterion(
        id=f"{stepper.attributes.role.name}_output",
        title=f"{stepper.name} returns y, the softmax of h {kernel} + {bias}.",
        judge=lambda seen: best([judge_output(stepper, group) for group in by_form(stepper, seen)]),
        basis=Basis.PROVEN,
        asks=(stepper.asked,),
        hint=(
            f"y comes last: softmax over the outputs (axis 1) of the new hidden state times {kernel} plus"
            f" {bias}."
        ),
        forger_gains="nothing: weights, states and inputs are drawn",
    )


def reads_out(
    attributes: Attributes, *, read_out: tuple[str, str], width: Callable[[int], int], method: str = "output"
) -> Criterion:
    """A method gives the softmax of the read-out for all steps at once: states [time, batch, width(h)] ->
    [time, batch, o]."""
    role, (kernel, bias) = attributes.role, read_out

    def draw(rng: np.random.Generator, numbers: Mapping[str, float | int]) -> list[Any]:
        steps: list[Any] = []
        for sides in (tuple(map(int, rng.permutation(SIDES))), ONES):
            for by_name in (False, True):
                cell = probes.Result(len(steps))
                steps += made(attributes, sides, rng, cell.step, by_name=by_name)
                states = rng.normal(size=(2 if sides != ONES else 1, sides[3], width(sides[1])))
                steps.append(probes.call(cell, states, method=method))
        return steps

    asked = probes.calls(role, draw=draw, called=f"calls_{role.name}_{method}")
    return Criterion(
        id=f"{role.name}_{method}",
        title=f"{role.name}.{method} gives the softmax of H {kernel} + {bias} at every step.",
        judge=lambda seen: judge_read_out(attributes, read_out, method, seen[asked]),
        basis=Basis.PROVEN,
        asks=(asked,),
        hint=f"H [time, batch, states] times {kernel} plus {bias}, then the softmax over the last axis.",
        forger_gains="nothing: weights and states are drawn",
    )
