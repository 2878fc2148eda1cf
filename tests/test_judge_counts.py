"""Parameter counts follow from the sizes, per part and in total; what is not trained is named for what it
is."""

from dataclasses import replace

import pytest

from grader.judge.checks.shapes import counts
from grader.model import Status
from tests.made_up import Style
from tests.made_up_sheet import SHEET
from tests.made_up_student import NUMBERS, Student

TRAINED = 4 * ((3 + 7) * 7 + 7) + 2 * 3 + 8


def judged(style=None, variables=(), changed=None):
    """The verdict on a model of these cells, with further variables behind its own and changes to some of
    them."""
    seen = Student(style=style or Style()).seen("one_step", "model")
    seen = replace(seen, submission=replace(seen.submission, source=replace(seen.source, parameters=NUMBERS)))
    described = seen.answer("model").answer["variables"]
    described.extend({"name": "", "tracked": True, "trainable": True} | variable for variable in variables)
    for place, change in (changed or {}).items():
        described[place] |= change
    return counts.judge_counts(seen)


def test_the_classic_count_is_derived():
    made = counts.parameter_counts(SHEET.model, with_the_sheets=SHEET.hw.parameters)
    assert "(53,365 with the sheet's)" in made.title


def test_a_right_model_has_the_count_of_its_sizes():
    verdict = judged()
    assert verdict.status is Status.PASSED
    assert f"{TRAINED:,} parameters" in verdict.message


def test_two_biases_are_right_too():
    assert "Each gate has two biases" in judged(Style("eight", bias="two")).message
    assert "1 gate has two biases" in judged(Style("mixed", bias="two")).message


@pytest.mark.parametrize(
    ("variables", "changed", "message"),
    [
        (
            [{"path": "kept", "shape": [4, 7], "trainable": False}],
            {},
            "variables that are not trained (kept): 28, expected 0",
        ),
        ([{"path": "dense.kernel", "shape": [7, 5]}], {}, "read-in and read-out together: 49, expected 14"),
        ([], {0: {"shape": [1, 5]}}, "read-in and read-out together: 16, expected 14"),
        ([], {2: {"trainable": False}}, "trainable parameters"),
    ],
    ids=["a state", "one layer more", "another size", "a gate that is not trained"],
)
def test_the_part_that_differs_is_named(variables, changed, message):
    verdict = judged(variables=variables, changed=changed)
    assert verdict.status is Status.FAILED
    assert message in verdict.message
