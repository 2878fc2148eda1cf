"""Every class comes to its end: whatever a runner does at any step, whoever deletes what, and however often
the grader is killed.

No submission is run more often in one session than MOST_RUNS + MOST_REPEATS times, judged runs are not made
again by the next session, and a session that nothing disturbs leaves a grade for everybody.
"""

import contextlib
import os
import shutil
import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli_fakes import FakeRunner, a_notebook, write_observations
from test_pipeline import House

from grader.errors import GraderError, KernelUnavailable
from grader.judging import Stopped
from grader.model import CellError, CellRun, Observation, Outcome, Status
from grader.pipeline.attempts import MOST_REPEATS, MOST_RUNS, Repeats
from grader.pipeline.examine import Examiner

ALL = bool(os.environ.get("GRADER_TEST_ALL"))
MOST = MOST_RUNS + MOST_REPEATS
ANSWERS = ("right", "wrong", "half", "unsure", "unknown to the sheet")
FAULTS = (
    OSError("no such folder"),
    KernelUnavailable("no server"),
    RuntimeError("ours"),
    MemoryError(),
    SystemExit(3),
)
OTHER_KERAS = CellError(name="ValueError", message="No gradients provided for any variable.", traceback="")

outcomes = st.tuples(st.sampled_from(list(Outcome)), st.sampled_from(ANSWERS), st.booleans(), st.booleans())
deeds = st.one_of(
    outcomes,
    st.sampled_from(FAULTS),
    st.sampled_from(
        [
            "nothing",
            "deletes its folder",
            "deletes all runs",
            "breaks all runs",
            "changes the homework",
            "is stopped",
        ]
    ),
)


class AnyRunner(FakeRunner):
    """Does what a list says, one entry for each run; when the list is at its end, it begins again."""

    def __init__(self, home: House, deeds: list, stop: threading.Event) -> None:
        super().__init__()
        self.home, self.deeds, self.stop = home, deeds, stop
        self.complete: list[tuple[str, int]] = []

    def __call__(self, wanted):
        submission, plan, folder = wanted.submission, wanted.plan, wanted.folder
        with self.lock:
            deed = self.deeds[len(self.asked) % len(self.deeds)]
            self.asked.append((submission.student, plan.attempt, False))
        match deed:
            case BaseException():
                raise deed
            case str():
                return self.disturb(deed, submission, plan, folder)
        outcome, answer, short, other_keras = deed
        run = self.made(plan, outcome, answer, short, other_keras)
        write_observations(folder, run)
        return run

    def made(self, plan, outcome, answer, short, other_keras):
        run = super().play(self.empty(plan), "right", plan, 0, self.stop, False)
        error = OTHER_KERAS if other_keras else None
        return replace(
            run,
            outcome=outcome,
            observations={"answer": Observation(probe="answer", status="answered", answer={"text": answer})},
            overrides={"EPOCHS": 1} if short else {},
            cells=(CellRun(number=1, seconds=0.5, error=error),),
        )

    def empty(self, plan):
        from grader.model import Run

        return Run(run_id=plan.run_id, attempt=plan.attempt, limits=plan.limits, runtime=plan.runtime)

    def disturb(self, deed, submission, plan, folder):
        """Something happens below our feet; then the run ends as if it had gone well."""
        run = self.made(plan, Outcome.COMPLETED, "wrong", True, True)
        match deed:
            case "nothing":
                return None
            case "deletes its folder":
                shutil.rmtree(folder)
                return run
            case "deletes all runs":
                shutil.rmtree(folder.parent)
                return run
            case "breaks all runs":
                for file in folder.parent.glob("*/run.json"):
                    file.write_text("half a fi")
            case "changes the homework":
                a_notebook(
                    submission.root / submission.notebook_file, "right", more=f"also = -{len(self.asked)}"
                )
            case "is stopped":
                self.stop.set()
        write_observations(folder, run)
        return run


def one_session(home, deeds):
    stop = threading.Event()
    runner = AnyRunner(home, deeds, stop)
    summary, _ = home.grade(runner, stop=stop, jobs=2)
    return summary, runner, stop.is_set()


@settings(max_examples=200 if ALL else 25, deadline=None)
@given(sessions=st.lists(st.lists(deeds, min_size=1, max_size=8), min_size=1, max_size=3))
def test_whatever_happens_a_class_comes_to_its_end(tmp_path_factory, sessions):
    home = House(tmp_path_factory.mktemp("class"), ada="right", bob="right")
    for deeds_of_session in sessions:
        summary, runner, stopped = one_session(home, deeds_of_session)
        for student in ("ada", "bob"):
            assert sum(name == student for name, *_ in runner.asked) <= MOST
        assert summary.trouble == ""
        assert stopped or set(summary.graded) | set(summary.faults) == {c.student for c in home.todo.work}
    home.grade(rerun={"all"})  # and one that nothing disturbs
    for student in ("ada", "bob"):
        assert Status.ERROR not in home.statuses(student).values()
        assert Status.INCONCLUSIVE not in home.statuses(student).values()


@settings(max_examples=200 if ALL else 20, deadline=None)
@given(deeds=st.lists(outcomes, min_size=1, max_size=6))
def test_the_next_session_runs_nothing_again_that_is_judged(tmp_path_factory, deeds):
    home = House(tmp_path_factory.mktemp("class"), ada="right")
    one_session(home, deeds)
    settled = not {Status.ERROR, Status.INCONCLUSIVE} & set(home.statuses().values())
    _, runner, _ = one_session(home, deeds)
    assert not (settled and runner.asked)


@settings(max_examples=400 if ALL else 40, deadline=None)
@given(deeds=st.lists(deeds, min_size=1, max_size=8))
def test_one_homework_by_itself_comes_to_its_end_too(tmp_path_factory, deeds):
    """As `grade check` does it: all runs at once, one after the other."""
    from grader.assignment import load_sheet
    from grader.collect import find_candidates, load_course, prepare

    folder = tmp_path_factory.mktemp("class")
    home = House(folder, ada="right")
    assignment = load_sheet(home.sheets / "small")
    (candidate,) = find_candidates(home.handed_in, folder / "workspace", load_course(home.handed_in))
    (folder / "out").mkdir()
    stop = threading.Event()
    runner = AnyRunner(home, deeds, stop)
    examiner = Examiner(assignment=assignment, out=folder / "out", key=bytes(32), runner=runner, stop=stop)
    with contextlib.suppress(GraderError, SystemExit, Stopped):
        assert 1 <= len(examiner.attempts(prepare(candidate, assignment))) <= MOST_RUNS
    assert len(runner.asked) <= MOST


# ── the ways in which it was seen
# ────────────────────────────────────────────────────────────────────────────────────────


def test_a_second_runtime_that_never_starts_is_one_attempt(tmp_path):
    """The class that went round for ever: the first run stood, the second left no record, and so it was
    forgotten each time."""
    home = House(tmp_path, ada="right")
    short = (Outcome.RAISED, "half", True, True)
    gone = OSError("no such file or directory")
    summary, runner, _ = one_session(home, [short, gone, gone, (Outcome.COMPLETED, "half", False, False)])
    assert [attempt for _, attempt, _ in runner.asked] == [1, 2, 2, 3]
    assert summary.graded == ("ada",)
    assert sum(event.kind == "again" for event in home.events) == 2


def test_files_that_change_at_every_run_end_as_ours_and_nothing_is_called_wrong(tmp_path):
    home = House(tmp_path, ada="right")
    summary, runner, _ = one_session(home, ["changes the homework"])
    assert len(runner.asked) == 1 + MOST_REPEATS
    assert "changed while they ran" in summary.faults["ada"]
    assert home.record() is None


def test_files_that_are_gone_are_nobody_s_zero_points(tmp_path):
    home = House(tmp_path, ada="right", bob="right")

    def tell(event):
        if event.kind == "graded" and event.student == "ada":
            shutil.rmtree(home.handed_in / "bob")

    summary, _ = home.grade(tell=tell, jobs=1)
    assert "homework.ipynb was there at the start and is gone now" in summary.faults["bob"]
    assert home.record("bob") is None


def test_repeats_are_taken_whole_or_not_at_all():
    repeats = Repeats(left=2)
    assert not repeats.take(3)
    assert repeats.take(2)
    assert not repeats.take()


# ── what all grading stands on
# ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("what", ["out", "gradebook", "temporary folder"])
def test_when_nothing_can_be_kept_the_class_ends_with_one_reason(tmp_path, monkeypatch, what):
    home = House(tmp_path, **{f"s{n}": "right" for n in range(9)})

    class Deletes(FakeRunner):
        def play(self, run, *rest):
            if len(self.asked) >= 4:
                self.delete()
            return super().play(run, *rest)

        def delete(self):
            match what:
                case "out":
                    shutil.rmtree(tmp_path / "out", ignore_errors=True)
                case "gradebook":
                    (tmp_path / "out" / "gradebook.sqlite").unlink(missing_ok=True)
                case _:
                    monkeypatch.setattr(
                        "tempfile.tempdir", str(tmp_path / "class" / "s0" / "homework.ipynb" / "x")
                    )
                    raise OSError("no temporary folder")

    summary, runner = home.grade(Deletes(), jobs=1)
    assert len(runner.asked) <= 6
    assert ("is gone" if what != "temporary folder" else "cannot be written") in summary.trouble
    assert summary.faults == {}  # one reason, not one for each
    assert not (what == "out" and (tmp_path / "out").exists())  # no second folder that looks like the first
