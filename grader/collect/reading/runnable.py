"""The notebook that runs: nbformat 4.5, without stored outputs, without what cannot work where it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from grader.collect import words
from grader.collect.reading.magics import Skipped, readable, runnable
from grader.collect.reading.notebook import Notebook, NotebookCell, of_cells
from grader.collect.reading.spared import run_around, unreadable_lines
from grader.collect.reading.typed import ASKS, answered
from grader.collect.words import listed, plain
from grader.model import CellSource, Repair, RepairKind

MOST_CODE = 1_000_000  # characters of all cells that are searched for magics; nobody writes more
SAID = {  # what is said of what was skipped
    RepairKind.INSTALL: "installing packages was skipped, the grader brings its own",
    RepairKind.SHELL: "shell commands were skipped, there is no shell where the notebook runs",
    RepairKind.FOLDER: "mkdir is done in Python",
    RepairKind.CONVERTED: "the script is made of the notebook without Jupyter",
    RepairKind.MAGIC: "notebook commands that only work elsewhere were skipped",
    RepairKind.SHELL_CELL: "turned into comments",
}
NOTHING: Mapping[str, float] = MappingProxyType({})
NAMED = (RepairKind.MAGIC, RepairKind.SHELL_CELL)  # what it was is said, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Runnable:
    """What the kernel gets. Outputs that the student stored are left out: they are no evidence."""

    notebook: Mapping[str, Any]
    cells: tuple[CellSource, ...]
    repairs: tuple[Repair, ...]
    notices: tuple[str, ...]


def make_runnable(notebook: Notebook, numbers: Mapping[str, float] = NOTHING) -> Runnable:
    """The notebook as it runs, with a sentence for each kind of thing that was skipped. `numbers`: the
    sheet's parameters, which answer where somebody is asked for one."""
    raw, code, asked = [], [], []
    skipped: dict[int, tuple[Skipped, ...]] = {}
    left = MOST_CODE
    for cell in notebook.cells:
        text = cell.text
        if cell.kind == "code":
            left -= len(text)
            if left >= 0:
                text = cell.text if cell.where else answered(cell.text, cell.shown, numbers)
                asked += [cell.number] if text != cell.text else []
                text, skipped[cell.number] = (text, ()) if cell.where else _as_it_runs(text)
            code.append(_source(cell, text))
        raw.append(_raw(cell, text))
    shell_cells = _where(skipped, RepairKind.SHELL_CELL)
    notices = (
        [f"{_cells_of(shell_cells)}: skipped, there is no shell where the notebook runs"]
        if shell_cells
        else []
    )
    return Runnable(
        notebook={
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"language_info": {"name": "python"}},
            "cells": raw,
        },
        cells=tuple(code),
        repairs=(*_repairs(skipped), *_of_questions(asked), *_colab(notebook.cells)),
        notices=tuple(notices),
    )


def _source(cell: NotebookCell, text: str) -> CellSource:
    return CellSource(
        number=cell.number,
        text=text,
        tags=cell.tags,
        where=cell.where,
        written=cell.text if text != cell.text else "",
        is_spared=text != cell.text and bool(unreadable_lines(readable(cell.text).code)),
    )


def _as_it_runs(text: str) -> tuple[str, tuple[Skipped, ...]]:
    """A cell without what cannot work where it runs, and what that was."""
    runs, skipped = runnable(text)
    of_python = readable(text)
    return (runs if of_python.file else run_around(runs, of_python.code)), skipped


def _raw(cell: NotebookCell, text: str) -> dict[str, Any]:
    metadata = {"tags": list(cell.tags)} if cell.tags else {}
    raw: dict[str, Any] = {"cell_type": cell.kind, "id": cell.id, "metadata": metadata, "source": text}
    if cell.kind == "code":
        raw |= {"execution_count": None, "outputs": []}
    if cell.attachments:
        raw["attachments"] = {name: dict(bundle) for name, bundle in cell.attachments.items()}
    return raw


def _where(skipped: Mapping[int, tuple[Skipped, ...]], kind: RepairKind) -> dict[int, list[str]]:
    """The cells in which things of this kind were skipped, with what they were."""
    found = {number: [one.what for one in some if one.kind == kind] for number, some in skipped.items()}
    return {number: some for number, some in found.items() if some}


def _cells_of(found: Mapping[int, list[str]]) -> str:
    what = dict.fromkeys(one for some in found.values() for one in some)
    return f"{words.cells(found)} ({listed([plain(one, 30) for one in what])})"


def _repairs(skipped: Mapping[int, tuple[Skipped, ...]]) -> Iterator[Repair]:
    for kind, what in SAID.items():
        if found := _where(skipped, kind):
            yield of_cells(kind, _cells_of(found) if kind in NAMED else words.cells(found), what)


def _of_questions(asked: list[int]) -> Iterator[Repair]:
    if asked:
        what = f"{ASKS}() is answered as the notebook shows, with its own default, or with the sheet's number"
        yield of_cells(RepairKind.QUESTION, words.cells(asked), what)


def _colab(cells: tuple[NotebookCell, ...]) -> Iterator[Repair]:
    """google.colab stays in the code: the kernel has a stand-in for it."""
    found = [cell.number for cell in cells if cell.kind == "code" and "google.colab" in cell.text]
    if found:
        what = "google.colab is answered by a stand-in, without a drive and uploads"
        yield of_cells(RepairKind.COLAB, words.cells(found), what)
