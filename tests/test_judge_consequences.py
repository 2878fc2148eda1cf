"""One mistake is told once: what cannot be asked because of it says so, and is not told as another one."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.assignment import load_sheet
from grader.judge.verdicts import judge_all
from grader.model import Basis, CellError, Misplaced, Observation, Reply, Status
from grader.model.verdict import failed, passed
from tests.made_up_sheet import PROBES
from tests.made_up_student import Student

SHEET = Path(__file__).resolve().parents[1] / "assignments" / "sum_sequence"
TRACE = 'File "/tmp/ipykernel_7/1.py", line 9, in call\n    {line}\n'


def raised_at(line, probe, name="TypeError"):
    error = CellError(name=name, message=f"asked by {probe}", traceback=TRACE.format(line=line))
    return Observation(probe=probe, status=Reply.RAISED, question={}, answer={}, error=error)


def verdicts(cell, model, gradients):
    """Of the cell that gets this verdict, of what needs it, of the model and of its gradients, which raise at
    these lines."""
    seen = Student().seen()
    sheet = replace(seen.assignment, checks=[])
    part = sheet.task("1", "All.")
    for name, asks, needs, verdict in (
        ("states", "one_step", (), cell),
        ("equations", "one_step", ("states",), passed("right")),
        ("shapes", "model", (), passed("right")),
        ("flow", "gradients", (), passed("right")),
    ):

        def judge(seen, verdict=verdict):
            return verdict

        judge.__name__ = name
        part.own_check(f"{name}.", points=1, basis=Basis.PROVEN, asks=PROBES[asks], needs=needs)(judge)
    found = dict(seen.run.observations) | {"model": model, "gradients": gradients}
    judged = judge_all(replace(seen, assignment=sheet, run=replace(seen.run, observations=found)))
    return [verdict for _, verdict in judged]


@pytest.mark.parametrize("line", ["outputs.write(t, states[0])", "another line"])
def test_a_model_that_raises_around_a_cell_that_does_not_work_is_no_mistake_of_its_own(line):
    first, second = raised_at("outputs.write(t, states[0])", "model"), raised_at(line, "gradients")
    states, equations, shapes, flow = verdicts(failed("one call returns None"), first, second)
    assert states.status is Status.FAILED
    assert {equations.status, shapes.status, flow.status} == {Status.SKIPPED}
    assert shapes.message == (
        "not reached: first this must hold: “states.” (using model raises TypeError: asked by model)"
    )


def test_a_model_that_raises_around_a_right_cell_is_told_once():
    line = "outputs.write(t, states[0])"
    *_, shapes, flow = verdicts(passed("right"), raised_at(line, "model"), raised_at(line, "gradients"))
    assert (shapes.status, shapes.hint) == (Status.FAILED, f"It was raised at: {line}")
    assert (flow.status, flow.message) == (Status.SKIPPED, "not reached: see “shapes.”")


def test_two_mistakes_are_told_both():
    two = raised_at("one line", "model"), raised_at("another line", "gradients")
    *_, shapes, flow = verdicts(passed("right"), *two)
    assert [shapes.status, flow.status] == [Status.FAILED] * 2


@pytest.mark.parametrize(
    ("name", "status"), [("NameError", Status.NEEDS_REVIEW), ("NotImplementedError", Status.SKIPPED)]
)
def test_where_a_cell_raises_a_person_looks_at_how_its_forget_gate_starts(name, status):
    """Of what is still to be written there is nothing to look at."""
    gap = '# --- cell 1 ---\ndef call(self, x, states):\n    raise NotImplementedError("asked by one_step")\n'
    seen = Student(text=gap).seen("one_step")
    found = {"one_step": raised_at("hidden, cel", "one_step", name)}
    seen = replace(seen, assignment=load_sheet(SHEET), run=replace(seen.run, observations=found))
    judged = judge_all(seen)
    (states,) = (verdict for check, verdict in judged if check.id == "returns_states")
    (bias,) = (verdict for check, verdict in judged if check.id.startswith("forget_bias"))
    assert (states.status, bias.status) == (Status.FAILED, status)


@pytest.mark.parametrize(
    ("cell_answers", "named"), [(True, "LSTM_Layer did not"), (False, "LSTM_Cell and LSTM_Layer did not")]
)
def test_what_does_not_answer_is_named_without_what_does(cell_answers, named):
    seen = Student().seen()
    silent = [PROBES["layer"].name, *([] if cell_answers else [PROBES["one_step"].name])]
    found = dict(seen.run.observations)
    found |= {name: Observation(probe=name, status=Reply.TIMED_OUT) for name in silent}
    sheet = replace(seen.assignment, checks=[])
    for asks in ("layer", "one_step"):

        def judge(seen):
            return passed("right")

        judge.__name__ = asks
        sheet.task(asks, asks).own_check(f"{asks}.", points=1, basis=Basis.PROVEN, asks=PROBES[asks])(judge)
    (_, layer), _ = judge_all(replace(seen, assignment=sheet, run=replace(seen.run, observations=found)))
    assert layer.message.startswith(named)


def test_a_method_in_the_wrong_place_is_told_also_where_nothing_answers():
    one = Misplaced(name="call", kind="LSTM_Cell", within="__init__", where="cell 3, line 9")
    seen = Student().seen()
    seen = replace(seen, submission=replace(seen.submission, source=replace(seen.source, misplaced=(one,))))
    found = dict(seen.run.observations)
    found[PROBES["layer"].name] = Observation(probe=PROBES["layer"].name, status=Reply.TIMED_OUT)
    sheet = replace(seen.assignment, checks=[])

    def unrolls(seen):
        return passed("right")

    sheet.task("3", "3").own_check("unrolls.", points=1, basis=Basis.PROVEN, asks=PROBES["layer"])(unrolls)
    ((_, layer),) = judge_all(replace(seen, assignment=sheet, run=replace(seen.run, observations=found)))
    assert layer.message == one.said
