"""Many layouts at once: one step of a few rows in every order of the gates, so that a hypothesis costs one
evaluation."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.rnn.family import CellFamily, Variant
from grader.rnn.layouts import Layout, WeightBlock, kernel_parts
from grader.rnn.mapping import CellDraw, CellDraws, StateOrder
from grader.rnn.readings import Pieces, assigned, paired_biases
from grader.rnn.weights import Array, Arrays, Chosen, Feed, PreActivations

FEW_ROWS = 6  # of a draw, for the first look at a hypothesis
MOST_BIASES = 3  # of one gate, of which any may stand inside: for x, for h, one beside; more are no design
Group = tuple[WeightBlock, ...]  # the biases of one gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Which of the pieces feed which gate: places in from_x, in from_h and in the groups of biases, in the
    order of the gates; the constant in the forget gate; which biases of a group stand inside of the recurrent
    product."""

    x: tuple[int, ...]
    h: tuple[int, ...]
    biases: tuple[int, ...]
    constant: float = 0.0
    inner: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StackedLayouts:
    """One step of a few rows in many layouts at once: the pre-activations under every assignment, one above
    the other."""

    family: CellFamily
    assignments: Sequence[Arrangement]
    gates: Sequence[int]
    pieces: Pieces
    groups: Sequence[Group]
    z: PreActivations  # [layouts, rows, units]
    states: Arrays
    got: tuple[Array | None, ...]  # the new states; None for one that was not shown

    def gaps(self, variant: Variant) -> Array:
        """How far the variant lies from the answers in each layout."""
        with np.errstate(over="ignore", invalid="ignore"):
            made = variant.rule(self.z, *self.states)
            shown = [(new, got) for new, got in zip(made, self.got, strict=True) if got is not None]
            gaps = [np.abs(new - got).max(axis=(-2, -1)) for new, got in shown]
        worst: Array = np.broadcast_to(np.maximum.reduce(np.broadcast_arrays(*gaps)), len(self.assignments))
        return np.where(np.isfinite(worst), worst, np.inf)

    def layout(self, place: int) -> Layout:
        """The layout in that place."""
        here = self.assignments[place]
        chosen = [(x, h, self.groups[b]) for x, h, b in zip(here.x, here.h, here.biases, strict=True)]
        layout = assigned(self.family, self.pieces, chosen, self.gates)
        return replace(layout, forget_constant=here.constant, inner_biases=here.inner)


def stacked(
    asked: CellDraws,
    pieces: Pieces,
    order: StateOrder,
    gates: tuple[int, ...] | None,
    constants: Sequence[float],
) -> StackedLayouts | None:
    """All layouts in which the k-th block from x, the k-th from h and the biases beside them feed one gate;
    None when there are none."""
    if gates is None or len(pieces.from_x) != len(gates) or len(pieces.from_h) != len(gates):
        return None
    groups = paired_biases(pieces, asked.paths)
    if groups is None:
        return None
    made = [
        Arrangement(x=places, h=places, biases=places, constant=constant, inner=inner)
        for inner in inner_choices(asked.family, groups)
        for constant in (constants if asked.family.forget_gate in gates else (0.0,))
        for places in itertools.permutations(range(len(gates)))
    ]
    return stack_of(asked, pieces, order, gates, groups, made)


def inner_choices(family: CellFamily, groups: Sequence[Group]) -> Iterator[tuple[int, ...]]:
    """Which biases of a gate may stand inside of the recurrent product: none first, then any, where the
    family can tell."""
    most = max((len(group) for group in groups), default=0) if family.inner_biases else 0
    most = most if most <= MOST_BIASES else 0
    return itertools.chain.from_iterable(
        itertools.combinations(range(most), count) for count in range(most + 1)
    )


def stack_of(
    asked: CellDraws,
    pieces: Pieces,
    order: StateOrder,
    gates: Sequence[int],
    groups: Sequence[Group],
    assignments: Sequence[Arrangement],
) -> StackedLayouts:
    """These layouts, one above the other."""
    draw, states = asked.draws[0], order.understood(asked.draws[0].states)
    seen = np.logical_and.reduce([np.any(array, axis=1) for array in (draw.x, *states)])
    rows = np.argsort(~seen, kind="stable")[:FEW_ROWS]
    few = replace(
        draw, x=draw.x[rows].astype("f8"), states=tuple(state[rows].astype("f8") for state in states), out=()
    )
    return StackedLayouts(
        family=asked.family,
        assignments=assignments,
        gates=gates,
        pieces=pieces,
        groups=groups,
        z=_pre_activations(asked, few, pieces, gates, groups, assignments),
        states=few.states,
        got=tuple(new[rows] if new is not None else None for new in order.answers(draw)),
    )


def _pre_activations(
    asked: CellDraws,
    few: CellDraw,
    pieces: Pieces,
    gates: Sequence[int],
    groups: Sequence[Group],
    assignments: Sequence[Arrangement],
) -> PreActivations:
    """What goes into the gates under every assignment; zeros into a gate without weights."""
    made = _parts(asked, few, pieces, groups, assignments)
    x, h, b = (np.array([getattr(one, name) for one in assignments]) for name in ("x", "h", "biases"))
    constants = np.array([one.constant for one in assignments])[:, None, None]
    feeds = [made.nothing] * len(asked.family.gates)
    for place, gate in enumerate(gates):
        constant = constants if gate == asked.family.forget_gate else None
        feeds[gate] = made.feed(x[:, place], h[:, place], b[:, place], constant)
    return PreActivations(
        gates=tuple(one.total for one in feeds),
        from_hidden=tuple(one.from_hidden for one in feeds),
        recurrent_kernels=tuple(one.recurrent_kernel for one in feeds),
        biases=tuple(one.bias for one in feeds),
        recurrent_biases=tuple(one.recurrent_bias for one in feeds),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What the blocks make of a few rows: from_x, from_h [blocks, rows, units], recurrent kernels [blocks,
    units, units], biases [groups, 1, units], those of them that stand inside of the product [choices, groups,
    1, units], and the choice of each layout."""

    from_x: Array
    from_h: Array
    kernels: Array
    biases: Array
    inside: Array
    choice: Array

    @property
    def nothing(self) -> Feed:
        """What a gate without weights is fed."""
        zero, bias = np.zeros_like(self.from_x[:1]), np.zeros_like(self.biases[:1])
        return Feed(total=zero, from_hidden=zero, recurrent_kernel=None, bias=bias, recurrent_bias=bias)

    def feed(self, x: Array, h: Array, b: Array, constant: Array | None) -> Feed:
        """What one gate is fed in every layout, of which these are the places of its blocks [layouts]."""
        bias, part = self.biases[b], self.from_h[h]
        bias = bias if constant is None else bias + constant
        return Feed(
            total=self.from_x[x] + part + bias,
            from_hidden=part,
            recurrent_kernel=Chosen(kernels=self.kernels, places=h),
            bias=bias,
            recurrent_bias=self.inside[self.choice, b],
        )


def _parts(
    asked: CellDraws,
    few: CellDraw,
    pieces: Pieces,
    groups: Sequence[Group],
    assignments: Sequence[Arrangement],
) -> _Parts:
    feeds = [fed(asked, few, x, h, ()) for x, h in zip(pieces.from_x, pieces.from_h, strict=True)]
    inner = sorted({one.inner for one in assignments})
    chosen = [[tuple(group[k] for k in own if k < len(group)) for group in groups] for own in inner]
    return _Parts(
        from_x=np.stack([one.from_input for one in feeds]),
        from_h=np.stack([one.from_hidden for one in feeds]),
        kernels=np.stack([np.asarray(one.recurrent_kernel) for one in feeds]),
        biases=_biases(asked, few, groups),
        inside=np.stack([_biases(asked, few, own) for own in chosen]),
        choice=np.array([inner.index(one.inner) for one in assignments]),
    )


def _biases(asked: CellDraws, few: CellDraw, groups: Sequence[Group]) -> Array:
    """The sum of each group [groups, 1, units]."""
    return np.stack([_bias(asked, few, group) for group in groups])


def _bias(asked: CellDraws, few: CellDraw, group: Group) -> Array:
    total = np.zeros((1, asked.units))
    for block in group:
        total += block.cut(few.arrays[block.variable], asked.units).astype("f8").reshape(1, asked.units)
    return total


def fed(asked: CellDraws, few: CellDraw, x: WeightBlock, h: WeightBlock | None, group: Group) -> Feed:
    """What one gate gets that is fed by these blocks, in float64; few.states are the states in the family's
    order."""
    kernel, recurrent = kernel_parts(x, h, few.arrays, asked.units, asked.features)
    none = np.zeros((asked.units, asked.units))
    recurrent = none if recurrent is None else recurrent.astype("f8")
    from_input = 0.0 if kernel is None else few.x.astype("f8") @ kernel.astype("f8")
    from_hidden, bias = few.states[0].astype("f8") @ recurrent, _bias(asked, few, group)
    return Feed(
        total=from_input + from_hidden + bias,
        from_hidden=from_hidden,
        recurrent_kernel=recurrent,
        bias=bias,
        recurrent_bias=np.zeros_like(bias),
    )
