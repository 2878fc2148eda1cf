"""Example submissions, each put together from small blocks of code: a right one in another style, or a wrong
one with one mistake.

    python -m tests.corpus                       all names, with what they are and which checks they fail
    python -m tests.corpus write NAME... DIR     write these into DIR/<name>/ ("all": every one)
    python -m tests.corpus class                 write the sample class again (submissions/sample_class/)
    ... --homework integration_task              those of the other homework

Blocks stand in `submissions/<homework>/blocks/<part>.py`, each below a line `# %% name: what it is.`; a line
`# -- next cell --` splits a block. A submission names the blocks that differ from the first of each part, or
replaces a piece of one::

    wrong(
        "no_output_tanh",
        "The cell state leaves without tanh.",
        "computes_lstm",
        cell=swap("tf.tanh(cell)", "cell"),
    )
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import json
import random
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent / "submissions"
HOMEWORK = "sum_sequence"  # the first one, whose blocks serve the others, too
HOMEWORKS = (
    HOMEWORK,
    *(
        "integration_task",
        "gru_by_hand",
        "rnn_concepts",
        "time_series_forecast",
        "rnn_cells_numpy",
        "rnn_layers_numpy",
    ),
    "unstable_gradients",
)
# parts of which a homework has blocks of its own alone
NOT_SHARED = {"gru_by_hand": ("parameters", "cell", "layer", "model")}
WITHOUT_WORDS = ("gru_by_hand",)  # homeworks without written questions
NOTEBOOK = "homework.ipynb"
# in the order of the notebook
PARTS = ("imports", "parameters", "data", "cell", "layer", "model", "training", "answers")
OWN_PARTS = {
    "rnn_concepts": ("imports", "shapes", "forward", "gradients", "states", "counts", "boxes", "words"),
    "rnn_cells_numpy": ("imports", "simple", "sequence", "gru", "lstm", "deep", "both", "directions"),
    "rnn_layers_numpy": ("imports", "simple", "vectors", "gated"),
    "time_series_forecast": (
        *("imports", "parameters", "series", "windows", "shapes", "models", "numbers", "sweep", "training"),
        *("forecast", "picture", "words"),
    ),
    "unstable_gradients": (
        *("imports", "parameters", "rows", "explode", "clip", "digits", "simple", "norms", "figure"),
        *("gated", "curves", "words"),
    ),
}  # nothing is shared
IN_WORDS = ("answers", "boxes", "words", "numbers")  # parts that are markdown
# lists that a homework may have besides its right, wrong and broken ones
FURTHER = ("scripts", "environment")
NO_LAYER = tuple(part for part in PARTS if part != "layer")
NEXT_CELL = "\n# -- next cell --\n"
_BLOCK = re.compile(r"^# %% (?P<name>\w+): (?P<what>.+)$", re.MULTILINE)

Cells = list[dict[str, Any]]
Write = Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Swap:
    """Replaces a piece of a block that occurs there once; with `every`, wherever it occurs."""

    old: str
    new: str
    every: bool = False

    def __call__(self, text: str) -> str:
        found = text.count(self.old)
        if found == 0 or (found > 1 and not self.every):
            raise ValueError(f"the piece to swap occurs {found} times: {self.old!r}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Rename:
    """Replaces names wherever they stand as whole words; a block may have none of them."""

    names: Mapping[str, str]

    def __call__(self, text: str) -> str:
        return re.sub(r"\b\w+\b", lambda found: self.names.get(found[0], found[0]), text)


@dataclass(frozen=True, slots=True)
class Before:
    """Puts lines above a block, in its first cell."""

    lines: str

    def __call__(self, text: str) -> str:
        return f"{self.lines.strip()}\n\n{text}"


Change = Swap | Rename | Before
# a block's name, or changes to the first block, or a name and changes to it
Block = str | Change | tuple[str | Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One example submission and what a grader must say about it."""

    name: str
    kind: str  # "right", "wrong" or "broken"
    what: str  # one sentence
    fails: frozenset[str] = frozenset()  # ids of the checks that must not pass
    may: frozenset[str] = frozenset()  # ids of further checks that may fail or be skipped in consequence
    runtime: str = "keras3"  # which one the grader must choose by itself
    ends: str = "COMPLETED"  # how the run ends: an Outcome, or "UNREADABLE" when nothing can be run
    style: str = "plain"  # of the notebook file: "plain" or "colab"
    blocks: Mapping[str, Block] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)  # further files of the submission
    order: tuple[str, ...] = PARTS
    notebook: Callable[[], dict[str, Any]] | None = None  # makes the notebook instead of the blocks
    write: Write | None = None  # writes the submission's files itself: for what is no notebook


def swap(old: str, new: str, *, every: bool = False) -> Swap:
    """Replace `old` by `new`; `old` must occur exactly once, unless `every`."""
    return Swap(old, new, every)


def right(name: str, what: str, *, may: str = "", **more: Any) -> Entry:
    """A submission that deserves full marks. Keywords are parts of the notebook or fields of Entry."""
    return _entry("right", name, what, "", may, more)


def wrong(name: str, what: str, fails: str, *, may: str = "", **more: Any) -> Entry:
    """A submission with one mistake that trips the checks in `fails` (ids, space-separated)."""
    return _entry("wrong", name, what, fails, may, more)


def broken(name: str, what: str, ends: str, *, fails: str = "", may: str = "", **more: Any) -> Entry:
    """A submission that does not run, or not to its end."""
    return _entry("broken", name, what, fails, may, {"ends": ends, **more})


def _entry(kind: str, name: str, what: str, fails: str, may: str, more: dict[str, Any]) -> Entry:
    blocks = {
        part: more.pop(part)
        for part in dict.fromkeys((*PARTS, *itertools.chain(*OWN_PARTS.values())))
        if part in more
    }
    return Entry(
        kind=kind,
        name=name,
        what=what,
        fails=frozenset(fails.split()),
        may=frozenset(may.split()),
        blocks=blocks,
        **more,
    )


@cache
def all_submissions(homework: str = HOMEWORK) -> tuple[Entry, ...]:
    """Every example, right ones first.

    Raises:
        ValueError: two have the same name.
    """
    further = [name for name in FURTHER if (HERE / homework / f"{name}.py").is_file()]
    modules = ("right", "wrong", "broken", *further)
    lists = [importlib.import_module(f"tests.submissions.{homework}.{name}").SUBMISSIONS for name in modules]
    entries = tuple(entry for some in lists for entry in some)
    names = [entry.name for entry in entries]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"two submissions are called {', '.join(sorted(twice))}")
    return entries


def find(name: str, homework: str = HOMEWORK) -> Entry:
    """The example of that name.

    Raises:
        KeyError: there is none.
    """
    return {entry.name: entry for entry in all_submissions(homework)}[name]


@cache
def blocks(part: str, homework: str = HOMEWORK) -> dict[str, str]:
    """The code of every block of a part, by name: those of the first homework in the order of the file, where
    this one has no other block of that name, then its own."""
    found: dict[str, str] = {}
    own = part in NOT_SHARED.get(homework, ()) or homework in OWN_PARTS
    for home in (homework,) if own else (HOMEWORK, homework):
        for path in (HERE / home / "blocks").glob(f"{part}.*"):
            pieces = _BLOCK.split(path.read_text(encoding="utf-8"))[1:]
            found |= {name: code.strip() for name, code in zip(pieces[::3], pieces[2::3], strict=True)}
    return found


def text(part: str, chosen: Block | None = None, homework: str = HOMEWORK) -> str:
    """The code that a submission has for a part.

    Raises:
        ValueError: a piece to swap is not there, or more than once.
        KeyError: there is no such block.
    """
    known = blocks(part, homework)
    choices = (chosen,) if isinstance(chosen, str | Change) else chosen or ()
    name = next((choice for choice in choices if isinstance(choice, str)), next(iter(known)))
    code = known[name]
    for choice in choices:
        if not isinstance(choice, str):
            code = choice(code)
    return code


def notebook(entry: Entry, homework: str = HOMEWORK) -> dict[str, Any]:
    """The submission's notebook as a dict, with cell ids of its own."""
    if entry.notebook:
        return entry.notebook()
    parts = OWN_PARTS.get(homework, entry.order) if entry.order is PARTS else entry.order
    order = [part for part in parts if part != "answers" or homework not in WITHOUT_WORDS]
    cells = [cell for part in order for cell in _cells(part, text(part, entry.blocks.get(part), homework))]
    cells.insert(0, _markdown(f"# Homework 7\n\n{entry.name.replace('_', ' ')}"))
    return _colab(cells) if entry.style == "colab" else _plain(cells, random.Random(entry.name))


def write(name: str, folder: Path, homework: str = HOMEWORK) -> Path:
    """Write a submission into `folder`/<name>/ and return that folder."""
    entry, home = find(name, homework), folder / name
    home.mkdir(parents=True, exist_ok=True)
    if entry.write:
        entry.write(home)
    else:
        (home / NOTEBOOK).write_text(as_file(notebook(entry, homework)), encoding="utf-8")
    for file, content in entry.files.items():
        (home / file).write_text(content, encoding="utf-8")
    return home


def as_file(content: Mapping[str, Any]) -> str:
    """A notebook as Jupyter stores it."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def write_class(folder: Path, homework: str = HOMEWORK) -> None:
    """Write the sample class: one folder for each student, named in
    `submissions/<homework>/sample_class.py`."""
    members: Mapping[str, str] = importlib.import_module(
        f"tests.submissions.{homework}.sample_class"
    ).STUDENTS
    for student, name in members.items():
        shutil.rmtree(folder / student, ignore_errors=True)
        write(name, folder, homework).rename(folder / student)


def _cells(part: str, code: str) -> Iterator[dict[str, Any]]:
    for number, piece in enumerate(code.split(NEXT_CELL)):
        if part in IN_WORDS:
            yield _markdown(piece.strip())
        else:
            tags = {"tags": ["parameters"]} if part == "parameters" and number == 0 else {}
            yield {
                "cell_type": "code",
                "execution_count": None,
                "metadata": tags,
                "outputs": [],
                "source": _lines(piece.strip()),
            }


def _markdown(words: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": _lines(words)}


def _lines(source: str) -> list[str]:
    return source.splitlines(keepends=True)


def _plain(cells: Cells, random_ids: random.Random) -> dict[str, Any]:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    cells = [{**cell, "id": f"{random_ids.getrandbits(32):08x}"} for cell in cells]
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _colab(cells: Cells) -> dict[str, Any]:
    """As Colab saves: format 4.0, no ids but metadata of its own, and the output of an earlier session."""
    cells = [{**cell, "metadata": {"id": f"cell{number}XyZ"}} for number, cell in enumerate(cells)]
    last_code = [cell for cell in cells if cell["cell_type"] == "code"][-1]
    last_code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["final accuracy 0.9876\n"]}]
    last_code["execution_count"] = 23
    metadata = {
        "colab": {"provenance": [], "name": "Kopie von homework.ipynb", "toc_visible": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        "accelerator": "GPU",
    }
    return {"nbformat": 4, "nbformat_minor": 0, "metadata": metadata, "cells": cells}


def _table(homework: str) -> Iterator[str]:
    for entry in all_submissions(homework):
        failing = " ".join(sorted(entry.fails)) + (
            f" (may: {' '.join(sorted(entry.may))})" if entry.may else ""
        )
        yield f"{entry.kind:7}{entry.name:28}{entry.what}" + (f"  -> {failing}" if failing else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """List or write example submissions."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.corpus", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("verb", nargs="?", choices=["list", "write", "class"], default="list")
    parser.add_argument("names", nargs="*", metavar="NAME... DIR")
    parser.add_argument("--homework", choices=HOMEWORKS, default=HOMEWORK)
    options = parser.parse_args(arguments)
    match options.verb:
        case "list":
            print("\n".join(_table(options.homework)))
        case "class":
            own = "" if options.homework == HOMEWORK else f"_{options.homework}"
            write_class(HERE / f"sample_class{own}", options.homework)
        case "write":
            *names, folder = options.names
            for name in (
                [entry.name for entry in all_submissions(options.homework)] if names == ["all"] else names
            ):
                print(write(name, Path(folder), options.homework))
    return 0


if __name__ == "__main__":
    # not this copy of the module: the lists use the imported one
    sys.exit(importlib.import_module("tests.corpus").main())
