"""Find the mapping from a student's variables to the LSTM equations that explains all their answers. Offline, NumPy only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.rnn.layouts import Block, Layout
from grader.rnn.mapping import AS_ASKED, CELL_FIRST, SWAPPED, Asked, Draw, Mapping, Pair, distance, measure
from grader.rnn.mistakes.lstm import LSTM, MISTAKES, Variant
from grader.rnn.mistakes.lstm.otherwise import written_otherwise
from grader.rnn.readings import Pieces, assigned, readings
from grader.rnn.stack import Stack, fed, stacked
from grader.rnn.weights import sigmoid

FORGET_CONSTANTS = (0.0, 1.0)
RARE_CONSTANTS = (0.5, 2.0, -1.0)  # tried on the right equations alone
NEAR = 1e-3  # a hypothesis that lies no farther from the answers is looked at in full


def explain(asked: Asked) -> Mapping | None:
    """The mapping that explains every draw: the equations in any layout first, then the known mistakes; None when nothing does."""
    return next(explanations(asked), None)


def explanations(asked: Asked) -> Iterator[Mapping]:
    """Every mapping that explains every draw, the likeliest first."""
    yield from _hypotheses(asked, list(readings(asked.shapes, asked.units, asked.features)))


def _hypotheses(asked: Asked, found: Sequence[Pieces]) -> Iterator[Mapping]:
    for pair, pieces in itertools.product((AS_ASKED, CELL_FIRST), found):
        yield from _natural(asked, pieces, pair, (LSTM,))
    for pair, pieces in itertools.product((AS_ASKED, CELL_FIRST), found):
        yield from _crossed(asked, pieces, pair)
        yield from _natural(asked, pieces, pair, (LSTM,), RARE_CONSTANTS)
    for pair, pieces in itertools.product(SWAPPED, found):
        yield from _natural(asked, pieces, pair, (LSTM,))
    for pair, pieces in itertools.product((AS_ASKED, CELL_FIRST), found):
        yield from _natural(asked, pieces, pair, MISTAKES)
    for pair, pieces in itertools.product((AS_ASKED, CELL_FIRST), found):
        yield from _otherwise(asked, pieces, pair)


def _confirmed(asked: Asked, variant: Variant, layout: Layout, pair: Pair) -> Mapping | None:
    """The mapping, if it explains every draw and not only the one it was found on."""
    worst, allowed = 0.0, 0.0
    for draw in asked.draws:
        h, c, tolerance = measure(variant, layout, pair, draw, asked.units, asked.features)
        if max(h, c) > tolerance:
            return None
        worst, allowed = max(worst, h, c), max(allowed, tolerance)
    return Mapping(variant=variant, layout=layout, pair=pair, deviation=worst, tolerance=allowed)


def _natural(
    asked: Asked, pieces: Pieces, pair: Pair, variants: Sequence[Variant], constants: Sequence[float] = FORGET_CONSTANTS
) -> Iterator[Mapping]:
    """The variants in every natural layout: all orders of the gates are tried at once on a few rows, what is near on all draws."""
    stacks: dict[tuple[int, ...] | None, Stack | None] = {}
    for variant in variants:
        gates = variant.gates(len(pieces.from_x))
        if gates not in stacks:
            stacks[gates] = stacked(asked, pieces, pair, gates, constants)
        stack = stacks[gates]
        if stack is None:
            continue
        for place in np.flatnonzero(stack.gaps(variant) < NEAR):
            mapping = _confirmed(asked, variant, stack.layout(int(place)), pair)
            if mapping is not None:
                yield mapping


def _otherwise(asked: Asked, pieces: Pieces, pair: Pair) -> Iterator[Mapping]:
    """Equations with other operands, in every natural layout."""
    stack = stacked(asked, pieces, pair, LSTM.gates(len(pieces.from_x)), FORGET_CONSTANTS)
    if stack is None or stack.got[1] is None:
        return
    for place, variant in written_otherwise(stack.sums, stack.h, stack.c, (stack.got[0], stack.got[1]), NEAR):
        mapping = _confirmed(asked, variant, stack.layout(place), pair)
        if mapping is not None:
            yield mapping


def _crossed(asked: Asked, pieces: Pieces, pair: Pair) -> Iterator[Mapping]:
    """The equations when kernels and biases of one gate do not stand together: the output gate is found first, from
    h' = o * tanh(c') with the c' that was returned, then the other three on what is left."""
    if len(pieces.from_x) != 4 or len(pieces.from_h) != 4 or len(pieces.biases) not in (0, 4) or None in pieces.from_h:
        return
    draw = asked.draws[0]
    h, _ = pair.states(draw)
    few = replace(draw, first=h, out=())
    new_h, new_c = pair.returned(draw)
    if new_c is None:
        return
    for x_o, h_o, b_o in _combinations(pieces, range(4)):
        total = fed(asked, few, pieces.from_x[x_o], pieces.from_h[h_o], _bias(pieces, b_o))[0]
        if distance(sigmoid(total) * np.tanh(new_c), new_h) >= NEAR:
            continue
        for chosen in _others(pieces, x_o, h_o, b_o):
            layout = assigned(pieces, [(x, f, _bias(pieces, b)) for x, f, b in (*chosen, (x_o, h_o, b_o))], (0, 1, 2, 3))
            for constant in FORGET_CONSTANTS:
                mapping = _confirmed(asked, LSTM, replace(layout, forget_constant=constant), pair)
                if mapping is not None:
                    yield mapping


def _bias(pieces: Pieces, place: int | None) -> tuple[Block, ...]:
    return (pieces.biases[place],) if place is not None else ()


def _combinations(pieces: Pieces, places: Sequence[int]) -> Iterator[tuple[int, int, int | None]]:
    for x in places:
        for f in [x] if pieces.tied else places:
            for b in places if pieces.biases else [None]:
                yield x, f, b


def _others(pieces: Pieces, x_o: int, h_o: int, b_o: int | None) -> Iterator[tuple[tuple[int, int, int | None], ...]]:
    xs = [k for k in range(4) if k != x_o]
    hs = [k for k in range(4) if k != h_o]
    bs: list[int | None] = [k for k in range(4) if k != b_o] if b_o is not None else [None] * 3
    for x in itertools.permutations(xs):
        for f in [x] if pieces.tied else itertools.permutations(hs):
            for b in itertools.permutations(bs) if b_o is not None else [tuple(bs)]:
                yield tuple(zip(x, f, b, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """How far a cell is from the equations after one step, in the layout in which it comes nearest."""

    hidden: float
    cell: float
    right_without: tuple[str, ...] = ()  # "input", "hidden state", "cell state": where this is zero, both states are right


def nearest(asked: Asked, known: Mapping | None = None) -> Deviation | None:
    """How far the cell is from the equations; None when no layout fits the shapes. `known`: the known mistake that explains the cell.
    Its layout is the true one: in the nearest, gates may be exchanged, and a state that is right would be called wrong."""
    if known is not None:
        h, c, _ = measure(LSTM, known.layout, known.pair, asked.draws[0], asked.units, asked.features)
        if max(h, c) >= NEAR:
            return Deviation(hidden=h, cell=c, right_without=_right_without(asked, known.layout, known.pair))
    best: tuple[float, float, float] | None = None
    nearest_layout: Layout | None = None
    for pieces in readings(asked.shapes, asked.units, asked.features):
        stack = stacked(asked, pieces, AS_ASKED, LSTM.gates(len(pieces.from_x)), FORGET_CONSTANTS)
        if stack is None:
            continue
        gaps = stack.gaps(LSTM)
        place = int(np.argmin(gaps))
        h, c, _ = measure(LSTM, stack.layout(place), AS_ASKED, asked.draws[0], asked.units, asked.features)
        if best is None or h + c < best[0]:
            best, nearest_layout = (h + c, h, c), stack.layout(place)
    if best is None or nearest_layout is None:
        return None
    return Deviation(hidden=best[1], cell=best[2], right_without=_right_without(asked, nearest_layout, AS_ASKED))


def _right_without(asked: Asked, layout: Layout, pair: Pair) -> tuple[str, ...]:
    draw = asked.draws[0]
    zero = {"input": draw.x, "hidden state": draw.first, "cell state": draw.second}
    right = []
    for name, array in zero.items():
        rows = ~np.any(array, axis=1)
        others = [np.any(other[rows]) for key, other in zero.items() if key != name]
        part = Draw(
            arrays=draw.arrays,
            x=draw.x[rows],
            first=draw.first[rows],
            second=draw.second[rows],
            out=tuple(o[rows] for o in draw.out),
        )
        if (
            np.count_nonzero(rows) > 1
            and all(others)
            and max(measure(LSTM, layout, pair, part, asked.units, asked.features)[:2]) < NEAR
        ):
            right.append(name)
    return tuple(right)
