"""The student's layer for any batch size and any number of steps: it takes both from the input."""

from __future__ import annotations

from grader import probes
from grader.assignment import Criterion, Layer, Model, Seen
from grader.judge.checks.layers import own_loop
from grader.judge.checks.layers.own_loop import FROM_THE_INPUT
from grader.judge.identify.cases import PROBE, output_in, steps_left_out
from grader.judge.words import raised
from grader.model import Basis, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, passed
from grader.probes.layer import LayerCase, read_layer
from grader.probes.reading import Array, Arrays, Shape

LENGTH_CASES = (2, 3, 4)  # of the question: 1, 2 and 3 steps
OTHER_CASES = (5, 6, 7)  # another batch, one sequence, a longer sequence


def any_batch_and_length(layer: Layer, *, inside: Model | None = None) -> Criterion:
    """The layer works for other batches and lengths than the student's own; `inside`: so does a model that
    steps the cell itself."""
    instead = (
        (probes.lengths(inside), probes.model(inside), probes.one_step(layer.cell))
        if inside is not None
        else ()
    )
    return Criterion(
        id="any_batch_and_length",
        title="The layer works for any batch size and any number of steps.",
        judge=judge_batch_and_length,
        basis=Basis.PROVEN,
        asks=(probes.layer(layer),),
        uses=instead,
        instead=own_loop.any_batch_and_length if inside is not None else None,
        instead_of=own_loop.NOT_ASKED,
        forger_gains="two points, for arrays of the right shape",
    )


def judge_batch_and_length(seen: Seen) -> Verdict:
    """The layer works for any batch size and any number of steps, with the right shape of output. Steps that
    it leaves out of its own sequences, too, are charged where its output is judged: here as many may be
    missing of any other, which may be all that there are."""
    layer = read_layer(seen.answer(PROBE))
    main, left_out = _sequences_in(layer.cases[0].out), steps_left_out(layer)
    for case in (layer.cases[place] for place in (*LENGTH_CASES, *OTHER_CASES)):
        what = f"{counted(case.batch, 'sequence')} of {counted(case.time, 'step')}"
        if case.time <= left_out:
            continue
        if case.error:
            return failed(f"with {what} the layer {raised(case.error)}", hint=FROM_THE_INPUT)
        out = output_in(case.out) if case.out else None
        wanted = _shape_like(main, layer.cases[0], case, left_out)
        if out is None or (wanted is not None and out.shape != wanted):
            shown = out.shape if out is not None else "nothing"
            expected = wanted or (case.batch, case.time, layer.units)
            return failed(
                f"with {what} the layer's output has shape {shown}, expected {expected}", hint=FROM_THE_INPUT
            )
    if left_out:
        return passed(
            f"The layer works with other batches and lengths, but for {counted(left_out, 'step')} that it"
            " leaves out of every sequence: that is told where its output is judged."
        )
    return passed("The layer works with other batch sizes and with 1, 2, 3 and more steps.")


def _sequences_in(got: Arrays) -> Array | None:
    return next((a for a in got if a.ndim == 3), None)


def _shape_like(main: Array | None, first: LayerCase, case: LayerCase, left_out: int) -> Shape | None:
    """The shape that an output should have: with the time first where that of the first case has it so, and
    with as many numbers for a step; None where that one says nothing."""
    if main is None:
        return None
    if main.shape[:2] == (first.time, first.batch) and first.time != first.batch:
        return case.time, case.batch, main.shape[2]
    return (case.batch, case.time - left_out, main.shape[2]) if main.shape[0] == first.batch else None
