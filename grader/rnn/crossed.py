"""Layouts in which the kernels and the bias of one gate do not stand together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from grader.rnn.family import FoundFirst
from grader.rnn.layouts import Layout
from grader.rnn.mapping import CellDraws, StateOrder, distance
from grader.rnn.readings import Pieces, assigned
from grader.rnn.stack import Arrangement, Group, StackedLayouts, fed, stack_of

PROMISING = 1e-3  # a hypothesis that lies no farther from the answers is looked at in full
AT_ONCE = 1000  # layouts in one stack: those of three gates are 216, with two choices of an inner bias 432
GatePlaces = tuple[int, int, int]  # of one gate: places in from_x, in from_h, and among the groups of biases


def groups_of(asked: CellDraws, pieces: Pieces) -> list[Group] | None:
    """One bias for each gate, or none for any; None when pieces and gates are not equal in number."""
    gates = len(asked.family.gates)
    if len(pieces.from_x) != gates or len(pieces.from_h) != gates or None in pieces.from_h:
        return None
    if len(pieces.biases) not in (0, gates):
        return None
    return [(bias,) for bias in pieces.biases] or [()] * gates


def all_crossed(asked: CellDraws, pieces: Pieces, order: StateOrder) -> StackedLayouts | None:
    """Every assignment of kernels and biases to the gates at once, for a family of few gates."""
    groups = groups_of(asked, pieces)
    if groups is None:
        return None
    gates = tuple(range(len(asked.family.gates)))
    places = list(itertools.permutations(gates))
    biases = places if pieces.biases else [gates]
    inner = [(), (0,)] if asked.family.inner_biases and pieces.biases else [()]
    made = [
        Arrangement(x=x, h=h, biases=b, inner=own)
        for own, x, b in itertools.product(inner, places, biases)
        for h in ([x] if pieces.tied else places)
        if not x == h == b  # these stand together
    ]
    return stack_of(asked, pieces, order, gates, groups, made) if 0 < len(made) <= AT_ONCE else None


def crossed_but_for(
    asked: CellDraws, pieces: Pieces, order: StateOrder, first: FoundFirst
) -> Iterator[Layout]:
    """Layouts in which the gate that can be found before the others gives what came back, and the others are
    assigned in any way."""
    groups, draw = groups_of(asked, pieces), asked.draws[0]
    new = order.answers(draw)
    if groups is None or any(state is None for state in new):
        return
    few = replace(draw, states=order.understood(draw.states), out=())
    returned = tuple(np.asarray(state) for state in new)
    for x, h, b in _combinations(pieces, range(len(asked.family.gates))):
        total = fed(asked, few, pieces.from_x[x], pieces.from_h[h], groups[b]).total
        if distance(first.gives(total, returned), returned[first.state]) >= PROMISING:
            continue
        rest = [gate for gate in range(len(asked.family.gates)) if gate != first.gate]
        for chosen in _others(pieces, (x, h, b)):
            whole = [(a, f, groups[k]) for a, f, k in (*chosen, (x, h, b))]
            yield assigned(asked.family, pieces, whole, (*rest, first.gate))


def _combinations(pieces: Pieces, places: Sequence[int]) -> Iterator[GatePlaces]:
    for x in places:
        for h in [x] if pieces.tied else places:
            for b in places if pieces.biases else [0]:
                yield x, h, b


def _others(pieces: Pieces, taken: GatePlaces) -> Iterator[tuple[GatePlaces, ...]]:
    """What may feed the other gates, in their order."""
    count = len(pieces.from_x)
    xs, hs, bs = ([k for k in range(count) if k != place] for place in taken)
    for x in itertools.permutations(xs):
        for h in [x] if pieces.tied else itertools.permutations(hs):
            for b in itertools.permutations(bs) if pieces.biases else [tuple(bs)]:
                yield tuple(zip(x, h, b, strict=True))
