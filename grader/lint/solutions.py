"""What a tutor's notebook has between BEGIN SOLUTION and END SOLUTION: what students are to find out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.assignment.template import is_marker
from grader.model.stored_text import stored_text

COMMENT = re.compile(r"(?<![\"'\w])#.*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """One of them: its lines, in a code cell or in a text."""

    lines: tuple[str, ...]
    code: bool
    cell: int  # counted from 1


def solutions(notebook: Mapping[str, Any]) -> Iterator[Solution]:
    """All of a notebook whose markers are balanced."""
    for number, cell in enumerate(notebook["cells"], start=1):
        code, inside = cell["cell_type"] == "code", None
        for line in stored_text(cell["source"]).split("\n"):
            if not is_marker(line, code=code):
                if inside is not None:
                    inside.append(line)
            elif inside is None:
                inside = list[str]()
            else:
                yield Solution(lines=tuple(inside), code=code, cell=number)
                inside = None


def squeezed(text: str) -> str:
    """`text` without white space: equal for code that differs in nothing but how it is laid out."""
    return "".join(text.split())


def statements(gap: Solution) -> list[str]:
    """The lines of its code, squeezed, without comments."""
    return [line for line in (squeezed(COMMENT.sub("", line)) for line in gap.lines) if line]
