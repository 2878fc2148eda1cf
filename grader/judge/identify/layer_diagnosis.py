"""Which known mistake explains a wrong layer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grader.assignment import Seen
from grader.judge.identify.cases import STEPPED, Case, case_of, gap, layer_of, output
from grader.judge.identify.cell import identify
from grader.rnn.layer_mistakes import LAYER_MISTAKES, Alternative, LayerCall, LayerMistake
from grader.rnn.weights import Arrays


def explained(case: Case) -> LayerMistake | None:
    """The known mistake that gives exactly this output; None when none does."""
    if case.run is None:
        return _explained_by_shape(case)
    out, call = output(case), LayerCall(run=case.run, x=case.x, states=case.states)
    for mistake in LAYER_MISTAKES:
        if mistake.states > len(case.states):
            continue
        if out.shape != case.wanted.shape and not mistake.changes_shape:
            continue
        other = mistake.gives(call)
        if other.shape != out.shape:
            continue
        apart = other.shape != case.wanted.shape or _largest(other - case.wanted) > 100 * case.tolerance
        if apart and _largest(other - out) <= 10 * case.tolerance:
            return mistake
    return None


def _largest(difference: np.ndarray) -> float:
    return float(np.max(np.abs(difference), initial=0.0))


def _explained_by_shape(case: Case) -> LayerMistake | None:
    out, wanted = output(case), case.wanted
    as_stepped = {  # can be told whatever the cell computes
        "time_major": np.moveaxis(wanted, 1, 0),
        "last_only": wanted[:, -1],
    }
    for mistake in LAYER_MISTAKES:
        given = as_stepped.get(mistake.id)
        if (
            given is not None
            and out.shape == given.shape != wanted.shape
            and np.allclose(out, given, atol=STEPPED)
        ):
            return mistake
    return None


def known_layer(seen: Seen) -> tuple[Alternative | None, float]:
    """(the known mistake that the layer makes, or None; the value that its start states are filled with).

    Follow-through: the whole model is computed with the layer as it is, a mistake in which is charged once,
    there.
    """
    layer = layer_of(seen)
    if layer is None:
        return None, 0.0
    start = float(layer.zeros[0].flat[0]) if _is_one_number(layer.zeros) else 0.0
    case = case_of(layer, identify(seen), 0)
    if case is not None and layer.cases[0].is_list:  # nobody takes the places in a list for sequences
        case = replace(case, got=(np.moveaxis(output(case), 1, 0),))
    if case is None or case.run is None or gap(case) <= case.tolerance:
        return None, start
    mistake = explained(case)
    return (mistake.gives if mistake is not None and mistake.in_model else None), start


def _is_one_number(zeros: Arrays) -> bool:
    """Whether the first of the start states is filled with one number."""
    return bool(zeros) and zeros[0].size > 0 and bool(np.ptp(zeros[0]) == 0)
