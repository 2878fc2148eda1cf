"""The student's layer: one output per step, equal to their own cell stepped through the sequence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grader import probes
from grader.assignment import Criterion, Layer, Model, Seen
from grader.judge.checks.layers import own_loop
from grader.judge.identify.cases import PROBE, Case, case_of, gap, graph_cases, layer_role, output
from grader.judge.identify.cell import PROBE as STEP
from grader.judge.identify.cell import IdentifiedCell, family_of, identify, states_of
from grader.judge.identify.forms import (
    faced,
    form_in_words,
    gives_last,
    hidden_alone,
    is_other_form,
    is_turned,
)
from grader.judge.identify.identification import is_misread
from grader.judge.identify.layer_diagnosis import explained
from grader.judge.identify.lines import line_of
from grader.judge.words import raised
from grader.model import Basis, Evidence, Mistake, Status, Verdict
from grader.model.verdict import failed, needs_review, passed
from grader.probes.handling import read_handling
from grader.probes.layer import LayerAnswer, read_layer
from grader.probes.one_step import read_one_step

OWN_SIZE_CASES = (0, 1, 2, 3, 4)  # of the question: the student's own batch; lengths own, own, 1, 2, 3


def unrolls_its_cell(
    layer: Layer, *, inside: Model | None = None, last_step_alone: bool = False
) -> Criterion:
    """The layer gives the hidden states of its own cell; `last_step_alone`: that after the last step is
    enough."""
    every = "The layer gives one output per time step, the hidden states of its own cell."
    either = "The layer gives the hidden states of its own cell, of every step or of the last."
    return Criterion(
        id="unrolls_its_cell" if last_step_alone else "one_output_per_step",
        title=either if last_step_alone else every,
        judge=judge_every_or_last_step if last_step_alone else judge_every_step,
        basis=Basis.PROVEN,
        asks=(probes.layer(layer),),
        uses=(probes.one_step(layer.cell), *([probes.model(inside)] if inside is not None else ())),
        instead=own_loop.unrolls_its_cell if inside is not None else None,
        instead_of=own_loop.NOT_ASKED,
        forger_gains=(
            "nothing while the cell is known; with an unknown cell, six points for two forgeries that agree"
        ),
    )


def _does_it_all(seen: Seen) -> bool:
    """Whether the layer has no cell class of its own."""
    step = seen.observation(STEP)
    return step is not None and read_handling(step).of_layer


def judge_every_step(seen: Seen, *, axes_as_they_are: bool = True) -> Verdict:
    """The layer's output is the hidden state of every step, [batch, time, units], from the states that it was
    given. Where the axes are not taken `as they are`, those of a layer that puts the time first are moved
    back, and of both states the hidden one is taken."""
    layer, cell = read_layer(seen.answer(PROBE)), identify(seen)
    if (error := layer.cases[0].error or layer.cases[1].error) is not None:
        return failed(
            f"calling the layer {raised(error)}",
            hint="Call it as layer(x, states) with x of shape (batch, time, features).",
        )
    known = _known_cases(layer, cell)
    if not known:
        return _incomparable(seen)
    if (
        not layer.cell_of_ours
        and _gives_too_few(seen)
        and any(gap(case) > case.tolerance for case in known.values())
    ):
        return _unlike_anything()
    for index, asked in known.items():
        case = asked if axes_as_they_are else faced(asked)
        asked_here = layer.cases[index]
        if asked_here.is_list and is_turned(case):
            return _as_list(case)
        if asked_here.nesting.is_lists_in_a_list and not asked_here.is_list:
            return _as_lists(case, asked_here.nesting.length)
        if (verdict := _compare(case, seen.source.text, seen.own_name(layer_role(seen).name))) is not None:
            return verdict
    graphs = [case if axes_as_they_are else faced(case) for case in graph_cases(layer, cell)]
    traced = next((case for case in graphs if gap(case) > case.tolerance), None)
    if traced is not None:
        return failed(
            "called eagerly the layer is right, but inside a tf.function its output differs by up to"
            f" {gap(traced):.2g}",
            hint=(
                "TensorArray.write returns a new TensorArray: keep it (`outputs = outputs.write(t, h)`). In a"
                " graph, a dropped result is lost."
            ),
        )
    own = layer.cases[0]
    whose = "of a cell of ours, since yours returns none" if layer.cell_of_ours else "of your own cell"
    return passed(
        f"The layer's output has shape {(own.batch, own.time, layer.units)}: one output per time step, the"
        f" hidden states {whose}."
    )


def _known_cases(layer: LayerAnswer, cell: IdentifiedCell | None) -> dict[int, Case]:
    """The cases of the student's own batch of which is known what they should give, by their place. With an
    unknown cell these are the ones beside which it was stepped."""
    found = {index: case_of(layer, cell, index) for index in OWN_SIZE_CASES}
    return {index: case for index, case in found.items() if case is not None}


def _incomparable(seen: Seen) -> Verdict:
    """Nobody knows what the layer should give."""
    if _does_it_all(seen):
        return needs_review(
            "there is no cell class to compare with, and the layer's output is not what the"
            f" {family_of(seen).title} equations give: a person will read it"
        )
    cell = identify(seen)
    if cell is not None and cell.mapping is not None:
        return needs_review(
            "the cell in the layer has other sizes than a cell that gets the layer's input and gives its"
            " output, so the two cannot be compared step by step: a person will read it"
        )
    return _unlike_anything()


def _gives_too_few(seen: Seen) -> bool:
    """Whether a step of the cell gives fewer states than there are: what the layer makes of that is the
    student's own choice."""
    step, states = seen.observation(STEP), len(family_of(seen).states)
    if step is None or not step.is_answered or states == 1:
        return False
    answer = read_one_step(step)
    return len(states_of(answer, answer.returned[0].eager[0], states)) < states


def _unlike_anything() -> Verdict:
    return needs_review(
        "there is nothing to compare with: a step of the cell does not give its states, see there, and around"
        " a cell that does the layer gives no outputs: a person will read it"
    )


def judge_every_or_last_step(seen: Seen) -> Verdict:
    """The layer's output is the hidden state of every step, or of the last one alone, from the states that it
    was given."""
    layer, cell = read_layer(seen.answer(PROBE)), identify(seen)
    cases = list(_known_cases(layer, cell).values())
    if cases and all(gives_last(hidden_alone(case)) for case in (*cases, *graph_cases(layer, cell))):
        return passed(
            "The layer's output is the hidden state after the last step, which is all that a read-out needs."
        )
    if is_misread(seen) or not any(is_other_form(case) for case in cases):
        return judge_every_step(seen)
    verdict = judge_every_step(seen, axes_as_they_are=False)
    if verdict.status is not Status.PASSED:
        return verdict
    form = form_in_words(cases[0], is_list=layer.cases[0].is_list)
    return passed(
        f"The layer's output is {form}: the hidden state of every step. Code that reads it has to"
        " allow for that."
    )


def _compare(case: Case, text: str, own_name: str) -> Verdict | None:
    """None when the output is right; else the failure, with the known mistake that explains it. `text` is the
    student's code."""
    if gap(case) <= case.tolerance:
        return None
    message, hint, evidence = (
        _other_shape(case) if output(case).shape != case.wanted.shape else _other_values(case)
    )
    mistake = explained(case)
    line = line_of(text, own_name, mistake.place) if mistake is not None else None
    return failed(
        message,
        hint=f"{mistake.hint if mistake else hint}{f' Look at {line}' if line else ''}",
        evidence=[replace(evidence, where=line.where if line else "")],
        mistake=(
            Mistake(id=mistake.id, confidence=1.0 if case.run else 0.9, words=mistake.words)
            if mistake
            else None
        ),
        undiagnosed=mistake is None,
    )


def _as_list(case: Case) -> Verdict:
    steps, wanted = len(output(case)), case.wanted.shape
    return failed(
        f"the layer returns a Python list of {steps} tensors, expected one tensor of shape {wanted}",
        hint="Stack them along the time axis: tf.stack(outputs, axis=1).",
        evidence=[
            Evidence(
                what="the layer's output",
                expected=f"a tensor of shape {wanted}",
                actual=f"a list of {steps} tensors",
            )
        ],
        mistake=Mistake(
            id="python_list", confidence=1.0, words="a layer that returns its outputs as a Python list"
        ),
    )


def _as_lists(case: Case, lists: int) -> Verdict:
    got, wanted = f"a list of {lists} lists", f"one tensor of shape {case.wanted.shape}"
    return failed(
        f"the layer returns {got}, expected {wanted}",
        hint="Collect the hidden state of every step in one list and stack that: tf.stack(outputs, axis=1).",
        evidence=[Evidence(what="the layer's output", expected=wanted, actual=got)],
    )


def _other_shape(case: Case) -> tuple[str, str, Evidence]:
    """(message, hint, evidence) on an output of another shape."""
    got, wanted = output(case).shape, case.wanted.shape
    return (
        f"the layer's output has shape {got}, expected {wanted}: one output per time step",
        "Collect the hidden state of every step and stack them along the time axis: (batch, time, units).",
        Evidence(what="shape of the layer's output", expected=str(wanted), actual=str(got)),
    )


def _other_values(case: Case) -> tuple[str, str, Evidence]:
    """(message, hint, evidence) on an output of the right shape with other numbers."""
    steps = case.wanted.shape[1]
    per_step = np.max(np.abs(output(case) - case.wanted), axis=(0, 2))
    first = int(np.argmax(per_step > case.tolerance)) + 1
    return (
        (
            f"with {steps} time steps the layer's output differs from its own cell's states from step {first}"
            f" on, by up to {gap(case):.2g}"
        ),
        (
            "Pass the states that the cell returned to its next call, starting from the states given to the"
            " layer."
        ),
        Evidence(what="first step that differs", expected="none", actual=f"step {first} of {steps}"),
    )
