"""The notebook that runs: nbformat 4.5, without stored outputs, without what cannot work where it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.collect import words
from grader.collect.magics import Skipped, runnable
from grader.collect.notebook import Cell, Notebook
from grader.collect.words import listed, plain
from grader.model import CellSource

MOST_CODE = 1_000_000  # characters of all cells that are searched for magics; nobody writes more


@dataclass(frozen=True, slots=True, kw_only=True)
class Runnable:
    """What the kernel gets. Outputs that the student stored are left out: they are no evidence."""

    notebook: Mapping[str, Any]
    cells: tuple[CellSource, ...]
    repairs: tuple[str, ...]
    notices: tuple[str, ...]


def make_runnable(notebook: Notebook) -> Runnable:
    """The notebook as it runs, with a sentence for each kind of thing that was skipped."""
    raw, code = [], []
    skipped: dict[int, tuple[Skipped, ...]] = {}
    left = MOST_CODE
    for cell in notebook.cells:
        text = cell.text
        if cell.kind == "code":
            left -= len(text)
            if left >= 0:
                text, skipped[cell.number] = (text, ()) if cell.where else runnable(text)
            code.append(CellSource(number=cell.number, text=text, tags=cell.tags, where=cell.where))
        raw.append(_raw(cell, text))
    shell_cells = _where(skipped, "shell cell")
    notices = [f"{_cells_of(shell_cells)}: skipped, there is no shell where the notebook runs"] if shell_cells else []
    return Runnable(
        notebook={
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"language_info": {"name": "python"}},
            "cells": raw,
        },
        cells=tuple(code),
        repairs=(*_repairs(skipped), *_colab(notebook.cells)),
        notices=tuple(notices),
    )


def _raw(cell: Cell, text: str) -> dict[str, Any]:
    metadata = {"tags": list(cell.tags)} if cell.tags else {}
    raw: dict[str, Any] = {"cell_type": cell.kind, "id": cell.id, "metadata": metadata, "source": text}
    if cell.kind == "code":
        raw |= {"execution_count": None, "outputs": []}
    if cell.attachments:
        raw["attachments"] = {name: dict(bundle) for name, bundle in cell.attachments.items()}
    return raw


def _where(skipped: Mapping[int, tuple[Skipped, ...]], kind: str) -> dict[int, list[str]]:
    """The cells in which things of this kind were skipped, with what they were."""
    found = {number: [one.what for one in some if one.kind == kind] for number, some in skipped.items()}
    return {number: some for number, some in found.items() if some}


def _cells_of(found: Mapping[int, list[str]]) -> str:
    what = dict.fromkeys(one for some in found.values() for one in some)
    return f"{words.cells(found)} ({listed([plain(one, 30) for one in what])})"


def _repairs(skipped: Mapping[int, tuple[Skipped, ...]]) -> Iterator[str]:
    if found := _where(skipped, "install"):
        yield f"{words.cells(found)}: installing packages was skipped, the grader brings its own"
    if found := _where(skipped, "shell"):
        yield f"{words.cells(found)}: shell commands were skipped, there is no shell where the notebook runs"
    if found := _where(skipped, "folder"):
        yield f"{words.cells(found)}: mkdir is done in Python"
    if found := _where(skipped, "magic"):
        yield f"{_cells_of(found)}: notebook commands that only work elsewhere were skipped"
    if found := _where(skipped, "shell cell"):
        yield f"{_cells_of(found)}: turned into comments"


def _colab(cells: tuple[Cell, ...]) -> Iterator[str]:
    """google.colab stays in the code: the kernel has a stand-in for it."""
    found = [cell.number for cell in cells if cell.kind == "code" and "google.colab" in cell.text]
    if found:
        yield f"{words.cells(found)}: google.colab is answered by a stand-in, without a drive and uploads"
