"""What the source alone decides: errors, and names that are not there, whatever the number of samples and
however long the training.

A run is settled when each of its cells ran through or ended for such a reason: what is absent then was never
written. What a smaller data set may have raised, what was stopped and what was not reached settles nothing.
"""

from __future__ import annotations

import ast

from grader.assignment import Cell, Check, Function, Layer, Model, Probe, Seen
from grader.judge.identify.training_cells import cells_that_train, written
from grader.judge.identify.untrained import never_trained
from grader.judge.unfinished import reaches_gap
from grader.model import CellRun, Outcome, Reply
from grader.model.submission import DYNAMIC

TO_THE_END = (Outcome.COMPLETED, Outcome.RAISED)
# found by what they do, whatever they are called; data and recorded numbers by what is in them, too
BY_DEFINITION = (Cell, Layer, Function, Model)


def is_unanswerable(check: Check, probe: Probe, seen: Seen) -> bool:
    """Whether a probe that a check asks has no answer, and has none in a longer run, nor anything in its
    place."""
    return _has_no_answer(probe, seen) and not _may_be_replaced(check, probe, seen)


def _has_no_answer(probe: Probe, seen: Seen) -> bool:
    found = seen.observation(probe)
    if found is None or not _is_settled(seen):
        return False
    if found.status is Reply.MISSING:
        return any(_is_absent(name, probe, seen) for name in found.missing)
    return found.status is Reply.RAISED and found.error is not None and reaches_gap(found.error, seen)


def _may_be_replaced(check: Check, probe: Probe, seen: Seen) -> bool:
    """Whether something else is judged where a name of the probe is missing: a model, as far as there is
    one."""
    found = seen.observation(probe)
    if check.instead is None or found is None or found.status is not Reply.MISSING:
        return False
    models = [used for used in check.uses if any(isinstance(role, Model) for _, role in used.parts)]
    return not models or not all(_has_no_answer(used, seen) for used in models)


def nothing_trains(seen: Seen) -> bool:
    """Whether nothing was trained because what would train is still to be written."""
    problem = never_trained(seen)
    return problem is not None and problem.decided and _is_settled(seen) and not _runs_a_training(seen)


def may_train_more(seen: Seen) -> bool:
    """Whether a longer training may show what this one did not."""
    return seen.budgeted and not nothing_trains(seen)


def _is_settled(seen: Seen) -> bool:
    run = seen.run
    return (
        run.outcome in TO_THE_END
        and not run.missing_packages
        and seen.once("settled", lambda: all(_ends_so(cell, seen) for cell in run.cells))
    )


def _ends_so(cell: CellRun, seen: Seen) -> bool:
    """Whether a cell runs through, or ends, for reasons that stand in the source."""
    if cell.error is None:
        return not cell.timed_out
    if cell.error.is_of_syntax:
        return bool(seen.source.syntax_errors)
    if cell.error.missing_name:
        return _is_unbound(cell.error.missing_name, cell, seen)
    return reaches_gap(cell.error, seen)


def _is_unbound(name: str, cell: CellRun, seen: Seen) -> bool:
    """Whether a name that a cell did not find is bound nowhere before, or only where a cell did not run
    through. What is bound under a condition, or in a loop, is no such name."""
    source = seen.source
    if any(use.name == name and use.used_in == cell.number for use in source.used_before_defined):
        return True
    home = source.assigned.get(name)
    if home is None:
        return not _is_dynamic(seen) and (name in source.local_in or name not in source.elsewhere)
    return home != cell.number and _has_ended(home, seen)


def _is_absent(name: str, probe: Probe, seen: Seen) -> bool:
    """Whether nothing that may stand for this name of the sheet was ever made."""
    source = seen.source
    homes = [source.names.get(own) for own in (name, *source.roles.get(name, ()))]
    if any(home is not None for home in homes):
        return all(home is None or _has_ended(home, seen) for home in homes)
    by_definition = any(name in role.names() and isinstance(role, BY_DEFINITION) for _, role in probe.parts)
    # a homework that uses the sheet's name has nothing else in its place
    return not _is_dynamic(seen) and (by_definition or name in source.uses)


def _has_ended(number: int, seen: Seen) -> bool:
    """Whether this cell raised."""
    return any(cell.number == number and cell.error is not None for cell in seen.run.cells)


def _is_dynamic(seen: Seen) -> bool:
    """Whether names may come into being that nobody can read."""
    return bool(DYNAMIC & seen.source.uses) or any(
        isinstance(node, ast.Global) for statement in written(seen) for node in ast.walk(statement)
    )


def _runs_a_training(seen: Seen) -> bool:
    """Whether a cell that ran through has code that trains, or calls what does."""
    training = cells_that_train(seen)
    return any(cell.error is None and cell.number in training for cell in seen.run.cells)
