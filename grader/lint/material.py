"""What there is to look at of a sheet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.assignment import Assignment
from grader.collect import Candidate, prepare
from grader.model import Submission
from grader.model.stored_text import stored_text
from grader.run.scratch import scratch

NOTEBOOK, README = "homework.ipynb", "README.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A sheet, with the tutor's notebook and what students would get; both also as the homework that they
    would be, which says what in them is read as an answer."""

    assignment: Assignment
    text: str = ""  # of sheet.py
    solution: Mapping[str, Any] | None = None  # the tutor's notebook; None where there is none
    # path -> text of what students read: README and notebook
    words: Mapping[str, str] = field(default_factory=dict)
    tutors: Submission | None = None
    students: Submission | None = None

    @property
    def readme(self) -> str:
        """The tutor's words about the homework; "" where there are none, and `grade template` makes them."""
        return self.words.get(README, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentText:
    """A piece of what students read: a file, or a cell of their notebook."""

    where: str  # "homework.ipynb, cell 3"
    text: str
    code: bool = False


def student_texts(words: Mapping[str, str]) -> Iterator[StudentText]:
    """All that students read, piece by piece."""
    for path, text in words.items():
        if path != NOTEBOOK:
            yield StudentText(where=path, text=text)
            continue
        for number, cell in enumerate(json.loads(text)["cells"], start=1):
            source = stored_text(cell["source"])
            yield StudentText(where=f"{path}, cell {number}", text=source, code=cell["cell_type"] == "code")


def as_homework(assignment: Assignment, files: Mapping[str, str]) -> Submission:
    """These files (path -> text) read as somebody's homework; nothing runs."""
    with scratch() as folder:
        for path, text in files.items():
            (folder / path).write_text(text, encoding="utf-8")
        candidate = Candidate(student="nobody", path="nobody", root=folder, files=tuple(files))
        return prepare(candidate, assignment)
