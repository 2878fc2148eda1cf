"""(i): `grade check` as a student waits for it: seconds to the first line, to the first, tenth and twentieth
verdict, and to the end.

python -m tests.benchmarks.own_work [--only endless]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests import corpus
from tests.benchmarks.timing import ROOT, table

HOMEWORK = "sum_sequence"
ENDLESS = "while True:\n    pass"
VERDICTS = (1, 10, 20)  # of 23
SIGNS = ("✓ passed", "✗ not yet", "◐ partly", "○ not reached", "… to be read", "… open", "! our problem")


def _of(name: str, then: str = "") -> str:
    """An example of the corpus, with a last cell behind it."""
    content = corpus.notebook(corpus.find(name))
    if then:
        cell = {"cell_type": "code", "execution_count": None, "id": "last", "metadata": {}, "outputs": []}
        content["cells"].append(cell | {"source": then})
    return corpus.as_file(content)


HOMEWORKS: Mapping[str, Callable[[], str]] = {
    "right": lambda: _of("reference"),
    "wrong: the cell state leaves without tanh": lambda: _of("no_output_tanh"),
    "the template, untouched": lambda: _of("untouched"),
    "right, with a last cell that never ends": lambda: _of("reference", ENDLESS),
}


def measure(only: Sequence[str] = ()) -> str:
    """The section of the page."""
    rows = []
    for words, make in HOMEWORKS.items():
        if only and not any(part in words for part in only):
            continue
        with tempfile.TemporaryDirectory() as place:
            notebook = Path(place) / "homework.ipynb"
            notebook.write_text(make(), "utf-8")
            for how in ("cold", "warm"):
                rows.append(
                    [words if how == "cold" else "", how, *_told(_waited(notebook, Path(place), how))]
                )
    head = [
        "homework",
        "",
        "first line",
        *(f"verdict {number}" for number in VERDICTS),
        "end",
        "exit",
        "load",
    ]
    return "\n".join(
        [
            "## (i) `grade check`: seconds until something is said",
            "",
            f"`{HOMEWORK}`, from the command to the first line, to verdicts, and to the end. Cold: without",
            "compiled files of the grader and with an empty home; warm: the same command once more.",
            "",
            table(head, rows),
        ]
    )


def _waited(notebook: Path, place: Path, how: str) -> tuple[list[tuple[float, str]], int]:
    """([(seconds, line)], exit code) of one command."""
    home = place / "home"
    if how == "cold":
        shutil.rmtree(home, ignore_errors=True)
        for folder in (ROOT / "grader").rglob("__pycache__"):
            shutil.rmtree(folder, ignore_errors=True)
    home.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "grader", "check", str(notebook), "--assignment", HOMEWORK]
    began, lines = time.monotonic(), []
    with subprocess.Popen(
        [*command, "--assignments", str(ROOT / "assignments")],
        cwd=place,
        env={**os.environ, "HOME": str(home), "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append((time.monotonic() - began, line.strip()))
    return [*lines, (time.monotonic() - began, "")], process.returncode


def _told(waited: tuple[list[tuple[float, str]], int]) -> list[str]:
    """The cells of one row."""
    lines, code = waited
    verdicts = [seconds for seconds, line in lines if line.startswith(SIGNS)]
    shown = [f"{verdicts[n - 1]:.1f}" if len(verdicts) >= n else "–" for n in VERDICTS]
    return [f"{lines[0][0]:.1f}", *shown, f"{lines[-1][0]:.1f}", str(code), f"{os.getloadavg()[0]:.1f}"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", nargs="+", default=[])
    print(measure(parser.parse_args().only))
