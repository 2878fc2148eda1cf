"""Every example submission, graded for real: right ones get all points, wrong ones lose exactly what they
should.

In `make test` a few of each homework, chosen by hash; in `make test-all` every one.
"""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from test_report_fakes import make_record

from grader.assignment import load_sheet
from grader.collect import Course, find_candidates, prepare
from grader.grading.points import grade
from grader.judge.identify.witnessed import flags_of
from grader.model import Basis, Level, Status
from grader.pipeline import Examiner, best
from grader.report.look.first import look_here_first
from grader.report.look.item import Concern
from grader.run import Engine
from tests import corpus
from tests.sampling import some

pytestmark = pytest.mark.real

ROOT = Path(__file__).resolve().parents[1]
ONE_IN = 64  # and at least one of each homework
BROKEN = 3  # of all homeworks together: how a run ends does not depend on the sheet


def chosen(kind):
    """(homework, example) pairs; those of the first homework are named as before there was a second."""
    pairs = {
        homework: [(homework, entry) for entry in corpus.all_submissions(homework) if entry.kind == kind]
        for homework in corpus.HOMEWORKS
    }
    if kind == "broken":
        found = some(list(itertools.chain(*pairs.values())), BROKEN, named)
    else:
        found = [pair for each in pairs.values() for pair in some(each, 1 + len(each) // ONE_IN, named)]
    return [pytest.param(*pair, id=named(pair)) for pair in found]


def named(pair):
    homework, entry = pair
    return entry.name if homework == corpus.HOMEWORK else f"{homework}-{entry.name}"


@pytest.fixture(scope="module")
def engine():
    """Kernels as `grade DIR` has them on this machine."""
    with Engine.best() as engine:
        yield engine


def graded(homework, entry, tmp_path, engine):
    """(the run or None, the grade) of one example, as `grade DIR` would give it."""
    home = tmp_path / "class"
    corpus.write(entry.name, home, homework)
    sheet = load_sheet(ROOT / "assignments" / homework)
    sheet.budget = replace(sheet.budget, cell_minutes=2, wall_minutes=5)  # some of them never end
    (candidate,) = find_candidates(home, tmp_path / "unpacked", Course())
    (tmp_path / "out").mkdir()
    examiner = Examiner(assignment=sheet, out=tmp_path / "out", key=b"a key for tests", runner=engine.run)
    attempt = best(examiner.attempts(prepare(candidate, sheet)))
    assert not attempt.fault
    return attempt.run, grade(attempt.verdicts, (), "digest")


def not_passed(result):
    return {
        check.id: check.message
        for check in result.checks
        if check.status not in (Status.PASSED, Status.NEEDS_REVIEW)
    }


def caught(result):
    """What was noticed: lost points, and points that wait for a person."""
    return {check.id for check in result.checks if check.status is not Status.PASSED}


def may_wait(result, entry):
    """What a person may be asked about: answers in words, and what the example says."""
    return {check.id for check in result.checks if check.basis is Basis.JUDGED} | entry.may


@pytest.mark.parametrize(("homework", "entry"), chosen("right"))
def test_a_right_one_gets_every_automatic_point(homework, entry, tmp_path, engine):
    run, result = graded(homework, entry, tmp_path, engine)
    assert run is not None
    assert (run.outcome, run.runtime) == (entry.ends, entry.runtime)
    assert not_passed(result).keys() <= entry.may
    waits = {check.id for check in result.checks if check.status is Status.NEEDS_REVIEW}
    assert waits <= may_wait(result, entry)
    lost = sum(check.points_max - check.points for check in result.checks if check.id in entry.may - waits)
    pending = sum(check.points_max for check in result.checks if check.id in waits)
    assert (result.points, result.points_pending) == (result.points_max - pending - lost, pending)
    assert (result.level, result.level_possible) == (
        Level.PASSED if pending else Level.OUTSTANDING,
        Level.OUTSTANDING,
    )
    assert flags_of(run) == ()


@pytest.mark.parametrize(("homework", "entry"), chosen("wrong"))
def test_a_wrong_one_fails_the_named_check_and_keeps_the_rest(homework, entry, tmp_path, engine):
    run, result = graded(homework, entry, tmp_path, engine)
    assert run is not None
    assert (run.outcome, run.runtime) == (entry.ends, entry.runtime)
    failing = not_passed(result)
    assert entry.fails <= caught(result)
    assert failing.keys() <= entry.fails | entry.may, failing
    assert not [check for check in result.checks if check.status is Status.ERROR]
    assert {"own_lstm", "own_gru"} & (entry.fails | entry.may) or flags_of(run) == ()


@pytest.mark.parametrize(("name", "told"), [("accuracy_of_itself", [Concern.GAP]), ("takes_x_h_c", [])])
def test_a_reported_accuracy_that_nobody_measures_is_told(name, told, tmp_path, engine):
    (entry,) = [entry for entry in corpus.all_submissions(corpus.HOMEWORK) if entry.name == name]
    _, result = graded(corpus.HOMEWORK, entry, tmp_path, engine)
    items = look_here_first(
        [replace(make_record(name), grade=result)], load_sheet(ROOT / "assignments" / corpus.HOMEWORK)
    )
    assert [item.kind for item in items if item.kind is Concern.GAP] == told


@pytest.mark.parametrize(("homework", "entry"), chosen("broken"))
def test_a_broken_one_gets_what_it_earned_and_the_reason(homework, entry, tmp_path, engine):
    run, result = graded(homework, entry, tmp_path, engine)
    assert (run.outcome if run else "UNREADABLE") == entry.ends
    failing = not_passed(result)
    assert entry.fails <= failing.keys()
    assert all(failing.values())
    if entry.ends != "UNAVAILABLE" and "package" not in entry.what:
        assert not [check for check in result.checks if check.status is Status.ERROR]
