"""A task that yields no pairs, noise alone or a dict: that is charged once, where pairs are asked for."""

from __future__ import annotations

from grader.assignment import Function, Seen
from grader.model import Verdict
from grader.model.verdict import needs_review
from grader.probes.data import read_data


def without_pairs(seen: Seen, what: str) -> Verdict | None:
    """What is said of the noise, or of labels that may be made elsewhere, as in the `map` of a data set; None
    where the task yields pairs."""
    calls = read_data(seen.answer("data")).calls
    if not calls or not calls[0].odd:
        return None
    task = seen.own_name(seen.part("data", "task", Function).name)
    return needs_review(f"{task} yields no pairs, so {what} cannot be read from it: a person will look at it")
