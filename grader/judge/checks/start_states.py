"""The states that the student's layer starts from: zeros of the right shape."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grader import probes
from grader.assignment import Criterion, Layer, Model, Seen
from grader.judge.checks import own_loop
from grader.judge.identify.cases import PROBE, layer_role
from grader.judge.identify.states import states_in
from grader.judge.words import raised
from grader.model import Basis, Evidence, Status, Verdict
from grader.model.verdict import failed, passed
from grader.probes.layer import LayerAnswer, read_layer
from grader.probes.nesting import Nesting


def zero_states(layer: Layer, *, inside: Model | None = None) -> Criterion:
    """The layer's start states are zeros. `inside`: the model, which may step the cell itself."""
    arrays = "two arrays" if len(layer.cell.family.states) > 1 else "an array"
    return Criterion(
        id=layer.start,
        title=f"{layer.start} gives {arrays} of zeros of shape (batch, units).",
        judge=judge_start,
        basis=Basis.PROVEN,
        asks=(probes.layer(layer),),
        uses=(probes.model(inside),) if inside is not None else (),
        instead=own_loop.no_layer if inside is not None else None,
        forger_gains="nothing beyond the arrays asked for",
    )


def judge_start(seen: Seen) -> Verdict:
    """The method of the start states gives zeros, [batch, units] each."""
    layer, asked = read_layer(seen.answer(PROBE)), layer_role(seen)
    count, batch = len(asked.cell.family.states), layer.cases[0].batch
    zeros = "tf.zeros((batch_size, units))"
    hint = f"Return a pair: ({zeros}, {zeros})." if count > 1 else f"Return {zeros}."
    start = asked.start if layer.start is None else layer.start
    if layer.start_error:
        return failed(f"{asked.start}({batch}) {raised(layer.start_error)}", hint=hint)
    if not start:
        alone = (
            ": it takes the input alone and starts from zeros by itself"
            if layer.handling.takes_input_alone
            else ""
        )
        return failed(
            f"{seen.own_name(asked.name)} has no method {asked.start}(batch_size){alone}",
            hint=f"Add {asked.start}(self, batch_size) to it. {hint}",
        )
    verdict = _of_states(layer, f"{start}({batch})", count, hint)
    if verdict.status is not Status.PASSED or start == asked.start:
        return verdict
    return replace(verdict, message=f"{verdict.message} {start} is taken for {asked.start}.")


def _of_states(layer: LayerAnswer, call: str, count: int, hint: str) -> Verdict:
    """What is said of the states that this call gave."""
    wanted = (layer.cases[0].batch, layer.units)
    got = states_in(layer.zeros, Nesting(), *wanted, count)
    arrays = ["an array", "two arrays"][count > 1]
    shapes = " and ".join(str(a.shape) for a in got) or layer.zero_nesting.words
    evidence = [
        Evidence(
            what=call,
            expected=f"{arrays} of zeros of shape {wanted}",
            actual=f"{len(got)} of shape {shapes}",
        )
    ]
    if len(got) != count or any(a.shape != wanted for a in got):
        return failed(
            f"{call} gives {shapes}, expected {arrays} of shape {wanted}",
            hint=hint,
            evidence=evidence,
        )
    largest = max(float(np.max(np.abs(a), initial=0.0)) for a in got)
    if largest != 0.0:
        return failed(
            f"{call} gives the right shapes, but values up to {largest:.3g}, expected zeros",
            hint=hint,
            evidence=evidence,
        )
    what = "Both start states are zeros" if count > 1 else "The start state is zero everywhere, and"
    return passed(f"{what} of the right shape.", evidence=evidence)
