"""What a module takes away that the homework imports and that was not handed in: charged once, where it is
missed first. The rest is for a person, who may ask for the module: nobody knows what stands in it."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from grader.assignment import Check, Seen
from grader.judge.identify.training_cells import cells_that_train, written
from grader.model import Basis, CellError, Reply, Status, Verdict
from grader.model.run import file_of
from grader.model.verdict import MISSING_FILE, NOT_EARNED, failed, needs_review
from grader.probes.notebook import read_training


def without_module(
    check: Check, verdict: Verdict, seen: Seen, told: dict[str, str], *, of_training: bool
) -> Verdict:
    """The verdict; where a forgotten module keeps the check from being asked, the one that says so, and for
    all checks after it one for a person. `told`: module -> the check that says so."""
    if not seen.run.forgotten_modules:
        return verdict
    is_read = check.basis_of(verdict) is Basis.READ and verdict.status is not Status.SKIPPED
    if verdict.status is Status.PASSED and is_read and (module := _module_missed(check, seen)):
        # what is here was read, and what the check is about is elsewhere
        return needs_review(
            f"{file_of(module)} was not handed in: a person will look at what stands in it",
            waits_for=MISSING_FILE,
        )
    if verdict.status not in NOT_EARNED or is_read:
        return verdict
    module = _module_missed(check, seen) or (_training_missed(seen) if of_training else "")
    if not module:
        return verdict
    if module in told:
        return needs_review(
            f"{file_of(module)} was not handed in: a person will look at what needs it"
            f" (see “{told[module]}”)",
            waits_for=MISSING_FILE,
        )
    told[module] = check.title
    missed = [name for name, home in _imported(seen).items() if home == module]
    names = f", from which {' and '.join(missed)} should come" if 0 < len(missed) <= 3 else ""
    place = "in the folder where the code looks for it" if "." in module else "in the same folder"
    hint = f"Hand in {file_of(module)} together with the {seen.submission.form}, {place}."
    return failed(f"{file_of(module)} was not handed in{names}", hint=hint)


def _module_missed(check: Check, seen: Seen) -> str:
    """The forgotten module for want of which a question of the check has no answer; "" where there is
    none."""
    for probe in check.asks:
        found = seen.observation(probe)
        if found is None:
            continue
        if found.status is Reply.MISSING:
            gone = (_lost(seen).get(own) for name in found.missing for own in _owns(name, seen))
            if module := next(filter(None, gone), ""):
                return module
        if found.status is Reply.RAISED and (module := _cause(found.error, seen, _lost(seen))):
            return module
    return ""


def _training_missed(seen: Seen) -> str:
    """The module for want of which a cell that trains stopped, where nothing was trained."""
    kept = seen.if_asked("training")
    if kept is not None and kept.is_answered and read_training(kept).updates:
        return ""
    training = [cell for cell in seen.run.cells if cell.number in cells_that_train(seen)]
    return next(filter(None, (_cause(cell.error, seen, _lost(seen)) for cell in training)), "")


def _owns(name: str, seen: Seen) -> tuple[str, ...]:
    """What the homework may call this name of the sheet."""
    return (name, *seen.source.roles.get(name, ()))


def _cause(error: CellError | None, seen: Seen, lost: Mapping[str, str]) -> str:
    """The forgotten module that an error comes from."""
    if error is None:
        return ""
    if error.missing_package in seen.run.forgotten_modules:
        return error.missing_package
    return lost.get(error.missing_name, "") if error.missing_name else ""


def _lost(seen: Seen) -> Mapping[str, str]:
    """Name -> the forgotten module for want of which it is not there: what is imported from it, and what
    should be made in a cell that stopped for want of such a name."""
    return seen.once("lost with a module", lambda: _followed(seen))


def _followed(seen: Seen) -> dict[str, str]:
    lost = _imported(seen)
    for cell in sorted(seen.run.cells, key=lambda one: one.number):
        if module := _cause(cell.error, seen, lost):
            made = (name for name, home in seen.source.names.items() if home == cell.number)
            lost |= {name: module for name in made if name not in lost}
    return lost


def _imported(seen: Seen) -> dict[str, str]:
    """Name -> the forgotten module that it is imported from."""
    found: dict[str, str] = {}
    for node in (node for statement in written(seen) for node in ast.walk(statement)):
        if isinstance(node, ast.ImportFrom) and not node.level:
            whole = node.module or ""
            module = whole if whole in seen.run.forgotten_modules else whole.partition(".")[0]
            found |= {alias.asname or alias.name: module for alias in node.names if alias.name != "*"}
    return {name: module for name, module in found.items() if module in seen.run.forgotten_modules}
