"""Every known mistake of a GRU and of a simple cell is named from its own answers, and nothing else is called
by its name."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from grader.rnn.families import FAMILIES
from grader.rnn.gru import GRU
from grader.rnn.lstm import LSTM
from grader.rnn.mistakes import known_mistakes
from grader.rnn.search import explain, explanations
from grader.rnn.simple import SIMPLE
from grader.rnn.weights import Weights, pre_activations
from tests.made_up import Style, asked

ROOT = Path(__file__).parent.parent
ORDERS = {"gru": ("z", "r", "n"), "simple_rnn": ("n",), "lstm": ("i", "f", "g", "o")}
STYLES = {
    "gru": (
        Style(order=("r", "n", "z")),
        Style("fused pair", ("n", "z", "r"), bias="two"),
        Style("nested", ("z", "r", "n"), bias="two"),
    ),
    "simple_rnn": (
        Style(order=("n",)),
        Style("fused pair", ("n",), bias="two"),
        Style("nested", ("n",), transposed=True),
    ),
}
CASES = [(family, variant) for family in (GRU, SIMPLE) for variant in known_mistakes(family)]


def by_rule(family, rule):
    """The rule as a made-up student's code."""

    def code(w, x, *states):
        stacked = (np.stack([w[gate][part] for gate in ORDERS[family.name]]) for part in range(3))
        kernel, recurrent, bias = stacked
        return rule(
            pre_activations(Weights(kernel=kernel, recurrent=recurrent, bias=bias), x, states[0]), *states
        )

    return code


@pytest.mark.parametrize(
    ("family", "variant"), CASES, ids=[f"{k}-{f.name}-{v.id}" for k, (f, v) in enumerate(CASES)]
)
def test_it_is_named_in_every_layout(family, variant):
    for seed, style in enumerate(STYLES[family.name]):
        found = explain(asked(style, seed, by_rule(family, variant.rule), family=family))
        assert found is not None
        assert (found.family, found.variant.id) == (family, variant.id)


RULES = [(family, rule) for family in FAMILIES for rule in family.rules]


@pytest.mark.parametrize(("family", "rule"), RULES, ids=[rule.id for _, rule in RULES])
def test_no_mistake_explains_a_right_cell_in_any_layout(family, rule):
    style = Style("fused pair", ORDERS[family.name], bias="two")
    found = list(explanations(asked(style, 1, by_rule(family, rule.rule), family=family)))
    assert found[0].is_right
    assert found[0].variant == rule
    named = {variant.id for variant in known_mistakes(family)}
    assert not named & {mapping.variant.id for mapping in found}


def test_the_libraries_are_as_large_as_we_say():
    names = {family.name: {variant.id for variant in known_mistakes(family)} for family in FAMILIES}
    told = (ROOT / "docs" / "proof.md").read_text("utf-8")
    for family, file in ((LSTM, "lstm.py"), (GRU, "gru.py"), (SIMPLE, "simple.py")):
        line = next(line for line in told.splitlines() if f"(`{file}`)" in line)
        assert line.endswith(f"| {len(names[family.name])} |")


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_mistake_says_what_it_is_and_is_no_right_rule(family):
    names = {variant.id for variant in family.rules}
    assert all(
        variant.words.startswith(("that ", "whose ", "with", "without "))
        for variant in known_mistakes(family)
    )
    assert not names & {variant.id for variant in known_mistakes(family)}


def test_a_family_without_a_library_has_no_mistakes():
    assert known_mistakes(replace(LSTM, name="another")) == ()


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_wherever_a_mistake_is_made_a_hint_says_what_to_compare_there(family):
    assert {variant.place for variant in known_mistakes(family)} <= {place for place, _ in family.hints}
