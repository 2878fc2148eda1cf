"""What stands in the outputs that a student's notebook came with. They are no evidence for points; two
people's that are equal to the digit are one for a common origin."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.model.stored_text import PICTURE, stored_text

NUMBER = re.compile(r"\d+\.\d{6,}(?:e[+-]\d+)?")  # so many digits that chance gives no two people the same
MOST_MARKS = 200  # numbers and pictures of one notebook
MOST_TEXT = 200_000  # characters of one output
SMALLEST_PICTURE = 2000  # characters of base64: an icon is everybody's


def stored_marks(cells: Sequence[Any]) -> tuple[str, ...]:
    """The long numbers in a notebook's stored outputs, and its pictures by their digests; the last ones where
    there are many."""
    found = [mark for cell in cells if isinstance(cell, Mapping) for mark in _of_cell(cell)]
    return tuple(dict.fromkeys(found))[-MOST_MARKS:]


def printed(cell: Mapping[str, Any]) -> str:
    """What a cell printed when it was run before, with what was typed where it asked for something."""
    outputs = cell.get("outputs")
    streams = [one for one in outputs if isinstance(one, Mapping)] if isinstance(outputs, list) else []
    return "".join(stored_text(one.get("text")) for one in streams if "name" in one)[:MOST_TEXT]


def _of_cell(cell: Mapping[str, Any]) -> Iterator[str]:
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if not isinstance(output, Mapping):
            continue
        data = output.get("data")
        for text in (output.get("text"), data.get("text/plain") if isinstance(data, Mapping) else None):
            yield from NUMBER.findall(stored_text(text)[:MOST_TEXT])
        picture = stored_text(data.get("image/png")) if isinstance(data, Mapping) else ""
        if len(picture) >= SMALLEST_PICTURE:
            plain = "".join(picture.split())
            yield f"{PICTURE}{hashlib.sha256(plain.encode('utf-8', 'replace')).hexdigest()[:16]}"
