"""The tutorial as a list of what its reader does: files to write, cells to add, commands to type, and what
these say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

PAGE = Path(__file__).resolve().parents[1] / "docs" / "tutorial_sheet.md"
FINDS = 1  # the exit code of `grade lint` where the page shows findings
_BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"`(?P<path>[\w/]+\.\w+)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of the page. `file`: what the paragraph above names last, for blocks that are the content of a
    file."""

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


class Reader:
    """Somebody at a terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said, self.codes = folder, "", [0]
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    def types(self, lines: str) -> None:
        """Each line, in the folder where one stands."""
        self.said, self.codes = "", []
        for line in lines.splitlines():
            verb, _, rest = line.partition(" ")
            if verb == "cd":
                self.folder /= rest
                continue
            words = [sys.executable, "-m", "grader", rest] if verb == "grade" else [line]
            done = subprocess.run(
                " ".join(words), shell=True, cwd=self.folder, env=self.environment,
                capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL, check=False,
            )  # fmt: skip
            self.said += done.stdout + done.stderr
            self.codes.append(done.returncode)

    def writes(self, file: str, text: str) -> None:
        """A file, or one more cell of a notebook."""
        path = self.folder / file
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, as_version=4)
            notebook.cells.append(nbformat.v4.new_code_cell(text.rstrip("\n")))
            text = nbformat.writes(notebook)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def follows(self) -> None:
        """The whole page: writes what is to be written, types what is to be typed, and compares what is said
        with the page."""
        for block in blocks():
            if block.kind == "console":
                assert set(self.codes) <= {0, FINDS}, self.said
                self.types(block.body)
            elif block.kind == "text":
                missing = [line for line in block.body.splitlines() if line not in self.said]
                assert missing == [], self.said
                assert self.codes[-1] == (FINDS if "findings." in block.body else 0), self.said
            else:
                self.writes(block.file, block.body)
