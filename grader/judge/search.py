"""Find the mapping from a student's variables to the LSTM equations that explains all their answers. Offline, NumPy only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.judge.draws import close_enough
from grader.judge.equations import Array, Four, Sums, Weights, sigmoid, step, unroll
from grader.judge.layouts import Block, Layout
from grader.judge.mistakes import LSTM, MISTAKES, Variant
from grader.judge.mistakes.otherwise import written_otherwise
from grader.judge.readings import Pieces, assigned, paired_biases, readings

FORGET_CONSTANTS = (0.0, 1.0)
RARE_CONSTANTS = (0.5, 2.0, -1.0)  # tried on the right equations alone
FEW_ROWS = 6  # of a draw, for the first look at a hypothesis
NEAR = 1e-3  # a hypothesis that lies no farther from the answers is looked at in full


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Draws of one cell, and the variables that they went into."""

    draws: Sequence[Draw]
    shapes: Sequence[Sequence[int]]
    paths: Sequence[str]
    units: int
    features: int


def explain(
    draws: Sequence[Draw], shapes: Sequence[Sequence[int]], paths: Sequence[str], units: int, features: int
) -> Mapping | None:
    """The mapping that explains every draw: the equations in any layout first, then the known mistakes; None when nothing does."""
    asked = Asked(draws=draws, shapes=shapes, paths=paths, units=units, features=features)
    found = list(readings(shapes, units, features))
    return next(_hypotheses(asked, found), None)


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


def measure(variant: Variant, layout: Layout, pair: Pair, draw: Draw, units: int, features: int) -> tuple[float, float, float]:
    """(deviation of h', deviation of c', tolerance) of a mapping on one draw."""
    h, c = pair.states(draw)
    weights = layout.weights(draw.arrays, units, features)
    exact = step(weights, draw.x.astype("f8"), h.astype("f8"), c.astype("f8"), variant.rule)
    single = step(weights.astype("float32"), draw.x, h, c, variant.rule)
    got = pair.returned(draw)
    tolerance = max(close_enough(e, s) for e, s in zip(exact, single, strict=True))
    return _distance(exact[0], got[0]), _distance(exact[1], got[1]), tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """How far a cell is from the equations after one step, in the layout in which it comes nearest."""

    hidden: float
    cell: float
    right_without: tuple[str, ...] = ()  # "input", "hidden state", "cell state": where this is zero, both states are right


def nearest(
    draws: Sequence[Draw], shapes: Sequence[Sequence[int]], paths: Sequence[str], units: int, features: int
) -> Deviation | None:
    """How far the cell is from the equations; None when no layout fits the shapes."""
    asked = Asked(draws=draws[:1], shapes=shapes, paths=paths, units=units, features=features)
    best: tuple[float, float, float] | None = None
    nearest_layout: Layout | None = None
    for pieces in readings(shapes, units, features):
        stack = _stack(asked, pieces, AS_ASKED, LSTM.gates(len(pieces.from_x)), FORGET_CONSTANTS)
        if stack is None:
            continue
        gaps = stack.gaps(LSTM)
        place = int(np.argmin(gaps))
        h, c, _ = measure(LSTM, stack.layout(place), AS_ASKED, draws[0], units, features)
        if best is None or h + c < best[0]:
            best, nearest_layout = (h + c, h, c), stack.layout(place)
    if best is None or nearest_layout is None:
        return None
    return Deviation(hidden=best[1], cell=best[2], right_without=_right_without(asked, nearest_layout))


def _right_without(asked: Asked, layout: Layout) -> tuple[str, ...]:
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
            and max(measure(LSTM, layout, AS_ASKED, part, asked.units, asked.features)[:2]) < NEAR
        ):
            right.append(name)
    return tuple(right)


def _distance(a: Array, b: Array) -> float:
    gap = np.abs(a - b)
    return float(np.max(gap, initial=0.0)) if np.all(np.isfinite(gap)) else float("inf")


def _confirmed(asked: Asked, variant: Variant, layout: Layout, pair: Pair) -> Mapping | None:
    """The mapping, if it explains every draw and not only the one it was found on."""
    worst, allowed = 0.0, 0.0
    for draw in asked.draws:
        h, c, tolerance = measure(variant, layout, pair, draw, asked.units, asked.features)
        if max(h, c) > tolerance:
            return None
        worst, allowed = max(worst, h, c), max(allowed, tolerance)
    return Mapping(variant=variant, layout=layout, pair=pair, deviation=worst, tolerance=allowed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One step of a few rows in many layouts at once: the sums of every order of the gates, one above the other."""

    layouts: Sequence[tuple[Sequence[int], float]]  # (which block feeds which gate, the constant in the forget gate)
    gates: Sequence[int]
    pieces: Pieces
    biases: Sequence[tuple[Block, ...]]
    sums: Sums  # [layouts, rows, units]
    h: Array
    c: Array
    got: tuple[Array, Array]

    def gaps(self, variant: Variant) -> Array:
        """How far the variant lies from the answers in each layout."""
        with np.errstate(over="ignore", invalid="ignore"):
            made = variant.rule(self.sums, self.h, self.c)
            gaps = [np.abs(new - got).max(axis=(-2, -1)) for new, got in zip(made, self.got, strict=True)]
        worst: Array = np.broadcast_to(np.maximum(*gaps), len(self.layouts))
        return np.where(np.isfinite(worst), worst, np.inf)

    def layout(self, place: int) -> Layout:
        """The layout in that place."""
        order, constant = self.layouts[place]
        return replace(assigned(self.pieces, [(k, k, self.biases[k]) for k in order], self.gates), forget_constant=constant)


def _stack(asked: Asked, pieces: Pieces, pair: Pair, gates: tuple[int, ...] | None, constants: Sequence[float]) -> Stack | None:
    """All layouts in which the k-th block from x, the k-th from h and the biases beside them feed one gate; None when there are none."""
    biases = paired_biases(pieces, asked.paths)
    if gates is None or biases is None or len(pieces.from_x) != len(gates) or len(pieces.from_h) != len(gates):
        return None
    draw = asked.draws[0]
    h, c = pair.states(draw)
    rows = np.argsort(~(np.any(draw.x, axis=1) & np.any(h, axis=1) & np.any(c, axis=1)), kind="stable")[:FEW_ROWS]
    few = Draw(arrays=draw.arrays, x=draw.x[rows], first=h[rows], second=c[rows], out=())
    fed = [_fed(asked, few, x, f, near) for x, f, near in zip(pieces.from_x, pieces.from_h, biases, strict=True)]
    orders = list(itertools.permutations(range(len(gates))))
    constants = constants if 1 in gates else (0.0,)
    layouts = [(order, constant) for constant in constants for order in orders]

    def stacked(part: int) -> Four:
        """One array per gate: that part of the block that feeds it, in every layout; zeros for a gate without."""
        arrays = np.stack([block[part] for block in fed])
        places = np.array([order for order, _ in layouts])
        made = [arrays[places[:, gates.index(gate)]] if gate in gates else np.zeros_like(arrays[:1]) for gate in range(4)]
        return made[0], made[1], made[2], made[3]

    built_in = np.array([constant for _, constant in layouts])[:, None, None]
    (i, f, g, o), (bias_i, bias_f, bias_g, bias_o) = stacked(0), stacked(3)
    biases_of = (bias_i, bias_f + built_in, bias_g, bias_o)
    z = Sums(input=i, forget=f + built_in, candidate=g, output=o, recurrent=stacked(1), kernels=stacked(2), biases=biases_of)
    got = tuple(array[rows] for array in pair.returned(draw))
    first, second = few.first.astype("f8"), few.second.astype("f8")
    return Stack(layouts=layouts, gates=gates, pieces=pieces, biases=biases, sums=z, h=first, c=second, got=(got[0], got[1]))


def _fed(asked: Asked, few: Draw, x: Block, h: Block | None, biases: Sequence[Block]) -> tuple[Array, Array, Array, Array]:
    """(sum, its recurrent part, recurrent kernel, bias [1, units]) of one gate fed by these blocks, in float64."""
    layout = Layout(kernels=(x, None, None, None), recurrents=(h, None, None, None), biases=(tuple(biases), (), (), ()))
    weights = layout.weights(few.arrays, asked.units, asked.features)
    recurrent = few.first.astype("f8") @ weights.recurrent[0]
    bias = weights.bias[:1]
    return few.x.astype("f8") @ weights.kernel[0] + recurrent + bias, recurrent, weights.recurrent[0], bias


def _natural(
    asked: Asked, pieces: Pieces, pair: Pair, variants: Sequence[Variant], constants: Sequence[float] = FORGET_CONSTANTS
) -> Iterator[Mapping]:
    """The variants in every natural layout: all orders of the gates are tried at once on a few rows, what is near on all draws."""
    stacks: dict[tuple[int, ...] | None, Stack | None] = {}
    for variant in variants:
        gates = variant.gates(len(pieces.from_x))
        if gates not in stacks:
            stacks[gates] = _stack(asked, pieces, pair, gates, constants)
        stack = stacks[gates]
        if stack is None:
            continue
        for place in np.flatnonzero(stack.gaps(variant) < NEAR):
            mapping = _confirmed(asked, variant, stack.layout(int(place)), pair)
            if mapping is not None:
                yield mapping


def _otherwise(asked: Asked, pieces: Pieces, pair: Pair) -> Iterator[Mapping]:
    """Equations with other operands, in every natural layout."""
    stack = _stack(asked, pieces, pair, LSTM.gates(len(pieces.from_x)), FORGET_CONSTANTS)
    if stack is None:
        return
    for place, variant in written_otherwise(stack.sums, stack.h, stack.c, stack.got, NEAR):
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
    for x_o, h_o, b_o in _combinations(pieces, range(4)):
        total = _fed(asked, few, pieces.from_x[x_o], pieces.from_h[h_o], _bias(pieces, b_o))[0]
        if _distance(sigmoid(total) * np.tanh(new_c), new_h) >= NEAR:
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
