"""`grade new`: a sheet to start from; and what a sheet of an earlier version is told."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from grader.assignment import load_sheet, read_sheet
from grader.cli.new.skeleton import skeleton, write_skeleton
from grader.errors import AssignmentError, UsageError
from grader.model import Status

OLD = '''
"""As sheets were written before there were roles."""
from grader import Assignment, Basis, Seen, Verdict, learning, probes, written
from grader.model.verdict import failed, passed

hw = Assignment("old", title="Old", contract=("model",))
MODEL = probes.model()
task = hw.task("1", "The model")

@task.check("It learns.", points=3, basis=Basis.REPORTED, asks=MODEL)
def learns(seen: Seen) -> Verdict:
    return learning.it_learns(seen)
'''
DECORATED = OLD.replace(", learning, probes, written", "").replace("probes.model()", "()")


def type_in(folder, *words):
    command = [sys.executable, "-m", "grader", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_it_makes_a_sheet_that_loads_and_says_what_to_type(tmp_path):
    done = type_in(tmp_path, "new", "first_rnn", "--title", 'Homework "1"')
    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if "/" in line and " " not in line] == list(
        skeleton("first_rnn")
    )
    sheet = load_sheet(tmp_path / "assignments" / "first_rnn")
    assert (sheet.name, sheet.title, sheet.points, sheet.points_max) == ("first_rnn", "Homework '1'", 10, 10)
    assert sheet.rubric is not None
    for path in tmp_path.rglob("*.ipynb"):
        nbformat.validate(nbformat.read(path, as_version=4))
    assert "SOLUTION" not in (tmp_path / "submissions/first_rnn/right/homework.ipynb").read_text("utf-8")
    compile((tmp_path / "tests/test_first_rnn.py").read_text("utf-8"), "test", "exec")


@pytest.mark.parametrize("name", ["First", "rnn-1", "class", "", "../up", "1st", "a" * 41, "x y"])
def test_a_bad_name_is_one_line(tmp_path, name):
    done = type_in(tmp_path, "new", name)
    assert done.returncode == 2
    assert done.stderr.startswith(f"grade: a sheet cannot be called {name!r}: give 2 to 40 small letters")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "there", ["assignments/rnn", "reference/rnn", "submissions/rnn", "tests/test_rnn.py"]
)
def test_nothing_is_written_over(tmp_path, there):
    (tmp_path / there).mkdir(parents=True)
    with pytest.raises(UsageError, match="is there already, and nothing is written over"):
        write_skeleton(skeleton("rnn"), tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_course_that_is_not_there_is_one_line(tmp_path):
    done = type_in(tmp_path, "new", "rnn", "--into", "nowhere")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "nowhere is no folder" in done.stderr


def test_a_second_sheet_finds_its_place_beside_the_first(tmp_path):
    for name in ("first", "second"):
        write_skeleton(skeleton(name), tmp_path)
    assert sorted(path.name for path in (tmp_path / "assignments").iterdir()) == ["first", "second"]


def test_the_rubric_of_a_new_sheet_suggests_full_points_for_the_reference(tmp_path, monkeypatch):
    from grader.cli.lint.work import LintWish, lint_sheet
    from grader.lint import Laboratory
    from tests.plain_runner import run_plainly

    write_skeleton(skeleton("rnn"), tmp_path)
    monkeypatch.chdir(tmp_path)
    found = []
    look_at = Laboratory.look_at
    monkeypatch.setattr(
        Laboratory, "look_at", lambda self, one: found.append(look_at(self, one)) or found[-1]
    )
    assert (
        lint_sheet(LintWish(name="rnn", jobs=1, draws=1, only=frozenset({"reference"})), runner=run_plainly)
        == 0
    )
    (verdict,) = [verdict for check, verdict in found[0].verdicts if check.id == "why_tanh"]
    assert (verdict.status, verdict.suggested) == (Status.NEEDS_REVIEW, 1.0)


# ── sheets of an earlier version
# ─────────────────────────────────────────────────────────────────────────────────────────


def a_sheet(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "sheet.py").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            OLD,
            (
                "which had learning and written: sheets now declare roles and one-line checks: docs/sheets.md"
                " shows how"
            ),
        ),
        (DECORATED, "learns is a check of its own, declared with own_check: sheets now"),
        ("import grader.judge.learning\n", "which had grader.judge.learning: sheets now"),
    ],
)
def test_a_sheet_of_an_earlier_version_says_what_changed(tmp_path, text, said):
    with pytest.raises(
        AssignmentError, match=r"^old/sheet\.py is written for another version of the grader"
    ) as raised:
        read_sheet(a_sheet(tmp_path / "old", text))
    assert said in str(raised.value)


def test_another_fault_of_a_sheet_is_told_as_such(tmp_path):
    with pytest.raises(AssignmentError, match=r"^mine/sheet\.py, line 2 cannot be loaded: ZeroDivisionError"):
        read_sheet(a_sheet(tmp_path / "mine", "from grader import Assignment\n1 / 0\n"))


def test_a_check_that_is_no_check_is_told(tmp_path):
    text = (
        'from grader import Assignment\nhw = Assignment("x", title="X")\nhw.task("1", "T").check("It is'
        ' right.", points=1)\n'
    )
    with pytest.raises(AssignmentError, match=r"takes a check such as checks\.computes"):
        read_sheet(a_sheet(tmp_path / "mine", text))
