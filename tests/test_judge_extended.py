"""Cells with more weights than an LSTM are named as what they are."""

from dataclasses import replace

import numpy as np
import pytest

from grader.rnn.draws import fill
from grader.rnn.extended import extended
from grader.rnn.lstm import LSTM
from grader.rnn.mapping import AS_ASKED, CELL_FIRST, CellDraw, CellDraws
from grader.rnn.search import explain
from tests.made_up import ROWS, logistic

UNITS, FEATURES = 7, 3


def with_peepholes(pair, *, biased=True, fused=False, seed=0):
    """A cell whose gates i, f see c and whose gate o sees c', unit by unit; gates in the order f, i, o, g."""
    rng = np.random.default_rng(seed)
    both = UNITS + FEATURES
    kernels = [(both, 4 * UNITS)] if fused else [(both, UNITS)] * 4
    biases = ([(4 * UNITS,)] if fused else [(UNITS,)] * 4) if biased else []
    shapes = [*kernels, *biases, *[(UNITS,)] * 3]
    draws = []
    for _ in range(2):
        arrays = fill(shapes, rng.standard_normal(4096).astype("f4"), 1.5)
        x, first, second = (
            rng.standard_normal((ROWS, size)).astype("f4") for size in (FEATURES, UNITS, UNITS)
        )
        h, c = (first, second) if pair is AS_ASKED else (second, first)
        exact = [a.astype("f8") for a in arrays]
        kernel = np.concatenate(exact[: len(kernels)], axis=-1)
        bias = np.concatenate(exact[len(kernels) : -3]) if biased else 0
        f, i, o, g = np.split(np.hstack([x, h]) @ kernel + bias, 4, axis=1)
        peep_f, peep_o, peep_i = exact[-3:]
        new_c = logistic(f + peep_f * c) * c + logistic(i + peep_i * c) * np.tanh(g)
        new_h = logistic(o + peep_o * new_c) * np.tanh(new_c)
        out = (new_h, new_c) if pair is AS_ASKED else (new_c, new_h)
        draws.append(
            CellDraw(
                arrays=tuple(arrays), x=x, states=(first, second), out=tuple(a.astype("f4") for a in out)
            )
        )
    return CellDraws(
        family=LSTM,
        draws=draws,
        shapes=shapes,
        paths=[f"v{k}" for k in range(len(shapes))],
        units=UNITS,
        features=FEATURES,
    )


@pytest.mark.parametrize("pair", [AS_ASKED, CELL_FIRST], ids=["hidden first", "cell first"])
@pytest.mark.parametrize(("biased", "fused"), [(True, False), (False, False), (True, True)])
def test_peepholes_are_proven(pair, biased, fused):
    asked = with_peepholes(pair, biased=biased, fused=fused)
    assert explain(asked) is None
    mistake = extended(asked)
    assert mistake is not None
    assert (mistake.id, mistake.confidence) == ("peepholes", 1.0)


def test_seven_vectors_that_are_no_peepholes_have_no_name():
    asked = with_peepholes(AS_ASKED)
    noise = [replace(draw, out=(draw.out[0] + 0.1, draw.out[1])) for draw in asked.draws]
    assert extended(replace(asked, draws=noise)) is None


def test_weights_can_speak_for_themselves():
    asked = with_peepholes(AS_ASKED)
    wide = extended(replace(asked, shapes=[(FEATURES + 2 * UNITS, UNITS)] * 4, paths=["a", "b", "c", "d"]))
    assert wide is not None
    assert (wide.id, wide.confidence) == ("peepholes", 0.6)
    normal = extended(replace(asked, paths=[*asked.paths[:-2], "norm.gamma", "norm.beta"]))
    assert normal is not None
    assert (normal.id, normal.confidence) == ("layer_normalisation", 0.6)
