"""Where a homework trains: read in its source, by what is called."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from grader.assignment import Seen
from grader.assignment.gaps import statements
from grader.judge.identify.lines import pieces
from grader.model import CellRun

# who calls none of them trains nothing anywhere
TRAINS = {"fit", "apply_gradients", "train_on_batch", "minimize", "assign_sub"}
LEARNS = {*TRAINS, "gradient", "apply"}  # by hand, too


def cells_that_train(seen: Seen) -> frozenset[int]:
    """The numbers of the cells, or pieces of a script, with code that trains or calls what does."""
    return seen.once("cells that train", lambda: cells_that_call(seen, LEARNS))


def stopped_training(seen: Seen) -> CellRun | None:
    """The first cell that was stopped for its time while it may have trained; None when there is none."""
    stopped = (cell for cell in seen.run.cells if cell.timed_out)
    return next((cell for cell in stopped if cell.number in cells_that_train(seen)), None)


def unending(seen: Seen) -> tuple[int, ...]:
    """The numbers of the cells that had all of their time, with a processor to use it, trained nothing and
    did not come to their end: what a longer run would wait for in vain."""
    limit = seen.run.limits.cell_seconds - 1  # whole seconds are waited
    stopped = [one for one in seen.run.cells if one.timed_out and not one.starved and one.seconds >= limit]
    return tuple(one.number for one in stopped if one.number not in cells_that_train(seen))


def raised_training(seen: Seen) -> CellRun | None:
    """The first cell that trains, or calls what does, and raised an error; None when there is none."""
    training = cells_that_train(seen)
    return next((cell for cell in seen.run.cells if cell.error and cell.number in training), None)


def written(seen: Seen) -> list[ast.stmt]:
    """All statements of the homework, those of its own modules too."""
    return seen.once(
        "written", lambda: [one for _, text in pieces(seen.source.text) for one in statements(text)]
    )


def cells_that_call(seen: Seen, names: Iterable[str]) -> frozenset[int]:
    """The numbers of the cells with code that mentions one of these names, or calls what does."""
    calling = _calling(written(seen), names)
    return frozenset(
        cell.number
        for cell in seen.submission.cells
        for statement in statements(cell.text)
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef) and _mentioned(statement) & calling
    )


def _calling(statements: Iterable[ast.stmt], names: Iterable[str]) -> set[str]:
    """These names, and those of functions and classes that call them."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    inside = {one.name: _mentioned(one) for one in statements if isinstance(one, kinds)}
    found = set(names)
    while more := {name for name, used in inside.items() if used & found} - found:
        found |= more
    return found


def _mentioned(node: ast.AST) -> set[str]:
    return {
        one.id if isinstance(one, ast.Name) else one.attr
        for one in ast.walk(node)
        if isinstance(one, ast.Name | ast.Attribute)
    }
