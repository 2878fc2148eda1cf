"""A plain copy of an executed notebook: the few things we know and can show, within limits. The input is
untrusted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.model.stored_text import stored_text
from grader.report.neutral import for_page, visible
from grader.report.places import number_of

MOST_CELLS = 300
MOST_SOURCE = 20_000  # characters of one cell
MOST_OUTPUT = 8_000  # characters of one output
MOST_IMAGE = 1_500_000  # characters of base64
# characters of all cells and outputs: to highlight and sanitise a million takes about twenty seconds
ALL_TEXT = 150_000
ALL_IMAGES = 4_000_000
LEAST_COST = 100  # characters that even an empty output costs: a million empty ones are not free
IMAGES = ("image/png", "image/jpeg", "image/gif")
BASE64 = re.compile(r"[A-Za-z0-9+/\s]*={0,2}\s*")


@dataclass(slots=True)
class PageSpace:
    """How much of a page is still free."""

    text: int = ALL_TEXT
    images: int = ALL_IMAGES
    told: bool = False  # that something was left out

    def take(self, output: Mapping[str, Any]) -> bool:
        """Make room for an output; False when it does not fit."""
        data = output.get("data", {})
        image = sum(len(data[kind]) for kind in IMAGES if kind in data)
        text = max(
            LEAST_COST,
            len(output.get("text", "")) + sum(len(data[kind]) for kind in data if kind not in IMAGES),
        )
        if image > self.images or text > self.text:
            return False
        self.images -= image
        self.text -= text
        return True

    def cut(self, text: str) -> str:
        """As much of a cell's source as fits."""
        text = text[: min(MOST_SOURCE, max(self.text, 0))]
        self.text -= max(LEAST_COST, len(text))
        return text


def plain_notebook(executed: Mapping[str, Any]) -> dict[str, Any]:
    """A notebook of the cells, texts, tables and pictures in `executed`: no metadata, widgets, scripts, nor
    endless outputs."""
    room, found, cells = PageSpace(), [], executed.get("cells")
    for place, cell in enumerate(cells[:MOST_CELLS] if isinstance(cells, list) else [], 1):
        if isinstance(cell, Mapping):
            found.append(
                {"id": f"cell-{place}", "metadata": {}, **_cell(cell, room, number_of(cell) or place)}
            )
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"language_info": {"name": "python"}},
        "cells": found,
    }


def _cell(cell: Mapping[str, Any], room: PageSpace, number: int) -> dict[str, Any]:
    """A cell as it is shown; its count is its number in the student's notebook, as everywhere, not the order
    of execution."""
    source = visible(room.cut(stored_text(cell.get("source"))))  # folders in the code are the student's own
    if cell.get("cell_type") != "code":
        # raw cells too: nbconvert would pass them on as they are
        return {"cell_type": "markdown", "source": source}
    outputs = cell.get("outputs")
    return {
        "cell_type": "code",
        "source": source,
        "execution_count": number,
        "outputs": list(_outputs(outputs if isinstance(outputs, list) else [], room)),
    }


def _outputs(outputs: list[Any], room: PageSpace) -> Iterator[dict[str, Any]]:
    """The outputs that fit; a word about the first that does not."""
    for output in outputs:
        shown = _output(output) if isinstance(output, Mapping) else None
        if shown is None:
            continue
        if room.take(shown):
            yield shown
        elif not room.told:
            room.told = True
            yield _stream("stderr", "(some outputs are left out of this page: they are too large)")


def _output(output: Mapping[str, Any]) -> dict[str, Any] | None:
    match output.get("output_type"):
        case "stream":
            return _stream(
                "stderr" if output.get("name") == "stderr" else "stdout", stored_text(output.get("text"))
            )
        case "error":
            trace = output.get("traceback")
            lines = trace if isinstance(trace, list) else [output.get("ename"), output.get("evalue")]
            return _stream("stderr", "\n".join(stored_text(line) for line in lines[:400]))
        case "display_data" | "execute_result":
            data = output.get("data")
            kept = _data(data) if isinstance(data, Mapping) else {}
            described = {kind: {"alt": "a picture made by this cell"} for kind in IMAGES}
            return {"output_type": "display_data", "metadata": described, "data": kept} if kept else None
    return None


def _data(data: Mapping[str, Any]) -> dict[str, str]:
    """The best of what an output offers: a picture, else HTML or Markdown, else text."""
    for kind in IMAGES:
        image = stored_text(data.get(kind))
        if image and len(image) <= MOST_IMAGE and BASE64.fullmatch(image):
            return {kind: image}
    for kind in ("text/html", "text/markdown"):
        text = stored_text(data.get(kind))
        if text and len(text) <= 4 * MOST_OUTPUT:
            return {kind: for_page(text)}
    text = _shortened(stored_text(data.get("text/plain")))
    return {"text/plain": text} if text else {}


def _stream(name: str, text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": _shortened(text)}


def _shortened(text: str) -> str:
    """Without terminal sequences, this machine's folders, and the middle of a long text."""
    half = MOST_OUTPUT // 2
    if len(text) > MOST_OUTPUT:
        text = f"{text[:half]}\n… {len(text) - 2 * half:,} characters left out …\n{text[-half:]}"
    return for_page(text)
