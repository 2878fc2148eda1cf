"""Verdicts while a notebook runs: which are said before the end, and which wait for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_cli_fakes import a_sheet

from grader.assignment import load_sheet
from grader.model import Basis, Observation, Reply, Run
from grader.model.verdict import failed, needs_review, passed, skipped
from grader.pipeline import preview


@pytest.fixture
def checks(tmp_path):
    return {check.id: check for check in load_sheet(a_sheet(tmp_path) / "small").checks}


@pytest.mark.parametrize(
    ("verdict", "short", "answered", "said"),
    [
        (passed("right"), True, True, True),
        (passed("right"), False, True, True),
        (failed("wrong"), False, True, True),
        (failed("wrong"), True, True, False),  # our smaller numbers may be to blame
        (failed("is still to be written"), False, False, False),  # another check may be the one that says it
        (skipped("not reached"), False, True, False),
        (needs_review("a person"), False, True, False),
    ],
)
def test_what_is_said_before_the_end(checks, verdict, short, answered, said):
    assert preview._may_be_said(checks["right"], verdict, short=short, answered=answered) is said


@pytest.mark.parametrize("sure", [{"basis": Basis.READ}, {"certain": True}])
def test_what_was_read_or_is_certain_is_said_although_little_was_trained(checks, sure):
    lost = replace(failed("LSTM is used"), **sure)
    assert preview._may_be_said(checks["right"], lost, short=True, answered=True)


def test_hidden_checks_are_never_ready(checks, tmp_path):
    sheet = load_sheet(a_sheet(tmp_path) / "small")
    assert "secret" not in {check.id for check in preview._ready(sheet, Run(run_id="r"))}


def test_a_probe_without_its_names_is_not_settled():
    from grader.assignment import Probe

    probe = Probe(name="p", answered_by="p")
    states = {Reply.MISSING: False, Reply.ANSWERED: True, Reply.RAISED: True, Reply.TIMED_OUT: True}
    for status, settled in states.items():
        run = Run(run_id="r", observations={"p": Observation(probe="p", status=status)})
        assert preview._is_settled(probe, run) is settled
    assert not preview._is_settled(probe, Run(run_id="r"))
