"""The tutorial, followed word for word: its files are written, its commands typed, and what it promises is what they say."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.tutorial import blocks

pytestmark = pytest.mark.real
FINDS = 1  # the exit code of `grade lint` where the page shows findings


class Reader:
    """Somebody at a terminal."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said, self.codes = folder, "", [0]
        self.environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

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


def test_who_follows_the_tutorial_sees_what_it_says(tmp_path):
    reader = Reader(tmp_path)
    for block in blocks():
        match block.kind:
            case "console":
                assert set(reader.codes) <= {0, FINDS}, reader.said
                reader.types(block.body)
            case "text":
                for line in block.body.splitlines():
                    assert line in reader.said, f"{line!r} is not said:\n{reader.said}"
                assert reader.codes[-1] == (FINDS if "findings." in block.body else 0), reader.said
            case _:
                reader.writes(block.file, block.body)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", "-k", "lint", "--collect-only"],
        cwd=reader.folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout  # what it runs, `grade lint` and `grade`, was run above
