"""The hostile corpus itself: every attack says what it is, and the page that lists them is the one that would
be written."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from grader.assignment import load_sheet
from grader.collect.reading.magics import readable
from grader.model import Outcome
from tests.submissions.hostile import attacks, table
from tests.submissions.hostile.entry import LEVELS, PLACES, laid_out

ROOT = Path(__file__).resolve().parents[1]
BAIT = dict.fromkeys(PLACES, "7")


@pytest.mark.parametrize("attack", attacks(), ids=lambda attack: f"{attack.topic}-{attack.name}")
def test_an_attack_is_python_and_says_what_it_wants(attack):
    for cell in attack.cells:
        ast.parse(readable(laid_out(cell, BAIT)).code)
    assert attack.goal.endswith(".")
    assert set(attack.levels) <= set(LEVELS)
    assert attack.ends <= set(Outcome) - {Outcome.UNAVAILABLE}  # nobody may have us take the blame


def test_what_attacks_may_win_are_checks_of_the_sheet():
    known = {check.id for check in load_sheet(ROOT / "assignments" / "sum_sequence").checks}
    assert set().union(*(attack.wins for attack in attacks())) <= known


def test_there_are_enough_and_no_two_have_one_name():
    assert len(attacks()) >= 60


def test_the_page_lists_them():
    page = (ROOT / "tests" / "submissions" / "hostile" / "README.md").read_text()
    assert table() in page, "run python -m tests.submissions.hostile and put its lines into the page"


def test_the_table_is_printed():
    done = subprocess.run(
        [sys.executable, "-m", "tests.submissions.hostile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == table()
