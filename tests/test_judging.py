"""Judging in a process of its own: what comes back, what its limits end, what is not tried again, and what
goes on all the same."""

import _thread
import json
import os
import threading
import time
from dataclasses import replace

import psutil
import pytest
from test_cli_fakes import FakeRunner, a_class, write_observations

from grader.assignment import load_sheet
from grader.errors import GradebookError, JudgeFailed
from grader.judging import HERE, JudgeLimits, Stopped, kept
from grader.judging.judges import Children
from grader.judging.unjudged import FILE
from grader.model import Observation, Run, Status, Submission
from grader.pipeline import Examiner, LiveSession, Settings, collect, sort_out
from grader.record import Gradebook, save_run, save_submission

SHEET = """
import itertools, os, sys, time
from grader import Assignment, Basis
from grader.assignment import Probe
from grader.model.verdict import Evidence, failed, passed

hw = Assignment("odd", title="A sheet whose judge does what the answer says")
asks = Probe(name="answer", answered_by="names")
task = hw.task("1", "The only part.")

def does(what):
    print("a sheet may print")
    if what.startswith("counts"):
        with open(what.removeprefix("counts "), "a") as file: file.write("judged ")
    if what == "hangs":
        for _ in itertools.count(): pass
    if what == "sleeps": time.sleep(60)
    if what == "grows":
        hoard = [bytearray(1 << 20) for _ in range(10_000)]
    if what == "dies": os._exit(3)
    if what == "recurses": return does_again()
    if what == "writes": return passed("x" * (20 << 20))
    return failed(f"it says {what}", hint="Say 42.", \
evidence=[Evidence(what="answer", expected="42", actual=what)])

def does_again(): return does_again()

@task.own_check("What rests on the answer.", points=3, basis=Basis.PROVEN, asks=asks)
def answered(seen):
    return does(seen.answer("answer").answer["text"])

@task.own_check("What does not.", points=1, basis=Basis.READ)
def read(seen):
    return passed("It stands there.")
"""
LIMITS = JudgeLimits(cpu_seconds=2.0, wall_seconds=6.0, memory_mb=300)
GOING_ON = threading.Event()


class House:
    """One stored run and the sheet that judges it."""

    def __init__(self, folder):
        self.sheet, self.folder = folder / "odd", folder / "run"
        self.sheet.mkdir()
        self.folder.mkdir()
        (self.sheet / "sheet.py").write_text(SHEET)
        self.children = Children(LIMITS)

    def judge(self, text, judge=None, stop=GOING_ON, **changes):
        """Store a run that answered this, and judge it."""
        seen = Observation(probe="answer", status="answered", answer={"text": text})
        run = replace(Run(run_id="r", observations={"answer": seen}), **changes)
        self.submission = Submission(student="ada")
        save_submission(self.folder, self.submission)
        write_observations(self.folder, run)
        save_run(self.folder, run)
        return self.again(judge, stop)

    def again(self, judge=None, stop=GOING_ON):
        run = replace(Run(run_id="r"), observations={})
        return (judge or self.children)(load_sheet(self.sheet), self.submission, run, self.folder, stop)

    def statuses(self, found):
        return {name: verdict.status for name, verdict in found.verdicts.items()}


@pytest.fixture
def house(tmp_path):
    made = House(tmp_path)
    yield made
    made.children.close()


UNJUDGED = {"answered": Status.NEEDS_REVIEW, "read": Status.PASSED}


def test_what_comes_back_is_what_is_concluded_here(house):
    assert house.judge("41") == house.judge("41", judge=HERE)
    assert house.judge("41").verdicts["answered"].evidence[0].actual == "41"


def test_one_process_judges_many(house):
    house.judge("40")
    (child,) = house.children._idle
    house.judge("41")
    assert house.children._idle == [child]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hangs", "judging took longer than 2 seconds"),
        ("sleeps", "judging took longer than 2 seconds"),
        ("dies", "the judging process ended with 3"),
        ("writes", "more memory than it may have"),
    ],
)
def test_a_run_that_cannot_be_judged_goes_to_a_person_and_is_not_tried_again(house, text, why):
    began = time.monotonic()
    found = house.judge(text)
    assert time.monotonic() - began < 15
    assert house.statuses(found) == UNJUDGED
    assert (found.wants, found.wants_runtime) == (None, None)
    assert why in " ".join(found.flags)
    assert why in json.loads((house.folder / FILE).read_text())["why"]
    began = time.process_time()
    assert house.again() == found
    assert time.process_time() - began < 1


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="no limit of address space here")
def test_memory_ends_where_the_limit_is_and_only_what_needed_it_is_open(house):
    found = house.judge("grows")
    assert house.statuses(found) == UNJUDGED
    assert found.flags == ()  # the judge went on by itself


def test_a_fault_of_the_judge_in_one_check_stays_there(house):
    found = house.judge("recurses")
    assert house.statuses(found) == {"answered": Status.ERROR, "read": Status.PASSED}


def test_another_sheet_tries_again(house):
    house.judge("dies")
    (house.sheet / "sheet.py").write_text(SHEET.replace("os._exit(3)", "return passed('mended')"))
    assert house.again().verdicts["answered"].message == "mended"


@pytest.fixture
def times(house, tmp_path):
    """How often the run was judged, which was once so far."""
    counted = tmp_path / "counted"
    house.judge(f"counts {counted}")
    return lambda: counted.read_text().count("judged")


def test_what_is_known_is_not_judged_again(house, times):
    first = house.again()
    sheet = (house.sheet / "sheet.py").read_text()
    (house.sheet / "sheet.py").write_text("# dearer\n" + sheet.replace("points=3", "points=5"))
    (house.folder / "measured.json").write_text("{}")
    assert house.again() == first
    assert times() == 1


def _another_run(house):
    outcome = house.folder / "outcome.json"
    outcome.write_text(outcome.read_text() + " ")


def _another_judge(house):
    (house.sheet / "sheet.py").write_text(SHEET.replace("Say 42.", "Say 43."))


def _damaged(house):
    (house.folder / kept.FILE).write_text((house.folder / kept.FILE).read_text()[:-9])


def _of_another_run(house):
    stored = json.loads((house.folder / kept.FILE).read_text())
    (house.folder / kept.FILE).write_text(json.dumps({**stored, "key": "of another run"}))


def _other_limits(house):
    house.children.limits = replace(LIMITS, cpu_seconds=1.5)


@pytest.mark.parametrize("change", [_another_run, _another_judge, _damaged, _of_another_run, _other_limits])
def test_what_changed_is_judged_again(house, times, change):
    change(house)
    house.again()
    assert times() == 2


def test_where_a_sheet_looks_at_points_they_count(house, times):
    (house.sheet / "sheet.py").write_text(SHEET + "\nhw.points_max\n")
    house.again()
    (house.sheet / "sheet.py").write_text(SHEET.replace("points=3", "points=5") + "\nhw.points_max\n")
    house.again()
    assert times() == 3


def test_what_we_failed_at_is_not_kept(house):
    house.judge("recurses")
    assert not (house.folder / kept.FILE).exists()


def test_a_process_that_somebody_ended_is_replaced(house):
    house.judge("41")
    (child,) = house.children._idle
    threading.Timer(0.5, child.process.kill).start()
    assert house.statuses(house.judge("sleeps")) == UNJUDGED  # and the class goes on
    (house.folder / FILE).unlink()
    assert house.judge("41").verdicts["answered"].message == "it says 41"


def test_to_stop_ends_it_at_once(house):
    stop = threading.Event()
    threading.Timer(0.7, stop.set).start()
    house.judge("41")
    began = time.monotonic()
    with pytest.raises(Stopped):
        house.judge("sleeps", stop=stop)
    assert time.monotonic() - began < 2.5
    assert house.children._idle == []
    assert not (house.folder / FILE).exists()


def test_what_is_damaged_is_said_to_be(house):
    house.judge("41")
    (house.folder / "outcome.json").write_text("{")
    with pytest.raises(GradebookError, match="damaged"):
        house.again()


def test_a_sheet_that_does_not_load_is_our_fault(house):
    house.judge("41")
    sheet = load_sheet(house.sheet)
    (house.sheet / "sheet.py").write_text("1 / 0")
    with pytest.raises(JudgeFailed, match="ZeroDivisionError"):
        house.children(sheet, house.submission, Run(run_id="r"), house.folder, GOING_ON)


def test_nobody_waits_when_the_host_has_ended(house):
    house.judge("41")
    (child,) = house.children._idle
    process = psutil.Process(child.process.pid)
    child.process.stdin.close()  # as it is when we end
    assert process.wait(timeout=10) == 0


def test_a_sheet_that_a_program_declares_is_judged_here(house):
    house.judge("41")
    sheet = load_sheet(house.sheet)
    sheet.folder = None
    found = house.children(sheet, house.submission, Run(run_id="r"), house.folder, GOING_ON)
    assert found.verdicts["answered"].message == "it says 41"


# ── a class with one that cannot be judged
# ───────────────────────────────────────────────────────────────────────────────


class Class:
    """Three people; what the answer of one says keeps the judge."""

    def __init__(self, folder, text):
        self.folder = folder
        (folder / "sheets" / "odd").mkdir(parents=True)
        (folder / "sheets" / "odd" / "sheet.py").write_text(
            SHEET.replace('hw = Assignment("odd",', 'hw = Assignment("odd", contract=("answer", "also"),')
        )
        (folder / "class").mkdir()
        a_class(folder / "class", ada="42", mallory=text, zoe="41")

    def grade(self, judge, tell=lambda event: None, rerun=()):
        roll = collect(self.folder / "class", self.folder / "workspace", self.folder / "sheets")
        with Gradebook(self.folder / "out") as gradebook:
            examiner = Examiner(
                assignment=roll.assignment,
                out=gradebook.folder,
                key=gradebook.key,
                settings=Settings(jobs=2),
                runner=AnswersAsked(),
                judge=judge,
                tell=tell,
            )
            summary = LiveSession(sort_out(roll, gradebook, rerun), gradebook, examiner).run()
            return summary, {record.student: record for record in gradebook.records()}


class AnswersAsked(FakeRunner):
    """Answers the sheet's question with the word itself."""

    def play(self, run, answer, plan, before, stop, long):
        return replace(
            run,
            observations={"answer": Observation(probe="answer", status="answered", answer={"text": answer})},
        )


@pytest.fixture
def children():
    made = Children(LIMITS)
    yield made
    made.close()


@pytest.mark.parametrize("text", ["hangs", "dies"])
def test_a_class_goes_on_and_the_next_start_does_not_try_again(tmp_path, children, text):
    class_ = Class(tmp_path, text)
    summary, records = class_.grade(children)
    assert (set(summary.graded), summary.faults) == ({"ada", "mallory", "zoe"}, {})
    assert {name: record.grade.points_pending for name, record in records.items()} == {
        "ada": 0,
        "mallory": 3,
        "zoe": 0,
    }
    assert any("a person decides what rests on them" in flag for flag in records["mallory"].flags)
    assert len(list((tmp_path / "out" / "runs" / "mallory").glob(f"*/{FILE}"))) == 1
    began = time.monotonic()
    _, again = class_.grade(children)
    assert time.monotonic() - began < LIMITS.cpu_seconds
    assert again["mallory"].when == records["mallory"].when  # kept


def test_the_first_ctrl_c_ends_what_is_being_judged(tmp_path, children):
    class_ = Class(tmp_path, "sleeps")
    patient = Children(replace(LIMITS, cpu_seconds=60.0, wall_seconds=60.0))
    began = time.monotonic()

    def press(event):
        if event.student == "mallory" and event.kind == "started":
            threading.Timer(2.5, _thread.interrupt_main).start()

    try:
        summary, records = class_.grade(patient, tell=press)
    finally:
        patient.close()
    assert time.monotonic() - began < 20
    assert summary.interrupted
    assert "mallory" in summary.unfinished
    assert "mallory" not in records
