"""The two tables about Keras' generations, row by row, in both: each example runs in one and raises in the
other, as its row says.

And a notebook as it was written in 2021 gets its points from one command without a flag.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.keras.generations import other_than
from grader.keras.names import ONLY
from grader.keras.symptoms import SYMPTOMS, symptom
from grader.model.runtime import KERAS2, KERAS3
from tests import corpus

pytestmark = pytest.mark.real

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = [*(one.example for one in ONLY), *(one.example for one in SYMPTOMS)]
RUN_ALL = """
import json, linecache, sys
import tensorflow as tf
said = []
for number, code in enumerate(json.load(sys.stdin)):
    name = f"<example {number}>"
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)  # AutoGraph reads the source again
    try:
        exec(compile(code, name, "exec"), {"tf": tf})
        said.append("")
    except Exception as problem:
        said.append(f"{type(problem).__name__}: {problem}")
sys.stdout.write("SAID " + json.dumps(said))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """Runtime -> what each example raised there, "" for nothing."""

    def run(runtime):
        env = {**os.environ, "TF_USE_LEGACY_KERAS": str(int(runtime == KERAS2)), "TF_CPP_MIN_LOG_LEVEL": "3"}
        done = subprocess.run(
            [sys.executable, "-c", RUN_ALL],
            input=json.dumps(EXAMPLES),
            env=env,
            cwd=tmp_path_factory.mktemp(runtime),
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert "SAID " in done.stdout, done.stderr[-2000:]
        return dict(zip(EXAMPLES, json.loads(done.stdout.rpartition("SAID ")[2]), strict=True))

    return {runtime: run(runtime) for runtime in (KERAS2, KERAS3)}


def test_names_of_one_generation_are_missing_in_the_other(said):
    found = {
        one.example: (said[one.runtime][one.example], said[other_than(one.runtime)][one.example])
        for one in ONLY
    }
    assert {example: here for example, (here, there) in found.items() if here or not there} == {}


def test_errors_of_one_generation_do_not_come_up_in_the_other(said):
    unexpected = {
        one.example: (said[one.under][one.example], said[other_than(one.under)][one.example])
        for one in SYMPTOMS
        if symptom(one.under, said[one.under][one.example]) is not one
        or said[other_than(one.under)][one.example]
    }
    assert unexpected == {}


def test_a_notebook_of_2021_passes_by_itself(tmp_path):
    home = corpus.write("year_2021", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "grader", "check", str(home), "--assignments", str(ROOT / "assignments")],
        cwd=tmp_path, capture_output=True, text=True, timeout=400, env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "52 of 60 points" in done.stdout
    assert "Your notebook was written for Keras 2; it ran there." in done.stdout
