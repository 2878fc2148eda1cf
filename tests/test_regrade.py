"""`grade regrade` on stored runs of a runner that only pretends: who would move and why, what is written, and
the way back."""

import json
import shutil
import threading
from dataclasses import replace

import pytest
from test_cli_fakes import SHEET, FakeRunner, a_class, a_notebook, a_sheet

from grader.assignment import load_sheet
from grader.cli.grade.wish import GradeWish
from grader.cli.grade.work import grade_class
from grader.cli.regrade.work import RegradeWish, regrade_class
from grader.errors import UsageError
from grader.judging import HERE
from grader.model import Decision, Level, Status
from grader.pipeline import regrade
from grader.pipeline.regrade import NEVER_RAN, NOT_CONFIRMED, NOT_STORED, READ_ANEW, judge_again
from grader.record import Gradebook

STRICTER = SHEET.replace('"right": passed("it is right")', '"right": partial(0.25, "it is right, but odd")')
MILDER = SHEET.replace(
    '"wrong": failed("the answer is 41, expected 42", hint="Add one.")', '"wrong": passed("41 will do")'
)
WORDS = SHEET.replace("it is right", "it is as it should be")


class Home:
    """A graded class whose folder is gone; only the grades and the sheets are left."""

    def __init__(self, folder, sheet=SHEET, runner=None, keep=False, **students):
        self.folder, self.out, self.sheets = folder, folder / "out", a_sheet(folder / "assignments", sheet)
        a_class(folder / "class", **students)
        self.grade(runner)
        if not keep:
            shutil.rmtree(folder / "class")

    def grade(self, runner=None, **options):
        wish = GradeWish(
            source=self.folder / "class",
            out=self.out,
            assignments=self.sheets,
            no_isolation=True,
            jobs=2,
            quiet=True,
            **options,
        )
        return grade_class(wish, runner or FakeRunner())

    def sheet(self, text):
        a_sheet(self.sheets, text)

    def regrade(self, **options):
        return regrade_class(RegradeWish(**({"out": self.out, "assignments": self.sheets} | options)))

    def moves(self, **options):
        with Gradebook(self.out) as gradebook:
            return {move.student: move for move in judge_again(gradebook, self.sheets / "small", **options)}

    def points(self):
        with Gradebook(self.out) as gradebook:
            return {record.student: record.grade.points for record in gradebook.records()}

    def sessions(self):
        with Gradebook(self.out) as gradebook:
            return [session.kind for session in gradebook.sessions()]


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    return lambda **options: Home(tmp_path, **options)


def test_with_the_same_checks_nothing_changes(home, capsys):
    class_ = home(ada="right", bob="wrong", eve=("wrong", "half"), joe=("half", "wrong"))
    assert class_.regrade() == 0
    text = capsys.readouterr().out
    assert "0 of 4 would move" in text
    assert "4 grades stay as they are" in text
    assert text.endswith("There is nothing to write.\n")
    assert class_.regrade(apply=True) == 0
    assert class_.sessions() == ["grade"]


def test_it_shows_who_would_move_and_why_and_writes_nothing(home, capsys):
    class_ = home(ada="right", bob="wrong")
    class_.sheet(STRICTER)
    assert class_.regrade() == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "ada 6 (+2?) of 8 → 3 (+2?) of 8 passed → not passed 1 The answer is right." in text
    assert "was ✓ passed (4 of 4): it is right" in text
    assert "now ◐ partly (1 of 4): it is right, but odd" in text
    assert "1 of 2 would move: 0 up, 1 down 1 grade stays as it is" in text
    assert f"Nothing is written yet: `grade regrade {class_.out}" in text
    assert "bob" not in text
    assert class_.points() == {"ada": 6, "bob": 2}
    assert class_.sessions() == ["grade"]


def test_apply_writes_a_session_of_its_own_and_undo_goes_back(home, capsys):
    class_ = home(ada="right", bob="wrong")
    class_.sheet(MILDER)
    assert class_.regrade(apply=True) == 0
    text = capsys.readouterr().out
    assert "1 of 2 moved: 1 up, 0 down" in text
    assert "`grade regrade" in text.splitlines()[-1]
    assert class_.points() == {"ada": 6, "bob": 6}
    assert class_.sessions() == ["grade", "regrade"]
    assert json.loads((class_.out / "results.json").read_text())["submissions"][1]["points"] == 6
    with Gradebook(class_.out) as gradebook:
        assert [record.grade.points for record in gradebook.history("bob")] == [2, 6]
    assert class_.regrade(undo=True) == 0
    assert "2 grades are as before the last --apply: ada, bob" in capsys.readouterr().out
    assert class_.points() == {"ada": 6, "bob": 2}
    assert json.loads((class_.out / "results.json").read_text())["submissions"][1]["points"] == 2
    assert class_.regrade(undo=True) == 0
    assert "There is nothing to take back" in capsys.readouterr().out


def test_another_total_of_the_sheet_is_said(home, capsys):
    class_ = home(ada="right", bob="wrong")
    class_.sheet(SHEET.replace('"It ran.", points=1', '"It ran.", points=2'))
    assert class_.regrade() == 0
    text = capsys.readouterr().out
    assert "2 of 2 would move" in text
    assert "the sheet counts up to 9 points, 8 before" in text


def test_undo_leaves_grades_that_are_newer_than_the_regrade(home):
    class_ = home(ada="right", bob="wrong", keep=True)
    class_.sheet(MILDER)
    class_.regrade(apply=True)
    a_notebook(class_.folder / "class" / "bob" / "homework.ipynb", "half")
    class_.grade()
    class_.regrade(undo=True)
    assert class_.points() == {"ada": 6, "bob": 4}


def test_after_apply_grade_no_longer_says_that_the_checks_changed(home, capsys):
    class_ = home(ada="right", keep=True)
    class_.sheet(SHEET + "\n# a comment\n")
    class_.regrade()
    assert "notes that these grades hold for the checks of today, too" in capsys.readouterr().out
    class_.regrade(apply=True)
    capsys.readouterr()
    wish = GradeWish(
        source=class_.folder / "class", out=class_.out, assignments=class_.sheets, no_isolation=True
    )
    grade_class(wish, FakeRunner())
    text = capsys.readouterr().out
    assert "1 of 1 unchanged, kept" in text
    assert "the checks changed" not in text


def test_other_words_alone_are_counted_apart(home, capsys):
    class_ = home(ada="right", bob="wrong")
    class_.sheet(WORDS)
    class_.regrade()
    text = capsys.readouterr().out
    assert "0 of 2 would move" in text
    assert "1 grade keeps points and level, and will read in other words" in text
    class_.regrade(apply=True)
    with Gradebook(class_.out) as gradebook:
        assert gradebook.record_of("ada").grade.checks[0].message == "it is as it should be"


def test_a_shortened_and_a_full_run_are_both_judged_by_the_rule_of_the_better_one(home):
    class_ = home(ada=("half", "wrong"), bob=("wrong", "half"))
    assert class_.points() == {"ada": 4, "bob": 4}
    class_.sheet(MILDER)
    moves = class_.moves()
    assert (moves["ada"].before.attempt, moves["ada"].after.attempt, moves["ada"].after.grade.points) == (
        1,
        2,
        6,
    )
    assert (moves["bob"].before.attempt, moves["bob"].after.attempt, moves["bob"].after.grade.points) == (
        2,
        1,
        6,
    )
    assert len(moves["ada"].after.runs) == 2


def test_what_a_shortened_run_no_longer_shows_is_never_called_failed(home, capsys):
    class_ = home(ada=("right", "right"), bob="right")
    class_.sheet(STRICTER)
    moves = class_.moves()
    assert (moves["ada"].after, moves["ada"].lacks) == (None, NOT_CONFIRMED)
    assert class_.regrade(apply=True) == 0
    text = capsys.readouterr().out
    assert f"1 grade stays until a new run ({NOT_CONFIRMED}): ada" in text
    assert "New runs: `grade DIR --rerun ada`" in text
    assert class_.points() == {"ada": 6, "bob": 3}


@pytest.mark.parametrize(
    ("old", "new", "lacks"),
    [
        ("DRAWN = 1", "DRAWN = 2", "the sheet now asks something else: answer"),
        ('contract=("answer", "also")', 'contract=("answer", "more")', READ_ANEW),
        ('needs_review("a person reads it")', 'needs_review("a person reads it ")', ""),
    ],
)
def test_a_sheet_that_asks_something_else_needs_a_new_run(home, old, new, lacks):
    drawn = 'answered_by="names", draw=lambda rng, parameters: {"drawn": DRAWN}'
    sheet = f"DRAWN = 1\n{SHEET}".replace('answered_by="names"', drawn)
    class_ = home(sheet=sheet, ada="right")
    assert class_.points() == {"ada": 6}
    class_.sheet(sheet.replace(old, new))
    assert class_.moves()["ada"].lacks == lacks


def test_what_was_not_stored_needs_a_new_run(home, capsys):
    class_ = home(ada="right", bob="right", eve="right")
    for name, file in (("ada", "submission.json"), ("bob", "outcome.json")):
        (path,) = (class_.out / "runs" / name).glob(f"*/{file}")
        path.unlink()
    moves = class_.moves()
    assert [moves[name].lacks for name in ("ada", "bob", "eve")] == [NOT_STORED, NOT_STORED, ""]
    assert class_.regrade() == 0
    assert "New runs: `grade DIR --rerun ada --rerun bob`" in capsys.readouterr().out


def test_what_never_ran_is_graded_from_the_record_or_said(home):
    class_ = home(ada="broken runner", bob="right", keep=True)
    (class_.folder / "class" / "eve").mkdir()
    class_.grade()
    moves = class_.moves()
    assert moves["ada"].lacks == NEVER_RAN
    assert (moves["eve"].changes, moves["eve"].lacks) == ((), "")
    class_.sheet(SHEET.replace("points=4", "points=5"))
    assert class_.moves()["eve"].after.grade.points_max == 9


def test_a_check_that_cannot_be_judged_leaves_the_grade_alone_and_is_our_fault(home, capsys):
    class_ = home(ada="right", bob="wrong")
    class_.sheet(SHEET.replace('    "wrong": failed', '    "wrongly": failed'))
    assert class_.regrade(apply=True, quiet=True) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "bob: our problem: “The answer is right.” cannot be judged from what is stored\n"
    assert class_.points() == {"ada": 6, "bob": 2}


def test_a_decision_of_a_person_survives(home):
    class_ = home(ada="right")
    told = {"reason": "well put", "person": "Grace", "when": "2026-01-01T00:00:00+00:00"}
    with Gradebook(class_.out) as gradebook:
        gradebook.decide(
            Decision(
                student="ada", check_id="words", points=2, digest=gradebook.record_of("ada").digest, **told
            )
        )
    class_.sheet(MILDER)
    class_.regrade(apply=True)
    with Gradebook(class_.out) as gradebook:
        record = gradebook.record_of("ada")
    assert (record.grade.points, record.grade.level) == (8, Level.OUTSTANDING)
    assert [check.decided_by for check in record.grade.checks if check.id == "words"] == ["Grace"]


def test_lateness_costs_the_same_share_of_other_points(home):
    class_ = home(ada="right", keep=True)
    (class_.folder / "class" / "course.toml").write_text(
        "deadline = 2001-01-01T00:00:00Z\n[late]\npercent_per_day = 10\nat_most_percent = 50\n"
        '[[student]]\nstudent = "ada"\nsubmitted = 2002-01-01T00:00:00Z\n'
    )
    class_.grade(rerun=frozenset({"all"}))
    assert class_.points() == {"ada": 2}
    class_.sheet(SHEET.replace("points=4", "points=6"))
    assert class_.moves()["ada"].after.grade.penalty == 5


def test_a_check_that_is_new_or_gone_is_named(home, capsys):
    class_ = home(ada="right")
    class_.sheet(SHEET.replace("def ran(seen)", "def it_did_run(seen)"))
    first, second = class_.moves()["ada"].changes
    assert (first.before, first.after.id, second.before.id, second.after) == (None, "it_did_run", "ran", None)
    class_.sheet(
        SHEET.replace('"It ran.", points=1', '"It ran.", points=3').replace(
            "def ran(seen)", "def it_did_run(seen)"
        )
    )
    class_.regrade()
    text = capsys.readouterr().out
    assert "was  not in the sheet" in text
    assert "now  no longer in the sheet" in text


def test_only_judges_and_writes_these(home):
    class_ = home(ada="wrong", bob="wrong")
    class_.sheet(MILDER)
    class_.regrade(only=frozenset({"bob"}), apply=True)
    assert class_.points() == {"ada": 2, "bob": 6}
    with pytest.raises(UsageError, match="has no grade of 'zoe'"):
        class_.regrade(only=frozenset({"zoe"}))


def test_json_prints_all_of_it_and_nothing_else(home, capsys):
    class_ = home(ada="right", bob="wrong", eve=("right", "right"))
    class_.sheet(STRICTER)
    assert class_.regrade(json=True) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["schema"], data["applied"], data["session"], data["same"]) == (
        "grader/regrade/v1",
        False,
        None,
        ["bob"],
    )
    (move,) = data["moves"]
    assert (move["student"], move["before"]["points"], move["after"]["points"]) == ("ada", 6, 3)
    assert (move["checks"][0]["before"]["status"], move["checks"][0]["after"]["status"]) == (
        "PASSED",
        "PARTIAL",
    )
    assert data["needs_run"] == [{"student": "eve", "why": NOT_CONFIRMED, "ours": False}]
    class_.regrade(json=True, apply=True)
    assert json.loads(capsys.readouterr().out)["session"] == 2
    class_.regrade(json=True, undo=True)
    assert json.loads(capsys.readouterr().out)["undone"] == ["ada", "bob"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"apply": True, "undo": True}, "give one of them"),
        ({"undo": True, "only": frozenset({"ada"})}, "leave --only out"),
        (
            {"out": None},
            (
                "there are no grades below ./grades: name the folder that `grade DIR` wrote, as in `grade"
                " regrade FOLDER`"
            ),
        ),
    ],
)
def test_what_cannot_be_done_as_typed_is_said(home, monkeypatch, tmp_path, options, said):
    class_ = home(ada="right")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=said):
        class_.regrade(**options)


def test_several_processes_say_what_one_says(home):
    class_ = home(**{f"s{n}": ("right", "wrong", "half")[n % 3] for n in range(6)})
    class_.sheet(STRICTER)
    alone = class_.moves(jobs=1)
    assert class_.moves(jobs=2) == alone


def test_a_fault_of_ours_stays_with_one_student(home):
    class_ = home(ada="right")
    with Gradebook(class_.out) as gradebook:
        record = replace(gradebook.record_of("ada"), student="../ada")
    stored = regrade.StoredGrade(out=class_.out, record=record)
    move = regrade.move_of(load_sheet(class_.sheets / "small"), stored, HERE, threading.Event())
    assert move.after is None


def test_what_could_not_be_judged_before_may_stay_so(home):
    class_ = home(ada="unavailable")
    move = class_.moves()["ada"]
    assert (move.lacks, move.changes) == ("", ())
    assert move.after.grade.checks[0].status is Status.ERROR
