"""The tutorial as a list of what its reader does: files to write, cells to add, commands to type, and what these say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "tutorial_sheet.md"
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`(?P<path>[\w/]+\.\w+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of the page. `file`: what the paragraph above names last, for blocks that are the content of a file."""

    kind: str
    body: str
    file: str = ""


def blocks() -> Iterator[Block]:
    """All of them, in order."""
    text = PAGE.read_text("utf-8")
    for found in _BLOCK.finditer(text):
        above = text[: found.start()].rstrip().rpartition("\n\n")[2]
        files = _FILE.findall(above)
        yield Block(kind=found["kind"], body=found["body"], file=files[-1] if files else "")
