"""Whether this is the homework of another sheet: then nothing of it can be judged here, and nothing is
charged."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grader.assignment import Cell, DataSet, Function, Layer, Model, Purpose, Seen
from grader.assignment.spelling import folded
from grader.judge.identify.host_data import PIPELINE, pipeline_of
from grader.judge.identify.rules import FEWEST_SAMPLES, rule_of
from grader.model import Outcome
from grader.probes.data import read_set

# of the classes and functions on the sheet: who defines more of them has this sheet before them
SHARE_DEFINED = 1 / 3


def other_homework(seen: Seen) -> str:
    """One sentence; "" when it may well be the homework of this sheet.

    A homework is known by its task: by the name of what makes the data, by data that are labelled as the
    sheet asks, whoever made them; or, where no others are trained with, by something that behaves like it."""
    wanted = seen.assignment.recognised_by
    if not wanted or seen.run.outcome is Outcome.UNAVAILABLE:
        return ""
    own = {folded(name) for name in _names(seen)}
    if not (seen.source.functions or seen.source.classes or _trains(seen)):
        return ""  # next to nothing stands there: it is unfinished
    if any(folded(name) in own for name in wanted) or _has_such_data(seen):
        return ""
    is_alike = any(name in seen.own_names and _tells(name, seen) for name in wanted) or _defines_much(seen)
    if is_alike and not _has_other_data(seen):
        return ""
    *first, last = wanted
    named = f"{', '.join(first)} and {last}" if first else last
    return (
        f"this does not look like the homework of this sheet: it defines none of {named}, nor anything that"
        " does the same"
    )


def _tells(name: str, seen: Seen) -> bool:
    """Whether it says something that a homework has what plays this role: any model plays the only one."""
    return [role.name for role in seen.assignment.roles if isinstance(role, Model)] != [name]


def _defines_much(seen: Seen) -> bool:
    """Whether many of the sheet's classes and functions are there. Models, data sets and lists are called
    alike in all homework."""
    own = {folded(name) for name in (*seen.source.classes, *_functions(seen))}
    roles = [role.name for role in seen.assignment.roles if isinstance(role, (Cell, Layer, Function))]
    telling = roles or [*seen.assignment.contract, *(role.name for role in seen.assignment.roles)]
    return sum(folded(name) in own for name in telling) >= SHARE_DEFINED * len(telling)


def _trains(seen: Seen) -> bool:
    return any(use.rpartition(".")[2] == "fit" for use in seen.source.uses)


def _names(seen: Seen) -> set[str]:
    source = seen.source
    return {*source.names, *source.local_in, *source.classes, *_functions(seen)}


def _functions(seen: Seen) -> Iterator[str]:
    return (function.name.rpartition(".")[2] for function in seen.source.functions)


def _has_other_data(seen: Seen) -> bool:
    """Whether what is trained with was seen, and is not of the sheet's: no pairs of sequences and labels, or
    each step has other features, or they are images."""
    observation = seen.if_asked(PIPELINE)
    if observation is None or not observation.is_answered:
        return False
    found = read_set(observation, seen.part(PIPELINE, Purpose.TRAIN, DataSet).name)
    if found.odd is not None and not found.shapes:
        return True
    batches = found.shapes
    wanted = {role.features for role in seen.assignment.roles if isinstance(role, Model)}
    return bool(batches and wanted) and all(
        len(x) > 3 or (len(x) == 3 and x[-1] not in wanted) for x, _ in batches
    )


def _has_such_data(seen: Seen) -> bool:
    """Whether the training data are sequences whose sum tells the label."""
    trained = pipeline_of(seen)
    if trained is None or len(trained[0]) < FEWEST_SAMPLES or len(np.unique(trained[0])) <= 2:
        return False
    rule = rule_of(*trained)
    return rule is not None and rule.of_sum
