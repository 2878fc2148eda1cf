"""A small class of made-up people for the tests of the reports, some of them hostile; and a test that they
are what they say."""

from __future__ import annotations

import base64
import math
import struct
import zlib
from typing import Any

from grader.assignment import Assignment, Seen
from grader.model import (
    Basis,
    CellError,
    CellRun,
    CheckResult,
    Evidence,
    Grade,
    Level,
    Mistake,
    Outcome,
    Repair,
    Run,
    Status,
    Submission,
    Verdict,
    Versions,
)
from grader.model.verdict import passed
from grader.record import Record, Session

PAYLOADS = (
    "<img src=x onerror=\"document.title='owned'\">",
    "<script>document.title='owned';document.body.append('OWNED')</script>",
    "'\"><svg onload=document.title='owned'>",
    "</style></title></iframe></textarea><script>document.title='owned'</script>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:document.title='owned'",
    "\x1b[31mred\x1b]0;owned\x07 \x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\ \x9b2J \x08\x08",
    "[red]markup[/red] [link=http://evil.example]x[/link] [/] \\[bold]",
    "abc\u202egpj.exe \u2066x\u2069 \u200f",
    "\ud800 half a character \x00",
    '=HYPERLINK("http://evil.example")',
    "::error title=owned::x\n::set-output name=a::b",
    "/home/alice/secret/homework.py and /tmp/ipykernel_7/1.py and /usr/lib/python3.12/json/decoder.py",
)
HOSTILE = "\n".join(PAYLOADS)

VERSIONS = Versions(grader="0.1.0", python="3.12.4", tensorflow="2.21.0", keras="3.15.1", numpy="2.4.6")
SESSION = Session(
    id=1,
    assignment="sum_sequence",
    sheet_digest="5e" * 32,
    versions=Versions(grader="0.1.0", python="3.12.4"),
    started="2026-01-18T09:00:00+00:00",
    finished="2026-01-18T09:08:12+00:00",
)


def _judge(seen: Seen) -> Verdict:
    return passed("fine")


def make_assignment() -> Assignment:
    """The homework sheet in short: ten checks in four tasks, 20 points."""
    hw = Assignment("sum_sequence", title="Homework 7: the sum of a sequence", packages=("matplotlib",))
    rows: list[tuple[str, str, list[tuple[str, str, float, Basis, bool]]]] = [
        (
            "1",
            "A data set of noise, and whether its sum is positive.",
            [
                (
                    "yields_pairs",
                    "The generator yields a sequence of shape `(seq_len, 1)` and a target of shape `(1,)`.",
                    2,
                    Basis.OBSERVED,
                    False,
                ),
                (
                    "targets_follow_rule",
                    "The target says whether the sum is above the threshold.",
                    1,
                    Basis.REPORTED,
                    False,
                ),
            ],
        ),
        (
            "2.1",
            "An LSTM cell: one time step and (hidden state, cell state) in, the new pair out.",
            [
                ("computes_lstm", "The cell computes the LSTM equations.", 4, Basis.PROVEN, False),
                ("forget_bias", "The forget gate's bias starts at one.", 1, Basis.PROVEN, False),
                ("every_length", "The cell is right for sequences of any length.", 1, Basis.PROVEN, True),
            ],
        ),
        (
            "2.2",
            "A layer that unrolls the cell over time.",
            [
                ("unrolls", "The layer returns the hidden state of every time step.", 3, Basis.PROVEN, False),
                ("zero_states", "`zero_states(batch_size)` gives a pair of zeros.", 1, Basis.PROVEN, False),
            ],
        ),
        (
            "3",
            "Train the model, and think about what you did.",
            [
                (
                    "learns",
                    "After training, the model is right in at least 80 % of new sequences.",
                    4,
                    Basis.PROVEN,
                    False,
                ),
                (
                    "explains_bptt",
                    "Can, or should, you use truncated back-propagation through time here?",
                    2,
                    Basis.JUDGED,
                    False,
                ),
                (
                    "explains_kind",
                    "Is this rather a regression or a classification problem?",
                    1,
                    Basis.JUDGED,
                    False,
                ),
            ],
        ),
    ]
    for number, title, checks in rows:
        task = hw.task(number, title)
        for name, sentence, points, basis, hidden in checks:
            judge = type("judge", (), {"__call__": lambda self, seen: passed("fine"), "__name__": name})()
            task.own_check(sentence, points=points, basis=basis, hidden=hidden, level=Level.PASSED)(judge)
    return hw


ASSIGNMENT = make_assignment()
GOOD_MESSAGES = {
    "yields_pairs": "200 pairs were drawn; every one has the shapes `(25, 1)` and `(1,)`.",
    "targets_follow_rule": "All 200 targets follow the rule `sum > 0`.",
    "computes_lstm": "With 6 sets of random weights the outputs agree with the equations to 2e-7.",
    "forget_bias": "The bias that acts on the forget gate is 1.0 for all 100 units.",
    "every_length": "Lengths 1, 2, 3 and 40 agree.",
    "unrolls": "The layer gives `[batch, time, units]`, and each step is your own cell's output.",
    "zero_states": "Two arrays of zeros, `(32, 100)` each.",
    "learns": "It is right in 94.2 % of 20,000 new sequences; always saying the same would be right in 50 %.",
    "explains_bptt": "Your answer was found in homework.ipynb, cell 12.",
    "explains_kind": "Your answer was found in homework.ipynb, cell 13.",
}


def make_checks(**changes: dict[str, Any]) -> tuple[CheckResult, ...]:
    """One result for every check: passed, written answers to be read; `changes` replaces fields by check
    id."""
    found = []
    for check in ASSIGNMENT.checks:
        judged = check.basis is Basis.JUDGED
        values: dict[str, Any] = {
            "id": check.id,
            "task": check.task,
            "title": check.title,
            "hidden": check.hidden,
            "status": Status.NEEDS_REVIEW if judged else Status.PASSED,
            "points_max": check.points,
            "decided_by": "checks",
            "message": GOOD_MESSAGES[check.id],
            "hint": "",
            "basis": check.basis,
            "waits_for": "a person" if judged else "",
            "level": check.level,
        } | changes.get(check.id, {})
        decided = {Status.PASSED: check.points, Status.PARTIAL: check.points / 2}.get(values["status"], 0.0)
        values.setdefault("points", decided)
        pending = values["status"] in (Status.NEEDS_REVIEW, Status.ERROR, Status.INCONCLUSIVE)
        values.setdefault("points_auto", None if pending else decided)
        found.append(CheckResult(**values))
    return tuple(found)


def make_grade(checks: tuple[CheckResult, ...], penalty: float = 0.0) -> Grade:
    """The grade that follows from the checks; passed from half of the points."""
    points, most = sum(check.points for check in checks) - penalty, sum(check.points_max for check in checks)
    pending = sum(check.points_max for check in checks if check.pending)
    level = Level.OUTSTANDING if points == most else Level.PASSED if points >= most / 2 else Level.NOT_PASSED
    possible = (
        Level.OUTSTANDING
        if points + pending >= most
        else max(level, Level.PASSED if points + pending >= most / 2 else level)
    )
    return Grade(
        points=points,
        points_max=most,
        points_pending=pending,
        penalty=penalty,
        level=level,
        level_possible=possible,
        checks=checks,
    )


def make_record(
    student: str, checks: tuple[CheckResult, ...] | None = None, penalty: float = 0.0, **changes: Any
) -> Record:
    """A record of an ordinary run; `changes` replaces its fields."""
    values: dict[str, Any] = {
        "student": student,
        "members": (student,),
        "path": f"{student}/homework.ipynb",
        "files": ("homework.ipynb",),
        "digest": f"{zlib.crc32(student.encode('utf-8', 'replace')):08x}" * 8,
        "submitted": "2026-01-16T21:40:00+01:00",
        "run_id": "20260118-090112-1",
        "attempt": 1,
        "outcome": Outcome.COMPLETED,
        "runtime": "keras3",
        "isolation": "namespaces",
        "versions": VERSIONS,
        "cells": tuple(CellRun(number=n, seconds=0.4 * n) for n in (2, 4, 5, 7, 9)),
        "seconds": 31.4,
        "memory_mb": 812.0,
        "repairs": ("notebook format 4.0 raised to 4.5",),
    }
    values |= changes
    values["repairs"] = tuple(Repair.from_text(text) for text in values["repairs"])
    return Record(
        **values,
        grade=make_grade(make_checks() if checks is None else checks, penalty),
        when="2026-01-18T09:01:44+00:00",
        session=1,
    )


WRONG_CELL = make_checks(
    computes_lstm={
        "status": Status.FAILED,
        "message": "The cell's new cell state is not that of the equations, from the first step on.",
        "hint": (
            "Look at the line that makes the new cell state: `c_new = f * c + i * g`. Which of the two states"
            " does `f` meet?"
        ),
        "evidence": (
            Evidence(
                what="new cell state, first unit",
                expected="0.41327",
                actual="-0.08812",
                where="cell 5, `LSTM_Cell.call`",
            ),
            Evidence(what="largest deviation over 6 draws", expected="below 1e-5", actual="0.97"),
        ),
        "mistake": Mistake(
            id="forget_gate_times_hidden",
            confidence=0.98,
            runner_up="states_swapped",
            words="a cell whose forget gate is multiplied with the hidden state instead of the cell state",
        ),
        "staff_note": "layout search tried 24 gate orders",
    },
    forget_bias={
        "status": Status.PARTIAL,
        "message": "The bias is one for the forget gate, and for the input gate, too.",
        "hint": "Give only the forget gate `bias_initializer='ones'`.",
        "evidence": (
            Evidence(what="bias of the input gate", expected="0.0", actual="1.0", where="cell 5, line 9"),
        ),
    },
    every_length={
        "status": Status.SKIPPED,
        "message": "Not reached, because the cell does not compute the LSTM equations yet.",
    },
)


def _png(width: int = 240, height: int = 120) -> str:
    """A small picture, as base64."""
    rows = b"".join(
        b"\0" + b"".join(bytes((40, 110 + 100 * ((x * 7 + y * 3) % 61) // 61, 130)) for x in range(width))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return base64.b64encode(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    ).decode()


def make_executed(extra: str = "") -> dict[str, Any]:
    """An executed notebook with text, code, a picture, a table and an error in cell 9; `extra` goes into all
    texts."""

    def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
        return {
            "cell_type": "code",
            "source": source + extra,
            "outputs": list(outputs),
            "execution_count": 1,
            "metadata": {},
        }

    def text(source: str) -> dict[str, Any]:
        return {"cell_type": "markdown", "source": source + extra, "metadata": {}}

    html = "<table><tr><th>epoch</th><th>loss</th></tr><tr><td>1</td><td>0.61</td></tr></table>" + extra
    error = {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": "shapes" + extra,
        "traceback": ["\x1b[31mValueError\x1b[0m: shapes" + extra],
    }
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"widgets": {"x": extra}},
        "cells": [
            text("# My homework\n\nWe sum noise, and ask whether $\\sum x > 0$."),
            code(
                "import tensorflow as tf\nUNITS = 100  # of the LSTM",
                {"output_type": "stream", "name": "stderr", "text": "a warning" + extra},
            ),
            text("## The cell\n\n- one step\n- **two** states"),
            code(
                "def integration_task(seq_len, num_samples):\n    for _ in range(num_samples):\n        yield"
                " noise(seq_len)"
            ),
            code("class LSTM_Cell(tf.keras.layers.Layer):\n    '''One step.'''"),
            text("## Training"),
            code(
                "model.fit(train_ds, epochs=3)",
                {"output_type": "stream", "name": "stdout", "text": "Epoch 1/3 loss: 0.61\n" + extra},
                {
                    "output_type": "display_data",
                    "data": {"text/html": html, "text/plain": "table" + extra},
                    "metadata": {},
                },
                {
                    "output_type": "display_data",
                    "data": {"image/png": _png(), "text/plain": "<Figure>"},
                    "metadata": {},
                },
                {
                    "output_type": "display_data",
                    "data": {"application/javascript": "document.title='owned'", "image/svg+xml": "<svg/>"},
                },
            ),
            text("## A test"),
            code("model(tf.zeros((3, 7)))", error),
        ],
    }


TRACEBACK = """ValueError                                Traceback (most recent call last)
Cell In[9], line 1
----> 1 model(tf.zeros((3, 7)))

File /srv/course/venv/lib/python3.12/site-packages/keras/src/utils/traceback_utils.py:122, in filter_traceback
    120     filtered_tb = _process_traceback_frames(e.__traceback__)
--> 122     raise e.with_traceback(filtered_tb) from None

ValueError: Input 0 of layer "read_in" is incompatible with the layer: expected axis -1 to have value 1, \
but received (3, 7)"""
CURVES = {
    "loss": [0.69, 0.62, 0.41, 0.29, 0.24, 0.21],
    "val_loss": [0.68, 0.55, 0.36, 0.31, 0.27, 0.26],
    "accuracy": [0.52, 0.66, 0.82, 0.88, 0.91, 0.93],
    "val_accuracy": [0.51, 0.71, 0.84, 0.87, 0.90, 0.90],
}


def wrong_cell(student: str = "Grace Hopper") -> Record:
    """Somebody with a wrong cell, a late notebook, a cell that raised, and repairs."""
    error = CellError(
        name="ValueError",
        message='Input 0 of layer "read_in" is incompatible: expected 1, received (3, 7)',
        traceback=TRACEBACK,
    )
    return make_record(
        student,
        WRONG_CELL,
        penalty=0.5,
        late=True,
        outcome=Outcome.RAISED,
        cells=(*make_record("x").cells[:-1], CellRun(number=9, seconds=0.2, error=error)),
        notices=("2 notebooks were found, and homework.ipynb was graded.",),
        repairs=("notebook format 4.0 raised to 4.5", "`drive.mount` was replaced by nothing"),
        flags=("cell 7 uses exec",),
        overrides={"EPOCHS": 1},
        cuts=("the grader ended a loop over a data set after 600 batches",),
    )


def hostile(student: str = "mallory") -> Record:
    """Every text that a student can influence is an attack."""
    rows = tuple(Evidence(what=p, expected=p, actual=p, where=p) for p in PAYLOADS)
    changes = {
        check.id: {
            "status": status,
            "message": HOSTILE,
            "hint": HOSTILE,
            "evidence": rows,
            "waits_for": HOSTILE,
            "staff_note": HOSTILE,
        }
        for check, status in zip(ASSIGNMENT.checks, [*Status, *Status], strict=False)
    }
    error = CellError(name=PAYLOADS[0], message=HOSTILE, traceback=HOSTILE * 50)
    return make_record(
        student,
        make_checks(**changes),
        members=PAYLOADS,
        path=HOSTILE,
        files=PAYLOADS,
        outcome=Outcome.DIED,
        reason=HOSTILE,
        runtime_reason=HOSTILE,
        runtime="keras2",
        cells=(
            CellRun(number=9, seconds=math.inf, error=error),
            CellRun(number=10, seconds=math.nan, timed_out=True),
        ),
        notices=PAYLOADS,
        repairs=PAYLOADS,
        flags=PAYLOADS,
        cuts=PAYLOADS,
        missing_packages=PAYLOADS[:3],
        overrides={PAYLOADS[0]: 3, "LR": math.nan},
        submitted=HOSTILE,
        problem="",
    )


def submission_of(record: Record) -> Submission:
    """The submission that would be recorded like this."""
    names = (
        "student",
        "members",
        "path",
        "files",
        "digest",
        "submitted",
        "late",
        "repairs",
        "notices",
        "flags",
        "problem",
        "answers",
    )
    return Submission(**{name: getattr(record, name) for name in names})


def run_of(record: Record) -> Run:
    """The run that would be recorded like this."""
    names = (
        "run_id",
        "attempt",
        "outcome",
        "reason",
        "runtime",
        "runtime_reason",
        "isolation",
        "versions",
        "cells",
        "seconds",
    )
    more = ("overrides", "cuts", "memory_mb", "missing_packages")
    return Run(**{name: getattr(record, name) for name in (*names, *more)})


def test_the_made_up_class_is_what_it_says() -> None:
    assert make_record("ada").grade.points == 17
    assert (make_record("ada").grade.level, make_record("ada").grade.level_possible) == (
        Level.PASSED,
        Level.OUTSTANDING,
    )
    assert wrong_cell().grade.points == 11.0
    assert {check.status for check in hostile().grade.checks} == set(Status)
    assert ASSIGNMENT.points_max == 20
