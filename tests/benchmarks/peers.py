"""What other programs need for the same notebooks: nbconvert, which only executes, and two autograders that
execute and look at one assertion, each in an environment of its own with tensorflow."""

from __future__ import annotations

import csv
import json
import shutil
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from tests.benchmarks.timing import Cost, cost_of

BIN = Path(sys.executable).parent
QUIET = {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3"}
ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}
ASSERTION = "callable(LSTM_Cell)"
ID = "q1"  # of the assertion
SHEET = "sheet"


def nbconvert(notebooks: Sequence[Path], at_once: int, folder: Path) -> float:
    """Seconds to execute them all, so many at a time."""

    def one(path: Path) -> Cost:
        command = [BIN / "jupyter", "nbconvert", "--execute", "--to", "notebook"]
        command += ["--output-dir", folder / path.parent.name, path]
        return cost_of(command, cwd=path.parent, environment=QUIET | ONE_THREAD)

    began = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(one, notebooks))
    return time.perf_counter() - began


def otter(python: Path, notebooks: Sequence[Path], folder: Path) -> float:
    """Seconds for `otter run`, one by one.

    Raises:
        subprocess.CalledProcessError, AssertionError: it could not run, or did not find the assertion
        fulfilled.
    """
    (folder / "tests").mkdir(parents=True)
    case = {"code": f">>> {ASSERTION}\nTrue", "hidden": False, "locked": False}
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    text = f"OK_FORMAT = True\ntest = {{'name': {ID!r}, 'points': 1, 'suites': [{suite!r}]}}\n"
    (folder / "tests" / f"{ID}.py").write_text(text)
    program = python.absolute().parent / "otter"
    cost_of([program, "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment"], cwd=folder)
    seconds = 0.0
    for path in notebooks:
        copy = folder / path.parent.name / path.name
        copy.parent.mkdir()
        shutil.copy(path, copy)
        command = [program, "run", "-a", folder / "autograder.zip", path.name]
        seconds += cost_of(command, cwd=copy.parent, environment=QUIET | ONE_THREAD).seconds
        tests = json.loads((copy.parent / "results.json").read_text())["tests"]
        (result,) = (test for test in tests if test["name"] == ID)
        assert result["score"] == 1.0, result
    return seconds


def nbgrader(python: Path, notebooks: Sequence[Path], folder: Path) -> float:
    """Seconds for `nbgrader autograde` of a class, which it grades one by one.

    Raises:
        subprocess.CalledProcessError, AssertionError: it could not run, or did not find the assertion
        fulfilled.
    """
    program = python.absolute().parent / "nbgrader"
    environment = QUIET | ONE_THREAD | {"PATH": f"{program.parent}:/usr/bin:/bin"}
    _with_the_assertion(notebooks[0], folder / "source" / SHEET / notebooks[0].name)
    cost_of([program, "generate_assignment", SHEET], cwd=folder, environment=environment)
    for path in notebooks:
        _with_the_assertion(path, folder / "submitted" / path.parent.name / SHEET / path.name)
    graded = cost_of([program, "autograde", SHEET], cwd=folder, environment=environment)
    cost_of([program, "export"], cwd=folder, environment=environment)
    with (folder / "grades.csv").open() as lines:
        scores = [float(row["raw_score"] or 0) for row in csv.DictReader(lines)]
    assert scores == [1.0] * len(notebooks), scores
    return graded.seconds


def _with_the_assertion(path: Path, to: Path) -> None:
    """The notebook with a cell at its end that nbgrader takes for a test of one point, and without the lines
    that mark the solution, which nbgrader wants in cells of its own kind."""
    notebook = nbformat.read(path, as_version=4)
    for one in notebook.cells:
        one.source = "\n".join(line for line in one.source.splitlines() if " SOLUTION" not in line)
    cell = nbformat.v4.new_code_cell(f"assert {ASSERTION}")
    marks = {"grade": True, "grade_id": ID, "locked": True, "points": 1, "schema_version": 3}
    cell.metadata["nbgrader"] = marks | {"solution": False, "task": False}
    notebook.cells.append(cell)
    to.parent.mkdir(parents=True)
    nbformat.write(notebook, to)
