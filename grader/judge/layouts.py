"""How a student's variables make up an LSTM's weights.

A kernel is read as blocks of `units` columns. Its rows multiply the input (x), the hidden state (h), or the two concatenated
(xh or hx); so every block feeds one gate from x, from h or from both. A layout says which block feeds which gate.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grader.judge.equations import Weights

MAX_BLOCKS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Columns `index * units` to `(index + 1) * units` of one variable; `rows` is "x", "h", "xh", "hx" or "b" (a bias)."""

    variable: int
    index: int
    rows: str
    row: int = 0  # of a bias with several rows: which

    def cut(self, array: np.ndarray, units: int) -> np.ndarray:
        """The block's part of the variable."""
        part = array[self.row] if self.rows == "b" and array.ndim == 2 else array
        return part[..., self.index * units : (self.index + 1) * units]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Blocks per gate, in the order of GATES; `biases` may hold none or several for one gate: only their sum can be seen."""

    kernels: tuple[Block | None, ...]  # from x, or from both
    recurrents: tuple[Block | None, ...]  # from h; the same block again where one kernel takes both
    biases: tuple[tuple[Block, ...], ...]
    forget_constant: float = 0.0  # built into the code: sigmoid(f + 1)

    def weights(self, arrays: Sequence[np.ndarray], units: int, features: int) -> Weights:
        """The canonical weights in float64."""
        exact = [np.asarray(a, dtype="float64") for a in arrays]
        kernel, recurrent, bias = np.zeros((4, features, units)), np.zeros((4, units, units)), np.zeros((4, units))
        for gate in range(4):
            from_x, from_h = self.kernels[gate], self.recurrents[gate]
            if from_x is not None:
                block = from_x.cut(exact[from_x.variable], units)
                kernel[gate] = {"x": block, "xh": block[:features], "hx": block[units:]}[from_x.rows]
            if from_h is not None:
                block = from_h.cut(exact[from_h.variable], units)
                recurrent[gate] = {"h": block, "xh": block[features:], "hx": block[:units]}[from_h.rows]
            for part in self.biases[gate]:
                bias[gate] += part.cut(exact[part.variable], units)
        bias[1] += self.forget_constant
        return Weights(kernel=kernel, recurrent=recurrent, bias=bias)

    def sizes(self, shapes: Sequence[Sequence[int]]) -> tuple[int, int] | None:
        """(units, features) of variables of these shapes in this layout; None when they do not fit it."""
        from_x = [block for block in self.kernels if block is not None]
        block = from_x[0]
        if any(part.variable >= len(shapes) for part in from_x) or len(shapes[block.variable]) != 2:
            return None
        blocks = max(part.index for part in from_x if part.variable == block.variable) + 1
        rows, columns = shapes[block.variable]
        units = columns // blocks
        features = rows if block.rows == "x" else rows - units
        return (units, features) if units >= 1 and features >= 1 else None

    @property
    def blind_gates(self) -> tuple[int, ...]:
        """Gates that see the input but not the hidden state."""
        return tuple(g for g in range(4) if self.kernels[g] is not None and self.recurrents[g] is None)

    @property
    def two_biases(self) -> bool:
        """True when a gate has more than one bias."""
        return any(len(parts) > 1 for parts in self.biases)

    def words(self) -> str:
        """The layout in plain words, for staff."""
        kinds = {block.rows for block in (*self.kernels, *self.recurrents) if block is not None}
        variables = {block.variable for block in (*self.kernels, *self.recurrents) if block is not None}
        order = {"xh": "on [x, h]", "hx": "on [h, x]"}.get(next(iter(kinds & {"xh", "hx"}), ""), "separate for x and h")
        biases = "two biases a gate" if self.two_biases else "no bias" if not any(self.biases) else "one bias a gate"
        constant = f", a constant {self.forget_constant:g} added in the forget gate" if self.forget_constant else ""
        return f"{len(variables)} kernel{'s' if len(variables) > 1 else ''} {order}, {biases}{constant}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """The blocks that a list of variables offers under one reading of the concatenation's order."""

    from_x: tuple[Block, ...]
    from_h: tuple[Block | None, ...]  # the same block again where one kernel takes both; None where h is not seen at all
    biases: tuple[Block, ...]

    @property
    def tied(self) -> bool:
        """True when a kernel takes x and h together."""
        return any(block.rows in ("xh", "hx") for block in self.from_x)


def readings(shapes: Sequence[Sequence[int]], units: int, features: int) -> Iterator[Pieces]:
    """Every way to read variables of these shapes as blocks; none when a shape fits nothing."""
    both = any(len(s) == 2 and s[0] == units + features for s in shapes)
    for order in ("xh", "hx") if both else ("xh",):
        blocks = _blocks(shapes, units, features, order)
        if blocks is None:
            return
        ties = tuple(b for b in blocks if b.rows == order)
        xs, hs = tuple(b for b in blocks if b.rows == "x"), tuple(b for b in blocks if b.rows == "h")
        biases = tuple(b for b in blocks if b.rows == "b")
        if not hs:  # some or all gates may not see h
            seeing = tuple(b for b in blocks if b.rows in (order, "x"))
            yield Pieces(from_x=seeing, from_h=tuple(b if b.rows == order else None for b in seeing), biases=biases)
        elif not ties and len(xs) == len(hs):
            yield Pieces(from_x=xs, from_h=hs, biases=biases)


def _blocks(shapes: Sequence[Sequence[int]], units: int, features: int, order: str) -> list[Block] | None:
    rows_of = {units + features: order, features: "x", units: "h"}
    found: list[Block] = []
    for variable, shape in enumerate(shapes):
        if not shape or shape[-1] % units or not 1 <= shape[-1] // units <= MAX_BLOCKS:
            return None
        count = shape[-1] // units
        if len(shape) == 1 or (len(shape) == 2 and shape[0] == 1 and features != 1):
            found += [Block(variable=variable, index=k, rows="b") for k in range(count)]
        elif len(shape) == 2 and shape[0] in rows_of:
            found += [Block(variable=variable, index=k, rows=rows_of[shape[0]]) for k in range(count)]
        elif len(shape) == 2 and shape[0] == 2 and count == 4:  # two biases, one above the other
            found += [Block(variable=variable, index=k, rows="b", row=r) for r in range(2) for k in range(count)]
        else:
            return None
    return found


def paired_biases(pieces: Pieces, paths: Sequence[str]) -> list[tuple[Block, ...]] | None:
    """For every kernel block the biases that live beside it (same parent path, or same place in the order); None when unclear."""
    if not pieces.biases:
        return [() for _ in pieces.from_x]
    parents = [path.rpartition(".")[0] for path in paths]
    beside: list[tuple[Block, ...]] = []
    for k, (x, h) in enumerate(zip(pieces.from_x, pieces.from_h, strict=False)):
        near = tuple(
            b
            for b in pieces.biases
            if parents[b.variable] in (parents[x.variable], parents[(h or x).variable]) and b.index in (x.index, (h or x).index)
        )
        beside.append(near or tuple(b for i, b in enumerate(pieces.biases) if i % len(pieces.from_x) == k))
    used = [b for near in beside for b in near]
    if len(used) == len(set(used)) == len(pieces.biases):
        return beside
    if pieces.from_x and len(pieces.biases) % len(pieces.from_x) == 0:
        step = len(pieces.from_x)
        return [tuple(pieces.biases[k::step]) for k in range(step)]
    return None


def natural(pieces: Pieces, paths: Sequence[str], gates: Sequence[int]) -> Iterator[Layout]:
    """Layouts in which the k-th block from x, the k-th from h and the biases beside them belong to one gate."""
    if len(pieces.from_x) != len(gates) or len(pieces.from_h) != len(gates):
        return
    biases = paired_biases(pieces, paths)
    if biases is None:
        return
    for order in itertools.permutations(range(len(gates))):
        yield assigned(pieces, [(order[k], order[k], biases[order[k]]) for k in range(len(gates))], gates)


def assigned(pieces: Pieces, chosen: Sequence[tuple[int, int, tuple[Block, ...]]], gates: Sequence[int]) -> Layout:
    """The layout in which `gates[k]` is fed by the chosen blocks: (place in from_x, place in from_h, biases)."""
    kernels: list[Block | None] = [None] * 4
    recurrents: list[Block | None] = [None] * 4
    biases: list[tuple[Block, ...]] = [()] * 4
    for gate, (a, b, near) in zip(gates, chosen, strict=True):
        kernels[gate], recurrents[gate], biases[gate] = pieces.from_x[a], pieces.from_h[b], near
    return Layout(kernels=tuple(kernels), recurrents=tuple(recurrents), biases=tuple(biases))
