"""`grade lint` says of each planted mistake the sentence that names it, and of a good sheet nothing."""

import json
from pathlib import Path

import pytest

from grader.cli.lint.work import LintWish, lint_sheet
from grader.cli.new.skeleton import skeleton, write_skeleton
from grader.errors import AssignmentError, UsageError
from grader.lint import LintRule
from grader.lint.runs import specimens
from grader.model import Outcome, Run
from grader.run import Wanted
from tests.plain_runner import run_plainly
from tests.planted_sheets import COPIED, PLANTED, SHEET

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with one good sheet, in which one stands."""
    write_skeleton(skeleton("small", "A small sheet"), tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def linted(capsys, **more):
    """(exit code, the findings)."""
    capsys.readouterr()
    code = lint_sheet(LintWish(name="small", json=True, jobs=1, **more), runner=run_plainly)
    told = json.loads(capsys.readouterr().out)
    return code, told["findings"]


def change(course, path, old, new):
    text = (course / path).read_text("utf-8")
    assert text.count(old) >= 1, old
    (course / path).write_text(text.replace(old, new), encoding="utf-8")


def test_of_a_good_sheet_nothing_is_said(course, capsys):
    assert linted(capsys) == (0, [])
    assert lint_sheet(LintWish(name="small", json=True, jobs=1), runner=run_plainly) == 0
    ran = {each["name"]: each["lost"] for each in json.loads(capsys.readouterr().out)["ran"]}
    assert ran["wrong_forgets_the_state"] == ["one_step", "count_parameters", "total"]
    assert ran["right"] == ran["reference"] == []


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_mistake_is_found_with_its_sentence(course, capsys, planted):
    changes, rule, check, sentence = PLANTED[planted]
    for path, old, new in changes:
        change(course, path, old, new)
    if rule in COPIED:
        other = course / "submissions/small/wrong_but_right/homework.ipynb"
        other.parent.mkdir()
        other.write_text((course / COPIED[rule]).read_text("utf-8"))
    code, findings = linted(capsys, draws=20 if rule is LintRule.UNSTEADY else 2)
    found = [each for each in findings if each["rule"] == rule and each["check"] == check]
    assert code == 1
    assert found, findings
    assert sentence in found[0]["message"]


def test_a_title_made_from_other_parameters_is_found(course, capsys):
    """As in a sheet that extends another, and forgets what the title of a check was made from."""
    (course / "assignments/small/rubric.yaml").unlink()
    first = (ROOT / "assignments/gru_by_hand/sheet.py").read_text("utf-8")
    (course / SHEET).write_text(first.replace("hw.parameters)", "dict(hw.parameters, GRU_UNITS=65))"))
    code, findings = linted(capsys, quick=True)
    assert code == 1
    (found,) = [each for each in findings if each["rule"] == LintRule.TITLE]
    assert found["message"] == "its title was made with GRU_UNITS = 65, and the sheet says 64"


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "assignments").iterdir()))
def test_of_our_own_sheets_reading_says_nothing(name, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_sheet(LintWish(name=name, quick=True)) == 0, capsys.readouterr().out


def test_it_says_what_needs_kernels_and_how_it_goes(course, capsys):
    assert lint_sheet(LintWish(name="small", quick=True)) == 0
    assert "Nothing was run: that takes kernels" in capsys.readouterr().out
    assert lint_sheet(LintWish(name="small", jobs=1), runner=run_plainly) == 0
    said = capsys.readouterr().out
    assert "Running 4 notebooks (1 reference, 1 template, 1 right, 1 wrong), 10 draws, about 50 s" in said
    assert "1 of 4: reference, 8 points; about " in said
    assert "wrong_forgets_the_state, 0 points, loses one_step, count_parameters, total\n" in said
    assert "right, 8 points, loses" not in said
    assert said.endswith("Nothing found.\n")
    assert lint_sheet(LintWish(name="small", quiet=True, jobs=1), runner=run_plainly) == 0
    assert capsys.readouterr().out == ""


def test_one_submission_alone_can_be_looked_at(course, capsys):
    assert linted(capsys, only=frozenset({"right"})) == (0, [])
    with pytest.raises(
        UsageError,
        match="nothing here is called so; there is: reference, right, template, wrong_forgets_the_state",
    ):
        lint_sheet(LintWish(name="small", only=frozenset({"left"})), runner=run_plainly)


def test_a_submission_may_be_several_files(course, tmp_path):
    for file in ("0-step.py", "1-count.py"):
        path = course / "submissions/small/right_in_files" / file
        path.parent.mkdir(exist_ok=True)
        path.write_text("def rnn_step(x, h, U, W, b):\n    return x\n")
    (tmp_path / "work").mkdir()
    found = specimens(None, "", course / "submissions/small", tmp_path / "work")
    assert {one.name for one in found} == {"right", "right_in_files", "wrong_forgets_the_state"}


def test_without_submissions_and_without_a_reference_it_says_so(course, capsys):
    for path in ("submissions", "reference"):
        (course / path).rename(course / f"no_{path}")
    code, findings = linted(capsys)
    assert code == 1
    assert next(each["message"] for each in findings if each["rule"] == LintRule.REFERENCE).startswith(
        "there is no tutor's notebook"
    )
    assert {each["check"] for each in findings if each["rule"] == LintRule.UNTRIPPED} == {
        "one_step",
        "count_parameters",
        "total",
    }


def test_what_cannot_be_tried_is_no_finding_and_ends_with_2(course, capsys):
    def no_machine(wanted: Wanted):
        raise OSError("the disk is full")

    assert lint_sheet(LintWish(name="small", jobs=1), runner=no_machine) == 2
    said = capsys.readouterr().out
    assert "reference could not be tried: OSError: the disk is full" in said
    assert said.endswith("Nothing found, as far as it could be tried.\n")


def test_a_machine_without_kernels_is_no_fault_of_the_sheet(course, capsys):
    def no_kernel(wanted: Wanted):
        return Run(run_id=wanted.plan.run_id, outcome=Outcome.UNAVAILABLE, reason="no kernel starts here")

    assert lint_sheet(LintWish(name="small", jobs=1, only=frozenset({"reference"})), runner=no_kernel) == 2
    said = capsys.readouterr().out
    assert "reference could not be tried: no kernel starts here" in said
    assert "fault]" not in said


def test_a_sheet_that_does_not_load_is_one_line(course):
    (course / SHEET).write_text("import nothing_of_the_kind\n")
    with pytest.raises(AssignmentError, match=r"small/sheet\.py, line 1 cannot be loaded: ModuleNot"):
        lint_sheet(LintWish(name="small", quick=True))
