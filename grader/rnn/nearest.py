"""How far a cell that nothing explains is from the equations of its family, and where it is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grader.rnn.crossed import PROMISING
from grader.rnn.family import Variant
from grader.rnn.layouts import Layout
from grader.rnn.mapping import CellDraws, CellMapping, StateOrder, fit
from grader.rnn.readings import readings
from grader.rnn.search import FORGET_CONSTANTS
from grader.rnn.stack import stacked


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """How far a cell is from the equations after one step, in the layout in which it comes nearest."""

    states: tuple[float, ...]  # of each new state, in the order of the family's
    right_without: tuple[str, ...] = ()  # "input", "hidden state": where this is zero, all states are right


def nearest(asked: CellDraws, known: CellMapping | None = None) -> Deviation | None:
    """How far the cell is from the equations; None when no layout fits the shapes. `known`: the known mistake
    that explains the cell. Its layout is the true one: in the nearest, gates may be exchanged, and a state
    that is right would be called wrong."""
    if known is not None and known.family == asked.family:
        rules = asked.family.rules
        gaps, rule = min(
            ((_gaps(asked, rule, known.layout, known.order), rule) for rule in rules),
            key=lambda one: max(one[0]),
        )
        if max(gaps) >= PROMISING:
            return Deviation(
                states=gaps, right_without=_right_without(asked, rule, known.layout, known.order)
            )
    found = [
        (_gaps(asked, rule, layout, order), rule, layout, order)
        for order in (asked.consistent_orders if asked.apart else asked.consistent_orders[:1])
        for rule, layout in _nearest_layouts(asked, order)
    ]
    if not found:
        return None
    gaps, rule, layout, order = min(found, key=lambda one: sum(one[0]))
    return Deviation(states=gaps, right_without=_right_without(asked, rule, layout, order))


def _nearest_layouts(asked: CellDraws, order: StateOrder) -> Iterator[tuple[Variant, Layout]]:
    """For each reading of the variables and each rule the natural layout in which it comes nearest."""
    every = tuple(range(len(asked.family.gates)))
    for pieces in readings(asked.shapes, asked.units, asked.features):
        stack = stacked(asked, pieces, order, every, FORGET_CONSTANTS)
        for rule in asked.family.rules if stack is not None else ():
            if stack is not None:
                yield rule, stack.layout(int(np.argmin(stack.gaps(rule))))


def _gaps(asked: CellDraws, rule: Variant, layout: Layout, order: StateOrder) -> tuple[float, ...]:
    return fit(asked, rule, layout, order, asked.draws[0]).deviations


def _right_without(asked: CellDraws, rule: Variant, layout: Layout, order: StateOrder) -> tuple[str, ...]:
    """What may be zero so that all states are right, while the rest is not zero; the states by the names they
    were asked by."""
    draw, right = asked.draws[0], []
    names = ("input", *(f"{state} state" for state in asked.family.states))
    given = dict(zip(names, (draw.x, *draw.states), strict=True))
    for name, array in given.items():
        rows = ~np.any(array, axis=1)
        others = [np.any(other[rows]) for key, other in given.items() if key != name]
        if np.count_nonzero(rows) <= 1 or not all(others):
            continue
        if max(fit(asked, rule, layout, order, draw.rows(rows)).deviations) < PROMISING:
            right.append(name)
    return tuple(right)
