"""Verdicts stand still: the same class with the same seed is graded the same, and noise in every cell moves
nothing.

In `make test` one example each, in `make test-all` the sample class and a hash-chosen part of the corpus.
"""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grader.assignment import load_sheet
from grader.collect import Course, find_candidates, prepare
from grader.grading.points import grade
from grader.pipeline import Examiner, best
from grader.run import Engine
from tests import corpus

pytestmark = pytest.mark.real

ROOT = Path(__file__).resolve().parents[1]
ALL = bool(os.environ.get("GRADER_TEST_ALL"))
ONE_IN = 8
NOISE = """import sys as _sys, time as _time, warnings as _warnings, logging as _logging
print("noise", file=_sys.stderr); print("\\033[31m*** banner ***\\033[0m"); _time.sleep(0.05)
_warnings.warn("something is deprecated", stacklevel=1); _logging.error("nothing to see here")
"""


@pytest.fixture(scope="module")
def engine():
    with Engine.best() as engine:
        yield engine


def noisy_entries():
    """Wrong ones on purpose: a right one could only stay right."""
    entries = [entry for entry in corpus.all_submissions() if entry.kind == "wrong"]
    by_hash = sorted(entries, key=lambda entry: hashlib.sha256(f"noise {entry.name}".encode()).digest())
    return by_hash[: len(entries) // ONE_IN if ALL else 1]


def verdicts(home: Path, work: Path, engine: Engine) -> dict[str, tuple]:
    work.mkdir(parents=True)
    sheet = load_sheet(ROOT / "assignments" / "sum_sequence")
    (candidate,) = find_candidates(home, work / "unpacked", Course())
    examiner = Examiner(assignment=sheet, out=work, key=b"a key for tests", runner=engine.run)
    result = grade(best(examiner.attempts(prepare(candidate, sheet))).verdicts, (), "digest")
    return {
        check.id: (check.status, check.points, check.mistake.id if check.mistake else None)
        for check in result.checks
    }


@pytest.mark.parametrize("entry", noisy_entries(), ids=lambda entry: entry.name)
def test_noise_in_every_cell_moves_no_verdict(entry, tmp_path, engine):
    corpus.write(entry.name, tmp_path / "clean")
    corpus.write(entry.name, tmp_path / "noisy")
    for path in (tmp_path / "noisy").rglob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type == "code" and not cell.source.lstrip().startswith("%%"):
                cell.source = cell.source + "\n" + NOISE
        nbformat.write(notebook, path)
    clean, noisy = (
        verdicts(tmp_path / kind, tmp_path / f"out {kind}", engine) for kind in ("clean", "noisy")
    )
    assert noisy == clean
    assert any(status != "PASSED" for status, _, _ in clean.values())


def test_the_same_class_with_the_same_seed_is_graded_the_same(tmp_path):
    people = [] if ALL else ["--only", "kurt"]
    found = []
    for time in ("first", "second"):
        command = [
            sys.executable,
            "-m",
            "grader",
            "tests/submissions/sample_class",
            "--seed",
            "7",
            "--quiet",
            *people,
        ]
        subprocess.run(
            [*command, "--out", str(tmp_path / time)], cwd=ROOT, check=True, stdin=subprocess.DEVNULL
        )
        data = json.loads((tmp_path / time / "results.json").read_text())
        found.append(
            {
                (entry["student"], check["id"]): (
                    check["status"],
                    check["points"],
                    (check["mistake"] or {}).get("id"),
                )
                for entry in data["submissions"]
                for check in entry["checks"]
            }
        )
    assert found[0] == found[1]
    assert len(found[0]) >= 20
