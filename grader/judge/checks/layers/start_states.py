"""The states that the student's layer starts from: zeros of the right shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from grader import probes
from grader.assignment import Criterion, Layer, Model, Seen
from grader.judge.checks.layers import own_loop
from grader.judge.checks.layers.sizes import probes_inside
from grader.judge.identify.cases import layer_role
from grader.judge.identify.identification import identify_network, model_of
from grader.judge.identify.states import states_in
from grader.judge.unfinished import TO_WRITE, is_unwritten
from grader.judge.words import raised
from grader.model import Basis, CellError, Evidence, Status, Verdict
from grader.model.verdict import failed, passed
from grader.probes.nesting import Nesting
from grader.probes.reading import Array
from grader.probes.start import StartAnswer, read_start

PROBE = "start"


def zero_states(layer: Layer, *, inside: Model | None = None) -> Criterion:
    """The layer's start states are zeros. `inside`: the model, which may step the cell itself."""
    arrays = "two arrays" if len(layer.cell.family.states) > 1 else "an array"
    return Criterion(
        id=layer.start,
        title=f"{layer.start} gives {arrays} of zeros of shape (batch, units).",
        judge=judge_start,
        basis=Basis.PROVEN,
        asks=(probes.start(layer),),
        uses=(probes.model(inside), *probes_inside(inside)) if inside is not None else (),
        instead=own_loop.no_layer if inside is not None else None,
        instead_of=own_loop.NOT_ASKED,
        forger_gains="nothing beyond the arrays asked for",
    )


def judge_start(seen: Seen) -> Verdict:
    """The method of the start states gives zeros, [batch, units] each."""
    started = read_start(seen.answer(PROBE))
    asked = layer_role(seen, PROBE)
    count, batch = len(asked.cell.family.states), started.batch
    zeros = "tf.zeros((batch_size, units))"
    hint = f"Return a pair: ({zeros}, {zeros})." if count > 1 else f"Return {zeros}."
    if started.error and is_unwritten(CellError(**started.error, traceback=""), seen):
        return failed(started.error["message"] or f"{asked.start} is still to be written", hint=TO_WRITE)
    if started.error:
        return failed(f"{asked.start}({batch}) {raised(started.error)}", hint=hint)
    if not started.name:
        alone = (
            ": it takes the input alone and starts from zeros by itself"
            if started.handling.takes_input_alone
            else ""
        )
        return failed(
            f"{seen.own_name(asked.name)} has no method {asked.start}(batch_size){alone}",
            hint=f"Add {asked.start}(self, batch_size) to it. {hint}",
        )
    verdict = _of_states(seen, started, count, hint)
    if verdict.status is not Status.PASSED or started.name == asked.start:
        return verdict
    return replace(verdict, message=f"{verdict.message} {started.name} is taken for {asked.start}.")


def _are_of_a_stack(got: Sequence[Array], seen: Seen, count: int) -> bool:
    """Whether these are states of several cells that one layer holds, each of its own size."""
    network = identify_network(seen).network if model_of(seen) is not None else None
    if network is None or len(network.recurrent) < 2:
        return False
    batch = read_start(seen.answer(PROBE)).batch
    wanted = [(batch, cell.units) for cell in network.recurrent for _ in range(count)]
    return sorted(wanted) == sorted(a.shape for a in got)


def _of_states(seen: Seen, started: StartAnswer, count: int, hint: str) -> Verdict:
    """What is said of the states that were given."""
    call, wanted = f"{started.name}({started.batch})", (started.batch, started.units)
    got = states_in(started.states, Nesting(), *wanted, count)
    arrays = ["an array", "two arrays"][count > 1]
    shapes = " and ".join(str(a.shape) for a in got) or started.nesting.words
    evidence = [
        Evidence(
            what=call,
            expected=f"{arrays} of zeros of shape {wanted}",
            actual=f"{len(got)} of shape {shapes}",
        )
    ]
    if (len(got) != count or any(a.shape != wanted for a in got)) and not _are_of_a_stack(got, seen, count):
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
