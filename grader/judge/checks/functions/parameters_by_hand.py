"""How many parameters layers have, and which shapes arrays, as functions of sizes that the student writes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np

from grader.assignment import Criterion, Function
from grader.errors import AssignmentError
from grader.judge.checks.functions.asked import (
    Arguments,
    Cases,
    CountOfSizes,
    Formula,
    JudgedCase,
    PartialFunction,
    asking,
    best_form,
    by_form,
    computes_formula,
    unanswered,
)
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, passed
from grader.rnn.counts import Count, bidirectional, gru, recurrent
from grader.rnn.known_mistake import KnownMistake
from grader.rnn.lstm import LSTM
from grader.rnn.simple import SIMPLE

DRAWN_PAIRS = 4  # pairs of sizes
SMALLEST, LARGEST = 2, 40


def _lstm(features: int, units: int) -> Count:
    return recurrent(LSTM, features, units)


def _simple(features: int, units: int) -> Count:
    return recurrent(SIMPLE, features, units)


def _gru(features: int, units: int, reset_after: bool = True) -> Count:
    return gru(features, units, reset_after=bool(reset_after))


CountMistake = KnownMistake[CountOfSizes]


def _formula(count: Callable[..., Count], *mistakes: CountMistake) -> Formula:
    exchanged: CountMistake = KnownMistake(
        id="count_sizes_exchanged",
        words="in which features and units are exchanged",
        computes=lambda features, units, **more: count(features=units, units=features, **more).total,
    )
    return Formula(
        right=lambda **sizes: count(**sizes).total,
        mistakes=(*mistakes, exchanged),
        wording=lambda **sizes: count(**sizes).formula,
    )


def _without_bias(gates: int) -> CountMistake:
    return KnownMistake(
        id="count_without_bias",
        words="without biases",
        computes=lambda features, units, **_: gates * units * (features + units),
    )


def _gates(gates: int, words: str) -> CountMistake:
    return KnownMistake(
        id=f"count_of_{gates}",
        words=words,
        computes=lambda features, units, **_: gates * units * (features + units + 1),
    )


def _without_recurrence(gates: int) -> CountMistake:
    return KnownMistake(
        id="count_without_recurrence",
        words="without the weights between the units",
        computes=lambda features, units, **_: gates * units * (features + 1),
    )


COUNTED: dict[str, tuple[str, Formula]] = {
    "simple": (
        "a SimpleRNN",
        _formula(_simple, _without_bias(1), _without_recurrence(1), _gates(4, "with the gates of an LSTM")),
    ),
    "lstm": (
        "an LSTM",
        _formula(
            _lstm,
            _without_bias(4),
            _without_recurrence(4),
            KnownMistake(
                id="count_two_biases",
                words="with two biases for each gate",
                computes=lambda features, units: 4 * units * (features + units + 2),
            ),
            _gates(3, "with three gates"),
            _gates(1, "without gates"),
        ),
    ),
    "gru": (
        "a GRU, with the reset before and after the recurrent product,",
        _formula(
            _gru,
            KnownMistake(
                id="count_one_way_before",
                words="with one bias, whatever reset_after says",
                computes=lambda features, units, reset_after=True: 3 * units * (features + units + 1),
            ),
            KnownMistake(
                id="count_one_way_after",
                words="with two biases, whatever reset_after says",
                computes=lambda features, units, reset_after=True: 3 * units * (features + units + 2),
            ),
            _gates(4, "with the four gates of an LSTM"),
            KnownMistake(
                id="count_reset_reversed",
                words="in which before and after are exchanged",
                computes=lambda features, units, reset_after=True: (
                    3 * units * (features + units + (1 if reset_after else 2))
                ),
            ),
            _without_bias(3),
        ),
    ),
}


def _both_ways(name: str, count: Callable[..., Count], gates: int) -> tuple[str, Formula]:
    """A layer of which two read the sequence, one from each end."""
    formula = _formula(
        lambda **sizes: bidirectional(count(**sizes)),
        KnownMistake(
            id="count_one_way",
            words="that reads in one direction",
            computes=lambda **sizes: count(**sizes).total,
        ),
        _without_bias(2 * gates),
        KnownMistake(
            id="count_double_units",
            words="with twice as many units",
            computes=lambda features, units, **way: count(features, 2 * units, **way).total,
        ),
    )
    return f"a bidirectional {name}", formula


TWO_WAYS = "bidirectional "
COUNT_HINT = "Count per gate: the weights from the input, the weights between the units, and the bias."
BOTH_HINT = "Two layers read the sequence, one from each end, and each has all the weights of one."
COUNTED |= {
    f"{TWO_WAYS}simple": _both_ways("SimpleRNN", _simple, 1),
    f"{TWO_WAYS}lstm": _both_ways("LSTM", _lstm, 4),
    f"{TWO_WAYS}gru": _both_ways("GRU, with the reset before and after the recurrent product,", _gru, 3),
}


def counts_parameters(role: Function, layer: str, *, along: Function | None = None) -> Criterion:
    """A function of (features, units), of a "gru" also of reset_after, gives the number of trainable
    parameters of a layer: "simple", "lstm", "gru", or "bidirectional" with one of these behind it. `along`:
    for both directions, the student's count of one, whose mistake was charged already.

    Raises:
        AssignmentError: there is no such layer.
    """
    if layer not in COUNTED:
        raise AssignmentError(
            f"there is no layer {layer!r} to count; there is: {', '.join(map(repr, COUNTED))}"
        )
    words, formula = COUNTED[layer]
    one_way = layer.removeprefix(TWO_WAYS)
    if along is not None and one_way == layer:
        raise AssignmentError(f"along= is for a layer of both directions; {layer!r} has one")
    sizes = _sizes(also=one_way == "gru")
    return computes_formula(
        role,
        formula,
        sizes,
        id=role.name,
        title=f"{role.name} counts the parameters of {words.rstrip(',')} for any sizes.",
        hint=COUNT_HINT if one_way == layer else BOTH_HINT,
        part=(
            PartialFunction(role=along, formula=COUNTED[one_way][1], cases=sizes, becomes=lambda one: 2 * one)
            if along is not None
            else None
        ),
    )


@functools.cache
def _sizes(*, also: bool) -> Cases:
    """Pairs of sizes that differ; for a GRU each with both ways of resetting."""

    def draw(rng: np.random.Generator) -> list[Arguments]:
        drawn = [rng.choice(np.arange(SMALLEST, LARGEST), 2, replace=False) for _ in range(DRAWN_PAIRS)]
        pairs: list[Arguments] = [{"features": int(a), "units": int(b)} for a, b in drawn]
        return [{**pair, "reset_after": way} for pair in pairs for way in (True, False)] if also else pairs

    return draw


SHAPES = ("x", "x_t", "h", "h_t")


def shapes_of(batch: int, time: int, features: int, units: int) -> dict[str, tuple[int, ...]]:
    """Of a batch of sequences, one step of it, all states and one state."""
    return {
        "x": (batch, time, features),
        "x_t": (batch, features),
        "h": (batch, time, units),
        "h_t": (batch, units),
    }


def sequence_shapes(role: Function) -> Criterion:
    """A function of (batch, time, features, units) gives the shapes of x, x_t, h and h_t, by name or in this
    order."""
    asked = asking(role, _four_sizes)
    return Criterion(
        id=role.name,
        title=f"{role.name} gives the shapes of the input, one step, all states and one state.",
        judge=lambda seen: best_form(
            by_form(seen, asked, role), lambda group: _judge_shapes(group, role.name)
        ),
        basis=Basis.PROVEN,
        asks=(asked,),
        hint="The batch comes first, then time where all steps are meant, then features or units.",
        forger_gains="nothing: the sizes are drawn",
    )


def _four_sizes(rng: np.random.Generator) -> list[Arguments]:
    drawn = [rng.choice(np.arange(SMALLEST, LARGEST), 4, replace=False) for _ in range(DRAWN_PAIRS)]
    return [
        dict(zip(("batch", "time", "features", "units"), map(int, sizes), strict=True)) for sizes in drawn
    ]


def _as_side(number: np.generic) -> int | float:
    """A number as a side of a shape, 4.0 as 4; what is no whole number stays what it is."""
    value = float(number)
    return int(value) if value.is_integer() else value


def _judge_shapes(group: Sequence[JudgedCase], name: str) -> Verdict:
    if (verdict := unanswered(group, name)) is not None:
        return verdict
    evidence = []
    for one in group:
        wanted = shapes_of(**one.arguments)
        numbers = [_as_side(number) for array in one.called.arrays for number in np.ravel(array)]
        orders = [SHAPES, tuple(sorted(SHAPES))]  # TensorFlow hands on what is in a dict by its names
        if not any(numbers == [size for key in order for size in wanted[key]] for order in orders):
            order = orders[one.called.kind == "dict"]
            told = f"{', '.join(f'{key} {wanted[key]}' for key in order)}"
            return failed(
                f"{name}({one.words}) gives the numbers {tuple(numbers)}, expected {told}",
                evidence=[Evidence(what=f"{name}({one.words})", expected=told, actual=str(tuple(numbers)))],
            )
        evidence.append(Evidence(what=f"{name}({one.words})", expected=str(wanted), actual="the same"))
    return passed(f"{name} is right for all {len(group)} sizes that were drawn.", evidence=evidence[:2])
