"""Behind `grade new`: the files of a working sheet, made from the texts in files/.

A notebook stands there as a script whose lines `# %% ID` and `# %% [markdown] ID` open the cells.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat

from grader.assignment.template import without_markers
from grader.errors import UsageError

TEXTS = Path(__file__).parent / "files"
NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
_CELL = re.compile(r"^# %%(?P<text> \[markdown\])? (?P<id>[\w-]+)\n", re.MULTILINE)


def skeleton(name: str, title: str = "") -> dict[str, str]:
    """The files of a new sheet by their path in the course's repository.

    Raises:
        UsageError: a sheet cannot be called so.
    """
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise UsageError(
            f"a sheet cannot be called {name!r}: give 2 to 40 small letters, digits and underscores, a letter"
            " first, such as rnn_basics"
        )
    words = {"{name}": name, "{title}": _plain(title) or name.replace("_", " ").capitalize()}
    solution = _filled("solution", words)
    return {
        f"assignments/{name}/sheet.py": _filled("sheet", words),
        f"assignments/{name}/rubric.yaml": _filled("rubric", words),
        f"reference/{name}/solution.ipynb": notebook(solution),
        f"reference/{name}/readme.md": _filled("readme", words),
        f"submissions/{name}/right/homework.ipynb": notebook(without_markers(solution)),
        f"submissions/{name}/wrong_forgets_the_state/homework.ipynb": notebook(_filled("wrong", words)),
        f"tests/test_{name}.py": _filled("test", words),
    }


def write_skeleton(files: Mapping[str, str], course: Path) -> None:
    """Write them into the course's repository.

    Raises:
        UsageError: the course is no folder, or one of the files, or a sheet of that name, is there.
    """
    if not course.is_dir():
        raise UsageError(
            f"{course} is no folder: make it first, or stand in the course's repository and leave --into out"
        )
    for place in dict.fromkeys(map(_own_place, files)):
        if (course / place).exists():
            raise UsageError(
                f"{course / place} is there already, and nothing is written over: choose another name, or"
                " move it away"
            )
    for path, text in files.items():
        (course / path).parent.mkdir(parents=True, exist_ok=True)
        (course / path).write_text(text, encoding="utf-8")


def notebook(script: str) -> str:
    """A notebook file of the cells of a script."""
    made = nbformat.v4.new_notebook(cells=list(_cells(script)))
    made.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return str(nbformat.writes(made)) + "\n"


def _cells(script: str) -> Iterator[nbformat.NotebookNode]:
    heads = list(_CELL.finditer(script))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        body = script[head.end() : following.start() if following else None].strip("\n")
        new_cell = nbformat.v4.new_markdown_cell if head["text"] else nbformat.v4.new_code_cell
        yield new_cell(body, id=head["id"])


def _own_place(path: str) -> str:
    """What a new sheet brings of a path: the folder of its name, or the file."""
    return "/".join(path.split("/")[:2])


def _filled(file: str, words: Mapping[str, str]) -> str:
    text = (TEXTS / f"{file}.txt").read_text("utf-8")
    for word, value in words.items():
        text = text.replace(word, value)
    return text


def _plain(title: str) -> str:
    """A title that can stand in a line of Python."""
    return " ".join(title.replace("\\", " ").replace('"', "'").split())
