"""Which known mistake explains a wrong layer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grader.assignment import Seen
from grader.judge.identify.cases import PROBE, Case, case_of, gap, is_list, output
from grader.judge.identify.cell import identify
from grader.rnn.layer_mistakes import LAYER_MISTAKES, Alternative, LayerCall, LayerMistake


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
            and np.allclose(out, given, atol=1e-4)
        ):
            return mistake
    return None


def known_layer(seen: Seen) -> tuple[Alternative | None, float]:
    """(the known mistake that the layer makes, or None; the value that its start states are filled with).

    Follow-through: the whole model is computed with the layer as it is, a mistake in which is charged once,
    there.
    """
    observation = seen.if_asked(PROBE)
    if observation is None or not observation.is_answered:
        return None, 0.0
    zeros = observation.array("zeros/0")
    start = float(zeros.flat[0]) if zeros is not None and zeros.size and np.ptp(zeros) == 0 else 0.0
    case = case_of(observation, identify(seen), 0, 0)
    if case is not None and is_list(observation, 0):  # nobody takes the places in a list for sequences
        case = replace(case, got=(np.moveaxis(output(case), 1, 0),))
    if case is None or case.run is None or gap(case) <= case.tolerance:
        return None, start
    mistake = explained(case)
    return (mistake.gives if mistake is not None and mistake.in_model else None), start
