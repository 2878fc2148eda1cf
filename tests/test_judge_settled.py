"""What is still to be written is certain after one run; what a smaller data set may have raised, what was not
reached and what was stopped are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.assignment import Seen
from grader.assignment.gaps import gaps
from grader.judge.settled import may_train_more
from grader.judge.verdicts import judge_all, longer_run
from grader.model import (
    Basis,
    CellError,
    CellRun,
    CellSource,
    Extent,
    Observation,
    Outcome,
    Reply,
    Run,
    SourceFacts,
    Submission,
    UseBeforeDefinition,
)
from grader.model.verdict import failed
from tests.made_up_sheet import PROBES, small

GAP = CellError(name="NotImplementedError", message="train is still to be written", traceback="")
EMPTY = CellError(name="ValueError", message="the data set is empty", traceback="")
UNREADABLE = CellError(name="SyntaxError", message="invalid syntax", traceback="")
WRITES_A_GAP = 'def train():\n    raise NotImplementedError("train is still to be written")'
UNTRAINED = Observation(probe="training", status=Reply.ANSWERED, answer={"gradients": 0, "updates": 0})


def no_name(name):
    return CellError(name="NameError", message="", traceback="", missing_name=name)


def cell(number, error=None, **more):
    return CellRun(number=number, seconds=1.0, error=error, **more)


def short_run(asks, *others, cells=(), text=WRITES_A_GAP, code=(), run=None, instead=None, **facts):
    """A run with fewer samples, and a check of one probe that loses its points. `asks`: its observation;
    `code`: the cells as they stand; `facts`: what else was read."""
    sheet = replace(small(), checks=[])
    task = sheet.task("1", "All.", after_training=True)
    # all of the sheet is asked, as by a whole sheet
    task.own_check("Others.", points=1, basis=Basis.READ, uses=tuple(PROBES.values()))(others_are_read)
    task.own_check("It.", points=1, asks=[PROBES[asks.probe]], uses=[PROBES["model"]], instead=instead)(
        lambda seen: failed("wrong")
    )
    made = Run(
        run_id="r",
        overrides={"NUM_SAMPLES": 100},
        cells=cells,
        observations={one.probe: one for one in (asks, *others)},
        outcome=Outcome.RAISED,
    )
    return Seen(
        assignment=sheet,
        submission=Submission(
            student="ada",
            source=SourceFacts(text=f"# --- cell 1 ---\n{text}", **facts),
            cells=tuple(CellSource(number=number, text=one) for number, one in enumerate(code, start=1)),
        ),
        run=replace(made, **(run or {})),
    )


def wants(*observed, **more):
    """How much must run again."""
    found = short_run(*observed, **more)
    return longer_run(found, judge_all(found))


def others_are_read(seen):
    return failed("wrong")


def missing(probe, *names):
    return Observation(probe=probe, status=Reply.MISSING, missing=names)


def raised(probe, error):
    return Observation(probe=probe, status=Reply.RAISED, error=error)


NO_DATA = missing("pipeline", "train_ds")
NO_MODEL = missing("model", "model")
NO_CELL = missing("one_step", "LSTM_Cell")
USES = {"uses": frozenset({"train_ds"})}
IN_THE_GAP = {"assigned": {"train_ds": 2}, "cells": (cell(1), cell(2, GAP))}
EARLY = (UseBeforeDefinition(name="train_ds", used_in=2, defined_in=5),)


@pytest.mark.parametrize(
    ("asks", "more"),
    [
        (raised("one_step", GAP), {}),
        (raised("model", GAP), {"cells": (cell(2, GAP),)}),
        (raised("model", replace(GAP, message="in user code: train is still to be written")), {}),
        (NO_DATA, IN_THE_GAP),
        (NO_DATA, {"assigned": {"train_ds": 2}, "cells": (cell(2, UNREADABLE),), "syntax_errors": ("x",)}),
        # what follows from it in the cells below
        (NO_MODEL, IN_THE_GAP | {"cells": (cell(2, GAP), cell(3, no_name("train_ds"))), **USES, "roles": {}}),
        (NO_MODEL, {"assigned": {"model": 2}, "cells": (cell(2, no_name("trian_ds")),)}),
        (NO_DATA, {"cells": (cell(2, no_name("train_ds")),), "used_before_defined": EARLY, **USES}),
        (NO_CELL, {"cells": (cell(1),)}),  # nothing else in it does the same
        (NO_DATA, {"cells": (cell(1),), **USES}),
    ],
)
def test_what_is_still_to_be_written_or_named_nowhere_needs_no_second_run(asks, more):
    assert wants(asks, **more) is None


AGAIN = f"if NUM_SAMPLES < 200:\n    {WRITES_A_GAP.splitlines()[1].strip()}"
AFTER = f"def train():\n    if ready:\n        return\n{WRITES_A_GAP.splitlines()[1]}"


@pytest.mark.parametrize(
    ("asks", "more"),
    [
        (raised("one_step", EMPTY), {}),
        (raised("one_step", replace(GAP, message="of a library")), {}),  # which may raise the same, too
        (raised("one_step", GAP), {"text": "x = 1"}),
        (raised("one_step", GAP), {"text": AGAIN}),  # only under our numbers
        (raised("one_step", GAP), {"text": AFTER}),
        (Observation(probe="one_step", status=Reply.TIMED_OUT), {}),
        (NO_DATA, {"assigned": {"train_ds": 2}, "cells": (cell(2, EMPTY),)}),
        (NO_DATA, {"assigned": {"train_ds": 2}, "cells": (cell(2, timed_out=True),)}),
        (NO_DATA, {"assigned": {"train_ds": 2}, "cells": (cell(1),)}),  # not reached
        (NO_DATA, {"assigned": {"train_ds": 2}, "cells": (cell(2),)}),  # in a loop, or under a condition
        (NO_DATA, IN_THE_GAP | {"run": {"outcome": Outcome.DIED}}),
        (NO_DATA, IN_THE_GAP | {"run": {"missing_packages": ("tqdm",)}}),
        (NO_DATA, IN_THE_GAP | {"roles": {"train_ds": ("data",)}, "assigned": {"train_ds": 2, "data": 1}}),
        # another error of the run may have kept what does the same from being there
        (NO_CELL, {"cells": (cell(1, EMPTY),)}),
        (NO_DATA, {"cells": (cell(1),)}),  # data of another name are known by what is in them
        (NO_DATA, {"cells": (cell(1),), "uses": frozenset({"train_ds", "globals"})}),
        (NO_MODEL, {"assigned": {"model": 2, "loss": 1}, "cells": (cell(1), cell(2, no_name("loss")))}),
    ],
)
def test_what_our_numbers_may_have_done_is_run_again(asks, more):
    assert wants(asks, **more) is not None


ANSWERED = Observation(probe="model", status=Reply.ANSWERED)
TRAINS = "def step():\n    optimizer.apply_gradients([])\n"


@pytest.mark.parametrize(
    ("code", "again"),
    [
        (("def train(): ...", "train()"), False),  # the second is the cell that stops at the gap
        ((f"{TRAINS}", "train()"), False),
        ((f"{TRAINS}\nfor batch in data:\n    step()", "train()"), True),  # of few samples none was left
    ],
)
def test_nothing_is_trained_whatever_the_numbers_where_the_training_is_a_gap(code, again):
    text = "\n".join((WRITES_A_GAP, *code[:1]))
    seen = short_run(ANSWERED, UNTRAINED, cells=(cell(1), cell(2, GAP)), text=text, code=code)
    assert longer_run(seen, judge_all(seen)) is (Extent.FULL if again else None)
    assert may_train_more(seen) is again


def test_data_of_an_untrained_notebook_are_asked_again():
    seen = Observation(probe="pipeline", status=Reply.ANSWERED)
    assert wants(seen, UNTRAINED, cells=(cell(1), cell(2, GAP))) is Extent.FULL


def test_gaps_say_where_what_and_whether_always():
    text = f"class A:\n    def f(self):\n        with x:\n            raise NotImplementedError\n{AGAIN}\n"
    assert [(gap.line, gap.message, gap.always) for gap in gaps(text)] == [
        (4, "", True),
        (6, "train is still to be written", False),
    ]
    (put_together,) = gaps("raise NotImplementedError(f'{name} is missing')")
    assert put_together.message is None
    assert put_together.may_have_raised("x")
    assert not put_together.has_raised("x")
    assert gaps("raise NotImplementedError(") == []


NO_LAYER = missing("layer", "LSTM_Layer")
UNREAD = {"cells": (cell(1, UNREADABLE),), "syntax_errors": ("x",)}


def nothing_instead(seen):
    return None


@pytest.mark.parametrize(("model", "again"), [(raised("model", GAP), False), (ANSWERED, True)])
def test_where_a_model_may_be_judged_in_its_place_that_one_decides(model, again):
    found = wants(NO_LAYER, model, instead=nothing_instead, **UNREAD)
    assert found is (Extent.FULL if again else None)
