"""Every known mistake of a cell is named in every layout, and nothing else is called by its name."""

import numpy as np
import pytest

from grader.rnn.layer_mistakes import LAYER_MISTAKES
from grader.rnn.mistakes.lstm import MISTAKES
from grader.rnn.search import explain
from grader.rnn.weights import Weights, pre_activations
from tests.made_up import GATES, Style, asked

STYLES = (
    Style(),
    Style("fused", ("f", "o", "g", "i"), hx=True),
    Style("nested", ("o", "g", "i", "f"), bias="two", transposed=True),
)


def by_rule(rule):
    """The rule as a made-up student's code."""

    def code(w, x, h, c):
        kernel, recurrent, bias = (np.stack([w[gate][part] for gate in GATES]) for part in range(3))
        return rule(pre_activations(Weights(kernel=kernel, recurrent=recurrent, bias=bias), x, h), h, c)

    return code


@pytest.mark.parametrize("variant", MISTAKES, ids=[f"{k}-{v.id}" for k, v in enumerate(MISTAKES)])
def test_it_is_named_in_every_layout(variant):
    for seed, style in enumerate(STYLES):
        found = explain(asked(style, seed, by_rule(variant.rule)))
        assert found is not None
        assert found.variant.id == variant.id


def test_the_library_is_as_large_as_we_say():
    assert len({variant.id for variant in MISTAKES}) > 100
    assert len(LAYER_MISTAKES) == 39


def test_variants_of_one_name_say_what_they_are():
    assert all(variant.words.startswith(("that ", "whose ", "with", "without ")) for variant in MISTAKES)
