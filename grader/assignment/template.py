"""From a tutor's notebook to the one that students get: everything between BEGIN SOLUTION and END SOLUTION
goes.

In a code cell the markers are comments on lines of their own; what stands after the colon tells the student
what to write::

    ### BEGIN SOLUTION: a pair of zeros
    zeros = tf.zeros((batch_size, self.cell.units))
    return zeros, zeros
    ### END SOLUTION

In a markdown cell they are HTML comments, `<!-- BEGIN SOLUTION -->`, which a reader does not see; lines with
`#` will do, too. Of a solution of check boxes, `- [x] an option`, students get the boxes, all of them empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from grader.errors import AssignmentError
from grader.model.stored_text import stored_text

ANSWER_PLACEHOLDER = "*Write your answer here.*"  # a sheet names it as the `template_text` of its questions
DEFAULT_TASK = "write this part"
STILL = " is still to be written"
THIS_CELL = "this cell"  # what a gap outside of every function and class is called
NOT_WRITTEN = "NotImplementedError"  # what a gap raises; a library may raise it, too

_CODE_MARKER = re.compile(r"(?P<indent>\s*)#+\s*(?P<edge>BEGIN|END) SOLUTION(?::\s*(?P<task>.*?))?\s*")
_TEXT_MARKER = re.compile(
    r"(?P<indent>\s*)(?:#+|<!--)\s*(?P<edge>BEGIN|END) SOLUTION(?::\s*(?P<task>.*?))?\s*(?:-->)?\s*"
)
_BOX = re.compile(r"(?P<before>\s*[-*+] )\[[ xX]\](?P<option> .*)")
_SET_OFF = re.compile(r"\*\*|~~|__|<|✓|✔|✅|❌|←|→")  # what would tell a right option from the others
_DEFINITION = re.compile(r"(?P<indent>\s*)(?:async\s+def|def|class)\s+(?P<name>\w+)")
_LOOKS_LIKE_MARKER = re.compile(r"\b(begin|end)[\s_-]*solution\b", re.IGNORECASE)


def student_notebook(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """The students' version of a tutor's notebook, both nbformat 4 as dicts; ids, tags and other metadata
    stay.

    Raises:
        AssignmentError: a marker is unbalanced, nested or not on a line of its own (the message names the
        cell), or there is
            no marker at all: students would get the whole solution.
    """
    cells = [_student_cell(cell, number) for number, cell in enumerate(notebook["cells"], start=1)]
    if all(
        cell["source"] == stored_text(original["source"])
        for cell, original in zip(cells, notebook["cells"], strict=True)
    ):
        raise AssignmentError(
            "the notebook has no BEGIN SOLUTION: students would get all of it; mark what they shall write"
        )
    return {**notebook, "cells": cells}


def student_source(source: str, *, code: bool, where: str = "the cell") -> str:
    """One cell's text without its solutions; `where` names the cell in errors.

    Raises:
        AssignmentError: a marker is unbalanced, nested or not on a line of its own.
    """
    return "\n".join(_kept_lines(source.split("\n"), code=code, where=where))


def is_marker(line: str, *, code: bool) -> bool:
    """Whether a line of a cell begins or ends a solution."""
    return bool((_CODE_MARKER if code else _TEXT_MARKER).fullmatch(line))


def without_markers(source: str) -> str:
    """A solution as somebody writes it who is no tutor: without the lines that mark it."""
    return "\n".join(line for line in source.split("\n") if not _TEXT_MARKER.fullmatch(line))


def as_read(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """A tutor's notebook as homework: a marker in a text cell, `### END SOLUTION`, is no heading there."""
    cells = [
        cell
        if cell["cell_type"] == "code"
        else {**cell, "source": without_markers(stored_text(cell["source"]))}
        for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def _student_cell(cell: Mapping[str, Any], number: int) -> dict[str, Any]:
    where = f"cell {number} ({cell['id']})" if "id" in cell else f"cell {number}"
    code = cell["cell_type"] == "code"
    emptied: dict[str, Any] = {"outputs": [], "execution_count": None} if code else {}
    return {**cell, **emptied, "source": student_source(stored_text(cell["source"]), code=code, where=where)}


def _kept_lines(lines: list[str], *, code: bool, where: str) -> Iterator[str]:
    marker = _CODE_MARKER if code else _TEXT_MARKER
    opened: int | None = None
    solution: list[str] = []
    for number, line in enumerate(lines, start=1):
        found = marker.fullmatch(line)
        if found is None:
            if _LOOKS_LIKE_MARKER.search(line):
                raise AssignmentError(
                    f"{where}, line {number}: a solution marker stands on a line of its own: {line.strip()!r}"
                )
            if opened is None:
                yield line
            else:
                solution.append(line)
        elif found["edge"] == "BEGIN":
            if opened is not None:
                raise AssignmentError(
                    f"{where}, line {number}: BEGIN SOLUTION inside the solution begun in line {opened}"
                )
            opened, solution = number, []
            if code:
                yield from _code_placeholder(found, _scope(lines[:number]))
        elif opened is None:
            raise AssignmentError(f"{where}, line {number}: END SOLUTION without a BEGIN SOLUTION before it")
        else:
            if not code:
                yield from _text_placeholder(solution, f"{where}, line {opened}")
            opened = None
    if opened is not None:
        raise AssignmentError(f"{where}, line {opened}: BEGIN SOLUTION without an END SOLUTION after it")


def _text_placeholder(solution: list[str], where: str) -> Iterator[str]:
    """Where to write: the boxes of a solution, empty, or the placeholder; both where it has boxes and
    words."""
    boxes = [found for line in solution if (found := _BOX.fullmatch(line))]
    if any(_SET_OFF.search(box["option"]) for box in boxes):
        raise AssignmentError(
            f"{where}: an option of the solution is marked besides its box, which would tell students that it"
            " is right"
        )
    yield from (f"{box['before']}[ ]{box['option']}" for box in boxes)
    if not boxes:
        yield ANSWER_PLACEHOLDER
    elif len([line for line in solution if line.strip()]) > len(boxes):
        yield from ("", ANSWER_PLACEHOLDER)


def _code_placeholder(begin: re.Match[str], scope: str) -> list[str]:
    """What to write, and an error that says in kind words what is missing when the cell runs as it is."""
    return [
        f"{begin['indent']}# Your code: {begin['task'] or DEFAULT_TASK}",
        (
            f'{begin["indent"]}raise {NOT_WRITTEN}("{scope}{STILL}")  # delete this line when'
            " you have written it"
        ),
    ]


def _scope(lines: list[str]) -> str:
    """Which class and function the last of these lines stands in: "LSTM_Cell.call", or THIS_CELL."""
    depth = len(lines[-1]) - len(lines[-1].lstrip())
    names: list[str] = []
    for line in reversed(lines):
        found = _DEFINITION.match(line)
        if found and len(found["indent"]) < depth:
            names.insert(0, found["name"])
            depth = len(found["indent"])
    return ".".join(names) or THIS_CELL
