"""Many layouts at once: one step of a few rows in every order of the gates, so that a hypothesis costs one evaluation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.rnn.layouts import Block, Layout
from grader.rnn.mapping import Asked, Draw, Pair
from grader.rnn.mistakes.variant import Variant
from grader.rnn.readings import Pieces, assigned, paired_biases
from grader.rnn.weights import Array, Four, Sums

FEW_ROWS = 6  # of a draw, for the first look at a hypothesis


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
    got: tuple[Array, Array | None]  # h' and c'; a layer that is asked step by step may show h' alone

    def gaps(self, variant: Variant) -> Array:
        """How far the variant lies from the answers in each layout."""
        with np.errstate(over="ignore", invalid="ignore"):
            made = variant.rule(self.sums, self.h, self.c)
            shown = [(new, got) for new, got in zip(made, self.got, strict=True) if got is not None]
            gaps = [np.abs(new - got).max(axis=(-2, -1)) for new, got in shown]
        worst: Array = np.broadcast_to(np.maximum(gaps[0], gaps[-1]), len(self.layouts))
        return np.where(np.isfinite(worst), worst, np.inf)

    def layout(self, place: int) -> Layout:
        """The layout in that place."""
        order, constant = self.layouts[place]
        return replace(assigned(self.pieces, [(k, k, self.biases[k]) for k in order], self.gates), forget_constant=constant)


def stacked(asked: Asked, pieces: Pieces, pair: Pair, gates: tuple[int, ...] | None, constants: Sequence[float]) -> Stack | None:
    """All layouts in which the k-th block from x, the k-th from h and the biases beside them feed one gate; None when there are none."""
    biases = paired_biases(pieces, asked.paths)
    if gates is None or biases is None or len(pieces.from_x) != len(gates) or len(pieces.from_h) != len(gates):
        return None
    draw = asked.draws[0]
    h, c = pair.states(draw)
    rows = np.argsort(~(np.any(draw.x, axis=1) & np.any(h, axis=1) & np.any(c, axis=1)), kind="stable")[:FEW_ROWS]
    few = Draw(arrays=draw.arrays, x=draw.x[rows], first=h[rows], second=c[rows], out=())
    parts = [fed(asked, few, x, f, near) for x, f, near in zip(pieces.from_x, pieces.from_h, biases, strict=True)]
    orders = list(itertools.permutations(range(len(gates))))
    constants = constants if 1 in gates else (0.0,)
    layouts = [(order, constant) for constant in constants for order in orders]

    def in_all(part: int) -> Four:
        """One array per gate: that part of the block that feeds it, in every layout; zeros for a gate without."""
        arrays = np.stack([block[part] for block in parts])
        places = np.array([order for order, _ in layouts])
        made = [arrays[places[:, gates.index(gate)]] if gate in gates else np.zeros_like(arrays[:1]) for gate in range(4)]
        return made[0], made[1], made[2], made[3]

    built_in = np.array([constant for _, constant in layouts])[:, None, None]
    (i, f, g, o), (bias_i, bias_f, bias_g, bias_o) = in_all(0), in_all(3)
    biases_of = (bias_i, bias_f + built_in, bias_g, bias_o)
    z = Sums(input=i, forget=f + built_in, candidate=g, output=o, recurrent=in_all(1), kernels=in_all(2), biases=biases_of)
    new_h, new_c = pair.returned(draw)
    first, second = few.first.astype("f8"), few.second.astype("f8")
    return Stack(
        layouts=layouts,
        gates=gates,
        pieces=pieces,
        biases=biases,
        sums=z,
        h=first,
        c=second,
        got=(new_h[rows], new_c[rows] if new_c is not None else None),
    )


def fed(asked: Asked, few: Draw, x: Block, h: Block | None, biases: Sequence[Block]) -> tuple[Array, Array, Array, Array]:
    """(sum, its recurrent part, recurrent kernel, bias [1, units]) of one gate fed by these blocks, in float64."""
    layout = Layout(kernels=(x, None, None, None), recurrents=(h, None, None, None), biases=(tuple(biases), (), (), ()))
    weights = layout.weights(few.arrays, asked.units, asked.features)
    recurrent = few.first.astype("f8") @ weights.recurrent[0]
    bias = weights.bias[:1]
    return few.x.astype("f8") @ weights.kernel[0] + recurrent + bias, recurrent, weights.recurrent[0], bias
