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

ROOT = Path(__file__).resolve().parents[1]
SHEET, SOLUTION = "assignments/small/sheet.py", "reference/small/solution.ipynb"
RIGHT, WRONG = (
    "submissions/small/right/homework.ipynb",
    "submissions/small/wrong_forgets_the_state/homework.ipynb",
)
README = "reference/small/readme.md"
WORDS = 'part = hw.task("3", "In words.", after_training=False)\n'  # before which further checks are planted


def own_check(name, title, body, *, points=0, more=""):
    """A check of one's own, put into the sheet before the questions in words."""
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return (
        f'@part.own_check("{title}", points={points}, forger_gains="nothing"{more})\ndef'
        f" {name}(seen):\n{lines}\n\n\n{WORDS}"
    )


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


ALWAYS = own_check("there", "There is something.", 'return passed("")', points=1)
STEADY = own_check(
    "rows",
    "It gives rows.",
    "(called,) = seen[asked]\nreturn passed('') if called.array.ndim == 2 else failed('')",
    points=1,
    more=", asks=asked",
)
LUCK = own_check(
    "luck",
    "It is large.",
    "(called,) = seen[asked]\nreturn passed('') if called.given[0][0, 0] > 0 else failed('small')",
    points=1,
    more=", asks=asked",
)
RAISES = own_check("raises", "It is kept.", "return {}['nothing']", points=1, more=", asks=asked")
FIRST_COLUMN = (
    "(called,) = seen[asked]\nshare = (called.array > 0).mean()\nreturn passed('') if share > 0.9 else"
    " failed('few')"
)
OFTEN_POSITIVE = own_check("share", "At least 80 % are positive.", FIRST_COLUMN, more=", asks=asked")
LETTERS = (
    'often = hw.choice("often", "How often is U used?", options=["Once", "At each step"], names=["often"])\n'
    f'part.check(checks.chosen(often, right="B"), points=2, hidden=True)\n{WORDS}'
)
WORD = own_check(
    "said", "It says so.", "return passed('')", points=3, more=", basis=Basis.REPORTED, asks=asked"
)
NOT_DRAWN = own_check(
    "seen_there", "It is there.", "return passed('')", points=1, more=", asks=probes.figures()"
)
HIDDEN = own_check(
    "secret", "The rows add up to one.", "return passed('')", points=0, more=", hidden=True, asks=asked"
)
IN_A_LOOP = (
    'for place in (1, 2):\n    part.check(checks.number(total, right=320), id=f"again_{place}", points=1,'
    f" hidden=True)\n\n{WORDS}"
)
ONE_DRAW = "    batch, features, units = rng.integers(2, 7, 3)\n"
TANH_U = "np.tanh(x @ U + h @ W + b)"

PLANTED = {
    "a check that nothing wrong trips": (
        [(SHEET, WORDS, STEADY)], LintRule.UNTRIPPED, "rows", "no wrong submission trips it",
    ),
    "a reference without full points": (
        [(SOLUTION, TANH_U, "np.sinh(x @ U + h @ W + b)")], LintRule.REFERENCE, "one_step",
        "the reference does not get its 5 points: rnn_step gives other numbers",
    ),
    "a right one without full points": (
        [(RIGHT, "(features + units) * units + units", "features * units")],
        LintRule.RIGHT,
        "count_parameters",
        "it does not get its 2 points",
    ),
    "points that do not add up": (
        [(SHEET, "points=10)", "points=12)")], LintRule.POINTS, "",
        "its checks come to 10 points, and the sheet promises 12",
    ),
    "points that the README counts otherwise": (
        [(README, "| 2. Counting. | 3 |", "| 2. Counting. | 4 |")], LintRule.POINTS, "",
        "task 2 has 3 points by its checks, and README.md says 4",
    ),
    "points that a title counts otherwise": (
        [(SHEET, '"2", "Counting."', '"2", "Counting (5 points)."')], LintRule.POINTS, "",
        "task 2 has 3 points by its checks, and the sheet says 5",
    ),
    "a template that passes something": (
        [(SHEET, WORDS, ALWAYS)], LintRule.TEMPLATE, "there",
        "the template gets 1 of its 1 points with nothing written",
    ),
    "a notebook without gaps": (
        [(SOLUTION, "BEGIN SOLUTION", "SOLVED"), (SOLUTION, "END SOLUTION", "")], LintRule.TEMPLATE, "",
        "the notebook has no BEGIN SOLUTION",
    ),
    "a verdict that changes with the draw": (
        [(SHEET, WORDS, LUCK)], LintRule.UNSTEADY, "luck", "over 20 draws it is ",
    ),
    "more than a fifth on the kernel's word": (
        [(SHEET, WORDS, WORD), (SHEET, "import Assignment", "import Basis, Assignment")],
        LintRule.REPORTED,
        "",
        "3 of 13 points rest on the kernel's word alone; at most a fifth may",
    ),
    "a proof of what nobody drew": (
        [(SHEET, WORDS, NOT_DRAWN)], LintRule.REPORTED, "seen_there",
        "it says that it is proven, and asks nothing that the host draws",
    ),
    "a proof of what is drawn from a generator of its own": (
        [(SHEET, ONE_DRAW, f"    rng = np.random.default_rng(3)\n{ONE_DRAW}")], LintRule.REPORTED, "one_step",
        "it says that it is proven, and asks nothing that the host draws"
    ),
    "more than a tenth on letters": (
        [(SHEET, WORDS, LETTERS)], LintRule.LETTERS, "",
        "2 of 12 points rest on the letters of choice questions; at most a tenth may",
    ),
    "a hidden check that cannot be left out": (
        [(SHEET, WORDS, IN_A_LOOP)], LintRule.TRAVELS, "", "cannot be left out of the students' sheet",
    ),
    "a hidden check of which the README tells": (
        [(SHEET, WORDS, HIDDEN), (README, "<!-- first", "The rows add up to one.\n\n<!-- first")],
        LintRule.TRAVELS, "secret",
        "it is hidden, and README.md, which students get, says 'The rows add up to one'",
    ),
    "a right answer that travels": (
        [(SHEET, "hidden=True, points=1", "points=1")], LintRule.TRAVELS, "total",
        "its right answer stands in the sheet that students get",
    ),
    "a title that contradicts its numbers": (
        [(SHEET, WORDS, OFTEN_POSITIVE)],
        LintRule.TITLE, "share", "its title says 80 %, and its function 0.9",
    ),
    "a wrong submission that loses nothing": (
        [], LintRule.HARMLESS, "", "it is called wrong, and loses nothing",
    ),
    "a check that raises": (
        [(SHEET, WORDS, RAISES)], LintRule.FAULT, "raises", "it cannot be judged: KeyError: 'nothing'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_mistake_is_found_with_its_sentence(course, capsys, planted):
    changes, rule, check, sentence = PLANTED[planted]
    for path, old, new in changes:
        change(course, path, old, new)
    if rule is LintRule.HARMLESS:
        other = course / "submissions/small/wrong_but_right/homework.ipynb"
        other.parent.mkdir()
        other.write_text((course / RIGHT).read_text("utf-8"))
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
    with pytest.raises(AssignmentError, match=r"small/sheet\.py cannot be loaded: ModuleNotFoundError"):
        lint_sheet(LintWish(name="small", quick=True))
