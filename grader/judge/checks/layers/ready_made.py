"""Whose recurrent layer is used: the student's own, or one of a library."""

from __future__ import annotations

from grader import probes
from grader.assignment import Cell, Criterion, Layer, Model, Seen
from grader.judge.identify.cases import PROBE as LAYER
from grader.judge.identify.cases import layer_role
from grader.judge.identify.identification import model_of
from grader.judge.identify.witnessed import seen_running
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, passed
from grader.probes.sightings import AtWork


def nothing_ready_made(model: Model, cell: Cell, *, layer: Layer | None = None) -> Criterion:
    """No library's recurrent layer is used, in the code, in the model, or at work while they are asked. There
    must be a cell of their own."""
    return Criterion(
        id=f"own_{cell.family.name}",
        title="No ready-made LSTM, GRU or RNN is used, under any name.",
        judge=judge_own,
        basis=Basis.READ,
        asks=(probes.one_step(cell),),
        uses=(probes.model(model), *((probes.layer(layer),) if layer is not None else ())),
        forger_gains=(
            "three points, by code that misleads those who watch what runs, or by machine code; both are"
            " flagged"
        ),
    )


def judge_own(seen: Seen) -> Verdict:
    """No ready-made recurrent layer under any name: in the code, in the model, or at work while they are
    asked."""
    used = list(seen.source.builtin_recurrent)
    model = model_of(seen)
    held = model.ready_made if model is not None else ()
    evidence = [
        Evidence(
            what="ready-made recurrent layers in the code",
            expected="none",
            actual="; ".join(used[:5]) or "none",
        )
    ]
    if model is not None:
        evidence.append(
            Evidence(
                what="ready-made recurrent layers in the model",
                expected="none",
                actual="; ".join(held[:5]) or "none",
            )
        )
    at_work = [
        one.what + f" (called in {one.place})" * bool(one.place)
        for one in seen_running(seen.run, AtWork.RECURRENT)
    ]
    if at_work:
        what = "ready-made recurrent code that ran while yours was called"
        evidence.append(Evidence(what=what, expected="none", actual="; ".join(at_work[:5])))
    if used or held or at_work:
        own = " and ".join(role.name for role in _own_parts(seen))
        where = (
            used[0]
            if used
            else f"the model contains {held[0]}"
            if held
            else f"{at_work[0]} runs when your code is called"
        )
        return failed(
            f"a ready-made recurrent layer is used: {where}",
            hint=f"The sheet asks for your own {own}; Dense layers are allowed.",
            evidence=evidence,
        )
    return passed("No ready-made recurrent layer is used.", evidence=evidence)


def _own_parts(seen: Seen) -> tuple[Cell | Layer, ...]:
    """What the sheet asks to be the student's own."""
    if seen.asks(LAYER):
        layer = layer_role(seen)
        return (layer.cell, layer)
    return (seen.part("one_step", "cell", Cell),)
