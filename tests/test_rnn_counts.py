"""Counts by formula are those that Keras gives, and every count says how it is reached."""

import json
import subprocess
import sys

import pytest

from grader.rnn import counts
from grader.rnn.gru import GRU
from grader.rnn.lstm import LSTM
from grader.rnn.simple import SIMPLE

IN_KERAS = """
import json
from tensorflow.keras import Sequential, layers as l
def count(features, *stack):
    model = Sequential([l.Input((None, features)), *stack])
    return model.count_params()
print("COUNTS", json.dumps({
    "simple": count(3, l.SimpleRNN(5)),
    "lstm": count(3, l.LSTM(5)),
    "lstm without bias": count(3, l.LSTM(5, use_bias=False)),
    "gru": count(3, l.GRU(5)),
    "gru reset before": count(3, l.GRU(5, reset_after=False)),
    "dense": count(3, l.Dense(5)),
    "dense without bias": count(3, l.Dense(5, use_bias=False)),
    "bidirectional lstm": count(3, l.Bidirectional(l.LSTM(5))),
    "bidirectional gru": count(3, l.Bidirectional(l.GRU(5))),
    "stacked lstm": count(3, l.LSTM(5, return_sequences=True), l.LSTM(4)),
    "stacked bidirectional": count(3, l.Bidirectional(l.LSTM(5, return_sequences=True)), \
l.Bidirectional(l.LSTM(4))),
    "model": count(1, l.Dense(8), l.LSTM(5), l.Dense(1)),
}))
"""
BY_FORMULA = {
    "simple": counts.recurrent(SIMPLE, 3, 5),
    "lstm": counts.recurrent(LSTM, 3, 5),
    "lstm without bias": counts.recurrent(LSTM, 3, 5, biases=0),
    "gru": counts.gru(3, 5),
    "gru reset before": counts.gru(3, 5, reset_after=False),
    "dense": counts.dense(3, 5),
    "dense without bias": counts.dense(3, 5, bias=False),
    "bidirectional lstm": counts.bidirectional(counts.recurrent(LSTM, 3, 5)),
    "bidirectional gru": counts.bidirectional(counts.gru(3, 5)),
    "stacked lstm": counts.stacked(LSTM, 3, [5, 4]),
    "stacked bidirectional": counts.stacked(LSTM, 3, [5, 4], directions=2),
    "model": counts.added(
        "the model", [counts.dense(1, 8), counts.recurrent(LSTM, 8, 5), counts.dense(5, 1)]
    ),
}
KNOWN = {
    "simple": 45,
    "lstm": 180,
    "lstm without bias": 160,
    "gru": 150,
    "gru reset before": 135,
    "dense": 20,
    "dense without bias": 15,
}


@pytest.mark.real
def test_keras_counts_as_we_do():
    done = subprocess.run(
        [sys.executable, "-c", IN_KERAS], capture_output=True, text=True, timeout=300, check=True
    )
    told = next(line for line in done.stdout.splitlines() if line.startswith("COUNTS"))
    assert json.loads(told.partition(" ")[2]) == {name: count.total for name, count in BY_FORMULA.items()}


@pytest.mark.parametrize("name", KNOWN)
def test_a_count_is_what_keras_was_seen_to_give(name):
    assert BY_FORMULA[name].total == KNOWN[name]


@pytest.mark.parametrize("count", BY_FORMULA.values(), ids=BY_FORMULA)
def test_the_formula_gives_the_count(count):
    formulas = [(one.formula, one.total) for one in (count, *count.parts)]
    assert all(eval(formula.replace(" x ", " * ").replace(",", "")) == total for formula, total in formulas)


def test_a_derivation_is_told_line_by_line():
    assert BY_FORMULA["stacked bidirectional"].lines() == [
        "2 layers, one on top of the other: 360 + 480 = 840",
        "  in both directions: 2 x 180 = 360",
        "    an LSTM with 5 units on 3 features: 4 x ((3 + 5) x 5 + 5) = 180",
        "  in both directions: 2 x 240 = 480",
        "    an LSTM with 4 units on 10 features: 4 x ((10 + 4) x 4 + 4) = 240",
    ]
    assert counts.gru(1, 5).lines() == ["a GRU with 5 units on 1 feature: 3 x ((1 + 5) x 5 + 2 x 5) = 120"]
    assert counts.recurrent(GRU, 1, 5).formula == "3 x ((1 + 5) x 5 + 5)"


def test_a_model_without_layers_has_no_parameters():
    assert (counts.added("nothing", []).formula, counts.added("nothing", []).total) == ("0", 0)
