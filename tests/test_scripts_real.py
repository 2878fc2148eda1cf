"""Scripts in real kernels: they run as `python main.py` would run them, and the probes find what lives in
modules and in main()."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import probes
from grader.assignment import Assignment, Budget
from grader.collect import Course, find_candidates, prepare
from grader.model import Basis, Extent, Limits, Outcome, Run
from grader.run import Engine, Plan, Wanted, run_submission

pytestmark = pytest.mark.real

LIMITS = Limits(cell_seconds=60, wall_seconds=120, memory_mb=3000)


@pytest.fixture(scope="module", params=["forked", "cold"])
def place(request):
    """Kernels as `grade DIR` has them on this machine, and as on systems that cannot fork."""
    if request.param == "cold":
        yield run_submission
        return
    with Engine.best() as engine:
        yield engine.run


def run_files(place, tmp_path: Path, files: dict[str, str], *, asked=(), extent=Extent.FULL, **sheet) -> Run:
    for name, text in files.items():
        path = tmp_path / "class" / "ada" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    hw = Assignment(
        "small",
        title="A small one",
        budget=Budget(),
        **{"contract": ("values", "model"), "parameters": {}, **sheet},
    )
    hw.task("1", "All.").own_check(
        "It answers.", points=1, basis=Basis.READ, asks=asked or (probes.names("x", lists=("values",)),)
    )(lambda seen: None)
    (candidate,) = find_candidates(tmp_path / "class", tmp_path / "work", Course())
    plan = Plan(run_id="r1", attempt=1, extent=extent, key=b"key", limits=LIMITS)
    submission = prepare(candidate, hw)
    return place(Wanted(submission=submission, assignment=hw, plan=plan, folder=tmp_path / "run"))


def printed(run: Run) -> str:
    outputs = [output for cell in run.executed["cells"] for output in cell["outputs"]]
    return "".join(output["text"] for output in outputs if output.get("name") == "stdout")


def errors(run: Run) -> list[str]:
    return [f"{cell.where}: {cell.error.name}: {cell.error.message}" for cell in run.cells if cell.error]


def test_a_script_finds_itself_its_text_and_its_files(place, tmp_path):
    main = '''"""What it does."""
import inspect
import os
import sys

import tensorflow as tf
from near import double


def shown(x):
    # a comment
    return x


print(__name__, os.path.basename(__file__), sys.argv, os.listdir("."), __doc__, __package__)
print(inspect.getsource(shown).splitlines()[1], open("note.txt").read(), os.path.basename(sys.path[0]))


@tf.function
def loop(n):
    total = 0
    for i in tf.range(n):
        total += double(i)
    return total


print(int(loop(tf.constant(4))))
if __name__ == "__main__":
    sys.exit(0)
'''
    near = "import tensorflow as tf\n\n\ndef double(x):\n    if x > 1:\n        return 2 * x\n    return x\n"
    run = run_files(place, tmp_path, {"src/main.py": main, "src/near.py": near, "note.txt": "a note"})
    assert errors(run) == []
    assert run.outcome is Outcome.COMPLETED
    said = printed(run)
    assert "__main__ main.py ['src/main.py']" in said
    assert "What it does. None" in said
    assert "    # a comment a note src" in said
    assert said.splitlines()[-1] == "11"


def test_a_traceback_has_the_lines_of_the_file(place, tmp_path):
    main = "import near\n\n\ndef f():\n    return near.half(0)\n\n\nx = 1\nf()\n\ny = 2\nprint('on', y)\n"
    run = run_files(place, tmp_path, {"main.py": main, "near.py": "def half(x):\n    return 1 / x\n"})
    (cell,) = [cell for cell in run.cells if cell.error]
    assert (run.outcome, run.reason) == (Outcome.RAISED, "main.py, lines 8 to 9 raised ZeroDivisionError")
    for place_in_code in ("main.py:9", "main.py:5, in f()", "near.py:2, in half(x)"):
        assert place_in_code in cell.error.traceback
    assert "/tmp" not in cell.error.traceback
    assert "on 2" in printed(run)  # what comes after is run all the same


def test_a_syntax_error_is_told_with_its_line(place, tmp_path):
    run = run_files(place, tmp_path, {"main.py": "x = 1\n\ny = (\n\nprint('on', x)\n"})
    assert errors(run) == ["main.py, line 3: SyntaxError: '(' was never closed (main.py, line 3)"]
    assert "on 1" in printed(run)  # the statements that are Python run, as a notebook's other cells do


def test_names_in_main_and_in_modules_are_found(place, tmp_path):
    main = """import tensorflow as tf
import near


class Net(tf.keras.Model):
    def call(self, x):
        return near.scale * x


def train(data):
    values = [float(x) for x in data]
    return values


def main():
    model = Net()
    values = train(tf.data.Dataset.range(3))
    raise ValueError("too late to hide them")


main()
"""
    asked = (probes.names("model", "scale", lists=("values",)),)
    run = run_files(place, tmp_path, {"main.py": main, "near.py": "scale = 2.5\n_hidden = 1\n"}, asked=asked)
    (seen,) = run.observations.values()
    assert seen.status == "answered"
    assert seen.answer["kinds"] == {"model": "Net", "scale": "float", "values": "list"}
    assert seen.array("list/values").tolist() == [0.0, 1.0, 2.0]


def test_a_package_runs_with_relative_imports(place, tmp_path):
    inner = {
        "deep/main.py": "from ..top import x\nfrom .near import y\nvalues = [x, y]\n",
        "deep/near.py": "y = 2\n",
        "top.py": "x = 1\n",
    }
    for number, folder in enumerate(("", "pack/")):
        run = run_files(
            place,
            tmp_path / str(number),
            {"README.md": "", **{f"{folder}{name}": text for name, text in inner.items()}},
        )
        assert errors(run) == []
        (seen,) = run.observations.values()
        assert seen.array("list/values").tolist() == [1.0, 2.0]


def test_datasets_are_saved_and_loaded(place, tmp_path):
    main = """import tensorflow as tf
ds = tf.data.Dataset.range(5).map(lambda x: tf.cast(x, tf.float32))
ds.save("data/new")
tf.data.experimental.save(ds, "old")

loaded = tf.data.experimental.load("old", element_spec=ds.element_spec)
values = [float(a + b) for a, b in tf.data.Dataset.zip((tf.data.Dataset.load("data/new"), loaded))]
"""
    run = run_files(place, tmp_path, {"main.py": main})
    assert errors(run) == []
    (seen,) = run.observations.values()
    assert seen.array("list/values").tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]


def test_a_notebook_in_a_folder_works_in_that_folder(place, tmp_path):
    cell = (
        '{"cell_type": "code", "metadata": {}, "outputs": [], "source": "from near import x\\nvalues = [x,'
        " float(open('n.txt').read())]\"}"
    )
    book = f'{{"nbformat": 4, "nbformat_minor": 4, "metadata": {{}}, "cells": [{cell}]}}'
    run = run_files(
        place, tmp_path, {"README.md": "", "hw/hw.ipynb": book, "hw/near.py": "x = 1\n", "hw/n.txt": "2"}
    )
    assert errors(run) == []
    (seen,) = run.observations.values()
    assert seen.array("list/values").tolist() == [1.0, 2.0]


def test_a_first_run_is_short_wherever_the_parameters_stand(place, tmp_path):
    main = """import argparse
from config import *


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=9)
    options = parser.parse_args()
    values = [NUM_SAMPLES, options.epochs]
    raise SystemExit(3)


if __name__ == "__main__":
    main()
"""
    sheet = {
        "parameters": {"NUM_SAMPLES": 10, "EPOCHS": 1},
        "steps": lambda numbers: numbers["NUM_SAMPLES"] * numbers["EPOCHS"],
        "shrink": lambda numbers, steps: {"NUM_SAMPLES": 7, "EPOCHS": 2},
    }
    files = {"main.py": main, "config.py": "NUM_SAMPLES = 64_000\n"}
    short = run_files(place, tmp_path / "short", files, extent=Extent.SHORT, **sheet)
    full = run_files(place, tmp_path / "full", files, **sheet)
    assert short.overrides == {"NUM_SAMPLES": 7, "EPOCHS": 2}
    assert full.overrides == {}
    numbers = [next(iter(run.observations.values())).array("list/values").tolist() for run in (short, full)]
    assert numbers == [[7.0, 2.0], [64_000.0, 9.0]]


def test_a_script_that_another_one_starts_runs_in_a_process_of_its_own(place, tmp_path):
    main = "import os\nprint(os.system('python make.py'))\nvalues = [float(open('made.txt').read())]\n"
    run = run_files(place, tmp_path, {"main.py": main, "make.py": "open('made.txt', 'w').write('3')\n"})
    assert errors(run) == []
    (seen,) = run.observations.values()
    assert seen.array("list/values").tolist() == [3.0]
