"""What of a homework is graded: the notebook or script that defines or imports most of the sheet's names,
then the likeliest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Assignment, Role
from grader.collect.choice.best import best_notebook, best_script, brings
from grader.collect.choice.choice_words import (
    broken,
    nothing,
    of_notebook,
    of_parts,
    of_script,
    of_script_left,
)
from grader.collect.choice.makers import makers_of
from grader.collect.choice.opened import OpenedFile, modified, read
from grader.collect.choice.told_commands import told_outside
from grader.collect.choice.unused import unused_parts, with_unused
from grader.collect.choice.whole import (
    as_good_as,
    defined_beside,
    in_parts,
    together_as_one,
    with_what_runs_before,
)
from grader.collect.files.disguised import program_in_text
from grader.collect.files.order import order_of
from grader.model.file_kinds import is_notebook, is_script
from grader.model.quantities import counted

MOST_OPENED = 30  # notebooks, and as many scripts, that are opened for one student


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedFiles:
    """What is graded, with what the student should know; or a `problem`."""

    reading: OpenedFile | None = None
    notices: tuple[str, ...] = ()
    problem: str = ""


def contract_names(assignment: Assignment) -> frozenset[str]:
    """All names that a sheet asks for."""
    return frozenset((*assignment.names, *assignment.parameters))


def choose(
    root: Path, files: Sequence[str], names: Collection[str], chosen: str = "", roles: Sequence[Role] = ()
) -> GradedFiles:
    """Choose among the notebooks and scripts in `files`, or take the one that is `chosen`. `roles`: what the
    sheet says of its `names`. Never raises."""
    if chosen:
        asked = read(root, files, chosen)
        problem = asked.notebook.problem
        return GradedFiles(problem=problem) if problem else GradedFiles(reading=asked)
    notebooks = [file for file in files if is_notebook(file)]
    scripts = [file for file in files if is_script(file)]
    if not notebooks and not scripts:
        programs = {file: name for file in files if (name := program_in_text(root, file))}
        return GradedFiles(problem=nothing(files, programs))
    readings = _opened(root, files, notebooks)
    best = best_notebook(readings, names)
    left: tuple[str, ...] = ()
    if best is None or not set(names) <= best.defined:
        others = _opened(root, files, scripts)
        script = best_script(others, names)
        makers = makers_of(script, others, files) if script is not None else []
        made = together_as_one((*makers, script)) if script is not None else None
        parts = in_parts(others, names)
        if parts is not None and not any(one and as_good_as(one, parts, names) for one in (made, best)):
            return GradedFiles(reading=parts, notices=(*of_parts(parts, others), *broken(readings)))
        if script is not None and (best is None or brings(script, names) > brings(best, names)):
            started = with_what_runs_before(root, script, others, told_outside(root, files, readings, script))
            makers = makers if started[1] is None else []
            whole, before, unused = _with_its_parts(
                root, files, script, others, started, makers, names, roles
            )
            told = of_script(whole, started[1], before, unused, others, readings, names, made=bool(makers))
            return GradedFiles(reading=whole, notices=told)
        left = of_script_left(best, others, names)
        readings = readings or others
    if best is None:
        others_too = (
            f" ({counted(len(readings) - 1, 'other file')} cannot be read either)"
            if len(readings) > 1
            else ""
        )
        return GradedFiles(problem=f"{readings[0].notebook.problem}{others_too}")
    return GradedFiles(reading=best, notices=(*of_notebook(best, readings, notebooks, names), *left))


def _with_its_parts(
    root: Path,
    files: Sequence[str],
    script: OpenedFile,
    others: Sequence[OpenedFile],
    started: tuple[OpenedFile, OpenedFile | None],
    makers: Sequence[OpenedFile],
    names: Collection[str],
    roles: Sequence[Role],
) -> tuple[OpenedFile, Sequence[OpenedFile], Mapping[str, Sequence[str]]]:
    """The script as it is `started`, behind what makes its files or defines beside it, with what it does not
    use yet; what runs before it, and what is not used."""
    whole, starter = started
    before = makers or (defined_beside(script, others, names) if starter is None else [])
    whole = together_as_one((*before, script)) if before else whole
    unused = {} if starter or before else unused_parts(whole, others, names, roles)
    return with_unused(whole, unused, root, files) if unused else whole, before, unused


def _opened(root: Path, files: Sequence[str], some: Sequence[str]) -> list[OpenedFile]:
    last = sorted(some, key=order_of, reverse=True)
    newest = sorted(last, key=lambda file: -modified(root / file))[:MOST_OPENED]
    return [read(root, files, file) for file in newest]
