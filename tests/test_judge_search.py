"""The search finds the equations in any layout, and never in a cell that computes something else."""

import itertools
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.judge import lstm
from grader.judge.draws import fill
from grader.judge.mistakes import MISTAKES
from grader.judge.search import AS_ASKED, CELL_FIRST, SWAPPED, Draw, explain

GATES = ("i", "f", "g", "o")
ROWS = 32


def logistic(z):
    return 1 / (1 + np.exp(-z))


def oracle(w, x, h, c, mistake=""):
    """The equations written out once more, in float64, independent of the judge. w[gate] = (kernel, recurrent, bias)."""
    z = {gate: x @ k + h @ r + b for gate, (k, r, b) in w.items()}
    i, f, o = (logistic(z[gate]) for gate in "ifo")
    g = np.tanh(z["g"])
    if mistake == "forget_on_hidden":
        new = f * h + i * g
    elif mistake == "state_not_carried":
        new = i * g
    elif mistake == "sigmoid_candidate":
        new = f * c + i * logistic(z["g"])
    elif mistake == "input_gate_unused":
        new = f * c + g
    else:
        new = f * c + i * g
    if mistake == "no_tanh_on_output":
        return o * new, new
    if mistake == "output_gate_unused":
        return np.tanh(new), new
    return o * np.tanh(new), new


@dataclass
class Style:
    """How a made-up student keeps the weights of a cell."""

    kind: str  # "separate", "eight", "fused", "fused pair", "raw"
    order: tuple  # of the gates
    hx: bool
    bias: str  # "one", "two", "none"

    def shapes(self, units, features):
        both, single = (units + features, units), (units,)
        biases = {"one": 1, "two": 2, "none": 0}[self.bias]
        if self.kind == "separate":
            return [s for _ in range(4) for s in (both, *[single] * min(biases, 1))]
        if self.kind == "eight":
            with_bias = {"one": [features], "two": [features, units], "none": []}[self.bias]
            return [
                s
                for rows in (features, units)
                for _ in range(4)
                for s in ((rows, units), *([single] if rows in with_bias else []))
            ]
        if self.kind == "raw":
            return [both] * 4 + [single] * (4 if biases else 0)
        if self.kind == "fused":
            return [(units + features, 4 * units)] + [(4 * units,)] * min(biases, 1)
        return [(features, 4 * units), (units, 4 * units)] + (
            [(4 * units,)] if biases == 1 else [(2, 4 * units)] if biases == 2 else []
        )

    def paths(self, units, features):
        if self.kind in ("separate", "eight"):
            names, count, made = [], 0, self.shapes(units, features)
            for shape in made:
                count += len(shape) == 2
                names.append(f"gate{count}.{'kernel' if len(shape) == 2 else 'bias'}")
            return names
        return [f"v{k}" for k in range(len(self.shapes(units, features)))]

    def weights(self, arrays, units, features):
        """What the student's code computes with: {gate: (kernel, recurrent, bias)}."""
        arrays = [a.astype("f8") for a in arrays]
        kernels, biases = (
            [a for a in arrays if a.ndim == 2 and a.shape[0] != 2],
            [a for a in arrays if a.ndim == 1 or a.shape[0] == 2],
        )
        zero = np.zeros(units)
        out = {}
        for k, gate in enumerate(self.order):
            cut = slice(k * units, (k + 1) * units)
            if self.kind in ("separate", "raw", "fused"):
                both = kernels[0][:, cut] if self.kind == "fused" else kernels[k]
                x, h = (both[units:], both[:units]) if self.hx else (both[:features], both[features:])
            elif self.kind == "eight":
                x, h = kernels[k], kernels[4 + k]
            else:
                x, h = kernels[0][:, cut], kernels[1][:, cut]
            if not biases:
                b = zero
            elif self.kind == "fused":
                b = biases[0][cut]
            elif self.kind == "fused pair":
                b = biases[0][..., cut].reshape(-1, units).sum(axis=0)
            elif self.kind == "eight" and len(biases) == 8:
                b = biases[k] + biases[4 + k]
            else:
                b = biases[k]
            out[gate] = (x, h, b)
        return out


def draws_for(style, units, features, seed, mistake="", pair=AS_ASKED, constant=0.0, count=3):
    rng = np.random.default_rng(seed)
    shapes = style.shapes(units, features)
    made = []
    for _ in range(count):
        arrays = fill(shapes, rng.standard_normal(4096).astype("f4"), 1.5)
        x, first, second = (rng.standard_normal((ROWS, size)).astype("f4") for size in (features, units, units))
        h, c = (first, second) if pair.hidden_first_in else (second, first)
        w = style.weights(arrays, units, features)
        w["f"] = (*w["f"][:2], w["f"][2] + constant)
        new_h, new_c = oracle(w, x.astype("f8"), h.astype("f8"), c.astype("f8"), mistake)
        out = (new_h, new_c) if pair.hidden_first_out else (new_c, new_h)
        made.append(Draw(arrays=tuple(arrays), x=x, first=first, second=second, out=tuple(o.astype("f4") for o in out)))
    return made, shapes, style.paths(units, features)


styles = st.builds(
    Style,
    kind=st.sampled_from(["separate", "eight", "fused", "fused pair", "raw"]),
    order=st.permutations(GATES).map(tuple),
    hx=st.booleans(),
    bias=st.sampled_from(["one", "two", "none"]),
)
sizes = st.tuples(st.integers(5, 9), st.integers(3, 4))


@settings(max_examples=60, deadline=None)
@given(
    style=styles,
    size=sizes,
    seed=st.integers(0, 2**32),
    constant=st.sampled_from([0.0, 1.0]),
    pair=st.sampled_from([AS_ASKED, CELL_FIRST]),
)
def test_the_equations_are_found_in_every_layout(style, size, seed, constant, pair):
    found = explain(*draws_for(style, *size, seed, constant=constant, pair=pair), *size)
    assert found is not None
    assert (found.variant.id, found.pair, found.layout.forget_constant) == ("lstm", pair, constant)


@settings(max_examples=40, deadline=None)
@given(
    style=styles,
    size=sizes,
    seed=st.integers(0, 2**32),
    mistake=st.sampled_from(
        [
            "forget_on_hidden",
            "state_not_carried",
            "sigmoid_candidate",
            "input_gate_unused",
            "no_tanh_on_output",
            "output_gate_unused",
        ]
    ),
)
def test_a_mistake_is_named_in_every_layout(style, size, seed, mistake):
    found = explain(*draws_for(style, *size, seed, mistake=mistake), *size)
    assert found is not None
    assert found.variant.id == mistake


@pytest.mark.parametrize("pair", SWAPPED, ids=["returned swapped", "taken swapped"])
def test_a_pair_that_changes_its_order_is_no_lstm(pair):
    style = Style("separate", GATES, False, "one")
    draws, shapes, paths = draws_for(style, 7, 3, 1, pair=pair)
    mapping = explain(draws, shapes, paths, 7, 3)
    cell = lstm.Cell(units=7, features=3, shapes=tuple(shapes), paths=tuple(paths), mapping=mapping, initial=())
    assert not cell.is_lstm
    named = lstm.named_mistake(cell)
    assert named is not None
    assert named.id == "states_swapped"


def test_kernels_and_biases_that_do_not_stand_together_are_found():
    style = Style("raw", GATES, False, "one")
    draws, shapes, paths = draws_for(style, 7, 3, 5)
    turned = [
        Draw(arrays=(*d.arrays[:4], *(d.arrays[4:][k] for k in (2, 0, 3, 1))), x=d.x, first=d.first, second=d.second, out=d.out)
        for d in draws
    ]
    found = explain(turned, shapes, paths, 7, 3)
    assert found is not None
    assert found.variant.id == "lstm"


def test_every_mistake_differs_from_the_equations_and_from_every_other_one():
    """A drawn question must tell all rules apart by 100 times the tolerance, else a diagnosis would be chance."""
    rng = np.random.default_rng(3)
    parts = [rng.standard_normal((ROWS, 7)) * 1.5 for _ in range(4)]
    recurrent = tuple(0.5 * p for p in parts)
    from grader.judge.equations import Sums, lstm_step

    z = Sums(input=parts[0], forget=parts[1], candidate=parts[2], output=parts[3], recurrent=recurrent)
    h, c = rng.standard_normal((2, ROWS, 7))
    results = {"lstm": lstm_step(z, h, c)} | {v.id: v.rule(z, h, c) for v in MISTAKES}
    for (one, a), (two, b) in itertools.combinations(results.items(), 2):
        gap = max(float(np.max(np.abs(x - y))) for x, y in zip(a, b, strict=True))
        assert gap > 1e-2, f"{one} and {two} cannot be told apart"


def test_noise_is_explained_by_nothing():
    style = Style("fused", GATES, True, "one")
    draws, shapes, paths = draws_for(style, 7, 3, 2)
    rng = np.random.default_rng(0)
    noise = [
        Draw(arrays=d.arrays, x=d.x, first=d.first, second=d.second, out=tuple(rng.standard_normal((2, ROWS, 7)))) for d in draws
    ]
    assert explain(noise, shapes, paths, 7, 3) is None
    infinite = [Draw(arrays=d.arrays, x=d.x, first=d.first, second=d.second, out=(d.out[0] * np.nan, d.out[1])) for d in draws]
    assert explain(infinite, shapes, paths, 7, 3) is None
