"""The search finds the equations of every family in any layout, whoever wrote the cell, and calls a cell of
another family by its name."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.rnn.families import FAMILIES, relatives
from grader.rnn.family import CellFamily, Variant
from grader.rnn.gru import CONVENTIONS, GRU
from grader.rnn.layouts import WeightBlock
from grader.rnn.lstm import LSTM
from grader.rnn.mapping import CellDraw, CellDraws, changed_orders, kept_orders
from grader.rnn.nearest import nearest
from grader.rnn.search import explain
from grader.rnn.simple import SIMPLE
from grader.rnn.stack import inner_choices
from tests.made_up import KINDS, ROWS, Style, asked, logistic, lstm

GATES = ("z", "r", "n")
BIAS = WeightBlock(variable=0, index=0, rows="b")


def gru(*, after, keeps):
    """A GRU written out here once more, in float64, independent of the textbook; all biases outside of the
    recurrent product."""

    def code(w, x, h):
        z, r = (logistic(x @ w[gate][0] + h @ w[gate][1] + w[gate][2]) for gate in "zr")
        kernel, recurrent, bias = w["n"]
        n = np.tanh(x @ kernel + (r * (h @ recurrent) if after else (r * h) @ recurrent) + bias)
        return (z * h + (1 - z) * n if keeps else (1 - z) * h + z * n,)

    return code


def simple(activation):
    """A simple cell written out here once more."""
    function = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "linear": lambda z: z}[activation]

    def code(w, x, h):
        kernel, recurrent, bias = w["n"]
        return (function(x @ kernel + h @ recurrent + bias),)

    return code


styles = {
    "kind": st.sampled_from(KINDS),
    "hx": st.booleans(),
    "bias": st.sampled_from(["one", "two", "none"]),
    "transposed": st.booleans(),
}
sizes = st.tuples(st.integers(5, 9), st.integers(3, 4))


@settings(max_examples=120, deadline=None)
@given(
    style=st.builds(Style, order=st.permutations(GATES).map(tuple), **styles),
    size=sizes,
    seed=st.integers(0, 2**32),
    convention=st.sampled_from(CONVENTIONS),
)
def test_a_gru_is_found_in_every_layout_and_convention(style, size, seed, convention):
    code = gru(after=convention.reset_after, keeps=convention.keeps)
    found = explain(asked(style, seed, code, units=size[0], features=size[1], family=GRU))
    assert found is not None
    assert found.is_right
    assert (found.variant.id, found.layout.inner_biases) == (convention.id, ())
    shapes = style.shapes(*size)
    assert found.layout.fits(shapes, *size)
    assert not found.layout.fits(shapes, size[0], size[1] + 1)
    assert not found.layout.fits(shapes, size[0] + 1, size[1])
    assert not found.layout.fits(shapes[:-1], *size)


@settings(max_examples=60, deadline=None)
@given(
    style=st.builds(Style, order=st.just(("n",)), **styles),
    size=sizes,
    seed=st.integers(0, 2**32),
    activation=st.sampled_from(["tanh", "relu", "linear"]),
)
def test_a_simple_cell_is_found_in_every_layout(style, size, seed, activation):
    found = explain(asked(style, seed, simple(activation), units=size[0], features=size[1], family=SIMPLE))
    assert found is not None
    assert found.is_right
    assert found.variant.id == f"simple_rnn_{activation}"


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("order", [("z", "r", "n"), ("r", "n", "z")])
def test_a_bias_inside_of_the_recurrent_product_is_told_from_one_outside(order, place, keeps):
    """As Keras keeps them: bias [2, 3 units], the second row inside; here also the first."""
    units, features = 7, 3
    style = Style("fused pair", order, bias="two")
    made = asked(style, 3, gru(after=True, keeps=keeps), units=units, features=features, family=GRU)
    draws = []
    for draw in made.draws:
        w = style.gates(list(draw.arrays), units, features)
        rows = dict(zip(order, np.split(draw.arrays[2].astype("f8"), 3, axis=1), strict=True))
        x, h = draw.x.astype("f8"), draw.states[0].astype("f8")
        z, r = (logistic(x @ w[gate][0] + h @ w[gate][1] + w[gate][2]) for gate in "zr")
        n = np.tanh(x @ w["n"][0] + rows["n"][1 - place] + r * (h @ w["n"][1] + rows["n"][place]))
        new = z * h + (1 - z) * n if keeps else (1 - z) * h + z * n
        draws.append(replace(draw, out=(new.astype("f4"),)))
    found = explain(replace(made, draws=draws))
    assert found is not None
    assert found.is_right
    assert found.layout.inner_biases == (place,)
    assert "a bias inside of the recurrent product" in found.layout.words()
    gradient = found.layout.weights(draws[0].arrays, units, features)
    back = found.layout.spread(gradient, made.shapes)
    for array, exact in zip(back, draws[0].arrays, strict=True):
        np.testing.assert_allclose(array, exact, atol=1e-12)


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda convention: convention.id)
def test_kernels_and_biases_of_a_gru_that_do_not_stand_together_are_found(convention):
    made = asked(
        Style("raw", GATES), 5, gru(after=convention.reset_after, keeps=convention.keeps), family=GRU
    )
    turned = [replace(d, arrays=(*d.arrays[:3], *(d.arrays[3:][k] for k in (2, 0, 1)))) for d in made.draws]
    found = explain(replace(made, draws=turned))
    assert found is not None
    assert found.is_right
    assert found.variant.id == convention.id


def with_two_biases(family, code, order, turn):
    """A cell that keeps its kernels and, in a row, two biases for each gate in the places that `turn` gives
    them."""
    units, features, count, rng = 7, 3, len(order), np.random.default_rng(0)
    shapes = [*[(features + units, units)] * count, *[(units,)] * (2 * count)]
    made = asked(Style("raw", order), 6, code, family=family)
    draws = []
    for draw in made.draws:
        arrays = [rng.standard_normal(shape).astype("f4") * 0.5 for shape in shapes]
        biases = [arrays[count + place].astype("f8") for place in range(2 * count)]
        w = {
            gate: (
                *np.split(arrays[k].astype("f8"), [features]),
                sum(biases[place] for place in turn(k, count)),
            )
            for k, gate in enumerate(order)
        }
        new = code(w, draw.x.astype("f8"), *(state.astype("f8") for state in draw.states))
        draws.append(replace(draw, arrays=tuple(arrays), out=tuple(one.astype("f4") for one in new)))
    return replace(made, draws=draws, shapes=shapes, paths=[f"v{k}" for k in range(len(shapes))])


@pytest.mark.parametrize(
    "turn", [lambda k, n: (k, n + k), lambda k, n: (2 * k, 2 * k + 1)], ids=["apart", "side by side"]
)
@pytest.mark.parametrize("family", [LSTM, GRU], ids=lambda family: family.name)
def test_two_biases_of_a_gate_may_stand_apart_or_side_by_side(family, turn):
    code, order = (lstm, ("f", "i", "o", "g")) if family is LSTM else (gru(after=True, keeps=True), GATES)
    found = explain(with_two_biases(family, code, order, turn))
    assert found is not None
    assert found.is_right


@pytest.mark.parametrize(
    ("is_one", "asked_for", "order"),
    [(SIMPLE, GRU, ("n",)), (GRU, SIMPLE, GATES)],
    ids=["a simple cell for a GRU", "a GRU for a simple cell"],
)
def test_a_cell_of_another_family_is_called_by_its_name(is_one, asked_for, order):
    code = simple("tanh") if is_one is SIMPLE else gru(after=True, keeps=True)
    found = explain(asked(Style("fused", order), 1, code, family=asked_for))
    assert found is not None
    assert not (found.is_right and found.family == asked_for)
    assert found.family == is_one or found.variant.relative


def test_relatives_can_be_asked_the_same_questions():
    assert relatives(LSTM) == ()
    assert relatives(GRU) == (SIMPLE,)
    assert relatives(SIMPLE) == (GRU,)


def test_a_gate_with_heaps_of_biases_costs_no_more_than_one_with_one():
    """Every subset of some hundred biases would never end."""
    assert len(list(inner_choices(GRU, [(BIAS,) * 2] * 3))) == 4
    assert list(inner_choices(GRU, [(BIAS,) * 400] * 3)) == [()]
    assert list(inner_choices(LSTM, [(BIAS,) * 2] * 4)) == [()]


def test_one_state_has_one_order_and_nothing_to_swap():
    assert len(kept_orders(1)) == 1
    assert changed_orders(1) == ()
    assert len(kept_orders(3)) == 6
    assert len(changed_orders(3)) == 30


@pytest.mark.parametrize(("family", "order"), [(GRU, GATES), (SIMPLE, ("n",))], ids=["gru", "simple"])
def test_noise_is_explained_by_nothing(family, order):
    code = gru(after=True, keeps=True) if family is GRU else simple("tanh")
    made = asked(Style("fused", order), 2, code, family=family)
    rng = np.random.default_rng(0)
    noise = replace(made, draws=[replace(draw, out=(rng.standard_normal((ROWS, 7)),)) for draw in made.draws])
    assert explain(noise) is None
    assert (
        explain(replace(made, draws=[replace(draw, out=(draw.out[0] * np.nan,)) for draw in made.draws]))
        is None
    )


def test_how_far_an_unknown_gru_is_and_where_it_is_right():
    def code(w, x, h):
        return (gru(after=False, keeps=True)(w, x, h)[0] + 0.25 * x[:, :1] ** 2,)

    made = asked(Style("fused pair", GATES), 3, code, family=GRU)
    assert explain(made) is None
    far = nearest(made)
    assert far is not None
    assert far.states[0] > 0.1
    assert far.right_without == ("input",)


# ── a family of one's own
# ────────────────────────────────────────────────────────────────────────────────────────────────


def leaky(z, h):
    """A leaky integrator (Jaeger et al. 2007): the gate says how fast the state follows."""
    a = logistic(z.gates[0])
    return ((1 - a) * h + a * np.tanh(z.gates[1]),)


LEAKY = CellFamily(
    name="leaky",
    words="a leaky integrator",
    title="leaky integrator",
    equations="h' = (1 - a) * h + a * tanh(n)",
    hints=(),
    functions=frozenset({"sigmoid", "tanh"}),
    gates=("leak", "candidate"),
    gate_words=("leak", "candidate"),
    spellings=(("a",), ("n",)),
    states=("hidden",),
    rules=(Variant(id="leaky", words="that is a leaky integrator", rule=leaky),),
)


def test_a_new_family_is_one_value_and_all_else_works():
    def code(w, x, h):
        a, n = (x @ w[gate][0] + h @ w[gate][1] + w[gate][2] for gate in "an")
        return ((1 - logistic(a)) * h + logistic(a) * np.tanh(n),)

    for kind in KINDS:
        found = explain(asked(Style(kind, ("n", "a"), hx=True), 4, code, family=LEAKY))
        assert found is not None
        assert found.variant.id == "leaky"
        assert found.is_right


# ── Keras itself
# ─────────────────────────────────────────────────────────────────────────────────────────────────────────

IN_KERAS = """
import sys
import numpy as np
from tensorflow.keras import layers as l
rng, units, features = np.random.default_rng(0), 5, 3
cells = {
    "simple": l.SimpleRNNCell(units), "relu": l.SimpleRNNCell(units, activation="relu"), \
"lstm": l.LSTMCell(units),
    "gru": l.GRUCell(units), "gru before": l.GRUCell(units, reset_after=False),
}
told = {}
for name, cell in cells.items():
    cell.build((None, features))
    for draw in range(2):
        arrays = [rng.standard_normal(w.shape).astype("f4") for w in cell.get_weights()]
        cell.set_weights(arrays)
        x, *states = (rng.standard_normal((32, size)).astype("f4") \
for size in (features, *[units] * (1 + (name == "lstm"))))
        _, new = cell(x, list(states))
        new = new if isinstance(new, (list, tuple)) else [new]
        for kind, some in (("array", arrays), ("state", states), ("out", [np.asarray(n) for n in new]), \
("x", [x])):
            told.update({f"{name}/{draw}/{kind}/{k}": one for k, one in enumerate(some)})
np.savez(sys.argv[1], **told)
"""
IN_KERAS_IS = {
    "simple": (SIMPLE, "simple_rnn_tanh", ()),
    "relu": (SIMPLE, "simple_rnn_relu", ()),
    "lstm": (LSTM, "lstm", ()),
    "gru": (GRU, "gru_reset_after_update_keeps", (1,)),
    "gru before": (GRU, "gru_reset_before_update_keeps", ()),
}


@pytest.mark.real
def test_the_cells_of_keras_are_what_we_say_they_are(tmp_path):
    subprocess.run(
        [sys.executable, "-c", IN_KERAS, str(tmp_path / "told.npz")],
        capture_output=True,
        timeout=300,
        check=True,
    )
    told = dict(np.load(tmp_path / "told.npz"))

    def some(name, draw, kind):
        return tuple(told[key] for key in sorted(told) if key.startswith(f"{name}/{draw}/{kind}/"))

    for name, (family, rule, inner) in IN_KERAS_IS.items():
        parts = [[some(name, draw, kind) for kind in ("array", "x", "state", "out")] for draw in range(2)]
        draws = [CellDraw(arrays=arrays, x=x, states=states, out=out) for arrays, (x,), states, out in parts]
        shapes = [array.shape for array in draws[0].arrays]
        found = explain(
            CellDraws(
                family=family, draws=draws, shapes=shapes, paths=["" for _ in shapes], units=5, features=3
            )
        )
        assert found is not None, name
        assert (found.variant.id, found.layout.inner_biases, found.is_right) == (rule, inner, True)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_names_what_it_has(family):
    assert len(family.gates) == len(family.gate_words) == len(family.spellings)
    # names of places for gradients
    assert len({*family.gates, *family.states}) == len(family.gates) + len(family.states)
    spelled = [name for names in family.spellings for name in names]
    assert len(spelled) == len(set(spelled))
    assert family.states[0] == "hidden"
