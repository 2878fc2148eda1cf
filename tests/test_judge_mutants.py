"""Mutants of right cells: those that are still right are accepted, all others are caught. `make test` judges
one in four."""

import os

import pytest

from tests.mutants import RIGHT, Mutant, accepted, answers, judged, mutants, still_right

ONE_IN = 1 if os.environ.get("GRADER_TEST_ALL") else 4


@pytest.mark.parametrize("base", RIGHT)
def test_what_differs_is_caught_and_what_does_not_is_accepted(base, capsys):
    figures = judged(mutant for number, mutant in enumerate(mutants(base)) if number % ONE_IN == 0)
    with capsys.disabled():
        print(f"\n{base}: {figures}")
    assert figures.wrong > 20
    assert not figures.refused
    assert not figures.survivors


@pytest.mark.parametrize("base", RIGHT)
def test_the_cells_before_the_change_are_right(base):
    right = Mutant(base=base, change="none", source=RIGHT[base])
    assert still_right(right.code())
    assert judged(iter([right])).refused == ()


def test_a_mutant_that_raises_is_left_out():
    broken = Mutant(
        base="line_by_line",
        change="a name that is not there",
        source="def call(w, x, h, c):\n    return nothing",
    )
    assert answers(broken) is None
    assert judged(iter([broken])).wrong == 0
    assert not accepted(None)
