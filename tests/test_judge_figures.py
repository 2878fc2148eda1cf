"""Right and wrong cells by composition, layout x order of the states x mistake, and the figures that are told
of them.

The mistakes are written here as a student would make them, as pieces of code to swap, not with the judge's
own rules.
"""

import itertools
import time

import pytest

from grader.rnn.mapping import AS_ASKED, CELL_FIRST
from grader.rnn.search import explain
from tests.made_up import KINDS, Style, asked
from tests.mutants import RIGHT, Mutant, accepted, diagnosis

MISTAKES = {
    "forget_on_hidden": ("f * c", "f * h"),
    "state_not_carried": ("f * c + i * g", "i * g"),
    "forget_unused": ("f * c", "c"),
    "input_gate_unused": ("i * g", "g"),
    "nothing_new": ("f * c + i * g", "f * c"),
    "gates_added": ("i * g", "(i + g)"),
    "forget_added": ("f * c", "(f + c)"),
    "parts_multiplied": ("f * c + i * g", "f * c * i * g"),
    "new_subtracted": ("+ i * g", "- i * g"),
    "forget_inverted": ("f * c", "(1 - f) * c"),
    "coupled_gates": ("i * g", "(1 - f) * g"),
    "one_gate_for_both": ("i * g", "f * g"),
    "input_on_hidden": ("i * g", "i * h"),
    "cell_state_squashed": ("f * c + i * g", "tanh(f * c + i * g)"),
    "no_tanh_on_output": ("o * tanh(new_c)", "o * new_c"),
    "sigmoid_on_output": ("o * tanh(new_c)", "o * sigmoid(new_c)"),
    "old_state_shown": ("tanh(new_c)", "tanh(c)"),
    "output_gate_unused": ("o * tanh(new_c)", "tanh(new_c)"),
    "output_added": ("o * tanh(new_c)", "o + tanh(new_c)"),
    "tanh_around_product": ("o * tanh(new_c)", "tanh(o * new_c)"),
    "candidate_shown": ("tanh(new_c)", "g"),
    "hidden_added": ("o * tanh(new_c)", "h + o * tanh(new_c)"),
    "sigmoid_candidate": ("g = tanh(", "g = sigmoid("),
    "linear_candidate": ("g = tanh(", "g = linear("),
    "relu_candidate": ("g = tanh(", "g = relu("),
    "softmax_input_gate": ("i = sigmoid(", "i = softmax("),
    "tanh_forget_gate": ("f = sigmoid(", "f = tanh("),
    "linear_output_gate": ("o = sigmoid(", "o = linear("),
    "tanh_gates": ("sigmoid(", "tanh("),
    "twice_output_gate": ("o * tanh", "sigmoid(o) * tanh"),
    "candidate_sees_cell_state": ('h @ w["g"][1]', 'c @ w["g"][1]'),
    "no_recurrence": ("h @ w", "0 * h @ w"),
    "input_without_h": ('h @ w["i"][1] + ', ""),
    "forget_without_x": ('x @ w["f"][0] + ', ""),
    "output_without_bias": (' + w["o"][2]', ""),
    "weights_of_another_gate": ('h @ w["i"][1]', 'h @ w["f"][1]'),
    "states_swapped": ("return new_h, new_c", "return new_c, new_h"),
    "cell_returned_twice": ("return new_h, new_c", "return new_c, new_c"),
    "hidden_returned_twice": ("return new_h, new_c", "return new_h, new_h"),
    "hidden_unchanged": ("return new_h, new_c", "return h, new_c"),
    "cell_unchanged": ("return new_h, new_c", "return new_h, c"),
    "other_equation": ("f * c", "o * h"),
}
STYLES = (
    Style("separate", ("f", "i", "g", "o")),
    Style("fused", ("i", "f", "o", "g"), hx=True),
    Style("nested", ("o", "f", "i", "g"), bias="two"),
    Style("stacked", transposed=True),
)


def test_right_cells_are_accepted_in_every_layout(capsys):
    styles = [
        Style(kind, order, hx=hx, bias=bias, transposed=turned)
        for kind, bias, hx, turned in itertools.product(
            KINDS, ("one", "two", "none"), (False, True), (False, True)
        )
        for order in (("i", "f", "g", "o"), ("g", "o", "f", "i"))
    ]
    cases = list(itertools.product(styles, (AS_ASKED, CELL_FIRST)))
    refused = [
        (style, pair)
        for number, (style, pair) in enumerate(cases)
        if not accepted(explain(asked(style, number, pair=pair)))
    ]
    with capsys.disabled():
        print(f"\nright cells accepted: {len(cases) - len(refused)} of {len(cases)}")
    assert len(cases) >= 60
    assert refused == []


def test_wrong_cells_are_caught_and_named(capsys):
    cases = list(itertools.product(MISTAKES, STYLES))
    found = {}
    started = time.process_time()
    for number, (name, style) in enumerate(cases):
        source = RIGHT["line_by_line"]
        old, new = MISTAKES[name]
        assert old in source
        code = Mutant(base="line_by_line", change=name, source=source.replace(old, new)).code()
        found[name, style] = explain(asked(style, number, code))
    each = (time.process_time() - started) / len(cases)
    caught = [case for case in cases if not accepted(found[case])]
    named = [case for case in cases if diagnosis(found[case]) == case[0]]
    with capsys.disabled():
        print(
            f"\nwrong cells caught: {len(caught)} of {len(cases)}, first diagnosis right: {len(named)}"
            f" ({len(named) / len(cases):.0%}), {1000 * each:.0f} ms each"
        )
    assert len(cases) >= 80
    assert len(caught) == len(cases)
    assert len(named) >= 0.9 * len(cases), sorted(
        {(case[0], diagnosis(found[case])) for case in cases if case not in named}
    )


@pytest.mark.parametrize("name", MISTAKES)
def test_the_mistake_is_one_that_the_judge_knows(name):
    from grader.rnn.mistakes.lstm import MISTAKES as KNOWN

    assert name in {variant.id for variant in KNOWN} | {"states_swapped", "other_equation"}
