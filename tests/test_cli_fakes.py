"""A small sheet, notebooks that are scripts for a runner which only pretends, and a test that they are what
they say.

A notebook's one cell is `answer = ["wrong", "right"]`: what the fake kernel answers in the first and in the
second attempt.
"""

from __future__ import annotations

import ast
import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.assignment import load_sheet
from grader.collect import prepare
from grader.model import CellError, CellRun, Extent, Observation, Outcome, Reply, Run
from grader.pipeline import Roll, Todo, collect, sort_out
from grader.run import Plan, Wanted
from grader.run.inside import frames

SHEET = '''
"""A small sheet."""
from grader import Assignment, Basis, Level, Probe, Verdict
from grader.model.verdict import failed, inconclusive, needs_review, partial, passed

hw = Assignment("small", title="A small sheet", contract=("answer", "also"), parameters={"EPOCHS": 3})
task = hw.task("1", "All of it.")
ASKED = Probe(name="answer", answered_by="names")
VERDICTS = {
    "right": passed("it is right"),
    "wrong": failed("the answer is 41, expected 42", hint="Add one."),
    "half": partial(0.5, "half of it is right"),
    "unsure": inconclusive("one run cannot tell"),
}

@task.own_check("The answer is right.", points=4, basis=Basis.OBSERVED, level=Level.PASSED, uses=ASKED)
def right(seen):
    return VERDICTS[seen.observation(ASKED).answer["text"]]

@task.own_check("It ran.", points=1, basis=Basis.OBSERVED)
def ran(seen):
    return passed("it ran")

@task.own_check("The words are good.", points=2, basis=Basis.JUDGED, level=Level.OUTSTANDING)
def words(seen):
    return needs_review("a person reads it")

@task.own_check("The secret is kept.", points=1, basis=Basis.OBSERVED, hidden=True)
def secret(seen):
    return passed("it is kept")
'''


def a_sheet(folder: Path, text: str = SHEET) -> Path:
    """The folder of the sheets, with the small one in it."""
    (folder / "small").mkdir(parents=True, exist_ok=True)
    (folder / "small" / "sheet.py").write_text(text)
    return folder


def a_notebook(path: Path, *answers: str, more: str = "also = 1") -> Path:
    """A notebook whose run the fake runner makes up from `answers`, one for each attempt."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = f"answer = {list(answers)!r}\n{more}"
    cell = {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}))
    return path


def a_class(folder: Path, **students: tuple[str, ...] | str) -> Path:
    """A folder of submissions: student -> what the attempts answer."""
    for student, answers in students.items():
        a_notebook(folder / student / "homework.ipynb", *([answers] if isinstance(answers, str) else answers))
    return folder


def write_observations(folder: Path, run: Run) -> None:
    """What the run room leaves in a run's folder: frames with questions and answers, and how they were
    answered."""
    for room in ("questions", "answers"):
        (folder / room).mkdir(exist_ok=True)
    for name, seen in run.observations.items():
        (folder / "questions" / f"{name}.frame").write_bytes(frames.pack(seen.question))
        (folder / "answers" / f"{name}.frame").write_bytes(frames.pack(seen.answer))
    noted = {name: {"status": seen.status} for name, seen in run.observations.items()}
    (folder / "outcome.json").write_text(json.dumps({"outcome": run.outcome, "observations": noted}))


class FakeRunner:
    """Pretends to run notebooks, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int, bool]] = []  # (student, attempt, budgeted), in order
        self.lock = threading.Lock()

    def __call__(self, wanted: Wanted) -> Run:
        submission, plan = wanted.submission, wanted.plan
        with self.lock:
            self.asked.append((submission.student, plan.attempt, plan.extent is not Extent.FULL))
            before = sum(asked[:2] == (submission.student, plan.attempt) for asked in self.asked) - 1
        text = submission.cells[0].text.splitlines()[0].partition("=")[2].strip()
        script = ast.literal_eval(text) if submission.student != "canary" else "right"
        answer = script[min(plan.attempt, len(script)) - 1]
        wanted.on_event({"event": "cell", "number": 1})
        run = Run(
            run_id=plan.run_id,
            attempt=plan.attempt,
            seconds=1.0,
            limits=plan.limits,
            runtime=plan.runtime,
            runtime_reason=plan.runtime_reason,
            runtime_by=plan.runtime_by,
        )
        run = self.play(run, answer, plan, before, wanted.stop, len(script) > 1)
        write_observations(wanted.folder, run)
        return run

    def play(self, run: Run, answer: str, plan: Plan, before: int, stop: threading.Event, long: bool) -> Run:
        """What the script says happens; `before`: how often this attempt was asked for already."""
        if answer == "broken runner":
            raise OSError("the disk is full")
        if answer == "unavailable" or (answer == "stumbles" and not before):
            return replace(run, outcome=Outcome.UNAVAILABLE, reason="no kernel")
        if answer == "waits":
            if stop.wait(2):
                return replace(run, outcome=Outcome.UNAVAILABLE, reason="stopped")
            answer = "right"
        if answer == "stumbles":
            answer = "right"
        seen = Observation(probe="answer", status=Reply.ANSWERED, answer={"text": answer})
        overrides = {"EPOCHS": 1} if plan.extent is not Extent.FULL and long else {}
        return replace(
            run, observations={"answer": seen}, overrides=overrides, cells=(CellRun(number=1, seconds=0.5),)
        )


class WrittenForKeras2(FakeRunner):
    """Under Keras 3 nothing is right, and a cell says why."""

    def __init__(self, keras2: bool = True) -> None:
        super().__init__()
        self.runtimes: list[tuple[str, str]] = []  # (runtime, why), in order
        self.keras2 = keras2  # whether it is installed

    def play(self, run: Run, answer: str, plan: Plan, before: int, stop: threading.Event, long: bool) -> Run:
        """What the script says, but only under Keras 2."""
        self.runtimes.append((plan.runtime, plan.runtime_reason))
        if plan.runtime == "keras2":
            return super().play(run, answer if self.keras2 else "unavailable", plan, before, stop, long)
        error = CellError(name="ValueError", message="No gradients provided for any variable.", traceback="")
        played = super().play(run, "wrong", plan, before, stop, long)
        return replace(played, outcome=Outcome.RAISED, cells=(CellRun(number=1, seconds=0.5, error=error),))


def a_todo(folder: Path, sheets: Path, tmp: Path, gradebook: Any = None, **options: Any) -> tuple[Roll, Todo]:
    """Step one for a class."""
    roll = collect(folder, tmp / "workspace", sheets)
    return roll, sort_out(roll, gradebook, **options)


def test_the_small_sheet_and_its_notebooks_are_real_ones(tmp_path):
    sheets = a_sheet(tmp_path / "sheets")
    assert load_sheet(sheets / "small").points_max == 8
    roll, todo = a_todo(a_class(tmp_path / "class", ada="right"), sheets, tmp_path)
    assert roll.assignment.name == "small"
    assert [prepare(candidate, roll.assignment).problem for candidate in todo.work] == [""]
