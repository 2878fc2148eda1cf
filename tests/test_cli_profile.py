"""`grade --profile`: every second of processor time stands somewhere, and only once."""

import json
import time

import pytest
from test_cli_fakes import FakeRunner, a_class, a_sheet

from grader.cli.grade.account import KERNEL, NOBODY_KNOWS, Account
from grader.cli.grade.means import Means
from grader.cli.grade.wish import GradeWish
from grader.cli.grade.work import grade_class
from grader.run.job import START

SAID = {"start of the kernel": 0.5, "cells": 1.0, "question model": 0.25, "runner": 0.125, START: 0.75}


class Spending(FakeRunner):
    """Pretends, with an outcome that says what a kernel used; computes for a while itself."""

    def __call__(self, wanted):
        run = super().__call__(wanted)
        outcome = wanted.where.outcome
        outcome.write_text(json.dumps(json.loads(outcome.read_text()) | {"spent": SAID}))
        until = time.thread_time() + 0.05
        while time.thread_time() < until:
            pass
        return run


@pytest.fixture
def profile(tmp_path, capsys):
    """(profile.json, what was printed) of a class of two."""
    a_class(tmp_path / "handed in", ada="right", bob="wrong")
    wish = GradeWish(
        source=tmp_path / "handed in",
        assignments=a_sheet(tmp_path / "sheets"),
        out=tmp_path / "out",
        no_isolation=True,
        jobs=2,
        profile=True,
    )
    assert grade_class(wish, Spending()) == 0
    return json.loads((tmp_path / "out" / "profile.json").read_text()), capsys.readouterr().out


def test_each_student_has_what_went_into_it(profile):
    found = profile[0]["submissions"]
    assert found.keys() == {"ada", "bob"}
    for who in ("ada", "bob"):
        assert {what: found[who][what] for what in (*KERNEL, "question model", "runner")} == {
            what: seconds for what, seconds in SAID.items() if what != START
        }
        assert 0.05 <= found[who]["draw, send, read back"] < 0.5
        assert found[who]["judging"] >= 0  # the system counts in hundredths
    assert profile[0]["for all"][START] == 1.5


def test_all_of_it_is_the_total(profile):
    data, text = profile
    everything = [data["for all"], *data["submissions"].values()]
    spent = sum(seconds for of in everything for what, seconds in of.items() if what != NOBODY_KNOWS)
    made_up = 2 * sum(SAID.values())
    assert spent - made_up <= data["total"] + 0.05
    assert 2 * sum(data["mean"].values()) == pytest.approx(sum(sum(of.values()) for of in everything))
    assert 2 * sum(data["mean"].values()) == pytest.approx(data["total"])
    assert "Processor time: " in text
    assert "s a submission (2 of them" in text


def test_what_is_done_inside_of_something_else_counts_once():
    account = Account()
    account.watch(Means(runner=FakeRunner()))
    with account.doing("ada", "outer"):
        with account.doing("ada", "inner", "outer"):
            until = time.thread_time() + 0.05
            while time.thread_time() < until:
                pass
        until = time.thread_time() + 0.02
        while time.thread_time() < until:
            pass
    assert 0.05 <= account.spent["ada"]["inner"] < 0.07
    assert 0.02 <= account.spent["ada"]["outer"] < 0.04
