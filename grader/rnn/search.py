"""Find the mapping from a student's variables to the equations of a family that explains all their answers.
Offline, NumPy only."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from grader.rnn.crossed import PROMISING, all_crossed, crossed_but_for
from grader.rnn.families import relatives
from grader.rnn.family import Variant
from grader.rnn.layouts import Layout
from grader.rnn.mapping import CellDraws, CellMapping, StateOrder, fit
from grader.rnn.mistakes import known_mistakes, written_otherwise
from grader.rnn.named import agreement
from grader.rnn.readings import Pieces, pairings, readings
from grader.rnn.stack import StackedLayouts, stacked

FORGET_CONSTANTS = (0.0, 1.0)
RARE_CONSTANTS = (0.5, 2.0, -1.0)  # tried on the right equations alone


def explain(asked: CellDraws) -> CellMapping | None:
    """The mapping that explains every draw: the equations of the family in any layout first, then its known
    mistakes, then those of other families with as many states; None when nothing does."""
    return next(explanations(asked), None)


def explanations(asked: CellDraws) -> Iterator[CellMapping]:
    """Every mapping that explains every draw, the likeliest first."""
    read = readings(asked.shapes, asked.units, asked.features)
    found = [paired for pieces in read for paired in pairings(pieces, asked.paths, len(asked.family.gates))]
    orders = asked.consistent_orders
    yield from _right(asked, found, orders)
    for order, pieces in itertools.product(asked.mistaken_orders, found):
        yield from _natural(asked, pieces, order, asked.family.rules)
    mistakes, places = known_mistakes(asked.family), list(itertools.product(orders, found))
    yield from _as_called(asked, (_natural(asked, pieces, order, mistakes) for order, pieces in places))
    yield from _as_called(asked, (_otherwise(asked, pieces, order) for order, pieces in places))
    for family in relatives(asked.family):
        yield from _right(replace(asked, family=family), found, orders)


def _right(asked: CellDraws, found: Sequence[Pieces], orders: Sequence[StateOrder]) -> Iterator[CellMapping]:
    """The family's own rules in every layout, with states in these orders."""
    for order, pieces in itertools.product(orders, found):
        yield from _natural(asked, pieces, order, asked.family.rules)
    for order, pieces in itertools.product(orders, found):
        yield from _crossed(asked, pieces, order)
        if asked.family.forget_gate is not None:
            yield from _natural(asked, pieces, order, asked.family.rules, RARE_CONSTANTS)


def _as_called(asked: CellDraws, found: Iterable[Iterator[CellMapping]]) -> list[CellMapping]:
    """Explanations by mistakes, in which gates may stand for each other: f + i * g is i + f * g with the two
    exchanged. Those first in which gates are the variables that are called like them; the first knows its
    rivals, which agree with the names as well."""

    def called(mapping: CellMapping) -> int:
        return agreement(mapping.layout, asked.paths)

    every = sorted(itertools.chain.from_iterable(found), key=called, reverse=True)
    if not every:
        return []
    first, place = every[0], every[0].variant.place
    equal = [one.layout for one in every if called(one) == called(first) and one.variant.place == place]
    rivals = tuple(layout for layout in dict.fromkeys(equal) if layout != first.layout)
    return [replace(first, rivals=rivals), *every[1:]]


def _confirmed(asked: CellDraws, variant: Variant, layout: Layout, order: StateOrder) -> CellMapping | None:
    """The mapping, if it explains every draw and not only the one it was found on."""
    worst, allowed = 0.0, 0.0
    for draw in asked.draws:
        found = fit(asked, variant, layout, order, draw)
        if not found.holds:
            return None
        worst, allowed = max(worst, *found.deviations), max(allowed, found.tolerance)
    return CellMapping(variant=variant, layout=layout, order=order, deviation=worst, tolerance=allowed)


def _natural(
    asked: CellDraws,
    pieces: Pieces,
    order: StateOrder,
    variants: Sequence[Variant],
    constants: Sequence[float] = FORGET_CONSTANTS,
) -> Iterator[CellMapping]:
    """The variants in every natural layout: all orders of the gates are tried at once on a few rows, what is
    near on all draws."""
    stacks: dict[tuple[int, ...] | None, StackedLayouts | None] = {}
    for variant in variants:
        gates = asked.family.fed_gates(variant, len(pieces.from_x))
        if gates not in stacks:
            stacks[gates] = stacked(asked, pieces, order, gates, constants)
        stack = stacks[gates]
        if stack is not None:
            yield from _near(asked, stack, variant, order)


def _near(
    asked: CellDraws, stack: StackedLayouts, variant: Variant, order: StateOrder
) -> Iterator[CellMapping]:
    """The variant in the layouts of a stack in which it comes near and is confirmed."""
    for place in np.flatnonzero(stack.gaps(variant) < PROMISING):
        mapping = _confirmed(asked, variant, stack.layout(int(place)), order)
        if mapping is not None:
            yield mapping


def _otherwise(asked: CellDraws, pieces: Pieces, order: StateOrder) -> Iterator[CellMapping]:
    """Equations with other operands, in every natural layout."""
    every = tuple(range(len(asked.family.gates)))
    written = written_otherwise(asked.family)
    stack = stacked(asked, pieces, order, every, FORGET_CONSTANTS) if written is not None else None
    if written is None or stack is None:
        return
    got = tuple(state for state in stack.got if state is not None)
    if len(got) < len(stack.got):
        return
    for place, variant in written(stack.z, stack.states, got, PROMISING):
        mapping = _confirmed(asked, variant, stack.layout(place), order)
        if mapping is not None:
            yield mapping


def _crossed(asked: CellDraws, pieces: Pieces, order: StateOrder) -> Iterator[CellMapping]:
    """The equations when kernels and biases of one gate do not stand together."""
    if asked.family.found_first is None:
        stack = all_crossed(asked, pieces, order)
        for variant in asked.family.rules if stack is not None else ():
            yield from _near(asked, stack, variant, order) if stack is not None else ()
        return
    for layout in crossed_but_for(asked, pieces, order, asked.family.found_first):
        for rule, constant in itertools.product(asked.family.rules, FORGET_CONSTANTS):
            mapping = _confirmed(asked, rule, replace(layout, forget_constant=constant), order)
            if mapping is not None:
                yield mapping
