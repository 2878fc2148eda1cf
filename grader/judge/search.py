"""Find the mapping from a student's variables to the LSTM equations that explains all their answers. Offline, NumPy only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.judge.draws import close_enough
from grader.judge.equations import Array, Sums, Weights, sigmoid, step, unroll
from grader.judge.layouts import Block, Layout, Pieces, assigned, natural, paired_biases, readings
from grader.judge.mistakes import LSTM, MISTAKES, Variant

FORGET_CONSTANTS = (0.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One set of weights and what came out: arrays per variable; x [rows, features]; first, second [rows, units], the states as
    they were passed; out: the tensors that were returned, each [rows, units]."""

    arrays: tuple[Array, ...]
    x: Array
    first: Array
    second: Array
    out: tuple[Array, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """In which order a pair of states is passed and returned."""

    hidden_first_in: bool
    hidden_first_out: bool

    def states(self, draw: Draw) -> tuple[Array, Array]:
        """(h, c) as the cell understood them."""
        return (draw.first, draw.second) if self.hidden_first_in else (draw.second, draw.first)

    def returned(self, draw: Draw) -> tuple[Array, Array]:
        """(h', c') as the cell returned them: the last two tensors."""
        one, two = draw.out[-2], draw.out[-1]
        return (one, two) if self.hidden_first_out else (two, one)


AS_ASKED = Pair(hidden_first_in=True, hidden_first_out=True)
CELL_FIRST = Pair(hidden_first_in=False, hidden_first_out=False)  # another order, kept everywhere: no mistake
SWAPPED = (Pair(hidden_first_in=True, hidden_first_out=False), Pair(hidden_first_in=False, hidden_first_out=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """What explains the answers: a rule, where its weights are, and the order of the states."""

    variant: Variant
    layout: Layout
    pair: Pair
    deviation: float  # largest difference over all draws
    tolerance: float

    def chain(self, weights: Weights, x: Array, first: Array, second: Array, *, cell_states: bool = False) -> Array:
        """What a layer shows that calls this cell step by step: the hidden states, or the cell states. x [batch, time, features];
        first, second: the start states in the order in which they are passed, [batch, units] -> [batch, time, units].

        A pair that comes back in the other order than it went in changes roles at every step: the layer takes the first of what
        comes back for the hidden state, as the sheet says.
        """
        h, c = (first, second) if self.pair.hidden_first_in else (second, first)
        if self.pair not in SWAPPED:
            return unroll(weights, x, h, c, self.variant.rule, shows=int(cell_states))[0]

        def swapped(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
            new_h, new_c = self.variant.rule(z, h, c)
            return new_c, new_h

        hidden = 0 if self.pair.hidden_first_in else 1
        return unroll(weights, x, h, c, swapped, shows=1 - hidden if cell_states else hidden)[0]


def explain(
    draws: Sequence[Draw], shapes: Sequence[Sequence[int]], paths: Sequence[str], units: int, features: int
) -> Mapping | None:
    """The mapping that explains every draw: the equations in any layout first, then the known mistakes; None when nothing does."""
    found = list(readings(shapes, units, features))
    hypotheses = itertools.chain(
        (_try(LSTM, pieces, pair, draws, paths, units, features) for pair in (AS_ASKED, CELL_FIRST) for pieces in found),
        (_crossed(pieces, pair, draws, units, features) for pair in (AS_ASKED, CELL_FIRST) for pieces in found),
        (_try(LSTM, pieces, pair, draws, paths, units, features) for pair in SWAPPED for pieces in found),
        (
            _try(v, pieces, pair, draws, paths, units, features)
            for pair in (AS_ASKED, CELL_FIRST)
            for v in MISTAKES
            for pieces in found
        ),
    )
    return next((mapping for mapping in hypotheses if mapping is not None), None)


def measure(variant: Variant, layout: Layout, pair: Pair, draw: Draw, units: int, features: int) -> tuple[float, float, float]:
    """(deviation of h', deviation of c', tolerance) of a mapping on one draw."""
    h, c = pair.states(draw)
    weights = layout.weights(draw.arrays, units, features)
    exact = step(weights, draw.x.astype("f8"), h.astype("f8"), c.astype("f8"), variant.rule)
    single = step(weights.astype("float32"), draw.x, h, c, variant.rule)
    got = pair.returned(draw)
    tolerance = max(close_enough(e, s) for e, s in zip(exact, single, strict=True))
    return _distance(exact[0], got[0]), _distance(exact[1], got[1]), tolerance


def nearest(
    draws: Sequence[Draw], shapes: Sequence[Sequence[int]], paths: Sequence[str], units: int, features: int
) -> tuple[float, float] | None:
    """(deviation of h', deviation of c') of the layout that comes nearest to the equations; None when no layout fits the shapes."""
    best: tuple[float, float] | None = None
    for pieces in readings(shapes, units, features):
        for layout in natural(pieces, paths, LSTM.gates):
            for constant in FORGET_CONSTANTS:
                fitted = replace(layout, forget_constant=constant)
                h, c, _ = measure(LSTM, fitted, AS_ASKED, draws[0], units, features)
                best = min(best, (h, c), key=sum) if best else (h, c)
    return best


def _distance(a: Array, b: Array) -> float:
    gap = np.abs(a - b)
    return float(np.max(gap, initial=0.0)) if np.all(np.isfinite(gap)) else float("inf")


def _confirm(variant: Variant, layout: Layout, pair: Pair, draws: Sequence[Draw], units: int, features: int) -> Mapping | None:
    """The mapping, if it explains every draw and not only the one it was found on."""
    measured = [measure(variant, layout, pair, draw, units, features) for draw in draws]
    if any(max(h, c) > tolerance for h, c, tolerance in measured):
        return None
    return Mapping(
        variant=variant,
        layout=layout,
        pair=pair,
        deviation=max(max(h, c) for h, c, _ in measured),
        tolerance=max(t for _, _, t in measured),
    )


def _try(
    variant: Variant, pieces: Pieces, pair: Pair, draws: Sequence[Draw], paths: Sequence[str], units: int, features: int
) -> Mapping | None:
    """The variant in the natural layouts: the blocks' sums are computed once, the gates' order tried on them."""
    gates = variant.gates
    biases = paired_biases(pieces, paths)
    if len(pieces.from_x) != len(gates) or biases is None:
        return None
    draw = draws[0]
    h, c = pair.states(draw)
    alone = [_part(draw, x, f, near, h, units, features) for x, f, near in zip(pieces.from_x, pieces.from_h, biases, strict=True)]
    zero = np.zeros_like(h, dtype="f8")
    got = pair.returned(draw)
    for order in itertools.permutations(range(len(gates))):
        parts, recurrent = [zero] * 4, [zero] * 4
        for gate, block in zip(gates, order, strict=True):
            parts[gate], recurrent[gate] = alone[block]
        for constant in FORGET_CONSTANTS:
            z = Sums(input=parts[0], forget=parts[1] + constant, candidate=parts[2], output=parts[3], recurrent=tuple(recurrent))  # type: ignore[arg-type]
            new_h, new_c = variant.rule(z, h.astype("f8"), c.astype("f8"))
            if max(_distance(new_h, got[0]), _distance(new_c, got[1])) < 1e-3:
                layout = assigned(pieces, [(k, k, biases[k]) for k in order], gates)
                mapping = _confirm(variant, replace(layout, forget_constant=constant), pair, draws, units, features)
                if mapping is not None:
                    return mapping
    return None


def _part(
    draw: Draw, x: Block, h: Block | None, biases: Sequence[Block], state: Array, units: int, features: int
) -> tuple[Array, Array]:
    """(sum, its recurrent part) of one gate fed by these blocks, in float64."""
    layout = Layout(kernels=(x, None, None, None), recurrents=(h, None, None, None), biases=(tuple(biases), (), (), ()))
    weights = layout.weights(draw.arrays, units, features)
    recurrent = state.astype("f8") @ weights.recurrent[0]
    return draw.x.astype("f8") @ weights.kernel[0] + recurrent + weights.bias[0], recurrent


def _crossed(pieces: Pieces, pair: Pair, draws: Sequence[Draw], units: int, features: int) -> Mapping | None:
    """The equations when kernels and biases of one gate do not stand together: the output gate is found first, from
    h' = o * tanh(c') with the c' that was returned, then the other three on what is left."""
    if len(pieces.from_x) != 4 or len(pieces.from_h) != 4 or len(pieces.biases) not in (0, 4) or None in pieces.from_h:
        return None
    draw = draws[0]
    h, _ = pair.states(draw)
    new_h, new_c = pair.returned(draw)
    for x_o, h_o, b_o in _combinations(pieces, range(4)):
        total, _ = _part(draw, pieces.from_x[x_o], pieces.from_h[h_o], _bias(pieces, b_o), h, units, features)
        if _distance(sigmoid(total) * np.tanh(new_c), new_h) < 1e-3:
            for chosen in _others(pieces, x_o, h_o, b_o):
                layout = assigned(pieces, [(x, f, _bias(pieces, b)) for x, f, b in (*chosen, (x_o, h_o, b_o))], (0, 1, 2, 3))
                for constant in FORGET_CONSTANTS:
                    mapping = _confirm(LSTM, replace(layout, forget_constant=constant), pair, draws, units, features)
                    if mapping is not None:
                        return mapping
    return None


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
