"""The forms in which a layer may give right hidden states: with the time first, both states of every step,
the last step alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grader.judge.identify.cases import Case, gap, output
from grader.judge.identify.layer_diagnosis import explained
from grader.judge.identify.states import halves_of


def form_in_words(case: Case, *, is_list: bool) -> str:
    """An output that is right but for its form, in words."""
    how = [
        *(["a Python list with one tensor for each step"] if is_list else [f"shape {output(case).shape}"]),
        *(["both states beside each other"] if hidden_alone(case) is not case else []),
        *(["the time first"] if has_time_first(hidden_alone(case)) and not is_list else []),
    ]
    return ", ".join(how)


def is_other_form(case: Case) -> bool:
    """Whether a layer gives both states, or the time first."""
    return hidden_alone(case) is not case or has_time_first(case)


def hidden_alone(case: Case) -> Case:
    """The case with the hidden states alone, where the layer gives both states of every step: the half that
    is right, else the first."""
    halves = list(halves_of(output(case), case.wanted.shape)) if case.wanted.ndim == 3 else []
    found = [replace(case, got=(half,)) for half in halves]
    return next((one for one in found if _is_right(one)), found[0] if found else case)


def _is_right(case: Case) -> bool:
    return gap(case) <= case.tolerance or is_turned(case) or gives_last(case)


def faced(case: Case) -> Case:
    """The case with the batch first, and the hidden states alone."""
    case = hidden_alone(case)
    return replace(case, got=(np.moveaxis(output(case), 1, 0),)) if has_time_first(case) else case


def has_time_first(case: Case) -> bool:
    """Whether the output has the shape of hidden states with the time first."""
    if case.wanted.ndim != 3:  # what the student's own cell gave
        return False
    batch, time, units = case.wanted.shape
    return output(case).shape == (time, batch, units) and (batch != time or is_turned(case))


def is_turned(case: Case) -> bool:
    """Whether the output is right but for its first two axes."""
    turned = np.moveaxis(case.wanted, 1, 0) if case.wanted.ndim > 1 else case.wanted
    return output(case).shape == turned.shape and bool(
        np.max(np.abs(output(case) - turned), initial=0.0) <= case.tolerance
    )


def gives_last(case: Case) -> bool:
    """Whether this is the hidden state after the last step."""
    mistake = explained(case) if output(case).ndim == 2 else None
    return mistake is not None and mistake.id == "last_only"
