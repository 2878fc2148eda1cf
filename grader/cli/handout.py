"""Behind `grade template`: the repository that students get, from the sheet, the tutor's notebook and the
tutor's own words.

Nothing of it says what is checked after handing in, but how many points: hidden checks are left out of the
sheet, and rubrics, solutions and notes are never copied.
"""

from __future__ import annotations

import ast
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from grader.assignment import HANDOUT, Assignment, extended_sheets, load_sheet
from grader.assignment.load import REQUIREMENTS
from grader.assignment.packages import distribution_of
from grader.assignment.public_part import public_part
from grader.assignment.template import student_notebook
from grader.cli.wheel import Wheel
from grader.errors import AssignmentError, UsageError
from grader.report.story import later_text
from grader.report.words import points_text

TEXTS = Path(__file__).parent / "handout_files"
NOTEBOOK, README = "homework.ipynb", "README.md"
WORKFLOW = ".github/workflows/classroom.yml"
FIRST_STEPS = "<!-- first steps -->"  # where they stand in the tutor's words; without it, at the end
NO_WHEEL = (
    "# The grader itself is missing here: `grade template` without --no-wheel puts it in, and names it in"
    " this file.\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tutors:
    """What a tutor wrote: the notebook with BEGIN/END SOLUTION, and a README's words about the homework (""
    for made ones)."""

    notebook: Mapping[str, Any]
    words: str = ""


def tutors_files(sheet: Path, notebook: Path | None) -> Tutors:
    """The tutor's notebook: as typed, else reference/NAME/solution.ipynb beside assignments/NAME/; with the
    readme.md beside it.

    Raises:
        UsageError: there is none, or it is not a notebook.
    """
    path = notebook or sheet.parent.parent / "reference" / sheet.name / "solution.ipynb"
    if not path.is_file():
        wanted = (
            ""
            if notebook
            else f" (looked for reference/{sheet.name}/solution.ipynb beside {sheet.parent.name}/)"
        )
        raise UsageError(
            f"there is no tutor's notebook{wanted}: give --notebook FILE, with BEGIN SOLUTION and END"
            " SOLUTION in it"
        )
    try:
        content = json.loads(path.read_text("utf-8"))
        content["cells"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise UsageError(
            f"{path.name} is not a notebook of format 4: open it in Jupyter and save it again"
        ) from problem
    words = path.with_name("readme.md")
    return Tutors(notebook=content, words=words.read_text("utf-8") if words.is_file() else "")


def handout(assignment: Assignment, tutors: Tutors, wheel: Wheel | None) -> dict[str, bytes]:
    """Every file of the students' repository, by its path in there.

    Raises:
        AssignmentError: the notebook has no gaps, or hidden checks cannot be left out.
    """
    assert assignment.folder is not None  # it was loaded from a file
    name = assignment.folder.name
    texts = {
        NOTEBOOK: nbformat.writes(nbformat.from_dict(student_notebook(tutors.notebook))) + "\n",
        README: _readme(assignment, tutors),
        WORKFLOW: _file_text("classroom.yml"),
        ".gitignore": _file_text("gitignore.txt"),
        ".gitattributes": _file_text("gitattributes.txt"),
        REQUIREMENTS: "".join(f"{line}\n" for line in requirements(assignment, wheel)),
        **{f"{HANDOUT}/{name}/{file}": text for file, text in _public_sheets(assignment, name).items()},
    }
    files = {path: text.encode() for path, text in texts.items()}
    return files | ({f"{HANDOUT}/{wheel.name}": wheel.data} if wheel else {})


def requirements(assignment: Assignment, wheel: Wheel | None) -> Iterator[str]:
    """What pip installs: the grader with TensorFlow, and the packages that the sheet lets students import."""
    yield f"./{HANDOUT}/{wheel.name}[tensorflow]" if wheel else NO_WHEEL.rstrip()
    for package in assignment.packages:
        yield distribution_of(package)


def write_handout(files: Mapping[str, bytes], folder: Path, *, force: bool) -> None:
    """Write the repository. What it had before from us is replaced, an older wheel goes.

    Raises:
        UsageError: the folder holds something, and `force` was not given.
    """
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise UsageError(
            f"{folder} is not empty: name a new folder, or give --force to write over the files of an earlier"
            " hand-out"
        )
    for old in folder.glob(f"{HANDOUT}/rnn_grader-*.whl"):
        old.unlink()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _public_sheets(assignment: Assignment, name: str) -> dict[str, str]:
    """The sheet for students, with those that it extends beside it: it loads and holds the public checks and
    no others."""
    assert assignment.folder is not None
    texts = {"sheet.py": public_part((assignment.folder / "sheet.py").read_text("utf-8"), assignment)}
    for folder in extended_sheets(assignment.folder):
        texts[f"{folder.name}.py"] = public_part((folder / "sheet.py").read_text("utf-8"), load_sheet(folder))
    for text in texts.values():
        ast.parse(text)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / name
        folder.mkdir()
        for file, text in texts.items():
            (folder / file).write_text(text, "utf-8")
        found = [(check.id, check.points, check.hidden) for check in load_sheet(folder).checks]
    wanted = [(check.id, check.points, False) for check in assignment.checks if not check.hidden]
    if found != wanted:
        raise AssignmentError(
            f"the students' copy of {name}/sheet.py would not hold just the public checks: declare each"
            " hidden check as a function"
        )
    return texts


def _readme(assignment: Assignment, tutors: Tutors) -> str:
    words = tutors.words or "\n".join(_made_words(assignment))
    steps = _file_text("first_steps.md")
    if later := later_text(assignment):
        steps += f"\n{later}\n"
    if FIRST_STEPS in words:
        return words.replace(FIRST_STEPS, steps.rstrip())
    return f"{words.rstrip()}\n\n{steps}"


def _made_words(assignment: Assignment) -> Iterator[str]:
    """A README for a sheet whose author wrote none."""
    yield f"# {assignment.title}\n"
    yield (
        f"Your work goes into [`{NOTEBOOK}`]({NOTEBOOK}): replace each line that raises `NotImplementedError`"
        " with your own code.\n"
    )
    if names := (*assignment.parameters, *assignment.names):
        yield f"It is found by these names, so keep them: {', '.join(f'`{name}`' for name in names)}.\n"
    yield "| Part | Points |\n|---|---|"
    for task in assignment.tasks:
        points = sum(
            check.points for check in assignment.checks if check.task == task.number and not check.hidden
        )
        if points:
            yield f"| {task.number}. {task.title} | {points_text(points)} |"
    yield ""


def _file_text(name: str) -> str:
    return (TEXTS / name).read_text("utf-8")
