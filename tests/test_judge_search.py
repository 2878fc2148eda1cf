"""The search finds the equations in any layout, and never in a cell that computes something else."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.judge.identify.cell import IdentifiedCell
from grader.judge.identify.diagnosis import named_mistake
from grader.rnn.lstm import LSTM
from grader.rnn.mapping import AS_ASKED, CELL_FIRST, SWAPPED, CellDraw
from grader.rnn.nearest import nearest
from grader.rnn.search import explain
from tests.made_up import GATES, KINDS, ROWS, Style, asked, logistic, lstm

styles = st.builds(
    Style,
    kind=st.sampled_from(KINDS),
    order=st.permutations(GATES).map(tuple),
    hx=st.booleans(),
    bias=st.sampled_from(["one", "two", "none"]),
    transposed=st.booleans(),
)
sizes = st.tuples(st.integers(5, 9), st.integers(3, 4))


@settings(max_examples=150, deadline=None)
@given(
    style=styles,
    size=sizes,
    seed=st.integers(0, 2**32),
    constant=st.sampled_from([0.0, 1.0, 0.5, 2.0]),
    pair=st.sampled_from([AS_ASKED, CELL_FIRST]),
)
def test_the_equations_are_found_in_every_layout(style, size, seed, constant, pair):
    found = explain(asked(style, seed, units=size[0], features=size[1], constant=constant, pair=pair))
    assert found is not None
    assert (found.variant.id, found.order, found.layout.forget_constant) == ("lstm", pair, constant)


def with_mistake(mistake):
    """Code with a mistake, written out here once more."""

    def code(w, x, h, c):
        z = {gate: x @ kernel + h @ recurrent + bias for gate, (kernel, recurrent, bias) in w.items()}
        i, f, o = (logistic(z[gate]) for gate in "ifo")
        g = np.tanh(z["g"])
        new = {
            "forget_on_hidden": f * h + i * g,
            "state_not_carried": i * g,
            "sigmoid_candidate": f * c + i * logistic(z["g"]),
            "input_gate_unused": f * c + g,
        }.get(mistake, f * c + i * g)
        shown = {"no_tanh_on_output": o * new, "output_gate_unused": np.tanh(new)}.get(
            mistake, o * np.tanh(new)
        )
        return shown, new

    return code


NAMED = (
    "forget_on_hidden",
    "state_not_carried",
    "sigmoid_candidate",
    "input_gate_unused",
    "no_tanh_on_output",
    "output_gate_unused",
)


@settings(max_examples=60, deadline=None)
@given(style=styles, size=sizes, seed=st.integers(0, 2**32), mistake=st.sampled_from(NAMED))
def test_a_mistake_is_named_in_every_layout(style, size, seed, mistake):
    found = explain(asked(style, seed, with_mistake(mistake), units=size[0], features=size[1]))
    assert found is not None
    assert found.variant.id == mistake


# A forget gate on the hidden state is left out: with the states' names exchanged it is another mistake, that
# all gates see the cell state.
@settings(max_examples=20, deadline=None)
@given(
    style=styles,
    seed=st.integers(0, 2**32),
    mistake=st.sampled_from(NAMED[1:]),
    pair=st.sampled_from(SWAPPED),
)
def test_a_mistake_is_named_where_states_are_passed_apart_and_come_back_in_another_order(
    style, seed, mistake, pair
):
    made = asked(style, seed, with_mistake(mistake), pair=pair)
    found = explain(replace(made, apart=True))
    assert found is not None
    assert (found.variant.id, found.order.passed, found.order.returned) == (
        mistake,
        pair.passed,
        pair.returned,
    )
    assert found.order.kept


def test_the_deviation_is_told_in_the_order_in_which_states_that_are_passed_apart_come_back():
    def no_tanh(w, x, h, c):
        new_h, new_c = lstm(w, x, h, c)
        return new_h + 0.1, new_c

    style = Style("separate", GATES, False, "one")
    near = nearest(replace(asked(style, 3, no_tanh, pair=SWAPPED[0]), apart=True))
    assert near is not None
    assert near.states[1] < 1e-4 < near.states[0] == pytest.approx(0.1, abs=1e-3)


@pytest.mark.parametrize("pair", SWAPPED, ids=["returned swapped", "taken swapped"])
def test_a_pair_that_changes_its_order_is_no_lstm(pair):
    style = Style("separate", GATES, False, "one")
    made = asked(style, 1, pair=pair)
    mapping = explain(made)
    cell = IdentifiedCell(
        family=LSTM,
        units=7,
        features=3,
        shapes=tuple(made.shapes),
        paths=tuple(made.paths),
        mapping=mapping,
        initial=(),
    )
    assert not cell.is_right
    named = named_mistake(cell)
    assert named is not None
    assert named.id == "states_swapped"


def test_kernels_and_biases_that_do_not_stand_together_are_found():
    style = Style("raw", GATES, False, "one")
    made = asked(style, 5)
    turned = [
        CellDraw(
            arrays=(*d.arrays[:4], *(d.arrays[4:][k] for k in (2, 0, 3, 1))),
            x=d.x,
            states=d.states,
            out=d.out,
        )
        for d in made.draws
    ]
    found = explain(replace(made, draws=turned))
    assert found is not None
    assert found.variant.id == "lstm"


def test_noise_is_explained_by_nothing():
    made = asked(Style("fused", hx=True), 2)
    rng = np.random.default_rng(0)
    noise = replace(
        made, draws=[replace(draw, out=tuple(rng.standard_normal((2, ROWS, 7)))) for draw in made.draws]
    )
    assert explain(noise) is None
    infinite = replace(
        made, draws=[replace(draw, out=(draw.out[0] * np.nan, draw.out[1])) for draw in made.draws]
    )
    assert explain(infinite) is None


def test_a_state_that_is_right_is_not_called_wrong_beside_a_known_mistake():
    """Over many draws: whatever layout comes nearest by chance, the cell state of this cell is right."""

    def code(w, x, h, c):
        _, new_c = lstm(w, x, h, c)
        o, g = (x @ kernel + h @ recurrent + bias for kernel, recurrent, bias in (w["o"], w["g"]))
        return np.tanh(g) / (1 + np.exp(-o)), new_c

    for seed in range(6):
        made = asked(Style("fused", ("i", "f", "o", "g")), seed, code)
        known = explain(made)
        assert known is not None
        assert known.variant.id == "candidate_shown"
        far = nearest(made, known)
        assert far is not None
        assert far.states[1] < 1e-5
        assert far.states[0] > 0.1


def test_how_far_an_unknown_cell_is_and_where_it_is_right():
    def code(w, x, h, c):
        new_h, new_c = lstm(w, x, h, c)
        return new_h + 0.25 * c[:, ::-1], new_c

    far = nearest(asked(Style("fused"), 3, code))
    assert far is not None
    assert far.states[1] < 1e-5
    assert far.states[0] > 0.1
    assert far.right_without == ("cell state",)
    assert nearest(replace(asked(Style(), 3), shapes=[(2, 2)])) is None
